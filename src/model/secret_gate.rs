//! Whether a program may show a secret, for which it has to hold a name that says secret and something that shows: by a search
//! of its bytes, before it is parsed.

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

use aho_corasick::AhoCorasick;
use aho_corasick::packed::{Config, MatchKind, Searcher};

use super::secret_words::{CallSays, Says, SecretWords};

/// The longest name that is looked at, in bytes.
const MAX_NAME: usize = 120;

/// The shortest piece that is looked for as it is, in bytes.
const MIN_PIECE: usize = 3;

/// Finds names that say that a secret is kept under them.
#[derive(Debug)]
pub(super) struct NameGate {
    pieces: Pieces,
    /// The whole environment.
    whole: Vec<String>,
    /// Commands that show it.
    dumps: HashSet<String>,
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
    /// `heads` are heads of names as lists of words; `whole` is the whole environment, and `dumps` are commands that show it.
    pub(super) fn new<'w>(heads: impl Iterator<Item = &'w [String]>, whole: HashSet<String>, dumps: HashSet<String>) -> Self {
        let mut sorted: Vec<String> = whole.into_iter().collect();
        sorted.sort_by_key(|path| (path.len(), path.clone()));
        let mut whole: Vec<String> = Vec::new();
        for path in sorted {
            if !whole.iter().any(|known| path.contains(known.as_str())) {
                whole.push(path);
            }
        }
        let heads: Vec<_> = heads.filter(|head| !head.is_empty()).collect();
        let names = cover(&heads).into_iter().flat_map(|piece| spellings(&piece, &heads));
        // What says more comes first.
        let pieces: Vec<String> = whole.iter().cloned().chain(names).chain(dumps.iter().cloned()).collect();
        let packed = Config::new().match_kind(MatchKind::LeftmostFirst).builder().extend(&pieces).build();
        let pieces = match packed.map(Pieces::Packed) {
            Some(packed) => packed,
            None => AhoCorasick::new(&pieces).map_or(Pieces::All, Pieces::Automaton),
        };
        Self { pieces, whole, dumps }
    }

    /// Where such names stand in the text (byte offsets), among the places that count.
    pub(super) fn names<'a>(
        &'a self,
        text: &'a str,
        words: &'a SecretWords,
        mut counts: impl FnMut(usize) -> bool + 'a,
    ) -> Box<dyn Iterator<Item = usize> + 'a> {
        let says = move |range: &Range<usize>| {
            let piece = &text[range.clone()];
            if self.dumps.contains(piece) {
                return Show::Dump.stands(&text.as_bytes()[..range.start], &text.as_bytes()[range.end..]) && counts(range.start);
            }
            counts(range.start)
                && ((self.whole.iter().any(|path| path == piece) && stands_alone(text, range)) || says_secret(text, range, words))
        };
        match &self.pieces {
            Pieces::Packed(searcher) => Box::new(searcher.find_iter(text).map(|piece| piece.range()).filter(says).map(|range| range.start)),
            Pieces::Automaton(automaton) => {
                Box::new(automaton.find_iter(text).map(|piece| piece.range()).filter(says).map(|range| range.start))
            }
            Pieces::All => Box::new(std::iter::once(0)),
        }
    }
}

/// Whether neither a name nor a member goes on around this range.
fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    let bytes = text.as_bytes();
    let before = range.start.checked_sub(1).and_then(|before| bytes.get(before));
    let goes_on = !text[range.clone()].ends_with('.') && bytes.get(range.end).is_some_and(|byte| is_name(*byte));
    !before.is_some_and(|byte| is_name(*byte)) && !goes_on
}

/// A few pieces of which each head has one: of heads of several words what most of them have, or else the longest word.
fn cover(heads: &[&[String]]) -> Vec<String> {
    let has = |head: &[String], piece: &str| head.iter().any(|word| word.contains(piece));
    let mut heads = heads.to_vec();
    let mut pieces: Vec<String> = Vec::new();
    loop {
        let is_open = |several: bool| move |head: &&&[String]| (head.len() > 1) == several;
        let count = |word: &str| heads.iter().filter(is_open(true)).filter(|head| has(head, word)).count();
        let several = heads.iter().filter(is_open(true)).flat_map(|head| head.iter());
        let best = several.max_by_key(|word| (count(word), word.len(), std::cmp::Reverse(*word)));
        let shortest = || heads.iter().flat_map(|head| head.iter()).min_by_key(|word| (word.len(), *word));
        let Some(piece) = best.or_else(shortest).cloned() else { return pieces };
        heads.retain(|head| !has(head, &piece));
        pieces.push(piece);
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

/// Whether the name around this piece says secret, or may be put together with others that do.
fn says_secret(text: &str, piece: &Range<usize>, words: &SecretWords) -> bool {
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
        matches!(words.name(name), Says::Secret | Says::Perhaps(_)) || words.call(name) == CallSays::Secret
    };
    let joined = run(b"-.");
    says(&name) || (joined != name && (says(&joined) || says(&run(b"-")))) || is_put_together(bytes, &name)
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

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// What something that shows looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Show {
    /// The last part of a callee: its arguments follow in parentheses.
    Call,
    /// The same, where a call does without them.
    BareCall,
    /// An object one of whose methods shows, as far as it may be looked up by a key: `console[`.
    Object,
    /// A part of the name of a logger: a method follows.
    Logger,
    /// A shell's command.
    Command,
    /// A shell's command that shows the whole environment: no operand follows.
    Dump,
    /// What shows what follows: `set -x`.
    Trace,
}

/// Finds what may show something.
#[derive(Debug)]
pub(super) struct ShowGate {
    automaton: Option<AhoCorasick>,
    kinds: Vec<Show>,
}

/// What shows in a language, or in several.
#[derive(Debug, Default)]
pub(super) struct Shows {
    /// Callees, loggers' packages, and commands, as they are called.
    pub(super) callees: Vec<String>,
    pub(super) loggers: Vec<String>,
    pub(super) commands: Vec<String>,
    pub(super) dumps: Vec<String>,
    /// Which callees do without parentheses: this one, or all.
    pub(super) bare: Option<&'static str>,
    /// Whether a shell's traces count.
    pub(super) traces: bool,
    /// Whether case means nothing.
    pub(super) ignore_case: bool,
}

impl Shows {
    /// All callees.
    pub(super) const ALL: &'static str = "*";
}

impl ShowGate {
    pub(super) fn new(all: impl Iterator<Item = Shows>) -> Self {
        let mut needles: Vec<(String, Show)> = Vec::new();
        let mut ignore_case = false;
        for shows in all {
            ignore_case |= shows.ignore_case;
            for callee in shows.callees.iter().map(|callee| callee.trim_end_matches("()")) {
                let (object, last) = callee.rsplit_once('.').unwrap_or(("", callee));
                let is_bare = shows.bare.is_some_and(|bare| bare == callee || bare == Shows::ALL);
                needles.push((last.to_owned(), if is_bare { Show::BareCall } else { Show::Call }));
                if let Some(object) = object.rsplit('.').next().filter(|object| !object.is_empty()) {
                    needles.push((object.trim_end_matches("()").to_owned(), Show::Object));
                }
            }
            needles.extend(shows.loggers.into_iter().map(|name| (name, Show::Logger)));
            needles.extend(shows.commands.into_iter().map(|name| (name, Show::Command)));
            needles.extend(shows.dumps.into_iter().map(|name| (name, Show::Dump)));
            if shows.traces {
                needles.extend(["set -", "xtrace", "bash -", "sh -"].map(|trace| (trace.to_owned(), Show::Trace)));
            }
        }
        needles.sort();
        needles.dedup();
        let (needles, kinds): (Vec<_>, Vec<_>) = needles.into_iter().unzip();
        // An automaton over some hundred short literals can't fail to build; if it did, everything would be read.
        Self { automaton: AhoCorasick::builder().ascii_case_insensitive(ignore_case).build(needles).ok(), kinds }
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        let Some(automaton) = &self.automaton else { return true };
        automaton.find_overlapping_iter(text).any(|found| {
            let (before, rest) = (&text.as_bytes()[..found.start()], &text.as_bytes()[found.end()..]);
            self.kinds.get(found.pattern().as_usize()).is_none_or(|kind| kind.stands(before, rest))
        })
    }
}

impl Show {
    /// Whether it may stand between these bytes.
    fn stands(self, before: &[u8], rest: &[u8]) -> bool {
        let space = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let next = rest.get(space).copied().unwrap_or(b'\n');
        let begins = !before.last().is_some_and(|byte| is_name(*byte));
        let has_operand = space > 0 && (is_name(next) || b"\"'`$@:-{[&*%\\<|".contains(&next));
        match self {
            Self::Call => begins && (next == b'(' || rest.starts_with(b"?.(") || rest.starts_with(b".")),
            Self::BareCall => begins && (next == b'(' || has_operand),
            Self::Object => begins && (next == b'[' || rest.starts_with(b"?.[")),
            Self::Logger => {
                let name = rest.iter().take_while(|byte| is_name(**byte)).count();
                rest.get(name).is_some_and(|byte| matches!(byte, b'.' | b'(' | b'?' | b'-' | b':' | b'[' | b'!' | b'&' | b')'))
                    || rest[name..].trim_ascii_start().starts_with(b".")
            }
            Self::Command => is_command(before) && (space > 0 || matches!(next, b'<' | b'\n' | b'\r' | b'|' | b';' | b'&' | b'>')),
            Self::Dump => {
                let ends =
                    |byte| matches!(byte, b'\n' | b'\r' | b';' | b'|' | b'&' | b'>' | b')' | b'`' | b'"' | b'\'' | b'-' | b'<' | b'2');
                is_command(before) && ends(next)
            }
            Self::Trace => true,
        }
    }
}

/// Whether a command's word may follow: at the start of a line, of a string or of a list's next part, behind a prompt, or
/// behind a word that commands follow.
fn is_command(before: &[u8]) -> bool {
    let words = before.trim_ascii_end();
    let gap = before.get(words.len()..).unwrap_or_default();
    let Some(last) = words.last().filter(|_| !gap.contains(&b'\n')) else { return true };
    let is_word = |word: &&str| words.ends_with(word.as_bytes()) && !words.iter().rev().nth(word.len()).is_some_and(|byte| is_name(*byte));
    match last {
        b'"' | b'\'' | b'`' | b'(' | b'{' | b';' | b'|' | b'&' | b'!' | b'@' | b'$' | b'>' | b'%' | b'\\' | b'/' | b':' | b'[' | b','
        | b'=' => true,
        b'-' | b'#' | b'+' => !gap.is_empty(),
        _ => {
            !gap.is_empty()
                && [
                    "then", "do", "else", "sudo", "exec", "time", "command", "env", "run", "RUN", "CMD", "builtin", "xargs", "if", "while",
                    "-c",
                ]
                .iter()
                .any(is_word)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> SecretWords {
        toml::from_str(include_str!("../../rules/secrets/names.toml")).unwrap()
    }

    fn named(text: &str) -> bool {
        let words = words();
        NameGate::new(words.all_heads(), HashSet::from(["os.environ".to_owned()]), HashSet::new())
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
        ] {
            assert!(named(text), "{text}");
        }
        for text in ["The key is in the keyboard", "bypass", "passenger", "token_count", "keys", "authors", "secretary", "monkey"] {
            assert!(!named(text), "{text}");
        }
    }

    #[test]
    fn few_pieces_are_looked_for() {
        let words = words();
        let pieces = cover(&words.all_heads().collect::<Vec<_>>());
        assert!(pieces.len() <= 20, "{pieces:?}");
    }

    #[test]
    fn calls_that_show() {
        let shows = Shows {
            callees: ["print", "console.log"].map(str::to_owned).to_vec(),
            loggers: ["log".to_owned()].to_vec(),
            commands: ["echo".to_owned()].to_vec(),
            dumps: ["env".to_owned()].to_vec(),
            bare: Some("print"),
            traces: true,
            ignore_case: false,
        };
        let gate = ShowGate::new([shows].into_iter());
        for text in [
            "print(x)",
            "print x",
            "console.log (x)",
            "log(x)",
            "console['log'](x)",
            "logger.info(x)",
            "a;echo x",
            "env\n",
            "env",
            "set -x",
        ] {
            assert!(gate.is_match(text), "{text}");
        }
        for text in [
            "blueprint(x)",
            "printed",
            "console",
            "catalog",
            "login",
            "echoes",
            "env A=b",
            "environment",
            "the log of an echo",
            "no more echo and env than that",
        ] {
            assert!(!gate.is_match(text), "{text}");
        }
    }
}
