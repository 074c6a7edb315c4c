//! The observer that looks for HTTP requests: what calls and commands send, and to where.
//!
//! Which callee sends what is data ([`ScriptRoles`]); what shell commands send is read by [`super::command`].

mod call;
mod command;
mod content;
mod distinct;
mod given;
mod query;
mod records;
mod senders;
mod wrapper;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::Language;
use super::ir::{CallStyle, Expr, ExprKind};
use super::observe::{AssignEvent, CallEvent, EntryEvent, Observer, RedirectEvent, Script};
use super::shown::Shown;
use super::value::Value;
use crate::model::{RequestRoles, ScriptRoles, Span, Text};
use crate::parse::request::{Draft, bare};
use crate::parse::{Context, Format, Setting};
use distinct::{Visit, distinct};
use given::{first_text, name, word_text};
use records::Added;
use senders::{Sender, Senders, key};

/// How many calls of functions of this file are looked through for the one that a URL comes from.
const MAX_CALLS: usize = 64;

/// Looks for requests.
#[derive(Debug)]
pub(super) struct Requests<'r, 't> {
    /// What the names of the language mean.
    roles: &'r ScriptRoles,
    /// What they have to do with requests.
    requests: &'r RequestRoles,
    /// The requests of commands.
    found: Vec<(Visit, Draft<'t>)>,
    senders: Senders<'t>,
    /// What is added to records, by what they are; each is kept, so that no other becomes the same.
    added: HashMap<usize, (Value<'t>, Vec<Added<'t>>)>,
    /// The calls of functions of this file, in order.
    own_calls: Vec<Span>,
    /// Where the values of entries stand, by where their keys do.
    entries: HashMap<Span, Span>,
    /// What is added to the queries of URLs, by the variables that hold these.
    parameters: HashMap<String, Draft<'t>>,
    /// The requests that the parameters of blocks are, by where the parameters stand.
    blocks: HashMap<usize, (usize, usize)>,
    /// Commands that a shell script prints.
    shown: Shown<'t>,
}

impl<'r, 't> Requests<'r, 't> {
    /// Looks for requests in a program whose names mean these say.
    pub(super) fn new(roles: &'r ScriptRoles, requests: &'r RequestRoles) -> Self {
        Self {
            roles,
            requests,
            found: Vec::new(),
            senders: Senders::default(),
            added: HashMap::new(),
            own_calls: Vec::new(),
            entries: HashMap::new(),
            parameters: HashMap::new(),
            blocks: HashMap::new(),
            shown: Shown::default(),
        }
    }

    /// The last call of a function of this file that a URL comes from, where that is not around `call`, which makes the request;
    /// and where the last of it stands that stands outside of `call`.
    fn site(&self, url: &Text<'t>, call: Span) -> (Option<Span>, Option<Span>) {
        let sources: Vec<_> = url.sources().filter(|source| !call.contains(*source)).collect();
        let of_source = |source: &Span| {
            let around = |own: &&Span| own.contains(*source) && !own.contains(call);
            self.own_calls.iter().rev().take(MAX_CALLS).find(around).copied()
        };
        (sources.iter().rev().find_map(of_source), sources.last().copied())
    }

    /// Adds to what is added to a record.
    fn add(&mut self, record: &Value<'t>, added: &Added<'t>) {
        for record in record.alternatives() {
            if let Some(identity) = identity(record) {
                let (_, all) = self.added.entry(identity).or_insert_with(|| (record.clone(), Vec::new()));
                all.push(added.clone());
            }
        }
    }

    /// Takes what is added to a record.
    fn update(&mut self, script: Script<'t>, call: &CallEvent<'_, 't>) {
        let ExprKind::Member(object, method) = &call.call.callee.kind else { return };
        let members = &self.requests.members;
        if let (Some(record), true, ([one, two], [key, value])) =
            (call.receiver, members.sets.iter().any(|known| known == method), (call.call.arguments.as_slice(), call.arguments))
        {
            let name = first_text(script, key, script.span(&one.value.range));
            let value = first_text(script, value, script.span(&two.value.range)).trim();
            return self.add(record, &Added::Entry(name, value));
        }
        let updates = &members.updates;
        let (Some(record), true) = (call.receiver, updates.iter().any(|known| known == method)) else { return };
        // `request.options[:headers].merge!(…)`
        let is_headers = last_name(object).is_some_and(|name| members.headers.iter().any(|known| known == name));
        let sender = self.senders.of_expression(object).filter(|_| is_headers && identity(record).is_none());
        for (argument, value) in call.call.arguments.iter().zip(call.arguments) {
            let mut draft = Draft::default();
            self.headers(script, value, &argument.value, &mut draft);
            if let Some(place) = sender {
                self.senders.at(place).for_each(|sender| {
                    draft.headers.iter().for_each(|(name, value)| sender.draft.set_header(name.clone(), value.clone()));
                    draft.unknown.iter().for_each(|unknown| sender.draft.unknown(unknown.part, unknown.reason.clone()));
                });
                continue;
            }
            for (name, value) in draft.headers {
                self.add(record, &Added::Entry(name, value));
            }
            if !draft.unknown.is_empty() {
                self.add(record, &Added::Unknown(name(script, value, &argument.value)));
            }
        }
    }

    /// The request or client of which this is a member with one of these paths; the empty one is that of its own elements.
    fn owner(&mut self, member: &Expr<'t>, paths: &[String], is_element: bool) -> Option<(usize, usize)> {
        for path in paths.iter().filter(|path| !path.is_empty() || is_element) {
            let mut at = member;
            let mut names = path.rsplit('.').filter(|name| !name.is_empty());
            let is_member = names.all(|name| match &at.kind {
                ExprKind::Member(object, own) if *own == name => {
                    at = object;
                    true
                }
                _ => false,
            });
            if !is_member {
                continue;
            }
            if let Some(place) = self.senders.of_expression(at) {
                return Some(place);
            }
            // A library's own client: `axios.defaults`.
            if path.starts_with("defaults.") && key(at).is_some() {
                let client = Sender { range: at.range.clone(), ..Sender::default() };
                self.senders.add(&at.range, vec![client]);
                self.senders.bind(at, Some((at.range.start, at.range.end)));
                return Some((at.range.start, at.range.end));
            }
        }
        None
    }

    /// An element is assigned: a header of a request or client, or an entry of a record.
    fn assign_element(&mut self, script: Script<'t>, object: &Expr<'t>, element: &Expr<'t>, assign: &AssignEvent<'_, 't>) {
        let key_place = script.span(&element.range);
        let name = match assign.key {
            Some(Value::Atom(word)) => word_text(script, word, key_place),
            Some(key) => first_text(script, key, key_place),
            None => return,
        };
        let value = first_text(script, assign.value, script.span(&assign.expression.range)).trim();
        self.entries.insert(name.whole_span(), script.span(&assign.expression.range));
        if let Some(place) = self.owner(object, &self.requests.members.headers, true) {
            self.senders.at(place).for_each(|sender| sender.draft.set_header(name.clone(), value.clone()));
        } else if let Some(record) = assign.object {
            // To a record that a variable holds the engine adds it.
            if !(matches!(record, Value::Record(_)) && matches!(object.kind, ExprKind::Name(_))) {
                self.add(record, &Added::Entry(name, value));
            }
        }
    }

    /// A member is assigned: of a request or client, or one that holds either.
    fn assign_member(&mut self, script: Script<'t>, assign: &AssignEvent<'_, 't>) {
        let members = &self.requests.members;
        let value = || first_text(script, assign.value, script.span(&assign.expression.range));
        if let Some(place) = self.owner(assign.target, &members.headers, false) {
            let mut draft = Draft::default();
            self.headers(script, assign.value, assign.expression, &mut draft);
            self.senders.at(place).for_each(|sender| {
                sender.draft.headers.clone_from(&draft.headers);
                draft.unknown.iter().for_each(|unknown| sender.draft.unknown(unknown.part, unknown.reason.clone()));
            });
        } else if let Some(place) = self.owner(assign.target, &members.content_type, false) {
            let target = script.span(&assign.target.range);
            self.senders.at(place).for_each(|sender| sender.draft.set_header(Text::synthetic("Content-Type", target), value().trim()));
        } else if let Some(place) = self.owner(assign.target, &members.query, false) {
            let draft = self.assigned_query(script, assign);
            self.senders.at(place).for_each(|sender| {
                sender.draft.query.clone_from(&draft.query);
                draft.unknown.iter().for_each(|unknown| sender.draft.unknown(unknown.part, unknown.reason.clone()));
            });
        } else if let Some(place) = self.owner(assign.target, &members.base, false) {
            self.senders.at(place).for_each(|sender| sender.base = Some(value()));
        } else if let Some(place) = self.owner(assign.target, &members.basic, false) {
            let mut draft = Draft::default();
            self.basic(script, assign.value, assign.expression, &mut draft);
            self.senders.at(place).for_each(|sender| sender.draft.scheme.clone_from(&draft.scheme));
        } else if let Some(place) = self.owner(assign.target, &members.text, false) {
            self.senders
                .at(place)
                .filter(|sender| sender.is_request)
                .for_each(|sender| sender.draft.body = crate::model::RequestBody::Text);
        }
    }
}

impl<'t> Observer<'t> for Requests<'_, 't> {
    fn call(&mut self, context: &mut Context<'_>, script: Script<'t>, call: &CallEvent<'_, 't>) {
        if call.call.style == CallStyle::Command {
            self.shell_command(context, script, call);
            return;
        }
        if call.callee.alternatives().iter().any(|callee| matches!(callee, Value::Function(_) | Value::Class(_))) {
            self.own_calls.push(script.span(call.range));
        }
        let roles = self.roles;
        for role in call.path.into_iter().flat_map(|path| roles.call.find(path)) {
            self.command_of(context, script, call, role);
        }
        match call.path.and_then(|path| self.requests.request.find(path).next()) {
            // What is called as a library is may be given something else.
            Some(role) if !wrapper::is_method_given(script, call, &role.url) => self.request_call(script, call, role),
            _ => {
                self.update(script, call);
                self.wrapped_call(script, call);
            }
        }
    }

    fn assign(&mut self, _context: &mut Context<'_>, script: Script<'t>, assign: &AssignEvent<'_, 't>) {
        if let ExprKind::Index(object, element) = &assign.target.kind {
            self.assign_element(script, object, element, assign);
            return;
        }
        if let ExprKind::Member(url, member) = &assign.target.kind {
            self.assign_member(script, assign);
            if self.requests.members.url_query.iter().any(|known| known == member)
                && let Some(url) = key(url)
            {
                let draft = self.assigned_query(script, assign);
                self.parameters.insert(url, draft);
            }
        }
        if let Some(name) = key(assign.target) {
            self.parameters.remove(&name);
        }
        let place = self.senders.of_value(assign.value).or_else(|| match &assign.expression.kind {
            // What is given to a parameter is known by its value only.
            _ if assign.expression.range == assign.target.range => self.blocks.get(&assign.target.range.start).copied(),
            _ => self.senders.of_expression(assign.expression),
        });
        self.senders.bind(assign.target, place);
    }

    fn entry(&mut self, _context: &mut Context<'_>, script: Script<'t>, entry: &EntryEvent<'_, 't>) {
        let place = script.span(&entry.key_expression.range);
        let key: Text<'t> = match entry.key {
            Value::Atom(word) => word_text(script, word, place),
            key => first_text(script, key, place),
        };
        self.entries.insert(key.whole_span(), script.span(&entry.expression.range));
    }

    fn redirect(&mut self, context: &mut Context<'_>, _script: Script<'t>, redirect: &RedirectEvent<'_, 't>) {
        self.shown_document(context, redirect);
    }

    fn finish(&mut self, context: &mut Context<'_>, script: Script<'t>) {
        let language = script.language.name();
        let found = std::mem::take(&mut self.found);
        let made: Vec<_> = self.senders.requests().map(|sender| (script.span(&sender.range), sender)).collect();
        // What functions of this file call for different URLs stands where each of these is said.
        let wrapped: HashSet<Span> = made.iter().filter(|(_, sender)| sender.site.is_some()).map(|(place, _)| *place).collect();
        let made = made.into_iter().map(|(place, sender)| {
            let said = sender.said.filter(|_| wrapped.contains(&place));
            (Visit { maker: (place, 0), site: sender.site.or(said), caller: sender.caller }, sender.draft)
        });
        let vocabulary = context.vocabulary();
        let facts = found.into_iter().chain(made).filter_map(|(visit, draft)| {
            let request = draft.finish(visit.maker.0, language, vocabulary)?;
            Some((visit, request))
        });
        for request in distinct(facts.collect()) {
            context.request(request);
        }
        for text in self.shown.finish() {
            let sample = Setting::Sample(Language::Shell.name().to_owned());
            context.requests_only(|context| {
                context.within(sample, |context| context.nested(text, Format::Script(Language::Shell)));
            });
        }
    }
}

/// The last name of a path: `headers` of `request.options[:headers]`.
fn last_name<'e>(expression: &'e Expr<'_>) -> Option<&'e str> {
    match &expression.kind {
        ExprKind::Member(_, name) => Some(name),
        ExprKind::Index(_, key) => match &key.kind {
            ExprKind::Literal(text) => Some(text.as_str()),
            ExprKind::Atom(name) => Some(name),
            _ => None,
        },
        _ => None,
    }
}

/// What makes a record, list or result the same as another, however often it is copied.
fn identity(value: &Value<'_>) -> Option<usize> {
    match value {
        Value::Record(entries) => Some(Rc::as_ptr(entries).cast::<()>() as usize),
        Value::List(values) => Some(Rc::as_ptr(values).cast::<()>() as usize),
        Value::Result(result) => Some(Rc::as_ptr(result).cast::<()>() as usize),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
