//! Where the URLs are in a stretch of prose, by the rules of linkify-it: trailing punctuation, brackets and quotes that
//! belong to the sentence are left out.
//!
//! What counts is a scheme with `//`, a bare `//host`, and `mailto:`. Names without a scheme (`example.com`) do not: a file
//! name looks the same. Whether a host is one is decided by the URL parser, not here.

use std::ops::Range;

use memchr::memmem;

use crate::model::Text;

/// The longest scheme that is looked for, in bytes.
const MAX_SCHEME: usize = 32;
/// The longest pair of brackets or quotes within a URL, and the longest placeholder, in bytes.
const MAX_PAIR: usize = 1024;

/// A URL in prose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Its bytes.
    pub(super) range: Range<usize>,
    /// Placeholders in its host (`https://<your-id>.example.com`, `https://${HOST}/`), as ranges of the whole text.
    pub(super) placeholders: Vec<Range<usize>>,
}

/// The URLs in `text`: those with `//` in order, then the `mailto:` ones.
pub(super) fn find(text: &Text<'_>) -> Vec<Found> {
    let chars = text.as_str();
    let mut slashes = memmem::find_iter(chars.as_bytes(), "//").peekable();
    let mut found = Vec::new();
    if slashes.peek().is_some() {
        let scanner = Scanner { chars, holes: text.holes().collect() };
        let mut end = 0;
        for at in slashes {
            if at >= end
                && let Some(url) = scanner.url_at(at, end)
            {
                end = url.range.end;
                found.push(url);
            }
        }
    }
    let with_slashes = found.len();
    for at in memmem::find_iter(chars.as_bytes(), "mailto:") {
        let next = found[..with_slashes].partition_point(|url| url.range.end <= at);
        let within = found[..with_slashes].get(next).is_some_and(|url| url.range.contains(&at));
        if !within && let Some(range) = mail_address_at(chars, at) {
            found.push(Found { range, placeholders: Vec::new() });
        }
    }
    found
}

struct Scanner<'t> {
    chars: &'t str,
    holes: Vec<Range<usize>>,
}

impl Scanner<'_> {
    /// The URL whose `//` stands at `slashes`; it starts at `from` or later.
    fn url_at(&self, slashes: usize, from: usize) -> Option<Found> {
        let before = self.chars.get(from..slashes)?;
        let (start, scheme) = match before.strip_suffix(':') {
            Some(before) => {
                let scheme = scheme_at_end(before)?;
                (slashes - 1 - scheme.len(), Some(scheme))
            }
            None if stands_alone(self.chars, slashes) => (slashes, None),
            None => return None,
        };
        // What stands quoted ends at the quote: `"https://a.test/","https://b.test/"` is two.
        let quote = self.chars[..start].chars().next_back().filter(|c| matches!(c, '"' | '\''));
        let mut placeholders = Vec::new();
        let host = self.after_userinfo(slashes + 2);
        let host_end = self.host_end(host, &mut placeholders);
        // `https://a\.test`: a pattern, whose host no parser of URLs can tell.
        let behind = &self.chars[host_end..];
        if behind.starts_with('\\') && behind.trim_start_matches('\\').starts_with(['.', '-']) {
            return None;
        }
        let is_file = scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("file")) && self.at(host) == Some('/');
        if host_end == host && !is_file {
            return None;
        }
        if scheme.is_none() && placeholders.is_empty() && !looks_like_a_host(&self.chars[host..host_end]) {
            return None;
        }
        let end = self.path_end(self.port_end(host_end), quote);
        Some(Found { range: start..end, placeholders })
    }

    fn at(&self, at: usize) -> Option<char> {
        self.chars.get(at..)?.chars().next()
    }

    /// The end of the hole that covers `at`, if one does.
    fn hole_end(&self, at: usize) -> Option<usize> {
        let index = self.holes.partition_point(|hole| hole.end <= at);
        self.holes.get(index).filter(|hole| hole.start <= at).map(|hole| hole.end)
    }

    /// Where the host starts: after the last `@` before path, query and fragment.
    fn after_userinfo(&self, start: usize) -> usize {
        let mut host = start;
        let mut at = start;
        while let Some(c) = self.at(at) {
            if let Some(end) = self.hole_end(at) {
                at = end;
                continue;
            }
            if ends_word(c) || matches!(c, '/' | '?' | '#' | '(' | ')' | '[' | ']' | '"') {
                break;
            }
            at += c.len_utf8();
            if c == '@' {
                host = at;
            }
        }
        host
    }

    /// Where the host that starts at `start` ends.
    fn host_end(&self, start: usize, placeholders: &mut Vec<Range<usize>>) -> usize {
        if self.at(start) == Some('[') {
            let address = self.chars[start + 1..].bytes().take_while(|b| b.is_ascii_hexdigit() || matches!(b, b':' | b'.')).count();
            let end = start + 1 + address;
            return if address > 1 && self.at(end) == Some(']') { end + 1 } else { start };
        }
        let mut at = start;
        while let Some(c) = self.at(at) {
            if let Some(end) = self.hole_end(at) {
                at = end;
            } else if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') || (!c.is_ascii() && !ends_word(c)) {
                at += c.len_utf8();
            } else if let Some(end) = self.placeholder_end(at) {
                placeholders.push(at..end);
                at = end;
            } else {
                break;
            }
        }
        let host = &self.chars[start..at];
        let end = start + host.trim_end_matches('.').len();
        // A host never starts with punctuation: `http://...` and `//-->` are none.
        if host.starts_with(['.', '-']) { start } else { end }
    }

    /// The end of the placeholder that starts at `start`: `{x}`, `{{ x }}`, `${x}`, `$X`, `<x>`, `%s`, `%(x)s`.
    fn placeholder_end(&self, start: usize) -> Option<usize> {
        let rest = &self.chars[start..];
        let closed = |open: &str, close: &str| {
            let body = &rest[open.len()..];
            let mut end = body.len().min(MAX_PAIR);
            while !body.is_char_boundary(end) {
                end -= 1;
            }
            let length = body[..end].find(close)?;
            let words = body[..length].trim();
            let fits = !words.is_empty() && !words.contains(['\n', '<', '>', '{', '}', '"']) && !words.starts_with('/');
            fits.then_some(start + open.len() + length + close.len())
        };
        let word = |from: usize| rest[from..].bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        if rest.starts_with("{{") {
            return closed("{{", "}}");
        }
        if rest.starts_with("${") {
            return closed("${", "}");
        }
        match rest.bytes().next()? {
            b'{' => closed("{", "}"),
            b'<' => closed("<", ">"),
            b'$' => Some(word(1)).filter(|&length| length > 0).map(|length| start + 1 + length),
            b'%' if rest.starts_with("%(") => closed("%(", ")s"),
            b'%' => rest[1..].starts_with(['s', 'd', 'v']).then_some(start + 2),
            _ => None,
        }
    }

    fn port_end(&self, start: usize) -> usize {
        let Some(rest) = self.chars[start..].strip_prefix(':') else { return start };
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            return start + 1 + digits;
        }
        self.hole_end(start + 1).or_else(|| self.placeholder_end(start + 1)).unwrap_or(start)
    }

    /// Where path, query and fragment end that start at `start`, without the punctuation of the sentence around.
    fn path_end(&self, start: usize, quote: Option<char>) -> usize {
        if !matches!(self.at(start), Some('/' | '?' | '#')) {
            return start;
        }
        let mut at = start;
        // The end without trailing punctuation.
        let mut end = start;
        while let Some(c) = self.at(at) {
            if let Some(hole) = self.hole_end(at) {
                (at, end) = (hole, hole);
                continue;
            }
            if c == '<' && self.chars[..at].ends_with(['/', '=']) {
                let Some(placeholder) = self.placeholder_end(at) else { break };
                (at, end) = (placeholder, placeholder);
                continue;
            }
            if ends_word(c) || Some(c) == quote || matches!(c, ')' | ']' | '}') {
                break;
            }
            let next = at + c.len_utf8();
            match c {
                '(' | '[' | '{' | '"' | '\'' => match self.pair_end(at, c, quote) {
                    Some(pair) => (at, end) = (pair, pair),
                    // I'm_king
                    None if c == '\'' && self.at(next).is_some_and(|c| c.is_alphanumeric() || c == '-') => at = next,
                    None => break,
                },
                ',' | ';' if starts_with_scheme(&self.chars[next..]) => break,
                '.' | ',' | ';' | ':' | '!' | '?' | '*' | '~' => at = next,
                _ => (at, end) = (next, next),
            }
        }
        end
    }

    /// The end of the pair of brackets or quotes that opens at `start`, if it closes within the word.
    fn pair_end(&self, start: usize, open: char, quote: Option<char>) -> Option<usize> {
        let close = match open {
            '(' => ')',
            '[' => ']',
            '{' => '}',
            same => same,
        };
        let mut depth = 0usize;
        let mut at = start;
        while let Some(c) = self.at(at) {
            if let Some(hole) = self.hole_end(at) {
                at = hole;
                continue;
            }
            if ends_word(c) || Some(c) == quote || at - start > MAX_PAIR {
                return None;
            }
            at += c.len_utf8();
            if c == close && depth > 0 {
                depth -= 1;
                if depth == 0 {
                    let is_empty_quote = open == close && at == start + 2;
                    return (!is_empty_quote).then_some(at);
                }
            } else if c == open {
                depth += 1;
            }
        }
        None
    }
}

/// The scheme that `before` ends with.
fn scheme_at_end(before: &str) -> Option<&str> {
    let length = before.bytes().rev().take(MAX_SCHEME).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-')).count();
    let scheme = before[before.len() - length..].trim_start_matches(|c: char| !c.is_ascii_alphabetic());
    (scheme.len() > 1).then_some(scheme)
}

fn starts_with_scheme(text: &str) -> bool {
    let length = text.bytes().take(MAX_SCHEME).take_while(u8::is_ascii_alphabetic).count();
    length > 1 && text[length..].starts_with("://")
}

/// Whether the `//` at `slashes` can start a URL of its own: not part of a path, of a comment sign or of another URL.
fn stands_alone(chars: &str, slashes: usize) -> bool {
    let before = chars[..slashes].chars().next_back();
    let free = before.is_none_or(|c| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '(' | '[' | '<' | '>' | '=' | ',' | ';' | '|'));
    free && !chars[slashes + 2..].starts_with('/')
}

/// Whether the host of a URL without a scheme is more than one word, or this machine.
fn looks_like_a_host(host: &str) -> bool {
    let labels = host.split('.').count();
    let last_is_a_word = host.rsplit('.').next().is_some_and(|label| !label.is_empty() && !label.contains('_'));
    host.eq_ignore_ascii_case("localhost") || host.starts_with('[') || (labels > 1 && last_is_a_word && !host.contains(".."))
}

fn mail_address_at(chars: &str, start: usize) -> Option<Range<usize>> {
    if chars[..start].ends_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let rest = &chars[start..];
    let ends = |c: char| ends_word(c) || matches!(c, '(' | ')' | '[' | ']' | '{' | '}' | '"' | '\'' | ',' | ';');
    let (word, _) = rest.char_indices().find(|&(at, c)| at > MAX_PAIR || ends(c)).unwrap_or((rest.len(), ' '));
    let address = rest[..word].trim_end_matches(['.', ':', '!', '?', '*', '~']);
    let (local, host) = address.get("mailto:".len()..)?.split_once('@')?;
    (!local.is_empty() && host.starts_with(|c: char| c.is_alphanumeric())).then(|| start..start + address.len())
}

/// Whether no URL in prose goes on with this character.
fn ends_word(c: char) -> bool {
    match c {
        '<' | '>' | '`' | '\\' | '|' | '^' => true,
        c if c.is_ascii() => c <= ' ' || c == '\x7f',
        // Joiners belong to words.
        '\u{200C}' | '\u{200D}' => false,
        '«' | '»' | '\u{2000}'..='\u{206F}' => true,
        // CJK and fullwidth punctuation.
        '\u{3005}' | '\u{3007}' => false,
        '\u{3000}'..='\u{3020}' | '\u{3030}' | '\u{303D}' | '\u{30FB}' => true,
        '\u{FE10}'..='\u{FE19}' | '\u{FE30}'..='\u{FE6B}' => true,
        '\u{FF01}'..='\u{FF0F}' | '\u{FF1A}'..='\u{FF20}' | '\u{FF3B}'..='\u{FF40}' | '\u{FF5B}'..='\u{FF65}' => true,
        c => c.is_whitespace() || c.is_control(),
    }
}

#[cfg(test)]
mod tests;
