//! Where pages say which API description a reader is shown: attributes of Redoc and Swagger UI, what starts them, links to their pages.

use std::ops::Range;

use memchr::memmem;
use percent_encoding::percent_decode_str;

use super::{Format, viewer};
use crate::model::{Document, Span};

/// Attributes that name the description, and what JSX calls them.
const ATTRIBUTES: [&str; 3] = ["spec-url", "specUrl", "apiDescriptionUrl"];
/// How far around a place the tag, the call or the comment that it stands in is looked for, in bytes.
const MAX_AROUND: usize = 2048;

/// Files of Swagger UI, Redoc and RapiDoc that pages load, and the attributes that name them.
const VIEWERS: [&str; 6] =
    ["swagger-ui-bundle", "swagger-ui-standalone-preset", "swagger-ui-es-bundle", "swagger-ui.css", "redoc.standalone", "rapidoc-min"];
const LOADS: [&str; 2] = ["src", "href"];

/// What a page names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    /// An API description.
    Description,
    /// What shows one: a script, a style sheet.
    Viewer,
}

/// An API description that a page shows, or what shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecUrl {
    /// Which of them.
    pub kind: Shows,
    /// What is to be pointed at.
    pub span: Span,
    /// The URL of the page that shows it, as it is linked; `None` for the page that says so itself.
    pub page: Option<String>,
    /// The URL of the description, relative to that page.
    pub url: String,
}

/// The API descriptions that a document of a site has shown. What is only a sample shows nothing.
pub fn spec_urls(document: &Document) -> Vec<SpecUrl> {
    let text = document.as_str();
    let format = Format::of(document.path(), text);
    let mut out: Vec<_> =
        viewer::shown(document).into_iter().map(|(span, url)| SpecUrl { kind: Shows::Description, span, page: None, url }).collect();
    if matches!(format, Format::Html | Format::Markdown) {
        for name in ATTRIBUTES {
            out.extend(memmem::find_iter(text.as_bytes(), name).filter_map(|at| attribute(text, at, name.len())));
        }
        out.extend(memmem::find_iter(text.as_bytes(), "spec=").filter_map(|at| parameter(text, at)));
        for name in VIEWERS {
            out.extend(memmem::find_iter(text.as_bytes(), name).filter_map(|at| viewer_file(text, at)));
        }
    }
    let fences = if format == Format::Markdown && !out.is_empty() { fences(text) } else { Vec::new() };
    let is_fenced = |at: usize| fences.get(fences.partition_point(|fence| fence.end <= at)).is_some_and(|fence| fence.start <= at);
    out.retain(|found| !is_fenced(found.span.start) && !is_comment(text, found.span.start));
    out.sort_by_key(|found| found.span);
    out
}

/// `spec-url="openapi.yaml"` in a tag; the name may be the end of a longer one (`data-spec-url`).
fn attribute(text: &str, at: usize, length: usize) -> Option<SpecUrl> {
    let before = window(text, at);
    before.rfind('<').filter(|open| !before.get(*open..).unwrap_or_default().contains('>'))?;
    let rest = text.get(at + length..)?;
    let value = rest.trim_start().strip_prefix('=')?.trim_start();
    let value = value.strip_prefix('{').map_or(value, str::trim_start);
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let value = value.get(1..)?;
    let url = value.get(..value.find(quote)?)?;
    let start = text.len() - value.len();
    // What a template or a program puts there is not known.
    let is_known = !url.trim().is_empty() && !url.contains(['{', '}', '$', '<', '\n']);
    let (kind, span) = (Shows::Description, Span::new(start, start + url.len()));
    is_known.then(|| SpecUrl { kind, span, page: None, url: url.trim().replace("&amp;", "&") })
}

/// `…/redoc/?spec=openapi.yaml` in a link.
fn parameter(text: &str, at: usize) -> Option<SpecUrl> {
    let before = window(text, at);
    let begins = before.rfind(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '(' | ')' | '<' | '>' | '[' | ']' | '`' | '|'))?;
    let opener = before.get(begins..)?.chars().next()?;
    let start = at - before.len() + begins + opener.len_utf8();
    let is_link = matches!(opener, '(' | '"' | '\'' | '<');
    let rest = text.get(start..)?;
    let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ')' | '<' | '>' | ']' | '`' | '|'))?;
    let link = rest.get(..end).filter(|_| is_link)?;
    let (page, query) = link.split_once('?')?;
    let query = query.split('#').next()?.replace("&amp;", "&");
    let value = query.split('&').find_map(|pair| pair.strip_prefix("spec="))?;
    let url = percent_decode_str(value).decode_utf8().ok()?.into_owned();
    let is_known = !url.is_empty() && !link.contains(['{', '}', '$']);
    let (kind, span) = (Shows::Description, Span::new(start, start + end));
    is_known.then(|| SpecUrl { kind, span, page: Some(page.to_owned()), url })
}

/// `src="vendor/swagger-ui-bundle.js"` in a tag, by a place in it.
fn viewer_file(text: &str, at: usize) -> Option<SpecUrl> {
    let before = window(text, at);
    let quote = before.rfind(['"', '\''])?;
    let name = before.get(..quote)?.trim_end().strip_suffix('=')?.trim_end();
    LOADS.iter().find(|attribute| name.strip_suffix(*attribute).is_some_and(|rest| rest.ends_with(char::is_whitespace)))?;
    let length = LOADS.iter().find(|attribute| name.ends_with(*attribute)).map(|attribute| attribute.len())?;
    let found = attribute(text, at - before.len() + name.len() - length, length)?;
    Some(SpecUrl { kind: Shows::Viewer, ..found })
}

/// What stands before a place, as far as it is looked at.
fn window(text: &str, at: usize) -> &str {
    let mut from = at.saturating_sub(MAX_AROUND);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    text.get(from..at).unwrap_or_default()
}

/// Whether a place stands in a comment of HTML.
fn is_comment(text: &str, at: usize) -> bool {
    let before = window(text, at);
    before.rfind("<!--").is_some_and(|open| !before.get(open..).unwrap_or_default().contains("-->"))
}

/// Where blocks of code stand.
fn fences(text: &str) -> Vec<Range<usize>> {
    let (mut out, mut open, mut at) = (Vec::new(), None::<(usize, char)>, 0);
    for line in text.split_inclusive('\n') {
        let start = line.trim_start_matches(['>', ' ', '\t']);
        for c in ['`', '~'] {
            let is_fence = start.chars().take_while(|it| *it == c).count() >= 3;
            match open {
                None if is_fence => open = Some((at, c)),
                Some((from, by)) if is_fence && by == c && at > from => {
                    out.push(from..at + line.len());
                    open = None;
                }
                _ => {}
            }
        }
        at += line.len();
    }
    out.extend(open.map(|(from, _)| from..text.len()));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Encoding;

    fn found(path: &str, text: &str) -> Vec<String> {
        let document = Document::new(path, text, Encoding::Utf8 { bom: false });
        let line = |found: SpecUrl| format!("{}|{}|{}", document.slice(found.span), found.page.unwrap_or_default(), found.url);
        spec_urls(&document).into_iter().map(line).collect()
    }

    #[test]
    fn attributes_and_links_name_descriptions() {
        assert_eq!(found("a.md", "é <div data-spec-url=\"../a.yaml\"></div>"), ["../a.yaml||../a.yaml"]);
        assert_eq!(found("a.html", "<redoc spec-url = 'a.json'>"), ["a.json||a.json"]);
        assert_eq!(found("a.mdx", "<Redoc specUrl={\"/a.json\"} />"), ["/a.json||/a.json"]);
        assert_eq!(found("a.md", "[a](/redoc/?x=1&spec=b%2Fa.yaml#c)"), ["/redoc/?x=1&spec=b%2Fa.yaml#c|/redoc/|b/a.yaml"]);
        assert_eq!(
            found("a.md", "<script async src=\"../v/swagger-ui-bundle.js\">"),
            ["../v/swagger-ui-bundle.js||../v/swagger-ui-bundle.js"]
        );
        for nothing in [
            "<script src='{{ root }}/swagger-ui-bundle.js'>",
            "see href='swagger-ui.css' there",
            "```html\n<redoc spec-url='a.json'>\n```\n",
            "<!-- <redoc spec-url='a.json'> -->",
            "set spec-url='a.json' there",
            "<redoc spec-url='{{ url }}'>",
            "`/redoc/?spec=a.yaml`",
            "?spec=",
            "<redoc spec-url=",
        ] {
            assert_eq!(found("a.md", nothing), Vec::<String>::new(), "{nothing}");
        }
        let between = "~~~\na\n~~~\n<a spec-url='b'>\n```\n<a spec-url='c'>\n```\n<a spec-url='d'>";
        assert_eq!(found("a.md", between), ["b||b", "d||d"]);
    }
}
