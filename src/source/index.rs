//! The names in git's index, gitformat-index(5), versions 2 to 4, SHA-1 and SHA-256.
//!
//! It is read here and not asked of `git ls-files`, because git runs what a repository's configuration names
//! (`core.fsmonitor`), and a repository may be hostile.

use std::fs;
use std::path::Path;

/// What git tracks.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Sorted by path.
    entries: Vec<Tracked>,
}

/// A path that git tracks.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Tracked {
    /// Relative to the working tree's root, with forward slashes.
    pub(super) path: Vec<u8>,
    /// Whether it is a submodule.
    pub(super) submodule: bool,
}

/// The length of an entry before its object id, and of the flags after it.
const STAT: usize = 40;
const FLAGS: usize = 2;
const EXTENDED: u16 = 0x4000;
const TYPE_MASK: u32 = 0o170_000;
const TYPE_SUBMODULE: u32 = 0o160_000;
const TYPE_FOLDER: u32 = 0o040_000;

impl Index {
    /// The index of a repository; empty if there is none, or none that can be understood.
    pub(super) fn read(git_dir: &Path) -> Self {
        let Ok(bytes) = fs::read(git_dir.join("index")) else { return Self::default() };
        let mut entries = Vec::new();
        if let Some(base) = parse(&bytes, &mut entries) {
            // A split index: most of it stands in a file that several indexes share.
            if let Ok(bytes) = fs::read(git_dir.join(format!("sharedindex.{base}"))) {
                parse(&bytes, &mut entries);
            }
        }
        entries.sort_unstable();
        entries.dedup();
        Self { entries }
    }

    /// What is tracked at `path` or, if it is a folder, below it.
    pub(super) fn within(&self, path: &[u8]) -> impl Iterator<Item = &Tracked> {
        let below = [path, b"/"].concat();
        let exact = self.entries.binary_search_by(|entry| entry.path.as_slice().cmp(path)).ok().and_then(|at| self.entries.get(at));
        let start = self.entries.partition_point(|entry| entry.path < below);
        let rest = self.entries.get(start..).unwrap_or_default().iter().take_while(move |entry| entry.path.starts_with(&below));
        exact.into_iter().chain(rest)
    }

    /// Whether `path` is a submodule.
    pub(super) fn is_submodule(&self, path: &[u8]) -> bool {
        self.within(path).any(|entry| entry.submodule && entry.path == path)
    }
}

/// Appends the entries; the result is the base of a split index. The object format stands in the repository's
/// configuration, but only the right one makes the lengths agree.
fn parse(bytes: &[u8], entries: &mut Vec<Tracked>) -> Option<String> {
    for oid in [20, 32] {
        let mut found = Vec::new();
        if let Some(base) = parse_with(bytes, oid, &mut found) {
            entries.append(&mut found);
            return base;
        }
    }
    None
}

/// `None` if the file isn't an index with object ids of this length.
fn parse_with(bytes: &[u8], oid: usize, entries: &mut Vec<Tracked>) -> Option<Option<String>> {
    let body = bytes.get(..bytes.len().checked_sub(oid)?)?;
    let mut at = Reader { bytes: body, at: 0 };
    if at.take(4)? != b"DIRC" {
        return None;
    }
    let (version, count) = (at.u32()?, at.u32()?);
    if !(2..=4).contains(&version) {
        return None;
    }
    let mut path = Vec::new();
    for _ in 0..count {
        let start = at.at;
        let stat = at.take(STAT)?;
        let mode = u32::from_be_bytes(stat.get(24..28)?.try_into().ok()?);
        at.take(oid)?;
        let flags = u16::from_be_bytes(at.take(FLAGS)?.try_into().ok()?);
        if flags & EXTENDED != 0 {
            at.take(FLAGS)?;
        }
        if version == 4 {
            let strip = at.offset()?;
            path.truncate(path.len().checked_sub(strip)?);
            path.extend_from_slice(at.until_nul()?);
        } else {
            path = at.until_nul()?.to_vec();
            // Padded with NULs to a multiple of eight, of which one is read.
            let padding = (8 - (at.at - start) % 8) % 8;
            if at.take(padding)?.iter().any(|&byte| byte != 0) {
                return None;
            }
        }
        // A replacement in a split index has no name; a folder in a sparse index has no files here.
        if !path.is_empty() && mode & TYPE_MASK != TYPE_FOLDER {
            entries.push(Tracked { path: path.clone(), submodule: mode & TYPE_MASK == TYPE_SUBMODULE });
        }
    }
    let mut base = None;
    while at.at < body.len() {
        let signature = at.take(4)?;
        let length = usize::try_from(at.u32()?).ok()?;
        let content = at.take(length)?;
        if signature == b"link" {
            base = content.get(..oid).map(|id| id.iter().map(|byte| format!("{byte:02x}")).collect());
        }
    }
    Some(base)
}

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Reader<'b> {
    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(length)?)?;
        self.at += length;
        Some(taken)
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.take(4)?.try_into().ok()?))
    }

    /// The bytes before the next NUL, which is read too.
    fn until_nul(&mut self) -> Option<&'b [u8]> {
        let rest = self.bytes.get(self.at..)?;
        let length = memchr::memchr(0, rest)?;
        self.at += length + 1;
        rest.get(..length)
    }

    /// A number as pack files write offsets: seven bits a byte, one added for each byte that follows.
    fn offset(&mut self) -> Option<usize> {
        let mut value = 0usize;
        loop {
            let byte = *self.take(1)?.first()?;
            value = value.checked_mul(128)?.checked_add(usize::from(byte & 0x7F))?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
            value = value.checked_add(1)?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An index as git would write it; `names` with a leading `@` are submodules.
    fn index(version: u32, oid: usize, names: &[&str]) -> Vec<u8> {
        let mut out = b"DIRC".to_vec();
        out.extend(version.to_be_bytes());
        out.extend(u32::try_from(names.len()).unwrap().to_be_bytes());
        let mut previous = "";
        for name in names {
            let (mode, name) = name.strip_prefix('@').map_or((0o100_644u32, *name), |name| (0o160_000, name));
            let start = out.len();
            out.extend([0; 24]);
            out.extend(mode.to_be_bytes());
            out.extend([0; 12]);
            out.extend(vec![0xAB; oid]);
            if version == 3 {
                out.extend(EXTENDED.to_be_bytes());
            }
            out.extend([0, 9]);
            if version == 4 {
                let common = name.bytes().zip(previous.bytes()).take_while(|(a, b)| a == b).count();
                let strip = previous.len() - common;
                if strip >= 128 {
                    out.push(0x80 | u8::try_from((strip - 128) / 128).unwrap());
                }
                out.push(u8::try_from(strip % 128).unwrap());
                out.extend(&name.as_bytes()[common..]);
                out.push(0);
                previous = name;
            } else {
                out.extend(name.as_bytes());
                out.push(0);
                while !(out.len() - start).is_multiple_of(8) {
                    out.push(0);
                }
            }
        }
        out.extend(b"TREE\0\0\0\x03abc");
        out.extend(vec![0xCD; oid]);
        out
    }

    fn parsed(bytes: &[u8]) -> Index {
        let mut entries = Vec::new();
        parse(bytes, &mut entries);
        Index { entries }
    }

    fn within(index: &Index, path: &str) -> Vec<String> {
        index.within(path.as_bytes()).map(|entry| String::from_utf8(entry.path.clone()).unwrap()).collect()
    }

    #[test]
    fn every_version_and_object_format_is_read() {
        let long = format!("d/{}", "x".repeat(300));
        let names = ["a", "d-e", "d/f", "d/g/h", long.as_str(), "dd", "@sub"];
        for version in [2, 3, 4] {
            for oid in [20, 32] {
                let index = parsed(&index(version, oid, &names));
                assert_eq!(within(&index, "d"), ["d/f", "d/g/h", long.as_str()], "version {version}, {oid}");
                assert_eq!(within(&index, "d/f"), ["d/f"]);
                assert_eq!(within(&index, "nothing"), [""; 0]);
                assert!(index.is_submodule(b"sub") && !index.is_submodule(b"a"));
            }
        }
    }

    #[test]
    fn a_broken_index_is_empty() {
        let whole = index(2, 20, &["a", "b"]);
        for length in 0..whole.len() - 1 {
            assert!(parsed(&whole[..length]).entries.len() <= 2);
        }
        assert!(parsed(b"DIRC\0\0\0\x02\xFF\xFF\xFF\xFF").entries.is_empty());
    }
}
