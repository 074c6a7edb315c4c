//! Image candidates: "parsing a srcset attribute" of WHATWG HTML, 4.8.4.3.10.
//!
//! Two leniencies: control characters that are no white space are read past, in descriptors and around URLs, and a
//! template's placeholder counts as a descriptor. A candidate that a browser drops is no load.

use std::ops::Range;

use super::tokenizer::{MASK, is_space};

/// A candidate's URL as a byte range, and whether its descriptors are valid.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::parse) struct Candidate {
    pub(in crate::parse) url: Range<usize>,
    pub(in crate::parse) valid: bool,
}

/// The candidates of the decoded value `source`, holes masked.
pub(in crate::parse) fn candidates(source: &str) -> Vec<Candidate> {
    let bytes = source.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    loop {
        at = skip(bytes, at, |byte| is_space(byte) || byte == b',');
        if at >= bytes.len() {
            return found;
        }
        let start = at;
        at = skip(bytes, at, |byte| !is_space(byte));
        let mut end = at;
        while end > start && bytes.get(end - 1) == Some(&b',') {
            end -= 1;
        }
        if end < at {
            // A trailing comma: no descriptors.
            found.push(Candidate { url: start..end, valid: true });
            continue;
        }
        let (descriptors, next) = descriptors(bytes, at);
        at = next;
        let words: Vec<&str> = descriptors.into_iter().filter_map(|range| source.get(range)).collect();
        found.push(Candidate { url: start..end, valid: are_valid(&words) });
    }
}

/// The descriptors from `at` to the next comma that is not in parentheses, and where to go on.
fn descriptors(bytes: &[u8], mut at: usize) -> (Vec<Range<usize>>, usize) {
    let mut words = Vec::new();
    at = skip(bytes, at, is_space);
    let mut start = at;
    let mut in_parentheses = false;
    let mut push = |range: Range<usize>| {
        if !range.is_empty() {
            words.push(range);
        }
    };
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b')' if in_parentheses => in_parentheses = false,
            _ if in_parentheses => {}
            b'(' => in_parentheses = true,
            b',' => {
                push(start..at);
                return (words, at + 1);
            }
            byte if is_space(byte) => {
                push(start..at);
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    push(start..at);
    (words, at)
}

/// At most one width, density or future height, and nothing else.
fn are_valid(words: &[&str]) -> bool {
    let (mut width, mut density, mut height) = (false, false, false);
    for word in words {
        if word.contains(char::from(MASK)) {
            continue;
        }
        let word: String = word.chars().filter(|c| !c.is_control()).collect();
        let mut chars = word.chars();
        let seen = match chars.next_back() {
            Some('w') if is_positive_integer(chars.as_str()) && !density => &mut width,
            Some('x') if is_density(chars.as_str()) && !width && !height => &mut density,
            Some('h') if is_positive_integer(chars.as_str()) && !density => &mut height,
            _ => return false,
        };
        if std::mem::replace(seen, true) {
            return false;
        }
    }
    // A height without a width is an error of its own.
    !height || width
}

fn is_positive_integer(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) && text.bytes().any(|byte| byte != b'0')
}

/// A "valid floating-point number" that is not negative (`-0` is not).
fn is_density(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let well_formed = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole.is_empty() || digits(whole)) && digits(fraction),
        None => digits(mantissa),
    };
    let exponent = exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)));
    let negative = text.starts_with('-') && mantissa.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
    well_formed && exponent && !negative
}

fn skip(bytes: &[u8], from: usize, is: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    rest.iter().position(|&byte| !is(byte)).map_or(bytes.len(), |found| from + found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(source: &str) -> Vec<&str> {
        let valid = candidates(source).into_iter().filter(|candidate| candidate.valid);
        valid.map(|candidate| &source[candidate.url]).collect()
    }

    #[test]
    fn commas_belong_to_urls_unless_they_end_them() {
        assert_eq!(urls("a.png 1x,b.png 2x"), ["a.png", "b.png"]);
        assert_eq!(urls("a/w=1,h=2.png 1x, b.png 2x"), ["a/w=1,h=2.png", "b.png"]);
        assert_eq!(urls("a.png,b.png"), ["a.png,b.png"]);
        assert_eq!(urls(",, a.png,, ,b.png"), ["a.png", "b.png"]);
        assert_eq!(urls("data:,x 1x, //b.test/2.png 2x"), ["data:,x", "//b.test/2.png"]);
        assert!(urls(" ,,, ").is_empty());
    }

    #[test]
    fn parentheses_hide_commas() {
        assert_eq!(urls("a ( , b 1x, ), c"), ["c"]);
        assert_eq!(urls("a [ , b 1x, ], c"), ["b", "]", "c"]);
        assert_eq!(urls("a, b ("), ["a"]);
    }

    #[test]
    fn a_wrong_descriptor_drops_the_candidate() {
        for valid in ["a", "a 1x", "a .5x", "a -0x", "a 1.5e-1x", "a 1e+1x", "a 100w", "a 1w 1h", "a 1h 1w", "a \u{1a}\u{1a}w"] {
            assert_eq!(urls(valid), ["a"], "{valid}");
        }
        for wrong in
            ["a 0w", "a 1X", "a -1x", "a 1.x", "a +1x", "a 1x 1w", "a 1w 1w", "a 1h", "a foo", "a 1.0w", "a Infinityx", "a 1\u{a0}w"]
        {
            assert!(urls(wrong).is_empty(), "{wrong}");
        }
    }
}
