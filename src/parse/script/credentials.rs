//! The observer that looks for credentials that come from a constant into a header, a query, a cookie or a user name.
//! What is written in place, prefix and all, needs no engine: [`carrier::scan`] reads it from the text.

use std::ops::Range;

use super::ir::{CallStyle, Expr, ExprKind};
use super::observe::{AssignEvent, CallEvent, CompareEvent, EntryEvent, Observer, Script};
use super::value::Value;
use crate::model::{Carrier, Text};
use crate::parse::carrier::{self, Family, Flow};
use crate::parse::{Context, Format};

/// Looks for credentials.
#[derive(Debug)]
pub(super) struct Credentials;

/// Names of functions that compare or demand what they are given, in lower case.
const ASSERTIONS: [&str; 6] = ["assert", "equal", "expect", "tobe", "should", "require"];

impl<'t> Observer<'t> for Credentials {
    fn call(&mut self, cx: &mut Context<'_>, script: Script<'t>, call: &CallEvent<'_, 't>) {
        // A shell's variables are those of the whole page: they are read from its text.
        if call.call.style == CallStyle::Command {
            return;
        }
        let path = call.path.unwrap_or_default().to_ascii_lowercase();
        let sets_header = path.contains("header");
        let values = call.arguments.iter().zip(&call.call.arguments);
        for (value, argument) in values.clone() {
            let place = &argument.value.range;
            match argument.keyword {
                Some("auth") => basic(cx, script, value, place),
                _ => header_lines(cx, script, value, place),
            }
            if ASSERTIONS.iter().any(|name| path.contains(name)) || path.contains("authorization") {
                each(cx, script, value, place, carrier::alone);
            }
        }
        let positional: Vec<_> = values.filter(|(_, argument)| argument.keyword.is_none()).collect();
        for pair in positional.windows(2) {
            let [(name, name_argument), (value, argument)] = pair else { continue };
            let place = name_argument.value.range.start..argument.value.range.end;
            for name in name.texts() {
                each(cx, script, value, &place, |cx, flow| carrier::named(cx, flow, name, sets_header));
            }
        }
        if path.ends_with("basicauth") || path.ends_with("basic_auth") {
            for (value, argument) in positional {
                each(cx, script, value, &argument.value.range, |cx, flow| carrier::carried(cx, flow, Carrier::Basic));
            }
        }
    }

    fn assign(&mut self, cx: &mut Context<'_>, script: Script<'t>, assign: &AssignEvent<'_, 't>) {
        let place = assign.target.range.start..assign.expression.range.end;
        match assign.key {
            Some(key) => {
                let headers = name_of(assign.target).is_some_and(|name| name.to_ascii_lowercase().contains("header"));
                for name in &names(script, member(assign.target), key) {
                    each(cx, script, assign.value, &place, |cx, flow| carrier::named(cx, flow, name, headers));
                }
            }
            None => each(cx, script, assign.value, &assign.expression.range, carrier::alone),
        }
    }

    fn entry(&mut self, cx: &mut Context<'_>, script: Script<'t>, entry: &EntryEvent<'_, 't>) {
        let place = entry.key_expression.range.start..entry.expression.range.end;
        for name in &names(script, entry.key_expression, entry.key) {
            match carrier::container(script.text.as_str(), entry.key_expression.range.start, name.as_str()) {
                Some(Carrier::Header { .. }) => {
                    each(cx, script, entry.value, &place, |cx, flow| carrier::named(cx, flow, name, true));
                }
                Some(carrier) => each(cx, script, entry.value, &place, |cx, flow| carrier::carried(cx, flow, carrier.clone())),
                None => each(cx, script, entry.value, &place, |cx, flow| carrier::named(cx, flow, name, false)),
            }
        }
    }

    fn compare(&mut self, cx: &mut Context<'_>, script: Script<'t>, compare: &CompareEvent<'_, 't>) {
        if !matches!(compare.operator, "==" | "!=" | "in" | "not in") {
            return;
        }
        for (expression, value) in [compare.left, compare.right] {
            each(cx, script, value, &expression.range, carrier::alone);
        }
    }
}

/// Hands on every text that a value may be.
fn each<'t>(
    cx: &mut Context<'_>,
    script: Script<'t>,
    value: &Value<'t>,
    place: &Range<usize>,
    mut report: impl FnMut(&mut Context<'_>, &Flow<'_, 't>),
) {
    let Some(family) = Family::of(Format::Script(script.language), cx) else { return };
    for text in value.texts() {
        report(cx, &Flow { program: script.text, family, place: place.clone(), value: text });
    }
}

/// The header lines and URLs among arguments: `["-H", f"Authorization: Bearer {KEY}"]`, `get(f"{BASE}?key={KEY}")`.
fn header_lines<'t>(cx: &mut Context<'_>, script: Script<'t>, value: &Value<'t>, place: &Range<usize>) {
    let sends = |text: &Text<'_>| {
        let chars = text.as_str();
        chars.contains('?') || chars.split_once(':').is_some_and(|(name, _)| !name.is_empty() && !name.contains([' ', '/']))
    };
    let mut report = |value: &Value<'t>| {
        for text in value.texts().filter(|text| sends(text)) {
            let Some(family) = Family::of(Format::Script(script.language), cx) else { return };
            carrier::alone(cx, &Flow { program: script.text, family, place: place.clone(), value: text });
        }
    };
    report(value);
    if let Value::List(values) = value {
        values.iter().for_each(report);
    }
}

/// User name and password: `auth=(KEY, "")`.
fn basic<'t>(cx: &mut Context<'_>, script: Script<'t>, value: &Value<'t>, place: &Range<usize>) {
    if let Value::List(values) = value {
        for value in values.iter() {
            each(cx, script, value, place, |cx, flow| carrier::carried(cx, flow, Carrier::Basic));
        }
    }
}

/// What a key may be: a string, or a word of the language.
fn names<'t>(script: Script<'t>, key: &Expr<'t>, value: &Value<'t>) -> Vec<Text<'t>> {
    match value {
        Value::Atom(word) if script.text.as_str().get(key.range.clone()).is_some_and(|written| written == *word) => {
            vec![script.text.slice(key.range.clone())]
        }
        Value::Atom(word) => vec![Text::synthetic(*word, script.span(&key.range))],
        value => value.texts().cloned().collect(),
    }
}

/// The expression of an element's key.
fn member<'e, 't>(target: &'e Expr<'t>) -> &'e Expr<'t> {
    match &target.kind {
        ExprKind::Index(_, key) => key,
        _ => target,
    }
}

/// The name of the object that an element belongs to.
fn name_of<'t>(target: &Expr<'t>) -> Option<&'t str> {
    match &target.kind {
        ExprKind::Index(object, _) | ExprKind::Member(object, _) => match &object.kind {
            ExprKind::Name(name) | ExprKind::Member(_, name) => Some(name),
            _ => None,
        },
        _ => None,
    }
}
