//! Keys of registered kinds that code sends as Bearer, and whether it told them apart from other tokens before.
//!
//! The intermediate form is walked once, in the order of its statements: a test for the prefix tells keys apart in its branches, and behind
//! it if one of them leaves.

mod keys;
mod test;

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Language;
use super::ir::{Block, Call, Expr, ExprKind, Function, Stmt};
use super::observe::{Observer, Script};
use crate::model::{BearerKey, CredentialKind};
use crate::parse::{Context, Setting};
use keys::Names;
use test::Test;

/// Words that leave a block.
const LEAVES: [&str; 6] = ["return", "continue", "break", "throw", "raise", "panic"];

/// How deep expressions and blocks are looked through.
const MAX_DEPTH: usize = 300;

/// Tells of the keys that were found, at the end of the program.
#[derive(Debug)]
pub(super) struct Bearers(Vec<BearerKey>);

impl Bearers {
    /// Whether a program may send a key as Bearer, if that is asked for: samples send what they like.
    pub(super) fn may_find(context: &Context<'_>, script: Script<'_>) -> bool {
        context.wanted().bearer_keys
            && *context.setting() == Setting::Live
            && context.is_program()
            && !matches!(script.language, Language::Shell | Language::PowerShell)
            && keys::may_send(context.path(), script.text.as_str(), &context.vocabulary().credentials)
    }

    /// The keys that a program sends.
    pub(super) fn of<'t>(context: &Context<'_>, script: Script<'t>, program: &Block<'t>) -> Self {
        let kinds = &context.vocabulary().credentials;
        let names = Names::of(context.path(), script.text.as_str(), kinds);
        let mut walk =
            Walk { script, kinds, names, held: HashMap::new(), tests: HashSet::new(), found: BTreeMap::new(), target: None, depth: 0 };
        walk.block(program, false);
        Self(walk.found.into_values().map(|found| found.key).collect())
    }
}

impl<'t> Observer<'t> for Bearers {
    fn finish(&mut self, context: &mut Context<'_>, _script: Script<'t>) {
        std::mem::take(&mut self.0).into_iter().for_each(|key| context.bearer_key(key));
    }
}

/// A key that is sent, and the variable that holds what it is sent in.
struct Found<'t> {
    key: BearerKey,
    target: Option<&'t str>,
}

struct Walk<'k, 't> {
    script: Script<'t>,
    kinds: &'k [CredentialKind],
    names: Names,
    /// The variables that hold keys, and their kinds.
    held: HashMap<&'t str, usize>,
    /// The variables that hold what tells keys apart.
    tests: HashSet<&'t str>,
    /// By where they stand.
    found: BTreeMap<(usize, usize), Found<'t>>,
    /// The variable that takes what is looked through now.
    target: Option<&'t str>,
    depth: usize,
}

impl<'t> Walk<'_, 't> {
    fn block(&mut self, block: &Block<'t>, mut told: bool) {
        if self.depth >= MAX_DEPTH {
            return;
        }
        self.depth += 1;
        let mut is_chain = false;
        for statement in block {
            // What runs if no case of a `switch` did stands behind all of them.
            match statement {
                Stmt::If { test: None, then, .. } if is_chain => self.block(then, true),
                statement => told = self.statement(statement, told),
            }
            is_chain = match statement {
                Stmt::If { test: Some(test), .. } => is_chain || self.test(test) != Test::None,
                Stmt::If { test: None, .. } => is_chain,
                _ => false,
            };
        }
        self.depth -= 1;
    }

    /// Walks a statement; whether keys are told apart behind it.
    fn statement(&mut self, statement: &Stmt<'t>, told: bool) -> bool {
        match statement {
            Stmt::Expr(value) | Stmt::Return(value) | Stmt::Raise(value) => self.expression(value, told),
            Stmt::If { test, then, otherwise } => {
                let found = test.as_ref().map_or(Test::None, |test| self.test(test));
                if let Some(test) = test {
                    self.expression(test, told);
                }
                if found == Test::Kind {
                    self.overrule(then);
                }
                self.block(then, found.tells(true, told));
                self.block(otherwise, found.tells(false, told));
                let start = test.as_ref().map_or(0, |test| test.range.end);
                return told || (found != Test::None && (self.leaves(then, start) || self.leaves(otherwise, usize::MAX)));
            }
            Stmt::Loop { each, test, body } => {
                if let Some((target, iterable)) = each {
                    self.bind(target, iterable);
                    self.expression(iterable, told);
                }
                let found = test.as_ref().map_or(Test::None, |test| self.test(test));
                self.block(body, found.tells(true, told));
            }
            Stmt::Function(function) => self.function(function),
            Stmt::Class { body, .. } => self.block(body, false),
            Stmt::Import { .. } => {}
        }
        told
    }

    fn function(&mut self, function: &Function<'t>) {
        let target = self.target.take();
        self.block(&function.body, false);
        self.target = target;
    }

    /// A branch for keys of the kind takes back what was sent before, where it assigns it anew or takes `Authorization` away.
    fn overrule(&mut self, branch: &Block<'t>) {
        let mut assigned = HashSet::new();
        let mut removes = false;
        for statement in branch {
            let (Stmt::Expr(value) | Stmt::Return(value)) = statement else { continue };
            match &value.kind {
                ExprKind::Assign { target, .. } => match &target.kind {
                    ExprKind::Name(name) => {
                        assigned.insert(*name);
                    }
                    ExprKind::Index(_, key) => removes |= is_authorization(key),
                    _ => {}
                },
                ExprKind::Call(call) => removes |= call.arguments.iter().any(|argument| is_authorization(&argument.value)),
                ExprKind::Other(parts) => {
                    let key = |part: &Expr<'t>| matches!(&part.kind, ExprKind::Index(_, key) if is_authorization(key));
                    removes |= parts.iter().any(key);
                }
                _ => {}
            }
        }
        self.found.retain(|_, found| !removes && found.target.is_none_or(|target| !assigned.contains(target)));
    }

    fn expression(&mut self, expression: &Expr<'t>, told: bool) {
        if self.depth >= MAX_DEPTH {
            return;
        }
        self.depth += 1;
        self.parts(expression, told);
        self.depth -= 1;
    }

    fn parts(&mut self, expression: &Expr<'t>, told: bool) {
        if let Some(key) = self.sent(expression) {
            let (start, end) = (expression.range.start, expression.range.end);
            let span = self.script.span(&expression.range);
            let key = BearerKey { span, kind: key, is_told: told };
            self.found.entry((start, end)).or_insert(Found { key, target: self.target });
        }
        match &expression.kind {
            ExprKind::Choice { test, then, otherwise } => {
                let found = test.as_ref().map_or(Test::None, |test| self.test(test));
                if let Some(test) = test {
                    self.expression(test, told);
                }
                self.expression(then, found.tells(true, told));
                self.expression(otherwise, found.tells(false, told));
            }
            ExprKind::Assign { target, value, .. } => {
                self.bind(target, value);
                let outer = std::mem::replace(&mut self.target, root(target));
                self.expression(value, told);
                self.target = outer;
            }
            ExprKind::Call(call) => {
                self.expression(&call.callee, told);
                call.arguments.iter().for_each(|argument| self.expression(&argument.value, told));
            }
            ExprKind::Concat(parts) | ExprKind::List(parts) | ExprKind::Pipe(parts) | ExprKind::Other(parts) => {
                parts.iter().for_each(|part| self.expression(part, told));
            }
            ExprKind::Record(entries) => entries.iter().for_each(|entry| self.expression(&entry.value, told)),
            ExprKind::Format { template: one, arguments: two } | ExprKind::Index(one, two) => {
                self.expression(one, told);
                self.expression(two, told);
            }
            ExprKind::Compare { left, right, .. } => {
                self.expression(left, told);
                self.expression(right, told);
            }
            ExprKind::Member(inner, _) | ExprKind::Slice(inner) | ExprKind::Spread(inner) => self.expression(inner, told),
            ExprKind::Redirect { command, target, .. } => {
                self.expression(command, told);
                self.expression(target, told);
            }
            ExprKind::Function(function) => self.function(function),
            ExprKind::Element(element) => {
                element.attributes.iter().for_each(|attribute| self.expression(&attribute.value, told));
                element.children.iter().for_each(|child| self.expression(child, told));
            }
            ExprKind::Literal(_) | ExprKind::Regex(_) | ExprKind::Atom(_) | ExprKind::Name(_) | ExprKind::This => {}
        }
    }

    /// Lets a variable hold a key, or what tells keys apart.
    fn bind(&mut self, target: &Expr<'t>, value: &Expr<'t>) {
        let targets = match &target.kind {
            ExprKind::List(targets) => targets.as_slice(),
            _ => std::slice::from_ref(target),
        };
        let (key, tests) = (self.key(value), self.depends(value));
        for target in targets {
            let ExprKind::Name(name) = &target.kind else { continue };
            match key {
                Some(kind) => {
                    self.held.insert(name, kind);
                }
                None if tests => {
                    self.tests.insert(name);
                }
                None => {}
            }
        }
    }

    /// Whether a block, which begins behind `start`, ends by leaving what it stands in. Where that gives no value, only the source says so.
    fn leaves(&self, block: &Block<'t>, start: usize) -> bool {
        let end = match block.last() {
            Some(Stmt::Return(_) | Stmt::Raise(_)) => return true,
            Some(Stmt::Expr(value)) => value.range.end,
            Some(_) => return false,
            None => start,
        };
        let rest = self.script.text.as_str().get(end..).unwrap_or_default();
        let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ';' | ')' | '{' | ':'));
        LEAVES.iter().any(|word| rest.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_')))
    }

    /// The kind of the key that an expression puts behind `Bearer`.
    fn sent(&self, expression: &Expr<'t>) -> Option<usize> {
        let is_bearer = |text: &str| text.trim_end().eq_ignore_ascii_case("bearer") && text.ends_with(' ');
        let is_template = |text: &str| {
            let lower = text.to_ascii_lowercase();
            matches!(lower.as_str(), "bearer %s" | "bearer %v" | "bearer {}" | "bearer {0}")
        };
        match &expression.kind {
            ExprKind::Concat(parts) => match parts.as_slice() {
                [Expr { kind: ExprKind::Literal(word), .. }, key] if is_bearer(word.as_str()) => self.key(key),
                _ => None,
            },
            ExprKind::Format { template, arguments } => match (&template.kind, &arguments.kind) {
                (ExprKind::Literal(text), ExprKind::List(list)) if is_template(text.as_str()) => self.key(list.first()?),
                (ExprKind::Literal(text), _) if is_template(text.as_str()) => self.key(arguments),
                _ => None,
            },
            ExprKind::Call(call) => self.formatted(call, is_template),
            _ => None,
        }
    }

    /// `"Bearer {}".format(key)`, `fmt.Sprintf("Bearer %s", key)`
    fn formatted(&self, call: &Call<'t>, is_template: impl Fn(&str) -> bool) -> Option<usize> {
        let literal = |expression: &Expr<'t>| matches!(&expression.kind, ExprKind::Literal(text) if is_template(text.as_str()));
        match (&call.callee.kind, call.arguments.as_slice()) {
            (ExprKind::Member(template, _), [key]) if literal(template) => self.key(&key.value),
            (_, [template, key]) if literal(&template.value) => self.key(&key.value),
            _ => None,
        }
    }
}

/// The variable that an assignment changes.
fn root<'t>(target: &Expr<'t>) -> Option<&'t str> {
    match &target.kind {
        ExprKind::Name(name) => Some(name),
        ExprKind::Index(object, _) | ExprKind::Member(object, _) => root(object),
        _ => None,
    }
}

fn is_authorization(expression: &Expr<'_>) -> bool {
    matches!(&expression.kind, ExprKind::Literal(text) if text.as_str().eq_ignore_ascii_case("authorization"))
}
