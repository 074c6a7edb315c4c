//! What a call is given, and the texts that values come to.

use std::borrow::Cow;
use std::ops::Range;

use crate::model::{Slot, SlotArgument, Span, Text, resolve};
use crate::parse::script::Language;
use crate::parse::script::ir::{Expr, ExprKind};
use crate::parse::script::observe::{CallEvent, Script};
use crate::parse::script::value::Value;

/// What stands in a slot of a call.
pub(super) enum Given<'e, 't> {
    /// Nothing.
    Absent,
    /// This value; the argument that holds it.
    Value(&'e Value<'t>, &'e Expr<'t>),
    /// Perhaps something: it would come from what is named here.
    Unknown(String),
}

/// What stands in the first of these slots in which anything does.
pub(super) fn given<'e, 't>(script: Script<'t>, call: &CallEvent<'e, 't>, slots: &[Slot]) -> Given<'e, 't> {
    let mut unknown = None;
    for slot in slots {
        match of_slot(script, call, slot) {
            Given::Absent => {}
            Given::Unknown(name) => unknown = unknown.or(Some(name)),
            found => return found,
        }
    }
    // Where there is a record of options, what stands beside it is a callback.
    let is_record = |slot: &Slot| match &slot.argument {
        SlotArgument::Place(place) => matches!(of_place(script, call, *place), Given::Value(Value::Record(_), _)),
        _ => false,
    };
    let has_options = slots.iter().filter(|slot| slot.entry.is_some()).any(is_record);
    unknown.filter(|_| !has_options).map_or(Given::Absent, Given::Unknown)
}

fn of_slot<'e, 't>(script: Script<'t>, call: &CallEvent<'e, 't>, slot: &Slot) -> Given<'e, 't> {
    let found = match &slot.argument {
        SlotArgument::Place(place) => of_place(script, call, *place),
        SlotArgument::Keyword(keyword) => of_keyword(script, call, keyword),
        SlotArgument::Receiver => match (call.receiver, &call.call.callee.kind) {
            (Some(value), ExprKind::Member(object, _)) => Given::Value(value, object),
            _ => Given::Absent,
        },
    };
    match (found, &slot.entry) {
        (Given::Value(value, argument), Some(path)) => entry(value, argument, path),
        (Given::Value(value, _), None) if is_nothing(value) || matches!(value, Value::Function(_)) => Given::Absent,
        (found, _) => found,
    }
}

fn is_spread(script: Script<'_>, argument: &Expr<'_>, marks: &[&str]) -> bool {
    let source = script.text.as_str().get(argument.range.clone()).unwrap_or_default();
    matches!(argument.kind, ExprKind::Spread(_))
        && marks.contains(&source.get(..source.find(|c| !matches!(c, '*' | '.' | '@')).unwrap_or(0)).unwrap_or_default())
}

fn of_place<'e, 't>(script: Script<'t>, call: &CallEvent<'e, 't>, place: usize) -> Given<'e, 't> {
    let mut at = 0;
    for (argument, value) in call.call.arguments.iter().zip(call.arguments) {
        if argument.keyword.is_some() || is_spread(script, &argument.value, &["**", "@"]) {
            continue;
        }
        match value {
            Value::List(values) if is_spread(script, &argument.value, &["*", "..."]) => match values.get(place - at) {
                Some(value) => return Given::Value(value, &argument.value),
                None => at += values.len(),
            },
            _ if is_spread(script, &argument.value, &["*", "..."]) => return Given::Unknown(name(script, value, &argument.value)),
            _ if at == place => return Given::Value(value, &argument.value),
            _ => at += 1,
        }
        if at > place {
            break;
        }
    }
    Given::Absent
}

fn of_keyword<'e, 't>(script: Script<'t>, call: &CallEvent<'e, 't>, keyword: &str) -> Given<'e, 't> {
    let mut unknown = Given::Absent;
    for (argument, value) in call.call.arguments.iter().zip(call.arguments) {
        if argument.keyword == Some(keyword) {
            return Given::Value(value, &argument.value);
        }
        if is_spread(script, &argument.value, &["**", "@"]) {
            match entry(value, &argument.value, spelled(script, value, keyword)) {
                Given::Absent => {}
                Given::Unknown(_) => unknown = Given::Unknown(name(script, value, &argument.value)),
                found => return found,
            }
        }
    }
    unknown
}

/// How a record spells a keyword, where case means nothing.
fn spelled<'e>(script: Script<'_>, record: &'e Value<'_>, keyword: &'e str) -> &'e str {
    if script.language != Language::PowerShell {
        return keyword;
    }
    let records = record.alternatives().iter().filter_map(|record| match record {
        Value::Record(entries) => Some(entries),
        _ => None,
    });
    let mut names = records.flat_map(|entries| entries.iter()).filter_map(|(name, _)| name.constant());
    names.find(|name| name.eq_ignore_ascii_case(keyword)).unwrap_or(keyword)
}

/// An entry of a record, or of a record in it.
fn entry<'e, 't>(record: &'e Value<'t>, argument: &'e Expr<'t>, path: &str) -> Given<'e, 't> {
    let (key, rest) = path.split_once('.').map_or((path, None), |(key, rest)| (key, Some(rest)));
    let mut found = Given::Absent;
    for record in record.alternatives() {
        let value = match record {
            Value::Record(entries) => match record.entry(key) {
                Some(value) if is_nothing(value) => Given::Absent,
                Some(value) => rest.map_or(Given::Value(value, argument), |rest| entry(value, argument, rest)),
                None => match entries.iter().find(|(key, _)| matches!(key, Value::Unknown)) {
                    Some((_, spread)) => Given::Unknown(spread.path_name().unwrap_or_default().into_owned()),
                    None => Given::Absent,
                },
            },
            Value::Text(_) | Value::List(_) | Value::Function(_) | Value::Atom(_) | Value::Regex(_) => Given::Absent,
            unknown => Given::Unknown(unknown.path_name().unwrap_or_default().into_owned()),
        };
        match (&found, &value) {
            (Given::Absent, _) | (Given::Unknown(_), Given::Value(..)) => found = value,
            _ => {}
        }
    }
    found
}

/// Whether a value says that nothing is given.
pub(super) fn is_nothing(value: &Value<'_>) -> bool {
    matches!(value, Value::Atom("None" | "nil" | "null" | "undefined" | "NULL"))
}

/// What a value of which nothing is known is called.
pub(super) fn name(script: Script<'_>, value: &Value<'_>, expression: &Expr<'_>) -> String {
    let source = || -> String {
        let source = script.text.as_str().get(expression.range.clone()).unwrap_or_default();
        source.lines().next().unwrap_or_default().trim_start_matches(['*', '.']).chars().take(40).collect()
    };
    match value.path_name() {
        Some(path) if !path.starts_with(Value::ANYTHING) => path.into_owned(),
        path => Some(source()).filter(|source| source.contains(char::is_alphanumeric)).or(path.map(Cow::into_owned)).unwrap_or_default(),
    }
}

/// The URLs that a value may be, one for each path: the one that says most of where it begins. What is computed is a hole that
/// stands at `place`.
pub(super) fn urls<'t>(script: Script<'t>, value: &Value<'t>, place: Span) -> Vec<Text<'t>> {
    let mut best: Vec<(String, Option<String>, usize, Text<'t>)> = Vec::new();
    let all: Vec<_> = value.alternatives().iter().filter(|value| !is_nothing(value)).map(|value| text(script, value, place)).collect();
    // Where a part may be empty, and the other values say what it is.
    let whole = all.iter().any(|url| !is_hollow(url));
    for url in all.into_iter().filter(|url| !whole || !is_hollow(url)) {
        let (path, rank) = shape(&url);
        let host = resolve(&url, None).host().map(ToOwned::to_owned);
        let is_same = |known: &Option<String>| known.is_none() || host.is_none() || *known == host;
        match best.iter_mut().find(|(known, other, ..)| *known == path && is_same(other)) {
            Some((_, known_host, known, kept)) if rank > *known => (*known_host, *known, *kept) = (host, rank, url),
            Some(_) => {}
            None => best.push((path, host, rank, url)),
        }
    }
    // Where one is known the others say nothing.
    let any = best.iter().any(|(_, _, rank, _)| *rank > 0);
    best.into_iter().filter(|(_, _, rank, _)| !any || *rank > 0).map(|(.., url)| url).collect()
}

/// Whether a URL is empty, or a segment of its path is.
fn is_hollow(url: &Text<'_>) -> bool {
    let masked = url.masked(b'_');
    masked.is_empty() || masked.split_once("://").map_or(&*masked, |(_, rest)| rest).contains("//")
}

/// The path of a URL, whatever fills its holes, and how much is known of the whole.
pub(super) fn shape(url: &Text<'_>) -> (String, usize) {
    let mut chars = String::new();
    let mut at = 0;
    for hole in url.holes() {
        chars.push_str(url.as_str().get(at..hole.start).unwrap_or_default());
        if !chars.ends_with('\0') {
            chars.push('\0');
        }
        at = hole.end;
    }
    chars.push_str(url.as_str().get(at..).unwrap_or_default());
    let (start, rank) = match chars.find("://") {
        Some(scheme) => (chars.get(scheme + 3..).and_then(|rest| rest.find('/')).map_or(chars.len(), |slash| scheme + 3 + slash), 3),
        None if chars.starts_with('\0') => (1, 2),
        None => (0, 1),
    };
    let path = chars.get(start..).unwrap_or_default().split(['?', '#', '&']).next().unwrap_or_default();
    let mut folded = String::from("/");
    for c in path.chars() {
        if c != '/' || !folded.ends_with('/') {
            folded.push(c);
        }
    }
    let is_known = rank == 3 || folded.chars().any(|c| !matches!(c, '/' | '\0'));
    (folded, if is_known { rank } else { 0 })
}

/// The first text that a value may be: one that is known, if there is one.
pub(super) fn first_text<'t>(script: Script<'t>, value: &Value<'t>, place: Span) -> Text<'t> {
    let mut first = None;
    for value in value.alternatives().iter().filter(|value| !is_nothing(value)) {
        let text = text(script, value, place);
        if !text.is_empty() && text.holes().next().is_none_or(|hole| hole.start > 0) {
            return text;
        }
        first = first.or(Some(text));
    }
    first.unwrap_or_else(|| text(script, &Value::Unknown, place))
}

fn text<'t>(script: Script<'t>, value: &Value<'t>, place: Span) -> Text<'t> {
    match value {
        Value::Text(built) => built.text.clone(),
        Value::Atom(word) => word_text(script, word, place),
        unknown => unknown.as_hole(place),
    }
}

/// A word of the language as a text: where it stands in the script, if it is a part of it.
pub(super) fn word_text<'t>(script: Script<'t>, word: &'t str, place: Span) -> Text<'t> {
    match word_range(script, word) {
        Some(range) => script.text.slice(range),
        None => Text::synthetic(word, place),
    }
}

/// Where a word stands: names and numbers are slices of the script.
fn word_range(script: Script<'_>, word: &str) -> Option<Range<usize>> {
    let source = script.text.as_str();
    let start = (word.as_ptr() as usize).checked_sub(source.as_ptr() as usize)?;
    source.get(start..start + word.len()).filter(|found| *found == word)?;
    Some(start..start + word.len())
}
