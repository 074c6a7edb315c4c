//! Calls whose result is computed: joining, formatting, decoding, resolving URLs.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use super::super::ir::Expr;
use super::super::observe::CallEvent;
use super::super::value::{Built, Part, Room, Value};
use super::Engine;
use crate::model::{Fold, Reference, Span, Text, resolve};

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true),
);

/// The short name of a module: `node:http` is `http`, `net/http` is `http`, a file of the same program has none.
pub(super) fn module_name(path: &str) -> Option<&str> {
    let path = path.strip_prefix("node:").unwrap_or(path);
    if path.starts_with(['.', '/', '@', '~', '#']) || path.contains("//") {
        return None;
    }
    path.rsplit('/').next().filter(|name| !name.is_empty())
}

impl<'p, 't> Engine<'p, 't, '_, '_> {
    /// The result of a call that can be computed.
    pub(super) fn fold(&mut self, event: &CallEvent<'_, 't>) -> Option<Value<'t>> {
        let way = self.roles.fold.find(event.path?).next()?.with;
        let argument = |index: usize| event.positional(index).map(|(_, value)| value);
        let receiver = event.receiver.filter(|value| value.is_known());
        let construct = self.script.span(event.range);
        match way {
            Fold::Identity => receiver.or(argument(0)).filter(|value| value.is_known()).cloned(),
            Fold::Receiver => receiver.cloned(),
            Fold::Argument => argument(0).filter(|value| value.is_known()).cloned(),
            Fold::Concat | Fold::ConcatArguments => {
                let receiver = receiver.filter(|_| way == Fold::Concat).map(|value| self.part(value, &event.call.callee));
                let rest = event.call.arguments.iter().zip(event.arguments).map(|(argument, value)| self.part(value, &argument.value));
                let parts: Vec<_> = receiver.into_iter().chain(rest).collect();
                (!parts.is_empty()).then(|| self.room.concat(&parts, construct))
            }
            Fold::Join => join(receiver?, argument(0), construct, &self.room),
            Fold::JoinArgument => join(argument(0)?, receiver, construct, &self.room),
            Fold::JoinList => join(argument(0)?, argument(1), construct, &self.room),
            Fold::JoinRest => match argument(1)? {
                list @ Value::List(_) => join(list, argument(0), construct, &self.room),
                _ => join(&Value::List(event.arguments.get(1..)?.into()), argument(0), construct, &self.room),
            },
            Fold::List => Some(Value::List(event.arguments.into())),
            Fold::Printf => self.printf(argument(0)?, event, construct),
            Fold::Format => self.braces(receiver?, event, 0, construct),
            Fold::FormatArgument => self.braces(argument(0)?, event, 1, construct),
            Fold::Base64 => base64(argument(0)?),
            Fold::Url => Some(url(argument(0)?, argument(1), &self.room)),
            Fold::UrlJoin => Some(url(argument(1)?, argument(0), &self.room)),
            Fold::Resolve => argument(0).map_or_else(|| receiver.cloned(), |reference| Some(url(reference, receiver, &self.room))),
            Fold::Module => Some(Value::path(module_name(argument(0)?.constant()?)?)),
            Fold::Merge => Some(merge(event.arguments, &self.room)),
            Fold::PathJoin => {
                let parts: Vec<_> =
                    event.call.arguments.iter().zip(event.arguments).map(|(argument, value)| self.part(value, &argument.value)).collect();
                (!parts.is_empty()).then(|| path_join(parts, construct, &self.room))
            }
            Fold::Parameter => {
                let has_query = receiver?.texts().next()?.masked(b'_').contains('?');
                let sign = |sign| Part { value: Value::Atom(sign), span: construct };
                let mut parts = vec![self.part(receiver?, &event.call.callee), sign(if has_query { "&" } else { "?" })];
                for (argument, value) in event.call.arguments.iter().zip(event.arguments).take(2) {
                    if parts.len() > 2 {
                        parts.push(sign("="));
                    }
                    parts.push(self.part(value, &argument.value));
                }
                Some(self.room.concat(&parts, construct))
            }
            Fold::Default => {
                let named = receiver.zip(argument(0).and_then(Value::constant)).and_then(|(record, key)| record.entry(key));
                let otherwise = argument(1).or_else(|| event.keyword("default").map(|(_, value)| value)).filter(|value| value.is_known());
                match (named, otherwise) {
                    (Some(value), _) => Some(value.clone()),
                    // What is asked for by name keeps its name: `os.environ.get().API_KEY`.
                    (None, Some(value)) => {
                        let name = argument(0).and_then(Value::constant).filter(|name| is_name(name));
                        let path = format!("{}()", event.path?);
                        let path = name.map_or_else(|| path.clone(), |name| format!("{path}.{name}"));
                        Some(Value::path(path).or(value.clone()))
                    }
                    (None, None) => None,
                }
            }
        }
    }

    fn part(&self, value: &Value<'t>, at: &Expr<'t>) -> Part<'t> {
        Part { value: value.clone(), span: self.script.span(&at.range) }
    }

    /// `template % arguments`.
    pub(super) fn percent(&mut self, template: &'p Expr<'t>, arguments: &'p Expr<'t>, range: &Range<usize>) -> Value<'t> {
        let value = self.evaluate(template);
        let filling = self.evaluate(arguments);
        let nth = match &filling {
            Value::List(values) => values,
            other => std::slice::from_ref(other),
        };
        let construct = self.script.span(range);
        let pick = |index: usize, name: Option<&str>| match name {
            Some(name) => filling.entry(name).cloned(),
            None => nth.get(index).cloned(),
        };
        let filled = value.built().map(|built| fill_percent(built, &pick, construct, &self.room)).reduce(Value::or);
        filled.unwrap_or_else(|| Value::Derived([value.clone(), filling.clone()].into()))
    }

    fn printf(&self, template: &Value<'t>, event: &CallEvent<'_, 't>, construct: Span) -> Option<Value<'t>> {
        let pick = |index: usize, name: Option<&str>| match name {
            Some(name) => event.keyword(name).map(|(_, value)| value.clone()),
            None => event.positional(index + 1).map(|(_, value)| value.clone()),
        };
        template.built().map(|built| fill_percent(built, &pick, construct, &self.room)).reduce(Value::or)
    }

    fn braces(&self, template: &Value<'t>, event: &CallEvent<'_, 't>, first: usize, construct: Span) -> Option<Value<'t>> {
        let pick = |index: usize, name: Option<&str>| match name {
            Some(name) => event.keyword(name).map(|(_, value)| value.clone()),
            None => event.positional(first + index).map(|(_, value)| value.clone()),
        };
        template.built().map(|built| fill_braces(built, &pick, construct, &self.room)).reduce(Value::or)
    }
}

/// Whether this can be the name of a variable.
fn is_name(text: &str) -> bool {
    text.len() <= 80 && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// What fills a field: the nth argument, or the one of a name.
type Pick<'a, 't> = &'a dyn Fn(usize, Option<&str>) -> Option<Value<'t>>;

/// Fills `%s`, `%d`, `%(name)s`, `%<name>s`, `%{name}`, `%[2]q`, `%2$s` and the like; `%%` is a percent sign.
fn fill_percent<'t>(built: &Built<'t>, pick: Pick<'_, 't>, construct: Span, room: &Room) -> Value<'t> {
    let chars = built.text.as_str();
    let mut parts = Vec::new();
    let (mut at, mut next) = (0, 0);
    while let Some(percent) = memchr::memchr(b'%', chars.as_bytes().get(at..).unwrap_or_default()).map(|found| at + found) {
        push(built, at..percent, &mut parts);
        let rest = chars.get(percent + 1..).unwrap_or_default();
        if rest.starts_with('%') {
            push(built, percent..percent + 1, &mut parts);
            at = percent + 2;
            continue;
        }
        if let Some(name) = within(rest, '{', '}') {
            at = percent + name.len() + 3;
            parts.push(Part { value: pick(next, Some(name)).unwrap_or(Value::Unknown), span: built.text.span(percent..at) });
            continue;
        }
        let name = within(rest, '(', ')').or_else(|| within(rest, '<', '>'));
        let flags = name.map_or(0, |name| name.len() + 2);
        let after = rest.get(flags..).unwrap_or_default();
        // POSIX and Java: the argument by its number.
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let number = after
            .get(digits..)
            .filter(|rest| rest.starts_with('$'))
            .and_then(|_| after.get(..digits)?.parse::<usize>().ok()?.checked_sub(1));
        let numbered = number.map_or(0, |_| digits + 1);
        let (flags, after) = (flags + numbered, after.get(numbered..).unwrap_or_default());
        let width = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit() || "-+ #.*[]".contains(c)).len();
        let verb = after.get(width..).and_then(|verb| verb.chars().next()).filter(char::is_ascii_alphabetic);
        let Some(verb) = verb else {
            push(built, percent..percent + 1, &mut parts);
            at = percent + 1;
            continue;
        };
        at = percent + 1 + flags + width + verb.len_utf8();
        parts.push(Part { value: pick(number.unwrap_or(next), name).unwrap_or(Value::Unknown), span: built.text.span(percent..at) });
        next += usize::from(name.is_none() && number.is_none());
    }
    push(built, at..chars.len(), &mut parts);
    room.concat(&parts, construct)
}

/// Fills `{}`, `{0}`, `{name}`, `{name:>8}`; a doubled brace is a brace.
fn fill_braces<'t>(built: &Built<'t>, pick: Pick<'_, 't>, construct: Span, room: &Room) -> Value<'t> {
    let chars = built.text.as_str();
    let mut parts = Vec::new();
    let (mut at, mut next) = (0, 0);
    while let Some(brace) = memchr::memchr2(b'{', b'}', chars.as_bytes().get(at..).unwrap_or_default()).map(|found| at + found) {
        push(built, at..brace, &mut parts);
        let rest = chars.get(brace..).unwrap_or_default();
        match within(rest, '{', '}') {
            _ if rest.starts_with("{{") || rest.starts_with("}}") => {
                push(built, brace..brace + 1, &mut parts);
                at = brace + 2;
            }
            Some(field) => {
                let name = field.split([':', '!', '.', '[']).next().unwrap_or_default();
                let value = match name.parse::<usize>() {
                    Ok(index) => pick(index, None),
                    Err(_) if name.is_empty() => {
                        next += 1;
                        pick(next - 1, None)
                    }
                    Err(_) => pick(0, Some(name)),
                };
                at = brace + field.len() + 2;
                parts.push(Part { value: value.unwrap_or(Value::Unknown), span: built.text.span(brace..at) });
            }
            None => {
                push(built, brace..brace + 1, &mut parts);
                at = brace + 1;
            }
        }
    }
    push(built, at..chars.len(), &mut parts);
    room.concat(&parts, construct)
}

/// The name of a field between two signs.
fn within(text: &str, open: char, close: char) -> Option<&str> {
    /// How long it may be, in bytes.
    const LONGEST: usize = 1_000;
    let inner = text.strip_prefix(open)?;
    inner.get(..inner.floor_char_boundary(LONGEST))?.split_once(close).map(|(name, _)| name)
}

fn push<'t>(built: &Built<'t>, range: Range<usize>, parts: &mut Vec<Part<'t>>) {
    if !range.is_empty() {
        parts.push(Part { span: built.text.span(range.clone()), value: Value::slice_of(built, range) });
    }
}

/// The elements of a list, a separator between them.
fn join<'t>(list: &Value<'t>, separator: Option<&Value<'t>>, construct: Span, room: &Room) -> Option<Value<'t>> {
    let Value::List(values) = list else { return None };
    if !room.takes(values.len()) {
        return None;
    }
    let separator = match separator {
        Some(value) => value.clone(),
        None => Value::Atom(","),
    };
    let mut parts = Vec::new();
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            parts.push(Part { value: separator.clone(), span: construct });
        }
        parts.push(Part { value: value.clone(), span: construct });
    }
    Some(room.concat(&parts, construct))
}

/// The parts with one slash between each two.
fn path_join<'t>(parts: Vec<Part<'t>>, construct: Span, room: &Room) -> Value<'t> {
    let mut joined: Vec<Part<'t>> = Vec::with_capacity(parts.len() * 2);
    for mut part in parts {
        let slashed = joined.last().is_some_and(|last| last.value.texts().any(|text| text.as_str().ends_with('/')));
        let own = matches!(&part.value, Value::Text(built) if built.text.as_str().starts_with('/'));
        if !joined.is_empty() && !slashed && !own {
            joined.push(Part { value: Value::Atom("/"), span: construct });
        }
        if let Value::Text(built) = &part.value
            && slashed
            && own
        {
            part.value = Value::slice_of(built, 1..built.text.len());
        }
        joined.push(part);
    }
    room.concat(&joined, construct)
}

/// What Base64 decodes to, with the whole of the encoded text as its place.
fn base64<'t>(value: &Value<'t>) -> Option<Value<'t>> {
    let text = value.texts().find(|text| !text.has_holes())?;
    let bytes = BASE64.decode(text.as_str().trim()).ok()?;
    let decoded = String::from_utf8(bytes).ok()?;
    Some(Value::text(Text::synthetic(decoded, text.whole_span())))
}

/// A URL relative to another. What is absolute stays what it is; a relative one is put behind the base's origin or folder.
fn url<'t>(reference: &Value<'t>, base: Option<&Value<'t>>, room: &Room) -> Value<'t> {
    let mut result: Option<Value<'t>> = None;
    for alternative in reference.alternatives() {
        let relative = match alternative {
            Value::Text(built) => matches!(resolve(&built.text, None), Reference::Relative),
            _ => true,
        };
        let resolved = match base.and_then(|base| base.built().next()) {
            Some(base) if relative => behind(alternative, base, room),
            _ => alternative.clone(),
        };
        result = Some(match result {
            Some(before) => before.or(resolved),
            None => resolved,
        });
    }
    result.unwrap_or(Value::Unknown)
}

fn behind<'t>(reference: &Value<'t>, base: &Built<'t>, room: &Room) -> Value<'t> {
    let chars = base.text.as_str();
    let Some(authority) = chars.find("//").map(|slashes| slashes + 2) else { return reference.clone() };
    let path = chars.get(authority..).and_then(|rest| rest.find(['/', '?', '#', '\\'])).map_or(chars.len(), |slash| authority + slash);
    let rooted = reference.texts().next().is_some_and(|text| text.as_str().starts_with('/'));
    let folder =
        chars.get(path..).and_then(|rest| rest.split(['?', '#']).next()).and_then(|rest| rest.rfind('/')).map(|slash| path + slash + 1);
    let keep = if rooted { path } else { folder.unwrap_or(path) };
    let span = base.text.whole_span();
    let mut parts = vec![Part { value: Value::slice_of(base, 0..keep), span }];
    if !rooted && folder.is_none() {
        parts.push(Part { value: Value::Atom("/"), span });
    }
    parts.push(Part { value: reference.clone(), span });
    room.concat(&parts, span)
}

/// One record of several; what is none is left out, and what there is no room for.
fn merge<'t>(values: &[Value<'t>], room: &Room) -> Value<'t> {
    let entries = values.iter().filter_map(|value| match value {
        Value::Record(entries) => room.takes(2 * entries.len()).then(|| entries.iter().cloned()),
        _ => None,
    });
    Value::Record(entries.flatten().collect())
}
