//! `check --since REV`: only what an earlier commit does not have.
//!
//! The earlier commit is checked under its own configuration, and no further than needed: only files in which something is found
//! now, and of those only the ones that differ, unless what they are held against differs too.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rayon::ThreadPool;

use super::baseline::Accepted;
use super::examine::Plan;
use super::exit::Failure;
use super::input::Input;
use super::output::stderr;
use super::project::{InGit, Project};
use super::selection::Selection;
use crate::check::Check;
use crate::model::{Report, Unverified};
use crate::rule;
use crate::source::Entry;
use crate::source::git::{GitError, Oid, Repository, Snapshot};
use crate::triage::{BASELINE, Files, new_since};

/// How both sides are checked.
#[derive(Clone, Copy)]
pub(super) struct Terms<'t> {
    pub(super) input: &'t Input,
    pub(super) selection: &'t Selection,
    pub(super) threads: &'t ThreadPool,
}

/// The commit with which a project is compared.
pub(super) struct Since {
    repository: Arc<Repository>,
    base: Oid,
    /// The project's root, in the tree.
    root: Vec<u8>,
}

impl Since {
    /// The commit from which the project's has grown apart from `revision`.
    pub(super) fn find(revision: &str, project: &Project) -> Result<Self, Failure> {
        let InGit { repository, root, commit: head } = project.in_git()?;
        let other = repository.commit(revision)?;
        let head = head.map_or_else(|| repository.commit("HEAD"), Ok)?;
        let base = repository.merge_base(head, other)?.ok_or_else(|| {
            GitError::Missing(match repository.is_shallow() {
                true => format!(
                    "where `{revision}` and what is checked have grown apart is not in this shallow clone: `git fetch --unshallow` gets \
                     the rest of its history, `git fetch --deepen=100` a part of it"
                ),
                false => format!("`{revision}` and what is checked have no history in common"),
            })
        })?;
        Ok(Self { repository, base, root })
    }

    /// The same for a commit that is known.
    pub(super) fn commit(repository: Arc<Repository>, base: Oid, root: Vec<u8>) -> Self {
        Self { repository, base, root }
    }

    /// Takes out of the report on `head` what the earlier commit has too.
    pub(super) fn subtract(&self, terms: Terms<'_>, head: &Plan, report: &mut Report) -> Result<(), Failure> {
        let concerned: BTreeSet<_> = paths(report).map(str::to_owned).collect();
        if concerned.is_empty() {
            return Ok(());
        }
        let Some((before, accepted)) = self.plan(terms, head)? else { return Ok(()) };
        let (mut known, mut unverified, mut differing) = (Vec::new(), Vec::new(), Vec::new());
        let is_alike = before.job.is_alike(&head.job);
        let is_accepted_alike = is_alike && baseline(&before) == baseline(head);
        // What is said of the contracts was said before of the same ones.
        let of_contracts = report.findings.iter().filter(|finding| is_alike && is_of(finding.rule, Check::is_of_contracts_alone));
        let mut earlier: Vec<_> = of_contracts.cloned().collect();
        let mut folders = HashMap::new();
        for path in &concerned {
            let Some(entry) = before.entry(path) else { continue };
            let here = || {
                let here = report.findings.iter().filter(|finding| finding.place.path == *path);
                here.filter(|finding| !(is_alike && is_of(finding.rule, Check::is_of_contracts_alone)))
            };
            // Files of one folder show each other whose the APIs are that they ask.
            let mut is_alone = || {
                let needs_folder = here().any(|finding| is_of(finding.rule, Check::needs_contracts));
                !needs_folder || *folders.entry(folder(path)).or_insert_with(|| is_same_folder(head, &before, folder(path)))
            };
            let is_of_file = || here().all(|finding| is_of(finding.rule, Check::is_of_file_alone));
            if is_accepted_alike && is_of_file() && is_same(head, &before, entry) && is_alone() {
                known.extend(here().cloned());
                unverified.extend(report.unverified.iter().filter(|unverified| unverified.path == *path).cloned());
            } else {
                differing.push(entry.clone());
            }
        }
        // Where a file is new, it may be one that had another name.
        let is_now = |path: &str| head.source.find(path).is_some();
        if concerned.iter().any(|path| before.entry(path).is_none()) {
            differing.extend(before.listing.entries.iter().filter(|entry| !is_now(&entry.path)).cloned());
        }
        if !before.job.settings.contracts.is_empty() {
            let folders: BTreeSet<_> = differing.iter().map(|entry| folder(&entry.path).to_owned()).collect();
            differing.extend(before.listing.entries.iter().filter(|entry| folders.contains(folder(&entry.path))).cloned());
            differing.sort();
            differing.dedup();
        }
        let mut report_then = before.report_of(&differing, terms.threads);
        earlier.append(&mut report_then.findings);
        // What was accepted then and is no longer is shown.
        known.append(&mut accepted.others(&before, earlier));
        unverified.append(&mut report_then.unverified);
        let files = Files { before: &|path| before.entry(path).is_some(), now: &is_now };
        let found = std::mem::take(&mut report.findings);
        let count = found.len();
        report.findings = new_since(&known, found, &files);
        report.older += count - report.findings.len();
        drop_known(&mut report.unverified, &unverified);
        Ok(())
    }

    /// The earlier commit under its own configuration; under none if that is wrong, for then nothing can be said to be older.
    fn plan(&self, terms: Terms<'_>, head: &Plan) -> Result<Option<(Plan, Accepted)>, Failure> {
        let snapshot = Snapshot::of_commit(Arc::clone(&self.repository), self.base)?;
        let planned = terms.input.project_in(snapshot, self.root.clone()).and_then(|project| {
            let rules = rule::all().map_err(|error| Failure::Internal(error.to_owned()))?;
            let mut enabled = terms.selection.enabled(&project.config, rules)?;
            let runs = |rule: &str| head.job.policy.enabled.iter().any(|enabled| enabled.rule.id == rule);
            enabled.retain(|enabled| runs(&enabled.rule.id));
            let accepted = Accepted::of(terms.input, &project)?;
            Ok((head.earlier(terms.input, project, enabled, terms.threads)?, accepted))
        });
        match planned {
            Ok(plan) => Ok(Some(plan)),
            Err(Failure::Config(_) | Failure::Usage(_)) => {
                stderr(&format!("the configuration of {} does not hold, so all findings are shown", self.base));
                Ok(None)
            }
            Err(failure) => Err(failure),
        }
    }
}

/// Whether the check of a rule is of that kind.
fn is_of(id: &str, kind: fn(&Check) -> bool) -> bool {
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

/// Whether the same files stand in a folder in both.
fn is_same_folder(head: &Plan, before: &Plan, name: &str) -> bool {
    let files = |plan: &Plan| plan.listing.entries.iter().filter(|entry| folder(&entry.path) == name).count();
    let mut then = before.listing.entries.iter().filter(|entry| folder(&entry.path) == name);
    files(head) == files(before) && then.all(|entry| is_same(head, before, entry))
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// What is accepted, as it is written.
fn baseline(plan: &Plan) -> Option<Vec<u8>> {
    plan.source.read(&plan.source.find(BASELINE)?).ok()
}

fn paths(report: &Report) -> impl Iterator<Item = &str> {
    let found = report.findings.iter().map(|finding| finding.place.path.as_str());
    found.chain(report.unverified.iter().map(|unverified| unverified.path.as_str()))
}

/// Takes out what was not decided before either: as often in the same file for the same reason.
fn drop_known(unverified: &mut Vec<Unverified>, before: &[Unverified]) {
    let mut left: HashMap<(String, String), usize> = HashMap::new();
    for known in before {
        *left.entry((known.path.clone(), known.reason.clone())).or_default() += 1;
    }
    unverified.retain(|now| match left.get_mut(&(now.path.clone(), now.reason.clone())) {
        Some(left) if *left > 0 => {
            *left -= 1;
            false
        }
        _ => true,
    });
}
