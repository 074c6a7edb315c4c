//! The files of the cache. One that is broken or of another version is as good as none, and is written anew; two programs that write at
//! the same time each write a whole one.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

/// How a file of this version begins.
const MAGIC: &[u8; 16] = b"congruent-cache2";

/// The bytes of a hash.
pub(super) const SUM: usize = 32;

/// The most that all files hold, in bytes.
const MOST_BYTES: u64 = 128 * 1024 * 1024;

/// A hash of parts that don't run together.
pub(super) fn digest(parts: &[&[u8]]) -> [u8; SUM] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// The file for what is known by a hash.
pub(super) fn file(folder: &Path, hash: &[u8; SUM]) -> PathBuf {
    let name: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    folder.join(name)
}

/// What a file holds, if it is whole.
pub(super) fn read(file: &Path) -> Option<Vec<u8>> {
    let mut bytes = fs::read(file).ok()?;
    let (content, sum) = bytes.split_last_chunk::<SUM>()?;
    if !content.starts_with(MAGIC) || digest(&[content]) != *sum {
        return None;
    }
    bytes.truncate(bytes.len() - SUM);
    bytes.drain(..MAGIC.len());
    Some(bytes)
}

/// Writes a file.
///
/// # Errors
///
/// It can't be written.
pub(super) fn write(file: &Path, content: &[u8]) -> io::Result<()> {
    let bytes = [MAGIC.as_slice(), content].concat();
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    temporary.write_all(&bytes)?;
    temporary.write_all(&digest(&[&bytes]))?;
    temporary.persist(file)?;
    Ok(())
}

/// Takes the oldest files out of a folder until what is left is not too much.
///
/// # Errors
///
/// The folder can't be read, or a file can't be taken out.
pub(super) fn shrink(folder: &Path) -> io::Result<()> {
    let mut files = Vec::new();
    for file in fs::read_dir(folder)? {
        let file = file?;
        let metadata = file.metadata()?;
        if metadata.is_file() {
            files.push((metadata.modified()?, metadata.len(), file.path()));
        }
    }
    files.sort();
    let mut left = MOST_BYTES;
    for (_, size, path) in files.into_iter().rev() {
        match left.checked_sub(size) {
            Some(rest) => left = rest,
            None => fs::remove_file(path)?,
        }
    }
    Ok(())
}
