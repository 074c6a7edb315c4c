//! What the text is that is tested: a URL, a document, something that names no host.

use crate::model::HostWords;
use crate::parse::script::ir::{Call, Expr, ExprKind};
use crate::parse::script::value::Value;

/// How deep calls and elements are looked through.
const MAX_DEPTH: usize = 8;

/// What is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// A URL, an origin, a host.
    Url,
    /// A page, a program, a file that was read.
    Document,
    /// What may be a document, or anything else.
    Data,
    /// A list, a set, a map.
    Collection,
    /// A string that is no URL: a message, a path, an identifier.
    Other,
    /// A constant that is no URL.
    Constant,
    /// Nothing says what.
    Unknown,
}

/// What an expression with this value is.
pub(super) fn classify(expression: Option<&Expr<'_>>, value: &Value<'_>, words: &HostWords) -> Subject {
    match value {
        Value::List(_) | Value::Record(_) | Value::Function(_) | Value::Class(_) => return Subject::Collection,
        Value::Regex(_) => return Subject::Other,
        Value::Text(built) if built.holes.is_empty() => {
            let is_url = built.text.as_str().contains("://");
            return if is_url { Subject::Unknown } else { Subject::Constant };
        }
        Value::OneOf(values) if values.iter().any(|value| matches!(value, Value::List(_) | Value::Record(_))) => {
            return Subject::Collection;
        }
        _ => {}
    }
    let named = expression.map_or(Subject::Unknown, |expression| of_expression(expression, words, 0));
    match (named, value.path_name()) {
        // What made it says more than what it is called, where it is a document or a collection.
        (Subject::Unknown | Subject::Document | Subject::Data, Some(path)) => match of_path(&path, words) {
            Subject::Unknown => named,
            made => made,
        },
        _ => named,
    }
}

/// What a path stands for: that of a variable, or of a call that gave the value.
fn of_path(path: &str, words: &HostWords) -> Subject {
    let last = path.rsplit('.').next().unwrap_or(path);
    match last.strip_suffix("()") {
        Some(name) if words.readers.contains(name) => Subject::Document,
        Some(name) if words.collectors.contains(name) => Subject::Collection,
        Some(name) if words.transparent.contains(name) || words.getters.contains(name) => Subject::Unknown,
        Some(name) => of_name(name, words),
        None => of_name(last, words),
    }
}

fn of_expression(expression: &Expr<'_>, words: &HostWords, depth: usize) -> Subject {
    if depth > MAX_DEPTH {
        return Subject::Unknown;
    }
    match &expression.kind {
        ExprKind::Name(name) | ExprKind::Member(_, name) => of_name(name, words),
        ExprKind::Index(object, key) => match &key.kind {
            ExprKind::Literal(key) => of_name(key.as_str(), words),
            // One of several.
            _ => match of_expression(object, words, depth + 1) {
                Subject::Collection => of_plural(object, words),
                other => other,
            },
        },
        ExprKind::Slice(inner) => of_expression(inner, words, depth + 1),
        ExprKind::List(_) | ExprKind::Record(_) => Subject::Collection,
        ExprKind::Call(call) => of_call(call, words, depth),
        ExprKind::Choice { then, otherwise, .. } => match of_expression(then, words, depth + 1) {
            Subject::Unknown => of_expression(otherwise, words, depth + 1),
            known => known,
        },
        ExprKind::Concat(parts) => parts.first().map_or(Subject::Unknown, |part| of_expression(part, words, depth + 1)),
        ExprKind::Assign { value, .. } => of_expression(value, words, depth + 1),
        _ => Subject::Unknown,
    }
}

/// An element of what this names: `urls[0]`.
fn of_plural(object: &Expr<'_>, words: &HostWords) -> Subject {
    match &object.kind {
        ExprKind::Name(name) | ExprKind::Member(_, name) => of_name(name.trim_end_matches('s'), words),
        _ => Subject::Unknown,
    }
}

fn of_call(call: &Call<'_>, words: &HostWords, depth: usize) -> Subject {
    let (receiver, name) = match &call.callee.kind {
        ExprKind::Member(object, name) => (Some(&**object), *name),
        ExprKind::Name(name) => (None, *name),
        _ => return Subject::Unknown,
    };
    let first = call.arguments.iter().find(|argument| argument.keyword.is_none()).map(|argument| &argument.value);
    if words.getters.contains(name) {
        return match first.map(|first| &first.kind) {
            Some(ExprKind::Literal(key)) => of_name(key.as_str(), words),
            _ => Subject::Unknown,
        };
    }
    if words.transparent.contains(name) {
        // `x.lower()`, `str(x)`, `strings.ToLower(x)`
        let of_receiver = receiver.map_or(Subject::Unknown, |receiver| of_expression(receiver, words, depth + 1));
        return match (of_receiver, first) {
            (Subject::Unknown, Some(first)) => of_expression(first, words, depth + 1),
            _ => of_receiver,
        };
    }
    if words.readers.contains(name) {
        return Subject::Document;
    }
    if words.collectors.contains(name) {
        return Subject::Collection;
    }
    of_name(name, words)
}

/// What a name says: the last of its words that is known.
fn of_name(name: &str, words: &HostWords) -> Subject {
    // A command's output: `` ` `` is its name.
    if words.other.contains(name) {
        return Subject::Other;
    }
    let parts = split(name);
    for (index, word) in parts.iter().enumerate().rev() {
        let word = word.as_str();
        if index + 1 == parts.len() && is_plural(word, words) {
            return Subject::Collection;
        }
        // A function that says yes or no of a URL gives none.
        if words.url.contains(word) {
            return Subject::Url;
        }
        if words.document.contains(word) {
            return Subject::Document;
        }
        if words.data.contains(word) {
            return Subject::Data;
        }
        if words.other.contains(word) {
            return Subject::Other;
        }
        if words.collection.contains(word) {
            return Subject::Collection;
        }
    }
    Subject::Unknown
}

fn is_plural(word: &str, words: &HostWords) -> bool {
    word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") && !words.singular.contains(word)
}

/// The words of a name, in lower case: `redirectURLHost` is `redirect`, `url`, `host`.
fn split(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (index, &c) in chars.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| chars.get(before));
        let next_lower = chars.get(index + 1).is_some_and(|next| next.is_lowercase());
        let begins = c.is_uppercase() && before.is_some_and(|before| !before.is_uppercase() || next_lower);
        if !c.is_alphanumeric() || begins {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_into_words() {
        let words = |name: &str| split(name).join(" ");
        assert_eq!(words("redirectURLHost"), "redirect url host");
        assert_eq!(words("REDIRECT_URL"), "redirect url");
        assert_eq!(words("baseUrl2"), "base url2");
        assert_eq!(words("X-Forwarded-Host"), "x forwarded host");
        assert_eq!(words(""), "");
    }
}
