//! What a shell's commands show: `echo`, here-documents, `set -x`, `curl -v`, `env`, files that were written before.

use std::collections::{HashMap, HashSet};

use super::super::ir::{Call, CallStyle, Expr, ExprKind};
use super::super::observe::{AssignEvent, CallEvent, Output, RedirectEvent, Script};
use super::super::value::Value;
use super::asked::{Question, before};
use super::trail::Trail;
use super::walk::Found;
use super::{Secrets, filter, is_shown};
use crate::model::{FlowKind, SecretRoles, Span};
use crate::parse::{Context, Setting};

/// How many files are remembered into which a secret was written.
const MAX_FILES: usize = 64;

/// How much of a line is looked at before a command, in bytes.
const MAX_LINE: usize = 1_000;

/// How many lines a subshell may have before and behind what switches tracing on.
const MAX_LINES: usize = 200;

/// What a shell script did so far.
pub(super) struct ShellState {
    /// Where tracing was switched on, while it is.
    traced_since: Option<Span>,
    /// Where the subshell ends in which it was.
    traced_until: Option<usize>,
    /// The variables that were traced.
    traced: HashSet<String>,
    /// Files into which secrets were written, and the way there.
    files: HashMap<String, Trail>,
    /// What the last command of this file was given that is secret.
    given: Vec<Found>,
}

impl ShellState {
    pub(super) fn new(script: Script<'_>) -> Self {
        let text = script.text.as_str();
        let shebang = text.lines().next().filter(|line| line.starts_with("#!") && script.language == super::Language::Shell);
        let traces = shebang.filter(|line| line.split_whitespace().skip(1).any(switches_tracing_on));
        let traced_since = traces.map(|line| script.span(&(0..line.len())));
        Self { traced_since, traced_until: None, traced: HashSet::new(), files: HashMap::new(), given: Vec::new() }
    }
}

/// Where the subshell ends in which this place is, if it is one whose parentheses stand on lines of their own.
fn end_of_subshell(text: &str, at: usize) -> Option<usize> {
    let (before, after) = text.split_at_checked(at)?;
    let opens =
        before.lines().rev().take(MAX_LINES).map(str::trim).find(|line| line.ends_with('(') || line.starts_with(')'))?.ends_with('(');
    let mut end = at;
    for line in after.split_inclusive('\n').take(MAX_LINES).take_while(|_| opens) {
        if line.trim_start().starts_with(')') {
            return Some(end);
        }
        end += line.len();
    }
    None
}

/// `-x`, `-ex`, `-euxo`.
fn switches_tracing_on(option: &str) -> bool {
    option
        .strip_prefix('-')
        .is_some_and(|flags| !flags.starts_with('-') && flags.contains('x') && flags.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

impl<'t> Secrets<'_, 't> {
    /// A command of a shell.
    pub(super) fn command(&mut self, context: &mut Context<'_>, script: Script<'t>, call: &CallEvent<'_, 't>) {
        let path = call.path.unwrap_or_default();
        let name = path.rsplit('/').next().unwrap_or(path);
        let words: Vec<_> = call.call.arguments.iter().zip(call.arguments).filter(|(argument, _)| argument.keyword.is_none()).collect();
        if name == "set" {
            self.switch_tracing(script, call);
        }
        let found = self.found_in(script, call);
        if !found.is_empty() {
            self.trace(context, script, &found, call.outputs.iter().any(|output| matches!(output, Output::Returned)));
            // What a function hands on is what it was given.
            if found.iter().any(|one| !is_positional(script, one)) {
                self.shell.given.clone_from(&found);
            }
        }
        // `printf -v variable`
        let assigns = name == "printf" && words.first().is_some_and(|(_, value)| value.constant() == Some("-v"));
        let is_known = self.roles.sink.find(name).next().is_some() || self.vocabulary.sinks.iter().any(|sink| sink == name);
        let is_sink = is_known && !assigns;
        if is_sink && !self.masks(&words.iter().map(|(_, value)| *value).collect::<Vec<_>>()) {
            self.echoed(context, script, call, name, found);
        } else if self.roles.commands.files.iter().any(|known| known == name) && is_shown(&call.outputs, self.roles) {
            self.show_files(context, script, &words.iter().map(|(argument, value)| (&argument.value, *value)).collect::<Vec<_>>(), name);
        } else if self.tells_what_it_sends(script, call, name) {
            let found = self.without_bodies(call, name, found);
            self.report(context, script, found, name, FlowKind::Verbose);
        } else if self.roles.commands.environment.iter().any(|known| known == name) {
            self.dump(context, script, call, name, &words.iter().map(|(_, value)| *value).collect::<Vec<_>>());
            if self.roles.commands.variables.iter().any(|known| known == name) && is_shown(&call.outputs, self.roles) {
                self.print_variables(context, script, call, name);
            }
        }
    }

    /// `printenv API_KEY`.
    fn print_variables(&mut self, context: &mut Context<'_>, script: Script<'t>, call: &CallEvent<'_, 't>, name: &str) {
        let mut found = Vec::new();
        for (argument, value) in call.call.arguments.iter().zip(call.arguments) {
            if let Some(variable) = value.constant().filter(|variable| self.says_as_key(variable)) {
                found.push(self.walk(script, &call.parts).here(&argument.value, variable));
            }
        }
        self.report(context, script, found, name, FlowKind::Printed);
    }

    fn found_in(&self, script: Script<'t>, call: &CallEvent<'_, 't>) -> Vec<Found> {
        let mut found = Vec::new();
        let mut walk = self.walk(script, &call.parts);
        for argument in &call.call.arguments {
            walk.expression(&argument.value, &mut found);
        }
        found
    }

    /// What is echoed, to whoever reads it.
    fn echoed(&mut self, context: &mut Context<'_>, script: Script<'t>, call: &CallEvent<'_, 't>, name: &str, found: Vec<Found>) {
        if is_shown(&call.outputs, self.roles) {
            let found = self.at_callers(script, found);
            self.report(context, script, found, name, FlowKind::Printed);
        } else if let Some(Output::File(file)) = call.outputs.last() {
            self.written(script, file, &found);
            self.handed(context, script, file, found);
        }
    }

    /// What a step of a workflow hands to later ones, in whose logs it is not hidden.
    fn handed(&mut self, context: &mut Context<'_>, script: Script<'t>, file: &Value<'t>, found: Vec<Found>) {
        let Some(name) = file_name(file).filter(|path| self.roles.commands.handed.contains(path)) else { return };
        self.report(context, script, found, name.trim_matches(['{', '}']), FlowKind::Handed);
    }

    /// Whether no log hides a variable: the script gave it its value, and does not register that, `echo "::add-mask::$TOKEN"`.
    pub(super) fn is_unregistered(&self, found: &Found) -> bool {
        let name = word(self.script, found);
        let text = self.script.text.as_str();
        let is_registered = || {
            memchr::memmem::find_iter(text.as_bytes(), b"add-mask::").any(|at| {
                let rest = text.get(at + "add-mask::".len()..).unwrap_or_default().trim_start_matches(['$', '{']);
                rest.strip_prefix(name).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
            })
        };
        self.is_assigned(name) && !self.asked.about(Question::Registered, name, is_registered)
    }

    /// What a function of the script echoes of what it is given stands where it is given.
    fn at_callers(&self, script: Script<'t>, found: Vec<Found>) -> Vec<Found> {
        let mut out = Vec::new();
        for one in found {
            let word = word(script, &one);
            if is_positional(script, &one) && !self.shell.given.is_empty() {
                let given = self.shell.given.iter().filter(|given| {
                    given.range != one.range
                        && (given.name == one.name || matches!(word, "@" | "*") || given.name.contains(one.name.as_str()))
                });
                out.extend(given.cloned());
            } else {
                out.push(one);
            }
        }
        out
    }

    /// Whether what is echoed is a command that hides the value.
    pub(super) fn masks(&self, words: &[&Value<'t>]) -> bool {
        words
            .iter()
            .any(|value| value.texts().any(|text| self.roles.masking.starts.iter().any(|start| text.as_str().starts_with(start.as_str()))))
    }

    fn written(&mut self, script: Script<'t>, file: &Value<'t>, found: &[Found]) {
        let (Some(path), Some(first)) = (file_name(file), found.first()) else { return };
        if self.shell.files.len() < MAX_FILES && path != "/dev/null" {
            let mut trail = first.trail.clone().unwrap_or_default();
            let here = script.span(&first.range);
            trail.source.get_or_insert(here);
            trail.steps.push(here);
            self.shell.files.insert(path, trail);
        }
    }

    fn show_files(&mut self, context: &mut Context<'_>, script: Script<'t>, words: &[(&Expr<'t>, &Value<'t>)], name: &str) {
        for (expression, value) in words {
            if let Some((path, trail)) = file_name(value).and_then(|path| self.shell.files.get_key_value(&path)) {
                let found = Found {
                    range: expression.range.clone(),
                    name: path.clone(),
                    is_environment: false,
                    trail: Some(trail.clone()),
                    path: None,
                    span: None,
                    is_part: false,
                    is_perhaps: false,
                };
                self.report(context, script, vec![found], name, FlowKind::File);
            }
        }
    }

    /// `env`, `printenv`, `export -p`.
    fn dump(&mut self, context: &mut Context<'_>, script: Script<'t>, call: &CallEvent<'_, 't>, name: &str, words: &[&Value<'t>]) {
        let bare = match name {
            "env" | "printenv" => words.is_empty() && call.call.arguments.is_empty(),
            _ => matches!(words, [only] if only.constant() == Some("-p") || (name == "declare" && only.constant() == Some("-x"))),
        };
        let shown = is_shown(&call.outputs, self.roles) || is_sorted(&call.outputs);
        if bare && shown && *context.setting() == Setting::Live {
            let found = Found::environment(call.range.clone(), name.to_owned());
            self.report(context, script, vec![found], name, FlowKind::Environment);
        }
    }

    /// A here-document or a file that a command shows or writes.
    pub(super) fn redirected(&mut self, context: &mut Context<'_>, script: Script<'t>, redirect: &RedirectEvent<'_, 't>) {
        if !redirect.operator.contains("<<") {
            return;
        }
        let ExprKind::Call(call) = &redirect.command.kind else { return };
        let name = command_name(call);
        if !self.roles.commands.through.iter().any(|known| known == name) {
            return;
        }
        let mut found = Vec::new();
        self.walk(script, &redirect.parts).expression(redirect.target, &mut found);
        if is_shown(&redirect.outputs, self.roles) {
            self.report(context, script, found, name, FlowKind::Printed);
        } else if let Some(Output::File(file)) = redirect.outputs.last() {
            self.written(script, file, &found);
            self.handed(context, script, file, found);
        }
    }

    /// `set -x` and `set +x`.
    fn switch_tracing(&mut self, script: Script<'t>, call: &CallEvent<'_, 't>) {
        let words: Vec<_> = call.arguments.iter().filter_map(Value::constant).collect();
        let named = words.windows(2).any(|pair| matches!(pair, [option, "xtrace"] if option.ends_with('o') && option.starts_with('-')));
        if words.iter().any(|word| switches_tracing_on(word)) || named {
            // A test before it decides, or a subshell ends it.
            let line = before(script.text.as_str(), call.range.start, MAX_LINE).rsplit('\n').next().unwrap_or_default();
            if !line.contains("&&")
                && !line.contains("||")
                && !line.contains('(')
                && !line.contains("then")
                && !line.contains('[')
                && !call.is_conditional
            {
                self.shell.traced_since = Some(script.span(call.range));
                self.shell.traced_until = end_of_subshell(script.text.as_str(), call.range.start);
            }
        } else if words.iter().any(|word| word.strip_prefix('+').is_some_and(|flags| flags.contains('x')))
            || words.windows(2).any(|pair| matches!(pair, ["+o", "xtrace"]))
        {
            self.shell.traced_since = None;
        }
    }

    /// What a shell that traces shows of a command.
    fn trace(&mut self, context: &mut Context<'_>, script: Script<'t>, found: &[Found], is_uncalled: bool) {
        let Some(since) = self.shell.traced_since.filter(|_| !is_uncalled) else { return };
        let mut new = Vec::new();
        let until = self.shell.traced_until.unwrap_or(usize::MAX);
        for one in found.iter().filter(|one| one.range.start < until) {
            if !one.is_environment && self.shell.traced.insert(one.name.clone()) {
                let mut one = one.clone();
                let mut trail = one.trail.take().unwrap_or_default();
                trail.steps.push(since);
                one.trail = Some(trail);
                new.push(one);
            }
        }
        self.report(context, script, new, "set -x", FlowKind::Traced);
    }

    /// An assignment that a shell traces.
    pub(super) fn traced_assignment(&mut self, context: &mut Context<'_>, script: Script<'t>, assign: &AssignEvent<'_, 't>) {
        if self.shell.traced_since.is_none() || script.language != super::Language::Shell || assign.expression.range == assign.target.range
        {
            return;
        }
        let mut found = Vec::new();
        self.walk(script, &assign.parts).expression(assign.expression, &mut found);
        self.trace(context, script, &found, false);
    }
}

/// The name of a variable that is expanded.
fn word<'t>(script: Script<'t>, found: &Found) -> &'t str {
    script.text.as_str().get(found.range.clone()).unwrap_or_default().trim_matches(['"', '$', '{', '}'])
}

/// Whether what was found is a word that a function was given: `$1`, `$@`.
fn is_positional(script: Script<'_>, found: &Found) -> bool {
    let word = word(script, found);
    matches!(word, "@" | "*") || (!word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The path of a file, as far as it is known.
fn file_name(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Text(built) => Some(built.text.as_str().to_owned()),
        // A variable in quotes.
        Value::Derived(parts) => match parts.as_ref() {
            [only] => file_name(only),
            _ => None,
        },
        other => other.path_name().map(|path| format!("{{{path}}}")),
    }
}

/// Whether a person reads this file.
pub(super) fn is_shown_file(path: &Value<'_>, roles: &SecretRoles) -> bool {
    file_name(path).is_some_and(|path| roles.commands.shown.contains(&path))
}

fn command_name<'e>(call: &'e Call<'_>) -> &'e str {
    match &call.callee.kind {
        ExprKind::Literal(text) if call.style == CallStyle::Command => text.as_str().rsplit('/').next().unwrap_or_default(),
        _ => "",
    }
}

/// Whether a command shows what it reads: it is one of those, and its own output goes nowhere else.
pub(super) fn passes(command: &Expr<'_>, roles: &SecretRoles) -> bool {
    let ExprKind::Call(call) = &command.kind else { return false };
    let mut name = command_name(call);
    if name == "sudo" {
        name = call
            .arguments
            .iter()
            .find_map(|argument| match &argument.value.kind {
                ExprKind::Literal(text) if !text.as_str().starts_with('-') => Some(text.as_str()),
                _ => None,
            })
            .unwrap_or_default();
    }
    roles.commands.through.iter().any(|known| known == name) || filter::keeps(name, call)
}

/// `env | sort`.
fn is_sorted(outputs: &[Output<'_, '_>]) -> bool {
    match outputs {
        [Output::Piped([command])] => matches!(&command.kind, ExprKind::Call(call) if command_name(call) == "sort"),
        _ => false,
    }
}
