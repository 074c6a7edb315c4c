//! `facts`, `rules` and `explain`.

use serde_json::Value;

use crate::common::{BAD_PAGE, Tree};

#[test]
fn facts_are_one_object_a_line_in_order() {
    let tree = Tree::new();
    tree.file("b.html", BAD_PAGE).file("a/c.html", format!("<p>\n<a href='/x'>é</a>{BAD_PAGE}"));
    let run = tree.run(&["facts"]);
    assert_eq!(run.code, 0);
    let facts: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let places: Vec<_> =
        facts.iter().map(|fact| format!("{}:{}:{}", fact["path"].as_str().unwrap(), fact["line"], fact["column"])).collect();
    assert_eq!(places, ["a/c.html:2:10", "a/c.html:2:32", "b.html:1:14"]);
    let fact = &facts[1];
    assert_eq!((&fact["kind"], &fact["role"], &fact["host"]), (&"url".into(), &"script-src".into(), &"cdn.evil-corp.net".into()));
    assert_eq!((&fact["raw"], &fact["end_column"]), (&"https://cdn.evil-corp.net/x.js".into(), &62.into()));
    assert_eq!((&facts[0]["host"], &facts[0]["url"], &facts[0]["reason"]), (&Value::Null, &Value::Null, &"relative".into()));
    for key in ["end_line", "text", "url", "implied_by"] {
        assert!(fact.get(key).is_some(), "{key}");
    }
}

#[test]
fn facts_have_exit_codes_too() {
    let tree = Tree::new();
    assert_eq!(tree.run(&["facts"]).code, 3);
    assert_eq!(tree.run(&["facts", "nowhere"]).code, 2);
    tree.file("a.md", "x").file("vendor/b.html", BAD_PAGE).file("congruent.toml", "exclude = ['vendor']\n");
    let run = tree.run(&["facts"]);
    assert_eq!((run.code, run.stdout.contains("evil-corp")), (0, false));
}

#[test]
fn rules_are_listed_and_explained() {
    let tree = Tree::new();
    let rules: Value = serde_json::from_str(&tree.run(&["rules", "--format", "json"]).stdout).unwrap();
    let rules = rules.as_array().unwrap();
    assert!(rules.iter().any(|rule| rule["id"] == "asset-host" && rule["invalid"][0]["files"].is_object()));
    let listed = tree.run(&["rules"]).stdout;
    assert_eq!(listed.lines().count(), rules.len());
    for rule in rules {
        let id = rule["id"].as_str().unwrap();
        let page = tree.run(&["explain", id]);
        assert_eq!(page.code, 0);
        assert!(page.stdout.starts_with(&format!("# {id}\n")) && page.stdout.contains(rule["remedy"].as_str().unwrap().trim()), "{id}");
    }
    let unknown = tree.run(&["explain", "asset-hots"]);
    assert_eq!((unknown.code, unknown.stderr.contains("`asset-host`")), (2, true));
}

#[test]
fn requests_are_facts_and_their_secrets_are_hidden() {
    let tree = Tree::new();
    let key = format!("ra_ws_{}", "4fK9qLm2Xz7Rt5Wb8Yc3");
    tree.file(
        "a.sh",
        format!("curl -X PUT -H 'X-RunAgents-API-Key: {key}' -H 'A: b' -H 'a: c' \"$BASE/runs/$ID?token={key}\"\ncurl \"$URL\"\n"),
    );
    let workflow = "jobs:\n  a:\n    steps:\n      - run: |\n          curl -d x \\\n            https://a.test/x\n";
    tree.file(".github/workflows/a.yml", workflow);
    let run = tree.run(&["facts"]);
    assert!(!run.stdout.contains(&key));
    let facts: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let requests: Vec<_> = facts.iter().filter(|fact| fact["kind"] == "request").collect();
    assert_eq!(requests.len(), 3);
    assert_eq!((&requests[0]["method"], &requests[0]["body"], &requests[0]["end_line"]), (&"POST".into(), &"form".into(), &6.into()));
    let request = requests[1];
    assert_eq!((&request["method"], &request["url"]), (&"PUT".into(), &"{BASE}/runs/{ID}?token=ra_ws_<secret>".into()));
    assert_eq!(request["headers"], serde_json::json!({"X-RunAgents-API-Key": "ra_ws_<secret>", "A": "b, c"}));
    assert_eq!(request["auth"], serde_json::json!({"scheme": "apiKey", "in": "header", "name": "X-RunAgents-API-Key"}));
    assert_eq!((&request["language"], &request["complete"], &request["reason"]), (&"shell".into(), &true.into(), &Value::Null));
    assert_eq!((&requests[2]["complete"], &requests[2]["reason"]), (&false.into(), &"`{URL}` is not known here".into()));
}

#[test]
fn operations_and_security_schemes_are_facts() {
    let tree = Tree::new();
    tree.file(
        "api.yaml",
        "openapi: 3.0.0\nservers: [{url: 'https://{a}.test', variables: {a: {default: b}}}]\nsecurity: [{k: [], o: [r]}, {}]\npaths:\n  /x/{id}:\n    get: {operationId: x, tags: [t], responses: {}}\n    put: {security: [], deprecated: true}\n    post: {security: {k: []}}\ncomponents:\n  securitySchemes:\n    k: {type: apiKey, in: header, name: X-K, description: 'prefix \"Key\"'}\n    o: {type: oauth2}\n",
    );
    tree.file("part.json", "{\"get\": {\"responses\": {}}}");
    let run = tree.run(&["facts"]);
    let facts: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |kind: &str| facts.iter().filter(|fact| fact["kind"] == kind).collect::<Vec<_>>();
    let operations = of("operation");
    assert_eq!(operations.len(), 4);
    let get = operations[0];
    assert_eq!((&get["line"], &get["column"], &get["end_column"]), (&6.into(), &5.into(), &8.into()));
    assert_eq!((&get["method"], &get["template"], &get["operation_id"]), (&"GET".into(), &"/x/{id}".into(), &"x".into()));
    assert_eq!((&get["tags"], &get["servers"]), (&serde_json::json!(["t"]), &serde_json::json!(["https://b.test"])));
    assert_eq!((&get["security"], &get["deprecated"]), (&serde_json::json!([{"k": [], "o": ["r"]}, {}]), &false.into()));
    assert_eq!((&operations[1]["security"], &operations[1]["deprecated"]), (&serde_json::json!([]), &true.into()));
    assert_eq!((&operations[2]["security"], of("issue").len()), (&Value::Null, 1));
    let part = operations[3];
    assert_eq!((&part["path"], &part["template"]), (&"part.json".into(), &Value::Null));
    assert_eq!((&part["servers"], &part["security"]), (&Value::Null, &Value::Null));
    let schemes = of("security-scheme");
    assert_eq!((&schemes[0]["name"], &schemes[0]["type"], &schemes[0]["prefix"]), (&"k".into(), &"apiKey".into(), &"Key".into()));
    assert_eq!(schemes[0]["auth"], serde_json::json!({"scheme": "apiKey", "in": "header", "name": "X-K"}));
    assert_eq!((&schemes[1]["auth"], &schemes[1]["line"]), (&serde_json::json!({"scheme": "bearer"}), &12.into()));
}
