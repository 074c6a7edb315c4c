//! From CommonMark's events to facts.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, RefDefs, Tag, TagEnd};

use super::code::Code;
use super::comment::Comments;
use super::definitions::Definitions;
use super::links::Link;
use super::operations::Operations;
use super::prose;
use super::raw_html::RawHtml;
use crate::model::{Text, TextBuilder};
use crate::parse::{Context, Format, plain};

fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS | Options::ENABLE_GFM
}

/// Reports the facts of a page whose extensions of CommonMark are resolved.
pub(super) fn walk(context: &mut Context<'_>, text: &Text<'_>, comments: Comments) {
    let mut events = Parser::new_ext(text.as_str(), options()).into_offset_iter();
    let mut page = Page::new(context, text, comments);
    while let Some((event, range)) = events.next() {
        page.event(event, range, events.reference_definitions());
    }
    page.finish(events.reference_definitions());
}

struct Page<'p, 'v, 't, 's> {
    context: &'p mut Context<'v>,
    text: &'t Text<'s>,
    /// Whether URLs that are not loaded are asked for.
    all: bool,
    links: Vec<Link<'t>>,
    images: usize,
    /// The end of the last event.
    last_end: usize,
    /// The stretch of prose that is being read.
    prose: Option<Range<usize>>,
    code: Option<Code>,
    html: RawHtml,
    html_block: Option<TextBuilder>,
    /// Up to where an element or a comment of raw HTML holds the text.
    held: usize,
    /// The end of the innermost block.
    block_end: usize,
    /// The end of the last block that holds text.
    covered: usize,
    definitions: Definitions,
    headings: Vec<(Range<usize>, HeadingLevel)>,
    comments: Comments,
    operations: Operations,
}

impl<'p, 'v, 't, 's> Page<'p, 'v, 't, 's> {
    fn new(context: &'p mut Context<'v>, text: &'t Text<'s>, comments: Comments) -> Self {
        let all = context.wanted().other_urls;
        Self {
            context,
            text,
            all,
            links: Vec::new(),
            images: 0,
            last_end: 0,
            prose: None,
            code: None,
            html: RawHtml::default(),
            html_block: None,
            held: 0,
            block_end: 0,
            covered: 0,
            definitions: Definitions::default(),
            headings: Vec::new(),
            comments,
            operations: Operations::default(),
        }
    }

    fn event(&mut self, event: Event<'t>, range: Range<usize>, definitions: &RefDefs<'_>) {
        let end = range.end;
        if !matches!(event, Event::Start(Tag::List(_) | Tag::Item | Tag::BlockQuote(_) | Tag::FootnoteDefinition(_)) | Event::End(_)) {
            self.cover(&range);
        }
        match event {
            Event::Text(chars) => match &mut self.code {
                Some(code) => code.add(self.text, range, &chars),
                None => self.prose(range),
            },
            // Markers of emphasis belong to the prose: `https://a.test/*x*`.
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough) => return,
            Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough) => {}
            other => {
                self.end_prose();
                match other {
                    Event::Start(tag) => return self.start(tag, range, definitions),
                    Event::End(tag) => self.end(tag, range),
                    Event::Html(_) => {
                        if let Some(block) = &mut self.html_block {
                            block.push(self.text, range);
                        }
                    }
                    Event::InlineHtml(_) if self.images == 0 => {
                        let limit = self.block_end.max(range.end);
                        self.raw_html(self.text.slice(range.clone()), range, limit, false);
                    }
                    Event::Code(_) if self.is_read(&range) => {
                        self.operations.code(self.context, self.text, range.clone());
                        if self.all {
                            plain::mentions(self.context, &self.text.slice(range));
                        }
                    }
                    _ => {}
                }
            }
        }
        self.last_end = end;
    }

    fn start(&mut self, tag: Tag<'t>, range: Range<usize>, definitions: &RefDefs<'_>) {
        self.last_end = range.start;
        match tag {
            Tag::Link { link_type, dest_url, id, .. } => self.open_link((link_type, dest_url, false), &id, &range, definitions),
            Tag::Image { link_type, dest_url, id, .. } => self.open_link((link_type, dest_url, true), &id, &range, definitions),
            block => {
                self.block_end = range.end;
                self.comments.block(|| self.text.span(range.clone()));
                match block {
                    Tag::CodeBlock(kind) => self.code = Some(Code::new(&kind)),
                    Tag::HtmlBlock => self.html_block = Some(TextBuilder::new()),
                    Tag::Heading { level, .. } => self.headings.push((range, level)),
                    _ => {}
                }
            }
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Link | TagEnd::Image => {
                if let Some(link) = self.links.pop() {
                    self.images -= usize::from(link.is_image);
                    if !link.is_hidden && (self.all || link.is_image) {
                        link.report(self.context, self.text, range, self.last_end);
                    }
                }
            }
            TagEnd::CodeBlock => {
                if let Some(code) = self.code.take()
                    && self.is_read(&range)
                {
                    code.report(self.context, self.text, range);
                }
            }
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::TableRow | TagEnd::Item if self.is_read(&range) => {
                self.operations.block(self.context, self.text, tag, range);
            }
            TagEnd::HtmlBlock => {
                if let Some(block) = self.html_block.take() {
                    self.raw_html(block.finish(), range, self.text.len(), true);
                }
            }
            _ => {}
        }
    }

    /// Whether a construct is the page's own: no script or comment of raw HTML holds it.
    fn is_read(&self, range: &Range<usize>) -> bool {
        range.start >= self.held
    }

    fn open_link(&mut self, link: (LinkType, CowStr<'t>, bool), label: &str, range: &Range<usize>, definitions: &RefDefs<'_>) {
        let (kind, destination, is_image) = link;
        let is_hidden = self.images > 0 || !self.is_read(range);
        self.images += usize::from(is_image);
        if !is_hidden && matches!(kind, LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut) {
            self.definitions.add_use(label, is_image, definitions);
        }
        self.links.push(Link { kind, destination, is_image, is_hidden });
    }

    /// Takes raw HTML that covers `range`; what it leaves open may hold the text up to `limit`.
    fn raw_html(&mut self, html: Text<'_>, range: Range<usize>, limit: usize, is_block: bool) {
        if !self.is_read(&range) {
            return;
        }
        let rest = self.comments.take(&html, is_block);
        let held = self.html.add(rest.as_ref().unwrap_or(&html), self.text, range.end, limit);
        self.held = held.unwrap_or(self.held);
    }

    /// Adds to the stretch of prose.
    fn prose(&mut self, range: Range<usize>) {
        if self.images == 0 && self.is_read(&range) {
            let start = self.prose.take().map_or(range.start, |prose| prose.start);
            self.prose = Some(start..range.end);
        }
    }

    /// Reports the URLs of the stretch of prose that ends here.
    fn end_prose(&mut self) {
        if let Some(range) = self.prose.take()
            && (self.all || self.text.as_str().get(range.clone()).is_some_and(|chars| chars.contains("](")))
        {
            prose::report(self.context, &self.text.slice(range), self.links.last());
        }
    }

    /// Notes what stands between the blocks read so far and `range`, and that this is read.
    fn cover(&mut self, range: &Range<usize>) {
        if range.start > self.covered {
            self.definitions.gap(self.text.as_str(), self.covered..range.start);
        }
        self.covered = self.covered.max(range.end);
    }

    fn finish(mut self, definitions: &RefDefs<'_>) {
        self.cover(&(self.text.len()..self.text.len()));
        self.definitions.report(self.context, self.text, definitions);
        // Before the HTML parser sees the page: a comment is covered by the page's blocks.
        self.comments.report(self.context);
        if let Some(html) = self.html.finish() {
            self.context.nested(html, Format::Html);
        }
        sections(self.context, self.text, &self.headings);
        self.headings.clear();
    }
}

/// Names the section that each heading starts, up to the next heading of its level or above.
fn sections(context: &mut Context<'_>, text: &Text<'_>, headings: &[(Range<usize>, HeadingLevel)]) {
    let mut ends = vec![text.len(); headings.len()];
    let mut open: Vec<usize> = Vec::new();
    for (index, (range, level)) in headings.iter().enumerate() {
        while let Some(&outer) = open.last()
            && headings.get(outer).is_some_and(|(_, outer)| outer >= level)
        {
            open.pop();
            if let Some(end) = ends.get_mut(outer) {
                *end = range.start;
            }
        }
        open.push(index);
    }
    for ((range, _), end) in headings.iter().zip(ends) {
        let chars = text.as_str().get(range.clone()).unwrap_or_default();
        let name = chars.lines().next().unwrap_or_default().trim().trim_matches('#').trim();
        context.anchor(text.span(range.start..end), name);
    }
}
