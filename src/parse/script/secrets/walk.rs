//! The parts of an expression that are secrets.

use std::ops::Range;

use super::super::ir::{Call, Expr, ExprKind, Stmt};
use super::super::observe::{Parts, Script};
use super::super::value::Value;
use super::asked::Question;
use super::kept::raises;
use super::origin::{is_of_header, meaning, names_class, names_file};
use super::sinks::unprinted;
use super::trail::{Trail, key};
use super::{Language, Secrets, as_written, written};
use crate::model::{CallSays, Span, Text};

/// How deep expressions are read.
const MAX_DEPTH: usize = 60;

/// How many secrets are found in one expression.
const MAX_FOUND: usize = 32;

/// A part of an expression that is a secret.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// Where it stands.
    pub(super) range: Range<usize>,
    /// What it is called.
    pub(super) name: String,
    pub(super) is_environment: bool,
    pub(super) trail: Option<Trail>,
    /// The path that is a secret, though its name does not say so: what a header takes is one.
    pub(super) path: Option<String>,
    /// Where it stands, if that is no range of the program.
    pub(super) span: Option<Span>,
    /// Whether only a part of it is shown.
    pub(super) is_part: bool,
    /// Whether something else may be shown instead, of which nothing is known.
    pub(super) is_perhaps: bool,
}

impl Found {
    /// The whole environment, which a command shows.
    pub(super) fn environment(range: Range<usize>, name: String) -> Self {
        Self { range, name, is_environment: true, trail: None, path: None, span: None, is_part: false, is_perhaps: false }
    }
}

/// Reads expressions for secrets.
pub(super) struct Walk<'s, 'v, 't> {
    pub(super) secrets: &'s Secrets<'v, 't>,
    pub(super) script: Script<'t>,
    pub(super) parts: &'s Parts<'t>,
    depth: usize,
}

impl<'v, 't> Secrets<'v, 't> {
    pub(super) fn walk<'s>(&'s self, script: Script<'t>, parts: &'s Parts<'t>) -> Walk<'s, 'v, 't> {
        Walk { secrets: self, script, parts, depth: 0 }
    }
}

impl<'t> Walk<'_, '_, 't> {
    /// Finds the secrets in an expression whose value is shown.
    pub(super) fn expression(&mut self, expression: &Expr<'t>, found: &mut Vec<Found>) {
        if self.depth >= MAX_DEPTH || found.len() >= MAX_FOUND {
            return;
        }
        self.depth += 1;
        self.read(expression, found);
        self.depth -= 1;
    }

    fn read(&mut self, expression: &Expr<'t>, found: &mut Vec<Found>) {
        match &expression.kind {
            ExprKind::Name(name) => self.named(expression, name, found),
            ExprKind::Member(object, name) => match &object.kind {
                ExprKind::Name(outer) | ExprKind::Member(_, outer) if meaning(&format!("{outer}.{name}")) == *outer => {
                    let before = found.len();
                    self.named(expression, outer, found);
                    if found.len() == before && self.secrets.is_buffer(&key(self.script, object)) {
                        self.expression(object, found);
                    }
                }
                _ if self.is_of_exception(object, name) => self.expression(object, found),
                // Ruby calls without parentheses.
                _ if self.secrets.vocabulary.words.carries(name) && self.script.language == Language::Ruby => {
                    self.expression(object, found)
                }
                _ => self.named(expression, name, found),
            },
            ExprKind::Index(object, key) => match constant(key, self.parts) {
                Some(key) if self.secrets.is_written(&key) => self.named(expression, &key, found),
                // Which entry this is nobody knows.
                None if matches!(self.parts.of(object), Some(Value::Record(_))) => {}
                None if self.is_one_of_environment(object, key) => {}
                _ => self.by_value(expression, found),
            },
            ExprKind::Call(call) => self.call(expression, call, found),
            ExprKind::Concat(parts) => self.joined(parts, found),
            ExprKind::Format { template, arguments } => {
                self.expression(template, found);
                self.filling(template, arguments, found);
            }
            ExprKind::List(items) => items.iter().for_each(|item| self.expression(item, found)),
            ExprKind::Record(entries) => {
                // Whoever puts stars for an entry of what is copied has sorted out which: `{ ...config, password: "***" }`.
                let is_starred = entries.iter().any(|entry| self.has_stars(&entry.value));
                for entry in entries.iter().filter(|entry| !is_starred || !matches!(entry.value.kind, ExprKind::Spread(_))) {
                    let before = found.len();
                    self.expression(&entry.value, found);
                    let key = entry.key.as_ref().and_then(|key| constant(key, self.parts));
                    if let Some(key) = key
                        && found.len() == before
                        && self.is_kept_under(&key, &entry.value, self.parts.of(&entry.value).as_ref())
                    {
                        found.push(self.here(&entry.value, &key));
                    }
                }
            }
            ExprKind::Spread(inner) => self.expression(inner, found),
            ExprKind::Assign { value, .. } => self.expression(value, found),
            // What only is tested is not shown; whoever puts stars for some has sorted out which.
            ExprKind::Choice { test, then, otherwise } => {
                if test.is_none() || !(self.has_stars(then) || self.has_stars(otherwise)) {
                    self.expression(then, found);
                    self.expression(otherwise, found);
                }
            }
            ExprKind::Literal(text) => {
                let before = found.len();
                self.by_value(expression, found);
                if found.len() == before && text.has_holes() {
                    self.filled(expression, text, found);
                }
            }
            // What is computed only if it is shown: `logger.debug { … }`.
            ExprKind::Function(function) => {
                if let Some(Stmt::Return(value) | Stmt::Expr(value)) = function.body.last() {
                    self.expression(value, found);
                }
            }
            ExprKind::Regex(_)
            | ExprKind::Atom(_)
            | ExprKind::This
            | ExprKind::Slice(_)
            | ExprKind::Compare { .. }
            | ExprKind::Element(_)
            | ExprKind::Pipe(_)
            | ExprKind::Redirect { .. }
            | ExprKind::Other(_) => {}
        }
    }

    /// What fills a format string, but for what is printed as a number.
    fn filling(&mut self, template: &Expr<'t>, arguments: &Expr<'t>, found: &mut Vec<Found>) {
        let verbs = self.unprinted(template);
        let items = match &arguments.kind {
            ExprKind::List(items) => items.as_slice(),
            _ => std::slice::from_ref(arguments),
        };
        for (index, item) in items.iter().enumerate() {
            if !verbs.get(index).copied().unwrap_or_default() {
                self.expression(item, found);
            }
        }
    }

    /// What a format string leaves out of what fills it.
    fn unprinted(&self, template: &Expr<'t>) -> Vec<bool> {
        match &template.kind {
            ExprKind::Literal(text) => unprinted(&Value::text(text.clone())),
            _ => self.parts.of(template).map(|value| unprinted(&value)).unwrap_or_default(),
        }
    }

    /// What another program puts in a text that runs as code: its holes have the names of what they hold.
    fn filled(&self, expression: &Expr<'t>, text: &Text<'t>, found: &mut Vec<Found>) {
        for hole in text.holes() {
            let name = text.as_str().get(hole.clone()).unwrap_or_default().trim_matches(['{', '}']);
            if let Some(origin) = self.secrets.path(name).filter(|origin| !origin.is_environment) {
                let mut one = self.here(expression, &origin.name);
                one.span = Some(text.span(hole));
                found.push(one);
            }
        }
    }

    /// A variable or member of this name.
    fn named(&self, expression: &Expr<'t>, name: &str, found: &mut Vec<Found>) {
        if self.is_of_new_record(expression) {
            return;
        }
        if self.secrets.is_member_of_other(as_written(self.script, expression)) {
            return self.by_value(expression, found);
        }
        let is_key = matches!(expression.kind, ExprKind::Index(..));
        if self.secrets.is_secret_name(name) && (is_key || is_of_header(name, as_written(self.script, expression))) {
            let is_clean = |value: &Value<'t>| self.secrets.is_harmless(name, value) && !is_own(value, name);
            let harmless = self.parts.of(expression).is_some_and(|value| is_clean(&value)) && !self.is_filled_elsewhere(name);
            if !harmless {
                found.push(self.here(expression, &written(self.script, expression)));
            }
            return;
        }
        let is_object = || matches!(expression.kind, ExprKind::Name(_)) && self.secrets.is_object(name);
        let says_other = self.secrets.says_hidden(name) || self.secrets.is_about_one(name) || names_file(name);
        if !says_other && !is_object() {
            self.by_value(expression, found);
        }
    }

    /// Whether a function gets the address of a variable, so that it may fill it: `flag.StringVar(&password, …)`.
    fn is_filled_elsewhere(&self, name: &str) -> bool {
        let is_filled = || {
            memchr::memmem::find_iter(self.script.text.as_str().as_bytes(), name.as_bytes())
                .any(|at| self.script.text.as_str().as_bytes().get(..at).is_some_and(|before| before.ends_with(b"&")))
        };
        self.script.language == Language::Go && self.secrets.asked.about(Question::Filled, name, is_filled)
    }

    /// An expression whose value may come from a secret.
    fn by_value(&self, expression: &Expr<'t>, found: &mut Vec<Found>) {
        let trail = self.secrets.trail(self.script, expression);
        let Some(value) = self.parts.of(expression) else {
            // What a function that runs later takes from outside.
            if let Some(trail) = trail.filter(|trail| trail.is_direct && !trail.is_environment && is_variable(expression)) {
                found.push(self.here(expression, &trail.name));
            }
            return;
        };
        if self.is_starred_elsewhere(&value) || self.is_only_error(expression, &value) {
            return;
        }
        // What it was made of, or what it was given, may have been known by its name alone.
        let by_name = trail.as_ref().filter(|trail| trail.is_direct && !trail.is_environment && is_variable(expression));
        let origin = self
            .secrets
            .origin(&value)
            .filter(|origin| !origin.is_environment || (by_name.is_none() && self.is_all(expression, &value, origin)));
        if let Some(origin) = origin {
            let mut one = self.here(expression, &origin.name);
            one.is_environment = origin.is_environment;
            one.is_perhaps = is_variable(expression) && !self.secrets.is_sure(&value);
            found.push(one);
        } else if let Some(trail) = trail.as_ref().filter(|trail| trail.is_iterated && is_variable(expression)) {
            let mut one = self.here(expression, &trail.name);
            one.is_environment = true;
            found.push(one);
        } else if let Some(trail) = by_name.filter(|trail| trail.is_added || !self.secrets.is_clean(&value)) {
            found.push(self.here(expression, &trail.name));
        }
    }

    fn call(&mut self, expression: &Expr<'t>, call: &Call<'t>, found: &mut Vec<Found>) {
        let (name, object) = match &call.callee.kind {
            ExprKind::Name(name) => (*name, None),
            ExprKind::Member(object, name) => (*name, Some(&**object)),
            ExprKind::Literal(_) => return,
            _ => return self.by_value(expression, found),
        };
        let words = &self.secrets.vocabulary.words;
        match self.secrets.call_says(name) {
            CallSays::Hides if self.gives_all(name, call) => {
                let before = found.len();
                if let Some(object) = object {
                    self.expression(object, found);
                }
                found.iter_mut().skip(before).for_each(|one| one.is_part = true);
                return;
            }
            CallSays::Hides => return,
            CallSays::Secret if names_class(self.script.language, name) => {}
            CallSays::Secret => {
                let hidden = self.parts.of(expression).is_some_and(|value| matches!(value, Value::Reduced));
                if !hidden {
                    found.push(self.here(expression, &written(self.script, &call.callee)));
                }
                return;
            }
            CallSays::Nothing => {}
        }
        let path = as_written(self.script, &call.callee);
        if words.hides(path) {
            return;
        }
        if words.gives_by_name(name) || words.gives_by_name(path) {
            let keys = call.arguments.iter().flat_map(|argument| constants(&argument.value, self.parts));
            if let Some(key) = keys.into_iter().find(|key| self.secrets.says_as_key(key) && self.secrets.is_written(key)) {
                found.push(self.here(expression, &key));
                return;
            }
        }
        // `map(str, values)`
        if let ("map", Language::Python, [function, values]) = (name, self.script.language, call.arguments.as_slice())
            && words.carries(as_written(self.script, &function.value))
        {
            self.expression(&values.value, found);
            return;
        }
        if words.carries(name) || words.carries(path) || raises(name) {
            if self.hides_by_replacing(name, call) {
                return;
            }
            if let Some(object) = object {
                self.expression(object, found);
            }
            // Of a value that is only told by its type nothing is shown: `%T`.
            let verbs = call.arguments.first().map(|first| self.unprinted(&first.value)).unwrap_or_default();
            for (index, argument) in call.arguments.iter().enumerate() {
                if index.checked_sub(1).and_then(|index| verbs.get(index)).copied().unwrap_or_default() {
                    continue;
                }
                let before = found.len();
                self.expression(&argument.value, found);
                if let Some(key) = argument.keyword
                    && found.len() == before
                    && self.is_kept_under(key, &argument.value, self.parts.of(&argument.value).as_ref())
                {
                    found.push(self.here(&argument.value, key));
                }
            }
            return;
        }
        let before = found.len();
        self.by_value(expression, found);
        if found.len() == before
            && let Some(trail) = self.secrets.trail_of_getter(self.script, call)
        {
            let mut one = self.here(expression, &written(self.script, expression));
            one.trail = Some(trail);
            found.push(one);
        }
    }

    /// Whether a part of a string is more than its first characters: `token.substring(0, 20)`.
    fn gives_all(&self, name: &str, call: &Call<'t>) -> bool {
        let Some(longest) = self.secrets.roles.masking.longest_prefix.filter(|_| name == "substring") else { return false };
        let number = |index: usize| match &call.arguments.get(index)?.value.kind {
            ExprKind::Atom(atom) => atom.parse::<usize>().ok(),
            _ => None,
        };
        matches!((number(0), number(1)), (Some(start), Some(end)) if start > 0 || end > longest)
    }

    /// A secret that stands here.
    pub(super) fn here(&self, expression: &Expr<'t>, name: &str) -> Found {
        let trail = self.secrets.trail(self.script, expression);
        Found {
            range: expression.range.clone(),
            name: name.to_owned(),
            is_environment: false,
            trail,
            path: None,
            span: None,
            is_part: false,
            is_perhaps: false,
        }
    }
}

/// Whether this is a variable, or a member of one.
fn is_variable(expression: &Expr<'_>) -> bool {
    matches!(expression.kind, ExprKind::Name(_) | ExprKind::Member(..))
}

/// Whether a value is only the name itself: nothing is known of it.
fn is_own(value: &Value<'_>, name: &str) -> bool {
    matches!(value, Value::Path(path) if &**path == name)
}

/// The text of an expression, if that is a constant.
pub(super) fn constant<'t>(expression: &Expr<'t>, parts: &Parts<'t>) -> Option<String> {
    match &expression.kind {
        ExprKind::Literal(text) => Some(text.as_str().to_owned()),
        ExprKind::Atom(atom) => Some((*atom).to_owned()),
        _ => match parts.of(expression)? {
            Value::Text(built) if built.holes.is_empty() => Some(built.text.as_str().to_owned()),
            _ => None,
        },
    }
}

/// The texts that an expression may be, if those are constants.
fn constants<'t>(expression: &Expr<'t>, parts: &Parts<'t>) -> Vec<String> {
    match parts.of(expression) {
        Some(value @ Value::OneOf(_)) => {
            value.built().filter(|built| built.holes.is_empty()).map(|built| built.text.as_str().to_owned()).collect()
        }
        _ => constant(expression, parts).into_iter().collect(),
    }
}
