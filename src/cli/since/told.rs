//! What was found in which file, of which an earlier commit is asked.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::{Check, Idle as Why};
use crate::cli::examine::Plan;
use crate::model::{Finding, Report};
use crate::rule::{self, Rule};

/// What was found, by the path of the file.
#[derive(Debug, Default)]
pub(super) struct Told {
    by_path: BTreeMap<String, Rules>,
    /// That entries of the configuration suppress nothing: the rule, and the fingerprint.
    pub(super) idle: BTreeSet<(&'static str, String)>,
    /// That entries of the baseline accept nothing.
    pub(super) stale: BTreeSet<(&'static str, String)>,
}

/// The rules by which something was found.
#[derive(Debug, Default, Clone)]
pub(super) struct Rules {
    ids: BTreeSet<&'static str>,
    /// Whether any may have a part in it.
    is_any: bool,
    /// Whether something was left open, be it because of what other files there are.
    pub(super) is_open: bool,
    /// Whether one does that depends on what other files show.
    is_of_requests: bool,
    /// Whether none but those do that depend on the file alone.
    pub(super) is_of_file_alone: bool,
}

impl Told {
    /// All that a report says.
    pub(super) fn of(report: &Report, head: &Plan) -> Self {
        let mut told = Self::default();
        let is_ignore = |finding: &Finding| head.job.policy.ignores.iter().any(|entry| entry.place == finding.place);
        for finding in &report.findings {
            let said = || (finding.rule, finding.fingerprint.clone());
            match check(finding.rule) {
                Some(Check::Suppression(Why::Stale)) => drop(told.stale.insert(said())),
                Some(Check::Suppression(Why::Unused)) if is_ignore(finding) => drop(told.idle.insert(said())),
                _ => told.by_path.entry(finding.place.path.clone()).or_insert_with(Rules::none).add_rule(finding.rule),
            }
        }
        for unverified in &report.unverified {
            let rules = told.by_path.entry(unverified.path.clone()).or_default();
            (rules.is_any, rules.is_open, rules.is_of_file_alone) = (true, true, false);
        }
        told
    }

    /// Whether nothing is.
    pub(super) fn is_empty(&self) -> bool {
        self.by_path.is_empty() && self.idle.is_empty() && self.stale.is_empty()
    }

    /// The files of which something is said, with the rules.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, &Rules)> {
        self.by_path.iter().map(|(path, rules)| (path.as_str(), rules))
    }

    /// The rules by which something is said of a file.
    pub(super) fn get(&self, path: &str) -> Option<&Rules> {
        self.by_path.get(path)
    }

    /// The rules that have to run over the tree as a whole; all if that is `None`.
    pub(super) fn rules(&self, head: &Plan) -> Option<BTreeSet<&'static str>> {
        let is_idle = |id: &&str| check(id).is_some_and(Check::is_of_what_accepts);
        let ids = || self.by_path.values().flat_map(|rules| rules.ids.iter().copied());
        (!ids().any(|id| is_idle(&id))).then(|| ids().chain(head.job.whole.undecided()).collect())
    }

    /// Whether anything is said because of a rule.
    pub(super) fn asks_anywhere(&self, rule: &Rule) -> bool {
        self.by_path.values().any(|rules| rules.ask(rule))
    }
}

impl Rules {
    /// None.
    pub(super) fn none() -> Self {
        Self { is_of_file_alone: true, ..Self::default() }
    }

    /// Adds one.
    pub(super) fn add_rule(&mut self, id: &'static str) {
        let check = check(id);
        self.ids.insert(id);
        self.is_any |= check.is_some_and(Check::is_of_what_accepts);
        self.is_of_requests |= check.is_some_and(Check::is_of_requests);
        self.is_of_file_alone &= check.is_some_and(Check::is_of_file_alone);
    }

    /// Whether all of them are of a kind.
    pub(super) fn all(&self, kind: impl Fn(&Check) -> bool) -> bool {
        self.ids.iter().all(|id| check(id).is_some_and(&kind))
    }

    /// Whether one of them has to run again to say whether the same was found before. What requests show, they show together.
    pub(super) fn ask(&self, rule: &Rule) -> bool {
        self.is_any || self.ids.contains(rule.id.as_str()) || (self.is_of_requests && is_about_requests(rule))
    }

    /// Whether what other files of the folder show has a part in it.
    pub(super) fn needs_folder(&self) -> bool {
        self.is_any || self.is_of_requests
    }

    /// Adds those of another file.
    pub(super) fn add(&mut self, other: &Self) {
        self.ids.extend(&other.ids);
        self.is_any |= other.is_any;
        self.is_open |= other.is_open;
        self.is_of_requests |= other.is_of_requests;
    }
}

/// Whether a rule has to run for what a file shows others.
pub(super) fn is_about_requests(rule: &Rule) -> bool {
    rule.check.is_of_requests()
}

fn check(id: &str) -> Option<&'static Check> {
    rule::all().ok()?.iter().find(|rule| rule.id == id).map(|rule| &rule.check)
}
