//! What attributes say, by the way in which their values are written.

use std::ops::Range;

use super::entity::Place;
use super::tokenizer::{Attribute, MASK, Quoting};
use super::{refresh, srcset};
use crate::model::{AttributeRule, AttributeSyntax, Role, Text, TextBuilder};
use crate::parse::script::Language;
use crate::parse::template::{self, Part, Source};
use crate::parse::{Context, Format, css, plain, reference};

/// The values that an attribute can have, decoded.
pub(super) fn values<'s>(source: &Source<'_, 's>, attribute: &Attribute) -> Vec<Text<'s>> {
    let range = attribute.value.clone();
    match attribute.quoting {
        Quoting::Absent => Vec::new(),
        Quoting::Plain if source.interpolates() => {
            let parts = template::brace_parts(source.text().as_str(), range);
            vec![join(source, &parts)]
        }
        Quoting::Plain => source.alternatives(&range, Some(Place::Attribute)),
        Quoting::Expression => expression(source, range),
        Quoting::Template => vec![join(source, &template::template_parts(source.text().as_str(), range))],
    }
}

/// The strings that an expression of JavaScript can come to.
pub(super) fn expression<'s>(source: &Source<'_, 's>, range: Range<usize>) -> Vec<Text<'s>> {
    let alternatives = template::alternatives(source.text().as_str(), range);
    alternatives.iter().map(|parts| join(source, parts)).collect()
}

fn join<'s>(source: &Source<'_, 's>, parts: &[Part]) -> Text<'s> {
    let text = source.text();
    if let [Part::Literal(range)] = parts {
        return text.slice(range.clone());
    }
    let mut builder = TextBuilder::new();
    for part in parts {
        match part {
            Part::Literal(range) => builder.push(text, range.clone()),
            Part::Name(range) | Part::Hole(range) => match source.constant(range) {
                Some(constant) => builder.escaped(constant, text.span(range.clone())),
                None => builder.hole(text.as_str().get(range.clone()).unwrap_or_default(), text.span(range.clone())),
            },
        }
    }
    builder.finish()
}

/// Reports the URLs of an attribute for which there is a rule.
pub(super) fn report(context: &mut Context<'_>, source: &Source<'_, '_>, attribute: &Attribute, rule: AttributeRule) {
    let raw = source.masked().as_bytes().get(attribute.value.clone()).unwrap_or_default();
    if attribute.quoting == Quoting::Absent || !matters(context, raw, rule) {
        return;
    }
    let in_code = matches!(attribute.quoting, Quoting::Expression | Quoting::Template);
    if in_code && matches!(rule.syntax, AttributeSyntax::Css | AttributeSyntax::CssValue) {
        let text = source.text().slice(attribute.value.clone());
        context.nested(text, Format::Script(Language::JavaScript));
        return;
    }
    if !source.has_pieces(&attribute.value) && attribute.quoting == Quoting::Plain && !source.interpolates() {
        value(context, &source.value(attribute.value.clone(), Some(Place::Attribute)), rule);
        return;
    }
    for text in values(source, attribute) {
        value(context, &text, rule);
    }
}

/// Whether a value can be of interest, by its bytes as they are written.
fn matters(context: &Context<'_>, raw: &[u8], rule: AttributeRule) -> bool {
    match rule.syntax {
        AttributeSyntax::Css | AttributeSyntax::CssValue => memchr::memchr3(b'(', b'\\', b'&', raw).is_some() || raw.contains(&b'@'),
        AttributeSyntax::Html => true,
        // A link is nothing to a check, unless it is a program.
        _ => context.wanted().role(rule.role) || (rule.role == Role::Navigate && may_be_program(raw)),
    }
}

/// Whether the value may be a `javascript:` URL.
fn may_be_program(raw: &[u8]) -> bool {
    raw.iter().find(|byte| **byte > b' ').is_some_and(|byte| matches!(byte, b'j' | b'J' | b'&' | b'{' | b'`'))
        || raw.first().is_some_and(|byte| *byte <= b' ' || *byte == MASK)
}

fn value(context: &mut Context<'_>, text: &Text<'_>, rule: AttributeRule) {
    match rule.syntax {
        AttributeSyntax::Url => reference::report(context, text, rule.role),
        AttributeSyntax::Srcset => candidates(context, text, rule.role),
        AttributeSyntax::List => list(context, text, rule.role, |c| c.is_ascii_whitespace()),
        AttributeSyntax::Commas => list(context, text, rule.role, |c| c.is_ascii_whitespace() || c == ','),
        AttributeSyntax::Css => css::declarations(context, text),
        AttributeSyntax::CssValue => css::value(context, text),
        AttributeSyntax::Html => context.nested(text.clone(), Format::Html),
    }
}

/// Reports the candidates of a `srcset`.
fn candidates(context: &mut Context<'_>, text: &Text<'_>, role: Role) {
    let masked = text.masked(MASK);
    for candidate in srcset::candidates(&masked) {
        let url = text.slice(candidate.url);
        if candidate.valid {
            reference::report(context, &without_controls(url), role);
        } else {
            plain::mentions(context, &url);
        }
    }
}

/// The URL without control characters: a browser escapes them in a path and refuses them in a host.
fn without_controls(url: Text<'_>) -> Text<'_> {
    if !url.as_str().contains(|c: char| c.is_ascii_control()) {
        return url;
    }
    let mut builder = TextBuilder::new();
    for (at, c) in url.as_str().char_indices().filter(|(_, c)| !c.is_ascii_control()) {
        builder.push(&url, at..at + c.len_utf8());
    }
    builder.finish()
}

fn list(context: &mut Context<'_>, text: &Text<'_>, role: Role, separates: impl Fn(char) -> bool) {
    let mut start = None;
    for (at, c) in text.as_str().char_indices().chain([(text.len(), ' ')]) {
        if separates(c) {
            if let Some(start) = start.take() {
                reference::report(context, &text.slice(start..at), role);
            }
        } else {
            start.get_or_insert(at);
        }
    }
}

/// Reports where the `content` of a refresh leads.
pub(super) fn refresh(context: &mut Context<'_>, text: &Text<'_>) {
    if let Some(range) = refresh::url(&text.masked(MASK)) {
        reference::report(context, &text.slice(range), Role::Navigate);
    }
}
