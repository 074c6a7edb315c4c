//! One hit to one finding.

use std::collections::HashMap;
use std::sync::Arc;

use super::excerpt::{Excerpts, Offending};
use super::{Enabled, Masker, fingerprint, fix};
use crate::check::File;
use crate::model::{Anchor, Finding, Hit, Related, RelatedHit, Span, Unverified, visible};

/// How many bytes of what a check says are shown.
const LONGEST_SENTENCE: usize = 2048;

/// How many different sentences are kept.
const MAX_KNOWN: usize = 1024;

/// Builds the findings of one file. Hits have to come in the order of their places.
pub(super) struct Builder<'a> {
    file: File<'a>,
    masker: &'a Masker,
    excerpts: Excerpts<'a>,
    /// Anchors by their start, those that come first last.
    coming: Vec<&'a Anchor>,
    /// Those that have begun, the innermost last.
    open: Vec<&'a Anchor>,
    /// What was said of what to do, as it is shown, by what the checks said.
    help: HashMap<String, Arc<str>>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(file: File<'a>, masker: &'a Masker) -> Self {
        let mut coming: Vec<_> = file.facts.anchors.iter().collect();
        // Of two that start together the outer one begins first.
        coming.sort_by_key(|anchor| (std::cmp::Reverse(anchor.span.start), anchor.span.end));
        let excerpts = Excerpts::new(file.document, masker, &file.facts.credentials, file.vocabulary);
        Self { file, masker, excerpts, coming, open: Vec::new(), help: HashMap::new() }
    }

    pub(super) fn finding(&mut self, enabled: Enabled, hit: Hit) -> Finding {
        let document = self.file.document;
        let anchor = self.anchor(hit.span);
        let Offending { masked, secret } = self.excerpts.offending(hit.span);
        let rule = enabled.rule;
        Finding {
            rule: &rule.id,
            severity: hit.at_most.map_or(enabled.severity, |most| most.min(enabled.severity)),
            confidence: rule.confidence,
            place: document.place(hit.span),
            message: self.sentence(&hit.message),
            help: self.help(hit.help.as_deref().unwrap_or(&rule.remedy)),
            group: hit.group,
            fingerprint: fingerprint::fingerprint(
                &rule.id,
                &masked,
                hit.anchor.as_deref().or(anchor).map(|name| self.masker.mask(name)).as_deref(),
            ),
            secret,
            related: hit.related.into_iter().map(|related| self.related(related)).collect(),
            is_flow: hit.is_flow,
            fix: hit.fix.and_then(|fix| fix::showable(document, self.masker, fix, hit.span)),
            excerpt: Some(self.excerpts.excerpt(hit.span)),
        }
    }

    pub(super) fn unverified(&self, span: Span, reason: &str) -> Unverified {
        let there = self.file.document.place(span);
        Unverified { path: there.path, line: there.line, column: there.column, reason: self.sentence(reason) }
    }

    fn related(&self, related: RelatedHit) -> Related {
        let (place, message, excerpt) = match related {
            RelatedHit::Here(span, message) => (self.file.document.place(span), message, Some(self.excerpts.excerpt(span))),
            RelatedHit::There(place, message) => (place, message, None),
            RelatedHit::Elsewhere(document, span, message) => {
                let excerpts = Excerpts::new(&document, self.masker, &[], self.file.vocabulary);
                (document.place(span), message, Some(excerpts.excerpt(span)))
            }
        };
        Related { place, message: self.sentence(&message), excerpt }
    }

    /// What to do: the same as for another finding, mostly.
    fn help(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.help.get(text) {
            return Arc::clone(known);
        }
        let help: Arc<str> = self.sentence(text).into();
        if self.help.len() < MAX_KNOWN {
            self.help.insert(text.to_owned(), Arc::clone(&help));
        }
        help
    }

    /// What a check says, on one line, of bounded length, without secrets and without characters that disturb their surroundings.
    fn sentence(&self, text: &str) -> String {
        let text = text.trim();
        let read = text.get(..text.floor_char_boundary(2 * LONGEST_SENTENCE)).unwrap_or_default();
        let masked = self.masker.mask(read);
        let shown = masked.get(..masked.floor_char_boundary(LONGEST_SENTENCE)).unwrap_or_default();
        let cut = shown.len() < masked.len() || read.len() < text.len();
        let line = shown.chars().map(|c| if matches!(c, '\n' | '\t') { ' ' } else { visible(c) });
        // There may be many of them.
        let mut sentence: String = line.chain(cut.then_some('…')).collect();
        sentence.shrink_to_fit();
        sentence
    }

    /// The name of the innermost stretch around a place.
    fn anchor(&mut self, span: Span) -> Option<&'a str> {
        while let Some(next) = self.coming.last()
            && next.span.start <= span.start
        {
            self.open.extend(self.coming.pop());
        }
        while let Some(last) = self.open.last()
            && last.span.end <= span.start
        {
            self.open.pop();
        }
        self.open.last().map(|anchor| anchor.name.as_str())
    }
}
