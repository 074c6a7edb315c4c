//! XML 1.0 and SVG 2: as HTML reads SVG, with processing instructions, document type declarations and entities of its own.

use std::collections::HashMap;
use std::ops::Range;

use memchr::{memchr, memmem};

use super::html::entity::Place;
use super::html::tokenizer::{MASK, is_space};
use super::template::Source;
use super::{Context, html, plain, reference};
use crate::model::{Directive, Role, Text, TextBuilder};

/// Extracts the URLs of an XML document.
pub(super) fn parse(context: &mut Context<'_>, text: Text<'_>) {
    match expanded(&text) {
        Some(text) => html::parse_xml(context, &text),
        None => html::parse_xml(context, &text),
    }
}

/// Reports what a processing instruction at `range` loads: `<?xml-stylesheet href="…"?>` (Associating Style Sheets with XML
/// documents, second edition).
pub(super) fn instruction(context: &mut Context<'_>, source: &Source<'_, '_>, range: Range<usize>) {
    let chars = source.masked().get(range.clone()).unwrap_or_default();
    let name = "<?xml-stylesheet";
    if !chars.starts_with(name) {
        plain::mentions(context, &source.value(range, None));
        return;
    }
    let attributes = pseudo_attributes(chars.as_bytes(), name.len());
    let get = |name: &str| {
        let found = attributes.iter().find(|(key, _)| chars.get(key.clone()) == Some(name))?;
        Some(source.value(range.start + found.1.start..range.start + found.1.end, Some(Place::Attribute)))
    };
    let is_program = get("type").is_some_and(|kind| kind.as_str().contains("xsl"));
    if let Some(href) = get("href") {
        let directive = if is_program { Directive::Script } else { Directive::Style };
        reference::report(context, &href, Role::Load(directive));
    }
}

/// Reports what a document type declaration names: external entities are read with the document by XML processors that do such
/// things, and the document type itself is only a name.
pub(super) fn declaration(context: &mut Context<'_>, source: &Source<'_, '_>, range: Range<usize>) {
    let chars = source.masked().get(range.clone()).unwrap_or_default();
    let mut at = 0;
    for entity in entities(chars) {
        if let Entity::External { url } = entity {
            let prose = range.start + at..range.start + url.start;
            plain::mentions(context, &source.text().slice(prose));
            let text = source.text().slice(range.start + url.start..range.start + url.end);
            reference::report(context, &text, Role::Load(Directive::Connect));
            at = url.end;
        }
    }
    plain::mentions(context, &source.text().slice(range.start + at..range.end));
}

/// A declaration of an entity, as byte ranges of the document type declaration.
enum Entity {
    /// Its replacement text is given.
    Internal { name: Range<usize>, value: Range<usize> },
    /// Its replacement text is elsewhere.
    External { url: Range<usize> },
}

fn entities(chars: &str) -> Vec<Entity> {
    let bytes = chars.as_bytes();
    let mut found = Vec::new();
    for at in memmem::find_iter(bytes, b"<!ENTITY") {
        let mut words = Words { bytes, at: at + "<!ENTITY".len() };
        let Some(mut name) = words.next() else { continue };
        let parameter = chars.get(name.clone()) == Some("%");
        if parameter {
            match words.next() {
                Some(next) => name = next,
                None => continue,
            }
        }
        let Some(first) = words.next() else { continue };
        match chars.get(first.clone()) {
            Some("SYSTEM") => found.extend(words.next().map(|url| Entity::External { url })),
            Some("PUBLIC") => found.extend(words.nth(1).map(|url| Entity::External { url })),
            _ if !parameter => found.push(Entity::Internal { name, value: first }),
            _ => {}
        }
    }
    found
}

/// Names and quoted literals (without their quotes) up to the end of a declaration.
struct Words<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Iterator for Words<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        while self.bytes.get(self.at).is_some_and(|&byte| is_space(byte)) {
            self.at += 1;
        }
        let start = self.at;
        match *self.bytes.get(start)? {
            b'>' => None,
            quote @ (b'"' | b'\'') => {
                let end = start + 1 + memchr(quote, self.bytes.get(start + 1..)?)?;
                self.at = end + 1;
                Some(start + 1..end)
            }
            _ => {
                let rest = self.bytes.get(start..)?;
                let ends = |&byte: &u8| is_space(byte) || matches!(byte, b'<' | b'>' | b'"' | b'\'');
                let len = rest.iter().position(ends).unwrap_or(rest.len());
                self.at = start + len;
                (len > 0).then_some(start..start + len)
            }
        }
    }
}

/// `name="value"` pairs from `at` on.
fn pseudo_attributes(bytes: &[u8], at: usize) -> Vec<(Range<usize>, Range<usize>)> {
    let mut found = Vec::new();
    let mut words = Words { bytes, at };
    while let Some(name) = words.next() {
        let key_end = name.start + bytes.get(name.clone()).and_then(|name| memchr(b'=', name)).unwrap_or(name.len());
        // The equals sign may stand apart.
        let mut value = words.next();
        if value.as_ref().is_some_and(|range| bytes.get(range.clone()) == Some(b"=")) {
            value = words.next();
        }
        if let Some(value) = value {
            found.push((name.start..key_end, value));
        }
    }
    found
}

/// The document with the internal entities that it declares put in their places; `None` where it declares none.
fn expanded<'s>(text: &Text<'s>) -> Option<Text<'s>> {
    let masked = text.masked(MASK);
    let chars: &str = &masked;
    memmem::find(chars.as_bytes(), b"<!ENTITY")?;
    let mut names: HashMap<&str, Range<usize>> = HashMap::new();
    for entity in entities(chars) {
        if let Entity::Internal { name, value } = entity
            && let Some(name) = chars.get(name)
        {
            // The first declaration of a name counts.
            names.entry(name).or_insert(value);
        }
    }
    let start = memmem::rfind(chars.as_bytes(), b"<!ENTITY")?;
    if names.is_empty() {
        return None;
    }
    let mut builder = TextBuilder::new();
    let mut copied = 0;
    let mut budget = chars.len() + 65_536;
    let bytes = chars.as_bytes();
    let mut at = start;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr(b'&', rest)) {
        let from = at + found;
        at = from + 1;
        let Some((replacement, end)) = reference_at(chars, from, &names) else { continue };
        let Some(value) = replacement_text(chars, replacement, &names, &mut budget) else { break };
        builder.push(text, copied..from);
        builder.escaped(&value, text.span(from..end));
        copied = end;
        at = end;
    }
    builder.push(text, copied..chars.len());
    Some(builder.finish())
}

/// The declared entity that is referred to at `at`, and where the reference ends.
fn reference_at(chars: &str, at: usize, names: &HashMap<&str, Range<usize>>) -> Option<(Range<usize>, usize)> {
    let rest = chars.get(at + 1..)?;
    let len = memchr(b';', rest.as_bytes().get(..rest.len().min(256))?)?;
    let value = names.get(rest.get(..len)?)?;
    Some((value.clone(), at + 1 + len + 1))
}

/// An entity's value with the entities in it, two deep: a URL needs no more, and a bomb gets no further. All that is read for it
/// comes out of the budget, as entities may be long and yet stand for nothing; `None` where that is not enough.
fn replacement_text(chars: &str, value: Range<usize>, names: &HashMap<&str, Range<usize>>, budget: &mut usize) -> Option<String> {
    let mut text = chars.get(value).unwrap_or_default().to_owned();
    for _ in 0..2 {
        *budget = budget.checked_sub(text.len())?;
        let mut out = String::new();
        let mut copied = 0;
        for at in memchr::memchr_iter(b'&', text.as_bytes()) {
            if let Some((value, end)) = reference_at(&text, at, names)
                && at >= copied
                && out.len() < 4096
            {
                out.push_str(text.get(copied..at).unwrap_or_default());
                out.push_str(chars.get(value).unwrap_or_default());
                copied = end;
            }
        }
        if copied == 0 {
            return Some(text);
        }
        out.push_str(text.get(copied..).unwrap_or_default());
        text = out;
    }
    *budget = budget.checked_sub(text.len())?;
    Some(text)
}
