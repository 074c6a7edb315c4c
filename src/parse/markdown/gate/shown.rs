//! Whether a page may show a secret: whether a name that says secret and something that shows stand in one block of code.

use std::cell::RefCell;
use std::ops::Range;

use memchr::memmem;

use crate::model::Secrets;
use crate::parse::Format;
use crate::parse::markdown::extensions::Fence;
use crate::parse::markdown::fence::Info;

/// Whether any code of the page may show a secret.
pub(super) fn may_show(page: &str, is_mdx: bool, secrets: &Secrets) -> bool {
    let fences = fences(page);
    if fences.iter().any(|fence| fence.may_show(page, secrets)) {
        return true;
    }
    let in_markup = has_code_element(page, &fences);
    // In MDX nothing is code because of its indentation.
    if is_mdx && !in_markup {
        return false;
    }
    let ends = fences.iter().map(|fence| fence.code.end);
    let starts = fences.iter().map(|fence| fence.code.start).chain([page.len()]);
    let mut gaps = std::iter::once(0).chain(ends).zip(starts).map(|(start, end)| start..end);
    gaps.any(|gap| (in_markup || may_hold_code(&page.as_bytes()[gap.clone()])) && may_show_between(page, gap, in_markup, secrets))
}

/// Whether code that no fence marks may stand in these lines: what is indented, or a tag with an event handler.
fn may_hold_code(lines: &[u8]) -> bool {
    let handles = |at: usize| {
        let name = lines[..at].trim_ascii_end();
        let start =
            name.iter().rposition(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'_' | b'.')).map_or(0, |at| at + 1);
        name[start..].len() > 2 && name[start..start + 2].eq_ignore_ascii_case(b"on")
    };
    memmem::find(lines, b"    ").is_some() || lines.contains(&b'\t') || memchr::memchr_iter(b'=', lines).any(handles)
}

/// Whether code that stands between fences may show a secret. `in_markup`: an element of code may hold any of it.
fn may_show_between(page: &str, gap: Range<usize>, in_markup: bool, secrets: &Secrets) -> bool {
    // The last lines that were looked at, so that each is looked at once.
    let last: RefCell<(Range<usize>, Option<Range<usize>>)> = RefCell::new((0..0, None));
    let block = |at: usize| {
        if in_markup {
            return Some(0..page.len());
        }
        let mut last = last.borrow_mut();
        if !last.0.contains(&at) {
            *last = block(page, at);
        }
        last.1.clone()
    };
    let mut known: Option<Range<usize>> = None;
    secrets.names(&page[gap.clone()], |at| block(gap.start + at).is_some()).any(|at| {
        let Some(block) = block(gap.start + at).filter(|block| known.as_ref() != Some(block)) else { return false };
        let shows = secrets.may_be_shown_anyhow(&page[block.clone()]);
        known = Some(block);
        shows
    })
}

/// The lines around this place that may be code without a fence, up to a blank line: they are indented, or have a tag with
/// an event handler. Indented code goes on over blank lines. Gives the lines, and the same if they may be code.
fn block(page: &str, at: usize) -> (Range<usize>, Option<Range<usize>>) {
    let bytes = page.as_bytes();
    let line = |at: usize| {
        let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |end| end + 1);
        start..memchr::memchr(b'\n', &bytes[at..]).map_or(page.len(), |length| at + length)
    };
    let is_indented = |line: &Range<usize>| bytes[line.clone()].starts_with(b"    ") || bytes[line.clone()].starts_with(b"\t");
    let is_blank = |line: &Range<usize>| bytes[line.clone()].trim_ascii().is_empty();
    let own = line(at);
    let goes_on = |line: &Range<usize>| if is_indented(&own) { is_indented(line) || is_blank(line) } else { !is_blank(line) };
    let (mut start, mut end) = (own.start, own.end);
    while let Some(before) = start.checked_sub(1).map(line).filter(goes_on) {
        start = before.start;
    }
    while let Some(after) = Some(end + 1).filter(|next| *next < page.len()).map(line).filter(goes_on) {
        end = after.end;
    }
    let lines = &bytes[start..end];
    // Code may be indented behind the marker of a quotation or of a list's item.
    let is_indented = memmem::find(&bytes[own.clone()], b"    ").is_some() || bytes[own].contains(&b'\t');
    let has_handler = lines.contains(&b'<')
        && memmem::find_iter(lines, b"on").any(|on| lines[..on].last().is_some_and(|byte| !byte.is_ascii_alphanumeric()));
    let is_code = is_indented || has_handler;
    (start..end, is_code.then_some(start..end))
}

/// Whether an element whose content is code stands in the page, outside of fences and code spans.
fn has_code_element(page: &str, fences: &[Fenced<'_>]) -> bool {
    let is_live = |at: usize| {
        let next = fences.partition_point(|fence| fence.code.end <= at);
        !page[..at].ends_with('`') && !fences.get(next).is_some_and(|fence| fence.code.contains(&at))
    };
    let opens = |at: usize| [b"pre".as_slice(), b"script", b"code"].iter().any(|name| page.as_bytes()[at + 1..].starts_with(name));
    memchr::memchr_iter(b'<', page.as_bytes()).any(|at| opens(at) && is_live(at))
}

/// What stands between fences.
struct Fenced<'t> {
    code: Range<usize>,
    info: &'t str,
}

impl Fenced<'_> {
    /// Whether the code may show a secret.
    fn may_show(&self, page: &str, secrets: &Secrets) -> bool {
        let code = &page[self.code.clone()];
        let named = || secrets.names(code, |_| true).next().is_some();
        let info = Info::new(self.info);
        let language = info.language.to_ascii_lowercase();
        // A directive may hold a page of its own.
        if language.is_empty() || info.directive.is_some() {
            return named() && secrets.may_be_shown_anyhow(code);
        }
        match Format::of_extension(&language) {
            Some(Format::Script(language)) => named() && language.may_show(code, secrets),
            Some(Format::Html | Format::Markdown | Format::Dockerfile | Format::Makefile | Format::Justfile) => {
                named() && secrets.may_be_shown_anyhow(code)
            }
            // Nothing in a sample of data, a style sheet or prose runs.
            Some(Format::Css | Format::Xml | Format::Json | Format::Yaml | Format::Toml | Format::Plain) | None => false,
        }
    }
}

/// What stands between fences, with all lines that may be one: where a fence does not end, up to the end of the page.
fn fences(page: &str) -> Vec<Fenced<'_>> {
    let bytes = page.as_bytes();
    let mut found: Vec<Fenced<'_>> = Vec::new();
    let mut open: Option<(usize, Fence<'_>)> = None;
    let mut at = 0;
    for mark in memchr::memchr2_iter(b'`', b'~', bytes) {
        if mark < at || !(bytes[mark..].starts_with(b"```") || bytes[mark..].starts_with(b"~~~")) {
            continue;
        }
        let start = memchr::memrchr(b'\n', &bytes[..mark]).map_or(0, |end| end + 1);
        at = memchr::memchr(b'\n', &bytes[mark..]).map_or(page.len(), |length| mark + length);
        let is_marker = |byte: &u8| matches!(byte, b' ' | b'\t' | b'>' | b'*' | b'+' | b'-' | b'.' | b')') || byte.is_ascii_digit();
        let Some(fence) = Fence::new(page[mark..at].trim_end()).filter(|_| bytes[start..mark].iter().all(is_marker)) else { continue };
        open = match open {
            None => Some((at, fence)),
            Some((from, opener)) if fence.closes(&opener) => {
                found.push(Fenced { code: from..start, info: opener.info });
                None
            }
            still => still,
        };
    }
    found.extend(open.map(|(from, fence)| Fenced { code: from..page.len(), info: fence.info }));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_fences() {
        let inner = |page: &str| fences(page).into_iter().map(|fence| page[fence.code].to_owned()).collect::<Vec<_>>();
        assert_eq!(inner("a ```b``` c\n```sh\nd\n```\n> ~~~\n> e\n> ~~~\nf\n- ````\n  ```\n  g\n"), ["\nd\n", "\n> e\n", "\n  ```\n  g\n"]);
    }
}
