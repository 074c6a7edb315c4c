//! From which files the contracts of a tree were read.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::model::Document;

/// Hashes of the paths and texts of files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractSet(BTreeSet<[u8; 32]>);

impl ContractSet {
    /// That of one file.
    pub fn of(document: &Document) -> Self {
        let mut hash = Sha256::new();
        hash.update((document.path().len() as u64).to_le_bytes());
        hash.update(document.path());
        hash.update(document.as_str());
        Self(BTreeSet::from([hash.finalize().into()]))
    }

    /// All of them, sorted.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.iter().flatten().copied().collect()
    }

    /// Adds those of other files.
    pub fn add(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}
