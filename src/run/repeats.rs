//! What the files that hand a site's pages to assistants repeat of them: one defect is told once, on its page.

use std::collections::HashMap;

use crate::model::{Finding, Related, Severity};

/// Makes what `llms.txt` and `llms-full.txt` repeat of pages notes that name the page.
pub(super) fn lower(findings: &mut [Finding]) {
    let mut pages: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
    if !findings.iter().any(|finding| repeats(&finding.place.path)) {
        return;
    }
    for (index, finding) in findings.iter().enumerate().rev().filter(|(_, finding)| !repeats(&finding.place.path)) {
        pages.entry((finding.rule, &finding.message)).or_default().push(index);
    }
    let mut found = Vec::new();
    for (index, finding) in findings.iter().enumerate().filter(|(_, finding)| repeats(&finding.place.path)) {
        let page = pages.get_mut(&(finding.rule, finding.message.as_str())).and_then(Vec::pop).and_then(|page| findings.get(page));
        found.extend(page.map(|page| (index, page.place.clone())));
    }
    for (index, place) in found {
        if let Some(finding) = findings.get_mut(index) {
            finding.severity = Severity::Note;
            finding.related.push(Related { place, message: "the page says it, too".to_owned(), excerpt: None });
        }
    }
}

/// Whether a file is made of pages (<https://llmstxt.org>).
fn repeats(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.starts_with("llms") && name.ends_with(".txt")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Confidence, Place};

    fn finding(path: &str, message: &str) -> Finding {
        Finding {
            rule: "asset-host",
            severity: Severity::Error,
            confidence: Confidence::High,
            place: Place { path: path.to_owned(), line: 1, column: 1, end_line: 1, end_column: 2 },
            message: message.to_owned(),
            help: "".into(),
            group: None,
            fingerprint: String::new(),
            secret: None,
            related: Vec::new(),
            is_flow: false,
            fix: None,
            excerpt: None,
        }
    }

    #[test]
    fn what_a_page_says_is_repeated_once_for_each_time() {
        let of = [("docs/a.md", "x"), ("docs/llms-full.txt", "x"), ("docs/llms-full.txt", "x"), ("docs/llms-full.txt", "y")];
        let mut findings: Vec<_> = of.iter().map(|(path, message)| finding(path, message)).collect();
        lower(&mut findings);
        let severities: Vec<_> = findings.iter().map(|finding| finding.severity).collect();
        assert_eq!(severities, [Severity::Error, Severity::Note, Severity::Error, Severity::Error]);
        assert_eq!(findings[1].related[0].place.path, "docs/a.md");
    }
}
