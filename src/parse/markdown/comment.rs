//! Comments in a page that address this program, and the block that each of them covers: the one that follows it.

use memchr::memmem;

use crate::model::{Comment, Span, Text, TextBuilder};
use crate::parse::{Context, Setting};

const NAME: &[u8] = b"congruent:";

/// The comments of a page, and its blocks, in the order of their places.
#[derive(Debug, Default)]
pub(super) struct Comments {
    is_active: bool,
    comments: Vec<Found>,
    blocks: Vec<Span>,
    /// Blocks that CommonMark does not know, such as tabs: they come before the blocks they hold.
    containers: Vec<Span>,
}

#[derive(Debug)]
struct Found {
    span: Span,
    words: Span,
    /// Whether nothing else stands in its block.
    is_block: bool,
}

impl Comments {
    /// Ready to collect, if any comment in `text` can be one and is asked for.
    pub(super) fn new(context: &Context<'_>, text: &Text<'_>) -> Self {
        let is_active = context.wanted().comments && *context.setting() == Setting::Live && addresses_us(text.as_str());
        Self { is_active, ..Self::default() }
    }

    /// Whether there is anything to collect.
    pub(super) fn is_active(&self) -> bool {
        self.is_active
    }

    /// Notes a block that CommonMark does not know.
    pub(super) fn container(&mut self, span: Span) {
        if self.is_active {
            self.containers.push(span);
        }
    }

    /// Notes a block of CommonMark's, those that hold others first.
    pub(super) fn block(&mut self, span: impl FnOnce() -> Span) {
        if self.is_active {
            self.blocks.push(span());
        }
    }

    /// Notes a comment, if it addresses this program; `words` are its characters without delimiters.
    pub(super) fn add(&mut self, span: Span, words: &Text<'_>, is_block: bool) -> bool {
        let is_ours = self.is_active && addresses_us(words.as_str());
        if is_ours {
            self.comments.push(Found { span, words: words.whole_span(), is_block });
        }
        is_ours
    }

    /// Notes the HTML comments of `html` that address this program, and gives the HTML without them; `None` if there are none.
    pub(super) fn take(&mut self, html: &Text<'_>, is_block: bool) -> Option<Text<'static>> {
        let chars = html.as_str();
        if !self.is_active || !addresses_us(chars) {
            return None;
        }
        let mut rest = TextBuilder::new();
        let mut at = 0;
        while let Some(start) = memmem::find(&chars.as_bytes()[at..], b"<!--").map(|length| at + length) {
            let Some(length) = memmem::find(&chars.as_bytes()[start + 4..], b"-->") else { break };
            let end = start + 4 + length + 3;
            let stands_alone = is_block && chars[end..].trim_start().is_empty();
            let is_ours = self.add(html.span(start..end), &html.slice(start + 4..end - 3), stands_alone);
            rest.push(html, at..if is_ours { start } else { end });
            at = end;
        }
        rest.push(html, at..html.len());
        Some(rest.finish())
    }

    /// Reports the comments with what they cover.
    pub(super) fn report(mut self, context: &mut Context<'_>) {
        self.containers.sort_by_key(|span| (span.start, usize::MAX - span.end));
        let next = |spans: &[Span], at: usize| spans.get(spans.partition_point(|span| span.start < at)).copied();
        for found in &self.comments {
            let block = next(&self.blocks, found.span.end);
            let container = next(&self.containers, found.span.end);
            let covers = match (block, container) {
                (Some(block), Some(container)) if container.start <= block.start => Some(container),
                (None, container) => container,
                (block, _) => block,
            };
            context.comment(Comment { span: found.span, text_span: found.words, covers: covers.filter(|_| found.is_block) });
        }
    }
}

fn addresses_us(chars: &str) -> bool {
    memmem::find(chars.as_bytes(), NAME).is_some()
}
