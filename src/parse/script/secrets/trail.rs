//! The way of a secret through variables.

use super::super::ir::{Call, Expr, ExprKind};
use super::super::observe::{CallEvent, Parts, Script};
use super::super::value::Value;
use super::Secrets;
use crate::model::Span;

/// How many steps are kept of a way: the first ones.
const MAX_STEPS: usize = 8;

/// How far behind a variable's name a constant may stand that counts by what it looks like, in bytes.
const MAX_GAP: usize = 100;

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
        if let Value::Text(built) = value
            && built.holes.is_empty()
            && self.constants.len() < MAX_CONSTANTS
            && (self.is_secret_name(name) && !self.vocabulary.words.is_mask(name, built.text.as_str())
                || self.is_generated(name, target, expression))
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

    /// Whether a constant that looks generated stands, as it is, behind a variable whose name speaks of a secret.
    fn is_generated(&self, name: &str, target: &Expr<'t>, expression: &Expr<'t>) -> bool {
        let ExprKind::Literal(text) = &expression.kind else { return false };
        matches!(target.kind, ExprKind::Name(_) | ExprKind::Member(..))
            && expression.range.start.saturating_sub(target.range.end) <= MAX_GAP
            && text.as_source_str().is_some_and(|constant| self.vocabulary.words.is_generated(name, constant))
    }

    /// Keeps what a setter of an object is given: `query.setDescription(password)`.
    pub(super) fn keep_set(&mut self, script: Script<'t>, call: &CallEvent<'_, 't>) {
        let (ExprKind::Member(object, name), [argument]) = (&call.call.callee.kind, call.call.arguments.as_slice()) else { return };
        let Some(field) = ["set", "Set"].iter().find_map(|verb| field_of(name, verb)) else { return };
        let field = format!("{}.{field}", key(script, object));
        let mut found = Vec::new();
        self.walk(script, &call.parts).expression(&argument.value, &mut found);
        match found.into_iter().next() {
            Some(first) => {
                let mut trail = first.trail.unwrap_or_default();
                trail.source.get_or_insert(script.span(&first.range));
                self.trails.insert(field, trail);
            }
            None => {
                self.trails.remove(&field);
            }
        }
    }

    /// The way by which an object got the secret that a getter of it gives: `query.getDescription()`.
    pub(super) fn trail_of_getter(&self, script: Script<'t>, call: &Call<'t>) -> Option<Trail> {
        let (ExprKind::Member(object, name), []) = (&call.callee.kind, call.arguments.as_slice()) else { return None };
        let field = ["get", "Get"].iter().find_map(|verb| field_of(name, verb))?;
        let object = key(script, object);
        let fields = [field.to_owned(), first_in_lower_case(field)];
        fields.iter().find_map(|field| self.trails.get(&format!("{object}.{field}")).cloned())
    }

    /// The way by which a variable got its secret.
    pub(super) fn trail(&self, script: Script<'t>, expression: &Expr<'t>) -> Option<Trail> {
        self.trails.get(&key(script, expression)).cloned()
    }
}

/// The field that a getter or setter is for.
fn field_of<'n>(name: &'n str, verb: &str) -> Option<&'n str> {
    name.strip_prefix(verb).filter(|field| field.starts_with(char::is_uppercase))
}

fn first_in_lower_case(field: &str) -> String {
    field.chars().take(1).flat_map(char::to_lowercase).chain(field.chars().skip(1)).collect()
}

/// The name of a variable, a member, or of the object to which an element belongs, as it is written.
fn key(script: Script<'_>, target: &Expr<'_>) -> String {
    match &target.kind {
        ExprKind::Name(name) => (*name).to_owned(),
        ExprKind::Index(object, _) => key(script, object),
        _ => script.text.as_str().get(target.range.clone()).unwrap_or_default().to_owned(),
    }
}
