//! Calls: of functions of this file, of functions whose result can be computed, of all others.

use std::borrow::Cow;
use std::ops::Range;
use std::rc::Rc;

use super::super::ir::{Call, CallStyle, Expr, ExprKind};
use super::super::observe::{CallEvent, RedirectEvent};
use super::super::value::{CallResult, Value};
use super::scope::ScopeKind;
use super::{Engine, Pending};

/// How many calls of functions of this file may nest.
const MAX_CALLS: usize = 6;

impl<'p, 't> Engine<'p, 't, '_, '_> {
    /// A call.
    pub(super) fn call(&mut self, call: &'p Call<'t>, range: &Range<usize>) -> Value<'t> {
        let (receiver, callee) = match &call.callee.kind {
            ExprKind::Member(..) | ExprKind::Index(..) => {
                let (receiver, callee) = self.member(&call.callee);
                (Some(receiver), callee)
            }
            // A command's name is no value.
            ExprKind::Literal(text) if call.style == CallStyle::Command => (None, Value::path(text.as_str())),
            _ => (None, self.evaluate(&call.callee)),
        };
        let arguments: Vec<_> = call.arguments.iter().map(|argument| self.evaluate(&argument.value)).collect();
        let path = callee.path_name();
        let event = CallEvent { call, range, callee: &callee, path: path.as_deref(), receiver: receiver.as_ref(), arguments: &arguments };
        self.tell(|observer, context, script| observer.call(context, script, &event));

        self.iterate(&event);
        if let Some(folded) = self.fold(&event) {
            return folded;
        }
        if let Some(result) = self.call_own(&event) {
            return result;
        }
        let path = match &callee {
            Value::Path(path) => Some(Rc::clone(path)),
            _ => path.map(Rc::from),
        };
        let named = call.arguments.iter().any(|argument| argument.keyword.is_some());
        let keywords = if named { call.arguments.iter().map(|argument| argument.keyword).collect() } else { Vec::new() };
        Value::Result(Rc::new(CallResult { path, receiver, arguments, keywords, range: range.clone() }))
    }

    /// The result of a call of functions of this file; `None` if it is none, or nothing is known of the result.
    fn call_own(&mut self, event: &CallEvent<'_, 't>) -> Option<Value<'t>> {
        let mut result: Option<Value<'t>> = None;
        let callees: Vec<Value<'t>> = event.callee.alternatives().to_vec();
        for callee in callees {
            let value = match callee {
                Value::Function(closure) => self.invoke(closure, event),
                Value::Class(class) => {
                    let constructor =
                        ["constructor", "__init__", "initialize"].into_iter().find_map(|name| self.scopes.member(class, name));
                    if let Some(Value::Function(closure)) = constructor {
                        self.invoke(closure, event);
                    } else {
                        // A struct or data class: its fields are given by name.
                        for (argument, value) in event.call.arguments.iter().zip(event.arguments) {
                            if let Some(name) = argument.keyword {
                                self.scopes.add_member(class, Cow::Borrowed(name), value.clone());
                            }
                        }
                    }
                    Some(Value::Class(class))
                }
                _ => None,
            };
            result = match (result, value) {
                (Some(one), Some(two)) => Some(one.or(two)),
                (one, two) => one.or(two),
            };
        }
        result
    }

    fn invoke(&mut self, closure: usize, event: &CallEvent<'_, 't>) -> Option<Value<'t>> {
        let known = event.arguments.iter().any(Value::is_known) || event.receiver.is_some_and(|this| matches!(this, Value::Record(_)));
        if !known && let Some(constant) = self.closures.get(closure).and_then(|closure| closure.constant.clone()) {
            return Some(constant);
        }
        let recursive = self.running.iter().any(|(running, _)| *running == closure);
        if recursive || self.calls >= MAX_CALLS || self.steps == 0 {
            return None;
        }
        let arguments = spread(event);
        let this = event.receiver.filter(|this| matches!(this, Value::Record(_))).cloned();
        self.calls += 1;
        let value = self.run_closure(closure, &arguments, this);
        self.calls -= 1;
        if !known && let Some(closure) = self.closures.get_mut(closure) {
            closure.constant.clone_from(&value);
        }
        value
    }

    /// Runs a function with these arguments; parameters without one are unknown. Gives what it returns.
    pub(super) fn run_closure(&mut self, closure: usize, arguments: &[Value<'t>], this: Option<Value<'t>>) -> Option<Value<'t>> {
        let found = self.closures.get(closure)?;
        let (function, outer, this) = (found.function, found.scope, this.or_else(|| found.this.clone()));
        let caller = std::mem::replace(&mut self.scope, 0);
        self.scope = self.scopes.open(outer, ScopeKind::Function, this);
        self.running.push((closure, None));
        for (index, parameter) in function.parameters.iter().enumerate() {
            let given = match arguments.get(index) {
                Some(_) if parameter.rest => Some(Value::List(arguments.get(index..).unwrap_or_default().into())),
                other => other.cloned(),
            };
            let default = parameter.default.as_ref().map(|default| self.evaluate(default));
            let unknown = || match &parameter.target.kind {
                ExprKind::Name(name) => Value::path(*name),
                _ => Value::Unknown,
            };
            let value = match (given, default) {
                (Some(given), _) if given.is_known() => given,
                (given, Some(default)) => given.unwrap_or_else(unknown).or(default),
                (given, None) => given.unwrap_or_else(unknown),
            };
            self.bind(&parameter.target, value, &parameter.target, true);
        }
        self.block(&function.body);
        self.scope = caller;
        if let Some(closure) = self.closures.get_mut(closure) {
            closure.done |= self.steps > 0;
        }
        self.running.pop().and_then(|(_, returned)| returned)
    }

    /// A function that is called with each element of a list.
    fn iterate(&mut self, event: &CallEvent<'_, 't>) {
        let iterates = event.name().is_some_and(|name| self.roles.iterators.iter().any(|known| known == name));
        let Some(receiver) = event.receiver.filter(|_| iterates) else { return };
        let Some(Value::Function(closure)) = event.arguments.first() else { return };
        let element = receiver.elements();
        if element.is_known() && self.calls < MAX_CALLS && self.steps > 0 {
            self.pending.push_back(Pending { closure: *closure, arguments: vec![element], calls: self.calls + 1 });
        }
    }

    /// A redirection, and what it is worth.
    pub(super) fn redirect(&mut self, command: &'p Expr<'t>, operator: &'t str, target: &'p Expr<'t>) -> Value<'t> {
        let value = self.evaluate(command);
        let target_value = self.evaluate(target);
        let event = RedirectEvent { command, operator, value: &target_value };
        self.tell(|observer, context, script| observer.redirect(context, script, &event));
        value
    }
}

/// The arguments by place; a list that is spread gives its elements.
fn spread<'t>(event: &CallEvent<'_, 't>) -> Vec<Value<'t>> {
    let mut out = Vec::with_capacity(event.arguments.len());
    for (argument, value) in event.call.arguments.iter().zip(event.arguments) {
        match (&argument.value.kind, value) {
            (ExprKind::Spread(_), Value::List(values)) => out.extend(values.iter().cloned()),
            _ => out.push(value.clone()),
        }
    }
    out
}
