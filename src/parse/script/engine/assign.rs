//! Assignments: what a target holds from then on.

use std::borrow::Cow;
use std::ops::Range;

use super::super::Language;
use super::super::ir::{Entry, Expr, ExprKind, RAISED};
use super::super::observe::AssignEvent;
use super::super::value::{Part, Value};
use super::expression::slot_name;
use super::{Engine, MAX_DEPTH};
use crate::parse::Setting;

/// Up to how many entries a record grows by assignments, so that it stays linear.
const MAX_ENTRIES: usize = 64;

impl<'p, 't> Engine<'p, 't, '_, '_> {
    /// Evaluates an assignment of an expression to a target, with what it held before where that is appended to.
    pub(super) fn assignment(
        &mut self,
        range: &Range<usize>,
        target: &'p Expr<'t>,
        expression: &'p Expr<'t>,
        append: bool,
        local: bool,
    ) -> Value<'t> {
        let mut value = match (&expression.kind, &target.kind) {
            (ExprKind::Name(RAISED), ExprKind::Name(name)) => match self.scopes.get(self.scope, RAISED) {
                None | Some(Value::Unknown) => Value::path(*name),
                Some(raised) => raised,
            },
            _ => self.evaluate(expression),
        };
        if let (ExprKind::Name(name) | ExprKind::Member(_, name), ExprKind::Function(function)) = (&target.kind, &expression.kind) {
            self.name_stretch(name, &function.range);
        }
        if append {
            let before = self.evaluate(target);
            value = match (&before, &value) {
                (Value::List(one), Value::List(two)) if self.room.takes(one.len() + two.len()) => {
                    Value::List(one.iter().chain(two.iter()).cloned().collect())
                }
                (Value::List(one), other) if self.room.takes(one.len() + 1) => {
                    Value::List(one.iter().chain(std::iter::once(other)).cloned().collect())
                }
                (Value::List(_), _) => before.clone(),
                _ => {
                    let part = |value: &Value<'t>, at: &Expr<'t>| Part { value: value.clone(), span: self.script.span(&at.range) };
                    self.room.concat(&[part(&before, target), part(&value, expression)], self.script.span(range))
                }
            };
        }
        self.assign(target, expression, &value, local);
        value
    }

    /// Gives a value to a target: a name, a member, an element, or a pattern of those.
    pub(super) fn bind(&mut self, target: &'p Expr<'t>, value: Value<'t>, expression: &'p Expr<'t>, local: bool) {
        self.assign(target, expression, &value, local);
    }

    /// Gives a value to a variable; `own` if it is known here.
    fn assign_name(&mut self, name: Cow<'t, str>, own: bool, value: &Value<'t>, local: bool) {
        if !own && let Some(before) = self.of_environment(&name) {
            self.scopes.declare(self.scope, name.clone(), before);
        }
        if local {
            self.scopes.declare(self.scope, name, value.clone());
        } else {
            self.scopes.assign(self.scope, name, value.clone());
        }
    }

    /// Whether a value is left for the reader of a sample to fill in: `export PROJECT_ID=`.
    fn is_left_open(&self, value: &Value<'t>) -> bool {
        self.script.language == Language::Shell && matches!(self.context.setting(), Setting::Sample(_)) && value.constant() == Some("")
    }

    fn assign(&mut self, target: &'p Expr<'t>, expression: &'p Expr<'t>, value: &Value<'t>, local: bool) {
        if self.depth >= MAX_DEPTH {
            return;
        }
        self.depth += 1;
        match &target.kind {
            ExprKind::Name(name) => {
                let own = local || self.scopes.get(self.scope, name).is_some();
                let event = AssignEvent { target, object: None, key: None, expression, value, own, parts: self.parts.clone() };
                self.tell(|observer, context, script| observer.assign(context, script, &event));
                if own || !self.is_left_open(value) {
                    self.assign_name(Cow::Borrowed(name), own, value, local);
                }
            }
            ExprKind::Member(object, name) => {
                let object_value = self.evaluate(object);
                let key = Value::Atom(name);
                let (object_part, key) = (Some(&object_value), Some(&key));
                let event = AssignEvent { target, object: object_part, key, expression, value, own: false, parts: self.parts.clone() };
                self.tell(|observer, context, script| observer.assign(context, script, &event));
                self.assign_member(object, &object_value, name, value);
            }
            ExprKind::Index(object, key) => {
                let (object_value, key_value) = (self.evaluate(object), self.evaluate(key));
                let (object_part, key) = (Some(&object_value), Some(&key_value));
                let event = AssignEvent { target, object: object_part, key, expression, value, own: false, parts: self.parts.clone() };
                self.tell(|observer, context, script| observer.assign(context, script, &event));
                self.assign_element(object, &object_value, key_value, value);
            }
            ExprKind::Record(entries) => {
                for Entry { key, value: inner } in entries {
                    let key = key.as_ref().map(|key| self.evaluate(key));
                    let part = match key.as_ref().and_then(Value::constant) {
                        Some(key) => self.member_of(value, key),
                        None => Value::Unknown,
                    };
                    self.assign(inner, expression, &part, local);
                }
            }
            ExprKind::List(items) => {
                // Of several that are given at once each has its own: `a, b = 1, 2`.
                let given = match &expression.kind {
                    ExprKind::List(given) if !items.iter().chain(given).any(|item| matches!(item.kind, ExprKind::Spread(_))) => {
                        given.as_slice()
                    }
                    _ => &[],
                };
                for (index, item) in items.iter().enumerate() {
                    let part = match value {
                        Value::List(values) => values.get(index).cloned().unwrap_or(Value::Unknown),
                        // Of a key and a value the second is the value.
                        Value::Derived(_) if index == 1 && items.len() == 2 => value.clone(),
                        // Of a result and an error the first is the result.
                        _ if index == 0 && items.len() == 2 && items.last().is_some_and(|last| is_error(self.script.language, last)) => {
                            value.clone()
                        }
                        _ => Value::Unknown,
                    };
                    self.assign(item, given.get(index).unwrap_or(expression), &part, local);
                }
            }
            // A target with a default.
            ExprKind::Assign { target: inner, value: default, .. } => {
                let default = self.evaluate(default);
                let value = if value.is_known() { value.clone() } else { value.clone().or(default) };
                self.assign(inner, expression, &value, local);
            }
            ExprKind::Spread(inner) => self.assign(inner, expression, &Value::Unknown, local),
            _ => {
                self.evaluate(target);
            }
        }
        self.depth -= 1;
    }

    /// Puts an element into a record of this file.
    fn assign_element(&mut self, object: &Expr<'t>, object_value: &Value<'t>, key: Value<'t>, value: &Value<'t>) {
        let Value::Record(entries) = object_value else { return };
        if entries.len() >= MAX_ENTRIES {
            return;
        }
        let record = Value::Record(entries.iter().cloned().chain(std::iter::once((key, value.clone()))).collect());
        match &object.kind {
            ExprKind::Name(name) => self.scopes.assign(self.scope, Cow::Borrowed(name), record),
            ExprKind::Member(outer, name) => {
                if let Some(slot) = slot_name(outer, name).filter(|_| self.assigned_members.contains(name)) {
                    self.scopes.assign(self.scope, Cow::Owned(slot), record);
                }
            }
            _ => {}
        }
    }

    fn assign_member(&mut self, object: &Expr<'t>, object_value: &Value<'t>, name: &'t str, value: &Value<'t>) {
        match (&object.kind, object_value) {
            (_, Value::Class(class)) => self.scopes.add_member(*class, Cow::Borrowed(name), value.clone()),
            _ => {
                if let Some(class) = object_value.class() {
                    self.scopes.add_member(class, Cow::Borrowed(name), value.clone());
                }
                if let Some(slot) = slot_name(object, name) {
                    self.assigned_members.insert(name);
                    self.scopes.assign(self.scope, Cow::Owned(slot), value.clone());
                }
                self.assign_element(object, object_value, Value::Atom(name), value);
            }
        }
    }
}

/// Whether this target takes an error, or whether there was a result: `value, err := f()`.
fn is_error(language: Language, target: &Expr<'_>) -> bool {
    let is_named = matches!(target.kind, ExprKind::Name("err" | "error" | "ok" | "found" | "exists"));
    is_named || (language == Language::Go && matches!(target.kind, ExprKind::Name("_")))
}
