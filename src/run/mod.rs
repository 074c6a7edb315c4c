//! Decides what has to be read and parsed, schedules it, and keeps the results in a stable order.
//!
//! Each file is read once and parsed once, by one thread; of what is in memory at a time, only findings outlive their file.

mod audit;
mod contracts;
mod described;
mod kept;
mod memory;
mod mend;
mod repeats;
mod survey;
mod whole;

use std::cell::Cell;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::prelude::*;

pub use audit::twins;
pub use contracts::{Known, any_describes, contracts, contracts_with};
pub use described::{Descriptions, Kept};
pub use memory::Memory;
pub use mend::{Mended, Patch, harmless, mended};
pub use survey::survey;
pub use whole::{Files, Whole, agreement, whole};

use crate::check::contract::{self, Lesson, Lessons};
use crate::check::{File, Settings};
use crate::model::{Checked, Document, Facts, Gap, Report, Skipped, Vocabulary, Wanted};
use crate::parse;
use crate::source::{Entry, Listing, Source, decode};
use crate::triage::{self, Enabled, Outcome, Policy};

/// The most files that a thread takes at a time: at the end none waits long for another.
const LONGEST_JOB: usize = 16;

/// What to run.
#[derive(Debug)]
pub struct Job {
    /// What the configuration says to the checks.
    pub settings: Settings,
    /// What to look for.
    pub vocabulary: Vocabulary,
    /// The rules that run, and what becomes of their hits.
    pub policy: Policy,
    /// What was said of the tree as a whole ([`whole`]).
    pub whole: Whole,
    /// The configuration, of which something may be said too.
    pub config: Option<Document>,
    /// Whether the source holds the whole root: only then can something be said about what was *not* found.
    pub is_whole: bool,
}

impl Job {
    /// Runs every rule over every file of the listing.
    pub fn run(&self, source: &dyn Source, listing: &Listing) -> Report {
        self.run_over(source, listing, &listing.entries, Scope::of(self.is_whole), &Memory::none())
    }

    /// Whether both hold files against the same: the configuration, the rules, the contracts.
    pub fn is_alike(&self, other: &Self) -> bool {
        let config = |job: &Self| job.config.as_ref().map(|config| (config.path().to_owned(), config.as_str().to_owned()));
        let rules = |job: &Self| job.policy.enabled.iter().map(|enabled| (&enabled.rule.id, enabled.severity)).collect::<Vec<_>>();
        config(self) == config(other) && rules(self) == rules(other) && self.settings.contracts.is_alike(&other.settings.contracts)
    }

    /// Runs some of the rules over some files, which need not be of the tree: for each its size and what is said of it alone.
    ///
    /// # Errors
    ///
    /// Why a file is not read.
    pub fn files(&self, source: &dyn Source, entries: &[Entry], rules: &[&str]) -> Vec<Result<(u64, Outcome), Skipped>> {
        let enabled: Vec<_> = self.policy.enabled.iter().copied().filter(|enabled| rules.contains(&enabled.rule.id.as_str())).collect();
        let (wanted, whole) = (self.wanted(&enabled), Whole::default());
        let look = Look { source, enabled: &enabled, wanted, whole: &whole };
        let entries = entries.par_iter().with_max_len(LONGEST_JOB);
        entries.map(|entry| self.file(look, entry).map(|looked| (looked.bytes, looked.outcome))).collect()
    }

    /// Runs every rule over some files of a listing. Of `[[ignore]]` entries that is told which suppress nothing in these.
    /// Files that the memory knows to have nothing to say are not read.
    pub fn run_some(&self, source: &dyn Source, listing: &Listing, entries: &[Entry], memory: &Memory) -> Report {
        self.run_over(source, listing, entries, Scope::of(self.is_whole), memory)
    }

    /// Runs every rule over some files of a listing, over those of which something was said when the tree was looked at as a whole, and over
    /// their neighbours, where those show or are shown whose an API is.
    pub fn run_part(&self, source: &dyn Source, listing: &Listing, mut entries: Vec<Entry>) -> Report {
        entries.extend(listing.entries.iter().filter(|entry| self.whole.of(&entry.path).next().is_some()).cloned());
        entries.sort();
        entries.dedup();
        self.run_over(source, listing, &entries, Scope::WithNeighbours, &Memory::none())
    }

    fn run_over(&self, source: &dyn Source, listing: &Listing, entries: &[Entry], scope: Scope, memory: &Memory) -> Report {
        let look = Look { source, enabled: &self.policy.enabled, wanted: self.wanted(&self.policy.enabled), whole: &self.whole };
        let file = |entry: &Entry| {
            let is_free = self.whole.of(&entry.path).next().is_none();
            if let Some(bytes) = memory.recall(entry).filter(|_| is_free) {
                return Ok(Looked {
                    bytes: u64::from(bytes),
                    outcome: Outcome::default(),
                    lessons: Vec::new(),
                    is_settled: true,
                    is_alone: true,
                });
            }
            let looked = self.file(look, entry)?;
            if is_free && looked.is_alone && looked.outcome.is_silent() {
                memory.keep(entry, looked.bytes);
            }
            Ok(looked)
        };
        let read = |entries: &[Entry]| entries.par_iter().with_max_len(LONGEST_JOB).map(file).collect::<Vec<_>>();
        let mut files = read(entries);
        let neighbours = if scope == Scope::WithNeighbours { neighbours(listing, entries, &files) } else { Vec::new() };
        files.extend(read(&neighbours));
        let entries: Vec<_> = entries.iter().chain(&neighbours).collect();
        self.look_again(look, &entries, &mut files);
        let mut report = Report::default();
        let mut checked = Checked { rules: self.policy.enabled.len(), ..Checked::default() };
        let mut used_ignores = Vec::new();
        let mut add = |outcome: Outcome| {
            // Of one large file nothing is copied.
            match report.findings.is_empty() {
                true => report.findings = outcome.findings,
                false => report.findings.extend(outcome.findings),
            }
            report.suppressed += outcome.suppressed;
            report.unverified.extend(outcome.unverified);
            used_ignores.extend(outcome.used_ignores);
        };
        for file in files {
            match file {
                Ok(looked) => {
                    checked.files += 1;
                    checked.bytes += looked.bytes;
                    add(looked.outcome);
                }
                Err(skipped) => checked.skipped.push(skipped),
            }
        }
        if scope == Scope::Whole {
            let files = Files::new(source, listing, self.config.as_ref());
            self.whole.beside(&files, &self.policy, &self.vocabulary).into_iter().for_each(add);
            used_ignores.sort_unstable();
            used_ignores.dedup();
            report.findings.extend(triage::idle_ignores(&self.policy, &used_ignores));
        }
        report.findings.sort_by(|one, two| one.order().cmp(&two.order()));
        repeats::lower(&mut report.findings);
        checked.skipped.extend(listing.skipped.iter().cloned());
        checked.skipped.sort();
        report.checked = checked;
        report
    }

    /// What the selected rules need, and the comments that suppress.
    fn wanted(&self, enabled: &[Enabled]) -> Wanted {
        let always = Wanted { comments: true, ..Wanted::default() };
        let checks = enabled.iter().filter(|enabled| !enabled.rule.check.needs_contracts() || !self.settings.contracts.is_empty());
        checks.fold(always, |wanted, enabled| wanted.union(enabled.rule.check.wanted()))
    }

    fn file(&self, look: Look<'_>, entry: &Entry) -> Result<Looked, Skipped> {
        let Look { source, enabled, wanted, whole } = look;
        let is_read = Cell::new(false);
        // What asks for requests holds them against contracts.
        let wanted = |document: &Document| {
            let requests = wanted.requests && self.settings.contracts.may_concern(document.path(), document.as_str());
            is_read.set(requests);
            Wanted { requests, ..wanted }
        };
        let then = |bytes: u64, document: &Document, mut facts: Facts| {
            let file = File { document, facts: &facts, vocabulary: &self.vocabulary };
            let own = enabled.iter().map(|&enabled| (enabled, enabled.rule.check.run(file, &self.settings)));
            let mut verdicts: Vec<_> = own.chain(whole.of(document.path())).collect();
            contract::settle(document, verdicts.iter_mut().map(|(enabled, verdict)| (&enabled.rule.check, verdict)));
            let contracts = &self.settings.contracts;
            let (lessons, is_open) = contract::learned(file, contracts);
            // Triage asks for none of the URLs, of which a page may have many.
            facts.urls = Vec::new();
            let outcome = triage::file(File { document, facts: &facts, vocabulary: &self.vocabulary }, verdicts, &self.policy);
            // A page that names no API is about something else.
            let is_settled = if is_read.get() { !is_open } else { contract::is_page(document.path()) };
            // What is said of a page that shows a description depends on which other files there are.
            let is_alone = (contracts.is_empty() || is_settled && lessons.is_empty()) && !contracts.may_show(document);
            Looked { bytes, outcome, lessons, is_settled, is_alone }
        };
        match whole.read(&entry.path) {
            Some(read) => guarded(entry, || Ok(facts_of(read.size, &read.document, &self.vocabulary, wanted, then))),
            None => with_facts(source, entry, &self.vocabulary, wanted, then),
        }
    }

    /// Looks a second time at the files of which others of their folder show whose the bases are that they leave open.
    fn look_again(&self, look: Look<'_>, entries: &[&Entry], files: &mut [Result<Looked, Skipped>]) {
        let (mut lessons, contracts) = (Lessons::default(), &self.settings.contracts);
        let looked = || entries.iter().copied().zip(0..);
        for (entry, file) in entries.iter().copied().zip(files.iter_mut()) {
            if let Ok(looked) = file {
                lessons.add(&entry.path, std::mem::take(&mut looked.lessons));
            }
        }
        if lessons.is_empty() {
            return;
        }
        let is_left = |index: usize| files.get(index).is_some_and(|file| file.as_ref().is_ok_and(|looked| !looked.is_settled));
        let left: Vec<_> = looked().filter(|(entry, index)| is_left(*index) && !lessons.of(&entry.path).is_empty()).collect();
        contracts.learn(lessons);
        let again = |(entry, index): (&Entry, usize)| {
            let document = contracts::document(look.source, entry)?;
            let is_concerned = contracts.may_concern(document.path(), document.as_str());
            drop(document);
            is_concerned.then(|| (index, self.file(look, entry)))
        };
        let again: Vec<_> = left.into_par_iter().filter_map(again).collect();
        for (index, file) in again {
            if let Some(old) = files.get_mut(index) {
                *old = file;
            }
        }
    }
}

/// What a run is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// All files: something can be said about what was not found.
    Whole,
    /// Some files.
    Part,
    /// Some files, and those in their folders that show or are shown whose an API is.
    WithNeighbours,
}

impl Scope {
    fn of(is_whole: bool) -> Self {
        if is_whole { Self::Whole } else { Self::Part }
    }
}

/// The other files in the folders of those that show others something, or to which others may show something.
fn neighbours(listing: &Listing, entries: &[Entry], files: &[Result<Looked, Skipped>]) -> Vec<Entry> {
    let folder = |entry: &Entry| entry.path.rsplit_once('/').map_or_else(String::new, |(folder, _)| folder.to_owned());
    let looked = entries.iter().zip(files);
    let open = looked.filter(|(_, file)| file.as_ref().is_ok_and(|looked| !looked.is_alone));
    let folders: HashSet<_> = open.map(|(entry, _)| folder(entry)).collect();
    let is_other = |entry: &&Entry| entries.binary_search(entry).is_err();
    listing.entries.iter().filter(|entry| folders.contains(&folder(entry))).filter(is_other).cloned().collect()
}

/// How files are looked at.
#[derive(Clone, Copy)]
struct Look<'a> {
    source: &'a dyn Source,
    enabled: &'a [Enabled],
    wanted: Wanted,
    /// What was said of the tree as a whole.
    whole: &'a Whole,
}

/// What came of one file.
struct Looked {
    bytes: u64,
    outcome: Outcome,
    /// What it shows for others.
    lessons: Vec<Lesson>,
    /// Whether nothing is left open that others may show.
    is_settled: bool,
    /// Whether other files have no part in what is said of it, nor it in what is said of them.
    is_alone: bool,
}

/// Reads and parses one file for what is `wanted` of it, and calls `then` with its size, document and facts. A panic does not leave it.
///
/// # Errors
///
/// Why there are no facts.
pub fn with_facts<T>(
    source: &dyn Source,
    entry: &Entry,
    vocabulary: &Vocabulary,
    wanted: impl FnOnce(&Document) -> Wanted,
    then: impl FnOnce(u64, &Document, Facts) -> T,
) -> Result<T, Skipped> {
    let work = || {
        let bytes = source.read(entry)?;
        let size = bytes.len() as u64;
        let (text, encoding) = decode(&bytes).map_err(|reason| Skipped::policy(&entry.path, reason))?;
        drop(bytes);
        Ok(facts_of(size, &Document::new(entry.path.as_str(), text, encoding), vocabulary, wanted, then))
    };
    guarded(entry, work)
}

fn facts_of<T>(
    size: u64,
    document: &Document,
    vocabulary: &Vocabulary,
    wanted: impl FnOnce(&Document) -> Wanted,
    then: impl FnOnce(u64, &Document, Facts) -> T,
) -> T {
    let facts = parse::parse(document, vocabulary, wanted(document));
    then(size, document, facts)
}

/// Does something about one file; a panic does not leave it.
fn guarded<T>(entry: &Entry, work: impl FnOnce() -> Result<T, Skipped>) -> Result<T, Skipped> {
    // Nothing that the closure touches is used afterwards, except what is only read.
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(Skipped { path: entry.path.clone(), reason: "internal error".to_owned(), gap: Gap::Crash }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule;
    use crate::source::Worktree;
    use crate::triage::Date;

    /// Fails on one file, as a bug would.
    struct Faulty(Worktree);

    impl Source for Faulty {
        fn list(&self) -> Listing {
            self.0.list()
        }

        fn find(&self, path: &str) -> Option<Entry> {
            self.0.find(path)
        }

        fn read(&self, entry: &Entry) -> Result<Vec<u8>, Skipped> {
            assert!(entry.path != "b.md", "a secret");
            self.0.read(entry)
        }
    }

    #[test]
    fn a_panic_costs_one_file_and_is_reported() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.md", "b.md", "c.md"] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        let (rules, vocabulary) = (rule::all().unwrap(), rule::vocabulary().unwrap());
        let enabled = rules.iter().map(|rule| Enabled { rule, severity: rule.severity }).collect();
        let policy = Policy::new(enabled, rules, &vocabulary, Date::utc(std::time::SystemTime::UNIX_EPOCH));
        let job = Job { settings: Settings::default(), vocabulary, policy, whole: Whole::default(), config: None, is_whole: true };
        let source = Faulty(Worktree::new(folder.path().to_owned()));
        let report = job.run(&source, &source.list());
        assert_eq!((report.checked.files, report.checked.skipped.len()), (2, 1));
        let skipped = &report.checked.skipped[0];
        assert_eq!((skipped.path.as_str(), skipped.reason.as_str(), skipped.gap), ("b.md", "internal error", Gap::Crash));
    }
}
