//! Link reference definitions, and what the references that name them make of their URLs.
//!
//! CommonMark takes the first definition of a label, Python-Markdown the last: all count.

use std::collections::HashMap;
use std::ops::Range;

use pulldown_cmark::RefDefs;

use super::destination;
use super::links::IMAGE;
use crate::model::{Role, Text};
use crate::parse::Context;

/// How the link reference definitions of a page are used.
#[derive(Debug, Default)]
pub(super) struct Definitions {
    /// By where the definition starts.
    uses: HashMap<usize, Uses>,
    /// Where no block is, but something that looks like a definition.
    gaps: Vec<Range<usize>>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Uses {
    image: bool,
    link: bool,
}

impl Definitions {
    /// Notes a use of the definition of `label`.
    pub(super) fn add_use(&mut self, label: &str, is_image: bool, definitions: &RefDefs<'_>) {
        if let Some(definition) = definitions.get(label) {
            let uses = self.uses.entry(definition.span.start).or_default();
            uses.image |= is_image;
            uses.link |= !is_image;
        }
    }

    /// Notes a stretch of the page between two blocks.
    pub(super) fn gap(&mut self, page: &str, range: Range<usize>) {
        if page.get(range.clone()).is_some_and(|chars| chars.contains("]:")) {
            self.gaps.push(range);
        }
    }

    /// Reports the definitions: an image's where one is used as such, and a link's where one is used as that or not at all.
    pub(super) fn report(&self, context: &mut Context<'_>, page: &Text<'_>, definitions: &RefDefs<'_>) {
        let mut list: Vec<_> = definitions.iter().map(|(_, definition)| definition).collect();
        list.sort_by_key(|definition| definition.span.start);
        for definition in &list {
            let uses = self.uses.get(&definition.span.start).copied().unwrap_or_default();
            if uses.image || context.wanted().other_urls {
                let url = destination::of_definition(page, definition.span.clone(), &definition.dest);
                report(context, url, uses);
            }
        }
        for gap in &self.gaps {
            let mut at = gap.start;
            for line in page.as_str().get(gap.clone()).unwrap_or_default().split_inclusive('\n') {
                let start = at + line.len() - line.trim_start_matches([' ', '\t', '>']).len();
                at += line.len();
                let next = list.partition_point(|definition| definition.span.end <= start);
                let is_known = list.get(next).is_some_and(|definition| definition.span.start <= start);
                if is_known || !line.trim_start_matches([' ', '\t', '>']).starts_with('[') {
                    continue;
                }
                let Some((label, url)) = destination::of_repeated_definition(page, start..gap.end) else { continue };
                if let Some(first) = definitions.get(label) {
                    let uses = self.uses.get(&first.span.start).copied().unwrap_or_default();
                    report(context, Some(url), uses);
                }
            }
        }
    }
}

fn report(context: &mut Context<'_>, url: Option<Text<'_>>, uses: Uses) {
    let Some(url) = url else { return };
    if uses.image {
        context.url(&url, IMAGE);
    }
    if uses.link || !uses.image {
        context.url(&url, Role::Navigate);
    }
}
