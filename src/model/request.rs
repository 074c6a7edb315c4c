//! HTTP requests, as programs make them and as documentation shows them.

use serde::Deserialize;

use super::{Reference, Span, Text};

/// The methods of RFC 9110 and RFC 5789.
pub const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];

/// A request that a program or a command makes, or that a page shows.
///
/// Its parts are texts that know where they stand, so that a fix can change them. What is computed at run time is a hole in them.
#[derive(Debug, Clone)]
pub struct Request {
    /// The whole call or command, the whole message, or the row or line of prose that names an operation.
    pub span: Span,
    /// The language it is written in, as code fences spell it; `http` for a message, `markdown` for prose.
    pub language: &'static str,
    /// The method; where the client implies it, it stands nowhere: its span is empty. `None` if it is not known.
    pub method: Option<Text<'static>>,
    /// The URL: a template if it has holes. It may be relative, to a base that is named elsewhere.
    pub url: Text<'static>,
    /// Other URLs that the same call may ask for instead.
    pub alternatives: Vec<Text<'static>>,
    /// What the URL resolves to.
    pub reference: Reference,
    /// The headers that are set by name, in the order of the source. Those that a client adds by itself are not among them.
    pub headers: Vec<RequestHeader>,
    /// How it authenticates, in the order of the source.
    pub auth: Vec<RequestAuth>,
    /// What kind of body it carries.
    pub body: RequestBody,
    /// What is not known of it.
    pub unknown: Vec<UnknownPart>,
}

impl Request {
    /// Whether method, URL and headers are all known, holes in their texts aside.
    pub fn is_complete(&self) -> bool {
        self.unknown.is_empty()
    }
}

/// A header that a request sets.
#[derive(Debug, Clone)]
pub struct RequestHeader {
    /// The name as it is written.
    pub name: Text<'static>,
    /// The value, without white space around it.
    pub value: Text<'static>,
}

/// How a request authenticates. The names are those of OpenAPI's security schemes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestAuth {
    /// By a scheme of HTTP authentication (RFC 9110, 11.1): its name in lower case, `None` if it is computed.
    Http(Option<String>),
    /// By a key under this name.
    ApiKey {
        /// What carries the key.
        location: KeyLocation,
        /// The name of the header, parameter or cookie, as it is written.
        name: String,
    },
}

/// What a manifest states of how requests of an API authenticate.
#[derive(Debug, Clone)]
pub struct AuthClaim {
    /// Where it says so.
    pub span: Span,
    /// How; `None` if they don't.
    pub auth: Option<RequestAuth>,
    /// Where it says that the API is described.
    pub api: Option<Text<'static>>,
}

/// A key of a registered kind that code sends as Bearer.
#[derive(Debug, Clone)]
pub struct BearerKey {
    /// The expression that puts the key behind the word.
    pub span: Span,
    /// The index of its kind in [`super::Vocabulary::credentials`].
    pub kind: usize,
    /// Whether keys of the kind were told apart from other tokens before.
    pub is_told: bool,
}

/// What carries a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyLocation {
    /// A header.
    Header,
    /// A parameter of the URL's query.
    Query,
    /// A cookie.
    Cookie,
}

impl KeyLocation {
    /// The name that OpenAPI gives it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Query => "query",
            Self::Cookie => "cookie",
        }
    }
}

/// What kind of body a request carries, by what it says of the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RequestBody {
    /// None.
    #[default]
    None,
    /// `application/json` or a type that ends in `+json`.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/form-data` or another type of several parts.
    Multipart,
    /// Any other type, or none that is named.
    Text,
}

impl RequestBody {
    /// The name under which it is printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Json => "json",
            Self::Form => "form",
            Self::Multipart => "multipart",
            Self::Text => "text",
        }
    }

    /// The kind that a `Content-Type` names; `None` if that is computed.
    pub fn of_content_type(value: &Text<'_>) -> Option<Self> {
        let chars = value.as_str();
        if value.holes().next().is_some_and(|hole| hole.start == 0) {
            return None;
        }
        let kind = chars.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        Some(match kind.as_str() {
            "application/json" => Self::Json,
            "application/x-www-form-urlencoded" => Self::Form,
            _ if kind.ends_with("+json") => Self::Json,
            _ if kind.starts_with("multipart/") => Self::Multipart,
            _ => Self::Text,
        })
    }
}

/// A part of a request that is not known, or not all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownPart {
    /// Which.
    pub part: RequestPart,
    /// Why, in one clause without a trailing full stop.
    pub reason: String,
}

/// A part of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestPart {
    /// The method.
    Method,
    /// The URL as far as its path.
    Url,
    /// The URL's query.
    Query,
    /// The headers.
    Headers,
}
