//! `congruent baseline`, and the baseline that `check` applies.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use rayon::ThreadPool;

use super::examine::{self, Examined, Plan};
use super::exit::{Failure, Outcome};
use super::input::Input;
use super::output::stderr;
use super::project::{Project, slashed};
use super::told;
use crate::model::{Document, Finding, Gap, Report, Severity};
use crate::report;
use crate::rule::{self, Rule};
use crate::run::{Job, Parsed};
use crate::source::{Source, decode};
use crate::triage::{BASELINE, Baseline, Enabled, Seen, loosened, updated};

/// Accepts the findings of today, so that `check` reports only others.
///
/// Writes congruent-baseline.toml at the project's root: one line a finding, sorted. What is accepted already stays, with the
/// reason that was given for it; what is gone is taken out.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    input: Input,
    /// Only take out what is gone, and accept nothing.
    #[arg(long)]
    prune: bool,
    /// Why those are accepted that are new.
    #[arg(long, value_name = "TEXT", default_value = "accepted when congruent was adopted", conflicts_with = "prune")]
    reason: String,
}

/// Runs it.
pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    if arguments.input.is_isolated() {
        return Err(Failure::usage("a baseline belongs to the project, which --isolated leaves out"));
    }
    if !arguments.reason.contains(char::is_alphanumeric) {
        return Err(Failure::usage("the reason is missing"));
    }
    let project = arguments.input.project()?;
    let rules = rule::all().map_err(|error| Failure::Internal(error.to_owned()))?;
    let enabled = rules.iter().filter_map(|rule| Some(Enabled { rule, severity: project.config.levels.of(rule)? }));
    let enabled: Vec<_> = enabled.collect();
    let (scope, file) = (Scope::of(&project, rules), project.root.join(BASELINE));
    let old = load(&*arguments.input.whole(&project))?.unwrap_or_default();
    let Examined { plan, report: found } = examine::examine(&arguments.input, project, enabled, &arguments.input.threads()?, None)?;
    if found.checked.files == 0 {
        stderr(&report::summary(&found));
        return Ok(Outcome::Incomplete);
    }

    let (reason, salt) = ((!arguments.prune).then_some(arguments.reason.as_str()), salt()?);
    let new = scope.seen(&plan, &found, |seen| updated(&old, &found.findings, seen, reason, &salt));
    if new.text != old.text() && (new.accepted > 0 || !old.text().is_empty()) {
        write(&file, &new.text).map_err(|error| Failure::usage(format!("{}: {error}", file.display())))?;
    }
    told::gaps(&found);
    let s = if new.accepted == 1 { "" } else { "s" };
    stderr(&format!("{BASELINE}: {} finding{s} accepted, {} of them new; {} taken out", new.accepted, new.new, new.gone));
    // What was found is accepted: what is left to say is whether all was read.
    Ok(Outcome::of(&Report { findings: Vec::new(), ..found }, Severity::Error))
}

/// Runs the rules that are `enabled` over the files of a project, and leaves out what its baseline accepts.
pub(super) fn examine(
    input: &Input,
    project: Project,
    enabled: Vec<Enabled>,
    threads: &ThreadPool,
    kept: Option<&Parsed>,
) -> Result<Examined, Failure> {
    let accepted = Accepted::of(input, &project)?;
    let mut examined = examine::examine(input, project, enabled, threads, kept)?;
    accepted.apply(&examined.plan, &mut examined.report);
    Ok(examined)
}

/// What a project accepts.
pub(super) struct Accepted {
    baseline: Option<Baseline>,
    /// That of the commit that is trusted, if one is: it decides.
    trusted: Option<Baseline>,
    scope: Scope,
}

impl Accepted {
    /// What the baseline of a project says, if it has one.
    pub(super) fn of(input: &Input, project: &Project) -> Result<Self, Failure> {
        let rules = rule::all().map_err(|error| Failure::Internal(error.to_owned()))?;
        let baseline = if input.is_isolated() { None } else { load(&*input.whole(project))? };
        let Some(commit) = &project.trusted else { return Ok(Self { baseline, trusted: None, scope: Scope::of(project, rules) }) };
        let trusted = load(&commit.tree)?.unwrap_or_default();
        Ok(Self { baseline: Some(baseline.unwrap_or_default()), trusted: Some(trusted), scope: Scope::of(project, rules) })
    }

    /// Leaves out of a report what is accepted, and says what of the baseline is there no longer.
    pub(super) fn apply(&self, plan: &Plan, report: &mut Report) {
        if let Some(baseline) = &self.baseline {
            let findings = std::mem::take(&mut report.findings);
            let Job { policy, vocabulary, .. } = &plan.job;
            let applied = self.scope.seen(plan, report, |seen| match &self.trusted {
                None => baseline.apply(findings, seen, &policy.masker),
                Some(trusted) => baseline.apply_trusted(trusted, findings, seen, &policy.masker),
            });
            report.findings = applied.findings;
            report.baselined = applied.accepted;
            if let Some(trusted) = &self.trusted {
                report.findings.extend(loosened(baseline.document(), &baseline.beyond(trusted), policy, vocabulary));
                report.findings.sort_by(|one, two| one.order().cmp(&two.order()));
            }
        }
    }

    /// What the entries are about of which one of these is said if they accept nothing ([`Baseline::named`]).
    pub(super) fn named(&self, stale: &BTreeSet<(&str, String)>) -> Vec<(String, String)> {
        self.baseline.as_ref().map(|baseline| baseline.named(stale)).unwrap_or_default()
    }

    /// The findings that are not accepted, of some that were found in a part of the files or in others.
    pub(super) fn others(&self, plan: &Plan, findings: Vec<Finding>) -> Vec<Finding> {
        let mut report = Report { findings, ..Report::default() };
        self.apply(plan, &mut report);
        report.findings.retain(|finding| finding.place.path != BASELINE);
        report.findings
    }
}

/// The baseline of a project, if it has one.
pub(super) fn load(source: &dyn Source) -> Result<Option<Baseline>, Failure> {
    let Some(entry) = source.find(BASELINE) else { return Ok(None) };
    let wrong = |reason: String| Failure::usage(format!("{BASELINE}: {reason}"));
    let bytes = source.read(&entry).map_err(|skipped| wrong(skipped.reason))?;
    let (text, encoding) = decode(&bytes).map_err(|reason| wrong(reason.to_owned()))?;
    Baseline::parse(Document::new(BASELINE, text, encoding)).map(Some).map_err(Failure::Config)
}

/// What a run is asked to look at.
#[derive(Debug)]
struct Scope {
    is_whole: bool,
    starts: Vec<String>,
    config: Option<String>,
    rules: &'static [Rule],
}

impl Scope {
    /// All that belongs to a project.
    fn of(project: &Project, rules: &'static [Rule]) -> Self {
        let config = project.config_file.as_ref().map(|(path, _)| slashed(path));
        Self { is_whole: project.is_whole(), starts: project.starts.iter().map(|start| slashed(start)).collect(), config, rules }
    }

    /// What was looked at.
    fn seen<T>(&self, plan: &Plan, report: &Report, then: impl FnOnce(&Seen<'_>) -> T) -> T {
        let skipped = report.checked.skipped.iter();
        let skipped: HashMap<_, _> = skipped.map(|skipped| (skipped.path.trim_end_matches('/'), skipped.gap)).collect();
        let gap = |path: &str| with_folders(path).filter_map(|path| skipped.get(path).copied()).max();
        let was_read = |path: &str| match gap(path) {
            Some(Gap::Unread | Gap::Crash) => false,
            // Of the whole tree also what is left out may be spoken of: where the project names it.
            _ if self.is_whole => true,
            Some(Gap::Policy) => false,
            None => self.config.as_deref() != Some(path) && with_folders(path).any(|path| self.starts.iter().any(|start| start == path)),
        };
        let is_there = |path: &str| plan.tree.find(path).is_some();
        then(&Seen { is_there: &is_there, was_read: &was_read, enabled: &plan.job.policy.enabled, rules: self.rules })
    }
}

/// A path and the folders around it.
fn with_folders(path: &str) -> impl Iterator<Item = &str> {
    std::iter::once(path).chain(path.rmatch_indices('/').filter_map(|(at, _)| path.get(..at)))
}

/// Writes the file in one step, and not by way of a link.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let permissions = match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() => Some(metadata.permissions()),
        Ok(_) => return Err(io::Error::other("this is no regular file")),
        Err(_) => None,
    };
    let Some(permissions) = permissions else {
        return fs::OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes());
    };
    let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(permissions)?;
    file.persist(path)?;
    Ok(())
}

/// 32 hexadecimal digits that nobody can guess.
fn salt() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| Failure::Internal(format!("no random numbers: {error}")))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
