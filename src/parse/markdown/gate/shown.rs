//! Whether a page may show a secret: whether a name that says secret and something that shows stand in one block of code.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem;

use crate::model::Secrets;
use crate::parse::markdown::extensions::Fence;

/// Whether any code of the page may show a secret.
pub(super) fn may_show(page: &str, is_mdx: bool, secrets: &Secrets) -> bool {
    let fences: LazyLock<Vec<Range<usize>>, _> = LazyLock::new(|| fences(page));
    let in_markup: LazyLock<bool, _> = LazyLock::new(|| has_code_element(page, &fences));
    // In MDX nothing is code because of its indentation.
    if is_mdx && !*in_markup {
        let shows = |code: &str| secrets.names(code, |_| true).next().is_some() && secrets.may_be_shown_anyhow(code);
        return fences.iter().any(|fence| shows(&page[fence.clone()]));
    }
    // The last lines that were looked at, so that each is looked at once.
    let last: RefCell<(Range<usize>, Option<Range<usize>>)> = RefCell::new((0..0, None));
    let block = |at: usize| {
        let next = fences.partition_point(|fence| fence.end <= at);
        if let Some(fence) = fences.get(next).filter(|fence| fence.contains(&at)) {
            return Some(fence.clone());
        }
        if *in_markup {
            return Some(0..page.len());
        }
        let mut last = last.borrow_mut();
        if !last.0.contains(&at) {
            *last = block(page, at);
        }
        last.1.clone()
    };
    let mut known: Option<Range<usize>> = None;
    secrets.names(page, |at| block(at).is_some()).any(|at| {
        let Some(block) = block(at).filter(|block| known.as_ref() != Some(block)) else { return false };
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
fn has_code_element(page: &str, fences: &[Range<usize>]) -> bool {
    static OPENERS: LazyLock<[memmem::Finder<'static>; 3]> = LazyLock::new(|| ["<pre", "<script", "<code"].map(memmem::Finder::new));
    let is_live = |at: usize| {
        let next = fences.partition_point(|fence| fence.end <= at);
        !page[..at].ends_with('`') && !fences.get(next).is_some_and(|fence| fence.contains(&at))
    };
    OPENERS.iter().any(|opener| opener.find_iter(page.as_bytes()).any(is_live))
}

/// What stands between fences, with all lines that may be one: where a fence does not end, up to the end of the page.
fn fences(page: &str) -> Vec<Range<usize>> {
    let bytes = page.as_bytes();
    let mut found: Vec<Range<usize>> = Vec::new();
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
                found.push(from..start);
                None
            }
            still => still,
        };
    }
    found.extend(open.map(|(from, _)| from..page.len()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_fences() {
        let inner = |page: &str| fences(page).into_iter().map(|range| page[range].to_owned()).collect::<Vec<_>>();
        assert_eq!(inner("a ```b``` c\n```sh\nd\n```\n> ~~~\n> e\n> ~~~\nf\n- ````\n  ```\n  g\n"), ["\nd\n", "\n> e\n", "\n  ```\n  g\n"]);
    }
}
