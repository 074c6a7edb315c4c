//! Where bytes come from: the working tree, a commit, the index, release artefacts.
//!
//! A source knows paths and bytes. It does not know formats, rules or configuration files.

mod archive;
mod bounded;
mod decode;
pub mod git;
mod git_dir;
mod gitignore;
mod index;
mod joined;
mod patched;
mod path;
mod walk;
mod worktree;

use std::path::PathBuf;

pub use archive::{Artifact, Artifacts, Bounds, Search};
pub use decode::{decode, encode};
pub use git_dir::git_root;
pub use joined::Joined;
pub use patched::Patched;
pub use path::{path_of, slashed_bytes};
pub use worktree::Worktree;

use crate::model::Skipped;

/// Something that holds files.
pub trait Source: Sync {
    /// What there is, sorted by path. No file is read yet.
    fn list(&self) -> Listing;

    /// The file at a path that is relative to the root, with forward slashes, also where [`Source::list`] leaves it out. `None` if
    /// there is none, or only by way of a link.
    fn find(&self, path: &str) -> Option<Entry>;

    /// The bytes of one file, which may be read at any time, in any order and from several threads.
    ///
    /// # Errors
    ///
    /// Why it can't be read, or is left out.
    fn read(&self, entry: &Entry) -> Result<Vec<u8>, Skipped>;
}

/// The files of a source.
#[derive(Debug, Default)]
pub struct Listing {
    /// What there is to read, sorted by path.
    pub entries: Vec<Entry>,
    /// What there is and will not be read, sorted by path.
    pub skipped: Vec<Skipped>,
}

impl Listing {
    /// The file at a path, if there is one to read.
    pub fn entry(&self, path: &str) -> Option<&Entry> {
        let at = self.entries.binary_search_by(|entry| entry.path.as_str().cmp(path)).ok()?;
        self.entries.get(at)
    }
}

/// A file that a source can read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Relative to the root, with forward slashes; bytes that are not UTF-8 are written `\xFF`.
    pub path: String,
    /// How the source itself finds the file again.
    key: Key,
}

impl Entry {
    /// The blob that holds the file, if git keeps it.
    pub fn blob(&self) -> Option<git::Oid> {
        match self.key {
            Key::Blob(oid) => Some(oid),
            Key::File(_) => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    /// A path on disk, relative to the root.
    File(PathBuf),
    /// An object that git keeps.
    Blob(git::Oid),
}

/// Why files are left out, whatever the source.
const EXCLUDED: &str = "excluded by the configuration";
const LINK: &str = "symbolic link";
const SUBMODULE: &str = "submodule";
