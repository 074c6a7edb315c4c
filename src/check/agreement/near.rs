//! The line that comes closest to a text that is not there.

use std::collections::HashSet;

use crate::model::{Document, Span};

/// How much of a text has to be on the line, of 100 parts.
const ENOUGH: usize = 60;
/// Longer lines are not looked at, in bytes.
const LONGEST: usize = 1000;
/// How many lines are looked at.
const MAX_LINES: usize = 20_000;

/// The line that shares the most with a text, if that is enough: its place without white space around it.
pub(super) fn line(document: &Document, text: &str) -> Option<Span> {
    let wanted = text.lines().map(str::trim).find(|line| line.len() > 2)?;
    let pairs = |text: &str| -> HashSet<[u8; 3]> { text.as_bytes().windows(3).filter_map(|three| three.try_into().ok()).collect() };
    let wanted = pairs(wanted);
    let mut best: Option<(usize, Span)> = None;
    let mut start = 0;
    for line in document.as_str().split_inclusive('\n').take(MAX_LINES) {
        let trimmed = line.trim();
        if trimmed.len() > 2 && trimmed.len() <= LONGEST {
            let here = pairs(trimmed);
            let shared = here.iter().filter(|pair| wanted.contains(*pair)).count();
            let score = 200 * shared / (here.len() + wanted.len()).max(1);
            let covered = 100 * shared / wanted.len().max(1);
            let score = score.max(covered * 9 / 10);
            if score >= ENOUGH && best.is_none_or(|(known, _)| score > known) {
                let at = start + (line.len() - line.trim_start().len());
                best = Some((score, Span::new(at, at + trimmed.len())));
            }
        }
        start += line.len();
    }
    best.map(|(_, span)| span)
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
    }
}
