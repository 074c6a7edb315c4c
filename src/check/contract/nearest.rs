//! The operation that a path without one probably means.

use super::routes::Routes;
use super::segment::{Fit, RequestPath, Segment};

/// What one segment more or less costs; half of it is what a literal costs where a parameter stands.
const SEGMENT: u32 = 1000;

/// A template near a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Near {
    /// The index of the template.
    pub template: usize,
    /// How far it is, 1000 for each segment that is another one, is missing or is too much.
    pub distance: u32,
}

impl Routes {
    /// The template nearest to a path, by the edit distance over segments: a literal misspelt costs less than another one. `None`
    /// if every one is farther than half of the path. `is_candidate` says which templates count.
    pub fn nearest(&self, path: &RequestPath, is_candidate: impl Fn(usize) -> bool) -> Option<Near> {
        let segments = path.segments();
        let mut limit = u32::try_from(segments.len()).ok()?.checked_mul(SEGMENT)? / 2;
        let mut best = None;
        for (template, known) in self.templates.iter().enumerate().filter(|(template, _)| is_candidate(*template)) {
            let difference = u32::try_from(known.len().abs_diff(segments.len())).unwrap_or(u32::MAX).saturating_mul(SEGMENT);
            if difference > limit {
                continue;
            }
            let Some(distance) = distance(known, segments, limit) else { continue };
            if best.is_none_or(|near: Near| distance < near.distance) {
                best = Some(Near { template, distance });
                limit = distance;
            }
        }
        best
    }
}

/// The Levenshtein distance over segments, if it is not more than `limit`.
fn distance(template: &[Segment], path: &[Segment], limit: u32) -> Option<u32> {
    let mut before: Vec<u32> = (0..=path.len()).map(|count| u32::try_from(count).unwrap_or(u32::MAX).saturating_mul(SEGMENT)).collect();
    for known in template {
        let mut row = Vec::with_capacity(before.len());
        row.push(before.first()?.saturating_add(SEGMENT));
        for (segment, pair) in path.iter().zip(before.windows(2)) {
            let &[diagonal, above] = pair else { continue };
            let left = row.last().copied().unwrap_or(u32::MAX);
            let shorter = above.min(left).saturating_add(SEGMENT);
            row.push(if diagonal < shorter { shorter.min(diagonal.saturating_add(replacing(known, segment))) } else { shorter });
        }
        if row.iter().min()? > &limit {
            return None;
        }
        before = row;
    }
    before.last().copied().filter(|distance| *distance <= limit)
}

/// What it costs to write this segment for that one of a template.
fn replacing(known: &Segment, segment: &Segment) -> u32 {
    match known.fit(segment) {
        Some(Fit::Literal | Fit::Part | Fit::Parameter) => 0,
        Some(Fit::LiteralParameter | Fit::Guess) => SEGMENT / 2,
        None => {
            let edits = edits(known.as_str(), segment.as_str());
            let length = known.as_str().chars().count().max(segment.as_str().chars().count()).max(1);
            u32::try_from(edits * SEGMENT as usize / length).unwrap_or(SEGMENT)
        }
    }
}

/// How many edits make one word of another one (Damerau and Levenshtein). What is too long for a word is another one altogether:
/// the time and the memory that it takes to count grow with the product of both lengths.
pub(super) fn edits(one: &str, two: &str) -> usize {
    const LONGEST: usize = 200;
    let longer = one.chars().count().max(two.chars().count());
    if longer > LONGEST { longer } else { strsim::damerau_levenshtein(one, two) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Text;

    #[test]
    fn what_is_too_long_for_a_word_is_another_one() {
        let (one, two) = ("a".repeat(100_000), "b".repeat(100_000));
        assert_eq!(edits(&one, &two), 100_000);
        assert_eq!(edits("runs", "rnus"), 1);
        let routes = Routes::new([format!("/x/{one}").as_str()], []);
        assert_eq!(routes.nearest(&RequestPath::of(&Text::exact(&format!("/y/{two}"), 0)), |_| true), None);
    }

    fn nearest(url: &str) -> Option<&'static str> {
        const TEMPLATES: [&str; 6] = [
            "/approvals/requests",
            "/approvals/requests/{id}/approve",
            "/runs",
            "/runs/{id}",
            "/runs/{id}/events",
            "/agents/{name}/invoke",
        ];
        let routes = Routes::new(TEMPLATES, []);
        routes.nearest(&RequestPath::of(&Text::exact(url, 0)), |_| true).map(|near| TEMPLATES[near.template])
    }

    #[test]
    fn the_nearest_operation_is_found() {
        for (url, expected) in [
            ("/governance/requests", Some("/approvals/requests")),
            ("/governance/requests/:id/approve", Some("/approvals/requests/{id}/approve")),
            ("/run/{id}", Some("/runs/{id}")),
            ("/runs/{id}/event", Some("/runs/{id}/events")),
            ("/runs/{id}/audit/export", Some("/runs/{id}/events")),
            ("/agents/default/hr/invoke", Some("/agents/{name}/invoke")),
            ("/x/y/z", None),
            ("/", None),
        ] {
            assert_eq!(nearest(url), expected, "{url}");
        }
    }
}
