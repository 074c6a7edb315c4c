//! Strings and variables (specification, 2.3.5 and 2.3.2): escapes decoded, each with its exact place.

use std::ops::Range;

use super::{MAX_RECOVERIES, Parser, is_name};
use crate::model::TextBuilder;
use crate::parse::script::ir::{Expr, ExprKind};

/// A string as it grows: literal characters between expansions.
pub(super) struct Growing<'t> {
    parts: Vec<Expr<'t>>,
    literal: TextBuilder,
    /// Where the literal characters stand.
    range: Range<usize>,
}

impl<'t> Growing<'t> {
    pub(super) fn new() -> Self {
        Self { parts: Vec::new(), literal: TextBuilder::new(), range: 0..0 }
    }

    fn grow(&mut self, range: Range<usize>) {
        if self.literal.is_empty() {
            self.range = range;
        } else {
            self.range.end = range.end;
        }
    }

    pub(super) fn source(&mut self, parser: &Parser<'t, '_>, range: Range<usize>) {
        if !range.is_empty() {
            self.grow(range.clone());
            self.literal.push(parser.text, range);
        }
    }

    pub(super) fn decoded(&mut self, parser: &Parser<'t, '_>, chars: &str, range: Range<usize>) {
        self.grow(range.clone());
        self.literal.escaped(chars, parser.text.span(range));
    }

    pub(super) fn part(&mut self, part: Expr<'t>) {
        self.flush();
        match part.kind {
            ExprKind::Concat(parts) => self.parts.extend(parts),
            _ => self.parts.push(part),
        }
    }

    fn flush(&mut self) {
        if !self.literal.is_empty() {
            let literal = std::mem::take(&mut self.literal).finish();
            self.parts.push(Expr::new(ExprKind::Literal(literal), self.range.clone()));
        }
    }

    /// The whole, which stands at `range`; a word that is one variable is that variable, a string is always a string.
    pub(super) fn finish(mut self, parser: &Parser<'t, '_>, range: Range<usize>, is_string: bool) -> Expr<'t> {
        self.flush();
        match (self.parts.pop(), self.parts.is_empty()) {
            (None, _) => Expr::new(ExprKind::Literal(parser.text.slice(range.start..range.start)), range),
            (Some(only), true) if !is_string || matches!(only.kind, ExprKind::Literal(_)) => Expr::new(only.kind, range),
            (Some(last), _) => {
                self.parts.push(last);
                Expr::new(ExprKind::Concat(self.parts), range)
            }
        }
    }
}

impl<'t> Parser<'t, '_> {
    /// `'…'`, in which only a doubled quote means something.
    pub(super) fn single_quoted(&mut self) -> Option<Expr<'t>> {
        let start = self.at;
        let mut out = Growing::new();
        let mut at = start + 1;
        loop {
            let rest = self.source.as_bytes().get(at..)?;
            let Some(end) = memchr::memchr(b'\'', rest).map(|end| at + end) else { return self.unclosed(start) };
            out.source(self, at..end);
            if self.source.as_bytes().get(end + 1) != Some(&b'\'') {
                self.at = end + 1;
                return Some(out.finish(self, start..self.at, true));
            }
            out.decoded(self, "'", end..end + 2);
            at = end + 2;
        }
    }

    /// A quote that nothing closes: what stands on its line, as often as that may be; then a character.
    fn unclosed(&mut self, start: usize) -> Option<Expr<'t>> {
        self.at = start;
        if self.recoveries >= MAX_RECOVERIES {
            return None;
        }
        self.recoveries += 1;
        self.at = self.line_end(start);
        Some(Expr::new(ExprKind::Literal(self.text.slice(start + 1..self.at)), start..self.at))
    }

    /// `"…"` with expansions.
    pub(super) fn double_quoted(&mut self) -> Option<Expr<'t>> {
        let start = self.at;
        if memchr::memchr(b'"', self.source.as_bytes().get(start + 1..)?).is_none() {
            return self.unclosed(start);
        }
        self.at += 1;
        let mut out = Growing::new();
        self.expandable(&mut out, self.source.len(), true);
        self.take("\"");
        Some(out.finish(self, start..self.at, true))
    }

    /// Characters with escapes and expansions, up to `end` or the quote that closes them.
    fn expandable(&mut self, out: &mut Growing<'t>, end: usize, quoted: bool) {
        while self.at < end {
            let rest = self.source.as_bytes().get(self.at..end).unwrap_or_default();
            let plain = if quoted { memchr::memchr3(b'"', b'`', b'$', rest) } else { memchr::memchr2(b'`', b'$', rest) };
            let plain = plain.unwrap_or(rest.len());
            out.source(self, self.at..self.at + plain);
            self.at += plain;
            match self.byte(0).filter(|_| self.at < end) {
                Some(b'"') if self.byte(1) == Some(b'"') => {
                    out.decoded(self, "\"", self.at..self.at + 2);
                    self.at += 2;
                }
                Some(b'"') | None => return,
                Some(b'`') => self.escape(out),
                _ => self.expansion(out),
            }
        }
    }

    /// `` `n `` and its like.
    pub(super) fn escape(&mut self, out: &mut Growing<'t>) {
        let start = self.at;
        self.at += 1;
        let Some(next) = self.rest().chars().next() else {
            out.source(self, start..self.at);
            return;
        };
        self.at += next.len_utf8();
        let decoded = match next {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            '0' => '\0',
            'a' => '\u{7}',
            'b' => '\u{8}',
            'e' => '\u{1b}',
            'f' => '\u{c}',
            'v' => '\u{b}',
            'u' if self.byte(0) == Some(b'{') => {
                let digits = self.window(self.at + 1).split('}').next().unwrap_or_default();
                let decoded = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
                if decoded.is_some() {
                    self.at += digits.len() + 2;
                }
                decoded.unwrap_or('u')
            }
            other => other,
        };
        out.decoded(self, decoded.encode_utf8(&mut [0; 4]), start..self.at);
    }

    /// What stands at a dollar sign within a string or word.
    pub(super) fn expansion(&mut self, out: &mut Growing<'t>) {
        let start = self.at;
        match self.variable() {
            Some(variable) => out.part(variable),
            None => {
                self.at = start + 1;
                out.source(self, start..self.at);
            }
        }
    }

    /// A variable or subexpression, if one begins here: `$name`, `${name}`, `$env:NAME`, `$(…)`.
    pub(super) fn variable(&mut self) -> Option<Expr<'t>> {
        let start = self.at;
        let next = self.byte(1)?;
        if next == b'(' {
            return Some(self.deeper(|parser| {
                parser.at += 2;
                let block = parser.within(b')', Self::block);
                parser.grouped(block, start)
            }));
        }
        let name = if next == b'{' {
            let length = self.window(start + 2).find('}')?;
            self.at = start + 3 + length;
            start + 2..start + 2 + length
        } else {
            let mut end = start + 1;
            let bytes = self.source.as_bytes();
            let at = |at: usize| bytes.get(at).copied().unwrap_or_default();
            if matches!(next, b'?' | b'$' | b'^') {
                end += 1;
            }
            while is_name(at(end)) || (at(end) == b':' && is_name(at(end + 1)) && is_scope(self.folded(start + 1..end))) {
                end += 1;
            }
            if end == start + 1 {
                return None;
            }
            self.at = end;
            start + 1..end
        };
        Some(Expr::new(self.named(name), start..self.at))
    }

    /// What the name of a variable stands for.
    fn named(&mut self, range: Range<usize>) -> ExprKind<'t> {
        let folded = self.folded(range.clone());
        match folded {
            "true" | "false" | "null" => return ExprKind::Atom(folded),
            "this" => return ExprKind::This,
            "psitem" => return ExprKind::Name("_"),
            _ => {}
        }
        match folded.split_once(':') {
            Some(("env", name)) => {
                let environment = Expr::new(ExprKind::Name("env"), range.start..range.start + 3);
                ExprKind::Member(Box::new(environment), self.slice(range.end - name.len()..range.end))
            }
            Some((scope, name)) if is_scope(scope) => {
                let start = range.end - name.len();
                ExprKind::Name(self.variables.entry(name).or_insert(self.source.get(start..range.end).unwrap_or_default()))
            }
            _ => ExprKind::Name(self.variables.entry(folded).or_insert(self.source.get(range).unwrap_or_default())),
        }
    }

    /// `@'…'@` or `@"…"@`, which begin at the end of a line and end at the beginning of one.
    pub(super) fn here_string(&mut self, quote: u8) -> Option<Expr<'t>> {
        let start = self.at;
        let head = self.window(start + 2);
        let line = start + 2 + head.len();
        let ends = matches!(self.source.as_bytes().get(line), Some(b'\r' | b'\n'));
        if self.recoveries >= MAX_RECOVERIES || !head.trim().is_empty() || !ends {
            return None;
        }
        let body = line + if self.source.as_bytes().get(line) == Some(&b'\r') { 2 } else { 1 };
        let close = if quote == b'"' { "\"@" } else { "'@" };
        // Documentation indents what closes the string.
        let mut at = body;
        let end = loop {
            if at >= self.source.len() {
                break None;
            }
            let end = self.line_end(at);
            let content = self.slice(at..end);
            if content.trim_start().starts_with(close) {
                break Some((at, end - content.trim_start().len() + close.len()));
            }
            at = memchr::memchr(b'\n', self.source.as_bytes().get(end..)?).map_or(self.source.len(), |line| end + line + 1);
        };
        let Some((end, after)) = end else { return self.unclosed(start + 1) };
        let bytes = self.source.as_bytes();
        let text_end = match (bytes.get(end.wrapping_sub(2)), bytes.get(end.wrapping_sub(1))) {
            (Some(b'\r'), Some(b'\n')) => end - 2,
            _ => end - 1,
        };
        let text_end = text_end.max(body);
        let mut out = Growing::new();
        self.at = body;
        if quote == b'"' {
            self.expandable(&mut out, text_end, false);
        } else {
            out.source(self, body..text_end);
        }
        self.at = after.max(self.at);
        Some(out.finish(self, start..self.at, true))
    }
}

/// Scopes and drives that stand before the name of a variable.
fn is_scope(name: &str) -> bool {
    matches!(name, "env" | "global" | "script" | "local" | "private" | "using" | "variable")
}
