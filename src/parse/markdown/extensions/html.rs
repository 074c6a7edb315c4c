//! HTML elements whose content is Markdown because they say so (`<div markdown>`, Python-Markdown's `md_in_html`).

use super::line::Line;
use super::{Kind, Level, MAX_LEVELS, Resolver};

impl<'t> Resolver<'_, 't, '_> {
    /// A line of text, or of HTML.
    pub(super) fn html_or_text(&mut self, line: &Line, content: &'t str, at: usize, strip: usize) {
        let Some((name, end)) = markdown_tag(content) else {
            self.copy_marked(line, strip);
            if content.contains("</") && self.end_html(line, content) {
                self.blank(line.end);
            }
            return;
        };
        let from = self.strip(line, strip);
        self.copy_template(from..at + end);
        // CommonMark ends the HTML at a blank line.
        self.copy_raw("\n\n", at + end);
        self.copy_template(at + end..line.end);
        self.ends_blank = content.len() == end;
        let end_tag = format!("</{}", name.to_ascii_lowercase());
        if !content[end..].to_ascii_lowercase().contains(&end_tag) && self.levels.len() < MAX_LEVELS {
            let content = self.levels.last().map_or(0, |level| level.content);
            self.levels.push(Level { kind: Kind::Html { end_tag }, start: at, content, strip, quotes: line.quotes });
        }
    }

    /// Closes the innermost element with a `markdown` attribute, if `content` holds its end tag; whether it does.
    fn end_html(&mut self, line: &Line, content: &str) -> bool {
        let index = self.levels.iter().rposition(|level| matches!(level.kind, Kind::Html { .. }));
        let Some(index) = index else { return false };
        let ends = matches!(self.levels.get(index), Some(Level { kind: Kind::Html { end_tag }, .. })
            if content.to_ascii_lowercase().contains(end_tag.as_str()));
        if ends {
            self.close_levels(index, line.end);
        }
        ends
    }
}

/// The first start tag with a `markdown` attribute in a line of HTML: its name, and where it ends.
fn markdown_tag(line: &str) -> Option<(&str, usize)> {
    if !line.starts_with('<') || !line.contains("markdown") {
        return None;
    }
    let mut at = 0;
    while let Some(start) = line[at..].find('<').map(|length| at + length + 1) {
        let name = line[start..].bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-').count();
        let end = start + tag_end(&line[start..])?;
        if name > 0 && has_markdown(&line[start + name..end - 1]) {
            return Some((&line[start..start + name], end));
        }
        at = end;
    }
    None
}

/// The end of the tag whose name `text` starts with.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// Whether these attributes say that an element's content is Markdown.
fn has_markdown(attributes: &str) -> bool {
    let mut quote = None;
    let mut word = 0;
    let is_it = |attribute: &str| {
        let (name, value) = attribute.split_once('=').unwrap_or((attribute, "1"));
        name == "markdown" && !matches!(value.trim_matches(['"', '\'']), "0" | "off")
    };
    for (at, byte) in attributes.bytes().enumerate() {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            (None, b' ' | b'\t' | b'/') => {
                if is_it(&attributes[word..at]) {
                    return true;
                }
                word = at + 1;
            }
            _ => {}
        }
    }
    is_it(&attributes[word..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_elements_hold_markdown() {
        assert_eq!(markdown_tag("<div class=\"grid cards\" markdown>"), Some(("div", 33)));
        assert_eq!(markdown_tag("<tr><td markdown=\"block\">x</td>"), Some(("td", 25)));
        assert_eq!(markdown_tag("<figure markdown='1' id=x>"), Some(("figure", 26)));
        for line in [
            "<div markdown=\"0\">",
            "<div title=\"a markdown b\">",
            "<div class=markdown>",
            "<div markdown",
            "text <b markdown>",
            "<p>markdown</p>",
        ] {
            assert_eq!(markdown_tag(line), None, "{line}");
        }
    }
}
