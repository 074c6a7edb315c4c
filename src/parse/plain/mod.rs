//! Prose in no format.

pub(super) mod blocks;
mod linkify;

use super::{Context, Format, Setting, markdown, reference};
use crate::model::{Directive, Role, Text};

/// Extracts the URLs that stand in prose, and what stands in its code fences.
///
/// Much prose is Markdown under another name (`llms.txt`, a wheel's `METADATA`, a prompt), but no page shows it: an image in
/// it loads nothing, so that only what a reader may copy matters, which is the samples.
pub(super) fn parse(context: &mut Context<'_>, text: Text<'_>) {
    if *context.setting() != Setting::Live {
        mentions(context, &text);
        return;
    }
    if context.path().ends_with(".rst") && blocks::may_have(text.as_str()) {
        let blocks = blocks::split(&text, true);
        blocks.images.into_iter().for_each(|range| reference::report(context, &text.slice(range), Role::Load(Directive::Img)));
        blocks.html.into_iter().for_each(|html| context.nested(html, Format::Html));
        blocks.prose.into_iter().for_each(|range| mentions(context, &text.slice(range)));
        for (language, sample) in blocks.samples {
            markdown::sample(context, &language, sample);
        }
        return;
    }
    for prose in markdown::samples(context, &text) {
        mentions(context, &text.slice(prose));
    }
}

/// Reports the URLs in a stretch of prose (a comment, a description, a message) as mentions.
pub(in crate::parse) fn mentions(context: &mut Context<'_>, text: &Text<'_>) {
    if !context.wanted().role(Role::Mention) {
        return;
    }
    for found in linkify::find(text) {
        let start = found.range.start;
        let placeholders: Vec<_> = found.placeholders.iter().map(|hole| hole.start - start..hole.end - start).collect();
        context.url(&text.slice(found.range).with_holes(&placeholders), Role::Mention);
    }
}

#[cfg(test)]
mod tests {
    use crate::model::{Document, Encoding, Vocabulary, Wanted};
    use crate::parse::parse;

    #[test]
    fn fences_are_samples_and_the_rest_is_mentioned() {
        let source =
            "# T\n![a](https://a.test/1.png)\n\n  ~~~text\n  https://b.test/\n ~~~\n<img src='https://c.test/'>\n```\nhttps://d.test";
        let document = Document::new("llms.txt", source, Encoding::Utf8 { bom: false });
        let facts = parse(&document, &Vocabulary::default(), Wanted::all());
        let found: Vec<_> = facts.urls.iter().map(|url| (document.slice(url.span), url.role.name(), url.sample.as_deref())).collect();
        assert_eq!(
            found,
            [
                ("https://b.test/", "mention", Some("text")),
                ("https://d.test", "mention", Some("")),
                ("https://a.test/1.png", "mention", None),
                ("https://c.test/", "mention", None),
            ]
        );
    }
}
