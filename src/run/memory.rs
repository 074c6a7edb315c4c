//! Which files had nothing to say before: read again they would have nothing to say again, as long as they and what they are held
//! against are the same.
//!
//! Kept are hashes alone, of path, content and all that decides, so that nothing of a file can be read off.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::kept::{self, SUM, digest};
use crate::source::Entry;

/// The bytes of a hash that are kept, and of what is kept with it.
const KEY: usize = 12;
const RECORD: usize = KEY + 4;

/// How far from its place among evenly spread hashes one is looked for first.
const FIRST_STEP: usize = 64;

/// The most files of which something is kept in one file.
const MOST_RECORDS: usize = 2_000_000;

/// What is known of files, under one set of conditions.
#[derive(Debug, Default)]
pub struct Memory {
    /// `None` if nothing is to be kept.
    file: Option<PathBuf>,
    context: [u8; SUM],
    /// Sorted records.
    known: Vec<u8>,
    new: Mutex<BTreeMap<[u8; KEY], u32>>,
}

impl Memory {
    /// Nothing, of which nothing is kept.
    pub fn none() -> Self {
        Self::default()
    }

    /// What is kept in a folder of what was found under the same conditions: `context` is all that decides, beside the files.
    pub fn open(folder: &Path, context: &[&[u8]]) -> Self {
        let context = digest(context);
        let file = kept::file(folder, &context);
        let known = kept::read(&file).filter(|records| records.len() % RECORD == 0).unwrap_or_default();
        Self { file: Some(file), context, known, new: Mutex::default() }
    }

    /// What was kept of a file: its size in bytes. `None` if nothing is known, or the file is none that git keeps.
    pub fn recall(&self, entry: &Entry) -> Option<u32> {
        if self.known.is_empty() {
            return None;
        }
        find(self.known.as_chunks().0, self.key(entry)?)
    }

    /// Keeps that a file has nothing to say.
    pub fn keep(&self, entry: &Entry, size: u64) {
        if let (Some(_), Some(key), Ok(size)) = (&self.file, self.key(entry), u32::try_from(size)) {
            self.new.lock().unwrap_or_else(PoisonError::into_inner).insert(key, size);
        }
    }

    /// Writes what is new. That it can't be written is no fault: it takes the longer way next time.
    pub fn save(&self) {
        let new = std::mem::take(&mut *self.new.lock().unwrap_or_else(PoisonError::into_inner));
        if let Some(file) = &self.file
            && !new.is_empty()
        {
            let _it_takes_the_longer_way = self.write(file, new);
        }
    }

    fn write(&self, file: &Path, mut all: BTreeMap<[u8; KEY], u32>) -> io::Result<()> {
        let room = MOST_RECORDS.saturating_sub(all.len());
        for record in self.known.as_chunks::<RECORD>().0.iter().take(room) {
            if let (Some(key), Some(size)) = (record.first_chunk::<KEY>(), record.last_chunk::<4>()) {
                all.entry(*key).or_insert(u32::from_le_bytes(*size));
            }
        }
        let records: Vec<u8> = all.into_iter().flat_map(|(key, size)| key.into_iter().chain(size.to_le_bytes())).collect();
        kept::write(file, &records)?;
        kept::shrink(file.parent().unwrap_or(Path::new(".")))
    }

    fn key(&self, entry: &Entry) -> Option<[u8; KEY]> {
        let oid = entry.blob()?;
        digest(&[&self.context, oid.as_bytes(), entry.path.as_bytes()]).first_chunk().copied()
    }
}

/// What is kept under a key. Hashes are spread evenly, so that one is not far from where it would be if they were so exactly.
fn find(records: &[[u8; RECORD]], key: [u8; KEY]) -> Option<u32> {
    let is_before = |record: &[u8; RECORD]| record.first_chunk::<KEY>().is_some_and(|known| *known < key);
    let share = u128::from(u64::from_be_bytes(*key.first_chunk()?));
    let guess = usize::try_from((share * records.len() as u128) >> 64).unwrap_or_default();
    // Twice as far with each step, up to where the key lies between.
    let mut steps = std::iter::successors(Some(FIRST_STEP), |step| Some(step * 2)).map(|step| {
        let (low, high) = (guess.saturating_sub(step), (guess + step).min(records.len()));
        let is_above = low == 0 || records.get(low - 1).is_some_and(is_before);
        let is_below = records.get(high).is_none_or(|record| !is_before(record));
        (is_above && is_below).then_some((low, high))
    });
    let (low, high) = steps.find_map(|range| range)?;
    let near = records.get(low..high)?;
    let record = near.get(near.partition_point(is_before)).or_else(|| records.get(high))?;
    (record.first_chunk::<KEY>() == Some(&key)).then(|| record.last_chunk().map(|size| u32::from_le_bytes(*size))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u64) -> [u8; KEY] {
        *digest(&[&number.to_le_bytes()]).first_chunk().unwrap()
    }

    #[test]
    fn each_key_is_found_and_no_other() {
        for count in [0, 1, 2, 100, 10_000] {
            let mut keys: Vec<_> = (0..count).map(|number| (key(number), u32::try_from(number).unwrap())).collect();
            // Some that are not spread evenly.
            keys.extend((0..count.min(300)).map(|number| ([[0xFF, 0xFF], [0, 0]][number as usize % 2], number)).map(|(start, number)| {
                let mut near = key(number);
                near[..2].copy_from_slice(&start);
                (near, u32::MAX)
            }));
            keys.sort();
            let records: Vec<[u8; RECORD]> =
                keys.iter().map(|(key, size)| [key.as_slice(), &size.to_le_bytes()].concat().try_into().unwrap()).collect();
            assert!(keys.iter().all(|(key, size)| find(&records, *key) == Some(*size)), "{count}");
            assert!((count..count + 1_000).all(|number| find(&records, key(number)).is_none()), "{count}");
            assert_eq!((find(&records, [0; KEY]), find(&records, [0xFF; KEY])), (None, None), "{count}");
        }
    }
}
