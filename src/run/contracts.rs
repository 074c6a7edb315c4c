//! The contracts of a tree: found before anything is checked, so that every file can be held against them.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::with_facts;
use crate::check::contract::{ApiContract, Contract, Contracts, groups};
use crate::model::{ApiDescription, ApiVersion, Document, Facts, Vocabulary, Wanted};
use crate::parse::Loader;
use crate::source::{Entry, Listing, Source, decode};

/// So many files may be added to a description.
const MAX_FILES: usize = 4096;

/// Finds the contracts among the files of a source. Of several descriptions of one API only the one that has all counts; where
/// that can't be said, and where a part of it is missing, there is none.
pub fn contracts(source: &dyn Source, listing: &Listing, vocabulary: &Vocabulary) -> Contracts {
    let by_path: BTreeMap<_, _> = listing.entries.iter().map(|entry| (entry.path.as_str(), entry)).collect();
    let described = listing.entries.par_iter().filter(|entry| is_data(&entry.path)).filter_map(|entry| {
        let wanted = Wanted { apis: true, ..Wanted::default() };
        let whole = |_: u64, _: &Document, facts: Facts| facts.apis.into_iter().find(|api| api.version != ApiVersion::Fragment);
        with_facts(source, entry, vocabulary, wanted, whole).ok().flatten()
    });
    let described: Vec<ApiDescription> = described.collect();
    let complete: Vec<_> = described.into_iter().filter_map(|api| complete(source, &by_path, api)).collect();
    let named: Vec<_> = complete.iter().filter_map(|api| Some((api.files.first()?.as_str(), api))).collect();
    let known = groups(&named, &[]).into_iter().filter_map(|group| match group.contract {
        Contract::Known(index) => complete.get(index),
        Contract::Open(_) => None,
    });
    let contract = |api: &ApiDescription| {
        let documents = api.files.iter().map(|path| document(source, by_path.get(path.as_str()).copied()?)).collect::<Option<Vec<_>>>()?;
        Some(ApiContract::new(api.clone(), documents))
    };
    Contracts::new(known.filter(|api| api.elsewhere.is_empty()).filter_map(contract).collect())
}

fn is_data(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    ["json", "yaml", "yml"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

fn document(source: &dyn Source, entry: &Entry) -> Option<Document> {
    let bytes = source.read(entry).ok()?;
    let (text, encoding) = decode(&bytes).ok()?;
    Some(Document::new(entry.path.as_str(), text, encoding))
}

/// The description with the files that it refers to, as far as they are there.
fn complete(source: &dyn Source, by_path: &BTreeMap<&str, &Entry>, api: ApiDescription) -> Option<ApiDescription> {
    if api.elsewhere.is_empty() {
        return Some(api);
    }
    let mut api = api;
    let mut loader = Loader::new(&document(source, by_path.get(api.files.first()?.as_str()).copied()?)?);
    let mut added = BTreeSet::new();
    loop {
        let missing: BTreeSet<_> = api.elsewhere.iter().map(|reference| reference.path.clone()).collect();
        let mut is_more = false;
        for path in missing {
            if added.len() < MAX_FILES
                && added.insert(path.clone())
                && let Some(document) = by_path.get(path.as_str()).and_then(|entry| document(source, entry))
            {
                loader.add(&document);
                is_more = true;
            }
        }
        if !is_more {
            return Some(api);
        }
        api = loader.load()?;
    }
}
