//! Operations that need nothing though all around them need something.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Found, each, has_word};
use crate::check::contract::contracts::Contracts;
use crate::model::{ApiText, Hit, Operation, PathItem, RelatedHit};

/// So many operations at least have to need something before one that doesn't is told.
const FEWEST: usize = 4;
/// Of so many operations one may have been forgotten: where more need nothing that is how the API is.
const ONE_OF: usize = 8;

/// What the rule knows of names.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Words in the names of files and folders of tests: nothing is found there.
    tests: Vec<String>,
    /// Words in paths, names and tags of operations that everybody may ask for.
    public: Vec<String>,
}

/// Reports the operations.
pub(in crate::check) fn check(parameters: &Parameters, contracts: &Contracts) -> Found {
    each(contracts, |api, hit| {
        if has_word(api, &parameters.tests) || api.security.is_some() || !api.elsewhere.is_empty() {
            return;
        }
        // What says that it needs nothing is meant so.
        let (guarded, open): (Vec<_>, Vec<_>) = api.operations().partition(|(_, operation)| operation.security.is_some());
        let guarded: Vec<_> =
            guarded.into_iter().filter(|(_, it)| it.security.as_ref().is_some_and(|security| !security.is_optional())).collect();
        let forgotten: Vec<_> = open.iter().filter(|(item, operation)| !parameters.is_public(item, operation)).collect();
        if guarded.len() < FEWEST || open.len() > (guarded.len() + open.len()) / ONE_OF {
            return;
        }
        let near = Neighbours::of(&guarded, &open);
        // Where those that need something say whom they refuse, one that refuses nobody is meant for all.
        let is_said = guarded.iter().filter(|(_, operation)| operation.refuses).count() * 2 > guarded.len();
        for (item, operation) in forgotten.into_iter().filter(|(_, operation)| !is_said || operation.refuses) {
            let Some(neighbour) = near.of_operation(item, operation) else { continue };
            let template = item.template.as_ref().map(ApiText::as_str).unwrap_or_default();
            let message = format!("{} {template} needs nothing, though its neighbours do", operation.method());
            let mut found = Hit::new(operation.method.place().span, message);
            found.anchor = Some(format!("{} {template}", operation.method()));
            if let Some(security) = neighbour.security.as_ref().filter(|security| security.place.file == operation.method.file) {
                found.related.push(RelatedHit::Here(security.place.span, "a neighbour needs this".to_owned()));
            }
            hit(operation.method.place(), found);
        }
    })
}

/// The guarded operations around those that are not.
struct Neighbours<'a> {
    by_path: BTreeMap<&'a str, &'a Operation>,
    by_tag: BTreeMap<&'a str, &'a Operation>,
    /// Tags of which more than one operation needs nothing.
    open: BTreeSet<&'a str>,
}

impl<'a> Neighbours<'a> {
    fn of(guarded: &[(&'a PathItem, &'a Operation)], open: &[(&'a PathItem, &'a Operation)]) -> Self {
        let path = |(item, operation): &(&'a PathItem, &'a Operation)| Some((item.template.as_ref()?.as_str(), *operation));
        let by_tag = guarded.iter().flat_map(|(_, operation)| operation.tags.iter().map(move |tag| (tag.as_str(), *operation)));
        let mut tags = BTreeMap::new();
        open.iter().flat_map(|(_, operation)| &operation.tags).for_each(|tag| *tags.entry(tag.as_str()).or_insert(0) += 1);
        let open = tags.into_iter().filter(|(_, count)| *count > 1).map(|(tag, _)| tag).collect();
        Self { by_path: guarded.iter().filter_map(path).collect(), by_tag: by_tag.collect(), open }
    }

    /// One that stands at the same path, or has the same tag.
    fn of_operation(&self, item: &PathItem, operation: &Operation) -> Option<&'a Operation> {
        let at_path = item.template.as_ref().and_then(|template| self.by_path.get(template.as_str()));
        let tag = operation.tags.first().map(ApiText::as_str).filter(|tag| !self.open.contains(tag));
        at_path.or_else(|| self.by_tag.get(tag?)).copied()
    }
}

impl Parameters {
    /// Whether an operation is one that everybody may ask for, as far as its names tell it.
    fn is_public(&self, item: &PathItem, operation: &Operation) -> bool {
        let names = item.template.iter().chain(&operation.id).chain(&operation.tags).map(ApiText::as_str);
        let is_word = |word: &str| self.public.iter().any(|public| word.to_ascii_lowercase().starts_with(public.as_str()));
        let mut words = names.flat_map(words);
        matches!(operation.method().as_str(), "OPTIONS" | "HEAD" | "TRACE") || words.any(|word| is_word(&word))
    }
}

/// The words of a name, also of one in camel case.
fn words(name: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && was_lower) {
            out.push(String::new());
        }
        was_lower = c.is_lowercase();
        if let Some(last) = out.last_mut().filter(|_| c.is_alphanumeric()) {
            last.push(c);
        }
    }
    out
}
