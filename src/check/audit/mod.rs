//! What can be wrong with release artefacts, beside what can be wrong with the files in them.

mod checksums;
mod compare;
mod declared;
mod required;
mod strings;
mod version;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use declared::{Expected, Unit, versions};
pub use version::of_tag;

use super::Verdict;
use crate::model::{Document, EntryFault, EntryFaultKind, Hit, Member, Severity, Span, Vocabulary};
use compare::Difference;

/// What can be wrong with an artefact. Each is a rule of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Assertion {
    /// How an archive is made.
    Entry(EntryFaultKind),
    /// A list of checksums doesn't agree with the files.
    Checksum,
    /// A file isn't in the tree from which the artefact is made.
    ExtraFile,
    /// A file has another content there.
    ContentDrift,
    /// A version differs from that of the release.
    Version,
    /// A file that has to be there is not.
    MissingFile,
}

/// Release artefacts, as they were read.
pub struct Release<'a> {
    /// Every file and archive, sorted by path.
    pub members: &'a [Member],
    /// What is wrong with how archives are made.
    pub faults: &'a [EntryFault],
    /// Versions that are stated in what is no file: where, and which.
    pub versions: &'a [(String, String)],
    /// The artefacts, with what has to be true of them.
    pub units: &'a [Unit<'a>],
    /// The tree from which they are made, if they are compared with one.
    pub against: Option<Against<'a>>,
    /// The text at a path, if it was read.
    pub text: &'a (dyn Fn(&str) -> Option<Document> + Sync),
    /// Whether there is an archive at a path.
    pub is_archive: &'a (dyn Fn(&str) -> bool + Sync),
}

/// The tree from which artefacts are made.
#[derive(Clone, Copy)]
pub struct Against<'a> {
    /// How people call it: `v1.4.2`.
    pub name: &'a str,
    /// The file at a path that is relative to the project's root.
    pub twin: &'a (dyn Fn(&str) -> Twin + Sync),
}

/// A file of the tree from which an artefact is made.
#[derive(Debug)]
pub enum Twin {
    /// There is none.
    Missing,
    /// It can't be read.
    Unread,
    /// Its bytes.
    File(Vec<u8>),
}

/// What is said of artefacts, by path.
pub type Said = BTreeMap<String, Verdict>;

/// Reports what is wrong with artefacts in this way.
pub fn check(assertion: Assertion, release: &Release<'_>, vocabulary: &Vocabulary) -> Said {
    match assertion {
        Assertion::Entry(kind) => entries(release, kind),
        Assertion::Checksum => checksums::check(release),
        Assertion::ExtraFile => compare::check(release, Difference::Extra),
        Assertion::ContentDrift => compare::check(release, Difference::Content),
        Assertion::Version => version::check(release, vocabulary),
        Assertion::MissingFile => required::check(release),
    }
}

/// Where the files of artefacts would stand in the tree, as far as it is known from where they come: by their paths in the artefacts.
pub fn twins(release: &Release<'_>) -> BTreeMap<String, Vec<String>> {
    compare::twins(release)
}

/// Reports keys that look real in files that are no text.
pub fn keys(release: &Release<'_>, vocabulary: &Vocabulary) -> Said {
    strings::check(release, vocabulary)
}

fn entries(release: &Release<'_>, kind: EntryFaultKind) -> Said {
    let mut said = Said::new();
    for fault in release.faults.iter().filter(|fault| fault.kind == kind) {
        let mut hit = Hit::new(Span::default(), &fault.message);
        hit.at_most = fault.is_mild.then_some(Severity::Note);
        hit.anchor = Some(fault.path.rsplit('/').next().unwrap_or_default().to_owned());
        said.entry(fault.path.clone()).or_default().hits.push(hit);
    }
    said
}
