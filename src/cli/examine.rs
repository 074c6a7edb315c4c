//! From a project to its report.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::SystemTime;

use rayon::ThreadPool;

use super::cache::Cache;
use super::exit::Failure;
use super::input::{Input, vocabulary};
use super::project::{Project, slashed};
use super::trust::{Compared, Trusted};
use crate::config::{Invalid, Problem};
use crate::model::{Document, Encoding, Finding, Report, Vocabulary};
use crate::rule::{self, Rule};
use crate::run::{Asks, Descriptions, Files, Job, Known, Memory, Parsed, Part, Patch, Whole, agreement, contracts_with, whole};
use crate::source::{Entry, Listing, Patched, Source};
use crate::triage::{Date, Enabled, Policy};

/// What was found, and by what.
pub(super) struct Examined {
    pub(super) plan: Plan,
    pub(super) report: Report,
}

/// Runs the rules that are `enabled` over the files of a project. What these hold is kept if an earlier commit will be looked at.
pub(super) fn examine(
    input: &Input,
    project: Project,
    enabled: Vec<Enabled>,
    threads: &ThreadPool,
    kept: Option<&Parsed>,
) -> Result<Examined, Failure> {
    let plan = Plan::new(input, project, enabled, threads)?;
    let report = plan.report(threads, kept);
    Ok(Examined { plan, report })
}

/// What was found later, of which an earlier commit is asked whether it has that, too.
#[derive(Clone, Copy)]
pub(super) struct Later<'l> {
    pub(super) job: &'l Job,
    /// The rules that found something, if no others need to run over the tree as a whole.
    pub(super) rules: Option<&'l BTreeSet<&'static str>>,
    /// Whether a rule has to run whatever it found.
    pub(super) again: &'l (dyn Fn(&Rule) -> bool + Sync),
    /// What is asked about files.
    pub(super) asks: &'l Asks<'l>,
}

impl Later<'_> {
    /// Whether a rule has to run over the tree as a whole.
    fn asks(&self, job: &Job, rule: &Rule) -> bool {
        let is_known = || job.is_alike(self.job) && job.has_contracts_of(self.job) && rule.check.is_of_contracts_alone();
        (self.again)(rule) || self.rules.is_none_or(|rules| rules.contains(rule.id.as_str()) && !is_known())
    }
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
    /// What a trusted commit has that this one may have taken away.
    compared: Option<Compared>,
}

impl Plan {
    /// What the rules that are `enabled` have to know of a project before they run over its files.
    pub(super) fn new(input: &Input, project: Project, enabled: Vec<Enabled>, threads: &ThreadPool) -> Result<Self, Failure> {
        Self::beside(None, input, project, enabled, threads)
    }

    /// The same for an earlier commit, as far as it is asked. Where both are alike, what is said because of nothing but the contracts is
    /// left out.
    pub(super) fn earlier(
        later: Later<'_>,
        input: &Input,
        project: Project,
        enabled: Vec<Enabled>,
        threads: &ThreadPool,
    ) -> Result<Self, Failure> {
        Self::beside(Some(later), input, project, enabled, threads)
    }

    fn beside(
        later: Option<Later<'_>>,
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
        let compared = project.trusted.as_mut().and_then(|trusted| trusted.compared.take());
        let (listing, job) = prepare(&*source, &*tree, input.known(&cache), later, project, enabled, threads)?;
        Ok(Self { source, listing, tree, job, cache, shown_root, folder, commit, compared })
    }

    /// Runs it over all files. What they hold is kept if an earlier commit will be looked at.
    pub(super) fn report(&self, threads: &ThreadPool, kept: Option<&Parsed>) -> Report {
        let memory = self.memory(b"files");
        let mut report = self.placed(threads.install(|| self.job.run_whole(&*self.source, &self.listing, &memory, kept)));
        memory.save();
        // Whatever is reported otherwise: a change can't hide what it loosens.
        if let Some(compared) = &self.compared {
            let findings = compared.findings(&self.job, &*self.tree, &report);
            report.findings.extend(findings);
            report.findings.sort_by(|one, two| one.order().cmp(&two.order()));
        }
        report
    }

    /// What is known of files that have nothing to say, by the same rules and contracts.
    fn memory(&self, of: &[u8]) -> Memory {
        let rules: Vec<_> = self.job.policy.enabled.iter().map(|enabled| (&enabled.rule.id, enabled.severity)).collect();
        self.cache.open(&[of, format!("{rules:?}").as_bytes(), &self.job.settings.contracts.identity().bytes()])
    }

    /// Runs it over some of the files.
    pub(super) fn report_of(&self, part: Part<'_>, threads: &ThreadPool) -> Report {
        self.placed(threads.install(|| self.job.run_some(&*self.source, &self.listing, part)))
    }

    /// Runs it over some of the files, where the others need not be looked at. What they hold is kept.
    pub(super) fn report_of_part(&self, entries: Vec<Entry>, threads: &ThreadPool, kept: &Parsed) -> Report {
        let memory = self.memory(b"files");
        let report = self.placed(threads.install(|| self.job.run_part(&*self.source, &self.listing, entries, &memory, kept)));
        memory.save();
        report
    }

    /// Runs it over all files, over each the rules that are asked for. What they hold is kept.
    pub(super) fn report_where(&self, asks: &Asks<'_>, threads: &ThreadPool, kept: &Parsed) -> Report {
        self.placed(threads.install(|| self.job.run_where(&*self.source, &self.listing, asks, kept)))
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
    later: Option<Later<'_>>,
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
        let enabled = job.policy.enabled.iter().filter(|enabled| later.is_none_or(|later| later.asks(&job, enabled.rule)));
        let enabled: Vec<_> = enabled.copied().collect();
        job.whole = threads.install(|| whole(&files, &job.settings, &enabled, &job.vocabulary, later.map(|later| later.asks)));
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
