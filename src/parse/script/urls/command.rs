//! Shell commands: those of a shell script, those that another language runs, and those that it prints.

use std::borrow::Cow;
use std::ops::Range;

use super::Urls;
use super::report::What;
use crate::model::{Role, Text, TextBuilder};
use crate::parse::script::Language;
use crate::parse::script::command::{effects, interpreted};
use crate::parse::script::ir::{Argument, Expr, ExprKind};
use crate::parse::script::observe::{CallEvent, RedirectEvent, Script};
use crate::parse::script::value::Value;
use crate::parse::{Context, Format};

/// In how many variants a command is read whose words have several values.
const MAX_VARIANTS: usize = 8;

/// How a string begins that shows a command.
const SHOWN: [&str; 6] = ["curl ", "wget ", "http ", "https ", "$ curl ", "$ wget "];

impl<'t> Urls<'_, 't> {
    /// Reports what a command of a shell script does.
    pub(super) fn shell_command(&mut self, context: &mut Context<'_>, script: Script<'t>, call: &CallEvent<'_, 't>) {
        let callee = Argument { keyword: None, value: Expr::other(Vec::new(), call.call.callee.range.clone()) };
        let name = match &call.call.callee.kind {
            ExprKind::Literal(text) => Value::text(text.clone()),
            _ => call.callee.clone(),
        };
        let arguments = call.call.arguments.iter().zip(call.arguments).filter(|(argument, _)| argument.keyword.is_none());
        let words: Vec<_> = std::iter::once((&callee, &name)).chain(arguments).collect();
        self.command(context, script, &words);
    }

    /// Reports what a command does, from its words.
    pub(super) fn command(&mut self, context: &mut Context<'_>, script: Script<'t>, words: &[(&Argument<'t>, &Value<'t>)]) {
        let words: Vec<_> = words.iter().map(|(argument, value)| (*argument, variants(value))).collect();
        let count = words.iter().map(|(_, values)| values.len()).max().unwrap_or(1).min(MAX_VARIANTS);
        let commands = &context.vocabulary().commands;
        for variant in 0..count {
            let mut texts = Vec::with_capacity(words.len());
            for (argument, values) in &words {
                if let Some(value) = values.get(variant).or(values.first()) {
                    push(script, &argument.value, value, &mut texts);
                }
            }
            let effects = effects(&texts, commands);
            for request in &effects.requests {
                let role = request.role();
                for url in &request.urls {
                    self.fetched(url, role);
                }
            }
            for (url, role) in &effects.urls {
                self.fetched(url, *role);
            }
            for (code, language) in effects.scripts {
                self.nested(&code, Format::Script(language));
            }
        }
    }

    /// Reports a URL of a command, unless nothing of it is known.
    fn fetched(&mut self, url: &Text<'t>, role: Role) {
        let known = url.as_str().len() - url.holes().map(|hole: Range<usize>| hole.len()).sum::<usize>();
        if known > 0 && url.as_str().contains(['.', ':', '/']) {
            self.url(url, role);
        }
    }

    /// Reads a here-document as what the program reads it as that gets it.
    pub(super) fn heredoc(&mut self, context: &mut Context<'_>, redirect: &RedirectEvent<'_, 't>) {
        if !redirect.operator.contains("<<") {
            return;
        }
        let mut command = redirect.command;
        let call = loop {
            match &command.kind {
                ExprKind::Redirect { command: inner, .. } => command = inner,
                ExprKind::Call(call) => break call,
                _ => return,
            }
        };
        let words = std::iter::once(&call.callee).chain(call.arguments.iter().map(|argument| &argument.value));
        let mut names = words.filter_map(|word| match &word.kind {
            ExprKind::Literal(text) if !text.as_str().starts_with('-') => Some(text.as_str()),
            _ => None,
        });
        let commands = &context.vocabulary().commands;
        // `sudo bash <<EOF`, `ssh host bash <<EOF`.
        let Some(language) = names.find_map(|name| interpreted(name, commands)) else { return };
        for text in redirect.value.texts() {
            self.nested(text, Format::Script(language));
        }
    }

    /// Reads a string that a program of another language prints as the command that it shows.
    pub(super) fn printed_commands(&mut self, script: Script<'t>, call: &CallEvent<'_, 't>) {
        if script.language == Language::Shell {
            return;
        }
        for text in call.arguments.iter().flat_map(Value::texts) {
            let shown = text.trim();
            if SHOWN.iter().any(|start| shown.as_str().starts_with(start)) {
                self.findings.add(shown, What::Nested(Format::Script(Language::Shell)), Some(Language::Shell));
            }
        }
    }
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
fn push<'t>(script: Script<'t>, word: &Expr<'t>, value: &Value<'t>, out: &mut Vec<Text<'t>>) {
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
        Value::List(values) => values.iter().for_each(|value| push(script, word, value, out)),
        Value::Atom(atom) => out.push(Text::synthetic(Cow::Owned((*atom).to_owned()), script.span(&word.range))),
        unknown => {
            let mut builder = TextBuilder::new();
            let name = unknown.path_name().map_or(Cow::Borrowed("{}"), |name| Cow::Owned(format!("{{{name}}}")));
            builder.hole(&name, script.span(&word.range));
            out.push(builder.finish());
        }
    }
}
