//! Copies and parts of an API's description that say something else than its contract.

mod likely;
mod meaning;
mod needs;
mod operations;
mod side;
mod values;
mod versions;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::contracts::Contracts;
use super::group::Contract;
use crate::check::{Asked, Tree, Verdict};
use crate::model::{ApiDescription, ApiPlace, ApiText, Hit, RelatedHit, Severity, Span};
use crate::parse::{ApiValues, may_name_files};
use likely::{Compared, doubt, is_translation, without_sources};
use operations::Part;
use side::{OperationKey, Side};
use values::{Difference, Habit, Pair};

/// So many places of a copy are shown.
const MAX_SHOWN: usize = 8;
/// So many differences of one operation are told one by one.
const MAX_TOLD: usize = 3;

/// What the rule knows of files.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Words in the names of files and folders that tell what was true at their time: nothing is found there.
    dated: Vec<String>,
    /// Words in the names of files and folders of tests: nothing is found there.
    tests: Vec<String>,
    /// Words in the names of files and folders of examples, which vary one thing: only those with one name are copies.
    examples: Vec<String>,
    /// Words in their paths that tell the editions of a product: one is no copy of another.
    editions: Vec<String>,
    /// Words in the names of files that tell for whom one was made: one for others is no copy.
    readers: Vec<String>,
    /// Files that a generator leaves beside what it made of a description, the description in its own words among that.
    generated: Vec<String>,
}

/// What a copy is to its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    /// It is meant to be all of it.
    Mirror,
    /// It is meant to have some of its operations.
    Part,
    /// Somebody wrote it for some of the operations, in his own words.
    Own,
}

/// What of a copy differs: an operation, a schema, the servers.
struct Subject {
    /// What it is called in a sentence.
    name: String,
    /// What of the copy is pointed at if it differs in several places.
    here: ApiPlace,
    differences: Vec<Difference>,
    /// The most that a difference of it can be.
    at_most: Severity,
}

/// What is said of a copy.
enum Said {
    /// It differs.
    Differs(Box<Hit>),
    /// Whether it has to agree can't be told.
    Open(Span, String),
}

/// Reports where copies of descriptions differ from their contract, by the path of the file. Copies about which nothing is `asked` need not be
/// compared.
pub(in crate::check) fn check(
    tree: &dyn Tree,
    parameters: &Parameters,
    contracts: &Contracts,
    asked: &Asked<'_>,
) -> BTreeMap<String, Verdict> {
    let mut all: Vec<(String, Said)> = Vec::new();
    let described = contracts.described();
    for group in contracts.groups() {
        match &group.contract {
            Contract::Known(index) => {
                let Some(source) = described.get(*index) else { continue };
                let others = group.others.iter().filter_map(|other| described.get(other.description));
                let others = others.filter(|copy| !contracts.is_declared(copy));
                let path = |api: &'_ ApiDescription| api.files.first().cloned().unwrap_or_default();
                let is_shown_too = |copy: &ApiDescription| contracts.sites().shows_both(&path(copy), &path(source));
                let copies: Vec<_> = others.filter(|copy| parameters.is_copy(copy, source) && !is_shown_too(copy)).collect();
                let copies = without_sources(copies, source).into_iter().filter(|copy| is_asked(tree, copy, asked));
                let (generated, copies): (Vec<_>, Vec<_>) = copies.partition(|copy| parameters.is_generated(tree, &path(copy)));
                all.extend(generated.iter().map(|copy| likely::generated(copy)));
                let Some(source) = (!copies.is_empty()).then(|| Side::read(tree, source)).flatten() else { continue };
                let found: Vec<_> = copies.par_iter().map(|copy| compare(tree, copy, &source)).collect();
                all.extend(found.into_iter().flatten());
            }
            Contract::Open(several) => {
                let several = several.iter().filter_map(|index| described.get(*index));
                let several: Vec<_> = several.filter(|api| !contracts.is_declared(api)).collect();
                all.extend(undecided(tree, parameters, &several, asked));
            }
        }
    }
    let mut out: BTreeMap<String, Verdict> = BTreeMap::new();
    for (path, said) in all {
        let verdict = out.entry(path).or_default();
        match said {
            Said::Differs(hit) => verdict.hits.push(*hit),
            Said::Open(span, reason) => verdict.unverified.push((span, reason)),
        }
    }
    out
}

/// Whether anything is asked about a file to which a difference of a description may belong. Which ones its schemas refer to, only a parser
/// tells.
fn is_asked(tree: &dyn Tree, api: &ApiDescription, asked: &Asked<'_>) -> bool {
    let may_be_elsewhere = |path: &String| tree.document(path).is_none_or(|document| may_name_files(document.as_str()));
    api.files.iter().any(|path| asked(path)) || api.files.iter().any(may_be_elsewhere)
}

/// What differs between a copy and its source, by the paths of files.
fn compare<'a>(tree: &dyn Tree, copy: &'a ApiDescription, source: &Side<'a>) -> Vec<(String, Said)> {
    let is_translation = is_translation(copy, source.api);
    let Some(copy) = source.read_other(tree, copy) else { return Vec::new() };
    let mut pair = Pair::new(copy.values(), source.values());
    let part = Part::of(&copy, source, is_translation, &mut pair);
    let mut subjects = needs::security(&copy, source, &pair);
    // What somebody wrote in his own words may say for all operations what the contract says nowhere.
    subjects.retain(|subject| part.relation != Relation::Own || subject.name != needs::BY_DEFAULT || source.api.security.is_some());
    subjects.extend(needs::servers(&copy, source, &pair));
    subjects.extend(part.missing(&copy, source, &pair));
    let operations = operations::operations(&copy, source, &mut pair);
    // Under another title a name may mean something else.
    let shared = if part.relation == Relation::Own { Vec::new() } else { operations::shared(&mut pair, part.relation) };
    let compared = Compared { operations: operations.len(), parts: operations.len() + shared.len() };
    subjects.extend(operations.into_iter().chain(shared));
    if part.relation == Relation::Mirror {
        subjects.extend(operations::rest(&mut pair));
    }
    for subject in &mut subjects {
        if is_translation {
            subject.differences.retain(|difference| !difference.is_prose && difference.habit != Some(Habit::Names("operationId")));
        }
        if part.relation == Relation::Own {
            subject.differences.retain(|difference| !difference.is_prose);
            subject.at_most = subject.at_most.min(Severity::Warning);
        }
        if subject.differences.iter().all(|difference| difference.is_prose) {
            let most = if part.relation == Relation::Mirror { Severity::Warning } else { Severity::Note };
            subject.at_most = subject.at_most.min(most);
        }
    }
    subjects.retain(|subject| !subject.differences.is_empty());
    let version = version(&mut pair);
    let reason = doubt(&copy, source, part.relation, &compared, &subjects, version.as_ref());
    if let Some((reason, first)) = reason.zip(subjects.first().or(version.as_ref().map(|version| &version.subject))) {
        let reason = format!("{reason}; `[[derive]]` says what has to agree");
        return vec![(copy.file(first.here).to_owned(), Said::Open(first.here.span, reason))];
    }
    if let Some(version) = version {
        // Nothing else of another version has to agree.
        subjects = vec![version.subject];
    }
    // What several parts take from one place is one difference.
    let mut told = BTreeSet::new();
    for subject in &mut subjects {
        subject.differences.retain(|difference| told.insert((difference.here, difference.what.clone())));
    }
    subjects.retain(|subject| !subject.differences.is_empty());
    // What matters most is shown first.
    subjects.sort_by_key(|subject| std::cmp::Reverse(subject.at_most));
    let left = subjects.split_off(subjects.len().min(MAX_SHOWN)).len();
    let mut out: Vec<_> = subjects.into_iter().map(|subject| hit(&copy, source, subject)).collect();
    if let Some((_, last)) = out.last_mut().filter(|_| left > 0) {
        last.message.push_str(&format!("; {left} more parts of this copy differ"));
    }
    out.into_iter().map(|(path, hit)| (path, Said::Differs(Box::new(hit)))).collect()
}

/// Another version than the source's.
struct OtherVersion {
    subject: Subject,
    /// Whether one of the two is still being made: the other one is what was released.
    is_underway: bool,
}

/// Another version, if it is one: then nothing else of it has to agree.
fn version<'t>(pair: &mut Pair<'t>) -> Option<OtherVersion> {
    let of = |values: &ApiValues<'t>| values.root()?.get("info")?.get("version");
    let (here, there) = (of(&pair.copy)?, of(&pair.source)?);
    let (ours, theirs) = (here.as_str()?.trim(), there.as_str()?.trim());
    if ours == theirs {
        return None;
    }
    // `1.2.0-SNAPSHOT`, `2.0.0rc1`, `next`.
    let is_made = |version: &str| version.trim_start_matches(['v', 'V']).contains(|c: char| c.is_alphabetic());
    let (here, there) = (pair.copy.place(here), pair.source.place(there));
    let differences = vec![Difference::new(here, there, format!("is of version `{ours}`, not `{theirs}`"))];
    let subject = Subject { name: "this copy".to_owned(), here, differences, at_most: Severity::Warning };
    Some(OtherVersion { subject, is_underway: is_made(ours) || is_made(theirs) })
}

fn hit(copy: &Side<'_>, source: &Side<'_>, subject: Subject) -> (String, Hit) {
    let contract = source.path();
    let place = match subject.differences.as_slice() {
        [only] => only.here,
        _ => subject.here,
    };
    let count = subject.differences.len();
    let told: Vec<_> = subject.differences.iter().take(MAX_TOLD).map(|difference| difference.what.as_str()).collect();
    let more = if count > MAX_TOLD { format!(" and differs in {} more places", count - MAX_TOLD) } else { String::new() };
    let message = format!("{} {}{more}; the contract is {contract}", subject.name, told.join(", "));
    let mut hit = Hit::new(place.span, message);
    hit.at_most = Some(subject.at_most);
    hit.anchor = Some(subject.name.clone());
    for difference in subject.differences.iter().take(MAX_TOLD) {
        if count > 1 && difference.here != place {
            let what = format!("{} {}", subject.name, difference.what);
            hit.related.push(match difference.here.file == place.file {
                true => RelatedHit::Here(difference.here.span, what),
                false => match copy.place(difference.here) {
                    Some(there) => RelatedHit::There(there, what),
                    None => continue,
                },
            });
        }
        hit.related.extend(source.place(difference.there).map(|there| RelatedHit::There(there, "the contract says so here".to_owned())));
    }
    (copy.file(place).to_owned(), hit)
}

/// What is to be said where nothing tells which of several descriptions the others are held against.
fn undecided(tree: &dyn Tree, parameters: &Parameters, several: &[&ApiDescription], asked: &Asked<'_>) -> Vec<(String, Said)> {
    let depth = |api: &ApiDescription| api.files.first().map(|path| path.matches('/').count());
    let Some(&first) = several.iter().min_by_key(|api| depth(api)) else { return Vec::new() };
    let title = |api: &ApiDescription| api.title.as_ref().map(|title| title.as_str().to_owned());
    let is_other = |api: &&&ApiDescription| api.files != first.files && title(api).is_some() && title(api) == title(first);
    let others = several.iter().filter(is_other).filter(|other| parameters.is_copy(other, first));
    let others: Vec<_> = others.filter(|other| is_asked(tree, other, asked)).collect();
    let Some(side) = (!others.is_empty()).then(|| Side::read(tree, first)).flatten() else { return Vec::new() };
    let mut out = Vec::new();
    for other in others {
        match names(other) == names(first) {
            true => out.extend(compare(tree, other, &side)),
            false => {
                out.extend(Side::read(tree, other).and_then(|other| difference_of_operations(&other, &side)));
            }
        }
    }
    for (_, said) in &mut out {
        let Said::Differs(hit) = said else { continue };
        hit.at_most = Some(hit.at_most.unwrap_or(Severity::Warning).min(Severity::Warning));
        hit.help = Some("name the contract in congruent.toml: `[[contract]]` with `spec = \"…\"`".to_owned());
    }
    out
}

/// Two descriptions of which each has operations that the other lacks, or one does and may not be the contract.
fn difference_of_operations(one: &Side<'_>, other: &Side<'_>) -> Option<(String, Said)> {
    let mut pair = Pair::new(one.values(), other.values());
    if version(&mut pair).is_some() {
        return None;
    }
    let (ours, theirs) = (names(one.api), names(other.api));
    let is_near = likely::are_near(one, other, ours.difference(&theirs).count().max(theirs.difference(&ours).count()));
    let (here, there) = (ours.difference(&theirs).next(), theirs.difference(&ours).next());
    let told = |key: Option<&OperationKey>, who: &str| key.map(|(method, template)| format!("only {who} has `{method} {template}`"));
    let told: Vec<_> = [told(here, "this one"), told(there, "that one")].into_iter().flatten().collect();
    let place = |side: &Side<'_>, values: &ApiValues<'_>, key: Option<&OperationKey>| {
        let template =
            key.and_then(|(_, name)| side.api.paths.iter().filter_map(|item| item.template.as_ref()).find(|it| it.as_str() == name));
        template.map(ApiText::place).or_else(|| side::root_key(values, "paths").map(|key| values.place(key)))
    };
    let (here, there) = (place(one, &pair.copy, here)?, place(other, &pair.source, there)?);
    let other_path = other.path();
    let message = format!("this and {other_path} describe one API, and nothing tells which is its contract: {}", told.join(", "));
    if !is_near {
        return Some((one.file(here).to_owned(), Said::Open(here.span, message)));
    }
    let mut hit = Hit::new(here.span, message);
    hit.anchor = Some(other_path.to_owned());
    hit.related.extend(other.place(there).map(|there| RelatedHit::There(there, "the other description".to_owned())));
    Some((one.file(here).to_owned(), Said::Differs(Box::new(hit))))
}

/// The operations of a description by their names.
fn names(api: &ApiDescription) -> BTreeSet<OperationKey> {
    api.operations().filter_map(|(item, operation)| side::key(item, operation)).collect()
}
