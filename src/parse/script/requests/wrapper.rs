//! Calls of functions of other files that send the method and the path that they are given: `self._request("GET", "/runs")`,
//! `request({method: "GET", url: "/runs"})`, `new Call(Method.GET, "/runs")`.

use super::command::caller;
use super::given::{Given, given, urls};
use super::senders::Sender;
use super::{Language, Requests};
use crate::model::{METHODS, RequestPart, Slot, Span, Text, WrapperRole};
use crate::parse::request::Draft;
use crate::parse::script::ir::{CallStyle, Expr, ExprKind};
use crate::parse::script::observe::{CallEvent, Script};
use crate::parse::script::value::Value;

/// A method with the place it is said at, and a path.
struct Wrapped<'e, 't> {
    method: Text<'t>,
    path: (&'e Value<'t>, Span),
}

impl<'t> Requests<'_, 't> {
    /// Takes such a call. Those of functions of this file are looked into.
    pub(super) fn wrapped_call(&mut self, script: Script<'t>, call: &CallEvent<'_, 't>) {
        let is_own = || call.callee.alternatives().iter().any(|callee| matches!(callee, Value::Function(_) | Value::Class(_)));
        let is_call = matches!(call.call.style, CallStyle::Plain | CallStyle::New);
        if !is_call || !is_wrapper(&call.call.callee, &self.requests.wrapper) || is_own() {
            return;
        }
        let Some(wrapped) = wrapped(script, call, &self.requests.wrapper) else { return };
        let place = script.span(call.range);
        let (value, said) = wrapped.path;
        let made = |url: Text<'t>| {
            let (site, said) = self.site(&url, place);
            let mut draft = Draft { url: Some(url), method: Some(wrapped.method.clone()), ..Draft::default() };
            draft.unknown(RequestPart::Headers, "the client may add headers");
            let (is_request, has_method) = (true, true);
            let caller = caller(script, call);
            Sender { draft, range: call.range.clone(), site, said, caller, is_request, has_method, ..Sender::default() }
        };
        let senders: Vec<_> = urls(script, value, said).into_iter().filter(is_path).map(made).collect();
        self.senders.add(call.range, senders);
    }
}

/// Whether a call is given a method where it would be given a URL.
pub(super) fn is_method_given<'t>(script: Script<'t>, call: &CallEvent<'_, 't>, slots: &[Slot]) -> bool {
    let given = given(script, call, slots);
    matches!(given, Given::Value(Value::Text(built), _) if METHODS.contains(&built.text.as_str()))
}

/// Whether the name of what is called says that it sends requests.
fn is_wrapper(callee: &Expr<'_>, role: &WrapperRole) -> bool {
    let name = match &callee.kind {
        ExprKind::Name(name) | ExprKind::Member(_, name) => *name,
        _ => return false,
    };
    let words = words(name);
    let is_any = |list: &[String]| words.iter().any(|word| list.contains(word));
    is_any(&role.words) && !is_any(&role.never)
}

/// The words of a name in small letters: `make_request`, `makeAPIRequest`.
fn words(name: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut was_small = false;
    for c in name.chars() {
        if c == '_' || c == '$' || (c.is_uppercase() && was_small) {
            out.push(String::new());
        }
        was_small = c.is_lowercase();
        if let Some(last) = out.last_mut().filter(|_| c.is_alphanumeric()) {
            last.extend(c.to_lowercase());
        }
    }
    out
}

/// The method and the path that a call is given; `None` for a call that is not given one of each, or what answers the request.
fn wrapped<'e, 't>(script: Script<'t>, call: &CallEvent<'e, 't>, role: &WrapperRole) -> Option<Wrapped<'e, 't>> {
    let (mut method, mut paths) = (None, Vec::new());
    for (argument, value) in call.call.arguments.iter().zip(call.arguments) {
        let place = script.span(&argument.value.range);
        if matches!(argument.value.kind, ExprKind::Function(_)) || matches!(value, Value::Function(_)) {
            return None;
        }
        let is_called = |list: &[String]| argument.keyword.is_some_and(|keyword| list.iter().any(|known| known == keyword));
        match value {
            Value::Record(entries) => {
                for (key, value) in entries.iter() {
                    let is_called = |list: &[String]| key.constant().is_some_and(|key| list.iter().any(|known| known == key));
                    if is_called(&role.method) {
                        method = method.or_else(|| method_in(value, true, place));
                    } else if is_called(&role.path) {
                        paths.extend(is_a_path(value).then_some((value, place)));
                    }
                }
            }
            value if is_called(&role.path) => paths.extend(is_a_path(value).then_some((value, place))),
            _ if argument.keyword.is_some() && !is_called(&role.method) => {}
            value => {
                let is_named = is_called(&role.method) || script.language == Language::Ruby;
                match method.is_none().then(|| method_in(value, is_named, place)).flatten() {
                    Some(found) => method = Some(found),
                    None => paths.extend(is_a_path(value).then_some((value, place))),
                }
            }
        }
    }
    match (method, paths.as_slice()) {
        (Some(method), [path]) => Some(Wrapped { method, path: *path }),
        _ => None,
    }
}

/// The method that a value is: a text, or the member of an enumeration. In small letters it is one only where its name says so.
fn method_in<'t>(value: &Value<'t>, is_named: bool, place: Span) -> Option<Text<'t>> {
    let known = |name: &str| {
        let upper = name.to_ascii_uppercase();
        METHODS.into_iter().find(|method| *method == name || (is_named && *method == upper))
    };
    let said = |text: &Text<'t>| {
        let method = known(text.as_str().trim())?;
        Some(if text.as_str() == method { text.clone() } else { Text::synthetic(method, text.whole_span()) })
    };
    if let Some(text) = value.texts().next() {
        return said(text).filter(|_| !text.has_holes());
    }
    if let Value::Atom(word) = value {
        return known(word.trim_start_matches(':')).map(|method| Text::synthetic(method, place));
    }
    let path = value.path_name()?;
    let (_, last) = path.rsplit_once('.')?;
    let name = last.strip_prefix("Method").map(str::to_ascii_uppercase);
    known(name.as_deref().unwrap_or(last)).map(|method| Text::synthetic(method, place))
}

fn is_a_path(value: &Value<'_>) -> bool {
    value.texts().next().is_some_and(is_path)
}

/// Whether a text is a path from a root, and no pattern or sentence that begins with a slash.
fn is_path(text: &Text<'_>) -> bool {
    let masked = text.masked(b'x');
    let mut chars = masked.chars();
    let is_first = |c: char| c.is_ascii_alphanumeric() || matches!(c, '{' | ':' | '$' | '<' | '_' | '.' | '@');
    chars.next() == Some('/')
        && chars.next().is_some_and(is_first)
        && !masked.contains(|c: char| c.is_whitespace() || matches!(c, '^' | '\\'))
}
