//! Bytes to text.

use crate::model::Encoding;

/// Why a file is left out that is not text.
pub(super) const BINARY: &str = "binary";

/// How far to look for NUL bytes, which text does not have.
pub(super) const SNIFF: usize = 8 * 1024;

/// How many bytes there are in a text for each stray NUL. A browser reads such a page; whoever wants to hide one must not be able to
/// by a single byte.
const BYTES_PER_STRAY_NUL: usize = 16;

/// How the stand-in for a file begins whose content is kept elsewhere, git-lfs-spec(5), and the greatest size of one.
const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/v1";
const LFS_POINTER_SIZE: usize = 1024;

/// So many characters tell at least that a text without a byte order mark is UTF-16.
const MIN_UTF16: usize = 16;

/// Decodes UTF-8 (with or without a byte order mark, broken or not) and UTF-16 with a byte order mark, or without one where it is plain.
///
/// # Errors
///
/// Why there is no text to check.
pub fn decode(bytes: &[u8]) -> Result<(String, Encoding), &'static str> {
    if is_binary(bytes) {
        return Err(BINARY);
    }
    if is_lfs_pointer(bytes) {
        return Err("Git LFS pointer");
    }
    match bytes {
        [0xFF, 0xFE, rest @ ..] => return Ok((utf16(rest, u16::from_le_bytes), Encoding::Utf16)),
        [0xFE, 0xFF, rest @ ..] => return Ok((utf16(rest, u16::from_be_bytes), Encoding::Utf16)),
        _ => {}
    }
    if let Some(unit) = plain_utf16(bytes) {
        return Ok((utf16(bytes, unit), Encoding::Utf16));
    }
    let (bom, content) = bytes.strip_prefix(b"\xEF\xBB\xBF").map_or((false, bytes), |content| (true, content));
    // A vector check and a copy take a fraction of the time of the standard library's check.
    match simdutf8::basic::from_utf8(content) {
        Ok(text) => Ok((text.to_owned(), Encoding::Utf8 { bom })),
        Err(_) => Ok((String::from_utf8_lossy(content).into_owned(), Encoding::Lossy)),
    }
}

/// Whether this is a stand-in and nothing else: what begins as one may go on as a page. git may have written it with other ends of lines.
fn is_lfs_pointer(bytes: &[u8]) -> bool {
    let is_word = |word: &[u8]| !word.is_empty() && word.iter().all(|byte| byte.is_ascii_alphanumeric() || b":.-".contains(byte));
    let is_pair = |line: &[u8]| {
        let mut words = line.trim_ascii_end().splitn(2, |byte| *byte == b' ');
        words.next().is_some_and(is_word) && words.next().is_some_and(is_word)
    };
    let ends_line = |rest: &&[u8]| rest.starts_with(b"\n") || rest.starts_with(b"\r\n");
    let rest = bytes.strip_prefix(LFS_POINTER).filter(ends_line).filter(|_| bytes.len() < LFS_POINTER_SIZE);
    rest.is_some_and(|rest| rest.trim_ascii().split(|byte| *byte == b'\n').all(is_pair))
}

/// The bytes of a text in an encoding; `None` if it is one in which not every text can be written.
pub fn encode(text: &str, encoding: Encoding) -> Option<Vec<u8>> {
    let mark: &[u8] = match encoding {
        Encoding::Utf8 { bom: true } => b"\xEF\xBB\xBF",
        Encoding::Utf8 { bom: false } => b"",
        Encoding::Utf16 | Encoding::Lossy => return None,
    };
    Some([mark, text.as_bytes()].concat())
}

/// Whether these are the first bytes of a file that is not text.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    match bytes.get(..SNIFF).unwrap_or(bytes) {
        [0xFF, 0xFE, pairs @ ..] | [0xFE, 0xFF, pairs @ ..] => pairs.as_chunks::<2>().0.contains(&[0, 0]),
        start => memchr::memchr(0, start).is_some() && !is_text_with_stray_nuls(start) && plain_utf16(start).is_none(),
    }
}

/// How the units of UTF-16 without a byte order mark are read, if the first bytes are nothing but letters, digits and the like of ASCII in
/// it: whoever wants to hide a text must not be able to by leaving two bytes out.
fn plain_utf16(bytes: &[u8]) -> Option<fn([u8; 2]) -> u16> {
    let start = bytes.get(..SNIFF).unwrap_or(bytes);
    let pairs = start.as_chunks::<2>().0;
    let is_plain = |unit: fn([u8; 2]) -> u16| {
        let is_text = |&pair: &[u8; 2]| matches!(unit(pair), 0x09 | 0x0A | 0x0D | 0x20..0x7F);
        pairs.len() >= MIN_UTF16 && pairs.iter().all(is_text)
    };
    // Where no byte is NUL it is none, and that is most often so.
    memchr::memchr(0, start.get(..4)?)?;
    [u16::from_le_bytes as fn([u8; 2]) -> u16, u16::from_be_bytes].into_iter().find(|unit| is_plain(*unit))
}

/// Whether these bytes are UTF-8, perhaps cut off, with a few NULs that stand alone. Formats that are not text have them in rows.
fn is_text_with_stray_nuls(start: &[u8]) -> bool {
    let nuls = memchr::memchr_iter(0, start).count();
    let is_utf8 = || std::str::from_utf8(start).map_or_else(|error| error.error_len().is_none(), |_| true);
    nuls * BYTES_PER_STRAY_NUL <= start.len() && memchr::memmem::find(start, b"\0\0").is_none() && is_utf8()
}

/// Each unpaired surrogate, and a last odd byte, becomes one U+FFFD.
fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut text: String =
        char::decode_utf16(pairs.iter().map(|&pair| unit(pair))).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    if !odd.is_empty() {
        text.push(char::REPLACEMENT_CHARACTER);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> Result<(String, Encoding), &'static str> {
        decode(bytes)
    }

    #[test]
    fn a_byte_order_mark_decides_and_is_no_part_of_the_text() {
        assert_eq!(text(b"\xEF\xBB\xBFa\xC3\xA9"), Ok(("aé".into(), Encoding::Utf8 { bom: true })));
        assert_eq!(text(b"\xFF\xFEa\0\xE9\0\x3D\xD8\0\xDE"), Ok(("aé😀".into(), Encoding::Utf16)));
        assert_eq!(text(b"\xFE\xFF\0a\0\xE9\xD8\x3D\xDE\0"), Ok(("aé😀".into(), Encoding::Utf16)));
    }

    #[test]
    fn a_broken_sequence_is_one_replacement_character() {
        assert_eq!(text(b"a\xF0\x9F\x98b\xFFc"), Ok(("a\u{FFFD}b\u{FFFD}c".into(), Encoding::Lossy)));
        assert_eq!(text(b"\xEF\xBB\xBFa\xFF"), Ok(("a\u{FFFD}".into(), Encoding::Lossy)));
        assert_eq!(text(b"\xFF\xFE\x3D\xD8a\0b"), Ok(("\u{FFFD}a\u{FFFD}".into(), Encoding::Utf16)));
    }

    #[test]
    fn nul_bytes_are_binary() {
        assert_eq!(text(b"\x7FELF\0\0"), Err(BINARY));
        assert_eq!(text(b"\xFF\xFE\0\0a\0\0\0"), Err(BINARY), "UTF-32");
        assert_eq!(text(b"U\0T\0F\0-\x001\x006\0 \0without a mark"), Err(BINARY));
        assert_eq!(text(b"\0asm\x01\0\0\0 and the rest of a module"), Err(BINARY));
        assert_eq!(text(b"\x89PNG\r\n\x1A\n\0 and the rest of a picture"), Err(BINARY));
        let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n";
        assert_eq!(text(pointer), Err("Git LFS pointer"));
        let windows = b"version https://git-lfs.github.com/spec/v1\r\noid sha256:0\r\nsize 3\r\n";
        assert_eq!(text(windows), Err("Git LFS pointer"));
        let page = [pointer.as_slice(), b"<script src=//a.test>"].concat();
        assert!(text(&page).is_ok(), "a page that begins like a pointer");
        assert_eq!(text(b""), Ok((String::new(), Encoding::Utf8 { bom: false })));
    }

    #[test]
    fn plain_utf16_needs_no_byte_order_mark() {
        let page = "<p>a page with a key</p>\r\n";
        for unit in [u16::to_le_bytes as fn(u16) -> [u8; 2], u16::to_be_bytes] {
            let bytes: Vec<u8> = page.encode_utf16().flat_map(unit).collect();
            assert_eq!(text(&bytes), Ok((page.to_owned(), Encoding::Utf16)));
            assert_eq!(text(&bytes[..24]), Err(BINARY), "too little to tell");
            assert_eq!(text(&[&bytes, [1, 0, 2, 0].as_slice()].concat()), Err(BINARY), "a table of numbers");
        }
    }

    #[test]
    fn a_stray_nul_byte_hides_no_text() {
        assert_eq!(text(b"<p>a page with\0 one"), Ok(("<p>a page with\0 one".into(), Encoding::Utf8 { bom: false })));
        let page = format!("\0{}\u{e9}", "x".repeat(SNIFF - 2));
        assert_eq!(text(page.as_bytes()), Ok((page.clone(), Encoding::Utf8 { bom: false })), "cut within a character");
    }
}
