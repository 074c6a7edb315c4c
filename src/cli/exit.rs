//! Exit codes, and what goes wrong before there is a report.

use std::process::ExitCode;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::config::{Invalid, Problem};
use crate::model::{Gap, Report, Severity, printable};
use crate::rule;
use crate::triage::Masker;

/// How a run ended. Where several hold, the first of them does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    /// The program failed.
    Internal,
    /// The command line or the configuration is wrong.
    Usage,
    /// There are findings at or above `--fail-on`.
    Findings,
    /// Nothing was checked, or something could not be read.
    Incomplete,
    /// None of these.
    Clean,
}

impl Outcome {
    /// How a run ended that has a report.
    pub(super) fn of(report: &Report, fail_on: Severity) -> Self {
        let skipped = |gap| report.checked.skipped.iter().any(|skipped| skipped.gap == gap);
        if skipped(Gap::Crash) {
            Self::Internal
        } else if report.count_at_least(fail_on) > 0 {
            Self::Findings
        } else if report.checked.files == 0 || skipped(Gap::Unread) {
            Self::Incomplete
        } else {
            Self::Clean
        }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Clean => 0,
            Outcome::Findings => 1,
            Outcome::Usage => 2,
            Outcome::Incomplete => 3,
            Outcome::Internal => 4,
        })
    }
}

/// Why there is no report.
#[derive(Debug)]
pub(super) enum Failure {
    /// The command line is wrong, or what it names does not exist.
    Usage(String),
    /// The configuration is wrong.
    Config(Box<Invalid>),
    /// What is to be checked is not here, or can't be read.
    Unread(String),
    /// The program failed.
    Internal(String),
}

impl Failure {
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self::Usage(message.into())
    }

    pub(super) fn outcome(&self) -> Outcome {
        match self {
            Self::Usage(_) | Self::Config(_) => Outcome::Usage,
            Self::Unread(_) => Outcome::Incomplete,
            Self::Internal(_) => Outcome::Internal,
        }
    }

    /// What a person reads on the terminal.
    pub(super) fn render(&self, color: bool) -> String {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() }.decor_style(DecorStyle::Ascii);
        // Without the vocabulary, which is built in, only its absence can be told.
        let masker = Masker::new(&rule::vocabulary().unwrap_or_default());
        let title = |message: &str| renderer.render(&[Group::with_title(Level::ERROR.primary_title(printable(&masker.mask(message))))]);
        match self {
            Self::Usage(message) | Self::Unread(message) => title(message),
            Self::Internal(message) => title(&format!("internal: {message}")),
            Self::Config(invalid) => {
                let path = printable(invalid.document.path());
                let text = shown(&masker, invalid.document.as_str());
                let rendered = invalid.problems.iter().map(|problem| render(&renderer, &masker, &path, &text, problem));
                rendered.collect::<Vec<_>>().join("\n\n")
            }
        }
    }
}

/// A configuration as it may be printed, every byte where it was: without secrets, and without commands to a CI runner.
fn shown(masker: &Masker, text: &str) -> String {
    masker.overwrite(text).replace("##[", "##(").replace("##vso[", "##vso(")
}

fn render(renderer: &Renderer, masker: &Masker, path: &str, text: &str, problem: &Problem) -> String {
    let (message, help) = (masker.mask(&problem.message), problem.help.as_ref().map(|help| masker.mask(help)));
    // Of a problem that spans lines (a table without a key that it needs), the first line is enough.
    let end =
        text.get(problem.span.range()).and_then(|slice| slice.find(['\n', '\r'])).map_or(problem.span.end, |at| problem.span.start + at);
    let annotation = AnnotationKind::Primary.span(problem.span.start..end);
    let snippet = Snippet::source(text).path(path).annotation(annotation);
    let mut groups = vec![Level::ERROR.primary_title(printable(&message)).element(snippet)];
    if let Some(help) = &help {
        groups = groups.into_iter().map(|group| group.element(Level::HELP.message(printable(help)))).collect();
    }
    renderer.render(&groups)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Checked, Confidence, Finding, Place, Skipped};

    fn finding(severity: Severity) -> Finding {
        Finding {
            rule: "a",
            severity,
            confidence: Confidence::High,
            place: Place { path: "a".into(), line: 1, column: 1, end_line: 1, end_column: 1 },
            message: String::new(),
            help: "".into(),
            group: None,
            fingerprint: String::new(),
            related: Vec::new(),
            is_flow: false,
            secret: None,
            fix: None,
            excerpt: None,
        }
    }

    #[test]
    fn the_worst_wins() {
        let crash = Skipped { path: "a".into(), reason: String::new(), gap: Gap::Crash };
        let report = |files, findings: &[Severity], skipped: &[Skipped]| Report {
            findings: findings.iter().map(|&severity| finding(severity)).collect(),
            checked: Checked { files, skipped: skipped.to_vec(), ..Checked::default() },
            ..Report::default()
        };
        let (binary, unread) = (Skipped::policy("a", "binary"), Skipped::unread("a", "vanished"));
        let outcome = |report: Report| Outcome::of(&report, Severity::Warning);
        assert_eq!(outcome(report(1, &[Severity::Note], std::slice::from_ref(&binary))), Outcome::Clean);
        assert_eq!(outcome(report(0, &[], &[binary])), Outcome::Incomplete);
        assert_eq!(outcome(report(1, &[], std::slice::from_ref(&unread))), Outcome::Incomplete);
        assert_eq!(outcome(report(1, &[Severity::Warning], std::slice::from_ref(&unread))), Outcome::Findings);
        assert_eq!(outcome(report(1, &[Severity::Error], &[unread, crash])), Outcome::Internal);
        assert_eq!(Outcome::Findings.min(Outcome::Usage), Outcome::Usage);
    }

    #[test]
    fn no_secret_of_a_configuration_is_printed() {
        let text = "# é\n[rules]\n\"ra_ws_4f3c9a0b7d21e8A6\" = \"error\" # ##[error] ra_ws_4f3c9a0b7d21e8A6\n";
        let at = text.find("\"ra").unwrap();
        let message = "no rule is called `ra_ws_4f3c9a0b7d21e8A6`".to_owned();
        let problem = Problem { span: crate::model::Span::new(at, at + 24), message, help: Some("ra_ws_4f3c9a0b7d21e8A6".to_owned()) };
        let document = crate::model::Document::new("congruent.toml", text, crate::model::Encoding::Utf8 { bom: false });
        let shown = Failure::Config(Box::new(Invalid { document, problems: vec![problem] })).render(false);
        let line = "3 | \"ra_ws_****************\" = \"error\" # ##(error] ra_ws_****************\n  | ^^^^^^^^^^^^^^^^^^^^^^^^\n";
        assert!(shown.contains(line) && !shown.contains("4f3c"), "{shown}");
        assert!(!Failure::usage("ra_ws_4f3c9a0b7d21e8A6: no such file").render(false).contains("4f3c"));
    }

    #[test]
    fn what_is_printed_drives_no_terminal() {
        let failure = Failure::usage("a\u{1b}[31m\nb\u{202e}c é");
        assert_eq!(failure.render(false), "error: a\\u{1b}[31m\\u{a}b\\u{202e}c é");
    }
}
