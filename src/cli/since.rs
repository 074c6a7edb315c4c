//! `check --since REV`: only what an earlier commit does not have.
//!
//! The earlier commit is checked under its own configuration, and no further than needed: only files in which something is found
//! now, only for the rules that find it, and of those files only the ones that differ, unless what they are held against differs too. Where
//! an entry is said to accept nothing, only what it is about is looked at. What is the same in both is not parsed twice. Over many small histories a test compares that with what a check of all says.

mod earlier;
mod idle;
mod told;

use std::collections::HashMap;
use std::sync::Arc;

use rayon::ThreadPool;

use super::baseline::Accepted;
use super::examine::{Later, Plan};
use super::exit::Failure;
use super::input::Input;
use super::output::stderr;
use super::project::{InGit, Project};
use super::selection::Selection;
use crate::model::{Report, Unverified};
use crate::rule::{self, Rule};
use crate::run::Parsed;
use crate::source::git::{GitError, Oid, Repository, Snapshot};
use crate::triage::{Files, new_since};
use earlier::Earlier;
use idle::Idle;
use told::Told;

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

    /// Takes out of the report on `head` what the earlier commit has too. `parsed` is what the files hold of `head`.
    pub(super) fn subtract(&self, terms: Terms<'_>, head: &Plan, parsed: &Parsed, report: &mut Report) -> Result<(), Failure> {
        let told = Told::of(report, head);
        if told.is_empty() {
            return Ok(());
        }
        let Some((before, accepted, idle)) = self.plan(terms, head, &told)? else { return Ok(()) };
        let then = Earlier::of(head, &before, &told, &idle, report).report(&accepted, parsed, terms.threads);
        let is_now = |path: &str| head.source.find(path).is_some();
        let files = Files { before: &|path| before.entry(path).is_some(), now: &is_now };
        let found = std::mem::take(&mut report.findings);
        let count = found.len();
        report.findings = new_since(&then.findings, found, &files);
        report.older += count - report.findings.len();
        drop_known(&mut report.unverified, &then.unverified);
        Ok(())
    }

    /// The earlier commit under its own configuration; under none if that is wrong, for then nothing can be said to be older.
    fn plan(&self, terms: Terms<'_>, head: &Plan, told: &Told) -> Result<Option<(Plan, Accepted, Idle)>, Failure> {
        let snapshot = Snapshot::of_commit(Arc::clone(&self.repository), self.base)?;
        let planned = terms.input.project_in(snapshot, self.root.clone()).and_then(|project| {
            let rules = rule::all().map_err(|error| Failure::Internal(error.to_owned()))?;
            let mut enabled = terms.selection.enabled(&project.config, rules)?;
            let runs = |rule: &str| head.job.policy.enabled.iter().any(|enabled| enabled.rule.id == rule);
            enabled.retain(|enabled| runs(&enabled.rule.id));
            let accepted = Accepted::of(terms.input, &project)?;
            let idle = Idle::of(told, &project, &accepted);
            let rules = told.rules(head);
            let is_gone = |path: &str| head.source.find(path).is_none();
            let asks = |path: &str, rule: &Rule| {
                let is_told = told.get(path).is_some_and(|rules| rules.ask(rule));
                is_told || (is_gone(path) && told.asks_anywhere(rule)) || idle.asks(path, rule, &|_| false)
            };
            let again = |rule: &Rule| idle.runs(&rule.id);
            let later = Later { job: &head.job, rules: rules.as_ref(), again: &again, asks: &asks };
            Ok((Plan::earlier(later, terms.input, project, enabled, terms.threads)?, accepted, idle))
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

/// Takes out what was not decided before either: as often in the same file for the same reason.
pub(super) fn drop_known(unverified: &mut Vec<Unverified>, before: &[Unverified]) {
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
