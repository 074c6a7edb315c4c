//! Secrets by what stands before them: the name of a header, a key, a keyword.

use super::super::ir::{Call, Expr, ExprKind};
use super::super::value::Value;
use super::walk::{Found, Walk};
use super::{files, written};
use crate::model::CallSays;

impl<'t> Walk<'_, '_, 't> {
    /// Parts that are joined: what stands behind the name of a header is its value.
    pub(super) fn joined(&mut self, parts: &[Expr<'t>], found: &mut Vec<Found>) {
        let mut lead: Option<&str> = None;
        for part in parts {
            if let ExprKind::Literal(text) = &part.kind {
                lead = Some(text.as_str());
                continue;
            }
            let before = found.len();
            self.expression(part, found);
            let is_named = |lead| files::is_label(lead) || (files::names_secret(lead) && is_bare(part));
            if lead.is_some_and(is_named) && matches!(part.kind, ExprKind::Name(_) | ExprKind::Member(..)) {
                found.truncate(before);
            }
            if found.len() == before
                && lead.is_some_and(|lead| self.leads_to_secret(lead))
                && matches!(part.kind, ExprKind::Name(_) | ExprKind::Member(..) | ExprKind::Index(..))
                && !self.is_known(part)
            {
                let mut one = self.here(part, &written(self.script, part));
                one.path = self
                    .parts
                    .of(part)
                    .and_then(|value| value.path_name().map(|path| path.into_owned()))
                    .filter(|path| !self.gives_many(path));
                found.push(one);
            }
            lead = None;
        }
    }

    /// Whether a path is the result of a function that gives other values too, by their names: `getattr()`.
    fn gives_many(&self, path: &str) -> bool {
        let name = path.rsplit('.').next().and_then(|name| name.strip_suffix("()"));
        name.is_some_and(|name| self.secrets.vocabulary.words.gives_by_name(name))
    }

    /// Whether what follows these characters is sent as a secret: `Authorization: Bearer `, `X-API-Key: `.
    fn leads_to_secret(&self, lead: &str) -> bool {
        let lead = lead.trim_end_matches(['"', '\'']);
        if lead.ends_with("Bearer ") {
            return true;
        }
        let Some(name) = lead.strip_suffix(": ").or_else(|| lead.strip_suffix(':')) else { return false };
        let start = name.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '-').map_or(0, |at| at + 1);
        let header = name.get(start..).unwrap_or_default();
        header.contains('-') && header.to_ascii_lowercase().starts_with("x-") && self.secrets.is_secret_name(header)
    }

    /// Whether a part is a constant, hidden, or only about a secret.
    fn is_known(&self, part: &Expr<'t>) -> bool {
        self.parts
            .of(part)
            .is_some_and(|value| value.constant().is_some() || self.secrets.is_harmless("", &value) || self.secrets.contradicts(&value))
    }

    /// Whether what stands under a key that says secret is one.
    pub(super) fn is_kept_under(&self, key: &str, expression: &Expr<'t>, value: Option<&Value<'t>>) -> bool {
        // A resource of this kind is told by its name.
        if matches!(key.to_ascii_lowercase().as_str(), "secret" | "secrets" | "credential" | "credentials" | "authorization")
            || key.contains('.')
            || !self.secrets.says_as_key(key)
        {
            return false;
        }
        let is_value = matches!(expression.kind, ExprKind::Name(_) | ExprKind::Member(..) | ExprKind::Index(..));
        let is_call = match &expression.kind {
            ExprKind::Call(call) => {
                self.secrets.vocabulary.words.call(last_name(call)) == CallSays::Nothing
                    && (self.secrets.vocabulary.words.carries(last_name(call)) || self.secrets.says_as_key(last_name(call)))
            }
            _ => false,
        };
        let cached = self.parts.of(expression);
        let harmless =
            |value: &Value<'t>| self.secrets.is_harmless(key, value) || self.secrets.contradicts(value) || value.constant().is_some();
        (is_value || is_call)
            && !is_error(expression)
            && !value.is_some_and(harmless)
            && !cached.as_ref().is_some_and(harmless)
            && !self.secrets.is_label(&written(self.script, expression))
    }
}

impl<'t> Walk<'_, '_, 't> {
    /// Whether a member is the message of an exception that was raised in this function: `e.message`, `$_.Exception.Message`.
    pub(super) fn is_of_exception(&self, object: &Expr<'t>, name: &str) -> bool {
        const PARTS: [&str; 8] = ["message", "Message", "exception", "Exception", "args", "stack", "full_message", "detail"];
        let name_of = |expression: &Expr<'t>| match &expression.kind {
            ExprKind::Name("_") => self.parts.of(expression).is_some_and(|value| matches!(value, Value::Text(_))),
            ExprKind::Name(_) => self.parts.of(expression).is_some_and(|value| value.alternatives().iter().any(is_exception)),
            ExprKind::Member(inner, name) => self.is_of_exception(inner, name),
            _ => false,
        };
        PARTS.contains(&name) && name_of(object)
    }
}

/// Whether a value is an exception, by its class.
fn is_exception(value: &Value<'_>) -> bool {
    matches!(value, Value::Result(result) if result.path.as_deref().is_some_and(raises))
}

/// Whether a class is one of exceptions, by its name.
pub(super) fn raises(class: &str) -> bool {
    let class = class.strip_suffix(".new").unwrap_or(class);
    class.ends_with("Error") || class.ends_with("Exception")
}

/// Whether a variable is called nothing but a secret.
fn is_bare(part: &Expr<'_>) -> bool {
    matches!(part.kind, ExprKind::Name(name) if ["secret", "credential"].iter().any(|word| word.eq_ignore_ascii_case(name)))
}

/// Whether this is what went wrong, by its name.
pub(super) fn is_error(expression: &Expr<'_>) -> bool {
    matches!(expression.kind, ExprKind::Name(name) if is_name_of_error(name))
}

/// Whether what went wrong is called so.
pub(super) fn is_name_of_error(name: &str) -> bool {
    matches!(name, "e" | "err" | "error" | "ex" | "exc" | "exception" | "cause" | "reason")
}

fn last_name<'t>(call: &Call<'t>) -> &'t str {
    match &call.callee.kind {
        ExprKind::Name(name) | ExprKind::Member(_, name) => name,
        _ => "",
    }
}
