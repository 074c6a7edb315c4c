//! Security requirements that name a scheme which the description doesn't define.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Found, each, has_word};
use crate::check::contract::contracts::Contracts;
use crate::check::contract::nearest::edits;
use crate::model::{ApiDescription, ApiPlace, ApiText, Hit, RelatedHit, Security};

/// What the rule knows of files.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Words in the names of files and folders of tests: nothing is found there.
    tests: Vec<String>,
}

/// Reports the first place where each scheme is named that isn't defined.
pub(in crate::check) fn check(parameters: &Parameters, contracts: &Contracts) -> Found {
    each(contracts, |api, hit| {
        if has_word(api, &parameters.tests) {
            return;
        }
        // A scheme that is defined by what is not there counts as defined.
        let named = api.security.iter().chain(api.operations().filter_map(|(_, operation)| operation.security.as_ref()));
        for (name, (first, more)) in undefined(api, named) {
            hit(first.place(), told(api, name, first, more));
        }
        for scheme in api.schemes.iter().filter(|scheme| !scheme.is_defined && !is_elsewhere(api, scheme.place)) {
            let message = format!("what the security scheme `{}` refers to is missing", scheme.key.as_str());
            let anchor = Some(scheme.key.as_str().to_owned());
            hit(scheme.place, Hit { anchor, ..Hit::new(scheme.place.span, message) });
        }
    })
}

/// The names of schemes that are not defined: where each stands first, and how often beside.
fn undefined<'a>(api: &ApiDescription, named: impl Iterator<Item = &'a Security>) -> BTreeMap<&'a str, (&'a ApiText, usize)> {
    let defined: BTreeSet<_> = api.schemes.iter().map(|scheme| scheme.key.as_str()).collect();
    let mut out = BTreeMap::new();
    // All of them may be defined in a file that is not there.
    if defined.is_empty() && !api.elsewhere.is_empty() {
        return out;
    }
    for used in named.flat_map(|security| &security.alternatives).flat_map(|needed| &needed.schemes) {
        // Since OpenAPI 3.2 a name may be the URI of a scheme.
        let is_uri = used.name.as_str().contains(['/', '#', ':']);
        if !is_uri && !defined.contains(used.name.as_str()) {
            out.entry(used.name.as_str()).and_modify(|(_, more)| *more += 1).or_insert((&used.name, 0));
        }
    }
    out
}

fn told(api: &ApiDescription, name: &str, first: &ApiText, more: usize) -> Hit {
    let again = match more {
        0 => String::new(),
        1 => ", and is named once more".to_owned(),
        more => format!(", and is named {more} more times"),
    };
    let mut hit = Hit::new(first.place().span, format!("the security scheme `{name}` isn't defined{again}"));
    hit.anchor = Some(name.to_owned());
    // The distance takes quadratic time.
    let is_near = |scheme: &ApiText| {
        scheme.as_str().len() < 64 && name.len() < 64 && {
            let (one, two) = (scheme.as_str().to_ascii_lowercase(), name.to_ascii_lowercase());
            edits(&one, &two) * 3 <= two.chars().count()
        }
    };
    let near = api.schemes.iter().map(|scheme| &scheme.key).find(|key| is_near(key));
    if let Some(key) = near.or_else(|| api.schemes.first().map(|scheme| &scheme.key).filter(|_| api.schemes.len() == 1)) {
        hit.help = Some(format!("the description defines `{}`", key.as_str()));
        if key.file == first.file {
            hit.related.push(RelatedHit::Here(key.place().span, "this one is defined".to_owned()));
        }
    }
    hit
}

/// Whether what stands there is in a file that was not given.
fn is_elsewhere(api: &ApiDescription, place: ApiPlace) -> bool {
    api.elsewhere.iter().any(|reference| reference.text.file == place.file && place.span.contains(reference.text.place().span))
}
