//! The names of an archive's entries: what they mean where it is unpacked, and which of them are the same.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization as _;

/// Begins the folder in which an entry is put whose name another one has already. No plain name holds it.
pub(super) const AGAIN: char = '\u{1}';

/// The name without what says nothing: `./` before it, `//` and `/./` in it, `/` behind it.
pub(super) fn plain(name: &str) -> String {
    let parts: Vec<_> = name.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    parts.join("/").replace(AGAIN, r"\x01")
}

/// Why a file of this name would not be unpacked into the folder where the archive is.
pub(super) fn escapes(name: &str) -> Option<&'static str> {
    let has_drive = matches!(name.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    if name.starts_with('/') || has_drive || name.starts_with(r"\\") {
        Some("its name is absolute")
    } else if name.split(['/', '\\']).any(|part| part == "..") {
        Some("its name leads out of the archive by `..`")
    } else if name.contains('\0') {
        Some("its name holds a NUL")
    } else {
        None
    }
}

/// Why a link with this name would not lead to a place in the archive. The target of a hard link is a name in the archive.
pub(super) fn leaves(name: &str, target: &str, is_hard: bool) -> Option<&'static str> {
    if target.starts_with('/')
        || target.starts_with('\\')
        || matches!(target.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
    {
        return Some("to an absolute path");
    }
    let mut depth = 0_usize;
    let folder = if is_hard { "" } else { name.rsplit_once('/').map_or("", |(folder, _)| folder) };
    for part in folder.split('/').chain(target.split(['/', '\\'])) {
        match part {
            "" | "." => {}
            ".." => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return Some("out of the archive"),
            },
            _ => depth += 1,
        }
    }
    None
}

/// The names of one archive that have come by.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// How often each has come, and the hash of its content at last.
    seen: HashMap<String, (usize, Option<String>)>,
    /// The first of the names that fold to the same.
    folded: HashMap<String, String>,
}

/// A name that has come by before.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Twin {
    /// The very same, with the hash of the content that it had.
    Same(Option<String>),
    /// One that differs in case or in the normal form of Unicode.
    Alike(String),
}

impl Names {
    /// Notes a name: how often it has come before, and its twin. `is_folding` is whether case and normal forms don't matter.
    pub(super) fn note(&mut self, name: &str, is_folding: bool) -> (usize, Option<Twin>) {
        if let Some((count, hash)) = self.seen.get_mut(name) {
            *count += 1;
            return (*count, Some(Twin::Same(hash.clone())));
        }
        self.seen.insert(name.to_owned(), (0, None));
        if !is_folding {
            return (0, None);
        }
        let folded: String = name.nfc().flat_map(char::to_lowercase).nfc().collect();
        let first = self.folded.entry(folded).or_insert_with(|| name.to_owned());
        (0, (first != name).then(|| Twin::Alike(first.clone())))
    }

    /// Says what the content of a name was.
    pub(super) fn content(&mut self, name: &str, hash: &str) {
        if let Some((_, last)) = self.seen.get_mut(name) {
            *last = Some(hash.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_out_is_seen() {
        for name in ["/etc/passwd", "../a", "a/../../b", "C:/a", r"a\..\b", r"\\host\share", "a\0.py", "a/.."] {
            assert!(escapes(name).is_some(), "{name}");
        }
        for name in ["a", "./a", "a..b/c", "...", "a/b:c", r"system-a\x2db.slice", "..a"] {
            assert_eq!(escapes(name), None, "{name}");
        }
        for (name, target, is_hard) in [
            ("a", "/etc/passwd", false),
            ("a", "../b", false),
            ("a/b", "../../c", false),
            ("a/b", "../c", true),
            ("a/b", "c/../../../d", false),
        ] {
            assert!(leaves(name, target, is_hard).is_some(), "{name} -> {target}");
        }
        for (name, target, is_hard) in [("a/b", "../c", false), ("./a/b", "../c", false), ("a", "b/../c", false), ("a/b", "c", true)] {
            assert_eq!(leaves(name, target, is_hard), None, "{name} -> {target}");
        }
        assert_eq!(plain("./a//b/./c/"), "a/b/c");
        assert_eq!(plain("a/\u{1}1/b"), r"a/\x011/b", "it would be shown as a/b, and could be taken for it");
    }

    #[test]
    fn names_that_fold_to_the_same_are_twins() {
        let mut names = Names::default();
        assert_eq!(names.note("Readme.md", true), (0, None));
        names.content("Readme.md", "1");
        assert_eq!(names.note("README.md", true), (0, Some(Twin::Alike("Readme.md".to_owned()))));
        assert_eq!(names.note("Readme.md", true), (1, Some(Twin::Same(Some("1".to_owned())))));
        assert_eq!(names.note("caf\u{e9}", true), (0, None));
        assert_eq!(names.note("cafe\u{301}", true), (0, Some(Twin::Alike("caf\u{e9}".to_owned()))));
        assert_eq!(names.note("Terminfo", false), (0, None));
        assert_eq!(names.note("terminfo", false), (0, None));
    }
}
