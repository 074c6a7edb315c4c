//! Every place that is reported, read back from its file by a second, simpler reading: lines end at a line feed, columns
//! count characters. Over pages made to be hard, and over the tree that `CONGRUENT_TREE` names, as large as you like.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::common::Tree;

/// The lines of a file, without its byte order mark.
fn lines(path: &Path) -> Vec<Vec<char>> {
    let bytes = fs::read(path).expect("readable");
    let text = match bytes.as_slice() {
        [0xFF, 0xFE, rest @ ..] => {
            let units: Vec<u16> = rest.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
            String::from_utf16_lossy(&units)
        }
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        all => String::from_utf8_lossy(all).into_owned(),
    };
    text.split('\n').map(|line| line.chars().collect()).collect()
}

/// The characters between the places that a fact names.
fn slice(lines: &[Vec<char>], fact: &Value) -> Option<String> {
    let number = |key: &str| usize::try_from(fact[key].as_u64()?).ok()?.checked_sub(1);
    let (first, last) = (number("line")?, number("end_line")?);
    let mut text = String::new();
    for (number_of_line, line) in lines.iter().enumerate().take(last + 1).skip(first) {
        let start = if number_of_line == first { number("column")? } else { 0 };
        let end = if number_of_line == last { number("end_column")? } else { line.len() };
        text.extend(line.get(start..end)?);
        if number_of_line != last {
            text.push('\n');
        }
    }
    Some(text)
}

/// The place of the character after a fact.
fn after(fact: &Value) -> Value {
    let end = fact["end_column"].as_u64().expect("a column");
    serde_json::json!({ "line": fact["end_line"], "column": end, "end_line": fact["end_line"], "end_column": end + 1 })
}

/// Whether a parser has to decode these characters, or to put them together with others.
fn is_written_otherwise(raw: &str) -> bool {
    raw.contains(|c: char| c.is_whitespace() || "\\&%{}$'\"`+#<>".contains(c))
}

/// Reads back all facts of a tree; gives the number of URLs in each file.
fn read_back(root: &Path, facts: &str) -> BTreeMap<String, usize> {
    let mut files: BTreeMap<String, (Vec<Vec<char>>, usize)> = BTreeMap::new();
    for fact in facts.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")) {
        let path = fact["path"].as_str().expect("a path");
        let (lines, count) = files.entry(path.to_owned()).or_insert_with(|| (lines(&root.join(path)), 0));
        let found = slice(lines, &fact).unwrap_or_else(|| panic!("no such place: {fact}"));
        let (Some(raw), Some(text)) = (fact["raw"].as_str(), fact["text"].as_str()) else { continue };
        *count += 1;
        // What is masked can't be read back, and what is implied stands elsewhere.
        if raw.contains("<secret>") || !fact["implied_by"].is_null() {
            continue;
        }
        assert_eq!(found, raw, "{fact}");
        // A URL that is put together stands where it begins, one without a scheme where the rest is, and the use of a
        // reference is its label.
        let is_label = || slice(lines, &after(&fact)).is_some_and(|next| next == "]");
        assert!(text.contains(raw) || is_written_otherwise(raw) || is_label(), "{fact}");
    }
    files.into_iter().map(|(path, (_, count))| (path, count)).collect()
}

#[test]
fn facts_stand_where_they_say() {
    let tree = Tree::new();
    let long = format!("{}![a](https://a.test/long.png)", "é😀 ".repeat(20_000));
    let utf16 = "\u{feff}<p>😀</p>\r\n\t<img src='https://a.test/ü.png'>";
    let utf16: Vec<u8> = utf16.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let pages: [(&str, &[u8], usize); 13] = [
        ("crlf.md", b"# T\r\n\r\n\t- a [b](https://a.test/1 'x')\r\n\t  ![c](<https://a.test/2>)\r\n", 2),
        ("bom.md", b"\xEF\xBB\xBF---\nlogo: https://a.test/1\n---\n\xF0\x9F\x98\x80 <https://a.test/2>\n[r]: https://a.test/3\n[r]\n", 3),
        ("references.md", b"[\xC3\xA9][], ![b][ r ] with www. In [r]\n\n[\xC3\xA9]: https://a.test/1\n[r]: https://a.test/2 't'\n", 6),
        ("tabs.md", b"=== \"A\"\n\n\t\xC3\xA9 [a](https://a.test/1)\n\n    > ```sh\n    > curl https://a.test/2\n    > ```\n", 2),
        ("entities.html", b"<a href=\"https&colon;//a.test/?a&amp;b\">\n<img srcset='https://a.test/1 1x,\n  https://a.test/2 2x'>", 3),
        (
            "nested.html",
            b"<p>\xC3\xA9<iframe srcdoc=\"&lt;img src='https://a.test/1'&gt;\"></iframe><b style=\"x: url(https://a.test/2)\">",
            2,
        ),
        ("strings.js", "const a = \"\\u0068ttps://a.test/1\";\r\nfetch(`https://a.test/${a}`); // https://a.test/3\n".as_bytes(), 2),
        ("folded.yaml", b"a: >-\n  see https://a.test/1\n  and\n  https://a.test/2\nb: \"https:\\/\\/a.test/3\"\n", 3),
        ("escaped.json", b"{\"\xC3\xA9\": \"https:\\/\\/a.test\\u002f1\", \"b\": [\"https://a.test/2\"]}", 2),
        ("run.sh", b"B=https://a.test\r\ncurl \"$B/1\" 'https://a.test/'2 https\\://a.test/3\r\n", 3),
        ("build.py", "u = f'é{x}' 'https://a.test/1'\nv = '''\nhttps://a.test/2\n'''\n".as_bytes(), 2),
        ("long.md", long.as_bytes(), 1),
        ("utf16.html", &utf16, 1),
    ];
    for (path, content, _) in pages {
        tree.file(path, content);
    }
    let run = tree.run(&["facts"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let found = read_back(&tree.root(), &run.stdout);
    assert_eq!(found, pages.iter().map(|&(path, _, count)| (path.to_owned(), count)).collect());
}

#[test]
fn facts_of_a_large_tree_stand_where_they_say() {
    let Some(root) = std::env::var_os("CONGRUENT_TREE") else { return };
    let root = Path::new(&root).canonicalize().expect("CONGRUENT_TREE names a folder");
    let run = Tree::new().run(&["facts".as_ref(), root.as_os_str()]);
    let count: usize = read_back(&root, &run.stdout).values().sum();
    assert!(count > 0, "{}", run.stderr);
}
