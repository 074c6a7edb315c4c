//! What a program finds when it starts: the variables of its environment, and the expressions that whatever runs it puts in
//! the program's place before it starts (`${{ secrets.X }}` in a CI system's step).
//!
//! A secret is a hole whose value is the path `secrets.NAME`: the hole stands where the secret enters, at the entry that
//! hands it to the program or at the expression in the program.

mod expression;

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::rc::Rc;

use super::value::{Part, Room, Value};
use crate::model::{References, Span, Text, TextBuilder};
use expression::Reference;

/// How many mappings of variables may lie around each other.
const MAX_OUTER: usize = 32;

/// Variables, and those around them, which they hide.
#[derive(Debug, Default)]
pub(in crate::parse) struct Variables {
    outer: Option<Rc<Variables>>,
    depth: usize,
    values: HashMap<String, Value<'static>>,
    /// Shared with those around.
    room: Rc<Room>,
}

impl Variables {
    /// No variables but those around.
    pub(in crate::parse) fn within(outer: Option<Rc<Self>>) -> Self {
        let outer = outer.filter(|outer| outer.depth < MAX_OUTER);
        let (depth, room) = outer.as_ref().map_or_else(Default::default, |outer| (outer.depth + 1, Rc::clone(&outer.room)));
        Self { depth, outer, values: HashMap::new(), room }
    }

    /// Whether there is nothing but those around.
    pub(in crate::parse) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Sets a variable to a text in which references may stand.
    pub(in crate::parse) fn set(&mut self, name: &str, text: &Text<'_>, references: References) {
        let value = self.read(text, references);
        self.values.insert(name.to_owned(), value);
    }

    /// Sets a variable to a text as it is.
    pub(in crate::parse) fn set_text(&mut self, name: &str, text: Text<'static>) {
        self.values.insert(name.to_owned(), Value::text(text));
    }

    /// Sets a variable that holds a secret of this name; `span` is what says so.
    pub(in crate::parse) fn set_secret(&mut self, name: &str, secret: &str, span: Span) {
        self.values.insert(name.to_owned(), hole(Value::path(format!("secrets.{secret}")), span));
    }

    /// The variable of that name.
    pub(super) fn get(&self, name: &str) -> Option<&Value<'static>> {
        let mut at = Some(self);
        while let Some(variables) = at {
            if let Some(value) = variables.values.get(name) {
                return Some(value);
            }
            at = variables.outer.as_deref();
        }
        None
    }

    /// What a text with references holds.
    fn read(&self, text: &Text<'_>, references: References) -> Value<'static> {
        let mut parts = Vec::new();
        let mut at = 0;
        let literal = |range: Range<usize>, parts: &mut Vec<Part<'static>>| {
            if !range.is_empty() {
                parts.push(Part { span: text.span(range.clone()), value: Value::text(owned(&text.slice(range))) });
            }
        };
        for reference in expression::in_variable(text.as_str(), references) {
            let Reference { range, inner } = reference;
            literal(at..range.start, &mut parts);
            let span = text.span(range.clone());
            let value = expression::evaluate(text.as_str().get(inner).unwrap_or_default(), span, self);
            parts.push(Part { value, span });
            at = range.end;
        }
        literal(at..text.len(), &mut parts);
        match parts.len() {
            0 => Value::text(owned(text)),
            1 => parts.swap_remove(0).into_value(),
            _ => self.room.concat(&parts, text.whole_span()),
        }
    }
}

impl Part<'static> {
    /// What a variable holds that is this part alone.
    fn into_value(self) -> Value<'static> {
        match self.value {
            path @ Value::Path(_) => hole(path, self.span),
            other => other,
        }
    }
}

/// A string that is one hole.
fn hole(value: Value<'static>, span: Span) -> Value<'static> {
    let nothing = Value::text(Text::synthetic("", span));
    Room::default().concat(&[Part { value: nothing, span }, Part { value, span }], span)
}

fn owned(text: &Text<'_>) -> Text<'static> {
    let mut builder = TextBuilder::new();
    builder.push(text, 0..text.len());
    builder.finish()
}

/// What a program finds when it starts.
#[derive(Debug, Default)]
pub(in crate::parse) struct Initial {
    variables: Rc<Variables>,
    expressions: Expressions,
}

/// The values of the expressions in a program that were left in it as holes, by where in the document they stand.
#[derive(Debug, Default)]
pub(in crate::parse) struct Expressions {
    values: BTreeMap<usize, Value<'static>>,
    room: Room,
}

impl Expressions {
    /// The expression there is whatever the variable of this name holds.
    pub(in crate::parse) fn set_name(&mut self, at: Span, name: &str) {
        self.values.insert(at.start, Value::path(name));
    }

    /// The expression there is one of these.
    pub(in crate::parse) fn set_one_of(&mut self, at: Span, values: impl Iterator<Item = Text<'static>>) {
        let value = values.map(|text| self.fill(&text).unwrap_or_else(|| Value::text(text))).reduce(Value::or);
        if let Some(value) = value {
            self.values.insert(at.start, value);
        }
    }

    /// The value of a string in which expressions stand; `None` if nothing is known of them.
    fn fill<'t>(&self, text: &Text<'t>) -> Option<Value<'t>> {
        if self.values.is_empty() || !text.has_holes() {
            return None;
        }
        let known = |range: &Range<usize>| self.values.get(&text.span(range.clone()).start);
        text.holes().find_map(|range| known(&range))?;
        let mut parts = Vec::new();
        let mut at = 0;
        for range in text.holes() {
            let Some(value) = known(&range) else { continue };
            if at < range.start {
                parts.push(Part { value: Value::text(text.slice(at..range.start)), span: text.span(at..range.start) });
            }
            parts.push(Part { value: value.clone(), span: text.span(range.clone()) });
            at = range.end;
        }
        if at < text.len() {
            parts.push(Part { value: Value::text(text.slice(at..text.len())), span: text.span(at..text.len()) });
        }
        match parts.len() {
            1 => parts.pop().map(|part| part.value),
            _ => Some(self.room.concat(&parts, text.whole_span())),
        }
    }

    /// Appends a stretch of a program with its expressions as holes that are words in any language.
    pub(in crate::parse) fn push(&mut self, builder: &mut TextBuilder, text: &Text<'_>, references: References, variables: &Variables) {
        let mut at = 0;
        for Reference { range, inner } in expression::in_program(text.as_str(), references, variables) {
            builder.push(text, at..range.start);
            let span = text.span(range.clone());
            builder.hole(&"_".repeat(range.len()), span);
            let value = expression::evaluate(text.as_str().get(inner).unwrap_or_default(), span, variables);
            if !matches!(value, Value::Unknown) {
                self.values.insert(span.start, value);
            }
            at = range.end;
        }
        builder.push(text, at..text.len());
    }
}

impl Initial {
    /// These variables and expressions.
    pub(in crate::parse) fn new(variables: Rc<Variables>, expressions: Expressions) -> Self {
        Self { variables, expressions }
    }

    /// The variable of that name.
    pub(super) fn variable(&self, name: &str) -> Option<&Value<'static>> {
        self.variables.get(name)
    }

    /// The value of a string in which expressions stand; `None` if nothing is known of them.
    pub(super) fn fill<'t>(&self, text: &Text<'t>) -> Option<Value<'t>> {
        self.expressions.fill(text)
    }
}

#[cfg(test)]
mod tests;
