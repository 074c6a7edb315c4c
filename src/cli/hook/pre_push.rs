//! `congruent hook pre-push`.

use std::collections::HashSet;
use std::env;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use super::commits::{Leaks, leaks, named};
use super::judged::{Judged, judged, merge};
use super::projects::projects;
use super::updates::{self, Update};
use super::{Common, PrePush};
use crate::cli::exit::{Failure, Outcome};
use crate::cli::input::Input;
use crate::cli::output::stderr;
use crate::cli::project::{Project, canonical};
use crate::cli::since::{Since, Terms};
use crate::model::{Report, printable};
use crate::rule;
use crate::source::git::{Change, NewCommits, Oid, Repository, Snapshot};

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
    // git takes most of its time to start.
    let (tips, (known, rules)) = together(
        || tips(&repository, &updates),
        || together(|| known(&repository, arguments, &updates), || rule::all().map_err(|error| Failure::Internal(error.to_owned()))),
    );
    let (tips, mut known, rules) = (tips?, known?, rules?);
    if tips.is_empty() {
        stderr("checked 0 refs: nothing is pushed that has files (lefthook says what is pushed only with `use_stdin: true`)");
        return Ok(Outcome::Clean);
    }
    let input = Input::of_hook(*no_cache, *jobs);
    let threads = input.threads()?;
    let terms = Terms { input: &input, selection, threads: &threads };
    let mut all = Report { root: ".".to_owned(), ..Report::default() };
    for tip in &tips {
        if let Some(report) = one(&repository, tip, &known, terms, tips.len() == 1)? {
            merge(&mut all, report);
        }
        known.insert(tip.commit);
    }
    let outcome = telling.tell_change(&all, rules);
    let s = |count: usize| if count == 1 { "" } else { "s" };
    let (refs, files, count) = (updates.len(), all.checked.files, all.checked.rules);
    stderr(&format!("checked {refs} ref{}, {files} file{}, {count} rules in {} ms", s(refs), s(files), start.elapsed().as_millis()));
    Ok(outcome)
}

/// Does two things at the same time that wait for git.
fn together<A: Send, B>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B) -> (A, B) {
    thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        (one.join().unwrap_or_else(|panic| resume_unwind(panic)), other)
    })
}

/// The commits that the refs come to, each once.
fn tips(repository: &Repository, updates: &[Update]) -> Result<Vec<Tip>, Failure> {
    if updates.is_empty() {
        return Ok(Vec::new());
    }
    let mut tips: Vec<Tip> = Vec::new();
    let objects: Vec<_> = updates.iter().map(|update| update.tip).collect();
    for (update, commit) in updates.iter().zip(repository.commits(&objects)?) {
        let Some(commit) = commit else {
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
    let (remotes, tips) = together(|| repository.remotes(), || repository.remote_tips());
    // A push to a URL goes to the remote that has it.
    let names = remotes.iter().filter(|(name, its)| *name == remote || *its == remote || *its == url).map(|(name, _)| name);
    let names: HashSet<_> = names.collect();
    let is_its = |tip: &str, name: &str| tip.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'));
    known.extend(tips?.into_iter().filter(|(tip, _)| names.iter().any(|name| is_its(tip, name))).map(|(_, oid)| oid));
    Ok(known)
}

/// What is to be said about one commit and those before it; `None` if the remote has them all.
fn one(repository: &Arc<Repository>, tip: &Tip, known: &HashSet<Oid>, terms: Terms<'_>, is_alone: bool) -> Result<Option<Report>, Failure> {
    let (snapshot, new) =
        together(|| Snapshot::of_commit(Arc::clone(repository), tip.commit), || repository.new_commits(tip.commit, known));
    let new = new?;
    if new.commits.is_empty() && tip.tag.is_none() {
        return Ok(None);
    }
    let snapshot = snapshot?;
    // All that differs from one of the commits that the remote has can be new, and often nothing else.
    let base = new.boundary.first().filter(|_| tip.tag.is_none());
    let (differences, changes) =
        together(|| base.map(|&base| repository.differences(base, tip.commit)).transpose(), || repository.changes(&new.commits));
    let pushed = Pushed { tip, new, differences: differences?, changes: changes? };
    let mut all = Report::default();
    for project in projects(terms.input, &snapshot)? {
        merge(&mut all, pushed.check(repository, project, terms, is_alone)?);
    }
    Ok(Some(all))
}

/// A commit that is pushed, and those before it.
struct Pushed<'t> {
    tip: &'t Tip,
    new: NewCommits,
    /// What differs from one of the commits that the remote has, if nothing else can be new.
    differences: Option<Vec<Change>>,
    /// What each of the new commits changes.
    changes: Vec<Change>,
}

impl Pushed<'_> {
    /// What is to be said about one project.
    fn check(&self, repository: &Arc<Repository>, mut project: Project, terms: Terms<'_>, is_alone: bool) -> Result<Report, Failure> {
        let Self { tip, new, differences, changes } = self;
        let root = project.snapshot.as_ref().map(|(_, root)| root.clone()).unwrap_or_default();
        project.config.agreement.tag.clone_from(&tip.tag);
        let tree = terms.input.tree_of(&project);
        let judged = judged(terms, project, differences.as_deref())?;
        let mut leaks = match &tree {
            Some(tree) => leaks(tree, &judged, (&new.commits, changes), terms.threads),
            None => Leaks::default(),
        };
        let Judged { plan, mut report, parsed, .. } = judged;
        if tip.tag.is_none() {
            for &base in new.boundary.iter().take(MOST_BASES) {
                Since::commit(Arc::clone(repository), base, root.clone()).subtract(terms, &plan, &parsed, &mut report)?;
            }
        }
        report.findings.retain(|finding| !leaks.keys.contains(&(finding.place.path.clone(), finding.fingerprint.clone())));
        report.checked.files += leaks.files;
        report.checked.bytes += leaks.bytes;
        report.checked.skipped.append(&mut leaks.unread);
        report = report.from_repository();
        if !is_alone {
            report.findings = report.findings.into_iter().map(|finding| named(finding, tip.commit)).collect();
        }
        report.findings.splice(0..0, std::mem::take(&mut leaks.findings));
        Ok(report)
    }
}
