//! A request as `facts` prints it.

use std::borrow::Cow;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::model::{KeyLocation, Request, RequestAuth, RequestHeader};
use crate::triage::Masker;

/// The fact without its place, which is that of the whole call, command, message or line.
#[derive(Serialize)]
pub(super) struct RequestLine<'a> {
    /// `null` if it is not known.
    method: Option<Cow<'a, str>>,
    /// A template where parts are computed: `{name}`.
    url: String,
    /// Other URLs that the same call may ask for instead.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    alternatives: Vec<String>,
    /// The host, if the URL names one.
    host: Option<Cow<'a, str>>,
    /// The headers that are set by name; those of one name are one, its values separated by commas (RFC 9110, 5.2).
    #[serde(serialize_with = "headers")]
    headers: Vec<(Cow<'a, str>, String)>,
    /// The first way in which it authenticates.
    auth: Option<Auth<'a>>,
    body: &'static str,
    language: &'static str,
    /// Whether method, URL and headers are all known.
    complete: bool,
    /// Why they are not.
    reason: Option<String>,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Auth<'a> {
    Http {
        /// `null` if it is computed.
        scheme: Option<Cow<'a, str>>,
    },
    ApiKey {
        scheme: &'static str,
        #[serde(rename = "in")]
        location: &'static str,
        name: Cow<'a, str>,
    },
}

impl<'a> Auth<'a> {
    /// As a request has it.
    pub(super) fn of(auth: &'a RequestAuth) -> Self {
        match auth {
            RequestAuth::Http(scheme) => Self::Http { scheme: scheme.as_deref().map(Cow::Borrowed) },
            RequestAuth::ApiKey { location, name } => Self::api_key(*location, name),
        }
    }

    /// By a scheme of HTTP authentication.
    pub(super) fn http(scheme: impl Into<Cow<'a, str>>) -> Self {
        Self::Http { scheme: Some(scheme.into()) }
    }

    /// By a key under a name.
    pub(super) fn api_key(location: KeyLocation, name: impl Into<Cow<'a, str>>) -> Self {
        Self::ApiKey { scheme: "apiKey", location: location.name(), name: name.into() }
    }
}

impl<'a> RequestLine<'a> {
    pub(super) fn new(request: &'a Request, masker: &Masker) -> Self {
        let reasons: Vec<_> = request.unknown.iter().map(|unknown| unknown.reason.as_str()).collect();
        let reason = (!reasons.is_empty()).then(|| masker.mask(&reasons.join("; ")).into_owned());
        Self {
            method: request.method.as_ref().map(|method| masker.mask(method.as_str())),
            url: masker.mask(request.url.as_str()).into_owned(),
            alternatives: request.alternatives.iter().map(|url| masker.mask(url.as_str()).into_owned()).collect(),
            host: request.reference.host().map(|host| masker.mask(host)),
            headers: folded(&request.headers, masker),
            auth: request.auth.first().map(Auth::of),
            body: request.body.name(),
            language: request.language,
            complete: request.is_complete(),
            reason,
        }
    }
}

/// The headers by name, each with its values.
fn folded<'a>(headers: &'a [RequestHeader], masker: &Masker) -> Vec<(Cow<'a, str>, String)> {
    let mut out: Vec<(Cow<'a, str>, String)> = Vec::with_capacity(headers.len());
    for header in headers {
        let value = masked(header.name.as_str(), header.value.as_str(), masker);
        let name = masker.mask(header.name.as_str());
        match out.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(&name)) {
            Some((_, values)) => {
                values.push_str(", ");
                values.push_str(&value);
            }
            None => out.push((name, value.into_owned())),
        }
    }
    out
}

/// The value of a header; what its name says of it counts.
fn masked<'a>(name: &str, value: &'a str, masker: &Masker) -> Cow<'a, str> {
    let line = format!("{name}: {value}");
    match masker.mask(&line).strip_prefix(name).and_then(|rest| rest.strip_prefix(": ")) {
        Some(shown) if shown == value => Cow::Borrowed(value),
        Some(shown) => Cow::Owned(shown.to_owned()),
        // The name itself is hidden.
        None => masker.mask(value),
    }
}

fn headers<S: Serializer>(headers: &[(Cow<'_, str>, String)], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(headers.len()))?;
    for (name, value) in headers {
        map.serialize_entry(name, value)?;
    }
    map.end()
}
