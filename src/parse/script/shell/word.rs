//! Words: quotes (POSIX Shell Command Language, section 2.2), expansions (2.6), and what documentation puts in their place.

use std::ops::Range;

use super::Parser;
use crate::model::{Text, TextBuilder};
use crate::parse::script::ir::{Expr, ExprKind};

/// What ends the word that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quoting {
    /// White space or an operator.
    None,
    /// `"`.
    Double,
    /// The end of the stretch; quotes mean nothing.
    Heredoc,
    /// `}` of an expansion; `quoted` if it stands in double quotes.
    Brace { quoted: bool },
    /// `))` of an arithmetic expansion.
    Arithmetic,
}

/// A word as it grows: stretches of literal characters between expansions.
pub(super) struct Growing<'t> {
    literal: Vec<Piece>,
    pub(super) parts: Vec<Expr<'t>>,
    /// Whether some of it stands in double quotes: then it stays one word, whatever its variables hold.
    quoted: bool,
}

pub(super) enum Piece {
    Source(Range<usize>),
    Decoded(String, Range<usize>),
}

impl<'t> Growing<'t> {
    pub(super) fn new() -> Self {
        Self { literal: Vec::new(), parts: Vec::new(), quoted: false }
    }

    pub(super) fn source(&mut self, range: Range<usize>) {
        if let Some(Piece::Source(last)) = self.literal.last_mut()
            && last.end == range.start
        {
            last.end = range.end;
        } else if !range.is_empty() {
            self.literal.push(Piece::Source(range));
        }
    }

    pub(super) fn decoded(&mut self, chars: impl Into<String>, range: Range<usize>) {
        self.literal.push(Piece::Decoded(chars.into(), range));
    }

    pub(super) fn part(&mut self, text: &'t Text<'t>, part: Expr<'t>) {
        self.flush(text);
        self.parts.push(part);
    }

    pub(super) fn flush(&mut self, text: &'t Text<'t>) {
        let Some(range) = self.literal_range() else { return };
        let literal = match self.literal.as_slice() {
            [Piece::Source(range)] => text.slice(range.clone()),
            pieces => {
                let mut builder = TextBuilder::new();
                for piece in pieces {
                    match piece {
                        Piece::Source(range) => builder.push(text, range.clone()),
                        Piece::Decoded(chars, range) => builder.escaped(chars, text.span(range.clone())),
                    }
                }
                builder.finish()
            }
        };
        self.literal.clear();
        self.parts.push(Expr::new(ExprKind::Literal(literal), range));
    }

    pub(super) fn literal_range(&self) -> Option<Range<usize>> {
        let range = |piece: &Piece| match piece {
            Piece::Source(range) | Piece::Decoded(_, range) => range.clone(),
        };
        Some(self.literal.first().map(range)?.start..self.literal.last().map(range)?.end)
    }

    /// The whole, which stands at `range`.
    pub(super) fn finish(mut self, text: &'t Text<'t>, range: Range<usize>) -> Expr<'t> {
        self.flush(text);
        match (self.parts.pop(), self.parts.is_empty()) {
            (None, _) => Expr::new(ExprKind::Literal(text.slice(range.start..range.start)), range),
            (Some(only), true) if matches!(only.kind, ExprKind::Literal(_) | ExprKind::Spread(_)) || !self.quoted => {
                Expr::new(only.kind, range)
            }
            (Some(last), _) => {
                self.parts.push(last);
                Expr::new(ExprKind::Concat(self.parts), range)
            }
        }
    }

    /// Appends another word.
    pub(super) fn join(&mut self, text: &'t Text<'t>, other: Self) {
        self.quoted = true;
        if !other.parts.is_empty() {
            self.flush(text);
            self.parts.extend(other.parts);
        }
        for piece in other.literal {
            match piece {
                Piece::Source(range) => self.source(range),
                decoded @ Piece::Decoded(..) => self.literal.push(decoded),
            }
        }
    }
}

/// Whether this byte ends an unquoted word.
pub(super) fn ends_word(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')')
}
impl<'t> Parser<'t> {
    /// Reads the word that begins here, if one does.
    pub(super) fn word(&mut self) -> Option<Expr<'t>> {
        let start = self.at;
        let mut word = Growing::new();
        self.parts(Quoting::None, &mut word);
        (self.at > start).then(|| word.finish(self.text, start..self.at))
    }

    /// Reads a stretch in which only expansions mean something: a here-document's body.
    pub(super) fn expandable(&mut self, range: Range<usize>) -> Expr<'t> {
        let outer = (self.at, self.end);
        (self.at, self.end) = (range.start, range.end);
        let mut word = Growing::new();
        self.parts(Quoting::Heredoc, &mut word);
        (self.at, self.end) = outer;
        word.finish(self.text, range)
    }

    /// Reads parts until what ends them, which is left unread.
    pub(super) fn parts(&mut self, quoting: Quoting, word: &mut Growing<'t>) {
        let mut parentheses = 0usize;
        while let Some(byte) = self.byte(0) {
            let start = self.at;
            match (byte, quoting) {
                (b'$', _) => self.dollar(quoting, word),
                (b'`', _) => self.backquoted(word),
                (b'\\', _) => self.backslash(quoting, word),
                (b'{', _) if self.template(word) => {}
                (b'"', Quoting::Double) | (b'}', Quoting::Brace { .. }) => return,
                (b'"', Quoting::None | Quoting::Brace { .. } | Quoting::Arithmetic) => self.double_quoted(word),
                (b'\'', Quoting::None | Quoting::Brace { quoted: false }) => self.single_quoted(word),
                (b'(', Quoting::Arithmetic) => {
                    parentheses += 1;
                    self.at += 1;
                }
                (b')', Quoting::Arithmetic) => {
                    if parentheses == 0 {
                        return;
                    }
                    parentheses -= 1;
                    self.at += 1;
                }
                (b'<' | b'>', Quoting::None) if self.byte(1) == Some(b'(') => self.process_substitution(word),
                (b'<', Quoting::None) => match self.placeholder() {
                    Some(end) => {
                        word.part(self.text, Expr::new(ExprKind::Other(Vec::new()), start..end));
                        self.at = end;
                    }
                    None => return,
                },
                (b'(', Quoting::None) if self.is_pattern(start) => self.pattern(word),
                (byte, Quoting::None) if ends_word(byte) => return,
                _ => {
                    self.step();
                    let ends = |byte: u8| is_special(byte) || (quoting == Quoting::None && ends_word(byte));
                    while self.byte(0).is_some_and(|byte| !ends(byte)) {
                        self.at += 1;
                    }
                    word.source(start..self.at);
                }
            }
        }
    }

    /// Whether a parenthesis at `at` belongs to a pattern: `@(a|b)`, `*(N)`.
    pub(super) fn is_pattern(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|at| self.source.as_bytes().get(at)).copied();
        before.is_some_and(|byte| matches!(byte, b'*' | b'?' | b'@' | b'+' | b'!'))
    }

    pub(super) fn pattern(&mut self, word: &mut Growing<'t>) {
        let start = self.at;
        self.at += self.line_window(start).find(')').unwrap_or(0) + 1;
        word.source(start..self.at);
    }
}

fn is_special(byte: u8) -> bool {
    matches!(byte, b'$' | b'`' | b'\\' | b'"' | b'\'' | b'{' | b'}' | b'(' | b')' | b'<')
}
