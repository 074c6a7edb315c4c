//! What can only be said of a tree as a whole: before the files are checked, so that it is triaged with all else that is said of them.

use std::collections::HashMap;

use super::contracts::document;
use crate::check::agreement::{Agreement, Declared, Fault};
use crate::check::{File, Settings, Tree, Verdict};
use crate::model::{Document, Facts, Vocabulary};
use crate::source::{Listing, Source};
use crate::triage::{self, Enabled, Outcome, Policy};

/// What the rules say of a tree as a whole, by the path of the file.
#[derive(Debug, Default)]
pub struct Whole(HashMap<String, Vec<(Enabled, Verdict)>>);

impl Whole {
    /// What is said of a file.
    pub fn of(&self, path: &str) -> impl Iterator<Item = (Enabled, Verdict)> {
        self.0.get(path).into_iter().flatten().cloned()
    }

    /// What is said of files that are not checked themselves: the configuration, and what the project names but leaves out.
    pub(super) fn beside(&self, files: &Files<'_>, policy: &Policy, vocabulary: &Vocabulary) -> Vec<Outcome> {
        let mut paths: Vec<_> = self.0.keys().filter(|path| !files.is_checked(path)).collect();
        paths.sort();
        let outcome = |path: &String| {
            let document = files.document(path)?;
            let file = File { document: &document, facts: &Facts::default(), vocabulary };
            Some(triage::file(file, self.of(path).collect(), policy))
        };
        paths.into_iter().filter_map(outcome).collect()
    }
}

/// Runs what can only be said of a tree as a whole.
pub fn whole(files: &Files<'_>, settings: &Settings, policy: &Policy, vocabulary: &Vocabulary) -> Whole {
    let mut out: HashMap<String, Vec<_>> = HashMap::new();
    for &enabled in &policy.enabled {
        for (path, verdict) in enabled.rule.check.run_whole(files, settings, vocabulary) {
            out.entry(path).or_default().push((enabled, verdict));
        }
    }
    Whole(out)
}

/// Looks up in a tree what the names mean that a project uses to declare what agrees.
///
/// # Errors
///
/// Names that mean nothing in the tree.
pub fn agreement(files: &Files<'_>, declared: Declared, vocabulary: &Vocabulary) -> Result<Agreement, Vec<Fault>> {
    Agreement::resolve(declared, files, &vocabulary.manifests)
}

/// The files of a source, and the configuration, wherever that is.
#[derive(Clone, Copy)]
pub struct Files<'a> {
    source: &'a dyn Source,
    listing: &'a Listing,
    config: Option<&'a Document>,
}

impl<'a> Files<'a> {
    /// The files of a source whose listing that is.
    pub fn new(source: &'a dyn Source, listing: &'a Listing, config: Option<&'a Document>) -> Self {
        Self { source, listing, config }
    }

    fn is_checked(&self, path: &str) -> bool {
        self.listing.entries.binary_search_by(|entry| entry.path.as_str().cmp(path)).is_ok()
    }
}

impl Tree for Files<'_> {
    fn document(&self, path: &str) -> Option<Document> {
        let found = self.listing.entries.binary_search_by(|entry| entry.path.as_str().cmp(path)).ok();
        match found.and_then(|at| self.listing.entries.get(at)) {
            Some(entry) => document(self.source, entry),
            None => match self.config.filter(|config| config.path() == path) {
                Some(config) => Some(Document::new(config.path(), config.as_str(), config.encoding())),
                None => document(self.source, &self.source.find(path)?),
            },
        }
    }

    fn paths(&self) -> Vec<&str> {
        self.listing.entries.iter().map(|entry| entry.path.as_str()).collect()
    }

    fn exists(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        let after = self.listing.entries.partition_point(|entry| entry.path.as_str() < folder.as_str());
        let is_folder = || self.listing.entries.get(after).is_some_and(|entry| entry.path.starts_with(&folder));
        self.is_checked(path) || is_folder() || self.source.find(path).is_some()
    }
}
