//! Whether a data file can say anything that is asked for: by its name and a search of its bytes, before it is parsed.

use memchr::memmem;

use super::pattern::path_matches;
use crate::model::{DataFile, Text};
use crate::parse::script::names_host;
use crate::parse::{Context, Setting, manifest, openapi};

/// What a comment that addresses this program contains.
pub(super) const COMMENT: &str = "congruent:";

/// Whether anything that was asked for can be in a data file with this text: most hold no load.
pub(super) fn wanted(context: &Context<'_>, text: &Text<'_>) -> bool {
    let (wanted, bytes) = (context.wanted(), text.as_str().as_bytes());
    let holds = |word: &str| memmem::find(bytes, word.as_bytes()).is_some();
    // What is known by its roots loads nothing.
    let may_load = |file: &DataFile| {
        file.roots.is_empty() && (!file.url.is_empty() || !file.key.is_empty() || file.text.iter().any(|known| !known.sample))
    };
    let may_hold_program = || {
        // Front matter has the name of its page.
        !context.is_markdown() && files(context).any(|file| may_hold_program(file, bytes))
    };
    context.wants_code(text.as_str())
        || openapi::wanted(context, text.as_str())
        || manifest::wanted(context, text.as_str())
        || context.has_key(text.whole_span())
        || (wanted.comments && holds(COMMENT))
        || (wanted.loads && *context.setting() == Setting::Live && (files(context).any(may_load) || holds("site_name")))
        || ((wanted.secret_flows || context.tests_hosts())
            && may_hold_program()
            && (context.may_show_secrets()
                || (context.tests_hosts() && names_host(context.source().as_bytes(), &context.vocabulary().hosts, true))))
}

/// What is known of files of this name. What their roots have to have is not known yet.
fn files<'v>(context: &Context<'v>) -> impl Iterator<Item = &'v DataFile> {
    let path = context.path();
    context.vocabulary().data_files.iter().filter(move |file| file.paths.iter().any(|pattern| path_matches(pattern, path)))
}

/// Whether programs may stand in the values of this file: not where it has none of the keys that say so.
fn may_hold_program(file: &DataFile, bytes: &[u8]) -> bool {
    let last = |pattern: &str| pattern.rsplit('.').next().is_none_or(|key| key.contains('*') || has_key(bytes, key));
    let has_root = || file.roots.is_empty() || file.roots.iter().any(|root| has_key(bytes, root));
    file.text.iter().filter(|known| !known.sample).any(|known| known.keys.iter().any(|pattern| last(pattern))) && has_root()
}

/// Whether this may be a key in the file: `run:`, `"run" :`, `run = `, `[run]`, `[tool.run]`.
fn has_key(bytes: &[u8], key: &str) -> bool {
    memmem::find_iter(bytes, key).any(|at| {
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let begins = !at.checked_sub(1).is_some_and(|before| is_word(bytes[before]));
        let rest = bytes[at + key.len()..].trim_ascii_start();
        begins && rest.first().is_some_and(|byte| matches!(byte, b':' | b'=' | b'"' | b'\'' | b']' | b'.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_from_other_words() {
        for text in ["run: a", "\"run\" : \"a\"", "- run:\n", "{run: a}", "run = 'a'", "[a.run]", "run.x = 1"] {
            assert!(has_key(text.as_bytes(), "run"), "{text}");
        }
        for text in ["prune: a", "run-parallel: 1", "a run of", "npm-run: 1"] {
            assert!(!has_key(text.as_bytes(), "run"), "{text}");
        }
    }
}
