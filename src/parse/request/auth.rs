//! How a request authenticates, by its headers, its URL and what its client is told.

use crate::model::{KeyLocation, RequestAuth, RequestHeader, SecretNames, Text, Vocabulary};

/// How a request authenticates. `scheme` is the HTTP scheme by which the client itself authenticates.
pub(super) fn of(headers: &[RequestHeader], scheme: Option<String>, url: &Text<'_>, vocabulary: &Vocabulary) -> Vec<RequestAuth> {
    let names = &vocabulary.secret_names;
    let mut all = Vec::new();
    let mut add = |auth: RequestAuth| {
        if !all.contains(&auth) {
            all.push(auth);
        }
    };
    for header in headers {
        let name = header.name.as_str();
        match name.to_ascii_lowercase().as_str() {
            "authorization" => add(of_authorization(name, &header.value, vocabulary)),
            lower if names.cookies.iter().any(|known| known == lower) => {
                let cookies = header.value.as_str().split(';').filter_map(|cookie| cookie.split_once('='));
                let secret = cookies.map(|(name, _)| name.trim()).find(|name| is_session(names, name));
                if let Some(name) = secret {
                    add(RequestAuth::ApiKey { location: KeyLocation::Cookie, name: name.to_owned() });
                }
            }
            lower if lower != "proxy-authorization" && is_key_header(vocabulary, lower) => {
                add(RequestAuth::ApiKey { location: KeyLocation::Header, name: name.to_owned() });
            }
            _ => {}
        }
    }
    if let Some(scheme) = scheme {
        add(RequestAuth::Http(Some(scheme)));
    }
    if has_user(url) {
        add(RequestAuth::Http(Some("basic".to_owned())));
    }
    let masked = url.masked(b'_');
    let query = masked.split_once('?').map_or("", |(_, rest)| rest.split('#').next().unwrap_or_default());
    for (name, _) in query.split('&').filter_map(|parameter| parameter.split_once('=')) {
        if names.query.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            add(RequestAuth::ApiKey { location: KeyLocation::Query, name: name.to_owned() });
        }
    }
    all
}

/// A longer word is the name of no scheme (`AWS4-HMAC-SHA256`), but a key.
const LONGEST_SCHEME: usize = 20;

/// What the value of `Authorization` says: a scheme and something behind it (RFC 9110, 11.4), or a key alone.
fn of_authorization(name: &str, value: &Text<'_>, vocabulary: &Vocabulary) -> RequestAuth {
    let chars = value.as_str();
    let hole = value.holes().next();
    let end = chars.find(char::is_whitespace).unwrap_or(chars.len());
    let is_computed = hole.is_some_and(|hole| hole.start < end);
    let first = chars.get(..end).unwrap_or_default();
    let is_scheme = (1..=LONGEST_SCHEME).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        && vocabulary.keys(first).next().is_none();
    match first.to_ascii_lowercase() {
        _ if is_computed && first.starts_with('{') && end == chars.len() => RequestAuth::Http(None),
        _ if is_computed => RequestAuth::ApiKey { location: KeyLocation::Header, name: name.to_owned() },
        scheme if is_scheme && (end < chars.len() || matches!(scheme.as_str(), "bearer" | "basic")) => RequestAuth::Http(Some(scheme)),
        _ => RequestAuth::ApiKey { location: KeyLocation::Header, name: name.to_owned() },
    }
}

/// Whether a header of this name (in lower case) carries a key: it is known for that, or it is called one.
fn is_key_header(vocabulary: &Vocabulary, name: &str) -> bool {
    let known = vocabulary.credentials.iter().filter_map(|kind| kind.header.as_deref()).any(|header| header.eq_ignore_ascii_case(name));
    known || vocabulary.secret_names.headers.iter().any(|header| header == name) || is_called_secret(&vocabulary.secret_names, name)
}

/// Whether a name in lower case is one of a credential, or ends in words that are.
fn is_called_secret(names: &SecretNames, name: &str) -> bool {
    let other = name.split(['-', '_', '.']).any(|word| names.other_words.iter().any(|known| known == word));
    !other
        && names
            .variables
            .iter()
            .any(|end| name.strip_suffix(end.as_str()).is_some_and(|before| before.is_empty() || before.ends_with(['-', '_', '.'])))
}

/// Whether a cookie of this name says who sends it.
fn is_session(names: &SecretNames, name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let says = |word: &str| name.split(['-', '_', '.']).any(|part| part.ends_with(word));
    is_called_secret(names, &name) || says("session") || says("sid") || says("token") || says("auth") || says("sessionid") || says("jwt")
}

/// Whether a user stands before the URL's host.
fn has_user(url: &Text<'_>) -> bool {
    let masked = url.masked(b'_');
    let Some((_, rest)) = masked.split_once("://") else { return false };
    rest.split(['/', '?', '#']).next().is_some_and(|authority| authority.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::script::tests::vocabulary;

    fn auth(headers: &[(&'static str, &'static str)], url: &'static str) -> Vec<String> {
        let header = |(name, value): &(&'static str, &'static str)| {
            let value = Text::exact(value, 0);
            let holes: Vec<_> = value.as_str().find('{').map(|at| at..value.len()).into_iter().collect();
            RequestHeader { name: Text::exact(name, 0), value: value.with_holes(&holes) }
        };
        let headers: Vec<_> = headers.iter().map(header).collect();
        let of = of(&headers, None, &Text::exact(url, 0), &vocabulary());
        of.iter()
            .map(|auth| match auth {
                RequestAuth::Http(scheme) => scheme.clone().unwrap_or_default(),
                RequestAuth::ApiKey { location, name } => format!("{} {name}", location.name()),
            })
            .collect()
    }

    #[test]
    fn schemes_and_keys() {
        assert_eq!(auth(&[("Authorization", "Bearer {token}")], "/"), ["bearer"]);
        assert_eq!(auth(&[("authorization", "Token token=abc")], "/"), ["token"]);
        assert_eq!(auth(&[("Authorization", "{header}")], "/"), [""]);
        assert_eq!(auth(&[("Authorization", "abc123")], "/"), ["header Authorization"]);
        assert_eq!(auth(&[("Authorization", "AWS4-HMAC-SHA256 Credential=a")], "/"), ["aws4-hmac-sha256"]);
        for key in ["ra_ws_4f3c9a0b7d21e8A6 x", "4f3c9a0b7d21e8A64f3c9a0b7d21e8A6 x"] {
            assert_eq!(auth(&[("Authorization", key)], "/"), ["header Authorization"], "{key}");
        }
        assert_eq!(auth(&[("X-API-Key", "k"), ("X-Idempotency-Key", "k")], "/"), ["header X-API-Key"]);
        assert_eq!(auth(&[("X-Acme-Api-Key", "k")], "https://u:p@a.test/"), ["header X-Acme-Api-Key", "basic"]);
        assert_eq!(auth(&[("Cookie", "lang=en; sessionid=x")], "/?q=1&api_key=k"), ["cookie sessionid", "query api_key"]);
        assert_eq!(auth(&[("Content-Type", "a/b")], "/?next=@"), Vec::<String>::new());
    }
}
