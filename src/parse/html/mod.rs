//! HTML (WHATWG) and templates of it.
//!
//! URLs come from the tokenizer's start tags, not from a tree: a tree drops what stands in `noscript`, in `template` or in a
//! second `body`, and all of that is shipped. What becomes of which attribute is data (`rules/roles/html.toml`).

mod attribute;
mod base;
pub(in crate::parse) mod braces;
mod element;
pub(in crate::parse) mod entity;
mod foreign;
mod gate;
mod head;
#[cfg(test)]
mod oracle;
mod refresh;
mod sample;
mod script_data;
mod script_element;
pub(in crate::parse) mod srcset;
pub(in crate::parse) mod tokenizer;

use std::ops::Range;

use self::element::Element;
use self::entity::Place;
use self::foreign::Foreign;
use self::sample::Collector;
use self::tokenizer::{Token, Tokenizer};
use super::context::Setting;
use super::markdown::front_matter;
use super::script::Language;
use super::template::{self, Source};
use super::{Context, Format, plain, xml};
use crate::model::{Role, Text};

/// Extracts the URLs of an HTML text: a document, or a fragment of one.
pub(super) fn parse(context: &mut Context<'_>, text: Text<'_>) {
    read(context, &text, Markup::Html);
}

/// Extracts the URLs of an XML text that may be SVG or XHTML.
pub(super) fn parse_xml(context: &mut Context<'_>, text: &Text<'_>) {
    read(context, text, Markup::Xml);
}

/// What the tags are those of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Markup {
    Html,
    Xml,
}

fn read(context: &mut Context<'_>, text: &Text<'_>, markup: Markup) {
    if !gate::is_wanted(context, text) {
        return;
    }
    let (head, start) = front_matter::split(text);
    let page;
    let text = match head {
        Some((head, format)) => {
            // Astro's is a program that runs where the page is built.
            let astro = context.path().ends_with(".astro");
            context.nested(head, if astro { Format::Script(Language::TypeScript) } else { format });
            page = text.slice(start..text.len());
            &page
        }
        None => text,
    };
    let source = Source::new(text, context);
    match base::find(&source) {
        Some(url) => context.with_base(Some(url), |context| Page::new(context, &source, markup).read()),
        None => Page::new(context, &source, markup).read(),
    }
    if context.wanted().role(Role::Mention) || context.wanted().comments {
        source.report(context);
    }
}

/// A text that is being read.
struct Page<'c, 'v, 't, 's> {
    context: &'c mut Context<'v>,
    source: &'t Source<'t, 's>,
    tokenizer: Tokenizer<'t>,
    markup: Markup,
    foreign: Foreign,
    collector: Option<Collector>,
    /// The name of the last start tag that animations may be about.
    parent: Range<usize>,
}

impl<'c, 'v, 't, 's> Page<'c, 'v, 't, 's> {
    fn new(context: &'c mut Context<'v>, source: &'t Source<'t, 's>, markup: Markup) -> Self {
        let tokenizer = match markup {
            Markup::Xml => Tokenizer::xml(source.masked()),
            Markup::Html if template::uses_braces(context.path()) => Tokenizer::new(source.masked()).with_expressions(),
            Markup::Html => Tokenizer::new(source.masked()),
        };
        Self { context, source, tokenizer, markup, foreign: Foreign::default(), collector: None, parent: 0..0 }
    }

    fn read(mut self) {
        let xml = self.markup == Markup::Xml;
        while let Some(token) = self.tokenizer.next(xml || self.foreign.is_current()) {
            match token {
                Token::Text(range) => self.text(range, Some(Place::Text)),
                Token::Cdata(range) => self.text(range, None),
                Token::Start { tag, name, self_closing } => self.start(tag, name, self_closing),
                Token::End { name } => self.end(name),
                Token::Comment { comment, text } => self.comment(comment, text),
                Token::Doctype(range) if xml => xml::declaration(self.context, self.source, range),
                Token::Bogus(range) if xml => xml::instruction(self.context, self.source, range),
                Token::Doctype(range) | Token::Bogus(range) => self.mentions(range, None),
            }
        }
        if let Some(collector) = self.collector.take() {
            collector.finish(self.context);
        }
    }

    fn text(&mut self, range: Range<usize>, place: Option<Place>) {
        if let Some(collector) = &mut self.collector {
            collector.push(self.source, range, place);
        } else {
            self.mentions(range, place);
        }
    }

    /// Reports the URLs in a stretch that is prose.
    fn mentions(&mut self, range: Range<usize>, place: Option<Place>) {
        if !self.context.wanted().role(Role::Mention) {
            return;
        }
        let chars = self.source.masked().as_bytes().get(range.clone()).unwrap_or_default();
        if memchr::memchr3(b':', b'&', b'/', chars).is_some() {
            plain::mentions(self.context, &self.source.value(range, place));
        }
    }

    fn comment(&mut self, comment: Range<usize>, words: Range<usize>) {
        template::comment(self.context, self.source.text(), comment, words.clone());
        if self.context.wanted().role(Role::Mention) && !words.is_empty() {
            let text = self.source.value(words, None);
            self.context.within(Setting::Comment, |context| context.nested(text, Format::Html));
        }
    }

    fn start(&mut self, tag: Range<usize>, name: Range<usize>, self_closing: bool) {
        let bytes = self.source.masked().as_bytes();
        let name_bytes = bytes.get(name.clone()).unwrap_or_default();
        let foreign = self.markup == Markup::Xml || self.foreign.start(name_bytes, self_closing);
        let attributes = self.tokenizer.attributes();
        let parent = bytes.get(self.parent.clone()).unwrap_or_default();
        let element = Element { source: self.source, tag: &tag, name: name_bytes, attributes, parent };
        element.report(self.context);
        let is = |known: &str| name_bytes.eq_ignore_ascii_case(known.as_bytes());
        if !matches!(name_bytes.first(), Some(b's' | b'S' | b'a' | b'A')) || !(is("set") || is("animate")) {
            self.parent = name.clone();
        }
        if let Some(collector) = &mut self.collector {
            collector.start(&element);
        } else if self_closing && foreign {
            // No content.
        } else if let Some(collector) = Collector::open(self.context, &element, foreign) {
            self.collector = Some(collector);
        }
        // Self-closing elements exist in foreign content and in JSX.
        let is_whole = foreign || (self_closing && self.tokenizer.has_expressions());
        if !is_whole {
            self.content(name_bytes);
        }
    }

    /// Reads the content of an element whose content is no markup.
    fn content(&mut self, name: &[u8]) {
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        match name.first().map(u8::to_ascii_lowercase) {
            Some(b's') if is("script") => {
                let kind = script_element::kind(self.context, self.source, self.tokenizer.attributes());
                let range = self.tokenizer.script_text();
                script_element::report(self.context, self.source, range, kind);
            }
            Some(b's') if is("style") => {
                let dialect = element::style_dialect(self.source, self.tokenizer.attributes());
                let range = self.tokenizer.raw_text(name);
                let text = self.source.code(range);
                super::css::parse_as(self.context, &text, dialect);
            }
            Some(b't') if is("textarea") || is("title") => {
                let range = self.tokenizer.raw_text(name);
                self.text(range, Some(Place::Text));
            }
            Some(b'x' | b'i' | b'n') if is("xmp") || is("iframe") || is("noembed") || is("noframes") => {
                let range = self.tokenizer.raw_text(name);
                self.text(range, None);
            }
            // With scripting it is text up to its end tag; without, that text is markup.
            Some(b'n') if is("noscript") => {
                let range = self.tokenizer.raw_text(name);
                let text = self.source.value(range, None);
                self.context.nested(text, Format::Html);
            }
            Some(b'p') if is("plaintext") => {
                let range = self.tokenizer.rest();
                self.text(range, None);
            }
            _ => {}
        }
    }

    fn end(&mut self, name: Range<usize>) {
        let name = self.source.masked().as_bytes().get(name).unwrap_or_default();
        self.foreign.end(name);
        if self.collector.as_ref().is_some_and(|collector| collector.ends_with(name))
            && let Some(collector) = self.collector.take()
        {
            collector.finish(self.context);
        }
    }
}
