//! Shell commands: those of a shell script, those that another language runs, and those that it prints.

use std::ops::Range;

use super::report::What;
use super::{Urls, known_texts};
use crate::model::{CallRole, Role, Text};
use crate::parse::script::command::{argv, effects, reader};
use crate::parse::script::observe::{CallEvent, RedirectEvent, Script};
use crate::parse::script::shown::for_shell;
use crate::parse::script::value::Value;
use crate::parse::script::{Language, secrets};
use crate::parse::{Context, Format};

impl<'t> Urls<'_, 't> {
    /// Reports what a command of a shell script does.
    pub(super) fn shell_command(&mut self, context: &mut Context<'_>, script: Script<'t>, call: &CallEvent<'_, 't>) {
        let is_captured = !secrets::are_shown(context, &call.outputs);
        for words in argv::of_shell(script, call) {
            self.effects(context, &words, is_captured);
        }
    }

    /// Reads what a command does that another language runs, from its words or its line.
    pub(super) fn command(
        &mut self,
        cx: &mut Context<'_>,
        script: Script<'t>,
        role: &CallRole,
        call: &CallEvent<'_, 't>,
        given: &Value<'t>,
    ) {
        let is_captured = argv::is_captured(role, call);
        match argv::of_call(role, call) {
            Some(words) if argv::is_line(&words) => words.iter().for_each(|(_, value)| self.line(value, is_captured)),
            Some(words) => argv::of_words(script, &words).iter().for_each(|words| self.effects(cx, words, is_captured)),
            None => self.line(given, is_captured),
        }
    }

    /// Reads a command in one string.
    fn line(&mut self, value: &Value<'t>, is_captured: bool) {
        let format = Format::Script(Language::Shell);
        for text in known_texts(value).filter(|text| !text.is_empty()) {
            self.findings.add(for_shell(text), if is_captured { What::Captured(format) } else { What::Nested(format) }, None);
        }
    }

    /// `is_captured`: another program reads what the command prints.
    fn effects(&mut self, context: &mut Context<'_>, words: &[Text<'t>], is_captured: bool) {
        let effects = effects(words, &context.vocabulary().commands);
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
            let format = Format::Script(language);
            self.findings.add(code, if is_captured { What::Captured(format) } else { What::Nested(format) }, None);
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
        let Some(language) = reader(redirect, &context.vocabulary().commands) else { return };
        let format = Format::Script(language);
        let what = if secrets::are_shown(context, &redirect.outputs) { What::Nested(format) } else { What::Captured(format) };
        for text in redirect.value.texts() {
            self.findings.add(text.clone(), what, None);
        }
    }

    /// Reads a string that a program of another language prints as the command that it shows.
    pub(super) fn printed_commands(&mut self, script: Script<'t>, call: &CallEvent<'_, 't>) {
        if script.language == Language::Shell {
            return;
        }
        // Of what one argument may be, the first: it is printed once.
        for text in call.arguments.iter().filter_map(|value| value.texts().next()) {
            self.shown.print(call.path.unwrap_or_default(), text);
        }
    }

    /// Reads the commands that were printed.
    pub(super) fn report_printed(&mut self) {
        for text in self.shown.finish() {
            self.findings.add(text, What::Nested(Format::Script(Language::Shell)), Some(Language::Shell));
        }
    }
}
