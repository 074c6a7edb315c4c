//! The body of a request, and what authenticates it.

use super::call::method_of;
use super::given::{Given, first_text, given, is_nothing, name};
use super::senders::Sender;
use super::{Draft, Requests};
use crate::model::{RequestBody, RequestPart, RequestRole, SlotArgument, Span, Text, TextBuilder};
use crate::parse::script::ir::Expr;
use crate::parse::script::observe::{CallEvent, Script};
use crate::parse::script::value::Value;

impl<'t> Requests<'_, 't> {
    /// Takes the body.
    pub(super) fn body(&mut self, script: Script<'t>, call: &CallEvent<'_, 't>, role: &RequestRole, sender: &mut Sender<'t>) {
        let kinds = [
            (&role.json, RequestBody::Json),
            (&role.form, RequestBody::Form),
            (&role.data, RequestBody::Text),
            (&role.text, RequestBody::Text),
            (&role.files, RequestBody::Multipart),
        ];
        for (slots, kind) in kinds {
            let Given::Value(value, argument) = given(script, call, slots) else { continue };
            let of_result = value.path_name().and_then(|path| {
                let path = path.strip_suffix("()").unwrap_or(&path);
                self.requests.body.find(path).next().map(|role| role.kind)
            });
            let is_record = matches!(value, Value::Record(_) | Value::List(_));
            let is_empty = matches!(value, Value::Text(built) if built.text.is_empty()) && argument.range.len() <= 2;
            sender.draft.body = match of_result {
                Some(kind) => kind,
                // `data if data else None` of a wrapper for all methods.
                _ if value.alternatives().iter().any(is_nothing) && !self.may_have_body(script, call, role) => sender.draft.body,
                _ if is_empty => sender.draft.body,
                None if std::ptr::eq(slots, &role.data) && is_record => RequestBody::Form,
                None => kind,
            };
        }
    }

    /// Whether requests of the method that is named usually have a body.
    fn may_have_body(&self, script: Script<'t>, call: &CallEvent<'_, 't>, role: &RequestRole) -> bool {
        match given(script, call, &role.method_at) {
            Given::Value(value, _) => {
                !value.alternatives().iter().filter_map(method_of).any(|name| matches!(&*name, "GET" | "HEAD" | "DELETE"))
            }
            _ => true,
        }
    }

    /// Takes what authenticates.
    pub(super) fn authentication(&mut self, script: Script<'t>, call: &CallEvent<'_, 't>, role: &RequestRole, sender: &mut Sender<'t>) {
        for argument in authenticators(call, role) {
            sender.draft.unknown(RequestPart::Headers, format!("`{}` authenticates", name(script, &Value::Unknown, argument)));
        }
        if let Given::Value(..) = given(script, call, &role.hooks) {
            sender.draft.unknown(RequestPart::Headers, "a hook may add headers");
        }
        match given(script, call, &role.basic) {
            Given::Value(value, argument) => self.basic(script, value, argument, &mut sender.draft),
            Given::Unknown(name) if !role.headers.is_empty() => {
                sender.draft.unknown(RequestPart::Headers, format!("`{name}` may hold headers"))
            }
            _ => {}
        }
        if let Given::Value(..) = given(script, call, &role.user) {
            let scheme = match given(script, call, &role.scheme_at) {
                Given::Value(value, _) => value.constant().filter(|scheme| *scheme != "auto").unwrap_or("basic"),
                _ => "basic",
            };
            sender.draft.scheme = Some(scheme.to_ascii_lowercase());
        }
        if let Some(scheme) = role.authenticates.as_ref().filter(|_| sender.draft.scheme.is_none()) {
            sender.draft.scheme = Some(scheme.clone());
        }
        if let Given::Value(value, argument) = given(script, call, &role.bearer) {
            let place = script.span(&argument.range);
            let token = first_text(script, value, place);
            let mut bearer = TextBuilder::new();
            bearer.escaped("Bearer ", Span::new(place.start, place.start));
            bearer.push(&token, 0..token.len());
            sender.draft.set_header(Text::synthetic("Authorization", place), bearer.finish());
        }
    }

    /// Takes what stands for user and password.
    pub(super) fn basic(&mut self, script: Script<'t>, value: &Value<'t>, expression: &Expr<'t>, draft: &mut Draft<'t>) {
        let path = value.path_name().unwrap_or_default().to_ascii_lowercase();
        match value {
            Value::List(_) | Value::Record(_) | Value::Text(_) => draft.scheme = Some("basic".to_owned()),
            Value::Result(_) if path.contains("digest") => draft.scheme = Some("digest".to_owned()),
            Value::Result(_) if path.contains("basic") => draft.scheme = Some("basic".to_owned()),
            unknown => draft.unknown(RequestPart::Headers, format!("`{}` authenticates", name(script, unknown, expression))),
        }
    }

    /// Takes parameters that are a part of the query, or the body where the method usually has one.
    pub(super) fn parameters(&mut self, script: Script<'t>, call: &CallEvent<'_, 't>, role: &RequestRole, sender: &mut Sender<'t>) {
        let given = match given(script, call, &role.parameters) {
            // Where there are none, the options stand in their place.
            Given::Value(value, _) if value.entry("headers").is_some() => Given::Absent,
            given => given,
        };
        match sender.draft.method.as_ref().map(|method| method.as_str().to_ascii_uppercase()).as_deref() {
            Some("GET" | "HEAD") => self.query_at(script, given, &mut sender.draft),
            Some(_) => match given {
                Given::Value(Value::Record(_), _) => sender.draft.body = RequestBody::Form,
                Given::Value(..) => sender.draft.body = RequestBody::Text,
                Given::Absent | Given::Unknown(_) => {}
            },
            None => match given {
                Given::Absent => {}
                Given::Value(value, argument) => {
                    sender.draft.unknown(RequestPart::Query, format!("`{}` may hold parameters", name(script, value, argument)));
                }
                Given::Unknown(name) => sender.draft.unknown(RequestPart::Query, format!("`{name}` may hold parameters")),
            },
        }
    }
}

/// The functions that are given to authenticate: they add to the request what they want.
fn authenticators<'e, 't>(call: &CallEvent<'e, 't>, role: &RequestRole) -> impl Iterator<Item = &'e Expr<'t>> {
    let is_asked = |keyword: &str| {
        role.basic.iter().any(|slot| slot.entry.is_none() && matches!(&slot.argument, SlotArgument::Keyword(known) if known == keyword))
    };
    call.call.arguments.iter().zip(call.arguments).filter_map(move |(argument, value)| {
        (matches!(value, Value::Function(_)) && argument.keyword.is_some_and(is_asked)).then_some(&argument.value)
    })
}
