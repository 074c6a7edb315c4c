//! The commit that artefacts are compared with.

use crate::check::audit::{self, Twin};
use crate::cli::exit::Failure;
use crate::cli::input::Input;
use crate::cli::origin::Origin;
use crate::cli::project::Project;

/// Larger files are not compared.
const MOST: u64 = 1024 * 1024 * 1024;

/// A commit, as a project.
#[derive(Debug)]
pub(super) struct Commit {
    /// How it was named.
    pub(super) name: String,
    pub(super) project: Project,
}

impl Commit {
    /// Finds a commit of the repository around the working directory.
    pub(super) fn find(input: &Input, revision: &str) -> Result<Self, Failure> {
        let origin = Origin { rev: Some(revision.to_owned()), ..Origin::default() };
        Ok(Self { name: revision.to_owned(), project: input.project_of(&origin)? })
    }

    /// The version that its name says, if it is a tag's: in the form that the project declares, or in a common one.
    pub(super) fn version(&self) -> Option<String> {
        let tag = self.name.strip_prefix("refs/tags/").unwrap_or(&self.name);
        self.project.config.agreement.version_of(tag).or_else(|| audit::of_tag(tag))
    }

    /// Its full name.
    pub(super) fn id(&self) -> Option<String> {
        self.project.snapshot.as_ref().and_then(|(snapshot, _)| snapshot.commit()).map(|commit| commit.to_string())
    }

    /// The file at a path that is relative to the project's root.
    pub(super) fn twin(&self, path: &str) -> Twin {
        let Some((snapshot, root)) = &self.project.snapshot else { return Twin::Missing };
        let path = if root.is_empty() { path.as_bytes().to_vec() } else { [root, b"/".as_slice(), path.as_bytes()].concat() };
        match snapshot.is_file(&path) {
            true => snapshot.bytes(&path, MOST).map_or(Twin::Unread, Twin::File),
            false => Twin::Missing,
        }
    }
}
