//! How a report reaches its readers: in which formats, and with which exit code.

use std::io;

use clap::ArgAction;

use super::exit::{Failure, Outcome};
use super::output::{Color, Output, stderr};
use crate::model::{Gap, Report, Severity, printable};
use crate::report::{self, Format};
use crate::rule::Rule;

/// How what was found is told.
#[derive(Debug, clap::Args)]
pub(super) struct Telling {
    /// The least severity of a finding that makes the exit code 1.
    #[arg(long, value_name = "SEVERITY", default_value = "error", value_parser = severity)]
    pub(super) fail_on: Severity,
    #[arg(
        long, visible_alias = "output-format", value_name = "FORMAT[:FILE]", default_value = "full", value_parser = Output::parse,
        action = ArgAction::Append, help = Output::help()
    )]
    format: Vec<Output>,
    /// Print nothing but what was found.
    #[arg(long, short)]
    quiet: bool,
    /// When to use colours.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(super) color: Color,
}

fn severity(name: &str) -> Result<Severity, String> {
    let found = [Severity::Error, Severity::Warning, Severity::Note].into_iter().find(|severity| severity.name() == name);
    found.ok_or_else(|| "error, warning or note".to_owned())
}

impl Telling {
    /// Refuses outputs that would overwrite each other.
    pub(super) fn validate(&self) -> Result<(), Failure> {
        Output::distinct(&self.format)
    }

    /// Writes the report in every format; how the run ended.
    pub(super) fn tell(&self, report: &Report, rules: &[Rule]) -> Outcome {
        let outcome = self.write(report, rules, Outcome::of(report, self.fail_on), |_| true);
        // What tells it on standard output need not be told again.
        let told = report.checked.files > 0
            && self.format.iter().any(|output| output.file.is_none() && matches!(output.format, Format::Full | Format::Github));
        if !(self.quiet || told) {
            summary(report);
        }
        outcome
    }

    /// The same for what git is about to do: that there is no file to be read is no fault of it, and nothing that people have to be told.
    pub(super) fn tell_change(&self, report: &Report, rules: &[Rule]) -> Outcome {
        let checked = &report.checked;
        let is_nothing =
            checked.files == 0 && report.findings.is_empty() && checked.skipped.iter().all(|skipped| skipped.gap == Gap::Policy);
        if is_nothing {
            self.write(report, rules, Outcome::Clean, |output| output.file.is_some() || output.format != Format::Full)
        } else {
            self.tell(report, rules)
        }
    }

    /// Writes the report in those formats.
    fn write(&self, report: &Report, rules: &[Rule], mut outcome: Outcome, which: impl Fn(&Output) -> bool) -> Outcome {
        let rules: Vec<_> = rules.iter().map(Rule::description).collect();
        for output in self.format.iter().filter(|output| which(output)) {
            let color = output.file.is_none() && self.color.on(&io::stdout());
            let options = report::Options { color, quiet: self.quiet, rules: &rules, fail_on: self.fail_on };
            if let Err(failure) = output.write(&report::emit(output.format, report, options)) {
                outcome = outcome.min(failure.outcome());
                stderr(&failure.render(self.color.on(&io::stderr())));
            }
        }
        outcome
    }
}

/// What a person is told beside the findings.
fn summary(report: &Report) {
    gaps(report);
    stderr(&report::summary(report));
}

/// What could not be read.
pub(super) fn gaps(report: &Report) {
    for gap in report.checked.skipped.iter().filter(|skipped| skipped.gap != Gap::Policy) {
        stderr(&format!("not checked: {}: {}", printable(&gap.path), printable(&gap.reason)));
    }
}
