//! Elements that a program makes or changes: their attributes mean what they mean in HTML.

use std::borrow::Cow;

use super::Urls;
use super::page::Page;
use super::report::What;
use crate::model::{AttributeSyntax, Directive, HtmlRoles, Role, ScriptKind, ScriptRoles, Text};
use crate::parse::script::Language;
use crate::parse::script::ir::{Expr, ExprKind};
use crate::parse::script::value::Value;
use crate::parse::{Context, Format, css};

/// An element, as far as it is known.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Where it was made: its attributes are judged together.
    pub(super) made: Option<usize>,
    /// Its tag.
    pub(super) tag: Option<String>,
    /// Whether it is surely no element.
    pub(super) impossible: bool,
}

/// What is known of the element that a value is.
pub(super) fn of_value(roles: &ScriptRoles, value: &Value<'_>) -> Known {
    match value {
        Value::OneOf(values) => values.iter().map(|value| of_value(roles, value)).find(|known| known.tag.is_some()).unwrap_or_default(),
        Value::Result(result) => {
            let Some(role) = result.path.as_ref().and_then(|path| roles.element.find(path).next()) else { return Known::default() };
            let said = || result.arguments.get(role.argument).and_then(Value::constant).and_then(tag_of);
            let tag = role.tag.clone().or_else(said);
            Known { made: tag.is_some().then_some(result.range.start), tag, impossible: false }
        }
        Value::Text(built) => Known { tag: tag_of(built.text.as_str()), ..Known::default() },
        Value::Path(path) => Known { tag: roles.components.get(&**path).cloned(), ..Known::default() },
        Value::Record(_) | Value::List(_) | Value::Function(_) | Value::Class(_) => Known { impossible: true, ..Known::default() },
        _ => Known::default(),
    }
}

/// The tag that a tag name, a selector or a piece of markup is about.
fn tag_of(text: &str) -> Option<String> {
    let last = match text.trim().strip_prefix('<') {
        Some(markup) => markup,
        None => text.trim().rsplit([' ', '>', '+', '~']).next().unwrap_or_default(),
    };
    let end = last.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != ':').unwrap_or(last.len());
    last.get(..end).filter(|tag| !tag.is_empty()).map(str::to_ascii_lowercase)
}

/// The tag of the element that a variable's name hints at.
pub(super) fn hint<'r>(roles: &'r ScriptRoles, object: &Expr<'_>) -> Option<&'r str> {
    let name = match &object.kind {
        ExprKind::Name(name) | ExprKind::Member(_, name) => name,
        _ => return None,
    };
    let mut start = 0;
    let mut last_hint = None;
    let mut look = |word: &str| {
        if let Some(tag) = roles.hints.get(&word.to_ascii_lowercase()) {
            last_hint = Some(tag.as_str());
        }
    };
    let bytes = name.as_bytes();
    for (at, pair) in bytes.windows(2).enumerate() {
        let boundary = matches!(pair, [a, b] if (a.is_ascii_lowercase() && b.is_ascii_uppercase()) || matches!(b, b'_' | b'$' | b'-') || matches!(a, b'_' | b'$' | b'-'));
        if boundary {
            look(name.get(start..=at).unwrap_or_default());
            start = at + 1;
        }
    }
    look(name.get(start..).unwrap_or_default());
    last_hint
}

/// An attribute's name in HTML.
pub(super) fn attribute_name(name: &str) -> Cow<'_, str> {
    match name {
        "xlinkHref" => "xlink:href".into(),
        _ if name.bytes().any(|byte| byte.is_ascii_uppercase()) => name.to_ascii_lowercase().into(),
        _ => name.into(),
    }
}

impl<'t> Urls<'_, 't> {
    /// Reports the attributes of an element whose tag is known.
    pub(super) fn element(&mut self, context: &mut Context<'_>, tag: &str, attributes: &[(String, Value<'t>)]) {
        let html = &context.vocabulary().html;
        let id = html.element(tag.as_bytes());
        for (name, value) in attributes {
            if tag.eq_ignore_ascii_case("link") && name == "href" {
                for text in value.texts() {
                    let role = link_role(html, attributes).or_else(|| self.by_extension(text));
                    self.url(text, role.unwrap_or(Role::Load(Directive::Style)));
                }
            } else if let Some((_, rule)) = html.attribute(id, name.as_bytes()) {
                for text in value.texts() {
                    self.attribute(text, rule.role, rule.syntax);
                }
            }
        }
    }

    /// Reports what an element holds that is a program or a style sheet: `<style>{`…`}</style>`,
    /// `<script dangerouslySetInnerHTML={{ __html: "…" }} />`.
    pub(super) fn content(&mut self, context: &Context<'_>, tag: &str, attributes: &[(String, Value<'t>)], children: &[Value<'t>]) {
        let Some(format) = content_format(&context.vocabulary().html, tag, attributes) else { return };
        let set = attributes.iter().filter(|(name, _)| name == "dangerouslysetinnerhtml").flat_map(|(_, value)| value.alternatives());
        let texts = set.filter_map(|value| value.entry("__html")).chain(children).flat_map(Value::texts);
        for text in texts.filter(|text| format != Format::Css || css::may_load(text)) {
            self.nested(text, format);
        }
    }

    /// Reports an attribute of an element of which nothing is known but perhaps the name of a variable.
    pub(super) fn unknown_element(&mut self, context: &mut Context<'_>, object: Option<&Expr<'_>>, name: &str, value: &Value<'t>) {
        if let Some(tag) = object.and_then(|object| hint(self.roles, object)) {
            self.element(context, tag, &[(name.to_owned(), value.clone())]);
            return;
        }
        if self.page(context) == Page::No {
            return;
        }
        for text in value.texts() {
            let Some(role) = self.roles.attributes.get(name).copied() else { continue };
            let role = self.by_extension(text).filter(|_| matches!(name, "src" | "href")).unwrap_or(role);
            let syntax = if name == "srcset" { AttributeSyntax::Srcset } else { AttributeSyntax::Url };
            self.attribute(text, role, syntax);
        }
    }

    fn attribute(&mut self, text: &Text<'t>, role: Role, syntax: AttributeSyntax) {
        match syntax {
            AttributeSyntax::Url => self.url(text, role),
            AttributeSyntax::Srcset => self.findings.add(text.clone(), What::Candidates(role), None),
            AttributeSyntax::List | AttributeSyntax::Commas => {
                let separates = |c: char| c.is_ascii_whitespace() || (c == ',' && syntax == AttributeSyntax::Commas);
                let mut at = 0;
                for word in text.as_str().split_inclusive(separates) {
                    self.url(&text.slice(at..at + word.trim_end_matches(separates).len()), role);
                    at += word.len();
                }
            }
            AttributeSyntax::Css | AttributeSyntax::CssValue => self.findings.add(text.clone(), What::CssValue, None),
            AttributeSyntax::Html => self.nested(text, Format::Html),
        }
    }

    /// What the extension of a URL's path says it is.
    fn by_extension(&self, text: &Text<'_>) -> Option<Role> {
        let path = text.as_str().split(['?', '#']).next()?;
        let name = path.rsplit('/').next()?;
        let (_, extension) = name.rsplit_once('.')?;
        self.roles.extensions.get(&extension.to_ascii_lowercase()).copied()
    }
}

/// The role of a link's URL by its `rel` and `as`, where they are known.
fn link_role(html: &HtmlRoles, attributes: &[(String, Value<'_>)]) -> Option<Role> {
    let value = |name: &str| attribute_of(attributes, name).and_then(Value::constant);
    let rel = value("rel")?;
    let words = || rel.split_ascii_whitespace();
    if words().any(|word| word.eq_ignore_ascii_case("preload") || word.eq_ignore_ascii_case("modulepreload"))
        && let Some(role) = value("as").and_then(|destination| html.destination(destination))
    {
        return Some(role);
    }
    Some(words().find_map(|word| html.rel(word)).unwrap_or(Role::Navigate))
}

/// What an element with this tag holds, if that is a program or a style sheet (HTML, sections 4.2.6 and 4.12.1).
fn content_format(html: &HtmlRoles, tag: &str, attributes: &[(String, Value<'_>)]) -> Option<Format> {
    if tag == "style" {
        return Some(Format::Css);
    }
    if tag != "script" || attribute_of(attributes, "src").is_some() {
        return None;
    }
    let kind = attribute_of(attributes, "type").map_or(Some(""), Value::constant)?;
    match html.script(kind.split(';').next().unwrap_or_default().trim()) {
        ScriptKind::JavaScript => Some(Format::Script(Language::JavaScript)),
        ScriptKind::TypeScript => Some(Format::Script(Language::Tsx)),
        ScriptKind::Html => Some(Format::Html),
        ScriptKind::Data => None,
    }
}

/// The last attribute of this name.
fn attribute_of<'v, 't>(attributes: &'v [(String, Value<'t>)], name: &str) -> Option<&'v Value<'t>> {
    attributes.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_come_from_names_selectors_and_markup() {
        assert_eq!(tag_of("SCRIPT").as_deref(), Some("script"));
        assert_eq!(tag_of("#x > img.logo[src]").as_deref(), Some("img"));
        assert_eq!(tag_of("<link rel=stylesheet>").as_deref(), Some("link"));
        assert_eq!(tag_of("#x"), None);
    }
}
