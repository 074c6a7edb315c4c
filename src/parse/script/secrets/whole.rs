//! What is shown of the whole environment, and of lines that are put together of many parts.

use super::super::Language;
use super::super::ir::{Expr, ExprKind};
use super::super::value::Value;
use super::as_written;
use super::asked::Question;
use super::kept::is_error;
use super::origin::{MAX_LOOKS, Origin};
use super::replace::replaces;
use super::walk::Walk;

impl<'t> Walk<'_, '_, 't> {
    /// Whether this is a variable of the environment whose name comes from elsewhere.
    pub(super) fn is_one_of_environment(&self, object: &Expr<'t>, key: &Expr<'t>) -> bool {
        let is_all = |value: &Value<'t>| self.secrets.origin(value).is_some_and(|origin| origin.is_environment);
        let takes_names = || {
            let record = as_written(self.script, object);
            let find = || memchr::memmem::find(self.script.text.as_str().as_bytes(), format!("keys({record}").as_bytes()).is_some();
            self.secrets.asked.about(Question::Keys, record, find)
        };
        self.parts.of(object).is_some_and(|value| is_all(&value)) && !self.parts.of(key).is_some_and(|key| is_all(&key)) && !takes_names()
    }

    /// Whether stars stand in the place of a secret, or in an entry of a record.
    pub(super) fn has_stars(&self, expression: &Expr<'t>) -> bool {
        match &expression.kind {
            ExprKind::Literal(text) => self.secrets.vocabulary.words.is_put_for_secret(text.as_str()),
            ExprKind::Record(entries) => entries.iter().any(|entry| {
                matches!(&entry.value.kind, ExprKind::Literal(text) if self.secrets.vocabulary.words.is_put_for_secret(text.as_str()))
            }),
            _ => false,
        }
    }

    /// Whether one of several values has stars in the place of a secret: whoever puts a line together in a loop has sorted out
    /// what no one may see.
    pub(super) fn is_starred_elsewhere(&self, value: &Value<'t>) -> bool {
        self.is_starred(value, &mut { MAX_LOOKS })
    }

    fn is_starred(&self, value: &Value<'t>, looks: &mut usize) -> bool {
        let Some(left) = looks.checked_sub(1) else { return false };
        *looks = left;
        match value {
            Value::OneOf(values) => {
                let words = &self.secrets.vocabulary.words;
                let has_stars = |value: &Value<'t>| value.texts().any(|text| words.is_put_for_secret(text.as_str()));
                let is_replaced = |value: &Value<'t>| match value {
                    Value::Result(result) => {
                        let name = result.path.as_deref().and_then(|path| path.rsplit('.').next()).unwrap_or_default();
                        replaces(name) && result.arguments.iter().any(has_stars)
                    }
                    _ => false,
                };
                values.iter().any(|value| is_replaced(value) || has_stars(value) && self.secrets.origin(value).is_none())
            }
            Value::Record(entries) => entries.iter().any(|(key, value)| key.constant().is_none() && self.is_starred(value, looks)),
            Value::List(values) | Value::Derived(values) => {
                values.iter().any(|value| matches!(value, Value::OneOf(_) | Value::Record(_)) && self.is_starred(value, looks))
            }
            _ => false,
        }
    }

    /// Whether this is what went wrong in a function of Go that says secret by its name: `err := refreshCreds()`.
    pub(super) fn is_only_error(&self, expression: &Expr<'t>, value: &Value<'t>) -> bool {
        let is_made = |value: &Value<'t>| match value {
            Value::Result(result) => result.path.as_deref().is_some_and(|path| self.secrets.carries(path)),
            _ => true,
        };
        self.script.language == Language::Go && is_error(expression) && !value.alternatives().iter().any(is_made)
    }

    /// Whether an expression is the whole environment from which its value comes.
    pub(super) fn is_all(&self, expression: &Expr<'t>, value: &Value<'t>, origin: &Origin) -> bool {
        match &expression.kind {
            // What a function of this file makes of the environment may be a part of it.
            ExprKind::Call(call) => format!("{}()", as_written(self.script, &call.callee)) == origin.name,
            // What a function is given may be the environment in one call of many; Python's loops take its names.
            ExprKind::Name(name) if *name != origin.name => {
                let takes_names = || match value {
                    Value::Derived(values) => matches!(&**values, [Value::Path(path)] if self.secrets.is_environment(path)),
                    _ => false,
                };
                self.secrets.trail(self.script, expression).is_some() && !(self.script.language == Language::Python && takes_names())
            }
            _ => true,
        }
    }
}
