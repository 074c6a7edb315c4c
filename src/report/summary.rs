//! How a run went, in one line.

use crate::model::{Gap, Report, Severity};

/// Counts of what was found and of what was read.
pub fn summary(report: &Report) -> String {
    let checked = &report.checked;
    let left_out = checked.skipped.iter().filter(|skipped| skipped.gap == Gap::Policy).count();
    if checked.files == 0 {
        return format!("nothing was checked: {left_out} left out, see --show-files");
    }
    let count = |severity| report.findings.iter().filter(|finding| finding.severity == severity).count();
    let mut parts = [Severity::Error, Severity::Warning, Severity::Note].map(|severity| plural(count(severity), severity.name())).to_vec();
    let unread = checked.skipped.len() - left_out;
    let others =
        [(report.suppressed, "suppressed"), (report.baselined, "accepted by the baseline"), (report.unverified.len(), "unverified")];
    parts.extend(others.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")));
    let mut line = format!("{} in {} with {}", parts.join(", "), plural(checked.files, "file"), plural(checked.rules, "rule"));
    line.push_str(&format!("; {left_out} left out"));
    if unread > 0 {
        line.push_str(&format!(", {unread} not read"));
    }
    if report.older > 0 {
        line.push_str(&format!("; {} not shown", plural(report.older, "older finding")));
    }
    line
}

fn plural(count: usize, what: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {what}{s}")
}
