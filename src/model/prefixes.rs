//! Where prefixes of credentials stand in a text, which for nearly all texts is nowhere.
//!
//! An automaton over all prefixes looks at every byte (200 MB/s). Most prefixes have an underscore or a hyphen, which a
//! vector search finds four times as fast, together with the few prefixes that have neither.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

/// What most prefixes have (`sk-`, `ghp_`) and most words don't.
const ANCHORS: [u8; 2] = [b'_', b'-'];

/// Finds any of a list of prefixes.
#[derive(Debug)]
pub(super) struct Prefixes {
    /// Prefixes by the byte before their first anchor.
    anchored: Vec<Vec<Anchored>>,
    /// Prefixes without an anchor.
    others: Option<AhoCorasick>,
    /// Which ones these are.
    indices: Vec<usize>,
}

/// A prefix in two parts.
#[derive(Debug)]
struct Anchored {
    /// Up to and with the first anchor.
    head: Vec<u8>,
    /// What follows it.
    tail: Vec<u8>,
    /// Which one it is.
    index: usize,
}

/// A prefix that stands in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Prefix {
    /// Its bytes in the text.
    pub(super) range: Range<usize>,
    /// Its place in the list.
    pub(super) index: usize,
}

impl Prefixes {
    pub(super) fn new<'p>(prefixes: impl Iterator<Item = &'p str>) -> Self {
        let mut anchored: Vec<Vec<Anchored>> = (0..=u8::MAX).map(|_| Vec::new()).collect();
        let (mut others, mut indices) = (Vec::new(), Vec::new());
        for (index, prefix) in prefixes.map(str::as_bytes).enumerate() {
            let anchor = prefix.iter().position(|byte| ANCHORS.contains(byte));
            let before = anchor.and_then(|at| prefix.get(at.checked_sub(1)?));
            match (anchor.and_then(|at| prefix.split_at_checked(at + 1)), before.and_then(|&byte| anchored.get_mut(usize::from(byte)))) {
                (Some((head, tail)), Some(list)) => list.push(Anchored { head: head.to_vec(), tail: tail.to_vec(), index }),
                _ => {
                    others.push(prefix);
                    indices.push(index);
                }
            }
        }
        // Of two that are the same the later one counts, and an automaton over a few short literals can't fail to build.
        let build = || AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(others.iter().rev()).ok();
        indices.reverse();
        Self { anchored, others: (!others.is_empty()).then(build).flatten(), indices }
    }

    /// Whether any stands in these bytes.
    pub(super) fn is_match(&self, bytes: &[u8]) -> bool {
        self.anchored(bytes).next().is_some() || self.others.as_ref().is_some_and(|others| others.is_match(bytes))
    }

    /// All that stand there, in order, but of those without an anchor that overlap only the first: of those that begin at one place the longest (`sk-ant-oat` is not `sk-ant-`), and of two that
    /// are the same the later one in the list.
    pub(super) fn find(&self, bytes: &[u8]) -> Vec<Prefix> {
        let others = self.others.iter().flat_map(|others| others.find_iter(bytes)).filter_map(|found| {
            let index = *self.indices.get(found.pattern().as_usize())?;
            Some(Prefix { range: found.range(), index })
        });
        let mut found: Vec<_> = self.anchored(bytes).chain(others).collect();
        found.sort_unstable_by_key(|prefix| (prefix.range.start, std::cmp::Reverse((prefix.range.end, prefix.index))));
        found.dedup_by_key(|prefix| prefix.range.start);
        found
    }

    /// Those with an anchor.
    fn anchored<'a>(&'a self, bytes: &'a [u8]) -> impl Iterator<Item = Prefix> + 'a {
        let [one, two] = ANCHORS;
        memchr::memchr2_iter(one, two, bytes).flat_map(move |at| {
            let before = at.checked_sub(1).and_then(|before| bytes.get(before));
            let candidates = before.and_then(|&byte| self.anchored.get(usize::from(byte))).map(Vec::as_slice).unwrap_or_default();
            candidates.iter().filter_map(move |candidate| {
                let (head, tail) = bytes.split_at_checked(at + 1)?;
                let is_there = head.ends_with(&candidate.head) && tail.starts_with(&candidate.tail);
                is_there.then(|| Prefix { range: at + 1 - candidate.head.len()..at + 1 + candidate.tail.len(), index: candidate.index })
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_seen_wherever_it_stands() {
        let prefixes = ["sk-", "ra_ws_", "AIza", "_x", "github_pat_", "key-a_"];
        let list = Prefixes::new(prefixes.into_iter());
        for prefix in prefixes {
            for text in [prefix.to_owned(), format!("a{prefix}"), format!("é-_ {prefix}b"), format!("s{prefix}")] {
                assert!(list.is_match(text.as_bytes()), "{text}");
            }
            assert!(!list.is_match(&prefix.as_bytes()[..prefix.len() - 1]), "{prefix}");
        }
        for text in ["", "-", "_", "s-k", "ra-ws_", "raw_s_", "aiza", "k-", "github_pa", "key-_a"] {
            assert!(!list.is_match(text.as_bytes()), "{text}");
        }
        assert!(!Prefixes::new(std::iter::empty()).is_match(b"a-b_c"));
    }

    #[test]
    fn it_agrees_with_a_plain_search() {
        let prefixes = ["a_b", "b-", "-c", "cc", "a-_", "a_", "cca", "a_b"];
        let list = Prefixes::new(prefixes.into_iter());
        // Every text of five of these characters.
        let letters = *b"abc_-";
        for number in 0..letters.len().pow(5) {
            let text: Vec<u8> = (0..5).map(|place| letters[number / letters.len().pow(place) % letters.len()]).collect();
            let longest = |start: usize| {
                let fits = prefixes.iter().enumerate().filter(|(_, prefix)| text[start..].starts_with(prefix.as_bytes()));
                let (index, prefix) = fits.max_by_key(|(_, prefix)| prefix.len())?;
                Some(Prefix { range: start..start + prefix.len(), index })
            };
            let mut plain: Vec<_> = (0..text.len()).filter_map(longest).collect();
            assert_eq!(list.is_match(&text), !plain.is_empty(), "{:?}", String::from_utf8_lossy(&text));
            // Those without an anchor behind their first byte don't overlap.
            let mut end = 0;
            plain.retain(|found| {
                let (has_anchor, overlaps) = (prefixes[found.index][1..].contains(['-', '_']), found.range.start < end);
                end = if has_anchor || overlaps { end } else { found.range.end };
                has_anchor || !overlaps
            });
            assert_eq!(list.find(&text), plain, "{:?}", String::from_utf8_lossy(&text));
        }
    }
}
