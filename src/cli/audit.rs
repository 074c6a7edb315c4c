//! `congruent audit`: runs the rules over release artefacts.

mod against;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::baseline::load;
use super::examine::{document, invalid};
use super::exit::{Failure, Outcome};
use super::input::{Input, vocabulary};
use super::project::{Project, canonical, slashed};
use super::selection::Selection;
use super::told::Telling;
use crate::check::audit::{self, Against, Expected, Unit};
use crate::config::Problem;
use crate::model::{Report, Vocabulary};
use crate::report;
use crate::rule::{self, Rule};
use crate::run::{Files, Job, Whole, agreement, contracts, twins, whole};
use crate::source::{Artifact, Artifacts, Bounds, Joined, Search, Source};
use crate::triage::{Date, Enabled, Policy};
use against::Commit;

/// Checks release artefacts.
///
/// Reads wheels, source distributions, npm packages, crates, zip and tar archives, Debian and RPM packages, images of containers, executables, and
/// folders, with all archives in them, and unpacks nothing to disk. The configuration is that of the project around the working directory.
///
/// Exit codes are those of `check`; what could not be read makes it 3.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// What is to be published: files and folders.
    #[arg(value_name = "ARTIFACT", required = true)]
    artifacts: Vec<PathBuf>,
    /// Compare with a commit or a tag: files that are not in it, contents and versions that differ, as far as `[[artifact]]` says that they
    /// should be the same.
    #[arg(long, value_name = "REV")]
    against: Option<String>,
    /// The configuration, instead of the closest congruent.toml.
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    config: Option<PathBuf>,
    /// Use no configuration.
    #[arg(long)]
    isolated: bool,
    /// Write what was read to this file, as JSON: each file with its kind, size and SHA-256.
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// Leave out what a comment or the configuration suppresses and the baseline accepts. An audit shows it otherwise, and says what does so.
    #[arg(long)]
    apply_suppressions: bool,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    pub(super) telling: Telling,
    /// How many artefacts to read at a time; as many as there are processors unless given.
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
}

/// Runs it.
pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    arguments.telling.validate()?;
    let artifacts = artifacts(&arguments.artifacts)?;
    let input = Input::around(arguments.config.clone(), arguments.isolated, arguments.jobs);
    let project = input.project()?;
    let commit = arguments.against.as_deref().map(|revision| Commit::find(&input, revision)).transpose()?;
    let rules = rule::all().map_err(|error| Failure::Internal(error.to_owned()))?;
    let vocabulary = vocabulary(&project)?;
    let enabled = arguments.selection.enabled_for_releases(&project.config, rules)?;
    let threads = input.threads()?;
    let audit = Audit { input: &input, artifacts: &artifacts, commit: commit.as_ref(), manifest: arguments.manifest.as_deref() };
    let report = threads.install(|| audit.run(project, vocabulary, enabled, rules, arguments.apply_suppressions))?;
    Ok(arguments.telling.tell(&report, rules))
}

/// What is audited, and how.
struct Audit<'a> {
    input: &'a Input,
    artifacts: &'a [Artifact],
    commit: Option<&'a Commit>,
    manifest: Option<&'a Path>,
}

impl Audit<'_> {
    /// Reads the artefacts and runs the rules.
    fn run(
        &self,
        mut project: Project,
        vocabulary: Vocabulary,
        enabled: Vec<Enabled>,
        rules: &'static [Rule],
        is_suppressing: bool,
    ) -> Result<Report, Failure> {
        let tag = self.commit.and_then(Commit::version);
        let versions = self.versions(&mut project, &vocabulary)?;
        let mut policy = Policy::new(enabled, rules, &vocabulary, Date::utc(SystemTime::now()));
        policy.is_suppressing = is_suppressing;
        let expected = &project.config.artifacts;
        let wanted = versions.iter().flatten().chain(&tag).cloned().collect();
        let read = Artifacts::read(self.artifacts, Bounds::default(), &Search { vocabulary: &vocabulary, versions: wanted });
        if let Some(file) = self.manifest {
            let bytes = report::manifest(&read.members, |path| read.shown(path));
            std::fs::write(file, bytes).map_err(|error| Failure::usage(format!("{}: {error}", file.display())))?;
        }
        let unit = |(index, inner): (usize, String)| {
            let artifact = self.artifacts.get(index)?;
            let below = |base: &str| if inner.is_empty() { base.to_owned() } else { format!("{base}/{inner}") };
            let in_project = canonical(&artifact.path).ok().and_then(|path| path.strip_prefix(&project.root).ok().map(slashed));
            let in_project = in_project.map(|base| below(&base));
            let path = below(&artifact.name);
            let name = path.rsplit('/').next().unwrap_or_default().to_owned();
            let about = expected.iter().zip(&versions).find(|(expected, _)| expected.is_about(in_project.as_deref(), &name));
            let version = about.and_then(|(_, version)| version.clone()).or_else(|| tag.clone());
            Some(Unit { path, expected: about.map(|(expected, _)| expected), version })
        };
        let units: Vec<_> = read.units(self.artifacts).into_iter().filter_map(unit).collect();
        let twin = |path: &str| self.commit.map_or(audit::Twin::Missing, |commit| commit.twin(path));
        let against = self.commit.map(|commit| Against { name: &commit.name, twin: &twin });

        let tree = self.tree(&project);
        let baseline = if self.input.is_isolated() { None } else { load(&*tree)? };
        let mut declared = self.commit.map_or(&project, |commit| &commit.project).config.contracts.clone();
        let twins = Arc::new(twins(&read, &units));
        declared.iter_mut().for_each(|declared| declared.twins = Arc::clone(&twins));
        let mut settings = project.config.settings;
        policy.ignores = project.config.ignores;
        let runs = |rule: &&Rule| policy.enabled.iter().any(|enabled| enabled.rule.id == rule.id);
        settings.off = rules.iter().filter(|rule| !runs(rule)).map(|rule| rule.id.as_str()).collect();
        let mut said = Whole::default();
        if policy.enabled.iter().any(|enabled| enabled.rule.check.needs_contracts()) {
            // Where the project declares none, what the artefacts hold themselves is their contract.
            let joined = Joined::new(&read, &*tree);
            let files: &dyn Source = if declared.is_empty() { &read } else { &joined };
            let listing = files.list();
            let wrong = |problems| invalid(project.config_file.as_ref(), problems);
            settings.contracts = contracts(files, &listing, &vocabulary, &declared).map_err(wrong)?;
            said = whole(&Files::new(files, &listing, None), &settings, &policy.enabled, &vocabulary, None);
        }
        let job = Job { settings, vocabulary, policy, whole: said, config: None, is_whole: false };
        let mut report = job.audit(&read, &units, against);
        if let Some(baseline) = baseline {
            let audited = baseline.audited(std::mem::take(&mut report.findings), is_suppressing);
            report.findings = audited.findings;
            report.baselined = audited.accepted;
        }
        report.root = ".".to_owned();
        report.commit = self.commit.and_then(Commit::id);
        Ok(report)
    }

    /// What the artefacts are made from: the commit, or else the working tree.
    fn tree(&self, project: &Project) -> Box<dyn Source> {
        self.input.whole(self.commit.map_or(project, |commit| &commit.project))
    }

    /// The version that each entry of the configuration declares, as the commit says it, or else the working tree.
    fn versions(&self, project: &mut Project, vocabulary: &Vocabulary) -> Result<Vec<Option<String>>, Failure> {
        if project.config.artifacts.iter().all(|expected| expected.version.is_none()) {
            return Ok(vec![None; project.config.artifacts.len()]);
        }
        let source = self.tree(project);
        let listing = source.list();
        let config = project.config_file.as_ref().map(document);
        let agreed = agreement(&Files::new(&*source, &listing, config.as_ref()), std::mem::take(&mut project.config.agreement), vocabulary);
        let agreed = agreed.map_err(|faults| invalid(project.config_file.as_ref(), faults.into_iter().map(Problem::from).collect()))?;
        Ok(project.config.artifacts.iter().map(|expected: &Expected| agreed.text(expected.version.as_ref()?)).collect())
    }
}

/// The artefacts as they were named.
fn artifacts(paths: &[PathBuf]) -> Result<Vec<Artifact>, Failure> {
    let mut artifacts = Vec::new();
    for path in paths {
        if !path.exists() {
            return Err(Failure::usage(format!("{}: no such file or folder", path.display())));
        }
        let name = slashed(path);
        let name = name.strip_prefix("./").unwrap_or(&name).trim_end_matches('/').to_owned();
        artifacts.push(Artifact { name, path: path.clone() });
    }
    artifacts.sort_by(|one, two| one.name.cmp(&two.name));
    artifacts.dedup_by(|one, other| one.name == other.name);
    // What a folder holds that is named, too, is read with it.
    let places: Vec<_> = artifacts.iter().map(|artifact| canonical(&artifact.path).ok()).collect();
    let is_within = |index: usize| {
        let Some(place) = places.get(index).and_then(Option::as_ref) else { return false };
        let is_around =
            |(other, around): (usize, &PathBuf)| (around == place && other < index) || (around != place && place.starts_with(around));
        places.iter().enumerate().filter_map(|(other, around)| Some((other, around.as_ref()?))).any(is_around)
    };
    let mut index = 0..;
    artifacts.retain(|_| index.next().is_some_and(|index| !is_within(index)));
    Ok(artifacts)
}
