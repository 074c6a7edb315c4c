//! `congruent check`: runs the rules over a working tree, a commit or the index.

use super::baseline::examine;
use super::examine::suppose;
use super::exit::{Failure, Outcome};
use super::input::{Input, vocabulary};
use super::origin::Origin;
use super::output::stdout;
use super::project::Project;
use super::selection::Selection;
use super::since::{Since, Terms};
use super::told::Telling;
use super::trust::trust;
use super::{mend, show};
use crate::rule;
use crate::run::{Parsed, Patch};
use crate::triage::Masker;

/// Checks a working tree, a commit or the index.
///
/// Exit codes: 0 clean; 1 findings at or above --fail-on; 2 the command line or the configuration is wrong; 3 nothing was
/// checked, or something could not be read; 4 internal error. Where several hold: 4, then 2, 1, 3.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    origin: Origin,
    /// Show only what is new since the merge base with REV.
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    pub(super) telling: Telling,
    /// Let a commit that is trusted decide what is accepted: exclusions, allowed and ignored findings, levels, suppressions, baseline.
    #[arg(long, value_name = "REV", conflicts_with_all = ["config", "isolated", "fix", "show_config"])]
    policy_from: Option<String>,
    /// Apply the safe fixes, and report what is left.
    #[arg(long)]
    fix: bool,
    /// Print what the safe fixes would change, and write nothing.
    #[arg(long, conflicts_with = "fix")]
    diff: bool,
    /// Say what a definition of the configuration has to be, whatever stands in its place: a place that says something else is a finding, and
    /// --fix writes all of them. Can be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = assertion)]
    set: Vec<(String, String)>,
    /// Print which files would be read, and why others would not, and stop.
    #[arg(long)]
    show_files: bool,
    /// Print the configuration that holds, as TOML, and stop.
    #[arg(long, conflicts_with = "show_files")]
    show_config: bool,
}

/// How often files are mended before what is left is reported.
const MOST_FIXES: usize = 4;

fn assertion(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').filter(|(name, value)| !name.is_empty() && !value.is_empty()).ok_or("NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// The project, with what was said of its definitions, and with the policy that is trusted.
fn project_of(arguments: &Arguments) -> Result<Project, Failure> {
    let mut project = arguments.input.project_of(&arguments.origin)?;
    for (name, value) in &arguments.set {
        project.config.agreement.assert(name, value).map_err(|reason| Failure::usage(format!("--set {name}={value}: {reason}")))?;
    }
    if let Some(revision) = &arguments.policy_from {
        trust(revision, &arguments.input, &mut project)?;
    }
    Ok(project)
}

/// Runs it.
pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    arguments.telling.validate()?;
    if arguments.fix && arguments.since.is_some() {
        return Err(Failure::usage("--fix mends all that is found, and --since shows only what is new; use one of them"));
    }
    if arguments.fix && (arguments.origin.rev.is_some() || arguments.origin.staged) {
        return Err(Failure::usage("--fix writes files, and --rev and --staged read none; --diff shows what it would change"));
    }
    let project = project_of(arguments)?;
    let rules = rule::all().map_err(|error| Failure::Internal(error.to_owned()))?;
    let enabled = arguments.selection.enabled(&project.config, rules)?;
    if arguments.show_config {
        stdout(show::config(&project, rules, &enabled, &Masker::new(&vocabulary(&project)?)).as_bytes())?;
        return Ok(Outcome::Clean);
    }
    let threads = arguments.input.threads()?;
    if arguments.show_files {
        return show::files(&*arguments.input.source(&project), &threads);
    }
    let since = arguments.since.as_ref().map(|revision| Since::find(revision, &project)).transpose()?;
    let parsed = Parsed::default();
    let mut examined = examine(&arguments.input, project, enabled, &threads, since.is_some().then_some(&parsed))?;
    if let Some(since) = since {
        let terms = Terms { input: &arguments.input, selection: &arguments.selection, threads: &threads };
        since.subtract(terms, &examined.plan, &parsed, &mut examined.report)?;
    }
    // The process ends soon, and the system takes its memory back at once.
    std::mem::forget(parsed);
    let mut suppose = |patch: &Patch| {
        let project = project_of(arguments).ok()?;
        let enabled = arguments.selection.enabled(&project.config, rules).ok()?;
        suppose(&arguments.input, project, enabled, &threads, patch).ok()
    };
    if arguments.diff {
        mend::diff(&mend::files(&examined, &mut suppose), &examined.plan.job.policy.masker)?;
        return Ok(Outcome::of(&examined.report, arguments.telling.fail_on));
    }
    // A mend may show what it hid, and it may be of the configuration itself.
    for _ in 0..if arguments.fix { MOST_FIXES } else { 0 } {
        let files = mend::files(&examined, &mut suppose);
        let project = project_of(arguments)?;
        if mend::write(&arguments.input.worktree(&project), &files) == 0 {
            break;
        }
        let project = project_of(arguments)?;
        let enabled = arguments.selection.enabled(&project.config, rules)?;
        examined = examine(&arguments.input, project, enabled, &threads, None)?;
    }
    std::mem::forget(examined.plan.job.vocabulary);
    Ok(arguments.telling.tell(&examined.report, rules))
}
