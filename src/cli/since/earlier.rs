//! What an earlier commit says of what was found later, without looking at more than that takes.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::ThreadPool;

use super::idle::Idle;
use super::told::{Rules, Told, is_about_requests};
use crate::check::Check;
use crate::cli::baseline::Accepted;
use crate::cli::examine::Plan;
use crate::model::{Finding, Report};
use crate::rule::{self, Rule};
use crate::run::{Parsed, Part};
use crate::source::Entry;
use crate::triage::BASELINE;

/// What is known of an earlier commit, and what it has to be asked.
pub(super) struct Earlier<'a> {
    before: &'a Plan,
    idle: &'a Idle,
    /// What each file is asked.
    rules: BTreeMap<&'a str, Rules>,
    /// Whether both judge by the same configuration and rules.
    is_alike: bool,
    /// What it says, too, as is known without a look at it.
    known: Report,
    /// What was found then if it was not accepted.
    found: Vec<Finding>,
    /// The files that have to be looked at.
    asked: Vec<Entry>,
    /// What is asked of files that are gone: they may be new ones under another name.
    moved: Rules,
    /// The folders whose other files may show whose an API is.
    folders: BTreeSet<&'a str>,
}

impl<'a> Earlier<'a> {
    /// Finds out what has to be asked about what was `told` in the report on `head`, and to tell whether entries were `idle` before.
    pub(super) fn of(head: &Plan, before: &'a Plan, told: &'a Told, idle: &'a Idle, report: &Report) -> Self {
        let is_alike = before.job.is_alike(&head.job);
        let has_contracts = is_alike && before.job.has_contracts_of(&head.job);
        let is_accepted_alike = is_alike && baseline(before) == baseline(head);
        // What runs over it is not known without.
        let runs_all = told.rules(head).is_none();
        let of_contracts = |finding: &&Finding| {
            has_contracts && !runs_all && !idle.runs(finding.rule) && is_of(finding.rule, Check::is_of_contracts_alone)
        };
        let found = report.findings.iter().filter(of_contracts).cloned().collect();
        let (mut known, mut asked, mut folders) = (Report::default(), Vec::new(), BTreeSet::new());
        let mut moved = Rules::none();
        let same_folders = Folders::of(head, before);
        let mut all: BTreeMap<_, _> = told.files().map(|(path, rules)| (path, rules.clone())).collect();
        add_idle(before, idle, &mut all);
        for (&path, rules) in &all {
            let Some(entry) = before.entry(path) else {
                moved.add(rules);
                continue;
            };
            let is_it = |check: &Check| check.is_of_file_alone() || check.is_of_requests();
            let is_of_requests = || {
                let mut here = report.findings.iter().filter(|finding| finding.place.path == path && !of_contracts(finding));
                here.all(|finding| is_of(finding.rule, is_it)) && rules.all(|check| is_it(check) || check.is_of_contracts_alone())
            };
            let is_held_alike =
                || rules.is_of_file_alone || (has_contracts && !rules.is_open && is_of_requests() && same_folders.is_same(folder(path)));
            if is_accepted_alike && idle.is_distinct && is_same(head, before, entry) && is_held_alike() {
                let here = report.findings.iter().filter(|finding| finding.place.path == path && !of_contracts(finding));
                known.findings.extend(here.cloned());
                known.unverified.extend(report.unverified.iter().filter(|unverified| unverified.path == path).cloned());
                continue;
            }
            asked.push(entry.clone());
            folders.extend(rules.needs_folder().then(|| folder(path)));
        }
        // Where a file is new, it may be one that had another name.
        if told.files().any(|(path, _)| before.entry(path).is_none()) {
            for entry in before.listing.entries.iter().filter(|entry| head.source.find(&entry.path).is_none()) {
                asked.push(entry.clone());
                folders.extend(moved.needs_folder().then(|| folder(&entry.path)));
            }
        }
        if before.job.settings.contracts.is_empty() {
            folders.clear();
        }
        asked.sort();
        asked.dedup();
        Self { before, idle, rules: all, is_alike, known, found, asked, moved, folders }
    }

    /// What the earlier commit says. `parsed` is what the files of the later one hold.
    pub(super) fn report(mut self, accepted: &Accepted, parsed: &Parsed, threads: &ThreadPool) -> Report {
        let is_beside = |entry: &&Entry| self.folders.contains(folder(&entry.path)) && self.asked.binary_search(entry).is_err();
        let beside: Vec<_> = self.before.listing.entries.iter().filter(is_beside).cloned().collect();
        let asks = |path: &str, rule: &Rule| {
            let rules = self.rules.get(path).unwrap_or(&self.moved);
            rules.ask(rule) || (is_about_requests(rule) && self.folders.contains(folder(path)))
        };
        // What other configurations look for is not the same.
        let known = self.is_alike.then_some(parsed);
        let part = Part { entries: &self.asked, beside: &beside, asks: Some(&asks), known, judges_ignores: !self.idle.is_empty() };
        let mut then = self.before.report_of(part, threads);
        then.findings.append(&mut self.found);
        // What was accepted then and is no longer is shown.
        accepted.apply(self.before, &mut then);
        then.findings.append(&mut self.known.findings);
        then.unverified.append(&mut self.known.unverified);
        then
    }
}

/// Adds to what files are asked what shows whether entries were `idle`.
fn add_idle<'a>(before: &'a Plan, idle: &Idle, all: &mut BTreeMap<&'a str, Rules>) {
    if idle.is_empty() {
        return;
    }
    let is_there = |path: &str| before.tree.find(path).is_some();
    let rules: Vec<_> = before.job.policy.enabled.iter().map(|enabled| enabled.rule).filter(|rule| idle.runs(&rule.id)).collect();
    for entry in &before.listing.entries {
        for rule in rules.iter().filter(|rule| idle.asks(&entry.path, rule, &is_there)) {
            all.entry(&entry.path).or_insert_with(Rules::none).add_rule(&rule.id);
        }
    }
}

/// Whether the check of a rule is of that kind.
fn is_of(id: &str, kind: impl Fn(&Check) -> bool) -> bool {
    rule::all().is_ok_and(|rules| rules.iter().any(|rule| rule.id == id && kind(&rule.check)))
}

/// Whether a file holds the same in both.
fn is_same(head: &Plan, before: &Plan, entry: &Entry) -> bool {
    let Some(now) = head.entry(&entry.path) else { return false };
    match (now.blob(), entry.blob()) {
        (Some(one), Some(other)) => one == other,
        _ => head.source.read(now).ok().zip(before.source.read(entry).ok()).is_some_and(|(one, other)| one == other),
    }
}

/// The folders of two commits.
struct Folders<'p> {
    head: &'p Plan,
    before: &'p Plan,
    /// How many files each has later, and which ones it had before.
    files: OnceCell<HashMap<&'p str, (usize, Vec<&'p Entry>)>>,
    same: RefCell<HashMap<String, bool>>,
}

impl<'p> Folders<'p> {
    fn of(head: &'p Plan, before: &'p Plan) -> Self {
        Self { head, before, files: OnceCell::new(), same: RefCell::default() }
    }

    /// Whether the same files stand in one in both.
    fn is_same(&self, name: &str) -> bool {
        if let Some(&same) = self.same.borrow().get(name) {
            return same;
        }
        let (now, then) = self.files().get(name).map_or((0, [].as_slice()), |(now, then)| (*now, then.as_slice()));
        let same = now == then.len() && then.iter().all(|entry| is_same(self.head, self.before, entry));
        self.same.borrow_mut().insert(name.to_owned(), same);
        same
    }

    fn files(&self) -> &HashMap<&'p str, (usize, Vec<&'p Entry>)> {
        self.files.get_or_init(|| {
            let mut files: HashMap<_, (usize, Vec<_>)> = HashMap::new();
            self.head.listing.entries.iter().for_each(|entry| files.entry(folder(&entry.path)).or_default().0 += 1);
            self.before.listing.entries.iter().for_each(|entry| files.entry(folder(&entry.path)).or_default().1.push(entry));
            files
        })
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// What is accepted, as it is written.
fn baseline(plan: &Plan) -> Option<Vec<u8>> {
    plan.source.read(&plan.source.find(BASELINE)?).ok()
}
