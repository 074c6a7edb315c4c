//! What a file's bytes are taken for, and that places are right in each encoding.

use crate::common::{BAD_PAGE, Tree, findings, skipped};

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(unit).collect()
}

#[test]
fn a_place_counts_characters_in_every_encoding() {
    let page = format!("<p>é😀</p>\r\n<b>ß</b>{BAD_PAGE}");
    let expected = "2:22 asset-host";
    for (name, bytes) in [
        ("utf8", page.clone().into_bytes()),
        ("bom", [b"\xEF\xBB\xBF", page.as_bytes()].concat()),
        ("le", utf16(&page, u16::to_le_bytes)),
        ("be", utf16(&page, u16::to_be_bytes)),
        ("broken", [b"<!-- \xFF\xFE -->\r\n<b>\xF0\x9F\x98</b>", BAD_PAGE.as_bytes()].concat()),
    ] {
        let tree = Tree::new();
        tree.file("page.html", bytes);
        let (code, report) = tree.check(&[]);
        assert_eq!((code, findings(&report)), (1, vec![format!("page.html:{expected}")]), "{name}");
    }
}

#[test]
fn binary_files_are_left_out_and_counted() {
    let tree = Tree::new();
    tree.file("a.png", b"\x89PNG\r\n\x1A\n\0\0")
        .file("page.md", "x")
        .file("large.bin", [0; 100_000])
        .file("utf32.txt", b"\xFF\xFE\0\0a\0\0\0");
    let (code, report) = tree.check(&[]);
    assert_eq!((code, &report["checked"]["files"]), (0, &1.into()));
    assert_eq!(skipped(&report), ["a.png: binary", "large.bin: binary", "utf32.txt: binary"]);
}

#[test]
fn a_stray_nul_hides_no_page() {
    let tree = Tree::new();
    tree.file(
        "page.html",
        format!("\0{BAD_PAGE}<script src='https://b\0.test/x.js\0'></script><script src='https://c.evil-corp.net/\0'></script>"),
    );
    let (_, report) = tree.check(&[]);
    assert_eq!(findings(&report), ["page.html:1:15 asset-host", "page.html:2:59 asset-host"]);
}

#[test]
fn a_nul_far_into_a_text_does_not_hide_it() {
    let tree = Tree::new();
    tree.file("page.html", format!("{}\n{BAD_PAGE}\0", "x".repeat(9000)));
    assert_eq!(findings(&tree.check(&[]).1), ["page.html:2:14 asset-host"]);
}
