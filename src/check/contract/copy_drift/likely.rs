//! Whether a description that nobody declared to be a copy of another one was meant to be one, and to say what that says.

use std::collections::{BTreeMap, BTreeSet};

use super::side::Side;
use super::values::Habit;
use super::{OtherVersion, Parameters, Relation, Said, Subject, names};
use crate::check::Tree;
use crate::check::contract::host::{is_nobodys, labels};
use crate::check::contract::path_words::languages;
use crate::model::{ApiDescription, ApiVersion, Severity, Span};

/// A file that differs in more of its parts was made to, unless it has the same name and most is the same: for a generator, for other readers.
const MAX_PARTS: usize = 3;
/// What differs in the same way in so many parts does so by an option of a generator.
const MIN_HABIT: usize = 3;

impl Parameters {
    /// Whether one description is meant to say what the other one says, as far as their versions and their names tell it.
    pub(super) fn is_copy(&self, copy: &ApiDescription, source: &ApiDescription) -> bool {
        let path = |api: &ApiDescription| api.files.first().map(|path| path.to_ascii_lowercase()).unwrap_or_default();
        let (copy_path, source_path) = (path(copy), path(source));
        let has = |path: &str, list: &[String]| {
            path.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| list.iter().any(|known| known == word))
        };
        let is_other = |path: &str| has(path, &self.tests) || has(path, &self.dated);
        let is_example = has(&copy_path, &self.examples) || has(&source_path, &self.examples);
        if is_example && stem(&copy_path) != stem(&source_path) {
            return false;
        }
        let words = |path: &str, list: &[String]| {
            list.iter().filter(|word| has(path, std::slice::from_ref(*word))).cloned().collect::<BTreeSet<_>>()
        };
        let differ = |list: &[String], one: &str, two: &str| words(one, list) != words(two, list);
        if differ(&self.editions, &copy_path, &source_path) || differ(&self.readers, stem(&copy_path), stem(&source_path)) {
            return false;
        }
        let is_written_otherwise = matches!((copy.version, source.version), (ApiVersion::OpenApi3(_), ApiVersion::OpenApi3(_)));
        (copy.version == source.version || is_written_otherwise)
            && !is_other(&copy_path)
            && !is_other(&source_path)
            && !is_version(&copy_path, &source_path)
    }

    /// Whether a generator left its mark beside a file, or above it.
    pub(super) fn is_generated(&self, tree: &dyn Tree, path: &str) -> bool {
        let folders = path.match_indices('/').filter_map(|(at, _)| path.get(..=at));
        folders.chain([""]).any(|folder| self.generated.iter().any(|name| tree.exists(&format!("{folder}{name}"))))
    }
}

/// So many descriptions of other titles are the parts that one was put together from, if they have so much of its operations, each of its own.
const MIN_SOURCES: usize = 3;

/// Without those that a description was put together from: it is the copy then, and what its parts call the same is not the same.
pub(super) fn without_sources<'a>(copies: Vec<&'a ApiDescription>, whole: &ApiDescription) -> Vec<&'a ApiDescription> {
    let title = |api: &ApiDescription| api.title.as_ref().map(|title| title.as_str().trim().to_lowercase());
    let (own, copies): (Vec<_>, Vec<_>) = copies.into_iter().partition(|copy| title(copy) != title(whole));
    let all = names(whole);
    let parts: Vec<_> = own.iter().map(|api| names(api)).collect();
    let count: usize = parts.iter().map(BTreeSet::len).sum();
    let covered = parts.iter().flatten().filter(|key| all.contains(*key)).collect::<BTreeSet<_>>().len();
    // What several have is no part of each, and what is left over was added by whoever put them together.
    let are_parts = parts.len() >= MIN_SOURCES && covered * 10 >= count * 9 && covered * 5 >= all.len() * 4;
    if are_parts { copies } else { own.into_iter().chain(copies).collect() }
}

/// Whether two descriptions are meant for readers of different languages, as their folders and names tell.
pub(super) fn is_translation(copy: &ApiDescription, source: &ApiDescription) -> bool {
    let languages = |api: &ApiDescription| api.files.first().map(|path| languages(path)).unwrap_or_default();
    languages(copy) != languages(source)
}

/// The name of a file without its folder and its extension.
pub(super) fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Whether the names tell two versions of one thing: `v1/api.yaml` and `v2/api.yaml`, `api-2024-01-01.yaml` and `api.yaml`.
fn is_version(one: &str, two: &str) -> bool {
    let digits = |path: &str| -> Vec<String> {
        let words = path.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '-'));
        words.filter(|word| is_version_word(word)).map(str::to_owned).collect()
    };
    digits(one) != digits(two)
}

/// Whether a word of a path has a number as versions have it: `v2`, `1.4`, `2024-01-01`, `version-3`, `api-2`.
fn is_version_word(word: &str) -> bool {
    word.split(['-', '.']).any(|part| {
        let number = part.strip_prefix('v').unwrap_or(part);
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// What of two descriptions was compared, whether it differs or not.
pub(super) struct Compared {
    /// Operations that both have.
    pub(super) operations: usize,
    /// All parts: operations, schemas and what else is defined.
    pub(super) parts: usize,
}

/// Why it can't be told whether a description has to agree with another one. What was forgotten is nearly the same text: most parts are equal, and
/// those that differ do so each in its own way.
pub(super) fn doubt(
    copy: &Side<'_>,
    source: &Side<'_>,
    relation: Relation,
    compared: &Compared,
    subjects: &[Subject],
    version: Option<&OtherVersion>,
) -> Option<String> {
    if version.is_some_and(|version| version.is_underway || !have_one_name(copy, source)) {
        return Some(format!("another version than that of {}", source.path()));
    }
    let differing: Vec<_> = subjects.iter().filter(|subject| subject.at_most > Severity::Note).collect();
    let path = source.path();
    if let Some(count) = by_habit(&differing, compared) {
        return Some(format!("{count} parts differ from {path} in one and the same way, as what was generated with other options does"));
    }
    let is_other = !have_one_name(copy, source);
    let count = differing.len();
    if count > MAX_PARTS && (is_other || relation == Relation::Own || count * 3 > compared.parts) {
        return Some(format!("{count} of {} parts differ from {path}, which those of a forgotten copy seldom do", compared.parts));
    }
    let is_elsewhere = relation == Relation::Own && !share_a_host(copy.api, source.api);
    is_elsewhere.then(|| format!("{path} has another title, and no host in common"))
}

fn have_one_name(one: &Side<'_>, two: &Side<'_>) -> bool {
    stem(one.path()).eq_ignore_ascii_case(stem(two.path()))
}

/// Whether two descriptions, of which each has at most so many operations that the other one lacks, are nearly the same: one file in two places.
pub(super) fn are_near(one: &Side<'_>, two: &Side<'_>, lacking: usize) -> bool {
    lacking <= MAX_PARTS && have_one_name(one, two)
}

/// What is said of a description that a generator made of another one.
pub(super) fn generated(api: &ApiDescription) -> (String, Said) {
    let reason = "made by a generator, which writes a description in its own words; `[[derive]]` says what has to agree".to_owned();
    (api.files.first().cloned().unwrap_or_default(), Said::Open(Span::default(), reason))
}

/// How many parts of a copy have what differs in the same way in several of them.
fn by_habit(differing: &[&Subject], compared: &Compared) -> Option<usize> {
    let mut holders: BTreeMap<&Habit, usize> = BTreeMap::new();
    for subject in differing {
        let habits: BTreeSet<_> = subject.differences.iter().filter_map(|difference| difference.habit.as_ref()).collect();
        habits.into_iter().for_each(|habit| *holders.entry(habit).or_default() += 1);
    }
    let is_habit = |(habit, count): &(&Habit, usize)| match habit {
        // A status may be new in some of them.
        Habit::Status(_) => *count >= MIN_HABIT && count * 2 > compared.operations,
        _ => *count >= MIN_HABIT,
    };
    holders.into_iter().filter(is_habit).map(|(_, count)| count).max()
}

/// Whether two descriptions name a host that is somebody's, both of them.
fn share_a_host(one: &ApiDescription, two: &ApiDescription) -> bool {
    let hosts = |api: &ApiDescription| -> BTreeSet<_> {
        let all = api.servers.iter().filter_map(|server| labels(&server.default_url()));
        all.filter(|labels| !is_nobodys(labels)).collect()
    };
    !hosts(one).is_disjoint(&hosts(two))
}
