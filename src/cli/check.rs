//! `congruent check`: runs the rules over a working tree.

use std::io;
use std::path::PathBuf;
use std::time::SystemTime;

use clap::ArgAction;

use super::exit::{Failure, Outcome};
use super::input::{Input, vocabulary};
use super::output::{Color, Output, stderr, stdout};
use super::project::{Project, slashed};
use super::show;
use crate::config::{Invalid, Problem};
use crate::model::{Document, Encoding, Gap, Report, Severity, printable};
use crate::report::{self, Format};
use crate::rule::{self, Rule};
use crate::run::{Files, Job, Whole, agreement, contracts, whole};
use crate::source::Source as _;
use crate::triage::{Date, Enabled, Policy};

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
    let source = arguments.input.source(&project);
    let tree = arguments.input.whole(&project);
    let threads = arguments.input.threads()?;
    if arguments.show_files {
        return show::files(&source, &threads);
    }
    let is_whole = project.is_whole();
    let (listing, vocabulary) = threads.install(|| rayon::join(|| source.list(), || vocabulary(&project)));
    let vocabulary = vocabulary?;
    let mut policy = Policy::new(enabled, rules, &vocabulary, Date::utc(SystemTime::now()));
    policy.ignores = project.config.ignores;
    let mut settings = project.config.settings;
    let runs = |rule: &&Rule| policy.enabled.iter().any(|enabled| enabled.rule.id == rule.id);
    settings.off = rules.iter().filter(|rule| !runs(rule)).map(|rule| rule.id.as_str()).collect();
    let mut said = Whole::default();
    let (declared, agreed) = (project.config.contracts, project.config.agreement);
    let config = project.config_file.as_ref().map(document);
    if !(declared.is_empty() && agreed.is_empty()) || policy.enabled.iter().any(|enabled| enabled.rule.check.needs_contracts()) {
        // A path narrows what is reported, not what the contract is.
        let all = (!is_whole).then(|| threads.install(|| tree.list()));
        let all = all.as_ref().unwrap_or(&listing);
        let files = Files::new(&tree, all, config.as_ref());
        let wrong = |problems| invalid(project.config_file.as_ref(), problems);
        settings.contracts = threads.install(|| contracts(&tree, all, &vocabulary, &declared)).map_err(wrong)?;
        settings.agreement =
            agreement(&files, agreed, &vocabulary).map_err(|faults| wrong(faults.into_iter().map(Problem::from).collect()))?;
        said = threads.install(|| whole(&files, &settings, &policy, &vocabulary));
    }
    let job = Job { settings, vocabulary, policy, whole: said, config, is_whole };
    let mut report = threads.install(|| job.run(&source, listing));
    report.root = project.shown_root;

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

/// What the tree shows to be wrong with the configuration.
fn invalid(file: Option<&(PathBuf, String)>, mut problems: Vec<Problem>) -> Failure {
    let document = file.map_or_else(|| Document::new("", "", Encoding::Utf8 { bom: false }), document);
    problems.sort_by_key(|problem| problem.span);
    Failure::Config(Box::new(Invalid { document, problems }))
}

/// A configuration as it was parsed.
fn document((path, text): &(PathBuf, String)) -> Document {
    Document::new(slashed(path), text.trim_start_matches('\u{feff}'), Encoding::Utf8 { bom: false })
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
