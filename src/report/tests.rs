//! Every format over hostile names and contents, and every format's places read back.

use serde_json::Value;

use super::*;
use crate::model::{Checked, Confidence, Edit, Excerpt, Finding, Fix, Gap, Place, Related, Severity, Skipped, Span, Unverified};

const FORMATS: [Format; 9] = [
    Format::Full,
    Format::Concise,
    Format::Json,
    Format::Jsonl,
    Format::Sarif,
    Format::Github,
    Format::Gitlab,
    Format::Junit,
    Format::Markdown,
];

/// Names that files have when somebody wants them to say something.
pub(super) const HOSTILE: [&str; 16] = [
    "a\nb.md",
    "a\r::error file=x::pwned\n.md",
    "::error::pwned.md",
    " ::error::pwned.md",
    "a\n##[error]pwned.md",
    "##vso[task.setvariable variable=x]pwned.md",
    "a%0A::error::pwned.md",
    "a%250A,line=1::pwned.md",
    "\u{1b}[31mred\u{1b}]8;;https://evil.test\u{7}.md",
    "a\u{9b}31mred.md",
    "a|b`c*d_[e](https://evil.test)<img src=x>&amp;.md",
    "\u{202e}dm.a",
    "nul\u{0}.md",
    "a\",\"severity\":\"note\u{2028}.md",
    "\\xFF\\u0000.md",
    "docs/ü 漢 #?:@!$&'()+,;=~.md",
];

const UNUSED: RuleDescription<'static> = RuleDescription {
    id: "unused-suppression",
    severity: Severity::Warning,
    confidence: Confidence::High,
    security_severity: None,
    summary: "a suppression suppresses nothing",
    why: "It hides the next finding.\nNobody has judged that.\n",
    remedy: "Delete it.",
};

const RULES: [RuleDescription<'static>; 2] =
    [UNUSED, RuleDescription { id: "asset-host", severity: Severity::Error, security_severity: Some(6.1), ..UNUSED }];

pub(super) fn options() -> Options<'static> {
    Options { rules: &RULES, ..Options::default() }
}

fn place(path: &str) -> Place {
    Place { path: path.to_owned(), line: 3, column: 5, end_line: 3, end_column: 9 }
}

pub(super) fn finding(path: &str, text: &str, severity: Severity) -> Finding {
    let excerpt = Excerpt { line: 3, text: "one two three".to_owned(), highlight: Span::new(4, 7) };
    let edit = Edit { span: Span::new(0, 0), place: Some(place(path)), replacement: text.to_owned() };
    Finding {
        rule: "asset-host",
        severity,
        confidence: Confidence::High,
        place: place(path),
        message: text.to_owned(),
        help: text.into(),
        group: None,
        fingerprint: "00ff".to_owned(),
        related: vec![
            Related { place: place(path), message: text.to_owned(), excerpt: Some(excerpt.clone()) },
            Related { place: place(path), message: text.to_owned(), excerpt: None },
        ],
        is_flow: false,
        secret: None,
        fix: Some(Fix::edits(true, vec![edit])),
        excerpt: Some(excerpt),
    }
}

pub(super) fn report(findings: Vec<Finding>) -> Report {
    let checked = Checked { files: 1, bytes: 10, rules: 2, ..Checked::default() };
    Report { root: ".".to_owned(), findings, checked, ..Report::default() }
}

pub(super) fn hostile_report(name: &str) -> Report {
    let mut report = report(vec![finding(name, name, Severity::Error)]);
    report.unverified.push(Unverified { path: name.to_owned(), line: 1, column: 1, reason: name.to_owned() });
    report.checked.skipped.push(Skipped { path: name.to_owned(), reason: name.to_owned(), gap: Gap::Unread });
    report
}

fn text(format: Format, report: &Report) -> String {
    String::from_utf8(emit(format, report, options())).unwrap()
}

fn json(format: Format, report: &Report) -> Value {
    serde_json::from_str(&text(format, report)).unwrap()
}

#[test]
fn platforms_are_told_where_files_are_in_the_repository() {
    let mut below = hostile_report("a b.md");
    below.folder = "sub/project".to_owned();
    for format in [Format::Sarif, Format::Github, Format::Gitlab] {
        let text = text(format, &below);
        assert!(text.contains("sub/project/a") && !text.contains("\"a%20b.md") && !text.contains("file=a b.md"), "{format:?}\n{text}");
    }
    assert!(!text(Format::Json, &below).contains("sub/project"));
}

#[test]
fn no_name_and_no_text_says_anything_to_a_terminal_or_a_runner() {
    for name in HOSTILE {
        let report = hostile_report(name);
        for format in FORMATS {
            let text = text(format, &report);
            let disrupts = |c: char| c != '\n' && (c.is_control() || matches!(c, '\u{202e}' | '\u{2028}'));
            assert!(!text.contains(disrupts), "{format:?} {name:?}\n{text}");
            assert!(!text.contains("##[") && !text.contains("##vso["), "{format:?} {name:?}\n{text}");
            // `:::` announces a related place: what follows it up to a space is no command's name.
            let command = |line: &&str| line.trim_start().starts_with("::") && !line.trim_start().starts_with("::: ");
            let commands = text.lines().filter(command).count();
            assert_eq!(commands, usize::from(format == Format::Github), "{format:?} {name:?}\n{text}");
        }
        let lines = |format| text(format, &report).lines().count();
        assert_eq!((lines(Format::Concise), lines(Format::Github), lines(Format::Jsonl)), (1, 2, 4), "{name:?}");
        let plain = lines(Format::Full);
        let harmless = text(Format::Full, &hostile_report("a.md")).lines().count();
        assert_eq!(plain, harmless, "{name:?}\n{}", text(Format::Full, &report));
    }
}

#[test]
fn json_gives_back_what_was_put_in() {
    for name in HOSTILE {
        let report = hostile_report(name);
        let whole = json(Format::Json, &report);
        let finding = &whole["findings"][0];
        for value in [
            &finding["path"],
            &finding["message"],
            &finding["help"],
            &finding["related"][0]["path"],
            &finding["related"][1]["message"],
            &finding["fix"]["edits"][0]["replacement"],
            &whole["unverified"][0]["path"],
            &whole["checked"]["skipped"][0]["reason"],
        ] {
            assert_eq!(value, name);
        }
        let lines: Vec<Value> = text(Format::Jsonl, &report).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let kinds: Vec<_> = lines.iter().map(|line| line["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["finding", "unverified", "skipped", "summary"]);
        assert_eq!(lines[0]["path"], name);
    }
}

#[test]
fn the_report_is_what_its_schema_says() {
    let schema = serde_json::to_value(schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for report in [report(Vec::new()), hostile_report("a.md")] {
        let document = json(Format::Json, &report);
        assert!(validator.is_valid(&document), "{:?}", validator.validate(&document).err());
    }
    let mut wrong = json(Format::Json, &hostile_report("a.md"));
    wrong["findings"][0]["line"] = "3".into();
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn sarif_has_what_code_scanning_asks_for() {
    for name in HOSTILE {
        let log = json(Format::Sarif, &hostile_report(name));
        assert_eq!((log["version"].as_str(), log["runs"][0]["columnKind"].as_str()), (Some("2.1.0"), Some("unicodeCodePoints")));
        let result = &log["runs"][0]["results"][0];
        let location = &result["locations"][0]["physicalLocation"];
        let uri = location["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~/%".contains(&b)), "{uri}");
        assert_eq!(percent_encoding::percent_decode_str(uri).decode_utf8().unwrap(), name);
        assert_eq!(location["region"], serde_json::json!({"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 9}));
        assert!(!result["message"]["text"].as_str().unwrap().contains("]("));
        assert_eq!(result["relatedLocations"].as_array().unwrap().len(), 2);
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(log["runs"][0]["tool"]["driver"]["rules"][index]["id"], "asset-host");
        assert_eq!(log["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array().unwrap().len(), 1);
    }
    let log = json(Format::Sarif, &report(Vec::new()));
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), RULES.len());
    assert_eq!(rules[0]["help"]["text"], "It hides the next finding. Nobody has judged that.\n\nDelete it.");
    assert_eq!((&rules[0]["properties"]["security-severity"], &rules[1]["properties"]["security-severity"]), (&Value::Null, &"6.1".into()));
    for rule in rules {
        for field in ["shortDescription", "fullDescription", "help"] {
            assert!(rule[field]["text"].as_str().is_some_and(|text| !text.is_empty()), "{rule}");
        }
        assert!(rule["help"]["markdown"].is_string() && rule["properties"]["precision"].is_string());
    }
}

/// The schema itself is not ours to ship: `SARIF_SCHEMA=sarif-schema-2.1.0.json cargo test sarif` validates against it.
#[test]
fn sarif_is_valid_against_the_schema_if_it_is_at_hand() {
    let Some(file) = std::env::var_os("SARIF_SCHEMA") else { return };
    let schema = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for report in HOSTILE.into_iter().map(hostile_report).chain([report(Vec::new())]) {
        let log = json(Format::Sarif, &report);
        let errors: Vec<_> = validator.iter_errors(&log).map(|error| format!("{error} at {}", error.instance_path())).collect();
        assert_eq!(errors, [""; 0]);
    }
}

#[test]
fn sarif_is_cut_by_severity_and_fingerprints_are_distinct() {
    let mut findings: Vec<_> = (0..25_001).map(|_| finding("a.md", "x", Severity::Note)).collect();
    for finding in &mut findings {
        (finding.related, finding.fix) = (Vec::new(), None);
    }
    findings.push(finding("a.md", "y", Severity::Error));
    findings.push(finding("b.md", "y", Severity::Error));
    let log = json(Format::Sarif, &report(findings));
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 25_000);
    assert_eq!(results.iter().filter(|result| result["level"] == "error").count(), 2);
    assert_eq!(results[24_999]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "b.md");
    let notice = log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].as_str().unwrap();
    assert!(notice.starts_with("3 results are left out"), "{notice}");
    let fingerprints: std::collections::HashSet<_> =
        results.iter().map(|r| r["partialFingerprints"]["congruent/v1"].as_str().unwrap()).collect();
    assert_eq!(fingerprints.len(), 25_000);
}

#[test]
fn github_shows_the_worst_and_says_how_many_are_left() {
    let mut findings: Vec<_> = (0..12).map(|_| finding("a.md", "note", Severity::Note)).collect();
    findings.extend((0..11).map(|_| finding("b, c:d%.md", "bad: 100%", Severity::Error)));
    let mut multi = finding("c.md", "multi", Severity::Warning);
    multi.place.end_line = 4;
    findings.push(multi);
    let text = text(Format::Github, &report(findings));
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[0], "::error file=b%2C c%3Ad%25.md,line=3,endLine=3,col=5,endColumn=9,title=asset-host::bad: 100%25%0Abad: 100%25");
    assert_eq!(lines.iter().filter(|line| line.starts_with("::error ")).count(), 10);
    assert_eq!(lines[10], "1 more of level error have no annotation, from b, c:d%.md:3:5 on");
    assert_eq!(lines[11], "::warning file=c.md,line=3,endLine=4,title=asset-host::multi%0Amulti");
    assert_eq!(lines[22], "2 more of level note have no annotation, from a.md:3:5 on");
}

#[test]
fn a_finding_is_shown_with_its_source_and_its_places() {
    let mut one = finding("docs/a.md", "bad", Severity::Error);
    one.help = "do this".into();
    one.related[0].place.path = "b.md".to_owned();
    one.related[0].place.line = 10;
    one.related[0].excerpt.iter_mut().for_each(|excerpt| excerpt.line = 10);
    assert_eq!(
        text(Format::Full, &report(vec![one])),
        "\
error[asset-host]: bad
  --> docs/a.md:3:5
   |
 3 | one two three
   |     ^^^
   |
  ::: b.md:10:5
   |
10 | one two three
   |     --- bad
   |
   = note: docs/a.md:3:5: bad
   = help: do this
   = fix (safe): write `bad` at 3:5

1 error, 0 warnings, 0 notes in 1 file with 2 rules; 0 left out
"
    );
}

#[test]
fn alike_findings_fold_after_three() {
    let mut findings: Vec<_> = (0..10).map(|page| finding(&format!("{page}.md"), "the same", Severity::Error)).collect();
    findings.iter_mut().for_each(|finding| finding.group = Some("cdn.test".to_owned()));
    findings.extend((0..5).map(|page| finding(&format!("x{page}.md"), "each its own", Severity::Error)));
    findings
        .extend((0..4).map(|page| Finding { group: Some("four".to_owned()), ..finding(&format!("y{page}.md"), "four", Severity::Error) }));
    let text = text(Format::Full, &report(findings));
    assert_eq!(text.matches("]: the same").count(), 3, "{text}");
    assert_eq!(text.matches("… and 7 more like this in 7 files").count(), 1, "{text}");
    assert_eq!((text.matches("]: each its own").count(), text.matches("]: four").count()), (5, 4));
}

#[test]
fn colours_are_on_demand() {
    for format in [Format::Full, Format::Concise] {
        let report = report(vec![finding("a.md", "x", Severity::Error)]);
        let with = emit(format, &report, Options { color: true, ..options() });
        let without = emit(format, &report, options());
        assert!(with.contains(&0x1b) && !without.contains(&0x1b));
        let stripped = anstream::adapter::strip_bytes(&with).into_vec();
        assert_eq!(String::from_utf8(stripped).unwrap(), String::from_utf8(without).unwrap());
    }
}

#[test]
fn thousands_of_findings_take_linear_time() {
    let findings: Vec<_> = (0..3_000)
        .map(|n| Finding { group: (n % 2 == 0).then(|| "g".to_owned()), ..finding(&format!("{n}.md"), "x", Severity::Error) })
        .collect();
    let report = report(findings);
    for format in FORMATS {
        emit(format, &report, options());
    }
}
