//! The observer that looks for secrets that are shown: printed, logged, traced.
//!
//! What counts as a secret is said by names (`rules/secrets/names.toml`): of the variable that is shown, or of whatever the
//! engine says its value comes from. [`walk`] reads an expression at a sink part by part, so that a finding stands at the part
//! that is the secret; [`origin`] reads a value; [`shell`] knows what a shell's commands show; [`trail`] keeps the way.

mod iterate;
mod kept;
mod origin;
mod replace;
mod secure;
mod shell;
mod trail;
mod walk;

use std::borrow::Cow;
use std::cell::RefCell;

use foldhash::{HashMap, HashSet};

use super::Language;
use super::ir::{Argument, CallStyle, Expr, ExprKind};
use super::observe::{AssignEvent, CallEvent, Observer, Output, Parts, RedirectEvent, Script};
use super::value::Value;
use crate::model::{FlowKind, Says, SecretFlow, SecretRoles, Secrets as Vocabulary, SinkRole, Span, names_logger};
use crate::parse::{Context, Format, Setting, carrier};
use shell::ShellState;
use trail::Trail;
use walk::Found;

/// Looks for secrets that are shown.
pub(super) struct Secrets<'v, 't> {
    vocabulary: &'v Vocabulary,
    roles: &'v SecretRoles,
    script: Script<'t>,
    /// What was judged of names.
    names: RefCell<HashMap<String, bool>>,
    /// Words that say secret elsewhere and something else in this file.
    other_trades: HashSet<&'static str>,
    /// Variables whose type shows nothing of what they hold.
    secure: HashSet<String>,
    /// Where the string constants stand that were given to a name that says secret, and that name.
    constants: Vec<(Span, String)>,
    /// Paths that were sent as secrets, whatever they are called.
    paths: HashSet<String>,
    /// How each variable got its secret.
    trails: HashMap<String, Trail>,
    /// Parameters that get the values of the environment's variables, by where they stand.
    iterated: HashMap<usize, Trail>,
    /// The same as the trails, as it was before each function that runs.
    outer_trails: Vec<HashMap<String, Trail>>,
    shell: ShellState,
    seen: HashSet<(Span, FlowKind)>,
}

impl<'v, 't> Secrets<'v, 't> {
    /// Looks for secrets in a program.
    pub(super) fn new(vocabulary: &'v Vocabulary, roles: &'v SecretRoles, script: Script<'t>) -> Self {
        let text = script.text.as_str().to_lowercase();
        let other_trades = ["token", "secret", "bearer"].into_iter().filter(|word| vocabulary.words.is_other_trade(word, &text)).collect();
        Self {
            vocabulary,
            roles,
            script,
            names: RefCell::default(),
            other_trades,
            secure: if script.language == Language::PowerShell { secure::variables(script.text.as_str()) } else { HashSet::default() },
            constants: Vec::new(),
            paths: HashSet::default(),
            trails: HashMap::default(),
            iterated: HashMap::default(),
            outer_trails: Vec::new(),
            shell: ShellState::new(script),
            seen: HashSet::default(),
        }
    }

    /// Whether a name says that a secret is kept under it, in this file.
    fn is_secret_name(&self, name: &str) -> bool {
        if let Some(known) = self.names.borrow().get(name) {
            return *known;
        }
        let is_secret = match self.vocabulary.words.name(name) {
            Says::Secret => match self.script.language {
                Language::Shell => !matches!(name, "PWD" | "OLDPWD"),
                Language::Java => !(name.ends_with("Token") && self.is_object(name)),
                Language::PowerShell => !secure::names_credential(name) && !self.secure.contains(&name.to_ascii_lowercase()),
                _ => true,
            },
            Says::Perhaps(word) => !self.other_trades.contains(word) && !self.is_object(name),
            Says::About | Says::Hidden | Says::Nothing => false,
        };
        self.names.borrow_mut().insert(name.to_owned(), is_secret);
        is_secret
    }

    /// Whether a variable holds an object, which shows of itself what its class decides.
    fn is_object(&self, name: &str) -> bool {
        self.script.language == Language::Java && secure::is_object(self.script.text.as_str(), name)
    }

    /// Reports what was found in something that is shown.
    fn report(&mut self, context: &mut Context<'_>, script: Script<'t>, found: Vec<Found>, sink: &str, kind: FlowKind) {
        let is_page = !matches!(Format::of(context.path(), ""), Format::Script(_)) && *context.setting() != Setting::Live;
        // Of a program whose output another one reads only what it says beside that is seen.
        let is_beside = ["err", "log", "warn"].iter().any(|word| sink.contains(word)) && sink != "console.log";
        if context.is_captured() && !is_beside {
            return;
        }
        for one in found {
            let span = one.span.unwrap_or_else(|| script.span(&one.range));
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
            if are_headers && is_sorted_out(script.text.as_str(), &one) {
                continue;
            }
            if !self.seen.insert((span, kind)) {
                continue;
            }
            let trail = one.trail.unwrap_or_default();
            let source = trail.source.unwrap_or(span);
            let is_sample = *context.setting() != Setting::Live;
            let steps = trail.steps.into_iter().filter(|step| *step != source && *step != span).collect();
            context.secret_flow(SecretFlow { span, name: one.name, source, steps, sink: sink.to_owned(), kind, is_sample });
        }
    }

    /// The arguments that a call shows, and under what name; nothing if it shows none.
    fn shown<'e>(&self, script: Script<'t>, call: &CallEvent<'e, 't>) -> Option<(String, Vec<(&'e Argument<'t>, &'e Value<'t>)>)> {
        // What an object is called counts where nothing is known of it.
        let object = match &call.call.callee.kind {
            ExprKind::Member(object, _) => Some(as_written(script, object)),
            _ => None,
        };
        let path = match (call.path, object, &call.call.callee.kind) {
            (Some(path), _, _) if !path.starts_with(Value::ANYTHING) => Cow::Borrowed(path),
            (_, Some(object), ExprKind::Member(_, name)) => Cow::Owned(format!("{object}.{name}")),
            (Some(path), ..) => Cow::Borrowed(path),
            _ => return None,
        };
        let path: &str = &path;
        if let Some(role) = self.roles.sink.find(path).next() {
            return self.shown_by(role, call).map(|arguments| (path.to_owned(), arguments));
        }
        let all = || call.call.arguments.iter().zip(call.arguments);
        let last = last_part(path).trim_end_matches("()");
        if self.vocabulary.sinks.iter().any(|sink| sink == path || sink == last) {
            return Some((last.to_owned(), all().collect()));
        }
        let is_field = self.roles.logger.fields.iter().any(|field| field == path);
        (is_field || self.is_logged_by(path, object, &self.roles.logger.methods)).then(|| (short(path), all().collect()))
    }

    /// Whether a path is one of these methods of a logger, by its own name or by what the object is called.
    fn is_logged_by(&self, path: &str, object: Option<&str>, methods: &[String]) -> bool {
        let name = last_part(path);
        let owner = path.get(..path.len().saturating_sub(name.len() + 1)).unwrap_or_default();
        let packages = &self.roles.logger.packages;
        methods.iter().any(|method| method == name.trim_end_matches("()"))
            && !owner.is_empty()
            && (is_logger(owner, packages) || object.is_some_and(|object| is_logger(object, packages)))
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

    fn shown_by<'e>(&self, role: &SinkRole, call: &CallEvent<'e, 't>) -> Option<Vec<(&'e Argument<'t>, &'e Value<'t>)>> {
        let arguments = call.call.arguments.iter().zip(call.arguments);
        if self.masks(&call.arguments.iter().collect::<Vec<_>>()) {
            return None;
        }
        if !role.to.is_empty() {
            let (_, to) = call.positional(0)?;
            let to = to.path_name()?;
            if !role.to.iter().any(|known| *known == *to) {
                return None;
            }
        }
        // `print(…, file=f)`: into a file, unless that is the terminal.
        if let Some((_, file)) = call.keyword("file") {
            let terminal = file.path_name().is_some_and(|path| path.ends_with("stderr") || path.ends_with("stdout"));
            if !terminal {
                return None;
            }
        }
        // What stands before a format string says where it goes, or for what: `fs.Debugf(f, "…")`, `log.InfoContext(ctx, "…")`.
        let is_text = |value: &Value<'t>| value.texts().next().is_some();
        let is_formatted = role.formatted && !call.arguments.first().is_some_and(is_text);
        let leading = call.arguments.iter().position(is_text).filter(|_| is_formatted).unwrap_or(0);
        Some(
            arguments
                .skip(role.from.max(leading))
                .filter(|(argument, _)| !matches!(argument.keyword, Some("file" | "end" | "sep" | "flush")))
                .collect(),
        )
    }

    /// Whether what stands behind a word in a call is what that word names. Java's loggers take a tag or a format first.
    fn takes_pairs(&self, sink: &str) -> bool {
        self.script.language != Language::Java || matches!(last_part(sink), "addKeyValue" | "kv" | "keyValue" | "with" | "put" | "set")
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

/// Which arguments behind a format string are not printed as they are: `%T`, `%p`, `%t`.
fn unprinted(template: &Value<'_>) -> Vec<bool> {
    let Some(text) = template.constant().filter(|text| text.contains('%')) else { return Vec::new() };
    let mut verbs = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('%') {
        let after_flags = after.trim_start_matches(|c: char| c.is_ascii_digit() || "-+ #.*[]".contains(c));
        match after_flags.chars().next() {
            Some('%') => {}
            Some(verb) => verbs.push(matches!(verb, 'T' | 'p' | 't' | 'd' | 'c')),
            None => break,
        }
        rest = after_flags.get(after_flags.chars().next().map_or(0, char::len_utf8)..).unwrap_or_default();
    }
    verbs
}

/// Whether an object is a logger, by what it is called: one of its words is, or begins with, `log`.
fn is_logger(object: &str, packages: &[String]) -> bool {
    object.split(['.', '(', ')', ':', '?', '$', '@']).any(|part| packages.iter().any(|package| package == part) || names_logger(part))
}

/// The last part of a path.
fn last_part(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// The last two parts of a path.
fn short(path: &str) -> String {
    let mut parts = path.rsplit('.');
    match (parts.next(), parts.next()) {
        (Some(last), Some(object)) => format!("{object}.{last}"),
        _ => path.to_owned(),
    }
}

impl<'t> Observer<'t> for Secrets<'_, 't> {
    fn call(&mut self, context: &mut Context<'_>, script: Script<'t>, call: &CallEvent<'_, 't>) {
        if call.call.style == CallStyle::Command {
            self.command(context, script, call);
            return;
        }
        let Some((sink, arguments)) = self.shown(script, call) else {
            self.keep_iterated(script, call);
            self.keep_set(script, call);
            self.keep_added(script, call);
            return;
        };
        let found = self.in_arguments(script, &sink, &arguments, &call.parts);
        self.report(context, script, found, &sink, FlowKind::Printed);
    }

    fn assign(&mut self, context: &mut Context<'_>, script: Script<'t>, assign: &AssignEvent<'_, 't>) {
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
        self.outer_trails.push(self.trails.clone());
    }

    fn leave(&mut self) {
        self.leave_function();
    }

    fn follows(&self, value: &Value<'t>) -> bool {
        self.origin(value).is_some()
    }

    fn asks_for_parts(&self) -> bool {
        true
    }
}

/// Whether a program looks for a header that holds a credential between the place where it takes all and here.
fn is_sorted_out(text: &str, found: &Found) -> bool {
    let before = text.get(..found.range.start).unwrap_or_default();
    let taken = before.rfind(&found.name).and_then(|at| before.get(at..)).unwrap_or_default();
    ["uthorization", "ookie"].iter().any(|header| taken.contains(header))
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
