//! Tar archives: ustar and pax (POSIX.1-2024, pax), GNU, and those before them.

use std::io::{self, Read};

use ::tar::{EntryType, Header};

use super::layers;
use super::names::{self, Names};
use super::stream::drain;
use super::walk::{At, Walk};
use crate::model::EntryFaultKind;
use crate::source::path::printable_bytes;

const BLOCK: usize = 512;
/// How much is read of the records of an extended header. One may hold attributes of a file.
const RECORDS: u64 = 4 * 1024 * 1024;
/// How large a file may be whose size fits into a plain header.
const PLAIN_SIZE: u64 = 0o77_777_777_777;
/// How a file of an image's layer is called that stands for the absence of one, OCI Image Layer Filesystem Changeset.
const WHITEOUT: &str = ".wh.";
const OPAQUE: &str = ".wh..wh..opq";

/// What extended headers say of the entry that follows.
#[derive(Debug, Default, Clone)]
struct Extension {
    name: Option<Vec<u8>>,
    target: Option<Vec<u8>>,
    size: Option<u64>,
}

/// Reads an archive to its end.
///
/// # Errors
///
/// Where it can't be read further.
pub(super) fn read(walk: &mut Walk<'_>, at: &At, stream: &mut dyn Read) -> io::Result<()> {
    let mut at = at.clone();
    at.is_system |= layers::is_layer(&at.inner);
    let (mut names, mut next, mut global) = (Names::default(), Extension::default(), Extension::default());
    let mut block = [0; BLOCK];
    while fill(stream, &mut block)? {
        if block.iter().all(|&byte| byte == 0) {
            return end(walk, &at, stream);
        }
        let header = Header::from_byte_slice(&block);
        if !is_sound(header, &block) {
            return Err(io::Error::other("what follows is no header of an entry"));
        }
        let stated = header.entry_size()?;
        match header.entry_type() {
            EntryType::GNULongName => next.name = Some(long_name(walk, stream, stated)?),
            EntryType::GNULongLink => next.target = Some(long_name(walk, stream, stated)?),
            EntryType::XHeader => records(&content(stream, stated, RECORDS)?, &mut next)?,
            EntryType::XGlobalHeader => records(&content(stream, stated, RECORDS)?, &mut global)?,
            _ => {
                let own = std::mem::take(&mut next);
                entry(walk, &at, &mut names, header, Extension { size: own.size.or(global.size), ..own }, stated, stream)?;
            }
        }
    }
    Ok(())
}

/// Reads an entry with its content.
fn entry(
    walk: &mut Walk<'_>,
    at: &At,
    names: &mut Names,
    header: &Header,
    extension: Extension,
    stated: u64,
    stream: &mut dyn Read,
) -> io::Result<()> {
    let raw = printable_bytes(&extension.name.unwrap_or_else(|| header.path_bytes().into_owned()));
    let target = extension.target.or_else(|| header.link_name_bytes().map(|name| name.into_owned()));
    let target = printable_bytes(&target.unwrap_or_default());
    let kind = header.entry_type();
    let is_folder = kind.is_dir() || (kind.is_file() && raw.ends_with('/'));
    let size = extension.size.unwrap_or(stated);
    let mut is_extended = header.as_gnu().is_some_and(|gnu| kind == EntryType::GNUSparse && gnu.is_extended());
    let mut map = [0; BLOCK];
    while is_extended {
        // Where the holes of a file are; a flag says whether there is more of it (GNU tar, sparse formats).
        stream.read_exact(&mut map)?;
        is_extended = map.get(504) == Some(&1);
    }
    let (entry, twin) = walk.entry(at, names, &raw, is_folder)?;
    if size != stated && size <= PLAIN_SIZE {
        let message = format!("its header says {stated} bytes, and the extended header {size}: programs read different files");
        walk.fault(&entry, EntryFaultKind::Ambiguous, message, false);
    }
    let mut content = stream.take(size);
    match kind {
        _ if is_folder => {}
        EntryType::Symlink => walk.link(&entry, &raw, &target, false),
        EntryType::Link => walk.link(&entry, &raw, &target, true),
        EntryType::Char | EntryType::Block => walk.special(&entry, "a device"),
        EntryType::Fifo => walk.special(&entry, "a named pipe"),
        _ if raw.is_empty() => {}
        _ => {
            whiteout(walk, at, &raw);
            walk.file(&entry, &raw, names, twin, &mut content)?;
        }
    }
    drain(&mut content)?;
    if content.limit() > 0 {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it ends within an entry"));
    }
    skip_padding(stream, size)
}

/// Notes that a layer deletes something.
fn whiteout(walk: &mut Walk<'_>, at: &At, raw: &str) {
    let name = names::plain(raw);
    let (folder, file) = name.rsplit_once('/').map_or(("", name.as_str()), |(folder, file)| (folder, file));
    let gone = match file.strip_prefix(WHITEOUT) {
        _ if !at.is_system => return,
        None => return,
        Some(_) if file == OPAQUE => format!("{folder}/"),
        Some(gone) if folder.is_empty() => gone.to_owned(),
        Some(gone) => format!("{folder}/{gone}"),
    };
    walk.found.deleted.push((at.path.clone(), gone));
}

/// Whether the sum of a header is the one that it states.
fn is_sound(header: &Header, block: &[u8; BLOCK]) -> bool {
    let bytes = |at: usize, byte: u8| if (148..156).contains(&at) { b' ' } else { byte };
    let sum: u32 = block.iter().enumerate().map(|(at, &byte)| u32::from(bytes(at, byte))).sum();
    // Some programs of old summed signed bytes.
    let signed: i32 = block.iter().enumerate().map(|(at, &byte)| i32::from(bytes(at, byte).cast_signed())).sum();
    header.cksum().is_ok_and(|stated| stated == sum || i64::from(stated) == i64::from(signed))
}

/// Fills the block; `false` if the stream has ended.
fn fill(stream: &mut dyn Read, block: &mut [u8; BLOCK]) -> io::Result<bool> {
    let mut bytes = Vec::with_capacity(BLOCK);
    stream.take(BLOCK as u64).read_to_end(&mut bytes)?;
    match block.len() == bytes.len() {
        true => block.copy_from_slice(&bytes),
        false if bytes.is_empty() => return Ok(false),
        false => return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it ends within a header")),
    }
    Ok(true)
}

/// Behind the end of an archive there is nothing but zeros.
fn end(walk: &mut Walk<'_>, at: &At, stream: &mut dyn Read) -> io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let length = stream.read(&mut buffer)?;
        let bytes = buffer.get(..length).unwrap_or_default();
        if bytes.iter().any(|&byte| byte != 0) {
            let message = "something stands behind its end, which some programs read and others don't";
            walk.fault(at, EntryFaultKind::Ambiguous, message, false);
            walk.unread(at, "what stands behind its end");
            return Ok(());
        }
        if length == 0 {
            return Ok(());
        }
    }
}

/// The content of an entry that says something of the next one.
fn content(stream: &mut dyn Read, size: u64, most: u64) -> io::Result<Vec<u8>> {
    if size > most {
        return Err(io::Error::other(format!("an extended header of {size} bytes")));
    }
    let mut bytes = Vec::new();
    stream.take(size).read_to_end(&mut bytes)?;
    skip_padding(stream, size)?;
    Ok(bytes)
}

fn long_name(walk: &Walk<'_>, stream: &mut dyn Read, size: u64) -> io::Result<Vec<u8>> {
    let mut name = content(stream, size, walk.meter.bounds.name)?;
    name.truncate(name.iter().position(|&byte| byte == 0).unwrap_or(name.len()));
    Ok(name)
}

fn skip_padding(stream: &mut dyn Read, size: u64) -> io::Result<()> {
    let rest = size % BLOCK as u64;
    let padding = if rest == 0 { 0 } else { BLOCK as u64 - rest };
    drain(&mut stream.take(padding)).map(|_| ())
}

/// The records of an extended header: `LENGTH KEY=VALUE\n`, in which the length counts all of it.
fn records(mut bytes: &[u8], extension: &mut Extension) -> io::Result<()> {
    let broken = || io::Error::other("an extended header that makes no sense");
    // Some programs pad what they write.
    while bytes.first().is_some_and(|&byte| byte != 0) {
        let space = bytes.iter().take(20).position(|&byte| byte == b' ').ok_or_else(broken)?;
        let length = bytes.get(..space).and_then(|digits| std::str::from_utf8(digits).ok()?.parse::<usize>().ok()).ok_or_else(broken)?;
        let record = bytes.get(space + 1..length).and_then(|record| record.strip_suffix(b"\n")).ok_or_else(broken)?;
        let equals = record.iter().position(|&byte| byte == b'=').ok_or_else(broken)?;
        let (key, value) = (record.get(..equals).unwrap_or_default(), record.get(equals + 1..).unwrap_or_default());
        match key {
            b"path" | b"GNU.sparse.name" => extension.name = Some(value.to_vec()),
            b"linkpath" => extension.target = Some(value.to_vec()),
            b"size" => extension.size = Some(std::str::from_utf8(value).ok().and_then(|size| size.parse().ok()).ok_or_else(broken)?),
            _ => {}
        }
        bytes = bytes.get(length..).unwrap_or_default();
    }
    Ok(())
}
