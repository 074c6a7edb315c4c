//! Elements whose attributes mean something together: `link`, `meta`, `base`, `param`, and SVG's animations.

use super::attribute;
use super::element::Element;
use super::tokenizer::{Attribute, Quoting};
use crate::model::{Directive, Role, Text};
use crate::parse::{Context, css, plain, reference};

/// Whether [`report`] has something to say about elements of this name.
pub(super) fn is_special(name: &[u8]) -> bool {
    let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
    match name.first().map(u8::to_ascii_lowercase) {
        Some(b'l') => is("link"),
        Some(b'm') => is("meta"),
        Some(b'b') => is("base"),
        Some(b'p') => is("param"),
        Some(b's') => is("set"),
        Some(b'a') => is("animate"),
        _ => false,
    }
}

/// Reports what the attributes of such an element say, as far as no rule is about one alone.
pub(super) fn report(context: &mut Context<'_>, element: &Element<'_, '_, '_>) {
    let used: &[&str] = match element.name.len() {
        _ if element.is("link") => {
            link(context, element);
            &["href"]
        }
        _ if element.is("meta") => {
            meta(context, element);
            &["content"]
        }
        _ if element.is("param") => {
            each(context, element, "value", |context, text| match context.vocabulary().html.parameter(&element.value("name")) {
                Some(role) => reference::report(context, text, role),
                None => plain::mentions(context, text),
            });
            &["value"]
        }
        _ if element.is("base") => {
            each(context, element, "href", |context, text| reference::report(context, text, Role::Mention));
            &["href"]
        }
        _ => {
            animation(context, element);
            &["to", "from", "by", "values"]
        }
    };
    if context.wanted().role(Role::Mention) {
        let roles = &context.vocabulary().html;
        let number = roles.element(element.name);
        let bytes = element.source.masked().as_bytes();
        for one in element.attributes {
            let name = bytes.get(one.name.clone()).unwrap_or_default();
            let is_used = used.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
            if !is_used && roles.attribute(number, name).is_none() {
                element.other(context, one);
            }
        }
    }
}

/// Runs `body` for each value that the attribute can have.
fn each(context: &mut Context<'_>, element: &Element<'_, '_, '_>, name: &str, body: impl Fn(&mut Context<'_>, &Text<'_>)) {
    let values = |one: &Attribute| attribute::values(element.source, one);
    for text in element.get(name).map(values).unwrap_or_default() {
        body(context, &text);
    }
}

fn link(context: &mut Context<'_>, element: &Element<'_, '_, '_>) {
    let role = link_role(context, element);
    if context.wanted().role(role) {
        each(context, element, "href", |context, text| reference::report(context, text, role));
    }
}

/// A style sheet first, then the first word that loads something; else a link that a person or a crawler may follow.
fn link_role(context: &Context<'_>, element: &Element<'_, '_, '_>) -> Role {
    let roles = &context.vocabulary().html;
    let Some(rel) = element.get("rel").filter(|rel| rel.quoting != Quoting::Absent) else { return Role::Mention };
    let rel = match rel.quoting {
        Quoting::Plain => element.value("rel"),
        _ => attribute::values(element.source, rel).first().map(|text| text.as_str().to_owned()).unwrap_or_default(),
    };
    let mut found = Role::Navigate;
    for word in rel.split_ascii_whitespace() {
        let Some(mut role) = roles.rel(word) else { continue };
        if word.eq_ignore_ascii_case("preload") || word.eq_ignore_ascii_case("modulepreload") {
            role = roles.destination(&element.value("as")).unwrap_or(role);
        }
        if role == Role::Load(Directive::Style) {
            return role;
        }
        if found == Role::Navigate {
            found = role;
        }
    }
    found
}

fn meta(context: &mut Context<'_>, element: &Element<'_, '_, '_>) {
    if element.value("http-equiv").eq_ignore_ascii_case("refresh") {
        each(context, element, "content", attribute::refresh);
        return;
    }
    let name = match element.value("name") {
        name if name.is_empty() => element.value("property"),
        name => name,
    };
    let rules: Vec<_> = context.vocabulary().html.meta(&name).collect();
    if rules.is_empty() && !context.wanted().role(Role::Mention) {
        return;
    }
    each(context, element, "content", |context, text| {
        for rule in &rules {
            match &rule.parameter {
                None => reference::report(context, text, rule.role),
                Some(parameter) => {
                    if let Some(value) = parameter_of(text, parameter) {
                        reference::report(context, &value, rule.role);
                    }
                }
            }
        }
        if rules.is_empty() {
            plain::mentions(context, text);
        }
    });
}

/// The value of a parameter in `name=value; name=value`.
fn parameter_of<'s>(text: &Text<'s>, name: &str) -> Option<Text<'s>> {
    let mut start = 0;
    for part in text.as_str().split(';') {
        let end = start + part.len();
        if let Some((key, value)) = part.split_once('=')
            && key.trim().eq_ignore_ascii_case(name)
        {
            return Some(text.slice(end - value.len()..end));
        }
        start = end + 1;
    }
    None
}

/// `<set attributeName="href" to="…">`: the values that an attribute of the element around it takes.
fn animation(context: &mut Context<'_>, element: &Element<'_, '_, '_>) {
    let attribute = element.value("attributeName");
    let roles = &context.vocabulary().html;
    let rule = roles.attribute(roles.element(element.parent), attribute.as_bytes()).map(|(_, rule)| rule.role);
    let is_link = matches!(attribute.to_ascii_lowercase().as_str(), "href" | "xlink:href" | "src");
    let role = rule.unwrap_or(Role::Load(Directive::Img));
    for name in ["to", "from", "by", "values"] {
        each(context, element, name, |context, text| {
            let mut start = 0;
            // Only `values` is a list; a semicolon in another one belongs to the URL.
            let parts: Vec<&str> = if name == "values" { text.as_str().split(';').collect() } else { vec![text.as_str()] };
            for part in parts {
                let end = start + part.len();
                let value = text.slice(start..end);
                if is_link {
                    reference::report(context, &value, role);
                } else {
                    css::value(context, &value);
                }
                start = end + 1;
            }
        });
    }
}
