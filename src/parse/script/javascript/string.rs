//! String literals: escapes decoded (ECMA-262, section 12.9.4), each with its exact place.

use std::ops::Range;

use tree_sitter::Node;

use super::super::ir::{Expr, ExprKind};
use super::super::tree::{Lowering, children};
use super::expression;
use crate::model::{Text, TextBuilder};

/// A string in quotes.
pub(super) fn quoted<'t>(lowering: &Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let whole = node.byte_range();
    let text = decode(lowering.text(), inner(lowering.slice(whole.clone()), &whole));
    Expr::new(ExprKind::Literal(text), whole)
}

/// A string in quotes as a JSX attribute: it has character references instead of escapes.
pub(super) fn attribute<'t>(lowering: &Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let whole = node.byte_range();
    let text = references(lowering.text(), inner(lowering.slice(whole.clone()), &whole));
    Expr::new(ExprKind::Literal(text), whole)
}

/// A stretch between escapes, interpolations or tags.
pub(super) fn fragment<'t>(lowering: &Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    Expr::new(ExprKind::Literal(lowering.text().slice(node.byte_range())), node.byte_range())
}

/// A template literal: constant stretches and interpolated expressions.
pub(super) fn template<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let whole = node.byte_range();
    let inside = inner(lowering.slice(whole.clone()), &whole);
    let mut parts = Vec::new();
    let mut at = inside.start;
    for child in children(node) {
        if child.kind() != "template_substitution" {
            continue;
        }
        push_stretch(lowering, at..child.start_byte(), &mut parts);
        let mut inner = children(child);
        let part = match inner.len() {
            1 => expression::lower(lowering, inner.swap_remove(0)),
            _ => expression::other(lowering, child),
        };
        // The whole `${…}`: a string that goes on in it goes on to its end.
        parts.push(Expr { range: child.byte_range(), ..part });
        at = child.end_byte();
    }
    push_stretch(lowering, at..inside.end.max(at), &mut parts);
    match parts.len() {
        0 => Expr::new(ExprKind::Literal(lowering.text().slice(inside)), whole),
        1 if matches!(parts.first().map(|part| &part.kind), Some(ExprKind::Literal(_))) => Expr { range: whole, ..parts.swap_remove(0) },
        _ => Expr::new(ExprKind::Concat(parts), whole),
    }
}

fn push_stretch<'t>(lowering: &Lowering<'t>, range: Range<usize>, parts: &mut Vec<Expr<'t>>) {
    if range.start < range.end {
        parts.push(Expr::new(ExprKind::Literal(decode(lowering.text(), range.clone())), range));
    }
}

/// The range without the quotes that the source has: a string that is cut off has no closing one.
fn inner(source: &str, range: &Range<usize>) -> Range<usize> {
    let open = source.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'));
    let start = range.start + usize::from(open.is_some());
    let closed = open.is_some_and(|quote| source.len() > 1 && source.ends_with(quote));
    start..(range.end - usize::from(closed)).max(start)
}

/// The text at `range` with its escapes decoded.
pub(in crate::parse::script) fn decode<'t>(text: &Text<'t>, range: Range<usize>) -> Text<'t> {
    let chars = text.as_str().get(range.clone()).unwrap_or_default();
    if memchr::memchr(b'\\', chars.as_bytes()).is_none() {
        return text.slice(range);
    }
    let mut builder = TextBuilder::new();
    let mut at = 0;
    while let Some(backslash) = memchr::memchr(b'\\', chars.as_bytes().get(at..).unwrap_or_default()).map(|found| at + found) {
        builder.push(text, range.start + at..range.start + backslash);
        let (decoded, len) = escape(chars.get(backslash..).unwrap_or_default());
        let span = text.span(range.start + backslash..range.start + backslash + len);
        if let Some(char) = decoded {
            builder.escaped(char.encode_utf8(&mut [0; 4]), span);
        }
        at = backslash + len;
    }
    builder.push(text, range.start + at..range.end);
    builder.finish()
}

/// The character that an escape sequence stands for (`None` for a line continuation), and its length in bytes.
/// `source` starts with the backslash.
pub(super) fn escape(source: &str) -> (Option<char>, usize) {
    let rest = source.get(1..).unwrap_or_default();
    let Some(first) = rest.chars().next() else { return (None, 1) };
    let plain = (Some(first), 1 + first.len_utf8());
    match first {
        'n' => (Some('\n'), 2),
        't' => (Some('\t'), 2),
        'r' => (Some('\r'), 2),
        'b' => (Some('\u{8}'), 2),
        'f' => (Some('\u{c}'), 2),
        'v' => (Some('\u{b}'), 2),
        '\r' if rest.starts_with("\r\n") => (None, 3),
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => (None, 1 + first.len_utf8()),
        'x' => hex(rest.get(1..3)).and_then(char::from_u32).map_or(plain, |char| (Some(char), 4)),
        'u' if rest.starts_with("u{") => {
            let digits = rest.get(2..).and_then(|digits| digits.split('}').next()).filter(|digits| digits.len() <= 8);
            match digits.and_then(|digits| hex(Some(digits))) {
                Some(code) => (char::from_u32(code), 4 + digits.map_or(0, str::len)),
                None => plain,
            }
        }
        'u' => unicode(rest).map_or(plain, |(char, len)| (Some(char), 1 + len)),
        '0'..='7' => {
            let len = rest.bytes().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
            let len = if len == 3 && first > '3' { 2 } else { len };
            let code = rest.get(..len).and_then(|digits| u32::from_str_radix(digits, 8).ok());
            code.and_then(char::from_u32).map_or(plain, |char| (Some(char), 1 + len))
        }
        _ => plain,
    }
}

/// `uXXXX`, or two of them that are one character; with the length in bytes.
fn unicode(rest: &str) -> Option<(char, usize)> {
    let high = hex(rest.get(1..5))?;
    if let Some(char) = char::from_u32(high) {
        return Some((char, 5));
    }
    let low = rest.get(5..7).filter(|start| *start == "\\u").and_then(|_| hex(rest.get(7..11)));
    match low.and_then(|low| char::decode_utf16([high as u16, low as u16]).next()?.ok()) {
        Some(char) => Some((char, 11)),
        None => Some((char::REPLACEMENT_CHARACTER, 5)),
    }
}

fn hex(digits: Option<&str>) -> Option<u32> {
    let digits = digits.filter(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

/// The text at `range` with its HTML character references decoded.
pub(super) fn references<'t>(text: &Text<'t>, range: Range<usize>) -> Text<'t> {
    let chars = text.as_str().get(range.clone()).unwrap_or_default();
    if memchr::memchr(b'&', chars.as_bytes()).is_none() {
        return text.slice(range);
    }
    let mut builder = TextBuilder::new();
    let mut at = 0;
    while let Some(start) = memchr::memchr(b'&', chars.as_bytes().get(at..).unwrap_or_default()).map(|found| at + found) {
        builder.push(text, range.start + at..range.start + start);
        let reference = chars.get(start..).unwrap_or_default();
        // No reference is longer than `&CounterClockwiseContourIntegral;`.
        let len = memchr::memchr(b';', reference.as_bytes().get(..40.min(reference.len())).unwrap_or_default()).map_or(1, |end| end + 1);
        let source = reference.get(..len).unwrap_or("&");
        builder.escaped(&htmlize::unescape_attribute(source), text.span(range.start + start..range.start + start + len));
        at = start + len;
    }
    builder.push(text, range.start + at..range.end);
    builder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Span;

    fn decoded(source: &str) -> Text<'_> {
        let text: &'static Text<'_> = Box::leak(Box::new(Text::exact(Box::leak(source.to_owned().into_boxed_str()), 0)));
        decode(text, 0..text.len())
    }

    #[test]
    fn escapes_are_decoded_at_their_places() {
        let text = decoded(r"https\x3a\/\/\u0065v\u{69}l\56test");
        assert_eq!(text.as_str(), "https://evil.test");
        assert_eq!(text.span(5..6), Span::new(5, 9));
        assert_eq!(text.span(8..9), Span::new(13, 19));
        assert_eq!(text.span(8..12), Span::new(13, 27));
    }

    #[test]
    fn odd_escapes_are_what_the_standard_says() {
        assert_eq!(decoded("a\\\nb\\\r\nc").as_str(), "abc");
        assert_eq!(decoded(r"\ud83d\ude00").as_str(), "😀");
        assert_eq!(decoded(r"\ud83d!").as_str(), "\u{fffd}!");
        assert_eq!(decoded(r"\0\101\q\'").as_str(), "\0Aq'");
        for broken in [r"\", r"\x", r"\xé", r"\u", r"\u{", r"\u{zz}", r"\u{110000}", r"\ud83d\u", "\\é"] {
            decoded(broken);
        }
    }
}
