//! `check --fix` and `--diff`: applies safe fixes, or shows what they would change.

use std::io::Write as _;

use similar::TextDiff;

use super::exit::Failure;
use super::output::{stderr, stdout};
use crate::model::{Report, printable};
use crate::run::{Mended, mended};
use crate::source::{Source, Worktree};
use crate::triage::Masker;

/// How many lines are shown around a change.
const CONTEXT: usize = 3;

/// Writes what the safe fixes make of the files; how many findings that mends.
pub(super) fn fix(source: &Worktree, report: &Report) -> Result<usize, Failure> {
    let (mut findings, mut files) = (0, 0);
    for file in mended(source, &report.findings) {
        let path = printable(&file.entry.path).into_owned();
        let Some(bytes) = file.bytes() else { continue };
        match source.write(&file.entry, file.before.as_str(), &bytes) {
            Ok(()) => {
                findings += file.findings;
                files += 1;
            }
            Err(reason) => stderr(&format!("not fixed: {path}: {}", printable(&reason))),
        }
    }
    if findings > 0 {
        let s = |count: usize| if count == 1 { "" } else { "s" };
        stderr(&format!("fixed {findings} finding{} in {files} file{}", s(findings), s(files)));
    }
    Ok(findings)
}

/// Prints what the safe fixes would change, as a unified diff without secrets.
pub(super) fn diff(source: &dyn Source, report: &Report, masker: &Masker) -> Result<(), Failure> {
    let mut out = Vec::new();
    for file in mended(source, &report.findings) {
        one(&mut out, &file, masker).map_err(|error| Failure::Internal(error.to_string()))?;
    }
    stdout(&out)
}

fn one(out: &mut Vec<u8>, file: &Mended, masker: &Masker) -> std::io::Result<()> {
    let (before, after) = (masker.mask(file.before.as_str()), masker.mask(&file.after));
    let path = printable(&file.entry.path);
    let diff = TextDiff::from_lines(before.as_ref(), after.as_ref());
    let diff = diff.unified_diff().context_radius(CONTEXT).header(&format!("a/{path}"), &format!("b/{path}")).to_string();
    for line in diff.split_inclusive('\n') {
        write!(out, "{}", printable(line.trim_end_matches(['\r', '\n'])))?;
        writeln!(out)?;
    }
    Ok(())
}
