//! Release artefacts: packages, archives, images and folders, with the archives in them.
//!
//! Each is read once, from the first byte to the last, and nothing is ever unpacked to disk. An archive counts as a folder:
//! the file `x.py` of `a.whl` is found at `a.whl/x.py`, which people are shown as `a.whl!x.py` ([`Artifacts::shown`]).

mod ar;
mod bounds;
mod cpio;
mod disk;
mod kind;
mod layers;
mod names;
mod rpm;
mod search;
mod stream;
mod tar;
mod walk;
mod zip;

use std::collections::HashSet;
use std::path::PathBuf;

use rayon::prelude::*;

pub use bounds::Bounds;
pub use search::Search;

use super::{Entry, Key, Listing, Source};
use crate::model::{EntryFault, Member, Skipped};
use names::AGAIN;
use walk::Found;

/// An artefact that is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// How it is called in what is reported, with forward slashes.
    pub name: String,
    /// Where it is: a file or a folder.
    pub path: PathBuf,
}

/// What there is in release artefacts.
#[derive(Debug, Default)]
pub struct Artifacts {
    /// Every file, and every archive, sorted by path.
    pub members: Vec<Member>,
    /// What is wrong with how the archives are made, sorted by path.
    pub faults: Vec<EntryFault>,
    /// Versions that packages state in what is no file: where, and which.
    pub versions: Vec<(String, String)>,
    texts: Vec<(String, Vec<u8>)>,
    skipped: Vec<Skipped>,
    archives: HashSet<String>,
}

impl Artifacts {
    /// Reads artefacts.
    pub fn read(artifacts: &[Artifact], bounds: Bounds, search: &Search<'_>) -> Self {
        let jobs: Vec<_> = artifacts.iter().enumerate().flat_map(|(index, artifact)| disk::jobs(index, artifact)).collect();
        let found: Vec<_> = jobs.into_par_iter().with_max_len(1).map(|job| job.run(bounds, search)).collect();
        let mut all = Self::default();
        let mut deleted = Vec::new();
        for Found { members, texts, skipped, faults, archives, deleted: gone, versions } in found {
            all.members.extend(members);
            all.texts.extend(texts);
            all.skipped.extend(skipped);
            all.faults.extend(faults);
            all.archives.extend(archives);
            all.versions.extend(versions);
            deleted.extend(gone);
        }
        layers::hide(&mut all.members, &deleted, &all.texts);
        all.members.sort_by(|one, two| one.path.cmp(&two.path));
        all.texts.sort_by(|one, two| one.0.cmp(&two.0));
        all.faults.sort();
        all.skipped.sort();
        all.versions.sort();
        all
    }

    /// Whether there is an archive at a path.
    pub fn is_archive(&self, path: &str) -> bool {
        self.archives.contains(path)
    }

    /// The artefacts, and the archives that lie in those of them that are folders: the index of the artefact, and the path within it,
    /// which is empty for the artefact itself.
    pub fn units(&self, artifacts: &[Artifact]) -> Vec<(usize, String)> {
        let folders = artifacts.iter().enumerate().filter(|(_, artifact)| artifact.path.is_dir()).map(|(index, _)| (index, String::new()));
        let on_disk = |member: &&Member| {
            let mut folders = member.path.match_indices('/').filter_map(|(at, _)| member.path.get(..at));
            !folders.any(|folder| self.is_archive(folder))
        };
        let archives = self.members.iter().filter(|member| member.inner.is_empty() || self.is_archive(&member.path));
        folders.chain(archives.filter(on_disk).map(|member| (member.artifact, member.inner.clone()))).collect()
    }

    /// A path as people are shown it: archives are parted from what they hold by `!`.
    pub fn shown(&self, path: &str) -> String {
        let mut out = String::with_capacity(path.len());
        let mut start = 0;
        for (at, _) in path.match_indices('/').chain([(path.len(), "")]) {
            let part = path.get(start..at).unwrap_or_default();
            // What tells entries of one name apart is no part of it.
            if !part.starts_with(AGAIN) {
                out.push_str(part);
                let is_archive = path.get(..at).is_some_and(|path| self.archives.contains(path));
                out.push_str(match at == path.len() {
                    true => "",
                    false if is_archive => "!",
                    false => "/",
                });
            }
            start = at + 1;
        }
        out
    }
}

impl Source for Artifacts {
    fn list(&self) -> Listing {
        let entries = self.texts.iter().map(|(path, _)| Entry { path: path.clone(), key: Key::File(PathBuf::from(path)) });
        Listing { entries: entries.collect(), skipped: self.skipped.clone() }
    }

    fn find(&self, path: &str) -> Option<Entry> {
        let found = self.texts.binary_search_by(|(other, _)| other.as_str().cmp(path)).is_ok();
        found.then(|| Entry { path: path.to_owned(), key: Key::File(PathBuf::from(path)) })
    }

    fn read(&self, entry: &Entry) -> Result<Vec<u8>, Skipped> {
        let found = self.texts.binary_search_by(|(path, _)| path.cmp(&entry.path)).ok().and_then(|at| self.texts.get(at));
        found.map(|(_, bytes)| bytes.clone()).ok_or_else(|| Skipped::unread(&entry.path, "vanished"))
    }
}
