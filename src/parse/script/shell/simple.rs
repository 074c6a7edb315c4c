//! Simple commands: assignments, words, redirections (POSIX Shell Command Language, sections 2.9.1 and 2.7).

use std::ops::Range;

use super::Parser;
use crate::model::{Span, Text};
use crate::parse::script::ir::{Argument, Block, Call, CallStyle, Entry, Expr, ExprKind, Stmt};

/// How many redirections of one command nest in the result.
const MAX_NESTED: usize = 12;

/// What a script or a function was given, by place.
const PLACES: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

/// Commands whose words after the name may be assignments.
const DECLARATIONS: &[&str] = &["export", "local", "readonly", "declare", "typeset", "let"];

impl<'t> Parser<'t> {
    /// A command of words in which only expansions mean something.
    pub(super) fn words(&mut self, range: Range<usize>, words: &[Range<usize>]) -> Block<'t> {
        let mut words: Vec<_> = words.iter().map(|word| self.expandable(word.clone())).collect();
        if words.is_empty() {
            return Vec::new();
        }
        if !names_command(&words) {
            return vec![Stmt::Expr(Expr::other(words, range))];
        }
        let callee = words.remove(0);
        let arguments = words.into_iter().map(|value| Argument { keyword: None, value }).collect();
        let call = Call { callee, arguments, style: CallStyle::Command };
        vec![Stmt::Expr(Expr::new(ExprKind::Call(Box::new(call)), range))]
    }

    /// A simple command: assignments, words, redirections.
    pub(super) fn simple(&mut self) -> Block<'t> {
        let start = self.at;
        let mut assignments: Vec<(Expr<'t>, Expr<'t>, bool)> = Vec::new();
        let mut words: Vec<Expr<'t>> = Vec::new();
        let mut redirects = Vec::new();
        let mut declares = false;
        let mut local = false;
        let mut end = start;
        loop {
            self.blanks();
            if self.byte(0) == Some(b'#') && (self.at == start || self.at > end) {
                self.comment();
                break;
            }
            if let Some(redirect) = self.redirection() {
                redirects.push(redirect);
            } else if let Some(assignment) = self.assignment(words.is_empty() || declares) {
                assignments.push(assignment);
            } else if let Some(word) = self.word() {
                let literal = literal_of(&word);
                if words.is_empty()
                    && self.byte(0) == Some(b'(')
                    && literal.is_some()
                    && let Some(function) = self.function_definition(start)
                {
                    return function;
                }
                if words.is_empty() {
                    declares = literal.is_some_and(|name| DECLARATIONS.contains(&name));
                    local = literal == Some("local");
                }
                words.push(word);
            } else {
                break;
            }
            end = self.at;
        }
        let range = start..end;
        let assign = |(target, value, append): (Expr<'t>, Expr<'t>, bool)| {
            let range = target.range.start..value.range.end;
            if local { Expr::declare(target, value, range) } else { Expr::assign(target, value, append, range) }
        };
        // `export -p` prints.
        let prints = declares && words.get(1).and_then(literal_of) == Some("-p");
        if words.is_empty() || (declares && !prints) {
            let mut out: Block<'t> = assignments.into_iter().map(|assignment| Stmt::Expr(assign(assignment))).collect();
            // `export NAME` and options mean nothing here, and what is redirected is nothing.
            out.extend(redirects.into_iter().map(|(_, target)| Stmt::Expr(target)));
            return out;
        }
        if !names_command(&words) {
            let before = assignments.into_iter().map(|(_, value, _)| value);
            let parts = before.chain(words).chain(redirects.into_iter().map(|(_, target)| target)).collect();
            return vec![Stmt::Expr(Expr::other(parts, range))];
        }
        if words.first().and_then(literal_of) == Some("shift") {
            let by = words.get(1).map_or(Some(1), |word| literal_of(word).and_then(|word| word.parse().ok()));
            return shifted(by.unwrap_or(PLACES.len()), end);
        }
        let callee = words.remove(0);
        let keyword = |(target, value, _): (Expr<'t>, Expr<'t>, bool)| {
            let keyword = if let ExprKind::Name(name) = target.kind { Some(name) } else { None };
            Argument { keyword, value }
        };
        let before = assignments.into_iter().map(keyword);
        let arguments = before.chain(words.into_iter().map(|value| Argument { keyword: None, value })).collect();
        let call = Call { callee, arguments, style: CallStyle::Command };
        let command = Expr::new(ExprKind::Call(Box::new(call)), range.clone());
        vec![Stmt::Expr(redirected(command, redirects, range))]
    }

    /// `()` and a body behind a name that was just read.
    pub(super) fn function_definition(&mut self, start: usize) -> Option<Block<'t>> {
        let after_name = self.at;
        self.at += 1;
        self.blanks();
        if !self.take(")") {
            self.at = after_name;
            return None;
        }
        Some(self.function(self.slice(start..after_name), start))
    }

    /// `name=value`, `name+=value`, `name[key]=value`, `name=(…)`, where one is allowed and begins here.
    pub(super) fn assignment(&mut self, allowed: bool) -> Option<(Expr<'t>, Expr<'t>, bool)> {
        let start = self.at;
        if !allowed || !self.byte(0).is_some_and(|byte| byte == b'_' || byte.is_ascii_alphabetic()) {
            return None;
        }
        let name = self.name();
        let mut target = Expr::new(ExprKind::Name(name), start..self.at);
        if self.byte(0) == Some(b'[') {
            target = self.subscript(target);
        }
        let append = self.byte(0) == Some(b'+') && self.byte(1) == Some(b'=');
        if !append && self.byte(0) != Some(b'=') {
            self.at = start;
            return None;
        }
        self.at += if append { 2 } else { 1 };
        let from = self.at;
        let value = if self.byte(0) == Some(b'(') { self.array() } else { self.word() };
        let value = value.unwrap_or_else(|| Expr::new(ExprKind::Literal(self.text.slice(from..from)), from..from));
        Some((target, value, append))
    }

    /// `( … )` of an array or an associative one.
    pub(super) fn array(&mut self) -> Option<Expr<'t>> {
        let start = self.at;
        self.at += 1;
        let (mut items, mut entries) = (Vec::new(), Vec::new());
        loop {
            self.blanks();
            match self.byte(0) {
                Some(b'\n') => self.newline(),
                Some(b'#') => self.comment(),
                Some(b'[') => {
                    let key_at = self.at;
                    let name = Expr::new(ExprKind::Name(""), key_at..key_at);
                    match self.subscript(name).kind {
                        ExprKind::Index(_, key) if self.take("=") => {
                            let from = self.at;
                            let value =
                                self.word().unwrap_or_else(|| Expr::new(ExprKind::Literal(self.text.slice(from..from)), from..from));
                            entries.push(Entry { key: Some(*key), value });
                        }
                        _ => {
                            self.at = key_at;
                            match self.word() {
                                Some(word) => items.push(word),
                                None => break,
                            }
                        }
                    }
                }
                _ => match self.word() {
                    Some(word) => items.push(word),
                    None => break,
                },
            }
        }
        self.take(")");
        let range = start..self.at;
        if entries.is_empty() {
            return Some(Expr::new(ExprKind::List(items), range));
        }
        entries.extend(items.into_iter().map(|value| Entry { key: None, value }));
        Some(Expr::new(ExprKind::Record(entries), range))
    }

    /// A redirection, if one begins here: its operator and its target.
    pub(super) fn redirection(&mut self) -> Option<(&'t str, Expr<'t>)> {
        let start = self.at;
        let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        let ampersand = usize::from(digits == 0 && self.byte(0) == Some(b'&') && self.byte(1) == Some(b'>'));
        let first = self.byte(digits + ampersand)?;
        if !matches!(first, b'<' | b'>') {
            return None;
        }
        let substitutes = self.byte(digits + ampersand + 1) == Some(b'(') && digits + ampersand == 0;
        if substitutes || (digits == 0 && first == b'<' && self.placeholder().is_some()) {
            return None;
        }
        self.at += digits + ampersand;
        let arrows = self.rest();
        let operator =
            ["<<<", "<<-", "<<", "<&", "<>", ">>", ">&", ">|", "<", ">"].into_iter().find(|operator| arrows.starts_with(operator))?;
        self.at += operator.len();
        let whole = self.slice(start..self.at);
        if matches!(operator, "<<" | "<<-") {
            let body = self.heredoc(operator == "<<-");
            return Some((whole, body));
        }
        self.blanks();
        let from = self.at;
        let target = self.word().unwrap_or_else(|| Expr::new(ExprKind::Literal(Text::synthetic("", Span::default())), from..from));
        Some((whole, target))
    }
}

/// A command with its redirections, innermost first.
pub(super) fn redirected<'t>(command: Expr<'t>, redirects: Vec<(&'t str, Expr<'t>)>, range: Range<usize>) -> Expr<'t> {
    let mut out = command;
    for (nested, (operator, target)) in redirects.into_iter().enumerate() {
        let range = range.start.min(target.range.start)..range.end;
        out = if nested < MAX_NESTED {
            Expr::new(ExprKind::Redirect { command: Box::new(out), operator, target: Box::new(target) }, range)
        } else {
            match out.kind {
                ExprKind::Other(mut parts) => {
                    parts.push(target);
                    Expr::new(ExprKind::Other(parts), range)
                }
                kind => Expr::new(ExprKind::Other(vec![Expr::new(kind, out.range), target]), range),
            }
        };
    }
    out
}

pub(super) fn literal_of<'a>(word: &'a Expr<'_>) -> Option<&'a str> {
    match &word.kind {
        ExprKind::Literal(text) => Some(text.as_str()),
        _ => None,
    }
}

/// Whether the first of these words can be the name of a command, and not a URL or a text of several lines.
fn names_command(words: &[Expr<'_>]) -> bool {
    words.first().and_then(literal_of).is_none_or(|name| !name.contains("://") && !name.contains('\n'))
}

/// `shift`, which ends here: what was given later stands so many places earlier.
fn shifted<'t>(by: usize, at: usize) -> Block<'t> {
    let name = |name| Expr::new(ExprKind::Name(name), at..at);
    let place = |(index, place): (usize, &&'static str)| {
        let value = PLACES.get(index + by).map_or_else(|| Expr::other(Vec::new(), at..at), |later| name(*later));
        Stmt::Expr(Expr::assign(name(*place), value, false, at..at))
    };
    PLACES.iter().enumerate().skip(1).map(place).collect()
}
