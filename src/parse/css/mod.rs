//! CSS Syntax Level 3, SCSS, LESS.
//!
//! One flat pass over the tokens finds every URL with its place: no tree, so no depth to bound. What stands in a function or
//! a block is known from a list of what is open. The tests hold the tokens to those of the `cssparser` crate.

#[cfg(test)]
mod oracle;
mod scan;
mod token;

use super::markdown::front_matter;
use super::template::Source;
use super::{Context, reference};
use crate::model::Text;

/// What a text is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// CSS.
    Css,
    /// SCSS, Sass, LESS: `//` comments, interpolation, imports anywhere.
    Extended,
}

impl Dialect {
    /// The dialect that a file name extension or a `lang` stands for.
    pub(super) fn of_extension(extension: &str) -> Self {
        let extended = ["scss", "sass", "less", "styl", "stylus", "pcss", "postcss"];
        if extended.iter().any(|known| extension.eq_ignore_ascii_case(known)) { Self::Extended } else { Self::Css }
    }
}

/// Where the text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// It is a style sheet.
    Sheet,
    /// It is a `style` attribute, or a value: nothing can be imported.
    Declarations,
}

/// Extracts the URLs of a style sheet.
pub(super) fn parse(context: &mut Context<'_>, text: Text<'_>) {
    let dialect = Dialect::of_extension(context.path().rsplit('.').next().unwrap_or_default());
    let delimiters = ["{{", "{%", "<%"];
    if delimiters.iter().all(|open| memchr::memmem::find(text.as_str().as_bytes(), open.as_bytes()).is_none()) {
        parse_as(context, &text, dialect);
        return;
    }
    // Jekyll reads a style sheet as a template if it has front matter.
    let (head, start) = front_matter::split(&text);
    let is_template = head.is_some();
    if let Some((head, format)) = head {
        context.nested(head, format);
    }
    let sheet = text.slice(start..text.len());
    let source = Source::new(&sheet, context);
    let sheet = if is_template { source.value(0..sheet.len(), None) } else { source.code(0..sheet.len()) };
    parse_as(context, &sheet, dialect);
    if is_template || source.is_evident() {
        source.report(context);
    }
}

/// Extracts the URLs of a style sheet in this dialect.
pub(super) fn parse_as(context: &mut Context<'_>, text: &Text<'_>, dialect: Dialect) {
    read(context, text, dialect, Place::Sheet);
}

/// Extracts the URLs of declarations (a `style` attribute).
pub(super) fn declarations(context: &mut Context<'_>, text: &Text<'_>) {
    read(context, text, Dialect::Css, Place::Declarations);
}

/// Extracts the URLs of one value (a presentation attribute of SVG).
pub(super) fn value(context: &mut Context<'_>, text: &Text<'_>) {
    read(context, text, Dialect::Css, Place::Declarations);
}

fn read(context: &mut Context<'_>, text: &Text<'_>, dialect: Dialect, place: Place) {
    if !may_report(context, text) {
        return;
    }
    let interpolated = if dialect == Dialect::Extended { scan::with_interpolations(text) } else { None };
    let text = interpolated.as_ref().unwrap_or(text);
    scan::Scanner::new(context, text, &text.masked(scan::FILLER), dialect, place).read();
}

/// Whether there is anything for this run: most style attributes name no host and no URL.
fn may_report(context: &Context<'_>, text: &Text<'_>) -> bool {
    let wanted = context.wanted();
    let bytes = text.as_str().as_bytes();
    let comments = wanted.comments && memchr::memmem::find(bytes, b"congruent:").is_some();
    comments || wanted.other_urls || (wanted.loads && (context.has_base() || may_load(text)))
}

/// Whether a style sheet can load anything from a named host, or from one that is computed. A `no` is certain: it takes a
/// function, a string or an escape to name a URL, and a scheme, two slashes or a backslash to name a host.
pub(super) fn may_load(text: &Text<'_>) -> bool {
    let bytes = text.as_str().as_bytes();
    let interpolated = || ["#{", "@{", "{{", "{%", "<%"].iter().any(|open| memchr::memmem::find(bytes, open.as_bytes()).is_some());
    memchr::memchr3(b'(', b'"', b'\'', bytes).is_some() && (reference::may_name_host(bytes) || text.has_holes() || interpolated())
}
