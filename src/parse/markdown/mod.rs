//! Markdown: CommonMark with GitHub's extensions, and what documentation generators add to it.
//!
//! [`pulldown_cmark`] reads the page once. What it does not know is resolved before, in a copy that knows where each of its
//! characters comes from.
//!
//! Images are loads, links and bare URLs are links, raw HTML is handed to the HTML parser as one text, front matter and code
//! blocks to the parsers of their formats; a code block is a sample. A reference's URL is reported once for each role that
//! its uses give it, where it is defined; a definition that nothing uses is a link.

mod autolink;
mod code;
mod comment;
mod definitions;
mod destination;
mod extensions;
mod fence;
pub(super) mod front_matter;
mod gate;
mod links;
mod mdx;
mod operations;
mod prose;
mod raw_html;
mod walk;

pub(super) use code::{sample, samples};

use super::script::Language;
use super::{Context, Format};
use crate::model::Text;
use comment::Comments;

/// Extracts the facts of a Markdown page.
pub(super) fn parse(context: &mut Context<'_>, text: Text<'_>) {
    let (head, start) = front_matter::split(&text);
    if let Some((head, format)) = head {
        context.nested(head, format);
    }
    let body = text.slice(start..text.len());
    let is_mdx = mdx::is_mdx(context.path(), body.as_str());
    if !gate::has_to_be_read(context, &body, is_mdx) {
        return;
    }
    let vocabulary = context.vocabulary();
    let mut comments = Comments::new(context, &body);
    let body = if is_mdx {
        let (body, parts) = mdx::cut(body, vocabulary, &mut comments);
        report_jsx(context, parts);
        body
    } else {
        body
    };
    let page = extensions::resolve(body, &vocabulary.markdown, is_mdx, &mut comments);
    for (url, role) in &page.urls {
        context.url(url, *role);
    }
    walk::walk(context, &page.text, comments);
}

/// Reports what the JSX of an MDX page comes to.
fn report_jsx(context: &mut Context<'_>, parts: mdx::Parts<'_>) {
    for (url, role) in &parts.urls {
        context.url(url, *role);
    }
    if parts.html.as_str().contains('=') {
        context.nested(parts.html, Format::Html);
    }
    if gate::may_hold_host(parts.program.as_str().as_bytes()) {
        // What a page computes goes into the page: no log sees it.
        context.without_secret_flows(|context| context.nested(parts.program, Format::Script(Language::Tsx)));
    }
}

#[cfg(test)]
mod tests;
