//! Keys of a registered prefix that travel in another place than their own.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use url::Url;

use super::{File, Verdict};
use crate::model::{
    Carrier, CredentialKind, CredentialPlace, CredentialUse, Document, Edit, Fix, Hit, HostSource, Reference, RelatedHit, Span, resolve,
};

/// Reports keys that travel in another place than their own.
pub(super) fn misplaced(file: File<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    let named = OnceCell::new();
    // Whether any URL of the document is the issuer's, by the kind.
    let mut anywhere: BTreeMap<usize, bool> = BTreeMap::new();
    for one in &file.facts.credentials {
        let Some(kind) = file.vocabulary.credentials.get(one.kind) else { continue };
        if let Some(place) = wrong_place(kind, &one.carrier)
            && (kind.at.is_empty() || {
                let urls = named.get_or_init(|| urls(file.document));
                nearest(urls, one.carrier_span).map_or_else(
                    || *anywhere.entry(one.kind).or_insert_with(|| urls.iter().any(|(_, url)| is_issuer(kind, url))),
                    |url| is_issuer(kind, url),
                )
            })
        {
            verdict.hits.push(hit(file, kind, one, &place));
        }
    }
    verdict
}

/// In what the credential travels, if that is none of its places; nothing for kinds that state none.
fn wrong_place(kind: &CredentialKind, carrier: &Carrier) -> Option<String> {
    let belongs = |place: &CredentialPlace| match (place, carrier) {
        (CredentialPlace::Header(name), Carrier::Header { name: given, scheme: None }) => name.eq_ignore_ascii_case(given),
        (CredentialPlace::Scheme(scheme), Carrier::Header { name, scheme: Some(given) }) => {
            name.eq_ignore_ascii_case("Authorization") && scheme.eq_ignore_ascii_case(given)
        }
        (CredentialPlace::Query(name), Carrier::Query(given)) => name.eq_ignore_ascii_case(given),
        (CredentialPlace::Basic, Carrier::Basic) => true,
        (CredentialPlace::Basic, Carrier::Header { scheme: Some(scheme), .. }) => scheme.eq_ignore_ascii_case("Basic"),
        _ => false,
    };
    let own = kind.header.clone().map(CredentialPlace::Header);
    let places: Vec<&CredentialPlace> = own.iter().chain(&kind.also).collect();
    if places.is_empty() || places.into_iter().any(belongs) {
        return None;
    }
    Some(match carrier {
        Carrier::Header { name, scheme: Some(scheme) } => format!("`{name}: {scheme}`"),
        Carrier::Header { name, scheme: None } => format!("the header `{name}`"),
        Carrier::Query(name) => format!("the query parameter `{name}`"),
        Carrier::Cookie(name) => format!("the cookie `{name}`"),
        Carrier::Basic => "HTTP Basic authentication".to_owned(),
        Carrier::Bare => return None,
    })
}

/// The URL to which a request goes, as far as one can see: the nearest, if one is near. What other services than the issuer
/// do with its keys is their matter.
fn nearest(urls: &[(usize, Url)], place: Span) -> Option<&Url> {
    const NEAR: usize = 800;
    let distance = |at: usize| if at < place.start { place.start - at } else { at.saturating_sub(place.end) };
    let next = urls.partition_point(|(at, _)| *at < place.start);
    let around = urls.get(next.saturating_sub(1)..urls.len().min(next + 1)).unwrap_or_default();
    around.iter().min_by_key(|(at, _)| distance(*at)).filter(|(at, _)| distance(*at) <= NEAR).map(|(_, url)| url)
}

/// Whether a URL is one of those at which the kind's places are what counts.
fn is_issuer(kind: &CredentialKind, url: &Url) -> bool {
    kind.at.iter().any(|at| is_at(url, at))
}

/// Whether a URL has the host and the start of the path that `at` names.
fn is_at(url: &Url, at: &str) -> bool {
    let (host, path) = at.find('/').map_or((at, ""), |slash| at.split_at(slash));
    HostSource::parse(host).is_ok_and(|source| source.matches(url)) && url.path().starts_with(path)
}

/// More of a URL says no more about whose it is, in bytes.
const LONGEST_URL: usize = 1024;

/// The absolute URLs that a document names, and where they stand, in order.
fn urls(document: &Document) -> Vec<(usize, Url)> {
    let text = document.text();
    let chars = text.as_str();
    let parse = |(at, _): (usize, &str)| {
        let start = chars.get(..at)?.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len();
        let rest = chars.get(start..)?;
        let rest = rest.get(..rest.floor_char_boundary(LONGEST_URL))?;
        let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>' | ')' | ',' | '\\');
        let end = start + rest.find(ends).unwrap_or(rest.len());
        match resolve(&text.slice(start..end), None) {
            Reference::Absolute(url) => Some((start, url)),
            _ => None,
        }
    };
    chars.match_indices("://").filter_map(parse).collect()
}

fn hit(file: File<'_>, kind: &CredentialKind, one: &CredentialUse, place: &str) -> Hit {
    let (name, prefix) = (&kind.name, &kind.prefix);
    let own = own_place(kind);
    let article = if name.starts_with(['A', 'E', 'I', 'O', 'U']) { "an" } else { "a" };
    let mut hit = Hit::new(one.carrier_span, format!("{article} {name} ({prefix}…) travels in {place}; it belongs in {own}"));
    if !one.carrier_span.contains(one.span) {
        hit.related.push(RelatedHit::Here(one.span, "the key comes from here".to_owned()));
    }
    if let Some(source) = &kind.source {
        hit.help = Some(format!("send it in {own} ({source})"));
    } else {
        hit.help = Some(format!("send it in {own}"));
    }
    hit.fix = fix(file, kind, one);
    hit.group = Some(kind.prefix.clone());
    hit
}

/// Where the credential belongs, in words.
fn own_place(kind: &CredentialKind) -> String {
    if let Some(header) = &kind.header {
        let bare = if header.eq_ignore_ascii_case("Authorization") { ", without a scheme" } else { "" };
        return format!("the header `{header}`{bare}");
    }
    match kind.also.first() {
        Some(CredentialPlace::Header(name)) => format!("the header `{name}`"),
        Some(CredentialPlace::Scheme(scheme)) => format!("`Authorization: {scheme}`"),
        Some(CredentialPlace::Query(name)) => format!("the query parameter `{name}`"),
        Some(CredentialPlace::Basic) | None => "HTTP Basic authentication".to_owned(),
    }
}

/// `Authorization: Bearer K` to `X-Key: K`, wherever name and scheme stand as they are sent.
fn fix(file: File<'_>, kind: &CredentialKind, one: &CredentialUse) -> Option<Fix> {
    let own = kind.header.as_ref()?;
    let parts = one.header?;
    let Carrier::Header { scheme, .. } = &one.carrier else { return None };
    let literal = |span: Span| !file.document.slice(span).contains(['\n', '\r']);
    if !parts.quoted || !literal(parts.name) || (scheme.is_some() && parts.scheme.is_none()) {
        return None;
    }
    let mut edits = vec![Edit { span: parts.name, place: None, replacement: own.clone() }];
    edits.extend(parts.scheme.map(|span| Edit { span, place: None, replacement: String::new() }));
    edits.sort_by_key(|edit| edit.span);
    // A test that asserts the old header documents what the code does: a person has to change both.
    let path = file.document.path().to_ascii_lowercase();
    let tests = path.split(['/', '.', '_', '-']).any(|part| matches!(part, "test" | "tests" | "spec" | "specs" | "testdata"));
    Some(Fix::edits(!tests, edits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Encoding;

    #[test]
    fn urls_without_an_end_take_linear_time() {
        let of = |text: String| urls(&Document::new("a.txt", text, Encoding::Utf8 { bom: false }));
        assert_eq!(of("é <https://a.test/x> http://b.test".to_owned()).iter().map(|(at, _)| *at).collect::<Vec<_>>(), [4, 22]);
        assert_eq!(of("http://a.test/".repeat(5_000)).len(), 5_000);
    }
}
