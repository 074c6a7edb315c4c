//! One line a finding, for editors and for `grep`.

use std::fmt::Write as _;

use super::Options;
use super::style::{self, Styled};
use crate::model::{Place, Report, printable};

/// `path:line:column: severity[rule] message`.
pub(super) fn emit(report: &Report, options: Options<'_>) -> Vec<u8> {
    let mut out = String::new();
    for finding in &report.findings {
        let severity = Styled::new(finding.severity, style::severity(finding.severity), options.color);
        let line = writeln!(out, "{}: {severity}[{}] {}", position(&finding.place), finding.rule, printable(&finding.message));
        debug_assert!(line.is_ok());
    }
    out.into_bytes()
}

/// `path:line:column`, so that no line of a log begins with a workflow command.
pub(super) fn position(place: &Place) -> String {
    format!("{}:{}:{}", path(&place.path), place.line, place.column)
}

/// A path in text for people.
pub(super) fn path(path: &str) -> String {
    let shown = printable(path);
    if shown.trim_start().starts_with("::") { format!("./{shown}") } else { shown.into_owned() }
}
