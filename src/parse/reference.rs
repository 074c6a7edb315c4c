//! A URL where a page uses it: reports it, and reads what a `data:` or `javascript:` URL holds.

use percent_encoding::percent_decode;

use super::script::Language;
use super::{Context, Format, data_url, plain};
use crate::model::{Directive, Role, Text, TextBuilder};

/// Where more tabs and line ends than this stand within a URL's first characters, the worst is supposed.
const MAX_IGNORED: usize = 64;

/// Reports the URL `text` with this role.
pub(super) fn report(context: &mut Context<'_>, text: &Text<'_>, role: Role) {
    let text = trim(text);
    if text.is_empty() {
        return;
    }
    let Some(colon) = after_scheme(text.as_str()) else { return context.url(&text, role) };
    let scheme: String = text.as_str().chars().take_while(|&c| c != ':').filter(|c| !is_ignored(*c)).collect();
    let scheme = scheme.to_ascii_lowercase();
    // What a `data:` URL holds may be long, and it names no host itself.
    if scheme != "data" || context.wanted().role(Role::Mention) {
        context.url(&text, role);
    }
    match scheme.as_str() {
        "javascript" if runs(role) => {
            let script = percent_decoded(&text.slice(colon..text.len()));
            context.nested(script, Format::Script(Language::JavaScript));
        }
        "data" if role != Role::Mention && role != Role::Navigate => data_url::parse(context, &text, colon, role),
        // `view-source:https://…`, `feed:https://…`, `jar:https://…!/…`: the URL within.
        "view-source" | "feed" | "jar" | "blob" | "filesystem" => plain::mentions(context, &text.slice(colon..text.len())),
        _ => {}
    }
}

/// Whether these bytes can hold a URL that names a host, or that holds a program or a document. A `no` is certain: the URL parser
/// (WHATWG URL, 4.4) gets to a host only from a scheme that it knows, or from two slashes or backslashes, between which it
/// ignores tabs and line ends. Escapes of the format around it are for the caller to think of.
pub(super) fn may_name_host(bytes: &[u8]) -> bool {
    memchr::memchr3_iter(b'/', b':', b'\\', bytes).any(|at| match bytes.get(at) {
        Some(b'/') => {
            let after = bytes.get(at + 1..).unwrap_or_default();
            let ignored = after.iter().take(MAX_IGNORED).take_while(|byte| is_ignored(char::from(**byte))).count();
            ignored == MAX_IGNORED || matches!(after.get(ignored), Some(b'/' | b'\\'))
        }
        Some(b':') => may_end_scheme(bytes.get(..at).unwrap_or_default()),
        _ => true,
    })
}

/// Whether these bytes may end in a scheme that leads to a host, a program or a document.
fn may_end_scheme(before: &[u8]) -> bool {
    const SCHEMES: [&[u8]; 9] = [b"http", b"https", b"ws", b"wss", b"ftp", b"file", b"data", b"javascript", b"blob"];
    let window = before.get(before.len().saturating_sub(MAX_IGNORED)..).unwrap_or_default();
    let end = window.iter().rposition(|byte| !is_ignored(char::from(*byte))).map_or(0, |last| last + 1);
    let word = window.get(..end).unwrap_or_default();
    let start = word.iter().rposition(|byte| !byte.is_ascii_alphanumeric()).map_or(0, |last| last + 1);
    // A tab or line end before the letters: a scheme's first letters may stand before that.
    let split = start > 0
        && word.get(start - 1).is_some_and(|byte| is_ignored(char::from(*byte)))
        && word
            .get(..start)
            .unwrap_or_default()
            .iter()
            .rev()
            .find(|byte| !is_ignored(char::from(**byte)))
            .is_none_or(u8::is_ascii_alphanumeric);
    let word = word.get(start..).unwrap_or_default();
    split
        || (word.is_empty() && window.len() == MAX_IGNORED)
        || SCHEMES.iter().any(|scheme| {
            word.len() >= scheme.len() && word.get(word.len() - scheme.len()..).is_some_and(|end| end.eq_ignore_ascii_case(scheme))
        })
}

/// Whether a `javascript:` URL in a place of this role is run.
fn runs(role: Role) -> bool {
    matches!(role, Role::Navigate | Role::Load(Directive::Frame | Directive::Object))
}

/// The text without what the URL parser strips at its ends: white space and C0 controls.
pub(super) fn trim<'s>(text: &Text<'s>) -> Text<'s> {
    let chars = text.as_str();
    let stripped = |c: char| c <= ' ';
    if !chars.starts_with(stripped) && !chars.ends_with(stripped) {
        return text.clone();
    }
    let start = chars.len() - chars.trim_start_matches(stripped).len();
    let end = chars.trim_end_matches(stripped).len();
    text.slice(start.min(end)..end)
}

/// The offset after the colon of a scheme of letters and hyphens, if the text starts with one. The URL parser ignores tabs and
/// line ends anywhere.
fn after_scheme(chars: &str) -> Option<usize> {
    let is_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.') || is_ignored(c);
    let end = chars.find(|c| !is_scheme(c))?;
    chars.get(end..)?.starts_with(':').then_some(end + 1)
}

fn is_ignored(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r')
}

/// Percent-decodes; each character maps to its escapes.
pub(super) fn percent_decoded<'s>(text: &Text<'s>) -> Text<'s> {
    let bytes = text.as_str().as_bytes();
    let escape = |at: usize| {
        bytes.get(at) == Some(&b'%') && bytes.get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    let Some(first) = memchr::memchr_iter(b'%', bytes).find(|&at| escape(at)) else { return text.clone() };
    let mut builder = TextBuilder::new();
    builder.push(text, 0..first);
    let mut at = first;
    while at < bytes.len() {
        let start = at;
        while escape(at) {
            at += 3;
        }
        let decoded: Vec<u8> = percent_decode(bytes.get(start..at).unwrap_or_default()).collect();
        let mut from = start;
        for chunk in decoded.utf8_chunks() {
            for c in chunk.valid().chars() {
                let to = from + 3 * c.len_utf8();
                builder.escaped(c.encode_utf8(&mut [0; 4]), text.span(from..to));
                from = to;
            }
            if !chunk.invalid().is_empty() {
                let to = from + 3 * chunk.invalid().len();
                builder.escaped("\u{fffd}", text.span(from..to));
                from = to;
            }
        }
        let next = memchr::memchr_iter(b'%', bytes.get(at..).unwrap_or_default()).map(|found| at + found).find(|&at| escape(at));
        let end = next.unwrap_or(bytes.len());
        builder.push(text, at..end);
        at = end;
    }
    builder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Span;

    #[test]
    fn each_character_maps_to_its_escapes() {
        let text = percent_decoded(&Text::exact("a%3c%C3%A9%ff%zz%2", 10));
        assert_eq!(text.as_str(), "a<é\u{fffd}%zz%2");
        assert_eq!(text.span(1..2), Span::new(11, 14));
        assert_eq!(text.span(2..4), Span::new(14, 20));
        assert_eq!(text.span(4..7), Span::new(20, 23));
        assert_eq!(text.span(7..8), Span::new(23, 24));
    }

    #[test]
    fn what_can_name_a_host() {
        let long = "\t".repeat(200);
        let split = [format!("/{long}/a"), format!("http{long}:a"), format!("ht{long}tp:a"), format!("{long}http:a")];
        for text in ["//a", "/\\a", "\\a", "a /\t\n/b", "http:a", "HTTPS:a", "wss:a", "x='data:,'", "h\nttp:a", "http\t:a"] {
            assert!(may_name_host(text.as_bytes()), "{text:?}");
        }
        for text in &split {
            assert!(may_name_host(text.as_bytes()), "{text:?}");
        }
        for text in ["a/b/c", "color: red", "{\n  color:red}", "mailto:a", "12:30", ":a", "\t:a", "a/\tb"] {
            assert!(!may_name_host(text.as_bytes()), "{text:?}");
        }
    }

    #[test]
    fn a_scheme_may_hold_tabs() {
        assert_eq!(after_scheme("java\tscript:x"), Some(12));
        assert_eq!(after_scheme("a/b:c"), None);
        assert_eq!(trim(&Text::exact(" \u{1}\n//a ", 0)).as_str(), "//a");
    }
}
