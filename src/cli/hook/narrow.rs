//! Which files can hold anything new, where little has changed.

use rayon::ThreadPool;

use crate::check::contract::Sites;
use crate::cli::exit::Failure;
use crate::cli::input::vocabulary;
use crate::cli::project::Project;
use crate::config;
use crate::run::any_describes;
use crate::source::Entry;
use crate::source::git::{Change, Tree};
use crate::triage::BASELINE;

/// What can be new, where some files differ from an earlier commit.
pub(super) enum New {
    /// Anything: what is accepted differs.
    Any,
    /// What is found in these files, and what files are held against contracts for, or against each other.
    WithContracts(Vec<Entry>),
    /// What is found in these files, and what pages show of descriptions.
    WithPages(Vec<Entry>),
    /// What is found in these files, and what the tree says as a whole: all that the other files are held against is the same.
    In(Vec<Entry>),
}

impl New {
    /// What can be new in a project.
    pub(super) fn of(tree: &Tree, project: &Project, changes: &[Change], threads: &ThreadPool) -> Result<Self, Failure> {
        // A configuration in a folder says which folders are projects of their own.
        let decides = |path: &String| path == BASELINE || path.rsplit('/').next() == Some(config::FILE_NAME);
        let paths: Vec<_> = changes.iter().filter_map(|change| tree.shown(&change.path)).collect();
        if paths.iter().any(decides) {
            return Ok(Self::Any);
        }
        let blobs = |change: &Change| change.before.iter().copied().chain(change.after).collect::<Vec<_>>();
        let entries = changes.iter().flat_map(|change| blobs(change).into_iter().filter_map(|oid| tree.entry(&change.path, oid)));
        let entries: Vec<_> = entries.collect();
        let after = |change: &Change| tree.entry(&change.path, change.after?);
        let differing = changes.iter().filter_map(after).collect();
        if threads.install(|| any_describes(tree, &entries, || vocabulary(project)))? {
            return Ok(Self::WithContracts(differing));
        }
        // A site's configuration says where descriptions are published.
        let has_sites = paths.iter().any(|path| Sites::is_configuration(path));
        Ok(if has_sites { Self::WithPages(differing) } else { Self::In(differing) })
    }
}
