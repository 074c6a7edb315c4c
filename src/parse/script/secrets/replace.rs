//! Replacements that leave nothing of a secret to read: `password.gsub(/./, "*")`, `url.replace(/:[^@]*@/, ":***@")`.

use std::rc::Rc;

use super::super::ir::{Call, Expr, ExprKind};
use super::super::value::Value;
use super::walk::Walk;
use super::{Language, Secrets};

/// Patterns that match one character, whatever it is.
const ANY: [&str; 9] = [".", "(.)", "\\w", "\\S", "[\\s\\S]", "[^\\s]", "[a-zA-Z0-9]", "[A-Za-z0-9]", "[^-]"];

/// Patterns that match a secret as a whole.
const WHOLE: [&str; 9] = [".*", ".+", "\\S+", "\\S*", "\\w+", "\\w*", "[\\s\\S]*", "[\\s\\S]+", "[^\\s]+"];

/// What a pattern has in it that matches a stretch of whatever stands there.
const STRETCHES: [&str; 15] = [".*", ".+", ".{", "\\w+", "\\w*", "\\w{", "\\S+", "\\S*", "\\S{", "]+", "]*", "]{", "(?=.", "(?<=.", "(?!."];

/// A call that puts something in the place of what it finds.
pub(super) struct Replacement<'a, 't> {
    /// What the function is called.
    pub(super) name: &'a str,
    /// The object whose method it is.
    pub(super) receiver: Option<&'a Value<'t>>,
    pub(super) arguments: &'a [Value<'t>],
    /// The call, as it is written.
    pub(super) source: &'a str,
}

/// Whether a function of this name may be one.
pub(super) fn replaces(name: &str) -> bool {
    matches!(name, "replace" | "replaceAll" | "replaceFirst" | "gsub" | "sub" | "replace_all" | "ReplaceAllString")
}

impl<'t> Secrets<'_, 't> {
    /// Whether a replacement leaves nothing of a secret to read.
    pub(super) fn hides_by_replacing(&self, call: &Replacement<'_, 't>) -> bool {
        let language = self.script.language;
        let is_python = language == Language::Python && call.name == "sub";
        let (pattern, mask, is_regex) = match call.arguments {
            // `PATTERN.sub("*", token)`
            [mask, _] if is_python => (call.receiver, mask, true),
            [pattern, mask, ..] => (Some(pattern), mask, is_python || (language == Language::Java && call.name != "replace")),
            _ => return false,
        };
        let (Some(pattern), Some(mask)) = (pattern, mask.constant()) else { return false };
        let is_mask = self.is_put_for_secret(mask);
        let (source, flags) = match pattern {
            Value::Regex(regex) => (regex.as_str(), flags(call.source, regex.as_str())),
            // `new RegExp(".", flags)`, `re.compile(".")`: flags that are not known may be the right ones.
            Value::Result(made) => match made.arguments.as_slice() {
                [source] => (source.constant().unwrap_or_default(), ""),
                [source, flags, ..] => (source.constant().unwrap_or_default(), flags.constant().unwrap_or("g")),
                [] => return false,
            },
            Value::Text(_) if is_regex => (pattern.constant().unwrap_or_default(), ""),
            // The secret itself is replaced.
            Value::Path(_) => return is_mask,
            _ => return is_mask && self.origin(pattern).is_some(),
        };
        let all = match call.name {
            "replace" => !language.is_javascript() || flags.contains('g'),
            "sub" => is_python,
            name => name != "replaceFirst",
        };
        let is_kept = mask.contains(['\\', '$']);
        let bare = source.trim_start_matches("(?s)").trim_start_matches(['^', '(']).trim_end_matches(['$', ')']);
        (!is_kept && (WHOLE.contains(&bare) || (all && ANY.contains(&source))))
            || (is_mask && STRETCHES.iter().any(|stretch| source.contains(stretch)))
    }

    /// Whether this is what stands for a secret that is not shown.
    fn is_put_for_secret(&self, mask: &str) -> bool {
        let filler = |c: char| matches!(c, '*' | '•' | 'x' | 'X' | '#');
        !mask.is_empty() && (mask.chars().all(filler) || mask.contains("**") || self.vocabulary.words.is_mask("", mask))
    }
}

/// The flags that stand behind a regular expression; all that may be, if it stands somewhere else.
fn flags<'a>(source: &'a str, pattern: &str) -> &'a str {
    let Some((_, rest)) = source.split_once(&format!("/{pattern}/")) else { return "g" };
    let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

impl<'t> Walk<'_, '_, 't> {
    /// Whether a call leaves nothing of a secret to read.
    pub(super) fn hides_by_replacing(&self, name: &str, call: &Call<'t>) -> bool {
        if !replaces(name) {
            return false;
        }
        let value = |expression: &Expr<'t>| match &expression.kind {
            ExprKind::Regex(text) => Value::Regex(Rc::new(text.clone())),
            ExprKind::Literal(text) => Value::text(text.clone()),
            _ => self.parts.of(expression).unwrap_or(Value::Unknown),
        };
        let receiver = match &call.callee.kind {
            ExprKind::Member(object, _) => self.parts.of(object),
            _ => None,
        };
        let arguments: Vec<_> = call.arguments.iter().map(|argument| value(&argument.value)).collect();
        let end = call.arguments.last().map_or(call.callee.range.end, |last| last.value.range.end);
        let source = self.script.text.as_str().get(call.callee.range.start..end + 1).unwrap_or_default();
        self.secrets.hides_by_replacing(&Replacement { name, receiver: receiver.as_ref(), arguments: &arguments, source })
    }
}
