//! A data file that says something else, with as little of it changed as can be: nodes are replaced, added and taken out, and all that
//! stands around them stays as it is.

mod block;
mod flow;
mod table;

use std::ops::Range;

use super::difference::agree;
use crate::model::{Content, DataKey, Datum, Document};
use crate::parse::{DataDocument, Format};

/// The text of a file that says what is expected. `None` if that can't be written.
pub(super) fn edited(document: &Document, expected: &Datum) -> Option<String> {
    let found = DataDocument::read(document)?.datum().ok()?;
    let source = document.as_str();
    let text = match Format::of(document.path(), source) {
        Format::Toml => table::edited(source, expected).and_then(|text| with_line_ends(text, source))?,
        _ => {
            let mut editor = Editor { source, edits: Vec::new() };
            if !editor.value(&found, expected) {
                return None;
            }
            editor.applied()?
        }
    };
    says(document.path(), &text, expected).then_some(text)
}

/// A text whose lines end with LF, with the line ends of a source; `None` if that has both.
fn with_line_ends(text: String, source: &str) -> Option<String> {
    let dos = source.matches("\r\n").count();
    match dos {
        0 => Some(text),
        _ if dos == source.matches('\n').count() => Some(text.replace("\r\n", "\n").replace('\n', "\r\n")),
        _ => None,
    }
}

/// A whole file, in the format that its name tells.
pub(super) fn whole(path: &str, expected: &Datum) -> Option<String> {
    let text = match Format::of(path, "") {
        Format::Json => serde_json::to_string_pretty(expected).ok()? + "\n",
        Format::Yaml => serde_saphyr::to_string(expected).ok()?,
        Format::Toml => table::whole(expected)?,
        _ => return None,
    };
    says(path, &text, expected).then_some(text)
}

/// Whether a text says what is expected to those who read it.
fn says(path: &str, text: &str, expected: &Datum) -> bool {
    let document = Document::new(path, text, crate::model::Encoding::Utf8 { bom: false });
    DataDocument::read(&document).and_then(|data| data.datum().ok()).is_some_and(|datum| agree(&datum, expected))
}

/// One replacement in the source.
struct Edit {
    range: Range<usize>,
    text: String,
}

struct Editor<'s> {
    source: &'s str,
    edits: Vec<Edit>,
}

/// A part of a collection, as it stands in the source.
struct Child<'d> {
    /// Where it begins: at its key, or at the dash of an item in block style.
    start: usize,
    /// Where its last visible character ends.
    end: usize,
    value: &'d Datum,
}

/// A part of a collection, as it has to be.
struct Wanted<'d> {
    key: Option<&'d DataKey>,
    value: &'d Datum,
    /// The part of the source that it is.
    known: Option<usize>,
}

impl<'s> Editor<'s> {
    /// The recursion is as deep as the values, which is bounded. Whether the value can be changed in place.
    fn value(&mut self, found: &Datum, expected: &Datum) -> bool {
        if agree(found, expected) {
            return true;
        }
        let is_flow = self.is_flow(found);
        let wanted = match (&found.content, &expected.content) {
            (Content::Map(ours), Content::Map(theirs)) => by_key(ours, theirs),
            (Content::List(ours), Content::List(theirs)) => by_place(ours, theirs),
            (Content::Scalar(_), Content::Scalar(_)) => return self.scalar(found, expected),
            _ => return false,
        };
        let Some(children) = self.children(found, is_flow) else { return false };
        let kept: Vec<bool> = (0..children.len()).map(|index| wanted.iter().any(|wanted| wanted.known == Some(index))).collect();
        if !kept.contains(&true) {
            return false;
        }
        for (index, child) in children.iter().enumerate().filter(|(index, _)| kept.get(*index) == Some(&false)) {
            let is_first = !kept.get(..index).unwrap_or_default().contains(&true);
            let range = match (is_first, is_flow) {
                (true, _) => children.get(index + 1).map(|next| child.start..next.start),
                (false, true) => children.get(index.wrapping_sub(1)).map(|before| before.end..child.end),
                (false, false) => Some(self.lines(child)),
            };
            let Some(range) = range else { return false };
            self.edits.push(Edit { range, text: String::new() });
        }
        let mut before: Option<&Child<'_>> = None;
        for part in &wanted {
            match part.known.and_then(|index| children.get(index)) {
                Some(child) => {
                    if !self.value(child.value, part.value) {
                        self.replace(child, part, is_flow);
                    }
                    before = Some(child);
                }
                None => {
                    let first = kept.iter().position(|kept| *kept).and_then(|index| children.get(index));
                    let Some(anchor) = before.or(first) else { return false };
                    self.insert(anchor, before.is_some(), part, is_flow);
                }
            }
        }
        true
    }

    fn replace(&mut self, child: &Child<'_>, part: &Wanted<'_>, is_flow: bool) {
        // What was changed in it before it turned out that it can't be is forgotten.
        self.edits.retain(|edit| edit.range.start < child.start || edit.range.end > child.end);
        let text = if is_flow { self.flow(part, child.start) } else { self.block(part, child.start) };
        self.edits.push(Edit { range: child.start..child.end, text });
    }

    fn insert(&mut self, anchor: &Child<'_>, is_after: bool, part: &Wanted<'_>, is_flow: bool) {
        let text = if is_flow { self.flow(part, anchor.start) } else { self.block(part, anchor.start) };
        let separator = if is_flow { self.flow_separator(anchor) } else { format!("\n{}", self.block_indent(anchor.start)) };
        let comma = if is_flow { "," } else { "" };
        let edit = match is_after {
            true => {
                let at = if is_flow { anchor.end } else { self.line_end(anchor.end) };
                Edit { range: at..at, text: format!("{comma}{separator}{text}") }
            }
            false => Edit { range: anchor.start..anchor.start, text: format!("{text}{comma}{separator}") },
        };
        self.edits.push(edit);
    }

    /// Where the line ends, without its end.
    fn line_end(&self, at: usize) -> usize {
        let rest = self.source.get(at..).unwrap_or_default();
        at + rest.lines().next().map_or(0, str::len)
    }

    fn line_start(&self, at: usize) -> usize {
        self.source.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1)
    }

    /// The source with all edits; `None` if they touch each other.
    fn applied(mut self) -> Option<String> {
        // What is added at a place comes before what is taken out from there on.
        self.edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
        let (mut out, mut at) = (String::with_capacity(self.source.len()), 0);
        let line_end = if self.source.contains("\r\n") { "\r\n" } else { "\n" };
        for edit in &self.edits {
            out.push_str(self.source.get(at..edit.range.start)?);
            out.push_str(&edit.text.replace('\n', line_end));
            at = edit.range.end;
        }
        out.push_str(self.source.get(at..)?);
        Some(out)
    }
}

fn by_key<'d>(ours: &[(DataKey, Datum)], theirs: &'d [(DataKey, Datum)]) -> Vec<Wanted<'d>> {
    let known = |key: &DataKey| ours.iter().position(|(own, _)| own.name == key.name);
    theirs.iter().map(|(key, value)| Wanted { key: Some(key), value, known: known(key) }).collect()
}

/// Items are the same as far as lists begin and end in the same way; between that they are paired in order.
fn by_place<'d>(ours: &[Datum], theirs: &'d [Datum]) -> Vec<Wanted<'d>> {
    let same = |(one, two): &(&Datum, &Datum)| agree(one, two);
    let start = ours.iter().zip(theirs).take_while(same).count();
    let shorter = ours.len().min(theirs.len()) - start;
    let end = ours.iter().rev().zip(theirs.iter().rev()).take_while(same).count().min(shorter);
    let known = |index: usize| match index {
        index if index >= theirs.len() - end => Some(index + ours.len() - theirs.len()),
        index => Some(index).filter(|index| *index < ours.len() - end),
    };
    theirs.iter().enumerate().map(|(index, value)| Wanted { key: None, value, known: known(index) }).collect()
}

#[cfg(test)]
mod tests;
