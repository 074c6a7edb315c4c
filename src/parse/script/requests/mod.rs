//! The observer that looks for HTTP requests: what calls and commands send, and to where.
//!
//! Which callee sends what is data ([`ScriptRoles`]); what shell commands send is read by [`super::command`].

mod command;

use std::collections::{HashMap, HashSet};

use super::Language;
use super::ir::CallStyle;
use super::observe::{CallEvent, Observer, RedirectEvent, Script};
use super::shown::Shown;
use crate::model::{Request, ScriptRoles, Span};
use crate::parse::request::Draft;
use crate::parse::{Context, Format, Setting};

/// Looks for requests.
#[derive(Debug)]
pub(super) struct Requests<'r, 't> {
    roles: &'r ScriptRoles,
    found: Vec<(Span, Draft<'t>)>,
    /// Commands that a shell script prints.
    shown: Shown<'t>,
}

impl<'r> Requests<'r, '_> {
    /// Looks for requests in a program whose names mean what `roles` says.
    pub(super) fn new(roles: &'r ScriptRoles) -> Self {
        Self { roles, found: Vec::new(), shown: Shown::default() }
    }
}

impl<'t> Observer<'t> for Requests<'_, 't> {
    fn call(&mut self, context: &mut Context<'_>, script: Script<'t>, call: &CallEvent<'_, 't>) {
        if call.call.style == CallStyle::Command {
            self.shell_command(context, script, call);
            return;
        }
        let roles = self.roles;
        for role in call.path.into_iter().flat_map(|path| roles.call.find(path)) {
            self.command_of(context, script, call, role);
        }
    }

    fn finish(&mut self, context: &mut Context<'_>, script: Script<'t>) {
        let language = script.language.name();
        let found = std::mem::take(&mut self.found);
        let facts = found.into_iter().filter_map(|(span, draft)| draft.finish(span, language, context.vocabulary()));
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

    fn redirect(&mut self, context: &mut Context<'_>, _script: Script<'t>, redirect: &RedirectEvent<'_, 't>) {
        self.shown_document(context, redirect);
    }
}

/// Each request once: a place is visited once for every call that reaches it, and once with nothing known. Where anything is
/// known of a request, what is less known of the same call says nothing more.
fn distinct(all: Vec<Request>) -> Vec<Request> {
    let mut least: HashMap<Span, usize> = HashMap::new();
    for request in &all {
        let unknown = least.entry(request.span).or_insert(usize::MAX);
        *unknown = request.unknown.len().min(*unknown);
    }
    let mut seen = HashSet::new();
    let keep: Vec<bool> = all
        .iter()
        .map(|request| {
            let method = request.method.as_ref().map(|method| method.as_str().to_owned());
            let names: Vec<_> = request.headers.iter().map(|header| header.name.as_str().to_ascii_lowercase()).collect();
            least.get(&request.span) == Some(&request.unknown.len())
                && seen.insert((request.span, method, request.url.as_str().to_owned(), names))
        })
        .collect();
    all.into_iter().zip(keep).filter_map(|(request, keep)| keep.then_some(request)).collect()
}

#[cfg(test)]
mod tests;
