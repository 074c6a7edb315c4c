//! Which files git ignores, gitignore(5): patterns of a deeper folder decide first, then `info/exclude`, then the user's
//! own `core.excludesFile`.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::git_dir::GitDir;

/// Longer pattern files are read up to here.
const MAX_SIZE: u64 = 4 * 1024 * 1024;

/// The patterns that hold in a folder.
#[derive(Debug, Clone, Default)]
pub(super) struct Ignores(Option<Arc<Level>>);

#[derive(Debug)]
struct Level {
    patterns: Gitignore,
    above: Ignores,
}

impl Ignores {
    /// What holds in the whole of a repository: the user's own patterns, and the repository's `info/exclude`.
    pub(super) fn of_repository(root: &Path, git: Option<&GitDir>) -> Self {
        let user = Self::default().with(GitignoreBuilder::new(root).build_global().0);
        match git {
            Some(git) => user.with_file(root, &git.common.join("info").join("exclude")),
            None => user,
        }
    }

    /// These, and before them those of a file whose patterns are relative to `folder`. A link is not followed, as git
    /// does it; a pattern that makes no sense hides nothing.
    pub(super) fn with_file(self, folder: &Path, file: &Path) -> Self {
        if !file.symlink_metadata().is_ok_and(|metadata| metadata.is_file()) {
            return self;
        }
        let mut bytes = Vec::new();
        if File::open(file).and_then(|file| file.take(MAX_SIZE).read_to_end(&mut bytes)).is_err() {
            return self;
        }
        let text = String::from_utf8_lossy(&bytes);
        let mut builder = GitignoreBuilder::new(folder);
        for line in text.strip_prefix('\u{feff}').unwrap_or(&text).lines() {
            let _nonsense_hides_nothing = builder.add_line(None, line);
        }
        match builder.build() {
            Ok(patterns) => self.with(patterns),
            Err(_) => self,
        }
    }

    fn with(self, patterns: Gitignore) -> Self {
        if patterns.is_empty() { self } else { Self(Some(Arc::new(Level { patterns, above: self }))) }
    }

    /// Whether a file or folder is ignored, whose parent folders are not. The path is absolute.
    pub(super) fn ignore(&self, path: &Path, is_folder: bool) -> bool {
        let mut here = self;
        while let Some(level) = &here.0 {
            match level.patterns.matched(path, is_folder) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => here = &level.above,
            }
        }
        false
    }
}
