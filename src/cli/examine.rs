//! From a project to its report.

use std::path::PathBuf;
use std::time::SystemTime;

use rayon::ThreadPool;

use super::cache::Cache;
use super::exit::Failure;
use super::input::{Input, vocabulary};
use super::project::{Project, slashed};
use super::trust::Trusted;
use crate::config::{Invalid, Loosening, Problem};
use crate::model::{Document, Encoding, Finding, Report, Vocabulary};
use crate::rule::{self, Rule};
use crate::run::{Descriptions, Files, Job, Known, Memory, Patch, Whole, agreement, contracts_with, whole};
use crate::source::{Entry, Listing, Patched, Source};
use crate::triage::{Date, Enabled, Policy, loosened};

/// What was found, and by what.
pub(super) struct Examined {
    pub(super) plan: Plan,
    pub(super) report: Report,
}

/// Runs the rules that are `enabled` over the files of a project.
pub(super) fn examine(input: &Input, project: Project, enabled: Vec<Enabled>, threads: &ThreadPool) -> Result<Examined, Failure> {
    let plan = Plan::new(input, project, enabled, threads)?;
    let report = plan.report(threads);
    Ok(Examined { plan, report })
}

/// What would be found if some files were as they are given.
pub(super) fn suppose(
    input: &Input,
    project: Project,
    enabled: Vec<Enabled>,
    threads: &ThreadPool,
    patch: &Patch,
) -> Result<Vec<Finding>, Failure> {
    let (source, tree) = (input.source(&project), input.whole(&project));
    let (source, tree) = (Patched::new(&*source, patch), Patched::new(&*tree, patch));
    let (listing, job) = prepare(&source, &tree, input.known(&Cache::none()), None, project, enabled, threads)?;
    Ok(threads.install(|| job.run(&source, &listing)).findings)
}

/// What is to be run over which files.
pub(super) struct Plan {
    /// What is reported.
    pub(super) source: Box<dyn Source>,
    pub(super) listing: Listing,
    /// The whole root.
    pub(super) tree: Box<dyn Source>,
    pub(super) job: Job,
    cache: Cache,
    shown_root: String,
    /// Where the root is in its repository.
    pub(super) folder: String,
    commit: Option<String>,
    /// A configuration that is not trusted, and what it asks for less than the one that is.
    loosened: Option<(Document, Vec<Loosening>)>,
}

impl Plan {
    /// What the rules that are `enabled` have to know of a project before they run over its files.
    pub(super) fn new(input: &Input, project: Project, enabled: Vec<Enabled>, threads: &ThreadPool) -> Result<Self, Failure> {
        Self::beside(None, input, project, enabled, threads)
    }

    /// The same for an earlier commit. Where both are alike ([`Job::is_alike`]), what is said because of nothing but the contracts is
    /// left out.
    pub(super) fn earlier(&self, input: &Input, project: Project, enabled: Vec<Enabled>, threads: &ThreadPool) -> Result<Self, Failure> {
        Self::beside(Some(&self.job), input, project, enabled, threads)
    }

    fn beside(
        later: Option<&Job>,
        input: &Input,
        mut project: Project,
        enabled: Vec<Enabled>,
        threads: &ThreadPool,
    ) -> Result<Self, Failure> {
        let (source, tree, shown_root) = (input.source(&project), input.whole(&project), project.shown_root.clone());
        let folder = project.folder();
        let commit = project.snapshot.as_ref().and_then(|(snapshot, _)| snapshot.commit()).map(|commit| commit.to_string());
        // What is remembered of files was decided without a trusted commit.
        let cache = if project.trusted.is_some() { Cache::none() } else { input.cache(&project) };
        let loosened = project.trusted.as_mut().and_then(|trusted| trusted.loosened.take());
        let (listing, job) = prepare(&*source, &*tree, input.known(&cache), later, project, enabled, threads)?;
        Ok(Self { source, listing, tree, job, cache, shown_root, folder, commit, loosened })
    }

    /// Runs it over all files.
    pub(super) fn report(&self, threads: &ThreadPool) -> Report {
        let rules: Vec<_> = self.job.policy.enabled.iter().map(|enabled| (&enabled.rule.id, enabled.severity)).collect();
        let memory = self.cache.open(&[b"files", format!("{rules:?}").as_bytes(), &self.job.settings.contracts.identity().bytes()]);
        let mut report = self.report_with(&self.listing.entries, &memory, threads);
        memory.save();
        // Whatever is reported otherwise: a change can't hide what it loosens.
        let Job { policy, vocabulary, .. } = &self.job;
        if let Some((document, said)) = &self.loosened {
            report.findings.extend(loosened(document, said, policy, vocabulary));
            report.findings.sort_by(|one, two| one.order().cmp(&two.order()));
        }
        report
    }

    /// Runs it over some of the files.
    pub(super) fn report_of(&self, entries: &[Entry], threads: &ThreadPool) -> Report {
        self.report_with(entries, &Memory::none(), threads)
    }

    fn report_with(&self, entries: &[Entry], memory: &Memory, threads: &ThreadPool) -> Report {
        self.placed(threads.install(|| self.job.run_some(&*self.source, &self.listing, entries, memory)))
    }

    /// Runs it over some of the files, where the others need not be looked at.
    pub(super) fn report_of_part(&self, entries: Vec<Entry>, threads: &ThreadPool) -> Report {
        self.placed(threads.install(|| self.job.run_part(&*self.source, &self.listing, entries)))
    }

    /// A report that says what it is about.
    fn placed(&self, mut report: Report) -> Report {
        report.root.clone_from(&self.shown_root);
        report.folder.clone_from(&self.folder);
        report.commit.clone_from(&self.commit);
        report
    }

    /// A file that is checked.
    pub(super) fn entry(&self, path: &str) -> Option<&Entry> {
        self.listing.entry(path)
    }
}

/// The files of `source`, which are some of those of `tree`, and what the rules have to know before they run over them.
fn prepare(
    source: &dyn Source,
    tree: &dyn Source,
    (cache, descriptions): (&Cache, &Descriptions),
    later: Option<&Job>,
    project: Project,
    enabled: Vec<Enabled>,
    threads: &ThreadPool,
) -> Result<(Listing, Job), Failure> {
    let rules = rule::all().map_err(|error| Failure::Internal(error.to_owned()))?;
    let is_whole = project.is_whole();
    // A whole tree has pages that need it.
    let build = |vocabulary: &Vocabulary| {
        if is_whole {
            vocabulary.secrets.prepare()
        }
    };
    let (listing, vocabulary) = threads.install(|| rayon::join(|| source.list(), || vocabulary(&project).inspect(build)));
    let vocabulary = vocabulary?;
    let mut policy = Policy::new(enabled, rules, &vocabulary, Date::utc(SystemTime::now()));
    policy.ignores = project.config.ignores;
    policy.trust = project.trusted.as_ref().map(Trusted::policy).transpose()?;
    let mut settings = project.config.settings;
    let runs = |rule: &&Rule| policy.enabled.iter().any(|enabled| enabled.rule.id == rule.id);
    settings.off = rules.iter().filter(|rule| !runs(rule)).map(|rule| rule.id.as_str()).collect();
    let (declared, agreed) = (project.config.contracts, project.config.agreement);
    let config = project.config_file.as_ref().map(document);
    let holds_contracts = !declared.is_empty() || policy.enabled.iter().any(|enabled| enabled.rule.check.needs_contracts());
    let mut job = Job { settings, vocabulary, policy, whole: Whole::default(), config, is_whole };
    if holds_contracts || !agreed.is_empty() {
        // A path narrows what is reported, not what the contract is.
        let all = (!is_whole).then(|| threads.install(|| tree.list()));
        let all = all.as_ref().unwrap_or(&listing);
        let files = Files::new(tree, all, job.config.as_ref());
        let wrong = |problems| invalid(project.config_file.as_ref(), problems);
        if holds_contracts {
            let memory = cache.open(&[b"descriptions"]);
            let kept = cache.descriptions();
            let known = Known { memory: &memory, kept: &kept, descriptions };
            job.settings.contracts = threads.install(|| contracts_with(tree, all, &job.vocabulary, &declared, known)).map_err(wrong)?;
            memory.save();
            kept.close();
        }
        job.settings.agreement =
            agreement(&files, agreed, &job.vocabulary).map_err(|faults| wrong(faults.into_iter().map(Problem::from).collect()))?;
        let is_known = later.is_some_and(|later| job.is_alike(later));
        let enabled = job.policy.enabled.iter().filter(|enabled| !(is_known && enabled.rule.check.is_of_contracts_alone()));
        let enabled: Vec<_> = enabled.copied().collect();
        job.whole = threads.install(|| whole(&files, &job.settings, &enabled, &job.vocabulary));
    }
    Ok((listing, job))
}

/// What the tree shows to be wrong with the configuration.
pub(super) fn invalid(file: Option<&(PathBuf, String)>, mut problems: Vec<Problem>) -> Failure {
    let document = file.map_or_else(|| Document::new("", "", Encoding::Utf8 { bom: false }), document);
    problems.sort_by_key(|problem| problem.span);
    Failure::Config(Box::new(Invalid { document, problems }))
}

/// A configuration as it was parsed.
pub(super) fn document((path, text): &(PathBuf, String)) -> Document {
    Document::new(slashed(path), text.trim_start_matches('\u{feff}'), Encoding::Utf8 { bom: false })
}
