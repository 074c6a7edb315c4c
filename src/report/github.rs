//! Workflow commands that annotate a pull request on GitHub.
//!
//! A step shows ten annotations of each level, so the first ten of each are written, and one line says how many are left.

use std::fmt::Write as _;

use super::concise::position;
use super::summary;
use crate::model::{Finding, Report, Severity, printable};

/// How many annotations of each level a step shows.
const SHOWN: usize = 10;

pub(super) fn emit(report: &Report) -> Vec<u8> {
    let mut out = String::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let of_level = || report.findings.iter().filter(|finding| finding.severity == severity);
        for finding in of_level().take(SHOWN) {
            out.push_str(&annotation(finding));
        }
        let left = of_level().count().saturating_sub(SHOWN);
        if left > 0 {
            let first = of_level().nth(SHOWN).map(|finding| position(&finding.place)).unwrap_or_default();
            let written = writeln!(out, "{left} more of level {severity} have no annotation, from {first} on");
            debug_assert!(written.is_ok());
        }
    }
    out.push_str(&summary(report));
    out.push('\n');
    out.into_bytes()
}

/// `::error file=…,line=…::message`. Columns are left out where the place has several lines: they would be refused.
fn annotation(finding: &Finding) -> String {
    let place = &finding.place;
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut properties = format!("file={},line={},endLine={}", property(&place.path), place.line, place.end_line);
    if place.line == place.end_line {
        properties.push_str(&format!(",col={},endColumn={}", place.column, place.end_column));
    }
    let title = property(finding.rule);
    let message = data(&format!("{}\n{}", printable(&finding.message), printable(&finding.help)));
    format!("::{command} {properties},title={title}::{message}\n")
}

/// The value of a property. A line end in a file's name stays one, but ends no line of the log.
fn property(text: &str) -> String {
    let lines = text.split('\n').map(|line| line.split('\r').map(printable).collect::<Vec<_>>().join("\r"));
    data(&lines.collect::<Vec<_>>().join("\n")).replace(':', "%3A").replace(',', "%2C")
}

/// The data of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}
