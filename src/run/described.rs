//! Which descriptions texts are: a text that stands in several places, or on both sides of a comparison, is parsed once, and what git
//! keeps is not parsed again in later runs.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use sha2::{Digest as _, Sha256};

use super::facts_of;
use super::kept::{self, SUM, digest};
use crate::check::contract::ContractSet;
use crate::model::{ApiDescription, ApiVersion, Document, Vocabulary, Wanted};
use crate::parse::{Format, may_name_files};
use crate::source::Entry;

/// The descriptions that were read in earlier runs, as they were understood, by path and blob.
#[derive(Debug, Default)]
pub struct Kept {
    /// `None` if nothing is kept.
    folder: Option<PathBuf>,
    context: [u8; SUM],
    is_new: AtomicBool,
}

/// A description, and from what it was read.
pub(super) type Described = (ApiDescription, ContractSet);

impl Kept {
    /// Nothing, of which nothing is kept.
    pub fn none() -> Self {
        Self::default()
    }

    /// What is kept in a folder by this program: `context` is what tells it from any other one.
    pub fn open(folder: &Path, context: &[&[u8]]) -> Self {
        Self { folder: Some(folder.to_owned()), context: digest(context), is_new: AtomicBool::new(false) }
    }

    pub(super) fn recall(&self, entry: &Entry) -> Option<Described> {
        let content = kept::read(&self.file(entry)?)?;
        let (api, set): (ApiDescription, ContractSet) = postcard::from_bytes(&content).ok()?;
        (api.files == [entry.path.as_str()]).then_some((api, set))
    }

    pub(super) fn keep(&self, entry: &Entry, described: &Described) {
        let written = self.file(entry).zip(postcard::to_stdvec(described).ok()).map(|(file, content)| kept::write(&file, &content));
        // That it can't be written is no fault: it takes the longer way next time.
        if written.is_some_and(|written| written.is_ok()) {
            self.is_new.store(true, Ordering::Relaxed);
        }
    }

    /// Makes room for others.
    pub fn close(&self) {
        if let Some(folder) = self.folder.as_ref().filter(|_| self.is_new.load(Ordering::Relaxed)) {
            let _it_takes_more_room = kept::shrink(folder);
        }
    }

    fn file(&self, entry: &Entry) -> Option<PathBuf> {
        let (folder, oid) = (self.folder.as_ref()?, entry.blob()?);
        Some(kept::file(folder, &digest(&[&self.context, oid.as_bytes(), entry.path.as_bytes()])))
    }
}

/// A text as what it is, and where it stands if that has a part in what it says.
type Key = [u8; 32];

/// What is known of texts.
#[derive(Debug, Default)]
pub struct Descriptions {
    known: Mutex<HashMap<Key, Arc<OnceLock<Option<ApiDescription>>>>>,
}

impl Descriptions {
    /// The description that a file is, if it is a whole one.
    pub(super) fn of(&self, document: &Document, vocabulary: &Vocabulary) -> Option<ApiDescription> {
        let key = key(document);
        let known = Arc::clone(self.known.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default());
        let mut api = known.get_or_init(|| described(document, vocabulary)).clone()?;
        // Where a reference to a file makes a place count, it is part of the key.
        api.files = vec![document.path().to_owned()];
        Some(api)
    }
}

/// Reads the description that a file is, if it is a whole one.
fn described(document: &Document, vocabulary: &Vocabulary) -> Option<ApiDescription> {
    let wanted = |_: &Document| Wanted { apis: true, ..Wanted::default() };
    let found = facts_of(0, document, vocabulary, wanted, |_, _, facts| facts.apis);
    found.into_iter().find(|api| api.version != ApiVersion::Fragment)
}

fn key(document: &Document) -> Key {
    let text = document.as_str();
    let mut hash = Sha256::new();
    hash.update(format!("{:?}\0", Format::of(document.path(), text)));
    if may_name_files(text) {
        hash.update(document.path());
    }
    hash.update([0]);
    hash.update(text);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Encoding;
    use crate::rule;

    const CONTRACT: &str =
        "openapi: 3.1.0\ninfo: {title: a}\npaths:\n  /a:\n    get: {responses: {'200': {$ref: '#/components/responses/A'}}}\n";

    fn document(path: &str, text: &str) -> Document {
        Document::new(path, text, Encoding::Utf8 { bom: false })
    }

    #[test]
    fn a_copy_is_a_description_of_its_own_that_is_parsed_once() {
        let (known, vocabulary) = (Descriptions::default(), rule::vocabulary().unwrap());
        let files = |path: &str, text: &str| known.of(&document(path, text), &vocabulary).map(|api| (api.files, api.elsewhere.len()));
        assert_eq!(files("a.yaml", CONTRACT), Some((vec!["a.yaml".to_owned()], 0)));
        assert_eq!(files("b/c.yml", CONTRACT), Some((vec!["b/c.yml".to_owned()], 0)));
        assert_eq!(files("c.yaml", "responses: none"), None);
        assert_eq!(known.known.lock().unwrap().len(), 2);
    }

    #[test]
    fn where_files_are_referred_to_the_place_counts() {
        let (known, vocabulary) = (Descriptions::default(), rule::vocabulary().unwrap());
        let text = format!("{CONTRACT}  /b: {{$ref: 'a.yaml#/x'}}\n");
        let elsewhere = |path: &str, text: &str| {
            let api = known.of(&document(path, text), &vocabulary).unwrap();
            api.elsewhere.into_iter().map(|reference| reference.path).collect::<Vec<_>>()
        };
        assert_eq!(elsewhere("x/b.yaml", &text), ["x/a.yaml"]);
        assert_eq!(elsewhere("y/b.yaml", &text), ["y/a.yaml"]);
        assert!(elsewhere("y/a.yaml", &text).is_empty());
        for escaped in ["{\"\\u0024ref\": \"a.yaml\"}", "\"\\x24ref\": a.yaml", "$ref : \n  a.yaml", "$ref"] {
            assert!(may_name_files(escaped), "{escaped}");
        }
        assert!(!may_name_files(r##"{"$ref" : "#/a", '$ref': '#/b', $ref: "#/c"}"##));
    }
}
