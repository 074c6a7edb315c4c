//! Files as they were parsed, for whoever looks at them once more: against what other files show, or against another commit's contracts.

use std::collections::HashMap;
use std::hash::BuildHasher as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use foldhash::quality::RandomState;

use crate::model::{Document, Facts, Skipped, Wanted};
use crate::source::git::Oid;
use crate::source::{Entry, Source, decode};

/// So many bytes of text are kept.
const MAX_KEPT: u64 = 64 * 1024 * 1024;

/// Of a file that holds more URLs nothing is kept.
const MAX_URLS: usize = 4096;

/// A file as it was parsed.
#[derive(Debug)]
pub(super) struct ParsedFile {
    /// In bytes.
    pub(super) size: u64,
    pub(super) document: Arc<Document>,
    pub(super) facts: Facts,
    /// What was asked for.
    pub(super) wanted: Wanted,
}

/// Files as they were parsed, by their paths.
#[derive(Debug, Default)]
pub struct Parsed {
    files: Mutex<HashMap<String, Kept>>,
    hasher: RandomState,
    bytes: AtomicU64,
}

/// What is kept of a file.
#[derive(Debug, Clone)]
struct Kept {
    blob: Option<Oid>,
    /// Of the text.
    hash: u64,
    what: What,
}

/// What a file holds.
#[derive(Debug, Clone)]
pub(super) enum What {
    Facts(Arc<ParsedFile>),
    /// Nothing that is held against contracts, which was looked for.
    Nothing,
}

impl Parsed {
    /// Keeps a file; not more than there is room for.
    pub(super) fn keep(&self, entry: &Entry, file: &Arc<ParsedFile>) {
        let size = file.document.as_str().len() as u64;
        if file.facts.urls.len() <= MAX_URLS && self.bytes.fetch_add(size, Ordering::Relaxed) + size <= MAX_KEPT {
            self.add(entry, &file.document, What::Facts(Arc::clone(file)));
        }
    }

    /// Keeps that a file holds nothing that is held against contracts.
    pub(super) fn keep_nothing(&self, entry: &Entry, document: &Document) {
        self.add(entry, document, What::Nothing);
    }

    fn add(&self, entry: &Entry, document: &Document, what: What) {
        let kept = Kept { blob: entry.blob(), hash: self.hash(document.as_str()), what };
        self.files.lock().unwrap_or_else(PoisonError::into_inner).insert(entry.path.clone(), kept);
    }

    /// What is known of a file that holds the same as one at that path that was kept.
    pub(super) fn recall(&self, source: &dyn Source, entry: &Entry) -> Result<Option<What>, Skipped> {
        let kept = self.files.lock().unwrap_or_else(PoisonError::into_inner).get(&entry.path).cloned();
        let Some(kept) = kept else { return Ok(None) };
        let is_same_blob = entry.blob().is_some() && entry.blob() == kept.blob;
        if is_same_blob || (entry.blob().is_none() && kept.blob.is_none()) {
            return Ok(Some(kept.what));
        }
        // One of both is not kept by git.
        if entry.blob().is_some() && kept.blob.is_some() {
            return Ok(None);
        }
        let text = decode(&source.read(entry)?).map_err(|reason| Skipped::policy(&entry.path, reason))?.0;
        Ok((self.hash(&text) == kept.hash).then_some(kept.what))
    }

    fn hash(&self, text: &str) -> u64 {
        self.hasher.hash_one(text)
    }
}
