//! Hides secrets in everything that is shown.
//!
//! It reads characters, not facts: an excerpt may show a key that no rule asked for. It hides too much rather than too
//! little, and leaves what only stands for a credential (`ra_ws_...`, `<your_key>`, `$KEY`) as it is.

mod reader;
mod real;
mod value;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, Match, MatchKind};

use crate::model::Vocabulary;
pub(super) use reader::Reader;
use real::Placeholders;

/// What stands where a secret stood.
pub(super) const SECRET: &str = "<secret>";
/// A prefix shorter than this counts only at the start of a word: `sk-` is in `task-1`.
const TELLING_PREFIX: usize = 5;
/// A run of a key's characters that is this long is a key's after its prefix, however long keys of its kind are.
const MOST_OF_A_KEY: usize = 16;

/// Finds what must not be shown: keys of a registered prefix, and whatever stands in a credential's place.
#[derive(Debug)]
pub struct Masker {
    /// `None` only if it could not be built: then everything is hidden. Built when something is shown for the first time.
    triggers: OnceLock<Option<AhoCorasick>>,
    meanings: Vec<(Trigger, String)>,
    schemes: Vec<String>,
    placeholders: Placeholders,
}

/// What a pattern of the automaton announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trigger {
    /// A key of a registered prefix: the least length of what may follow it.
    Prefix { least: usize },
    /// The name of a header whose value is a credential.
    Header,
    /// The name of a header of many values.
    Cookie,
    /// The name of a query parameter.
    Query,
    /// The end of a variable's name.
    Variable,
    /// An authentication scheme.
    Scheme,
    /// The `://` of a URL.
    Authority,
    /// An option whose value is `user:password`.
    UserOption,
    /// The first line of a private key.
    PrivateKey,
}

impl Masker {
    /// A masker that knows these kinds of credentials and these names.
    pub fn new(vocabulary: &Vocabulary) -> Self {
        let names = &vocabulary.secret_names;
        let mut patterns: Vec<(Trigger, &str)> = vec![
            (Trigger::Authority, "://"),
            (Trigger::Authority, r":\/\/"),
            (Trigger::UserOption, "-u"),
            (Trigger::UserOption, "--user"),
            (Trigger::UserOption, "--proxy-user"),
            (Trigger::PrivateKey, "PRIVATE KEY-----"),
            (Trigger::PrivateKey, "PRIVATE KEY BLOCK-----"),
        ];
        for kind in &vocabulary.credentials {
            // Half of a key is told from a word by its length, too.
            let least = kind.body.as_ref().map_or(0, |body| (body.min / 2).min(MOST_OF_A_KEY));
            patterns.push((Trigger::Prefix { least }, &kind.prefix));
            patterns.extend(kind.header.as_deref().map(|header| (Trigger::Header, header)));
            patterns.extend(kind.variables.iter().map(|name| (Trigger::Variable, name.as_str())));
        }
        let lists = [
            (Trigger::Header, &names.headers),
            (Trigger::Cookie, &names.cookies),
            (Trigger::Query, &names.query),
            (Trigger::Variable, &names.variables),
            (Trigger::Scheme, &names.schemes),
        ];
        patterns.extend(lists.iter().flat_map(|(trigger, list)| list.iter().map(|name| (*trigger, name.as_str()))));
        patterns.retain(|(_, pattern)| !pattern.is_empty());
        Self {
            triggers: OnceLock::new(),
            meanings: patterns.into_iter().map(|(trigger, pattern)| (trigger, pattern.to_owned())).collect(),
            schemes: names.schemes.clone(),
            placeholders: Placeholders::new(&names.placeholders),
        }
    }

    fn triggers(&self) -> Option<&AhoCorasick> {
        let patterns = || self.meanings.iter().map(|(_, pattern)| pattern);
        let build = || AhoCorasick::builder().ascii_case_insensitive(true).match_kind(MatchKind::Standard).build(patterns()).ok();
        self.triggers.get_or_init(build).as_ref()
    }

    /// The text with every secret in it replaced by `<secret>`.
    pub fn mask<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let secrets = self.secrets(text);
        if secrets.is_empty() {
            return text.into();
        }
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for secret in secrets {
            out.push_str(text.get(at..secret.start).unwrap_or_default());
            out.push_str(SECRET);
            at = secret.end;
        }
        out.push_str(text.get(at..).unwrap_or_default());
        out.into()
    }

    /// The same with stars in their place, so that every byte stays where it is.
    pub fn overwrite<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut out = Cow::Borrowed(text);
        for secret in self.secrets(text) {
            out.to_mut().replace_range(secret.clone(), &"*".repeat(secret.len()));
        }
        out
    }

    /// Where the secrets of a text are: bytes, sorted, disjoint, on character boundaries.
    pub(super) fn secrets(&self, text: &str) -> Vec<Range<usize>> {
        match self.triggers() {
            Some(triggers) => self.announced(text, triggers.find_overlapping_iter(text)),
            None => everything(text),
        }
    }

    /// The same where what announces secrets in the text is known.
    fn announced(&self, text: &str, hits: impl Iterator<Item = Match>) -> Vec<Range<usize>> {
        let mut hidden = Hidden::default();
        // The end of the last key that was read, real or not. Nothing within it is read again, and nothing within a secret.
        let mut key_end = 0;
        for hit in hits {
            let Some((trigger, pattern)) = self.meanings.get(hit.pattern().as_usize()) else { continue };
            // Of several names that end together the longest says what the value is.
            let is_name = matches!(trigger, Trigger::Header | Trigger::Cookie | Trigger::Query | Trigger::Variable);
            if hidden.covers(hit.start()) || is_name && hit.start() < hidden.end() {
                continue;
            }
            if let Trigger::Prefix { least } = trigger {
                if hit.start() < key_end || !starts_key(text, hit.range(), pattern) {
                    continue;
                }
                key_end = value::key_end(text, hit.end());
                hidden.extend(self.key(text, hit.end()..key_end, *least));
            } else {
                hidden.extend(self.place(text, *trigger, hit.range()));
            }
        }
        hidden.extend(value::key_lines(text));
        hidden.0.into_iter().map(|(start, end)| start..end).collect()
    }

    /// Whether a key of a registered prefix looks issued, so that it must not be shown.
    pub(super) fn looks_real(&self, without_prefix: &str) -> bool {
        self.placeholders.looks_real(without_prefix)
    }

    fn key(&self, text: &str, key: Range<usize>, least: usize) -> Option<Range<usize>> {
        (key.len() >= least && self.looks_real(text.get(key.clone())?)).then_some(key)
    }
}

/// Whether a registered prefix at `range` is written as it is issued, and starts a word or says enough by itself.
fn starts_key(text: &str, range: Range<usize>, prefix: &str) -> bool {
    if text.get(range.clone()) != Some(prefix) {
        return false;
    }
    let before = text.as_bytes().get(range.start.saturating_sub(3)..range.start).unwrap_or_default();
    match before {
        _ if range.len() >= TELLING_PREFIX => true,
        // A percent-encoded or backslash-escaped character stands before it.
        [b'%', _, _] | [.., b'\\', _] => true,
        [.., last] => !last.is_ascii_alphanumeric(),
        [] => true,
    }
}

fn everything(text: &str) -> Vec<Range<usize>> {
    std::iter::once(0..text.len()).collect()
}

/// The secrets that were found: their starts with their ends, disjoint.
#[derive(Default)]
struct Hidden(BTreeMap<usize, usize>);

impl Hidden {
    fn covers(&self, at: usize) -> bool {
        self.0.range(..=at).next_back().is_some_and(|(_, end)| at < *end)
    }

    fn end(&self) -> usize {
        self.0.last_key_value().map_or(0, |(_, end)| *end)
    }
}

impl Extend<Range<usize>> for Hidden {
    fn extend<T: IntoIterator<Item = Range<usize>>>(&mut self, found: T) {
        for Range { mut start, mut end } in found.into_iter().filter(|range| !range.is_empty()) {
            // Those that touch are one.
            while let Some((&from, &to)) = self.0.range(..=end).next_back().filter(|(_, to)| **to >= start) {
                self.0.remove(&from);
                (start, end) = (start.min(from), end.max(to));
            }
            self.0.insert(start, end);
        }
    }
}

#[cfg(test)]
mod tests;
