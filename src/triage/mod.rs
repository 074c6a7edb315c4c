//! Hits to findings: places, masked excerpts, fingerprints, suppressions; and which findings a baseline accepts.
//!
//! Triage sees one file at a time, while its text is in memory. What depends on the clock comes in as a [`Date`], so that
//! the same input gives the same findings.

mod baseline;
mod builder;
mod date;
mod excerpt;
mod fingerprint;
mod fix;
mod known;
mod mask;
mod place;
mod suppression;
mod trust;

pub use baseline::{Applied, Baseline, FILE_NAME as BASELINE, Seen, Updated, updated};
pub use date::Date;
pub use known::{Files, new_since};
pub use mask::Masker;
pub use suppression::{Stood, holds_for, idle_as, suppressions};
pub use trust::{Trust, loosened};

use std::collections::BTreeSet;

use crate::check::{Check, File, Verdict};
use crate::config::Ignore;
use crate::model::{Finding, Hit, RelatedHit, Severity, Unverified, Vocabulary};
use crate::rule::Rule;
use builder::Builder;
use suppression::Suppressions;

/// A rule that runs, with the severity that the configuration gives it.
#[derive(Debug, Clone, Copy)]
pub struct Enabled {
    /// The rule.
    pub rule: &'static Rule,
    /// Its severity after configuration.
    pub severity: Severity,
}

/// What decides which hits become findings.
#[derive(Debug)]
pub struct Policy {
    /// The rules that run.
    pub enabled: Vec<Enabled>,
    /// Every rule that exists, for what a suppression may name.
    pub rules: &'static [Rule],
    /// The `[[ignore]]` entries of the configuration.
    pub ignores: Vec<Ignore>,
    /// The day on which suppressions expire or don't.
    pub today: Date,
    /// What hides secrets in everything that is shown.
    pub masker: Masker,
    /// Whether what is suppressed is left out. Otherwise it stays, and says what suppresses it.
    pub is_suppressing: bool,
    /// The commit that is trusted, if one is: only its suppressions count.
    pub trust: Option<Trust>,
}

impl Policy {
    /// A policy without `[[ignore]]` entries.
    pub fn new(enabled: Vec<Enabled>, rules: &'static [Rule], vocabulary: &Vocabulary, today: Date) -> Self {
        Self { enabled, rules, ignores: Vec::new(), today, masker: Masker::new(vocabulary), is_suppressing: true, trust: None }
    }
}

/// What triage says about one file.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The findings, sorted by place, then rule.
    pub findings: Vec<Finding>,
    /// How many hits a comment or the configuration suppressed.
    pub suppressed: usize,
    /// What could not be decided or parsed, sorted by place.
    pub unverified: Vec<Unverified>,
    /// Indices into [`Policy::ignores`] of the entries that suppressed something here, sorted.
    pub used_ignores: Vec<usize>,
}

impl Outcome {
    /// Whether there is nothing to say.
    pub fn is_silent(&self) -> bool {
        self.findings.is_empty() && self.suppressed == 0 && self.unverified.is_empty() && self.used_ignores.is_empty()
    }
}

/// Turns what the checks said about one file into findings. `verdicts` are those of the rules that ran over the file;
/// comments must be among the facts.
pub fn file(file: File<'_>, verdicts: Vec<(Enabled, Verdict)>, policy: &Policy) -> Outcome {
    let mut outcome = Outcome::default();
    let mut unverified: Vec<_> = file.facts.issues.iter().map(|issue| (issue.span, issue.reason.clone())).collect();
    let mut hits = Vec::new();
    for (enabled, verdict) in verdicts {
        unverified.extend(verdict.unverified);
        hits.extend(verdict.hits.into_iter().map(|hit| (enabled, hit)));
    }
    sort(&mut hits);

    let found = hits.len();
    let mut suppressions = Suppressions::read(file, policy);
    hits.retain_mut(|(enabled, hit)| match suppressions.suppress(file.document, hit.span, &enabled.rule.id) {
        Some(comment) if !policy.is_suppressing => {
            hit.related.push(RelatedHit::Here(comment, "this suppresses it where suppressions count".to_owned()));
            true
        }
        comment => comment.is_none(),
    });
    outcome.suppressed = found - hits.len();
    for (idle, hit) in suppressions.idle(file, policy) {
        let rule = policy.enabled.iter().find(|enabled| matches!(enabled.rule.check, Check::Suppression(which) if which == idle));
        hits.extend(rule.map(|&enabled| (enabled, hit)));
    }
    sort(&mut hits);
    ignore(file, &mut hits, policy, &mut outcome);

    if hits.is_empty() && unverified.is_empty() {
        return outcome;
    }
    let mut builder = Builder::new(file, &policy.masker);
    outcome.findings = findings(hits, &mut builder);
    outcome.unverified = unverified.into_iter().map(|(span, reason)| builder.unverified(span, &reason)).collect();
    outcome.unverified.sort();
    outcome
}

/// So many hits become findings before the room is given back that they took.
const STRETCH: usize = 16 * 1024;

/// The findings of hits, of which one large file may have any number: both are never there at once.
fn findings(mut hits: Vec<(Enabled, Hit)>, builder: &mut Builder<'_>) -> Vec<Finding> {
    let mut findings = Vec::with_capacity(hits.len());
    hits.reverse();
    while let Some((enabled, hit)) = hits.pop() {
        findings.push(builder.finding(enabled, hit));
        if hits.len().is_multiple_of(STRETCH) {
            hits.shrink_to_fit();
        }
    }
    findings
}

fn sort(hits: &mut [(Enabled, Hit)]) {
    hits.sort_by(|(one, a), (two, b)| (a.span, &one.rule.id).cmp(&(b.span, &two.rule.id)));
}

/// Takes out what the configuration's entries suppress.
fn ignore(file: File<'_>, hits: &mut Vec<(Enabled, Hit)>, policy: &Policy, outcome: &mut Outcome) {
    if hits.is_empty() {
        return;
    }
    let path = file.document.path();
    // What is moved to where it would be ignored is not what a trusted commit ignores.
    let was = policy.trust.as_ref().map_or(path, |trust| trust.was(path));
    let holds = |entry: &Ignore| holds_for(entry, path) && (was == path || holds_for(entry, was));
    let here: Vec<_> = policy.ignores.iter().enumerate().filter(|(_, entry)| holds(entry)).collect();
    let mut used = BTreeSet::new();
    hits.retain_mut(|(enabled, hit)| {
        let source = file.document.slice(hit.span);
        let by = here.iter().find(|(_, entry)| suppression::suppresses(entry, &enabled.rule.id, source, &hit.message));
        if let Some((_, entry)) = by.filter(|_| !policy.is_suppressing) {
            let message = format!("this accepts it where suppressions count: {}", entry.reason);
            hit.related.push(RelatedHit::There(entry.place.clone(), message));
            return true;
        }
        outcome.suppressed += usize::from(by.is_some());
        used.extend(by.map(|(index, _)| *index));
        by.is_none()
    });
    outcome.used_ignores = used.into_iter().collect();
}

/// What is to be said about the configuration's `[[ignore]]` entries after a run over the whole tree: `used` are the
/// entries that suppressed something anywhere.
pub fn idle_ignores(policy: &Policy, used: &[usize]) -> Vec<Finding> {
    suppression::idle_ignores(policy, used)
}

#[cfg(test)]
mod tests;
