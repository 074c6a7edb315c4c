//! What JSX in a page says: elements as HTML, all that takes computing as one program.

use std::ops::Range;

use super::scan::{Attribute, Tag, Value};
use crate::model::{Role, Text, TextBuilder, Vocabulary};

/// The JSX, the expressions and the `import`s of a page so far.
pub(super) struct Jsx<'p, 's> {
    page: &'p Text<'s>,
    vocabulary: &'p Vocabulary,
    html: TextBuilder,
    program: TextBuilder,
    /// URLs in properties of components.
    urls: Vec<(Text<'s>, Role)>,
    /// Whether the last thing was the start tag of an element whose text is code (`<style>{`…`}</style>`).
    in_code: bool,
}

/// What the JSX of a page comes to.
pub(in crate::parse::markdown) struct Parts<'s> {
    /// Its elements, as HTML.
    pub(in crate::parse::markdown) html: Text<'static>,
    /// Its computed parts, as a program.
    pub(in crate::parse::markdown) program: Text<'static>,
    /// URLs in properties of components.
    pub(in crate::parse::markdown) urls: Vec<(Text<'s>, Role)>,
}

impl<'p, 's> Jsx<'p, 's> {
    pub(super) fn new(page: &'p Text<'s>, vocabulary: &'p Vocabulary) -> Self {
        Self { page, vocabulary, html: TextBuilder::new(), program: TextBuilder::new(), urls: Vec::new(), in_code: false }
    }

    pub(super) fn finish(self) -> Parts<'s> {
        Parts { html: self.html.finish(), program: self.program.finish(), urls: self.urls }
    }

    /// Takes a block of `import`s and `export`s.
    pub(super) fn esm(&mut self, range: Range<usize>) {
        self.statement("", range, "\n");
    }

    /// Takes an expression, without its braces.
    pub(super) fn expression(&mut self, range: Range<usize>) {
        match self.literal(&range).filter(|_| self.in_code) {
            Some(code) => self.html.push(&code, 0..code.len()),
            None => self.statement(";(", range, ");\n"),
        }
    }

    fn statement(&mut self, before: &str, range: Range<usize>, after: &str) {
        let (start, end) = (self.page.span(range.start..range.start), self.page.span(range.end..range.end));
        self.program.escaped(before, start);
        self.program.push(self.page, range);
        self.program.escaped(after, end);
    }

    /// Takes a tag that starts at `start`.
    pub(super) fn tag(&mut self, start: usize, tag: &Tag) {
        let name = &self.page.as_str()[tag.name.clone()];
        let is_component = name.starts_with(|c: char| c.is_ascii_uppercase()) || name.contains('.');
        let components = self.vocabulary.scripts.get("javascript").map(|roles| &roles.components);
        let element = components.and_then(|components| components.get(name)).cloned().or((!is_component).then(|| name.to_owned()));
        let Some(element) = element else {
            self.component(tag);
            return;
        };
        if tag.is_closing {
            self.markup(&format!("</{element}>"), start);
            self.in_code = false;
            return;
        }
        let is_constant = tag.attributes.iter().all(|attribute| match &attribute.value {
            Value::Expression(range) => self.literal(range).is_some() || is_harmless(&self.page.as_str()[range.clone()]),
            _ => true,
        });
        if !is_constant {
            let end = tag.end - if tag.is_self_closing { 2 } else { 1 };
            self.statement(";(", start..end, "/>);\n");
        } else if !element.is_empty() {
            self.markup(&format!("<{element}"), start);
            for attribute in &tag.attributes {
                self.attribute(attribute);
            }
            self.markup(">", tag.end);
        }
        self.in_code = !tag.is_self_closing && matches!(element.as_str(), "style" | "script");
    }

    /// Adds an attribute, whose value is known, to the HTML.
    fn attribute(&mut self, attribute: &Attribute) {
        let value = match &attribute.value {
            Value::None => return,
            Value::Quoted(range) => Some(self.page.slice(range.clone())),
            Value::Expression(range) => self.literal(range),
        };
        let Some(value) = value else { return };
        let name = &self.page.as_str()[attribute.name.clone()];
        let name = if name == "xlinkHref" { "xlink:href" } else { name };
        let quote = if value.as_str().contains('"') { '\'' } else { '"' };
        self.markup(&format!(" {name}={quote}"), attribute.name.start);
        self.html.push(&value, 0..value.len());
        self.markup(&quote.to_string(), attribute.name.start);
    }

    fn markup(&mut self, chars: &str, at: usize) {
        self.html.escaped(chars, self.page.span(at..at));
    }

    /// A component of which nothing is known: some names of properties say that they are URLs.
    fn component(&mut self, tag: &Tag) {
        for attribute in &tag.attributes {
            let value = match &attribute.value {
                Value::None => continue,
                Value::Quoted(range) => self.page.slice(range.clone()),
                Value::Expression(range) => match self.literal(range) {
                    Some(value) => Text::clone(&value),
                    None => {
                        self.expression(range.clone());
                        continue;
                    }
                },
            };
            let name = &self.page.as_str()[attribute.name.clone()];
            if let Some(role) = self.vocabulary.markdown.property(name, value.as_str()) {
                self.urls.push((value, role));
            }
        }
    }

    /// The characters of an expression that is one string or template.
    fn literal(&self, range: &Range<usize>) -> Option<Text<'s>> {
        let text = self.page.slice(range.clone()).trim();
        let chars = text.as_str();
        let quote = chars.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
        let inner = chars.get(1..)?.strip_suffix(quote)?;
        if inner.contains(['\\', quote]) || (inner.contains('"') && inner.contains('\'')) {
            return None;
        }
        let mut holes = Vec::new();
        let mut at = 0;
        while quote == '`'
            && let Some(start) = inner[at..].find("${").map(|length| at + length)
        {
            let end = super::scan::expression_end(inner.as_bytes(), start + 1)?;
            holes.push(start..end);
            at = end;
        }
        Some(text.slice(1..1 + inner.len()).with_holes(&holes))
    }
}

/// Whether no URL with a host can come out of an expression by itself: names, numbers, relative paths.
fn is_harmless(expression: &str) -> bool {
    !expression.contains(['"', '\'', '`', '<'])
        && expression.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" ._[]:,{}-\n\r\t".contains(&byte))
}
