//! Credentials that come to their carrier from a constant: a program's values are known, and only what is written
//! elsewhere is reported here; what is written in place is found in the text itself.

use std::ops::Range;

use super::back::Back;
use super::find::{self, Found, Shape, bearer};
use super::header::{SCHEMES, header_name, opening};
use super::variable::Held;
use super::window::Window;
use super::{Family, believed, ground, introduction_forbids, refused, report_at, tells_apart};
use crate::model::{Carrier, HeaderParts, Key, Span, Text};
use crate::parse::Context;

/// A value that a program builds, and where.
pub(in crate::parse) struct Flow<'f, 't> {
    /// The program.
    pub(in crate::parse) program: &'f Text<'t>,
    /// How it is written.
    pub(in crate::parse) family: Family,
    /// The bytes of the program that put the value in its place: name and value, or the value.
    pub(in crate::parse) place: Range<usize>,
    /// The value.
    pub(in crate::parse) value: &'f Text<'t>,
}

/// Reports a value that stands beside a name: an entry, an assignment to an element, two arguments.
pub(in crate::parse) fn named(context: &mut Context<'_>, flow: &Flow<'_, '_>, name: &Text<'_>, certain: bool) {
    let Some((key, held)) = foreign_key(context, flow) else { return };
    let Some(written) = header_name(name.as_str(), certain, || false) else { return };
    let Some(scheme) = scheme_of(flow.value, &key) else { return };
    let place = flow.program.span(flow.place.clone());
    let within = |span: &Span| place.contains(*span);
    // Where scheme and credential are joined in a variable, that is the place to report, and only once.
    let built = scheme.as_ref().map(|scheme| flow.value.span(scheme.clone()));
    if built.filter(|span| !within(span)).is_some_and(|span| is_assigned(context.source(), span.start)) {
        return;
    }
    let header = Some(name.whole_span()).filter(within).and_then(|name| {
        let scheme = scheme.as_ref().map(|scheme| flow.value.span(scheme.start..key.range.start));
        let written = scheme.filter(within).is_some() || scheme.is_none();
        let quoted = context.source().get(..name.start).is_some_and(|before| before.ends_with(['"', '\'', '`']));
        written.then_some(HeaderParts { name, scheme, quoted })
    });
    let scheme = scheme.and_then(|range| flow.value.as_str().get(range)).map(ToOwned::to_owned);
    put(context, flow, held, Carrier::Header { name: written, scheme }, Shape::Pair, header);
}

/// Reports a value that stands alone: a whole header line, a scheme with its credential, a URL. What carries the
/// credential has to stand in place: a value that passes by was built, and reported, elsewhere.
pub(in crate::parse) fn alone(context: &mut Context<'_>, flow: &Flow<'_, '_>) {
    let Some((key, held)) = foreign_key(context, flow) else { return };
    let chars = flow.value.as_str();
    let place = flow.program.span(flow.place.clone());
    let in_place = |range: Range<usize>| place.contains(flow.value.span(range));
    if let Some(found) = find::url(chars, &key.range) {
        if found.name.is_some_and(in_place) {
            put(context, flow, held, found.carrier, Shape::Url, None);
        }
    } else if let Some((name, _)) = chars.split_once(':').filter(|(name, _)| !name.contains(char::is_whitespace)) {
        let value = flow.value.slice(name.len() + 1..chars.len()).trim();
        let Some(key) = context.vocabulary().keys(value.as_str()).next() else { return };
        if let (true, Some(written), Some(scheme)) = (in_place(0..name.len()), header_name(name, false, || false), scheme_of(&value, &key))
        {
            let scheme = scheme.and_then(|range| value.as_str().get(range)).map(ToOwned::to_owned);
            put(context, flow, held, Carrier::Header { name: written, scheme }, Shape::Header, None);
        }
    } else if let Some(Some(scheme)) = scheme_of(flow.value, &key)
        && chars.get(scheme.clone()).is_some_and(|name| name.eq_ignore_ascii_case("bearer"))
        && in_place(scheme)
    {
        put(context, flow, held, bearer("Authorization", "Bearer"), Shape::Value, None);
    }
}

/// Reports a value that carries a credential as a user name, a cookie, a parameter.
pub(in crate::parse) fn carried(context: &mut Context<'_>, flow: &Flow<'_, '_>, carrier: Carrier) {
    if let Some((key, held)) = foreign_key(context, flow)
        && key.range.start == 0
    {
        put(context, flow, held, carrier, Shape::Pair, None);
    }
}

/// The credential in a value, if it is written somewhere else, and the program does not tell keys apart.
fn foreign_key(context: &mut Context<'_>, flow: &Flow<'_, '_>) -> Option<(Key, Held)> {
    let key = context.vocabulary().keys(flow.value.as_str()).next()?;
    let span = flow.value.slice(key.range.clone()).whole_span();
    if flow.program.span(flow.place.clone()).overlaps(span) || tells_apart(context, flow.program, key.kind) {
        return None;
    }
    let value = flow.value.as_str().get(key.range.clone())?.to_owned();
    let held = Held { kind: key.kind, span, value };
    Some((key, held))
}

/// Whether a variable is set to the string that begins at `at`.
fn is_assigned(document: &str, at: usize) -> bool {
    let mut back = Back::new(document, at);
    opening(&mut back);
    back.eat(&["="]) && !back.before().ends_with(['=', '!'])
}

/// The scheme before the credential, if the value is a header's: nothing but a scheme and the credential.
#[expect(clippy::option_option, reason = "no header's value, a value without a scheme, a value with one")]
fn scheme_of(value: &Text<'_>, key: &Key) -> Option<Option<Range<usize>>> {
    let chars = value.as_str();
    let after = chars.get(key.range.end..)?.trim_matches(['>', ' ']);
    let before = chars.get(..key.range.start)?.trim_end_matches(['<', ' ']);
    if !after.is_empty() {
        return None;
    }
    let start = before.len() - before.trim_start().len();
    let word = before.get(start..)?;
    if word.is_empty() {
        return Some(None);
    }
    SCHEMES.contains(&word.to_ascii_lowercase().as_str()).then_some(Some(start..before.len()))
}

fn put(context: &mut Context<'_>, flow: &Flow<'_, '_>, held: Held, carrier: Carrier, shape: Shape, header: Option<HeaderParts>) {
    let program = flow.program.as_str();
    let window = Window::near(program, &flow.place);
    let found = Found { carrier, range: window.local(&flow.place), name: None, scheme: None, shape };
    let prose = ground::prose(window.text, flow.family);
    let stated = believed(window.text, &found, false, &prose) && !refused(program, &flow.place);
    if stated && !introduction_forbids(context, flow.program) {
        report_at(context, flow.program.span(flow.place.clone()), held, found.carrier, header);
    }
}
