//! Expansions (POSIX Shell Command Language, section 2.6), and what documentation and templates put in their place.

use super::Parser;
use super::list::{Until, substitution};
use super::word::{Growing, Quoting};
use crate::model::Text;
use crate::parse::script::ir::{Expr, ExprKind};
use std::ops::Range;

impl<'t> Parser<'t> {
    /// `$…` of any kind.
    pub(super) fn dollar(&mut self, quoting: Quoting, word: &mut Growing<'t>) {
        let start = self.at;
        let expansion = match self.byte(1) {
            Some(b'\'') if quoting == Quoting::None => return self.ansi_quoted(word),
            Some(b'"') if quoting == Quoting::None => {
                self.at += 1;
                return self.double_quoted(word);
            }
            // What composes containers takes one of two: `$$(…)`, which no shell understands.
            Some(b'$') if self.byte(2) == Some(b'(') => {
                self.at += 1;
                return self.dollar(quoting, word);
            }
            Some(b'(') if self.byte(2) == Some(b'(') => self.deeper(|parser| parser.arithmetic()),
            Some(b'(') => self.deeper(|parser| parser.substitution(2)),
            Some(b'{') if self.byte(2) == Some(b'{') => self.workflow_expression(),
            Some(b'{') => self.deeper(|parser| parser.parameter(quoting)),
            Some(byte) if byte == b'_' || byte.is_ascii_alphabetic() => {
                self.at += 1;
                let name = self.name();
                Some(Expr::new(ExprKind::Name(name), start..self.at))
            }
            Some(byte) if byte.is_ascii_digit() || matches!(byte, b'@' | b'*' | b'#' | b'?' | b'!' | b'$' | b'-') => {
                self.at += 2;
                let name = self.slice(start + 1..self.at);
                let value = Expr::new(ExprKind::Name(name), start..self.at);
                Some(match byte {
                    b'@' | b'*' => Expr::new(ExprKind::Spread(Box::new(value)), start..self.at),
                    b'#' | b'?' | b'!' | b'$' | b'-' => Expr::new(ExprKind::Atom(self.slice(start..self.at)), start..self.at),
                    _ => value,
                })
            }
            _ => None,
        };
        match expansion {
            Some(part) => word.part(self.text, part),
            None => {
                self.at = start + 1;
                word.source(start..self.at);
            }
        }
    }

    /// The name that begins here.
    pub(super) fn name(&mut self) -> &'t str {
        let start = self.at;
        while self.byte(0).is_some_and(|byte| byte == b'_' || byte.is_ascii_alphanumeric()) {
            self.at += 1;
        }
        self.slice(start..self.at)
    }

    /// `$(…)`, `<(…)`: a function that runs at once. `skip` bytes open it.
    pub(super) fn substitution(&mut self, skip: usize) -> Expr<'t> {
        let start = self.at;
        self.at += skip;
        let block = self.block(Until::Parenthesis);
        self.take(")");
        substitution(block, start..self.at)
    }

    pub(super) fn process_substitution(&mut self, word: &mut Growing<'t>) {
        let start = self.at;
        match self.deeper(|parser| parser.substitution(2)) {
            Some(part) => word.part(self.text, part),
            None => {
                self.at = start + 2;
                word.source(start..self.at);
            }
        }
    }

    /// `` `…` ``.
    pub(super) fn backquoted(&mut self, word: &mut Growing<'t>) {
        let start = self.at;
        let mut close = start + 1;
        let bytes = self.source.as_bytes();
        while close < self.end && bytes.get(close) != Some(&b'`') {
            close += if bytes.get(close) == Some(&b'\\') { 2 } else { 1 };
        }
        let close = close.min(self.end);
        let outer = (std::mem::replace(&mut self.end, close), std::mem::take(&mut self.parentheses));
        let part = self.deeper(|parser| {
            parser.at = start + 1;
            let block = parser.block(Until::End);
            substitution(block, start..close)
        });
        (self.end, self.parentheses) = outer;
        self.at = close;
        self.take("`");
        match part {
            Some(part) => word.part(self.text, part),
            None => word.source(start..self.at),
        }
    }

    /// `$((…))`: a number, of which only the commands in it matter.
    pub(super) fn arithmetic(&mut self) -> Expr<'t> {
        let start = self.at;
        self.at += 3;
        let mut inner = Growing::new();
        self.parts(Quoting::Arithmetic, &mut inner);
        self.take("))");
        inner.flush(self.text);
        let commands = inner.parts.into_iter().filter(|part| matches!(part.kind, ExprKind::Call(_))).collect();
        Expr::new(ExprKind::Other(commands), start..self.at)
    }

    /// `${…}`.
    pub(super) fn parameter(&mut self, quoting: Quoting) -> Expr<'t> {
        let start = self.at;
        self.at += 2;
        let length = self.byte(0) == Some(b'#') && self.byte(1) != Some(b'}');
        let indirect = self.byte(0) == Some(b'!');
        if length || indirect {
            self.at += 1;
        }
        // zsh: `${(f)name}`.
        if self.byte(0) == Some(b'(') {
            self.at += self.line_window(self.at).find(')').map_or(0, |at| at + 1);
        }
        let name_start = self.at;
        let mut name = self.name();
        if name.is_empty() && self.byte(0).is_some_and(|byte| matches!(byte, b'@' | b'*' | b'#' | b'?' | b'$' | b'!' | b'-')) {
            self.at += 1;
            name = self.slice(name_start..self.at);
        }
        let mut value = Expr::new(ExprKind::Name(name), name_start..self.at);
        if self.byte(0) == Some(b'[') {
            value = self.subscript(value);
        }
        let operators =
            [":-", ":=", ":+", ":?", "##", "%%", "//", "/#", "/%", "^^", ",,", "-", "=", "+", "?", ":", "#", "%", "/", "^", ",", "@"];
        let operator = operators.into_iter().find(|operator| self.rest().starts_with(operator)).unwrap_or_default();
        self.at += operator.len();
        let argument_at = self.at;
        let mut argument = Growing::new();
        self.parts(Quoting::Brace { quoted: quoting != Quoting::None }, &mut argument);
        let argument = argument.finish(self.text, argument_at..self.at);
        self.take("}");
        let range = start..self.at;
        if length {
            return Expr::new(ExprKind::Other(Vec::new()), range);
        }
        if indirect {
            return Expr::new(ExprKind::Other(vec![value]), range);
        }
        Self::expansion(value, operator, argument, range)
    }

    /// What an operator makes of a parameter's value.
    pub(super) fn expansion(value: Expr<'t>, operator: &str, argument: Expr<'t>, range: Range<usize>) -> Expr<'t> {
        let choice = |test: Option<Expr<'t>>, then, otherwise| ExprKind::Choice {
            test: test.map(Box::new),
            then: Box::new(then),
            otherwise: Box::new(otherwise),
        };
        let is_slash = matches!(&argument.kind, ExprKind::Literal(text) if text.as_str() == "/");
        let kind = match operator {
            "" => value.kind,
            ":-" | "-" => choice(None, value, argument),
            ":=" | "=" => {
                let target = match value.kind {
                    ExprKind::Name(name) => Expr::new(ExprKind::Name(name), value.range.clone()),
                    _ => Expr::new(ExprKind::Other(Vec::new()), value.range.clone()),
                };
                let value = Expr::new(choice(None, value, argument), range.clone());
                Expr::assign(target, value, false, range.clone()).kind
            }
            ":+" | "+" => {
                let nothing = Expr::new(ExprKind::Literal(Text::synthetic("", crate::model::Span::default())), range.clone());
                choice(Some(value), argument, nothing)
            }
            ":?" | "?" => match &argument.kind {
                ExprKind::Literal(text) if !text.as_str().contains("://") => value.kind,
                _ => choice(None, value, Expr::new(ExprKind::Other(vec![argument]), range.clone())),
            },
            ":" => ExprKind::Slice(Box::new(value)),
            // Without a slash at its end a URL names the same host.
            "%" | "%%" if is_slash => value.kind,
            _ => ExprKind::Other(vec![value, argument]),
        };
        Expr::new(kind, range)
    }

    /// `[index]` behind a name, at which the parser stands.
    pub(super) fn subscript(&mut self, name: Expr<'t>) -> Expr<'t> {
        let open = self.at;
        let Some(length) = self.line_window(open).find(']') else { return name };
        let index = open + 1..open + length;
        self.at = open + length + 1;
        let range = name.range.start..self.at;
        match self.slice(index.clone()) {
            "@" | "*" => Expr::new(ExprKind::Spread(Box::new(name)), range),
            _ => {
                let key = Expr::new(ExprKind::Literal(self.text.slice(index.clone())), index);
                Expr::new(ExprKind::Index(Box::new(name), Box::new(key)), range)
            }
        }
    }

    /// A template expression that another program fills in before a shell reads this: `{{ host }}`.
    pub(super) fn template(&mut self, word: &mut Growing<'t>) -> bool {
        let start = self.at;
        let Some(end) = self.double_braces(start) else { return false };
        let inner = self.slice(start + 2..end - 2);
        if inner.trim().is_empty() || inner.contains(['{', '"', ',']) {
            return false;
        }
        word.part(self.text, Expr::new(ExprKind::Name(inner.trim()), start..end));
        self.at = end;
        true
    }

    /// `${{ secrets.X }}` of a CI workflow.
    pub(super) fn workflow_expression(&mut self) -> Option<Expr<'t>> {
        let start = self.at;
        let end = self.double_braces(start + 1)?;
        self.at = end;
        Some(Expr::new(ExprKind::Name(self.slice(start + 3..end - 2).trim()), start..end))
    }

    /// The end of the `{{…}}` that begins at `start`.
    pub(super) fn double_braces(&self, start: usize) -> Option<usize> {
        if self.source.as_bytes().get(start..self.end)?.starts_with(b"{{") {
            Some(start + self.line_window(start).find("}}")? + 2)
        } else {
            None
        }
    }

    /// The end of the `<your key>` that begins here: what stands in a synopsis for a value, and is no redirection.
    pub(super) fn placeholder(&self) -> Option<usize> {
        let (inner, _) = self.line_window(self.at).strip_prefix('<')?.split_once('>')?;
        let worded = inner.starts_with(|c: char| c.is_ascii_alphabetic()) && !inner.ends_with(char::is_whitespace);
        let plain = inner.chars().all(|c| c.is_alphanumeric() || " _-.:/|'".contains(c));
        (worded && plain).then_some(self.at + 1 + inner.len() + 1)
    }
}
