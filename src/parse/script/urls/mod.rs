//! The observer that looks for URLs: what a program loads, requests, opens, or only names.
//!
//! Which callee, member or key means what is data ([`ScriptRoles`]). A string that holds a URL and goes nowhere that is
//! known is a mention, never a load.

mod command;
mod document;
mod element;
mod head;
mod page;
mod placeholder;
mod report;

use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::Language;
use super::ir::{CallStyle, Expr, ExprKind};
use super::observe::{AssignEvent, CallEvent, ElementEvent, EntryEvent, Observer, RedirectEvent, Script};
use super::shown::{Shown, for_shell};
use super::value::Value;
use crate::model::{CallRole, Directive, Reference, Role, ScriptRoles, Text, Use, resolve};
use crate::parse::{Context, Format, css, plain, reference};
use document::Documents;
use element::{attribute_name, of_value};
use placeholder::with_placeholders;
use report::{Findings, What};

pub(super) use document::may_hold as may_hold_document;
pub(super) use page::{Page, is_test, judge};

/// Looks for URLs.
#[derive(Debug)]
pub(super) struct Urls<'r, 't> {
    roles: &'r ScriptRoles,
    language: Language,
    page: OnceCell<Page>,
    is_bundle: bool,
    findings: Findings<'t>,
    literals: Vec<Text<'t>>,
    /// Whole documents.
    documents: Documents<'t>,
    /// Elements by where they are made: the tag, and what their attributes are set to.
    elements: BTreeMap<usize, (String, Vec<(String, Value<'t>)>)>,
    /// Commands that are printed.
    shown: Shown<'t>,
}

impl<'r, 't> Urls<'r, 't> {
    /// Looks for URLs in a program whose names mean what `roles` says.
    pub(super) fn new(roles: &'r ScriptRoles, language: Language) -> Self {
        Self {
            roles,
            language,
            page: OnceCell::new(),
            is_bundle: false,
            findings: Findings::default(),
            literals: Vec::new(),
            documents: Documents::default(),
            elements: BTreeMap::new(),
            shown: Shown::default(),
        }
    }

    /// Looks for URLs in a bundle, which a page runs unless it asks for what only other programs have.
    pub(super) fn of_bundle(roles: &'r ScriptRoles) -> Self {
        Self { is_bundle: true, ..Self::new(roles, Language::JavaScript) }
    }

    fn page(&self, context: &Context<'_>) -> Page {
        *self.page.get_or_init(|| {
            let signs = &self.roles.page;
            if self.is_bundle { page::judge_bundle(context, signs) } else { judge(context, self.language, signs) }
        })
    }

    /// Finds a URL.
    fn url(&mut self, text: &Text<'t>, role: Role) {
        self.findings.add(with_placeholders(reference::trim(text)), What::Url(role), None);
    }

    /// Finds a text of another format.
    fn nested(&mut self, text: &Text<'t>, format: Format) {
        self.findings.add(text.clone(), What::Nested(format), None);
    }

    /// Reports what a value that is used in this way may be.
    fn used_as(&mut self, context: &mut Context<'_>, script: Script<'t>, how: Use, value: &Value<'t>) {
        for text in known_texts(value) {
            self.text_used_as(context, script, how, text);
        }
    }

    /// Reports a text that is used in this way; `false` if it is nothing to report.
    pub(super) fn text_used_as(&mut self, context: &mut Context<'_>, script: Script<'t>, how: Use, text: &Text<'t>) -> bool {
        let chars = text.as_str();
        match how {
            Use::Url(role) => self.url(text, role),
            Use::Request => {
                let role = if self.page(context) == Page::Yes { Role::Load(Directive::Connect) } else { Role::Endpoint };
                self.url(text, role);
            }
            Use::Code if names_code(text) => {
                let role = if self.page(context) == Page::No { Role::Download } else { Role::Load(Directive::Script) };
                self.url(text, role);
            }
            Use::Html if memchr::memchr(b'<', chars.as_bytes()).is_some() => self.nested(text, Format::Html),
            Use::Css if css::may_load(text) => self.nested(text, Format::Css),
            Use::CssValue if css::may_load(text) => self.findings.add(text.clone(), What::CssValue, None),
            Use::Script if !text.is_empty() => self.nested(text, Format::Script(script.language)),
            Use::Command if !text.is_empty() => self.nested(&for_shell(text), Format::Script(Language::Shell)),
            Use::Code
            | Use::Html
            | Use::Css
            | Use::CssValue
            | Use::Script
            | Use::Command
            | Use::Attribute
            | Use::Attributes
            | Use::Head => {
                return false;
            }
        }
        true
    }

    /// Reports the attribute of an element with this tag; `false` if such an attribute says nothing.
    pub(super) fn attribute_of(&mut self, context: &mut Context<'_>, tag: &str, name: &str, text: &Text<'t>) -> bool {
        let name = attribute_name(name);
        let html = &context.vocabulary().html;
        if html.attribute(html.element(tag.as_bytes()), name.as_bytes()).is_none() {
            return false;
        }
        self.element(context, tag, &[(name.into_owned(), Value::text(text.clone()))]);
        true
    }

    /// Reports the attribute of an unknown element; `false` if such an attribute says nothing.
    pub(super) fn attribute_of_unknown(&mut self, context: &mut Context<'_>, name: &str, text: &Text<'t>) -> bool {
        let name = attribute_name(name);
        let known = self.roles.attributes.contains_key(&*name);
        if known {
            self.unknown_element(context, None, &name, &Value::text(text.clone()));
        }
        known
    }

    /// Reports a string that goes nowhere that can be seen.
    pub(super) fn mentioned(&mut self, context: &mut Context<'_>, text: &Text<'t>) {
        if context.wanted().role(Role::Mention) {
            Self::mention(context, text);
        }
    }

    fn call_role(&mut self, context: &mut Context<'_>, script: Script<'t>, call: &CallEvent<'_, 't>, role: &CallRole) {
        let given = match role.keyword.as_deref().and_then(|keyword| call.keyword(keyword)) {
            Some((_, value)) => Some(value),
            None => call.positional(role.argument).map(|(_, value)| value),
        };
        let Some(given) = given else { return };
        match role.role {
            Use::Attribute => {
                let (Some(name), Some((_, value))) = (given.constant(), call.positional(role.argument + 1)) else { return };
                self.set(context, call.receiver, receiver_expression(call), name, value);
            }
            Use::Attributes => {
                let element = role.element.map_or(call.receiver, |place| call.positional(place).map(|(_, value)| value));
                let rest = (role.argument..).map_while(|place| call.positional(place)).map(|(_, value)| value);
                let records: Vec<_> = if role.rest { rest.collect() } else { vec![given] };
                for record in records {
                    self.set_all(context, element, record);
                }
            }
            Use::Command => self.command(context, script, role, call, given),
            Use::Head => self.head(context, role.tag.as_deref(), given),
            how => {
                let mut place = role.argument;
                let mut next = Some(given);
                while let Some(value) = next {
                    match &role.entry {
                        Some(key) => {
                            for value in value.alternatives().iter().filter_map(|value| value.entry(key)) {
                                self.used_as(context, script, how, value);
                            }
                        }
                        None => self.used_as(context, script, how, value),
                    }
                    place += 1;
                    next = if role.rest { call.positional(place).map(|(_, value)| value) } else { None };
                }
            }
        }
    }

    /// Sets the attributes of a record.
    fn set_all(&mut self, context: &mut Context<'_>, element: Option<&Value<'t>>, record: &Value<'t>) {
        for record in record.alternatives() {
            let Value::Record(entries) = record else { continue };
            for (key, value) in entries.iter() {
                if let Some(name) = key.constant() {
                    self.set(context, element, None, name, value);
                }
            }
        }
    }

    /// Sets an attribute of an element, or of what may be one.
    fn set(&mut self, context: &mut Context<'_>, element: Option<&Value<'t>>, object: Option<&Expr<'t>>, name: &str, value: &Value<'t>) {
        let known = element.map(|element| of_value(self.roles, element)).unwrap_or_default();
        let name = attribute_name(name);
        match (known.tag, known.made) {
            (Some(tag), Some(made)) => {
                let (_, attributes) = self.elements.entry(made).or_insert_with(|| (tag, Vec::new()));
                attributes.push((name.into_owned(), value.clone()));
            }
            (Some(tag), None) => self.element(context, &tag, &[(name.into_owned(), value.clone())]),
            (None, _) if known.impossible => {}
            (None, _) => self.unknown_element(context, object, &name, value),
        }
    }

    /// A string that went nowhere: it is a URL, or it has some in it.
    fn mention(context: &mut Context<'_>, text: &Text<'t>) {
        let chars = text.as_str();
        let is_url = !chars.contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`' | '{' | '\\'))
            && chars.split_once("://").is_some_and(|(scheme, rest)| {
                // Several may stand in one string: `https://a.test/;https://b.test/`.
                !rest.is_empty()
                    && !rest.contains("://")
                    && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                    && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
            });
        if is_url {
            context.url(text, Role::Mention);
        } else if chars.contains("//") {
            plain::mentions(context, text);
        }
    }
}

/// Whether a module's path is a URL: a bare name is a package, `node:fs` is one of the runtime's own, and a relative path a
/// file of the same program.
fn names_code(text: &Text<'_>) -> bool {
    match resolve(text, None) {
        Reference::Absolute(url) => url.has_host() || matches!(url.scheme(), "data" | "blob"),
        Reference::Relative => text.as_str().starts_with(['/', '\\']),
        Reference::Dynamic | Reference::Invalid(_) => true,
    }
}

/// The object of which a method is called.
fn receiver_expression<'e, 't>(call: &CallEvent<'e, 't>) -> Option<&'e Expr<'t>> {
    match &call.call.callee.kind {
        ExprKind::Member(object, _) | ExprKind::Index(object, _) => Some(object),
        _ => None,
    }
}

impl<'t> Observer<'t> for Urls<'_, 't> {
    fn call(&mut self, context: &mut Context<'_>, script: Script<'t>, call: &CallEvent<'_, 't>) {
        if call.call.style == CallStyle::Command {
            self.shell_command(context, script, call);
            return;
        }
        let roles = self.roles;
        let mut known = false;
        for role in call.path.into_iter().flat_map(|path| roles.call.find(path)) {
            known = true;
            self.call_role(context, script, call, role);
        }
        if !known {
            self.printed_commands(script, call);
        }
        if let (false, CallStyle::Template, Some(how), Some((_, value))) = (known, call.call.style, roles.template, call.positional(0)) {
            self.used_as(context, script, how, value);
        }
    }

    fn assign(&mut self, context: &mut Context<'_>, script: Script<'t>, assign: &AssignEvent<'_, 't>) {
        let roles = self.roles;
        let (path, object) = match (&assign.target.kind, assign.object, assign.key.and_then(Value::constant)) {
            (ExprKind::Name(name), ..) => ((*name).to_owned(), None),
            (ExprKind::Member(object, _) | ExprKind::Index(object, _), Some(value), Some(key)) => {
                let path = value.path_name();
                (format!("{}.{key}", path.as_deref().unwrap_or(Value::ANYTHING)), Some(&**object))
            }
            _ => return,
        };
        // The exact name counts before the one of any object.
        // A variable of the program means nothing, but for what reads it in a file of that name.
        let is_own = object.is_none() && assign.own;
        let mut known = roles.member.find(&path).filter(|role| role.counts_in(context.path()) && (!is_own || role.is_of_files()));
        let Some(role) = known.next() else { return };
        match (role.role, assign.key.and_then(Value::constant)) {
            (Use::Head, _) => self.head(context, role.tag.as_deref(), assign.value),
            (Use::Attribute, Some(name)) => self.set(context, assign.object, object, name, assign.value),
            (how, _) => self.used_as(context, script, how, assign.value),
        }
    }

    fn entry(&mut self, context: &mut Context<'_>, script: Script<'t>, entry: &EntryEvent<'_, 't>) {
        let roles = self.roles;
        for role in entry.key.constant().into_iter().flat_map(|key| roles.entry.find(key)) {
            if !role.counts_in(context.path()) {
                continue;
            }
            match role.role {
                Use::Head => self.head(context, role.tag.as_deref(), entry.value),
                how => self.used_as(context, script, how, entry.value),
            }
        }
    }

    fn element(&mut self, context: &mut Context<'_>, _script: Script<'t>, element: &ElementEvent<'_, 't>) {
        let tag = element.element.tag;
        let tag = self.roles.components.get(tag).map_or(tag, String::as_str).to_owned();
        let mut attributes = Vec::new();
        for (attribute, value) in element.element.attributes.iter().zip(element.attributes) {
            match (attribute.name, value) {
                (Some(name), _) => attributes.push((attribute_name(name).into_owned(), value.clone())),
                (None, Value::Record(entries)) => attributes
                    .extend(entries.iter().filter_map(|(key, value)| Some((attribute_name(key.constant()?).into_owned(), value.clone())))),
                (None, _) => {}
            }
        }
        // A component shows what it is given: `<code>{page}</code>`, `<Example code={page} />`.
        for text in element.children.iter().chain(element.attributes).flat_map(Value::texts) {
            self.documents.forget(text);
        }
        Urls::element(self, context, &tag, &attributes);
        self.content(context, &tag, &attributes, element.children);
    }

    fn redirect(&mut self, context: &mut Context<'_>, _script: Script<'t>, redirect: &RedirectEvent<'_, 't>) {
        self.heredoc(context, redirect);
    }

    fn import(&mut self, context: &mut Context<'_>, script: Script<'t>, _module: &Expr<'t>, value: &Value<'t>) {
        if let Some(how) = self.roles.import {
            self.used_as(context, script, how, value);
        }
    }

    fn literal(&mut self, context: &mut Context<'_>, _script: Script<'t>, text: &Text<'t>) {
        self.documents.add(text);
        if context.wanted().role(Role::Mention) && memchr::memmem::find(text.as_str().as_bytes(), b"//").is_some() {
            self.literals.push(text.clone());
        }
    }

    fn joined(&mut self, _context: &mut Context<'_>, _script: Script<'t>, text: &Text<'t>) {
        self.documents.add(text);
    }

    fn finish(&mut self, context: &mut Context<'_>, _script: Script<'t>) {
        for (tag, attributes) in std::mem::take(&mut self.elements).into_values() {
            Urls::element(self, context, &tag, &attributes);
        }
        self.report_printed();
        self.findings.report(context);
        for document in std::mem::take(&mut self.documents).outermost() {
            if !self.findings.uses(document.whole_span()) {
                self.nested(&document, Format::Html);
            }
        }
        self.findings.report(context);
        for text in std::mem::take(&mut self.literals) {
            if !self.findings.uses(text.whole_span()) {
                Self::mention(context, &text);
            }
        }
    }
}

/// The texts that a value may be. Where one of them is known, what the others may be says nothing more.
fn known_texts<'v, 't>(value: &'v Value<'t>) -> impl Iterator<Item = &'v Text<'t>> {
    let begins_with_hole = |text: &Text<'_>| text.holes().next().is_some_and(|hole| hole.start == 0);
    let known = value.texts().any(|text| !begins_with_hole(text));
    value.texts().filter(move |text| !(known && begins_with_hole(text)))
}
