//! What a call gives to a function of this file.

use std::borrow::Cow;

use super::super::ir::{CallStyle, ExprKind, Parameter};
use super::super::observe::{CallEvent, Script};
use super::super::value::Value;
use crate::model::Text;

/// What a function is given.
#[derive(Default)]
pub(super) struct Given<'t> {
    /// By place.
    pub(super) places: Vec<Value<'t>>,
    /// By name.
    named: Vec<(Cow<'t, str>, Value<'t>)>,
    /// Whether that is all: nothing else is given.
    is_all: bool,
}

impl<'t> Given<'t> {
    /// These values, by place.
    pub(super) fn places(places: Vec<Value<'t>>) -> Self {
        Self { places, named: Vec::new(), is_all: false }
    }

    /// What a call gives. A list that is spread gives its elements, a record its entries.
    pub(super) fn of(event: &CallEvent<'_, 't>) -> Self {
        let mut out = Self { is_all: true, ..Self::default() };
        let is_command = event.call.style == CallStyle::Command;
        for (argument, value) in event.call.arguments.iter().zip(event.arguments) {
            match (&argument.value.kind, value) {
                (ExprKind::Spread(_), Value::List(values)) => out.places.extend(values.iter().cloned()),
                (ExprKind::Spread(_), Value::Record(entries)) => {
                    let named = entries.iter().filter_map(|(key, value)| Some((Cow::Owned(key.constant()?.to_owned()), value.clone())));
                    out.named.extend(named);
                }
                (ExprKind::Spread(_), value) => {
                    out.is_all = false;
                    out.places.push(value.clone());
                }
                _ => match argument.keyword {
                    Some(_) if is_command => {}
                    Some(name) => out.named.push((Cow::Borrowed(name), value.clone())),
                    None => out.places.push(value.clone()),
                },
            }
        }
        out
    }

    /// What the parameter at this place gets.
    pub(super) fn parameter(
        &self,
        script: Script<'t>,
        index: usize,
        parameter: &Parameter<'t>,
        all: &[Parameter<'t>],
    ) -> Option<Value<'t>> {
        let name_of = |parameter: &Parameter<'t>| match parameter.target.kind {
            ExprKind::Name(name) => Some(name),
            _ => None,
        };
        if parameter.rest {
            if let Some(rest) = self.places.get(index..).filter(|rest| !rest.is_empty()) {
                return Some(Value::List(rest.into()));
            }
            let is_other = |name: &str| !all.iter().any(|parameter| !parameter.rest && name_of(parameter) == Some(name));
            let rest: Vec<_> = self.named.iter().filter(|(name, _)| is_other(name)).collect();
            let span = script.span(&parameter.target.range);
            let entry = |(name, value): &(Cow<'t, str>, Value<'t>)| (Value::text(Text::synthetic(name.clone(), span)), value.clone());
            let before = script.text.as_str().get(..parameter.target.range.start).unwrap_or_default();
            return match rest.is_empty() {
                false => Some(Value::Record(rest.into_iter().map(entry).collect())),
                true if !self.is_all => None,
                true if before.ends_with("**") => Some(Value::Record([].into())),
                true => Some(Value::List([].into())),
            };
        }
        let named = name_of(parameter).and_then(|name| self.named.iter().find(|(given, _)| given == name));
        named.map(|(_, value)| value).or_else(|| self.places.get(index)).cloned()
    }
}
