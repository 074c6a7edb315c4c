//! The content of `script` elements, by their type.

use std::ops::Range;

use super::element::find;
use super::entity::Place;
use super::tokenizer::{Attribute, Quoting};
use crate::model::{Directive, Role, ScriptKind, Text};
use crate::parse::context::Setting;
use crate::parse::data::json;
use crate::parse::script::Language;
use crate::parse::template::Source;
use crate::parse::{Context, Format, plain, reference};

/// What a `script` element's text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// A program; one that does not run where the element has a `src`.
    Program { language: Language, runs: bool },
    /// `type=importmap`.
    ImportMap,
    /// `type=speculationrules`.
    SpeculationRules,
    /// JSON that a program reads (`application/ld+json`, `application/json`).
    Json,
    /// HTML that a program takes out.
    Html,
    /// Anything else.
    Data,
}

/// What the text of a `script` element with these attributes is.
pub(super) fn kind(context: &Context<'_>, source: &Source<'_, '_>, attributes: &[Attribute]) -> Content {
    let value = |name: &str| {
        let attribute = find(source, attributes, name).filter(|one| one.quoting == Quoting::Plain)?;
        Some(source.value(attribute.value.clone(), Some(Place::Attribute)).trim().as_str().to_owned())
    };
    let has_source = ["src", "href", "xlink:href"].iter().any(|name| find(source, attributes, name).is_some());
    let runs = !has_source;
    // `lang` is Vue's and Svelte's, `language` the old way to say `type`.
    let typescript = value("lang").and_then(|lang| Language::of_extension(&lang.to_ascii_lowercase()));
    if let Some(language @ (Language::TypeScript | Language::Tsx)) = typescript {
        return Content::Program { language, runs };
    }
    let kind = match value("type") {
        Some(kind) => kind,
        None => value("language").filter(|language| !language.is_empty()).map(|language| format!("text/{language}")).unwrap_or_default(),
    };
    let essence = kind.split(';').next().unwrap_or_default().trim();
    match context.vocabulary().html.script(essence) {
        ScriptKind::JavaScript => Content::Program { language: Language::JavaScript, runs },
        ScriptKind::TypeScript => Content::Program { language: Language::Tsx, runs },
        ScriptKind::Html => Content::Html,
        ScriptKind::Data if essence.eq_ignore_ascii_case("importmap") => Content::ImportMap,
        ScriptKind::Data if essence.eq_ignore_ascii_case("speculationrules") => Content::SpeculationRules,
        ScriptKind::Data if essence.to_ascii_lowercase().ends_with("json") => Content::Json,
        ScriptKind::Data => Content::Data,
    }
}

/// Reports what the text at `range` says.
pub(super) fn report(context: &mut Context<'_>, source: &Source<'_, '_>, range: Range<usize>, content: Content) {
    if !range.is_empty() {
        read(context, source.code(range), content);
    }
}

/// Reports what a script's text says.
pub(super) fn read(context: &mut Context<'_>, text: Text<'_>, content: Content) {
    if text.as_str().trim().is_empty() {
        return;
    }
    match content {
        Content::Program { language, runs: true } => context.nested(text, Format::Script(language)),
        Content::Program { language, runs: false } => {
            context.within(Setting::Comment, |context| context.nested(text, Format::Script(language)));
        }
        Content::Html => context.nested(text, Format::Html),
        Content::Data => plain::mentions(context, &text),
        Content::ImportMap | Content::SpeculationRules => json_urls(context, &text, content),
        Content::Json if context.wanted().role(Role::Mention) => json_urls(context, &text, content),
        Content::Json => {}
    }
}

/// Reports the strings of a JSON text, each with the role that the key above it gives it.
fn json_urls(context: &mut Context<'_>, text: &Text<'_>, content: Content) {
    let tree = json::read(text);
    let mut open: Vec<(_, Option<Role>)> = tree.roots().map(|root| (root, None)).collect();
    open.reverse();
    while let Some((node, role)) = open.pop() {
        if let Some(text) = node.text() {
            match role {
                Some(role) => reference::report(context, text, role),
                None => plain::mentions(context, text),
            }
        }
        let below = open.len();
        open.extend(node.items().map(|item| (item, role)));
        for (key, value) in node.entries() {
            if let Some(text) = key.text() {
                plain::mentions(context, text);
            }
            let role = role_below(content, key.as_str().unwrap_or_default(), role);
            open.push((value, role));
        }
        if let Some(below) = open.get_mut(below..) {
            below.reverse();
        }
    }
}

/// What the strings below this key are loaded as.
fn role_below(content: Content, key: &str, above: Option<Role>) -> Option<Role> {
    match (content, key) {
        (Content::ImportMap, "imports" | "scopes") => Some(Role::Load(Directive::Script)),
        (Content::ImportMap, "integrity") => None,
        (Content::ImportMap, _) => above,
        (Content::SpeculationRules, "urls") => Some(Role::Load(Directive::Connect)),
        _ => None,
    }
}
