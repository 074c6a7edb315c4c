//! Security schemes that can't mean what they say.

use serde::{Deserialize, Serialize};

use super::{Found, each, has_word};
use crate::check::contract::contracts::Contracts;
use crate::check::contract::declared::HTTP_SCHEMES;
use crate::check::contract::nearest::edits;
use crate::model::{
    ApiDescription, ApiPlace, ApiText, ApiVersion, CredentialKind, CredentialPlace, Hit, KeyLocation, Security, SecurityScheme,
    SecuritySchemeKind, Severity, Vocabulary,
};

/// How many characters of a scheme's name may be wrong.
const MAX_WRONG: usize = 2;
/// What can stand for a key in a header.
const LOCATIONS: [&str; 3] = ["header", "query", "cookie"];
/// Words of a description that tell what stands in `Authorization`, beside a prefix that it states.
const TELLING: [&str; 9] = ["prefix", "bearer", "basic", "authorization", "scheme", "raw", "jwt", "token ", "without"];

/// What the rule knows of files.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Words in the names of files and folders of tests: nothing is found there.
    tests: Vec<String>,
}

/// Reports the schemes.
pub(in crate::check) fn check(parameters: &Parameters, contracts: &Contracts, vocabulary: &Vocabulary) -> Found {
    each(contracts, |api, hit| {
        if has_word(api, &parameters.tests) {
            return;
        }
        for scheme in api.schemes.iter().filter(|scheme| scheme.is_defined) {
            if let Some((place, message, most)) = suspect(api, scheme, vocabulary) {
                let anchor = Some(scheme.key.as_str().to_owned());
                hit(place, Hit { at_most: Some(most), anchor, ..Hit::new(place.span, message) });
            }
        }
        if let Some((place, message)) = unused(api) {
            let anchor = Some("security".to_owned());
            hit(place, Hit { at_most: Some(Severity::Warning), anchor, ..Hit::new(place.span, message) });
        }
    })
}

fn suspect(api: &ApiDescription, scheme: &SecurityScheme, vocabulary: &Vocabulary) -> Option<(ApiPlace, String, Severity)> {
    let key = scheme.key.as_str();
    let missing = |field: &str| Some((scheme.key.place(), format!("the security scheme `{key}` has no `{field}`"), Severity::Error));
    let wrong = |text: &ApiText, field: &str, known: &[&str]| {
        let meant = nearest(text.as_str(), known).map(|name| format!("; `{name}` may be meant")).unwrap_or_default();
        Some((text.place(), format!("`{}` is no `{field}` of a security scheme{meant}", text.as_str()), Severity::Error))
    };
    let types: &[&str] = match api.version {
        ApiVersion::Swagger2 => &["basic", "apiKey", "oauth2"],
        _ => &["apiKey", "http", "oauth2", "openIdConnect", "mutualTLS"],
    };
    let Some(kind) = &scheme.kind else { return missing("type") };
    match kind.as_str() {
        kind_name if !types.contains(&kind_name) => return wrong(kind, "type", types),
        "http" => {
            let Some(name) = &scheme.scheme else { return missing("scheme") };
            let lower = name.as_str().to_ascii_lowercase();
            if !HTTP_SCHEMES.contains(&lower.as_str()) && nearest(&lower, &HTTP_SCHEMES).is_some() {
                return wrong(name, "scheme", &HTTP_SCHEMES);
            }
        }
        "apiKey" => {
            let (Some(location), Some(_)) = (&scheme.location, &scheme.name) else {
                return missing(if scheme.location.is_none() { "in" } else { "name" });
            };
            if !LOCATIONS.contains(&location.as_str()) {
                return wrong(location, "in", &LOCATIONS);
            }
        }
        _ => {}
    }
    match scheme.kind()? {
        SecuritySchemeKind::Http(name) if name == "bearer" => {
            let kind = vocabulary.credentials.iter().find(|kind| is_named(kind, scheme))?;
            let (place, header) = (scheme.scheme.as_ref().or(scheme.kind.as_ref())?.place(), kind.header.as_ref()?);
            let message = format!("`{key}` is for a {}, which travels in the header `{header}` and not as bearer", kind.name);
            Some((place, message, Severity::Error))
        }
        SecuritySchemeKind::ApiKey(KeyLocation::Header, name) if name.eq_ignore_ascii_case("authorization") => {
            let description = scheme.description.as_ref().map(|text| text.as_str().to_ascii_lowercase()).unwrap_or_default();
            let is_told = scheme.prefix().is_some() || TELLING.iter().any(|word| description.contains(word));
            let named = key.to_ascii_lowercase();
            if is_told || TELLING.iter().any(|word| named.contains(word.trim())) {
                return None;
            }
            let message = format!("`{key}` does not say what stands in front of the key in `Authorization`, or that nothing does");
            Some((scheme.name.as_ref()?.place(), message, Severity::Note))
        }
        _ => None,
    }
}

/// Whether a scheme is told to be for a kind of credential that travels alone in a header of its own.
fn is_named(kind: &CredentialKind, scheme: &SecurityScheme) -> bool {
    let is_bearer = |place: &CredentialPlace| matches!(place, CredentialPlace::Scheme(name) if name.eq_ignore_ascii_case("bearer"));
    let own = kind.header.as_ref().is_some_and(|header| !header.eq_ignore_ascii_case("authorization"));
    let words = [&scheme.description, &scheme.bearer_format].into_iter().flatten();
    own && kind.at.is_empty() && !kind.also.iter().any(is_bearer) && words.into_iter().any(|text| says(text.as_str(), &kind.prefix))
}

/// Whether a sentence has a prefix, and is not about what is not to be done.
fn says(text: &str, prefix: &str) -> bool {
    let forbids = |sentence: &str| {
        let mut words = sentence.split(|c: char| !c.is_alphanumeric() && c != '\'');
        words.any(|word| ["not", "never", "no", "don't", "instead", "except", "other"].contains(&word.to_ascii_lowercase().as_str()))
    };
    text.split(". ").any(|sentence| sentence.contains(prefix) && !forbids(sentence))
}

/// Schemes that are defined though nothing needs any: what says so has gone.
fn unused(api: &ApiDescription) -> Option<(ApiPlace, String)> {
    let first = api.schemes.first()?;
    // What says that it needs nothing says so beside others that do, unless all say it.
    let needs = |security: &Security| !security.is_complete || security.alternatives.iter().any(|needed| !needed.schemes.is_empty());
    let has_own = api.operations().any(|(_, operation)| operation.security.as_ref().is_some_and(needs))
        || api.operations().all(|(_, operation)| operation.security.is_some());
    if api.security.is_some() || has_own || api.operations().next().is_none() || !api.elsewhere.is_empty() {
        return None;
    }
    Some((first.key.place(), format!("the security scheme `{}` is defined, and no operation needs any", first.key.as_str())))
}

/// What was probably meant.
fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    // The distance takes quadratic time.
    if name.len() > 32 {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    let near = |known: &&'k str| edits(&known.to_ascii_lowercase(), &lower) <= MAX_WRONG.min(known.len() / 3);
    known.iter().copied().find(near)
}
