//! The baseline: findings that a project accepts, so that only others are reported.
//!
//! It is applied to what a run found, after everything else has had its say. An entry that accepts nothing any more is a
//! finding itself, where the run looked at its file and its rule ran.

mod file;
mod update;

use std::collections::{BTreeSet, HashMap};

pub use file::{Baseline, FILE_NAME};
pub use update::{Updated, updated};

use super::excerpt::Excerpts;
use super::known::{Files, Known, Matched, matched};
use super::{Enabled, Masker, fingerprint};
use crate::check::{Check, Idle};
use crate::config::Loosening;
use crate::model::{Edit, Finding, Fix, Related, Span, Vocabulary, printable};
use crate::rule::Rule;
use file::Entry;

/// What a run looked at.
pub struct Seen<'a> {
    /// Whether a file is in the tree.
    pub is_there: &'a dyn Fn(&str) -> bool,
    /// Whether everything was reported that there is to say of a file, or would have been if it were there.
    pub was_read: &'a dyn Fn(&str) -> bool,
    /// The rules that ran.
    pub enabled: &'a [Enabled],
    /// All rules that exist.
    pub rules: &'a [Rule],
}

impl Seen<'_> {
    /// Whether the run could have found what an entry accepts. What no rule is called, no run finds.
    fn judges(&self, entry: &Entry) -> bool {
        let ran = self.enabled.iter().any(|enabled| enabled.rule.id == entry.rule) || self.rules.iter().all(|rule| rule.id != entry.rule);
        ran && (self.was_read)(&entry.path)
    }
}

/// What a baseline leaves of what was found.
#[derive(Debug)]
pub struct Applied {
    /// What it does not accept, and what is to be said of the baseline itself.
    pub findings: Vec<Finding>,
    /// How many findings it accepts.
    pub accepted: usize,
}

/// What a finding is in a baseline: fingerprint and hashed secret. The rule is part of the fingerprint.
type Key = (String, Option<String>);

impl Baseline {
    /// What is left of findings without those that the baseline accepts, and what is to be said of entries that accept nothing.
    pub fn apply(&self, findings: Vec<Finding>, seen: &Seen<'_>, masker: &Masker) -> Applied {
        let matched = self.matched(&findings, seen);
        self.applied(findings, &matched, &matched.left, seen, masker)
    }

    /// The same where a trusted commit's baseline says what is accepted, and this one only what of itself is there no longer.
    pub fn apply_trusted(&self, trusted: &Self, findings: Vec<Finding>, seen: &Seen<'_>, masker: &Masker) -> Applied {
        let (matched, own) = (trusted.matched(&findings, seen), self.matched(&findings, seen));
        self.applied(findings, &matched, &own.left, seen, masker)
    }

    /// Findings in release artefacts, with what the baseline says of them. It accepts nothing there unless it `applies`: then it does in
    /// each artefact, as often as in the tree, wherever the files are.
    pub fn audited(&self, findings: Vec<Finding>, applies: bool) -> Applied {
        let mut entries: HashMap<Key, (&Entry, usize)> = HashMap::new();
        for entry in self.entries() {
            entries.entry(known(entry).key).or_insert((entry, 0)).1 += entry.count;
        }
        let (found, mut accepted) = (findings.len(), HashMap::<_, usize>::new());
        let judge = |mut finding: Finding| {
            let key = self.key(&finding);
            let Some((entry, most)) = entries.get(&key) else { return Some(finding) };
            if applies {
                let artefact = finding.place.path.split_once('!').map(|(artefact, _)| artefact.to_owned());
                let accepted = accepted.entry((artefact, key)).or_default();
                *accepted += 1;
                return (*accepted > *most).then_some(finding);
            }
            let message = format!("this accepts it where baselines count: {}", printable(&entry.reason));
            finding.related.push(Related { place: self.document().place(entry.span), message, excerpt: None });
            Some(finding)
        };
        let findings: Vec<_> = findings.into_iter().filter_map(judge).collect();
        Applied { accepted: found - findings.len(), findings }
    }

    /// What this baseline accepts and a trusted one does not.
    pub fn beyond(&self, trusted: &Self) -> Vec<Loosening> {
        let known: Vec<_> = trusted.entries().iter().map(known).collect();
        // More than are accepted in all are too many, however many.
        let most = known.iter().fold(1, |sum: usize, known| sum.saturating_add(known.count));
        let each = |entry: &Entry| entry.count.min(most);
        let found: Vec<(&str, Key)> = self
            .entries()
            .iter()
            .flat_map(|entry| (0..each(entry)).map(|_| (entry.path.as_str(), (entry.fingerprint.clone(), entry.secret.clone()))))
            .collect();
        let (before, now) = (|path: &str| has(trusted, path), |path: &str| has(self, path));
        let mut rest = matched(&known, &found, &Files { before: &before, now: &now }).of_found.into_iter();
        let mut out = Vec::new();
        for entry in self.entries() {
            let own: Vec<_> = rest.by_ref().take(each(entry)).collect();
            if own.iter().any(Option::is_none) {
                let message = format!("accepts what the trusted baseline does not: {} in {}", entry.rule, entry.path);
                out.push(Loosening { span: entry.span, message });
            }
        }
        out
    }

    /// The entries, each with the path and the rule that it names, of which one of these is said if they accept nothing: the rule that says
    /// so, and the fingerprint.
    pub fn named(&self, stale: &BTreeSet<(&str, String)>) -> Vec<(String, String)> {
        let is_named = |entry: &&Entry| stale.iter().any(|(rule, name)| stale_as(rule, entry) == *name);
        let entries = self.entries().iter().filter(|_| !stale.is_empty()).filter(is_named);
        entries.map(|entry| (entry.path.clone(), entry.rule.clone())).collect()
    }

    fn applied(&self, findings: Vec<Finding>, matched: &Matched, left: &[usize], seen: &Seen<'_>, masker: &Masker) -> Applied {
        let found = findings.len();
        let rest = findings.into_iter().zip(&matched.of_found).filter_map(|(one, known)| known.is_none().then_some(one));
        let mut findings: Vec<_> = rest.collect();
        let accepted = found - findings.len();
        let stale = seen.enabled.iter().find(|enabled| matches!(enabled.rule.check, Check::Suppression(Idle::Stale)));
        if let Some(&enabled) = stale {
            let excerpts = Excerpts::new(self.document(), masker, &[], &Vocabulary::default());
            let entries = self.entries().iter().zip(left).filter(|(entry, left)| **left > 0 && seen.judges(entry));
            findings.extend(entries.map(|(entry, left)| self.stale(enabled, entry, *left, &excerpts)));
            findings.sort_by(|one, two| one.order().cmp(&two.order()));
        }
        Applied { findings, accepted }
    }

    fn matched(&self, findings: &[Finding], seen: &Seen<'_>) -> Matched {
        let known: Vec<_> = self.entries().iter().map(known).collect();
        let found: Vec<_> = findings.iter().map(|finding| (finding.place.path.as_str(), self.key(finding))).collect();
        // Which files were there is not written down: those that had a finding were.
        let mut paths: Vec<_> = known.iter().map(|known| known.path).collect();
        paths.sort_unstable();
        let before = |path: &str| paths.binary_search(&path).is_ok();
        matched(&known, &found, &Files { before: &before, now: seen.is_there })
    }

    fn key(&self, finding: &Finding) -> Key {
        (finding.fingerprint.clone(), finding.secret.as_ref().map(|secret| self.hashed(&finding.fingerprint, secret)))
    }

    /// The finding about an entry of which so many accept nothing.
    fn stale(&self, enabled: Enabled, entry: &Entry, left: usize, excerpts: &Excerpts<'_>) -> Finding {
        let (rule, path) = (&entry.rule, &entry.path);
        let message = match entry.count - left {
            0 => format!("this entry accepts a finding of {rule} in {path} that is no longer there"),
            1 => format!("this entry accepts {} findings of {rule} in {path}, of which 1 is left", entry.count),
            kept => format!("this entry accepts {} findings of {rule} in {path}, of which {kept} are left", entry.count),
        };
        Finding {
            rule: &enabled.rule.id,
            severity: enabled.severity,
            confidence: enabled.rule.confidence,
            place: self.document().place(entry.span),
            message: printable(&message).into_owned(),
            help: enabled.rule.remedy.trim().into(),
            group: Some(rule.clone()),
            fingerprint: stale_as(&enabled.rule.id, entry),
            secret: None,
            related: Vec::new(),
            is_flow: false,
            fix: Some(self.mend(entry, entry.count - left)),
            excerpt: Some(excerpts.excerpt(entry.span)),
        }
    }

    /// Deletes an entry, or the part of its count that accepts nothing.
    fn mend(&self, entry: &Entry, kept: usize) -> Fix {
        let edit = |span: Span, replacement: String| Edit { span, place: Some(self.document().place(span)), replacement };
        let edit = match entry.count_span.filter(|_| kept > 0) {
            Some(span) => edit(span, kept.to_string()),
            None => edit(self.line(entry), String::new()),
        };
        Fix::edits(true, vec![edit])
    }
}

/// The fingerprint of the finding of a rule that an entry accepts nothing.
fn stale_as(rule: &str, entry: &Entry) -> String {
    fingerprint::fingerprint(rule, &format!("{} {}", entry.path, entry.fingerprint), None)
}

fn has(baseline: &Baseline, path: &str) -> bool {
    baseline.entries().iter().any(|entry| entry.path == path)
}

fn known(entry: &Entry) -> Known<'_, Key> {
    Known { path: &entry.path, key: (entry.fingerprint.clone(), entry.secret.clone()), count: entry.count }
}
