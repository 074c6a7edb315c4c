//! Operations of a contract that no page names.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::contracts::Contracts;
use super::path_words::{PathWords, Tells, is_page};
use super::routes::{Prefix, Route};
use super::segment::RequestPath;
use crate::check::{Tree, Verdict};
use crate::model::{Hit, METHODS, Text, Vocabulary, Wanted};
use crate::parse;

/// In so many of its first lines a page says which operation it is about.
const MAX_FRONT: usize = 40;

/// What the rule knows of files.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// What the paths of files tell.
    paths: PathWords,
}

/// An operation that a page names: the index of its contract, that of its path, and its method if that is said.
type Named = (usize, usize, Option<String>);

/// Reports the operations of the contracts that no page of the tree names, by the path of the file that describes them.
pub(in crate::check) fn check(
    tree: &dyn Tree,
    parameters: &Parameters,
    contracts: &Contracts,
    vocabulary: &Vocabulary,
) -> BTreeMap<String, Verdict> {
    let mut out: BTreeMap<String, Verdict> = BTreeMap::new();
    if contracts.is_empty() {
        return out;
    }
    let paths: Vec<_> = tree.paths().into_iter().filter(|path| is_page(path) && parameters.paths.tells(path) == Tells::Now).collect();
    let named: Vec<_> = paths.par_iter().map(|path| named(tree, path, contracts, vocabulary)).collect();
    let named: BTreeSet<Named> = named.into_iter().flatten().collect();
    for (contract, described) in contracts.iter().enumerate() {
        let api = described.api();
        for (template, item) in api.paths.iter().enumerate() {
            let is_named =
                |method: String| named.contains(&(contract, template, None)) || named.contains(&(contract, template, Some(method)));
            for operation in item.operations.iter().filter(|operation| !operation.is_deprecated && !is_named(operation.method())) {
                let place = operation.method.place();
                let path = item.template.as_ref().map(|template| template.as_str()).unwrap_or_default();
                let Some(file) = api.files.get(place.file) else { continue };
                let hit = Hit::new(place.span, format!("no page names `{} {path}`", operation.method()));
                out.entry(file.clone()).or_default().hits.push(hit);
            }
        }
    }
    out
}

/// The operations that a page names, whatever it says of the host.
fn named(tree: &dyn Tree, path: &str, contracts: &Contracts, vocabulary: &Vocabulary) -> Vec<Named> {
    let Some(document) = tree.document(path) else { return Vec::new() };
    let mut out = Vec::new();
    let mut add = |method: Option<&str>, url: &Text<'_>| {
        let path = RequestPath::of(url);
        for (contract, described) in contracts.iter().enumerate() {
            let is_meant = |route: &&Route| route.prefix != Prefix::Doubled && !route.is_guess;
            let found = described.routes().find(&path);
            out.extend(found.iter().find(is_meant).map(|route| (contract, route.template, method.map(str::to_ascii_uppercase))));
        }
    };
    // `openapi: post /runs`, as generators of documentation take it.
    for line in document.as_str().lines().take(MAX_FRONT).filter_map(|line| line.trim().strip_prefix("openapi:")) {
        let words: Vec<_> = line.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')).filter(|word| !word.is_empty()).collect();
        if let [.., method, path] = words.as_slice()
            && METHODS.iter().any(|known| known.eq_ignore_ascii_case(method))
        {
            add(Some(method), &Text::exact(path, 0));
        }
    }
    let wanted = Wanted { requests: true, ..Wanted::default() };
    for request in &parse::parse(&document, vocabulary, wanted).requests {
        let method = request.method.as_ref().filter(|method| !method.has_holes()).map(Text::as_str);
        std::iter::once(&request.url).chain(&request.alternatives).for_each(|url| add(method, url));
    }
    out
}
