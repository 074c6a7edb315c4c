//! Requests that curl, wget and HTTPie make.

use std::ops::Range;

use super::words::{Found, Words};
use crate::model::{Operands, OptionMeaning, Role, Span, Text, TextBuilder};

/// A request, as far as the words of a command say it.
#[derive(Debug, Default)]
pub(in crate::parse) struct Request<'s> {
    /// The method, if one is named.
    pub(in crate::parse) method: Option<Text<'s>>,
    /// The URLs, each with the scheme that is implied where none stands (its span is that of what stands there).
    pub(in crate::parse) urls: Vec<Text<'s>>,
    /// The headers.
    pub(in crate::parse) headers: Vec<Header<'s>>,
    /// `user:password`, or a user alone.
    pub(in crate::parse) user: Option<Text<'s>>,
    /// A password that stands apart from the user.
    pub(in crate::parse) password: Option<Text<'s>>,
    /// A token that is sent as `Authorization: Bearer`.
    pub(in crate::parse) bearer: Option<Text<'s>>,
    /// Cookies as they are sent: `name=value; …`.
    pub(in crate::parse) cookies: Vec<Text<'s>>,
    /// Parts of the body.
    pub(in crate::parse) data: Vec<Text<'s>>,
    /// Parts of the query beside those in the URLs: `name=value`.
    pub(in crate::parse) query: Vec<Text<'s>>,
    /// Whether the body is JSON, and sent as such.
    pub(in crate::parse) json: bool,
    /// Whether the body is a file that is put at the URL.
    uploads: bool,
    /// Whether only the head is asked for.
    head: bool,
    /// Whether the response is saved as a file.
    saved: bool,
    /// Whether the tool saves or shows what it gets (wget saves).
    api: bool,
}

/// A header: its name, and its value without white space around it.
#[derive(Debug, Clone)]
pub(in crate::parse) struct Header<'s> {
    /// The name as written.
    pub(in crate::parse) name: Text<'s>,
    /// The value.
    pub(in crate::parse) value: Text<'s>,
}

impl<'s> Header<'s> {
    /// A header line, split at its first colon.
    fn from_line(line: &Text<'s>) -> Option<Self> {
        let at = find_literal(line, &[':'])?;
        let name = line.slice(0..at).trim();
        (!name.is_empty()).then(|| Self { name, value: line.slice(at + 1..line.len()).trim() })
    }
}

impl Request<'_> {
    /// The method: the one that is named, or what the tool uses for such a request.
    pub(in crate::parse) fn method(&self) -> &str {
        match &self.method {
            Some(method) => method.as_str(),
            None if self.head => "HEAD",
            None if self.uploads => "PUT",
            None if self.data.is_empty() => "GET",
            None => "POST",
        }
    }

    /// What becomes of the URLs.
    ///
    /// A request that carries a body, names a method other than `GET` and `HEAD`, or carries a credential, a query of its
    /// own, or a header about content (all but `Accept*`, `User-Agent`, `Range`, `If-*`) calls an API: `endpoint`. Where
    /// the response is saved as a file and nothing is sent it is a download, credentials or not; so is all else.
    pub(in crate::parse) fn role(&self) -> Role {
        let plain = matches!(self.method().to_ascii_uppercase().as_str(), "GET" | "HEAD") && self.data.is_empty();
        if !plain {
            return Role::Endpoint;
        }
        if self.saved {
            return Role::Download;
        }
        let authenticated = self.user.is_some() || self.password.is_some() || self.bearer.is_some() || !self.cookies.is_empty();
        // A header without a value is one that is not sent.
        let speaks = self.headers.iter().any(|header| !header.value.is_empty() && !is_transfer_header(header.name.as_str()));
        if self.api || authenticated || !self.query.is_empty() || speaks { Role::Endpoint } else { Role::Download }
    }
}

/// Where the first of `chars` stands that is not within a hole.
fn find_literal(text: &Text<'_>, chars: &[char]) -> Option<usize> {
    let mut holes = text.holes().peekable();
    text.as_str().char_indices().find_map(|(at, c)| {
        while holes.next_if(|hole| hole.end <= at).is_some() {}
        let computed = holes.peek().is_some_and(|hole| hole.start <= at);
        (!computed && chars.contains(&c)).then_some(at)
    })
}

/// Whether a header only says how to transfer a file.
fn is_transfer_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("accept") && name != "accept" || name.starts_with("if-") || matches!(name.as_str(), "user-agent" | "range" | "referer")
}

/// Makes the requests of a command named `name`.
pub(super) fn requests<'s>(name: &str, operands: Operands, words: &Words<'s>, out: &mut Vec<Request<'s>>) {
    let mut ends: Vec<usize> = words.options.iter().filter(|o| o.meaning == OptionMeaning::Next).map(|o| o.at).collect();
    ends.push(usize::MAX);
    let mut start = 0;
    for end in ends {
        let request = request(name, operands, words, start..end);
        if !request.urls.is_empty() || !request.headers.is_empty() || request.bearer.is_some() || request.user.is_some() {
            out.push(request);
        }
        start = end;
    }
}

/// Makes one request of the words at the indices `part`.
fn request<'s>(name: &str, operands: Operands, words: &Words<'s>, part: Range<usize>) -> Request<'s> {
    let mut request = Request::default();
    let mut state = Options::default();
    for option in words.options.iter().filter(|option| part.contains(&option.at)) {
        state.take(option, &mut request);
    }
    let values = words.operands.iter().filter(|operand| part.contains(&operand.at)).map(|operand| &operand.value);
    if operands == Operands::Httpie {
        request.api = true;
        httpie_operands(name, values, &mut request);
    } else {
        let values = values.map(|value| with_placeholder(&value.trim()));
        request.urls.extend(values.filter(is_url_operand).map(|value| with_scheme(&value, "http://")));
    }
    if state.bearer {
        request.bearer = request.user.take();
    }
    if state.get {
        request.query.append(&mut request.data);
    }
    request
}

/// What the options said about each other.
#[derive(Default)]
struct Options {
    get: bool,
    bearer: bool,
}

impl Options {
    fn take<'s>(&mut self, option: &Found<'s>, request: &mut Request<'s>) {
        let value = &option.value;
        match option.meaning {
            OptionMeaning::Method => request.method = Some(value.clone()),
            OptionMeaning::Header => request.headers.extend(Header::from_line(value)),
            OptionMeaning::Url => request.urls.push(with_scheme(&with_placeholder(&value.trim()), "http://")),
            OptionMeaning::User => request.user = Some(value.clone()),
            OptionMeaning::Password => request.password = Some(value.clone()),
            OptionMeaning::Bearer => request.bearer = Some(value.clone()),
            OptionMeaning::AuthType => self.bearer = value.as_str().eq_ignore_ascii_case("bearer"),
            // Without `=` it is the name of a file.
            OptionMeaning::Cookie if value.as_str().contains('=') => request.cookies.push(value.clone()),
            OptionMeaning::Data | OptionMeaning::Form => request.data.push(value.clone()),
            OptionMeaning::Upload => {
                request.uploads = true;
                request.data.push(value.clone());
            }
            OptionMeaning::Json => {
                request.json = true;
                request.data.push(value.clone());
            }
            OptionMeaning::Query => request.query.push(value.clone()),
            // A script that reads the answer writes it nowhere, or to its own output.
            OptionMeaning::Output => request.saved = !matches!(value.as_str(), "-" | "/dev/null" | "/dev/stdout"),
            OptionMeaning::Save => request.saved = true,
            OptionMeaning::Get => self.get = true,
            OptionMeaning::Head => request.head = true,
            _ => {}
        }
    }
}

/// HTTPie's operands: `[METHOD] URL [ITEM…]`, an item being `Name:value`, `name=value`, `name:=json` or `name==value`.
fn httpie_operands<'a, 's: 'a>(name: &str, values: impl Iterator<Item = &'a Text<'s>>, request: &mut Request<'s>) {
    let mut values = values.peekable();
    let is_method = |value: &Text<'_>| !value.is_empty() && value.as_str().chars().all(|c| c.is_ascii_uppercase());
    request.method = values.next_if(|value| is_method(value)).cloned();
    let Some(url) = values.next() else { return };
    let scheme = if matches!(name, "https" | "xhs") { "https://" } else { "http://" };
    // `:8080/x` and `:/x` are the local machine.
    if url.as_str().starts_with(':') && !url.as_str().starts_with("://") {
        request.urls.push(with_prefix(&url.slice(usize::from(url.as_str().starts_with(":/"))..url.len()), "http://localhost"));
    } else {
        request.urls.push(with_scheme(url, scheme));
    }
    for item in values {
        let text = item.as_str();
        let Some(at) = find_literal(item, &[':', '=', '@']) else { continue };
        let rest = text.get(at..).unwrap_or_default();
        if rest.starts_with("==") {
            request.query.push(item.clone());
        } else if rest.starts_with(":=") || rest.starts_with('=') || rest.starts_with('@') {
            request.json = true;
            request.data.push(item.clone());
        } else {
            request.headers.extend(Header::from_line(item));
        }
    }
}

/// The operand with a placeholder at its start, which may hold scheme and host (`<base url>/runs`), as a hole.
fn with_placeholder<'s>(value: &Text<'s>) -> Text<'s> {
    let text = value.as_str();
    let close = match text.as_bytes().first() {
        Some(b'<') => '>',
        Some(b'{') => '}',
        _ => return value.clone(),
    };
    match text.find(close) {
        Some(end) if !value.has_holes() && text.get(end + 1..).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ':'])) => {
            value.clone().with_holes(std::slice::from_ref(&(0..end + 1)))
        }
        _ => value.clone(),
    }
}

/// Whether an operand can be meant as a URL: not a placeholder such as `...` or `[options]` of a synopsis.
fn is_url_operand(value: &Text<'_>) -> bool {
    let text = value.as_str();
    if has_scheme(text) {
        return true;
    }
    // A body whose quotes are broken.
    if text.contains(['\n', ' ', '"']) {
        return false;
    }
    if value.has_holes() {
        return true;
    }
    let host = text.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let is_host = host.starts_with(|c: char| c.is_alphanumeric()) && !host.contains([' ', '(', '"']);
    let is_literal = text.starts_with('[') && text.contains("]") && text.contains("::");
    is_literal || is_host && (host == "localhost" || text.contains(['.', ':', '/']))
}

/// Whether a word begins with a scheme and `://`.
fn has_scheme(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    })
}

/// The URL with the scheme that is meant where none stands. Before a hole none is: it may bring its own.
fn with_scheme<'s>(value: &Text<'s>, scheme: &str) -> Text<'s> {
    let starts_with_hole = value.holes().next().is_some_and(|hole| hole.start == 0);
    if starts_with_hole || has_scheme(value.as_str()) { value.clone() } else { with_prefix(value, scheme) }
}

/// The text behind a prefix that stands nowhere.
fn with_prefix<'s>(value: &Text<'s>, prefix: &str) -> Text<'s> {
    let place = value.whole_span();
    let mut builder = TextBuilder::new();
    builder.escaped(prefix, Span::new(place.start, place.start));
    builder.push(value, 0..value.len());
    builder.finish().standing_in(place)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{commands, words};
    use super::super::{Effects, effects};
    use super::*;

    fn one(line: &str) -> Request<'_> {
        let Effects { mut requests, .. } = effects(&words(line), &commands());
        assert_eq!(requests.len(), 1, "{line}");
        requests.remove(0)
    }

    /// Method, URLs, header lines, role.
    fn shape(line: &str) -> String {
        let request = one(line);
        let urls: Vec<_> = request.urls.iter().map(Text::as_str).collect();
        let headers: Vec<_> = request.headers.iter().map(|h| format!("{}={}", h.name.as_str(), h.value.as_str())).collect();
        format!("{} {} [{}] {}", request.method(), urls.join(" "), headers.join(","), request.role())
    }

    #[test]
    fn curl_in_all_its_spellings() {
        assert_eq!(shape("curl -sSLo f https://a.test/x"), "GET https://a.test/x [] download");
        assert_eq!(shape("curl --header=A:b -XPUT a.test/"), "PUT http://a.test/ [A=b] endpoint");
        assert_eq!(shape("curl -XPOST --url a.test -HA:b --header C:d"), "POST http://a.test [A=b,C=d] endpoint");
        assert_eq!(shape("curl a.test/ -d x=1"), "POST http://a.test/ [] endpoint");
        assert_eq!(shape("curl -G a.test/ -d x=1"), "GET http://a.test/ [] endpoint");
        assert_eq!(shape("curl -T f a.test/"), "PUT http://a.test/ [] endpoint");
        assert_eq!(shape("curl <base>/x -d y"), "POST <base>/x [] endpoint");
        assert_eq!(shape("curl -I a.test/"), "HEAD http://a.test/ [] download");
        assert_eq!(shape("curl -u me:pw localhost:8080/x"), "GET http://localhost:8080/x [] endpoint");
        assert_eq!(shape("curl -o out -H Authorization:x https://a.test/x.tgz"), "GET https://a.test/x.tgz [Authorization=x] download");
        assert_eq!(shape("curl [options] ... a.test/"), "GET http://a.test/ [] download");
        assert_eq!(shape("curl -x http://proxy.test -e http://ref.test -w %{url} a.test/"), "GET http://a.test/ [] download");
    }

    #[test]
    fn an_implied_scheme_stands_nowhere() {
        let request = one("curl -LO evil.test/x.tgz");
        let url = request.urls.first().unwrap();
        assert_eq!((url.as_str(), url.whole_span()), ("http://evil.test/x.tgz", Span::new(9, 24)));
    }

    #[test]
    fn credentials_keep_their_place() {
        let request = one("curl --oauth2-bearer ra_ws_x -b k=ra_ws_y;l=m -b jar a.test/ --json {}");
        assert_eq!(request.bearer.as_ref().map(|t| t.whole_span()), Some(Span::new(21, 28)));
        assert_eq!(request.cookies.iter().map(Text::as_str).collect::<Vec<_>>(), ["k=ra_ws_y;l=m"]);
        assert!(request.json && request.role() == Role::Endpoint);
        let request = one("http -A bearer -a ra_ws_x a.test/");
        assert_eq!(request.bearer.as_ref().map(Text::as_str), Some("ra_ws_x"));
    }

    #[test]
    fn next_begins_another_request() {
        let line = "curl -H A:b a.test/ --next -XPOST c.test/";
        let Effects { requests, .. } = effects(&words(line), &commands());
        let shape: Vec<_> = requests.iter().map(|r| (r.method(), r.urls.len(), r.headers.len())).collect();
        assert_eq!(shape, [("GET", 1, 1), ("POST", 1, 0)]);
    }

    #[test]
    fn wget_and_httpie() {
        assert_eq!(shape("wget -qO- https://a.test/x"), "GET https://a.test/x [] download");
        assert_eq!(shape("wget -nv --header=A:b --post-data=x a.test"), "POST http://a.test [A=b] endpoint");
        assert_eq!(shape("http :8080/x A:b q==1"), "GET http://localhost:8080/x [A=b] endpoint");
        assert_eq!(shape("https PUT a.test/x a=b"), "PUT https://a.test/x [] endpoint");
        assert_eq!(shape("http a.test/x a:=1"), "POST http://a.test/x [] endpoint");
    }
}
