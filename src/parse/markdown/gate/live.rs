//! Which stretches of a page may be more than code, without parsing it.
//!
//! A fence or a code span is left out only where every reading of the page agrees on it. At the first doubt (a fence in a list
//! item's first line, a line that may or may not end a list, HTML that goes on over blank lines) all the rest counts as live.

use std::ops::Range;

use super::marks::{Marks, find};
use crate::parse::markdown::extensions::{Fence, list_marker};

/// There is no telling from here on.
type Certain = Option<()>;

/// Reads a page as far as it is asked for.
pub(super) struct Reader<'t> {
    page: &'t str,
    is_mdx: bool,
    /// Where the next line starts that is to be read.
    at: usize,
    /// Whether there is no telling any more.
    is_lost: bool,
    /// The stretches that may be live, in order.
    live: Vec<Range<usize>>,
    /// Where the live stretch starts that is being read.
    from: usize,
    fence: Option<Open<'t>>,
    after_blank: bool,
    /// Whether a line since the last blank one starts with a tag: then this may be an HTML block, where nothing is code.
    in_html: bool,
    /// Whether all code spans since the last blank line end on their lines.
    has_spans: bool,
    /// Whether a tag of MDX goes on.
    in_tag: bool,
    /// Whether a line since the last blank one starts with `import` or `export` in MDX.
    in_esm: bool,
    /// Whether a comment of MDX goes on: `{/* ... */}`.
    in_comment: bool,
    /// The columns where the content starts of all items of lists that may be open, in order.
    items: Vec<usize>,
}

/// A fence that is open.
#[derive(Debug, Clone, Copy)]
struct Open<'t> {
    fence: Fence<'t>,
    column: usize,
    /// A line with fewer columns of white space may end what the fence stands in.
    floor: usize,
}

impl<'t> Reader<'t> {
    pub(super) fn new(page: &'t str, is_mdx: bool) -> Self {
        Self {
            page,
            is_mdx,
            at: 0,
            is_lost: false,
            live: Vec::new(),
            from: 0,
            fence: None,
            after_blank: true,
            in_html: false,
            has_spans: true,
            in_tag: false,
            in_esm: false,
            in_comment: false,
            items: Vec::new(),
        }
    }

    /// Whether this place may be live. Places are asked for in order.
    pub(super) fn is_live(&mut self, place: usize) -> bool {
        while !self.is_lost && self.at <= place && self.at < self.page.len() {
            let (start, rest) = (self.at, &self.page.as_bytes()[self.at..]);
            let end = memchr::memchr(b'\n', rest).map_or(self.page.len(), |length| start + length + 1);
            self.is_lost = self.line(start, end).is_none();
            self.at = self.next_line(end);
        }
        let next = self.live.partition_point(|stretch| stretch.end <= place);
        self.live.get(next).is_some_and(|stretch| stretch.contains(&place)) || (self.fence.is_none() && place >= self.from)
    }

    fn line(&mut self, start: usize, end: usize) -> Certain {
        let line = &self.page[start..end];
        let (indent, column) = indentation(line);
        // Most lines of a fenced block look like none that ends it.
        let is_code = |open: &Open<'_>| column >= open.floor && line.as_bytes().get(indent).is_some_and(u8::is_ascii_alphanumeric);
        if self.fence.as_ref().is_some_and(is_code) {
            return Some(());
        }
        let content = line.trim_ascii();
        let fence = Fence::new(content).filter(|fence| fence.marker != b':');
        if let Some(open) = self.fence {
            return self.fenced(start..end, fence, open, column, content);
        }
        if self.in_comment {
            return self.comment(content);
        }
        if self.in_esm && content.starts_with(":::") {
            return None;
        }
        if content.is_empty() || content.starts_with(":::") {
            (self.after_blank, self.in_html, self.has_spans, self.in_esm) = (true, false, true, false);
            return Some(());
        }
        let has_tab = line[..indent].contains('\t');
        if let Some(fence) = fence {
            return self.opened(start, fence, column, has_tab);
        }
        let content_column = self.list_items(content, column);
        if content_column > column {
            let inner = content.trim_start_matches(|c: char| matches!(c, ' ' | '\t' | '*' | '+' | '-' | '.' | ')') || c.is_ascii_digit());
            // A number other than one may begin no item.
            let begins = self.after_blank || !content.starts_with(|c: char| c.is_ascii_digit()) || content.starts_with("1.");
            if let Some(fence) = Fence::new(inner).filter(|fence| fence.marker != b':' && begins && column < 4 && !content.contains('\t')) {
                return self.opened(start, fence, content_column, has_tab);
            }
        }
        self.after_blank = false;
        self.text(start, content, line)
    }

    /// The start of the next line that may be more than code, at or after `at`, where a line starts.
    fn next_line(&self, at: usize) -> usize {
        let Some(open) = self.fence.filter(|open| open.floor == 0) else { return at };
        // No line ends the block but one with its marker.
        let rest = &self.page.as_bytes()[at..];
        match memchr::memmem::find(rest, &[open.fence.marker; 3]) {
            Some(marker) => memchr::memrchr(b'\n', &rest[..marker]).map_or(at, |end| at + end + 1),
            None => self.page.len(),
        }
    }

    /// A line with which a fence may be opened in this column.
    fn opened(&mut self, start: usize, fence: Fence<'t>, column: usize, has_tab: bool) -> Certain {
        self.close_items(column);
        let is_fence = self.is_mdx || (!has_tab && (column < 4 || self.after_blank));
        if !is_fence || self.in_tag || self.in_esm || self.in_html || fence.info == "mdx-code-block" {
            return None;
        }
        let floor = self.items.iter().rev().find(|content| **content <= column).copied().unwrap_or_default();
        // What is indented further may be code in itself.
        let floor = if self.is_mdx || column < 4 { floor } else { column };
        self.live.push(self.from..start);
        self.fence = Some(Open { fence, column, floor });
        self.has_spans = true;
        Some(())
    }

    /// A line after an open fence.
    fn fenced(&mut self, line: Range<usize>, fence: Option<Fence<'t>>, open: Open<'t>, column: usize, content: &str) -> Certain {
        let closes = fence.is_some_and(|fence| fence.closes(&open.fence));
        let is_quoted = || content.starts_with('>') && Fence::new(content.trim_start_matches(['>', ' ', '\t'])).is_some();
        let is_end = column >= open.floor && (self.is_mdx || column < 4 || column == open.column);
        let is_certain = content.is_empty() || (if closes { is_end } else { column >= open.floor && !is_quoted() });
        if !is_certain {
            // All of it counts, from here on.
            self.fence = None;
            self.from = line.start;
            return None;
        }
        if closes {
            self.fence = None;
            self.from = line.end;
            (self.after_blank, self.in_html) = (true, false);
        }
        Some(())
    }

    /// A line of a comment of MDX.
    fn comment(&mut self, content: &str) -> Certain {
        let Some((_, rest)) = content.split_once("*/") else { return Some(()) };
        self.in_comment = false;
        // What follows on the line is not looked at.
        (rest == "}").then_some(())
    }

    /// Takes note of the items of lists that a line opens, and of those that it ends. Gives the column where its content starts.
    fn list_items(&mut self, mut content: &str, mut column: usize) -> usize {
        let mut is_first = true;
        while let Some((length, next)) = list_marker(content, column) {
            if std::mem::take(&mut is_first) {
                self.close_items(column);
            }
            self.items.push(next);
            content = content.get(length..).unwrap_or_default();
            column = next;
        }
        if is_first && self.after_blank {
            self.close_items(column);
        }
        column
    }

    /// Ends the items whose content starts behind this column.
    fn close_items(&mut self, column: usize) {
        self.items.retain(|content| *content <= column);
    }

    /// A line of text, or of HTML.
    fn text(&mut self, start: usize, content: &str, line: &str) -> Certain {
        let inner = content.trim_start_matches(|c: char| matches!(c, ' ' | '\t' | '>' | '*' | '+' | '-' | '.' | ')') || c.is_ascii_digit());
        self.in_esm |= self.is_mdx && (content.starts_with("import") || content.starts_with("export"));
        let marks = Marks::of(content.as_bytes(), self.in_esm);
        if marks.has_fence {
            return None;
        }
        if inner.starts_with('<') {
            let is_comment = inner.starts_with("<!--") && inner.contains("-->");
            let goes_on = ["<pre", "<script", "<style", "<textarea", "<!", "<?"].iter().any(|tag| {
                let ends = |rest: &str| tag.len() == 2 || !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
                inner.split_at_checked(tag.len()).is_some_and(|(start, rest)| start.eq_ignore_ascii_case(tag) && ends(rest))
            });
            if goes_on && !is_comment {
                return None;
            }
            self.in_html |= !self.is_mdx;
        }
        if self.is_mdx {
            self.mdx(&marks, content)?;
        }
        self.has_spans &= !self.in_html;
        if self.has_spans && marks.has_backtick {
            self.spans(start, line);
        }
        Some(())
    }

    /// An expression of MDX that goes on may hold anything; a tag that goes on may hold a fence.
    fn mdx(&mut self, marks: &Marks, content: &str) -> Certain {
        if marks.braces == 1 && !self.in_esm && content.starts_with("{/*") && !content.contains("*/") {
            self.in_comment = true;
            return Some(());
        }
        if marks.braces != 0
            || marks.has_open_string
            || (self.in_esm && (marks.parentheses != 0 || marks.brackets != 0 || marks.backticks % 2 == 1))
        {
            return None;
        }
        self.in_tag = match marks.last_angle {
            Some(angle) => angle == b'<',
            None => self.in_tag,
        };
        Some(())
    }

    /// Leaves out the code spans of a line, as far as there is no doubt.
    fn spans(&mut self, start: usize, line: &str) {
        let bytes = line.as_bytes();
        let mut at = 0;
        while let Some(next) = find(&bytes[at..], |byte| matches!(byte, b'`' | b'<' | b'\\' | b']' | b'{')).map(|length| at + length) {
            let before_backtick = |close: u8| {
                let rest = &bytes[next..];
                memchr::memchr2(close, b'`', rest).is_some_and(|at| rest[at] == close)
            };
            let is_certain = match bytes[next] {
                b'<' => {
                    !bytes.get(next + 1).is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'!' | b'?'))
                        || before_backtick(b'>')
                }
                // A character that is escaped opens nothing.
                b'\\' if bytes.get(next + 1) == Some(&b'{') => {
                    at = next + 2;
                    continue;
                }
                b'\\' => bytes.get(next + 1) != Some(&b'`'),
                b']' => bytes.get(next + 1) != Some(&b'(') || before_backtick(b')'),
                b'{' => !self.is_mdx,
                _ => {
                    let Some(end) = span_end(line, next) else {
                        self.has_spans = false;
                        return;
                    };
                    self.live.push(self.from..start + next);
                    self.from = start + end;
                    at = end;
                    continue;
                }
            };
            if !is_certain {
                self.has_spans = false;
                return;
            }
            at = next + 1;
        }
    }
}

/// How many bytes of white space a line begins with, and how many columns those are.
fn indentation(line: &str) -> (usize, usize) {
    let mut column = 0;
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            b' ' => column += 1,
            b'\t' => column += 4 - column % 4,
            _ => return (at, column),
        }
    }
    (line.len(), column)
}

/// The end of the code span that starts with the backtick at `start`, if it ends on the line and in the table's cell.
fn span_end(line: &str, start: usize) -> Option<usize> {
    let bytes = line.as_bytes();
    let run = |at: usize| bytes[at..].iter().take_while(|byte| **byte == b'`').count();
    let length = run(start);
    let mut at = start + length;
    loop {
        let next = at + memchr::memchr(b'`', &bytes[at..])?;
        if run(next) == length {
            return (!line[start..next].contains('|')).then_some(next + length);
        }
        at = next + run(next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is live, with a mark where something is left out.
    fn live(page: &str) -> String {
        let mut reader = Reader::new(page, false);
        let mut out = String::new();
        for (at, c) in page.char_indices() {
            match reader.is_live(at) {
                true => out.push(c),
                false if out.ends_with('~') => {}
                false => out.push('~'),
            }
        }
        out
    }

    #[test]
    fn fences_and_code_spans_are_left_out() {
        assert_eq!(live("a\n```js\nb\n```\nc\n"), "a\n~c\n");
        assert_eq!(live("1. a\n\n    ~~~\n\n    b\n    ~~~\n    c\n"), "1. a\n\n~    c\n");
        assert_eq!(live("- ```\n  b\n  ```\n   ```\n  b\n  ```\nc"), "~c");
        assert_eq!(live("a `b` c ``d ` e`` f\n```\nb"), "a ~ c ~ f\n~");
    }

    #[test]
    fn doubt_lets_all_the_rest_live() {
        for rest in ["- ```\n b\n  ```\nc", "<div>\n```\nb\n\n```\nc", "<!--\n\n```\n-->\nc\n```\n", "text\n    ```\n    b\n    ```"] {
            assert!(live(rest).ends_with(rest.get(rest.len() - 3..).unwrap_or_default()), "{rest}");
        }
        assert_eq!(live("| `a | b` |"), "| `a | b` |");
        assert_eq!(live("`a\n`<b>`\n\n`c`"), "`a\n`<b>`\n\n~");
        assert_eq!(live("[a](b`c) <d> `e"), "[a](b`c) <d> `e");
    }
}
