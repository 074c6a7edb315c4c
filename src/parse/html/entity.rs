//! Character references (WHATWG HTML, 13.2.5.72 to 13.2.5.80).

use std::ops::Range;

use htmlize::ENTITIES;
use memchr::memchr2;

use crate::model::{Text, TextBuilder};

/// Where the characters stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::parse) enum Place {
    /// In an attribute, where `&copy2=` is no reference.
    Attribute,
    /// In text.
    Text,
}

/// The longest name of a reference that may lack its semicolon (`&frac12`), without the ampersand.
const MAX_BARE: usize = 6;
/// The longest name of a reference, with its semicolon.
const MAX_NAME: usize = 32;

/// The bytes `range` of `text` with their character references decoded. `source` is what to read: `text`'s characters, or as many
/// with template expressions masked.
pub(in crate::parse) fn decode<'s>(text: &Text<'s>, source: &str, range: Range<usize>, place: Place) -> Text<'s> {
    let bytes = source.as_bytes();
    let end = range.end.min(bytes.len());
    let next = |from: usize| bytes.get(from..end).and_then(|rest| memchr2(b'&', 0, rest)).map(|found| from + found);
    let Some(first) = next(range.start) else { return text.slice(range) };
    let mut builder = TextBuilder::new();
    let mut copied = range.start;
    let mut at = Some(first);
    while let Some(found) = at {
        let decoded = if bytes.get(found) == Some(&0) {
            Some(("\u{fffd}".to_owned(), 1))
        } else {
            bytes.get(found..end).and_then(|rest| reference(rest, place))
        };
        let mut resume = found + 1;
        if let Some((chars, len)) = decoded {
            builder.push(text, copied..found);
            builder.escaped(&chars, text.span(found..found + len));
            copied = found + len;
            resume = copied;
        }
        at = next(resume);
    }
    if copied == range.start {
        return text.slice(range);
    }
    builder.push(text, copied..end);
    builder.finish()
}

/// The reference at the start of `text` (an ampersand), decoded, and its length.
fn reference(text: &[u8], place: Place) -> Option<(String, usize)> {
    if text.get(1) == Some(&b'#') {
        return numeric(text);
    }
    let name = text.get(1..)?;
    let len = name.iter().take(MAX_NAME).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let get = |end: usize| {
        let expansion = ENTITIES.get(text.get(..end)?)?;
        Some((String::from_utf8_lossy(expansion).into_owned(), end))
    };
    if name.get(len) == Some(&b';')
        && let Some(found) = get(len + 2)
    {
        return Some(found);
    }
    match place {
        // Whatever is shorter than the run is followed by a letter, a digit or an equals sign.
        Place::Attribute => (name.get(len) != Some(&b'=')).then(|| get(len + 1))?,
        Place::Text => (2..=len.min(MAX_BARE)).rev().find_map(|len| get(len + 1)),
    }
}

fn numeric(text: &[u8]) -> Option<(String, usize)> {
    let hex = matches!(text.get(2), Some(b'x' | b'X'));
    let (start, radix) = if hex { (3, 16) } else { (2, 10) };
    let digits = text.get(start..)?;
    let len = digits.iter().take_while(|byte| char::from(**byte).is_digit(radix)).count();
    if len == 0 {
        return None;
    }
    let code = digits
        .iter()
        .take(len)
        .fold(0u32, |code, &byte| code.saturating_mul(radix).saturating_add(char::from(byte).to_digit(radix).unwrap_or_default()));
    let semicolon = usize::from(digits.get(len) == Some(&b';'));
    let c = match code {
        0 => '\u{fffd}',
        0x80..=0x9F => windows_1252(code),
        code => char::from_u32(code).unwrap_or('\u{fffd}'),
    };
    Some((c.to_string(), start + len + semicolon))
}

/// What a reference to a C1 control means.
fn windows_1252(code: u32) -> char {
    const TABLE: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•',
        '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    usize::try_from(code.wrapping_sub(0x80)).ok().and_then(|at| TABLE.get(at).copied()).unwrap_or('\u{fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Span;

    fn decoded(source: &str, place: Place) -> String {
        decode(&Text::exact(source, 0), source, 0..source.len(), place).as_str().to_owned()
    }

    #[test]
    fn references_without_a_semicolon() {
        assert_eq!(decoded("?a=1&copy2=3&copy=4&copy", Place::Attribute), "?a=1&copy2=3&copy=4©");
        assert_eq!(decoded("?a=1&copy2=3&copy=4&copy", Place::Text), "?a=1©2=3©=4©");
        assert_eq!(decoded("&notit;&notin;&amp", Place::Attribute), "&notit;∉&");
        assert_eq!(decoded("&notit;&notin;&amp", Place::Text), "¬it;∉&");
        assert_eq!(decoded("&#104&#x74;&#X74p&#;&#x;&nonsense;&", Place::Attribute), "http&#;&#x;&nonsense;&");
    }

    #[test]
    fn numbers_that_name_no_character() {
        assert_eq!(decoded("&#0;&#xD800;&#x110000;&#99999999999;&#x80;\0", Place::Text), "\u{fffd}\u{fffd}\u{fffd}\u{fffd}€\u{fffd}");
    }

    #[test]
    fn every_name_of_the_standard_is_known() {
        for (name, expansion) in ENTITIES.entries() {
            let name = std::str::from_utf8(name).unwrap();
            assert_eq!(decoded(name, Place::Attribute).as_bytes(), *expansion, "{name}");
            assert_eq!(decoded(name, Place::Text).as_bytes(), *expansion, "{name}");
            assert!(name.len() <= MAX_NAME + 1 && (name.ends_with(';') || name.len() <= MAX_BARE + 1), "{name}");
        }
    }

    #[test]
    fn spans_cover_the_references() {
        let source = "a&amp;b&period;c";
        let text = decode(&Text::exact(source, 100), source, 0..source.len(), Place::Attribute);
        assert_eq!(text.as_str(), "a&b.c");
        assert_eq!(text.span(1..4), Span::new(101, 115));
        assert_eq!(text.span(2..3), Span::new(106, 107));
    }
}
