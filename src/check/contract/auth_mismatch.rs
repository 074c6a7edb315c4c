//! Requests that authenticate otherwise than the contract of their API allows.

use serde::{Deserialize, Serialize};

use super::contracts::{Call, Contracts};
use crate::check::{File, Verdict};
use crate::model::{
    ApiDescription, Hit, KeyLocation, RelatedHit, Request, RequestAuth, RequestHeader, RequestPart, Security, SecurityScheme,
    SecuritySchemeKind, Severity, Span,
};

/// What the rule knows of files.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Words in the names of files and folders that tell what was true at their time: findings there are notes.
    dated: Vec<String>,
    /// Words in the names of files and folders of tests, which may be about what an API refuses: nothing is found there.
    tests: Vec<String>,
}

/// Reports the requests of a file that send a credential in another way than any that their operation allows.
pub(in crate::check) fn check(file: File<'_>, parameters: &Parameters, contracts: &Contracts) -> Verdict {
    let path = file.document.path().to_ascii_lowercase();
    let words = || path.split(|c: char| !c.is_ascii_alphanumeric());
    let has = |list: &[String]| words().any(|word| list.iter().any(|known| known == word));
    if contracts.is_empty() || has(&parameters.tests) {
        return Verdict::default();
    }
    let is_dated = has(&parameters.dated);
    let hits = file.facts.requests.iter().filter_map(|request| {
        let mut hit = hit(file, request, &contracts.call(request, file.document.path())?)?;
        hit.at_most = is_dated.then_some(Severity::Note);
        Some(hit)
    });
    Verdict { hits: hits.collect(), unverified: Vec::new() }
}

fn hit(file: File<'_>, request: &Request, call: &Call<'_>) -> Option<Hit> {
    let api = call.contract.api();
    let security = api.security_of(call.operation).filter(|security| security.is_complete)?;
    let sent = request.auth.first()?;
    let allowed = allowed(api, security)?;
    // A request may carry more than it needs, and where it needs nothing anything is fine.
    let is_sent = |scheme: &&SecurityScheme| carries(request, scheme) || request.auth.iter().any(|auth| accepts(scheme, auth));
    if allowed.is_empty() || allowed.iter().any(is_sent) {
        return None;
    }
    let span = place(request, sent);
    // A key of a known kind in another place than its own is told by that.
    if file.facts.credentials.iter().any(|credential| credential.carrier_span.overlaps(span)) {
        return None;
    }
    let template = call.item.template.as_ref().map(|template| template.as_str()).unwrap_or_default();
    let wanted: Vec<_> = allowed.iter().filter_map(|scheme| described(scheme)).collect();
    let message = format!("{} {template} takes {}, not {}", call.operation.method(), wanted.join(" or "), sent_as(sent)?);
    let mut hit = Hit::new(span, message);
    let names = security.alternatives.iter().flat_map(|needed| &needed.schemes);
    hit.related.extend(names.filter_map(|used| {
        let place = call.contract.place(used.name.place())?;
        Some(RelatedHit::There(place, format!("`{}` is what the contract asks for", used.name.as_str())))
    }));
    Some(hit)
}

/// The schemes of which a request has to use one at least; `None` if one of them isn't known, empty if it may do without any.
fn allowed<'a>(api: &'a ApiDescription, security: &Security) -> Option<Vec<&'a SecurityScheme>> {
    if security.is_optional() {
        return Some(Vec::new());
    }
    let names = security.alternatives.iter().flat_map(|needed| &needed.schemes);
    let schemes = names.map(|used| api.scheme(used.name.as_str()).filter(|scheme| described(scheme).is_some()));
    schemes.collect()
}

/// Whether a request has the header, parameter or cookies in which a scheme has its key, whatever it is taken for, or may have it.
fn carries(request: &Request, scheme: &SecurityScheme) -> bool {
    let is_unknown = |part: RequestPart| request.unknown.iter().any(|unknown| unknown.part == part);
    let has_header = |name: &str| {
        let is_it = |header: &RequestHeader| header.name.has_holes() || header.name.as_str().eq_ignore_ascii_case(name);
        is_unknown(RequestPart::Headers) || request.headers.iter().any(is_it)
    };
    match scheme.kind() {
        // There what it holds is what counts.
        Some(SecuritySchemeKind::ApiKey(KeyLocation::Header, name)) if !name.eq_ignore_ascii_case("authorization") => has_header(&name),
        Some(SecuritySchemeKind::ApiKey(KeyLocation::Query, name)) => {
            let query = request.url.as_str().split_once('?').map_or("", |(_, query)| query);
            is_unknown(RequestPart::Query) || query.split(['&', '#']).any(|pair| pair.split('=').next() == Some(&name))
        }
        Some(SecuritySchemeKind::ApiKey(KeyLocation::Cookie, _)) => has_header("cookie"),
        _ => is_unknown(RequestPart::Headers),
    }
}

/// Whether a scheme takes what a request sends.
fn accepts(scheme: &SecurityScheme, auth: &RequestAuth) -> bool {
    let word = scheme.prefix().map(|(word, _)| word);
    match (scheme.kind(), auth) {
        // A scheme that is computed may be any.
        (_, RequestAuth::Http(None)) => true,
        (Some(SecuritySchemeKind::Http(name)), RequestAuth::Http(Some(sent))) => name == *sent,
        (Some(SecuritySchemeKind::OAuth2 | SecuritySchemeKind::OpenIdConnect), RequestAuth::Http(Some(sent))) => sent == "bearer",
        // A key in `Authorization` may have any word in front, unless the description names it.
        (Some(SecuritySchemeKind::ApiKey(KeyLocation::Header, name)), RequestAuth::Http(Some(sent))) => {
            name.eq_ignore_ascii_case("authorization") && word.is_none_or(|word| word.eq_ignore_ascii_case(sent))
        }
        (Some(SecuritySchemeKind::ApiKey(location, name)), RequestAuth::ApiKey { location: sent, name: key }) => {
            location == *sent && if location == KeyLocation::Header { name.eq_ignore_ascii_case(key) } else { name == *key }
        }
        _ => false,
    }
}

/// What a scheme asks of a request, in words; `None` if it isn't known, or is none that a request shows.
fn described(scheme: &SecurityScheme) -> Option<String> {
    Some(match scheme.kind()? {
        SecuritySchemeKind::Http(name) => format!("HTTP authentication by `{name}`"),
        SecuritySchemeKind::ApiKey(KeyLocation::Header, name) => format!("its key in the header `{name}`"),
        SecuritySchemeKind::ApiKey(KeyLocation::Query, name) => format!("its key in the query parameter `{name}`"),
        SecuritySchemeKind::ApiKey(KeyLocation::Cookie, name) => format!("its key in the cookie `{name}`"),
        SecuritySchemeKind::OAuth2 | SecuritySchemeKind::OpenIdConnect => "a token as `bearer`".to_owned(),
        SecuritySchemeKind::MutualTls => return None,
    })
}

fn sent_as(auth: &RequestAuth) -> Option<String> {
    Some(match auth {
        RequestAuth::Http(scheme) => format!("`{}`", scheme.as_ref()?),
        RequestAuth::ApiKey { location, name } => format!("the {} `{name}`", location.name()),
    })
}

/// Where a request authenticates so: the header that does it, or else the whole request.
fn place(request: &Request, auth: &RequestAuth) -> Span {
    let name = match auth {
        RequestAuth::Http(_) => "authorization",
        RequestAuth::ApiKey { location: KeyLocation::Header, name } => name,
        RequestAuth::ApiKey { .. } => return request.url.whole_span(),
    };
    let header = request.headers.iter().find(|header| header.name.as_str().eq_ignore_ascii_case(name));
    let span = header.map(|header| header.name.whole_span().join(header.value.whole_span()));
    // What a constant holds elsewhere is none of the request's own.
    span.filter(|span| request.span.contains(*span)).unwrap_or(request.span)
}
