//! Which suppressions count where a commit is trusted: those that stand there too, for what they stand over there.
//!
//! A suppression that is there already would otherwise hide whatever a change puts on its line or into its block.

use std::collections::HashMap;

use memchr::memmem;

use super::{Lines, Suppression, lines, list};
use crate::model::{Document, Facts, Span};

/// A suppression in a file of the trusted commit. White space is folded.
#[derive(Debug)]
pub struct Stood {
    /// What it says.
    words: String,
    /// The lines and the block that it covers.
    over: Vec<String>,
}

/// The suppressions that a file holds, as those of another one are compared with them.
pub fn suppressions(document: &Document, facts: &Facts) -> Vec<Stood> {
    let list = list(document, facts);
    let lines = lines(document, &list);
    let stood = |(suppression, lines): (&Suppression<'_>, Lines)| {
        let mut spans: Vec<_> = lines.iter().map(|line| document.line_span(line)).chain(suppression.covers).collect();
        spans.sort_unstable();
        // What two of them hold stands there once.
        let mut merged: Vec<Span> = Vec::new();
        for span in spans {
            match merged.last_mut() {
                Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
                _ => merged.push(span),
            }
        }
        let over = merged.into_iter().map(|span| folded(document.slice(span))).collect();
        Stood { words: suppression.words(document), over }
    };
    list.iter().zip(lines).map(stood).collect()
}

/// What the trusted commit's suppressions of one file still accept.
#[derive(Debug)]
pub(super) struct Trusted {
    stood: Vec<Stood>,
    /// How often each text of a rule was accepted, by the words of the suppression.
    accepted: HashMap<(String, String, String), usize>,
}

impl Trusted {
    pub(super) fn new(stood: Vec<Stood>) -> Self {
        Self { stood, accepted: HashMap::new() }
    }

    /// Whether there is a suppression that says this.
    pub(super) fn has(&self, words: &str) -> bool {
        self.stood.iter().any(|stood| stood.words == words)
    }

    /// Whether a finding of a rule in this text is accepted: as often as suppressions with these words stand over it there.
    pub(super) fn accepts(&mut self, words: String, rule: &str, text: &str) -> bool {
        let text = folded(text);
        let over = self.stood.iter().filter(|stood| stood.words == words).flat_map(|stood| &stood.over);
        let there = over.map(|over| memmem::find_iter(over.as_bytes(), text.as_bytes()).count()).sum::<usize>();
        let accepted = self.accepted.entry((words, rule.to_owned(), text)).or_default();
        *accepted += 1;
        *accepted <= there
    }
}

/// A text in which each run of white space is one space.
pub(super) fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
