//! Safe fixes: which of them can be applied, and what becomes of the files.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Document, Edit, Encoding, Finding};
use crate::source::{Entry, Source, decode, encode};

/// Words in the names of files and folders that tell what was true at their time: nothing is rewritten there.
const RECORDS: [&str; 9] = ["changelog", "changes", "history", "news", "releases", "whats-new", "release-notes", "blog", "archive"];

/// A file with its fixes applied.
#[derive(Debug)]
pub struct Mended {
    /// The file.
    pub entry: Entry,
    /// What it holds.
    pub before: Document,
    /// What it would hold.
    pub after: String,
    /// How many findings that mends.
    pub findings: usize,
}

impl Mended {
    /// The bytes that the file would have; `None` if not every character of it could be written.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        encode(&self.after, self.before.encoding())
    }
}

/// What the safe fixes of findings make of the files of a source. Of fixes that touch each other the first one counts.
///
/// Files that tell what was true at their time are left as they are, and so are those whose bytes are no valid UTF-8.
pub fn mended(source: &dyn Source, findings: &[Finding]) -> Vec<Mended> {
    let mut by_path: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.fix.as_ref().is_some_and(|fix| fix.safe)) {
        by_path.entry(&finding.place.path).or_default().push(finding);
    }
    let mended = by_path.into_iter().filter(|(path, _)| !is_record(path)).filter_map(|(path, findings)| {
        let entry = source.find(path)?;
        let (text, encoding) = decode(&source.read(&entry).ok()?).ok()?;
        if !matches!(encoding, Encoding::Utf8 { .. }) {
            return None;
        }
        let before = Document::new(path, text, encoding);
        let (after, count) = applied(before.as_str(), &findings);
        (count > 0).then_some(Mended { entry, before, after, findings: count })
    });
    mended.collect()
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
            let touches = |other: &Edit| edit.span.start <= other.span.end && other.span.start <= edit.span.end;
            text.get(edit.span.range()).is_some() && !edits.values().any(|other| touches(other))
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
