//! The line that comes closest to a text that is not there.

use std::cmp::Reverse;
use std::collections::HashSet;

use crate::model::{Document, Span};

/// How much of a text has to be on the line, of 100 parts.
const ENOUGH: usize = 60;
/// Longer lines are not looked at, in bytes.
const LONGEST: usize = 1000;
/// How many lines are looked at.
const MAX_LINES: usize = 20_000;
/// How many of those that share the most are compared character by character.
const MAX_CLOSE: usize = 16;

/// The line that comes closest to a text, if it shares enough with it: its place without white space around it.
pub(super) fn line(document: &Document, text: &str) -> Option<Span> {
    let text = text.lines().map(str::trim).find(|line| line.len() > 2 && line.len() <= LONGEST)?;
    let threes = |text: &str| -> HashSet<[u8; 3]> { text.as_bytes().windows(3).filter_map(|three| three.try_into().ok()).collect() };
    let wanted = threes(text);
    let (mut close, mut start) = (Vec::new(), 0);
    for line in document.as_str().split_inclusive('\n').take(MAX_LINES) {
        let trimmed = line.trim();
        if trimmed.len() > 2 && trimmed.len() <= LONGEST {
            let here = threes(trimmed);
            let shared = here.iter().filter(|three| wanted.contains(*three)).count();
            let score = 200 * shared / (here.len() + wanted.len()).max(1);
            let covered = 100 * shared / wanted.len().max(1);
            let score = score.max(covered * 9 / 10);
            if score >= ENOUGH {
                let at = start + (line.len() - line.trim_start().len());
                close.push((score, Span::new(at, at + trimmed.len())));
            }
        }
        start += line.len();
    }
    close.sort_by_key(|(score, _)| Reverse(*score));
    close.truncate(MAX_CLOSE);
    let best = close.into_iter().min_by_key(|(score, span)| (distance(text, document.slice(*span)), Reverse(*score), span.start));
    best.map(|(_, span)| span)
}

/// How many bytes have to be changed, added or taken out so that a text stands somewhere in a line (P. H. Sellers, "The theory and
/// computation of evolutionary distances", 1980).
fn distance(text: &str, line: &str) -> usize {
    let mut column: Vec<usize> = (0..=text.len()).collect();
    let mut best = text.len();
    for there in line.bytes() {
        let mut before = 0;
        for (index, here) in text.bytes().enumerate() {
            let [above, left] = [column.get(index), column.get(index + 1)].map(|cost| cost.copied().unwrap_or_default());
            let cost = (before + usize::from(here != there)).min(above + 1).min(left + 1);
            before = left;
            if let Some(slot) = column.get_mut(index + 1) {
                *slot = cost;
            }
        }
        best = best.min(column.last().copied().unwrap_or_default());
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Encoding;

    fn near(source: &str, text: &str) -> Option<String> {
        let document = Document::new("a", source, Encoding::Utf8 { bom: false });
        line(&document, text).map(|span| document.slice(span).to_owned())
    }

    #[test]
    fn the_closest_line_is_found() {
        let source = "# Title\r\n  pip install \"runs[mpc]\"\r\nnpm install runs\r\n";
        assert_eq!(near(source, "pip install \"runs[mcp]\"").as_deref(), Some("pip install \"runs[mpc]\""));
        assert_eq!(near(source, "docker run --rm runs:1.4").as_deref(), None);
        assert_eq!(near("", "x"), None);
        // More is shared with the other one, but less is wrong in this one.
        assert_eq!(near("def depl_y_agent(\ndef deploy_catalog_agent(\n", "def deploy_agent(").as_deref(), Some("def depl_y_agent("));
        assert_eq!(near("## Deploy An Agent\n# De-loy API\n", "# Deploy API").as_deref(), Some("# De-loy API"));
    }

    #[test]
    fn the_distance_is_that_of_the_best_part_of_the_line() {
        for (text, line, expected) in
            [("abc", "xxabcxx", 0), ("abc", "xxaxcxx", 1), ("abc", "xxabxcxx", 1), ("abc", "xx", 3), ("abc", "ab", 1)]
        {
            assert_eq!(distance(text, line), expected, "{text} {line}");
        }
    }
}
