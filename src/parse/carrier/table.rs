//! Header tables of pages: a row that has a header's name in one cell and its value in another.

use std::ops::Range;

use super::find::{Found, Shape};
use super::forbid;
use super::header::{SCHEMES, header_name};
use crate::model::Carrier;

/// The header whose value is the credential at `key`, in a row of a Markdown table.
pub(super) fn markdown(text: &str, key: &Range<usize>) -> Option<Found> {
    let start = text.get(..key.start)?.rfind('\n').map_or(0, |at| at + 1);
    let end = key.end + text.get(key.end..)?.find('\n').unwrap_or(text.len() - key.end);
    let line = text.get(start..end)?;
    let mut cells = Vec::new();
    let mut cell = start;
    for (at, _) in line.match_indices('|').filter(|(at, _)| !line.get(..*at).is_some_and(|before| before.ends_with('\\'))) {
        cells.push(cell..start + at);
        cell = start + at + 1;
    }
    cells.push(cell..end);
    let found = row(text, &cells, key)?;
    (!forbid::forbids(line) && !head_forbids(text, start)).then_some(found)
}

/// The header whose value is the credential at `key`, in a row of an HTML table.
pub(super) fn html(text: &str, key: &Range<usize>) -> Option<Found> {
    const FAR: usize = 2_000;
    let before = text.get(..key.start)?;
    let row_start = memchr::memmem::rfind(before.as_bytes(), b"<tr").filter(|at| key.start - at < FAR)?;
    let row_end = key.end + memchr::memmem::find(text.get(key.end..)?.as_bytes(), b"</tr").filter(|at| *at < FAR)?;
    let inside = text.get(row_start..row_end)?;
    let mut starts: Vec<usize> = inside.match_indices("<td").chain(inside.match_indices("<th")).map(|(at, _)| row_start + at).collect();
    starts.sort_unstable();
    starts.push(row_end);
    let cells: Vec<Range<usize>> = starts.windows(2).filter_map(|pair| Some(*pair.first()?..*pair.last()?)).collect();
    let found = row(text, &cells, key)?;
    (!forbid::forbids(inside)).then_some(found)
}

/// Name and value among the cells of a row.
fn row(text: &str, cells: &[Range<usize>], key: &Range<usize>) -> Option<Found> {
    let value = cells.iter().position(|cell| cell.start <= key.start && key.end <= cell.end)?;
    let content = content(text, cells.get(value)?)?;
    let before = text.get(content.start..key.start)?.trim_end_matches(['<', ' ']);
    let rest = text.get(key.end..content.end)?;
    if !rest.trim_matches(['>', ' ']).is_empty() {
        return None;
    }
    let scheme = (!before.is_empty()).then_some(content.start..content.start + before.len());
    if scheme.is_some() && !SCHEMES.contains(&before.to_ascii_lowercase().as_str()) {
        return None;
    }
    let (name, written) = cells.get(..value)?.iter().find_map(|cell| {
        let name = self::content(text, cell)?;
        let written = header_name(text.get(name.clone())?, false, || false)?;
        Some((name, written))
    })?;
    Some(Found {
        carrier: Carrier::Header { name: written, scheme: scheme.clone().and_then(|range| text.get(range)).map(ToOwned::to_owned) },
        range: name.start..key.end.max(content.end),
        name: Some(name),
        scheme: scheme.map(|scheme| scheme.start..key.start),
        shape: Shape::Pair,
    })
}

/// What a cell says, without tags, code marks, emphasis and quotes around it.
fn content(text: &str, cell: &Range<usize>) -> Option<Range<usize>> {
    let mut range = cell.clone();
    loop {
        let inner = text.get(range.clone())?;
        let start = inner.len() - inner.trim_start_matches([' ', '\t', '\n', '\r', '`', '*', '"']).len();
        let tag = inner.get(start..)?.strip_prefix('<').filter(|tag| is_tag(tag)).and_then(|tag| tag.find('>'));
        let start = start + tag.map_or(0, |end| end + 2);
        let rest = inner.get(start..)?;
        let end = rest.trim_end_matches([' ', '\t', '\n', '\r', '`', '*', '"']).len();
        let kept = rest.get(..end)?;
        let end = match kept.strip_suffix('>').and_then(|_| kept.rfind("</")) {
            Some(tag) => tag,
            None => end,
        };
        let next = range.start + start..range.start + start + end;
        if next == range {
            return Some(range);
        }
        range = next;
    }
}

/// Whether what follows `<` is the name of a tag, and no placeholder such as `<your_key>`.
fn is_tag(text: &str) -> bool {
    let name = text.trim_start_matches('/');
    let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
    end > 0 && name.get(end..).is_some_and(|rest| rest.starts_with([' ', '>', '/', '\n']))
}

/// Whether the head of the table, or the text before it, forbids what it shows.
fn head_forbids(text: &str, row: usize) -> bool {
    const ROWS: usize = 60;
    let mut start = row;
    for _ in 0..ROWS {
        let before = text.get(..start.saturating_sub(1)).unwrap_or_default();
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        if start == 0 || !before.get(line..).is_some_and(|line| line.contains('|')) {
            break;
        }
        start = line;
    }
    let head = text.get(start..row).unwrap_or_default().lines().next().unwrap_or_default();
    forbid::forbids(head) || forbid::introduction_forbids(text, start)
}
