//! String literals (The Python Language Reference, sections 2.5 and 2.6): escapes decoded, each with its exact place.

use std::ops::Range;

use tree_sitter::Node;

use super::super::ir::{Expr, ExprKind};
use super::super::tree::{Fields as _, Lowering, children};
use super::expression;
use crate::model::{Text, TextBuilder};
use crate::parse::plain::blocks::{self, Blocks};

/// What the letters before a literal's quotes say.
#[derive(Debug, Clone, Copy, Default)]
struct Prefix {
    raw: bool,
    bytes: bool,
    formatted: bool,
}

impl Prefix {
    fn of(start: &str) -> Self {
        let has = |letter: char| start.chars().any(|c| c.eq_ignore_ascii_case(&letter));
        Self { raw: has('r'), bytes: has('b'), formatted: has('f') || has('t') }
    }
}

/// A literal: constant, or with interpolated expressions.
pub(super) fn lower<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let whole = node.byte_range();
    let mut prefix = Prefix::default();
    let mut parts = Vec::new();
    let mut end_of_start = whole.start;
    for child in children(node) {
        match child.kind() {
            "string_start" => {
                prefix = Prefix::of(lowering.source(child));
                end_of_start = child.end_byte();
            }
            "string_content" => {
                let text = decode(lowering.text(), child.byte_range(), prefix);
                parts.push(Expr::new(ExprKind::Literal(text), child.byte_range()));
            }
            "interpolation" => parts.push(interpolation(lowering, child)),
            _ => {}
        }
    }
    match (parts.pop(), parts.is_empty()) {
        (None, _) => Expr::new(ExprKind::Literal(lowering.text().slice(end_of_start..end_of_start)), whole),
        (Some(only), true) if matches!(only.kind, ExprKind::Literal(_)) => Expr::new(only.kind, whole),
        (last, _) => {
            parts.extend(last);
            Expr::new(ExprKind::Concat(parts), whole)
        }
    }
}

/// A string that is a statement: the samples in it are kept apart, its prose is a string each.
pub(super) fn documentation<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let expression = expression::lower(lowering, node);
    let ExprKind::Literal(text) = &expression.kind else { return expression };
    if !blocks::may_have(text.as_str()) {
        return expression;
    }
    let Blocks { prose, samples, .. } = blocks::split(text, false);
    if samples.is_empty() {
        return expression;
    }
    lowering.samples.extend(samples);
    let start = expression.range.start;
    let literal = |range: Range<usize>| Expr::new(ExprKind::Literal(text.slice(range.clone())), start + range.start..start + range.end);
    Expr::other(prose.into_iter().map(literal).collect(), expression.range.clone())
}

/// The content of a literal whose quotes are unknown or too far away: escapes are decoded as in an ordinary string.
pub(super) fn fragment<'t>(lowering: &Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let text = decode(lowering.text(), node.byte_range(), Prefix::default());
    Expr::new(ExprKind::Literal(text), node.byte_range())
}

/// `{expression!r:format}`.
fn interpolation<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let Some(inner) = node.field("expression") else { return expression::other(lowering, node) };
    let value = expression::lower(lowering, inner);
    let Some(specifier) = node.field("format_specifier") else { return Expr::new(value.kind, node.byte_range()) };
    let nested = children(specifier);
    // A precision cuts a string off: `{key:.4}`.
    if nested.is_empty() && lowering.source(specifier).contains('.') {
        return Expr::new(ExprKind::Slice(Box::new(value)), node.byte_range());
    }
    if nested.is_empty() {
        return Expr::new(value.kind, node.byte_range());
    }
    let mut parts = vec![value];
    parts.extend(nested.into_iter().map(|child| expression::lower(lowering, child)));
    Expr::other(parts, node.byte_range())
}

/// Decodes the characters between quotes and interpolations.
fn decode<'t>(text: &'t Text<'t>, range: Range<usize>, prefix: Prefix) -> Text<'t> {
    let source = text.as_str().get(range.clone()).unwrap_or_default();
    let needs = |byte: u8| (byte == b'\\' && !prefix.raw) || (prefix.formatted && matches!(byte, b'{' | b'}'));
    if !source.bytes().any(needs) {
        return text.slice(range);
    }
    let mut builder = TextBuilder::new();
    let mut at = 0;
    while at < source.len() {
        let rest = source.get(at..).unwrap_or_default();
        let plain = rest.bytes().position(needs).unwrap_or(rest.len());
        builder.push(text, range.start + at..range.start + at + plain);
        at += plain;
        let rest = rest.get(plain..).unwrap_or_default();
        let here = range.start + at;
        if rest.starts_with("{{") || rest.starts_with("}}") {
            builder.escaped(rest.get(..1).unwrap_or_default(), text.span(here..here + 2));
            at += 2;
        } else if let Some(after) = rest.strip_prefix('\\') {
            let (chars, length) = escape(after, prefix.bytes);
            builder.escaped(&chars, text.span(here..here + 1 + length));
            at += 1 + length;
        } else if let Some(c) = rest.chars().next() {
            builder.push(text, here..here + c.len_utf8());
            at += c.len_utf8();
        }
    }
    builder.finish()
}

/// What an escape sequence stands for, and the bytes it takes behind the backslash. An unknown one stays as it is.
fn escape(after: &str, bytes: bool) -> (String, usize) {
    let Some(kind) = after.chars().next() else { return ("\\".to_owned(), 0) };
    let number = |from: usize, least: usize, most: usize, radix: u32| {
        let digits = after.get(from..).unwrap_or_default();
        let length = digits.bytes().take(most).take_while(|&byte| char::from(byte).is_digit(radix)).count();
        let value = u32::from_str_radix(digits.get(..length)?, radix).ok().and_then(char::from_u32)?;
        (length >= least).then(|| (value.to_string(), from + length))
    };
    let decoded = match kind {
        '\n' => Some((String::new(), 1)),
        '\r' => Some((String::new(), 1 + usize::from(after.starts_with("\r\n")))),
        '\\' | '\'' | '"' => Some((kind.to_string(), 1)),
        'a' => Some(("\u{7}".to_owned(), 1)),
        'b' => Some(("\u{8}".to_owned(), 1)),
        'f' => Some(("\u{c}".to_owned(), 1)),
        'n' => Some(("\n".to_owned(), 1)),
        'r' => Some(("\r".to_owned(), 1)),
        't' => Some(("\t".to_owned(), 1)),
        'v' => Some(("\u{b}".to_owned(), 1)),
        '0'..='7' => number(0, 1, 3, 8),
        'x' => number(1, 2, 2, 16),
        'u' if !bytes => number(1, 4, 4, 16),
        'U' if !bytes => number(1, 8, 8, 16),
        // A character by its name: which one does not matter to a URL, so it is one that no name holds.
        'N' if !bytes => after.strip_prefix("N{").and_then(|name| name.find('}')).map(|end| ("\u{fffd}".to_owned(), end + 3)),
        _ => None,
    };
    decoded.unwrap_or_else(|| (format!("\\{kind}"), kind.len_utf8()))
}
