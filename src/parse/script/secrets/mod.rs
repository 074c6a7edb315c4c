//! The observer that looks for secrets that are shown: printed, logged, traced.
//!
//! What counts as a secret is said by names (`rules/secrets/names.toml`): of the variable that is shown, or of whatever the
//! engine says its value comes from. [`walk`] reads an expression at a sink part by part, so that a finding stands at the part
//! that is the secret; [`origin`] reads a value; [`shell`] knows what a shell's commands show; [`trail`] keeps the way.

mod asked;
mod buffers;
mod commands;
mod doubt;
mod files;
mod filter;
mod guard;
mod iterate;
mod kept;
mod origin;
mod owners;
mod raised;
mod replace;
mod secure;
mod shell;
mod sinks;
mod trail;
mod verbose;
mod walk;
mod whole;

use std::cell::RefCell;

use foldhash::{HashMap, HashSet};

use super::Language;
use super::ir::{Argument, CallStyle, Expr, ExprKind};
use super::observe::{AssignEvent, CallEvent, Observer, Output, Parts, RedirectEvent, Script};
use super::value::Value;
use crate::model::{CallSays, Doubt, FlowKind, Says, ScriptRoles, SecretFlow, SecretRoles, Secrets as Vocabulary, Span};
use crate::parse::{Context, Format, Setting, carrier};
use asked::{Asked, Question};
use shell::ShellState;
use sinks::unprinted;
use trail::{Trail, Trails};
use walk::Found;

/// Looks for secrets that are shown.
pub(super) struct Secrets<'v, 't> {
    vocabulary: &'v Vocabulary,
    roles: &'v SecretRoles,
    /// What calls mean in this language.
    calls: &'v ScriptRoles,
    script: Script<'t>,
    /// What was judged of names.
    names: RefCell<HashMap<String, bool>>,
    asked: Asked,
    /// Whether objects show their fields of themselves.
    shows_fields: bool,
    /// Words that say secret elsewhere and something else in this file.
    other_trades: HashSet<&'static str>,
    /// Words that say secret elsewhere, and of which this file says nothing.
    unspoken: HashSet<&'static str>,
    /// Variables whose type shows nothing of what they hold.
    secure: HashSet<String>,
    /// Where the string constants stand that were given to a name that says secret, and that name.
    constants: Vec<(Span, String)>,
    /// Paths that were sent as secrets, whatever they are called.
    paths: HashSet<String>,
    /// How each variable got its secret.
    trails: Trails,
    /// Parameters that get the values of the environment's variables, by where they stand.
    iterated: HashMap<usize, Trail>,
    shell: ShellState,
    /// Whether what is raised may be caught.
    may_be_caught: bool,
    seen: HashSet<(Span, FlowKind)>,
}

impl<'v, 't> Secrets<'v, 't> {
    /// Looks for secrets in a program.
    pub(super) fn new(vocabulary: &'v Vocabulary, roles: &'v SecretRoles, calls: &'v ScriptRoles, script: Script<'t>) -> Self {
        let text = script.text.as_str().to_lowercase();
        let those = |is: &dyn Fn(&str) -> bool| ["token", "secret", "bearer", "mnemonic"].into_iter().filter(|word| is(word)).collect();
        let other_trades = those(&|word| vocabulary.words.is_other_trade(word, &text));
        let unspoken = those(&|word| !vocabulary.words.is_spoken_of(word, &text));
        Self {
            vocabulary,
            roles,
            calls,
            script,
            names: RefCell::default(),
            asked: Asked::default(),
            shows_fields: origin::shows_fields(script),
            other_trades,
            unspoken,
            secure: if script.language == Language::PowerShell { secure::variables(script.text.as_str()) } else { HashSet::default() },
            constants: Vec::new(),
            paths: HashSet::default(),
            trails: Trails::default(),
            iterated: HashMap::default(),
            shell: ShellState::new(script),
            may_be_caught: false,
            seen: HashSet::default(),
        }
    }

    /// Whether a name says that a secret is kept under it, in this file.
    fn is_secret_name(&self, name: &str) -> bool {
        if let Some(known) = self.names.borrow().get(name) {
            return *known;
        }
        let is_secret = match self.vocabulary.words.name(name) {
            // `import jwt`
            Says::Secret if self.is_module(name) => false,
            Says::Secret | Says::Perhaps(_) if self.is_file(name) || self.is_function(name) => false,
            Says::Secret => match self.script.language {
                Language::Shell => !matches!(name, "PWD" | "OLDPWD"),
                Language::Java => !self.is_object(name),
                Language::PowerShell => !secure::names_credential(name) && !self.secure.contains(&name.to_ascii_lowercase()),
                _ => true,
            },
            Says::Perhaps(word) => {
                // What has the name of an environment's variable is one.
                let is_spoken_of = !self.unspoken.contains(word) || !name.bytes().any(|byte| byte.is_ascii_lowercase());
                is_spoken_of && !self.other_trades.contains(word) && !self.is_object(name)
            }
            Says::About | Says::Hidden | Says::Nothing => false,
        };
        self.names.borrow_mut().insert(name.to_owned(), is_secret);
        is_secret
    }

    /// Whether a name is that of a module that is imported.
    fn is_module(&self, name: &str) -> bool {
        let text = self.script.text.as_str();
        let is_import = |line: &str| line.trim().strip_prefix("import ").is_some_and(|module| module.trim() == name);
        self.script.language == Language::Python && self.asked.about(Question::Module, name, || text.lines().any(is_import))
    }

    /// Whether the path of a file is kept under a name.
    fn is_file(&self, name: &str) -> bool {
        /// For how many names the program is searched.
        const MAX_NAMES: usize = 200;
        self.names.borrow().len() < MAX_NAMES && files::is_file(self.script, name, &self.roles.files)
    }

    /// What a function of this name does, in this file.
    fn call_says(&self, name: &str) -> CallSays {
        let says = self.vocabulary.words.call(name);
        let is_other = |word: &str| self.other_trades.contains(word) || self.unspoken.contains(word);
        let is_secret = says != CallSays::Secret || !self.vocabulary.words.word_of_call(name).is_some_and(is_other);
        if is_secret { says } else { CallSays::Nothing }
    }

    /// Whether a name is a function's, which is not called. Ruby calls without parentheses.
    fn is_function(&self, name: &str) -> bool {
        !matches!(self.script.language, Language::Ruby | Language::Shell | Language::PowerShell) && self.vocabulary.words.is_getter(name)
    }

    /// Whether a variable holds an object, which shows of itself what its class decides.
    fn is_object(&self, name: &str) -> bool {
        let text = self.script.text.as_str();
        self.script.language == Language::Java && self.asked.about(Question::Object, name, || secure::is_object(text, name))
    }

    /// Whether this stands in the program as it is, so that the gate sees it.
    fn is_written(&self, text: &str) -> bool {
        let find = || memchr::memmem::find(self.script.text.as_str().as_bytes(), text.as_bytes()).is_some();
        self.asked.about(Question::Written, text, find)
    }

    /// Reports what was found in something that is shown.
    fn report(&mut self, context: &mut Context<'_>, script: Script<'t>, found: Vec<Found>, sink: &str, kind: FlowKind) {
        let is_program = matches!(Format::of(context.path(), ""), Format::Script(_));
        let is_page = !is_program && *context.setting() != Setting::Live;
        // Of a program whose output another one reads only what it says beside that is seen.
        let is_beside = ["err", "log", "warn"].iter().any(|word| sink.contains(word)) && sink != "console.log";
        if context.is_captured() && !is_beside {
            return;
        }
        for one in found {
            let span = one.span.unwrap_or_else(|| script.span(&one.range));
            // Nobody fills a workflow's expressions in, in a program of its own.
            if is_program && (one.name.contains("{{ secrets.") || one.name.starts_with("{{")) {
                continue;
            }
            // What a page shows and forbids.
            if is_page && carrier::sample_forbids(script.text.as_str(), one.range.start) {
                continue;
            }
            let are_headers = one.is_environment && self.roles.headers.paths.contains(&one.name);
            let kind = match one.is_environment {
                _ if are_headers => FlowKind::Headers,
                true => FlowKind::Environment,
                false => kind,
            };
            if one.is_environment && is_sorted_out(script.text.as_str(), &one, are_headers) {
                continue;
            }
            let doubt = self.doubt(context.path(), &one, sink, kind);
            // What was given from outside may be registered, and what only has such a name is handed on everywhere.
            if kind == FlowKind::Handed && (doubt == Some(Doubt::Name) || !self.is_unregistered(&one)) {
                continue;
            }
            if (doubt == Some(Doubt::Name) && (self.names_entry(&one) || self.is_guessed(&one)))
                || self.is_gone(&one)
                || self.is_sorted_by_name(&one)
                || self.is_sorted_by_branch(&one)
                || !self.seen.insert((span, kind))
            {
                continue;
            }
            let trail = one.trail.unwrap_or_default();
            let source = trail.source.unwrap_or(span);
            let is_sample = *context.setting() != Setting::Live || guard::is_vendored(context.path());
            let steps = trail.steps.into_iter().filter(|step| *step != source && *step != span).collect();
            context.secret_flow(SecretFlow { span, name: one.name, source, steps, sink: sink.to_owned(), kind, is_sample, doubt });
        }
    }

    /// What an assignment shows, as a call would: `logger << text`, `logger.progname = text`. Says whether it does.
    fn shown_by_assignment(&mut self, context: &mut Context<'_>, script: Script<'t>, assign: &AssignEvent<'_, 't>) -> bool {
        let object = as_written(script, assign.target);
        let between = script.text.as_str().get(assign.target.range.end..).unwrap_or_default().trim_start();
        let sink = if between.starts_with("<<") && !between.starts_with("<<=") {
            let path = format!("{object}.<<");
            let shows = self.roles.sink.find(&path).next().is_some() || self.is_logged_by(&path, None, &self.roles.logger.methods);
            shows.then_some(path)
        } else if matches!(assign.target.kind, ExprKind::Member(..)) && self.is_logged_by(object, None, &self.roles.logger.attributes) {
            Some(format!("{object}="))
        } else {
            None
        };
        let Some(sink) = sink else { return false };
        let mut found = Vec::new();
        self.walk(script, &assign.parts).expression(assign.expression, &mut found);
        self.report(context, script, found, &sink, FlowKind::Printed);
        true
    }

    /// What is secret in what a call shows.
    fn in_arguments(&self, script: Script<'t>, sink: &str, arguments: &[(&Argument<'t>, &Value<'t>)], parts: &Parts<'t>) -> Vec<Found> {
        let mut found = Vec::new();
        let mut walk = self.walk(script, parts);
        let verbs = arguments.first().map(|(_, value)| unprinted(value)).unwrap_or_default();
        for (index, (argument, value)) in arguments.iter().enumerate() {
            if index.checked_sub(1).and_then(|index| verbs.get(index)).copied().unwrap_or_default() {
                continue;
            }
            let before = found.len();
            walk.expression(&argument.value, &mut found);
            // A key and its value, as structured loggers take them.
            let key = index.checked_sub(1).filter(|_| self.takes_pairs(sink)).and_then(|before| arguments.get(before));
            let key = key.and_then(|(argument, _)| match &argument.value.kind {
                ExprKind::Literal(text) => Some(text.as_str()),
                _ => None,
            });
            // A logger's first word may be the part of the program that speaks.
            let key = key.filter(|key| index > 1 || !key.ends_with('s'));
            if let Some(key) = argument.keyword.or(key)
                && found.len() == before
                && walk.is_kept_under(key, &argument.value, Some(*value))
            {
                found.push(walk.here(&argument.value, key));
            }
        }
        found
    }
}

impl<'t> Observer<'t> for Secrets<'_, 't> {
    fn call(&mut self, context: &mut Context<'_>, script: Script<'t>, call: &CallEvent<'_, 't>) {
        if call.call.style == CallStyle::Command {
            if self.listed(context, script, call) {
                return;
            }
            self.command(context, script, call);
            return;
        }
        if self.listed(context, script, call) {
            return;
        }
        let Some((sink, arguments)) = self.shown(script, call) else {
            if let Some((buffer, written)) = self.written_to_buffer(script, call) {
                self.keep_written(script, buffer, "", &written, &call.parts);
                return;
            }
            self.run_words(context, script, call);
            self.keep_iterated(script, call);
            self.keep_set(script, call);
            self.keep_added(script, call);
            return;
        };
        let found = self.in_arguments(script, &sink, &arguments, &call.parts);
        self.report(context, script, found, &sink, FlowKind::Printed);
    }

    fn raise(&mut self, context: &mut Context<'_>, script: Script<'t>, value: &Expr<'t>, parts: &Parts<'t>) {
        self.raised(context, script, value, parts);
    }

    fn assign(&mut self, context: &mut Context<'_>, script: Script<'t>, assign: &AssignEvent<'_, 't>) {
        self.keep_tries(assign);
        let name = match &assign.target.kind {
            ExprKind::Name(name) => *name,
            ExprKind::Member(_, name) => name,
            ExprKind::Index(..) => match assign.key.and_then(Value::constant) {
                Some(key) => key,
                None => return,
            },
            _ => return,
        };
        if self.is_iterated(script, assign) {
            return;
        }
        self.traced_assignment(context, script, assign);
        if script.language == Language::Ruby && self.shown_by_assignment(context, script, assign) {
            return;
        }
        self.keep(script, name, assign.target, assign.expression, assign.value, &assign.parts);
    }

    fn redirect(&mut self, context: &mut Context<'_>, script: Script<'t>, redirect: &RedirectEvent<'_, 't>) {
        self.redirected(context, script, redirect);
    }

    fn enter(&mut self) {
        self.trails.enter();
    }

    fn leave(&mut self) {
        self.trails.leave();
    }

    fn follows(&self, value: &Value<'t>) -> bool {
        self.origin(value).is_some()
    }

    fn asks_for_parts(&self) -> bool {
        true
    }
}

/// Whether a program looks at the names between the place where it takes all and here: for a header that holds a credential,
/// for variables whose names begin with something.
fn is_sorted_out(text: &str, found: &Found, are_headers: bool) -> bool {
    const HEADERS: [&str; 2] = ["uthorization", "ookie"];
    const PREFIXES: [&str; 5] = ["HasPrefix(", "startswith(", "startsWith(", "start_with?", "-like "];
    /// How far before it that is looked for, in bytes.
    const REACH: usize = 20_000;
    let before = asked::before(text, found.range.start, REACH);
    let taken = before.rfind(found.name.trim_end_matches("()")).and_then(|at| before.get(at..)).unwrap_or_default();
    let signs = if are_headers { HEADERS.as_slice() } else { PREFIXES.as_slice() };
    signs.iter().any(|sign| taken.contains(sign))
}

/// Whether what a shell's command prints is read by a person.
pub(super) fn are_shown(context: &Context<'_>, outputs: &[Output<'_, '_>]) -> bool {
    context.vocabulary().secrets.roles.get("shell").is_none_or(|roles| is_shown(outputs, roles))
}

/// Whether what goes there is read by a person.
fn is_shown(outputs: &[Output<'_, '_>], roles: &SecretRoles) -> bool {
    for output in outputs.iter().rev() {
        match output {
            Output::Shown => return true,
            Output::Captured | Output::Returned => return false,
            Output::File(path) => return shell::is_shown_file(path, roles),
            Output::Piped(rest) => {
                if !rest.iter().all(|command| shell::passes(command, roles)) {
                    return false;
                }
            }
        }
    }
    true
}

/// The characters of an expression.
fn as_written<'t>(script: Script<'t>, expression: &Expr<'_>) -> &'t str {
    script.text.as_str().get(expression.range.clone()).unwrap_or_default()
}

/// What is called here, as it is written, in one short line.
fn written(script: Script<'_>, expression: &Expr<'_>) -> String {
    const LONGEST: usize = 60;
    let text = script.text.as_str().get(expression.range.clone()).unwrap_or_default();
    let line = text.lines().next().unwrap_or_default();
    // Without the braces of an interpolation.
    let inner = ["#{", "${", "{"].into_iter().find_map(|open| line.strip_prefix(open)?.strip_suffix('}'));
    inner.filter(|_| script.language != Language::Shell).unwrap_or(line).chars().take(LONGEST).collect()
}
