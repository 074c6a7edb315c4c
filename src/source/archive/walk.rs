//! Goes through an artefact and all archives in it, once, from the first byte to the last.

use std::fmt::Display;
use std::io::{self, Read};

use super::bounds::Meter;
use super::kind::Kind;
use super::names::{self, AGAIN, Names, Twin};
use super::search::Search;
use super::stream::{Hashed, Peeked, decompress, drain, peek};
use super::{ar, cpio, rpm, tar, zip};
use crate::model::{EntryFault, EntryFaultKind, Member, Skipped};
use crate::source::decode::{SNIFF, is_binary};

/// Where something is: an artefact, or an entry of an archive.
#[derive(Debug, Clone)]
pub(super) struct At {
    /// As a tree of folders.
    pub(super) path: String,
    /// Within the artefact.
    pub(super) inner: String,
    /// In how many archives it is.
    pub(super) depth: usize,
    /// Whether it is the tree of a system: a layer of an image, what a system's package installs.
    pub(super) is_system: bool,
}

impl At {
    pub(super) fn artifact(path: impl Into<String>) -> Self {
        Self { path: path.into(), inner: String::new(), depth: 0, is_system: false }
    }

    /// The name without folders.
    pub(super) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

/// What there is in an artefact.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) members: Vec<Member>,
    /// The texts among them, by their path.
    pub(super) texts: Vec<(String, Vec<u8>)>,
    pub(super) skipped: Vec<Skipped>,
    pub(super) faults: Vec<EntryFault>,
    /// The paths of what is an archive.
    pub(super) archives: Vec<String>,
    /// What a layer of an image deletes from the layers below: the layer, and the path in it.
    pub(super) deleted: Vec<(String, String)>,
    /// Versions that are stated in what is no file: where, and which.
    pub(super) versions: Vec<(String, String)>,
}

/// A walk through one artefact.
pub(super) struct Walk<'w> {
    pub(super) meter: &'w Meter,
    search: &'w Search<'w>,
    artifact: usize,
    pub(super) found: Found,
}

impl<'w> Walk<'w> {
    pub(super) fn new(meter: &'w Meter, search: &'w Search<'w>, artifact: usize) -> Self {
        Self { meter, search, artifact, found: Found::default() }
    }

    /// Reads what a stream holds, to its end; the SHA-256 of it.
    ///
    /// # Errors
    ///
    /// Those of the stream itself. What is wrong within is noted.
    pub(super) fn stream(&mut self, at: &At, stream: &mut dyn Read) -> io::Result<String> {
        let mut hashed = Hashed::new(stream);
        let (head, mut rest) = peek(&mut hashed, SNIFF)?;
        let kind = Kind::of(&head, at.name());
        let mut member = self.member(at, kind.name());
        let result = self.content(at, kind, &head, &mut rest, &mut member);
        self.note_failure(at, result);
        if let Some(excess) = self.meter.excess() {
            return Err(io::Error::other(excess));
        }
        drain(&mut rest)?;
        drop(rest);
        let (size, sha256) = hashed.finish();
        if let Some(stated) = stated_digest(&at.inner).filter(|stated| *stated != sha256) {
            self.fault(at, EntryFaultKind::Ambiguous, format!("its name says that its SHA-256 is {stated}, and it is {sha256}"), false);
        }
        self.found.members.push(Member { size, sha256: sha256.clone(), ..member });
        Ok(sha256)
    }

    /// A member of which nothing is known yet but where it is.
    pub(super) fn member(&self, at: &At, kind: &'static str) -> Member {
        Member {
            path: at.path.clone(),
            artifact: self.artifact,
            inner: at.inner.clone(),
            kind,
            size: 0,
            sha256: String::new(),
            is_text: false,
            versions: Vec::new(),
            strings: Vec::new(),
            is_hidden: false,
        }
    }

    /// Notes why an archive could not be read to its end.
    pub(super) fn note_failure(&mut self, at: &At, result: io::Result<()>) {
        if let Err(error) = result
            && self.meter.excess().is_none()
        {
            self.unread(at, error);
        }
    }

    fn content(
        &mut self,
        at: &At,
        kind: Kind,
        head: &[u8],
        rest: &mut Peeked<&mut Hashed<&mut dyn Read>>,
        member: &mut Member,
    ) -> io::Result<()> {
        match kind {
            Kind::Gzip | Kind::Xz | Kind::Zstd | Kind::Bzip2 => self.compressed(at, kind, rest),
            Kind::Tar => self.archive(at, |walk| tar::read(walk, at, rest)),
            Kind::Cpio => self.archive(at, |walk| cpio::read(walk, at, rest)),
            Kind::Deb => self.archive(at, |walk| ar::read(walk, at, rest)),
            Kind::Rpm => self.archive(at, |walk| rpm::read(walk, at, rest)),
            Kind::Zip => {
                let most = self.meter.bounds.whole;
                let mut bytes = Vec::new();
                rest.by_ref().take(most).read_to_end(&mut bytes)?;
                if bytes.len() as u64 == most {
                    self.unread(at, format!("a zip archive of more than {most} bytes within an archive"));
                    return Ok(());
                }
                self.archive(at, |walk| zip::read(walk, at, bytes))
            }
            Kind::Unreadable(name) => {
                self.unread(at, format!("an archive of a kind that isn't read: {name}"));
                Ok(())
            }
            Kind::Other(name) => self.leaf(at, name, head, rest, member),
        }
    }

    /// Reads an archive, unless it is nested too deep.
    pub(super) fn archive(&mut self, at: &At, read: impl FnOnce(&mut Self) -> io::Result<()>) -> io::Result<()> {
        self.meter.enter(at.depth)?;
        self.found.archives.push(at.path.clone());
        read(self)
    }

    /// Reads a compressed stream. An archive in it stands for it; anything else is an entry of its own.
    fn compressed(&mut self, at: &At, kind: Kind, stream: &mut dyn Read) -> io::Result<()> {
        self.meter.enter(at.depth)?;
        let Some(unpacked) = decompress(kind, stream) else { return Ok(()) };
        let (head, mut unpacked) = peek(self.meter.unpacked(unpacked), SNIFF)?;
        let inner = At { depth: at.depth + 1, ..at.clone() };
        match Kind::of(&head, "") {
            Kind::Tar => self.archive(&inner, |walk| tar::read(walk, &inner, &mut unpacked))?,
            Kind::Cpio => self.archive(&inner, |walk| cpio::read(walk, &inner, &mut unpacked))?,
            _ => {
                self.found.archives.push(at.path.clone());
                let name = at.name().rsplit_once('.').map_or("content", |(stem, _)| stem).to_owned();
                let entry = Self::child(at, &name, 0);
                self.stream(&entry, &mut unpacked)?;
            }
        }
        drain(&mut unpacked).map(|_| ())
    }

    /// Reads what is no archive.
    fn leaf(&mut self, at: &At, kind: &'static str, head: &[u8], rest: &mut dyn Read, member: &mut Member) -> io::Result<()> {
        if is_binary(head) || kind != "binary" && kind != "pdf" && head.contains(&0) {
            member.versions = self.search.run(rest, &mut member.strings)?;
            self.found.skipped.push(Skipped::policy(&at.path, format!("{kind}: searched for keys only")));
            return Ok(());
        }
        member.kind = "text";
        let most = self.meter.bounds.text;
        let mut bytes = Vec::new();
        rest.take(most + 1).read_to_end(&mut bytes)?;
        let size = bytes.len() as u64;
        if size > most {
            self.unread(at, format!("larger than {most} bytes"));
        } else if !self.meter.keep(size) {
            self.unread(at, format!("the artefact has more than {} bytes of text", self.meter.bounds.kept));
        } else {
            member.versions = self.search.versions(&bytes);
            member.is_text = true;
            self.found.texts.push((at.path.clone(), bytes));
        }
        Ok(())
    }

    /// An entry of an archive, of which so many of the same name have come before.
    fn child(at: &At, name: &str, before: usize) -> At {
        let place = |folder: &str| match (folder, before) {
            ("", 0) => name.to_owned(),
            ("", _) => format!("{AGAIN}{before}/{name}"),
            (_, 0) => format!("{folder}/{name}"),
            _ => format!("{folder}/{AGAIN}{before}/{name}"),
        };
        At { path: place(&at.path), inner: place(&at.inner), depth: at.depth + 1, is_system: at.is_system }
    }

    /// An entry by the name that it has in an archive, whose faults are noted; and what it is the twin of.
    ///
    /// # Errors
    ///
    /// Too many entries.
    pub(super) fn entry(&mut self, at: &At, names: &mut Names, raw: &str, is_folder: bool) -> io::Result<(At, Option<Twin>)> {
        self.meter.entry()?;
        let name = names::plain(raw);
        let (before, twin) = if is_folder { (0, None) } else { names.note(&name, !at.is_system) };
        let entry = Self::child(at, &name, before);
        if let Some(reason) = names::escapes(raw) {
            self.fault(&entry, EntryFaultKind::Unsafe, format!("{reason}: `{raw}`"), false);
        }
        if let Some(Twin::Alike(other)) = &twin {
            let message = format!("`{other}` stands in the archive too, and on many systems that is the same file");
            self.fault(&entry, EntryFaultKind::Duplicate, message, true);
        }
        Ok((entry, twin))
    }

    /// Reads the content of an entry, and compares it with that of an entry with the same name.
    pub(super) fn file(&mut self, entry: &At, raw: &str, names: &mut Names, twin: Option<Twin>, stream: &mut dyn Read) -> io::Result<()> {
        let hash = self.stream(entry, stream)?;
        let name = names::plain(raw);
        if let Some(Twin::Same(before)) = twin {
            let is_equal = before.as_ref() == Some(&hash);
            let how =
                if is_equal { "with the same content" } else { "with another content: which of them counts depends on who unpacks it" };
            self.fault(entry, EntryFaultKind::Duplicate, format!("the archive has `{name}` twice, {how}"), is_equal);
        }
        names.content(&name, &hash);
        Ok(())
    }

    /// Notes a link.
    pub(super) fn link(&mut self, entry: &At, raw: &str, target: &str, is_hard: bool) {
        let reason = names::leaves(raw, target, is_hard).filter(|_| !entry.is_system);
        if let Some(where_to) = reason {
            self.fault(entry, EntryFaultKind::Unsafe, format!("a link that leads {where_to}: `{target}`"), false);
        }
        self.found.skipped.push(Skipped::policy(&entry.path, if is_hard { "hard link" } else { "symbolic link" }));
    }

    /// Notes what is neither file nor folder nor link.
    pub(super) fn special(&mut self, entry: &At, what: &str) {
        if !entry.is_system {
            self.fault(entry, EntryFaultKind::Unsafe, format!("{what}, not a file"), false);
        }
        self.found.skipped.push(Skipped::policy(&entry.path, what));
    }

    pub(super) fn fault(&mut self, at: &At, kind: EntryFaultKind, message: impl Into<String>, is_mild: bool) {
        self.found.faults.push(EntryFault { path: at.path.clone(), kind, message: message.into(), is_mild });
    }

    pub(super) fn unread(&mut self, at: &At, reason: impl Display) {
        self.found.skipped.push(Skipped::unread(&at.path, reason.to_string()));
    }
}

/// The digest that the name of a blob of an image says, OCI Image Layout Specification.
fn stated_digest(inner: &str) -> Option<&str> {
    let (_, digest) = inner.rsplit_once("blobs/sha256/")?;
    (digest.len() == 64 && digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))).then_some(digest)
}
