//! The contracts of a tree: found before anything is checked, so that every file can be held against them.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::described::{Descriptions, Kept};
use super::{LONGEST_JOB, Memory, facts_of, guarded};
use crate::check::contract::{ApiContract, Contract, ContractSet, Contracts, Declared, HTTP_SCHEMES, OperationPattern, Sites, groups};
use crate::config::Problem;
use crate::model::{ApiDescription, Document, Vocabulary, Wanted};
use crate::parse::{Loader, may_describe};
use crate::rule::nearest;
use crate::source::{Entry, Listing, Source, decode};

/// So many files may be added to a description.
const MAX_FILES: usize = 4096;

/// Finds the contracts among the files of a source. Of several descriptions of one API only the one that has all counts; where
/// that can't be said, and where a part of it is missing, there is none.
/// What the project declares is a contract whatever else is there.
///
/// # Errors
///
/// What is wrong with what the project declares, by what the tree holds.
pub fn contracts(
    source: &dyn Source,
    listing: &Listing,
    vocabulary: &Vocabulary,
    declared: &[Declared],
) -> Result<Contracts, Vec<Problem>> {
    contracts_with(
        source,
        listing,
        vocabulary,
        declared,
        Known { memory: &Memory::none(), kept: &Kept::none(), descriptions: &Descriptions::default() },
    )
}

/// What is known before a tree is read.
#[derive(Debug, Clone, Copy)]
pub struct Known<'k> {
    /// The files that are no descriptions.
    pub memory: &'k Memory,
    /// The files that are some.
    pub kept: &'k Kept,
    /// The texts that are some.
    pub descriptions: &'k Descriptions,
}

/// The same, without reading what is known to be no description, and without parsing what is known to be one.
///
/// # Errors
///
/// What is wrong with what the project declares, by what the tree holds.
pub fn contracts_with(
    source: &dyn Source,
    listing: &Listing,
    vocabulary: &Vocabulary,
    declared: &[Declared],
    known: Known<'_>,
) -> Result<Contracts, Vec<Problem>> {
    let is_new = |entry: &&Entry| is_data(&entry.path) && known.memory.recall(entry).is_none();
    let possible: Vec<_> = listing.entries.par_iter().filter(is_new).collect();
    let described = possible.par_iter().with_max_len(LONGEST_JOB).map(|entry| {
        let describe = || {
            if let Some(described) = known.kept.recall(entry) {
                return Ok(Some(described));
            }
            let read = source.read(entry)?;
            let Ok((text, encoding)) = decode(&read) else { return Ok(None) };
            let document = Document::new(entry.path.as_str(), text, encoding);
            let api = may_describe(&document, true).then(|| known.descriptions.of(&document, vocabulary)).flatten();
            let described = api.map(|api| (api, ContractSet::of(&document)));
            match &described {
                Some(described) => known.kept.keep(entry, described),
                None => known.memory.keep(entry, 0),
            }
            Ok(described)
        };
        guarded(entry, describe).ok().flatten()
    });
    let described: Vec<_> = described.flatten().collect();
    let mut identity = ContractSet::default();
    let complete = described.into_iter().filter_map(|(api, of)| {
        identity.add(of);
        complete(source, listing, api, &mut identity)
    });
    let complete: Vec<_> = complete.collect();
    let named: Vec<_> = complete.iter().filter_map(|api| Some((api.files.first()?.as_str(), api))).collect();
    let contract = |api: &ApiDescription| {
        let documents = api.files.iter().map(|path| document(source, listing.entry(path)?)).collect::<Option<Vec<_>>>()?;
        Some(ApiContract::new(api.clone(), documents))
    };
    let mut problems = Vec::new();
    let mut out = Vec::new();
    for declared in declared {
        match named.iter().find(|(path, _)| *path == declared.spec) {
            Some((_, api)) => {
                problems.extend(wrong(declared, api));
                out.extend(contract(api).map(|contract| contract.declare(declared.clone())));
            }
            None => problems.push(absent(declared, listing)),
        }
    }
    let specs: Vec<_> = declared.iter().map(|declared| declared.spec.as_str()).collect();
    let is_declared = |index: usize| named.get(index).is_some_and(|(path, _)| specs.contains(path));
    let groups = groups(&named, &specs);
    let sole = groups.iter().filter_map(|group| match group.contract {
        Contract::Known(index) if !is_declared(index) && !group.others.iter().any(|other| is_declared(other.description)) => {
            complete.get(index)
        }
        _ => None,
    });
    out.extend(sole.filter(|api| api.elsewhere.is_empty()).filter_map(contract));
    let sites = if complete.is_empty() { Sites::default() } else { sites(source, listing) };
    if problems.is_empty() { Ok(Contracts::new(out, complete, groups).with_sites(sites).with_identity(identity)) } else { Err(problems) }
}

/// Whether one of these files is an API description or a part of one, or may be one since it can't be read. The vocabulary is asked for
/// where a file has to be parsed: hardly ever.
///
/// # Errors
///
/// Those of the vocabulary.
pub fn any_describes<E>(source: &dyn Source, entries: &[Entry], vocabulary: impl FnOnce() -> Result<Vocabulary, E>) -> Result<bool, E> {
    let possible = |entry: &&Entry| {
        let read = || Ok(decode(&source.read(entry)?).ok().map(|(text, encoding)| Document::new(entry.path.as_str(), text, encoding)));
        guarded(entry, || read().map(|document| document.filter(|document| may_describe(document, false))))
    };
    let entries: Vec<_> = entries.iter().filter(|entry| is_data(&entry.path)).collect();
    let documents: Result<Vec<_>, _> = entries.par_iter().map(possible).collect();
    let Ok(documents) = documents else { return Ok(true) };
    if documents.iter().all(Option::is_none) {
        return Ok(false);
    }
    let vocabulary = vocabulary()?;
    let wanted = |_: &Document| Wanted { apis: true, ..Wanted::default() };
    let describes = |document: &Document| facts_of(0, document, &vocabulary, wanted, |_, _, facts| !facts.apis.is_empty());
    let files = entries.into_par_iter().zip(documents);
    Ok(files.any(|(entry, document)| document.is_some_and(|it| guarded(entry, || Ok(describes(&it))).unwrap_or(true))))
}

/// The sites that the files of a source make.
fn sites(source: &dyn Source, listing: &Listing) -> Sites {
    let entries = || listing.entries.iter();
    let configurations = entries().filter(|entry| Sites::is_configuration(&entry.path)).filter_map(|entry| document(source, entry));
    let configurations: Vec<_> = configurations.collect();
    match configurations.is_empty() {
        true => Sites::default(),
        false => Sites::new(&configurations, entries().map(|entry| entry.path.clone()).collect()),
    }
}

/// Why what is declared is no contract.
fn absent(declared: &Declared, listing: &Listing) -> Problem {
    let Declared { spec, span, .. } = declared;
    if listing.entry(spec).is_some() {
        let help = "a contract is OpenAPI 3 or Swagger 2.0, in YAML or JSON, with `paths`";
        return Problem { span: *span, message: format!("`{spec}` is no API description"), help: Some(help.to_owned()) };
    }
    let name = |path: &str| path.rsplit('/').next().map(str::to_owned);
    let mut paths = listing.entries.iter().map(|entry| entry.path.as_str());
    let help = match paths.clone().find(|path| name(path) == name(spec)).or_else(|| nearest(spec, &mut paths)) {
        Some(other) => format!("did you mean `{other}`?"),
        None => "the path is relative to congruent.toml; what is excluded or ignored by git is not read".to_owned(),
    };
    Problem { span: *span, message: format!("there is no file `{spec}`"), help: Some(help) }
}

/// What the contract does not have of what is said of it.
fn wrong(declared: &Declared, api: &ApiDescription) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(reference) = api.elsewhere.first() {
        let message = format!("`{}` refers to `{}`, which is not there", declared.spec, reference.path);
        problems.push(Problem { span: declared.span, message, help: Some("a contract has to be whole".to_owned()) });
    }
    let operations: Vec<_> =
        api.operations().filter_map(|(item, operation)| Some((operation.method(), item.template.as_ref()?.as_str()))).collect();
    let is_missing = |pattern: &&OperationPattern| !operations.iter().any(|(method, path)| pattern.matches(Some(method), path));
    for pattern in declared.also_accepts.iter().flat_map(|also| &also.operations).filter(is_missing) {
        let names: Vec<_> = operations.iter().map(|(method, path)| format!("{method} {path}")).collect();
        let help = nearest(pattern.as_str(), names.iter().map(String::as_str)).map(|name| format!("did you mean `{name}`?"));
        let help = help.or_else(|| Some("`*` stands for any characters; what the contract leaves out belongs to `internal`".to_owned()));
        let message = format!("`{}` is no operation of `{}`", pattern.as_str(), declared.spec);
        problems.push(Problem { span: pattern.span(), message, help });
    }
    for also in &declared.also_accepts {
        let keys = || api.schemes.iter().map(|scheme| scheme.key.as_str());
        let is_http = HTTP_SCHEMES.contains(&also.scheme.to_ascii_lowercase().as_str());
        if !is_http && !keys().any(|key| key == also.scheme) {
            let known: Vec<_> = keys().chain(["bearer", "basic"]).map(|name| format!("`{name}`")).collect();
            let help = match nearest(&also.scheme, keys().chain(HTTP_SCHEMES)) {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("it is one of {}, or another scheme of HTTP authentication", known.join(", ")),
            };
            let message = format!("`{}` is no security scheme of `{}`", also.scheme, declared.spec);
            problems.push(Problem { span: also.span, message, help: Some(help) });
        }
    }
    problems
}

fn is_data(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    ["json", "yaml", "yml"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// A file with its size in bytes.
pub(super) fn sized(source: &dyn Source, entry: &Entry) -> Option<(u64, Document)> {
    let bytes = source.read(entry).ok()?;
    let (text, encoding) = decode(&bytes).ok()?;
    Some((bytes.len() as u64, Document::new(entry.path.as_str(), text, encoding)))
}

pub(super) fn document(source: &dyn Source, entry: &Entry) -> Option<Document> {
    sized(source, entry).map(|(_, document)| document)
}

/// The description with the files that it refers to, as far as they are there.
fn complete(source: &dyn Source, listing: &Listing, api: ApiDescription, identity: &mut ContractSet) -> Option<ApiDescription> {
    if api.elsewhere.is_empty() {
        return Some(api);
    }
    let mut api = api;
    let mut loader = Loader::new(&document(source, listing.entry(api.files.first()?)?)?);
    let mut added = BTreeSet::new();
    loop {
        let missing: BTreeSet<_> = api.elsewhere.iter().map(|reference| reference.path.clone()).collect();
        let mut is_more = false;
        for path in missing {
            if added.len() < MAX_FILES
                && added.insert(path.clone())
                && let Some(document) = listing.entry(&path).and_then(|entry| document(source, entry))
            {
                loader.add(&document);
                identity.add(ContractSet::of(&document));
                is_more = true;
            }
        }
        if !is_more {
            return Some(api);
        }
        api = loader.load()?;
    }
}
