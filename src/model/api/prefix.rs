//! The word in front of a key that OpenAPI has no field for: only the description of a scheme can tell it.

use std::ops::Range;

/// How far behind the word "prefix" the prefix itself is looked for, in bytes.
const MAX_BEHIND: usize = 48;

/// Where a description says which word stands in front of the key in `header`: in a sample (`Token <key>`,
/// `Authorization: Token <key>`) or by calling it a prefix (`required prefix "Token"`). Where it forbids one it says none.
pub(super) fn stated_prefix(description: &str, header: Option<&str>) -> Option<Range<usize>> {
    let found = quoted(description).find_map(|range| {
        let (skipped, value) = without_header(description.get(range.clone())?, header);
        let at = range.start + skipped;
        let length = sample(value).or_else(|| called_prefix(description, &range).then(|| word(value)).flatten())?;
        Some(at..at + length)
    });
    let found = found.or_else(|| plain_sample(description, header))?;
    (!is_forbidden(description, found.start)).then_some(found)
}

/// The stretches between quotes or backticks.
fn quoted(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let open = at + text.get(at..)?.find(['`', '"', '\'', '“'])?;
            let quote = text.get(open..)?.chars().next()?;
            let start = open + quote.len_utf8();
            let close = if quote == '“' { '”' } else { quote };
            // An apostrophe opens nothing.
            let is_apostrophe = quote == '\'' && text.get(..open)?.ends_with(char::is_alphanumeric);
            match text.get(start..)?.find(close) {
                Some(length) if !is_apostrophe && length > 0 => {
                    at = start + length + close.len_utf8();
                    return Some(start..start + length);
                }
                _ => at = start,
            }
        }
    })
}

/// A sample's value without the name of the header, and how many bytes stood before it.
fn without_header<'t>(inner: &'t str, header: Option<&str>) -> (usize, &'t str) {
    let name = header.unwrap_or("Authorization");
    let rest = inner.get(..name.len()).filter(|start| start.eq_ignore_ascii_case(name)).and_then(|_| inner.get(name.len()..));
    match rest.and_then(|rest| rest.trim_start().strip_prefix([':', '='])) {
        Some(value) => {
            let value = value.trim_start();
            (inner.len() - value.len(), value)
        }
        None => (0, inner),
    }
}

/// The length of the word that a sample of a header's value begins with, if it is a word and a key.
fn sample(value: &str) -> Option<usize> {
    let length = value.find(' ')?;
    let key = value.get(length..)?.trim();
    (is_scheme(value.get(..length)?) && is_key(key)).then_some(length)
}

/// The length of a text that is a word and nothing else.
fn word(value: &str) -> Option<usize> {
    let word = value.trim_end();
    is_scheme(word).then_some(word.len())
}

/// Whether what is quoted there is called a prefix just before.
fn called_prefix(description: &str, range: &Range<usize>) -> bool {
    let mut from = range.start.saturating_sub(MAX_BEHIND);
    while !description.is_char_boundary(from) {
        from += 1;
    }
    let before = description.get(from..range.start).unwrap_or_default();
    before.rsplit(['.', ';', '\n']).next().unwrap_or_default().to_ascii_lowercase().contains("prefix")
}

/// A sample that stands in the text without quotes, behind the name of its header.
fn plain_sample(description: &str, header: Option<&str>) -> Option<Range<usize>> {
    let name = header.unwrap_or("Authorization");
    description.match_indices(name).find_map(|(at, _)| {
        let line = description.get(at..)?.lines().next()?;
        let (skipped, value) = without_header(line, header).to_owned();
        let length = (skipped > 0).then(|| value.find(' ')).flatten()?;
        let key = value.get(length..)?.split_whitespace().next()?;
        (is_scheme(value.get(..length)?) && is_placeholder(key)).then_some(at + skipped..at + skipped + length)
    })
}

/// Whether a word can stand in front of a key: `Token`, `Api-Key`. `pk_test_` is what a key itself begins with.
fn is_scheme(word: &str) -> bool {
    let is_whole = word.starts_with(|c: char| c.is_ascii_alphabetic()) && word.ends_with(|c: char| c.is_ascii_alphanumeric());
    is_whole && word.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// Whether this can stand for a key: a placeholder, or one word that is none of a language.
fn is_key(text: &str) -> bool {
    is_placeholder(text) || (!text.contains(char::is_whitespace) && text.bytes().any(|b| b.is_ascii_digit()))
}

/// Whether this begins as placeholders do: `<key>`, `{key}`, `[key]`, `$KEY`, `YOUR_KEY`, `...`.
fn is_placeholder(text: &str) -> bool {
    let upper = text.len() > 3 && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    upper || text.starts_with(['<', '{', '[', '$', '*']) || text.starts_with("...") || text.to_ascii_lowercase().starts_with("your")
}

/// Whether the sentence forbids what it names: `do not send "Bearer <key>"`.
fn is_forbidden(description: &str, at: usize) -> bool {
    let sentence = description.get(..at).unwrap_or_default().rsplit(". ").next().unwrap_or_default();
    let words = sentence.split(|c: char| !c.is_alphanumeric() && c != '\'');
    words.map(str::to_ascii_lowercase).any(|word| matches!(word.as_str(), "not" | "no" | "never" | "without" | "don't" | "instead"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefix<'t>(description: &'t str, header: &str) -> Option<&'t str> {
        stated_prefix(description, Some(header)).and_then(|range| description.get(range))
    }

    #[test]
    fn prefixes_are_read_from_descriptions() {
        for (description, expected) in [
            ("Token-based authentication with required prefix \"Token\"", Some("Token")),
            ("Send `Authorization: Token <key>` with each request.", Some("Token")),
            ("e.g. Authorization: Api-Key YOUR_KEY", Some("Api-Key")),
            ("The value is `Token {token}`.", Some("Token")),
            ("Don't forget it. Use \"Bearer abc123\"", Some("Bearer")),
            ("Prefix the token with 'ApiKey '", Some("ApiKey")),
            ("Ключ: `Token <ключ>`", Some("Token")),
            ("Do not send `Bearer <key>`", None),
            ("Your API key, without the prefix `Bearer`", None),
            ("Authorization: the key of your workspace", None),
            ("The user's key in `X-API-Key`", None),
            ("Key of the \"workspace settings\" page, or `Bearer token`", None),
            ("Keys with the ra_ws_ prefix. Do not send workspace keys as\nAuthorization bearer tokens", None),
            ("two types of API keys: test mode keys (prefixed with `pk_test_`) and live mode keys (prefixed with `pk_live_`)", None),
            ("`", None),
            ("'\"", None),
            ("", None),
        ] {
            assert_eq!(prefix(description, "Authorization"), expected, "{description}");
        }
        assert_eq!(prefix("`X-Key: Key $KEY`", "X-Key"), Some("Key"));
    }
}
