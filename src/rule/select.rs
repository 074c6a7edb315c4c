//! Which rules run, and how severe they are.

use super::{Rule, nearest};
use crate::model::{Severity, matches_wildcard as matches};

/// What a user says about rules: patterns of ids, each with a severity; `None` is off.
#[derive(Debug, Clone, Default)]
pub struct Levels {
    entries: Vec<(String, Option<Severity>)>,
}

impl Levels {
    /// Sets the severity of the rules that a pattern matches.
    pub fn set(&mut self, pattern: impl Into<String>, severity: Option<Severity>) {
        self.entries.push((pattern.into(), severity));
    }

    /// The severity of a rule. A pattern with more characters besides `*` is the more exact one, and decides.
    pub fn of(&self, rule: &Rule) -> Option<Severity> {
        let matching = self.entries.iter().filter(|(pattern, _)| matches(pattern, &rule.id));
        let decisive = matching.max_by_key(|(pattern, _)| pattern.chars().filter(|&c| c != '*').count());
        decisive.map_or((!rule.off).then_some(rule.severity), |(_, severity)| *severity)
    }
}

/// The rules that a pattern names: an id, in which `*` stands for any characters.
///
/// # Errors
///
/// There is none; the message names the nearest.
pub fn matching<'r>(rules: &'r [Rule], pattern: &str) -> Result<Vec<&'r Rule>, String> {
    let found: Vec<_> = rules.iter().filter(|rule| matches(pattern, &rule.id)).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let ids = rules.iter().map(|rule| rule.id.as_str());
    Err(match nearest(pattern, ids) {
        Some(id) => format!("no rule is called `{pattern}`; did you mean `{id}`?"),
        None => format!("no rule is called `{pattern}`; `congruent rules` lists them"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_exact_pattern_decides() {
        let rules = crate::rule::all().unwrap();
        let rule = rules.iter().find(|rule| rule.id == "asset-host").unwrap();
        let mut levels = Levels::default();
        assert_eq!(levels.of(rule), Some(rule.severity));
        levels.set("asset-host", Some(Severity::Note));
        levels.set("asset-*", Some(Severity::Warning));
        levels.set("*", None);
        assert_eq!(levels.of(rule), Some(Severity::Note));
        assert_eq!(levels.of(rules.iter().find(|rule| rule.id == "unused-suppression").unwrap()), None);
    }

    #[test]
    fn an_unknown_rule_is_an_error_with_a_hint() {
        let rules = crate::rule::all().unwrap();
        assert_eq!(matching(rules, "asset-hots").unwrap_err(), "no rule is called `asset-hots`; did you mean `asset-host`?");
        assert_eq!(matching(rules, "zzz-*").unwrap_err(), "no rule is called `zzz-*`; `congruent rules` lists them");
        assert!(matching(rules, "*-suppression").unwrap().len() >= 3);
    }
}
