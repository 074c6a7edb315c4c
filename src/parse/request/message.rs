//! Requests as they are sent (RFC 9112): a request line, headers, a body. Also several of them with `###` between, as editors'
//! HTTP clients read them.

use super::Draft;
use crate::model::{METHODS, RequestBody, Span, Text, TextBuilder};
use crate::parse::Context;

/// Reports the requests in a text of messages.
pub(in crate::parse) fn report(context: &mut Context<'_>, text: &Text<'_>) {
    let mut open: Option<Message<'_>> = None;
    let mut at = 0;
    for line in text.as_str().split_inclusive('\n') {
        let range = at..at + line.len();
        at = range.end;
        let line = text.slice(range).trim();
        let chars = line.as_str();
        if chars.starts_with("###") || chars.starts_with("HTTP/") {
            finish(context, open.take());
        } else if let Some(message) = Message::begin(&line).filter(|_| open.as_ref().is_none_or(|message| message.is_over)) {
            finish(context, open.replace(message));
        } else if let Some(message) = &mut open {
            message.line(&line);
        }
    }
    finish(context, open);
}

fn finish(context: &mut Context<'_>, message: Option<Message<'_>>) {
    let Some(mut message) = message else { return };
    let (span, language) = (message.span, "http");
    if let Some(url) = message.draft.url.take() {
        message.draft.url = Some(message.absolute(url));
    }
    if let Some(request) = message.draft.finish(span, language, context.vocabulary()) {
        context.request(request);
    }
}

/// A message that is being read.
struct Message<'s> {
    draft: Draft<'s>,
    /// From the request line on.
    span: Span,
    /// Whether the headers are over: what follows is the body.
    is_over: bool,
}

impl<'s> Message<'s> {
    /// The message that a request line begins.
    fn begin(line: &Text<'s>) -> Option<Self> {
        let chars = line.as_str();
        let method = chars.split(' ').next().filter(|word| METHODS.contains(word))?;
        let rest = line.slice(method.len()..line.len()).trim();
        let version = rest.as_str().rfind(" HTTP/").unwrap_or(rest.len());
        let target = rest.slice(0..version).trim();
        let is_target = target.as_str().starts_with(['/', '{', '<']) || target.as_str().contains("://");
        if !is_target || target.as_str().contains(char::is_whitespace) {
            return None;
        }
        let draft = Draft { method: Some(line.slice(0..method.len())), url: Some(with_variables(target)), ..Draft::default() };
        Some(Self { draft, span: line.whole_span(), is_over: false })
    }

    fn line(&mut self, line: &Text<'s>) {
        let chars = line.as_str();
        if chars.is_empty() {
            self.is_over = true;
            return;
        }
        self.span = Span::new(self.span.start, line.whole_span().end);
        if self.is_over {
            if self.draft.body == RequestBody::None {
                self.draft.body = if chars.starts_with(['{', '[']) { RequestBody::Json } else { RequestBody::Text };
            }
            return;
        }
        if let Some(colon) = chars.find(':').filter(|colon| is_token(chars.get(..*colon).unwrap_or_default())) {
            self.draft.headers.push((line.slice(0..colon), line.slice(colon + 1..line.len()).trim()));
        } else if chars.starts_with(['?', '&']) {
            // A query that goes on in lines of its own.
            self.draft.query.push(line.slice(1..line.len()));
        }
    }

    /// The URL that a path and the header `Host` come to; over which scheme it is sent the message does not say.
    fn absolute(&self, url: Text<'s>) -> Text<'s> {
        let host = self.draft.headers.iter().find(|(name, value)| name.as_str().eq_ignore_ascii_case("host") && !value.is_empty());
        let Some((_, host)) = host.filter(|_| url.as_str().starts_with('/')) else { return url };
        let place = url.whole_span();
        let at = Span::new(place.start, place.start);
        let mut builder = TextBuilder::new();
        builder.escaped("https://", at);
        builder.escaped(host.as_str(), at);
        builder.push(&url, 0..url.len());
        builder.finish().standing_in(place)
    }
}

/// Whether a word can be a header's name (RFC 9110, 5.6.2).
fn is_token(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// The URL with editors' variables (`{{host}}`) as holes.
fn with_variables(url: Text<'_>) -> Text<'_> {
    let chars = url.as_str();
    let mut ranges = Vec::new();
    let mut at = 0;
    while let Some(open) = chars.get(at..).and_then(|rest| rest.find("{{")).map(|found| at + found) {
        let Some(end) = chars.get(open..).and_then(|rest| rest.find("}}")).map(|found| open + found + 2) else { break };
        ranges.push(open..end);
        at = end;
    }
    url.with_holes(&ranges)
}
