//! What carries the credential that stands at a place of a text: a header, a query parameter, a cookie, a user name. It is
//! read backwards from the credential, so one reader serves every language; what it can't name, it leaves alone.

use std::ops::Range;

use super::back::Back;
use super::header::header;
use super::window::Window;
use crate::model::Carrier;

/// What carries a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) carrier: Carrier,
    /// The whole construct.
    pub(super) range: Range<usize>,
    /// The header's name.
    pub(super) name: Option<Range<usize>>,
    /// The scheme and what stands between it and the credential, if both stand in one string.
    pub(super) scheme: Option<Range<usize>>,
    /// How it is written.
    pub(super) shape: Shape,
}

impl Found {
    /// The same, by its place in the whole text.
    pub(super) fn moved(self, window: &Window<'_>) -> Self {
        let scheme = self.scheme.map(|scheme| window.global(scheme));
        Self { range: window.global(self.range), name: self.name.map(|name| window.global(name)), scheme, ..self }
    }
}

/// How a carrier is written: it decides where it may be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// An option of a command: `-H "Authorization: Bearer K"`, `-u K:`.
    Option,
    /// A line of an HTTP message, alone on its line.
    Line,
    /// A string that is a header line and nothing else.
    Header,
    /// Name and value as two strings: an entry, an assignment, an argument.
    Pair,
    /// Name and value, the name without quotes.
    BarePair,
    /// A string that is a scheme and a credential and nothing else.
    Value,
    /// A part of a URL.
    Url,
}

/// What carries the credential at `key`, if anything does.
pub(super) fn find(text: &str, key: Range<usize>) -> Option<Found> {
    let (open, close) = value(text, &key);
    url(text, &key).or_else(|| cookie(text, &key)).or_else(|| option(text, open, &key)).or_else(|| header(text, open, close, &key))
}

/// The credential with the brackets of a placeholder: `<ra_ws_...>`.
fn value(text: &str, key: &Range<usize>) -> (usize, usize) {
    let after = text.get(key.end..).unwrap_or_default();
    for (open, close) in [('<', '>'), ('{', '}'), ('[', ']')] {
        if text.get(..key.start).is_some_and(|before| before.ends_with(open)) && after.starts_with(close) {
            return (key.start - 1, key.end + 1);
        }
    }
    (key.start, key.end)
}

/// A query parameter, or the user of a URL.
pub(super) fn url(text: &str, key: &Range<usize>) -> Option<Found> {
    let before = text.get(..key.start)?;
    let token = before.rfind(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '|' | '(')).map_or(0, |at| at + 1);
    let token = token + before.get(token..)?.char_indices().next().map_or(0, |(_, c)| if c.is_ascii() { 0 } else { c.len_utf8() });
    let before = before.get(token..)?;
    let authority = before.find("://").map(|at| at + 3);
    if let Some(authority) = authority.and_then(|at| before.get(at..))
        && !authority.contains(['/', '?', '#'])
    {
        let after = text.get(key.end..)?;
        let end = after.find(['/', '?', '#', '"', '\'', '`', ' ', '\n']).unwrap_or(after.len());
        let range = key.clone();
        return after.get(..end)?.contains('@').then_some(Found {
            carrier: Carrier::Basic,
            range,
            name: None,
            scheme: None,
            shape: Shape::Url,
        });
    }
    let parameter = before.strip_suffix('=')?;
    let at = parameter.rfind(['?', '&', ';'])?;
    let name = parameter.get(at + 1..)?;
    let name_ok = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '$'));
    // `a; b=c` is a cookie or a statement; `?` and `&` make a query, if a path stands before.
    let path = parameter.get(..at)?;
    let requested = before.split("://").next().is_none_or(|scheme| scheme == before || is_requested(scheme));
    let in_url = requested && (authority.is_some() || path.contains(['/', '?']) || (path.is_empty() && parameter.starts_with('?')));
    let entity = parameter.get(..=at)?.ends_with("&amp;");
    let separated = !parameter.get(..=at)?.ends_with(';') || entity;
    (name_ok && in_url && separated).then(|| {
        let start = key.start - 1 - name.len();
        Found {
            carrier: Carrier::Query(name.to_owned()),
            range: start..key.end,
            name: Some(start..start + name.len()),
            scheme: None,
            shape: Shape::Url,
        }
    })
}

/// Whether URLs of this scheme are requested from a server; what stands before it belongs to no URL.
fn is_requested(scheme: &str) -> bool {
    ["http", "https", "ws", "wss"].iter().any(|one| scheme.to_ascii_lowercase().ends_with(one))
}

/// A pair of a `Cookie` header, or what `document.cookie` or `curl -b` is given.
fn cookie(text: &str, key: &Range<usize>) -> Option<Found> {
    let mut back = Back::new(text, key.start);
    if !back.eat(&["="]) {
        return None;
    }
    let name = back.word();
    let head = back.line();
    let at = head.len() - head.trim_end_matches(|c| !matches!(c, ':' | '"' | '\'' | '`')).len();
    let mut back = Back::new(text, back.at - at);
    while back.quote().is_some() || back.blanks() || back.eat(&[":", "=", ","]) {}
    let line = back.line().to_ascii_lowercase();
    let carries = ["cookie", "-b", "--cookie"].iter().any(|word| line.ends_with(word));
    (carries && !name.is_empty()).then(|| Found {
        carrier: Carrier::Cookie(text.get(name.clone()).unwrap_or_default().to_owned()),
        range: name.start..key.end,
        name: Some(name.clone()),
        scheme: None,
        shape: Shape::Option,
    })
}

/// An option of a command that is not a header: `-u K:`, `--oauth2-bearer K`.
fn option(text: &str, open: usize, key: &Range<usize>) -> Option<Found> {
    let mut back = Back::new(text, open);
    let colon = back;
    // The user before it: `-u api:K`.
    if back.eat(&[":"]) && back.word().is_empty() {
        back = colon;
    }
    let start = back.at;
    back.quote();
    let unquoted = back.at;
    if !back.space() {
        back.eat(&["="]);
    }
    let flag = back.word();
    let found = |carrier, range| Some(Found { carrier, range, name: None, scheme: None, shape: Shape::Option });
    match text.get(flag.clone())? {
        "-u" | "--user" | "--auth" | "-a" if is_command(text, flag.start) => found(Carrier::Basic, start..key.end),
        "-u" if unquoted == flag.end => found(Carrier::Basic, start..key.end),
        "--oauth2-bearer" => found(bearer("Authorization", "Bearer"), flag.start..key.end),
        _ => None,
    }
}

pub(super) fn bearer(name: &str, scheme: &str) -> Carrier {
    Carrier::Header { name: name.to_owned(), scheme: Some(scheme.to_owned()) }
}

/// Whether a program that sends requests is called in the command to which `at` belongs.
fn is_command(text: &str, at: usize) -> bool {
    const LINES: usize = 12;
    let mut lines = text.get(..at).unwrap_or_default().rsplit('\n');
    let mut command = vec![lines.next().unwrap_or_default()];
    command.extend(lines.take(LINES).take_while(|line| line.trim_end_matches('\r').trim_end().ends_with(['\\', '`', '^'])));
    let words = command.iter().flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '-'));
    words.into_iter().any(|word| matches!(word, "curl" | "wget" | "http" | "https" | "xh" | "xhs"))
}
