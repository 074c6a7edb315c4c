//! What a request sends to authenticate, and what kind of credential that is.

use serde::{Deserialize, Serialize};

use crate::check::contract::nearest::edits;
use crate::model::{CredentialKind, Document, KeyLocation, Request, RequestAuth, RequestHeader, Span, Text, Vocabulary};

/// What names say of credentials.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Words {
    /// Words in the names of tokens that someone else issues for a person: `id_token`.
    tokens: Vec<String>,
    /// Words in the names of values that are a whole header, or the word in front of a key with it.
    headers: Vec<String>,
    /// Words in the names of headers that carry a key.
    keys: Vec<String>,
}

/// What a credential is, by how it starts or by the name under which it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Credential<'v> {
    /// A key of a registered kind that has a header of its own.
    Key(&'v CredentialKind),
    /// A token of an identity provider: a JWT.
    Token,
    /// Any other.
    Other,
}

/// One way in which a request authenticates.
#[derive(Debug, Clone)]
pub(super) struct Sent<'r> {
    /// How.
    pub(super) auth: RequestAuth,
    /// The header that does it, if one stands in the request.
    pub(super) header: Option<&'r RequestHeader>,
    /// What it sends.
    pub(super) credential: Credential<'r>,
    /// Whether that is a key alone, without a word in front.
    pub(super) is_bare: bool,
}

impl<'r> Sent<'r> {
    /// All that a request sends. A header that is one of `wanted`, or is nearly one, counts too.
    pub(super) fn all(request: &'r Request, wanted: &[String], words: &Words, vocabulary: &'r Vocabulary) -> Vec<Self> {
        let named = |name: &str| request.headers.iter().find(|header| header.name.as_str().eq_ignore_ascii_case(name));
        let known = request.auth.iter().map(|auth| {
            let header = match auth {
                RequestAuth::Http(_) => named("authorization"),
                RequestAuth::ApiKey { location: KeyLocation::Header, name } => named(name),
                RequestAuth::ApiKey { location: KeyLocation::Cookie, .. } => named("cookie"),
                RequestAuth::ApiKey { location: KeyLocation::Query, .. } => None,
            };
            Self::new(auth.clone(), header, words, vocabulary)
        });
        let mut all: Vec<_> = known.collect();
        let is_known = |header: &RequestHeader, all: &[Self]| {
            all.iter().any(|sent| sent.header.is_some_and(|known| known.name.as_str().eq_ignore_ascii_case(header.name.as_str())))
        };
        for header in request.headers.iter().filter(|header| !header.name.has_holes()) {
            let name = header.name.as_str();
            let is_meant = wanted.iter().any(|wanted| name.eq_ignore_ascii_case(wanted) || is_misspelt(name, wanted));
            if is_meant && !is_known(header, &all) {
                let auth = RequestAuth::ApiKey { location: KeyLocation::Header, name: name.to_owned() };
                all.push(Self::new(auth, Some(header), words, vocabulary));
            }
        }
        all
    }

    fn new(auth: RequestAuth, header: Option<&'r RequestHeader>, words: &Words, vocabulary: &'r Vocabulary) -> Self {
        let credential = header.map_or(Credential::Other, |header| words.credential(&header.value, vocabulary));
        let is_bare = header.is_some_and(|header| words.is_bare(&header.value));
        Self { auth, header, credential, is_bare }
    }

    /// Where it stands: the header that does it, wherever that is written; or else the URL or the whole request.
    pub(super) fn place(&self, document: &Document, request: &Request) -> Span {
        if let RequestAuth::ApiKey { location: KeyLocation::Query, .. } = self.auth {
            return request.url.whole_span();
        }
        // A client that sends a header by itself has it written nowhere; a collection says somewhere that it does.
        let is_written = |header: &&RequestHeader| {
            matches!(request.language, "postman" | "insomnia")
                || document.slice(header.name.whole_span()).eq_ignore_ascii_case(header.name.as_str())
        };
        let Some(header) = self.header.filter(is_written) else { return request.span };
        let (name, value) = (header.name.whole_span(), header.value.whole_span());
        // A value that is made somewhere else is not what to point at.
        if value.start >= name.start && value.start <= name.end + NEAR { name.join(value) } else { name }
    }
}

/// How far behind the name of a header its value may stand to be a part of the same construct, in bytes.
const NEAR: usize = 80;

impl Words {
    /// What the value of a header holds behind the word in front.
    pub(super) fn credential<'v>(&self, value: &Text<'_>, vocabulary: &'v Vocabulary) -> Credential<'v> {
        let chars = value.as_str();
        let kinds = &vocabulary.credentials;
        if let Some(kind) = vocabulary.keys(chars).next().and_then(|key| kinds.get(key.kind)) {
            return if kind.header.is_some() { Credential::Key(kind) } else { Credential::Other };
        }
        let secret = chars.rsplit(char::is_whitespace).next().unwrap_or_default();
        if secret.starts_with("eyJ") {
            return Credential::Token;
        }
        let name = snake(last_name(secret));
        let is_kinds = |kind: &&CredentialKind| {
            kind.header.is_some() && kind.variables.iter().any(|known| snake(known).replace('_', "") == name.replace('_', ""))
        };
        if let Some(kind) = kinds.iter().rev().find(is_kinds).filter(|_| !name.is_empty()) {
            return Credential::Key(kind);
        }
        if self.tokens.iter().any(|word| has_words(&name, word)) { Credential::Token } else { Credential::Other }
    }

    /// Whether a value is a key alone: it stands there, or is computed and its name says no more than that it is a key.
    pub(super) fn is_bare(&self, value: &Text<'_>) -> bool {
        let chars = value.as_str();
        let is_computed = value.holes().next().is_some_and(|hole| hole.start > 0 || hole.end < chars.len());
        let is_name = value.has_holes() || chars.starts_with(['<', '{', '[', '$']) || !chars.contains(|c: char| c.is_ascii_lowercase());
        let name = snake(last_name(chars));
        let is_key = || self.keys.iter().any(|word| has_words(&name, word)) && !self.headers.iter().any(|word| has_words(&name, word));
        !chars.is_empty() && !chars.contains(char::is_whitespace) && !is_computed && (!is_name || is_key())
    }
}

/// The last name in an expression or placeholder: `api_key` of `{cfg.api_key}`, `YOUR_KEY` of `<YOUR_KEY>`. Of a call nothing is known.
fn last_name(expression: &str) -> &str {
    let inner = expression.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, ')' | '_'));
    let start = inner.rfind(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-')).map_or(0, |at| at + 1);
    inner.get(start..).unwrap_or_default()
}

/// `apiKey`, `API-KEY` and `api_key` as `api_key`.
fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut was_lower = false;
    for c in name.chars() {
        if was_lower && c.is_uppercase() {
            out.push('_');
        }
        was_lower = c.is_lowercase() || c.is_ascii_digit();
        out.push(if c == '-' { '_' } else { c.to_ascii_lowercase() });
    }
    out
}

/// Whether a name in snake case has these words next to each other.
fn has_words(name: &str, words: &str) -> bool {
    name.match_indices(words).any(|(at, _)| {
        let (before, after) = (name.get(..at).unwrap_or_default(), name.get(at + words.len()..).unwrap_or_default());
        (before.is_empty() || before.ends_with('_')) && (after.is_empty() || after.starts_with('_'))
    })
}

/// Whether a header was probably meant to be another one: only a few letters are others, or a word is left out.
pub(super) fn is_misspelt(name: &str, wanted: &str) -> bool {
    if name.eq_ignore_ascii_case(wanted)
        || name.len() > 100
        || wanted.eq_ignore_ascii_case("authorization") != name.to_ascii_lowercase().starts_with("auth")
    {
        return false;
    }
    let letters = |name: &str| name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect::<String>();
    let (one, two) = (letters(name), letters(wanted));
    if one == two || edits(&one, &two) * 6 <= two.len() {
        return true;
    }
    let words = |name: &str| name.split(['-', '_']).map(str::to_ascii_lowercase).filter(|word| word != "x").collect::<Vec<_>>();
    let (one, two) = (words(name), words(wanted));
    // `X-RunAgents-Key` for `X-RunAgents-API-Key`, but not `X-Key`.
    one.len() > 1 && one.len() < two.len() && one.first() == two.first() && one.last() == two.last()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Words {
        let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Words { tokens: list(&["jwt", "id_token", "access_token"]), headers: list(&["auth"]), keys: list(&["key", "token"]) }
    }

    #[test]
    fn a_credential_is_known_by_its_start_or_its_name() {
        let kind = "name = 'a'\nprefix = 'ra_ws_'\nheader = 'X-A'\nvariables = ['RUNAGENTS_API_KEY']";
        let mut vocabulary = Vocabulary::default();
        vocabulary.credentials.push(toml::from_str(kind).unwrap());
        for (value, expected) in [
            ("Bearer {RUNAGENTS_API_KEY}", "key"),
            ("Bearer ra_ws_abc", "key"),
            ("{process.env.RUNAGENTS_API_KEY}", "key"),
            ("Bearer <RUNAGENTS_API_KEY>", "key"),
            ("Bearer eyJhbGciOi", "token"),
            ("Bearer {ACCESS_TOKEN}", "token"),
            ("Bearer {session.idToken}", "token"),
            ("Bearer <JWT>", "token"),
            ("Bearer {jwtify()}", "other"),
            ("Bearer {K}", "other"),
            ("Bearer", "other"),
        ] {
            let found = match words().credential(&Text::exact(value, 0), &vocabulary) {
                Credential::Key(_) => "key",
                Credential::Token => "token",
                Credential::Other => "other",
            };
            assert_eq!(found, expected, "{value}");
        }
    }

    #[test]
    fn a_whole_value_may_be_a_key_alone() {
        for (value, expected) in [
            ("{API_KEY}", true),
            ("YOUR_TOKEN", true),
            ("{authHeader}", false),
            ("{AUTH_TOKEN}", false),
            ("Token x", false),
            ("abc123", true),
        ] {
            assert_eq!(words().is_bare(&Text::exact(value, 0)), expected, "{value}");
        }
    }

    #[test]
    fn headers_are_misspelt() {
        let wanted = "X-RunAgents-API-Key";
        for name in [
            "X-RunAgents-Api_Key",
            "X-RunAgents-Key",
            "X-RunAgent-API-Key",
            "RunAgents-API-Key",
            "X-RunAgentsAPI-Key",
            "X-RunAgents-Token-Key",
        ] {
            let expected = name != "X-RunAgents-Token-Key";
            assert_eq!(is_misspelt(name, wanted), expected, "{name}");
        }
        for name in
            ["x-runagents-api-key", "X-Key", "X-API-Key", "X-Workspace-Namespace", "X-Request-Id", "Authorization", "X-RunAgents-Trace"]
        {
            assert!(!is_misspelt(name, wanted), "{name}");
        }
        assert!(is_misspelt("Authorisation", "Authorization"));
    }
}
