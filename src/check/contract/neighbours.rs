//! Bases that are not known, and are an API's by what else stands behind them.

use std::collections::BTreeSet;

use super::contracts::{ApiContract, Base, Contracts};
use super::host::nobodys_host;
use super::lessons::Lesson;
use super::segment::RequestPath;
use super::unknown_operation::fault::{Answer, Asked, are_alike};
use crate::model::{ApiWords, Request, Text};

/// So many operations of an API behind one base prove that the base is the API's.
const MIN_KNOWN: usize = 3;
/// So many that the programs of one folder call without a base prove that they call that API.
const MIN_CALLED: usize = 6;

/// How many of the requests behind one base are operations of an API, and how many are none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) known: usize,
    pub(super) unknown: usize,
    /// How many of those that are known stand behind a base path of the API.
    pub(super) behind: usize,
}

impl Tally {
    /// Whether so many are known, and not fewer than are not.
    fn proves(self, least: usize) -> bool {
        self.known >= least && self.known >= self.unknown
    }

    /// The same of what is called without any base: a client for which nearly half is unknown calls an API of which the contract describes
    /// what others may use.
    fn proves_client(self, least: usize) -> bool {
        self.proves(least) && self.known * 2 >= self.unknown * 3
    }

    fn join(self, other: Self) -> Self {
        Self { known: self.known + other.known, unknown: self.unknown + other.unknown, behind: self.behind + other.behind }
    }

    /// Whether all that are known stand behind a base path: then what does not is another's.
    fn is_behind(self) -> bool {
        self.known > 0 && self.behind == self.known
    }
}

/// What stands in front of the paths of requests that name no host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unknown {
    /// Nothing, in what a page names.
    Named,
    /// Nothing, in what a program calls.
    Called,
    /// Something that is computed, as it is written.
    Computed(String),
    /// A host of nobody: `localhost:8080`, `<host>`.
    Host(String),
}

impl Unknown {
    /// What stands in front of the path of a URL without a host; `None` if that is no base at all.
    pub(super) fn of(request: &Request, url: &Text<'_>, is_page: bool) -> Option<Self> {
        let chars = url.as_str();
        if chars.starts_with('/') && !chars.starts_with("//") {
            return match request.language {
                "markdown" | "http" => Some(Self::Named),
                // What the samples of a page ask for without a base is asked of anything.
                _ => (!is_page).then_some(Self::Called),
            };
        }
        if let Some(host) = nobodys_host(url) {
            return Some(Self::Host(host.to_owned()));
        }
        // Behind a base that ends in a slash: `axios.get("runs")`.
        let is_relative = chars.starts_with(|c: char| c.is_ascii_alphanumeric()) && !chars.contains("//");
        if is_relative && matches!(request.language, "javascript" | "typescript" | "tsx") {
            return (!is_page).then_some(Self::Called);
        }
        let hole = url.holes().next().filter(|hole| hole.start == 0)?;
        let is_followed = chars.get(hole.end..).is_some_and(|rest| rest.starts_with('/'));
        is_followed.then(|| chars.get(hole)).flatten().map(|base| Self::Computed(base.to_owned()))
    }

    /// What it is to the API whose it is.
    fn base(&self) -> Base {
        match self {
            Self::Host(_) => Base::Near,
            Self::Named | Self::Called | Self::Computed(_) => Base::Open,
        }
    }
}

/// The bases of a file that are an API's.
#[derive(Debug, Default)]
pub(super) struct Neighbours<'a> {
    bases: Vec<(Unknown, &'a ApiContract)>,
    /// Those that are called without a base, and never without a base path.
    behind: Vec<&'a ApiContract>,
    /// What a program calls without a base, for each contract of which there is anything.
    called: Vec<(&'a ApiContract, Tally)>,
}

impl<'a> Neighbours<'a> {
    /// Looks for the bases behind which there are several operations of one API, and not more that are none; one is enough where
    /// `lessons` of other files say that the base is the API's, none where they say so of a path behind it, or of what the programs of the
    /// folder call.
    pub(super) fn of<'r>(requests: &'r [Request], is_page: bool, contracts: &'a Contracts, names: &ApiWords, lessons: &[Lesson]) -> Self {
        let mut bases: Vec<(Unknown, Vec<(&'r Request, &'r Text<'static>)>)> = Vec::new();
        let all = |request: &'r Request| std::iter::once(&request.url).chain(&request.alternatives).map(move |url| (request, url));
        for (request, url) in requests.iter().flat_map(all) {
            let Some(unknown) = Unknown::of(request, url, is_page) else { continue };
            match bases.iter_mut().find(|(known, _)| *known == unknown) {
                Some((_, known)) => known.push((request, url)),
                None => bases.push((unknown, vec![(request, url)])),
            }
        }
        let mut out = Self::default();
        for (unknown, requests) in bases {
            for (index, contract) in contracts.iter().enumerate() {
                let of_contract = || lessons.iter().filter(|lesson| lesson.contract == index);
                let least = if of_contract().any(|lesson| lesson.is_base(&unknown)) { 1 } else { MIN_KNOWN };
                let is_path = |(_, url): &(&Request, &Text<'_>)| of_contract().any(|lesson| lesson.is_path(&RequestPath::of(url)));
                let tally = tally(contract, unknown.base(), &requests, names);
                let together = called(of_contract());
                let is_proved = match &unknown {
                    Unknown::Computed(_) => tally.proves(least) || requests.iter().any(is_path),
                    Unknown::Called => tally.proves_client(least) || together.proves_client(MIN_CALLED),
                    Unknown::Named | Unknown::Host(_) => tally.proves(least),
                };
                if unknown == Unknown::Called && tally.join(together).is_behind() {
                    out.behind.push(contract);
                }
                if unknown == Unknown::Called && tally != Tally::default() {
                    out.called.push((contract, tally));
                }
                if is_proved {
                    out.bases.push((unknown.clone(), contract));
                }
            }
        }
        out
    }

    /// How much of what a program calls without a base is of each contract, where anything is.
    pub(super) fn called(&self) -> impl Iterator<Item = (&'a ApiContract, Tally)> {
        self.called.iter().copied()
    }

    /// The bases that are computed, with the APIs whose they are.
    pub(super) fn computed(&self) -> impl Iterator<Item = (&str, &'a ApiContract)> {
        self.bases.iter().filter_map(|(unknown, contract)| match unknown {
            Unknown::Computed(base) => Some((base.as_str(), *contract)),
            _ => None,
        })
    }

    /// The APIs whose base this is.
    pub(super) fn asked(&self, unknown: &Unknown, url: &Text<'_>) -> impl Iterator<Item = (&'a ApiContract, Base)> {
        let is_behind = |contract: &ApiContract| self.behind.iter().any(|known| std::ptr::eq(*known, contract));
        let has_base = move |contract: &ApiContract| contract.routes().base_of(&RequestPath::of(url)).is_some_and(|skipped| skipped > 0);
        let is_asked = move |contract: &ApiContract| *unknown != Unknown::Called || !is_behind(contract) || has_base(contract);
        let known = self.bases.iter().filter(move |(known, contract)| known == unknown && is_asked(contract));
        known.map(|(unknown, contract)| (*contract, unknown.base()))
    }
}

/// What the programs of a folder call, together.
fn called<'l>(lessons: impl Iterator<Item = &'l Lesson>) -> Tally {
    let tallies = lessons.filter_map(Lesson::called);
    tallies.fold(Tally::default(), Tally::join)
}

/// How many different requests that have one base are an API's.
fn tally(contract: &ApiContract, base: Base, requests: &[(&Request, &Text<'static>)], names: &ApiWords) -> Tally {
    let (mut known, mut behind, mut unknown) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for (request, url) in requests {
        let method = request.method.as_ref().map(Text::as_str);
        let asked = Asked { contract, base, method, url, is_named: false };
        match asked.answer(names) {
            Answer::Operation(item, _) => {
                // What fits any path proves nothing.
                let template = item.template.as_ref().map(|template| template.as_str()).unwrap_or_default();
                let path = RequestPath::of(url);
                if are_alike(template, &path, names) {
                    known.insert(template);
                    behind.extend(contract.routes().base_of(&path).filter(|skipped| *skipped > 0).map(|_| template));
                }
            }
            Answer::Fault(_) => {
                unknown.insert(url.as_str());
            }
            Answer::Open | Answer::Computed | Answer::Other => {}
        }
    }
    Tally { known: known.len(), unknown: unknown.len(), behind: behind.len() }
}
