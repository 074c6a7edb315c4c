//! Many files at once: whoever reads them one after the other, each by all threads in turn, need not wait for each of them.

use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::LONGEST_JOB;
use crate::model::Skipped;
use crate::source::{Contents, Entry, Source};

/// So few files are read each by itself.
const MIN_STREAMED: usize = 256;

/// A thread takes no more of them at a time, and with so many bytes it goes to work on what it has.
const MOST_TAKEN: usize = 64;
const MOST_BYTES: usize = 256 * 1024;

/// For so many threads one reads what the others work on: to unpack a file takes git longer than most take to be looked at.
const THREADS: usize = 2;

/// What a file holds, if it was read already.
pub(super) type Read = Option<Result<Vec<u8>, Skipped>>;

/// Does something about each of some files, by all threads; the results in the order of the files.
pub(super) fn each<T: Send>(source: &dyn Source, entries: &[&Entry], work: impl Fn(&Entry, Read) -> T + Sync) -> Vec<T> {
    let lanes = rayon::current_num_threads().div_ceil(THREADS);
    let lanes: Vec<_> = match entries.len() < MIN_STREAMED {
        true => Vec::new(),
        false => entries.chunks(entries.len().div_ceil(lanes)).filter_map(|entries| Lane::new(source, entries)).collect(),
    };
    if lanes.is_empty() || lanes.iter().map(|lane| lane.entries.len()).sum::<usize>() < entries.len() {
        return entries.par_iter().with_max_len(LONGEST_JOB).map(|entry| work(entry, None)).collect();
    }
    let done = rayon::broadcast(|context| {
        let (before, after) = lanes.split_at(context.index() % lanes.len());
        let taken = after.iter().chain(before).flat_map(|lane| std::iter::from_fn(|| lane.take()));
        taken
            .map(|(entries, read)| (entries, entries.iter().zip(read).map(|(entry, read)| work(entry, read)).collect::<Vec<_>>()))
            .collect()
    });
    let mut done: Vec<(&[&Entry], Vec<T>)> = done.into_iter().flat_map(|done: Vec<_>| done).collect();
    done.sort_unstable_by_key(|(entries, _)| entries.as_ptr());
    done.into_iter().flat_map(|(_, done)| done).collect()
}

/// Some of the files, which are read one after the other.
struct Lane<'s> {
    entries: &'s [&'s Entry],
    left: Mutex<(&'s [&'s Entry], Contents<'s>)>,
}

impl<'s> Lane<'s> {
    fn new(source: &'s dyn Source, entries: &'s [&'s Entry]) -> Option<Self> {
        Some(Self { entries, left: Mutex::new((entries, source.stream(entries)?)) })
    }

    /// The next files, and what they hold.
    fn take(&self) -> Option<(&'s [&'s Entry], Vec<Read>)> {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let (entries, contents) = &mut *left;
        let (mut read, mut bytes): (Vec<Read>, _) = (Vec::new(), 0);
        while read.len() < MOST_TAKEN.min(entries.len()) && bytes < MOST_BYTES {
            let next = contents.next();
            bytes += next.as_ref().and_then(|read| read.as_ref().ok()).map_or(0, Vec::len);
            read.push(next);
        }
        let (taken, rest) = entries.split_at_checked(read.len())?;
        *entries = rest;
        (!taken.is_empty()).then_some((taken, read))
    }
}
