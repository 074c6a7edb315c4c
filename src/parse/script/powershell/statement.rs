//! Statements and definitions (specification, 8).

use std::ops::Range;

use super::{Parser, is_name};
use crate::parse::script::ir::{Block, Expr, ExprKind, Function, Parameter, Stmt};

impl<'t> Parser<'t, '_> {
    /// Finds the functions of the script: they are known before they are read.
    pub(super) fn find_functions(&mut self) {
        for keyword in ["function", "filter"] {
            for at in memchr::memmem::find_iter(self.folded.as_bytes(), keyword) {
                let rest = self.folded(at + keyword.len()..self.folded.len());
                let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
                let before = at.checked_sub(1).and_then(|at| self.folded.as_bytes().get(at)).copied();
                if blank == 0 || before.is_some_and(|byte| is_name(byte) || byte == b'-') {
                    continue;
                }
                let start = at + keyword.len() + blank;
                let range = self.function_name(start);
                if !range.is_empty() {
                    self.functions.entry(self.folded(range.clone())).or_insert(self.source.get(range).unwrap_or_default());
                }
            }
        }
    }

    pub(super) fn function_name(&self, start: usize) -> Range<usize> {
        let rest = self.slice(start..self.source.len());
        let length = rest.find([' ', '\t', '\r', '\n', '{', '(', ';', '$']).unwrap_or(rest.len());
        let name = rest.get(..length).unwrap_or_default();
        let scope = name.find(':').map_or(0, |colon| colon + 1);
        start + scope..start + length
    }

    /// Appends a statement; where it nests too deeply, its line as literal text.
    pub(super) fn statement(&mut self, out: &mut Block<'t>) {
        if self.depth >= super::MAX_DEPTH {
            return self.simple(out);
        }
        self.depth += 1;
        self.any_statement(out);
        self.depth -= 1;
    }

    fn any_statement(&mut self, out: &mut Block<'t>) {
        let start = self.at;
        let word = self.keyword();
        let after = start + word.len();
        match word {
            "function" | "filter" | "workflow" => {
                self.at = after;
                self.blanks();
                let name = self.function_name(self.at);
                if name.is_empty() {
                    self.at = start;
                    return self.simple(out);
                }
                self.at = name.end;
                let spelled = self.functions.get(self.folded(name.clone())).copied().unwrap_or(self.slice(name));
                self.lines();
                let parameters = if self.byte(0) == Some(b'(') { self.parameters() } else { Vec::new() };
                self.lines();
                let function = self.function(Some(spelled), parameters, start);
                out.push(Stmt::Function(function));
            }
            "param" if self.opens(after, b'(') => {
                self.at = after;
                self.blanks();
                for parameter in self.parameters() {
                    if let Some(default) = parameter.default {
                        let range = parameter.target.range.start..default.range.end;
                        out.push(Stmt::Expr(Expr::declare(parameter.target, default, range)));
                    }
                }
            }
            "class" | "enum" => {
                self.at = after;
                self.blanks();
                self.class(out, start);
            }
            "if" if self.opens(after, b'(') => {
                self.at = after;
                self.conditional(out);
            }
            "foreach" if self.opens(after, b'(') => {
                self.at = after;
                self.for_each(out);
            }
            "while" | "for" | "switch" if self.opens(after, b'(') || word == "switch" => {
                self.at = after;
                self.lines();
                // `switch -Regex ($x)`
                while self.byte(0) == Some(b'-') {
                    self.at += self.rest().find([' ', '(']).unwrap_or(1).max(1);
                    self.blanks();
                }
                let test = self.parenthesised();
                let body = self.braced();
                out.push(Stmt::Loop { each: None, test, body });
            }
            "do" if self.opens(after, b'{') => {
                self.at = after;
                let body = self.braced();
                self.lines();
                if matches!(self.keyword(), "while" | "until") {
                    self.at += "while".len();
                }
                let test = self.parenthesised();
                out.push(Stmt::Loop { each: None, test, body });
            }
            "try" | "begin" | "process" | "end" | "clean" | "finally" | "trap" | "data" | "else" if self.opens(after, b'{') => {
                if word == "try" {
                    out.push(Stmt::Expr(Expr::nothing_raised(start)));
                }
                self.at = after;
                let mut body = self.braced();
                out.append(&mut body);
            }
            "catch" => {
                self.at = after;
                self.lines();
                while !self.at_end() && matches!(self.byte(0), Some(b'[' | b',')) {
                    self.at += self.window(self.at).find(']').map_or(1, |end| end + 1);
                    self.lines();
                }
                let here = self.at;
                let mut then = vec![Stmt::Expr(Expr::caught(Expr::new(ExprKind::Name("_"), here..here)))];
                then.append(&mut self.braced());
                out.push(Stmt::If { test: None, then, otherwise: Block::new() });
            }
            "return" | "throw" => {
                self.at = after;
                self.blanks();
                if self.byte(0).is_some_and(|byte| !matches!(byte, b'\r' | b'\n' | b';' | b'}')) {
                    let value = self.pipeline();
                    out.push(if word == "return" { Stmt::Return(value) } else { Stmt::Raise(value) });
                }
            }
            "using" if self.rest().get(word.len()..).is_some_and(|rest| rest.starts_with([' ', '\t'])) => self.at = self.line_end(start),
            _ => self.simple(out),
        }
    }

    fn simple(&mut self, out: &mut Block<'t>) {
        let value = self.pipeline();
        out.push(Stmt::Expr(value));
        self.blanks();
        if self.byte(0) == Some(b'&') {
            self.at += 1;
        }
    }

    /// The word here, in lower case, if it may be a keyword.
    fn keyword(&self) -> &'t str {
        let rest = self.folded_rest();
        let length = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        match rest.as_bytes().get(length) {
            Some(b'-' | b'_' | b'.' | b':' | b'/' | b'\\' | b'=' | b'0'..=b'9') => "",
            _ => rest.get(..length).unwrap_or_default(),
        }
    }

    /// Whether this byte is the next one from `after` on.
    fn opens(&self, after: usize, byte: u8) -> bool {
        self.slice(after..self.source.len()).trim_start().as_bytes().first() == Some(&byte)
    }

    /// What a keyword's statement gives, or a pipeline: the right side of an assignment.
    pub(super) fn assigned(&mut self) -> Expr<'t> {
        let start = self.at;
        if !matches!(self.keyword(), "if" | "switch" | "foreach" | "for" | "while" | "try" | "do") {
            return self.pipeline();
        }
        self.deeper(|parser| {
            let mut block = Block::new();
            parser.statement(&mut block);
            parser.grouped(block, start)
        })
    }

    fn parenthesised(&mut self) -> Option<Expr<'t>> {
        self.lines();
        if !self.take("(") {
            return None;
        }
        let start = self.at;
        let block = self.within(b')', Self::block);
        Some(self.grouped(block, start))
    }

    /// The statements in braces.
    fn braced(&mut self) -> Block<'t> {
        self.lines();
        if self.depth >= super::MAX_DEPTH || !self.take("{") {
            let rest = self.deeper(|parser| Expr::other(Vec::new(), parser.at..parser.at));
            return Block::from([Stmt::Expr(rest)]);
        }
        self.depth += 1;
        let block = self.within(b'}', Self::block);
        self.depth -= 1;
        block
    }

    fn conditional(&mut self, out: &mut Block<'t>) {
        let mut branches = Vec::new();
        let mut otherwise = Block::new();
        loop {
            let test = self.parenthesised();
            branches.push((test, self.braced()));
            let before = self.at;
            self.lines();
            match self.keyword() {
                "elseif" => self.at += "elseif".len(),
                "else" => {
                    self.at += "else".len();
                    otherwise = self.braced();
                    break;
                }
                _ => {
                    self.at = before;
                    break;
                }
            }
        }
        // A long chain goes on side by side: nesting takes stack.
        let nested = branches.len() <= MAX_ELSE;
        for (test, then) in branches.into_iter().rev() {
            let rest = if nested { std::mem::take(&mut otherwise) } else { Block::new() };
            let branch = Stmt::If { test, then, otherwise: rest };
            if nested {
                otherwise.push(branch);
            } else {
                out.push(branch);
            }
        }
        out.append(&mut otherwise);
    }

    fn for_each(&mut self, out: &mut Block<'t>) {
        self.lines();
        self.take("(");
        let each = self.within(b')', |parser| {
            parser.lines();
            let target = parser.variable()?;
            parser.lines();
            if parser.keyword() == "in" {
                parser.at += 2;
            }
            parser.lines();
            Some((target, parser.pipeline()))
        });
        let body = self.braced();
        out.push(Stmt::Loop { each, test: None, body });
    }

    /// `{ … }` behind the head of a function: its parameters may stand in it.
    pub(super) fn function(&mut self, name: Option<&'t str>, parameters: Vec<Parameter<'t>>, start: usize) -> Function<'t> {
        let mut parameters = parameters;
        let mut body = Block::new();
        if self.depth < super::MAX_DEPTH && self.take("{") {
            self.depth += 1;
            body = self.within(b'}', |parser| {
                parser.lines();
                while parser.byte(0) == Some(b'[') && parser.attribute() {
                    parser.lines();
                }
                let after = parser.at + "param".len();
                if parser.keyword() == "param" && parser.opens(after, b'(') {
                    parser.at = after;
                    parser.lines();
                    parameters.extend(parser.parameters());
                }
                parser.block()
            });
            self.depth -= 1;
        } else if self.depth >= super::MAX_DEPTH {
            let rest = self.deeper(|parser| Expr::other(Vec::new(), parser.at..parser.at));
            body.push(Stmt::Expr(rest));
        }
        Function { name, parameters, body, range: start..self.at }
    }
}

/// How many `elseif` branches nest.
const MAX_ELSE: usize = 24;
