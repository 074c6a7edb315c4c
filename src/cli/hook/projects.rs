//! The projects of a repository.

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::cli::exit::Failure;
use crate::cli::input::Input;
use crate::cli::origin::on_disk;
use crate::cli::project::{Project, slashed};
use crate::config;
use crate::source::git::Snapshot;

/// The projects of a commit or of the index. Where its root is configured, or nothing is, that is one. Otherwise the outermost folders
/// that are configured are one each, and all the rest is another one.
pub(super) fn projects(input: &Input, snapshot: &Snapshot) -> Result<Vec<Project>, Failure> {
    let project = |root: Vec<u8>| input.project_in(snapshot.clone(), root);
    let roots = snapshot.folders_with(config::FILE_NAME.as_bytes());
    if roots.iter().all(Vec::is_empty) {
        return Ok(vec![project(Vec::new())?]);
    }
    let mut rest = project(Vec::new())?;
    rest.config.exclude = all_of(&roots)?;
    roots.into_iter().map(project).chain([Ok(rest)]).collect()
}

/// Patterns that leave folders out.
fn all_of(folders: &[Vec<u8>]) -> Result<Gitignore, Failure> {
    let mut builder = GitignoreBuilder::new("");
    for folder in folders {
        let mut pattern = String::from("/");
        for c in slashed(&on_disk(folder)).chars() {
            pattern.extend("\\*?[]{}! ".contains(c).then_some('\\'));
            pattern.push(c);
        }
        builder.add_line(None, &(pattern + "/")).map_err(|error| Failure::Internal(error.to_string()))?;
    }
    builder.build().map_err(|error| Failure::Internal(error.to_string()))
}
