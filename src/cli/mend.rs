//! `check --fix` and `--diff`: applies safe fixes, or shows what they would change.

use std::io::Write as _;

use similar::TextDiff;

use super::examine::{Examined, Plan};
use super::exit::Failure;
use super::output::{stderr, stdout};
use crate::model::{Finding, printable};
use crate::run::{Files, Mended, Patch, harmless, mended};
use crate::source::Worktree;
use crate::triage::Masker;

/// How many lines are shown around a change.
const CONTEXT: usize = 3;

/// The files that safe fixes change, without those whose change would bring a finding elsewhere. `check` says what would be found if files
/// were as they are given.
pub(super) fn files(examined: &Examined, check: &mut dyn FnMut(&Patch) -> Option<Vec<Finding>>) -> Vec<Mended> {
    let Examined { plan: Plan { tree, job, .. }, report } = examined;
    let (agreement, ignores) = (&job.settings.agreement, &job.policy.ignores);
    let listing = tree.list();
    let known = Files::new(&**tree, &listing, None);
    let remade = |path: &str| agreement.remade(&known, path);
    let is_left = |path: &str, finding: &Finding| {
        ignores
            .iter()
            .any(|ignore| ignore.rules.contains(&finding.rule) && ignore.paths.matched_path_or_any_parents(path, false).is_ignore())
    };
    let files = mended(&**tree, &report.findings, &remade, &is_left);
    if files.is_empty() {
        return files;
    }
    let (files, harmful) = harmless(files, check);
    for path in harmful {
        stderr(&format!("not fixed: {}: that would bring a finding elsewhere", printable(&path)));
    }
    files
}

/// Writes files; how many findings that mends.
pub(super) fn write(source: &Worktree, files: &[Mended]) -> usize {
    let (mut findings, mut written) = (0, 0);
    for file in files {
        let done = match &file.before {
            Some((entry, document)) => source.write(entry, document.as_str(), &file.bytes),
            None => source.create(&file.path, &file.bytes),
        };
        match done {
            Ok(()) => {
                findings += file.findings;
                written += 1;
            }
            Err(reason) => stderr(&format!("not fixed: {}: {}", printable(&file.path), printable(&reason))),
        }
    }
    if findings > 0 {
        let s = |count: usize| if count == 1 { "" } else { "s" };
        stderr(&format!("fixed {findings} finding{} in {written} file{}", s(findings), s(written)));
    }
    findings
}

/// Prints what would change, as a unified diff without secrets.
pub(super) fn diff(files: &[Mended], masker: &Masker) -> Result<(), Failure> {
    let mut out = Vec::new();
    for file in files {
        one(&mut out, file, masker).map_err(|error| Failure::Internal(error.to_string()))?;
    }
    stdout(&out)
}

fn one(out: &mut Vec<u8>, file: &Mended, masker: &Masker) -> std::io::Result<()> {
    let before = file.before.as_ref().map_or("", |(_, document)| document.as_str());
    let (before, after) = (masker.mask(before), masker.mask(&file.after));
    let path = printable(&file.path);
    let old = if file.before.is_some() { format!("a/{path}") } else { "/dev/null".to_owned() };
    let diff = TextDiff::from_lines(before.as_ref(), after.as_ref());
    let diff = diff.unified_diff().context_radius(CONTEXT).header(&old, &format!("b/{path}")).to_string();
    for line in diff.split_inclusive('\n') {
        // A tab does nothing to its line.
        for (index, part) in line.trim_end_matches(['\r', '\n']).split('\t').enumerate() {
            write!(out, "{}{}", if index > 0 { "\t" } else { "" }, printable(part))?;
        }
        writeln!(out)?;
    }
    Ok(())
}
