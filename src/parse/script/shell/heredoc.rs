//! Here-documents (POSIX Shell Command Language, section 2.7.4).

use std::ops::Range;

use super::Parser;
use crate::model::TextBuilder;
use crate::parse::script::ir::{Expr, ExprKind};

impl<'t> Parser<'t> {
    /// Reads the body of a here-document whose operator was just read: its delimiter stands here, its body begins after
    /// this line, or after the body before.
    pub(super) fn heredoc(&mut self, strips_tabs: bool) -> Expr<'t> {
        while matches!(self.byte(0), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        let (delimiter, quoted) = self.delimiter();
        let (newline, start) = self.heredocs.unwrap_or_else(|| {
            let end = self.line_end(self.at);
            (end, (end + 1).min(self.end))
        });
        let (body, resume) = self.body(start, &delimiter, strips_tabs);
        self.heredocs = Some((newline, resume));
        if quoted || strips_tabs {
            let literal = if strips_tabs { self.without_tabs(body.clone()) } else { self.text.slice(body.clone()) };
            return Expr::new(ExprKind::Literal(literal), body);
        }
        self.deeper(|parser| parser.expandable(body.clone()))
            .unwrap_or_else(|| Expr::new(ExprKind::Literal(self.text.slice(body.clone())), body))
    }

    /// The delimiter without its quotes, and whether it had some.
    fn delimiter(&mut self) -> (String, bool) {
        let (mut out, mut quoted) = (String::new(), false);
        while let Some(c) = self.rest().chars().next() {
            if c.is_whitespace() || matches!(c, ';' | '&' | '|' | '<' | '>' | '(' | ')') {
                break;
            }
            if matches!(c, '\'' | '"' | '\\') {
                quoted = true;
            } else {
                out.push(c);
            }
            self.at += c.len_utf8();
        }
        (out, quoted)
    }

    /// The body that begins at `start`, and where the script goes on.
    fn body(&self, start: usize, delimiter: &str, strips_tabs: bool) -> (Range<usize>, usize) {
        let mut at = start;
        let mut indented = true;
        while at < self.end {
            let end = self.line_end(at);
            let line = self.slice(at..end).trim_end_matches(['\r', ' ']);
            let line = if strips_tabs { line.trim_start_matches('\t') } else { line };
            // In an indented sample the delimiter is indented like all else.
            if line == delimiter || (indented && line.trim_start() == delimiter) {
                return (start..at, (end + 1).min(self.end));
            }
            indented &= line.is_empty() || line.starts_with([' ', '\t']);
            at = end + 1;
        }
        (start..self.end.max(start), self.end)
    }

    fn without_tabs(&self, body: Range<usize>) -> crate::model::Text<'t> {
        let mut builder = TextBuilder::new();
        let mut at = body.start;
        while at < body.end {
            let end = (self.line_end(at) + 1).min(body.end);
            let tabs = self.slice(at..end).len() - self.slice(at..end).trim_start_matches('\t').len();
            builder.push(self.text, at + tabs..end);
            at = end;
        }
        builder.finish()
    }
}
