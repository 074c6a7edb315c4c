//! Two sources as one.

use super::{Entry, Listing, Source};
use crate::model::Skipped;

/// What two sources hold. What both have is as the first one has it.
pub struct Joined<'s> {
    first: &'s dyn Source,
    second: &'s dyn Source,
}

impl<'s> Joined<'s> {
    /// Joins them.
    pub fn new(first: &'s dyn Source, second: &'s dyn Source) -> Self {
        Self { first, second }
    }
}

impl Source for Joined<'_> {
    fn list(&self) -> Listing {
        let mut listing = self.first.list();
        let other = self.second.list();
        listing.entries.extend(other.entries.into_iter().filter(|entry| self.first.find(&entry.path).is_none()));
        listing.skipped.extend(other.skipped);
        listing.entries.sort();
        listing.skipped.sort();
        listing
    }

    fn find(&self, path: &str) -> Option<Entry> {
        self.first.find(path).or_else(|| self.second.find(path))
    }

    fn read(&self, entry: &Entry) -> Result<Vec<u8>, Skipped> {
        if self.first.find(&entry.path).is_some() { self.first.read(entry) } else { self.second.read(entry) }
    }
}
