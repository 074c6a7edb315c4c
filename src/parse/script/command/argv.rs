//! The words of a command from the values of its expressions.

use std::borrow::Cow;

use crate::model::{CallRole, Text};
use crate::parse::script::Language;
use crate::parse::script::ir::{Argument, Expr, ExprKind};
use crate::parse::script::observe::{CallEvent, Script};
use crate::parse::script::value::Value;

/// In how many variants a command is read whose words have several values.
const MAX_VARIANTS: usize = 8;

/// How deep the lists nest whose elements are words.
const MAX_LISTS: usize = 4;

/// A word of a command: the argument and its value.
pub(in crate::parse::script) type Word<'e, 't> = (&'e Argument<'t>, &'e Value<'t>);

/// The words of a shell's command in every variant that their values give.
pub(in crate::parse::script) fn of_shell<'t>(script: Script<'t>, call: &CallEvent<'_, 't>) -> Vec<Vec<Text<'t>>> {
    let callee = Argument { keyword: None, value: Expr::other(Vec::new(), call.call.callee.range.clone()) };
    let name = match &call.call.callee.kind {
        ExprKind::Literal(text) => Value::text(text.clone()),
        _ => call.callee.clone(),
    };
    let arguments = call.call.arguments.iter().zip(call.arguments).filter(|(argument, _)| argument.keyword.is_none());
    let words: Vec<_> = std::iter::once((&callee, &name)).chain(arguments).collect();
    of_words(script, &words)
}

/// The words of a command that a call runs, as it takes them: apart, or in a list; `None` where it takes one string.
pub(in crate::parse::script) fn of_call<'e, 't>(role: &CallRole, call: &CallEvent<'e, 't>) -> Option<Vec<Word<'e, 't>>> {
    let given = match role.keyword.as_deref().and_then(|keyword| call.keyword(keyword)) {
        Some((argument, value)) => (argument, value),
        None => call.positional(role.argument)?,
    };
    if !role.rest {
        return matches!(given.1, Value::List(_)).then(|| vec![given]);
    }
    let words = (role.argument..).map_while(|place| call.positional(place));
    // An environment, options or a callback beside the words are none.
    Some(words.filter(|(_, value)| !matches!(value, Value::Record(_) | Value::Function(_))).collect())
}

/// Whether the program reads what the command prints that a call runs: nobody sees that.
pub(in crate::parse::script) fn is_captured(role: &CallRole, call: &CallEvent<'_, '_>) -> bool {
    let is_given = |value: &Value<'_>| !matches!(value.constant(), Some("False" | "false" | "None" | "nil" | "null"));
    role.captured || role.captured_by.iter().any(|keyword| call.keyword(keyword).is_some_and(|(_, value)| is_given(value)))
}

/// Whether the words are a command in one string, which is read by a shell.
pub(in crate::parse::script) fn is_line(words: &[Word<'_, '_>]) -> bool {
    matches!(words, [(_, value)] if value.texts().any(|text| text.as_str().contains(char::is_whitespace)))
}

/// These words in every variant that their values give.
pub(in crate::parse::script) fn of_words<'t>(script: Script<'t>, words: &[Word<'_, 't>]) -> Vec<Vec<Text<'t>>> {
    let words: Vec<_> = words.iter().map(|(argument, value)| (*argument, variants(value))).collect();
    let count = words.iter().map(|(_, values)| values.len()).max().unwrap_or(1).min(MAX_VARIANTS);
    let variant = |variant: usize| {
        let mut texts = Vec::with_capacity(words.len());
        for (argument, values) in &words {
            if let Some(value) = values.get(variant).or(values.first()) {
                push(script, &argument.value, value, MAX_LISTS, &mut texts);
            }
        }
        texts
    };
    (0..count).map(variant).collect()
}

/// What a word may be: where a text is known, what else it may be says nothing more.
fn variants<'v, 't>(value: &'v Value<'t>) -> Vec<&'v Value<'t>> {
    let known = |value: &&Value<'t>| match value {
        Value::Text(built) => built.text.holes().next().is_none_or(|hole| hole.start > 0),
        value => value.is_known(),
    };
    let all = value.alternatives();
    if all.iter().any(|value| known(&value)) { all.iter().filter(known).collect() } else { all.iter().collect() }
}

/// Appends the words that a value stands for: of an array its elements, of an unquoted variable its parts between spaces.
fn push<'t>(script: Script<'t>, word: &Expr<'t>, value: &Value<'t>, lists: usize, out: &mut Vec<Text<'t>>) {
    match value {
        Value::Text(built) => {
            let split = script.language == Language::Shell && matches!(word.kind, ExprKind::Name(_) | ExprKind::Choice { .. });
            if !split {
                out.push(built.text.clone());
                return;
            }
            let mut at = 0;
            for part in built.text.as_str().split_inclusive(char::is_whitespace) {
                let length = part.trim_end().len();
                if length > 0 {
                    out.push(built.text.slice(at..at + length));
                }
                at += part.len();
            }
        }
        Value::List(values) if lists > 0 => values.iter().for_each(|value| push(script, word, value, lists - 1, out)),
        Value::Atom(atom) => out.push(Text::synthetic(Cow::Owned((*atom).to_owned()), script.span(&word.range))),
        unknown => out.push(unknown.as_hole(script.span(&word.range))),
    }
}
