//! Whether a file can hold anything that is held against a contract, which a byte search tells for most that do not.

use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;
use memchr::memmem;

use super::contracts::ApiContract;

/// A word that is shorter than this is looked for as a whole; of a longer one each half, for a program may put it together from two.
const MIN_HALVES: usize = 8;

/// Shorter literals of paths tell nothing.
const MIN_LITERAL: usize = 3;

/// What asks for paths that stand behind a base without a slash in front.
const RELATIVE: [&[u8]; 2] = [b"axios", b"useSWR"];

/// How characters of a host or of a name may be written otherwise: in strings, in markup, in URLs.
const ESCAPES: [&str; 8] = ["\\x", "\\u", "\\U", "&#", "%4", "%5", "%6", "%7"];

/// Tells which files may speak of an API.
#[derive(Debug, Default)]
pub(super) struct Gate {
    /// Words of which one stands in every file that names a host of the API, or a variable that holds its URL; `None` if no word does.
    names: Option<AhoCorasick>,
    /// The literals of its paths, with the slash in front.
    paths: Option<AhoCorasick>,
    /// The first literals of its paths, with a quote in front.
    quoted: Option<AhoCorasick>,
}

impl Gate {
    pub(super) fn of(contract: &ApiContract) -> Self {
        let mut names = Vec::new();
        let mut is_open = false;
        for labels in contract.host_names() {
            let words = labels.iter().flat_map(|label| label.split(|c: char| !c.is_ascii_alphanumeric()));
            let longest = words.max_by_key(|word| word.len()).unwrap_or_default();
            // An address can be written in several ways, and so can a name with other letters.
            let is_plain = labels.iter().all(|label| label.is_ascii() && !label.starts_with("xn--"))
                && longest.contains(|c: char| c.is_ascii_alphabetic());
            is_open |= !is_plain;
            names.extend(halves(longest));
        }
        names.extend(contract.own_names().flat_map(halves));
        let declared = contract.declared();
        names.extend(declared.into_iter().flat_map(|declared| &declared.base_variables).flat_map(|name| halves(name)));
        let build = |words: &[String]| AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok();
        let templates = || contract.api().paths.iter().filter_map(|item| item.template.as_ref());
        let firsts = templates().filter_map(|template| template.as_str().trim_start_matches('/').split('/').next());
        let firsts: BTreeSet<_> = firsts.filter(|first| first.len() >= MIN_LITERAL && !first.contains('{')).collect();
        let quoted: Vec<_> = firsts.iter().flat_map(|first| ['"', '\'', '`'].map(|quote| format!("{quote}{first}"))).collect();
        let literals = templates().flat_map(|template| template.as_str().split('/'));
        let mut paths: Vec<_> = literals
            .filter(|literal| literal.len() >= MIN_LITERAL && !literal.contains('{'))
            .map(|literal| format!("/{literal}"))
            .collect();
        paths.sort_unstable();
        paths.dedup();
        Self { names: if is_open { None } else { build(&names) }, paths: build(&paths), quoted: build(&quoted) }
    }

    /// Whether these bytes may name a host of the API, or a variable that holds its URL.
    pub(super) fn may_name(&self, bytes: &[u8]) -> bool {
        let is_escaped = || ESCAPES.iter().any(|escape| memmem::find(bytes, escape.as_bytes()).is_some());
        self.names.as_ref().is_none_or(|names| names.is_match(bytes)) || is_escaped()
    }

    /// Whether the literals of its paths stand there so often.
    pub(super) fn has_paths(&self, bytes: &[u8], count: usize) -> bool {
        let has = |words: &Option<AhoCorasick>| words.as_ref().is_some_and(|words| words.find_iter(bytes).take(count).count() == count);
        let is_relative = || RELATIVE.iter().any(|word| memmem::find(bytes, word).is_some());
        has(&self.paths) || (is_relative() && has(&self.quoted))
    }
}

/// A word in two parts of which one is whole wherever the word is put together from two.
fn halves(word: &str) -> Vec<String> {
    match word.split_at_checked(word.len() / 2) {
        Some((one, two)) if word.len() >= MIN_HALVES => vec![one.to_owned(), two.to_owned()],
        _ => vec![word.to_owned()],
    }
}
