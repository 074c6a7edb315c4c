use proptest::prelude::*;

use crate::common::{api, facts, operations, security};

#[test]
fn every_field_may_have_another_type() {
    let text = "openapi: 3.0.0\ninfo: 1\nservers: {url: x}\nsecurity: {key: []}\npaths:\n  /a: [x]\n  /b: text\n  /c:\n    get: 5\n    put: {tags: x, operationId: [y], parameters: {a: b}, security: [key, {}], servers: [x, {url: []}]}\n  ? [a]\n  : {get: {}}\n  null: {get: {}}\ncomponents:\n  securitySchemes: {a: [x], b: {type: [http], flows: [x]}}\n";
    let api = api("a.yaml", text);
    assert_eq!((operations(&api), security(&api)), (vec!["PUT /c".to_owned()], vec!["()".to_owned()]));
    let put = api.operations().next().unwrap().1;
    assert!(!put.security.as_ref().unwrap().is_optional() && put.tags.is_empty() && put.id.is_none());
    let issues: Vec<_> = api.issues.iter().map(|issue| (&text[issue.place.span.range()], issue.reason.as_str())).collect();
    assert_eq!(
        issues,
        [
            ("{url: x}", "`servers` is not a list"),
            ("{key: []}", "`security` is not a list of requirements"),
            ("[x]", "a security scheme is not a mapping"),
            ("[x]", "a path item is not a mapping"),
            ("text", "a path item is not a mapping"),
            ("5", "an operation is not a mapping"),
            ("x", "a server has no `url`"),
            ("{url: []}", "a server has no `url`"),
            ("key", "a security requirement is not a mapping of schemes"),
        ]
    );
}

#[test]
fn what_stands_before_an_error_is_read() {
    let facts = facts("a.json", "{\"openapi\": \"3.0.0\", \"paths\": {\"/a\": {\"get\": {\"tags\": [\"x\"]}}, \"/b\": | ");
    assert_eq!(operations(&facts.apis[0]), ["GET /a"]);
    assert_eq!(facts.issues.len(), 2);
}

#[test]
fn hostile_descriptions_are_bounded() {
    let merges: String = (0..60).map(|i| format!("x-{}: &a{} {{<<: [*a{i}, *a{i}, *a{i}], k{i}: 1}}\n", i + 1, i + 1)).collect();
    api("a.yaml", &format!("openapi: 3.0.0\nx-0: &a0 {{get: {{}}}}\n{merges}paths:\n  /a: *a60\n"));
    let chain: String = (0..5_000).map(|i| format!("  /a{i}: {{$ref: '#/paths/~1a{}'}}\n", i + 1)).collect();
    assert_eq!(api("a.yaml", &format!("openapi: 3.0.0\npaths:\n{chain}")).paths.len(), 5_000);
    let deep = format!("openapi: 3.0.0\npaths: {}", "{/a: ".repeat(20_000));
    facts("a.yaml", &deep);
}

#[test]
fn what_is_repeated_without_end_is_not_read_to_the_end() {
    const MANY: usize = 4_000;
    let many = |what: fn(usize) -> String| (0..MANY).map(what).collect::<Vec<_>>().join(",");
    let (items, methods, words) = (many(|_| "*p".to_owned()), many(|i| format!("m{i}: {{}}")), many(|_| "*w".to_owned()));
    let paths: String = (0..MANY).map(|i| format!("  /{i}: *i\n")).collect();
    for item in [
        format!("parameters: [{items}]"),
        format!("servers: [{items}]"),
        format!("get: {{security: [{items}]}}"),
        format!("get: {{x-codeSamples: [{items}]}}"),
        format!("get: {{tags: [{words}]}}"),
        format!("additionalOperations: {{{methods}}}"),
    ] {
        let shared = "components:\n  x: &p {name: a, in: query, url: //a.test, source: b}\n  y: &w word\n";
        let api = api("a.yaml", &format!("openapi: 3.1.0\n{shared}x-item: &i\n  {item}\n  put: {{}}\npaths:\n{paths}"));
        assert!(api.paths.len() < MANY, "{}", &item[..20]);
        assert!(api.issues.iter().any(|issue| issue.reason.contains("not read")), "{}", &item[..20]);
    }
}

const WORDS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "'",
    "\n",
    "\n  ",
    "\n    ",
    "- ",
    "$ref",
    "#/paths/~1a",
    "paths",
    "get",
    "security",
    "servers",
    "url",
    "{}",
    "[]",
    "null",
    "<<: *a",
    "&a ",
    "*a",
    "x.yaml#/0",
    "parameters",
    "responses",
    "components",
    "securitySchemes",
    "é",
    "😀",
    "\\u00",
];

const SAMPLE: &str = "openapi: 3.1.0\nservers: [{url: 'https://{a}.test', variables: {a: {default: b}}}]\nsecurity: [{k: []}, {}]\npaths:\n  /a/{b}: &a\n    parameters: [{name: b, in: path}]\n    get: {responses: {}, security: [{k: [c]}], x-codeSamples: [{lang: a, source: b}]}\n  /c: {$ref: '#/paths/~1a~1%7Bb%7D'}\ncomponents: {securitySchemes: {k: {type: apiKey, in: header, name: K, description: 'prefix \"T\"'}}}\n";
const SAMPLE_JSON: &str = "{\"swagger\": \"2.0\", \"host\": \"a.test\", \"schemes\": [\"https\"], \"paths\": {\"/a\": {\"get\": {\"responses\": {}}}, \"/b\": {\"$ref\": \"#/paths/~1a\"}}, \"securityDefinitions\": {\"k\": {\"type\": \"basic\"}}}";

proptest! {
    #[test]
    fn a_mutated_description_is_read_all_the_same(
        is_json in any::<bool>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..12, prop::sample::select(WORDS)), 1..8),
    ) {
        let mut text = if is_json { SAMPLE_JSON } else { SAMPLE }.to_owned();
        for (at, length, word) in edits {
            let boundary = |mut at: usize| { while !text.is_char_boundary(at) { at -= 1; } at };
            let start = boundary(at.index(text.len() + 1));
            let end = boundary((start + length).min(text.len())).max(start);
            text.replace_range(start..end, word);
        }
        let facts = facts(if is_json { "a.json" } else { "a.yaml" }, &text);
        for api in &facts.apis {
            for (_, operation) in api.operations() {
                prop_assert!(text.get(operation.method.place().span.range()).is_some());
                prop_assert!(text.get(operation.place.span.range()).is_some());
            }
            for scheme in &api.schemes {
                scheme.kind();
                scheme.prefix();
            }
            for server in &api.servers {
                server.default_url();
            }
        }
    }
}
