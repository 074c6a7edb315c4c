//! What one commit or the index holds.

use std::sync::Arc;

use super::objects::Objects;
use super::oid::Oid;
use super::repository::{GitError, Repository};

/// The paths of a commit or of the index, with their blobs.
#[derive(Debug, Clone)]
pub struct Snapshot {
    repository: Arc<Repository>,
    commit: Option<Oid>,
    nodes: Arc<[Node]>,
    pub(super) objects: Arc<Objects>,
}

/// What a path holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Node {
    /// Relative to the root of the tree, with forward slashes.
    pub(super) path: Vec<u8>,
    pub(super) kind: Kind,
    pub(super) oid: Oid,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    File,
    Link,
    Submodule,
    /// A path that a merge has left undecided.
    Conflict,
}

/// The most paths of a tree. A small hostile one could have any number.
const MOST: usize = 2_000_000;

impl Snapshot {
    /// The tree of a commit.
    ///
    /// # Errors
    ///
    /// It can't be read, as where a partial clone left trees out.
    pub fn of_commit(repository: Arc<Repository>, commit: Oid) -> Result<Self, GitError> {
        let listed = repository.output(&["ls-tree", "-r", "-z", "--full-tree", &commit.to_string()]);
        let listed = listed.map_err(|error| match error {
            GitError::Failed(why) => GitError::Missing(format!("the tree of {commit} can't be read: {why}")),
            other => other,
        })?;
        Self::new(repository, Some(commit), &listed)
    }

    /// What would be committed. A path that is in conflict is no file.
    ///
    /// # Errors
    ///
    /// git can't read the index.
    pub fn of_index(repository: Arc<Repository>) -> Result<Self, GitError> {
        let listed = repository.output(&["ls-files", "--stage", "-z"])?;
        Self::new(repository, None, &listed)
    }

    fn new(repository: Arc<Repository>, commit: Option<Oid>, listed: &[u8]) -> Result<Self, GitError> {
        let records = || listed.split(|&byte| byte == 0).filter(|record| !record.is_empty());
        if records().count() > MOST {
            return Err(GitError::Failed(format!("the tree has more than {MOST} files")));
        }
        let nodes = records().map(Node::parse).collect::<Option<Vec<_>>>();
        let mut nodes = nodes.ok_or_else(|| GitError::Failed("git lists a tree in another form than expected".to_owned()))?;
        nodes.sort_unstable();
        nodes.dedup_by(|later, first| later.path == first.path);
        let objects = Arc::new(Objects::new(Arc::clone(&repository)));
        Ok(Self { repository, commit, nodes: nodes.into(), objects })
    }

    /// The repository.
    pub fn repository(&self) -> &Arc<Repository> {
        &self.repository
    }

    /// The commit; `None` if it is the index.
    pub fn commit(&self) -> Option<Oid> {
        self.commit
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// What there is at a path or, if it is a folder, whether there is something below it. Relative to the root of the tree, with
    /// forward slashes; empty for the root itself.
    pub fn contains(&self, path: &[u8]) -> bool {
        path.is_empty() || self.node(path).is_some() || self.is_folder(path)
    }

    /// Whether there is something below a path.
    pub fn is_folder(&self, path: &[u8]) -> bool {
        !self.below(path).is_empty()
    }

    /// Whether there is a file (no link) at a path.
    pub fn is_file(&self, path: &[u8]) -> bool {
        self.node(path).is_some_and(|node| node.kind == Kind::File)
    }

    /// The outermost folders that hold a file of this name, sorted; the root of the tree is the empty one.
    pub fn folders_with(&self, name: &[u8]) -> Vec<Vec<u8>> {
        let folder = |path: &[u8]| match path.strip_suffix(name)? {
            [] => Some(Vec::new()),
            [folder @ .., b'/'] => Some(folder.to_vec()),
            _ => None,
        };
        let files = self.nodes.iter().filter(|node| node.kind == Kind::File);
        let mut folders: Vec<_> = files.filter_map(|node| folder(&node.path)).collect();
        // A folder comes before those in it.
        folders.sort_unstable();
        let mut outermost: Vec<Vec<u8>> = Vec::new();
        for folder in folders {
            let is_in =
                |outer: &Vec<u8>| outer.is_empty() || folder.strip_prefix(outer.as_slice()).is_some_and(|rest| rest.starts_with(b"/"));
            if !outermost.iter().any(is_in) {
                outermost.push(folder);
            }
        }
        outermost
    }

    pub(super) fn node(&self, path: &[u8]) -> Option<&Node> {
        let at = self.nodes.binary_search_by(|node| node.path.as_slice().cmp(path)).ok()?;
        self.nodes.get(at)
    }

    /// What is below a folder.
    pub(super) fn below(&self, folder: &[u8]) -> &[Node] {
        if folder.is_empty() {
            return &self.nodes;
        }
        let prefix = [folder, b"/"].concat();
        let start = self.nodes.partition_point(|node| node.path < prefix);
        let rest = self.nodes.get(start..).unwrap_or_default();
        let length = rest.partition_point(|node| node.path.starts_with(&prefix));
        rest.get(..length).unwrap_or_default()
    }

    /// The bytes of a file at a path, at most `max`.
    ///
    /// # Errors
    ///
    /// Why it can't be read.
    pub fn bytes(&self, path: &[u8], max: u64) -> Result<Vec<u8>, String> {
        let node = self.node(path).filter(|node| node.kind == Kind::File).ok_or("no such file")?;
        let read = self.objects.read("", node.oid, max, std::iter::empty());
        read.map_err(|skipped| skipped.reason)
    }
}

impl Node {
    /// A record of `ls-tree` (`mode type oid TAB path`) or `ls-files --stage` (`mode oid stage TAB path`).
    fn parse(record: &[u8]) -> Option<Self> {
        let tab = memchr::memchr(b'\t', record)?;
        let (head, path) = (record.get(..tab)?, record.get(tab + 1..)?.to_vec());
        let mut words = head.split(|&byte| byte == b' ');
        let (mode, second, third) = (words.next()?, words.next()?, words.next()?);
        if words.next().is_some() {
            return None;
        }
        let (oid, is_undecided) = match Oid::parse(second) {
            Some(oid) => (oid, third != b"0"),
            None => (Oid::parse(third)?, false),
        };
        let kind = match mode {
            _ if is_undecided => Kind::Conflict,
            b"120000" => Kind::Link,
            b"160000" => Kind::Submodule,
            _ => Kind::File,
        };
        Some(Self { path, kind, oid })
    }
}
