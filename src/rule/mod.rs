//! The rules, which are data under `rules/`: loaded, selected, explained.

mod data;
mod nearest;
mod select;
mod vocabulary;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::model::{Confidence, RuleDescription, Severity};

pub use nearest::nearest;
pub use select::{Levels, matching};
pub use vocabulary::vocabulary;

/// A rule: what it is called, what it means, what it checks, and examples that prove it.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Named after the defect; reads well after "allow".
    pub id: String,
    /// The check it uses, with its parameters.
    pub check: Check,
    /// The severity unless the configuration says otherwise.
    pub severity: Severity,
    /// Whether it runs only where the configuration or the command line turns it on.
    #[serde(default)]
    pub off: bool,
    /// How sure it is.
    pub confidence: Confidence,
    /// How bad it is as a vulnerability, from 0.1 to 10.0 as CVSS counts; nothing where it is none.
    #[serde(default, rename = "security-severity")]
    pub security_severity: Option<f64>,
    /// One line: what is wrong.
    pub summary: String,
    /// Why it matters.
    pub why: String,
    /// What to do.
    pub remedy: String,
    /// Its examples, as they are embedded.
    #[serde(skip)]
    examples: Embedded,
}

/// The name of a rule's file, and its examples as JSON.
#[derive(Debug, Clone, Copy, Default)]
struct Embedded {
    path: &'static str,
    text: &'static str,
}

/// What proves a rule.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Examples {
    /// Trees over which the rule has to hit exactly the places they name.
    pub invalid: Vec<Example>,
    /// Trees over which no rule may hit.
    pub valid: Vec<Example>,
}

impl Rule {
    /// Its examples.
    ///
    /// # Errors
    ///
    /// A rule file whose examples can't be read. The test suite reads them all.
    pub fn examples(&self) -> Result<Examples, String> {
        let Embedded { path, text } = self.examples;
        serde_json::from_str(text).map_err(|error| format!("rules/{path}: {error}"))
    }

    /// What a report says about it.
    pub fn description(&self) -> RuleDescription<'_> {
        let Self { id, severity, confidence, security_severity, summary, why, remedy, .. } = self;
        let (severity, confidence, security_severity) = (*severity, *confidence, *security_severity);
        RuleDescription { id, severity, confidence, security_severity, summary, why, remedy }
    }
}

/// A small tree that shows what a rule means.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What it shows.
    pub name: String,
    /// The files, by path.
    pub files: BTreeMap<String, String>,
    /// The files of the commit that is trusted, where one is.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub trusted: BTreeMap<String, String>,
    /// Where the rule hits: `path:line:column`, 1-based, in characters. Empty for a valid example.
    #[serde(default)]
    pub at: Vec<String>,
}

/// Every rule, sorted by id.
///
/// # Errors
///
/// A rule file that says what nobody knows: its name and what that is. The test suite loads them all.
pub fn all() -> Result<&'static [Rule], &'static str> {
    static RULES: OnceLock<Result<Vec<Rule>, String>> = OnceLock::new();
    RULES.get_or_init(load).as_deref().map_err(String::as_str)
}

fn load() -> Result<Vec<Rule>, String> {
    let mut rules = Vec::new();
    for (path, text, examples) in data::rules() {
        let rule: Rule = serde_json::from_str(text).map_err(|error| format!("rules/{path}: {error}"))?;
        rules.push(Rule { examples: Embedded { path, text: examples }, ..rule });
    }
    rules.sort_by(|one, two| one.id.cmp(&two.id));
    Ok(rules)
}
