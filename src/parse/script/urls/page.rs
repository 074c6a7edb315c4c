//! Whether a program is a page's script.
//!
//! What stands in a page is. Of a file it is told by where it lies and by the words it uses: a browser's objects, or those
//! of a program that runs elsewhere. Which words and folders those are is data ([`PageSigns`]).

use memchr::memmem;

use crate::model::PageSigns;
use crate::parse::script::Language;
use crate::parse::{Context, Format};

/// What a program is to a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::parse::script) enum Page {
    /// A page runs it.
    Yes,
    /// Nothing says whether a page runs it.
    Perhaps,
    /// It runs elsewhere: a server, a build, a command line.
    No,
}

/// Judges the document that is parsed, or the program in this language that stands in it.
pub(in crate::parse::script) fn judge(context: &Context<'_>, language: Language, signs: &PageSigns) -> Page {
    match Format::of(context.path(), context.source()) {
        _ if !language.is_javascript() => return Page::No,
        Format::Script(_) => {}
        Format::Html | Format::Markdown | Format::Xml => return Page::Yes,
        _ => return Page::No,
    }
    let source = context.source().as_bytes();
    let uses = |words: &[String]| words.iter().any(|word| has_word(source, word.as_bytes()));
    if is_at(context.path(), &signs.programs) || uses(&signs.program_words) || source.starts_with(b"#!") {
        Page::No
    } else if uses(&signs.page_words) || is_at(context.path(), &signs.folders) {
        Page::Yes
    } else {
        Page::Perhaps
    }
}

/// Judges a document that is a bundle: those for pages hold words of other programs too.
pub(in crate::parse::script) fn judge_bundle(context: &Context<'_>, signs: &PageSigns) -> Page {
    let source = context.source().as_bytes();
    let asks = signs.program_imports.iter().any(|import| memmem::find(source, import.as_bytes()).is_some());
    if asks { Page::No } else { Page::Yes }
}

/// Whether the document is a test.
pub(in crate::parse::script) fn is_test(context: &Context<'_>, signs: &PageSigns) -> bool {
    matches!(Format::of(context.path(), context.source()), Format::Script(_)) && is_at(context.path(), &signs.tests)
}

/// Whether a folder on the path, the file's name up to its first dot, or a part after a dot (`.test`) is one of these;
/// `*` at an end stands for anything.
fn is_at(path: &str, places: &[String]) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let mut parts = name.split('.');
    let stem = parts.next().unwrap_or_default();
    let mut folders = folders.split('/').chain([stem]);
    let is_place = |part: &str| {
        places.iter().any(|place| match (place.strip_prefix('*'), place.strip_suffix('*')) {
            (Some(end), _) => part.ends_with(end),
            (None, Some(start)) => part.starts_with(start),
            (None, None) => place == part,
        })
    };
    let ends = |part: &str| places.iter().any(|place| place.strip_prefix('.') == Some(part));
    folders.any(is_place) || parts.any(ends)
}

/// Whether a word stands in the source between characters that are no part of a name.
fn has_word(source: &[u8], word: &[u8]) -> bool {
    let is_name = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'-'));
    memmem::find_iter(source, word).any(|at| {
        let before = at.checked_sub(1).and_then(|before| source.get(before));
        !is_name(before) && before != Some(&b'.') && !is_name(source.get(at + word.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_folders_stems_and_parts_after_dots() {
        let places = ["test".to_owned(), ".spec".to_owned(), "test_*".to_owned(), "*_test".to_owned()];
        for path in ["a/test_b.py", "b_test.go", "test/a.js", "a/test/b.js", "test.js", "a.spec.ts", "x/a.b.spec.ts"] {
            assert!(is_at(path, &places), "{path}");
        }
        for path in ["a.test.js", "latest/a.js", "spec/a.js", "mytest.js", "a.specs.js"] {
            assert!(!is_at(path, &places), "{path}");
        }
    }

    #[test]
    fn words_are_whole() {
        assert!(has_word(b"if (window.x)", b"window"));
        assert!(!has_word(b"a.window", b"window"));
        assert!(!has_word(b"windows + my-window", b"window"));
    }
}
