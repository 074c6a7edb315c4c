//! Where what is known of files is kept between runs.

use std::env;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::project::{Project, slashed};
use crate::run::{Kept, Memory};

/// What is known of the files of one project.
pub(super) struct Cache {
    folder: Option<PathBuf>,
    /// What tells this program from any other one, and what it does not read.
    program: String,
    /// What decides, whatever rules run.
    context: Vec<u8>,
}

impl Cache {
    /// Nothing, and nothing is kept.
    pub(super) fn none() -> Self {
        Self { folder: None, program: String::new(), context: Vec::new() }
    }

    /// What is known of the files that git keeps, under this configuration, of files of at most this size in bytes.
    pub(super) fn of(project: &Project, max_file_size: u64) -> Self {
        let (Some(program), Some(_)) = (program(), &project.snapshot) else { return Self::none() };
        let config = project.config_file.as_ref().map(|(path, text)| format!("{}\0{text}", slashed(path))).unwrap_or_default();
        let program = format!("{program}\0{max_file_size}");
        let context = format!("{program}\0{config}").into_bytes();
        Self { folder: folder(), program, context }
    }

    /// The descriptions that are known: they are what they are under any configuration.
    pub(super) fn descriptions(&self) -> Kept {
        self.folder.as_ref().map_or_else(Kept::none, |folder| Kept::open(folder, &[b"description", self.program.as_bytes()]))
    }

    /// What is known if all that is in `context` decides, too.
    pub(super) fn open(&self, context: &[&[u8]]) -> Memory {
        let folder = self.folder.as_ref();
        folder.map_or_else(Memory::none, |folder| Memory::open(folder, &[&[self.context.as_slice()], context].concat()))
    }
}

/// The folder; `None` if this system has no place for it.
fn folder() -> Option<PathBuf> {
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = |folder: &str| absolute("HOME").map(|home| home.join(folder));
    let system = || {
        if cfg!(windows) {
            absolute("LOCALAPPDATA")
        } else if cfg!(target_os = "macos") {
            home("Library/Caches")
        } else {
            home(".cache")
        }
    };
    absolute("XDG_CACHE_HOME").or_else(system).map(|folder| folder.join("congruent"))
}

/// What tells this program from any other one, another build of the same version too.
fn program() -> Option<String> {
    let metadata = env::current_exe().and_then(|path: PathBuf| Path::new(&path).metadata()).ok()?;
    let built = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    Some(format!("{} {} {built}", env!("CARGO_PKG_VERSION"), metadata.len()))
}
