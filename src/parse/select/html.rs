//! Elements of HTML. The tree of a parser knows no places, so it is made of a copy in which each start tag carries its own number.

use std::collections::BTreeSet;
use std::ops::Range;

use scraper::{Html, Selector};

use super::{ElementText, trimmed};
use crate::model::{Document, Text};
use crate::parse::html::entity::{Place, decode};
use crate::parse::html::tokenizer::{Attribute, Quoting, Token, Tokenizer};

/// The attribute that carries the number.
const NUMBER: &str = "data-congruent-tag";
/// A larger page is not made a tree, in bytes.
const MAX_TREE: usize = 4 * 1024 * 1024;
/// Elements whose content is text (WHATWG HTML, section 13.2.6.4).
const RAW: [&str; 8] = ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"];

struct Tag {
    name: String,
    range: Range<usize>,
    attributes: Vec<Attribute>,
    /// How many pieces there are up to it.
    pieces: usize,
}

/// What stands in the page, in order.
enum Piece {
    Start,
    Text(Range<usize>),
    End(String),
}

pub(super) fn find(document: &Document, selector: &str, attribute: Option<&str>) -> Result<Vec<ElementText>, String> {
    let source = document.as_str();
    if source.len() > MAX_TREE {
        return Err(format!("{} is too large for a selector", document.path()));
    }
    let selector = Selector::parse(selector).map_err(|error| error.to_string())?;
    let (tags, pieces) = read(source);
    let mut copy = String::with_capacity(source.len() * 2);
    let mut at = 0;
    for (number, tag) in tags.iter().enumerate() {
        let name_end = tag.range.start + 1 + tag.name.len();
        copy.push_str(source.get(at..name_end).unwrap_or_default());
        copy.push_str(&format!(" {NUMBER}={number} "));
        at = name_end;
    }
    copy.push_str(source.get(at..).unwrap_or_default());
    let tree = Html::parse_document(&copy);
    // A parser may make two elements of one tag.
    let numbers: BTreeSet<usize> = tree.select(&selector).filter_map(|element| element.attr(NUMBER)?.parse().ok()).collect();
    let text = document.text();
    let found = numbers.into_iter().filter_map(|number| {
        let tag = tags.get(number)?;
        Some(match attribute {
            Some(name) => value(&text, source, tag, name),
            None => content(&text, source, tag, pieces.get(tag.pieces..).unwrap_or_default()),
        })
    });
    Ok(found.collect())
}

fn read(source: &str) -> (Vec<Tag>, Vec<Piece>) {
    let (mut tags, mut pieces) = (Vec::new(), Vec::new());
    let mut tokenizer = Tokenizer::new(source);
    while let Some(token) = tokenizer.next(false) {
        match token {
            Token::Start { tag: range, name, .. } => {
                let name = source.get(name).unwrap_or_default().to_ascii_lowercase();
                pieces.push(Piece::Start);
                let is_raw = RAW.contains(&name.as_str());
                tags.push(Tag { name: name.clone(), range, attributes: tokenizer.attributes().to_vec(), pieces: pieces.len() });
                if is_raw {
                    pieces.push(Piece::Text(tokenizer.raw_text(name.as_bytes())));
                }
            }
            Token::End { name } => pieces.push(Piece::End(source.get(name).unwrap_or_default().to_ascii_lowercase())),
            Token::Text(range) => pieces.push(Piece::Text(range)),
            Token::Comment { .. } | Token::Doctype(_) | Token::Bogus(_) | Token::Cdata(_) => {}
        }
    }
    (tags, pieces)
}

fn value(text: &Text<'_>, source: &str, tag: &Tag, name: &str) -> ElementText {
    let is_it = |attribute: &&Attribute| source.get(attribute.name.clone()).is_some_and(|own| own.eq_ignore_ascii_case(name));
    match tag.attributes.iter().find(is_it).filter(|attribute| attribute.quoting != Quoting::Absent) {
        Some(attribute) => {
            let range = trimmed(source, attribute.value.clone());
            let decoded = decode(text, source, range.clone(), Place::Attribute).as_str().to_owned();
            ElementText { span: range.into(), text: Some(decoded) }
        }
        None => ElementText { span: tag.range.clone().into(), text: None },
    }
}

/// The one text of an element before these pieces, which goes on to its end tag or to the next tag.
fn content(text: &Text<'_>, source: &str, tag: &Tag, pieces: &[Piece]) -> ElementText {
    let is_blank = |range: &Range<usize>| source.get(range.clone()).is_none_or(|text| text.trim().is_empty());
    let mut found: Option<(usize, Range<usize>)> = None;
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Text(range) if is_blank(range) => {}
            Piece::Text(range) if found.is_none() => found = Some((at, range.clone())),
            Piece::End(name) if *name == tag.name || found.is_some() => break,
            Piece::Start if found.is_none() => {}
            // The start of another element: its end tag may be left out, so that this one may have ended.
            Piece::Start | Piece::Text(_) => break,
            Piece::End(_) => {}
        }
    }
    let found = found.filter(|(at, _)| !is_mixed(source, tag, pieces.get(at + 1..).unwrap_or_default()));
    match found {
        Some((_, range)) => {
            let range = trimmed(source, range);
            let decoded = decode(text, source, range.clone(), Place::Text).as_str().to_owned();
            ElementText { span: range.into(), text: Some(decoded) }
        }
        None => ElementText { span: tag.range.clone().into(), text: None },
    }
}

/// Whether an element goes on in these pieces behind its first text with another element inside of it.
fn is_mixed(source: &str, tag: &Tag, after: &[Piece]) -> bool {
    let mut opened = false;
    for piece in after {
        match piece {
            Piece::End(name) if *name == tag.name => return opened,
            Piece::Start => opened = true,
            Piece::Text(range) if source.get(range.clone()).is_none_or(|text| text.trim().is_empty()) => {}
            _ if !opened => return false,
            _ => {}
        }
        // Elements whose end tag may be left out hold no others that matter here.
        if opened && ["p", "li", "td", "th", "dt", "dd", "option"].contains(&tag.name.as_str()) {
            return false;
        }
    }
    false
}
