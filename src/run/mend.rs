//! Safe fixes: which of them can be applied, what becomes of the files, and whether that brings findings elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::agreement::Remade;
use crate::model::{Document, Edit, Encoding, Finding};
use crate::source::{Entry, Source, decode, encode};

/// Words in the names of files and folders that tell what was true at their time: nothing is rewritten there.
const RECORDS: [&str; 9] = ["changelog", "changes", "history", "news", "releases", "whats-new", "release-notes", "blog", "archive"];

/// A file with its fixes applied.
#[derive(Debug)]
pub struct Mended {
    /// Its path.
    pub path: String,
    /// The file as it is; `None` if it is new.
    pub before: Option<(Entry, Document)>,
    /// What it would hold.
    pub after: String,
    /// The same as bytes.
    pub bytes: Vec<u8>,
    /// How many findings that mends.
    pub findings: usize,
}

/// Files by their paths, as they would be.
pub type Patch = BTreeMap<String, Vec<u8>>;

/// What the safe fixes of findings make of the files of a source. Of fixes that touch each other the first one counts. `remade` says what a
/// file has to hold that is made from another one, `is_left` whether nothing may be written there whatever a finding says.
///
/// Files that tell what was true at their time are left as they are, and so are those whose bytes are no valid UTF-8.
pub fn mended(
    source: &dyn Source,
    findings: &[Finding],
    remade: &dyn Fn(&str) -> Option<Remade>,
    is_left: &dyn Fn(&str, &Finding) -> bool,
) -> Vec<Mended> {
    let mut edited: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    let mut made: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings {
        let Some(fix) = finding.fix.as_ref().filter(|fix| fix.safe) else { continue };
        let path = fix.remakes.as_deref().unwrap_or(&finding.place.path);
        match &fix.remakes {
            _ if is_record(path) || is_left(path, finding) => {}
            Some(path) => *made.entry(path).or_default() += 1,
            None => edited.entry(path).or_default().push(finding),
        }
    }
    // What is made anew needs no edits.
    edited.retain(|path, _| !made.contains_key(path));
    let edited = edited.into_iter().filter_map(|(path, findings)| {
        let (entry, before) = read(source, path)?;
        let (after, count) = applied(before.as_str(), &findings);
        let bytes = encode(&after, before.encoding()).filter(|_| count > 0)?;
        Some(Mended { path: path.to_owned(), before: Some((entry, before)), after, bytes, findings: count })
    });
    let made = made.into_iter().filter_map(|(path, findings)| anew(source, path, remade(path)?, findings));
    let mut all: Vec<_> = edited.chain(made).collect();
    all.sort_by(|one, two| one.path.cmp(&two.path));
    all
}

/// A file that can be written back as it was read.
fn read(source: &dyn Source, path: &str) -> Option<(Entry, Document)> {
    let entry = source.find(path)?;
    let (text, encoding) = decode(&source.read(&entry).ok()?).ok()?;
    matches!(encoding, Encoding::Utf8 { .. }).then(|| (entry, Document::new(path, text, encoding)))
}

/// A file that is made anew; `None` if it holds that already, or something that is no text.
fn anew(source: &dyn Source, path: &str, remade: Remade, findings: usize) -> Option<Mended> {
    let before = match source.find(path) {
        Some(_) => Some(read(source, path)?),
        None => None,
    };
    let (after, bytes) = match remade {
        Remade::Copy(original) => (original.as_str().to_owned(), source.read(&source.find(original.path())?).ok()?),
        Remade::Text(text) => {
            let encoding = before.as_ref().map_or(Encoding::Utf8 { bom: false }, |(_, document)| document.encoding());
            let bytes = encode(&text, encoding)?;
            (text, bytes)
        }
    };
    let is_same = before.as_ref().is_some_and(|(entry, _)| source.read(entry).is_ok_and(|current| current == bytes));
    (!is_same).then(|| Mended { path: path.to_owned(), before, after, bytes, findings })
}

/// Those files whose change brings no finding that was not there before, and the paths of the others. `check` says what would be found if
/// files were as they are given, or nothing if that can't be said.
pub fn harmless(files: Vec<Mended>, check: &mut dyn FnMut(&Patch) -> Option<Vec<Finding>>) -> (Vec<Mended>, Vec<String>) {
    let before = check(&Patch::new()).unwrap_or_default();
    let known = counted(&before);
    let mut is_harmless = |patch: &Patch| {
        let found = check(patch)?;
        Some(counted(&found).iter().all(|(what, count)| known.get(what).is_some_and(|before| count <= before)))
    };
    let mut patch = Patch::new();
    let mut harmful = Vec::new();
    // Halves of halves, so that one fix that does harm costs a logarithm of runs.
    let mut open = vec![files.iter().collect::<Vec<_>>()];
    while let Some(group) = open.pop() {
        let mut tried = patch.clone();
        tried.extend(group.iter().map(|file| (file.path.clone(), file.bytes.clone())));
        match (is_harmless(&tried), group.as_slice()) {
            (_, []) => {}
            (Some(true), _) => patch = tried,
            (_, [file]) => harmful.push(file.path.clone()),
            (_, several) => {
                let (first, second) = several.split_at(several.len() / 2);
                open.extend([second.to_vec(), first.to_vec()]);
            }
        }
    }
    let kept = files.into_iter().filter(|file| patch.contains_key(&file.path)).collect();
    (kept, harmful)
}

/// How often each rule finds something in each file.
fn counted(findings: &[Finding]) -> BTreeMap<(&str, &str), usize> {
    let mut out = BTreeMap::new();
    for finding in findings {
        *out.entry((finding.rule, finding.place.path.as_str())).or_default() += 1;
    }
    out
}

fn is_record(path: &str) -> bool {
    let is_one = |part: &str| RECORDS.contains(&part.split_once('.').map_or(part, |(stem, _)| stem));
    path.to_ascii_lowercase().split('/').any(is_one)
}

/// A text with the fixes of findings, and how many of them it has.
fn applied(text: &str, findings: &[&Finding]) -> (String, usize) {
    let mut edits: BTreeMap<(usize, usize), &Edit> = BTreeMap::new();
    let (mut count, mut known) = (0, BTreeSet::new());
    for finding in findings {
        let own: Vec<_> = finding.fix.iter().flat_map(|fix| &fix.edits).collect();
        let identity: Vec<_> = own.iter().map(|edit| (edit.span, edit.replacement.as_str())).collect();
        // Two findings may have one fix.
        if known.contains(&identity) {
            count += 1;
            continue;
        }
        let is_free = |edit: &&Edit| {
            // Of those that begin before it ends, the last one ends last, for none touches another.
            let last = edits.range(..=(edit.span.end, usize::MAX)).next_back();
            text.get(edit.span.range()).is_some() && last.is_none_or(|((_, end), _)| *end < edit.span.start)
        };
        if !own.is_empty() && own.iter().all(is_free) {
            edits.extend(own.into_iter().map(|edit| ((edit.span.start, edit.span.end), edit)));
            known.insert(identity);
            count += 1;
        }
    }
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for edit in edits.into_values() {
        out.push_str(text.get(at..edit.span.start).unwrap_or_default());
        out.push_str(&edit.replacement);
        at = edit.span.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    (out, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_true_at_its_time_is_left() {
        for path in ["CHANGELOG.md", "docs/whats-new/1.4.md", "a/Releases/x.md", "docs/blog/post.mdx"] {
            assert!(is_record(path), "{path}");
        }
        for path in ["docs/new.md", "release/version.json", "docs/api/releases-api.md", "changes_test.go"] {
            assert!(!is_record(path), "{path}");
        }
    }
}
