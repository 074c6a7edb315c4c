//! What programs of other languages show by commands that they run, and what PowerShell lists.

use super::super::command::argv;
use super::super::observe::{CallEvent, Script};
use super::super::{Language, ir::ExprKind};
use super::walk::Found;
use super::{Secrets, as_written, asked};
use crate::model::{FlowKind, Use};
use crate::parse::{Context, Setting};

impl<'t> Secrets<'_, 't> {
    /// A command that is run with a list of words, one of which is a secret: `subprocess.run(["echo", token])`.
    pub(super) fn run_words(&mut self, context: &mut Context<'_>, script: Script<'t>, call: &CallEvent<'_, 't>) {
        let Some(path) = call.path else { return };
        let Some(role) = self.calls.call.find(path).find(|role| role.role == Use::Command && !argv::is_captured(role, call)) else {
            return;
        };
        let Some(words) = argv::of_call(role, call).filter(|words| !argv::is_line(words)) else { return };
        let Some(name) = argv::of_words(script, &words).into_iter().find_map(|words| Some(words.first()?.as_str().to_owned())) else {
            return;
        };
        let Some(shell) = self.vocabulary.roles.get(Language::Shell.roles()) else { return };
        let name = name.rsplit('/').next().unwrap_or(&name).to_owned();
        if shell.sink.find(&name).next().is_none() {
            return;
        }
        let mut found = Vec::new();
        let mut walk = self.walk(script, &call.parts);
        words.iter().for_each(|(argument, _)| walk.expression(&argument.value, &mut found));
        self.report(context, script, found, &name, FlowKind::Printed);
    }

    /// The whole environment as PowerShell lists it: `Get-ChildItem env:`. What becomes of it is told by its line.
    pub(super) fn listed(&mut self, context: &mut Context<'_>, script: Script<'t>, call: &CallEvent<'_, 't>) -> bool {
        /// How much of the line is looked at before it and behind it, in bytes.
        const MAX_LINE: usize = 2_000;
        /// Commands that lay out or sort what they get.
        const PASS: [&str; 7] = ["sort", "format-", "ft", "fl", "out-string", "out-host", "out-default"];
        if self.roles.commands.lists.is_empty() || *context.setting() != Setting::Live {
            return false;
        }
        let text = script.text.as_str();
        let whole = text.get(call.range.clone()).unwrap_or_default();
        let words = || whole.split_whitespace().map(|word| word.trim_matches(['"', '\'']).to_ascii_lowercase());
        let name = as_written(script, &call.call.callee).to_ascii_lowercase();
        if !matches!(call.call.callee.kind, ExprKind::Name(_) | ExprKind::Literal(_)) || !self.roles.commands.lists.contains(&name) {
            return false;
        }
        if !words().skip(1).any(|word| matches!(word.trim_end_matches(['\\', '/', '*']), "env:")) {
            return false;
        }
        let before = asked::before(text, call.range.start, MAX_LINE).rsplit('\n').next().unwrap_or_default();
        let after = asked::line_behind(text, call.range.end, MAX_LINE).trim_end_matches('\r');
        let mut rest = after.split('|').map(|command| command.trim().to_ascii_lowercase());
        let ends = rest.next().is_none_or(|end| end.is_empty() || end.starts_with([';', '}', '#']));
        let begins = before.trim().is_empty() || before.trim_end().ends_with([';', '{']);
        if begins && ends && rest.all(|command| PASS.iter().any(|name| command.starts_with(name))) {
            let name = whole.lines().next().unwrap_or_default().trim_end().to_owned();
            let found = Found::environment(call.range.clone(), name);
            self.report(context, script, vec![found], "Get-ChildItem", FlowKind::Environment);
        }
        true
    }
}
