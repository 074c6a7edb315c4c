//! Where a working tree's repository is.

use std::fs;
use std::path::{Path, PathBuf};

/// The closest folder at or above `folder` that holds a `.git`.
pub fn git_root(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|folder| fs::symlink_metadata(folder.join(".git")).is_ok())
}

/// The folders in which git keeps what belongs to a working tree.
#[derive(Debug)]
pub(super) struct GitDir {
    /// What belongs to this working tree alone: its index.
    pub(super) own: PathBuf,
    /// What all working trees of the repository share: `info/exclude`.
    pub(super) common: PathBuf,
}

impl GitDir {
    /// The repository of the working tree at `root`. In a linked working tree and in a submodule, `.git` is a file that
    /// names the folder (gitrepository-layout(5)).
    pub(super) fn of(root: &Path) -> Option<Self> {
        let dot_git = root.join(".git");
        let own = if dot_git.is_dir() { dot_git } else { root.join(first_line(&dot_git)?.strip_prefix("gitdir: ")?) };
        let common = first_line(&own.join("commondir")).map_or_else(|| own.clone(), |common| own.join(common));
        Some(Self { own, common })
    }
}

fn first_line(file: &Path) -> Option<String> {
    Some(fs::read_to_string(file).ok()?.lines().next()?.to_owned())
}
