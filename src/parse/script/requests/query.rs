//! Parameters that are added to a URL after it was made: `url.searchParams.set("a", b)`.

use super::given::{Given, first_text, given, is_nothing};
use super::records::assigned;
use super::senders::key;
use super::{Draft, Requests};
use crate::model::{RequestPart, RequestRole, ScriptRoles, UnknownPart};
use crate::parse::request::encoded;
use crate::parse::script::ir::{Expr, ExprKind};
use crate::parse::script::observe::{AssignEvent, CallEvent, Script};

/// How many parameters are kept of the URL that a variable holds.
const MAX_PARAMETERS: usize = 64;

impl<'t> Requests<'_, 't> {
    /// Takes a call that adds to the query of the URL that a variable holds.
    pub(super) fn extend_url(&mut self, script: Script<'t>, call: &CallEvent<'_, 't>, role: &RequestRole) {
        let ExprKind::Member(object, _) = &call.call.callee.kind else { return };
        let url = match &object.kind {
            ExprKind::Member(url, name) if self.requests.members.parameters.iter().any(|known| known == name) => url,
            _ => object,
        };
        let Some(url) = key(url) else { return };
        let mut added = Draft::default();
        if let (Given::Value(name, of_name), Given::Value(value, of_value)) =
            (given(script, call, &role.name), given(script, call, &role.value))
        {
            let name = first_text(script, name, script.span(&of_name.range));
            added.query.push(encoded(&assigned(&name, &first_text(script, value, script.span(&of_value.range)), "=")));
        }
        self.query_at(script, given(script, call, &role.query), &mut added);
        let known = self.parameters.entry(url).or_default();
        if known.query.len() >= MAX_PARAMETERS {
            known.unknown(RequestPart::Query, "there are too many parameters");
            return;
        }
        // The call may be visited again.
        added.query.retain(|new| !known.query.iter().any(|known| known.whole_span() == new.whole_span() && known.as_str() == new.as_str()));
        known.query.append(&mut added.query);
        added.unknown.into_iter().for_each(|UnknownPart { part, reason }| known.unknown(part, reason));
    }

    /// The query that is assigned.
    pub(super) fn assigned_query(&self, script: Script<'t>, assign: &AssignEvent<'_, 't>) -> Draft<'t> {
        let mut draft = Draft::default();
        if !self.take_query(assign.expression, &mut draft) && !is_nothing(assign.value) {
            self.query_at(script, Given::Value(assign.value, assign.expression), &mut draft);
        }
        draft
    }

    /// Adds to a request what was added to the URL, or to the query, that an expression is about.
    pub(super) fn take_query(&self, expression: &Expr<'t>, draft: &mut Draft<'t>) -> bool {
        let Some(added) = variable(expression, self.roles).and_then(|name| self.parameters.get(&name)) else { return false };
        draft.query.extend(added.query.iter().cloned());
        added.unknown.iter().for_each(|unknown| draft.unknown(unknown.part, unknown.reason.clone()));
        true
    }
}

/// The variable that an expression is about: `url`, `url.href`, `url.toString()`.
fn variable(expression: &Expr<'_>, roles: &ScriptRoles) -> Option<String> {
    match &expression.kind {
        ExprKind::Call(call) if call.arguments.is_empty() => match &call.callee.kind {
            ExprKind::Member(object, _) => variable(object, roles),
            _ => None,
        },
        ExprKind::Member(object, name) if roles.same_member(name) => variable(object, roles),
        _ => key(expression),
    }
}
