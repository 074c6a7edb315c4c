//! Strings that are whole documents of HTML: wherever a program sends or writes one, a page loads what it names.

use std::collections::BTreeMap;

use memchr::memchr_iter;

use crate::model::Text;

/// How a document begins (HTML, sections 13.1.1 and 4.1.1).
const BEGINNINGS: [&str; 2] = ["<!doctype html", "<html"];

/// Documents by where they begin: of those that are put together there piece by piece the longest.
#[derive(Debug, Default)]
pub(super) struct Documents<'t>(BTreeMap<usize, Text<'t>>);

impl<'t> Documents<'t> {
    /// Adds a text, if it is a document.
    pub(super) fn add(&mut self, text: &Text<'t>) {
        if !begins_document(text.as_str().trim_start()) {
            return;
        }
        let span = text.whole_span();
        if self.0.get(&span.start).is_none_or(|known| known.whole_span().end < span.end) {
            self.0.insert(span.start, text.clone());
        }
    }

    /// Takes out a text that is only shown.
    pub(super) fn forget(&mut self, text: &Text<'t>) {
        self.0.remove(&text.whole_span().start);
    }

    /// The documents that are part of no other one, in order.
    pub(super) fn outermost(self) -> impl Iterator<Item = Text<'t>> {
        let mut end = 0;
        self.0.into_values().filter(move |text| {
            let is_outer = text.whole_span().end > end;
            end = end.max(text.whole_span().end);
            is_outer
        })
    }
}

/// Whether a string in the program may be a document.
pub(in crate::parse::script) fn may_hold(source: &str) -> bool {
    memchr_iter(b'<', source.as_bytes()).any(|at| source.get(at..).is_some_and(begins_document))
}

fn begins_document(text: &str) -> bool {
    BEGINNINGS.iter().any(|beginning| {
        text.get(..beginning.len()).is_some_and(|start| start.eq_ignore_ascii_case(beginning))
            && text.as_bytes().get(beginning.len()).is_some_and(|next| next.is_ascii_whitespace() || *next == b'>')
    })
}
