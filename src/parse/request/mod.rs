//! Requests, whoever describes them: from what is said of one to the fact.

mod auth;
mod message;

use crate::model::{Request, RequestBody, RequestHeader, RequestPart, Span, Text, TextBuilder, UnknownPart, Vocabulary, resolve};
pub(super) use message::report as messages;

/// How many headers are read: every other is looked for among them.
pub(super) const MAX_HEADERS: usize = 128;

/// What is said of a request, as it is read.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft<'s> {
    /// The method; one that is implied has an empty span.
    pub(super) method: Option<Text<'s>>,
    /// The URL without `query`; where there is none the draft comes to nothing.
    pub(super) url: Option<Text<'s>>,
    /// Parameters of the query that are given beside the URL: `name=value`, as they are sent.
    pub(super) query: Vec<Text<'s>>,
    /// The headers, name and value.
    pub(super) headers: Vec<(Text<'s>, Text<'s>)>,
    /// What it sends a user name and a password by, or a token of a client's own option: the scheme's name.
    pub(super) scheme: Option<String>,
    /// The kind of the body where no header says it.
    pub(super) body: RequestBody,
    /// What is not known.
    pub(super) unknown: Vec<UnknownPart>,
}

impl<'s> Draft<'s> {
    /// Adds that a part is not known, and why.
    pub(super) fn unknown(&mut self, part: RequestPart, reason: impl Into<String>) {
        let unknown = UnknownPart { part, reason: reason.into() };
        if !self.unknown.contains(&unknown) {
            self.unknown.push(unknown);
        }
    }

    /// Sets a header that replaces any of the same name.
    pub(super) fn set_header(&mut self, name: Text<'s>, value: Text<'s>) {
        if self.headers.len() >= MAX_HEADERS {
            self.unknown(RequestPart::Headers, "there are too many headers");
            return;
        }
        self.headers.retain(|(known, _)| !known.as_str().eq_ignore_ascii_case(name.as_str()));
        self.headers.push((name, value));
    }

    /// The fact, if there is a URL.
    pub(super) fn finish(mut self, span: Span, language: &'static str, vocabulary: &Vocabulary) -> Option<Request> {
        let url = self.url.take()?;
        if self.headers.len() > MAX_HEADERS {
            self.headers.truncate(MAX_HEADERS);
            self.unknown(RequestPart::Headers, "there are too many headers");
        }
        if let Some(why) = unknown_path(&url) {
            self.unknown(RequestPart::Url, why);
        }
        match self.method.take_if(|method| method.has_holes()) {
            Some(method) => self.unknown(RequestPart::Method, format!("the method is `{}`", bare(&method))),
            None if self.method.is_none() && !self.unknown.iter().any(|unknown| unknown.part == RequestPart::Method) => {
                self.unknown(RequestPart::Method, "no method is named");
            }
            None => {}
        }
        let url = with_query(url, &self.query).into_owned();
        let owned = |(name, value): (Text<'s>, Text<'s>)| RequestHeader { name: name.into_owned(), value: value.into_owned() };
        let headers: Vec<_> = self.headers.into_iter().map(owned).collect();
        let content_type = headers.iter().rev().find(|header| header.name.as_str().eq_ignore_ascii_case("content-type"));
        let body = match (self.body, content_type) {
            (RequestBody::None, _) => RequestBody::None,
            (kind, Some(header)) => RequestBody::of_content_type(&header.value).unwrap_or(kind),
            (kind, None) => kind,
        };
        let auth = auth::of(&headers, self.scheme, &url, vocabulary);
        let (method, reference) = (self.method.map(Text::into_owned), resolve(&url, None));
        Some(Request { span, language, method, url, alternatives: Vec::new(), reference, headers, auth, body, unknown: self.unknown })
    }
}

/// `name=value` with the value as it is sent in a query: percent-encoded, a space as `+`. Without `=` all of it is
/// the value.
pub(super) fn encoded<'s>(parameter: &Text<'s>) -> Text<'s> {
    let start = find_literal(parameter, &['=']).map_or(0, |at| at + 1);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~' | '%' | '+');
    if parameter.as_str().get(start..).is_some_and(|value| value.chars().all(plain)) {
        return parameter.clone();
    }
    let mut holes = parameter.holes().peekable();
    let mut builder = TextBuilder::new();
    builder.push(parameter, 0..start);
    for (offset, c) in parameter.as_str().get(start..).unwrap_or_default().char_indices() {
        let range = start + offset..start + offset + c.len_utf8();
        while holes.next_if(|hole| hole.end <= range.start).is_some() {}
        if c == ' ' {
            builder.escaped("+", parameter.span(range));
        } else if plain(c) || holes.peek().is_some_and(|hole| hole.start <= range.start) {
            builder.push(parameter, range);
        } else {
            let mut buffer = [0; 4];
            let bytes = c.encode_utf8(&mut buffer).bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
            builder.escaped(&bytes, parameter.span(range));
        }
    }
    builder.finish()
}

/// Where the first of `chars` stands that is not within a hole.
pub(super) fn find_literal(text: &Text<'_>, chars: &[char]) -> Option<usize> {
    let mut holes = text.holes().peekable();
    text.as_str().char_indices().find_map(|(at, c)| {
        while holes.next_if(|hole| hole.end <= at).is_some() {}
        let computed = holes.peek().is_some_and(|hole| hole.start <= at);
        (!computed && chars.contains(&c)).then_some(at)
    })
}

/// A hole's name, without its braces.
pub(super) fn bare<'a>(text: &'a Text<'_>) -> &'a str {
    text.as_str().trim_start_matches('{').trim_end_matches('}')
}

/// Why the path of a URL is not known, if it is not: only holes stand where it should.
fn unknown_path(url: &Text<'_>) -> Option<String> {
    if url.is_empty() {
        return Some("the URL is empty".to_owned());
    }
    let masked = url.masked(0);
    let authority = masked.find("://").map(|at| at + 3);
    let path = match authority {
        // A hole behind the slashes is the host.
        Some(start) => {
            let host = url.holes().find(|hole| hole.start == start).map_or(start, |hole| hole.end);
            masked.get(host..)?.find(['/', '?', '#', '\0']).map(|at| host + at)
        }
        None => Some(0),
    };
    let rest = masked.get(path?..)?;
    let computed = rest.contains('\0') && rest.bytes().all(|byte| byte == 0 || byte == b'/');
    // In the host a hole is a part of the name.
    let in_host = authority.is_some() && path != authority && masked.as_bytes().get(path?.checked_sub(1)?) == Some(&b'.');
    (computed && !in_host).then(|| format!("`{}` is not known here", url.as_str().get(path.unwrap_or(0)..).unwrap_or_default()))
}

/// The URL with parameters behind it, before its fragment.
fn with_query<'s>(url: Text<'s>, query: &[Text<'s>]) -> Text<'s> {
    if query.is_empty() {
        return url;
    }
    let masked = url.masked(b'_');
    let end = masked.find('#').unwrap_or(url.len());
    let mut first = !masked.get(..end).is_some_and(|before| before.contains('?'));
    let place = url.whole_span();
    let at = Span::new(place.end, place.end);
    let mut builder = TextBuilder::new();
    builder.push(&url, 0..end);
    let open = masked.get(..end).is_some_and(|before| before.ends_with(['?', '&']));
    for (index, parameter) in query.iter().enumerate() {
        if index > 0 || !open {
            builder.escaped(if std::mem::take(&mut first) { "?" } else { "&" }, at);
        }
        builder.push(parameter, 0..parameter.len());
    }
    builder.push(&url, end..url.len());
    builder.finish().standing_in(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(url: &str, holes: &[&str]) -> Option<String> {
        let ranges: Vec<_> = holes.iter().map(|hole| url.find(hole).map(|at| at..at + hole.len()).unwrap()).collect();
        unknown_path(&Text::exact(url, 0).with_holes(&ranges))
    }

    #[test]
    fn a_path_of_holes_alone_is_not_known() {
        assert_eq!(path("{url}", &["{url}"]).as_deref(), Some("`{url}` is not known here"));
        assert_eq!(path("{base}{path}", &["{base}", "{path}"]).as_deref(), Some("`{base}{path}` is not known here"));
        assert_eq!(path("https://a.test/{path}", &["{path}"]).as_deref(), Some("`/{path}` is not known here"));
        assert_eq!(path("https://a.test{path}", &["{path}"]).as_deref(), Some("`{path}` is not known here"));
        for (url, holes) in [
            ("https://a.test", &[][..]),
            ("{base}/runs", &["{base}"]),
            ("https://a.{tld}", &["{tld}"]),
            ("https://{host}/x", &["{host}"]),
            ("http://{host}", &["{host}"]),
            ("http://{host}:80/", &["{host}"]),
            ("/runs", &[]),
        ] {
            assert_eq!(path(url, holes), None, "{url}");
        }
    }

    #[test]
    fn parameters_stand_before_the_fragment() {
        let query = [Text::exact("a=b", 20), Text::exact("c=d", 30)];
        assert_eq!(with_query(Text::exact("/x#y", 0), &query).as_str(), "/x?a=b&c=d#y");
        assert_eq!(with_query(Text::exact("/x?z=1", 0), &query).as_str(), "/x?z=1&a=b&c=d");
        assert_eq!(with_query(Text::exact("/x?", 0), &query).as_str(), "/x?a=b&c=d");
    }
}
