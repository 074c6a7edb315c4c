//! What can only be said of a tree as a whole: before the files are checked, so that it is triaged with all else that is said of them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use rayon::prelude::*;

use super::Asks;
use super::contracts::sized;
use crate::check::agreement::{Agreement, Declared, Fault};
use crate::check::{File, Settings, Tree, Verdict};
use crate::model::{Document, Facts, Vocabulary};
use crate::source::{Entry, Listing, Source};
use crate::triage::{self, Enabled, Outcome, Policy};

/// What the rules say of a tree as a whole.
#[derive(Debug, Default)]
pub struct Whole {
    /// By the path of the file.
    said: HashMap<String, Vec<(Enabled, Verdict)>>,
    /// What was read for it.
    read: HashMap<String, Read>,
}

/// A file that was read.
#[derive(Debug, Clone)]
pub(super) struct Read {
    pub(super) document: Arc<Document>,
    /// Its size in bytes.
    pub(super) size: u64,
}

impl Whole {
    /// What is said of a file.
    pub fn of(&self, path: &str) -> impl Iterator<Item = (Enabled, Verdict)> {
        self.said.get(path).into_iter().flatten().cloned()
    }

    /// The rules that could not decide something.
    pub fn undecided(&self) -> impl Iterator<Item = &'static str> {
        let said = self.said.values().flatten().filter(|(_, verdict)| !verdict.unverified.is_empty());
        said.map(|(enabled, _)| enabled.rule.id.as_str())
    }

    /// A file that was read already.
    pub(super) fn read(&self, path: &str) -> Option<&Read> {
        self.read.get(path)
    }

    /// What is said of files that are not checked themselves: the configuration, and what the project names but leaves out.
    pub(super) fn beside(&self, files: &Files<'_>, policy: &Policy, vocabulary: &Vocabulary) -> Vec<Outcome> {
        let mut paths: Vec<_> = self.said.keys().filter(|path| !files.is_checked(path)).collect();
        paths.sort();
        let outcome = |path: &String| {
            let document = files.document(path)?;
            let file = File { document: &document, facts: &Facts::default(), vocabulary };
            Some(triage::file(file, self.of(path).collect(), policy))
        };
        paths.into_iter().filter_map(outcome).collect()
    }
}

/// Runs what can only be said of a tree as a whole, of each file what is asked for: anything if `asks` is `None`.
pub fn whole(files: &Files<'_>, settings: &Settings, enabled: &[Enabled], vocabulary: &Vocabulary, asks: Option<&Asks<'_>>) -> Whole {
    if enabled.iter().any(|enabled| enabled.rule.check.holds_agreement()) {
        settings.agreement.files(files).par_iter().for_each(|path| drop(files.document(path)));
    }
    let run = |enabled: &Enabled| {
        let asked = |path: &str| asks.is_none_or(|asks| asks(path, enabled.rule));
        (*enabled, enabled.rule.check.run_whole(files, settings, vocabulary, &asked))
    };
    let verdicts: Vec<_> = enabled.par_iter().map(run).collect();
    let mut said: HashMap<String, Vec<_>> = HashMap::new();
    for (enabled, verdicts) in verdicts {
        for (path, verdict) in verdicts {
            said.entry(path).or_default().push((enabled, verdict));
        }
    }
    Whole { said, read: files.read.lock().map(|mut read| std::mem::take(&mut *read)).unwrap_or_default() }
}

/// Looks up in a tree what the names mean that a project uses to declare what agrees.
///
/// # Errors
///
/// Names that mean nothing in the tree.
pub fn agreement(files: &Files<'_>, declared: Declared, vocabulary: &Vocabulary) -> Result<Agreement, Vec<Fault>> {
    Agreement::resolve(declared, files, &vocabulary.manifests)
}

/// So many bytes are kept of what is read.
const MAX_KEPT: u64 = 64 * 1024 * 1024;

/// The files of a source, and the configuration, wherever that is. What is read is kept, since many assertions may be about one file.
pub struct Files<'a> {
    source: &'a dyn Source,
    listing: &'a Listing,
    config: Option<&'a Document>,
    read: Mutex<HashMap<String, Read>>,
    kept: AtomicU64,
}

impl<'a> Files<'a> {
    /// The files of a source whose listing that is.
    pub fn new(source: &'a dyn Source, listing: &'a Listing, config: Option<&'a Document>) -> Self {
        Self { source, listing, config, read: Mutex::default(), kept: AtomicU64::new(0) }
    }

    fn keep(&self, entry: &Entry) -> Option<Arc<Document>> {
        let (size, document) = sized(self.source, entry)?;
        let document = Arc::new(document);
        if self.kept.fetch_add(size, Ordering::Relaxed) < MAX_KEPT
            && let Ok(mut read) = self.read.lock()
        {
            read.insert(entry.path.clone(), Read { document: Arc::clone(&document), size });
        }
        Some(document)
    }

    fn is_checked(&self, path: &str) -> bool {
        self.listing.entry(path).is_some()
    }
}

impl Tree for Files<'_> {
    fn document(&self, path: &str) -> Option<Arc<Document>> {
        if let Some(read) = self.read.lock().ok().and_then(|read| read.get(path).cloned()) {
            return Some(read.document);
        }
        match self.listing.entry(path) {
            Some(entry) => self.keep(entry),
            None => match self.config.filter(|config| config.path() == path) {
                Some(config) => Some(Arc::new(Document::new(config.path(), config.as_str(), config.encoding()))),
                None => self.keep(&self.source.find(path)?),
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
