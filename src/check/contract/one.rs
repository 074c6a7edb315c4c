//! One call is one finding: what is wrong with its path and what is wrong with its credential are told together, and of a key in the wrong
//! place the contract says where it belongs.

use crate::check::{Check, Verdict};
use crate::model::{Document, Hit, RelatedHit, Severity, Span};

/// So many lines may lie between the two places of one call for a finding to stand over both.
const MAX_LINES: usize = 12;

/// Gives what is wrong with the path of a request that has a wrong credential, too, to the finding about the credential, and so what is
/// known of the kind of the credential, of what the checks say about one document.
pub fn settle<'a>(document: &Document, verdicts: impl IntoIterator<Item = (&'a Check, &'a mut Verdict)>) {
    let (mut auth, mut unknown, mut misplaced) = (None, None, None);
    for (check, verdict) in verdicts {
        match check {
            Check::ContractAuthMismatch(_) => auth = Some(verdict),
            Check::ContractUnknownOperation(_) => unknown = Some(verdict),
            Check::MisplacedCredential => misplaced = Some(verdict),
            _ => {}
        }
    }
    let Some(auth) = auth else { return };
    if let Some(misplaced) = misplaced {
        own(auth, misplaced);
    }
    let Some(unknown) = unknown else { return };
    let owner = |auth: &mut Verdict, hit: &Hit| auth.hits.iter().position(|owner| owner.request.is_some() && owner.request == hit.request);
    for hit in std::mem::take(&mut unknown.hits) {
        match owner(auth, &hit).and_then(|index| auth.hits.get_mut(index)) {
            Some(owner) => join(document, owner, hit),
            None => unknown.hits.push(hit),
        }
    }
}

/// Leaves it to the contract where a key of a known kind belongs, unless it says so only of what was true once.
fn own(auth: &mut Verdict, misplaced: &mut Verdict) {
    let keys = Places::of(&misplaced.hits);
    auth.hits.retain(|hit| {
        let is_weak = hit.at_most.is_some_and(|most| most < Severity::Error);
        !is_weak || keys.over(hit.span).is_none()
    });
    let owners = Places::of(&auth.hits);
    for hit in std::mem::take(&mut misplaced.hits) {
        match owners.over(hit.span).and_then(|index| auth.hits.get_mut(index)) {
            Some(owner) => {
                owner.fix = owner.fix.take().or(hit.fix);
                owner.related.push(RelatedHit::Here(hit.span, hit.message));
                owner.related.extend(hit.related);
            }
            None => misplaced.hits.push(hit),
        }
    }
}

/// The places of hits, so that what stands over another place is found without a look at all of them.
struct Places {
    /// In order, each with the index of its hit and the furthest end so far.
    places: Vec<(Span, usize, usize)>,
}

impl Places {
    fn of(hits: &[Hit]) -> Self {
        let mut places: Vec<_> = hits.iter().enumerate().map(|(index, hit)| (hit.span, index, 0)).collect();
        places.sort_unstable_by_key(|(span, index, _)| (span.start, *index));
        let mut furthest = 0;
        for (span, _, end) in &mut places {
            furthest = furthest.max(span.end);
            *end = furthest;
        }
        Self { places }
    }

    /// The first of the hits that overlap a place.
    fn over(&self, place: Span) -> Option<usize> {
        let before = self.places.partition_point(|(span, ..)| span.start < place.end.max(place.start + 1));
        let near = self.places.get(..before)?.iter().rev().take_while(|(.., end)| *end >= place.start);
        near.filter(|(span, ..)| span.overlaps(place)).map(|(_, index, _)| *index).min()
    }
}

/// Adds a second fault of the same request.
fn join(document: &Document, hit: &mut Hit, other: Hit) {
    hit.message = format!("{}; and {}", hit.message, other.message);
    hit.group = None;
    hit.at_most = hit.at_most.zip(other.at_most).map(|(one, two)| one.max(two));
    let both = Span::new(hit.span.start.min(other.span.start), hit.span.end.max(other.span.end));
    let lines = document.position(both.end).line - document.position(both.start).line;
    if lines <= MAX_LINES {
        hit.span = both;
    } else {
        hit.related.push(RelatedHit::Here(other.span, "this is asked for".to_owned()));
    }
    hit.related.extend(other.related);
}
