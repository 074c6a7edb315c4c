//! What of a copy differs in its operations, and in what they refer to.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::likely::stem;
use super::side::{self, OperationKey, Side, Written, root_key, written};
use super::values::{Difference, Pair};
use super::{Relation, Subject, names};
use crate::model::{ApiDescription, ApiPlace, ApiText, PathItem, Severity};
use crate::parse::{ApiValue, ApiValues};

/// Keys of an operation that are compared otherwise: by what they mean together with what stands around it.
const ELSEWHERE: [&str; 2] = ["security", "parameters"];
/// Keys of a description that are compared otherwise.
const ROOT: [&str; 9] =
    ["paths", "components", "definitions", "parameters", "responses", "security", "servers", "securityDefinitions", "host"];
/// What a description defines for others to refer to, below `components` or, in Swagger 2.0, at its root.
const SECTIONS: [&str; 7] = ["schemas", "definitions", "responses", "parameters", "requestBodies", "headers", "pathItems"];

/// Which operations of its source a copy has.
pub(super) struct Part {
    pub(super) relation: Relation,
    /// Those that it lacks and is meant to have.
    missing: Vec<OperationKey>,
}

impl Part {
    pub(super) fn of(copy: &Side<'_>, source: &Side<'_>, is_translation: bool, pair: &mut Pair<'_>) -> Self {
        let word = |text: &Option<ApiText>| text.as_ref().map(|text| text.as_str().trim().to_lowercase());
        if !is_translation && word(&copy.api.title) != word(&source.api.title) {
            return Self { relation: Relation::Own, missing: Vec::new() };
        }
        let (ours, theirs) = (names(copy.api), names(source.api));
        let missing: Vec<_> = theirs.difference(&ours).cloned().collect();
        let is_called_so = stem(copy.path()) == stem(source.path());
        let is_most = missing.len() * 2 < theirs.len() && (is_called_so || missing.len() * 8 <= theirs.len());
        let file_name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        pair.is_verbatim = file_name(copy.path()) == file_name(source.path());
        if missing.is_empty() {
            return Self { relation: Relation::Mirror, missing };
        }
        if !is_most || is_marked(&missing, pair) || (!is_called_so && is_tagged(&missing, source.api)) {
            return Self { relation: Relation::Part, missing: Vec::new() };
        }
        Self { relation: Relation::Mirror, missing }
    }

    /// The operations that a mirror lacks.
    pub(super) fn missing(&self, copy: &Side<'_>, source: &Side<'_>, pair: &Pair<'_>) -> Option<Subject> {
        let (here, there) = (root_key(&pair.copy, "paths")?, root_key(&pair.source, "paths")?);
        let (here, there) = (pair.copy.place(here), pair.source.place(there));
        let place = |(method, template): &OperationKey| {
            source.api.operations().find_map(|(item, operation)| {
                let is_it = operation.method() == *method && side::key(item, operation)?.1 == *template;
                is_it.then(|| operation.method.place())
            })
        };
        let beside = |template: &str| {
            let template_of = |item: &PathItem| item.template.clone();
            copy.api.paths.iter().filter_map(template_of).find(|text| text.as_str().trim_end_matches('/') == template)
        };
        let difference = |key: &OperationKey| {
            let here = beside(&key.1).map_or(here, |template| template.place());
            let what = format!("lacks `{} {}`", key.0, key.1);
            Difference::new(here, place(key).unwrap_or(there), what)
        };
        let differences: Vec<_> = self.missing.iter().map(difference).collect();
        Some(Subject { name: "this copy".to_owned(), here, differences, at_most: Severity::Error })
    }
}

/// Whether what is missing is marked in the source as nothing else is: deprecated, or by an extension such as `x-internal`.
fn is_marked(missing: &[OperationKey], pair: &mut Pair<'_>) -> bool {
    let missing: HashSet<_> = missing.iter().collect();
    let mut marks: Option<HashSet<&str>> = None;
    let mut kept: HashSet<&str> = HashSet::new();
    for (key, written) in written(&mut pair.source) {
        let fields = written.item.fields().into_iter().chain(written.operation.fields());
        let is_mark = |(name, value): (ApiValue<'_>, ApiValue<'_>)| {
            let is_set = !value.is_null() && value.as_str() != Some("false");
            is_set && name.as_str().is_some_and(|name| name == "deprecated" || name.starts_with("x-"))
        };
        let own = fields.filter(|field| is_mark(*field)).filter_map(|(name, _)| name.as_str());
        if missing.contains(&key) {
            let own: HashSet<_> = own.collect();
            marks = Some(marks.map_or(own.clone(), |marks| marks.intersection(&own).copied().collect()));
        } else {
            kept.extend(own);
        }
    }
    marks.is_some_and(|marks| marks.iter().any(|mark| !kept.contains(mark)))
}

/// Whether what is missing has tags that nothing else has.
fn is_tagged(missing: &[OperationKey], source: &ApiDescription) -> bool {
    let missing: BTreeSet<_> = missing.iter().collect();
    let (mut gone, mut kept) = (BTreeSet::new(), BTreeSet::new());
    for (item, operation) in source.operations() {
        let Some(key) = side::key(item, operation) else { continue };
        let tags = operation.tags.iter().map(|tag| tag.as_str());
        match missing.contains(&key) {
            true if operation.tags.is_empty() => return false,
            true => gone.extend(tags),
            false => kept.extend(tags),
        }
    }
    gone.is_disjoint(&kept)
}

/// What differs in the operations that both have, and the operations that only the copy has.
pub(super) fn operations(copy: &Side<'_>, source: &Side<'_>, pair: &mut Pair<'_>) -> Vec<Subject> {
    let ours = written(&mut pair.copy);
    let theirs = written(&mut pair.source);
    let mut out = Vec::new();
    // In the order of the copy.
    for (item, operation) in copy.api.operations() {
        let Some(key) = side::key(item, operation) else { continue };
        let Some(here) = ours.get(&key) else { continue };
        let name = format!("`{} {}`", key.0, key.1);
        let place = pair.copy.place(here.template);
        match theirs.get(&key) {
            Some(there) => {
                let differences = operation_of(pair, *here, *there);
                out.push(Subject { name, here: place, differences, at_most: Severity::Error });
            }
            None if source.api.operations().any(|(item, operation)| side::key(item, operation).as_ref() == Some(&key)) => {}
            None => {
                let Some(there) = root_key(&pair.source, "paths").map(|paths| pair.source.place(paths)) else { continue };
                let here = pair.copy.place(here.method);
                let what = "is not there".to_owned();
                let differences = vec![Difference::new(here, there, what)];
                out.push(Subject { name, here, differences, at_most: Severity::Error });
            }
        }
    }
    out
}

fn operation_of<'t>(pair: &mut Pair<'t>, ours: Written<'t>, theirs: Written<'t>) -> Vec<Difference> {
    let (here, there) = (pair.copy.place(ours.method), pair.source.place(theirs.method));
    let mut out = pair.compare((here, ours.operation), (there, theirs.operation), &ELSEWHERE);
    let listed = |values: &ApiValues<'t>, operation: ApiValue<'t>, other: ApiPlace| {
        let found = operation.fields().into_iter().find(|(key, _)| key.as_str() == Some("parameters"));
        found.map_or(other, |(key, _)| values.place(key))
    };
    let named = (listed(&pair.copy, ours.operation, here), listed(&pair.source, theirs.operation, there));
    let (ours, theirs) = (parameters(&mut pair.copy, ours), parameters(&mut pair.source, theirs));
    out.extend(pair.lists("parameters", named, &ours, &theirs));
    out
}

/// The parameters of an operation and those of its path that it does not replace.
fn parameters<'t>(values: &mut ApiValues<'t>, written: Written<'t>) -> Vec<ApiValue<'t>> {
    let list = |value: ApiValue<'t>| value.get("parameters").map(|list| list.items().collect::<Vec<_>>()).unwrap_or_default();
    let mut name = |value: ApiValue<'t>| {
        let value = values.follow(value)?;
        Some((value.get("name")?.as_str()?, value.get("in")?.as_str()?))
    };
    let mut out = list(written.operation);
    let own: HashSet<_> = out.iter().filter_map(|parameter| name(*parameter)).collect();
    out.extend(list(written.item).into_iter().filter(|parameter| name(*parameter).is_none_or(|name| !own.contains(&name))));
    out
}

/// What a description defines for others to refer to: by where it is, the key and the value.
type Definitions<'t> = BTreeMap<String, (ApiValue<'t>, ApiValue<'t>)>;

fn definitions<'t>(values: &mut ApiValues<'t>) -> Definitions<'t> {
    let mut out = Definitions::new();
    let Some(root) = values.root() else { return out };
    let components = root.get("components").and_then(|components| values.follow(components));
    for (around, prefix) in [(Some(root), ""), (components, "components/")] {
        for section in SECTIONS {
            let Some(all) = around.and_then(|around| around.get(section)).and_then(|all| values.follow(all)) else { continue };
            let fields = all.fields().into_iter();
            out.extend(fields.filter_map(|(key, value)| Some((format!("{prefix}{section}/{}", key.as_str()?), (key, value)))));
        }
    }
    out
}

/// What differs in what is defined: in a mirror in all of it, in a part in what its operations refer to.
pub(super) fn shared(pair: &mut Pair<'_>, relation: Relation) -> Vec<Subject> {
    let (ours, theirs) = (definitions(&mut pair.copy), definitions(&mut pair.source));
    let (mut out, mut told) = (Vec::new(), HashSet::new());
    while let Some(shared) = pair.next_shared() {
        let name = shared.name.trim_start_matches("#/").to_owned();
        let here = pair.copy.place(ours.get(&name).map_or(shared.copy, |(key, _)| *key));
        let there = pair.source.place(theirs.get(&name).map_or(shared.source, |(key, _)| *key));
        let differences = pair.compare((here, shared.copy), (there, shared.source), &[]);
        out.push(Subject { name: format!("`{name}`"), here, differences, at_most: Severity::Error });
        told.insert(name);
    }
    if relation != Relation::Mirror {
        return out;
    }
    for (name, (key, value)) in ours.iter().filter(|(name, _)| !told.contains(*name)) {
        let here = pair.copy.place(*key);
        let Some((their_key, theirs)) = theirs.get(name) else {
            // Who writes out what the contract says in place gives it a name.
            if !pair.is_verbatim {
                continue;
            }
            let section = name.split('/').next().unwrap_or_default();
            let Some(there) = root_key(&pair.source, section).map(|key| pair.source.place(key)) else { continue };
            let differences = vec![Difference { is_prose: true, ..Difference::new(here, there, "is not there".to_owned()) }];
            out.push(Subject { name: format!("`{name}`"), here, differences, at_most: Severity::Warning });
            continue;
        };
        let there = pair.source.place(*their_key);
        let differences = pair.compare((here, *value), (there, *theirs), &[]);
        out.push(Subject { name: format!("`{name}`"), here, differences, at_most: Severity::Error });
    }
    out
}

/// What differs in a mirror beside its operations and what they need.
pub(super) fn rest(pair: &mut Pair<'_>) -> Option<Subject> {
    let (ours, theirs) = (pair.copy.root()?, pair.source.root()?);
    let (here, there) = (root_key(&pair.copy, "openapi")?, root_key(&pair.source, "openapi")?);
    let (here, there) = (pair.copy.place(here), pair.source.place(there));
    let differences = pair.compare((here, ours), (there, theirs), &ROOT);
    Some(Subject { name: "this copy".to_owned(), here, differences, at_most: Severity::Warning })
}
