//! A tree in a temporary folder, checked by all rules without the command line.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use congruent::check::contract::{Lessons, learned, settle};
use congruent::check::{File, Settings};
use congruent::config::{Config, FILE_NAME, loosened};
use congruent::model::{Document, Encoding, Finding, Report, Vocabulary, Wanted};
use congruent::parse;
use congruent::rule::{self, Rule};
use congruent::run::{Files, Job, agreement, contracts, whole};
use congruent::source::{Entry, Source as _, Worktree, decode};
use congruent::triage::{self, BASELINE, Baseline, Date, Enabled, Policy, Seen, Stood, Trust};
use tempfile::TempDir;

pub fn rules() -> &'static [Rule] {
    rule::all().expect("every rule file parses")
}

/// A tree.
pub struct Tree {
    _folder: TempDir,
    root: PathBuf,
    /// The files of the commit that is trusted, if one is.
    trusted: BTreeMap<String, String>,
}

impl Tree {
    pub fn of(files: &BTreeMap<String, String>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("created");
            fs::write(path, text).expect("written");
        }
        let root = fs::canonicalize(folder.path()).expect("there");
        Self { _folder: folder, root, trusted: BTreeMap::new() }
    }

    /// The same where a commit with these files is trusted.
    pub fn trusting(self, trusted: &BTreeMap<String, String>) -> Self {
        Self { trusted: trusted.clone(), ..self }
    }

    fn source(&self) -> Worktree {
        Worktree::new(self.root.clone()).no_ignore()
    }

    pub fn config(&self) -> Config {
        let text = fs::read_to_string(self.root.join(FILE_NAME)).unwrap_or_default();
        Config::parse(FILE_NAME, &text, rules()).expect("a valid configuration")
    }

    pub fn settings(&self, vocabulary: &Vocabulary) -> Settings {
        let config = self.config();
        let contracts = contracts(&self.source(), &self.source().list(), vocabulary, &config.contracts);
        let contracts = contracts.expect("what the configuration names is there");
        let agreement = agreement(&Files::new(&self.source(), &self.source().list(), None), config.agreement, vocabulary);
        Settings { contracts, agreement: agreement.expect("what the configuration names is there"), ..config.settings }
    }

    /// What `check` says.
    pub fn check(&self) -> Report {
        let vocabulary = vocabulary();
        let mut policy = policy(&vocabulary, &self.config());
        policy.trust = (!self.trusted.is_empty()).then(|| Trust::new(suppressions(self.trusted.clone())));
        let settings = self.settings(&vocabulary);
        let whole = whole(&Files::new(&self.source(), &self.source().list(), None), &settings, &policy.enabled, &vocabulary, None);
        let job = Job { settings, vocabulary, policy, whole, config: None, is_whole: true };
        let mut report = job.run(&self.source(), &self.source().list());
        report.findings = self.without_accepted(report.findings, &job.policy);
        if !self.trusted.is_empty() {
            let text = fs::read_to_string(self.root.join(FILE_NAME)).unwrap_or_default();
            let before = self.trusted.get(FILE_NAME).map_or("", String::as_str);
            let said = loosened(before, &text, &job.vocabulary.credentials, rules());
            let document = Document::new(FILE_NAME, text, Encoding::Utf8 { bom: false });
            report.findings.extend(triage::loosened(&document, &said, &job.policy, &job.vocabulary));
        }
        report
    }

    /// What the tree's baseline leaves.
    fn without_accepted(&self, findings: Vec<Finding>, policy: &Policy) -> Vec<Finding> {
        let Ok(text) = fs::read_to_string(self.root.join(BASELINE)) else { return findings };
        let baseline = Baseline::parse(Document::new(BASELINE, text, Encoding::Utf8 { bom: false })).expect("a valid baseline");
        let is_there = |path: &str| self.root.join(path).exists();
        let seen = Seen { is_there: &is_there, was_read: &|_| true, enabled: &policy.enabled, rules: rules() };
        baseline.apply(findings, &seen, &policy.masker).findings
    }

    /// What the same checks say of everything that can be extracted, without any gate.
    pub fn check_all_facts(&self) -> Vec<Finding> {
        let vocabulary = vocabulary();
        let policy = policy(&vocabulary, &self.config());
        let (source, settings) = (self.source(), self.settings(&vocabulary));
        let whole = whole(&Files::new(&source, &source.list(), None), &settings, &policy.enabled, &vocabulary, None);
        let read = |entry: Entry| {
            let (text, encoding) = decode(&source.read(&entry).expect("readable")).ok()?;
            let document = Document::new(entry.path, text, encoding);
            let facts = parse::parse(&document, &vocabulary, Wanted::all());
            Some((document, facts))
        };
        let files: Vec<_> = source.list().entries.into_iter().filter_map(read).collect();
        let files: Vec<_> = files.iter().map(|(document, facts)| File { document, facts, vocabulary: &vocabulary }).collect();
        let mut lessons = Lessons::default();
        files.iter().for_each(|file| lessons.add(file.document.path(), learned(*file, &settings.contracts).0));
        settings.contracts.learn(lessons);
        let mut findings = Vec::new();
        for file in files {
            let own = policy.enabled.iter().map(|&enabled| (enabled, enabled.rule.check.run(file, &settings)));
            let mut verdicts: Vec<_> = own.chain(whole.of(file.document.path())).collect();
            settle(file.document, verdicts.iter_mut().map(|(enabled, verdict)| (&enabled.rule.check, verdict)));
            findings.extend(triage::file(file, verdicts, &policy).findings);
        }
        self.without_accepted(findings, &policy)
    }
}

/// The suppressions in files of a commit.
fn suppressions(files: BTreeMap<String, String>) -> impl Fn(&str) -> Vec<Stood> {
    move |path| {
        let document = Document::new(path, files.get(path).cloned().unwrap_or_default(), Encoding::Utf8 { bom: false });
        triage::suppressions(&document, &parse::parse(&document, &vocabulary(), Wanted::all()))
    }
}

pub fn vocabulary() -> Vocabulary {
    rule::vocabulary().expect("every data file parses")
}

pub fn policy(vocabulary: &Vocabulary, config: &Config) -> Policy {
    let enabled = rules().iter().filter_map(|rule| Some(Enabled { rule, severity: config.levels.of(rule)? })).collect();
    let today = Date::utc(SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_000_000));
    Policy::new(enabled, rules(), vocabulary, today)
}
