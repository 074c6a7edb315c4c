//! Messages of exceptions that nobody catches: they end the program, and are shown.

use super::super::ir::{Expr, ExprKind, RAISED};
use super::super::observe::{AssignEvent, Parts, Script};
use super::Secrets;
use crate::model::FlowKind;
use crate::parse::Context;

impl<'t> Secrets<'_, 't> {
    /// Keeps whether what is raised may be caught: a `try` begins by forgetting what was raised, and a handler takes it.
    pub(super) fn keep_tries(&mut self, assign: &AssignEvent<'_, 't>) {
        if matches!(assign.target.kind, ExprKind::Name(RAISED)) {
            self.may_be_caught = true;
        } else if matches!(assign.expression.kind, ExprKind::Name(RAISED)) {
            self.may_be_caught = false;
        }
    }

    /// What is raised outside of functions.
    pub(super) fn raised(&mut self, context: &mut Context<'_>, script: Script<'t>, value: &Expr<'t>, parts: &Parts<'t>) {
        let Some(word) = self.roles.raises.first().filter(|_| !self.trails.is_in_function() && !self.may_be_caught).cloned() else {
            return;
        };
        let mut found = Vec::new();
        self.walk(script, parts).expression(value, &mut found);
        // `assert test, message`
        let line = script.text.as_str().get(..value.range.start).and_then(|before| before.rsplit('\n').next()).unwrap_or_default();
        let word = if line.trim_start().starts_with("assert ") { "assert" } else { word.as_str() };
        self.report(context, script, found, word, FlowKind::Printed);
    }
}
