//! Code that decides by the characters of a URL which host it names, where another host has those characters too.

use std::collections::HashSet;

use super::{File, Verdict};
use crate::model::{Edge, Hit, HostComparison, HostPattern, HostSubject, HostTest, RelatedHit, Severity};

/// Reports tests that other hosts pass too.
pub(super) fn check(file: File<'_>) -> Verdict {
    let mut seen = HashSet::new();
    let mut is_first = |test: &HostTest| seen.insert((test.whole, test.host_span.map(|_| test.span)));
    let hits = file.facts.host_tests.iter().filter_map(|test| hit(file, test).filter(|_| is_first(test))).collect();
    Verdict { hits, ..Verdict::default() }
}

fn hit(file: File<'_>, test: &HostTest) -> Option<Hit> {
    let host = test.host.trim_start_matches('.');
    let what = match test.how {
        HostComparison::Anywhere if test.subject == HostSubject::Document => {
            format!(
                "`{host}` is looked for anywhere in a text: a comment, a path or a longer name such as `{host}.evil.example` holds it too"
            )
        }
        HostComparison::Anywhere => {
            format!("`{host}` may stand anywhere in the URL, also in its path, or in a longer name such as `{host}.evil.example`")
        }
        HostComparison::Start { closed: false } => {
            format!("a URL that begins with `{host}` may name another host: `{host}.evil.example`, `{host}@evil.example`")
        }
        HostComparison::End { closed: false } => format!("a name that ends in `{host}` may be another host: `evil{host}`"),
        HostComparison::Start { closed: true } | HostComparison::End { closed: true } => return None,
        HostComparison::Pattern(pattern) => of_pattern(&test.host, pattern, test.subject)?,
    };
    let mut hit = Hit::new(test.span, what);
    let plain = host.replace('\\', "");
    let named = plain.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'));
    hit.help = file.vocabulary.scripts.get(test.language).map(|roles| roles.hosts.parsed.trim()).filter(|parsed| !parsed.is_empty()).map(
        |parsed| {
            let host = if named { plain.as_str() } else { "example.com" };
            format!("parse the URL and compare its host: {}", parsed.replace("{host}", host))
        },
    );
    hit.related.extend(test.host_span.map(|span| RelatedHit::Here(span, "the host stands here".to_owned())));
    if test.subject == HostSubject::Document {
        hit.at_most = Some(Severity::Note);
    }
    Some(hit)
}

/// What is wrong with a pattern.
fn of_pattern(host: &str, pattern: HostPattern, subject: HostSubject) -> Option<String> {
    if pattern.any_dot {
        return Some(format!("a dot in `{host}` stands for any character: the pattern matches other hosts too"));
    }
    if pattern.wildcard {
        return Some(format!("anything may stand before `{host}`, also the whole of another host and a slash"));
    }
    if pattern.half_bound {
        return Some(format!("only a part of the alternatives is bound to the start or the end of the text: `{host}` may stand anywhere"));
    }
    let (start, end) = (pattern.start, pattern.end);
    let half = subject != HostSubject::Constant;
    match (pattern.is_used, start, end) {
        (false, ..) | (true, Edge::Closed | Edge::Dot, Edge::Closed) => None,
        (true, Edge::Open, Edge::Open) => Some(format!("the pattern finds `{host}` anywhere, also in the path of another host's URL")),
        (true, Edge::Open, _) if half && pattern.has_scheme => {
            Some(format!("nothing binds the URL of `{host}` to the start: it may stand in the path or the query of another"))
        }
        (true, Edge::Open, _) if half => Some(format!("nothing binds `{host}` to the start: the pattern matches `evil{host}` too")),
        (true, _, _) if half => Some(format!("nothing ends `{host}`: the pattern matches `{host}.evil.example` too")),
        _ => None,
    }
}
