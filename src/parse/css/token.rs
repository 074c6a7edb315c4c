//! Names, strings and URLs of CSS (CSS Syntax Level 3, section 4), as byte ranges, and what they decode to.

use std::ops::Range;

use memchr::{memchr2, memchr3};

use crate::model::{Text, TextBuilder};

/// What an unquoted `url(` turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Url {
    /// Its characters, and where to go on.
    Good(Range<usize>, usize),
    /// No URL; where to go on.
    Bad(usize),
}

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0C)
}

fn is_newline(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r' | 0x0C)
}

pub(super) fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 || byte == 0
}

fn is_name(byte: u8) -> bool {
    is_name_start(byte) || byte.is_ascii_digit() || byte == b'-'
}

/// Whether a backslash here escapes what follows.
fn is_escape(bytes: &[u8], at: usize) -> bool {
    bytes.get(at) == Some(&b'\\') && bytes.get(at + 1).is_some_and(|&byte| !is_newline(byte))
}

/// Whether an identifier starts here.
pub(super) fn starts_identifier(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at) {
        Some(b'-') => bytes.get(at + 1).is_some_and(|&byte| is_name_start(byte) || byte == b'-') || is_escape(bytes, at + 1),
        Some(b'\\') => is_escape(bytes, at),
        byte => byte.is_some_and(|&byte| is_name_start(byte)),
    }
}

/// The end of the name that starts at `at`.
pub(super) fn name_end(bytes: &[u8], mut at: usize) -> usize {
    loop {
        match bytes.get(at) {
            Some(b'\\') if is_escape(bytes, at) => at = escape(bytes, at).1,
            Some(&byte) if is_name(byte) => at += 1,
            _ => return at,
        }
    }
}

/// Where the string that starts at `at` ends: its characters, and where to go on. A line end that is not escaped makes it no
/// string; the end of the text closes it.
pub(super) fn string(bytes: &[u8], at: usize) -> (Option<Range<usize>>, usize) {
    let quote = bytes.get(at).copied().unwrap_or_default();
    let mut end = at + 1;
    loop {
        // A font or an image may stand in it.
        let rest = bytes.get(end..).unwrap_or_default();
        let plain = memchr3(quote, b'\\', b'\n', rest).unwrap_or(rest.len());
        let line = rest.get(..plain).unwrap_or_default();
        end += memchr2(b'\r', b'\x0C', line).unwrap_or(plain);
        match bytes.get(end) {
            None => return (Some(at + 1..bytes.len()), bytes.len()),
            Some(&byte) if byte == quote => return (Some(at + 1..end), end + 1),
            // A line continuation, an escaped quote, or digits and the line end after them.
            Some(b'\\') => end = escape(bytes, end).1,
            Some(&byte) if is_newline(byte) => return (None, end),
            Some(_) => end += 1,
        }
    }
}

/// Reads an unquoted URL whose first character is at `at`, after white space.
pub(super) fn url(bytes: &[u8], start: usize) -> Url {
    let mut at = start;
    loop {
        match bytes.get(at) {
            None => return Url::Good(start..at, at),
            Some(b')') => return Url::Good(start..at, at + 1),
            Some(&byte) if is_space(byte) => {
                let next = skip_space(bytes, at);
                return match bytes.get(next) {
                    None => Url::Good(start..at, next),
                    Some(b')') => Url::Good(start..at, next + 1),
                    _ => Url::Bad(bad_url_end(bytes, next)),
                };
            }
            Some(b'"' | b'\'' | b'(' | 0x01..=0x08 | 0x0B | 0x0E..=0x1F | 0x7F) => return Url::Bad(bad_url_end(bytes, at)),
            Some(b'\\') if is_escape(bytes, at) => at = escape(bytes, at).1,
            Some(b'\\') if at + 1 < bytes.len() => return Url::Bad(bad_url_end(bytes, at)),
            Some(_) => at += 1,
        }
    }
}

fn bad_url_end(bytes: &[u8], mut at: usize) -> usize {
    loop {
        match bytes.get(at) {
            None => return bytes.len(),
            Some(b')') => return at + 1,
            Some(b'\\') if is_escape(bytes, at) => at = escape(bytes, at).1,
            Some(_) => at += 1,
        }
    }
}

pub(super) fn skip_space(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter().position(|&byte| !is_space(byte)).map_or(bytes.len(), |found| at + found)
}

/// What the escape at `at` stands for (nothing, for a line continuation), and where it ends.
fn escape(bytes: &[u8], at: usize) -> (Option<char>, usize) {
    let rest = bytes.get(at + 1..).unwrap_or_default();
    let digits = rest.iter().take(6).take_while(|byte| byte.is_ascii_hexdigit()).count();
    if digits > 0 {
        let code = rest.iter().take(digits).fold(0, |code, &byte| code * 16 + char::from(byte).to_digit(16).unwrap_or_default());
        let space = match rest.get(digits..) {
            Some([b'\r', b'\n', ..]) => 2,
            Some([byte, ..]) if is_space(*byte) => 1,
            _ => 0,
        };
        let c = char::from_u32(code).filter(|&c| c != '\0').unwrap_or('\u{fffd}');
        return (Some(c), at + 1 + digits + space);
    }
    match rest {
        [] => (Some('\u{fffd}'), at + 1),
        [b'\r', b'\n', ..] => (None, at + 3),
        [byte, ..] if is_newline(*byte) => (None, at + 2),
        _ => {
            // No character is longer than four bytes; more would be looked at again for each escape.
            let head = rest.get(..rest.len().min(4)).unwrap_or_default();
            let c = head.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next());
            (c, at + 1 + c.map_or(1, char::len_utf8))
        }
    }
}

/// The bytes `range` of `text` with escapes decoded. `bytes` is what to read: the text's, or as many with holes masked.
pub(super) fn decode<'s>(text: &Text<'s>, bytes: &[u8], range: Range<usize>) -> Text<'s> {
    let own = bytes.get(..range.end).unwrap_or_default();
    let next = |from: usize| own.get(from..).and_then(|rest| memchr::memchr(b'\\', rest)).map(|found| from + found);
    let Some(first) = next(range.start) else { return text.slice(range) };
    let mut builder = TextBuilder::new();
    let mut copied = range.start;
    let mut found = Some(first);
    while let Some(at) = found {
        let (c, end) = escape(own, at);
        builder.push(text, copied..at);
        match c {
            // A backslash at the end of a string stands for nothing.
            Some('\u{fffd}') if end == at + 1 => {}
            Some(c) => builder.escaped(c.encode_utf8(&mut [0; 4]), text.span(at..end)),
            None => {}
        }
        copied = end;
        found = next(end);
    }
    builder.push(text, copied..range.end);
    builder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Span;

    fn decoded(source: &str) -> String {
        decode(&Text::exact(source, 0), source.as_bytes(), 0..source.len()).as_str().to_owned()
    }

    #[test]
    fn escapes() {
        assert_eq!(decoded(r"https\3a //\65vil\.test"), "https://evil.test");
        assert_eq!(decoded("ev\\\nil\\\r\n.test"), "evil.test");
        assert_eq!(decoded("\\0 \\110000 \\d800 \\é"), "\u{fffd}\u{fffd}\u{fffd}é");
        assert_eq!(decoded("a\\"), "a");
        let source = r"a\3a b";
        let text = decode(&Text::exact(source, 10), source.as_bytes(), 0..source.len());
        assert_eq!(text.span(1..2), Span::new(11, 15));
        assert_eq!(text.span(2..3), Span::new(15, 16));
    }

    #[test]
    fn unquoted_urls() {
        assert_eq!(url(b"a ) b", 0), Url::Good(0..1, 3));
        assert_eq!(url(b"a", 0), Url::Good(0..1, 1));
        assert_eq!(url(b"a b) c", 0), Url::Bad(4));
        assert_eq!(url(b"a\\)b'c) d", 0), Url::Bad(7));
        assert_eq!(url(b"a\\\n)", 0), Url::Bad(4));
    }

    #[test]
    fn strings() {
        assert_eq!(string(b"'a' b", 0), (Some(1..2), 3));
        assert_eq!(string(b"'a\\\r\n\\'b", 0), (Some(1..8), 8));
        assert_eq!(string(b"'a\nb'", 0), (None, 2));
        assert_eq!(string(b"'a\\", 0), (Some(1..3), 3));
    }
}
