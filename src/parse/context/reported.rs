//! What was reported since some time: named, settled, forgotten.

use std::collections::HashSet;

use super::Context;
use crate::model::{Role, Span, UrlRef};

/// How much was reported so far.
#[derive(Debug, Clone, Copy)]
pub struct Reported {
    urls: usize,
    credentials: usize,
    requests: usize,
    host_tests: usize,
    secret_flows: usize,
    bearer_keys: usize,
}

impl Context<'_> {
    /// How much was reported so far: for [`Self::name_since`].
    pub fn reported(&self) -> Reported {
        Reported {
            urls: self.facts.urls.len(),
            credentials: self.facts.credentials.len(),
            requests: self.facts.requests.len(),
            host_tests: self.facts.host_tests.len(),
            secret_flows: self.facts.secret_flows.len(),
            bearer_keys: self.facts.bearer_keys.len(),
        }
    }

    /// Names those of these stretches in which anything was reported since then. Outer stretches stand before inner ones.
    pub fn name_since<'n>(&mut self, before: Reported, stretches: impl Iterator<Item = (Span, &'n str)>) {
        let urls = self.facts.urls.iter().skip(before.urls).map(|url| url.span.start);
        let credentials = self.facts.credentials.iter().skip(before.credentials).map(|credential| credential.span.start);
        let requests = self.facts.requests.iter().skip(before.requests).map(|request| request.span.start);
        let host_tests = self.facts.host_tests.iter().skip(before.host_tests).map(|test| test.span.start);
        let flows = self.facts.secret_flows.iter().skip(before.secret_flows).map(|flow| flow.span.start);
        let bearers = self.facts.bearer_keys.iter().skip(before.bearer_keys).map(|key| key.span.start);
        let mut places: Vec<_> = urls.chain(credentials).chain(requests).chain(host_tests).chain(flows).chain(bearers).collect();
        places.sort_unstable();
        for (span, name) in stretches {
            let first = places.partition_point(|place| *place < span.start);
            if places.get(first).is_some_and(|place| *place < span.end) {
                self.anchor(span, name);
            }
        }
    }

    /// Of the URLs reported since then that begin in one of these places (sorted), which what uses them shares, keeps one for
    /// each role and host, and mentions only where nothing else is known.
    pub fn settle(&mut self, before: Reported, places: &[Span]) {
        if places.is_empty() {
            return;
        }
        let of_place = |url: &UrlRef| begins_in(places, url.span.start);
        let Some(new) = self.facts.urls.get(before.urls..) else { return };
        let used: HashSet<_> = new.iter().filter(|url| url.role != Role::Mention && of_place(url)).map(|url| url.span.start).collect();
        let mut seen = HashSet::new();
        retain_new(&mut self.facts.urls, before.urls, |url| {
            let is_said = || url.role == Role::Mention && used.contains(&url.span.start);
            let mut is_new = || seen.insert((url.span.start, url.role, url.reference.host().map(ToOwned::to_owned)));
            !of_place(url) || (!is_said() && is_new())
        });
    }

    /// Forgets what was reported since then of what begins in one of these places (sorted): it is reported where they stand.
    pub(in crate::parse) fn forget(&mut self, before: Reported, places: &[Span]) {
        if places.is_empty() {
            return;
        }
        let facts = &mut self.facts;
        retain_new(&mut facts.urls, before.urls, |url| !begins_in(places, url.span.start));
        retain_new(&mut facts.credentials, before.credentials, |credential| !begins_in(places, credential.span.start));
        retain_new(&mut facts.requests, before.requests, |request| !begins_in(places, request.span.start));
        retain_new(&mut facts.host_tests, before.host_tests, |test| !begins_in(places, test.span.start));
        retain_new(&mut facts.secret_flows, before.secret_flows, |flow| !begins_in(places, flow.span.start));
    }
}

/// Whether something that begins at this byte of the document begins in one of these places (sorted).
fn begins_in(places: &[Span], at: usize) -> bool {
    let next = places.partition_point(|place| place.start <= at);
    next.checked_sub(1).and_then(|last| places.get(last)).is_some_and(|place| at < place.end)
}

/// Of what stands behind the first `known`, keeps what is to be kept.
fn retain_new<T>(all: &mut Vec<T>, known: usize, mut keep: impl FnMut(&T) -> bool) {
    let mut index = 0;
    all.retain(|one| {
        index += 1;
        index <= known || keep(one)
    });
}
