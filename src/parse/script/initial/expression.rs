//! What CI systems replace before a program runs: where such references stand, and what is known of them.
//!
//! GitHub Actions: `${{ … }}` with contexts, `&&`, `||` and functions ("Evaluate expressions in workflows and actions"). Azure
//! Pipelines: macros `$(name)`, and `${{ … }}` at compile time ("Define variables"). GitLab: `$NAME` and `${NAME}` in the values
//! of variables ("Where variables can be used").

use std::ops::Range;

use super::super::value::Value;
use super::Variables;
use crate::model::{References, Span, Text};

/// How deep parentheses in an expression may nest.
const MAX_DEPTH: usize = 8;

/// A reference in a text.
pub(super) struct Reference {
    /// All of it.
    pub(super) range: Range<usize>,
    /// The expression in it.
    pub(super) inner: Range<usize>,
}

/// The references in the value of a variable.
pub(super) fn in_variable(chars: &str, references: References) -> Vec<Reference> {
    find(chars, |rest| match references {
        References::Braces => braces(rest),
        References::Macros => braces(rest).or_else(|| macro_name(rest)),
        References::Shell => braces(rest).or_else(|| shell_name(rest)),
    })
}

/// The references in a program. A macro looks as a shell's command substitution does: it is one if a variable has that name,
/// or if no command would have it.
pub(super) fn in_program(chars: &str, references: References, variables: &Variables) -> Vec<Reference> {
    find(chars, |rest| {
        braces(rest).or_else(|| {
            let found = macro_name(rest).filter(|_| references == References::Macros)?;
            let name = rest.get(found.inner.clone())?;
            let no_command = name.contains(['.', '_']) || name.contains(|c: char| c.is_ascii_uppercase());
            (no_command || variables.get(name).is_some()).then_some(found)
        })
    })
}

/// Everything that `read` finds at a dollar sign.
fn find(chars: &str, read: impl Fn(&str) -> Option<Reference>) -> Vec<Reference> {
    let mut out = Vec::new();
    let mut end = 0;
    for at in memchr::memchr_iter(b'$', chars.as_bytes()) {
        if at >= end
            && let Some(Reference { range, inner }) = chars.get(at..).and_then(&read)
        {
            end = at + range.end;
            out.push(Reference { range: at + range.start..end, inner: at + inner.start..at + inner.end });
        }
    }
    out
}

/// The longest expression that is looked at, in bytes.
const MAX_EXPRESSION: usize = 2_000;

/// `${{ … }}`.
fn braces(rest: &str) -> Option<Reference> {
    if !rest.starts_with("${{") {
        return None;
    }
    let window = rest.as_bytes().get(..rest.len().min(MAX_EXPRESSION))?;
    let end = memchr::memmem::find(window, b"}}")?;
    Some(Reference { range: 0..end + 2, inner: 3..end.max(3) })
}

/// `$(name)`.
fn macro_name(rest: &str) -> Option<Reference> {
    let name = rest.strip_prefix("$(")?;
    let length = name.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '.' | '-'))?;
    (length > 0 && name.get(length..)?.starts_with(')')).then(|| Reference { range: 0..length + 3, inner: 2..length + 2 })
}

/// `$NAME`, `${NAME}`.
fn shell_name(rest: &str) -> Option<Reference> {
    let after = rest.strip_prefix('$')?;
    let open = usize::from(after.starts_with('{'));
    let name = after.get(open..)?;
    let length = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
    let closed = open == 0 || name.get(length..)?.starts_with('}');
    let start = 1 + open;
    (length > 0 && closed).then(|| Reference { range: 0..start + length + open, inner: start..start + length })
}

/// What an expression that stands at `span` gives.
pub(super) fn evaluate(inner: &str, span: Span, variables: &Variables) -> Value<'static> {
    operand(inner.trim(), span, variables, 0)
}

fn operand(chars: &str, span: Span, variables: &Variables, depth: usize) -> Value<'static> {
    let chars = chars.trim();
    if depth > MAX_DEPTH || chars.is_empty() {
        return Value::Unknown;
    }
    // `a && b || c` gives one of `b` and `c`, or an `a` that is false: nothing.
    let choices = split(chars, "||");
    if choices.len() > 1 {
        let values = choices.into_iter().map(|choice| operand(choice, span, variables, depth + 1));
        return values.filter(|value| !matches!(value, Value::Unknown)).reduce(Value::or).unwrap_or(Value::Unknown);
    }
    if let [_, .., last] = split(chars, "&&").as_slice() {
        return operand(last, span, variables, depth + 1);
    }
    if let Some(inner) = chars.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        return operand(inner, span, variables, depth + 1);
    }
    if let Some(text) = chars.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        let text = text.replace("''", "'");
        return if text.is_empty() { Value::Unknown } else { Value::text(Text::synthetic(text, span)) };
    }
    if let Some((function, arguments)) = chars.strip_suffix(')').and_then(|rest| rest.split_once('(')) {
        // What these give holds their arguments; others say something about them.
        let holds = ["tojson", "fromjson", "format", "join"].contains(&function.trim().to_ascii_lowercase().as_str());
        let parts: Vec<_> = split(arguments, ",").into_iter().filter(|_| holds).collect();
        if parts.is_empty() {
            return Value::Unknown;
        }
        return Value::Derived(parts.into_iter().map(|part| operand(part, span, variables, depth + 1)).collect());
    }
    let Some(path) = path(chars) else { return Value::Unknown };
    let name = path.strip_prefix("env.").or_else(|| path.strip_prefix("variables.")).unwrap_or(&path);
    match variables.get(name) {
        Some(value) => value.clone(),
        None => Value::path(path),
    }
}

/// Splits at an operator outside of strings and parentheses.
fn split<'c>(chars: &'c str, operator: &str) -> Vec<&'c str> {
    let mut parts = Vec::new();
    let (mut start, mut depth, mut quoted) = (0, 0usize, false);
    for (at, c) in chars.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            _ if quoted => {}
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 && at >= start && chars.get(at..).is_some_and(|rest| rest.starts_with(operator)) => {
                parts.extend(chars.get(start..at));
                start = at + operator.len();
            }
            _ => {}
        }
    }
    parts.extend(chars.get(start..));
    parts
}

/// A dotted path, `['name']` being `.name`.
fn path(chars: &str) -> Option<String> {
    let path = chars.replace("['", ".").replace("']", "");
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '*');
    (path.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && path.chars().all(is_name)).then_some(path)
}
