//! The `<base href>` of a document: the first one counts, even for what stands before it.

use url::Url;

use super::entity::Place;
use super::foreign::Foreign;
use super::tokenizer::{Quoting, Token, Tokenizer};
use crate::model::resolve;
use crate::parse::reference;
use crate::parse::template::Source;

/// The URL against which a document's own references are resolved, if it says so.
pub(super) fn find(source: &Source<'_, '_>) -> Option<Url> {
    let chars = source.masked();
    let mentioned = memchr::memchr_iter(b'<', chars.as_bytes())
        .any(|at| chars.as_bytes().get(at + 1..at + 5).is_some_and(|name| name.eq_ignore_ascii_case(b"base")));
    if !mentioned {
        return None;
    }
    let mut tokenizer = Tokenizer::new(chars);
    let mut foreign = Foreign::default();
    // In a template it is inert.
    let mut templates = 0usize;
    while let Some(token) = tokenizer.next(foreign.is_current()) {
        let (name, starts, self_closing) = match token {
            Token::Start { name, self_closing, .. } => (name, true, self_closing),
            Token::End { name } => (name, false, false),
            _ => continue,
        };
        let name = chars.as_bytes().get(name).unwrap_or_default();
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        if !starts {
            foreign.end(name);
            templates = templates.saturating_sub(usize::from(is("template")));
            continue;
        }
        if foreign.start(name, self_closing) {
            continue;
        }
        if is("base") && templates == 0 {
            let is_href = |name: &[u8]| name.eq_ignore_ascii_case(b"href");
            let mut attributes = tokenizer.attributes().iter().filter(|attribute| attribute.quoting != Quoting::Absent);
            let Some(href) = attributes.find(|attribute| chars.as_bytes().get(attribute.name.clone()).is_some_and(is_href)) else {
                continue;
            };
            let value = reference::trim(&source.value(href.value.clone(), Some(Place::Attribute)));
            let url = resolve(&value, None);
            // `data:`, `javascript:` and whatever else has no host names none.
            return url.url().filter(|url| url.has_host()).cloned();
        }
        if is("template") {
            templates += 1;
        } else if is("script") {
            tokenizer.script_text();
        } else if ["style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "noscript"].iter().any(|known| is(known)) {
            tokenizer.raw_text(name);
        } else if is("plaintext") {
            return None;
        }
    }
    None
}
