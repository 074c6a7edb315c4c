//! What documentation generators add to CommonMark's blocks, resolved line by line into a copy that CommonMark reads right:
//! MkDocs' tabs and admonitions, whose Markdown is indented by four; directives of MyST, Docusaurus and VitePress; HTML
//! elements with a `markdown` attribute; template expressions.
//!
//! Markers stay as text (a title may hold a link), the indentation goes, and blank lines keep blocks apart. What stands in
//! code fences and indented code is left alone.

mod directive;
mod html;
mod line;
mod template;

use std::sync::{LazyLock, OnceLock};

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::{memchr_iter, memmem};

use super::comment::Comments;
use crate::model::{MarkdownRoles, Role, Span, Text, TextBuilder};
use line::Line;
pub(super) use line::{Fence, list_marker};

/// How many containers may nest before the rest is read as it stands.
const MAX_LEVELS: usize = 64;

/// What makes a page need this, and lets it have other blocks than CommonMark sees.
const BLOCK_TRIGGERS: [&str; 19] = [
    "=== \"",
    "=== '",
    "===!",
    "===+",
    "!!!",
    "???",
    ":::{",
    "```{",
    "``` {",
    "~~~{",
    "~~~ {",
    "/// ",
    " markdown>",
    " markdown=",
    " markdown ",
    "```mdx-code-block",
    "\n: ",
    "\n:\t",
    "  : ",
];

/// What else makes a page need this.
const TRIGGERS: [&str; 5] = [":::", "{{", "{%", "{:", "){"];

/// Whether what generators add to Markdown may give the page other blocks than CommonMark sees. MDX knows only what is
/// written as a fence.
pub(super) fn moves_blocks(page: &str, is_mdx: bool) -> bool {
    static AUTOMATON: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    static MDX_BLOCK: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new("```mdx-code-block"));
    let bytes = page.as_bytes();
    if is_mdx {
        return memchr_iter(b'{', bytes).any(|at| opens_directive(&bytes[..at])) || MDX_BLOCK.find(bytes).is_some();
    }
    let build = || AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(BLOCK_TRIGGERS).ok();
    is_match(AUTOMATON.get_or_init(build), page)
}

/// Whether a brace after these bytes opens the name of a directive: ```` ```{note} ````, `::: {note}`.
pub(super) fn opens_directive(before: &[u8]) -> bool {
    let fence = before.strip_suffix(b" ").unwrap_or(before);
    [b"```", b"~~~", b":::"].iter().any(|marker| fence.ends_with(*marker))
}

/// Whether a page needs this.
fn is_needed(page: &str) -> bool {
    static AUTOMATON: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    is_match(
        AUTOMATON
            .get_or_init(|| AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(BLOCK_TRIGGERS.iter().chain(&TRIGGERS)).ok()),
        page,
    )
}

fn is_match(automaton: &Option<AhoCorasick>, page: &str) -> bool {
    automaton.as_ref().is_none_or(|automaton| automaton.is_match(page))
}

/// A page as CommonMark has to read it.
pub(super) struct Resolved<'s> {
    /// The page.
    pub(super) text: Text<'s>,
    /// URLs that stood in directives.
    pub(super) urls: Vec<(Text<'s>, Role)>,
}

/// Resolves the extensions in a page. In MDX there is no indented code.
pub(super) fn resolve<'s>(text: Text<'s>, roles: &MarkdownRoles, is_mdx: bool, comments: &mut Comments) -> Resolved<'s> {
    if !is_mdx && !is_needed(text.as_str()) {
        return Resolved { text, urls: Vec::new() };
    }
    let mut resolver = Resolver {
        page: &text,
        chars: text.as_str(),
        roles,
        comments,
        is_mdx,
        out: TextBuilder::new(),
        pending: 0..0,
        ends_blank: true,
        levels: Vec::new(),
        fence: None,
        options: None,
        urls: Vec::new(),
    };
    let mut at = 0;
    while at < text.len() {
        at = resolver.line(at);
    }
    resolver.close_levels(0, text.len());
    resolver.flush();
    Resolved { text: resolver.out.finish(), urls: resolver.urls }
}

/// A container that is open.
#[derive(Debug)]
struct Level {
    kind: Kind,
    /// Where it starts in the page.
    start: usize,
    /// The column where its content starts; a line with less ends it, unless a closing line does.
    content: usize,
    /// How many columns of white space its lines lose, after this many quote markers.
    strip: usize,
    quotes: usize,
}

#[derive(Debug)]
enum Kind {
    List,
    /// MkDocs: content is indented by four.
    Indented,
    /// Content stands between lines of a marker.
    Directive {
        marker: u8,
        length: usize,
    },
    /// An element with a `markdown` attribute.
    Html {
        end_tag: String,
    },
}

impl Kind {
    fn ends_by_column(&self) -> bool {
        matches!(self, Self::List | Self::Indented)
    }
}

/// A code fence that is open.
#[derive(Debug)]
struct OpenFence {
    marker: u8,
    length: usize,
    column: usize,
    /// A line with less ends it.
    floor: usize,
    /// How many columns of white space its lines lose, and how many more as far as they have them beyond the floor.
    strip: usize,
    surplus: usize,
    quotes: usize,
}

/// Where the content of a line starts.
#[derive(Debug, Clone, Copy)]
struct Indent {
    at: usize,
    column: usize,
    /// How many columns of white space its containers take, and how many more are too much.
    strip: usize,
    surplus: usize,
}

struct Resolver<'r, 't, 's> {
    page: &'t Text<'s>,
    chars: &'t str,
    roles: &'r MarkdownRoles,
    comments: &'r mut Comments,
    is_mdx: bool,
    out: TextBuilder,
    /// What is copied next, as it stands.
    pending: std::ops::Range<usize>,
    /// Whether the copy ends with a blank line.
    ends_blank: bool,
    levels: Vec<Level>,
    fence: Option<OpenFence>,
    options: Option<directive::Options>,
    urls: Vec<(Text<'s>, Role)>,
}

impl<'t> Resolver<'_, 't, '_> {
    /// Reads the line at `start` and gives the start of the next one.
    fn line(&mut self, start: usize) -> usize {
        if let Some(fence) = self.fence.take() {
            let line = Line::at(self.chars, start, fence.quotes, |_| 0);
            if line.is_blank || (line.quotes >= fence.quotes && line.column >= fence.floor) {
                self.fenced_line(&line, fence);
                return line.end;
            }
        }
        let base = |column: usize| self.levels.iter().rev().map(|level| level.content).find(|&content| content <= column).unwrap_or(0);
        let line = Line::at(self.chars, start, MAX_LEVELS, base);
        if line.is_blank {
            self.copy(line.start..line.end);
            self.ends_blank = true;
            self.options = None;
            return line.end;
        }
        self.end_levels(&line);
        if self.option_line(&line) {
            return line.end;
        }
        self.content_line(&line);
        line.end
    }

    fn fenced_line(&mut self, line: &Line, fence: OpenFence) {
        let beyond = line.column.saturating_sub(fence.floor);
        let close = Fence::new(line.content(self.chars)).is_some_and(|close| {
            let opened = Fence { marker: fence.marker, length: fence.length, info: "" };
            // In MDX it may be indented as it likes.
            close.closes(&opened) && (self.is_mdx || line.column < fence.column + 4)
        });
        if close && fence.marker == b':' {
            self.replace(&tildes(fence.length), line.content..line.end);
            self.copy_raw("\n", line.end);
        } else {
            let surplus = if close && self.is_mdx { beyond } else { fence.surplus.min(beyond) };
            self.copy_stripped(line, fence.strip + surplus);
        }
        self.ends_blank = false;
        if !close {
            self.fence = Some(fence);
        }
    }

    /// A line that is not blank, outside of code fences.
    fn content_line(&mut self, line: &Line) {
        let (strip, base) = match self.levels.last() {
            Some(level) => (level.strip, level.content.max(line.prefix_column)),
            None => (0, line.prefix_column),
        };
        let surplus = line.column.saturating_sub(base);
        let no_code = self.is_mdx || self.levels.iter().any(|level| matches!(level.kind, Kind::Html { .. }));
        if surplus >= 4 && !no_code {
            self.copy_stripped(line, strip);
            self.ends_blank = false;
            return;
        }
        let surplus = if surplus >= 4 { surplus } else { 0 };
        let (at, column) = self.list_markers(line, strip + surplus);
        let content = self.chars[at..line.end].trim_end();
        let indent = Indent { at, column, strip, surplus };
        let strip = strip + surplus;
        if let Some(fence) = Fence::new(content) {
            self.fence_line(line, fence, indent);
        } else if line::opens_indented(content) && self.levels.len() < MAX_LEVELS {
            self.blank(line.start);
            self.copy_marked(line, strip);
            self.blank(line.end);
            let level = Level { kind: Kind::Indented, start: at, content: column + 4, strip: strip + 4, quotes: line.quotes };
            self.levels.push(level);
        } else if let Some(name) = content.strip_prefix("///").filter(|name| !name.starts_with('/')) {
            self.slashes_line(line, name.trim(), at, column, strip);
        } else if content.starts_with(": ") || content.starts_with(":\t") {
            self.definition(line, indent);
        } else {
            self.html_or_text(line, content, at, strip);
        }
    }

    /// Opens the list items that start in a line; gives where their content starts, and in which column.
    fn list_markers(&mut self, line: &Line, strip: usize) -> (usize, usize) {
        let (mut at, mut column) = (line.content, line.column);
        while self.levels.len() < MAX_LEVELS
            && let Some((length, content)) = list_marker(self.chars[at..line.end].trim_end(), column)
        {
            self.levels.push(Level { kind: Kind::List, start: at, content, strip, quotes: line.quotes });
            at += length;
            column = content;
        }
        (at, column)
    }

    /// A definition (`:   text`, PHP Markdown Extra) reads like an item of a list.
    fn definition(&mut self, line: &Line, indent: Indent) {
        let Indent { at, column, strip, surplus } = indent;
        let from = self.strip(line, strip + surplus);
        self.blank(line.start);
        self.copy(from..at);
        self.replace("-", at..at + 1);
        self.copy_template(at + 1..line.end);
        self.ends_blank = false;
        let item = format!("-{}", self.chars[at + 1..line.end].trim_end());
        if let Some((_, content)) = list_marker(&item, column).filter(|_| self.levels.len() < MAX_LEVELS) {
            self.levels.push(Level { kind: Kind::List, start: at, content, strip: strip + surplus, quotes: line.quotes });
        }
    }

    /// Closes the containers that a line is not part of.
    fn end_levels(&mut self, line: &Line) {
        let outer = if line.quotes > 0 { Some(Line::at(self.chars, line.start, 0, |_| 0)) } else { None };
        let first = self.levels.iter().position(|level| {
            let column = outer.filter(|_| level.quotes == 0).map_or(line.column, |outer| outer.column);
            line.quotes < level.quotes || (level.kind.ends_by_column() && column < level.content)
        });
        if let Some(first) = first {
            self.close_levels(first, line.start);
        }
    }

    /// Closes the containers from `first` on, which end at `end`.
    fn close_levels(&mut self, first: usize, end: usize) {
        for level in self.levels.drain(first..) {
            if matches!(level.kind, Kind::Indented | Kind::Directive { .. }) {
                self.comments.container(self.page.span(level.start..end));
            }
        }
    }

    /// Copies a line without `strip` columns of its indentation.
    fn copy_stripped(&mut self, line: &Line, strip: usize) {
        let from = self.strip(line, strip);
        self.copy(from..line.end);
    }

    /// Copies a line without `strip` columns of its indentation, template expressions replaced.
    fn copy_marked(&mut self, line: &Line, strip: usize) {
        let from = self.strip(line, strip);
        self.copy_template(from..line.end);
        self.ends_blank = false;
    }

    /// Copies what stands before a line's content without `strip` columns, and gives where to go on.
    fn strip(&mut self, line: &Line, strip: usize) -> usize {
        if strip == 0 {
            return line.start;
        }
        let quotes = self.levels.last().map_or(line.quotes, |level| level.quotes);
        let line = if quotes < line.quotes { Line::at(self.chars, line.start, quotes, |_| 0) } else { *line };
        let (at, surplus) = line.skip(self.chars, strip);
        self.copy(line.start..line.prefix);
        if surplus > 0 {
            self.replace(&" ".repeat(surplus), at - 1..at);
        }
        at
    }

    /// Copies a stretch of the page as it stands.
    fn copy(&mut self, range: std::ops::Range<usize>) {
        if self.pending.end == range.start {
            self.pending.end = range.end;
        } else {
            self.flush();
            self.pending = range;
        }
    }

    fn flush(&mut self) {
        self.out.push(self.page, self.pending.clone());
        self.pending = self.pending.end..self.pending.end;
    }

    /// Adds characters that stand for a stretch of the page.
    fn replace(&mut self, chars: &str, range: std::ops::Range<usize>) {
        self.flush();
        let span = self.page.span(range);
        self.out.escaped(chars, span);
    }

    /// Adds characters that stand nowhere, between two stretches of the page.
    fn copy_raw(&mut self, chars: &str, at: usize) {
        self.flush();
        let span = self.page.span(at..at);
        self.out.escaped(chars, Span::new(span.start, span.start));
    }

    /// Ends the block before, at `at` of the page, with a blank line.
    fn blank(&mut self, at: usize) {
        if !self.ends_blank {
            self.copy_raw("\n", at);
            self.ends_blank = true;
        }
    }
}

/// A fence that stands for one of colons, too long to be closed within.
fn tildes(length: usize) -> String {
    "~".repeat(length.min(MAX_LEVELS) + 8)
}
