//! The URLs in a stretch of prose: what GitHub links, what only Python-Markdown takes for a link, and what is just named.

use std::ops::Range;

use memchr::memmem;

use super::autolink::{self, Kind};
use super::links::{self, IMAGE, Link};
use crate::model::{Role, Text};
use crate::parse::{Context, plain};

/// The longest label or destination with spaces, in bytes.
const MAX_DESTINATION: usize = 2048;

/// Reports the URLs in `prose`, which stands on one line, within `link` if there is one.
pub(super) fn report(context: &mut Context<'_>, prose: &Text<'_>, link: Option<&Link<'_>>) {
    let all = context.wanted().other_urls;
    let spaced = if link.is_none() { with_spaces(prose.as_str()) } else { Vec::new() };
    for (range, is_image) in &spaced {
        context.url(&prose.slice(range.clone()), if *is_image { IMAGE } else { Role::Navigate });
    }
    // A label that is the link's own URL says nothing new.
    if !all || !spaced.is_empty() || link.is_some_and(|link| link.destination.ends_with(prose.as_str())) {
        return;
    }
    // Within a link nothing is linked.
    let links = if link.is_none() { autolink::find(prose.as_str()) } else { Vec::new() };
    let mut at = 0;
    for (range, kind) in links {
        plain::mentions(context, &prose.slice(at..range.start));
        at = range.end;
        let url = match kind {
            Kind::Url => prose.slice(range),
            Kind::Www => links::with_scheme("http://", prose, range),
            Kind::Mail => links::mail_address(prose, range),
        };
        context.url(&url, Role::Navigate);
    }
    plain::mentions(context, &prose.slice(at..prose.len()));
}

/// The destinations with spaces (`![a](https://a.test/b c.png)`), which are none in CommonMark but are in Python-Markdown, and
/// whether they are images'.
fn with_spaces(prose: &str) -> Vec<(Range<usize>, bool)> {
    let bytes = prose.as_bytes();
    let mut found = Vec::new();
    let mut from = 0;
    for close in memmem::find_iter(bytes, b"](") {
        let start = close + 2;
        let Some(length) = bytes[start..].iter().take(MAX_DESTINATION).position(|byte| *byte == b')') else { continue };
        let destination = prose[start..start + length].trim();
        let has_scheme = destination.contains("//") || destination.starts_with("mailto:");
        let is_url = destination.contains(' ') && has_scheme && !destination.contains(['<', '>', '"', '\'', '(']);
        if close < from || !is_url {
            continue;
        }
        let Some(open) = bytes[from..close].iter().rev().take(MAX_DESTINATION).position(|byte| *byte == b'[') else { continue };
        let is_image = prose[from..close - open - 1].ends_with('!');
        from = start + length;
        let start = from - prose[start..from].trim_start().len();
        found.push((start..start + destination.len(), is_image));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations_with_spaces() {
        assert_eq!(with_spaces("![a](https://a.test/b c.png) [d]( //e/f g )"), [(5..27, true), (34..41, false)]);
        assert_eq!(with_spaces("[a](b c) [a](see https://a.test 'x') [a](//b"), []);
    }
}
