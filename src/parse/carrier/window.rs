//! A bounded stretch of text around a credential. All that decides about it stands near it, so however many there are on
//! however long a line, the time stays linear in the text.

use std::ops::Range;

/// How much of the text before and after a credential is looked at, in bytes.
const NEAR: (usize, usize) = (2_048, 1_024);

/// The same where the test around it is looked for.
const TEST: (usize, usize) = (6_144, 1_536);

/// A stretch of a text, and where it starts there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window<'t> {
    pub(super) text: &'t str,
    start: usize,
}

impl<'t> Window<'t> {
    /// What decides about `range`.
    pub(super) fn near(text: &'t str, range: &Range<usize>) -> Self {
        Self::around(text, range, NEAR)
    }

    /// The test to which `range` may belong.
    pub(super) fn test(text: &'t str, range: &Range<usize>) -> Self {
        Self::around(text, range, TEST)
    }

    fn around(text: &'t str, range: &Range<usize>, (before, after): (usize, usize)) -> Self {
        let start = text.floor_char_boundary(range.start.saturating_sub(before));
        let end = text.ceil_char_boundary(range.end.saturating_add(after).min(text.len()));
        Self { text: text.get(start..end).unwrap_or_default(), start }
    }

    /// A range of the whole text, in the window.
    pub(super) fn local(&self, range: &Range<usize>) -> Range<usize> {
        range.start.saturating_sub(self.start)..range.end.saturating_sub(self.start)
    }

    /// A range of the window, in the whole text.
    pub(super) fn global(&self, range: Range<usize>) -> Range<usize> {
        range.start + self.start..range.end + self.start
    }

    /// Those of sorted, disjoint ranges of the whole text that reach into the window.
    pub(super) fn within(&self, ranges: &[Range<usize>]) -> Vec<Range<usize>> {
        let end = self.start + self.text.len();
        let first = ranges.partition_point(|range| range.end <= self.start);
        let rest = ranges.get(first..).unwrap_or_default().iter();
        rest.take_while(|range| range.start < end).map(|range| self.local(&(range.start..range.end.min(end)))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_lies_on_character_boundaries_and_maps_back() {
        let text = "é".repeat(4_000);
        let range = 4_000..4_002;
        let window = Window::near(&text, &range);
        assert_eq!(window.global(window.local(&range)), range);
        assert!(window.text.len() < 3_200);
        let comments = [0..10, 3_000..3_010, 7_900..8_000];
        assert_eq!(window.within(&comments).into_iter().map(|local| window.global(local)).collect::<Vec<_>>(), vec![3_000..3_010]);
    }
}
