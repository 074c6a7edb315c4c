//! What every command that reads files takes.

use std::path::PathBuf;

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::cache::Cache;
use super::exit::Failure;
use super::origin::Origin;
use super::project::{Choice, Project};
use crate::model::Vocabulary;
use crate::rule;
use crate::run::Descriptions;
use crate::source::git::{Snapshot, Tree};
use crate::source::{Source, Worktree, slashed_bytes};

/// Files may be deeply nested, and a parser may recurse within its bound.
const STACK_SIZE: usize = 16 * 1024 * 1024;

/// Which files are read, and how.
#[derive(Debug, clap::Args)]
pub(super) struct Input {
    /// Files and folders to read. They narrow what is reported; the configuration is that of the project around them.
    #[arg(value_name = "PATH", default_value = ".", hide_default_value = true)]
    paths: Vec<PathBuf>,
    /// The configuration, instead of the closest congruent.toml.
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    config: Option<PathBuf>,
    /// Use no configuration and no baseline.
    #[arg(long)]
    isolated: bool,
    /// Read also what git ignores.
    #[arg(long)]
    no_ignore: bool,
    /// Leave out larger files; K, M and G stand for powers of 1024. A text that is left out makes the exit code 3.
    #[arg(long, value_name = "BYTES", default_value = "32M", value_parser = size)]
    max_file_size: u64,
    /// Neither use nor write what is known of the files of commits from earlier runs.
    #[arg(long)]
    no_cache: bool,
    /// How many files to read at a time; as many as there are processors unless given.
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// The descriptions that were read already, of whichever commit.
    #[arg(skip)]
    descriptions: Descriptions,
}

impl Input {
    /// All of the project around the working directory.
    pub(super) fn around(config: Option<PathBuf>, isolated: bool, jobs: Option<u16>) -> Self {
        let (paths, max_file_size) = (vec![PathBuf::from(".")], Worktree::MAX_FILE_SIZE);
        Self { paths, config, isolated, no_ignore: false, max_file_size, no_cache: false, jobs, descriptions: Descriptions::default() }
    }

    /// The project that the paths belong to, in the working tree.
    pub(super) fn project(&self) -> Result<Project, Failure> {
        Project::find(&self.paths, &self.choice())
    }

    /// The project that the paths belong to, where its files are said to come from.
    pub(super) fn project_of(&self, origin: &Origin) -> Result<Project, Failure> {
        match origin.place(&self.paths)? {
            Some(place) => Project::at(place, &self.choice()),
            None => self.project(),
        }
    }

    /// What a hook reads: all.
    pub(super) fn of_hook(no_cache: bool, jobs: Option<u16>) -> Self {
        Self { no_cache, ..Self::around(None, false, jobs) }
    }

    /// The project in a commit, whose root is that folder of its tree.
    pub(super) fn project_in(&self, snapshot: Snapshot, root: Vec<u8>) -> Result<Project, Failure> {
        Project::rooted(snapshot, root, &self.choice())
    }

    /// What is known of the files of a project from earlier runs.
    pub(super) fn cache(&self, project: &Project) -> Cache {
        if self.no_cache { Cache::none() } else { Cache::of(project, self.max_file_size) }
    }

    /// What is known of files that may be descriptions.
    pub(super) fn known<'k>(&'k self, cache: &'k Cache) -> (&'k Cache, &'k Descriptions) {
        (cache, &self.descriptions)
    }

    fn choice(&self) -> Choice {
        match &self.config {
            Some(file) => Choice::File(file.clone()),
            None if self.isolated => Choice::Isolated,
            None => Choice::Discover,
        }
    }

    /// Whether the project has no say.
    pub(super) fn is_isolated(&self) -> bool {
        self.isolated
    }

    /// The files.
    pub(super) fn source(&self, project: &Project) -> Box<dyn Source> {
        match &project.snapshot {
            Some(snapshot) => {
                Box::new(self.tree(snapshot, project).only(project.starts.iter().map(|start| slashed_bytes(start)).collect()))
            }
            None => Box::new(self.worktree(project).only(project.starts.clone())),
        }
    }

    /// The files of the whole root, whatever is reported.
    pub(super) fn whole(&self, project: &Project) -> Box<dyn Source> {
        match &project.snapshot {
            Some(snapshot) => Box::new(self.tree(snapshot, project)),
            None => Box::new(self.worktree(project)),
        }
    }

    /// The files on disk of the whole root.
    pub(super) fn worktree(&self, project: &Project) -> Worktree {
        let files = Worktree::new(project.root.clone()).exclude(project.config.exclude.clone()).max_file_size(self.max_file_size);
        if self.no_ignore { files.no_ignore() } else { files }
    }

    /// The files of a commit or the index.
    pub(super) fn tree_of(&self, project: &Project) -> Option<Tree> {
        project.snapshot.as_ref().map(|snapshot| self.tree(snapshot, project))
    }

    fn tree(&self, (snapshot, root): &(Snapshot, Vec<u8>), project: &Project) -> Tree {
        Tree::new(snapshot.clone(), root.clone()).exclude(project.config.exclude.clone()).max_file_size(self.max_file_size)
    }

    /// The threads that read them.
    pub(super) fn threads(&self) -> Result<ThreadPool, Failure> {
        let builder = ThreadPoolBuilder::new().num_threads(self.jobs.map_or(0, usize::from)).stack_size(STACK_SIZE);
        builder.build().map_err(|error| Failure::Internal(format!("no threads: {error}")))
    }
}

/// What the parsers look for: the built-in registry, to which the project adds.
pub(super) fn vocabulary(project: &Project) -> Result<Vocabulary, Failure> {
    let mut vocabulary = rule::vocabulary().map_err(Failure::Internal)?;
    for added in &project.config.credentials {
        match vocabulary.credentials.iter_mut().find(|known| known.prefix == added.prefix) {
            Some(known) => known.restate(added),
            None => vocabulary.credentials.push(added.clone()),
        }
    }
    let secrets = &project.config.secrets;
    vocabulary.secrets.words.add(&secrets.names, &secrets.not, &secrets.redactors);
    vocabulary.secrets.sinks.extend(secrets.sinks.iter().cloned());
    Ok(vocabulary)
}

/// `32M` and the like.
fn size(text: &str) -> Result<u64, String> {
    let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let factor = match unit.to_ascii_lowercase().trim_end_matches("ib").trim_end_matches('b') {
        "" => Some(1),
        "k" => Some(1 << 10),
        "m" => Some(1 << 20),
        "g" => Some(1 << 30),
        _ => None,
    };
    let bytes = factor.zip(digits.parse().ok()).and_then(|(factor, number): (u64, u64)| number.checked_mul(factor));
    bytes.filter(|&bytes| bytes > 0).ok_or_else(|| "a number of bytes, such as 65536, 512K or 32M".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        for (text, bytes) in [("1", 1), ("10b", 10), ("2K", 2048), ("2kib", 2048), ("32M", 33_554_432), ("1GB", 1 << 30)] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for text in ["", "0", "M", "1.5M", "-1", "99999999999999999999", "99999999999999G", "1T"] {
            assert!(size(text).is_err(), "{text}");
        }
    }
}
