//! Findings as their readers want them: the source with carets, the places that belong to it, and what to do.

use std::collections::HashMap;
use std::fmt::Write as _;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::Options;
use super::concise::{path, position};
use super::summary;
use crate::model::{Excerpt, Finding, Fix, Gap, Place, Report, Severity, printable};

/// How many findings of one rule and group are shown before the rest folds.
const SHOWN: usize = 3;
/// How many places that could not be decided, or files that could not be read, are shown.
const SHOWN_GAPS: usize = 10;

/// What folds: findings of one rule about the same thing.
type Key<'r> = (&'static str, Severity, Option<&'r str>, Option<usize>);

pub(super) fn emit(report: &Report, options: Options<'_>) -> Vec<u8> {
    let renderer = if options.color { Renderer::styled().hyperlink(false) } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let mut out = String::new();
    let folded = Folded::of(&report.findings);
    for (index, finding) in report.findings.iter().enumerate() {
        if let Some(rest) = folded.place(index, finding) {
            out.push_str(&render(&renderer, finding, rest));
            out.push_str("\n\n");
        }
    }
    gaps(report, &mut out);
    if !options.quiet {
        out.push_str(&summary(report));
        out.push('\n');
    }
    out.into_bytes()
}

/// Which findings are shown, and how many more there are like the last of them.
struct Folded<'r> {
    /// The findings of each kind, by index, in order.
    kinds: HashMap<Key<'r>, Vec<usize>>,
    /// For each finding, how many of its kind come before it.
    before: Vec<usize>,
    findings: &'r [Finding],
}

impl<'r> Folded<'r> {
    fn of(findings: &'r [Finding]) -> Self {
        let mut kinds: HashMap<Key<'r>, Vec<usize>> = HashMap::new();
        let mut before = Vec::with_capacity(findings.len());
        for (index, finding) in findings.iter().enumerate() {
            let kind = kinds.entry(key(index, finding)).or_default();
            before.push(kind.len());
            kind.push(index);
        }
        Self { kinds, before, findings }
    }

    /// `None` if the finding folds; what folds after it otherwise, which is nothing or one line.
    fn place(&self, index: usize, finding: &Finding) -> Option<Option<String>> {
        let (alike, before) = (self.kinds.get(&key(index, finding))?, *self.before.get(index)?);
        // A fold of one would take as much room as the finding.
        let shown = if alike.len() <= SHOWN + 1 { alike.len() } else { SHOWN };
        if before + 1 < shown || (before + 1 == shown && shown == alike.len()) {
            return Some(None);
        }
        if before + 1 > shown {
            return None;
        }
        let rest = alike.get(shown..).unwrap_or_default();
        let mut paths: Vec<_> = rest.iter().filter_map(|&other| self.findings.get(other)).map(|other| &other.place.path).collect();
        paths.dedup();
        let files = if paths.len() == 1 { "1 file".to_owned() } else { format!("{} files", paths.len()) };
        Some(Some(format!("… and {} more like this in {files}", rest.len())))
    }
}

fn key(index: usize, finding: &Finding) -> Key<'_> {
    let group = finding.group.as_deref();
    // Without a group a finding is like no other.
    (finding.rule, finding.severity, group, group.is_none().then_some(index))
}

/// Stands around the number of a place in what the renderer is given. No text that is shown has it: it is invisible.
const MARK: char = '\u{2060}';

fn render(renderer: &Renderer, finding: &Finding, rest: Option<String>) -> String {
    let title = level(finding.severity).primary_title(printable(&finding.message)).id(finding.rule);
    let mut group = Group::with_title(title);
    let mut positions = Vec::new();
    group = match &finding.excerpt {
        Some(excerpt) => group.element(snippet(&finding.place, excerpt, AnnotationKind::Primary, None, &mut positions)),
        None => group.element(Origin::path(position(&finding.place))),
    };
    for related in &finding.related {
        let message = printable(&related.message).into_owned();
        group = match &related.excerpt {
            Some(excerpt) => group.element(snippet(&related.place, excerpt, AnnotationKind::Context, Some(message), &mut positions)),
            None => group.element(Level::NOTE.message(format!("{}: {message}", position(&related.place)))),
        };
    }
    if !finding.help.is_empty() {
        group = group.element(Level::HELP.message(printable(&finding.help)));
    }
    if let Some(fix) = &finding.fix {
        let name = if fix.safe { "fix (safe)" } else { "fix (to be looked at)" };
        group = group.element(Level::NOTE.with_name(Some(name)).message(describe(fix)));
    }
    if let Some(rest) = rest {
        group = group.element(Level::NOTE.no_name().message(rest));
    }
    with_positions(&renderer.render(&[group]), &positions)
}

/// The lines of a place. The renderer would count columns in the excerpt, which may be cut and masked; so it is given a
/// number for the file, in whose place [`with_positions`] puts the position.
fn snippet<'a>(
    place: &Place,
    excerpt: &'a Excerpt,
    kind: AnnotationKind,
    label: Option<String>,
    positions: &mut Vec<String>,
) -> Snippet<'a, Annotation<'a>> {
    let number = format!("{MARK}{}{MARK}", positions.len());
    positions.push(position(place));
    let annotation = kind.span(excerpt.highlight.range()).label(label);
    Snippet::source(excerpt.text.as_str()).line_start(excerpt.line).fold(false).path(number).annotation(annotation)
}

fn with_positions(rendered: &str, positions: &[String]) -> String {
    let mut parts = rendered.split(MARK);
    let mut out = parts.next().unwrap_or_default().to_owned();
    while let (Some(number), Some(rest)) = (parts.next(), parts.next()) {
        out.push_str(number.parse().ok().and_then(|number: usize| positions.get(number)).map_or("", String::as_str));
        out.push_str(rest.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit()));
    }
    out
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

/// A mend in words: what stands there then, or else what goes in at which place.
fn describe(fix: &Fix) -> String {
    if let Some(mended) = &fix.mended {
        return printable(mended).into_owned();
    }
    let edits = fix.edits.iter().map(|edit| {
        let at = edit.place.as_ref().map(|place| format!(" at {}:{}", place.line, place.column)).unwrap_or_default();
        match edit.replacement.as_str() {
            "" => format!("delete{at}"),
            replacement => format!("write `{}`{at}", printable(replacement)),
        }
    });
    let remakes = fix.remakes.iter().map(|path| format!("make {} anew", printable(path)));
    edits.chain(remakes).collect::<Vec<_>>().join(", ")
}

/// What could not be decided, and what could not be read.
fn gaps(report: &Report, out: &mut String) {
    let unverified = report
        .unverified
        .iter()
        .map(|one| format!("unverified: {}:{}:{}: {}", path(&one.path), one.line, one.column, printable(&one.reason)));
    list(unverified, report.unverified.len(), out);
    let unread = || report.checked.skipped.iter().filter(|skipped| skipped.gap != Gap::Policy);
    list(unread().map(|one| format!("not checked: {}: {}", path(&one.path), printable(&one.reason))), unread().count(), out);
}

fn list(lines: impl Iterator<Item = String>, count: usize, out: &mut String) {
    for line in lines.take(SHOWN_GAPS) {
        out.push_str(&line);
        out.push('\n');
    }
    if count > SHOWN_GAPS {
        let written = writeln!(out, "… and {} more", count - SHOWN_GAPS);
        debug_assert!(written.is_ok());
    }
    if count > 0 {
        out.push('\n');
    }
}
