//! The projects of a repository.

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::cli::exit::Failure;
use crate::cli::input::Input;
use crate::cli::origin::on_disk;
use crate::cli::output::stderr;
use crate::cli::project::{Project, slashed};
use crate::config;
use crate::model::printable;
use crate::source::git::Snapshot;

/// The projects of a commit or of the index. Where its root is configured, or nothing is, that is one. Otherwise the outermost folders
/// that are configured are one each, and all the rest is another one. A configuration in a folder that does not hold may be there to be
/// wrong, as a test's is: its folder is checked with the rest.
pub(super) fn projects(input: &Input, snapshot: &Snapshot) -> Result<Vec<Project>, Failure> {
    let project = |root: Vec<u8>| input.project_in(snapshot.clone(), root);
    let roots = snapshot.folders_with(config::FILE_NAME.as_bytes());
    if roots.iter().all(Vec::is_empty) {
        return Ok(vec![project(Vec::new())?]);
    }
    let (mut found, mut folders) = (Vec::new(), Vec::new());
    for root in roots {
        let folder = slashed(&on_disk(&root));
        match project(root.clone()) {
            Ok(project) => {
                found.push(project);
                folders.push(root);
            }
            Err(Failure::Config(_) | Failure::Usage(_)) => stderr(&format!(
                "{}/{} does not hold, so {0} is checked without it; `congruent check` there says why",
                printable(&folder),
                config::FILE_NAME
            )),
            Err(failure) => return Err(failure),
        }
    }
    let mut rest = project(Vec::new())?;
    rest.config.exclude = all_of(&folders)?;
    found.push(rest);
    Ok(found)
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
