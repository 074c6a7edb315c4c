//! Whose the requests of a file are.

use super::contracts::{ApiContract, Base, Contracts};
use super::neighbours::{Neighbours, Tally, Unknown};
use super::path_words::is_page;
use super::segment::{RequestPath, version};
use crate::check::File;
use crate::model::{Request, Text};

/// Tells the APIs that the requests of one file go to.
#[derive(Debug)]
pub(super) struct Whose<'a> {
    contracts: &'a Contracts,
    path: &'a str,
    text: &'a str,
    pages: &'a [String],
    is_page: bool,
    /// In a file of a description, the contract of the API that it describes, if there is one.
    own: Option<Option<&'a ApiContract>>,
    neighbours: Neighbours<'a>,
}

impl<'a> Whose<'a> {
    pub(super) fn of(file: File<'a>, contracts: &'a Contracts) -> Self {
        let (path, text, words) = (file.document.path(), file.document.as_str(), &file.vocabulary.apis);
        let (is_page, lessons) = (is_page(path), contracts.lessons(path));
        let neighbours = match !lessons.is_empty() || contracts.may_be_behind_a_base(text) {
            true => Neighbours::of(&file.facts.requests, is_page, contracts, words, lessons),
            false => Neighbours::default(),
        };
        let own = contracts.described_in(path);
        Self { contracts, path, text, pages: &words.pages, is_page, own, neighbours }
    }

    /// The APIs that a URL of a request may be asked of: by its host, by the configuration, or by what else stands behind its base.
    pub(super) fn asked(&self, request: &Request, url: &Text<'_>) -> Vec<(&'a ApiContract, Base)> {
        let unknown = Unknown::of(request, url, self.is_page);
        // What the samples of a page ask for without a base is asked of anything.
        if unknown.is_none() && url.as_str().starts_with('/') {
            return Vec::new();
        }
        let asked = self.by_host(url);
        let asked = match unknown {
            Some(unknown) if asked.is_empty() => {
                let is_it = |contract: &ApiContract| unknown != Unknown::Named || !speaks_of_another_version(self.text, contract);
                self.neighbours.asked(&unknown, url).filter(|(contract, _)| is_it(contract)).collect()
            }
            _ => asked,
        };
        self.certain(request, url, asked)
    }

    /// The APIs that a request sends its credential to. A program's own server may take another than the API that it describes.
    pub(super) fn sent_to(&self, request: &Request) -> Vec<(&'a ApiContract, Base)> {
        let asked = self.hosts(request);
        let asked = match Unknown::of(request, &request.url, self.is_page) {
            Some(unknown @ Unknown::Computed(_)) if asked.is_empty() => self.neighbours.asked(&unknown, &request.url).collect(),
            _ => asked,
        };
        self.certain(request, &request.url, asked)
    }

    /// The APIs that a request is asked of by its host, or by the configuration.
    pub(super) fn hosts(&self, request: &Request) -> Vec<(&'a ApiContract, Base)> {
        self.by_host(&request.url)
    }

    fn by_host(&self, url: &Text<'_>) -> Vec<(&'a ApiContract, Base)> {
        let mut asked = self.contracts.asked(url, self.path, self.pages);
        // What a description shows of requests is about its own API.
        asked.retain(|(contract, _)| self.own.is_none_or(|own| own.is_some_and(|own| std::ptr::eq(own, *contract))));
        asked
    }

    /// The APIs, unless another description has what is asked for and nothing but the path says whose it is.
    fn certain(&self, request: &Request, url: &Text<'_>, asked: Vec<(&'a ApiContract, Base)>) -> Vec<(&'a ApiContract, Base)> {
        // What quotes run into is no URL.
        if url.masked(b'x').contains(char::is_whitespace) {
            return Vec::new();
        }
        let is_open = Unknown::of(request, url, self.is_page).is_some();
        if asked.is_empty() || !is_open || asked.iter().any(|(contract, _)| contract.declared().is_some()) {
            return asked;
        }
        let method = request.method.as_ref().filter(|method| !method.has_holes()).map(Text::as_str);
        match self.contracts.has_beside(&asked, method, &RequestPath::of(url)) {
            true => Vec::new(),
            false => asked,
        }
    }

    /// The bases that are computed, with the APIs whose they are.
    pub(super) fn computed(&self) -> impl Iterator<Item = (&str, &'a ApiContract)> {
        self.neighbours.computed()
    }

    /// How much of what is called without a base is of each contract, where anything is.
    pub(super) fn called(&self) -> impl Iterator<Item = (&'a ApiContract, Tally)> {
        self.neighbours.called()
    }

    /// Whether other files may show whose a request is.
    pub(super) fn is_open(&self, request: &Request) -> bool {
        let is_called = || Unknown::of(request, &request.url, self.is_page) == Some(Unknown::Called);
        self.open_base(request).is_some() || (is_called() && self.asked(request, &request.url).is_empty())
    }

    /// The computed base of a request of which it is not known whose it is.
    pub(super) fn open_base(&self, request: &Request) -> Option<String> {
        match Unknown::of(request, &request.url, self.is_page)? {
            Unknown::Computed(base) if self.sent_to(request).is_empty() => Some(base),
            _ => None,
        }
    }
}

/// Whether a page names the base path of an API in another version only: then what it names without a base is of that version.
fn speaks_of_another_version(text: &str, contract: &ApiContract) -> bool {
    let (mut own, mut another) = (false, false);
    for base in contract.bases() {
        let Some((front, number)) =
            base.rsplit_once('/').and_then(|(front, last)| Some((front, version(last).filter(|number| *number != last)?)))
        else {
            continue;
        };
        for (at, start) in text.match_indices(&format!("{front}/v")) {
            let rest = text.get(at + start.len()..).unwrap_or_default();
            let said = rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
            own |= said == number;
            another |= said != number && said.starts_with(|c: char| c.is_ascii_digit());
        }
    }
    another && !own
}
