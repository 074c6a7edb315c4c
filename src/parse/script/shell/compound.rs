//! Compound commands and functions (POSIX Shell Command Language, sections 2.9.4 and 2.9.5, and what bash and zsh add).

use super::Parser;
use super::list::{Until, group};
use super::simple::redirected;
use super::word::ends_word;
use crate::parse::script::ir::{Argument, Block, Call, CallStyle, Expr, ExprKind, Function, Stmt};

/// How many branches of one `if` nest in the result.
const MAX_NESTED: usize = 12;

impl<'t> Parser<'t> {
    /// One command, simple or compound, with its redirections.
    pub(super) fn command(&mut self) -> Block<'t> {
        self.blanks();
        let start = self.at;
        while matches!(self.reserved(), Some("!" | "time")) {
            let length = self.reserved().map_or(1, str::len);
            self.at += length;
            self.blanks();
        }
        let compound = match (self.reserved(), self.byte(0)) {
            (Some("[["), _) => return self.double_brackets(),
            (Some("}" | "then" | "do" | "fi" | "done" | "else" | "elif" | "esac"), _) => return Vec::new(),
            (Some(word), _) => {
                let opened = self.at;
                let block = self.deeper(|parser| parser.compound(word));
                block.unwrap_or_else(|| {
                    self.at = opened + word.len();
                    Vec::new()
                })
            }
            (None, Some(b'(')) => self.parenthesized(),
            _ => return self.simple(),
        };
        let mut redirects = Vec::new();
        loop {
            self.blanks();
            match self.redirection() {
                Some(redirect) => redirects.push(redirect),
                None => break,
            }
        }
        if redirects.is_empty() {
            return compound;
        }
        let range = start..self.at;
        let command = Self::as_expression(compound, range.clone());
        vec![Stmt::Expr(redirected(command, redirects, range))]
    }

    /// `( … )` or `(( … ))`.
    pub(super) fn parenthesized(&mut self) -> Block<'t> {
        let start = self.at;
        if self.byte(1) == Some(b'(')
            && let Some(close) = memchr::memmem::find(self.line_window(start).as_bytes(), b"))")
        {
            self.at = start + close + 2;
            return vec![Stmt::Expr(Expr::new(ExprKind::Other(Vec::new()), start..self.at))];
        }
        let block = self.deeper(|parser| {
            parser.at += 1;
            let block = parser.block(Until::Parenthesis);
            parser.take(")");
            block
        });
        match block {
            Some(block) => vec![Stmt::Expr(group(block, start..self.at))],
            None => {
                self.at = start + 1;
                Vec::new()
            }
        }
    }

    /// `[[ … ]]`: a command whose words may be operators.
    pub(super) fn double_brackets(&mut self) -> Block<'t> {
        let start = self.at;
        self.at += 2;
        let callee = Expr::new(ExprKind::Literal(self.text.slice(start..self.at)), start..self.at);
        let mut arguments = Vec::new();
        loop {
            self.blanks();
            let from = self.at;
            match self.byte(0) {
                None | Some(b'\n' | b';') => break,
                Some(byte) if ends_word(byte) => {
                    while self.byte(0).is_some_and(|byte| byte != b'\n' && byte != b';' && byte != b' ' && ends_word(byte)) {
                        self.at += 1;
                    }
                    let operator = Expr::new(ExprKind::Literal(self.text.slice(from..self.at)), from..self.at);
                    arguments.push(Argument { keyword: None, value: operator });
                }
                _ => {
                    if self.take("]]") {
                        break;
                    }
                    match self.word() {
                        Some(value) => arguments.push(Argument { keyword: None, value }),
                        None => self.step(),
                    }
                }
            }
        }
        let call = Call { callee, arguments, style: CallStyle::Command };
        vec![Stmt::Expr(Expr::new(ExprKind::Call(Box::new(call)), start..self.at))]
    }

    /// A compound command that begins with this reserved word.
    pub(super) fn compound(&mut self, word: &'static str) -> Block<'t> {
        self.at += word.len();
        match word {
            "{" => {
                let block = self.block(Until::Words(&["}"]));
                self.take("}");
                block
            }
            "if" => self.conditional(0),
            "while" | "until" => {
                let mut test = self.block(Until::Words(&["do"]));
                let body = self.loop_body();
                let last = test.pop();
                let test_expression = match last {
                    Some(Stmt::Expr(expression)) => Some(expression),
                    other => {
                        test.extend(other);
                        None
                    }
                };
                test.push(Stmt::Loop { each: None, test: test_expression, body });
                test
            }
            "for" | "select" => self.each(),
            "case" => self.case(),
            "function" => {
                self.blanks();
                let start = self.at;
                while self.byte(0).is_some_and(|byte| !ends_word(byte) && byte != b'{') {
                    self.at += 1;
                }
                let name = self.slice(start..self.at);
                self.blanks();
                if self.take("(") {
                    self.blanks();
                    self.take(")");
                }
                self.function(name, start)
            }
            _ => Vec::new(),
        }
    }

    /// What follows `if` or `elif`.
    pub(super) fn conditional(&mut self, nested: usize) -> Block<'t> {
        let mut out = self.block(Until::Words(&["then"]));
        let test = match out.pop() {
            Some(Stmt::Expr(test)) => Some(test),
            other => {
                out.extend(other);
                None
            }
        };
        self.take("then");
        let then = self.block(Until::Words(&["elif", "else", "fi"]));
        let mut rest = Vec::new();
        let otherwise = if self.take("elif") {
            if nested < MAX_NESTED {
                self.conditional(nested + 1)
            } else {
                // Too long a chain: its branches follow each other.
                while !self.at_end() {
                    let mut test = self.block(Until::Words(&["then"]));
                    rest.append(&mut test);
                    self.take("then");
                    let then = self.block(Until::Words(&["elif", "else", "fi"]));
                    rest.push(Stmt::If { test: None, then, otherwise: Vec::new() });
                    if !self.take("elif") && !self.take("else") {
                        break;
                    }
                }
                self.take("fi");
                Vec::new()
            }
        } else if self.take("else") {
            let block = self.block(Until::Words(&["fi"]));
            self.take("fi");
            block
        } else {
            self.take("fi");
            Vec::new()
        };
        out.push(Stmt::If { test, then, otherwise });
        out.append(&mut rest);
        out
    }

    pub(super) fn loop_body(&mut self) -> Block<'t> {
        let (open, close): (_, &'static [&'static str]) = if self.reserved() == Some("{") { ("{", &["}"]) } else { ("do", &["done"]) };
        if !self.take(open) {
            return Vec::new();
        }
        let body = self.block(Until::Words(close));
        self.take(close.first().copied().unwrap_or_default());
        body
    }

    /// What follows `for` or `select`.
    pub(super) fn each(&mut self) -> Block<'t> {
        self.blanks();
        let start = self.at;
        if self.rest().starts_with("((") {
            let mut out = self.parenthesized();
            self.separators();
            let body = self.loop_body();
            out.push(Stmt::Loop { each: None, test: None, body });
            return out;
        }
        let name = self.name();
        let target = Expr::new(ExprKind::Name(name), start..self.at);
        self.blanks();
        let mut from = self.at;
        let mut items = Vec::new();
        if self.reserved_here("in") {
            self.at += 2;
            from = self.at;
            loop {
                self.blanks();
                match self.word() {
                    Some(word) => items.push(word),
                    None => break,
                }
            }
        }
        let list = Expr::new(ExprKind::List(items), from..self.at);
        self.separators();
        let body = self.loop_body();
        vec![Stmt::Loop { each: Some((target, list)), test: None, body }]
    }

    pub(super) fn reserved_here(&self, word: &str) -> bool {
        self.rest().strip_prefix(word).is_some_and(|after| after.bytes().next().is_none_or(ends_word))
    }

    /// What follows `case`: one command whose words are what is tested and all patterns, then the branches.
    pub(super) fn case(&mut self) -> Block<'t> {
        let from = self.at.saturating_sub("case".len());
        let callee = Expr::new(ExprKind::Literal(self.text.slice(from..self.at)), from..self.at);
        self.blanks();
        let mut arguments: Vec<_> = self.word().map(|value| Argument { keyword: None, value }).into_iter().collect();
        let (mut out, mut end) = (Vec::new(), self.at);
        self.separators();
        if self.reserved_here("in") {
            self.at += 2;
        }
        loop {
            self.separators();
            if self.at_end() || self.reserved_here("esac") {
                self.take("esac");
                break;
            }
            let start = self.at;
            // The patterns, up to the parenthesis.
            self.take("(");
            loop {
                self.blanks();
                if self.take("|") {
                    continue;
                }
                match self.word() {
                    Some(value) => arguments.push(Argument { keyword: None, value }),
                    None => break,
                }
            }
            if !self.take(")") {
                // No case at all: what follows is read as ordinary statements.
                if self.at == start {
                    self.step();
                }
                break;
            }
            end = self.at;
            let then = self.block(Until::CaseEnd);
            for separator in [";;&", ";;", ";&"] {
                if self.take(separator) {
                    break;
                }
            }
            out.push(Stmt::If { test: None, then, otherwise: Vec::new() });
        }
        let call = Call { callee, arguments, style: CallStyle::Command };
        out.insert(0, Stmt::Expr(Expr::new(ExprKind::Call(Box::new(call)), from..end)));
        out
    }

    /// The body of a function whose name stands at `start`.
    pub(super) fn function(&mut self, name: &'t str, start: usize) -> Block<'t> {
        self.blanks();
        while self.byte(0) == Some(b'\n') {
            self.newline();
            self.blanks();
        }
        let body = self.deeper(Self::command).unwrap_or_default();
        vec![Stmt::Function(Function { name: Some(name), parameters: Vec::new(), body, range: start..self.at })]
    }
}
