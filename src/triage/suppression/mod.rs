//! Suppressions: comments in the files and `[[ignore]]` entries of the configuration.
//!
//! A comment suppresses on its own lines, on the next line if it has its lines to itself, and in the block that its format
//! lets it stand for. A suppression that does nothing is a finding itself.

mod directive;
mod idle;
mod ignore;
mod trusted;

use std::collections::HashMap;
use std::ops::{Range, RangeInclusive};

pub use ignore::{holds_for, idle_as};
pub(super) use ignore::{idle_ignores, suppresses};
pub use trusted::{Stood, suppressions};

use super::{Date, Policy, place};
use crate::check::File;
use crate::model::{Document, Facts, Span};
use directive::Directive;
use trusted::{Trusted, folded};

/// How many suppressions count at one place. Nobody writes so many, but whoever wants a run to take for ever.
const MOST_AT_ONCE: usize = 64;
/// On how many lines the rules of a file's suppressions are noted: the last ones, of more.
const MOST_PLACES: usize = 1 << 20;

/// The comments of one file that suppress. Hits have to be asked about in the order of their places.
pub(super) struct Suppressions<'f> {
    list: Vec<Suppression<'f>>,
    /// The entries (suppression, index of the rule in it) for a line and a rule.
    by_line: HashMap<(usize, &'f str), Vec<(usize, usize)>>,
    /// Suppressions that cover a block, by the block's start, those that come first last.
    coming: Vec<usize>,
    /// Those whose block has begun.
    open: Vec<usize>,
    /// What the commit that is trusted accepts in this file, if one is.
    trusted: Option<Trusted>,
}

struct Suppression<'f> {
    /// The comment, delimiters included.
    comment: Span,
    /// Where the comment's words start in the document.
    start: usize,
    directive: Directive<'f>,
    covers: Option<Span>,
    used: Vec<bool>,
    /// Why it does not count, where a commit is trusted.
    distrust: Option<Distrust>,
}

/// Why a suppression does not count where a commit is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Distrust {
    /// It does not stand there.
    Unknown,
    /// It does, but not over what it would suppress here.
    Elsewhere,
}

/// A suppression that holds at a place.
#[derive(Debug, Clone, Copy)]
struct Holding {
    suppression: usize,
    /// Index of the rule in it.
    entry: usize,
    /// The line or the block.
    over: Span,
}

impl Suppression<'_> {
    /// What it says, white space folded.
    fn words(&self, document: &Document) -> String {
        let Range { start, end } = self.directive.range;
        folded(document.slice(Span::new(self.start + start, self.start + end)))
    }

    fn is_active(&self, today: Date) -> bool {
        self.distrust != Some(Distrust::Unknown)
            && self.directive.defect.is_none()
            && self.directive.until.is_none_or(|until| today <= until)
    }
}

/// The suppressions of a file, in their order.
fn list<'f>(document: &'f Document, facts: &'f Facts) -> Vec<Suppression<'f>> {
    let mut comments: Vec<_> = facts.comments.iter().collect();
    // Of one comment that was read twice the reading that knows its block counts.
    comments.sort_by_key(|comment| (comment.span, comment.covers.is_none()));
    comments.dedup_by_key(|comment| comment.span);
    let mut list = Vec::new();
    for comment in comments {
        let words = document.slice(comment.text_span);
        for directive in directive::directives(words) {
            let used = vec![false; directive.rules.len()];
            let (span, start, covers) = (comment.span, comment.text_span.start, comment.covers);
            list.push(Suppression { comment: span, start, directive, covers, used, distrust: None });
        }
    }
    list
}

impl<'f> Suppressions<'f> {
    /// Reads the comments of a file.
    pub(super) fn read(file: File<'f>, policy: &Policy) -> Self {
        let mut list = list(file.document, file.facts);
        let trust = policy.trust.as_ref().filter(|_| !list.is_empty());
        let trusted = trust.map(|trust| Trusted::new(trust.suppressions(file.document.path())));
        if let Some(trusted) = &trusted {
            for suppression in &mut list {
                suppression.distrust = (!trusted.has(&suppression.words(file.document))).then_some(Distrust::Unknown);
            }
        }
        let by_line = by_line(file.document, &list, policy.today);
        let mut coming: Vec<_> = (0..list.len()).filter(|&i| list[i].covers.is_some() && list[i].is_active(policy.today)).collect();
        coming.sort_by_key(|&i| std::cmp::Reverse(list[i].covers));
        Self { list, by_line, coming, open: Vec::new(), trusted }
    }

    /// The comment that suppresses a hit of `rule` at `span`, if one does. Spans have to come in ascending order.
    pub(super) fn suppress(&mut self, document: &Document, span: Span, rule: &'f str) -> Option<Span> {
        if self.list.is_empty() {
            return None;
        }
        let holding = self.holding(document, span, rule);
        let by = holding.iter().copied().find(|&holding| self.accepts(document, span, rule, holding));
        for Holding { suppression, entry, .. } in &holding {
            let Some(suppression) = self.list.get_mut(*suppression) else { continue };
            if let Some(used) = suppression.used.get_mut(*entry) {
                *used = true;
            }
            if by.is_none() {
                suppression.distrust = Some(Distrust::Elsewhere);
            }
        }
        by.and_then(|by| self.list.get(by.suppression)).map(|suppression| suppression.comment)
    }

    /// The active suppressions that hold for a hit: on its first line, on its last line, around it.
    fn holding(&mut self, document: &Document, span: Span, rule: &'f str) -> Vec<Holding> {
        let (first, last) = (document.position(span.start).line, place::last_line(document, span));
        let mut holding = Vec::new();
        for line in [Some(first), Some(last).filter(|&last| last != first)].into_iter().flatten() {
            let entries = self.by_line.get(&(line, rule)).into_iter().flatten();
            holding.extend(entries.map(|&(suppression, entry)| Holding { suppression, entry, over: document.line_span(line) }));
        }
        self.open(span.start);
        for &suppression in &self.open {
            let Some(Suppression { directive, covers: Some(over), .. }) = self.list.get(suppression) else { continue };
            let entries = directive.rules.iter().enumerate().filter(|(_, (name, _))| *name == rule);
            holding.extend(entries.map(|(entry, _)| Holding { suppression, entry, over: *over }));
        }
        holding
    }

    /// Makes those the open ones whose block a place is in.
    fn open(&mut self, at: usize) {
        let covers = |list: &[Suppression<'_>], index: usize| list.get(index).and_then(|suppression| suppression.covers);
        let list = &self.list;
        let goes_on = |index: usize| covers(list, index).is_some_and(|block| block.end > at);
        self.open.retain(|&index| goes_on(index));
        while let Some(&next) = self.coming.last()
            && covers(list, next).is_some_and(|block| block.start <= at)
        {
            self.coming.pop();
            if goes_on(next) && self.open.len() < MOST_AT_ONCE {
                self.open.push(next);
            }
        }
    }

    /// Whether a suppression that holds for a hit counts.
    fn accepts(&mut self, document: &Document, hit: Span, rule: &str, holding: Holding) -> bool {
        let (Some(trusted), Some(suppression)) = (&mut self.trusted, self.list.get(holding.suppression)) else { return true };
        let start = hit.start.max(holding.over.start);
        let covered = Span::new(start, hit.end.min(holding.over.end).max(start));
        trusted.accepts(suppression.words(document), rule, document.slice(covered))
    }
}

/// The entries of the active suppressions for each line on which they hold.
fn by_line<'f>(document: &Document, list: &[Suppression<'f>], today: Date) -> HashMap<(usize, &'f str), Vec<(usize, usize)>> {
    let lines = lines(document, list);
    let active = list.iter().zip(&lines).enumerate().rev().filter(|(_, (suppression, _))| suppression.is_active(today));
    let places = active.flat_map(|(index, (suppression, lines))| {
        let rules = suppression.directive.rules.iter().enumerate();
        rules.flat_map(move |(entry, (rule, _))| lines.iter().map(move |line| ((line, *rule), (index, entry))))
    });
    let mut entries: HashMap<_, Vec<_>> = HashMap::new();
    for (place, entry) in places.take(MOST_PLACES) {
        let here = entries.entry(place).or_default();
        if here.len() < MOST_AT_ONCE {
            here.push(entry);
        }
    }
    entries
}

/// The lines on which a suppression holds.
struct Lines {
    own: RangeInclusive<usize>,
    below: Option<usize>,
}

impl Lines {
    fn iter(&self) -> impl Iterator<Item = usize> + use<> {
        self.own.clone().chain(self.below)
    }
}

/// The lines on which each suppression holds: its own, and the next one if it has them to itself.
fn lines(document: &Document, list: &[Suppression<'_>]) -> Vec<Lines> {
    let mut lines = Vec::new();
    // From the last to the first, so that of several comments above a line each reaches the line below them all.
    let mut target_of_line: HashMap<usize, usize> = HashMap::new();
    for suppression in list.iter().rev() {
        let first = document.position(suppression.comment.start).line;
        let last = place::last_line(document, suppression.comment);
        let has_lines = Beside::of(document, suppression.comment).is_some_and(Beside::is_nothing);
        let below = has_lines.then(|| target_of_line.get(&(last + 1)).copied().unwrap_or(last + 1));
        target_of_line.extend(below.map(|below| (first, below)));
        lines.push(Lines { own: first..=last, below });
    }
    lines.reverse();
    lines
}

/// What stands on a comment's lines beside it.
#[derive(Debug, Clone, Copy)]
struct Beside<'d> {
    before: &'d str,
    after: &'d str,
    /// The lines, with the last line's end.
    lines: Span,
}

impl<'d> Beside<'d> {
    /// How far to each side is looked.
    const MARGIN: usize = 256;

    /// Nothing where the lines go on for longer than a person would look.
    fn of(document: &'d Document, comment: Span) -> Option<Self> {
        let start = document.line_span(document.position(comment.start).line).start;
        let last = place::last_line(document, comment);
        let end = document.line_span(last).end.max(comment.end);
        if comment.start - start > Self::MARGIN || end - comment.end > Self::MARGIN {
            return None;
        }
        let before = document.slice(Span::new(start, comment.start));
        let after = document.slice(Span::new(comment.end, end));
        Some(Self { before, after, lines: Span::new(start, document.line_span(last + 1).start.max(end)) })
    }

    /// Whether it is nothing but what lines of the format start and end with: a list marker, a quote's mark, the braces of JSX.
    fn is_nothing(self) -> bool {
        let only = |text: &str, marks: &str| text.chars().all(|c| c.is_whitespace() || marks.contains(c));
        only(self.before, "-*+>{|#") && only(self.after, "}|#")
    }
}
