//! Requests that curl, wget and HTTPie make.

use std::ops::Range;

use super::words::{Found, Words};
use crate::model::{Operands, OptionMeaning, RequestBody, RequestPart, Role, Span, Text, TextBuilder, UnknownPart};
use crate::parse::request::{MAX_HEADERS, encoded, find_literal};

const JSON: &str = "application/json";

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
    /// The kind of the body, as far as the command says it without a header.
    pub(in crate::parse) body: RequestBody,
    /// What `user` authenticates by, where it is not Basic authentication: `digest`.
    pub(in crate::parse) scheme: Option<Text<'s>>,
    /// What the words do not say.
    pub(in crate::parse) unknown: Vec<UnknownPart>,
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
    /// Whether it is sent: without a value it is one that is left out, unless that is said.
    pub(in crate::parse) sent: bool,
}

impl<'s> Header<'s> {
    /// A header line, split at its first colon.
    fn from_line(line: &Text<'s>) -> Option<Self> {
        let Some(at) = find_literal(line, &[':']) else {
            // `Name;` is sent without a value.
            let at = find_literal(line, &[';'])?;
            let name = line.slice(0..at).trim();
            return (!name.is_empty() && at + 1 == line.len()).then(|| Self { name, value: line.slice(at..at), sent: true });
        };
        let name = line.slice(0..at).trim();
        let value = line.slice(at + 1..line.len()).trim();
        (!name.is_empty()).then(|| Self { name, sent: !value.is_empty(), value })
    }

    /// A header that stands nowhere, implied by what stands at `source`.
    fn implied(name: &'static str, value: &'static str, source: Span) -> Self {
        Self { name: Text::synthetic(name, source), value: Text::synthetic(value, source), sent: true }
    }
}

impl<'s> Request<'s> {
    /// Adds a header line, or a file of them.
    fn header(&mut self, line: &Text<'s>) {
        if self.headers.len() > MAX_HEADERS {
            return;
        }
        match Header::from_line(line) {
            Some(header) if header.name.has_holes() => self.headers_unknown("the name of a header is computed"),
            Some(header) => {
                // What an option implied is replaced by what is said.
                self.headers.retain(|known| !(known.name.whole_span() == known.value.whole_span() && is_same(known, &header)));
                self.headers.push(header);
            }
            None if line.as_str().starts_with('@') => self.headers_unknown("headers come from a file"),
            None if line.has_holes() => self.headers_unknown(format!("`{}` holds a header", line.as_str().trim_matches(['{', '}']))),
            None => {}
        }
    }

    fn named_header(&mut self, name: &'static str, value: &Text<'s>) {
        let name = Text::synthetic(name, value.whole_span());
        self.headers.push(Header { name, sent: !value.is_empty(), value: value.clone() });
    }

    fn headers_unknown(&mut self, reason: impl Into<String>) {
        if self.unknown.len() < MAX_HEADERS {
            self.unknown.push(UnknownPart { part: RequestPart::Headers, reason: reason.into() });
        }
    }

    fn data(&mut self, value: Text<'s>, kind: RequestBody) {
        self.data.push(value);
        self.body = kind;
    }

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
        let speaks = self.headers.iter().any(|header| header.sent && !is_transfer_header(header.name.as_str()));
        if self.api || authenticated || !self.query.is_empty() || speaks { Role::Endpoint } else { Role::Download }
    }
}

/// Whether both have the same name.
fn is_same(one: &Header<'_>, two: &Header<'_>) -> bool {
    one.name.as_str().eq_ignore_ascii_case(two.name.as_str())
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
        request.body = RequestBody::None;
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
            OptionMeaning::Header => request.header(value),
            OptionMeaning::UserAgent => request.named_header("User-Agent", value),
            OptionMeaning::Referer => request.named_header("Referer", value),
            OptionMeaning::Config => request.headers_unknown("options come from a file"),
            OptionMeaning::Netrc | OptionMeaning::NetrcFile => request.headers_unknown("credentials may come from a netrc file"),
            OptionMeaning::Scheme => request.scheme = Some(value.clone()),
            OptionMeaning::Url => request.urls.push(with_scheme(&with_placeholder(&value.trim()), "http://")),
            OptionMeaning::User => request.user = Some(value.clone()),
            OptionMeaning::Password => request.password = Some(value.clone()),
            OptionMeaning::Bearer => request.bearer = Some(value.clone()),
            OptionMeaning::AuthType => {
                self.bearer = value.as_str().eq_ignore_ascii_case("bearer");
                request.scheme = Some(value.clone());
            }
            // Without `=` it is the name of a file.
            OptionMeaning::Cookie if value.as_str().contains('=') => request.cookies.push(value.clone()),
            OptionMeaning::Cookie => request.headers_unknown("cookies come from a file"),
            OptionMeaning::Data => request.data(value.clone(), RequestBody::Form),
            OptionMeaning::UrlEncoded => request.data(encoded(value), RequestBody::Form),
            OptionMeaning::Form => request.data(value.clone(), RequestBody::Multipart),
            OptionMeaning::Raw => request.data(value.clone(), RequestBody::Text),
            OptionMeaning::FormItems => request.body = RequestBody::Form,
            OptionMeaning::MultipartItems => request.body = RequestBody::Multipart,
            OptionMeaning::Upload => {
                request.uploads = true;
                request.data(value.clone(), RequestBody::Text);
            }
            OptionMeaning::Json => {
                let place = value.whole_span();
                for header in [Header::implied("Content-Type", JSON, place), Header::implied("Accept", JSON, place)] {
                    if !request.headers.iter().any(|given| given.name.as_str().eq_ignore_ascii_case(header.name.as_str())) {
                        request.headers.push(header);
                    }
                }
                request.data(value.clone(), RequestBody::Json);
            }
            OptionMeaning::Query => request.query.push(encoded(value)),
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
        let Some(at) = find_literal(item, &[':', '=', '@']) else {
            request.header(item);
            continue;
        };
        let rest = text.get(at..).unwrap_or_default();
        if rest.starts_with("==") {
            let mut parameter = TextBuilder::new();
            parameter.push(item, 0..at);
            parameter.push(item, at + 1..item.len());
            request.query.push(encoded(&parameter.finish()));
        } else if rest.starts_with(":=") || rest.starts_with('=') || rest.starts_with('@') {
            let of_file = rest.starts_with('@') && request.body == RequestBody::Form;
            let kind = if of_file { RequestBody::Multipart } else { RequestBody::Json };
            request.data(item.clone(), if request.body == RequestBody::None || of_file { kind } else { request.body });
        } else {
            request.header(item);
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
    if value.masked(b'_').contains(['\n', ' ', '"']) {
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
mod tests;
