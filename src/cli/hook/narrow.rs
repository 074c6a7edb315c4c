//! Which files can hold anything new, where little has changed.

use rayon::ThreadPool;

use crate::cli::exit::Failure;
use crate::cli::input::vocabulary;
use crate::cli::project::Project;
use crate::config;
use crate::run::any_describes;
use crate::source::Entry;
use crate::source::git::{Change, Tree};
use crate::triage::BASELINE;

/// The files that differ from an earlier commit, where all that the others are held against is the same: then what is found in those
/// is not new. `None` where the configuration, what is accepted or an API description differs.
///
/// Of pages that show a description, and are the same, nothing is said though a site's configuration may differ.
pub(super) fn differing(tree: &Tree, project: &Project, changes: &[Change], threads: &ThreadPool) -> Result<Option<Vec<Entry>>, Failure> {
    // A configuration in a folder says which folders are projects of their own.
    let decides = |path: String| path == BASELINE || path.rsplit('/').next() == Some(config::FILE_NAME);
    let is_named = |change: &Change| tree.shown(&change.path).is_some_and(decides);
    let blobs = |change: &Change| change.before.iter().copied().chain(change.after).collect::<Vec<_>>();
    let entries = changes.iter().flat_map(|change| blobs(change).into_iter().filter_map(|oid| tree.entry(&change.path, oid)));
    let entries: Vec<_> = entries.collect();
    if changes.iter().any(is_named) || threads.install(|| any_describes(tree, &entries, || vocabulary(project)))? {
        return Ok(None);
    }
    let after = |change: &Change| tree.entry(&change.path, change.after?);
    Ok(Some(changes.iter().filter_map(after).collect()))
}
