//! What is found in a project that is committed or pushed.

use std::collections::HashSet;

use super::narrow::New;
use crate::cli::baseline::Accepted;
use crate::cli::examine::Plan;
use crate::cli::exit::Failure;
use crate::cli::project::Project;
use crate::cli::since::Terms;
use crate::model::Report;
use crate::rule::{self, Rule};
use crate::run::Parsed;
use crate::source::git::Change;

/// What was found, and by what.
pub(super) struct Judged {
    pub(super) plan: Plan,
    pub(super) accepted: Accepted,
    pub(super) report: Report,
    /// What its files hold.
    pub(super) parsed: Parsed,
}

/// What is found in a project: where `changes` are all that differs from a commit with which it is compared, no more than what can be new.
pub(super) fn judged(terms: Terms<'_>, project: Project, changes: Option<&[Change]>) -> Result<Judged, Failure> {
    let rules = rule::all().map_err(|error| Failure::Internal(error.to_owned()))?;
    let mut enabled = terms.selection.enabled(&project.config, rules)?;
    let count = enabled.len();
    let new = match (changes, terms.input.tree_of(&project)) {
        (Some(changes), Some(tree)) => New::of(&tree, &project, changes, terms.threads)?,
        _ => New::Any,
    };
    if matches!(new, New::In(_) | New::WithPages(_)) {
        enabled.retain(|enabled| !enabled.rule.check.is_of_contracts_alone());
    }
    let accepted = Accepted::of(terms.input, &project)?;
    let plan = Plan::new(terms.input, project, enabled, terms.threads)?;
    let parsed = Parsed::default();
    let mut report = match &new {
        New::Any => plan.report(terms.threads, Some(&parsed)),
        New::WithContracts(entries) => {
            let differing: HashSet<_> = entries.iter().map(|entry| entry.path.as_str()).collect();
            let asks = |path: &str, rule: &Rule| !rule.check.is_of_file_alone() || differing.contains(path);
            plan.report_where(&asks, terms.threads, &parsed)
        }
        New::WithPages(entries) => {
            let shown = plan.report_where(&|_, rule| rule.check.is_of_pages(), terms.threads, &Parsed::default());
            let paths = shown.findings.iter().map(|finding| &finding.place.path).chain(shown.unverified.iter().map(|it| &it.path));
            let entries = paths.filter_map(|path| plan.entry(path).cloned()).chain(entries.iter().cloned()).collect();
            plan.report_of_part(entries, terms.threads, &parsed)
        }
        New::In(entries) => plan.report_of_part(entries.clone(), terms.threads, &parsed),
    };
    match new {
        New::Any => accepted.apply(&plan, &mut report),
        _ => report.findings = accepted.others(&plan, std::mem::take(&mut report.findings)),
    }
    report.checked.rules = count;
    Ok(Judged { plan, accepted, report, parsed })
}

/// Adds what is to be said about another project, or another commit.
pub(super) fn merge(all: &mut Report, mut other: Report) {
    all.findings.append(&mut other.findings);
    all.unverified.append(&mut other.unverified);
    all.suppressed += other.suppressed;
    all.baselined += other.baselined;
    all.older += other.older;
    let (checked, more) = (&mut all.checked, other.checked);
    checked.files += more.files;
    checked.bytes += more.bytes;
    checked.rules = checked.rules.max(more.rules);
    checked.skipped.extend(more.skipped);
    checked.skipped.sort();
    checked.skipped.dedup();
}
