//! MDX: JSX, expressions and `import`s are cut out of a page, so that CommonMark can read the rest.

mod jsx;
mod scan;

use memchr::memmem;

use super::comment::Comments;
use super::extensions::{Fence, list_marker};
use crate::model::{Text, TextBuilder, Vocabulary};
use crate::parse::html::braces::Budget;
use jsx::Jsx;
pub(super) use jsx::Parts;
use scan::NoTag;

/// How many elements may be open before no more are matched with their ends.
const MAX_OPEN: usize = 256;

/// Whether a page is MDX: its name says so, or it imports as only MDX can (Docusaurus reads `.md` as MDX).
pub(super) fn is_mdx(path: &str, page: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    if name.split('.').skip(1).any(|part| part.eq_ignore_ascii_case("mdx")) {
        return true;
    }
    if memmem::find(page.as_bytes(), b"import ").is_none() || memmem::find(page.as_bytes(), b"/>").is_none() {
        return false;
    }
    let mut fence: Option<Fence<'_>> = None;
    page.lines().any(|line| match (&fence, Fence::new(line.trim_start())) {
        (Some(open), Some(close)) if close.closes(open) => {
            fence = None;
            false
        }
        (None, Some(open)) => {
            fence = Some(open);
            false
        }
        (Some(_), _) => false,
        (None, None) => line.starts_with("import ") && line.contains(" from ") && scan::starts_esm(line),
    })
}

/// A page without its JSX, and what that comes to.
pub(super) fn cut<'s>(page: Text<'s>, vocabulary: &Vocabulary, comments: &mut Comments) -> (Text<'s>, Parts<'s>) {
    let mut cutter = Cutter {
        chars: page.as_str(),
        page: &page,
        jsx: Jsx::new(&page, vocabulary),
        comments,
        out: TextBuilder::new(),
        copied: 0,
        open: Vec::new(),
        reads_tags: true,
        reads_expressions: true,
        in_mdx_block: false,
        paragraph_end: 0,
        budget: Budget::new(page.len()),
    };
    cutter.page();
    let parts = cutter.jsx.finish();
    (cutter.out.finish(), parts)
}

struct Cutter<'p, 's, 'c> {
    page: &'p Text<'s>,
    chars: &'p str,
    jsx: Jsx<'p, 's>,
    comments: &'c mut Comments,
    out: TextBuilder,
    /// Up to where the page was copied, or cut.
    copied: usize,
    /// Elements that are open, by name and start.
    open: Vec<(&'p str, usize)>,
    reads_tags: bool,
    reads_expressions: bool,
    /// Whether a fence of `mdx-code-block` is open, whose content is a part of the page.
    in_mdx_block: bool,
    /// The end of the paragraph that was looked at last.
    paragraph_end: usize,
    budget: Budget,
}

impl<'p> Cutter<'p, '_, '_> {
    fn page(&mut self) {
        let mut at = 0;
        let mut after_blank = true;
        while at < self.chars.len() {
            let end = memchr::memchr(b'\n', &self.chars.as_bytes()[at..]).map_or(self.chars.len(), |length| at + length + 1);
            let line = &self.chars[at..end];
            let content = content_of(line);
            if let Some(fence) = Fence::new(content).filter(|fence| fence.marker != b':') {
                at = self.fence(end, &fence);
                after_blank = false;
            } else if after_blank && scan::starts_esm(line.trim_end()) {
                let esm = scan::esm_end(self.chars, at, &mut self.budget);
                self.jsx.esm(at..esm);
                self.cut(at..esm, "\n");
                at = esm;
            } else {
                after_blank = content.is_empty();
                at = self.line(at, end);
            }
        }
        let end = self.chars.len();
        self.cut(end..end, "");
    }

    /// Steps over a fenced block whose first line ends at `at`; gives where it ends.
    fn fence(&mut self, mut at: usize, fence: &Fence<'_>) -> usize {
        if fence.info == "mdx-code-block" || (self.in_mdx_block && fence.info.is_empty()) {
            self.in_mdx_block = !self.in_mdx_block;
            return at;
        }
        while at < self.chars.len() {
            let end = memchr::memchr(b'\n', &self.chars.as_bytes()[at..]).map_or(self.chars.len(), |length| at + length + 1);
            let line = self.chars[at..end].trim_start_matches([' ', '\t', '>']);
            let is_close = Fence::new(line.trim_end()).is_some_and(|close| close.closes(fence));
            at = end;
            if is_close {
                break;
            }
        }
        at
    }

    /// Reads a line from `at` to `end`; gives where to go on, which is after `end` where a tag or expression goes on.
    fn line(&mut self, start: usize, mut end: usize) -> usize {
        let bytes = self.chars.as_bytes();
        let mut at = start;
        while at < end {
            let Some(next) = bytes[at..end].iter().position(|byte| matches!(byte, b'<' | b'{' | b'`' | b'\\')).map(|length| at + length)
            else {
                break;
            };
            let after = match bytes[next] {
                b'\\' => next + 2,
                b'`' => self.code_span(next),
                b'<' if self.reads_tags => self.tag(next, start).unwrap_or(next + 1),
                b'{' if self.reads_expressions => self.expression(next, start).unwrap_or(next + 1),
                _ => next + 1,
            };
            at = after;
            if at > end {
                // The rest of the line in which it ends.
                end = memchr::memchr(b'\n', &bytes[at.min(bytes.len())..]).map_or(bytes.len(), |length| at + length + 1);
            }
        }
        end
    }

    /// The end of the code span that opens at `start`, or of the backticks where none does.
    fn code_span(&mut self, start: usize) -> usize {
        let bytes = self.chars.as_bytes();
        let length = bytes[start..].iter().take_while(|&&byte| byte == b'`').count();
        let mut at = start + length;
        // It ends in the same paragraph.
        let limit = self.paragraph_end(at);
        while let Some(next) = memchr::memchr(b'`', &bytes[at..limit]).map(|length| at + length) {
            let run = bytes[next..].iter().take_while(|&&byte| byte == b'`').count();
            if run == length {
                return next + run;
            }
            at = next + run;
        }
        start + length
    }

    /// The end of the paragraph that `at` lies in.
    fn paragraph_end(&mut self, at: usize) -> usize {
        if self.paragraph_end <= at {
            let mut starts = memchr::memchr_iter(b'\n', &self.chars.as_bytes()[at..]).map(|length| at + length + 1);
            self.paragraph_end = starts.find(|&next| starts_block(&self.chars[next..])).unwrap_or(self.chars.len());
        }
        self.paragraph_end
    }

    fn tag(&mut self, start: usize, line: usize) -> Option<usize> {
        let tag = match scan::tag_at(self.chars, start, &mut self.budget) {
            Ok(tag) => tag,
            Err(NoTag::Text) => return None,
            Err(NoTag::Unclosed) => {
                self.reads_tags = false;
                return None;
            }
        };
        self.jsx.tag(start, &tag);
        self.note_element(start, &tag);
        let alone = self.is_alone(start..tag.end, line);
        self.cut(start..tag.end, if alone { "" } else { " " });
        Some(tag.end)
    }

    /// Notes the whole element as a block that a comment before it covers.
    fn note_element(&mut self, start: usize, tag: &scan::Tag) {
        if !self.comments.is_active() {
            return;
        }
        let name = &self.chars[tag.name.clone()];
        let from = match (tag.is_closing, tag.is_self_closing) {
            (true, _) => self.open.iter().rposition(|(open, _)| *open == name).map(|at| {
                let from = self.open.get(at).map_or(start, |(_, from)| *from);
                self.open.truncate(at);
                from
            }),
            (false, true) => Some(start),
            (false, false) => {
                if self.open.len() < MAX_OPEN {
                    self.open.push((name, start));
                }
                None
            }
        };
        if let Some(from) = from {
            self.comments.container(self.page.span(from..tag.end));
        }
    }

    fn expression(&mut self, start: usize, line: usize) -> Option<usize> {
        let Some(end) = scan::expression_end(self.chars.as_bytes(), start) else {
            self.reads_expressions = false;
            return None;
        };
        let alone = self.is_alone(start..end, line);
        let inner = self.page.slice(start + 1..end - 1);
        let words =
            inner.as_str().trim().strip_prefix("/*").and_then(|words| words.strip_suffix("*/")).filter(|words| !words.contains("*/"));
        match words {
            Some(words) => {
                let from = start + self.chars[start..end].find(words).unwrap_or(1);
                let words = self.page.slice(from..from + words.len());
                self.comments.add(self.page.span(start..end), &words, alone);
            }
            None => self.jsx.expression(start + 1..end - 1),
        }
        if alone {
            self.cut(start..end, "");
        } else {
            self.push_until(start);
            self.out.hole("{}", self.page.span(start..end));
            self.copied = end;
        }
        Some(end)
    }

    /// Whether nothing but tags and white space stands before `range` since `line`, or after it on its last line.
    fn is_alone(&self, range: std::ops::Range<usize>, line: usize) -> bool {
        let before = &self.chars[self.copied.max(line).min(range.start)..range.start];
        let after = self.chars.as_bytes()[range.end..].iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
        before.trim_start_matches([' ', '\t', '>']).is_empty() && after.is_none_or(|byte| matches!(byte, b'\n' | b'<'))
    }

    fn push_until(&mut self, at: usize) {
        self.out.push(self.page, self.copied..at);
        self.copied = at;
    }

    /// Leaves out a stretch of the page, which `chars` stand for.
    fn cut(&mut self, range: std::ops::Range<usize>, chars: &str) {
        self.push_until(range.start);
        self.out.escaped(chars, self.page.span(range.start..range.start));
        self.copied = range.end;
    }
}

/// Whether a line is blank or starts a block, and so ends the paragraph before it.
fn starts_block(line: &str) -> bool {
    let content = line.trim_start_matches([' ', '\t', '\r']);
    content.is_empty()
        || content.starts_with(['\n', '#', '>', '|', '='])
        || list_marker(content.lines().next().unwrap_or_default(), 0).is_some()
        || ((content.starts_with("```") || content.starts_with("~~~")) && Fence::new(content.lines().next().unwrap_or_default()).is_some())
}

/// A line without indentation, markers of quotes and lists, and white space at its end.
fn content_of(line: &str) -> &str {
    let mut content = line.trim_end();
    loop {
        content = content.trim_start();
        match content.strip_prefix('>').or_else(|| list_marker(content, 0).map(|(length, _)| &content[length..])) {
            Some(rest) => content = rest,
            None => return content,
        }
    }
}
