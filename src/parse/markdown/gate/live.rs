//! Which stretches of a page may be more than code, without parsing it.
//!
//! A fence or a code span is left out only where every reading of the page agrees on it. At the first doubt (a fence in a list
//! item's first line, a line that may or may not end a list, HTML that goes on over blank lines) all the rest counts as live.

use std::ops::Range;

use crate::parse::markdown::extensions::Fence;

/// The stretches that may be live, in order.
pub(super) fn stretches(page: &str, is_mdx: bool) -> Vec<Range<usize>> {
    let mut reader = Reader {
        page,
        is_mdx,
        live: Vec::new(),
        from: 0,
        fence: None,
        after_blank: true,
        in_html: false,
        has_spans: true,
        in_tag: false,
        in_esm: false,
    };
    let mut at = 0;
    while at < page.len() {
        let end = memchr::memchr(b'\n', &page.as_bytes()[at..]).map_or(page.len(), |length| at + length + 1);
        if reader.line(at, end).is_none() {
            break;
        }
        at = end;
    }
    reader.finish()
}

/// There is no telling from here on.
type Certain = Option<()>;

struct Reader<'t> {
    page: &'t str,
    is_mdx: bool,
    live: Vec<Range<usize>>,
    /// Where the live stretch starts that is being read.
    from: usize,
    /// The fence that is open, and its column.
    fence: Option<(Fence<'t>, usize)>,
    after_blank: bool,
    /// Whether a line since the last blank one starts with a tag: then this may be an HTML block, where nothing is code.
    in_html: bool,
    /// Whether all code spans since the last blank line end on their lines.
    has_spans: bool,
    /// Whether a tag of MDX goes on.
    in_tag: bool,
    /// Whether a line since the last blank one starts with `import` or `export` in MDX.
    in_esm: bool,
}

impl<'t> Reader<'t> {
    fn finish(mut self) -> Vec<Range<usize>> {
        if self.fence.is_none() {
            self.live.push(self.from..self.page.len());
        }
        self.live
    }

    fn line(&mut self, start: usize, end: usize) -> Certain {
        let line = &self.page[start..end];
        let indent = line.bytes().take_while(|byte| *byte == b' ').count();
        // Most lines of a fenced block are indented as it is, and don't look like its end.
        let is_code = |column| indent >= column && line.as_bytes().get(indent).is_some_and(u8::is_ascii_alphanumeric);
        if self.fence.as_ref().is_some_and(|(_, column)| is_code(*column)) {
            return Some(());
        }
        let content = line.trim_ascii();
        let fence = Fence::new(content).filter(|fence| fence.marker != b':');
        if let Some((open, column)) = self.fence {
            return self.fenced(start, end, fence, (open, column), indent, content);
        }
        if self.in_esm && content.starts_with(":::") {
            return None;
        }
        if content.is_empty() || content.starts_with(":::") {
            (self.after_blank, self.in_html, self.has_spans, self.in_esm) = (true, false, true, false);
            return Some(());
        }
        if let Some(fence) = fence {
            let is_certain =
                !line[indent..].starts_with('\t') && !self.in_tag && !self.in_esm && (indent < 4 || self.after_blank || self.is_mdx);
            if is_certain && !self.in_html && fence.info != "mdx-code-block" {
                self.live.push(self.from..start);
                self.fence = Some((fence, indent));
                self.has_spans = true;
                return Some(());
            }
            return None;
        }
        self.after_blank = false;
        self.text(start, content, line)
    }

    /// A line after an open fence.
    fn fenced(
        &mut self,
        start: usize,
        end: usize,
        fence: Option<Fence<'t>>,
        open: (Fence<'t>, usize),
        indent: usize,
        content: &str,
    ) -> Certain {
        let (open, column) = open;
        let closes = fence.is_some_and(|fence| fence.closes(&open));
        let is_certain = content.is_empty() || (indent >= column && (!closes || indent == column));
        if !is_certain || (closes && self.page[start + indent..end].starts_with('\t')) {
            // All of it counts, from here on.
            self.fence = None;
            self.from = start;
            return None;
        }
        if closes {
            self.fence = None;
            self.from = end;
            (self.after_blank, self.in_html) = (true, false);
        }
        Some(())
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
            self.mdx(&marks)?;
        }
        self.has_spans &= !self.in_html;
        if self.has_spans && marks.has_backtick {
            self.spans(start, line);
        }
        Some(())
    }

    /// An expression of MDX that goes on may hold anything; a tag that goes on may hold a fence.
    fn mdx(&mut self, marks: &Marks) -> Certain {
        if marks.braces != 0 || (self.in_esm && (marks.parentheses != 0 || marks.brackets != 0 || marks.backticks % 2 == 1)) {
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
                memchr::memchr(close, rest).is_some_and(|close| memchr::memchr(b'`', rest).is_none_or(|backtick| close < backtick))
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

/// Where the first byte stands of which this holds. Stretches without any are passed by with a test without branches, which
/// compilers vectorise.
fn find(bytes: &[u8], is_wanted: impl Fn(u8) -> bool) -> Option<usize> {
    let (stretches, rest) = bytes.as_chunks::<16>();
    let passed = stretches.iter().take_while(|stretch| !stretch.iter().fold(false, |any, byte| any | is_wanted(*byte))).count();
    let stretch = stretches.get(passed).map_or(rest, <[u8; 16]>::as_slice);
    stretch.iter().position(|byte| is_wanted(*byte)).map(|at| passed * 16 + at)
}

/// What stands in a line that may matter, found in one pass. Characters after a backslash don't count but for the angles.
#[derive(Default)]
struct Marks {
    /// How many more are opened than closed: `{`, `(`, `[`.
    braces: i32,
    parentheses: i32,
    brackets: i32,
    backticks: usize,
    has_backtick: bool,
    /// Whether three backticks or tildes stand in a row.
    has_fence: bool,
    /// The last of `<` and `>`.
    last_angle: Option<u8>,
}

impl Marks {
    /// The marks of a line; those of programs are looked for where it is one.
    fn of(line: &[u8], is_program: bool) -> Self {
        let mut marks = Self::default();
        // `<` and `>`, `{` to `~`, and the backtick: three tests.
        let is_mark = |byte: u8| (byte & !2 == b'<') | (byte.wrapping_sub(b'{') < 4) | (byte == b'`');
        let is_bracket = |byte| matches!(byte, b'(' | b')' | b'[' | b']');
        let mut next = 0;
        let mut of = |find: &dyn Fn(&[u8]) -> Option<usize>| {
            while let Some(length) = find(&line[next..]) {
                marks.add(line, next + length);
                next += length + 1;
            }
        };
        if is_program {
            of(&|rest| find(rest, |byte| is_mark(byte) | is_bracket(byte)));
        } else {
            of(&|rest| find(rest, is_mark));
        }
        marks
    }

    fn add(&mut self, line: &[u8], at: usize) {
        let counts = at.checked_sub(1).is_none_or(|before| line[before] != b'\\');
        let byte = line[at];
        match byte {
            b'<' | b'>' => self.last_angle = Some(byte),
            b'{' => self.braces += i32::from(counts),
            b'}' => self.braces -= i32::from(counts),
            b'(' => self.parentheses += i32::from(counts),
            b')' => self.parentheses -= i32::from(counts),
            b'[' => self.brackets += i32::from(counts),
            b']' => self.brackets -= i32::from(counts),
            b'`' | b'~' => {
                self.has_backtick |= byte == b'`';
                self.backticks += usize::from(counts && byte == b'`');
                self.has_fence |= line[at..].starts_with(&[byte; 3]);
            }
            _ => {}
        }
    }
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

    fn live(page: &str) -> String {
        stretches(page, false).into_iter().map(|range| &page[range]).collect::<Vec<_>>().join("~")
    }

    #[test]
    fn fences_and_code_spans_are_left_out() {
        assert_eq!(live("a\n```js\nb\n```\nc\n"), "a\n~c\n");
        assert_eq!(live("1. a\n\n    ~~~\n\n    b\n    ~~~\n    c\n"), "1. a\n\n~    c\n");
        assert_eq!(live("a `b` c ``d ` e`` f\n```\nb"), "a ~ c ~ f\n");
    }

    #[test]
    fn doubt_lets_all_the_rest_live() {
        for rest in [
            "- ```\n  b\n  ```\nc",
            "<div>\n```\nb\n\n```\nc",
            "<!--\n\n```\n-->\nc\n```\n",
            "text\n    ```\n    b\n    ```",
            "  ```\nb\n  ```\n",
        ] {
            assert!(live(rest).ends_with(rest.get(rest.len() - 3..).unwrap_or_default()), "{rest}");
        }
        assert_eq!(live("| `a | b` |"), "| `a | b` |");
        assert_eq!(live("`a\n`<b>`\n\n`c`"), "`a\n`<b>`\n\n~");
        assert_eq!(live("[a](b`c) <d> `e"), "[a](b`c) <d> `e");
    }
}
