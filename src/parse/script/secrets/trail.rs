//! The way of a secret through variables.

use foldhash::HashMap;

use super::super::Language;
use super::super::ir::{Call, Expr, ExprKind};
use super::super::observe::{CallEvent, Parts, Script};
use super::super::value::Value;
use super::buffers::Written;
use super::{Secrets, as_written};
use crate::model::{CallSays, Span};

/// How many steps are kept of a way: the first ones.
const MAX_STEPS: usize = 8;

/// How far behind a variable's name a constant may stand that counts by what it looks like, in bytes.
const MAX_GAP: usize = 100;

/// How many constants are kept.
const MAX_CONSTANTS: usize = 256;

/// Where a secret comes from, and the variables that it went through.
#[derive(Debug, Clone, Default)]
pub(super) struct Trail {
    pub(super) source: Option<Span>,
    pub(super) steps: Vec<Span>,
    /// What the secret is called where it comes from.
    pub(super) name: String,
    pub(super) is_environment: bool,
    /// Whether the variable was given what the secret was found in, and no part of it.
    pub(super) is_direct: bool,
    /// Whether it is a parameter that gets the values of the environment's variables.
    pub(super) is_iterated: bool,
    /// Whether it got it by a method of its.
    pub(super) is_added: bool,
}

/// The trails of all variables, as they are where the program runs.
#[derive(Debug, Default)]
pub(super) struct Trails {
    now: HashMap<String, Trail>,
    /// What each change since the outermost function began has replaced.
    journal: Vec<(String, Option<Trail>)>,
    /// How long the journal was when each function began that runs.
    functions: Vec<usize>,
}

impl Trails {
    pub(super) fn get(&self, name: &str) -> Option<&Trail> {
        self.now.get(name)
    }

    pub(super) fn set(&mut self, name: String, trail: Option<Trail>) {
        let old = match trail {
            Some(trail) => self.now.insert(name.clone(), trail),
            None => self.now.remove(&name),
        };
        if self.is_in_function() {
            self.journal.push((name, old));
        }
    }

    pub(super) fn is_in_function(&self) -> bool {
        !self.functions.is_empty()
    }

    pub(super) fn enter(&mut self) {
        self.functions.push(self.journal.len());
    }

    /// Forgets what a function did, but for what it did to objects.
    pub(super) fn leave(&mut self) {
        let begin = self.functions.pop().unwrap_or_default().min(self.journal.len());
        let is_kept = |name: &str| name.contains(['.', '@', '>']) && self.now.contains_key(name);
        let changes = self.journal.split_off(begin).into_iter();
        let (of_objects, own): (Vec<_>, Vec<_>) = changes.partition(|(name, _)| is_kept(name));
        for (name, old) in own.into_iter().rev() {
            match old {
                Some(old) => self.now.insert(name, old),
                None => self.now.remove(&name),
            };
        }
        if self.is_in_function() {
            self.journal.extend(of_objects);
        }
    }
}

impl<'t> Secrets<'_, 't> {
    /// Keeps what an assignment says of a variable.
    pub(super) fn keep(
        &mut self,
        script: Script<'t>,
        name: &str,
        target: &Expr<'t>,
        expression: &Expr<'t>,
        value: &Value<'t>,
        parts: &Parts<'t>,
    ) {
        if is_listed(script, target, expression, value) || (script.language == Language::Shell && value.constant() == Some("0")) {
            self.names.borrow_mut().insert(name.to_owned(), false);
            self.trails.set(key(script, target), None);
            return;
        }
        let here = script.span(&target.range);
        if let Value::Text(built) = value
            && built.holes.is_empty()
            && self.constants.len() < MAX_CONSTANTS
            && (self.is_secret_name(name) && !self.vocabulary.words.is_mask(name, built.text.as_str())
                || self.is_generated(name, target, expression))
        {
            // What is put together shares its parts with others.
            let mut sources = built.text.sources().filter(|span| !span.is_empty());
            let only = sources.next().filter(|_| sources.next().is_none());
            self.constants.extend(only.map(|span| (span, name.to_owned())));
            self.constants.sort_unstable();
            self.constants.dedup();
        }
        let mut found = Vec::new();
        if expression.range != target.range {
            self.walk(script, parts).expression(expression, &mut found);
        }
        self.paths.extend(found.iter().filter_map(|one| one.path.clone()));
        let operator = operator(script, target, expression);
        let trail = match found.into_iter().next() {
            Some(first) => {
                let mut trail = first.trail.unwrap_or_default();
                trail.source.get_or_insert(script.span(&first.range));
                if trail.steps.len() < MAX_STEPS {
                    trail.steps.push(here);
                }
                let name = if trail.name.is_empty() { first.name } else { trail.name };
                Trail {
                    name,
                    is_environment: first.is_environment,
                    is_direct: operator.is_some() && self.keeps(expression, value),
                    is_added: false,
                    is_iterated: false,
                    ..trail
                }
            }
            None if self.is_secret_name(name) => Trail { source: Some(here), name: name.to_owned(), ..Trail::default() },
            // What is appended changes nothing.
            None if operator == Some(Operator::Append) => return,
            None => {
                return self.trails.set(key(script, target), None);
            }
        };
        self.trails.set(key(script, target), Some(trail));
    }

    /// Whether a value may hold the secret that was found in its expression: what a function of this file computes is known.
    fn keeps(&self, expression: &Expr<'t>, value: &Value<'t>) -> bool {
        let ExprKind::Call(call) = &expression.kind else { return true };
        let (ExprKind::Name(name) | ExprKind::Member(_, name)) = &call.callee.kind else { return true };
        let is_its =
            |value: &Value<'t>| matches!(value, Value::Result(result) if result.path.as_deref().is_some_and(|path| path.ends_with(name)));
        value.alternatives().iter().any(is_its) || self.origin(value).is_some() || value.has_parts() && !matches!(value, Value::Result(_))
    }

    /// Whether a constant that looks generated stands, as it is, behind a variable whose name speaks of a secret.
    fn is_generated(&self, name: &str, target: &Expr<'t>, expression: &Expr<'t>) -> bool {
        let ExprKind::Literal(text) = &expression.kind else { return false };
        matches!(target.kind, ExprKind::Name(_) | ExprKind::Member(..))
            && expression.range.start.saturating_sub(target.range.end) <= MAX_GAP
            && text.as_source_str().is_some_and(|constant| self.vocabulary.words.is_generated(name, constant))
    }

    /// Keeps what a setter of an object is given: `query.setDescription(password)`.
    pub(super) fn keep_set(&mut self, script: Script<'t>, call: &CallEvent<'_, 't>) {
        let (ExprKind::Member(object, name), [argument]) = (&call.call.callee.kind, call.call.arguments.as_slice()) else { return };
        let Some(field) = ["set", "Set"].iter().find_map(|verb| field_of(name, verb)) else { return };
        let field = format!("{}.{field}", key(script, object));
        let mut found = Vec::new();
        self.walk(script, &call.parts).expression(&argument.value, &mut found);
        let trail = found.into_iter().next().map(|first| {
            let mut trail = first.trail.unwrap_or_default();
            trail.source.get_or_insert(script.span(&first.range));
            trail
        });
        self.trails.set(field, trail);
    }

    /// Keeps what a variable is given by a method of its: `headers.set("Authorization", token)`, `parts.append(password)`.
    pub(super) fn keep_added(&mut self, script: Script<'t>, call: &CallEvent<'_, 't>) {
        let ExprKind::Member(object, name) = &call.call.callee.kind else { return };
        let is_variable = matches!(object.kind, ExprKind::Name(_) | ExprKind::Member(..));
        // What is hashed can't be read back.
        let hides = || self.vocabulary.words.call(&format!("{}_{name}", as_written(script, object))) == CallSays::Hides;
        if !is_variable || !self.vocabulary.words.adds(name) || hides() {
            return;
        }
        let arguments: Vec<_> = call.call.arguments.iter().zip(call.arguments).collect();
        self.keep_written(script, object, name, &arguments, &call.parts);
    }

    /// Keeps what an object is given that is secret, by a method of this name.
    pub(super) fn keep_written(&mut self, script: Script<'t>, object: &Expr<'t>, by: &str, given: &Written<'_, 't>, parts: &Parts<'t>) {
        let Some(first) = self.in_arguments(script, by, given, parts).into_iter().next() else { return };
        let mut trail = first.trail.unwrap_or_default();
        trail.source.get_or_insert(script.span(&first.range));
        let name = if trail.name.is_empty() { first.name } else { trail.name };
        let trail = Trail { name, is_environment: first.is_environment, is_direct: true, is_added: true, ..trail };
        self.trails.set(key(script, object), Some(trail));
    }

    /// The way by which an object got the secret that a getter of it gives: `query.getDescription()`.
    pub(super) fn trail_of_getter(&self, script: Script<'t>, call: &Call<'t>) -> Option<Trail> {
        let (ExprKind::Member(object, name), []) = (&call.callee.kind, call.arguments.as_slice()) else { return None };
        let field = ["get", "Get"].iter().find_map(|verb| field_of(name, verb))?;
        let object = key(script, object);
        let fields = [field.to_owned(), first_in_lower_case(field)];
        fields.iter().find_map(|field| self.trails.get(&format!("{object}.{field}")).cloned())
    }

    /// The way by which a variable got its secret.
    pub(super) fn trail(&self, script: Script<'t>, expression: &Expr<'t>) -> Option<Trail> {
        self.trails.get(&key(script, expression)).cloned()
    }
}

/// Whether a loop gives a variable one of several constants, which are what secrets are called: `for secret in db_password api_key`.
fn is_listed(script: Script<'_>, target: &Expr<'_>, expression: &Expr<'_>, value: &Value<'_>) -> bool {
    let between = script.text.as_str().get(target.range.end..expression.range.start).unwrap_or_default();
    matches!(between.trim(), "in" | "of")
        && matches!(value, Value::Text(_) | Value::OneOf(_))
        && value.alternatives().iter().all(|value| value.constant().is_some())
}

/// How a variable gets a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Assign,
    Append,
}

/// The operator between a variable and what it is given, if that is all that stands there, but for a type.
fn operator(script: Script<'_>, target: &Expr<'_>, expression: &Expr<'_>) -> Option<Operator> {
    /// How long a type may be, in bytes.
    const LONGEST: usize = 60;
    let between = script.text.as_str().get(target.range.end..expression.range.start).filter(|between| between.len() <= LONGEST)?;
    let between = between.trim().trim_end_matches(['(', '$', '"', '`', '{']).trim_end();
    let before = between.strip_suffix('=')?;
    if before.ends_with(['+', '<', '.']) {
        return Some(Operator::Append);
    }
    (!before.contains([',', ')', ']', '}', '=', ';', '\n'])).then_some(Operator::Assign)
}

/// Whether a shell's script gives a variable its value, and not only a default: then it is none that the script was given.
pub(super) fn is_assigned(script: Script<'_>, name: &str) -> bool {
    let text = script.text.as_str();
    memchr::memmem::find_iter(text.as_bytes(), name.as_bytes()).any(|at| {
        let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + name.len()..).unwrap_or_default());
        let begins = !before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '{' | '-'));
        let value = after.strip_prefix('=').map(|value| value.trim_start_matches(['"', '$', '{']));
        begins && value.is_some_and(|value| !value.starts_with(name) && !value.starts_with(|c: char| c.is_ascii_digit()))
    })
}

/// The field that a getter or setter is for.
fn field_of<'n>(name: &'n str, verb: &str) -> Option<&'n str> {
    name.strip_prefix(verb).filter(|field| field.starts_with(char::is_uppercase))
}

fn first_in_lower_case(field: &str) -> String {
    field.chars().take(1).flat_map(char::to_lowercase).chain(field.chars().skip(1)).collect()
}

/// The name of a variable, a member, or of the object to which an element belongs, as it is written.
pub(super) fn key(script: Script<'_>, target: &Expr<'_>) -> String {
    match &target.kind {
        ExprKind::Name(name) => (*name).to_owned(),
        ExprKind::Index(object, _) => key(script, object),
        _ => script.text.as_str().get(target.range.clone()).unwrap_or_default().to_owned(),
    }
}
