//! Whether a value is a secret, or only stands for one.

use std::collections::HashSet;

/// How many characters of a value have to be neither words nor repetitions for it to look real.
const ENOUGH: usize = 8;
/// The longest run of letters of one case that counts as a word.
const LONGEST_WORD: usize = 14;
/// A word this long hardly comes about by chance.
const TELLING_WORD: usize = 3;

/// Words that stand for a credential and are none, in lower case.
#[derive(Debug, Default)]
pub(super) struct Placeholders(HashSet<String>);

impl Placeholders {
    pub(super) fn new(words: &[String]) -> Self {
        Self(words.iter().cloned().collect())
    }

    /// Whether a value that may be anything looks issued: what is left of it without words, repetitions and
    /// placeholders (`your_key`, `xxxx`, `<key>`, `{key}`, `$KEY`) is long enough. What is issued at random mixes cases, so
    /// where cases are mixed letters are words only beside one that stands for a credential (`YourWorkspaceKey`).
    pub(super) fn looks_real(&self, value: &str) -> bool {
        let value = without_holes(value);
        let mixes_cases = value.contains(char::is_lowercase) && value.contains(char::is_uppercase);
        let is_named = !mixes_cases || parts(&value).flat_map(humps).any(|word| word.len() >= TELLING_WORD && self.is_word(word));
        let says_nothing = |part: &str| is_repetition(part) || self.is_word(part) || (is_named && is_words(part));
        let parts = parts(&value).filter(|part| !says_nothing(part));
        parts.map(|part| part.chars().count()).sum::<usize>() >= ENOUGH
    }

    /// Whether a value that stands in a credential's place is one: it is not made of placeholders alone.
    pub(super) fn is_secret(&self, value: &str) -> bool {
        if is_elided(value) {
            return self.looks_real(value);
        }
        parts(&without_holes(value)).any(|part| !is_repetition(part) && !self.is_word(part))
    }

    fn is_word(&self, part: &str) -> bool {
        self.0.contains(part.to_lowercase().as_str())
    }
}

/// Whether the writer left something out.
fn is_elided(value: &str) -> bool {
    ["...", "…", "***"].iter().any(|mark| value.contains(mark))
}

fn parts(value: &str) -> impl Iterator<Item = &str> {
    value.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty())
}

/// `xxxx`, `0000`, `abab`.
fn is_repetition(part: &str) -> bool {
    let mut seen = Vec::with_capacity(3);
    let few = part.chars().all(|c| {
        seen.contains(&c)
            || (seen.len() < 2 && {
                seen.push(c);
                true
            })
    });
    few && part.len() > 2
}

/// Words written together: `workspace`, `KEY`, `WorkspaceKey`.
fn is_words(part: &str) -> bool {
    part.chars().all(char::is_alphabetic) && humps(part).all(|word| word.chars().count() <= LONGEST_WORD)
}

/// The words of `CamelCase`: each begins with its capitals.
fn humps(part: &str) -> impl Iterator<Item = &str> {
    let mut rest = part;
    std::iter::from_fn(move || {
        let lower = rest.find(char::is_lowercase).unwrap_or(rest.len());
        let end = rest.get(lower..)?.find(char::is_uppercase).map_or(rest.len(), |at| lower + at);
        let (word, after) = rest.split_at(end);
        rest = after;
        (!word.is_empty()).then_some(word)
    })
}

/// The value without what is filled in later: `{…}`, `${…}`, `$NAME`, `<…>`, `%s`, `%(…)s`.
fn without_holes(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find(['{', '$', '<', '%']) {
        let (before, hole) = rest.split_at(at);
        out.push_str(before);
        let length = hole_length(hole);
        if length == 0 && at == 0 && rest.len() == value.len() && hole.starts_with(['{', '<']) {
            // It begins with a hole whose end is out of sight.
            return String::new();
        }
        out.push_str(if length == 0 { &hole[..1] } else { " " });
        rest = hole.get(length.max(1)..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// The longest hole that is looked for.
const LONGEST_HOLE: usize = 128;

fn hole_length(text: &str) -> usize {
    let until = |close: char, from: usize| {
        let inner = text.get(from..).unwrap_or_default();
        inner.char_indices().take(LONGEST_HOLE).find(|(_, c)| *c == close).map_or(0, |(at, _)| from + at + 1)
    };
    let bytes = text.as_bytes();
    match (bytes.first(), bytes.get(1)) {
        (Some(b'{'), _) => until('}', 1),
        (Some(b'<'), _) => until('>', 1),
        (Some(b'$'), Some(b'{')) => until('}', 2),
        (Some(b'$'), Some(b'(')) => until(')', 2),
        (Some(b'$'), _) => {
            let name = text.get(1..).unwrap_or_default();
            let length = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(name.len());
            if name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') { 1 + length } else { 0 }
        }
        (Some(b'%'), Some(b's' | b'd' | b'v' | b'q')) => 2,
        (Some(b'%'), Some(b'(')) => until(')', 2),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placeholders() -> Placeholders {
        Placeholders::new(&crate::rule::vocabulary().unwrap().secret_names.placeholders)
    }

    #[test]
    fn issued_values_look_real() {
        for value in [
            "4f3c9a0b7d21e8",
            "aBcDeFgHiJkLmNoP",
            "b2c45f90-1d3e-4c5a-9b8f-001122334455",
            "qwertzuiopasdfghjklyxcvbnm",
            "prod_Zx81kQp0Lm",
            "your4f3c9a0b7d21e8",
            "{id}4f3c9a0b7d21e8",
            "NNqppHgbBfddbfiFtgrH",
            "kvGyg-GSukdVBXeyYIen",
        ] {
            assert!(placeholders().looks_real(value), "{value}");
        }
    }

    #[test]
    fn placeholders_do_not() {
        for value in [
            "...",
            "<your_key>",
            "{api_key}",
            "$KEY",
            "${RUNAGENTS_API_KEY}",
            "$(cat key)",
            "%s",
            "%(key)s",
            "your_workspace_key_here",
            "YOUR-KEY",
            "YourWorkspaceKey",
            "YourRunAgentsWorkspaceKeyHere",
            "xxxxxxxxxxxxxxxx",
            "XXXX-XXXX-0000-0000",
            "********",
            "test",
            "leaked",
            "abc123",
            "",
            "…",
        ] {
            assert!(!placeholders().looks_real(value), "{value}");
        }
    }

    #[test]
    fn in_a_credentials_place_only_placeholders_are_none() {
        for value in ["hunter2", "s", "correct horse", "p@$$w0rd", "dXNlcjpwYXNz"] {
            assert!(placeholders().is_secret(value), "{value}");
        }
        for value in ["your-api-key", "<token>", "{token}", "$TOKEN", "xxxx", "***", "...", "", "password", "%s"] {
            assert!(!placeholders().is_secret(value), "{value}");
        }
    }
}
