//! The value of an expression.

use std::ops::Range;
use std::rc::Rc;

use super::super::Language;
use super::super::ir::{Element, Entry, Expr, ExprKind};
use super::super::observe::{CompareEvent, ElementEvent, EntryEvent};
use super::super::value::{Part, Value};
use super::{Engine, MAX_DEPTH};
use crate::model::Text;

impl<'p, 't> Engine<'p, 't, '_, '_> {
    /// Evaluates an expression, for its effects too.
    pub(super) fn evaluate(&mut self, expression: &'p Expr<'t>) -> Value<'t> {
        if self.calls > 0 {
            // An extra run ends here when the steps are used up: what it would have told is lost, its own run tells the rest.
            if self.steps == 0 {
                return Value::Unknown;
            }
            self.steps -= 1;
        }
        if self.depth >= MAX_DEPTH {
            return Value::Unknown;
        }
        self.depth += 1;
        let value = self.value(expression);
        self.depth -= 1;
        let is_part = match &expression.kind {
            ExprKind::Name(_) | ExprKind::Member(..) | ExprKind::Index(..) | ExprKind::Call(_) => true,
            // Whatever runs the program fills it in.
            ExprKind::Literal(text) => text.has_holes(),
            _ => false,
        };
        if is_part {
            self.parts.keep(&expression.range, &value);
        }
        value
    }

    fn value(&mut self, expression: &'p Expr<'t>) -> Value<'t> {
        let range = &expression.range;
        match &expression.kind {
            ExprKind::Literal(text) => self.literal(text, range),
            ExprKind::Regex(text) => {
                if self.seen_literals.insert(range.start) {
                    self.tell(|observer, context, script| observer.regex(context, script, text));
                }
                Value::Regex(Rc::new(text.clone()))
            }
            ExprKind::Atom(atom) => Value::Atom(atom),
            ExprKind::Concat(parts) => self.concat(parts, range),
            ExprKind::Format { template, arguments } => self.percent(template, arguments, range),
            ExprKind::Name(name) => self.name(name),
            ExprKind::This => self.this(),
            ExprKind::Member(..) | ExprKind::Index(..) => self.member(expression).1,
            ExprKind::Slice(inner) => {
                self.evaluate(inner);
                Value::Reduced
            }
            ExprKind::Call(call) => self.call(call, range),
            ExprKind::Assign { target, value: expression, append, local } => self.assignment(range, target, expression, *append, *local),
            ExprKind::Record(entries) => self.record(entries),
            ExprKind::List(items) => self.list(items),
            ExprKind::Spread(inner) => self.evaluate(inner),
            ExprKind::Choice { test, then, otherwise } => {
                if let Some(test) = test {
                    self.evaluate(test);
                }
                let then = self.evaluate(then);
                then.or(self.evaluate(otherwise))
            }
            ExprKind::Compare { operator, left, right } => {
                let values = (self.evaluate(left), self.evaluate(right));
                let event = CompareEvent { operator, left: (left, &values.0), right: (right, &values.1) };
                self.tell(|observer, context, script| observer.compare(context, script, &event));
                Value::Reduced
            }
            ExprKind::Function(function) => self.closure(function),
            ExprKind::Element(element) => self.element(element),
            ExprKind::Pipe(commands) => self.pipe(commands),
            ExprKind::Redirect { .. } => self.redirect(expression),
            ExprKind::Other(parts) => {
                for part in parts {
                    self.evaluate(part);
                }
                Value::Unknown
            }
        }
    }

    fn literal(&mut self, text: &'p Text<'t>, range: &Range<usize>) -> Value<'t> {
        let filled = self.initial.as_ref().and_then(|initial| initial.fill(text));
        if self.seen_literals.insert(range.start) {
            let text = filled.as_ref().and_then(|value| value.texts().next()).unwrap_or(text);
            self.tell(|observer, context, script| observer.literal(context, script, text));
        }
        filled.unwrap_or_else(|| Value::text(text.clone()))
    }

    fn concat(&mut self, parts: &'p [Expr<'t>], range: &Range<usize>) -> Value<'t> {
        let parts: Vec<_> = parts.iter().map(|part| Part { value: self.evaluate(part), span: self.script.span(&part.range) }).collect();
        let value = self.room.concat(&parts, self.script.span(range));
        if let Value::Text(built) = &value {
            self.tell(|observer, context, script| observer.joined(context, script, &built.text));
        }
        value
    }

    fn name(&self, name: &str) -> Value<'t> {
        self.scopes.get(self.scope, name).or_else(|| self.of_environment(name)).unwrap_or_else(|| Value::path(name))
    }

    /// A variable of the environment that a program knows by its bare name.
    pub(super) fn of_environment(&self, name: &str) -> Option<Value<'t>> {
        if self.script.language == Language::Shell { self.initial_variable(name) } else { None }
    }

    /// A variable of the environment.
    fn initial_variable(&self, name: &str) -> Option<Value<'t>> {
        self.initial.as_ref()?.variable(name).cloned()
    }

    fn this(&self) -> Value<'t> {
        if let Some(this) = self.scopes.this(self.scope) {
            return this;
        }
        self.scopes.class(self.scope).map_or_else(|| Value::path("this"), Value::Class)
    }

    /// The object and the value of a member or element.
    pub(super) fn member(&mut self, expression: &'p Expr<'t>) -> (Value<'t>, Value<'t>) {
        match &expression.kind {
            ExprKind::Member(object, name) => {
                let object_value = self.evaluate(object);
                let assigned = self.assigned_members.contains(name).then(|| slot_name(object, name)).flatten();
                let known = assigned.and_then(|slot| self.scopes.get(self.scope, &slot));
                let mut value = known.unwrap_or_else(|| self.member_of(&object_value, name));
                if let Value::Path(path) = &value
                    && let Some(constant) = self.roles.constants.get(&**path)
                {
                    value = Value::text(Text::synthetic(constant.as_str().to_owned(), self.script.span(&expression.range)));
                }
                (object_value, value)
            }
            ExprKind::Index(object, key) => {
                let (object, key) = (self.evaluate(object), self.evaluate(key));
                let value = match key.constant() {
                    Some(key) => self.member_of(&object, key),
                    None => object.elements(),
                };
                (object, value)
            }
            _ => (Value::Unknown, self.evaluate(expression)),
        }
    }

    /// A member of a value.
    pub(super) fn member_of(&self, object: &Value<'t>, name: &str) -> Value<'t> {
        let anything = || Value::path(format!("{}.{name}", Value::ANYTHING));
        match object {
            Value::OneOf(values) => {
                let members: Vec<_> = values.iter().map(|value| self.member_of(value, name)).collect();
                let known = members.iter().filter(|value| !value.is_anything()).cloned().reduce(Value::or);
                known.unwrap_or_else(anything)
            }
            Value::Record(_) | Value::List(_) => match (object.entry(name), object.class()) {
                (Some(value), _) => value.clone(),
                (None, Some(class)) => self.member_of(&Value::Class(class), name),
                (None, None) => anything(),
            },
            Value::Class(class) => self.scopes.member(*class, name).unwrap_or_else(|| Value::path(format!("this.{name}"))),
            Value::Result(_) if let Some(field) = object.field(name) => field.clone(),
            Value::Text(_) if self.roles.same_member(name) => object.clone(),
            Value::Path(path) if self.roles.globals.iter().any(|global| **global == **path) => self.name(name),
            value => match value.path_name() {
                Some(path) if self.roles.environment.iter().any(|known| **known == *path) && self.initial_variable(name).is_some() => {
                    self.initial_variable(name).unwrap_or(Value::Unknown)
                }
                Some(path) if path.len() + name.len() < MAX_PATH => Value::path(format!("{path}.{name}")),
                _ => anything(),
            },
        }
    }

    fn record(&mut self, entries: &'p [Entry<'t>]) -> Value<'t> {
        let mut out = Vec::with_capacity(entries.len());
        for Entry { key, value: expression } in entries {
            let Some(key_expression) = key else {
                match self.evaluate(expression) {
                    Value::Record(inner) if self.room.takes(2 * inner.len()) => out.extend(inner.iter().cloned()),
                    other => out.push((Value::Unknown, other)),
                }
                continue;
            };
            let key = self.evaluate(key_expression);
            let value = self.evaluate(expression);
            if let (ExprKind::Atom(name), ExprKind::Function(function)) = (&key_expression.kind, &expression.kind) {
                self.name_stretch(name, &function.range);
            }
            let event = EntryEvent { key_expression, key: &key, expression, value: &value };
            self.tell(|observer, context, script| observer.entry(context, script, &event));
            out.push((key, value));
        }
        Value::Record(out.into())
    }

    fn list(&mut self, items: &'p [Expr<'t>]) -> Value<'t> {
        let mut out = Vec::with_capacity(items.len());
        for item in items {
            match (self.evaluate(item), &item.kind) {
                (Value::List(inner), ExprKind::Spread(_)) if self.room.takes(inner.len()) => out.extend(inner.iter().cloned()),
                (value, _) => out.push(value),
            }
        }
        Value::List(out.into())
    }

    fn element(&mut self, element: &'p Element<'t>) -> Value<'t> {
        let attributes: Vec<_> = element.attributes.iter().map(|attribute| self.evaluate(&attribute.value)).collect();
        let children: Vec<_> = element.children.iter().map(|child| self.evaluate(child)).collect();
        let event = ElementEvent { element, attributes: &attributes, children: &children };
        self.tell(|observer, context, script| observer.element(context, script, &event));
        Value::Unknown
    }
}

/// The longest path that is kept, in bytes.
const MAX_PATH: usize = 200;

/// The name under which a member of a variable is kept: `object.name`.
pub(super) fn slot_name(object: &Expr<'_>, name: &str) -> Option<String> {
    match &object.kind {
        ExprKind::Name(object) => Some(format!("{object}.{name}")),
        ExprKind::This => Some(format!("this.{name}")),
        ExprKind::Member(outer, inner) => match &outer.kind {
            ExprKind::Name(outer) => Some(format!("{outer}.{inner}.{name}")),
            ExprKind::This => Some(format!("this.{inner}.{name}")),
            _ => None,
        },
        _ => None,
    }
}
