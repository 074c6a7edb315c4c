//! `congruent hook pre-push`.

use std::collections::HashSet;
use std::env;
use std::sync::Arc;
use std::time::Instant;

use super::commits::{Leaks, leaks, named};
use super::judged::merge;
use super::updates::{self, Update};
use super::{Common, PrePush, narrow};
use crate::cli::baseline::Accepted;
use crate::cli::examine::Plan;
use crate::cli::exit::{Failure, Outcome};
use crate::cli::input::Input;
use crate::cli::output::stderr;
use crate::cli::project::canonical;
use crate::cli::since::{Since, Terms};
use crate::model::{Report, printable};
use crate::rule;
use crate::source::git::{Oid, Repository, Snapshot};

/// So many commits that the remote has are compared with, where a push joins several lines of history.
const MOST_BASES: usize = 8;

/// A commit that refs come to.
struct Tip {
    commit: Oid,
    /// The tag, if it is tagged, and so released: then all has to be right, and not only what is new.
    tag: Option<String>,
}

/// Runs it.
pub(super) fn run(arguments: &PrePush) -> Result<Outcome, Failure> {
    let start = Instant::now();
    let Common { selection, telling, no_cache, jobs } = &arguments.common;
    telling.validate()?;
    let directory = env::current_dir().and_then(|directory| canonical(&directory));
    let directory = directory.map_err(|error| Failure::usage(format!("the working directory can't be read: {error}")))?;
    let repository = Arc::new(Repository::find(&directory)?);
    let updates = updates::read(&repository)?;
    let tips = tips(&repository, &updates)?;
    if tips.is_empty() {
        stderr("checked 0 refs: nothing is pushed that has files (lefthook says what is pushed only with `use_stdin: true`)");
        return Ok(Outcome::Clean);
    }
    let input = Input::of_hook(*no_cache, *jobs);
    let threads = input.threads()?;
    let terms = Terms { input: &input, selection, threads: &threads };
    let mut known = known(&repository, arguments, &updates)?;
    let mut all = Report { root: ".".to_owned(), ..Report::default() };
    for tip in &tips {
        if let Some(report) = one(&repository, tip, &known, terms, tips.len() == 1)? {
            merge(&mut all, report);
        }
        known.insert(tip.commit);
    }
    let rules = rule::all().map_err(|error| Failure::Internal(error.to_owned()))?;
    let outcome = telling.tell_change(&all, rules);
    let s = |count: usize| if count == 1 { "" } else { "s" };
    let (refs, files, count) = (updates.len(), all.checked.files, all.checked.rules);
    stderr(&format!("checked {refs} ref{}, {files} file{}, {count} rules in {} ms", s(refs), s(files), start.elapsed().as_millis()));
    Ok(outcome)
}

/// The commits that the refs come to, each once.
fn tips(repository: &Repository, updates: &[Update]) -> Result<Vec<Tip>, Failure> {
    let mut tips: Vec<Tip> = Vec::new();
    for update in updates {
        let Some(commit) = updates::commit(repository, update)? else {
            stderr(&format!("not checked: {}: it is no commit", printable(&update.local)));
            continue;
        };
        match tips.iter_mut().find(|tip| tip.commit == commit) {
            Some(tip) => tip.tag = tip.tag.take().or(update.tag().map(str::to_owned)),
            None => tips.push(Tip { commit, tag: update.tag().map(str::to_owned) }),
        }
    }
    Ok(tips)
}

/// The commits that the remote has: what its refs were before, and what its tracking branches say.
fn known(repository: &Repository, arguments: &PrePush, updates: &[Update]) -> Result<HashSet<Oid>, Failure> {
    let mut known: HashSet<_> = updates.iter().filter_map(|update| update.before).collect();
    let remote = arguments.remote.clone().or_else(|| env::var("PRE_COMMIT_REMOTE_NAME").ok()).unwrap_or_default();
    let url = arguments.url.clone().or_else(|| env::var("PRE_COMMIT_REMOTE_URL").ok()).unwrap_or_default();
    let remotes = repository.remotes();
    // A push to a URL goes to the remote that has it.
    let names = remotes.iter().filter(|(name, its)| *name == remote || *its == remote || *its == url).map(|(name, _)| name);
    for name in names.collect::<HashSet<_>>() {
        known.extend(repository.remote_tips(name)?);
    }
    Ok(known)
}

/// What is to be said about one commit and those before it; `None` if the remote has them all.
fn one(repository: &Arc<Repository>, tip: &Tip, known: &HashSet<Oid>, terms: Terms<'_>, is_alone: bool) -> Result<Option<Report>, Failure> {
    let new = repository.new_commits(tip.commit, known)?;
    if new.commits.is_empty() && tip.tag.is_none() {
        return Ok(None);
    }
    let snapshot = Snapshot::of_commit(Arc::clone(repository), tip.commit)?;
    let mut project = terms.input.project_in(snapshot, Vec::new())?;
    project.config.agreement.tag.clone_from(&tip.tag);
    let tree = terms.input.tree_of(&project);
    let rules = rule::all().map_err(|error| Failure::Internal(error.to_owned()))?;
    let mut enabled = terms.selection.enabled(&project.config, rules)?;
    let count = enabled.len();
    // All that differs from one of the commits that the remote has can be new, and often nothing else.
    let base = new.boundary.first().filter(|_| tip.tag.is_none());
    let changes = base.map(|&base| repository.differences(base, tip.commit)).transpose()?;
    let part = match (&changes, &tree) {
        (Some(changes), Some(tree)) => narrow::differing(tree, &project, changes, terms.threads)?,
        _ => None,
    };
    if part.is_some() {
        enabled.retain(|enabled| !enabled.rule.check.is_of_contracts_alone());
    }
    let accepted = Accepted::of(terms.input, &project)?;
    let plan = Plan::new(terms.input, project, enabled, terms.threads)?;
    let mut leaks = match &tree {
        Some(tree) => leaks(repository, tree, &plan, &accepted, &new.commits, terms.threads)?,
        None => Leaks::default(),
    };
    let mut report = match part {
        Some(entries) => {
            let mut report = plan.report_of_part(entries, terms.threads);
            report.findings = accepted.others(&plan, std::mem::take(&mut report.findings));
            report
        }
        None => {
            let mut report = plan.report(terms.threads);
            accepted.apply(&plan, &mut report);
            report
        }
    };
    report.checked.rules = count;
    if tip.tag.is_none() {
        for &base in new.boundary.iter().take(MOST_BASES) {
            Since::commit(Arc::clone(repository), base, Vec::new()).subtract(terms, &plan, &mut report)?;
        }
    }
    report.findings.retain(|finding| !leaks.keys.contains(&(finding.place.path.clone(), finding.fingerprint.clone())));
    if !is_alone {
        report.findings = report.findings.into_iter().map(|finding| named(finding, tip.commit)).collect();
    }
    report.findings.splice(0..0, std::mem::take(&mut leaks.findings));
    report.checked.files += leaks.files;
    report.checked.bytes += leaks.bytes;
    report.checked.skipped.append(&mut leaks.unread);
    Ok(Some(report))
}
