//! What is checked: the root, the paths below it, and the configuration.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::exit::Failure;
use super::origin::{Place, folder, on_disk};
use super::trust::Trusted;
use crate::config::{self, Config};
use crate::rule;
use crate::source::git::{Oid, Repository, Snapshot};
use crate::source::{git_root, slashed_bytes};

/// A longer configuration is refused.
const MAX_CONFIG: u64 = 1024 * 1024;

/// Where the configuration comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Choice {
    /// The closest `congruent.toml`.
    Discover,
    /// This file.
    File(PathBuf),
    /// There is none.
    Isolated,
}

/// What is checked.
#[derive(Debug)]
pub(super) struct Project {
    /// The folder to which all paths are relative, as an absolute path.
    pub(super) root: PathBuf,
    /// The root as seen from the working directory, with forward slashes.
    pub(super) shown_root: String,
    /// What was asked for, relative to the root.
    pub(super) starts: Vec<PathBuf>,
    /// What the project says about itself.
    pub(super) config: Config,
    /// The configuration's file and text.
    pub(super) config_file: Option<(PathBuf, String)>,
    /// What is checked instead of the working tree, and where the root is in it.
    pub(super) snapshot: Option<(Snapshot, Vec<u8>)>,
    /// The commit that decides what is accepted.
    pub(super) trusted: Option<Trusted>,
}

/// Where a project is in git.
pub(super) struct InGit {
    pub(super) repository: Arc<Repository>,
    /// The root, in the tree.
    pub(super) root: Vec<u8>,
    /// The commit that is checked, if one is.
    pub(super) commit: Option<Oid>,
}

impl Project {
    /// The project that `paths` belong to.
    ///
    /// Its root is the folder of the closest `congruent.toml`, searched from the working directory (or, where the paths
    /// belong to another repository, from them) up to the root of the git working tree. Without one it is that root;
    /// without git, the working directory, or the paths' own folder if they are outside of it.
    pub(super) fn find(paths: &[PathBuf], choice: &Choice) -> Result<Self, Failure> {
        let directory = std::env::current_dir().and_then(|directory| canonical(&directory));
        let directory = directory.map_err(|error| Failure::usage(format!("the working directory can't be read: {error}")))?;
        let targets = paths.iter().map(|path| target(&directory, path)).collect::<Result<Vec<_>, _>>()?;
        let common = common_folder(&targets).unwrap_or_else(|| directory.clone());
        if let [first, rest @ ..] = targets.as_slice()
            && let Some(other) = rest.iter().find(|target| git_root(target) != git_root(first))
        {
            let (first, other) = (first.display(), other.display());
            return Err(Failure::usage(format!("{first} and {other} belong to different repositories; check each in a run of its own")));
        }
        let inside = common.starts_with(&directory) && directory.parent().is_some() && git_root(&common) == git_root(&directory);
        let from = if inside { &directory } else { &common };
        let git = git_root(from);
        let discovered = (*choice == Choice::Discover).then(|| discover(from, git)).flatten();
        let root = discovered.as_deref().and_then(Path::parent).or(git).unwrap_or(from).to_owned();
        let starts = targets.iter().map(|target| relative(&root, target)).collect::<Result<Vec<_>, _>>()?;

        let config_file = match (choice, discovered) {
            (Choice::File(path), _) => Some((path.clone(), read(path)?)),
            (Choice::Discover, Some(path)) => {
                // A link could point out of the tree, and the file's text is shown where it is wrong.
                if fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_symlink()) {
                    return Err(Failure::usage(format!("{} is a symbolic link; name the file with --config", path.display())));
                }
                Some((PathBuf::from(config::FILE_NAME), read(&path)?))
            }
            _ => None,
        };
        let config = parsed(config_file.as_ref())?;
        Ok(Self { shown_root: shown(&directory, &root), root, starts, config, config_file, snapshot: None, trusted: None })
    }

    /// The project in a commit or in the index, found as [`Project::find`] would find it in a checkout.
    pub(super) fn at(place: Place, choice: &Choice) -> Result<Self, Failure> {
        let Place { snapshot, directory, targets, top, tag } = place;
        let folders = targets.iter().map(|target| if snapshot.is_folder(target) || target.is_empty() { target } else { folder(target) });
        let folders: Vec<_> = folders.map(on_disk).collect();
        let common = folders.into_iter().reduce(|one, other| common(one, &other)).unwrap_or_else(|| on_disk(&directory));
        let from = if common.starts_with(on_disk(&directory)) { on_disk(&directory) } else { common };
        let named = |folder: &Path| slashed_bytes(&folder.join(config::FILE_NAME));
        let discovered = from.ancestors().find(|folder| *choice == Choice::Discover && snapshot.contains(&named(folder)));
        let root = discovered.map(Path::to_owned).unwrap_or_default();
        let config_file = config_in(&snapshot, &root, choice)?;
        let starts = targets.iter().map(|target| relative(&root, &on_disk(target))).collect::<Result<_, _>>()?;
        let mut config = parsed(config_file.as_ref())?;
        config.agreement.tag = tag;
        let here = top.join(on_disk(&directory));
        let (shown_root, tree_root) = (shown(&here, &top.join(&root)), slashed_bytes(&root));
        Ok(Self { shown_root, root: top.join(root), starts, config, config_file, snapshot: Some((snapshot, tree_root)), trusted: None })
    }

    /// The project in a commit whose root is that folder of its tree, whatever is around it.
    pub(super) fn rooted(snapshot: Snapshot, root: Vec<u8>, choice: &Choice) -> Result<Self, Failure> {
        let config_file = config_in(&snapshot, &on_disk(&root), choice)?;
        let config = parsed(config_file.as_ref())?;
        let shown_root = ".".to_owned();
        Ok(Self {
            shown_root,
            root: on_disk(&root),
            starts: vec![PathBuf::new()],
            config,
            config_file,
            snapshot: Some((snapshot, root)),
            trusted: None,
        })
    }

    /// Where the root is in its repository, with forward slashes; empty where it is the repository's own root, or in none.
    pub(super) fn folder(&self) -> String {
        match &self.snapshot {
            Some((_, root)) => slashed(&on_disk(root)),
            None => git_root(&self.root).and_then(|top| self.root.strip_prefix(top).ok()).map(slashed).unwrap_or_default(),
        }
    }

    /// Where the project is in git.
    pub(super) fn in_git(&self) -> Result<InGit, Failure> {
        if let Some((snapshot, root)) = &self.snapshot {
            let (repository, root, commit) = (Arc::clone(snapshot.repository()), root.clone(), snapshot.commit());
            return Ok(InGit { repository, root, commit });
        }
        let repository = Repository::find(&self.root)?;
        let top = repository.top().unwrap_or(Path::new(""));
        let root = self.root.strip_prefix(top).map(slashed_bytes).unwrap_or_default();
        Ok(InGit { repository: Arc::new(repository), root, commit: None })
    }

    /// Whether the whole root is checked, and not only a part of it.
    pub(super) fn is_whole(&self) -> bool {
        self.starts.iter().any(|start| start.as_os_str().is_empty())
    }
}

/// An existing path, absolute. Links in it are followed, since it was named; the last part of it only to a folder.
fn target(directory: &Path, path: &Path) -> Result<PathBuf, Failure> {
    let absolute = directory.join(path);
    let wrong = |error: io::Error| {
        Failure::usage(match error.kind() {
            io::ErrorKind::NotFound => format!("{}: no such file or folder", path.display()),
            _ => format!("{}: {error}", path.display()),
        })
    };
    fs::symlink_metadata(&absolute).map_err(wrong)?;
    match (absolute.parent(), absolute.file_name()) {
        (Some(folder), Some(name)) if !absolute.is_dir() => Ok(canonical(folder).map_err(wrong)?.join(name)),
        _ => canonical(&absolute).map_err(wrong),
    }
}

/// The path without links; on Windows without the prefix `\\?\`, below which `..` and `/` mean nothing.
pub(super) fn canonical(path: &Path) -> io::Result<PathBuf> {
    let path = fs::canonicalize(path)?;
    let plain = path.to_str().and_then(|text| text.strip_prefix(r"\\?\")).filter(|plain| plain.as_bytes().get(1) == Some(&b':'));
    Ok(plain.map(PathBuf::from).unwrap_or(path))
}

/// The deepest folder that holds all targets.
fn common_folder(targets: &[PathBuf]) -> Option<PathBuf> {
    let mut folders =
        targets.iter().map(|target| if target.is_dir() && !target.is_symlink() { target } else { target.parent().unwrap_or(target) });
    let first = folders.next()?.to_owned();
    Some(folders.fold(first, common))
}

/// The deepest folder that holds both.
fn common(one: PathBuf, other: &Path) -> PathBuf {
    one.ancestors().find(|&ancestor| other.starts_with(ancestor)).map(Path::to_owned).unwrap_or(one)
}

/// The configuration of a project in a commit or in the index, by the project's root.
fn config_in(snapshot: &Snapshot, root: &Path, choice: &Choice) -> Result<Option<(PathBuf, String)>, Failure> {
    let path = root.join(config::FILE_NAME);
    let in_tree = slashed_bytes(&path);
    match choice {
        Choice::File(path) => Ok(Some((path.clone(), read(path)?))),
        Choice::Discover if snapshot.contains(&in_tree) => {
            let wrong = |reason: &str| Failure::usage(format!("{}: {reason}", slashed(&path)));
            let bytes = snapshot.bytes(&in_tree, MAX_CONFIG).map_err(|reason| wrong(&reason))?;
            let text = String::from_utf8(bytes).map_err(|_| wrong("stream did not contain valid UTF-8"))?;
            Ok(Some((PathBuf::from(config::FILE_NAME), text)))
        }
        Choice::Discover | Choice::Isolated => Ok(None),
    }
}

/// What a configuration says.
fn parsed(file: Option<&(PathBuf, String)>) -> Result<Config, Failure> {
    let rules = rule::all().map_err(|error| Failure::Internal(error.to_owned()))?;
    match file {
        Some((path, text)) => Config::parse(&slashed(path), text, rules).map_err(Failure::Config),
        None => Ok(Config::default()),
    }
}

fn discover(from: &Path, git: Option<&Path>) -> Option<PathBuf> {
    let last = git.unwrap_or(from);
    let folders = from.ancestors().take_while(|folder| folder.starts_with(last));
    folders.map(|folder| folder.join(config::FILE_NAME)).find(|file| fs::symlink_metadata(file).is_ok())
}

fn relative(root: &Path, target: &Path) -> Result<PathBuf, Failure> {
    let outside = || Failure::usage(format!("{} is outside of {}; check it in a run of its own", target.display(), root.display()));
    target.strip_prefix(root).map(Path::to_owned).map_err(|_| outside())
}

fn read(path: &Path) -> Result<String, Failure> {
    let wrong = |reason: String| Failure::usage(format!("{}: {reason}", path.display()));
    let mut text = String::new();
    let file = File::open(path).map_err(|error| wrong(error.to_string()))?;
    let length = file.take(MAX_CONFIG + 1).read_to_string(&mut text).map_err(|error| wrong(error.to_string()))?;
    if length as u64 > MAX_CONFIG {
        return Err(wrong(format!("larger than {MAX_CONFIG} bytes")));
    }
    Ok(text)
}

/// `root` as seen from `directory`: `.`, `..`, `sub/folder`, or absolute.
fn shown(directory: &Path, root: &Path) -> String {
    if let Ok(below) = root.strip_prefix(directory) {
        return if below.as_os_str().is_empty() { ".".to_owned() } else { slashed(below) };
    }
    match directory.strip_prefix(root) {
        Ok(above) => vec![".."; above.components().count()].join("/"),
        Err(_) => slashed(root),
    }
}

/// A path with forward slashes.
pub(super) fn slashed(path: &Path) -> String {
    let mut out = String::new();
    for component in path.components() {
        match component {
            Component::RootDir => out.push('/'),
            other => {
                if !out.is_empty() && !out.ends_with('/') {
                    out.push('/');
                }
                out.push_str(&other.as_os_str().to_string_lossy());
            }
        }
    }
    out
}
