//! GitHub Flavored Markdown, for the summary of a step and for comments.
//!
//! Nothing that a file says becomes markup: no link, no image, no HTML.

use super::concise::position;
use super::summary;
use crate::model::{Finding, Gap, Report, Severity, printable};

/// The summary of a step may have 1 MiB on GitHub, or it is not shown at all. Some of it is left to others.
const BYTES: usize = 1_000_000;
/// How many files that were not read are listed.
const GAPS: usize = 100;

/// What stands for a level.
fn sign(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "❌",
        Severity::Warning => "⚠️",
        Severity::Note => "ℹ️",
    }
}

/// A table of the findings, the most severe first.
pub(super) fn emit(report: &Report) -> Vec<u8> {
    let mut out = format!("### congruent\n\n{}\n", escaped(&summary(report)));
    gaps(report, &mut out);
    let mut findings: Vec<_> = report.findings.iter().collect();
    // Stable: those of a level stay in their order.
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    if !findings.is_empty() {
        out.push_str("\n| | Place | Finding |\n|---|---|---|\n");
    }
    let mut left = findings.len();
    for finding in findings {
        let row = row(finding);
        if out.len() + row.len() > BYTES {
            out.push_str(&format!("\n{left} more, of level {} at most, are left out: a summary may not be longer.\n", finding.severity));
            break;
        }
        out.push_str(&row);
        left -= 1;
    }
    out.into_bytes()
}

fn row(finding: &Finding) -> String {
    let severity = finding.severity;
    let (place, message) = (escaped(&position(&finding.place)), escaped(&printable(&finding.message)));
    let help = match finding.help.trim() {
        "" => String::new(),
        help => format!("<br>{}", escaped(&printable(help))),
    };
    format!("| {} {severity} | {place} | **{}**: {message}{help} |\n", sign(severity), escaped(finding.rule))
}

/// What could not be read.
fn gaps(report: &Report, out: &mut String) {
    let unread: Vec<_> = report.checked.skipped.iter().filter(|skipped| skipped.gap != Gap::Policy).collect();
    if unread.is_empty() {
        return;
    }
    out.push('\n');
    for gap in unread.iter().take(GAPS) {
        out.push_str(&format!("- not checked: {}: {}\n", escaped(&printable(&gap.path)), escaped(&printable(&gap.reason))));
    }
    if unread.len() > GAPS {
        out.push_str(&format!("- and {} more\n", unread.len() - GAPS));
    }
}

/// Text that is shown as it is: what could begin markup is escaped (CommonMark 0.31, section 2.4), and so is what GitHub makes a link or
/// a mention of by itself.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for (at, c) in text.char_indices() {
        let before = || at.checked_sub("www".len()).and_then(|from| text.get(from..at));
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("&#64;<!-- -->"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '$' => out.extend(['\\', c]),
            ':' if text.get(at..).is_some_and(|rest| rest.starts_with("://")) => out.push_str("\\:"),
            '.' if before().is_some_and(|before| before.eq_ignore_ascii_case("www")) => out.push_str("\\."),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Event, Options, Parser, Tag};

    use super::*;
    use crate::report::tests::{HOSTILE, finding, hostile_report, report};

    /// The cells of the table as a reader sees them, and the HTML and the links that there are.
    fn rendered(report: &Report) -> (Vec<String>, Vec<String>) {
        let markdown = String::from_utf8(emit(report)).unwrap();
        let (mut cells, mut markup) = (Vec::new(), Vec::new());
        for event in Parser::new_ext(&markdown, Options::all() - Options::ENABLE_SMART_PUNCTUATION) {
            match event {
                Event::Start(Tag::TableCell | Tag::Item | Tag::Paragraph) => cells.push(String::new()),
                Event::Text(text) => cells.last_mut().map(|cell| cell.push_str(&text)).unwrap_or_default(),
                Event::Html(html) | Event::InlineHtml(html) if &*html != "<br>" && &*html != "<!-- -->" => markup.push(html.to_string()),
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => markup.push(dest_url.to_string()),
                Event::Code(code) | Event::InlineMath(code) | Event::DisplayMath(code) => markup.push(code.to_string()),
                _ => {}
            }
        }
        (cells, markup)
    }

    #[test]
    fn what_files_say_is_shown_and_is_no_markup() {
        let more = ["see https://evil.test/ www.evil.test WWW.evil.test a@evil.test @someone #12 $x$ ~~y~~", "a |b| `c` <b>d</b>\\"];
        for text in HOSTILE.into_iter().chain(more) {
            let (cells, markup) = rendered(&hostile_report(text));
            assert!(markup.is_empty(), "{text:?}: {markup:?}");
            let shown = printable(text).into_owned();
            let place = position(&finding(text, text, Severity::Error).place);
            assert!(cells.contains(&place), "{text:?}: {cells:?}");
            let says = format!("asset-host: {shown}{}", shown.trim());
            assert!(cells.iter().any(|cell| cell.trim() == says.trim()), "{says:?}: {cells:?}");
        }
    }

    #[test]
    fn what_is_too_long_is_cut_by_severity_and_says_so() {
        let long = "é".repeat(900);
        let mut findings: Vec<_> = (0..2_000).map(|n| finding(&format!("{n}.md"), &long, Severity::Note)).collect();
        findings.push(finding("last.md", "the worst", Severity::Error));
        let markdown = String::from_utf8(emit(&report(findings))).unwrap();
        assert!(markdown.len() < 1024 * 1024 && markdown.len() > 900_000, "{}", markdown.len());
        let rows: Vec<_> = markdown.lines().filter(|line| line.starts_with("| ")).collect();
        assert!(rows[1].contains("last.md"), "{}", rows[1]);
        let left = 2_001 - (rows.len() - 1);
        assert!(markdown.ends_with(&format!("{left} more, of level note at most, are left out: a summary may not be longer.\n")));
    }
}
