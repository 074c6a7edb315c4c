//! `[[ignore]]` entries of the configuration.

use crate::check::{Check, Idle};
use crate::config::Ignore;
use crate::model::Finding;
use crate::triage::{Policy, fingerprint};

/// Whether an entry holds for a file at all.
pub fn holds_for(entry: &Ignore, path: &str) -> bool {
    entry.paths.matched_path_or_any_parents(path.trim_start_matches('/'), false).is_ignore()
}

/// Whether an entry holds for a hit in a file that it holds for: by its rule, and by its source text or its message.
pub(in crate::triage) fn suppresses(entry: &Ignore, rule: &str, source: &str, message: &str) -> bool {
    let matches = |text: &str| source.contains(text) || message.contains(text);
    entry.rules.contains(&rule) && entry.matching.as_deref().is_none_or(matches)
}

/// The fingerprint of the finding of a rule that an entry suppresses nothing.
pub fn idle_as(rule: &str, ignore: &Ignore) -> String {
    fingerprint::fingerprint(rule, &message(ignore), ignore.matching.as_deref())
}

fn message(ignore: &Ignore) -> String {
    format!("this entry suppresses nothing: no finding of {} is left that it holds for", ignore.rules.join(", "))
}

/// A finding for each entry that suppressed nothing, though its rules ran.
pub(in crate::triage) fn idle_ignores(policy: &Policy, used: &[usize]) -> Vec<Finding> {
    // Those of a trusted commit stand in another file than the one that is checked.
    if policy.trust.is_some() {
        return Vec::new();
    }
    let Some(unused) = policy.enabled.iter().find(|e| matches!(e.rule.check, Check::Suppression(Idle::Unused))) else {
        return Vec::new();
    };
    let ran = |rule: &str| policy.enabled.iter().any(|enabled| enabled.rule.id == rule);
    let idle =
        policy.ignores.iter().enumerate().filter(|(index, ignore)| !used.contains(index) && ignore.rules.iter().all(|rule| ran(rule)));
    idle.map(|(_, ignore)| {
        let message = message(ignore);
        Finding {
            rule: &unused.rule.id,
            severity: unused.severity,
            confidence: unused.rule.confidence,
            place: ignore.place.clone(),
            fingerprint: idle_as(&unused.rule.id, ignore),
            message,
            help: "Delete the entry.".into(),
            group: None,
            related: Vec::new(),
            is_flow: false,
            secret: None,
            fix: None,
            excerpt: None,
        }
    })
    .collect()
}
