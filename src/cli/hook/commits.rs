//! Secrets in the commits that are pushed: what is in one of them stays there, whatever a later one takes out.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::ThreadPool;

use super::judged::Judged;
use crate::cli::examine::Plan;
use crate::model::{Finding, Skipped};
use crate::run::Parsed;
use crate::source::Entry;
use crate::source::git::{Change, Oid, Tree};
use crate::triage::{Files, new_since};

/// The rules that find secrets.
const RULES: [&str; 3] = ["hard-coded-credential", "misplaced-credential", "printed-secret"];

/// So many digits of a commit's id are shown.
const SHORT: usize = 12;

/// What is found in commits.
#[derive(Debug, Default)]
pub(super) struct Leaks {
    /// In the order of the commits; the path of each begins with its commit, as in gitrevisions(7).
    pub(super) findings: Vec<Finding>,
    /// The same, by path and fingerprint.
    pub(super) keys: BTreeSet<(String, String)>,
    /// How many files were read.
    pub(super) files: usize,
    pub(super) bytes: u64,
    pub(super) unread: Vec<Skipped>,
}

/// What each of the commits adds of secrets, with what they change. Each blob is read once for each path that it has.
pub(super) fn leaks(tree: &Tree, judged: &Judged, (commits, changes): (&[Oid], &[Change]), threads: &ThreadPool) -> Leaks {
    let Judged { plan, accepted, parsed, .. } = judged;
    let mut leaks = Leaks::default();
    let mut known = Known { tree, plan, parsed, threads, by_file: HashMap::new() };
    let after = changes.iter().filter_map(|change| tree.entry(&change.path, change.after?));
    known.read(after.collect(), &mut leaks);
    let mut of_commits: BTreeMap<usize, Vec<&Change>> = BTreeMap::new();
    let order: HashMap<_, _> = commits.iter().enumerate().map(|(at, commit)| (*commit, at)).collect();
    for change in changes {
        of_commits.entry(order.get(&change.commit).copied().unwrap_or_default()).or_default().push(change);
    }
    for changes in of_commits.into_values() {
        let found: Vec<_> = changes.iter().filter_map(|change| known.of(&change.path, change.after?)).flatten().cloned().collect();
        if found.is_empty() {
            continue;
        }
        let paths: BTreeSet<_> = found.iter().map(|finding| finding.place.path.clone()).collect();
        // A file that has another name now had it before, too.
        let was = |change: &&&Change| change.after.is_none() || tree.shown(&change.path).is_some_and(|path| paths.contains(&path));
        let before: Vec<_> = changes.iter().filter(was).flat_map(|change| change.before.iter().map(|&oid| (&change.path, oid))).collect();
        known.read(before.iter().filter_map(|(path, oid)| tree.entry(path, *oid)).collect(), &mut Leaks::default());
        let earlier: Vec<_> = before.iter().filter_map(|(path, oid)| known.of(path, *oid)).flatten().cloned().collect();
        let had: BTreeSet<_> = before.iter().filter_map(|(path, _)| tree.shown(path)).collect();
        let gone: BTreeSet<_> =
            changes.iter().filter(|change| change.after.is_none()).filter_map(|change| tree.shown(&change.path)).collect();
        let files = Files { before: &|path| had.contains(path), now: &|path| !gone.contains(path) };
        let Some(commit) = changes.first().map(|change| change.commit) else { continue };
        for finding in accepted.others(plan, new_since(&earlier, found, &files)) {
            leaks.keys.insert((finding.place.path.clone(), finding.fingerprint.clone()));
            leaks.findings.push(leaked(finding, &plan.folder, commit));
        }
    }
    leaks
}

/// A finding as one of a commit, in which it stays.
fn leaked(mut finding: Finding, folder: &str, commit: Oid) -> Finding {
    finding.put_below(folder);
    let help = finding.help.trim().trim_end_matches('.');
    finding.help = format!("{help}; a later commit leaves it in {}: amend that one before it is pushed", short(commit)).into();
    finding.fix = None;
    named(finding, commit)
}

fn short(commit: Oid) -> String {
    commit.to_string().chars().take(SHORT).collect()
}

/// A finding whose path begins with its commit, as in gitrevisions(7).
pub(super) fn named(mut finding: Finding, commit: Oid) -> Finding {
    let path = finding.place.path.clone();
    let prefixed = format!("{}:{path}", short(commit));
    for related in finding.related.iter_mut().filter(|related| related.place.path == path) {
        related.place.path.clone_from(&prefixed);
    }
    finding.place.path = prefixed;
    finding
}

/// What is found in files of any commit.
struct Known<'k> {
    tree: &'k Tree,
    plan: &'k Plan,
    parsed: &'k Parsed,
    threads: &'k ThreadPool,
    by_file: HashMap<(String, Oid), Vec<Finding>>,
}

impl Known<'_> {
    fn of(&self, path: &[u8], oid: Oid) -> Option<&Vec<Finding>> {
        self.by_file.get(&(self.tree.shown(path)?, oid))
    }

    /// Reads those that are not known yet.
    fn read(&mut self, mut entries: Vec<Entry>, counts: &mut Leaks) {
        entries.retain(|entry| entry.blob().is_some_and(|oid| !self.by_file.contains_key(&(entry.path.clone(), oid))));
        entries.sort();
        entries.dedup();
        let outcomes = self.threads.install(|| self.plan.job.files(self.tree, &entries, &RULES, self.parsed));
        for (entry, outcome) in entries.into_iter().zip(outcomes) {
            let Some(oid) = entry.blob() else { continue };
            let findings = match outcome {
                Ok((bytes, outcome)) => {
                    counts.files += 1;
                    counts.bytes += bytes;
                    outcome.findings
                }
                Err(skipped) => {
                    counts.unread.push(skipped);
                    Vec::new()
                }
            };
            self.by_file.insert((entry.path, oid), findings);
        }
    }
}
