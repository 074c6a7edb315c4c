//! PowerShell 5 and 7, read by hand into the intermediate form.
//!
//! As with [`super::shell`], code in documentation is full of what the language refuses (`<your key>`, `...`), and the grammar that
//! there is loses the strings of what it can't read. This parser follows "Windows PowerShell Language Specification", takes linear
//! time, and bounds its stack: what nests too deeply is read as literal text.
//!
//! Case means nothing in PowerShell: commands, parameters, types and members are given in lower case, as `rules/roles` has
//! them; a variable or function as it is first written. [`statement`] reads statements, [`command`] what stands between
//! pipes, [`expression`] expressions, [`string`] strings, [`output`] what stands alone.

mod chain;
mod collection;
mod command;
mod definition;
mod expression;
mod output;
mod statement;
mod string;

use std::collections::HashMap;
use std::ops::Range;

use super::ir::{Block, Expr, ExprKind, Program};
use crate::model::{ScriptRoles, Text};

/// Reads a script; `folded` is its source in lower case.
pub(super) fn program<'t>(text: &'t Text<'t>, folded: &'t str, roles: &ScriptRoles) -> Program<'t> {
    let mut parser = Parser::new(text, folded, roles);
    parser.find_functions();
    let block = output::show(parser.block());
    Program { block, comments: parser.comments, too_deep: parser.too_deep, samples: Vec::new() }
}

/// How deep statements and expressions may nest. It bounds the stack.
const MAX_DEPTH: usize = 100;

/// How far the end of something short is looked for: a placeholder, a name in braces. In bytes.
const MAX_SHORT: usize = 200;

/// How many strings that never end are read again up to the end of their line, so that the whole stays linear.
const MAX_RECOVERIES: usize = 16;

/// Where the parser stands.
struct Parser<'t, 'r> {
    text: &'t Text<'t>,
    source: &'t str,
    folded: &'t str,
    roles: &'r ScriptRoles,
    at: usize,
    depth: usize,
    recoveries: usize,
    /// What ends the constructs around.
    awaited: Vec<u8>,
    /// How variables are first written, by their names in lower case; functions likewise.
    variables: HashMap<&'t str, &'t str>,
    functions: HashMap<&'t str, &'t str>,
    comments: Vec<Range<usize>>,
    too_deep: Option<Range<usize>>,
}

impl<'t, 'r> Parser<'t, 'r> {
    fn new(text: &'t Text<'t>, folded: &'t str, roles: &'r ScriptRoles) -> Self {
        Self {
            text,
            source: text.as_str(),
            folded,
            roles,
            at: 0,
            depth: 0,
            recoveries: 0,
            awaited: Vec::new(),
            variables: HashMap::new(),
            functions: HashMap::new(),
            comments: Vec::new(),
            too_deep: None,
        }
    }

    /// What is still to be read.
    fn rest(&self) -> &'t str {
        self.source.get(self.at..).unwrap_or_default()
    }

    /// The same in lower case.
    fn folded_rest(&self) -> &'t str {
        self.folded.get(self.at..).unwrap_or_default()
    }

    /// The byte `ahead` of here.
    fn byte(&self, ahead: usize) -> Option<u8> {
        self.source.as_bytes().get(self.at + ahead).copied()
    }

    fn at_end(&self) -> bool {
        self.at >= self.source.len()
    }

    fn slice(&self, range: Range<usize>) -> &'t str {
        self.source.get(range).unwrap_or_default()
    }

    fn folded(&self, range: Range<usize>) -> &'t str {
        self.folded.get(range).unwrap_or_default()
    }

    /// Steps over one character.
    fn step(&mut self) {
        self.at += self.rest().chars().next().map_or(1, char::len_utf8);
    }

    /// Takes `token` if it stands here.
    fn take(&mut self, token: &str) -> bool {
        let here = self.rest().starts_with(token);
        if here {
            self.at += token.len();
        }
        here
    }

    /// The end of the line that `from` stands in, without its line end.
    fn line_end(&self, from: usize) -> usize {
        let rest = self.source.as_bytes().get(from..).unwrap_or_default();
        let end = memchr::memchr(b'\n', rest).map_or(self.source.len(), |at| from + at);
        if end > from && self.source.as_bytes().get(end - 1) == Some(&b'\r') { end - 1 } else { end }
    }

    /// Steps over blanks, continued line ends and comments.
    fn blanks(&mut self) {
        while let Some(byte) = self.byte(0) {
            match byte {
                b' ' | b'\t' => self.at += 1,
                0xc2 if self.byte(1) == Some(0xa0) => self.at += 2,
                b'`' if self.is_continued() => {
                    let end = self.line_end(self.at);
                    self.at = end;
                    self.line_break();
                }
                b'#' => self.comment(self.line_end(self.at)),
                b'<' if self.byte(1) == Some(b'#') => {
                    let rest = self.source.as_bytes().get(self.at + 2..).unwrap_or_default();
                    let end = memchr::memmem::find(rest, b"#>").map_or(self.source.len(), |end| self.at + end + 4);
                    self.comment(end);
                }
                _ => return,
            }
        }
    }

    /// Whether the backtick here is the last of its line, but for blanks, which only documentation has.
    fn is_continued(&self) -> bool {
        let line = self.window(self.at + 1);
        line.trim().is_empty() && self.at + 1 + line.len() < self.source.len() && line.len() < MAX_SHORT
    }

    /// What stands on the line from `from` on, as far as one looks for the end of something short.
    fn window(&self, from: usize) -> &'t str {
        let bytes = self.source.as_bytes().get(from..self.source.len().min(from + MAX_SHORT)).unwrap_or_default();
        let mut end = from + memchr::memchr2(b'\r', b'\n', bytes).unwrap_or(bytes.len());
        while !self.source.is_char_boundary(end) {
            end -= 1;
        }
        self.slice(from..end)
    }

    fn line_break(&mut self) {
        if self.byte(0) == Some(b'\r') {
            self.at += 1;
        }
        if self.byte(0) == Some(b'\n') {
            self.at += 1;
        }
    }

    fn comment(&mut self, end: usize) {
        // A piece of code is read again where a look ahead was in vain.
        if self.comments.last().is_none_or(|last| last.end <= self.at) {
            self.comments.push(self.at..end);
        }
        self.at = end;
    }

    /// Steps over blanks and line ends.
    fn lines(&mut self) {
        loop {
            self.blanks();
            match self.byte(0) {
                Some(b'\n' | b'\r') => self.at += 1,
                _ => return,
            }
        }
    }

    /// Statements up to what ends a construct around, which is left unread.
    fn block(&mut self) -> Block<'t> {
        let mut out = Block::new();
        loop {
            self.lines();
            match self.byte(0) {
                None => return out,
                Some(byte) if self.awaited.contains(&byte) => return out,
                Some(b';') => self.at += 1,
                _ => {
                    let before = self.at;
                    self.statement(&mut out);
                    if self.at == before {
                        self.step();
                    }
                }
            }
        }
    }

    /// Reads what stands up to `close`, which is stepped over.
    fn within<T>(&mut self, close: u8, read: impl FnOnce(&mut Self) -> T) -> T {
        self.awaited.push(close);
        let out = read(self);
        self.awaited.pop();
        self.lines();
        if self.byte(0) == Some(close) {
            self.at += 1;
        }
        out
    }

    /// Runs `read` one level deeper; where that is too deep, the rest of the line is literal text.
    fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Expr<'t>) -> Expr<'t> {
        if self.depth >= MAX_DEPTH {
            let range = self.at..self.line_end(self.at).max((self.at + 1).min(self.source.len()));
            self.too_deep.get_or_insert(range.clone());
            self.at = range.end;
            while !self.source.is_char_boundary(self.at) {
                self.at += 1;
            }
            return Expr::new(ExprKind::Literal(self.text.slice(range.clone())), range);
        }
        self.depth += 1;
        let out = read(self);
        self.depth -= 1;
        out
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

#[cfg(test)]
mod tests;
