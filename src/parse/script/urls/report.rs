//! What was found, until the program is over: then it is reported, and texts of other formats are read. Such texts nest,
//! and the engine's own recursion is over by then.

use std::collections::HashSet;

use super::super::Language;
use crate::model::{Role, Span, Text, resolve};
use crate::parse::html::srcset;
use crate::parse::{Context, Format, Setting, css, reference};

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum What {
    /// A URL.
    Url(Role),
    /// Image candidates.
    Candidates(Role),
    /// A text of another format.
    Nested(Format),
    /// A program whose output another program reads.
    Captured(Format),
    /// A value or declarations of CSS.
    CssValue,
}

/// Something found.
#[derive(Debug)]
struct Found<'t> {
    text: Text<'t>,
    what: What,
    /// It is only shown, in this language.
    shown: Option<Language>,
}

/// Everything found so far, each thing once: a place is visited once for every call that reaches it.
#[derive(Debug, Default)]
pub(super) struct Findings<'t> {
    all: Vec<Found<'t>>,
    seen: HashSet<(Span, What, String)>,
    /// Where the strings stand that are part of something found.
    used: Vec<Span>,
}

impl<'t> Findings<'t> {
    /// Adds a text; with a language it is only shown.
    pub(super) fn add(&mut self, text: Text<'t>, what: What, shown: Option<Language>) {
        if self.seen.insert((text.whole_span(), what, text.as_str().to_owned())) {
            self.used.extend(text.sources());
            self.all.push(Found { text, what, shown });
        }
    }

    /// Whether any of the string that stands there is part of something found. Needs [`Self::report`] before.
    pub(super) fn uses(&self, span: Span) -> bool {
        // Strings don't overlap: the last one that starts before this one's end is the one that may be it.
        let after = self.used.partition_point(|used| used.start < span.end);
        after.checked_sub(1).and_then(|last| self.used.get(last)).is_some_and(|used| used.overlaps(span))
    }

    /// Reports everything.
    pub(super) fn report(&mut self, context: &mut Context<'_>) {
        self.used.sort_unstable();
        // What an element says to be a program or a style sheet is no HTML, whatever key it stands under.
        let is_code = |what: What| matches!(what, What::Nested(Format::Script(_) | Format::Css));
        let code: HashSet<Span> = self.all.iter().filter(|found| is_code(found.what)).map(|found| found.text.whole_span()).collect();
        self.all.retain(|found| found.what != What::Nested(Format::Html) || !code.contains(&found.text.whole_span()));
        let mut hosts = HashSet::new();
        for Found { text, what, shown } in std::mem::take(&mut self.all) {
            // Of the values that one place may have, those of the same host say nothing more.
            if let What::Url(_) = what
                && !hosts.insert((text.whole_span(), what, resolve(&text, None).host().map(ToOwned::to_owned)))
            {
                continue;
            }
            match shown {
                Some(language) => context.within(Setting::Sample(language.name().to_owned()), |context| report(context, text, what)),
                None => report(context, text, what),
            }
        }
    }
}

fn report(context: &mut Context<'_>, text: Text<'_>, what: What) {
    match what {
        What::Url(role) => reference::report(context, &text, role),
        What::Candidates(role) => {
            for candidate in srcset::candidates(text.as_str()).into_iter().filter(|candidate| candidate.valid) {
                reference::report(context, &text.slice(candidate.url), role);
            }
        }
        What::Nested(format) => context.nested(text, format),
        What::Captured(format) => context.captured(|context| context.nested(text, format)),
        What::CssValue => css::value(context, &text),
    }
}
