//! Every rule is proved by its own examples, and is silent on those of all others.

use std::collections::BTreeSet;
use std::path::Path;

use congruent::check::Check;
use congruent::model::Report;
use congruent::rule::{Example, Rule};

use crate::release;
use crate::tree::{Tree, rules};

/// All rules over an example's tree, or over the artefacts that it describes.
fn run(rule: &Rule, example: &Example) -> Report {
    if matches!(rule.check, Check::Audit(_)) {
        return release::audit(&example.files);
    }
    let report = Tree::of(&example.files).trusting(&example.trusted).check();
    assert_eq!(report.checked.files, example.files.len(), "{}: {:?}", example.name, report.checked.skipped);
    report
}

fn places(report: &Report, rule: &str) -> Vec<String> {
    let findings = report.findings.iter().filter(|finding| finding.rule == rule);
    findings.map(|finding| format!("{}:{}:{}", finding.place.path, finding.place.line, finding.place.column)).collect()
}

#[test]
fn invalid_examples_hit_exactly_the_places_they_name() {
    let mut wrong = Vec::new();
    for rule in rules() {
        for example in &rule.examples().expect("examples").invalid {
            let mut expected = example.at.clone();
            expected.sort_by_key(|place| {
                let mut parts = place.rsplitn(3, ':');
                let (column, line) = (parts.next().map(str::parse::<usize>), parts.next().map(str::parse::<usize>));
                (parts.next().map(str::to_owned), line.and_then(Result::ok), column.and_then(Result::ok))
            });
            let found = places(&run(rule, example), &rule.id);
            if found != expected || expected.is_empty() {
                wrong.push(format!("{}: {}: found {found:?}, expected {expected:?}", rule.id, example.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_rule_hits_any_valid_example() {
    let mut wrong = Vec::new();
    for rule in rules() {
        for example in &rule.examples().expect("examples").valid {
            for finding in run(rule, example).findings {
                let place = finding.place;
                wrong.push(format!("{}: {}: {} at {}:{}:{}", rule.id, example.name, finding.rule, place.path, place.line, place.column));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_rule_is_called_as_its_file_and_says_all_that_it_must() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let files = walkdir::WalkDir::new(&root).min_depth(2).into_iter().map(|entry| entry.expect("readable").into_path());
    let is_toml = |path: &Path| path.extension().is_some_and(|extension| extension == "toml");
    let is_rule = |path: &Path| is_toml(path) && std::fs::read_to_string(path).expect("readable").starts_with("id = ");
    let names: BTreeSet<_> = files.filter(|path| is_rule(path)).filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
    assert_eq!(rules().iter().map(|rule| rule.id.clone()).collect::<BTreeSet<_>>(), names);
    assert_eq!(names.len(), rules().len(), "two rules have one id");
    for rule in rules() {
        assert!(rule.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", rule.id);
        for text in [&rule.summary, &rule.why, &rule.remedy] {
            assert!(!text.trim().is_empty(), "{}", rule.id);
        }
        assert!(!rule.summary.ends_with('.') && !rule.summary.contains('\n'), "{}: the summary is a phrase", rule.id);
        let examples = rule.examples().expect("examples");
        assert!(!examples.invalid.is_empty() && !examples.valid.is_empty(), "{} has examples of both kinds", rule.id);
    }
}
