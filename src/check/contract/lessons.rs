//! What a file shows of bases that other files of its folder leave open.

use std::collections::BTreeMap;

use super::contracts::{Base, Contracts};
use super::neighbours::{Tally, Unknown};
use super::segment::{RequestPath, Segment};
use super::whose::Whose;
use crate::check::File;

/// So many literals of a path have to be the same for it to be the same path.
const MIN_SAME: usize = 3;
/// So much is learned of a folder at most.
const MAX_LESSONS: usize = 512;

/// One thing that is shown.
#[derive(Debug, Clone)]
pub struct Lesson {
    /// The index of the contract whose API it is about.
    pub(super) contract: usize,
    what: What,
}

#[derive(Debug, Clone)]
enum What {
    /// Behind this base, as it is written, there are operations of the API.
    Base(String),
    /// This is asked of a host of the API.
    Path(Vec<Segment>),
    /// So much of what is called without a base is of the API.
    Called(Tally),
}

impl Lesson {
    /// Whether it says of a base that it is the API's.
    pub(super) fn is_base(&self, unknown: &Unknown) -> bool {
        matches!((&self.what, unknown), (What::Base(one), Unknown::Computed(two)) if one == two)
    }

    /// How much of what a program calls without a base is of the API.
    pub(super) fn called(&self) -> Option<Tally> {
        match self.what {
            What::Called(tally) => Some(tally),
            What::Base(_) | What::Path(_) => None,
        }
    }

    /// Whether it says of a path that it is asked of the API.
    pub(super) fn is_path(&self, path: &RequestPath) -> bool {
        let What::Path(known) = &self.what else { return false };
        let fits = |(one, two): (&Segment, &Segment)| match (one.literal(), two.literal()) {
            (Some(one), Some(two)) => one == two,
            _ => true,
        };
        let is_same = |(one, two): &(&Segment, &Segment)| one.literal().is_some() && one.literal() == two.literal();
        known.len() == path.segments().len()
            && known.iter().zip(path.segments()).all(fits)
            && known.iter().zip(path.segments()).filter(is_same).count() >= MIN_SAME
            && known.last().zip(path.segments().last()).is_some_and(|pair| is_same(&pair))
    }

    /// Whether a text may hold what it is about.
    fn may_stand_in(&self, text: &str) -> bool {
        match &self.what {
            What::Base(base) => base.split(|c: char| !c.is_alphanumeric() && c != '_').all(|word| text.contains(word)),
            What::Path(path) => {
                let ends = [path.first(), path.last()].into_iter().flatten().filter_map(Segment::literal);
                ends.map(|literal| format!("/{literal}")).all(|end| text.contains(&end))
            }
            What::Called(_) => ["\"/", "'/", "`/", "axios", "useSWR"].iter().any(|word| text.contains(word)),
        }
    }
}

/// What the files of each folder show.
#[derive(Debug, Default)]
pub struct Lessons(BTreeMap<String, Vec<Lesson>>);

impl Lessons {
    /// Adds what a file shows.
    pub fn add(&mut self, path: &str, lessons: Vec<Lesson>) {
        if !lessons.is_empty() {
            let known = self.0.entry(folder(path).to_owned()).or_default();
            known.extend(lessons);
            known.truncate(MAX_LESSONS);
        }
    }

    /// Whether nothing is shown anywhere.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is known for a file.
    pub fn of(&self, path: &str) -> &[Lesson] {
        self.0.get(folder(path)).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether a file may hold something that is shown.
    pub(super) fn may_concern(&self, path: &str, text: &str) -> bool {
        self.of(path).iter().any(|lesson| lesson.may_stand_in(text))
    }
}

/// The folder that a file is in.
fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// What a file shows, and whether it leaves a base open itself.
pub fn learned(file: File<'_>, contracts: &Contracts) -> (Vec<Lesson>, bool) {
    if file.facts.requests.is_empty() || contracts.is_empty() {
        return (Vec::new(), false);
    }
    let whose = Whose::of(file, contracts);
    let index = |contract| contracts.iter().position(|known| std::ptr::eq(known, contract));
    let bases =
        whose.computed().filter_map(|(base, contract)| Some(Lesson { contract: index(contract)?, what: What::Base(base.to_owned()) }));
    let called = whose.called().filter_map(|(contract, tally)| Some(Lesson { contract: index(contract)?, what: What::Called(tally) }));
    let mut lessons: Vec<_> = bases.chain(called).collect();
    for request in &file.facts.requests {
        let path = RequestPath::of(&request.url);
        if path.segments().iter().filter(|segment| segment.literal().is_some()).count() < MIN_SAME {
            continue;
        }
        if let [(contract, Base::Host)] = whose.hosts(request).as_slice()
            && let Some(contract) = index(*contract)
        {
            lessons.push(Lesson { contract, what: What::Path(path.segments().to_vec()) });
        }
    }
    let is_open = file.facts.requests.iter().any(|request| whose.is_open(request));
    (lessons, is_open)
}
