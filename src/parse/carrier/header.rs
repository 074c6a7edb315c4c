//! Headers, read backwards from the credential: a line `Name: value`, or a name and its value apart, as entries,
//! assignments, arguments and comparisons of any language have them.

use std::ops::Range;

use super::back::Back;
use super::find::{Found, Shape, bearer};
use crate::model::Carrier;

/// The authentication schemes that are known by name, in lower case (IANA's registry, and what vendors use).
pub(super) const SCHEMES: [&str; 14] = [
    "bearer",
    "basic",
    "token",
    "digest",
    "apikey",
    "api-key",
    "key",
    "jwt",
    "bot",
    "ssws",
    "api-token",
    "klaviyo-api-key",
    "genie-key",
    "negotiate",
];

/// A header: a line of it, or its name and its value apart.
pub(super) fn header(text: &str, open: usize, close: usize, key: &Range<usize>) -> Option<Found> {
    let mut back = Back::new(text, open);
    let scheme = scheme(&mut back);
    let scheme_name = scheme.as_ref().and_then(|range| text.get(range.clone())).map(ToOwned::to_owned);
    let scheme_range = scheme.as_ref().map(|range| range.start..open);
    let value_start = back.at;
    let same_string = scheme.as_ref().is_none_or(|range| text.get(range.end..open).is_some_and(|gap| gap.trim().is_empty()));
    let found = |name: Range<usize>, written: &str, shape| {
        Some(Found {
            carrier: Carrier::Header { name: written.to_owned(), scheme: scheme_name.clone() },
            range: name.start..close.max(key.end),
            name: Some(name),
            scheme: scheme_range.clone().filter(|_| same_string),
            shape,
        })
    };
    // `Name: value`, in one string.
    let mut line = Back::new(text, value_start);
    line.blanks();
    if line.eat(&[":"]) {
        line.blanks();
        let word = line.word();
        // A hyphen before a name is a list's, or a diff's.
        let name = word.end - text.get(word.clone())?.trim_start_matches('-').len()..word.end;
        line.at = name.start;
        let written = text.get(name.clone())?;
        if let Some(shape) = lead(&line, text, close) {
            if let Some(written) = header_name(written, shape == Shape::Option, || near(&line, &["header"])) {
                return found(name, &written, shape);
            }
            if let Some((name, written)) = sibling(text, &name) {
                return found(name, &written, Shape::BarePair);
            }
            if scheme_name.as_ref().is_some_and(|name| name.eq_ignore_ascii_case("bearer")) {
                let carrier = bearer("Authorization", "Bearer");
                return Some(Found { carrier, range: value_start..close, name: None, scheme: scheme_range, shape: Shape::Value });
            }
        }
    }
    // Name and value apart.
    let mut pair = Back::new(text, value_start);
    let quote = opening(&mut pair);
    let closes = quote.is_none_or(|quote| closed(text, close, quote));
    if separator(&mut pair) {
        pair.blanks();
        let quoted = name_end(&mut pair);
        let name = pair.word();
        let written = text.get(name.clone())?;
        let shape = if quoted { Shape::Pair } else { Shape::BarePair };
        let closes = closes && (quote.is_some() || quoted || is_entry(&pair, text, close));
        let place = || near(&pair, &["header"]);
        if closes && (quote.is_some() || scheme.is_some() || quoted) {
            if let Some(written) = header_name(written, false, place) {
                return found(name, &written, shape);
            }
            if let Some(carrier) = argument(&pair, written) {
                let range = name.start..key.end;
                return Some(Found { carrier, range, name: Some(name), scheme: None, shape });
            }
            if let Some((name, written)) = sibling(text, &name) {
                return found(name, &written, shape);
            }
        }
    }
    if scheme.is_none() {
        return basic_argument(text, value_start, key);
    }
    // Scheme and credential make a string of their own: that is a header's value by its form.
    let scheme_name = scheme_name.filter(|name| name.eq_ignore_ascii_case("bearer"))?;
    let quote = quote?;
    closed(text, close, quote).then(|| Found {
        carrier: bearer("Authorization", &scheme_name),
        range: value_start..close,
        name: None,
        scheme: scheme_range.filter(|_| same_string),
        shape: Shape::Value,
    })
}

/// Eats the scheme before a credential: `Bearer K`, `"Bearer " + "K"`.
fn scheme(back: &mut Back<'_>) -> Option<Range<usize>> {
    let start = *back;
    let mut spaced = back.blanks() || back.eat(&["%20"]);
    if !spaced {
        // Another string that is joined with this one.
        let joined = back.quote().is_some() && {
            back.space();
            back.eat(&["..", "+", ".", "&", "<>", "~", ","]) || back.before().ends_with(['"', '\''])
        };
        back.space();
        spaced = joined && back.quote().is_some() && back.blanks();
    }
    let word = back.word();
    let name = Back::new(back.before(), back.at);
    let known = word.len() < 24
        && SCHEMES.contains(&name_of(start.before(), &word).to_ascii_lowercase().as_str())
        && !name.before().ends_with(['-', '$', '{', '.']);
    if spaced && known {
        return Some(word);
    }
    *back = start;
    None
}

fn name_of<'t>(text: &'t str, range: &Range<usize>) -> &'t str {
    text.get(range.clone()).unwrap_or_default()
}

/// How a header line begins, if it is one: as an option's argument, as a string, as a line.
fn lead(back: &Back<'_>, text: &str, close: usize) -> Option<Shape> {
    let rest = text.get(close..).unwrap_or_default();
    let mut option = *back;
    let quote = option.quote();
    if quote.is_some() {
        option.eat(&["$"]);
    }
    let unspaced = option;
    if !option.space() {
        option.eat(&["=", "=\"", "='"]);
    }
    let flag = name_of(text, &option.word());
    let flag = flag.rsplit_once("--").map_or(flag, |(_, name)| name);
    if matches!(flag, "-H" | "header" | "-Header" | "-Headers" | "proxy-header") || (flag == "H" && unspaced.before().ends_with("-H")) {
        return Some(Shape::Option);
    }
    if let Some(quote) = quote {
        return closed(text, close, quote).then_some(Shape::Header);
    }
    let mut line = *back;
    line.blanks();
    let head = line.line();
    let starts = matches!(head.trim(), "" | ">" | "-" | "+" | "*" | "|" | "||" | "#" | "//") || head.ends_with("\\n");
    let rest = rest.lines().next().unwrap_or_default().trim();
    let ends = rest.is_empty() || rest.starts_with(['#', '"', '\'', '`', '\\', ',', '}', ']', ')', '|']) || rest.starts_with("//");
    (starts && ends).then_some(Shape::Line)
}

/// Whether a string that `quote` opened is closed here, or a line of it.
fn closed(text: &str, at: usize, quote: char) -> bool {
    let written = text.get(at..).unwrap_or_default();
    let rest = written.trim_start_matches('\\');
    let line_end = rest.len() < written.len() && rest.starts_with(['n', 'r']);
    line_end || rest.starts_with(quote) || rest.starts_with("&quot;") || rest.starts_with("&#") || rest.starts_with("&apos;")
}

/// Eats what opens a value: its quote, the prefix of a string, brackets and conversions around it.
pub(super) fn opening(back: &mut Back<'_>) -> Option<char> {
    let quote = back.quote();
    if quote.is_some() {
        let prefix = *back;
        back.eat(&["rf", "fr", "f", "r", "b", "u", "F", "R", "B", "U", "$@", "@", "$"]);
        if back.last().is_some_and(|c| c.is_alphanumeric() || c == '_') {
            *back = prefix;
        }
    }
    for _ in 0..4 {
        let start = back.at;
        back.space();
        if back.eat(&["("]) {
            let call = *back;
            back.path();
            let mut after = *back;
            after.space();
            // A method on something else is no conversion of the value: `.toBe(`.
            if !after.before().ends_with(['=', ':', ',', '>']) || call.at == back.at {
                *back = call;
                back.at += 1;
            }
        }
        back.eat(&["[]string{", "{", "["]);
        if back.last() == Some('-') && back.line().trim() == "-" {
            back.eat(&["-"]);
        }
        if back.at == start {
            break;
        }
    }
    back.space();
    quote
}

/// Whether neither name nor value being quoted leaves an entry of a mapping: `{ Authorization: Bearer K }`, `AUTHORIZATION=Bearer K`.
fn is_entry(back: &Back<'_>, text: &str, close: usize) -> bool {
    let head = back.line().trim_end();
    let rest = text.get(close..).unwrap_or_default().lines().next().unwrap_or_default().trim_start();
    let starts = matches!(head.trim_start(), "" | "-" | "export") || head.ends_with(['{', ',']);
    starts && (rest.is_empty() || rest.starts_with(['}', ',', ']', '#']))
}

/// Eats what stands between a name and its value.
fn separator(back: &mut Back<'_>) -> bool {
    back.eat(&["!==", "===", "!=", "==", "=>", ":=", "=", ":", ","])
}

/// Eats the end of a name: quotes and brackets. Tells whether it was quoted.
fn name_end(back: &mut Back<'_>) -> bool {
    let mut quoted = false;
    for _ in 0..3 {
        if back.eat(&["]", ")", "}"]) {
            continue;
        }
        if back.quote().is_none() {
            break;
        }
        quoted = true;
    }
    quoted
}

/// The header that a word names: by itself, or because it stands where headers stand.
pub(super) fn header_name(word: &str, certain: bool, placed: impl FnOnce() -> bool) -> Option<String> {
    let plain = word.trim_matches('-').replace('_', "-").to_ascii_lowercase();
    let by_itself = matches!(plain.as_str(), "authorization" | "proxy-authorization");
    let extension = word.len() > 2 && word.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("x-"));
    let token = word.len() > 1 && word.starts_with(|c: char| c.is_ascii_alphabetic());
    let named = by_itself || extension || (token && word != "http" && word != "https" && (certain_name(&plain, certain) || placed()));
    named.then(|| if by_itself { canonical(&plain) } else { word.to_owned() })
}

/// Where the place is certain, any token is a header's name; words of plain speech are not.
fn certain_name(plain: &str, certain: bool) -> bool {
    certain && !matches!(plain, "note" | "example" | "e-g" | "warning" | "use" | "error" | "token" | "key" | "auth")
}

fn canonical(plain: &str) -> String {
    if plain == "authorization" { "Authorization".to_owned() } else { "Proxy-Authorization".to_owned() }
}

/// Whether the bracket around this place belongs to something of which the name has one of these words.
fn near(back: &Back<'_>, words: &[&str]) -> bool {
    back.enclosing().is_some_and(|(name, _)| {
        let name = name.to_ascii_lowercase();
        words.iter().any(|word| name.contains(word))
    })
}

/// What an entry of this name is by the name of the mapping that it stands in: `headers={…}`, `params={…}`, `cookies={…}`.
pub(in crate::parse) fn container(text: &str, at: usize, name: &str) -> Option<Carrier> {
    let back = Back::new(text, at);
    let headers = || near(&back, &["header"]).then(|| Carrier::Header { name: name.to_owned(), scheme: None });
    argument(&back, name).or_else(headers)
}

/// What a request's arguments carry other than headers: `params={"api_key": "K"}`, `cookies={"session": "K"}`.
fn argument(back: &Back<'_>, name: &str) -> Option<Carrier> {
    let (place, _) = back.enclosing()?;
    let place = place.rsplit(['.', ':']).next().unwrap_or(place).to_ascii_lowercase();
    match place.as_str() {
        "params" | "query" | "qs" | "searchparams" | "urlsearchparams" | "query_params" => Some(Carrier::Query(name.to_owned())),
        "cookies" => Some(Carrier::Cookie(name.to_owned())),
        "auth" if matches!(name, "username" | "user" | "password") => Some(Carrier::Basic),
        _ => None,
    }
}

/// `auth=("K", "")`, `SetBasicAuth("K", "")`: user name or password of Basic authentication.
fn basic_argument(text: &str, value_start: usize, key: &Range<usize>) -> Option<Found> {
    let mut back = Back::new(text, value_start);
    let quote = back.quote()?;
    let (name, _) = back.enclosing()?;
    let name = name.rsplit(['.', ':']).next().unwrap_or(name).replace('_', "").to_ascii_lowercase();
    let basic = matches!(name.as_str(), "setbasicauth" | "basicauth" | "httpbasicauth") || (name == "auth" && back.before().ends_with('('));
    (basic && closed(text, key.end, quote)).then(|| Found {
        carrier: Carrier::Basic,
        range: key.clone(),
        name: None,
        scheme: None,
        shape: Shape::Pair,
    })
}

/// The header's name where name and value are two fields: `{"name": "Authorization", "value": "Bearer K"}`, in either order.
fn sibling(text: &str, field: &Range<usize>) -> Option<(Range<usize>, String)> {
    const FAR: usize = 160;
    let at = field.start;
    if !text.get(field.clone())?.eq_ignore_ascii_case("value") {
        return None;
    }
    let before = text.get(..at)?;
    let start = before.char_indices().rev().take_while(|(index, _)| at - index <= FAR).last().map_or(0, |(index, _)| index);
    let field = before.rfind(['{', '}', '<']).map_or(start, |bracket| bracket.max(start));
    let field_start = before.get(field..)?.to_ascii_lowercase();
    let found = field_start.rfind("authorization").map(|found| field + found)?;
    let head = before.get(field..found)?;
    let named = ["name", "key", "header"].iter().any(|word| head.to_ascii_lowercase().contains(word));
    named.then(|| (found..found + "authorization".len(), "Authorization".to_owned()))
}
