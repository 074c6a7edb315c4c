use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use serde::Deserialize;

use super::prefixes::Prefixes;

/// A kind of credential whose values start with a registered prefix.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CredentialKind {
    /// What people call it: `RunAgents workspace key`.
    pub name: String,
    /// How its values start.
    pub prefix: String,
    /// The header it belongs in, alone, if its issuer says so.
    #[serde(default)]
    pub header: Option<String>,
    /// Other places that its issuer accepts.
    #[serde(default)]
    pub also: Vec<Place>,
    /// Where its places are what counts: hosts of its issuer, each with the start of a path (`*.example.com/api/`).
    /// Other services take such keys as they like. Everywhere, if none are named.
    #[serde(default)]
    pub at: Vec<String>,
    /// What follows the prefix, as it is issued.
    #[serde(default)]
    pub body: Option<Body>,
    /// Whether the prefix is also found in plain speech, so that only what has the whole shape counts.
    #[serde(default)]
    pub strict: bool,
    /// Whether values may be public by design (a browser key that is restricted by referrer).
    #[serde(default)]
    pub public: bool,
    /// Names under which examples carry it.
    #[serde(default)]
    pub variables: Vec<String>,
    /// Where its issuer says all this.
    #[serde(default)]
    pub source: Option<String>,
}

/// A place in a request where a credential may travel.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// A header with nothing but the credential.
    Header(String),
    /// The `Authorization` header, after this scheme.
    Scheme(String),
    /// A query parameter.
    Query(String),
    /// User name or password of HTTP Basic authentication.
    Basic,
}

impl CredentialKind {
    /// Takes over what a project says of a kind that is known: its word about the place stands alone, everywhere, and for
    /// placeholders too. The shape stays that of the issuer.
    pub fn restate(&mut self, project: &Self) {
        self.name.clone_from(&project.name);
        self.variables.extend(project.variables.iter().cloned());
        self.strict = false;
        if let Some(header) = &project.header {
            self.header = Some(header.clone());
            self.also.clear();
            self.at.clear();
            self.source = None;
        }
    }

    /// What follows the prefix, as it is issued or as it is assumed.
    pub fn shape(&self) -> Cow<'_, Body> {
        self.body.as_ref().map_or_else(|| Cow::Owned(Body::assumed()), Cow::Borrowed)
    }

    /// Whether a value has the length and the characters of those that are issued.
    pub fn is_shaped(&self, key: &str) -> bool {
        let shape = self.shape();
        key.strip_prefix(self.prefix.as_str()).is_some_and(|body| {
            let length = body.chars().count();
            length >= shape.min && shape.max.is_none_or(|max| length <= max) && body.chars().all(|c| shape.alphabet.has(c))
        })
    }
}

/// What follows a credential's prefix.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// The characters it is made of.
    pub alphabet: Alphabet,
    /// The least number of characters.
    pub min: usize,
    /// The greatest number of characters, if there is one.
    #[serde(default)]
    pub max: Option<usize>,
}

impl Body {
    /// The shape that is assumed of a kind that states none.
    fn assumed() -> Self {
        Self { alphabet: Alphabet::words(), min: 20, max: None }
    }
}

/// A set of characters, written as in a bracket expression: `A-Za-z0-9_-`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Alphabet(BTreeSet<char>);

impl Alphabet {
    /// Letters, digits, underscore and hyphen.
    fn words() -> Self {
        let characters = ('a'..='z').chain('A'..='Z').chain('0'..='9');
        Self(characters.chain(['_', '-']).collect())
    }

    /// Whether it has this character.
    pub fn has(&self, character: char) -> bool {
        self.0.contains(&character)
    }

    /// The number of its characters.
    pub fn size(&self) -> usize {
        self.0.len()
    }
}

impl TryFrom<String> for Alphabet {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let characters: Vec<char> = text.chars().collect();
        let mut set = BTreeSet::new();
        let mut rest = characters.as_slice();
        loop {
            match rest {
                [] => break,
                [first, '-', last, more @ ..] => {
                    if !first.is_ascii() || !last.is_ascii() || first > last {
                        return Err(format!("`{first}-{last}` is no range of ASCII characters"));
                    }
                    set.extend(*first..=*last);
                    rest = more;
                }
                [one, more @ ..] => {
                    set.insert(*one);
                    rest = more;
                }
            }
        }
        Ok(Self(set))
    }
}

/// A credential that was found in a text: which kind, and the bytes of its characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The index of its kind.
    pub kind: usize,
    /// Its bytes in the text: prefix, body, and what stands for the rest of it (`...`, `<your_key>`).
    pub range: Range<usize>,
}

/// Finds credentials by their prefixes, all in one pass.
#[derive(Debug)]
pub(super) struct KeyFinder(Prefixes);

impl KeyFinder {
    /// Of two kinds with one prefix the later one decides: the configuration's.
    pub(super) fn new(kinds: &[CredentialKind]) -> Self {
        Self(Prefixes::new(kinds.iter().map(|kind| kind.prefix.as_str())))
    }

    pub(super) fn is_match(&self, bytes: &[u8]) -> bool {
        self.0.is_match(bytes)
    }

    pub(super) fn find<'a>(&'a self, kinds: &'a [CredentialKind], text: &'a str) -> impl Iterator<Item = Key> + 'a {
        let mut end = 0;
        self.0.find(text.as_bytes()).into_iter().filter_map(move |found| {
            let kind = kinds.get(found.index)?;
            let start = found.range.start;
            if start < end || !starts_word(text, start) {
                return None;
            }
            let range = start..key_end(text, found.range.end, kind)?;
            let counts = !kind.strict || text.get(range.clone()).is_some_and(|key| kind.is_shaped(key));
            end = if counts { range.end } else { end };
            counts.then_some(Key { kind: found.index, range })
        })
    }
}

/// Whether a word starts at `at`: no letter, digit or underscore before it, unless that belongs to an escape (`\n`, `%20`).
fn starts_word(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let mut back = before.chars().rev();
    let (last, second, third) = (back.next(), back.next(), back.next());
    match last {
        Some('n' | 't' | 'r') if second == Some('\\') => true,
        Some(one) if third == Some('%') && one.is_ascii_hexdigit() && second.is_some_and(|two| two.is_ascii_hexdigit()) => true,
        // `extra-ra_ws_a` is one word, `${KEY:-ra_ws_a}` is not.
        Some('-') => second.is_none_or(|two| !two.is_alphanumeric()),
        Some(one) => !one.is_alphanumeric() && one != '_',
        None => true,
    }
}

/// Where the credential ends whose prefix ends at `start`; nothing if only the prefix stands there (a prefix test, prose about the prefix).
fn key_end(text: &str, start: usize, kind: &CredentialKind) -> Option<usize> {
    const LONGEST: usize = 1024;
    let rest = text.get(start..)?;
    let rest = rest.get(..LONGEST.min(rest.len())).unwrap_or(rest);
    let alphabet = kind.body.as_ref().map(|body| &body.alphabet);
    let belongs = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-') || alphabet.is_some_and(|alphabet| alphabet.has(c));
    let run = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
    // A full stop at the end of a run ends a sentence, or begins an ellipsis.
    let run = rest.get(..run)?.trim_end_matches('.').len();
    let tail = placeholder_len(rest.get(run..)?);
    (run + tail > 0).then_some(start + run + tail)
}

/// The length of what stands for the rest of a key: an ellipsis, stars, or a name in brackets.
fn placeholder_len(rest: &str) -> usize {
    const LONGEST: usize = 64;
    let same = |c: char| rest.len() - rest.trim_start_matches(c).len();
    let dots = same('.');
    if dots >= 2 {
        return dots;
    }
    // One star is a pattern: `ra_ws_*`.
    let run = same('…').max(same('•')).max(if same('*') > 1 { same('*') } else { 0 });
    if run > 0 {
        return run;
    }
    for (open, close) in [("<", ">"), ("${{", "}}"), ("${", "}"), ("{{", "}}"), ("{", "}"), ("[", "]"), ("$(", ")")] {
        if rest.starts_with(open) {
            let inner = rest.lines().next().unwrap_or_default();
            return match inner.find(close) {
                Some(at) if at > open.len() && at <= LONGEST => at + close.len(),
                _ => 0,
            };
        }
    }
    let name = rest.strip_prefix('$').unwrap_or_default();
    let name_len = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
    if name_len > 0 { name_len + 1 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds() -> Vec<CredentialKind> {
        let file = r#"
            credential = [
                { name = "one", prefix = "ra_ws_" },
                { name = "two", prefix = "ra_ws_live_" },
                { name = "three", prefix = "dt.", body = { alphabet = "A-Z0-9.", min = 4 } },
                { name = "four", prefix = "key-", strict = true, body = { alphabet = "0-9a-f", min = 8, max = 8 } },
            ]
        "#;
        #[derive(Deserialize)]
        struct File {
            credential: Vec<CredentialKind>,
        }
        toml::from_str::<File>(file).unwrap().credential
    }

    fn found(text: &str) -> Vec<(usize, String)> {
        let kinds = kinds();
        let finder = KeyFinder::new(&kinds);
        finder.find(&kinds, text).map(|key| (key.kind, text[key.range].to_owned())).collect()
    }

    #[test]
    fn a_key_ends_where_its_alphabet_or_its_placeholder_ends() {
        for (text, key) in [
            ("Bearer ra_ws_abc123\"", "ra_ws_abc123"),
            ("ra_ws_... is", "ra_ws_..."),
            ("ra_ws_abc123...", "ra_ws_abc123..."),
            ("ra_ws_…", "ra_ws_…"),
            ("`ra_ws_<your_key>`", "ra_ws_<your_key>"),
            ("f'ra_ws_{suffix}'", "ra_ws_{suffix}"),
            ("ra_ws_$ID/x", "ra_ws_$ID"),
            ("see ra_ws_abc.", "ra_ws_abc"),
            ("ra_ws_***", "ra_ws_***"),
            ("<ra_ws_...>", "ra_ws_..."),
            ("\\nra_ws_a", "ra_ws_a"),
            ("Bearer%20ra_ws_a", "ra_ws_a"),
        ] {
            assert_eq!(found(text), [(0, key.to_owned())], "{text}");
        }
        assert_eq!(found("dt.AB12.CD34. Then"), [(2, "dt.AB12.CD34".to_owned())]);
    }

    #[test]
    fn a_prefix_alone_or_within_a_word_is_no_key() {
        for text in
            ["ra_ws_", "\"ra_ws_\"", "keys start with `ra_ws_`", "ultra_ws_abc", "extra-ra_ws_abc", "ra_ws_<", "ra_ws_.", "ra_ws_*)"]
        {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn a_word_of_plain_speech_is_a_key_only_if_it_has_the_shape() {
        assert_eq!(found("key-value key-0123abcd key-0123abcde"), [(3, "key-0123abcd".to_owned())]);
    }

    #[test]
    fn the_later_of_two_kinds_with_one_prefix_decides() {
        let kinds = [kinds(), kinds()].concat();
        let keys: Vec<Key> = KeyFinder::new(&kinds).find(&kinds, "ra_ws_a").collect();
        assert_eq!(keys, [Key { kind: 4, range: 0..7 }]);
    }

    #[test]
    fn the_longest_prefix_decides() {
        assert_eq!(found("ra_ws_live_1"), [(1, "ra_ws_live_1".to_owned())]);
        assert_eq!(found("ra_ws_lively"), [(0, "ra_ws_lively".to_owned())]);
    }

    #[test]
    fn prefixes_in_a_row_take_linear_time() {
        let text = "-ra_ws_".repeat(100_000);
        assert!(!found(&text).is_empty());
    }

    #[test]
    fn an_alphabet_is_a_bracket_expression() {
        let hex = Alphabet::try_from("0-9a-f".to_owned()).unwrap();
        assert!(hex.has('b') && !hex.has('g') && hex.size() == 16);
        assert!(Alphabet::try_from("_-".to_owned()).unwrap().has('-'));
        assert!(Alphabet::try_from("z-a".to_owned()).is_err());
    }
}
