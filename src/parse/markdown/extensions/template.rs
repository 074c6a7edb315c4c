//! Template expressions in a page (Liquid, Jinja, Vue, Hugo's shortcodes) and attribute lists (`{: style="…" }`). CommonMark
//! ends a destination at white space, so an expression becomes one word, computed when the page is built.

use std::ops::Range;

use super::Resolver;

/// How long an attribute list may be, in bytes: what never ends is not looked for again and again.
const LONGEST_LIST: usize = 1024;

impl Resolver<'_, '_, '_> {
    /// Copies a stretch of one line, template expressions replaced.
    pub(super) fn copy_template(&mut self, range: Range<usize>) {
        let mut at = range.start;
        // Ends of expressions of which none is left on the line.
        let mut gone = Vec::new();
        while !self.is_mdx
            && let Some(start) = memchr::memchr(b'{', &self.chars.as_bytes()[at..range.end]).map(|length| at + length)
        {
            self.copy(at..start);
            let rest = &self.chars[start..range.end];
            let close = [("{{", "}}"), ("{%", "%}")].into_iter().find(|(open, _)| rest.starts_with(open)).map(|(_, close)| close);
            let end = match close {
                Some(close) if gone.contains(&close) => None,
                Some(close) => {
                    let end = self.expression(start, rest, close);
                    gone.extend(end.is_none().then_some(close));
                    end
                }
                None if rest.starts_with("{:") || self.chars[range.start..start].ends_with(')') => self.attributes(start, rest),
                None => None,
            };
            at = end.unwrap_or(start + 1);
            if end.is_none() {
                self.copy(start..at);
            }
        }
        self.copy(at..range.end);
    }

    /// An expression that `rest` starts with, which stands at `start`: replaced, if it is closed. Gives its end.
    fn expression(&mut self, start: usize, rest: &str, close: &str) -> Option<usize> {
        let inner = rest.get(2..)?;
        let inner = &inner[..inner.find(close)?];
        let length = inner.len() + 4;
        if let Some(shortcode) = inner.strip_prefix(['<', '%'])
            && self.shortcode(start, length, shortcode)
        {
            return Some(start + length);
        }
        self.flush();
        let word: String = inner.chars().filter(char::is_ascii_alphanumeric).collect();
        let span = self.page.span(start..start + length);
        self.out.hole(&format!("{{{{{word}}}}}"), span);
        Some(start + length)
    }

    /// A shortcode of Hugo's that reads like an HTML element becomes that.
    fn shortcode(&mut self, start: usize, length: usize, shortcode: &str) -> bool {
        let words = shortcode.trim_end_matches(['>', '%', '/']).trim();
        let (name, attributes) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
        let Some(element) = self.roles.shortcode(name).filter(|_| attributes.contains('=')) else { return false };
        let element = format!("<{element} ");
        let Some(from) = self.chars[start..start + length].find(attributes).map(|at| start + at) else { return false };
        self.replace(&element, start..from);
        self.copy(from..from + attributes.len());
        self.replace(">", from + attributes.len()..start + length);
        true
    }

    /// An attribute list that loads something (`![](x.png){ style="background: url(…)" }`) reads like an element with them.
    fn attributes(&mut self, start: usize, rest: &str) -> Option<usize> {
        let length = rest.bytes().take(LONGEST_LIST).position(|byte| byte == b'}')? + 1;
        let skip = if rest.starts_with("{:") { 2 } else { 1 };
        let inner = &rest[skip.min(length - 1)..length - 1];
        if !inner.contains('=') || !(inner.contains("//") || inner.contains("url(")) || inner.contains(['<', '>']) {
            return None;
        }
        self.replace("<img", start..start + skip);
        let mut at = start + skip;
        for attribute in words(inner) {
            let end = at + attribute.len();
            if attribute.contains('=') {
                self.replace(" ", at..at);
                self.copy(at..end);
            }
            at = end + 1;
        }
        self.replace(">", start + length - 1..start + length);
        Some(start + length)
    }
}

/// The words of an attribute list, between single white space characters outside of quotes.
fn words(list: &str) -> impl Iterator<Item = &str> {
    let mut quote = None;
    list.split(move |c: char| {
        match quote {
            None if c.is_ascii_whitespace() => return true,
            None if matches!(c, '"' | '\'') => quote = Some(c),
            Some(open) if open == c => quote = None,
            _ => {}
        }
        false
    })
}
