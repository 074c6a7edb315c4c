use serde::{Deserialize, Serialize};

use super::prefix::stated_prefix;
use super::{ApiPlace, ApiText};
use crate::model::{KeyLocation, Span};

/// What a request needs: any one of several requirements.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Security {
    /// The requirements, in order. None at all means that nothing is needed.
    pub alternatives: Vec<SecurityRequirement>,
    /// Whether all of it was understood: if not, there may be other alternatives.
    pub is_complete: bool,
    /// Where it stands.
    pub place: ApiPlace,
}

impl Security {
    /// Whether a request without any credential is allowed.
    pub fn is_optional(&self) -> bool {
        self.is_complete && (self.alternatives.is_empty() || self.alternatives.iter().any(|needed| needed.schemes.is_empty()))
    }
}

/// Schemes that a request needs, all together; with none of them (`{}`) it needs none.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SecurityRequirement {
    /// The schemes.
    pub schemes: Vec<SecurityUse>,
    /// Where it stands.
    pub place: ApiPlace,
}

/// A scheme that a requirement names.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SecurityUse {
    /// The name under which the scheme is defined.
    pub name: ApiText,
    /// The scopes or roles that are needed.
    pub scopes: Vec<ApiText>,
}

/// How requests can authenticate, as a description defines it. Nothing in it has to be right.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SecurityScheme {
    /// The name under which it is defined.
    pub key: ApiText,
    /// Where its definition stands, or the reference to it.
    pub place: ApiPlace,
    /// Whether its definition was found; if not, only its name is known.
    pub is_defined: bool,
    /// `type`.
    pub kind: Option<ApiText>,
    /// `scheme`, of HTTP authentication.
    pub scheme: Option<ApiText>,
    /// `in`, of a key.
    pub location: Option<ApiText>,
    /// `name`, of a key: that of the header, parameter or cookie.
    pub name: Option<ApiText>,
    /// `bearerFormat`.
    pub bearer_format: Option<ApiText>,
    /// `description`.
    pub description: Option<ApiText>,
    /// The names of its OAuth 2 flows, in order.
    pub flows: Vec<ApiText>,
}

/// What a security scheme asks of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecuritySchemeKind {
    /// A scheme of HTTP authentication (RFC 9110, 11.1), by its name in lower case.
    Http(String),
    /// A key under a name.
    ApiKey(KeyLocation, String),
    /// A token of OAuth 2, which is sent as bearer (RFC 6750).
    OAuth2,
    /// A token of OpenID Connect, which is sent as bearer.
    OpenIdConnect,
    /// A client certificate.
    MutualTls,
}

impl SecurityScheme {
    /// What it asks of a request; `None` if its definition does not say.
    pub fn kind(&self) -> Option<SecuritySchemeKind> {
        let said = |text: &Option<ApiText>| text.as_ref().map(|text| text.as_str().to_owned());
        Some(match self.kind.as_ref()?.as_str() {
            // Swagger 2.0.
            "basic" => SecuritySchemeKind::Http("basic".to_owned()),
            "http" => SecuritySchemeKind::Http(said(&self.scheme)?.to_ascii_lowercase()),
            "apiKey" => {
                let location = match self.location.as_ref()?.as_str() {
                    "header" => KeyLocation::Header,
                    "query" => KeyLocation::Query,
                    "cookie" => KeyLocation::Cookie,
                    _ => return None,
                };
                SecuritySchemeKind::ApiKey(location, said(&self.name)?)
            }
            "oauth2" => SecuritySchemeKind::OAuth2,
            "openIdConnect" => SecuritySchemeKind::OpenIdConnect,
            "mutualTLS" => SecuritySchemeKind::MutualTls,
            _ => return None,
        })
    }

    /// The word that its description wants in front of the key (`Token` in "`Authorization: Token <key>`"), and where it says so.
    pub fn prefix(&self) -> Option<(&str, Span)> {
        let description = self.description.as_ref()?;
        let range = stated_prefix(description.as_str(), self.name.as_ref().map(ApiText::as_str))?;
        Some((description.as_str().get(range.clone())?, description.text.span(range)))
    }
}
