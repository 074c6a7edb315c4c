//! The `content` of `<meta http-equiv=refresh>`: "shared declarative refresh steps" of WHATWG HTML, 4.2.5.3.

use std::ops::Range;

use super::tokenizer::{MASK, is_space};

/// The byte range of the URL to which the decoded value `source` (holes masked) sends a page, if it sends it anywhere.
pub(super) fn url(source: &str) -> Option<Range<usize>> {
    let bytes = source.as_bytes();
    let skip_spaces = |at| skip(bytes, at, is_space);
    let mut at = skip_spaces(0);
    let digits = at;
    at = skip(bytes, at, |byte| byte.is_ascii_digit());
    if at == digits && bytes.get(at) != Some(&b'.') {
        // A placeholder of a template may stand for the number.
        if bytes.get(at) != Some(&MASK) {
            return None;
        }
        at += source.get(at..)?.find([';', ','])?;
    }
    at = skip(bytes, at, |byte| byte.is_ascii_digit() || byte == b'.');
    let separated = bytes.get(at).copied()?;
    if !matches!(separated, b';' | b',') && !is_space(separated) {
        return None;
    }
    at = skip_spaces(at);
    if matches!(bytes.get(at), Some(b';' | b',')) {
        at += 1;
    }
    at = skip_spaces(at);
    bytes.get(at)?;
    let start = after_url_equals(bytes, at).unwrap_or(at);
    let (start, end) = match bytes.get(start) {
        Some(&quote @ (b'"' | b'\'')) => {
            let from = start + 1;
            let close = bytes.get(from..)?.iter().position(|&byte| byte == quote);
            (from, close.map_or(bytes.len(), |found| from + found))
        }
        _ => (start, bytes.len()),
    };
    Some(start..end)
}

/// Where the URL starts after `url=`; `None` where that is missing, and so belongs to the URL as far as it goes.
fn after_url_equals(bytes: &[u8], at: usize) -> Option<usize> {
    let word = bytes.get(at..at + 3)?;
    if !word.eq_ignore_ascii_case(b"url") {
        return None;
    }
    let at = skip(bytes, at + 3, is_space);
    (bytes.get(at) == Some(&b'=')).then(|| skip(bytes, at + 1, is_space))
}

fn skip(bytes: &[u8], from: usize, is: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    rest.iter().position(|&byte| !is(byte)).map_or(bytes.len(), |found| from + found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(source: &str) -> Option<&str> {
        url(source).map(|range| &source[range])
    }

    #[test]
    fn a_number_comes_first() {
        assert_eq!(target("0; url=//a.test"), Some("//a.test"));
        assert_eq!(target(" 1.9..5. , URL = 'a'b"), Some("a"));
        assert_eq!(target(".9; url=\"a"), Some("a"));
        for none in ["", "1", "1;", "1; ", "foo", "; a", "+1; a", "-1; a", "1e0; a", "1x; a", "1url=a"] {
            assert_eq!(target(none), None, "{none}");
        }
    }

    #[test]
    fn url_equals_may_be_missing() {
        assert_eq!(target("1;a"), Some("a"));
        assert_eq!(target("1 a"), Some("a"));
        assert_eq!(target("1; url a"), Some("url a"));
        assert_eq!(target("1; urla"), Some("urla"));
        assert_eq!(target("1;;url=a"), Some(";url=a"));
        assert_eq!(target("1 x;url=a"), Some("x;url=a"));
    }
}
