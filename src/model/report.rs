use serde::Serialize;

use super::{Confidence, Finding, Severity};

/// Everything that one run has to say. Emitters turn it into bytes and add nothing.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The root of what was checked, as it was given.
    pub root: String,
    /// Where the root is in its repository, with forward slashes; empty where it is the repository's own root, or in none.
    pub folder: String,
    /// The commit that was checked, if one was.
    pub commit: Option<String>,
    /// What was found, sorted by path, line, column, rule.
    pub findings: Vec<Finding>,
    /// How many findings a comment or the configuration suppressed.
    pub suppressed: usize,
    /// How many findings the baseline accepts.
    pub baselined: usize,
    /// How many findings are left out, because an earlier commit has them too.
    pub older: usize,
    /// What could not be decided.
    pub unverified: Vec<Unverified>,
    /// What was read.
    pub checked: Checked,
}

impl Report {
    /// How many findings have at least this severity.
    pub fn count_at_least(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity >= severity).count()
    }

    /// The same with paths from the root of the repository.
    pub fn from_repository(mut self) -> Self {
        if self.folder.is_empty() {
            return self;
        }
        let folder = std::mem::take(&mut self.folder);
        for finding in &mut self.findings {
            finding.put_below(&folder);
        }
        let unverified = self.unverified.iter_mut().map(|unverified| &mut unverified.path);
        for path in unverified.chain(self.checked.skipped.iter_mut().map(|skipped| &mut skipped.path)) {
            *path = format!("{folder}/{path}");
        }
        self
    }
}

/// What a report says about a rule, beside its findings.
#[derive(Debug, Clone, Copy)]
pub struct RuleDescription<'r> {
    /// The rule's id.
    pub id: &'r str,
    /// Its severity unless the configuration says otherwise.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// How bad it is as a vulnerability, from 0.1 to 10.0 as CVSS counts; nothing where it is none.
    pub security_severity: Option<f64>,
    /// One line: what is wrong.
    pub summary: &'r str,
    /// Why it matters.
    pub why: &'r str,
    /// What to do.
    pub remedy: &'r str,
}

/// A place that a rule could not decide about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
pub struct Unverified {
    /// Relative to the root, with forward slashes.
    pub path: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// Why, in one sentence without a trailing full stop.
    pub reason: String,
}

/// What was read, and what was not.
#[derive(Debug, Clone, Default, Serialize, schemars::JsonSchema)]
pub struct Checked {
    /// Files read.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Rules that ran.
    pub rules: usize,
    /// Files that were not read, sorted by path.
    pub skipped: Vec<Skipped>,
}

/// A file that was not read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
pub struct Skipped {
    /// Relative to the root, with forward slashes.
    pub path: String,
    /// Why.
    pub reason: String,
    /// What that means for the run.
    #[serde(skip)]
    pub gap: Gap,
}

/// What a file that was not read means for the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    /// Nothing: it was left out on purpose (a binary file, a link, an ignored file).
    Policy,
    /// Something that was asked for could not be read.
    Unread,
    /// The program failed on it.
    Crash,
}

impl Skipped {
    /// A file that was left out on purpose.
    pub fn policy(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { path: path.into(), reason: reason.into(), gap: Gap::Policy }
    }

    /// A file that could not be read.
    pub fn unread(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { path: path.into(), reason: reason.into(), gap: Gap::Unread }
    }
}
