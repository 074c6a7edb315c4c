//! Entries of the configuration and of the baseline that accept nothing. Whether they did in an earlier commit depends on nothing but the
//! findings that they are about.

use std::collections::BTreeSet;

use super::told::Told;
use crate::cli::baseline::Accepted;
use crate::cli::project::Project;
use crate::config::Ignore;
use crate::rule::Rule;
use crate::triage;

/// The entries of an earlier commit of which a later one says that they accept nothing.
#[derive(Debug, Default)]
pub(super) struct Idle {
    ignores: Vec<Ignore>,
    /// The path and the rule of entries of the baseline.
    accepted: Vec<(String, String)>,
    /// Whether of no two `[[ignore]]` entries the same is said.
    pub(super) is_distinct: bool,
}

impl Idle {
    /// Those of which it is `told`.
    pub(super) fn of(told: &Told, project: &Project, accepted: &Accepted) -> Self {
        let names = |entry: &&Ignore| told.idle.iter().any(|(rule, name)| triage::idle_as(rule, entry) == *name);
        let ignores = project.config.ignores.iter().filter(|_| !told.idle.is_empty());
        let ignores: Vec<_> = ignores.filter(names).cloned().collect();
        let names: BTreeSet<_> = ignores.iter().map(|entry| triage::idle_as("", entry)).collect();
        let is_distinct = names.len() == ignores.len();
        Self { ignores, accepted: accepted.named(&told.stale), is_distinct }
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.ignores.is_empty() && self.accepted.is_empty()
    }

    /// Whether a rule has to run.
    pub(super) fn runs(&self, rule: &str) -> bool {
        self.ignores.iter().any(|entry| entry.rules.contains(&rule)) || self.accepted.iter().any(|(_, of)| of == rule)
    }

    /// Whether it matters what a rule finds in a file. `is_there` says which files the earlier commit has.
    pub(super) fn asks(&self, path: &str, rule: &Rule, is_there: &dyn Fn(&str) -> bool) -> bool {
        let ignored = |entry: &Ignore| entry.rules.contains(&rule.id.as_str()) && triage::holds_for(entry, path);
        // What was found in a file that is gone may be found in any other one.
        let accepted = |(file, of): &(String, String)| *of == rule.id && (file == path || !is_there(file));
        self.ignores.iter().any(ignored) || self.accepted.iter().any(accepted)
    }
}
