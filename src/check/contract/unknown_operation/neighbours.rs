//! Bases that are not known, and are an API's by what else stands behind them.

use std::collections::BTreeSet;

use super::fault::{Answer, Asked, Names};
use crate::check::contract::contracts::{ApiContract, Base, Contracts};
use crate::check::contract::segment::RequestPath;
use crate::model::{Request, Text};

/// So many operations of an API behind one base prove that the base is the API's.
const MIN_KNOWN: usize = 3;

/// What stands in front of the paths of requests that name no host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unknown {
    /// Nothing, in what a page names.
    Named,
    /// Nothing, in what a program calls.
    Called,
    /// Something that is computed, as it is written.
    Computed(String),
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
        let hole = url.holes().next().filter(|hole| hole.start == 0)?;
        let is_followed = chars.get(hole.end..).is_some_and(|rest| rest.starts_with('/'));
        is_followed.then(|| chars.get(hole)).flatten().map(|base| Self::Computed(base.to_owned()))
    }
}

/// The bases of a file that are an API's.
#[derive(Debug, Default)]
pub(super) struct Neighbours<'a>(Vec<(Unknown, &'a ApiContract)>);

impl<'a> Neighbours<'a> {
    /// Looks for the bases behind which there are several operations of one API, and not more that are none.
    pub(super) fn of(requests: &[Request], is_page: bool, contracts: &'a Contracts, names: Names<'_>) -> Self {
        let mut bases: Vec<(Unknown, Vec<&Request>)> = Vec::new();
        for request in requests {
            let Some(unknown) = Unknown::of(request, &request.url, is_page) else { continue };
            match bases.iter_mut().find(|(known, _)| *known == unknown) {
                Some((_, known)) => known.push(request),
                None => bases.push((unknown, vec![request])),
            }
        }
        let mut out = Vec::new();
        for (unknown, requests) in bases.into_iter().filter(|(_, requests)| requests.len() >= MIN_KNOWN) {
            out.extend(contracts.iter().filter(|contract| is_of(contract, &requests, names)).map(|contract| (unknown.clone(), contract)));
        }
        Self(out)
    }

    /// The APIs whose base this is.
    pub(super) fn asked(&self, unknown: &Unknown) -> impl Iterator<Item = (&'a ApiContract, Base)> {
        self.0.iter().filter(move |(known, _)| known == unknown).map(|(_, contract)| (*contract, Base::Open))
    }
}

/// Whether requests that have one base are an API's.
fn is_of(contract: &ApiContract, requests: &[&Request], names: Names<'_>) -> bool {
    let mut known = BTreeSet::new();
    let mut unknown = BTreeSet::new();
    for request in requests {
        let method = request.method.as_ref().map(Text::as_str);
        let asked = Asked { contract, base: Base::Open, method, url: &request.url, is_named: false };
        match asked.answer(names) {
            Answer::Operation(item, _) => {
                // What fits any path proves nothing.
                let template = item.template.as_ref().map(|template| template.as_str()).unwrap_or_default();
                if super::fault::are_alike(template, &RequestPath::of(&request.url), names) {
                    known.insert(template);
                }
            }
            Answer::Fault(_) => {
                unknown.insert(request.url.as_str());
            }
            Answer::Open => {}
        }
    }
    known.len() >= MIN_KNOWN && known.len() >= unknown.len()
}
