//! Finds the secrets of many stretches of one text that lie close together or overlap.

use std::collections::HashMap;
use std::ops::Range;

use aho_corasick::Match;

use super::{Masker, everything};

/// How many bytes of the text are searched at a time.
const BLOCK: usize = 1024;
/// How many blocks are remembered.
const MOST: usize = 64;

/// A text in which no part is searched again for each of the places in it.
#[derive(Debug)]
pub(in crate::triage) struct Reader<'t> {
    masker: &'t Masker,
    text: &'t str,
    /// What announces secrets and begins in a block, by the block's index.
    blocks: HashMap<usize, Vec<Match>>,
}

impl<'t> Reader<'t> {
    pub(in crate::triage) fn new(masker: &'t Masker, text: &'t str) -> Self {
        Self { masker, text, blocks: HashMap::new() }
    }

    /// The secrets that [`Masker::secrets`] finds in a stretch of the text, as bytes of the stretch.
    pub(in crate::triage) fn secrets(&mut self, stretch: Range<usize>) -> Vec<Range<usize>> {
        let chars = self.text.get(stretch.clone()).unwrap_or_default();
        let mut hits = Vec::new();
        for block in stretch.start / BLOCK..stretch.end.div_ceil(BLOCK) {
            let Some(found) = self.block(block) else { return everything(chars) };
            let within = found.iter().filter(|hit| hit.start() >= stretch.start && hit.end() <= stretch.end);
            hits.extend(within.map(|hit| Match::new(hit.pattern(), hit.start() - stretch.start..hit.end() - stretch.start)));
        }
        // As they come where the stretch is searched: what ends first is first.
        hits.sort_by_key(Match::end);
        self.masker.announced(chars, hits.into_iter())
    }

    fn block(&mut self, index: usize) -> Option<&[Match]> {
        let triggers = self.masker.triggers()?;
        if self.blocks.len() >= MOST && !self.blocks.contains_key(&index) {
            self.blocks.clear();
        }
        let (start, text) = (index * BLOCK, self.text.as_bytes());
        let found = self.blocks.entry(index).or_insert_with(|| {
            // What begins in the block may end behind it.
            let end = (start + BLOCK + triggers.max_pattern_len()).min(text.len());
            let hits = triggers.find_overlapping_iter(text.get(start..end).unwrap_or_default());
            let own = hits.filter(|hit| hit.start() < BLOCK);
            own.map(|hit| Match::new(hit.pattern(), start + hit.start()..start + hit.end())).collect()
        });
        Some(found)
    }
}
