//! A cursor that reads a text backwards from a credential, so that what carries it is found in any language.

use std::ops::Range;

/// Reads backwards. `at` is where the unread text ends; it is always a character boundary, since only ASCII is eaten.
#[derive(Debug, Clone, Copy)]
pub(super) struct Back<'t> {
    text: &'t str,
    pub(super) at: usize,
}

/// How far white space may reach: a header's name and its value stand near each other.
const MAX_SPACE: usize = 200;

impl<'t> Back<'t> {
    pub(super) fn new(text: &'t str, at: usize) -> Self {
        Self { text, at }
    }

    /// All that stands before.
    pub(super) fn before(&self) -> &'t str {
        self.text.get(..self.at).unwrap_or_default()
    }

    pub(super) fn last(&self) -> Option<char> {
        self.before().chars().next_back()
    }

    /// The line that is read, up to here.
    pub(super) fn line(&self) -> &'t str {
        self.before().rsplit('\n').next().unwrap_or_default()
    }

    /// Eats one of these strings, the first that stands there.
    pub(super) fn eat(&mut self, any: &[&str]) -> bool {
        let found = any.iter().find(|one| self.before().ends_with(**one));
        self.at -= found.map_or(0, |one| one.len());
        found.is_some()
    }

    /// Eats blanks on the line.
    pub(super) fn blanks(&mut self) -> bool {
        self.trim(|c| matches!(c, ' ' | '\t'))
    }

    /// Eats white space over lines, within a bound, and a shell's line continuations.
    pub(super) fn space(&mut self) -> bool {
        let start = self.at;
        self.trim(|c| c.is_ascii_whitespace() || c == '\\');
        if start - self.at > MAX_SPACE || self.before().ends_with('\\') {
            self.at = start;
        }
        // A backslash that stands before no line end escapes what follows it.
        if self.text.get(self.at..start).is_some_and(|eaten| eaten.starts_with('\\') && !eaten.contains('\n')) {
            self.at = start;
        }
        start > self.at
    }

    /// Eats a quote, escaped or not, as text or as an entity; tells which character it is.
    pub(super) fn quote(&mut self) -> Option<char> {
        for (entity, quote) in [("&quot;", '"'), ("&#34;", '"'), ("&#x22;", '"'), ("&apos;", '\''), ("&#39;", '\''), ("&#x27;", '\'')] {
            if self.eat(&[entity]) {
                return Some(quote);
            }
        }
        let quote = self.last().filter(|c| matches!(c, '"' | '\'' | '`'))?;
        self.at -= 1;
        self.trim(|c| c == '\\');
        Some(quote)
    }

    /// Eats a word of letters, digits, `_` and `-`; where it stands.
    pub(super) fn word(&mut self) -> Range<usize> {
        let end = self.at;
        self.trim(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        // The letter of an escape is no part of the word after it: `\r\nAuthorization`.
        if self.last() == Some('\\') && self.text.get(self.at..end).is_some_and(|word| word.starts_with(['n', 'r', 't'])) {
            self.at += 1;
        }
        self.at..end
    }

    /// Eats a dotted name of a function or type, with what languages put into it.
    pub(super) fn path(&mut self) -> &'t str {
        let end = self.at;
        self.trim(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '!' | '$' | '?'));
        self.text.get(self.at..end).unwrap_or_default()
    }

    fn trim(&mut self, eats: impl Fn(char) -> bool) -> bool {
        let start = self.at;
        self.at = self.before().trim_end_matches(|c: char| c.is_ascii() && eats(c)).len();
        self.at < start
    }

    /// The name before the bracket that encloses this place, and where that name ends: `headers` of `headers={"a": "b", …`.
    pub(super) fn enclosing(&self) -> Option<(&'t str, usize)> {
        const FAR: usize = 600;
        let before = self.before();
        let mut depth = 0usize;
        for (at, c) in before.char_indices().rev() {
            if before.len() - at > FAR {
                return None;
            }
            match c {
                ')' | ']' | '}' => depth += 1,
                '(' | '[' | '{' if depth > 0 => depth -= 1,
                '(' | '[' | '{' => {
                    let mut back = Self::new(self.text, at);
                    back.space();
                    while back.eat(&["=>", "=", ":", "\"", "'", "[]string", "new", "map[string]string", "dict", "@", "new Headers("]) {
                        back.space();
                    }
                    let end = back.at;
                    return Some((back.path(), end));
                }
                _ => {}
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_enclosing_name_is_found_over_entries() {
        for (text, name) in [
            ("get(u, headers={\"a\": f(1), ", "headers"),
            ("const options = { headers: { 'a': 'b',", "headers"),
            ("req.Header.Set(", "req.Header.Set"),
            ("cookies = dict(", "cookies"),
        ] {
            assert_eq!(Back::new(text, text.len()).enclosing().map(|(name, _)| name), Some(name), "{text}");
        }
        assert_eq!(Back::new("f(1)", 4).enclosing(), None);
    }

    #[test]
    fn a_continued_line_is_space_and_an_escape_is_not() {
        let eaten = |text: &str| {
            let mut back = Back::new(text, text.len());
            back.space();
            text.len() - back.at
        };
        assert_eq!(eaten("-H \\\n  "), 5);
        assert_eq!(eaten("x\\"), 0);
    }
}
