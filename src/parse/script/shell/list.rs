//! Lists of statements: what separates and what ends them (POSIX Shell Command Language, sections 2.9.2 and 2.9.3).

use std::ops::Range;

use super::Parser;
use super::simple::literal_of;
use super::word::ends_word;
use crate::parse::script::ir::{Block, Call, CallStyle, Expr, ExprKind, Function, Stmt};

/// What ends a list of statements; it is left unread.
#[derive(Debug, Clone, Copy)]
pub(super) enum Until {
    /// The end of the stretch.
    End,
    /// `)`.
    Parenthesis,
    /// One of these words in a command's place.
    Words(&'static [&'static str]),
    /// `;;` or `esac`.
    CaseEnd,
}

/// Words that end a list of statements or begin a compound command.
const RESERVED: &[&str] = &[
    "if", "then", "elif", "else", "fi", "for", "select", "while", "until", "do", "done", "case", "esac", "function", "{", "}", "!", "[[",
    "time",
];

/// Commands that only test something: what follows `&&` may not run.
const TESTS: &[&str] = &["[", "[[", "((", "test", "command", "which", "type", "hash", "grep", "!"];

impl<'t> Parser<'t> {
    /// Reads statements until what ends them.
    pub(super) fn block(&mut self, until: Until) -> Block<'t> {
        let words: &[&str] = match until {
            Until::Words(words) => words,
            Until::CaseEnd => &["esac"],
            _ => &[],
        };
        self.awaited.push(words);
        let parenthesis = usize::from(matches!(until, Until::Parenthesis));
        self.parentheses += parenthesis;
        let mut out = Vec::new();
        loop {
            self.separators();
            match self.byte(0) {
                None => break,
                Some(b')') if self.parentheses > 0 => break,
                Some(b';') if matches!(until, Until::CaseEnd) => break,
                Some(b')' | b';') => {
                    self.at += 1;
                    continue;
                }
                _ => {}
            }
            let start = self.at;
            match self.reserved() {
                // It ends this construct, or one around, which was left open.
                Some(word) if self.awaited.iter().any(|words| words.contains(&word)) => break,
                Some(word @ ("then" | "elif" | "else" | "fi" | "do" | "done" | "esac" | "}")) => {
                    self.at += word.len();
                    continue;
                }
                _ => {}
            }
            self.and_or(&mut out);
            if self.at == start {
                self.step();
            }
        }
        self.parentheses -= parenthesis;
        self.awaited.pop();
        out
    }

    /// Skips white space, line ends, comments and separators.
    pub(super) fn separators(&mut self) {
        loop {
            self.blanks();
            match self.byte(0) {
                Some(b'\n') => self.newline(),
                Some(b'#') => self.comment(),
                Some(b';') if matches!(self.byte(1), Some(b';' | b'&')) => return,
                Some(b';' | b'&' | b'|') => self.at += 1,
                _ => return,
            }
        }
    }

    /// Skips a line end, and the here-documents that begin there.
    pub(super) fn newline(&mut self) {
        match self.heredocs {
            Some((newline, resume)) if newline <= self.at => {
                self.at = resume.max(self.at + 1);
                self.heredocs = None;
            }
            _ => self.at += 1,
        }
    }

    pub(super) fn comment(&mut self) {
        let end = self.line_end(self.at);
        let end_without_return = self.at + self.slice(self.at..end).trim_end_matches('\r').len();
        self.comments.push(self.at..end_without_return);
        self.at = end;
    }

    /// Skips white space and continued line ends.
    pub(super) fn blanks(&mut self) {
        loop {
            match self.byte(0) {
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                // `^` continues a line for cmd.exe, and stands in many a sample.
                Some(b'\\' | b'^') => {
                    let after = self.slice(self.at + 1..self.end);
                    let blank = after.len() - after.trim_start_matches([' ', '\t', '\r']).len();
                    if after.as_bytes().get(blank) != Some(&b'\n') {
                        return;
                    }
                    self.at += 1 + blank + 1;
                }
                _ => return,
            }
        }
    }

    /// The reserved word that stands here, unread.
    pub(super) fn reserved(&self) -> Option<&'static str> {
        let rest = self.rest();
        RESERVED.iter().copied().find(|word| {
            rest.strip_prefix(word).is_some_and(|after| after.bytes().next().is_none_or(|byte| ends_word(byte) || *word == "}"))
        })
    }

    /// `a && b || c`.
    pub(super) fn and_or(&mut self, out: &mut Block<'t>) {
        let mut branch: Option<(Option<Expr<'t>>, Block<'t>)> = None;
        let mut operator = "";
        loop {
            let mut statements = self.pipeline();
            let after = if self.take("&&") {
                "&&"
            } else if self.take("||") {
                "||"
            } else {
                ""
            };
            match (operator, &mut branch) {
                ("&&", Some((_, then))) => then.append(&mut statements),
                ("||", branch) => {
                    out.extend(branch.take().map(|(test, then)| Stmt::If { test, then, otherwise: Vec::new() }));
                    *branch = Some((None, statements));
                }
                // A test decides about what follows; any other command is taken to succeed.
                _ if after == "&&" && is_test(&statements) => {
                    let test = match statements.pop() {
                        Some(Stmt::Expr(test)) => Some(test),
                        other => {
                            out.extend(other);
                            None
                        }
                    };
                    branch = Some((test, Vec::new()));
                }
                _ => out.append(&mut statements),
            }
            if after.is_empty() {
                break;
            }
            operator = after;
            self.blanks();
            while self.byte(0) == Some(b'\n') || self.byte(0) == Some(b'#') {
                if self.byte(0) == Some(b'#') {
                    self.comment()
                } else {
                    self.newline()
                }
                self.blanks();
            }
            if self.at_end() {
                break;
            }
        }
        out.extend(branch.map(|(test, then)| Stmt::If { test, then, otherwise: Vec::new() }));
    }

    /// `a | b`.
    pub(super) fn pipeline(&mut self) -> Block<'t> {
        let start = self.at;
        let mut first = self.command();
        self.blanks();
        if self.byte(0) != Some(b'|') || self.byte(1) == Some(b'|') {
            return first;
        }
        let mut parts = vec![Self::as_expression(std::mem::take(&mut first), start..self.at)];
        while self.byte(0) == Some(b'|') && self.byte(1) != Some(b'|') {
            self.at += 1;
            self.take("&");
            self.blanks();
            while self.byte(0) == Some(b'\n') {
                self.newline();
                self.blanks();
            }
            let from = self.at;
            let command = self.command();
            parts.push(Self::as_expression(command, from..self.at));
            self.blanks();
            if self.at == from {
                break;
            }
        }
        vec![Stmt::Expr(Expr::new(ExprKind::Pipe(parts), start..self.at))]
    }

    /// Statements as one expression.
    pub(super) fn as_expression(mut block: Block<'t>, range: Range<usize>) -> Expr<'t> {
        match (block.pop(), block.is_empty()) {
            (Some(Stmt::Expr(only)), true) => only,
            (last, _) => {
                block.extend(last);
                group(block, range)
            }
        }
    }
}

/// What runs at once and leaves nothing behind: a subshell.
pub(in crate::parse::script) fn group<'t>(block: Block<'t>, range: Range<usize>) -> Expr<'t> {
    at_once(block, range, CallStyle::Plain)
}

/// What runs at once, and whose output is taken.
pub(super) fn substitution<'t>(block: Block<'t>, range: Range<usize>) -> Expr<'t> {
    at_once(block, range, CallStyle::Substitution)
}

fn at_once<'t>(block: Block<'t>, range: Range<usize>, style: CallStyle) -> Expr<'t> {
    let function = Function { name: None, parameters: Vec::new(), body: block, range: range.clone() };
    let callee = Expr::new(ExprKind::Function(Box::new(function)), range.clone());
    let call = Call { callee, arguments: Vec::new(), style };
    Expr::new(ExprKind::Call(Box::new(call)), range)
}

/// Whether the last of these statements only tests something.
fn is_test(statements: &[Stmt<'_>]) -> bool {
    match statements.last() {
        Some(Stmt::Expr(Expr { kind: ExprKind::Call(call), .. })) => literal_of(&call.callee).is_some_and(|name| TESTS.contains(&name)),
        Some(Stmt::Expr(Expr { kind: ExprKind::Other(parts), .. })) => parts.is_empty(),
        Some(Stmt::Expr(Expr { kind: ExprKind::Redirect { command, .. }, .. })) => match &command.kind {
            ExprKind::Call(call) => literal_of(&call.callee).is_some_and(|name| TESTS.contains(&name)),
            _ => false,
        },
        _ => false,
    }
}
