//! What tells keys of a registered kind apart: a test for their prefix, whoever makes it.

use super::Walk;
use crate::parse::script::ir::{Expr, ExprKind};

/// What a condition says of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Test {
    /// Nothing.
    None,
    /// It holds for keys of the kind.
    Kind,
    /// It holds for others.
    Other,
    /// One of the two.
    Either,
}

impl Test {
    /// Whether keys are told apart in the branch where the condition holds, or in the other one, if they were `told` apart before or not.
    pub(super) fn tells(self, holds: bool, told: bool) -> bool {
        match self {
            Self::None => told,
            Self::Kind => told || !holds,
            Self::Other => told || holds,
            Self::Either => true,
        }
    }

    fn not(self) -> Self {
        match self {
            Self::Kind => Self::Other,
            Self::Other => Self::Kind,
            same => same,
        }
    }
}

/// Methods and functions that test how a text begins, in lower case without separators.
const PREFIX_TESTS: [&str; 9] = ["startswith", "hasprefix", "match", "test", "fullmatch", "search", "cutprefix", "includes", "contains"];

/// What says nothing of a key but whether there is one.
const PLAIN: [&str; 16] = [
    "len",
    "bool",
    "isinstance",
    "strip",
    "trim",
    "trimspace",
    "empty",
    "isempty",
    "isblank",
    "nil",
    "present",
    "blank",
    "type",
    "typeof",
    "string",
    "boolean",
];

/// How deep a condition is looked through.
const MAX_DEPTH: usize = 24;

impl<'t> Walk<'_, 't> {
    /// What a condition says of a key.
    pub(super) fn test(&self, condition: &Expr<'t>) -> Test {
        self.test_within(condition, MAX_DEPTH)
    }

    fn test_within(&self, condition: &Expr<'t>, depth: usize) -> Test {
        let Some(depth) = depth.checked_sub(1) else { return Test::Either };
        match &condition.kind {
            ExprKind::Name(name) if self.tests.contains(name) => Test::Either,
            ExprKind::Call(call) => {
                let arguments = || call.arguments.iter().map(|argument| &argument.value);
                let (object, name) = match &call.callee.kind {
                    ExprKind::Member(object, name) => (Some(&**object), *name),
                    ExprKind::Name(name) => (None, *name),
                    _ => (None, ""),
                };
                let name: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
                let is_about = object.into_iter().chain(arguments()).any(|value| self.key(value).is_some());
                match () {
                    () if is_about && PREFIX_TESTS.contains(&name.as_str()) => Test::Kind,
                    () if is_about && !PLAIN.contains(&name.as_str()) => Test::Either,
                    () if arguments().any(|value| self.depends_within(value, depth)) => Test::Either,
                    () => Test::None,
                }
            }
            ExprKind::Compare { operator, left, right } => {
                let names_prefix = [left, right].iter().any(|side| self.has_prefix(side, depth));
                match *operator {
                    "==" | "in" | "=~" if names_prefix => Test::Kind,
                    "!=" | "not in" if names_prefix => Test::Other,
                    _ if [left, right].iter().any(|side| self.depends_within(side, depth)) => Test::Either,
                    _ => Test::None,
                }
            }
            ExprKind::Choice { test: None, then, otherwise } => match (self.test_within(then, depth), self.test_within(otherwise, depth)) {
                (Test::None, other) | (other, Test::None) => other,
                (one, other) if one == other => one,
                _ => Test::Either,
            },
            ExprKind::Assign { value, .. } => self.test_within(value, depth),
            ExprKind::Other(parts) | ExprKind::List(parts) => {
                let source = self.script.text.as_str().get(condition.range.clone()).unwrap_or_default().trim_start();
                let is_negated = source.starts_with('!') || source.starts_with("not ") || source.starts_with("not(");
                match parts.as_slice() {
                    [only] if is_negated => self.test_within(only, depth).not(),
                    [only] => self.test_within(only, depth),
                    several => {
                        let mut tests = several.iter().map(|part| self.test_within(part, depth)).filter(|test| *test != Test::None);
                        match (tests.next(), tests.next()) {
                            (None, _) => Test::None,
                            (Some(only), None) => only,
                            _ => Test::Either,
                        }
                    }
                }
            }
            ExprKind::Index(..) | ExprKind::Slice(_) if self.depends(condition) => Test::Either,
            _ => Test::None,
        }
    }

    /// Whether what an expression comes to depends on how a key begins: a test, a part of the key, what a function makes of it.
    pub(super) fn depends(&self, expression: &Expr<'t>) -> bool {
        self.depends_within(expression, MAX_DEPTH)
    }

    fn depends_within(&self, expression: &Expr<'t>, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return true };
        let within = |part: &Expr<'t>| self.depends_within(part, depth);
        match &expression.kind {
            ExprKind::Name(name) => self.tests.contains(name),
            ExprKind::Slice(inner) => self.key(inner).is_some() || within(inner),
            ExprKind::Index(object, key) => self.key(object).is_some() || within(object) || within(key),
            ExprKind::Call(call) => {
                // A test looks at the arguments: looking again at each level would double the steps with every level.
                let in_call = match self.key(expression) {
                    None => self.test_within(expression, depth) != Test::None,
                    Some(_) => call.arguments.iter().any(|argument| within(&argument.value)),
                };
                in_call || within(&call.callee)
            }
            ExprKind::Compare { .. } => self.test_within(expression, depth) != Test::None,
            ExprKind::Choice { test, then, otherwise } => {
                test.as_ref().is_some_and(|test| self.test_within(test, depth) != Test::None) || within(then) || within(otherwise)
            }
            ExprKind::Member(inner, _) | ExprKind::Spread(inner) => within(inner),
            ExprKind::Other(parts) | ExprKind::List(parts) => parts.iter().any(within),
            _ => false,
        }
    }

    /// Whether an expression is the prefix of a kind, or a list of prefixes.
    fn has_prefix(&self, expression: &Expr<'t>, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let is_prefix = |text: &str| {
            let text = text.trim_start_matches('^');
            self.kinds.iter().any(|kind| kind.header.is_some() && (text == kind.prefix || text == kind.prefix.trim_end_matches(['_', '-'])))
        };
        match &expression.kind {
            ExprKind::Literal(text) | ExprKind::Regex(text) => is_prefix(text.as_str()),
            ExprKind::List(parts) | ExprKind::Other(parts) => parts.iter().any(|part| self.has_prefix(part, depth)),
            _ => false,
        }
    }
}
