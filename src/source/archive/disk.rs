//! Artefacts on disk: files, and folders of files.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufReader, Seek as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use rawzip::FileReader;

use super::bounds::{Bounds, Meter};
use super::kind::Kind;
use super::search::Search;
use super::stream::{Hashed, drain, peek};
use super::walk::{At, Found, Walk};
use super::{Artifact, names, zip};
use crate::model::{EntryFault, EntryFaultKind, Gap, Member, Skipped};
use crate::source::decode::SNIFF;
use crate::source::path::printable;
use crate::source::worktree::reason;

/// A file that is read, with all that is in it; or what was found without reading.
pub(super) enum Job {
    File { index: usize, at: At, path: PathBuf },
    Found(Box<Found>),
}

/// The files of an artefact.
pub(super) fn jobs(index: usize, artifact: &Artifact) -> Vec<Job> {
    if !artifact.path.is_dir() {
        return vec![Job::File { index, at: At::artifact(&artifact.name), path: artifact.path.clone() }];
    }
    let (mut jobs, mut found) = (Vec::new(), Found::default());
    let mut folders = vec![(At::artifact(&artifact.name), artifact.path.clone())];
    while let Some((folder, path)) = folders.pop() {
        let entries = match fs::read_dir(path).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
            Ok(entries) => entries,
            Err(error) => {
                found.skipped.push(Skipped::unread(folder.path, reason(&error)));
                continue;
            }
        };
        for entry in entries {
            let (at, path) = (within(&folder, &entry.file_name()), entry.path());
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push((at, path)),
                Ok(kind) if kind.is_file() => jobs.push(Job::File { index, at, path }),
                Ok(kind) if kind.is_symlink() => link(&mut found, &at, &path),
                Ok(_) => found.skipped.push(Skipped::unread(at.path, "not a regular file")),
                Err(error) => found.skipped.push(Skipped::unread(at.path, reason(&error))),
            }
        }
    }
    jobs.push(Job::Found(Box::new(found)));
    jobs
}

fn within(folder: &At, name: &OsStr) -> At {
    let name = printable(Path::new(name));
    let inner = if folder.inner.is_empty() { name.clone() } else { format!("{}/{name}", folder.inner) };
    At { path: format!("{}/{name}", folder.path), inner, ..folder.clone() }
}

/// Notes a link of a folder.
fn link(found: &mut Found, at: &At, path: &Path) {
    let target = fs::read_link(path).map(|target| target.to_string_lossy().into_owned()).unwrap_or_default();
    if let Some(where_to) = names::leaves(&at.inner, &target, false) {
        let (path, message) = (at.path.clone(), format!("a link that leads {where_to}: `{target}`"));
        found.faults.push(EntryFault { path, kind: EntryFaultKind::Unsafe, message, is_mild: false });
    }
    found.skipped.push(Skipped::policy(&at.path, "symbolic link"));
}

impl Job {
    /// Reads it. A panic does not leave it.
    pub(super) fn run(self, bounds: Bounds, search: &Search<'_>) -> Found {
        let (index, at, path) = match self {
            Self::Found(found) => return *found,
            Self::File { index, at, path } => (index, at, path),
        };
        let read = AssertUnwindSafe(|| read(index, &at, &path, bounds, search));
        catch_unwind(read).unwrap_or_else(|_| {
            let skipped = vec![Skipped { path: at.path.clone(), reason: "internal error".to_owned(), gap: Gap::Crash }];
            Found { skipped, ..Found::default() }
        })
    }
}

fn read(index: usize, at: &At, path: &Path, bounds: Bounds, search: &Search<'_>) -> Found {
    let size = fs::metadata(path).map_or(0, |metadata| metadata.len());
    let meter = Meter::new(bounds, size);
    let mut walk = Walk::new(&meter, search, index);
    let result = file(&mut walk, at, path, size);
    if let Some(excess) = meter.excess() {
        walk.fault(at, EntryFaultKind::Bomb, format!("not read to its end: {excess}"), false);
        walk.unread(at, excess);
    } else if let Err(error) = result {
        walk.unread(at, reason(&error));
    }
    walk.found
}

fn file(walk: &mut Walk<'_>, at: &At, path: &Path, size: u64) -> io::Result<()> {
    let mut file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    let (head, _) = peek(&mut file, SNIFF)?;
    file.rewind()?;
    if Kind::of(&head, at.name()) != Kind::Zip {
        return walk.stream(at, &mut BufReader::with_capacity(256 * 1024, file)).map(|_| ());
    }
    // Any part of it can be read where it is.
    let mut hashed = Hashed::new(&mut file);
    drain(&mut hashed)?;
    let (read, sha256) = hashed.finish();
    let member = walk.member(at, Kind::Zip.name());
    walk.found.members.push(Member { size: read, sha256, ..member });
    let result = walk.archive(at, |walk| zip::read_at(walk, at, FileReader::from(file), size));
    walk.note_failure(at, result);
    Ok(())
}
