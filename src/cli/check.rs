//! `congruent check`: runs the rules over a working tree.

use std::io;

use clap::ArgAction;

use super::examine::examine;
use super::exit::{Failure, Outcome};
use super::input::Input;
use super::output::{Color, Output, stderr, stdout};
use super::project::Project;
use super::{mend, show};
use crate::model::{Gap, Report, Severity, printable};
use crate::report::{self, Format};
use crate::rule::{self, Rule};
use crate::triage::Enabled;

/// Checks a working tree.
///
/// Exit codes: 0 clean; 1 findings at or above --fail-on; 2 the command line or the configuration is wrong; 3 nothing was
/// checked, or something could not be read; 4 internal error. Where several hold: 4, then 2, 1, 3.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    input: Input,
    /// Run only these rules: ids, in which * stands for any characters.
    #[arg(long, value_name = "RULE,...", value_delimiter = ',')]
    select: Vec<String>,
    /// Don't run these rules.
    #[arg(long, value_name = "RULE,...", value_delimiter = ',')]
    ignore: Vec<String>,
    /// The least severity of a finding that makes the exit code 1.
    #[arg(long, value_name = "SEVERITY", default_value = "error", value_parser = severity)]
    fail_on: Severity,
    #[arg(
        long, visible_alias = "output-format", value_name = "FORMAT[:FILE]", default_value = "full", value_parser = Output::parse,
        action = ArgAction::Append, help = Output::help()
    )]
    format: Vec<Output>,
    /// Apply the safe fixes, and report what is left.
    #[arg(long)]
    fix: bool,
    /// Print what the safe fixes would change, and write nothing.
    #[arg(long, conflicts_with = "fix")]
    diff: bool,
    /// Print nothing but what was found.
    #[arg(long, short)]
    quiet: bool,
    /// When to use colours.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(super) color: Color,
    /// Print which files would be read, and why others would not, and stop.
    #[arg(long)]
    show_files: bool,
    /// Print the configuration that holds, as TOML, and stop.
    #[arg(long, conflicts_with = "show_files")]
    show_config: bool,
}

/// How often files are mended before what is left is reported.
const MOST_FIXES: usize = 4;

fn severity(name: &str) -> Result<Severity, String> {
    let found = [Severity::Error, Severity::Warning, Severity::Note].into_iter().find(|severity| severity.name() == name);
    found.ok_or_else(|| "error, warning or note".to_owned())
}

/// Runs it.
pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    Output::distinct(&arguments.format)?;
    let project = arguments.input.project()?;
    let rules = rule::all().map_err(|error| Failure::Internal(error.to_owned()))?;
    let enabled = enabled(arguments, &project, rules)?;
    if arguments.show_config {
        stdout(show::config(&project, rules, &enabled).as_bytes())?;
        return Ok(Outcome::Clean);
    }
    let threads = arguments.input.threads()?;
    if arguments.show_files {
        return show::files(&arguments.input.source(&project), &threads);
    }
    let mut examined = examine(&arguments.input, project, enabled, &threads)?;
    if arguments.diff {
        mend::diff(&examined.source, &examined.report, &examined.masker)?;
        return Ok(Outcome::of(&examined.report, arguments.fail_on));
    }
    // A mend may show what it hid, and it may be of the configuration itself.
    for _ in 0..if arguments.fix { MOST_FIXES } else { 0 } {
        if mend::fix(&examined.source, &examined.report)? == 0 {
            break;
        }
        let project = arguments.input.project()?;
        let enabled = self::enabled(arguments, &project, rules)?;
        examined = examine(&arguments.input, project, enabled, &threads)?;
    }
    let report = examined.report;

    let rules: Vec<_> = rules.iter().map(Rule::description).collect();
    let mut outcome = Outcome::of(&report, arguments.fail_on);
    for output in &arguments.format {
        let color = output.file.is_none() && arguments.color.on(&io::stdout());
        let options = report::Options { color, quiet: arguments.quiet, rules: &rules };
        if let Err(failure) = output.write(&report::emit(output.format, &report, options)) {
            outcome = outcome.min(failure.outcome());
            stderr(&failure.render(arguments.color.on(&io::stderr())));
        }
    }
    // What tells it on standard output need not be told again.
    let told = report.checked.files > 0
        && arguments.format.iter().any(|output| output.file.is_none() && matches!(output.format, Format::Full | Format::Github));
    if !(arguments.quiet || told) {
        summary(&report);
    }
    Ok(outcome)
}

/// The rules that run. What the command line selects runs even if the configuration turns it off.
fn enabled(arguments: &Arguments, project: &Project, rules: &'static [Rule]) -> Result<Vec<Enabled>, Failure> {
    let named = |patterns: &[String]| -> Result<Vec<&str>, Failure> {
        let lists = patterns.iter().map(|pattern| rule::matching(rules, pattern.trim()).map_err(Failure::Usage));
        Ok(lists.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().map(|rule| rule.id.as_str()).collect())
    };
    let (selected, ignored) = (named(&arguments.select)?, named(&arguments.ignore)?);
    let level = |rule: &Rule| match project.config.levels.of(rule) {
        None if selected.contains(&rule.id.as_str()) => Some(rule.severity),
        level => level.filter(|_| selected.is_empty() || selected.contains(&rule.id.as_str())),
    };
    let rest = rules.iter().filter(|rule| !ignored.contains(&rule.id.as_str()));
    let enabled: Vec<_> = rest.filter_map(|rule| Some(Enabled { rule, severity: level(rule)? })).collect();
    if enabled.is_empty() {
        return Err(Failure::usage("no rule is left to run: all are turned off"));
    }
    Ok(enabled)
}

/// What a person is told beside the findings.
fn summary(report: &Report) {
    for gap in report.checked.skipped.iter().filter(|skipped| skipped.gap != Gap::Policy) {
        stderr(&format!("not checked: {}: {}", printable(&gap.path), printable(&gap.reason)));
    }
    stderr(&report::summary(report));
}
