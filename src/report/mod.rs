//! One pure emitter per output format: a report to bytes.
//!
//! A report holds no secret: whoever makes it sees to that. What an emitter has to see to is that no path and no text
//! says something in its format: no line begins with a workflow command, no terminal is driven.

mod concise;
mod full;
mod github;
mod gitlab;
mod identity;
mod json;
mod junit;
mod manifest;
mod markdown;
mod sarif;
mod style;
mod summary;
#[cfg(test)]
mod tests;

pub use json::schema;
pub use manifest::{manifest, manifest_schema};
pub use summary::summary;

use crate::model::{Report, RuleDescription, Severity};

/// An output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// The source with carets, for people.
    Full,
    /// One line a finding: `path:line:column: error[rule] message`.
    Concise,
    /// One JSON document, `congruent/report-v1`.
    Json,
    /// One JSON object a line.
    Jsonl,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands that annotate a pull request on GitHub.
    Github,
    /// A report of GitLab's Code Quality.
    Gitlab,
    /// JUnit XML, for CI servers.
    Junit,
    /// GitHub Flavored Markdown, for the summary of a step.
    Markdown,
}

/// What an emitter has to know beside the report.
#[derive(Debug, Clone, Copy)]
pub struct Options<'r> {
    /// Whether to use ANSI escapes.
    pub color: bool,
    /// Whether to leave out what is no finding, where the format can.
    pub quiet: bool,
    /// The rules, for formats that describe them.
    pub rules: &'r [RuleDescription<'r>],
    /// The least severity of a finding that fails the run, for formats that know failures.
    pub fail_on: Severity,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self { color: false, quiet: false, rules: &[], fail_on: Severity::Error }
    }
}

/// The report in a format. The same report and options give the same bytes.
pub fn emit(format: Format, report: &Report, options: Options<'_>) -> Vec<u8> {
    // A platform looks for files from the root of the repository.
    let is_of_platform = matches!(format, Format::Sarif | Format::Github | Format::Gitlab);
    let placed = (is_of_platform && !report.folder.is_empty()).then(|| report.clone().from_repository());
    let report = placed.as_ref().unwrap_or(report);
    match format {
        Format::Full => full::emit(report, options),
        Format::Concise => concise::emit(report, options),
        Format::Json => json::emit(report),
        Format::Jsonl => json::emit_lines(report),
        Format::Sarif => sarif::emit(report, options),
        Format::Github => github::emit(report),
        Format::Gitlab => gitlab::emit(report, options),
        Format::Junit => junit::emit(report, options),
        Format::Markdown => markdown::emit(report),
    }
}
