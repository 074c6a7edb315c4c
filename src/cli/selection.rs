//! Which rules run: what the configuration says, and what the command line says beside it.

use super::exit::Failure;
use crate::check::Check;
use crate::config::Config;
use crate::rule::{self, Rule};
use crate::triage::Enabled;

/// Which rules run.
#[derive(Debug, Default, clap::Args)]
pub(super) struct Selection {
    /// Run only these rules: ids (see `congruent rules`), in which * stands for any characters.
    #[arg(long, value_name = "RULE,...", value_delimiter = ',')]
    select: Vec<String>,
    /// Don't run these rules.
    #[arg(long, value_name = "RULE,...", value_delimiter = ',')]
    ignore: Vec<String>,
}

impl Selection {
    /// The rules that run over a tree. What the command line selects runs even if the configuration turns it off.
    pub(super) fn enabled(&self, config: &Config, rules: &'static [Rule]) -> Result<Vec<Enabled>, Failure> {
        self.only(config, rules, |check| !matches!(check, Check::Audit(_)))
    }

    /// The rules that run over release artefacts: not those that need the whole repository.
    pub(super) fn enabled_for_releases(&self, config: &Config, rules: &'static [Rule]) -> Result<Vec<Enabled>, Failure> {
        self.only(config, rules, |check| {
            !matches!(check, Check::Suppression(_) | Check::Agreement(_) | Check::ContractUndocumentedOperation(_))
        })
    }

    fn only(&self, config: &Config, rules: &'static [Rule], runs: impl Fn(&Check) -> bool) -> Result<Vec<Enabled>, Failure> {
        let named = |patterns: &[String]| -> Result<Vec<&str>, Failure> {
            let lists = patterns.iter().map(|pattern| rule::matching(rules, pattern.trim()).map_err(Failure::Usage));
            Ok(lists.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().map(|rule| rule.id.as_str()).collect())
        };
        let (selected, ignored) = (named(&self.select)?, named(&self.ignore)?);
        let level = |rule: &Rule| match config.levels.of(rule) {
            None if selected.contains(&rule.id.as_str()) => Some(rule.severity),
            level => level.filter(|_| selected.is_empty() || selected.contains(&rule.id.as_str())),
        };
        let rest = rules.iter().filter(|rule| runs(&rule.check) && !ignored.contains(&rule.id.as_str()));
        let enabled: Vec<_> = rest.filter_map(|rule| Some(Enabled { rule, severity: level(rule)? })).collect();
        if enabled.is_empty() {
            return Err(Failure::usage("no rule is left to run: all are turned off, or none of them runs here"));
        }
        Ok(enabled)
    }
}
