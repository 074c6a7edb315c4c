//! Shell scripts (POSIX sh, bash, zsh), read by hand into the intermediate form.
//!
//! Shell code in documentation is full of what a shell would refuse (`<your key>`, `...`, an apostrophe in a quoted body, a
//! space behind a continuation), and there a grammar's error recovery loses the commands that follow. This parser has
//! rules for each of these, takes linear time, and bounds its stack: what nests too deeply is read as literal text.
//!
//! [`list`] reads what stands between separators, [`compound`] and [`simple`] commands, [`word`] words, with their [quotes](quote) and
//! [expansions](expansion), [`heredoc`] here-documents.

mod compound;
mod expansion;
mod heredoc;
mod list;
mod quote;
mod simple;
mod word;

use std::ops::Range;

use super::ir::{Block, Program};
use crate::model::Text;

pub(super) use list::group;

/// Reads a script.
pub(super) fn program<'t>(text: &'t Text<'t>) -> Program<'t> {
    let mut parser = Parser::new(text);
    let block = parser.block(list::Until::End);
    Program { block, comments: parser.comments, too_deep: parser.too_deep, samples: Vec::new() }
}

/// A stretch of a text: one command, of the words at these places, or a script.
pub(super) type Stretch = (Range<usize>, Option<Vec<Range<usize>>>);

/// Stretches that were read: the statements of each, and as [`Program`] has them the comments, and the first place that nests
/// too deeply.
pub(super) struct Stretches<'t> {
    pub(super) blocks: Vec<Block<'t>>,
    pub(super) comments: Vec<Range<usize>>,
    pub(super) too_deep: Option<Range<usize>>,
}

/// Reads stretches of a text, each by itself.
pub(super) fn stretches<'t>(text: &'t Text<'t>, stretches: &[Stretch]) -> Stretches<'t> {
    let mut parser = Parser::new(text);
    let read = |(range, words): &Stretch| match words {
        Some(words) => parser.words(range.clone(), words),
        None => {
            (parser.at, parser.end, parser.heredocs) = (range.start, range.end, None);
            parser.block(list::Until::End)
        }
    };
    let blocks = stretches.iter().map(read).collect();
    Stretches { blocks, comments: parser.comments, too_deep: parser.too_deep }
}

/// How deep commands and expansions may nest. It bounds the stack.
const MAX_DEPTH: usize = 60;

/// How far the end of something short is looked for: a placeholder, a subscript, a template expression. In bytes.
const MAX_SHORT: usize = 200;

/// How many strings that never end are read again up to the end of their line, so that the whole stays linear.
const MAX_RECOVERIES: usize = 16;

/// Where the parser stands.
struct Parser<'t> {
    text: &'t Text<'t>,
    source: &'t str,
    at: usize,
    /// Where what is read now ends.
    end: usize,
    depth: usize,
    recoveries: usize,
    /// The line end at which here-documents begin, and where the script goes on after them.
    heredocs: Option<(usize, usize)>,
    /// The words that end the constructs around.
    awaited: Vec<&'static [&'static str]>,
    /// How many parentheses around are still open.
    parentheses: usize,
    comments: Vec<Range<usize>>,
    too_deep: Option<Range<usize>>,
}

impl<'t> Parser<'t> {
    fn new(text: &'t Text<'t>) -> Self {
        let source = text.as_str();
        Self {
            text,
            source,
            at: 0,
            end: source.len(),
            depth: 0,
            recoveries: 0,
            heredocs: None,
            awaited: Vec::new(),
            parentheses: 0,
            comments: Vec::new(),
            too_deep: None,
        }
    }

    /// What is still to be read.
    fn rest(&self) -> &'t str {
        self.source.get(self.at..self.end).unwrap_or_default()
    }

    /// The byte `ahead` of here.
    fn byte(&self, ahead: usize) -> Option<u8> {
        let at = self.at + ahead;
        if at < self.end { self.source.as_bytes().get(at).copied() } else { None }
    }

    fn at_end(&self) -> bool {
        self.at >= self.end
    }

    fn slice(&self, range: Range<usize>) -> &'t str {
        self.source.get(range).unwrap_or_default()
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
        let rest = self.source.as_bytes().get(from..self.end).unwrap_or_default();
        memchr::memchr(b'\n', rest).map_or(self.end, |at| from + at)
    }

    /// What stands on the line from `from` on, as far as one looks for the end of something short.
    fn line_window(&self, from: usize) -> &'t str {
        let bytes = self.source.as_bytes().get(from..self.end.min(from + MAX_SHORT)).unwrap_or_default();
        let mut end = from + memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
        while !self.source.is_char_boundary(end) {
            end -= 1;
        }
        self.slice(from..end)
    }

    /// Runs `read` one level deeper, or not at all where that is too deep.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            self.too_deep.get_or_insert(self.at..self.end);
            return None;
        }
        self.depth += 1;
        let out = read(self);
        self.depth -= 1;
        Some(out)
    }
}

#[cfg(test)]
mod tests;
