//! One fact for one request, however often the call that makes it is visited.
//!
//! A call is visited once for every call of a function of this file that reaches it, and once with nothing known; and its URL may
//! have several values. Calls from different places that come to different requests are different facts, each where it is called
//! for; what one place may come to is one fact.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::given::shape;
use crate::model::{Reference, Request, RequestPart, Span, Text, UnknownPart};

/// The call or command that makes a request, and the number of the request among those that it makes.
type Maker = (Span, usize);

/// A visit of what makes a request.
#[derive(Debug)]
pub(super) struct Visit {
    pub(super) maker: Maker,
    /// The call of a function of this file that says the URL, if that is known.
    pub(super) site: Option<Span>,
    /// The innermost call of a function of this file that led here.
    pub(super) caller: Option<Span>,
}

/// What a visit came to, as far as two of them are told apart by it.
type Outcome = (Option<String>, String, Option<String>);

fn outcome(request: &Request) -> Outcome {
    let method = request.method.as_ref().map(|method| method.as_str().to_owned());
    (method, shape(&request.url).0, request.reference.host().map(ToOwned::to_owned))
}

/// Whether a request has no URL or method: it says nothing where another visit knows them.
fn is_vague(request: &Request) -> bool {
    request.unknown.iter().any(|unknown| matches!(unknown.part, RequestPart::Method | RequestPart::Url))
}

/// Each request once.
pub(super) fn distinct(visits: Vec<(Visit, Request)>) -> Vec<Request> {
    let known: HashSet<Maker> = visits.iter().filter(|(_, request)| !is_vague(request)).map(|(visit, _)| visit.maker).collect();
    let visits: Vec<_> = visits.into_iter().filter(|(visit, request)| !is_vague(request) || !known.contains(&visit.maker)).collect();
    let apart = makers_of_many(&visits);
    let mut places: HashMap<(Maker, Span), usize> = HashMap::new();
    let mut groups: Vec<Vec<Request>> = Vec::new();
    for (visit, mut request) in visits {
        let caller = visit.caller.filter(|_| apart.contains(&visit.maker));
        request.span = visit.site.or(caller).unwrap_or(visit.maker.0);
        let place = *places.entry((visit.maker, request.span)).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(request),
            None => groups.push(vec![request]),
        }
    }
    let mut requests: Vec<_> = groups.into_iter().filter_map(one_of).collect();
    let mut seen = HashSet::new();
    requests.retain(|request| seen.insert((request.span, outcome(request), names(request))));
    requests
}

/// What makes different requests for different callers.
fn makers_of_many(visits: &[(Visit, Request)]) -> HashSet<Maker> {
    let mut outcomes: HashMap<Maker, BTreeMap<Span, BTreeSet<Outcome>>> = HashMap::new();
    for (visit, request) in visits.iter().filter(|(visit, _)| visit.site.is_none()) {
        if let Some(caller) = visit.caller {
            outcomes.entry(visit.maker).or_default().entry(caller).or_default().insert(outcome(request));
        }
    }
    let differ = |callers: &BTreeMap<Span, BTreeSet<Outcome>>| callers.values().collect::<BTreeSet<_>>().len() > 1;
    outcomes.into_iter().filter(|(_, callers)| differ(callers)).map(|(maker, _)| maker).collect()
}

fn names(request: &Request) -> Vec<String> {
    request.headers.iter().map(|header| header.name.as_str().to_ascii_lowercase()).collect()
}

/// The one request that all of these are: what they agree in, and what it may be where they differ.
fn one_of(group: Vec<Request>) -> Option<Request> {
    let urls = distinct_urls(&group);
    let methods: Vec<_> = group.iter().filter_map(|request| request.method.as_ref()).map(|method| method.as_str().to_owned()).collect();
    // Of what branches make of the headers, what has all of the others stands for them.
    let most = group.iter().enumerate().max_by_key(|(at, request)| (request.headers.len(), Reverse(*at))).map_or(0, |(at, _)| at);
    let mut others = group;
    let mut one = others.get(most).is_some().then(|| others.swap_remove(most))?;
    let mut known: HashSet<_> = names(&one).into_iter().collect();
    let before = one.headers.len();
    let headers = others.into_iter().flat_map(|request| request.headers);
    one.headers.extend(headers.filter(|header| known.insert(header.name.as_str().to_ascii_lowercase())));
    if one.headers.len() > before {
        say(&mut one, RequestPart::Headers, "the headers differ from branch to branch".to_owned());
    }
    let mut names: Vec<_> = Vec::new();
    methods.into_iter().for_each(|method| {
        if !names.contains(&method) {
            names.push(method)
        }
    });
    if names.len() > 1 {
        one.method = None;
        one.unknown.retain(|unknown| unknown.part != RequestPart::Method);
        say(&mut one, RequestPart::Method, format!("the method may be {}", names.join(" or ")));
    }
    let mut urls = urls.into_iter();
    if let Some((url, reference)) = urls.next() {
        (one.url, one.reference) = (url, reference);
    }
    one.alternatives = urls.map(|(url, _)| url).collect();
    if !one.alternatives.is_empty() {
        one.unknown.retain(|unknown| unknown.part != RequestPart::Url);
        let reason = format!("the URL is one of {}", one.alternatives.len() + 1);
        say(&mut one, RequestPart::Url, reason);
    }
    Some(one)
}

fn say(request: &mut Request, part: RequestPart, reason: String) {
    let unknown = UnknownPart { part, reason };
    if !request.unknown.contains(&unknown) {
        request.unknown.push(unknown);
    }
}

/// The different URLs of which something is known, or the first.
fn distinct_urls(group: &[Request]) -> Vec<(Text<'static>, Reference)> {
    let is_known = |request: &&Request| !request.unknown.iter().any(|unknown| unknown.part == RequestPart::Url);
    let any = group.iter().any(|request| is_known(&request));
    let mut seen = HashSet::new();
    let known = group.iter().enumerate().filter(|(at, request)| if any { is_known(request) } else { *at == 0 }).map(|(_, request)| request);
    let new = known.filter(|request| seen.insert((shape(&request.url).0, request.reference.host())));
    new.map(|request| (request.url.clone(), request.reference.clone())).collect()
}
