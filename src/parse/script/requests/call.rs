//! What the calls of a program have to do with requests, by the data of its language.

use super::command::caller;
use super::given::{Given, first_text, given, name, urls};
use super::records::computed;
use super::senders::Sender;
use super::{Language, Requests};
use crate::model::{Deed, METHODS, RequestBody, RequestPart, RequestRole, Slot, Span, Text, TextBuilder};
use crate::parse::script::ir::{Argument, ExprKind};
use crate::parse::script::observe::{CallEvent, Script};
use crate::parse::script::value::Value;

impl<'t> Requests<'_, 't> {
    /// Takes a call that has to do with requests.
    pub(super) fn request_call(&mut self, script: Script<'t>, call: &CallEvent<'_, 't>, role: &RequestRole) {
        if role.does == Deed::Query {
            return self.extend_url(script, call, role);
        }
        let receiver = call.receiver.and_then(|value| self.senders.of_value(value)).or_else(|| match &call.call.callee.kind {
            ExprKind::Member(object, _) | ExprKind::Index(object, _) => self.senders.of_expression(object),
            // A client that is called itself.
            _ => self.senders.of_value(call.callee),
        });
        if role.does == Deed::Part {
            let Some(place) = receiver else { return };
            let senders: Vec<_> = self.senders.at(place).map(std::mem::take).collect();
            let changed: Vec<_> = senders
                .into_iter()
                .map(|mut sender| {
                    self.apply(script, call, role, &mut sender);
                    // Behind the maker in one expression.
                    if call.range.start == sender.range.start {
                        sender.range.end = sender.range.end.max(call.range.end);
                    }
                    sender
                })
                .collect();
            self.senders.at(place).zip(changed).for_each(|(old, new)| *old = new);
            return;
        }
        let mut parent = receiver.and_then(|place| self.senders.first(place)).cloned().unwrap_or_default();
        if role.does == Deed::Open && parent.is_request {
            // Another request over the same connection.
            parent.draft = super::Draft::default();
        }
        let (is_request, caller) = (role.does != Deed::Client, caller(script, call));
        let mut sender =
            Sender { range: call.range.clone(), is_request, has_method: false, caller, client: receiver, by_block: false, ..parent };
        if role.does == Deed::Client {
            sender.draft.url = None;
            self.apply(script, call, role, &mut sender);
            sender.by_block = self.bind_block(script, call);
            self.senders.add(call.range, vec![sender]);
            return;
        }
        let urls = match given(script, call, &role.url) {
            // What is given is a request that was made before.
            Given::Value(value, argument) if self.senders.of_value(value).or_else(|| self.senders.of_expression(argument)).is_some() => {
                return;
            }
            Given::Value(Value::Class(_) | Value::Regex(_) | Value::List(_), _) => return,
            Given::Value(Value::Record(_), _) => Vec::new(),
            Given::Value(value, argument) => urls(script, value, script.span(&argument.range)),
            Given::Unknown(name) => {
                let mut builder = TextBuilder::new();
                builder.hole(&format!("{{{name}}}"), script.span(call.range));
                vec![builder.finish()]
            }
            Given::Absent => Vec::new(),
        };
        if let Given::Value(_, argument) = given(script, call, &role.url) {
            self.take_query(argument, &mut sender.draft);
        }
        // What is given a function, or was made by a server's library, answers requests.
        let answers = |argument: &Argument<'_>| matches!(argument.value.kind, ExprKind::Function(_));
        if role.guessed
            && !role.callbacks
            && (call.call.arguments.iter().any(answers) || is_of_server(call, &self.requests.wrapper.servers))
        {
            return;
        }
        let is_asked = |url: &Text<'t>| !role.guessed || is_url(url) || (role.callbacks && is_key(url));
        let mut urls: Vec<_> = urls.into_iter().filter(is_asked).collect();
        if let Some(behind) = &role.behind {
            urls.iter_mut().for_each(|url| *url = joined(url, &Text::synthetic(behind.clone(), url.whole_span()), url.whole_span()));
        }
        if urls.is_empty() && role.guessed {
            return;
        }
        self.apply(script, call, role, &mut sender);
        if role.guessed {
            sender.draft.unknown(RequestPart::Headers, "the client may add headers");
        }
        let place = script.span(call.range);
        let urls: Vec<_> = if urls.is_empty() { self.of_parts(script, call, role).into_iter().collect() } else { urls };
        let senders = if urls.is_empty() {
            vec![sender]
        } else {
            let behind = |url: Text<'t>| sender.base.as_ref().map_or(url.clone(), |base| joined(base, &url, place));
            let made = |url: Text<'t>| {
                let url = behind(url);
                let (site, said) = self.site(&url, place);
                Sender { draft: super::Draft { url: Some(url), ..sender.draft.clone() }, site, said, ..sender.clone() }
            };
            urls.into_iter().map(made).collect()
        };
        self.bind_block(script, call);
        match receiver.filter(|_| role.does == Deed::Open) {
            Some(place) => self.senders.add(&(place.0..place.1), senders),
            None => self.senders.add(call.range, senders),
        }
    }

    /// Lets the parameter of a block (`conn.post("/x") { |request| … }`) be the request or client that the call makes; whether
    /// there is one.
    fn bind_block(&mut self, script: Script<'t>, call: &CallEvent<'_, 't>) -> bool {
        if script.language != Language::Ruby {
            return false;
        }
        let before = self.blocks.len();
        for argument in &call.call.arguments {
            if let ExprKind::Function(block) = &argument.value.kind
                && let Some(parameter) = block.parameters.first()
            {
                self.blocks.insert(parameter.target.range.start, (call.range.start, call.range.end));
            }
        }
        self.blocks.len() > before
    }

    /// Adds what a call says to a request or client.
    fn apply(&mut self, script: Script<'t>, call: &CallEvent<'_, 't>, role: &RequestRole, sender: &mut Sender<'t>) {
        let text = |slots: &[Slot]| match given(script, call, slots) {
            Given::Value(value, argument) => Some(first_text(script, value, script.span(&argument.range))),
            _ => None,
        };
        if let Some(base) = text(&role.base).or_else(|| if role.does == Deed::Client { self.of_parts(script, call, role) } else { None }) {
            sender.base = Some(match &sender.base {
                Some(outer) => joined(outer, &base, script.span(call.range)),
                None => base,
            });
        }
        if role.does == Deed::Part
            && let Given::Value(value, argument) = given(script, call, &role.url)
        {
            sender.draft.url = Some(first_text(script, value, script.span(&argument.range)));
            self.take_query(argument, &mut sender.draft);
        }
        match given(script, call, &role.headers) {
            // The name of one header.
            Given::Value(Value::Text(_) | Value::Atom(_), _) if role.pairs || !role.name.is_empty() => {}
            headers => self.headers_at(script, headers, &mut sender.draft),
        }
        if role.pairs {
            pairs(script, call, sender);
        }
        if let Some(reason) = &role.hides_headers {
            sender.draft.unknown(RequestPart::Headers, reason.clone());
        }
        self.one_header(script, call, role, sender);
        self.query_at(script, given(script, call, &role.query), &mut sender.draft);
        self.cookies_at(script, given(script, call, &role.cookies), &mut sender.draft);
        self.body(script, call, role, sender);
        self.authentication(script, call, role, sender);
        method(script, call, role, sender);
        self.parameters(script, call, role, sender);
        if role.dashed {
            for (name, _) in sender.draft.headers.iter_mut().filter(|(name, _)| name.as_str().contains('_')) {
                *name = Text::synthetic(name.as_str().replace('_', "-"), name.whole_span());
            }
        }
    }

    fn one_header(&mut self, script: Script<'t>, call: &CallEvent<'_, 't>, role: &RequestRole, sender: &mut Sender<'t>) {
        let name = match (given(script, call, &role.name), &role.header) {
            (Given::Value(Value::Record(_), _), _) | (Given::Absent, None) => return,
            (Given::Value(value, argument), _) => first_text(script, value, script.span(&argument.range)),
            (Given::Unknown(name), None) => return sender.draft.unknown(RequestPart::Headers, format!("`{name}` may name a header")),
            (_, Some(header)) => Text::synthetic(header.clone(), callee_name(script, call)),
        };
        let Given::Value(value, argument) = given(script, call, &role.value) else { return };
        let value = first_text(script, value, script.span(&argument.range));
        if name.has_holes() {
            sender.draft.unknown(RequestPart::Headers, computed(&name));
        } else if role.adds {
            sender.draft.headers.push((name, value.trim()));
        } else {
            sender.draft.set_header(name, value.trim());
        }
    }

    /// A URL, or the base of a client, that is given in parts.
    fn of_parts(&self, script: Script<'t>, call: &CallEvent<'_, 't>, role: &RequestRole) -> Option<Text<'t>> {
        let part = |slots: &[Slot]| match given(script, call, slots) {
            Given::Value(value, argument) => Some(first_text(script, value, script.span(&argument.range))),
            _ => None,
        };
        let host = part(&role.host)?;
        let (port, path) = (part(&role.port), part(&role.path));
        let place = script.span(call.range);
        let mut url = TextBuilder::new();
        let at = Span::new(host.whole_span().start, host.whole_span().start);
        if let Some(scheme) = role.scheme.as_deref().filter(|_| !host.as_str().contains("://")) {
            url.escaped(scheme, at);
            url.escaped("://", at);
        }
        url.push(&host, 0..host.len());
        if let Some(port) = port {
            url.escaped(":", at);
            url.push(&port, 0..port.len());
        }
        if let Some(path) = path {
            url.push(&path, 0..path.len());
        }
        Some(url.finish().standing_in(place))
    }
}

/// Adds the headers whose names and values the arguments are in turn.
fn pairs<'t>(script: Script<'t>, call: &CallEvent<'_, 't>, sender: &mut Sender<'t>) {
    let arguments: Vec<_> = call.call.arguments.iter().zip(call.arguments).collect();
    for (name, value) in arguments.as_chunks::<2>().0.iter().map(|[name, value]| (name, value)) {
        let name = first_text(script, name.1, script.span(&name.0.value.range));
        let value = first_text(script, value.1, script.span(&value.0.value.range));
        if name.has_holes() {
            sender.draft.unknown(RequestPart::Headers, computed(&name));
        } else {
            sender.draft.headers.push((name, value.trim()));
        }
    }
}

/// Sets the method, if the call says it.
fn method<'t>(script: Script<'t>, call: &CallEvent<'_, 't>, role: &RequestRole, sender: &mut Sender<'t>) {
    match given(script, call, &role.method_at) {
        Given::Value(value, argument) => {
            let names: Vec<_> = value.alternatives().iter().map(method_of).collect();
            let place = script.span(&argument.range);
            sender.has_method = true;
            match names.as_slice() {
                [Some(name)] => {
                    let written = value.texts().next().map_or(place, Text::whole_span);
                    let exact = value.texts().next().filter(|text| text.as_str() == name).cloned();
                    sender.draft.method = Some(exact.unwrap_or_else(|| Text::synthetic(name.clone(), written)));
                }
                names => {
                    let known: Vec<_> = names.iter().flatten().map(String::as_str).collect();
                    sender.draft.method = None;
                    let reason = match known.as_slice() {
                        [] => format!("the method is `{}`", name(script, value, argument)),
                        some => format!("the method may be {}", some.join(" or ")),
                    };
                    sender.draft.unknown(RequestPart::Method, reason);
                }
            }
        }
        Given::Unknown(name) => {
            sender.draft.method = None;
            sender.has_method = true;
            sender.draft.unknown(RequestPart::Method, format!("the method may come from `{name}`"));
        }
        Given::Absent if role.does != Deed::Client => {
            let place = callee_name(script, call);
            match role.method.as_deref() {
                Some("name") => {
                    let mut names: Vec<_> = call.callee.alternatives().iter().filter_map(method_called).collect();
                    names.dedup();
                    sender.has_method = true;
                    sender.draft.method = match names.as_slice() {
                        [name] => Some(Text::synthetic(*name, place)),
                        [] => None,
                        some => {
                            sender.draft.unknown(RequestPart::Method, format!("the method may be {}", some.join(" or ")));
                            None
                        }
                    };
                }
                Some(method) => {
                    let method = role.with_body.as_deref().filter(|_| sender.draft.body != RequestBody::None).unwrap_or(method);
                    sender.draft.method = Some(Text::synthetic(method.to_owned(), Span::new(place.start, place.start)));
                }
                // A body that is added to a request.
                None => {
                    if let Some(method) = role.with_body.as_deref().filter(|_| !sender.has_method) {
                        sender.draft.method = Some(Text::synthetic(method.to_owned(), Span::new(place.start, place.start)));
                    }
                }
            }
        }
        Given::Absent => {}
    }
}

/// The method that a value is.
pub(super) fn method_of(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Text(built) if !built.text.has_holes() => Some(built.text.as_str().trim().to_ascii_uppercase()),
        _ => None,
    }
}

/// Whether a text is a URL or a path from a root, and no key or name.
fn is_url(text: &Text<'_>) -> bool {
    let masked = text.masked(0);
    masked.starts_with('/') || masked.contains("://") || masked.trim_start_matches('\0').starts_with('/')
}

/// Whether a text, which names what is kept of an answer, may be a path behind a base: `runs`, `runs/7`.
fn is_key(text: &Text<'_>) -> bool {
    let masked = text.masked(b'x');
    masked.starts_with(|c: char| c.is_ascii_alphabetic()) && masked.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./?=&".contains(&b))
}

/// The method that the name of a function begins with: `get`, `getForObject`, `HttpGet`.
fn method_called(callee: &Value<'_>) -> Option<&'static str> {
    let path = callee.path_name()?;
    let name = path.rsplit('.').next().unwrap_or_default().to_ascii_uppercase();
    let name = name.strip_prefix("HTTP").unwrap_or(&name);
    METHODS.into_iter().find(|method| name.starts_with(method))
}

/// Whether a call is a method of something that a server's library made here.
fn is_of_server(call: &CallEvent<'_, '_>, servers: &[String]) -> bool {
    let made = call.receiver.and_then(Value::path_name);
    let maker = made.as_deref().and_then(|path| path.strip_suffix("()")?.rsplit('.').next());
    maker.is_some_and(|maker| servers.iter().any(|known| known == maker))
}

/// Where the last part of the callee's name stands.
fn callee_name<'t>(script: Script<'t>, call: &CallEvent<'_, 't>) -> Span {
    let range = &call.call.callee.range;
    let source = script.text.as_str().get(range.clone()).unwrap_or_default();
    let word = source.len() - source.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_').len();
    script.span(&(range.end - word..range.end))
}

/// A URL behind the base of its client, with one slash between them.
fn joined<'t>(base: &Text<'t>, url: &Text<'t>, place: Span) -> Text<'t> {
    if url.masked(b'_').contains("://") {
        return url.clone();
    }
    let mut builder = TextBuilder::new();
    let end = if base.as_str().ends_with('/') { base.len() - 1 } else { base.len() };
    builder.push(base, 0..end);
    let computed = url.holes().next().is_some_and(|hole| hole.start == 0);
    if !url.as_str().starts_with(['/', '?']) && !url.is_empty() && !computed {
        let at = url.whole_span().start;
        builder.escaped("/", Span::new(at, at));
    }
    builder.push(url, 0..url.len());
    builder.finish().standing_in(place)
}
