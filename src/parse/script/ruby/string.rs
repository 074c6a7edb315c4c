//! String literals (Ruby's `doc/syntax/literals.rdoc`): escapes decoded, each with its exact place.

use std::ops::Range;

use tree_sitter::Node;

use super::super::ir::{Expr, ExprKind};
use super::super::tree::{Lowering, children};
use super::{expression, parts};
use crate::model::TextBuilder;

/// A literal in delimiters of its own: a string, symbol, regular expression or command.
pub(super) fn lower<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let whole = node.byte_range();
    let (mut inner, mut raw) = (whole.clone(), false);
    if let Some(open) = node.child(0).filter(|open| !open.is_named()) {
        inner.start = open.end_byte();
        raw = matches!(lowering.source(open).as_bytes(), [b'\'', ..] | [b'%', b'q' | b's' | b'w' | b'i', ..] | [b':', b'\'', ..]);
    }
    if let Some(close) = node.child(node.child_count().saturating_sub(1)).filter(|close| !close.is_named()) {
        inner.end = close.start_byte().max(inner.start);
    }
    contents(lowering, node, inner, raw, &[], whole)
}

/// A word of `%w[…]`, `%i[…]` and their interpolating forms.
pub(super) fn word<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, raw: bool) -> Expr<'t> {
    contents(lowering, node, node.byte_range(), raw, &[], node.byte_range())
}

/// A stretch between escapes and interpolations, as it is.
pub(super) fn fragment<'t>(lowering: &Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    Expr::new(ExprKind::Literal(lowering.text().slice(node.byte_range())), node.byte_range())
}

/// What stands at `inner`: constant, or with the interpolations among the node's children. The characters at `cuts`, which
/// are sorted, are left out. In a raw string a backslash stands before a delimiter or a backslash only.
pub(super) fn contents<'t>(
    lowering: &mut Lowering<'t>,
    node: Node<'_>,
    inner: Range<usize>,
    raw: bool,
    cuts: &[Range<usize>],
    whole: Range<usize>,
) -> Expr<'t> {
    let mut out = Vec::new();
    let mut at = inner.start;
    for child in children(node).into_iter().filter(|child| child.kind() == "interpolation") {
        stretch(lowering, at..child.start_byte(), raw, cuts, &mut out);
        out.push(interpolation(lowering, child));
        at = child.end_byte();
    }
    stretch(lowering, at..inner.end.max(at), raw, cuts, &mut out);
    match (out.pop(), out.is_empty()) {
        (None, _) => Expr::new(ExprKind::Literal(lowering.text().slice(inner.start..inner.start)), whole),
        // `"#{x}"` is `x`.
        (Some(only), true) => Expr::new(only.kind, whole),
        (last, _) => {
            out.extend(last);
            Expr::new(ExprKind::Concat(out), whole)
        }
    }
}

/// `#{…}`, as one expression that takes the whole of its place.
fn interpolation<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let mut inner = parts(node);
    let value = match inner.len() {
        1 => expression::lower(lowering, inner.swap_remove(0)),
        _ => expression::other(lowering, node),
    };
    Expr { range: node.byte_range(), ..value }
}

fn stretch<'t>(lowering: &Lowering<'t>, range: Range<usize>, raw: bool, cuts: &[Range<usize>], out: &mut Vec<Expr<'t>>) {
    if range.is_empty() {
        return;
    }
    let first = cuts.partition_point(|cut| cut.end <= range.start);
    let cuts = cuts.get(first..).unwrap_or_default().iter().take_while(|cut| cut.start < range.end);
    let plain = memchr::memchr(b'\\', lowering.slice(range.clone()).as_bytes()).is_none();
    if plain && cuts.clone().next().is_none() {
        out.push(Expr::new(ExprKind::Literal(lowering.text().slice(range.clone())), range));
        return;
    }
    let mut builder = TextBuilder::new();
    let mut at = range.start;
    for cut in cuts {
        decode(lowering, at..cut.start.max(at), raw, &mut builder);
        at = cut.end.min(range.end).max(at);
    }
    decode(lowering, at..range.end, raw, &mut builder);
    out.push(Expr::new(ExprKind::Literal(builder.finish()), range));
}

fn decode(lowering: &Lowering<'_>, range: Range<usize>, raw: bool, builder: &mut TextBuilder) {
    let content = lowering.slice(range.clone());
    let mut at = 0;
    while let Some(backslash) = memchr::memchr(b'\\', content.as_bytes().get(at..).unwrap_or_default()).map(|found| at + found) {
        builder.push(lowering.text(), range.start + at..range.start + backslash);
        let (chars, length) = escape(content.get(backslash + 1..).unwrap_or_default(), raw);
        at = backslash + 1 + length;
        builder.escaped(&chars, lowering.text().span(range.start + backslash..range.start + at));
    }
    builder.push(lowering.text(), range.start + at..range.end);
}

/// What an escape stands for, and the bytes it takes behind the backslash.
fn escape(after: &str, raw: bool) -> (String, usize) {
    let Some(kind) = after.chars().next() else { return ("\\".to_owned(), 0) };
    if raw {
        return match kind {
            '\\' | '\'' | ')' | ']' | '}' | '>' | ' ' => (kind.to_string(), 1),
            _ => ("\\".to_owned(), 0),
        };
    }
    let digits = |from: usize, most: usize, radix: u32| {
        let rest = after.get(from..).unwrap_or_default();
        let length = rest.bytes().take(most).take_while(|byte| char::from(*byte).is_digit(radix)).count();
        let code = u32::from_str_radix(rest.get(..length)?, radix).ok()?;
        Some((char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER).to_string(), from + length))
    };
    let decoded = match kind {
        'a' => Some(("\u{7}".to_owned(), 1)),
        'b' => Some(("\u{8}".to_owned(), 1)),
        'e' => Some(("\u{1b}".to_owned(), 1)),
        'f' => Some(("\u{c}".to_owned(), 1)),
        'n' => Some(("\n".to_owned(), 1)),
        'r' => Some(("\r".to_owned(), 1)),
        's' => Some((" ".to_owned(), 1)),
        't' => Some(("\t".to_owned(), 1)),
        'v' => Some(("\u{b}".to_owned(), 1)),
        '\n' => Some((String::new(), 1)),
        '\r' if after.starts_with("\r\n") => Some((String::new(), 2)),
        '0'..='7' => digits(0, 3, 8),
        'x' => digits(1, 2, 16),
        'u' => match after.strip_prefix("u{").and_then(|codes| codes.split_once('}')) {
            Some((codes, _)) => {
                let chars = codes.split_whitespace().filter_map(|code| u32::from_str_radix(code, 16).ok().and_then(char::from_u32));
                Some((chars.collect(), codes.len() + 3))
            }
            None => digits(1, 4, 16),
        },
        _ => None,
    };
    decoded.unwrap_or_else(|| (kind.to_string(), kind.len_utf8()))
}
