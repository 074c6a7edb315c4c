//! What functions and classes are made of: attributes, parameters, members (specification, 8.10 and 12).

use super::{Parser, is_name};
use crate::parse::script::ir::{Block, Parameter, Stmt};

impl<'t> Parser<'t, '_> {
    /// Steps over `[CmdletBinding()]` before parameters; `false`, and nothing is stepped over, if it is something else.
    pub(super) fn attribute(&mut self) -> bool {
        let known = [
            "[cmdletbinding",
            "[outputtype",
            "[diagnostics",
            "[suppressmessage",
            "[alias",
            "[parameter",
            "[validate",
            "[system.diagnostics.",
        ];
        if !known.iter().any(|name| self.folded_rest().starts_with(name)) {
            return false;
        }
        self.at += self.bracketed().unwrap_or(1);
        true
    }

    /// `( [type] $name = default, … )`.
    pub(super) fn parameters(&mut self) -> Vec<Parameter<'t>> {
        self.take("(");
        self.within(b')', |parser| {
            let mut out = Vec::new();
            loop {
                parser.lines();
                match parser.byte(0) {
                    None | Some(b')') => return out,
                    Some(b',') => parser.at += 1,
                    Some(b'[') => {
                        // A type, or what is to be said of the parameter.
                        parser.at += 1;
                        parser.within(b']', |parser| parser.skip_brackets());
                    }
                    Some(b'$') => {
                        let Some(target) = parser.variable() else {
                            parser.at += 1;
                            continue;
                        };
                        parser.lines();
                        let default = parser.take("=").then(|| {
                            parser.lines();
                            parser.awaited.push(b',');
                            let value = parser.expression();
                            parser.awaited.pop();
                            value
                        });
                        out.push(Parameter { target, default, rest: false });
                    }
                    Some(byte) if parser.awaited.contains(&byte) => return out,
                    _ => parser.step(),
                }
            }
        })
    }

    /// Steps to the bracket that closes those around.
    fn skip_brackets(&mut self) {
        let mut depth = 0usize;
        while let Some(byte) = self.byte(0) {
            match byte {
                b'[' => depth += 1,
                b']' if depth == 0 => return,
                b']' => depth -= 1,
                b'\'' | b'"' => {
                    let string = if byte == b'"' { self.double_quoted() } else { self.single_quoted() };
                    if string.is_some() {
                        continue;
                    }
                }
                _ => {}
            }
            self.step();
        }
    }

    /// A class: its methods are functions, its properties' values assignments.
    pub(super) fn class(&mut self, out: &mut Block<'t>, start: usize) {
        let name = self.function_name(self.at);
        self.at = name.end;
        let name = self.slice(name);
        self.at += self.rest().find(['{', '\n', ';']).unwrap_or(0);
        self.lines();
        if !self.take("{") {
            return;
        }
        let body = self.within(b'}', |parser| {
            let mut body = Block::new();
            loop {
                parser.lines();
                match parser.byte(0) {
                    None | Some(b'}') => return body,
                    Some(b'[') => {
                        parser.at += 1;
                        parser.within(b']', |parser| parser.skip_brackets());
                    }
                    Some(b'$') => {
                        let before = parser.at;
                        let value = parser.pipeline();
                        body.push(Stmt::Expr(value));
                        if parser.at == before {
                            parser.step();
                        }
                    }
                    Some(byte) if is_name(byte) => {
                        let start = parser.at;
                        while parser.byte(0).is_some_and(is_name) {
                            parser.at += 1;
                        }
                        let name = parser.folded(start..parser.at);
                        parser.blanks();
                        if parser.byte(0) == Some(b'(') {
                            let parameters = parser.parameters();
                            // `: base(…)`
                            parser.lines();
                            if parser.byte(0) == Some(b':') {
                                parser.at += parser.rest().find(['{', '\n']).unwrap_or(1).max(1);
                            }
                            parser.lines();
                            let function = parser.function(Some(name), parameters, start);
                            body.push(Stmt::Function(function));
                        }
                    }
                    Some(byte) if parser.awaited.contains(&byte) => return body,
                    _ => parser.step(),
                }
            }
        });
        out.push(Stmt::Class { name, body, range: start..self.at });
    }
}
