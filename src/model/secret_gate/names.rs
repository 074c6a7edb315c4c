//! Whether a name that says secret stands in a text.

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use aho_corasick::packed::{Config, MatchKind, Searcher};
use foldhash::HashMap;

use super::{is_name, shows::ends_dump};
use crate::model::secret_words::{CallSays, Says, SecretWords};

/// The longest name that is looked at, in bytes.
const MAX_NAME: usize = 120;

/// The shortest constant that looks generated, in bytes.
const MIN_GENERATED: usize = 24;

/// The shortest piece that is looked for as it is, in bytes.
const MIN_PIECE: usize = 3;

/// Finds names that say that a secret is kept under them.
#[derive(Debug)]
pub(in crate::model) struct NameGate {
    pieces: Pieces,
    /// The whole environment.
    whole: Vec<String>,
    /// All headers of a request, and a command that lists the whole environment, by their last parts: what stands before it.
    headers: HashMap<String, Vec<String>>,
    /// Commands that show it.
    dumps: foldhash::HashSet<String>,
    /// The pieces that say secret, or don't, where they are the whole name.
    alone: HashMap<String, OnceLock<bool>>,
}

/// Finds pieces of names, of which every name that says secret has one.
#[derive(Debug)]
enum Pieces {
    /// With vector instructions.
    Packed(Searcher),
    /// Where there are none, or too many pieces for them.
    Automaton(AhoCorasick),
    /// No search could be built: everything counts.
    All,
}

impl NameGate {
    /// `heads` are heads of names as lists of words; `whole` is the whole environment, `headers` are paths of all headers of a
    /// request, and `dumps` are commands that show the environment.
    pub(in crate::model) fn new<'w>(
        heads: impl Iterator<Item = &'w [String]>,
        whole: HashSet<String>,
        all_headers: HashSet<String>,
        dumps: HashSet<String>,
    ) -> Self {
        // Of a command with its operand the operand is rarer.
        let (behind, whole): (Vec<_>, Vec<_>) = shortest(whole).into_iter().partition(|path| path.contains(' '));
        let mut headers: HashMap<String, Vec<String>> = HashMap::default();
        for path in shortest(all_headers).into_iter().chain(behind) {
            let at = path.rfind(['.', ' ']).unwrap_or(0);
            headers.entry(path[at..].to_owned()).or_default().push(path[..at].to_owned());
        }
        let heads: Vec<_> = heads.filter(|head| !head.is_empty()).collect();
        let names = cover(&heads).into_iter().flat_map(|piece| spellings(&piece, &heads));
        // What says more comes first.
        let pieces: Vec<String> = whole.iter().cloned().chain(headers.keys().cloned()).chain(names).chain(dumps.iter().cloned()).collect();
        let alone = pieces.iter().map(|piece| (piece.clone(), OnceLock::new())).collect();
        let packed = Config::new().match_kind(MatchKind::LeftmostFirst).builder().extend(&pieces).build();
        let pieces = match packed.map(Pieces::Packed) {
            Some(packed) => packed,
            None => {
                let automaton = AhoCorasick::builder().match_kind(aho_corasick::MatchKind::LeftmostFirst).build(&pieces);
                automaton.map_or(Pieces::All, Pieces::Automaton)
            }
        };
        Self { pieces, whole, headers, dumps: dumps.into_iter().collect(), alone }
    }

    /// Whether vector instructions look for its pieces.
    #[cfg(test)]
    pub(in crate::model) fn is_packed(&self) -> bool {
        matches!(self.pieces, Pieces::Packed(_))
    }

    /// Where such names stand in the text (byte offsets), among the places that count.
    pub(in crate::model) fn names<'a>(
        &'a self,
        text: &'a str,
        words: &'a SecretWords,
        mut counts: impl FnMut(usize) -> bool + 'a,
    ) -> Box<dyn Iterator<Item = usize> + 'a> {
        let says = move |range: &Range<usize>| {
            let piece = &text[range.clone()];
            if self.dumps.contains(piece) {
                return ends_dump(&text.as_bytes()[..range.start], &text.as_bytes()[range.end..]) && counts(range.start);
            }
            if let Some(owners) = self.headers.get(piece) {
                return stands_behind(text, range, owners) && counts(range.start);
            }
            counts(range.start)
                && ((self.whole.iter().any(|path| path == piece) && stands_alone(text, range)) || self.says_secret(text, range, words))
        };
        match &self.pieces {
            Pieces::Packed(searcher) => Box::new(searcher.find_iter(text).map(|piece| piece.range()).filter(says).map(|range| range.start)),
            Pieces::Automaton(automaton) => {
                Box::new(automaton.find_iter(text).map(|piece| piece.range()).filter(says).map(|range| range.start))
            }
            Pieces::All => Box::new(std::iter::once(0)),
        }
    }

    /// Whether the name around this piece says secret, or may be put together with others that do.
    fn says_secret(&self, text: &str, piece: &Range<usize>, words: &SecretWords) -> bool {
        let bytes = text.as_bytes();
        let run = |joins: &[u8]| {
            let is_part = |byte: &u8| is_name(*byte) || joins.contains(byte);
            let before = bytes[..piece.start].iter().rev().take_while(|byte| is_part(byte)).count();
            let after = bytes[piece.end..].iter().take_while(|byte| is_part(byte)).count();
            piece.start - before..piece.end + after
        };
        let name = run(b"");
        if name.len() > MAX_NAME {
            return true;
        }
        let says = |range: &Range<usize>| {
            let name = text.get(range.clone()).unwrap_or_default();
            let says = || matches!(words.name(name), Says::Secret | Says::Perhaps(_)) || words.call(name) == CallSays::Secret;
            self.alone.get(name).map_or_else(says, |known| *known.get_or_init(says))
        };
        let joined = run(b"-.");
        // What only ends a sentence joins nothing.
        let is_joined = text.get(joined.clone()).is_none_or(|joined| joined.trim_matches(['-', '.']).len() > name.len());
        says(&name)
            || has_generated(text, &name, words)
            || (is_joined && (says(&joined) || says(&run(b"-"))))
            || is_put_together(bytes, &name)
    }
}

/// The letters of a word as bits: what has one that the other lacks does not stand in it.
fn letters(word: &str) -> u64 {
    word.bytes().fold(0, |letters, byte| letters | 1 << (byte % 64))
}

/// The paths that hold no other one.
fn shortest(paths: HashSet<String>) -> Vec<String> {
    let mut sorted: Vec<String> = paths.into_iter().collect();
    sorted.sort_by(|one, other| (one.len(), one).cmp(&(other.len(), other)));
    let mut out: Vec<(u64, String)> = Vec::new();
    for path in sorted {
        let own = letters(&path);
        if !out.iter().any(|(letters, known)| letters & !own == 0 && path.contains(known.as_str())) {
            out.push((own, path));
        }
    }
    out.into_iter().map(|(_, path)| path).collect()
}

/// Whether the last part of a path stands behind one of these owners, and no one of its entries is taken.
fn stands_behind(text: &str, range: &Range<usize>, owners: &[String]) -> bool {
    let before = &text[..range.start];
    let is_owner =
        |owner: &String| before.strip_suffix(owner.as_str()).is_some_and(|rest| !rest.as_bytes().last().is_some_and(|byte| is_name(*byte)));
    owners.iter().any(is_owner) && !takes_entry(&text.as_bytes()[range.end..])
}

/// Whether the path is meant as a whole: no name goes on around it, and no one of its entries is taken. What `secrets` holds is
/// secret by itself.
fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    let (before, rest) = (&text.as_bytes()[..range.start], &text.as_bytes()[range.end..]);
    let begins = !before.last().is_some_and(|byte| is_name(*byte));
    begins && if text[range.clone()].ends_with('.') { may_be_kept(rest) } else { !takes_entry(rest) }
}

/// Whether what follows `secrets.` may be the name of what a CI system keeps, and not a file's or a function's: `secrets.yml"`,
/// `secrets.choice(`. Outside of an expression of the system only a constant's name counts.
fn may_be_kept(rest: &[u8]) -> bool {
    let length = rest.iter().take_while(|byte| is_name(**byte)).count();
    let is_constant = !rest[..length].iter().any(u8::is_ascii_lowercase);
    is_constant || !matches!(rest.get(length), Some(b'"' | b'\'' | b'`' | b'(' | b'.'))
}

/// Whether what follows a path takes one of its entries, or goes on with its name.
fn takes_entry(rest: &[u8]) -> bool {
    let copies = [".items", ".to_h", ".inspect", ".toObject", ".copy", ".sort", ".each", ".map"];
    let is_entry = rest.starts_with(b"[") || (rest.starts_with(b".") && !copies.iter().any(|copy| rest.starts_with(copy.as_bytes())));
    is_entry || rest.first().is_some_and(|byte| is_name(*byte))
}

/// A few pieces of which each head has one: of heads of several words what most of them have, or else the longest word.
fn cover(heads: &[&[String]]) -> Vec<String> {
    type Word<'w> = (u64, &'w str);
    let has = |head: &[Word<'_>], (own, piece): Word<'_>| head.iter().any(|(letters, word)| own & !letters == 0 && word.contains(piece));
    let mut heads: Vec<Vec<Word<'_>>> = heads.iter().map(|head| head.iter().map(|word| (letters(word), word.as_str())).collect()).collect();
    let mut pieces: Vec<String> = Vec::new();
    loop {
        let several: Vec<_> = heads.iter().filter(|head| head.len() > 1).collect();
        let count = |word: Word<'_>| several.iter().filter(|head| has(head, word)).count();
        let words: BTreeSet<Word<'_>> = several.iter().flat_map(|head| head.iter().copied()).collect();
        let best = words.into_iter().max_by_key(|word| (count(*word), word.1.len(), std::cmp::Reverse(word.1)));
        let shortest = || heads.iter().flatten().copied().min_by_key(|(_, word)| (word.len(), *word));
        let Some(piece) = best.or_else(shortest) else { return pieces };
        heads.retain(|head| !has(head, piece));
        pieces.push(piece.1.to_owned());
    }
}

/// How a word of these heads is written in a name: `key`, `Key`, `KEY`. A vector search takes three bytes to be fast: a shorter
/// word is looked for with what joins it to the one before, `_pw`, `rPw`.
fn spellings(word: &str, heads: &[&[String]]) -> Vec<String> {
    let capital: String = word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect();
    let upper = word.to_uppercase();
    if word.len() >= MIN_PIECE {
        return vec![word.to_owned(), capital, upper];
    }
    let before = heads.iter().flat_map(|head| head.windows(2)).filter(|pair| pair.last().is_some_and(|last| last == word));
    let letters: BTreeSet<char> = before.filter_map(|pair| pair.first()?.chars().next_back()).collect();
    let joined = letters.into_iter().map(|letter| format!("{letter}{capital}"));
    joined.chain([format!("_{word}"), format!("-{word}"), format!(".{word}"), format!("_{upper}")]).collect()
}

/// Whether a constant that looks generated stands behind a name that speaks of a secret.
fn has_generated(text: &str, name: &Range<usize>, words: &SecretWords) -> bool {
    /// How far behind it, in bytes: more than what is looked at when the program is read.
    const REACH: usize = 300;
    let rest = text.as_bytes().get(name.end..).unwrap_or_default();
    let rest = rest.get(..REACH).unwrap_or(rest);
    let constants =
        rest.split(|byte| !byte.is_ascii_alphanumeric() && !b"+/=".contains(byte)).filter(|constant| constant.len() >= MIN_GENERATED);
    let mut constants = constants.filter_map(|constant| std::str::from_utf8(constant).ok());
    let name = text.get(name.clone()).unwrap_or_default();
    constants.any(|constant| words.is_generated(name, constant.trim_start_matches('=')))
}

/// Whether a name is a part of a string that goes on, or has an escape: `'API' '_KEY'`, `"PASS" + "WORD"`, `API\x5fKEY`.
fn is_put_together(bytes: &[u8], name: &Range<usize>) -> bool {
    let is_quote = |byte: u8| matches!(byte, b'"' | b'\'' | b'`');
    let goes_on = |next: &mut dyn Iterator<Item = &u8>| {
        let Some(&first) = next.next() else { return false };
        let second = next.copied().find(|byte| !byte.is_ascii_whitespace()).unwrap_or(b' ');
        first == b'\\' || (is_quote(first) && (is_quote(second) || matches!(second, b'+' | b'\\')))
    };
    // An escape before a name ends in letters: `\x5f`.
    let escape = bytes[name.start.saturating_sub(1)..name.start].contains(&b'\\');
    escape || goes_on(&mut bytes[name.end..].iter()) || goes_on(&mut bytes[..name.start].iter().rev())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> SecretWords {
        toml::from_str(include_str!("../../../rules/secrets/names.toml")).unwrap()
    }

    fn named(text: &str) -> bool {
        let words = words();
        NameGate::new(words.all_heads(), HashSet::from(["os.environ", "secrets."].map(str::to_owned)), HashSet::new(), HashSet::new())
            .names(text, &words, |_| true)
            .next()
            .is_some()
    }

    #[test]
    fn names_that_say_secret() {
        for text in [
            "api_key",
            "apiKey",
            "API-KEY",
            "x.dbPassword",
            "'Client-Secret'",
            "os.environ",
            "getpass()",
            "'API' '_KEY'",
            "connStr",
            "a.api.key",
            "${{ secrets.yml }}",
            "secrets.KEY.trim()",
        ] {
            assert!(named(text), "{text}");
        }
        for text in [
            "process.environment",
            "os.environ.get(x)",
            "The key is in the keyboard",
            "bypass",
            "passenger",
            "token_count",
            "keys",
            "authors",
            "secretary",
            "monkey",
            "secrets.yml'",
            "secrets.choice(x)",
        ] {
            assert!(!named(text), "{text}");
        }
    }

    #[test]
    fn few_pieces_are_looked_for() {
        let words = words();
        let pieces = cover(&words.all_heads().collect::<Vec<_>>());
        assert!(pieces.len() <= 20, "{pieces:?}");
    }
}
