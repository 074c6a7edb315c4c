//! What an API description says of its own security, and can't mean.

pub(in crate::check) mod missing;
pub(in crate::check) mod suspect;
pub(in crate::check) mod undefined;

use std::collections::BTreeMap;

use super::contracts::Contracts;
use super::group::Likeness;
use crate::check::Verdict;
use crate::model::{ApiDescription, ApiPlace, Hit};

/// What is said of descriptions, by the paths of their files.
type Found = BTreeMap<String, Verdict>;

/// Looks at each description of a tree. What a copy says as its contract does is told once.
fn each(contracts: &Contracts, mut look: impl FnMut(&ApiDescription, &mut dyn FnMut(ApiPlace, Hit))) -> Found {
    let mut found = Found::new();
    let others = contracts.groups().iter().flat_map(|group| &group.others);
    let same = others.filter(|other| other.likeness != Likeness::Different).map(|other| other.description);
    let same: std::collections::HashSet<_> = same.collect();
    for (_, api) in contracts.described().iter().enumerate().filter(|(index, _)| !same.contains(index)) {
        look(api, &mut |place, hit| {
            if let Some(path) = api.files.get(place.file) {
                found.entry(path.clone()).or_default().hits.push(hit);
            }
        });
    }
    found
}

/// Whether a file belongs to the tests: what is wrong there may be meant to be.
fn has_word(api: &ApiDescription, words: &[String]) -> bool {
    let path = api.files.first().map(|path| path.to_ascii_lowercase()).unwrap_or_default();
    path.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| words.iter().any(|known| known == word))
}
