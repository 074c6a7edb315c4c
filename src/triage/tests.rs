use ::ignore::gitignore::GitignoreBuilder;
use proptest::prelude::*;

use super::*;
use crate::model::{Anchor, Comment, Document, Edit, Encoding, Facts, Fix, Place, RelatedHit, Span, Vocabulary};

/// A file in which `//` starts a comment, and a hit of `asset-host` wherever `BAD` stands.
struct Case {
    document: Document,
    facts: Facts,
    vocabulary: Vocabulary,
    policy: Policy,
}

impl Case {
    fn new(text: &str) -> Self {
        let document = Document::new("docs/a.js", text, Encoding::Utf8 { bom: false });
        let mut facts = Facts::default();
        for (at, _) in text.match_indices("//") {
            let end = at + text[at..].find('\n').unwrap_or(text.len() - at);
            facts.comments.push(Comment { span: Span::new(at, end), text_span: Span::new(at + 2, end), covers: None });
        }
        let rules = crate::rule::all().unwrap();
        let vocabulary = crate::rule::vocabulary().unwrap();
        let enabled = rules.iter().map(|rule| Enabled { rule, severity: rule.severity }).collect();
        let policy = Policy::new(enabled, rules, &vocabulary, "2026-06-01".parse().unwrap());
        Self { document, facts, vocabulary, policy }
    }

    fn run(&self) -> Outcome {
        let hits = self.document.as_str().match_indices("BAD").map(|(at, _)| Hit::new(Span::new(at, at + 3), "this is bad"));
        self.run_with(hits.collect())
    }

    fn run_with(&self, hits: Vec<Hit>) -> Outcome {
        let enabled = self.policy.enabled.iter().find(|enabled| enabled.rule.id == "asset-host").unwrap();
        let file = File { document: &self.document, facts: &self.facts, vocabulary: &self.vocabulary };
        super::file(file, vec![(*enabled, Verdict { hits, unverified: Vec::new() })], &self.policy)
    }
}

/// The findings as `line:column rule`.
fn places(outcome: &Outcome) -> Vec<String> {
    outcome.findings.iter().map(|f| format!("{}:{} {}", f.place.line, f.place.column, f.rule)).collect()
}

/// The file after the first finding's mend.
fn mended(case: &Case, outcome: &Outcome) -> String {
    let mut text = case.document.as_str().to_owned();
    for edit in outcome.findings[0].fix.as_ref().unwrap().edits.iter().rev() {
        text.replace_range(edit.span.range(), &edit.replacement);
    }
    text
}

#[test]
fn a_comment_suppresses_on_its_line_and_below_if_it_stands_alone() {
    for (text, left) in [
        ("BAD // congruent: ignore[asset-host]: why\nBAD", &["2:1 asset-host"][..]),
        ("// congruent: ignore[asset-host]: why\nBAD\nBAD", &["3:1 asset-host"]),
        ("  // congruent: ignore[asset-host]: why\r\n  BAD BAD", &[]),
        ("// congruent: ignore[expired-suppression]: why\n// congruent: ignore[asset-host]: why\nBAD", &["1:22 unused-suppression"]),
        ("x\n// congruent: ignore[asset-host]: why\n\nBAD", &["2:22 unused-suppression", "4:1 asset-host"]),
        ("// congruent: ignore[asset-host]\nBAD", &["1:4 invalid-suppression", "2:1 asset-host"]),
        ("// congruent: ignore[asset-hots]: why\nBAD", &["1:22 invalid-suppression", "2:1 asset-host"]),
        ("BAD // congruent: ignore[asset-host]: why (until 2026-06-01)", &[]),
        ("BAD // congruent: ignore[asset-host]: why (until 2026-05-31)", &["1:1 asset-host", "1:8 expired-suppression"]),
        ("BAD // congruent: ignore[asset-host]: why (until 2026-05-32)", &["1:1 asset-host", "1:8 invalid-suppression"]),
    ] {
        let case = Case::new(text);
        let outcome = case.run();
        assert_eq!(places(&outcome), left, "{text}");
        assert_eq!(outcome.suppressed, text.matches("BAD").count() - left.iter().filter(|l| l.ends_with("asset-host")).count());
    }
}

#[test]
fn a_finding_of_several_lines_is_suppressed_at_either_end() {
    let text = "call(\n  x\n) // congruent: ignore[asset-host]: why\ncall(\n x // congruent: ignore[asset-host]: why\n)";
    let case = Case::new(text);
    let second = text.rfind("call").unwrap();
    let outcome = case.run_with(vec![Hit::new(Span::new(0, 11), "one"), Hit::new(Span::new(second, text.len()), "two")]);
    assert_eq!(places(&outcome), ["4:1 asset-host", "5:25 unused-suppression"]);
}

#[test]
fn a_comment_may_stand_for_a_block() {
    let mut case = Case::new("// congruent: ignore[asset-host]: why\n\nBAD\nBAD\n\nBAD");
    case.facts.comments[0].covers = Some(Span::new(39, 46));
    let outcome = case.run();
    assert_eq!((places(&outcome), outcome.suppressed), (vec!["6:1 asset-host".to_owned()], 2));
}

#[test]
fn any_number_of_suppressions_takes_bounded_time() {
    let many = 20_000;
    let lines = "congruent: ignore[asset-host]: why\n".repeat(many);
    let list = format!("congruent: ignore[{}]: why{}", "asset-host,".repeat(many), "\n".repeat(many));
    for words in [lines, list] {
        let mut case = Case::new(&format!("{words}{}", "BAD ".repeat(many)));
        let span = Span::new(0, words.len());
        case.facts.comments = vec![Comment { span, text_span: span, covers: Some(Span::new(words.len(), words.len() + 4 * many)) }];
        assert_eq!(case.run().suppressed, many);
    }
}

#[test]
fn idle_suppressions_come_with_their_mend() {
    for (text, mend) in [
        ("a\n  // congruent: ignore[asset-host]: why\r\nb", "a\nb"),
        ("a // congruent: ignore[asset-host]: why\nb", "a\nb"),
        ("// congruent: ignore[asset-host]", ""),
        ("BAD // congruent: ignore[expired-suppression, asset-host]: why", "BAD // congruent: ignore[asset-host]: why"),
        ("// congruent: ignore[asset-hots]: why", "// congruent: ignore[asset-host]: why"),
    ] {
        let case = Case::new(text);
        assert_eq!(mended(&case, &case.run()), mend);
    }
    let case = Case::new("x // noqa // congruent: ignore[asset-host]: why");
    assert!(case.run().findings[0].fix.is_none());
}

#[test]
fn a_suppression_of_a_rule_that_did_not_run_is_not_unused() {
    let mut case = Case::new("// congruent: ignore[expired-suppression]: why\n");
    case.policy.enabled.retain(|enabled| enabled.rule.id != "expired-suppression");
    assert_eq!(places(&case.run()), [""; 0]);
}

#[test]
fn the_configuration_ignores_by_path_rule_and_text() {
    let entry = |glob: &str, rule: &'static str, matching: Option<&str>| {
        let mut paths = GitignoreBuilder::new("");
        paths.add_line(None, glob).unwrap();
        let place = Place { path: "congruent.toml".into(), line: 3, column: 1, end_line: 3, end_column: 11 };
        Ignore { paths: paths.build().unwrap(), rules: vec![rule], matching: matching.map(str::to_owned), reason: String::new(), place }
    };
    let mut case = Case::new("BAD\nBAD");
    case.policy.ignores = vec![
        entry("other/**", "asset-host", None),
        entry("docs/**", "unused-suppression", None),
        entry("docs/**", "asset-host", Some("GOOD")),
        entry("docs/*.js", "asset-host", Some("BAD")),
    ];
    let outcome = case.run();
    assert_eq!((outcome.findings.len(), outcome.suppressed, outcome.used_ignores.as_slice()), (0, 2, &[3][..]));
    let idle = idle_ignores(&case.policy, &outcome.used_ignores);
    assert_eq!(idle.len(), 3);
    assert_eq!((idle[0].rule, idle[0].place.line), ("unused-suppression", 3));
}

#[test]
fn the_fingerprint_stays_when_lines_move_and_changes_with_the_anchor() {
    let fingerprint = |text: &str, anchors: &[(&str, &str)]| {
        let mut case = Case::new(text);
        for (name, stretch) in anchors {
            let at = text.find(stretch).unwrap();
            case.facts.anchors.push(Anchor { span: Span::new(at, at + stretch.len()), name: (*name).to_owned() });
        }
        case.run().findings[0].fingerprint.clone()
    };
    let plain = fingerprint("BAD", &[]);
    assert_eq!(plain, fingerprint("\n\n  moved\n  BAD", &[]));
    let outer = fingerprint("a{ b{} BAD }", &[("a", "a{ b{} BAD }"), ("b", "b{}")]);
    assert_eq!(outer, fingerprint("x a{ BAD }", &[("a", "a{ BAD }")]));
    assert_ne!(outer, plain);
    assert_ne!(outer, fingerprint("a{ b{BAD} }", &[("a", "a{ b{BAD} }"), ("b", "b{BAD}")]));
}

#[test]
fn the_fingerprint_stays_when_lines_of_a_long_place_are_indented_or_end_otherwise() {
    for lines in [2, 40, 400] {
        let place = |indent: &str, end: &str| format!("call({end}{}) BAD", format!("{indent}argument, {end}").repeat(lines));
        let of = |text: &str| {
            let finding = Case::new(text).run_with(vec![Hit::new(Span::new(0, text.len()), "bad")]).findings.remove(0);
            (finding.fingerprint, finding.secret)
        };
        let plain = of(&place("  ", "\n"));
        assert_eq!(plain, of(&place("\t\t\t\t", "\n")), "{lines}");
        assert_eq!(plain, of(&place("  ", "\r\n")), "{lines}");
        assert_ne!(plain, of(&place("  other ", "\n")), "{lines}");
    }
}

#[test]
fn a_secret_is_no_part_of_the_fingerprint_and_known_beside_it() {
    let of = |text: &str| {
        let mut case = Case::new(text);
        case.facts.anchors.push(Anchor { span: Span::new(0, text.len()), name: text.to_owned() });
        let finding = case.run_with(vec![Hit::new(Span::new(0, text.len()), "bad")]).findings.remove(0);
        (finding.fingerprint, finding.secret)
    };
    let (one, other) = (of("send('ra_ws_4f3c9a0b7d21e8A6')"), of("send('ra_ws_77c1d05be4492fB3')"));
    assert_eq!(one.0, other.0);
    assert!(one.1.is_some() && one.1 != other.1);
    assert_eq!(of("send('ra_ws_...')").1, None);
}

#[test]
fn no_text_of_a_finding_shows_a_secret_or_disturbs_its_surroundings() {
    const KEY: &str = "ra_ws_4f3c9a0b7d21e8A6";
    let case = Case::new(&format!("send('{KEY}')"));
    let span = Span::new(6, 6 + KEY.len());
    let mut hit = Hit::new(span, format!("{KEY}\n::error::\u{1b}[31m\u{202e}"));
    hit.help = Some(format!("use {KEY}"));
    hit.related.push(RelatedHit::Here(span, format!("see {KEY}")));
    hit.fix = Some(Fix::edits(true, vec![Edit { span: Span::new(0, 4), place: None, replacement: format!("f('{KEY}')") }]));
    let outcome = case.run_with(vec![hit]);
    let shown = format!("{:?}", outcome.findings);
    assert!(!shown.contains("4f3c"), "{shown}");
    assert_eq!(outcome.findings[0].message, "ra_ws_<secret> ::error::␛[31m\u{fffd}");
    assert_eq!(outcome.findings[0].excerpt.as_ref().unwrap().text, "send('ra_ws_<secret>')");
}

#[test]
fn many_findings_on_one_long_line_take_linear_time() {
    let text = format!("{}{}", "word BAD ".repeat(10_000), "filler ".repeat(1_000_000));
    assert_eq!(Case::new(&text).run().findings.len(), 10_000);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]
    #[test]
    fn whatever_is_found_wherever_nothing_panics_and_no_key_shows(
        parts in proptest::collection::vec(proptest::sample::select(&PARTS[..]), 0..40),
        spans in proptest::collection::vec((0_usize..400, 0_usize..60), 0..8),
    ) {
        let case = Case::new(&parts.concat());
        let hits = spans.into_iter().map(|(start, length)| Hit {
            related: vec![RelatedHit::Here(Span::new(length, start), "x".to_owned())],
            fix: Some(Fix::edits(true, vec![Edit { span: Span::new(start, start + length), place: None, replacement: parts.concat() }])),
            ..Hit::new(Span::new(start, start + length), parts.concat())
        });
        let outcome = case.run_with(hits.collect());
        let shown = format!("{outcome:?}");
        prop_assert!(!shown.contains("9a0b7d21"), "{}", shown);
        for excerpt in outcome.findings.iter().filter_map(|finding| finding.excerpt.as_ref()) {
            prop_assert!(excerpt.text.get(excerpt.highlight.range()).is_some());
        }
    }
}

const PARTS: [&str; 16] = [
    "\n",
    "\r\n",
    " ",
    "é",
    "😀",
    "\u{202e}",
    "\u{1b}[",
    "BAD",
    "// congruent: ignore[asset-host]: why\n",
    "// congruent: ignore[a",
    "ra_ws_4f3c9a0b7d21e8A6 ",
    "\"Authorization\": \"Bearer 4f3c9a0b7d21e8A6\"",
    "https://u:4f3c9a0b7d21e8A6@h.test/",
    "?api_key=4f3c9a0b7d21e8A6&",
    " -u u:4f3c9a0b7d21e8A6 ",
    "long word ",
];
