//! The raw HTML of a page, joined in order into one HTML text, so that one HTML parse sees `<base>`, `<svg>` and the like
//! together. The Markdown between does not take part, unless an element of raw HTML holds it as mere text (`<script>`).

use std::ops::Range;

use memchr::memmem;

use crate::model::{Span, Text, TextBuilder};

/// Elements whose content is text, up to their end tag (WHATWG HTML, section 13.1.2).
const TEXT_ELEMENTS: [&str; 9] = ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "plaintext"];

/// Raw HTML so far.
#[derive(Debug, Default)]
pub(super) struct RawHtml {
    joined: TextBuilder,
    /// Terminators that were looked for in vain, with the end of the stretch where they are not.
    absent: Vec<(&'static str, usize)>,
}

impl RawHtml {
    /// Adds one HTML block, or inline tag, that ends at `end` of the page. Gives the end of what its text element or comment
    /// holds of the page's text before `limit`, where it leaves one open.
    pub(super) fn add(&mut self, html: &Text<'_>, page: &Text<'_>, end: usize, limit: usize) -> Option<usize> {
        self.joined.push(html, 0..html.len());
        let open = open_at_end(html.as_str());
        let point = page.span(end..end);
        let (close, is_comment) = match open {
            Open::Nothing => {
                self.joined.escaped("\n", point);
                return None;
            }
            Open::Tag(quote) => {
                // A tag that its block leaves open would swallow the next one.
                self.joined.escaped(quote, point);
                self.joined.escaped(">\n", point);
                return None;
            }
            Open::Comment => ("-->", true),
            Open::Text(name) => (name, false),
        };
        match self.find_close(close, is_comment, page.as_str(), end..limit.max(end)) {
            Some(until) => {
                self.joined.push(page, end..until);
                self.joined.escaped("\n", page.span(until..until));
                Some(until)
            }
            None => {
                self.close(close, is_comment, point);
                None
            }
        }
    }

    fn close(&mut self, close: &str, is_comment: bool, point: Span) {
        let tag = if is_comment { "-->\n".to_owned() } else { format!("</{close}>\n") };
        self.joined.escaped(&tag, point);
    }

    fn find_close(&mut self, close: &'static str, is_comment: bool, page: &str, within: Range<usize>) -> Option<usize> {
        if self.absent.iter().any(|&(what, end)| what == close && within.end <= end) {
            return None;
        }
        let found = if is_comment {
            memmem::find(&page.as_bytes()[within.clone()], b"-->").map(|at| within.start + at + 3)
        } else {
            find_end_tag(&page[within.clone()], close).map(|at| within.start + at)
        };
        if found.is_none() {
            self.absent.retain(|&(what, _)| what != close);
            self.absent.push((close, within.end));
        }
        found
    }

    /// The joined HTML, if there is any that an HTML parser could learn something from.
    pub(super) fn finish(self) -> Option<Text<'static>> {
        (!self.joined.is_empty()).then(|| self.joined.finish())
    }
}

/// What a piece of HTML leaves open at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Nothing,
    /// A tag, in this quote or none.
    Tag(&'static str),
    Comment,
    /// A text element.
    Text(&'static str),
}

fn open_at_end(html: &str) -> Open {
    let bytes = html.as_bytes();
    let mut at = 0;
    while let Some(next) = memchr::memchr(b'<', &bytes[at..]).map(|length| at + length) {
        let rest = &html[next..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            // `<!-->` and `<!--->` are whole comments.
            let short = ["->", ">"].into_iter().find(|end| comment.starts_with(end));
            match short.map(str::len).or_else(|| memmem::find(comment.as_bytes(), b"-->").map(|length| length + 3)) {
                Some(length) => at = next + 4 + length,
                None => return Open::Comment,
            }
            continue;
        }
        let after = bytes.get(next + 1).copied().unwrap_or_default();
        if !(after.is_ascii_alphabetic() || matches!(after, b'/' | b'!' | b'?')) {
            at = next + 1;
            continue;
        }
        match tag_end(&bytes[next..]) {
            Ok(length) => at = next + length,
            Err(quote) => return Open::Tag(quote),
        }
        let Some(name) = text_element(&rest[1..]) else { continue };
        match find_end_tag(&html[at..], name) {
            Some(length) => at += length,
            None => return Open::Text(name),
        }
    }
    Open::Nothing
}

/// The length of the tag that `bytes` starts with, or the quote that stays open in it.
fn tag_end(bytes: &[u8]) -> Result<usize, &'static str> {
    let mut quote = None;
    let mut after_equals = false;
    for (at, &byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (Some(open), _) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') if after_equals => quote = Some(byte),
            (None, b'>') => return Ok(at + 1),
            (None, _) => {}
        }
        if !byte.is_ascii_whitespace() {
            after_equals = byte == b'=';
        }
    }
    Err(match quote {
        Some(b'"') => "\"",
        Some(_) => "'",
        None => "",
    })
}

/// The text element whose name `tag` starts with.
fn text_element(tag: &str) -> Option<&'static str> {
    let length = tag.bytes().take_while(u8::is_ascii_alphabetic).count();
    if tag[length..].starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == ':') {
        return None;
    }
    TEXT_ELEMENTS.into_iter().find(|name| tag[..length].eq_ignore_ascii_case(name))
}

/// The end of the end tag of `name` in `text`.
fn find_end_tag(text: &str, name: &str) -> Option<usize> {
    let start = memmem::find_iter(text.as_bytes(), b"</").find(|&at| {
        let tag = &text.as_bytes()[at + 2..];
        tag.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
            && tag.get(name.len()).is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'))
    })?;
    Some(memchr::memchr(b'>', &text.as_bytes()[start..]).map_or(text.len(), |length| start + length + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_open() {
        for (html, open) in [
            ("<div title='a>b'>", Open::Nothing),
            ("<div title=\"a", Open::Tag("\"")),
            ("<div title=it's>", Open::Nothing),
            ("<div\n", Open::Tag("")),
            ("a < b <!--> <!-- x --> <!", Open::Tag("")),
            ("<div><!-- <script>", Open::Comment),
            ("<script>'<!-- </script> <SCRIPT src=x>", Open::Text("script")),
            ("<script-x> <style></style>", Open::Nothing),
        ] {
            assert_eq!(open_at_end(html), open, "{html}");
        }
    }

    fn joined(page: &str, chunks: &[Range<usize>]) -> (String, Vec<Option<usize>>) {
        let text = Text::exact(page, 0);
        let mut html = RawHtml::default();
        let held = chunks.iter().map(|range| html.add(&text.slice(range.clone()), &text, range.end, page.len())).collect();
        (html.finish().unwrap().as_str().to_owned(), held)
    }

    #[test]
    fn a_script_goes_on_over_blank_lines() {
        let page = "<div>\n<script>\na = 1\n\nb = '*c*'\n</script>\n\ntext <i>";
        let (html, held) = joined(page, &[0..21, page.len() - 3..page.len()]);
        assert_eq!(html, "<div>\n<script>\na = 1\n\nb = '*c*'\n</script>\n<i>\n");
        assert_eq!(held, [Some(41), None]);
    }

    #[test]
    fn what_is_never_closed_ends_with_its_block() {
        assert_eq!(joined("<title>\n\n<b>", &[0..7, 9..12]).0, "<title></title>\n<b>\n");
        assert_eq!(joined("<p a=\"x>\n\n<b>", &[0..8, 10..13]).0, "<p a=\"x>\">\n<b>\n");
        assert_eq!(joined("<p><!-- x\n\n<b>", &[0..9, 11..14]).0, "<p><!-- x-->\n<b>\n");
    }
}
