//! What sends requests: the requests that a program makes, and the clients that make them, by where they are made and by the
//! names that hold them.

use std::collections::HashMap;
use std::ops::Range;

use crate::model::{Span, Text};
use crate::parse::request::Draft;
use crate::parse::script::ir::{Expr, ExprKind};
use crate::parse::script::value::Value;

/// A request, or a client with what all of its requests have.
#[derive(Debug, Clone, Default)]
pub(super) struct Sender<'t> {
    pub(super) draft: Draft<'t>,
    /// What the URLs of its requests are relative to.
    pub(super) base: Option<Text<'t>>,
    /// Where it is made, and what is added to it in the same expression.
    pub(super) range: Range<usize>,
    /// The call of a function of this file that has it made, where that says the URL.
    pub(super) site: Option<Span>,
    /// Where the last part of the URL stands that stands outside of the call.
    pub(super) said: Option<Span>,
    /// The innermost call of a function of this file that has it made.
    pub(super) caller: Option<Span>,
    /// The client that makes it.
    pub(super) client: Option<Place>,
    /// Whether a block that runs later sets it up.
    pub(super) by_block: bool,
    pub(super) is_request: bool,
    /// Whether the method is named, and not the one that is used where none is.
    pub(super) has_method: bool,
}

/// Where something is made: the range of the call.
pub(super) type Place = (usize, usize);

/// All that a program makes.
#[derive(Debug, Default)]
pub(super) struct Senders<'t> {
    all: Vec<Sender<'t>>,
    made: HashMap<Place, Range<usize>>,
    names: HashMap<String, Place>,
}

impl<'t> Senders<'t> {
    /// Adds what the call at `range` makes. A call that is visited again makes something new.
    pub(super) fn add(&mut self, range: &Range<usize>, senders: Vec<Sender<'t>>) {
        let first = self.all.len();
        self.all.extend(senders);
        self.made.insert((range.start, range.end), first..self.all.len());
    }

    /// Where what a value holds was made, if it was made here.
    pub(super) fn of_value(&self, value: &Value<'t>) -> Option<Place> {
        value.alternatives().iter().find_map(|value| match value {
            Value::Result(result) => Some((result.range.start, result.range.end)).filter(|place| self.made.contains_key(place)),
            _ => None,
        })
    }

    /// Where what an expression is about was made: the call itself, the object of a method or member, or what a name holds.
    pub(super) fn of_expression(&self, expression: &Expr<'t>) -> Option<Place> {
        let mut at = expression;
        loop {
            let place = (at.range.start, at.range.end);
            if self.made.contains_key(&place) {
                return Some(place);
            }
            if let Some(place) = key(at).and_then(|key| self.names.get(&key)) {
                return Some(*place);
            }
            at = match &at.kind {
                ExprKind::Call(call) => &call.callee,
                ExprKind::Member(object, _) | ExprKind::Index(object, _) => object,
                _ => return None,
            };
        }
    }

    /// Lets a name hold what was made there, or nothing of it.
    pub(super) fn bind(&mut self, name: &Expr<'t>, place: Option<Place>) {
        if let Some(key) = key(name) {
            match place {
                Some(place) => {
                    self.names.insert(key, place);
                }
                None => {
                    self.names.remove(&key);
                }
            }
        }
    }

    /// What was made there.
    pub(super) fn at(&mut self, place: Place) -> impl Iterator<Item = &mut Sender<'t>> {
        let numbers = self.made.get(&place).cloned().unwrap_or_default();
        self.all.get_mut(numbers).unwrap_or_default().iter_mut()
    }

    /// A copy of the first that was made there.
    pub(super) fn first(&self, place: Place) -> Option<&Sender<'t>> {
        self.made.get(&place).and_then(|numbers| self.all.get(numbers.start))
    }

    /// The requests, in the order in which they were made, with what a block added to their clients after that.
    pub(super) fn requests(&mut self) -> impl Iterator<Item = Sender<'t>> {
        for index in 0..self.all.len() {
            let Some(place) = self.all.get(index).filter(|sender| sender.is_request).and_then(|sender| sender.client) else { continue };
            let Some(client) = self.first(place).filter(|client| client.by_block).map(|client| client.draft.clone()) else { continue };
            if let Some(sender) = self.all.get_mut(index) {
                let is_new =
                    |name: &Text<'_>| !sender.draft.headers.iter().any(|(known, _)| known.as_str().eq_ignore_ascii_case(name.as_str()));
                let new: Vec<_> = client.headers.into_iter().filter(|(name, _)| is_new(name)).collect();
                sender.draft.headers.extend(new);
                sender.draft.scheme = sender.draft.scheme.take().or(client.scheme);
                client.unknown.into_iter().for_each(|unknown| sender.draft.unknown(unknown.part, unknown.reason));
            }
        }
        std::mem::take(&mut self.all).into_iter().filter(|sender| sender.is_request)
    }
}

/// A variable or member as one name: `self.session`.
pub(super) fn key(expression: &Expr<'_>) -> Option<String> {
    match &expression.kind {
        ExprKind::Name(name) => Some((*name).to_owned()),
        ExprKind::This => Some("this".to_owned()),
        ExprKind::Member(object, name) => Some(format!("{}.{name}", key(object)?)),
        _ => None,
    }
}
