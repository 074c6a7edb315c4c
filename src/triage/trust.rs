//! What a trusted commit decides, where one is named: which suppressions count, and that a configuration asks for no less.

use std::collections::HashMap;
use std::fmt;

use super::suppression::Stood;
use super::{Policy, file};
use crate::check::{Check, File, Idle, Verdict};
use crate::config::Loosening;
use crate::model::{Document, Facts, Finding, Hit, Vocabulary};

/// A trusted commit, as far as the files of another one are judged by it.
pub struct Trust {
    suppressions: Box<Suppressions>,
    /// The paths over there of files that have another one here.
    renamed: HashMap<String, String>,
}

/// The suppressions in a file, by its path.
type Suppressions = dyn Fn(&str) -> Vec<Stood> + Send + Sync;

impl Trust {
    /// A commit that holds these suppressions ([`super::suppressions`]) in a file, by the path that it has where it is checked.
    pub fn new(suppressions: impl Fn(&str) -> Vec<Stood> + Send + Sync + 'static) -> Self {
        Self { suppressions: Box::new(suppressions), renamed: HashMap::new() }
    }

    /// The same where these files, by their paths here, have others over there.
    #[must_use]
    pub fn with_renamed(self, renamed: HashMap<String, String>) -> Self {
        Self { renamed, ..self }
    }

    /// The path that a file has over there.
    pub(super) fn was<'p>(&'p self, path: &'p str) -> &'p str {
        self.renamed.get(path).map_or(path, String::as_str)
    }

    /// The suppressions that the trusted commit has in a file.
    pub(super) fn suppressions(&self, path: &str) -> Vec<Stood> {
        (self.suppressions)(path)
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Trust")
    }
}

/// A finding for each way in which a file asks for less than it does in the trusted commit.
pub fn loosened(document: &Document, said: &[Loosening], policy: &Policy, vocabulary: &Vocabulary) -> Vec<Finding> {
    let Some(&enabled) = policy.enabled.iter().find(|enabled| matches!(enabled.rule.check, Check::Suppression(Idle::Untrusted))) else {
        return Vec::new();
    };
    let hits = said.iter().map(|loosening| Hit::new(loosening.span, loosening.message.as_str())).collect();
    let facts = Facts::default();
    file(File { document, facts: &facts, vocabulary }, vec![(enabled, Verdict { hits, unverified: Vec::new() })], policy).findings
}
