//! The way of a secret through variables.

use super::super::ir::{Expr, ExprKind};
use super::super::observe::{Parts, Script};
use super::super::value::Value;
use super::Secrets;
use crate::model::Span;

/// How many steps are kept of a way: the first ones.
const MAX_STEPS: usize = 8;

/// How many constants are kept.
const MAX_CONSTANTS: usize = 256;

/// Where a secret comes from, and the variables that it went through.
#[derive(Debug, Clone, Default)]
pub(super) struct Trail {
    pub(super) source: Option<Span>,
    pub(super) steps: Vec<Span>,
}

impl<'t> Secrets<'_, 't> {
    /// Keeps what an assignment says of a variable.
    pub(super) fn keep(
        &mut self,
        script: Script<'t>,
        name: &str,
        target: &Expr<'t>,
        expression: &Expr<'t>,
        value: &Value<'t>,
        parts: &Parts<'t>,
    ) {
        let here = script.span(&target.range);
        if self.is_secret_name(name)
            && let Value::Text(built) = value
            && built.holes.is_empty()
            && self.constants.len() < MAX_CONSTANTS
            && !self.vocabulary.words.is_mask(name, built.text.as_str())
        {
            let sources = built.text.sources().filter(|span| !span.is_empty());
            self.constants.extend(sources.map(|span| (span, name.to_owned())));
            self.constants.sort_unstable();
            self.constants.dedup();
        }
        let mut found = Vec::new();
        if expression.range != target.range {
            self.walk(script, parts).expression(expression, &mut found);
        }
        self.paths.extend(found.iter().filter_map(|one| one.path.clone()));
        let trail = match found.into_iter().next() {
            Some(first) => {
                let mut trail = first.trail.unwrap_or_default();
                trail.source.get_or_insert(script.span(&first.range));
                if trail.steps.len() < MAX_STEPS {
                    trail.steps.push(here);
                }
                trail
            }
            None if self.is_secret_name(name) => Trail { source: Some(here), steps: Vec::new() },
            None => {
                self.trails.remove(&key(script, target));
                return;
            }
        };
        self.trails.insert(key(script, target), trail);
    }

    /// The way by which a variable got its secret.
    pub(super) fn trail(&self, script: Script<'t>, expression: &Expr<'t>) -> Option<Trail> {
        self.trails.get(&key(script, expression)).cloned()
    }
}

/// The name of a variable, a member, or of the object to which an element belongs, as it is written.
fn key(script: Script<'_>, target: &Expr<'_>) -> String {
    match &target.kind {
        ExprKind::Name(name) => (*name).to_owned(),
        ExprKind::Index(object, _) => key(script, object),
        _ => script.text.as_str().get(target.range.clone()).unwrap_or_default().to_owned(),
    }
}
