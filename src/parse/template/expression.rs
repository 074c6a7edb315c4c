//! What a small expression of a template language or of JSX can come to, as far as it is made of constants.

use std::ops::Range;

use memchr::memmem;

/// A part of a string that an expression builds, as byte ranges of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::parse) enum Part {
    /// Characters of a string literal.
    Literal(Range<usize>),
    /// A variable.
    Name(Range<usize>),
    /// Anything else.
    Hole(Range<usize>),
}

/// How many values of an expression are followed.
const MAX_ALTERNATIVES: usize = 8;

/// The strings that the expression at `range` of `source` can come to: the sides of `a ? b : c`, `a if b else c`, `a or b`, `a || b`,
/// each a concatenation (`+`, `~`) of literals, variables and unknown parts. Filters (`x | safe`) are read past.
pub(in crate::parse) fn alternatives(source: &str, range: Range<usize>) -> Vec<Vec<Part>> {
    let terms = split(source, range);
    let mut all: Vec<Vec<Part>> = vec![Vec::new()];
    for term in terms {
        match term {
            Term::Or => {
                if all.len() >= MAX_ALTERNATIVES {
                    break;
                }
                all.push(Vec::new());
            }
            Term::Test => {
                // What came before was the condition.
                if let Some(last) = all.last_mut() {
                    last.clear();
                }
            }
            Term::Part(part) => {
                if let Some(last) = all.last_mut() {
                    last.push(part);
                }
            }
            Term::Template(parts) => {
                if let Some(last) = all.last_mut() {
                    last.extend(parts);
                }
            }
        }
    }
    all.retain(|parts| !parts.is_empty());
    all
}

/// The names of the filters at the end of an expression: `safe` in `x | safe`.
pub(super) fn filters(source: &str, range: Range<usize>) -> impl Iterator<Item = &str> {
    let bytes = source.as_bytes().get(..range.end).unwrap_or_default();
    let mut at = range.start;
    std::iter::from_fn(move || {
        while let Some(&byte) = bytes.get(at) {
            at = match byte {
                b'"' | b'\'' | b'`' => string_end(bytes, at),
                b'(' | b'[' | b'{' => group_end(bytes, at),
                _ => at + 1,
            };
            if byte == b'|' {
                let rest = source.get(at..range.end)?.trim_start();
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                return rest.get(..end);
            }
        }
        None
    })
}

enum Term {
    /// Another value is possible from here on.
    Or,
    /// What stood before is a condition.
    Test,
    Part(Part),
    Template(Vec<Part>),
}

/// Splits an expression at its top-level operators.
fn split(source: &str, range: Range<usize>) -> Vec<Term> {
    let bytes = source.as_bytes().get(..range.end).unwrap_or_default();
    let mut terms = Vec::new();
    let mut at = range.start;
    let mut operand = at;
    while let Some(&byte) = bytes.get(at) {
        let next = bytes.get(at + 1).copied();
        let (operator, len) = match byte {
            b'"' | b'\'' | b'`' => {
                at = string_end(bytes, at);
                continue;
            }
            b'(' | b'[' | b'{' => {
                at = group_end(bytes, at);
                continue;
            }
            b'+' | b'~' => (None, 1),
            b'|' if next == Some(b'|') => (Some(Term::Or), 2),
            b'?' if next == Some(b'?') => (Some(Term::Or), 2),
            b'&' if next == Some(b'&') => (Some(Term::Test), 2),
            b'?' if next != Some(b'.') => (Some(Term::Test), 1),
            b':' => (Some(Term::Or), 1),
            b'|' => {
                // Filters: the value stays what it is, as far as this can tell.
                break;
            }
            b' ' | b'\t' | b'\n' | b'\r' => match word(bytes, at + 1) {
                b"or" => (Some(Term::Or), 3),
                b"and" => (Some(Term::Test), 4),
                // `a if b else c`: what stands between is the condition.
                b"if" => {
                    push(&mut terms, source, operand..at);
                    terms.push(Term::Or);
                    operand = at + 3;
                    at = operand;
                    continue;
                }
                b"else" => (Some(Term::Test), 5),
                _ => {
                    at += 1;
                    continue;
                }
            },
            _ => {
                at += 1;
                continue;
            }
        };
        push(&mut terms, source, operand..at);
        terms.extend(operator);
        at += len;
        operand = at;
    }
    push(&mut terms, source, operand..at.min(range.end));
    terms
}

/// Adds what one operand is.
fn push(terms: &mut Vec<Term>, source: &str, range: Range<usize>) {
    let Some(range) = trim(source, range) else { return };
    let bytes = source.as_bytes();
    let first = bytes.get(range.start).copied().unwrap_or_default();
    let own = bytes.get(..range.end).unwrap_or_default();
    let is_string = matches!(first, b'"' | b'\'' | b'`') && closed_string(own, range.start) == Some(range.end);
    terms.push(match first {
        b'`' if is_string => Term::Template(template_parts(source, range.start + 1..range.end - 1)),
        _ if is_string => Term::Part(Part::Literal(range.start + 1..range.end - 1)),
        b'(' if group_end(own, range.start) == range.end && range.len() >= 2 => {
            let literal = only_literal(source, range.start + 1..range.end - 1);
            Term::Part(literal.map_or(Part::Hole(range), Part::Literal))
        }
        _ if source.get(range.clone()).is_some_and(is_name) => Term::Part(Part::Name(range)),
        _ => Term::Part(Part::Hole(range)),
    });
}

/// The one string literal in a group. Anything more is not followed.
fn only_literal(source: &str, range: Range<usize>) -> Option<Range<usize>> {
    let range = trim(source, range)?;
    let bytes = source.as_bytes().get(..range.end)?;
    let is_quote = matches!(bytes.get(range.start), Some(b'"' | b'\''));
    (is_quote && closed_string(bytes, range.start) == Some(range.end)).then(|| range.start + 1..range.end - 1)
}

/// The parts of a template literal, given without its backticks.
pub(in crate::parse) fn template_parts(source: &str, range: Range<usize>) -> Vec<Part> {
    parts(source, range, b"${")
}

/// The parts of a text in which braces hold expressions.
pub(in crate::parse) fn brace_parts(source: &str, range: Range<usize>) -> Vec<Part> {
    parts(source, range, b"{")
}

/// Literals, and a hole for each group that `open` opens.
fn parts(source: &str, range: Range<usize>, open: &[u8]) -> Vec<Part> {
    let bytes = source.as_bytes().get(..range.end).unwrap_or_default();
    let mut parts = Vec::new();
    let mut literal = range.start;
    while let Some(found) = bytes.get(literal..).and_then(|rest| memmem::find(rest, open)) {
        let at = literal + found;
        if literal < at {
            parts.push(Part::Literal(literal..at));
        }
        literal = group_end(bytes, at + open.len() - 1);
        parts.push(Part::Hole(at..literal));
    }
    if literal < range.end {
        parts.push(Part::Literal(literal..range.end));
    }
    parts
}

fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || matches!(c, '_' | '$' | '@'))
        && chars.all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
}

/// The letters from `at` on, if a space follows them.
fn word(bytes: &[u8], at: usize) -> &[u8] {
    let rest = bytes.get(at..).unwrap_or_default();
    let len = rest.iter().take_while(|byte| byte.is_ascii_lowercase()).count();
    if rest.get(len) == Some(&b' ') { rest.get(..len).unwrap_or_default() } else { b"" }
}

/// The offset after the string that starts at `at`; the end of the bytes if it does not close.
fn string_end(bytes: &[u8], at: usize) -> usize {
    closed_string(bytes, at).unwrap_or(bytes.len())
}

fn closed_string(bytes: &[u8], at: usize) -> Option<usize> {
    let quote = bytes.get(at)?;
    let mut end = at + 1;
    loop {
        match bytes.get(end)? {
            b'\\' => end += 1,
            byte if byte == quote => return Some(end + 1),
            _ => {}
        }
        end += 1;
    }
}

/// The offset after the group that opens at `at`; the end of the bytes if it does not close.
fn group_end(bytes: &[u8], at: usize) -> usize {
    let mut depth = 0usize;
    let mut end = at;
    while let Some(byte) = bytes.get(end) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return end + 1;
                }
            }
            b'"' | b'\'' | b'`' => {
                end = string_end(bytes, end);
                continue;
            }
            _ => {}
        }
        end += 1;
    }
    bytes.len()
}

fn trim(source: &str, range: Range<usize>) -> Option<Range<usize>> {
    let text = source.get(range.clone())?;
    let start = range.start + (text.len() - text.trim_start().len());
    let end = start + text.trim().len();
    (start < end).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(source: &str) -> Vec<String> {
        let show = |part: Part| match part {
            Part::Literal(range) => source[range].to_owned(),
            Part::Name(range) => format!("<{}>", &source[range]),
            Part::Hole(_) => "<?>".to_owned(),
        };
        alternatives(source, 0..source.len()).into_iter().map(|parts| parts.into_iter().map(show).collect()).collect()
    }

    #[test]
    fn literals_and_concatenations() {
        assert_eq!(values(" 'a' "), ["a"]);
        assert_eq!(values("\"//\" + host + '/x'"), ["//<host>/x"]);
        assert_eq!(values("'//' ~ host | safe"), ["//<host>"]);
        assert_eq!(values("`//${host}/${a.b()}x`"), ["//<?>/<?>x"]);
        assert_eq!(values("url_for('a')"), ["<?>"]);
        assert_eq!(values("('a')"), ["a"]);
        assert!(values("").is_empty());
    }

    #[test]
    fn filters_by_name() {
        let source = "'a|b' | url|replace('|', '') | safe";
        assert_eq!(filters(source, 0..source.len()).collect::<Vec<_>>(), ["url", "replace", "safe"]);
    }

    #[test]
    fn both_sides_of_a_choice() {
        assert_eq!(values("a ? 'b' : 'c'"), ["b", "c"]);
        assert_eq!(values("a && 'b'"), ["b"]);
        assert_eq!(values("a || 'b'"), ["<a>", "b"]);
        assert_eq!(values("'a' if b else 'c'"), ["a", "c"]);
        assert_eq!(values("a?.b ?? 'c'"), ["<?>", "c"]);
    }

    #[test]
    fn unclosed_strings_end_with_the_expression() {
        assert_eq!(values("'a"), ["<?>"]);
        assert_eq!(values("(a"), ["<?>"]);
        assert_eq!(values("'"), ["<?>"]);
    }
}
