//! What can only be said of a tree as a whole: before the files are checked, so that it is triaged with all else that is said of them.

use std::collections::HashMap;

use super::contracts::document;
use crate::check::{Settings, Tree, Verdict};
use crate::model::Document;
use crate::source::{Entry, Listing, Source};
use crate::triage::{Enabled, Policy};

/// What the rules say of a tree as a whole, by the path of the file.
#[derive(Debug, Default)]
pub struct Whole(HashMap<String, Vec<(Enabled, Verdict)>>);

impl Whole {
    /// What is said of a file.
    pub fn of(&self, path: &str) -> impl Iterator<Item = (Enabled, Verdict)> {
        self.0.get(path).into_iter().flatten().cloned()
    }
}

/// Runs what can only be said of a tree as a whole.
pub fn whole(source: &dyn Source, listing: &Listing, settings: &Settings, policy: &Policy) -> Whole {
    let files = Files { source, entries: &listing.entries };
    let mut out: HashMap<String, Vec<_>> = HashMap::new();
    for &enabled in &policy.enabled {
        for (path, verdict) in enabled.rule.check.run_whole(&files, settings) {
            out.entry(path).or_default().push((enabled, verdict));
        }
    }
    Whole(out)
}

/// The files of a source.
struct Files<'a> {
    source: &'a dyn Source,
    /// Sorted by path.
    entries: &'a [Entry],
}

impl Tree for Files<'_> {
    fn document(&self, path: &str) -> Option<Document> {
        let at = self.entries.binary_search_by(|entry| entry.path.as_str().cmp(path)).ok()?;
        document(self.source, self.entries.get(at)?)
    }
}
