//! Links and images.

use std::ops::Range;

use pulldown_cmark::{CowStr, LinkType};

use super::destination;
use crate::model::{Directive, Role, Span, Text, TextBuilder};
use crate::parse::Context;

/// The role of images.
pub(super) const IMAGE: Role = Role::Load(Directive::Img);

/// A link or image that is open.
#[derive(Debug)]
pub(super) struct Link<'t> {
    pub(super) kind: LinkType,
    pub(super) destination: CowStr<'t>,
    pub(super) is_image: bool,
    /// Whether nothing is rendered of it: it stands in an image's description, or in a comment.
    pub(super) is_hidden: bool,
}

impl Link<'_> {
    /// Reports it. It covers `range` of the page; no `]` stands between `label_end` and the end of its label.
    ///
    /// A reference has its URL, and its role, where that is defined ([`super::definitions`]); the label that names it is
    /// a mention.
    pub(super) fn report(&self, context: &mut Context<'_>, page: &Text<'_>, range: Range<usize>, label_end: usize) {
        let role = if self.is_image { IMAGE } else { Role::Navigate };
        let inner = range.start + 1..range.end.saturating_sub(1);
        match self.kind {
            LinkType::Inline => {
                let first = range.start + 1 + usize::from(self.is_image);
                if let Some(url) = destination::of_link(page, label_end.max(first), range.end, &self.destination) {
                    context.url(&url, role);
                }
            }
            LinkType::Autolink => context.url(&page.slice(inner), role),
            LinkType::Email => context.url(&mail_address(page, inner), role),
            _ => {
                let url = Text::synthetic(self.destination.to_string(), label(page, range, self.kind));
                context.url(&url, Role::Mention);
            }
        }
    }
}

/// The mail address at `range`, with its implied scheme.
pub(super) fn mail_address(page: &Text<'_>, range: Range<usize>) -> Text<'static> {
    with_scheme("mailto:", page, range)
}

/// The characters at `range` after an implied scheme.
pub(super) fn with_scheme(scheme: &str, page: &Text<'_>, range: Range<usize>) -> Text<'static> {
    let mut builder = TextBuilder::new();
    builder.escaped(scheme, page.span(range.start..range.start));
    builder.push(page, range);
    builder.finish()
}

/// Where the label stands that a reference names: the last one in brackets that is not empty.
fn label(page: &Text<'_>, range: Range<usize>, kind: LinkType) -> Span {
    let chars = page.as_str().get(range.clone()).unwrap_or_default();
    let collapsed = chars.rfind("][").filter(|_| kind == LinkType::Collapsed);
    let end = collapsed.or_else(|| chars.rfind(']')).unwrap_or(chars.len());
    let start = match kind {
        LinkType::Reference => chars[..end].rfind("][").map(|at| at + 2),
        _ => chars.find('[').map(|at| at + 1),
    };
    page.span(range.start + start.unwrap_or(0).min(end)..range.start + end)
}
