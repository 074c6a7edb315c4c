//! Bare URLs and mail addresses that GitHub Flavored Markdown turns into links (GFM 0.29, section 6.9), as cmark-gfm reads them:
//! from the source's characters, without decoding.

use std::ops::Range;

use memchr::{memchr3_iter, memmem};

/// The longest local part of a mail address that is looked at, in bytes.
const MAX_LOCAL: usize = 256;

/// What has to stand before an autolink to make it a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It has a scheme.
    Url,
    /// `www.`: `http://` is implied.
    Www,
    /// A mail address: `mailto:` is implied.
    Mail,
}

/// The autolinks in `chars`, a stretch of text on one line, in order, disjoint.
pub(super) fn find(chars: &str) -> Vec<(Range<usize>, Kind)> {
    let mut found: Vec<(Range<usize>, Kind)> = Vec::new();
    if !may_hold(chars) {
        return found;
    }
    for at in memchr3_iter(b':', b'@', b'.', chars.as_bytes()) {
        let from = found.last().map_or(0, |(range, _)| range.end);
        if at < from {
            continue;
        }
        let next = match chars.as_bytes()[at] {
            b':' => url(chars, at, from).map(|range| (range, Kind::Url)),
            b'.' => www(chars, at, from).map(|range| (range, Kind::Www)),
            _ => mail(chars, at, from),
        };
        found.extend(next);
    }
    found
}

/// A quick look whether there can be any.
fn may_hold(chars: &str) -> bool {
    let bytes = chars.as_bytes();
    memchr::memchr(b'@', bytes).is_some() || memmem::find(bytes, b"://").is_some() || memmem::find(bytes, b"www.").is_some()
}

fn url(chars: &str, colon: usize, from: usize) -> Option<Range<usize>> {
    let rest = chars[colon..].strip_prefix("://")?;
    let letters = chars[from..colon].bytes().rev().take(MAX_LOCAL).take_while(u8::is_ascii_alphabetic).count();
    let start = colon - letters;
    let is_known = ["http", "https", "ftp"].iter().any(|scheme| chars[start..colon].eq_ignore_ascii_case(scheme));
    if !is_known || !rest.starts_with(is_host_char) {
        return None;
    }
    let host = colon + 3;
    domain(&chars[host..])?;
    Some(start..host + end(&chars[host..]))
}

fn www(chars: &str, dot: usize, from: usize) -> Option<Range<usize>> {
    let start = dot.checked_sub(3).filter(|&start| start >= from)?;
    if chars.get(start..dot)? != "www" {
        return None;
    }
    let before = chars[..start].chars().next_back();
    if !before.is_none_or(|c| c.is_whitespace() || matches!(c, '*' | '_' | '~' | '(')) {
        return None;
    }
    // cmark-gfm takes a `www.` at the end of a sentence for a link, against the specification.
    domain(&chars[start..]).filter(|&dots| dots > 0 && chars[dot + 1..].starts_with(is_host_char))?;
    Some(start..start + end(&chars[start..]))
}

fn mail(chars: &str, at_sign: usize, from: usize) -> Option<(Range<usize>, Kind)> {
    let local = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'+' | b'-' | b'_');
    let length = chars[from..at_sign].bytes().rev().take(MAX_LOCAL).take_while(local).count();
    let mut start = at_sign - length;
    if length == 0 {
        return None;
    }
    let mut dots = 0;
    let rest = chars[at_sign + 1..].bytes();
    let domain = rest
        .clone()
        .take_while(|&b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
        .inspect(|&b| dots += usize::from(b == b'.'));
    let domain = domain.count();
    let host = chars[at_sign + 1..at_sign + 1 + domain].trim_end_matches('.');
    // Another `@`, or an end in `-` or `_`, and it is no address.
    if dots == 0 || !host.contains('.') || host.ends_with(['-', '_']) || rest.clone().nth(domain) == Some(b'@') {
        return None;
    }
    let mut end = at_sign + 1 + host.len();
    let mut kind = Kind::Mail;
    for scheme in ["mailto:", "xmpp:"] {
        let before = &chars.as_bytes()[from..start];
        if before.len() >= scheme.len() && before[before.len() - scheme.len()..].eq_ignore_ascii_case(scheme.as_bytes()) {
            start -= scheme.len();
            kind = Kind::Url;
            if scheme == "xmpp:" && chars[end..].starts_with('/') {
                end += 1 + chars[end + 1..].bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'@' | b'.')).count();
            }
        }
    }
    Some((start..end, kind))
}

/// The number of dots in the domain that `chars` starts with; `None` if one of its last two segments has an underscore.
fn domain(chars: &str) -> Option<usize> {
    let (mut dots, mut last, mut before_last) = (0, 0, 0);
    for c in chars.chars() {
        match c {
            '_' => last += 1,
            '.' => (before_last, last, dots) = (last, 0, dots + 1),
            '-' => {}
            c if is_host_char(c) => {}
            _ => break,
        }
    }
    // cmark-gfm lets long domains pass.
    ((last == 0 && before_last == 0) || dots > 10).then_some(dots)
}

fn is_host_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || (!c.is_ascii() && !c.is_whitespace() && !is_punctuation(c))
}

fn is_punctuation(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205E}' | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}'
        | '\u{3014}'..='\u{301F}' | '\u{FF01}'..='\u{FF0F}' | '\u{FF1A}'..='\u{FF20}' | '\u{FF3B}'..='\u{FF40}' | '\u{FF5B}'..='\u{FF65}' | '«' | '»')
}

/// Where the link that `chars` starts with ends: at white space or `<`, without trailing punctuation, unbalanced closing
/// parentheses and character references.
fn end(chars: &str) -> usize {
    let mut end = chars.find(|c: char| c.is_whitespace() || c == '<').unwrap_or(chars.len());
    let mut surplus =
        chars[..end].bytes().filter(|&b| b == b')').count() as isize - chars[..end].bytes().filter(|&b| b == b'(').count() as isize;
    while let Some(last) = chars.as_bytes()[..end].last() {
        match last {
            b')' if surplus > 0 => {
                surplus -= 1;
                end -= 1;
            }
            b'?' | b'!' | b'.' | b',' | b':' | b'*' | b'_' | b'~' | b'\'' | b'"' => end -= 1,
            b';' => {
                let name = chars.as_bytes()[..end - 1].iter().rev().take_while(|b| b.is_ascii_alphanumeric()).count();
                let before = end - 1 - name;
                let is_reference = name > 0 && chars.as_bytes()[..before].last() == Some(&b'&');
                end = if is_reference { before - 1 } else { end - 1 };
            }
            _ => break,
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(chars: &str) -> Vec<&str> {
        find(chars).into_iter().map(|(range, _)| &chars[range]).collect()
    }

    #[test]
    fn examples_of_the_specification() {
        assert_eq!(links("Visit www.a.test/help for more. (www.b.test.)"), ["www.a.test/help", "www.b.test"]);
        assert_eq!(links("(www.a.test/q?x=M+(b)))"), ["www.a.test/q?x=M+(b)"]);
        assert_eq!(links("www.a.test/q?x=(b))+ok"), ["www.a.test/q?x=(b))+ok"]);
        assert_eq!(links("www.a.test/q?x=y&hl; www.a.test/he<lp"), ["www.a.test/q?x=y", "www.a.test/he"]);
        assert_eq!(links("ftp://a.test. \"http://b.test\" : https://c.test"), ["ftp://a.test", "http://b.test", "https://c.test"]);
        assert_eq!(links("a.b-c_d@a.b. a.b-c_d@a.b- a.b-c_d@a.b_ x@y"), ["a.b-c_d@a.b"]);
        assert_eq!(links("hello@mail+xyz.example hello+xyz@mail.example mailto:a@b.c."), ["hello+xyz@mail.example", "mailto:a@b.c"]);
        assert_eq!(links("xmpp:foo@bar.baz/txt@bin.com/message"), ["xmpp:foo@bar.baz/txt@bin.com"]);
    }

    #[test]
    fn what_is_none() {
        assert_eq!(links("xhttp://a.test http:// http://_x awww.a.test /www.a.test www.a_b.c http://a_b.c git://a.test"), [""; 0]);
        assert_eq!(links("http://localhost:8000/x http://u:p@a.test/~x_y_"), ["http://localhost:8000/x", "http://u:p@a.test/~x_y"]);
    }

    #[test]
    fn kinds() {
        assert_eq!(find("www.a.test a@b.c http://x"), [(0..10, Kind::Www), (11..16, Kind::Mail), (17..25, Kind::Url)]);
    }

    #[test]
    fn hostile_input_takes_linear_time() {
        for unit in ["www.", "http://", "a@", "http://a)", "www.a;", "&a;", "mailto:a@b.c"] {
            let chars = unit.repeat(100_000 / unit.len());
            find(&chars);
        }
    }
}
