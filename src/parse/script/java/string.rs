//! String literals and text blocks (The Java Language Specification, sections 3.10.5 and 3.10.6): escapes decoded and
//! indentation stripped, each character with its exact place.

use std::ops::Range;

use tree_sitter::Node;

use super::super::ir::{Expr, ExprKind};
use super::super::tree::Lowering;
use crate::model::TextBuilder;

const BLOCK: &str = "\"\"\"";

/// A string, text block, or character.
pub(super) fn lower<'t>(lowering: &Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let whole = node.byte_range();
    let source = lowering.slice(whole.clone());
    if let Some(content) = source.strip_prefix(BLOCK) {
        let start = whole.start + BLOCK.len();
        let end = start + content.strip_suffix(BLOCK).unwrap_or(content).len();
        return block(lowering, start..end, whole);
    }
    let open = usize::from(source.starts_with(['"', '\'']));
    let closed = usize::from(source.len() > open && source.ends_with(['"', '\'']));
    let mut builder = TextBuilder::new();
    let inner = whole.start + open..whole.end - closed;
    if !lowering.slice(inner.clone()).contains('\\') {
        return Expr::new(ExprKind::Literal(lowering.text().slice(inner)), whole);
    }
    decode(lowering, inner, &mut builder);
    Expr::new(ExprKind::Literal(builder.finish()), whole)
}

/// A text block: what follows the line of the opening delimiter, without the indentation that all its lines share.
fn block<'t>(lowering: &Lowering<'t>, inner: Range<usize>, whole: Range<usize>) -> Expr<'t> {
    let content = lowering.slice(inner.clone());
    let first = memchr::memchr(b'\n', content.as_bytes()).map_or(0, |end| end + 1);
    let lines = content.get(first..).unwrap_or_default();
    let indentation = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    // The last line counts although it is blank: it places the closing delimiter.
    let last = lines.rfind('\n').map_or(0, |end| end + 1);
    let counted = lines.split_inclusive('\n').filter(|line| !line.trim().is_empty()).map(indentation);
    let closing = lines.get(last..).filter(|line| line.trim().is_empty()).map(indentation);
    let strip = counted.chain(closing).min().unwrap_or(0);
    let mut builder = TextBuilder::new();
    let mut at = inner.start + first;
    for line in lines.split_inclusive('\n') {
        let body = line.trim_end_matches(['\n', '\r']);
        let kept = body.trim_end_matches([' ', '\t']);
        let start = strip.min(kept.len());
        decode(lowering, at + start..at + kept.len(), &mut builder);
        let continued = kept.len() - kept.trim_end_matches('\\').len();
        // CRLF is a line feed; an odd backslash at the end joins the lines.
        if body.len() < line.len() && continued % 2 == 0 {
            builder.escaped("\n", lowering.text().span(at + body.len()..at + line.len()));
        }
        at += line.len();
    }
    Expr::new(ExprKind::Literal(builder.finish()), whole)
}

fn decode(lowering: &Lowering<'_>, range: Range<usize>, builder: &mut TextBuilder) {
    let content = lowering.slice(range.clone());
    let mut at = 0;
    while let Some(escape) = memchr::memchr(b'\\', content.as_bytes().get(at..).unwrap_or_default()).map(|found| at + found) {
        builder.push(lowering.text(), range.start + at..range.start + escape);
        let (chars, length) = character(content.get(escape + 1..).unwrap_or_default());
        at = escape + 1 + length;
        builder.escaped(&chars, lowering.text().span(range.start + escape..range.start + at));
    }
    builder.push(lowering.text(), range.start + at..range.end);
}

/// What an escape stands for, and the bytes it takes behind the backslash. An unknown one stays as it is.
fn character(after: &str) -> (String, usize) {
    let Some(kind) = after.chars().next() else { return (String::new(), 0) };
    let decoded = match kind {
        'b' => Some('\u{8}'),
        'f' => Some('\u{c}'),
        'n' => Some('\n'),
        'r' => Some('\r'),
        's' => Some(' '),
        't' => Some('\t'),
        '\\' | '\'' | '"' => Some(kind),
        _ => None,
    };
    if let Some(decoded) = decoded {
        return (decoded.to_string(), 1);
    }
    let number = match kind {
        '0'..='7' => {
            let most = if kind < '4' { 3 } else { 2 };
            let length = after.bytes().take(most).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
            after.get(..length).and_then(|digits| u32::from_str_radix(digits, 8).ok()).map(|code| (code, length))
        }
        'u' => {
            let marks = after.len() - after.trim_start_matches('u').len();
            let digits = after.get(marks..marks + 4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
            digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).map(|code| (code, marks + 4))
        }
        _ => None,
    };
    match number {
        Some((code, length)) => (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER).to_string(), length),
        None => (format!("\\{kind}"), kind.len_utf8()),
    }
}
