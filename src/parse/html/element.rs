//! What one start tag says.

use std::ops::Range;

use super::entity::Place;
use super::tokenizer::{Attribute, Quoting};
use super::{attribute, head};
use crate::model::Role;
use crate::parse::script::Language;
use crate::parse::template::Source;
use crate::parse::{Context, Format, css, plain, reference};

/// A start tag.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'a, 't, 's> {
    pub(super) source: &'a Source<'t, 's>,
    pub(super) tag: &'a Range<usize>,
    /// As it is written.
    pub(super) name: &'a [u8],
    pub(super) attributes: &'a [Attribute],
    /// The name of the element around it, if it is an animation.
    pub(super) parent: &'a [u8],
}

impl<'a> Element<'a, '_, '_> {
    /// Whether the element's name is this one.
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }

    /// The first attribute of this name.
    pub(super) fn get(&self, name: &str) -> Option<&'a Attribute> {
        find(self.source, self.attributes, name)
    }

    /// The decoded value of the first attribute of this name; empty if there is none.
    pub(super) fn value(&self, name: &str) -> String {
        let attribute = self.get(name).filter(|attribute| attribute.quoting == Quoting::Plain);
        attribute
            .map(|attribute| self.source.value(attribute.value.clone(), Some(Place::Attribute)).as_str().to_owned())
            .unwrap_or_default()
    }

    /// Reports the URLs in the tag.
    pub(super) fn report(&self, context: &mut Context<'_>) {
        let roles = &context.vocabulary().html;
        let element = roles.element(self.name);
        let bytes = self.source.masked().as_bytes();
        // The first of several attributes of a name counts, except where statements of a template are around them.
        let mut seen = 0u128;
        let templated = self.source.has_pieces(self.tag);
        let special = head::is_special(self.name);
        for one in self.attributes {
            let name = bytes.get(one.name.clone()).unwrap_or_default();
            if let Some((number, rule)) = roles.attribute(element, name) {
                let bit = 1u128 << (number % 128);
                if seen & bit == 0 || templated {
                    attribute::report(context, self.source, one, rule);
                }
                seen |= bit;
            } else if is_handler(name) {
                self.handler(context, one);
            } else if let Some(bound) = bound_name(name) {
                self.bound(context, one, bound, element);
            } else if !special {
                self.other(context, one);
            }
        }
        if special {
            head::report(context, self);
        }
    }

    /// An event handler: a program.
    fn handler(&self, context: &mut Context<'_>, one: &Attribute) {
        let raw = self.source.masked().as_bytes().get(one.value.clone()).unwrap_or_default();
        let speaks = raw.iter().any(|byte| matches!(byte, b':' | b'/' | b'\\' | b'&')) || memchr::memmem::find(raw, b"atob").is_some();
        if one.quoting != Quoting::Absent && speaks {
            let text = match one.quoting {
                Quoting::Plain => self.source.value(one.value.clone(), Some(Place::Attribute)),
                _ => self.source.text().slice(one.value.clone()),
            };
            context.nested(text, Format::Script(Language::JavaScript));
        }
    }

    /// An attribute that a framework sets to the value of an expression: `:src="…"`, `v-bind:src`, `[src]`, `x-bind:src`.
    fn bound(&self, context: &mut Context<'_>, one: &Attribute, name: &[u8], element: usize) {
        let Some((_, rule)) = context.vocabulary().html.attribute(element, name) else { return self.other(context, one) };
        if one.quoting != Quoting::Plain || !context.wanted().role(rule.role) {
            return;
        }
        for text in attribute::expression(self.source, one.value.clone()) {
            // A name alone is nothing that the page says.
            if text.holes().next().is_none_or(|hole| hole.start > 0) {
                reference::report(context, &text, rule.role);
            }
        }
    }

    /// An attribute without a rule: what looks like a URL in it is mentioned.
    pub(super) fn other(&self, context: &mut Context<'_>, one: &Attribute) {
        if !context.wanted().role(Role::Mention) || one.quoting == Quoting::Absent {
            return;
        }
        let raw = self.source.masked().as_bytes().get(one.value.clone()).unwrap_or_default();
        if !raw.iter().any(|byte| matches!(byte, b':' | b'/' | b'&')) {
            return;
        }
        match one.quoting {
            Quoting::Expression => context.nested(self.source.text().slice(one.value.clone()), Format::Script(Language::JavaScript)),
            _ => plain::mentions(context, &self.source.value(one.value.clone(), Some(Place::Attribute))),
        }
    }
}

/// The first attribute of this name.
pub(super) fn find<'a>(source: &Source<'_, '_>, attributes: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    let bytes = source.masked().as_bytes();
    let has_name = |one: &&Attribute| bytes.get(one.name.clone()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()));
    attributes.iter().find(has_name)
}

/// The dialect of a `style` element's text (`lang="scss"` in Vue and Svelte).
pub(super) fn style_dialect(source: &Source<'_, '_>, attributes: &[Attribute]) -> css::Dialect {
    let lang = find(source, attributes, "lang").map(|one| source.value(one.value.clone(), None));
    lang.map_or(css::Dialect::Css, |lang| css::Dialect::of_extension(lang.as_str()))
}

/// Whether an attribute's name is that of an event handler.
fn is_handler(name: &[u8]) -> bool {
    name.len() > 2 && name.get(..2).is_some_and(|on| on.eq_ignore_ascii_case(b"on")) && name.iter().all(u8::is_ascii_alphanumeric)
}

/// The attribute that a framework's binding sets.
fn bound_name(name: &[u8]) -> Option<&[u8]> {
    match name.first()? {
        b':' => name.get(1..),
        b'[' => {
            let name = name.strip_prefix(b"[")?.strip_suffix(b"]")?;
            Some(name.strip_prefix(b"attr.").unwrap_or(name))
        }
        b'v' => name.strip_prefix(b"v-bind:"),
        b'x' => name.strip_prefix(b"x-bind:"),
        b'b' => name.strip_prefix(b"bind:"),
        _ => None,
    }
}
