//! Calls: of functions of this file, of functions whose result can be computed, of all others.

use std::borrow::Cow;
use std::ops::Range;
use std::rc::Rc;

use super::super::Language;
use super::super::ir::{Call, CallStyle, ExprKind, Parameter};
use super::super::observe::{CallEvent, Output};
use super::super::value::{CallResult, Value};
use super::given::Given;
use super::scope::ScopeKind;
use super::{Closure, Engine, Pending};

/// How many calls of functions of this file may nest.
const MAX_CALLS: usize = 6;

/// How often commands run a function of a shell script for what they give it.
const MAX_RUNS: usize = 8;

/// How many words of a command a function gets.
const MAX_WORDS: usize = 9;

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
        let event = CallEvent {
            call,
            range,
            callee: &callee,
            path: path.as_deref(),
            receiver: receiver.as_ref(),
            arguments: &arguments,
            is_conditional: self.scopes.is_in_branch(),
            caller: self.callers.last().cloned(),
            outputs: Rc::clone(&self.outputs),
            parts: self.parts.clone(),
        };
        self.tell(|observer, context, script| observer.call(context, script, &event));

        self.iterate(&event);
        if let Some(folded) = self.fold(&event) {
            return folded;
        }
        let captures = (call.style == CallStyle::Substitution).then_some(Output::Captured);
        let result = self.to(captures, |engine| {
            if call.style == CallStyle::Command {
                engine.call_command(&event);
            }
            engine.call_own(&event)
        });
        if let Some(result) = result {
            return result;
        }
        let path = match &callee {
            Value::Path(path) => Some(Rc::clone(path)),
            _ => path.map(Rc::from),
        };
        let named = call.arguments.iter().any(|argument| argument.keyword.is_some());
        let keywords = if named { call.arguments.iter().map(|argument| argument.keyword).collect() } else { Vec::new() };
        let is_object = call.style == CallStyle::New && named;
        Value::Result(Rc::new(CallResult { path, receiver, arguments, keywords, is_object, range: range.clone() }))
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
                    Some(object(class, event))
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
        let known = event.arguments.iter().any(|value| value.is_known() || self.observers.iter().any(|observer| observer.follows(value)))
            || event.receiver.is_some_and(|this| matches!(this, Value::Record(_)));
        if !known && let Some(constant) = self.closures.get(closure).and_then(|closure| closure.constant.clone()) {
            return Some(constant);
        }
        // Of methods of one name the last one is known; another may be meant.
        let parameters = self.closures.get(closure).map(|closure| &closure.function.parameters);
        let is_other = |parameters: &Vec<Parameter<'t>>| {
            parameters.len() != event.call.arguments.len() && !parameters.iter().any(|parameter| parameter.rest)
        };
        if self.script.language == Language::Java && parameters.is_some_and(is_other) {
            return None;
        }
        let recursive = self.running.iter().any(|(running, _)| *running == closure);
        if recursive || self.calls >= MAX_CALLS || self.steps == 0 {
            return None;
        }
        let given = Given::of(event);
        let this = event.receiver.filter(|this| matches!(this, Value::Record(_))).cloned();
        self.calls += 1;
        self.callers.push(event.range.clone());
        let value = self.run_closure(closure, &given, this);
        self.callers.pop();
        self.calls -= 1;
        if !known && let Some(closure) = self.closures.get_mut(closure) {
            closure.constant.clone_from(&value);
        }
        value
    }

    /// A command that is a function of this file: its words are the function's `$1`, `$2`, and so on.
    fn call_command(&mut self, event: &CallEvent<'_, 't>) {
        let Some(Value::Function(closure)) = event.path.and_then(|name| self.scopes.get(self.scope, name)) else { return };
        let Some(Closure { done, runs, .. }) = self.closures.get_mut(closure) else { return };
        let followed = event.arguments.iter().any(|value| self.observers.iter().any(|observer| observer.follows(value)));
        if *done && !followed && (*runs >= MAX_RUNS || !event.arguments.iter().any(Value::is_known)) {
            return;
        }
        *runs += 1;
        self.invoke(closure, event);
    }

    /// Runs a function with what it is given; parameters without a value are unknown. Gives what it returns.
    pub(super) fn run_closure(&mut self, closure: usize, given: &Given<'t>, this: Option<Value<'t>>) -> Option<Value<'t>> {
        let found = self.closures.get(closure)?;
        let (function, outer, this) = (found.function, found.scope, this.or_else(|| found.this.clone()));
        let caller = std::mem::replace(&mut self.scope, 0);
        let scope = self.scopes.open(outer, ScopeKind::Function, this);
        let (closures, assigned) = (self.closures.len(), self.scopes.assigned());
        self.scope = scope;
        self.running.push((closure, None));
        self.tell(|observer, _, _| observer.enter());
        // A call may name few of many parameters.
        self.steps = self.steps.saturating_sub(if self.calls > 0 { function.parameters.len() } else { 0 });
        for (index, parameter) in function.parameters.iter().enumerate() {
            let given = given.parameter(self.script, index, parameter, &function.parameters);
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
        if self.script.language == Language::Shell && function.name.is_some() {
            self.bind_words(&given.places);
        }
        if self.script.language.is_javascript() && !given.places.is_empty() {
            self.scopes.declare(self.scope, Cow::Borrowed("arguments"), Value::List(given.places.as_slice().into()));
        }
        self.block(&function.body);
        self.tell(|observer, _, _| observer.leave());
        self.scope = caller;
        if self.closures.len() == closures {
            self.scopes.close(scope, assigned);
        }
        if let Some(closure) = self.closures.get_mut(closure) {
            closure.done |= self.steps > 0;
        }
        self.running.pop().and_then(|(_, returned)| returned)
    }

    /// `$1`, `$2`, `$@`, as far as they are given.
    fn bind_words(&mut self, words: &[Value<'t>]) {
        for (index, word) in words.iter().enumerate().take(MAX_WORDS) {
            self.scopes.declare(self.scope, Cow::Owned((index + 1).to_string()), word.clone());
        }
        if !words.is_empty() {
            for all in ["@", "*"] {
                self.scopes.declare(self.scope, Cow::Borrowed(all), Value::List(words.into()));
            }
        }
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
}

/// An object of a class: its fields as far as its construction names them, and the class.
fn object<'t>(class: usize, event: &CallEvent<'_, 't>) -> Value<'t> {
    let fields = event.call.arguments.iter().zip(event.arguments);
    let mut fields: Vec<_> = fields.filter_map(|(argument, value)| Some((Value::Atom(argument.keyword?), value.clone()))).collect();
    if fields.is_empty() {
        return Value::Class(class);
    }
    fields.push((Value::Unknown, Value::Class(class)));
    Value::Record(fields.into())
}
