//! Zip archives (PKWARE's APPNOTE 6.3.10). The directory at the end says what there is; what each entry says of itself has to agree with it.

use std::io::{self, Read};

use rawzip::{CompressionMethod, Crc32, RECOMMENDED_BUFFER_SIZE, ReaderAt, ZipArchive, ZipArchiveEntryWayfinder, ZipLocator};

use super::kind::Kind;
use super::names::{self, Names};
use super::stream::decompress;
use super::walk::{At, Walk};
use crate::model::EntryFaultKind;
use crate::source::path::printable_bytes;

/// What the directory says of an entry.
struct Record {
    name: Vec<u8>,
    way: ZipArchiveEntryWayfinder,
    offset: u64,
    method: CompressionMethod,
    is_encrypted: bool,
    has_descriptor: bool,
    mode: u32,
    size: u64,
    packed: u64,
    crc: u32,
}

/// Kinds of files, as in the mode of stat(2).
const TYPE: u32 = 0o170_000;
const LINK: u32 = 0o120_000;
const FILE: u32 = 0o100_000;
const FOLDER: u32 = 0o040_000;
/// How long the target of a link may be.
const TARGET: u64 = 64 * 1024;
/// What begins an entry.
const ENTRY: &[u8] = b"PK\x03\x04";
/// How far behind the content of an entry the next one may begin: there may be a descriptor between them.
const DESCRIPTORS: [u64; 5] = [0, 12, 16, 20, 24];

/// Reads an archive that is in memory.
///
/// # Errors
///
/// Where it can't be read further.
pub(super) fn read(walk: &mut Walk<'_>, at: &At, bytes: Vec<u8>) -> io::Result<()> {
    let size = bytes.len() as u64;
    read_at(walk, at, bytes, size)
}

/// Reads an archive of which any part can be read.
///
/// # Errors
///
/// Where it can't be read further.
pub(super) fn read_at<R: ReaderAt>(walk: &mut Walk<'_>, at: &At, reader: R, size: u64) -> io::Result<()> {
    let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
    let located = ZipLocator::new().locate_in_reader(reader, &mut buffer, size);
    let archive = located.map_err(|(_, error)| io::Error::other(error.to_string()))?;
    let records = records(walk, at, &archive)?;
    layout(walk, at, &archive, &records, size);
    let mut names = Names::default();
    for record in &records {
        entry(walk, at, &mut names, &archive, record)?;
    }
    Ok(())
}

/// The directory.
fn records<R: ReaderAt>(walk: &mut Walk<'_>, at: &At, archive: &ZipArchive<R>) -> io::Result<Vec<Record>> {
    let mut buffer = vec![0; rawzip::MAX_CENTRAL_DIRECTORY_RECORD_SIZE];
    let mut entries = archive.entries(&mut buffer);
    let mut records = Vec::new();
    while let Some(entry) = entries.next_entry().map_err(|error| io::Error::other(error.to_string()))? {
        if records.len() as u64 >= walk.meter.bounds.entries {
            walk.meter.entry()?;
        }
        records.push(Record {
            name: entry.file_path().as_ref().to_vec(),
            way: entry.wayfinder(),
            offset: entry.local_header_offset(),
            method: entry.compression_method(),
            is_encrypted: entry.flags().is_encrypted(),
            has_descriptor: entry.flags().has_data_descriptor(),
            mode: entry.mode().value(),
            size: entry.uncompressed_size_hint(),
            packed: entry.compressed_size_hint(),
            crc: entry.crc32(),
        });
    }
    let stated = archive.entries_hint();
    if stated != records.len() as u64 {
        let message = format!("its directory has {} entries and says that it has {stated}", records.len());
        walk.fault(at, EntryFaultKind::Ambiguous, message, false);
    }
    Ok(records)
}

/// Looks whether the entries lie behind each other, as the directory says, with nothing between, before or behind them.
fn layout<R: ReaderAt>(walk: &mut Walk<'_>, at: &At, archive: &ZipArchive<R>, records: &[Record], size: u64) {
    let mut ranges: Vec<_> =
        records.iter().filter_map(|record| Some((record.offset, archive.get_entry(record.way).ok()?.compressed_data_range().1))).collect();
    ranges.sort_unstable();
    if let Some(pair) = ranges.windows(2).find(|pair| matches!(pair, [(_, end), (next, _)] if end > next)) {
        let offset = pair.first().map(|(start, _)| *start).unwrap_or_default();
        let message = format!("entries overlap: the one at byte {offset} goes on behind the beginning of the next");
        walk.fault(at, EntryFaultKind::Ambiguous, message, false);
    }
    let starts = ranges.iter().skip(1).map(|(start, _)| *start).chain([archive.directory_offset()]);
    let hidden = ranges.iter().zip(starts).find_map(|(&(_, end), next)| {
        let begins = |at: u64| {
            let mut mark = [0; ENTRY.len()];
            at < next.saturating_sub(ENTRY.len() as u64) && archive.get_ref().read_exact_at(&mut mark, at).is_ok() && mark == ENTRY
        };
        DESCRIPTORS.iter().filter_map(|length| end.checked_add(*length)).find(|&at| begins(at))
    });
    if let Some(offset) = hidden {
        let message = format!("at byte {offset} there is an entry that its directory doesn't list");
        walk.fault(at, EntryFaultKind::Ambiguous, message, false);
    }
    if let Some(first) = ranges.first().map(|(start, _)| *start).filter(|&start| start > 0) {
        let message = format!("{first} bytes stand before its first entry, which belong to none");
        walk.fault(at, EntryFaultKind::Ambiguous, message, true);
    }
    if let Some(behind) = size.checked_sub(archive.end_offset()).filter(|&behind| behind > 0) {
        let message = format!("{behind} bytes stand behind its end, which some programs read and others don't");
        walk.fault(at, EntryFaultKind::Ambiguous, message, false);
    }
}

fn entry<R: ReaderAt>(walk: &mut Walk<'_>, at: &At, names: &mut Names, archive: &ZipArchive<R>, record: &Record) -> io::Result<()> {
    let raw = printable_bytes(&record.name);
    let is_folder = raw.ends_with('/') || record.mode & TYPE == FOLDER;
    let (entry, twin) = walk.entry(at, names, &raw, is_folder)?;
    if raw.contains('\\') && names::escapes(&raw).is_none() {
        let message = "its name holds a backslash, which is a part of the name for some programs and parts folders for others";
        walk.fault(&entry, EntryFaultKind::Ambiguous, message, true);
    }
    let found = match archive.get_entry(record.way) {
        Ok(found) => found,
        Err(error) => {
            walk.unread(&entry, error);
            return Ok(());
        }
    };
    let mut buffer = vec![0; 2 * (usize::from(u16::MAX) + 1)];
    match found.local_header(&mut buffer) {
        Ok(local) => {
            if let Some(message) = disagreement(record, &local) {
                walk.fault(&entry, EntryFaultKind::Ambiguous, message, false);
            }
        }
        Err(error) => walk.unread(&entry, error),
    }
    if is_folder {
        return Ok(());
    }
    if record.is_encrypted {
        walk.unread(&entry, "encrypted");
        return Ok(());
    }
    let packed = found.reader();
    let kind = match record.method {
        CompressionMethod::STORE => None,
        CompressionMethod::DEFLATE => None,
        CompressionMethod::BZIP2 => Some(Kind::Bzip2),
        CompressionMethod::ZSTD => Some(Kind::Zstd),
        CompressionMethod::XZ => Some(Kind::Xz),
        other => {
            walk.unread(&entry, format!("compressed by {other}, which isn't read"));
            return Ok(());
        }
    };
    let packed = io::BufReader::with_capacity(32 * 1024, packed);
    let unpacked: Box<dyn Read + '_> = match kind {
        Some(kind) => decompress(kind, packed).unwrap_or_else(|| Box::new(io::empty())),
        None if record.method == CompressionMethod::DEFLATE => Box::new(flate2::bufread::DeflateDecoder::new(packed)),
        None => Box::new(packed),
    };
    let meter = walk.meter;
    let mut content = Summed { inner: meter.unpacked(unpacked), crc: Crc32::new(), size: 0 };
    let result = match record.mode & TYPE {
        LINK => link(walk, &entry, &raw, &mut content),
        0 | FILE => walk.file(&entry, &raw, names, twin, &mut content),
        _ => {
            walk.special(&entry, "a device or a pipe");
            return Ok(());
        }
    };
    match result {
        Ok(()) => {
            if let Some(message) = content.disagreement(record) {
                walk.fault(&entry, EntryFaultKind::Ambiguous, message, false);
            }
        }
        // The next entries can be read all the same.
        Err(error) => match meter.excess() {
            Some(_) => return Err(error),
            None => walk.unread(&entry, error),
        },
    }
    Ok(())
}

fn link(walk: &mut Walk<'_>, entry: &At, raw: &str, content: &mut dyn Read) -> io::Result<()> {
    let mut target = Vec::new();
    content.take(TARGET).read_to_end(&mut target)?;
    walk.link(entry, raw, &printable_bytes(&target), false);
    Ok(())
}

/// What an entry says of itself otherwise than the directory.
fn disagreement(record: &Record, local: &rawzip::ZipLocalFileHeader<'_>) -> Option<String> {
    let name = local.file_path();
    let name: &[u8] = name.as_ref();
    if name != record.name {
        return Some(format!("it is called `{}` where it stands, and another name in the directory", printable_bytes(name)));
    }
    if local.compression_method() != record.method {
        return Some(format!(
            "it is compressed by {} where it stands, and by {} in the directory",
            local.compression_method(),
            record.method
        ));
    }
    // Sizes that are not known yet where the entry begins are written as zeros.
    let known = !record.has_descriptor || local.compressed_size_hint() != 0 || local.uncompressed_size_hint() != 0;
    if known && (local.compressed_size_hint(), local.uncompressed_size_hint()) != (record.packed, record.size) {
        let (here, there) = (local.uncompressed_size_hint(), record.size);
        return Some(format!("it has {here} bytes where it stands, and {there} in the directory"));
    }
    None
}

/// Content whose size and sum are reckoned.
struct Summed<R> {
    inner: R,
    crc: Crc32,
    size: u64,
}

impl<R: Read> Summed<R> {
    fn disagreement(&self, record: &Record) -> Option<String> {
        if record.mode & TYPE == LINK {
            None
        } else if self.size != record.size {
            Some(format!("the directory says that it has {} bytes, and it has {}", record.size, self.size))
        } else if self.crc.checksum() != record.crc {
            Some("its content isn't what its checksum says".to_owned())
        } else {
            None
        }
    }
}

impl<R: Read> Read for Summed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.crc.update(buffer.get(..length).unwrap_or_default());
        self.size += length as u64;
        Ok(length)
    }
}
