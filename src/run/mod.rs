//! Decides what has to be read and parsed, schedules it, and keeps the results in a stable order.
//!
//! Each file is read once and parsed once, by one thread; of what is in memory at a time, only findings outlive their file.

mod audit;
mod contracts;
mod described;
mod kept;
mod look;
mod memory;
mod mend;
mod parsed;
mod repeats;
mod survey;
mod whole;

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rayon::prelude::*;

pub use audit::twins;
pub use contracts::{Known, any_describes, contracts, contracts_with};
pub use described::{Descriptions, Kept};
pub use look::Asks;
pub use memory::Memory;
pub use mend::{Mended, Patch, harmless, mended};
pub use parsed::Parsed;
pub use survey::survey;
pub use whole::{Files, Whole, agreement, whole};

use crate::check::Settings;
use crate::check::contract::{Lesson, Lessons};
use crate::model::{Checked, Document, Facts, Gap, Report, Skipped, Vocabulary, Wanted};
use crate::parse;
use crate::source::{Entry, Listing, Source, decode};
use crate::triage::{self, Enabled, Outcome, Policy};
use look::{Keeps, Look, Looked};
use parsed::What;

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
        self.run_whole(source, listing, &Memory::none(), None)
    }

    /// The same. Files that the memory knows to have nothing to say are not read. For an earlier commit is kept what files hold.
    pub fn run_whole(&self, source: &dyn Source, listing: &Listing, memory: &Memory, kept: Option<&Parsed>) -> Report {
        let scope = Scope::of(self.is_whole);
        self.run_over(source, listing, Over { kept, ..Over::new(&listing.entries, scope, memory) })
    }

    /// Whether both judge files alike: by the same configuration and rules.
    pub fn is_alike(&self, other: &Self) -> bool {
        let config = |job: &Self| job.config.as_ref().map(|config| (config.path().to_owned(), config.as_str().to_owned()));
        let rules = |job: &Self| job.policy.enabled.iter().map(|enabled| (&enabled.rule.id, enabled.severity)).collect::<Vec<_>>();
        config(self) == config(other) && rules(self) == rules(other)
    }

    /// Whether both hold files against the same contracts.
    pub fn has_contracts_of(&self, other: &Self) -> bool {
        self.settings.contracts.is_alike(&other.settings.contracts)
    }

    /// Runs some of the rules over some files, which need not be of the tree: for each its size and what is said of it alone. What is known
    /// of a file is not parsed again.
    ///
    /// # Errors
    ///
    /// Why a file is not read.
    pub fn files(&self, source: &dyn Source, entries: &[Entry], rules: &[&str], known: &Parsed) -> Vec<Result<(u64, Outcome), Skipped>> {
        let enabled: Vec<_> = self.policy.enabled.iter().copied().filter(|enabled| rules.contains(&enabled.rule.id.as_str())).collect();
        let whole = Whole::default();
        let look = Look { source, enabled: &enabled, whole: &whole, asks: None, parsed: known, keeps: Keeps::Nothing };
        let entries = entries.par_iter().with_max_len(LONGEST_JOB);
        entries.map(|entry| self.file(look, entry).map(|looked| (looked.bytes, looked.outcome))).collect()
    }

    /// Runs rules over some files of a listing, as far as `part` asks for them.
    pub fn run_some(&self, source: &dyn Source, listing: &Listing, part: Part<'_>) -> Report {
        let Part { entries, beside, asks, known, judges_ignores } = part;
        let memory = Memory::none();
        self.run_over(source, listing, Over { beside, asks, known, judges_ignores, ..Over::new(entries, Scope::Part, &memory) })
    }

    /// Runs every rule over some files of a listing, over those of which something was said when the tree was looked at as a whole, and over
    /// their neighbours, where those show or are shown whose an API is. Files that the memory knows to have nothing to say are not read.
    pub fn run_part(&self, source: &dyn Source, listing: &Listing, mut entries: Vec<Entry>, memory: &Memory, kept: &Parsed) -> Report {
        entries.extend(listing.entries.iter().filter(|entry| self.whole.of(&entry.path).next().is_some()).cloned());
        entries.sort();
        entries.dedup();
        self.run_over(source, listing, Over { kept: Some(kept), ..Over::new(&entries, Scope::WithNeighbours, memory) })
    }

    /// Runs rules over all files of a listing, over each those that are asked for.
    pub fn run_where(&self, source: &dyn Source, listing: &Listing, asks: &Asks<'_>, kept: &Parsed) -> Report {
        let memory = Memory::none();
        let over = Over { asks: Some(asks), kept: Some(kept), ..Over::new(&listing.entries, Scope::Part, &memory) };
        self.run_over(source, listing, over)
    }

    fn run_over(&self, source: &dyn Source, listing: &Listing, over: Over<'_>) -> Report {
        let Over { entries, beside, scope, memory, asks, kept, known, judges_ignores } = over;
        let own = Parsed::default();
        let (parsed, keeps) = match (kept, known) {
            (Some(kept), _) => (kept, Keeps::Told),
            (None, Some(known)) => (known, Keeps::Nothing),
            (None, None) => (&own, Keeps::Open),
        };
        let look = Look { source, enabled: &self.policy.enabled, whole: &self.whole, asks, parsed, keeps };
        let is_free = |entry: &Entry| self.whole.of(&entry.path).next().is_none();
        let file = |entry: &Entry| {
            let looked = self.file(look, entry)?;
            if looked.is_alone && looked.outcome.is_silent() && is_free(entry) {
                memory.keep(entry, looked.bytes);
            }
            Ok(looked)
        };
        let read = |entries: &[Entry]| {
            let known = entries.par_iter().map(|entry| memory.recall(entry).filter(|_| is_free(entry)));
            let known: Vec<_> = known.collect();
            let left: Vec<_> = entries.iter().zip(&known).filter(|(_, known)| known.is_none()).map(|(entry, _)| entry).collect();
            let looked: Vec<_> = left.par_iter().with_max_len(LONGEST_JOB).map(|entry| file(entry)).collect();
            let mut looked = looked.into_iter();
            let files =
                known.into_iter().filter_map(|known| known.map_or_else(|| looked.next(), |bytes| Some(Ok(Looked::silent(bytes.into())))));
            files.collect::<Vec<_>>()
        };
        let mut files = read(entries);
        let neighbours = if scope == Scope::WithNeighbours { neighbours(listing, entries, &files) } else { Vec::new() };
        files.extend(read(&neighbours));
        let entries: Vec<_> = entries.iter().chain(&neighbours).collect();
        // What others show matters to files that leave something open.
        let open = entries.iter().zip(&files).filter(|(_, file)| file.as_ref().is_ok_and(|looked| !looked.is_settled));
        let open: HashSet<_> = open.map(|(entry, _)| folder(&entry.path)).collect();
        let beside = beside.par_iter().filter(|entry| open.contains(folder(&entry.path)));
        let shown: Vec<_> = beside.map(|entry| (entry, self.lessons(look, entry).unwrap_or_default())).collect();
        self.look_again(look, &entries, shown, &mut files);
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
        if self.is_whole {
            let files = Files::new(source, listing, self.config.as_ref());
            self.whole.beside(&files, &self.policy, &self.vocabulary).into_iter().for_each(add);
        }
        if judges_ignores {
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

    /// Looks a second time at the files of which others of their folder show whose the bases are that they leave open.
    fn look_again(&self, look: Look<'_>, entries: &[&Entry], shown: Vec<(&Entry, Vec<Lesson>)>, files: &mut [Result<Looked, Skipped>]) {
        let (mut lessons, contracts) = (Lessons::default(), &self.settings.contracts);
        let looked = || entries.iter().copied().zip(0..);
        let own = entries.iter().copied().zip(files.iter_mut());
        let own = own.filter_map(|(entry, file)| Some((entry, std::mem::take(&mut file.as_mut().ok()?.lessons))));
        // More may be shown than is kept, which is what comes first.
        let mut all: Vec<_> = own.chain(shown).collect();
        all.sort_by_key(|(entry, _)| &entry.path);
        all.into_iter().for_each(|(entry, shown)| lessons.add(&entry.path, shown));
        if lessons.is_empty() {
            return;
        }
        let is_left = |index: usize| files.get(index).is_some_and(|file| file.as_ref().is_ok_and(|looked| !looked.is_settled));
        let left: Vec<_> = looked().filter(|(entry, index)| is_left(*index) && !lessons.of(&entry.path).is_empty()).collect();
        contracts.learn(lessons);
        let again = |(entry, index): (&Entry, usize)| {
            let document = match look.parsed.recall(look.source, entry) {
                Ok(Some(What::Facts(file))) => Arc::clone(&file.document),
                _ => Arc::new(contracts::document(look.source, entry)?),
            };
            contracts.may_concern(document.path(), document.as_str()).then(|| (index, self.file(look, entry)))
        };
        let again: Vec<_> = left.into_par_iter().filter_map(again).collect();
        for (index, file) in again {
            if let Some(old) = files.get_mut(index) {
                *old = file;
            }
        }
    }
}

/// Some files of a listing, and what is asked about them.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    /// The files.
    pub entries: &'a [Entry],
    /// Others, which are looked at only for what they show of these.
    pub beside: &'a [Entry],
    /// Which rules run over a file, if not all.
    pub asks: Option<&'a Asks<'a>>,
    /// What another commit's files hold.
    pub known: Option<&'a Parsed>,
    /// Whether it is said of `[[ignore]]` entries that they suppress nothing in these files.
    pub judges_ignores: bool,
}

/// The files that a run is over, and what is known and kept of them.
#[derive(Clone, Copy)]
struct Over<'a> {
    entries: &'a [Entry],
    beside: &'a [Entry],
    scope: Scope,
    memory: &'a Memory,
    asks: Option<&'a Asks<'a>>,
    kept: Option<&'a Parsed>,
    known: Option<&'a Parsed>,
    judges_ignores: bool,
}

impl<'a> Over<'a> {
    fn new(entries: &'a [Entry], scope: Scope, memory: &'a Memory) -> Self {
        let judges_ignores = scope == Scope::Whole;
        Self { entries, beside: &[], scope, memory, asks: None, kept: None, known: None, judges_ignores }
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

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The other files in the folders of those that show others something, or to which others may show something.
fn neighbours(listing: &Listing, entries: &[Entry], files: &[Result<Looked, Skipped>]) -> Vec<Entry> {
    let looked = entries.iter().zip(files);
    let open = looked.filter(|(_, file)| file.as_ref().is_ok_and(|looked| !looked.is_alone));
    let folders: HashSet<_> = open.map(|(entry, _)| folder(&entry.path)).collect();
    let is_other = |entry: &&Entry| entries.binary_search(entry).is_err();
    listing.entries.iter().filter(|entry| folders.contains(folder(&entry.path))).filter(is_other).cloned().collect()
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
