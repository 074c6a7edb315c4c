//! String literals (The Go Programming Language Specification, "String literals"): escapes decoded, each with its exact place.

use tree_sitter::Node;

use super::super::ir::{Expr, ExprKind};
use super::super::tree::Lowering;
use crate::model::TextBuilder;

/// A raw or interpreted string.
pub(super) fn lower<'t>(lowering: &Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let whole = node.byte_range();
    let source = lowering.slice(whole.clone());
    let quote = source.chars().next().unwrap_or('"');
    let closed = source.len() > 1 && source.ends_with(quote);
    let inner = (whole.start + quote.len_utf8()).min(whole.end)..whole.end - usize::from(closed);
    let content = lowering.slice(inner.clone());
    if quote == '`' || !content.contains('\\') {
        return Expr::new(ExprKind::Literal(lowering.text().slice(inner)), whole);
    }
    let mut builder = TextBuilder::new();
    let mut at = 0;
    while let Some(escape) = memchr::memchr(b'\\', content.as_bytes().get(at..).unwrap_or_default()).map(|found| at + found) {
        builder.push(lowering.text(), inner.start + at..inner.start + escape);
        let (chars, length) = decode(content.get(escape + 1..).unwrap_or_default());
        at = escape + 1 + length;
        builder.escaped(&chars, lowering.text().span(inner.start + escape..inner.start + at));
    }
    builder.push(lowering.text(), inner.start + at..inner.end);
    Expr::new(ExprKind::Literal(builder.finish()), whole)
}

/// What an escape stands for, and the bytes it takes behind the backslash.
fn decode(after: &str) -> (String, usize) {
    let Some(kind) = after.chars().next() else { return ("\\".to_owned(), 0) };
    let number = |from: usize, length: usize, radix: u32| {
        let value = u32::from_str_radix(after.get(from..from + length)?, radix).ok().and_then(char::from_u32)?;
        Some((value.to_string(), from + length))
    };
    let decoded = match kind {
        'a' => Some(("\u{7}".to_owned(), 1)),
        'b' => Some(("\u{8}".to_owned(), 1)),
        'f' => Some(("\u{c}".to_owned(), 1)),
        'n' => Some(("\n".to_owned(), 1)),
        'r' => Some(("\r".to_owned(), 1)),
        't' => Some(("\t".to_owned(), 1)),
        'v' => Some(("\u{b}".to_owned(), 1)),
        '\\' | '\'' | '"' => Some((kind.to_string(), 1)),
        '0'..='7' => number(0, 3, 8),
        'x' => number(1, 2, 16),
        'u' => number(1, 4, 16),
        'U' => number(1, 8, 16),
        _ => None,
    };
    decoded.unwrap_or_else(|| (format!("\\{kind}"), kind.len_utf8()))
}
