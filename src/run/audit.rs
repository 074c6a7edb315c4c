//! Runs the rules over release artefacts.

use std::collections::{BTreeMap, HashSet};

use super::Job;
use super::contracts::document;
use crate::check::audit::{self, Against, Release, Said, Unit};
use crate::check::{Check, File, Verdict};
use crate::model::{Document, Encoding, Facts, Finding, Member, Report};
use crate::source::{Artifacts, Source as _};
use crate::triage::{self, Enabled};

impl Job {
    /// Runs every rule over every file of release artefacts, and over how they are made. `units` are the artefacts with what has to be true of
    /// them, `against` is the tree from which they are made.
    pub fn audit(&self, artifacts: &Artifacts, units: &[Unit<'_>], against: Option<Against<'_>>) -> Report {
        let mut report = self.run(artifacts, &artifacts.list());
        let text = |path: &str| document(artifacts, &artifacts.find(path)?);
        let verdicts = released(artifacts, units, against, |release| self.verdicts(release));
        for (path, verdicts) in verdicts {
            // What is said of a file that is no text has a place at its beginning.
            let document = text(&path).unwrap_or_else(|| Document::new(&path, "", Encoding::Utf8 { bom: false }));
            let file = File { document: &document, facts: &Facts::default(), vocabulary: &self.vocabulary };
            let outcome = triage::file(file, verdicts, &self.policy);
            report.findings.extend(outcome.findings);
            report.suppressed += outcome.suppressed;
            report.unverified.extend(outcome.unverified);
        }
        note_hidden(&mut report.findings, &artifacts.members);
        show(&mut report, artifacts);
        report
    }

    /// What is said of artefacts beside what is said of their files.
    fn verdicts(&self, release: &Release<'_>) -> BTreeMap<String, Vec<(Enabled, Verdict)>> {
        let mut verdicts: BTreeMap<String, Vec<(Enabled, Verdict)>> = BTreeMap::new();
        for &enabled in &self.policy.enabled {
            let said = match enabled.rule.check {
                Check::Audit(assertion) => audit::check(assertion, release, &self.vocabulary),
                Check::HardCodedCredential => audit::keys(release, &self.vocabulary),
                _ => Said::new(),
            };
            for (path, verdict) in said {
                verdicts.entry(path).or_default().push((enabled, verdict));
            }
        }
        verdicts
    }
}

/// Where the files of artefacts would stand in the project's tree, as far as it says where they come from: by their paths in the artefacts.
pub fn twins(artifacts: &Artifacts, units: &[Unit<'_>]) -> BTreeMap<String, Vec<String>> {
    released(artifacts, units, None, audit::twins)
}

fn released<T>(artifacts: &Artifacts, units: &[Unit<'_>], against: Option<Against<'_>>, then: impl FnOnce(&Release<'_>) -> T) -> T {
    let text = |path: &str| document(artifacts, &artifacts.find(path)?);
    let is_archive = |path: &str| artifacts.is_archive(path);
    let (members, faults, versions) = (&artifacts.members, &artifacts.faults, &artifacts.versions);
    then(&Release { members, faults, versions, units, against, text: &text, is_archive: &is_archive })
}

/// Says of what was found in a file that another layer of the image hides that it is there all the same.
fn note_hidden(findings: &mut [Finding], members: &[Member]) {
    let hidden: HashSet<_> = members.iter().filter(|member| member.is_hidden).map(|member| member.path.as_str()).collect();
    for finding in findings.iter_mut().filter(|finding| hidden.contains(finding.place.path.as_str())) {
        finding.message.push_str("; another layer deletes or replaces the file, and it is in the image all the same");
    }
}

/// Calls every place as people are shown it, and sorts by that.
fn show(report: &mut Report, artifacts: &Artifacts) {
    for finding in &mut report.findings {
        let edits = finding.fix.iter_mut().flat_map(|fix| &mut fix.edits).filter_map(|edit| edit.place.as_mut());
        let related = finding.related.iter_mut().map(|related| &mut related.place);
        for place in related.chain(edits).chain([&mut finding.place]) {
            place.path = artifacts.shown(&place.path);
        }
    }
    let unverified = report.unverified.iter_mut().map(|one| &mut one.path);
    let skipped = report.checked.skipped.iter_mut().map(|one| &mut one.path);
    for path in unverified.chain(skipped) {
        *path = artifacts.shown(path);
    }
    report.findings.sort_by(|one, two| one.order().cmp(&two.order()));
    report.unverified.sort();
    report.checked.skipped.sort();
}
