//! What carries a credential. Parsers hand in the texts that speak to machines; prose is silent.
//!
//! A credential is found by its registered prefix, and what carries it is read backwards from it ([`find`]), in the
//! same way for every language and format. Where the text stands decides what is believed: in code an entry and an
//! argument count, in a comment or a doc string only a whole command or header line does, and what forbids or denies
//! ([`forbid`], [`claim`]) does not count at all.

mod back;
mod claim;
mod find;
mod flow;
mod forbid;
mod ground;
mod header;
mod inline;
mod table;
mod variable;
mod window;

pub(super) use flow::{Flow, alone, carried, named};
pub(super) use ground::Family;
pub(super) use header::container;
pub(super) use variable::Variables;

use std::collections::BTreeSet;
use std::ops::Range;

use self::back::Back;
use self::claim::Claim;
use self::find::{Found, Shape};
use self::variable::Held;
use self::window::Window;
use super::{Context, Format, Setting};
use crate::model::{Carrier, CredentialUse, Document, HeaderParts, Key, Secret, Span, Text};

/// Reports the credentials of a text and what carries them.
pub(super) fn scan(context: &mut Context<'_>, text: &Text<'_>, family: Family) {
    if !context.has_keys() {
        return;
    }
    let chars = text.as_str();
    let keys: Vec<Key> = if context.has_key(text.whole_span()) { context.vocabulary().keys(chars).collect() } else { Vec::new() };
    let usages = match family {
        Family::Shell | Family::None => context.variables().read(chars, &keys, |range| text.span(range)),
        _ => Vec::new(),
    };
    if keys.is_empty() && usages.is_empty() {
        return;
    }
    let prose = ground::prose(chars, family);
    let written = keys.iter().map(|key| {
        let value = chars.get(key.range.clone()).unwrap_or_default();
        (key.range.clone(), Held { kind: key.kind, span: text.span(key.range.clone()), value: value.to_owned() })
    });
    let kinds: BTreeSet<usize> = usages.iter().map(|usage| usage.held.kind).collect();
    let apart: Vec<usize> = kinds.into_iter().filter(|&kind| tells_apart(context, text, kind)).collect();
    let named = usages.into_iter().filter(|usage| !apart.contains(&usage.held.kind)).map(|usage| (usage.range, usage.held));
    let is_diff = is_diff(context);
    let forbidden = introduction_forbids(context, text);
    for (range, held) in written.chain(named) {
        let window = Window::near(chars, &range);
        let key = window.local(&range);
        if is_diff && Back::new(window.text, key.start).line().starts_with('-') {
            continue;
        }
        let Some(found) = find::find(window.text, key) else { continue };
        let speech = window.within(&prose);
        let spoken = speech.iter().any(|speech| speech.contains(&found.range.start));
        if !forbidden && believed(window.text, &found, spoken, &speech) && !refused(chars, &range) {
            report(context, text, held, found.moved(&window));
        }
    }
}

/// Reports the credentials in the header tables of a page, and in whole commands within its sentences: that is all of a
/// page's own text that sends something.
pub(super) fn scan_page(context: &mut Context<'_>, text: &Text<'_>, format: Format) {
    if !context.has_key(text.whole_span()) {
        return;
    }
    let chars = text.as_str();
    let find = if format == Format::Html { table::html } else { table::markdown };
    for key in context.vocabulary().keys(chars).collect::<Vec<_>>() {
        let window = Window::near(chars, &key.range);
        let local = window.local(&key.range);
        if let Some(found) = find(window.text, &local).or_else(|| inline::command(window.text, &local)) {
            let value = chars.get(key.range.clone()).unwrap_or_default().to_owned();
            report(context, text, Held { kind: key.kind, span: text.span(key.range), value }, found.moved(&window));
        }
    }
}

/// Whether a program looks at the prefix of what it sends (`startswith("ra_ws_")`, `case … in ra_ws_*`): then it may well
/// tell keys apart, and what one of its variables holds does not say where that goes.
fn tells_apart(context: &mut Context<'_>, text: &Text<'_>, kind: usize) -> bool {
    let Some(prefix) = context.vocabulary().credentials.get(kind).map(|kind| kind.prefix.as_str()) else { return false };
    let place = text.whole_span();
    context.variables().tells_apart((place, kind), || {
        let chars = text.as_str();
        memchr::memmem::find_iter(chars.as_bytes(), prefix.as_bytes()).any(|at| {
            let after = chars.get(at + prefix.len()..).unwrap_or_default();
            after.starts_with(['"', '\'', '`', '*', '/', '^']) && !after.starts_with("**")
        })
    })
}

/// Whether lines that begin with a hyphen are what a change takes away.
fn is_diff(context: &Context<'_>) -> bool {
    match context.setting() {
        Setting::Sample(language) => matches!(language.as_str(), "diff" | "patch"),
        Setting::Live | Setting::Comment => [".diff", ".patch"].iter().any(|ending| context.path().ends_with(ending)),
    }
}

/// Whether what is written like this counts where it stands.
fn believed(text: &str, found: &Found, spoken: bool, prose: &[Range<usize>]) -> bool {
    if spoken {
        let written = matches!(found.shape, Shape::Option | Shape::Line | Shape::Pair);
        return written && (found.shape != Shape::Line || own_line(text, found.range.start)) && !forbid::prose_forbids(text, &found.range);
    }
    let stated = match found.shape {
        Shape::Value => claim::claim(text, &found.range) == Claim::For && !claim::is_shown(text, &found.range),
        Shape::Pair | Shape::BarePair | Shape::Header => claim::claim(text, &found.range) == Claim::For,
        Shape::Option | Shape::Line | Shape::Url => true,
    };
    stated && !forbid::comment_forbids(text, &found.range, prose)
}

/// Whether a line in prose stands for itself: a sentence that is wrapped before a header's name goes on.
fn own_line(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let mut lines = before.rsplit('\n').skip(1).map(|line| line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '#' | '/' | '*')));
    lines.next().is_none_or(|line| {
        let header = line.split_once(':').is_some_and(|(name, _)| !name.is_empty() && !name.contains(' '));
        line.is_empty() || line.ends_with([':', '\\', '|', '>', '`']) || line.contains(" HTTP/") || header
    })
}

/// Whether the test around it expects that it is refused.
fn refused(text: &str, at: &Range<usize>) -> bool {
    let window = Window::test(text, at);
    claim::expects_refusal(window.text, &window.local(at))
}

/// Whether the page forbids the sample that it shows.
pub(in crate::parse) fn introduction_forbids(context: &Context<'_>, text: &Text<'_>) -> bool {
    let sample = text.whole_span().start;
    let window = Window::near(context.source(), &(sample..sample));
    let at = window.local(&(sample..sample)).start;
    matches!(context.setting(), Setting::Sample(_)) && forbid::introduction_forbids(window.text, at)
}

/// Whether a comment in a sample forbids what stands at `at`: on its line, or on the one before.
pub(in crate::parse) fn sample_forbids(text: &str, at: usize) -> bool {
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |line| line + 1);
    let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let above = text.get(..start).and_then(|before| before.lines().next_back()).unwrap_or_default().trim_start();
    let comment = |line: &str| {
        let starts = ["# ", "// ", "-- "].into_iter().filter_map(|mark| line.find(mark));
        starts.min().and_then(|start| line.get(start..).map(|comment| comment.trim_start_matches(['#', '/', '-', ' ']).to_owned()))
    };
    let own = line.get(at - start..).and_then(comment);
    let before = comment(above).filter(|_| ["#", "//", "--"].iter().any(|mark| above.starts_with(mark)));
    own.into_iter().chain(before).any(|comment| forbid::forbids(&comment))
}

fn report(context: &mut Context<'_>, text: &Text<'_>, held: Held, found: Found) {
    let header = found.name.map(|name| HeaderParts {
        name: text.span(name),
        scheme: found.scheme.map(|scheme| text.span(scheme)),
        quoted: found.shape != Shape::BarePair,
    });
    report_at(context, text.span(found.range), held, found.carrier, header);
}

fn report_at(context: &mut Context<'_>, carrier_span: Span, held: Held, carrier: Carrier, header: Option<HeaderParts>) {
    let Held { kind, span, value } = held;
    context.credential(CredentialUse { kind, span, carrier_span, value: Secret::new(value), carrier, header });
}

/// One fact for each credential and what carries it: the fullest construct where several parsers saw it, and a bare one
/// where nothing carries it.
pub(super) fn settle(uses: &mut Vec<CredentialUse>, keys: &[Key], document: &Document) {
    // A credential in a constant has a use for each header that takes it from there.
    let place = |one: &CredentialUse| if one.carrier_span.contains(one.span) { one.span } else { one.carrier_span };
    uses.sort_by_key(|one| (one.span, place(one), std::cmp::Reverse(one.carrier_span.len())));
    uses.dedup_by_key(|one| (one.span, place(one)));
    let carried: Vec<Span> = uses.iter().map(|one| one.span).collect();
    for Key { kind, range } in keys {
        let (kind, span) = (*kind, Span::from(range.clone()));
        if carried.binary_search(&span).is_err() {
            let value = Secret::new(document.slice(span));
            uses.push(CredentialUse { kind, span, carrier_span: span, value, carrier: Carrier::Bare, header: None });
        }
    }
    uses.sort_by_key(|one| (one.span, one.carrier_span));
}

#[cfg(test)]
mod tests;
