//! A tree whose files agree with its contract, and what becomes of it when one thing is changed.

use std::collections::BTreeMap;

use crate::tree::Tree;

const FILES: [(&str, &str); 5] = [
    (
        "openapi/openapi.yaml",
        "openapi: 3.1.0
info: {title: Runs}
servers: [{url: \"https://api.runs.test/v1\"}]
security:
  - workspaceKey: []
paths:
  /runs:
    get: {responses: {}}
    post: {responses: {}}
  /runs/{id}:
    get: {responses: {}}
  /health:
    get: {security: [], responses: {}}
components:
  securitySchemes:
    workspaceKey: {type: apiKey, in: header, name: X-Runs-API-Key}
",
    ),
    (
        "docs/runs.md",
        "# Runs

=== \"curl\"

    ```bash
    curl https://api.runs.test/v1/runs \\
      -H \"X-Runs-API-Key: $KEY\"
    ```

=== \"Python\"

    ```python
    import requests

    requests.post(
        \"https://api.runs.test/v1/runs\",
        headers={\"X-Runs-API-Key\": key},
    )
    ```
",
    ),
    (
        "web/client.ts",
        "export const get = (id: string) =>
  fetch(`https://api.runs.test/v1/runs/${id}`, { headers: { \"X-Runs-API-Key\": key } });
export const health = () => fetch(\"https://api.runs.test/v1/health\");
",
    ),
    (
        "docs/.well-known/ai-plugin.json",
        "{\"schema_version\": \"v1\", \"auth\": {\"type\": \"user_http\", \"authorization_type\": \"custom\"}, \"api\": {\"url\": \"https://api.runs.test/\"}}
",
    ),
    (
        "runs.postman_collection.json",
        "{\"info\": {\"schema\": \"https://schema.getpostman.com/json/collection/v2.1.0/collection.json\"}, \"item\": [
  {\"request\": {\"method\": \"GET\", \"url\": \"https://api.runs.test/v1/runs\", \"header\": [{\"key\": \"X-Runs-API-Key\", \"value\": \"{{key}}\"}]}}
]}
",
    ),
];

/// Where the rule finds something once `old`, which stands there once, is `new` in a file.
fn found(rule: &str, path: &str, old: &str, new: &str) -> Vec<String> {
    let mut files: BTreeMap<_, _> = FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    files.remove("docs/.well-known/ai-plugin.json");
    let text = files.get_mut(path).expect("a file of the tree");
    assert_eq!(text.matches(old).count(), 1, "{old}");
    *text = text.replace(old, new);
    let findings = Tree::of(&files).check().findings;
    findings
        .iter()
        .filter(|finding| finding.rule == rule)
        .map(|finding| format!("{}:{}:{}", finding.place.path, finding.place.line, finding.place.column))
        .collect()
}

#[test]
fn a_tree_that_agrees_is_silent() {
    assert_eq!(found("contract-auth-mismatch", "docs/runs.md", "# Runs", "# Runs"), [""; 0]);
    assert_eq!(found("unguarded-bearer", "docs/runs.md", "# Runs", "# Runs"), [""; 0]);
}

#[test]
fn a_header_that_is_renamed_is_found_where_it_stands() {
    let rule = "contract-auth-mismatch";
    for (path, old, new, at) in [
        ("docs/runs.md", "X-Runs-API-Key: $KEY", "X-API-Key: $KEY", "docs/runs.md:7:11"),
        ("docs/runs.md", "X-Runs-API-Key: $KEY", "X-Runs-Api_Key: $KEY", "docs/runs.md:7:11"),
        ("docs/runs.md", "X-Runs-API-Key: $KEY", "X-Runs-Key: $KEY", "docs/runs.md:7:11"),
        ("docs/runs.md", "X-Runs-API-Key: $KEY", "Authorization: Bearer $KEY", "docs/runs.md:7:11"),
        ("docs/runs.md", "X-Runs-API-Key: $KEY", "X-Runs-API-Key: Bearer $KEY", "docs/runs.md:7:11"),
        ("docs/runs.md", " \\\n      -H \"X-Runs-API-Key: $KEY\"", "", "docs/runs.md:6:5"),
        ("docs/runs.md", "{\"X-Runs-API-Key\": key}", "{\"Authorization\": f\"Bearer {key}\"}", "docs/runs.md:17:19"),
        ("docs/runs.md", "headers={\"X-Runs-API-Key\": key}", "auth=(key, \"\")", "docs/runs.md:15:5"),
        ("docs/runs.md", "/v1/runs\",\n        headers={\"X-Runs-API-Key\": key}", "/v1/runs?api_key=\" + key", "docs/runs.md:16:10"),
        ("web/client.ts", "\"X-Runs-API-Key\": key", "Authorization: `Bearer ${key}`", "web/client.ts:2:61"),
        (
            "runs.postman_collection.json",
            "X-Runs-API-Key\", \"value\": \"",
            "Authorization\", \"value\": \"Bearer ",
            "runs.postman_collection.json:2:93",
        ),
    ] {
        assert_eq!(found(rule, path, old, new), [at], "{new}");
    }
}

#[test]
fn a_contract_that_says_something_else_is_told_by_everything_that_it_is_told_of() {
    let all = ["docs/runs.md:7:11", "docs/runs.md:17:19", "runs.postman_collection.json:2:93", "web/client.ts:2:62"];
    let contract = "openapi/openapi.yaml";
    for (old, new) in [
        ("name: X-Runs-API-Key", "name: X-Workspace-Key"),
        ("{type: apiKey, in: header, name: X-Runs-API-Key}", "{type: http, scheme: bearer}"),
        ("in: header", "in: query"),
    ] {
        assert_eq!(found("contract-auth-mismatch", contract, old, new), all, "{new}");
    }
    // What needs nothing may be sent anything; that the rest needs nothing any more is another rule's matter.
    assert_eq!(found("contract-auth-mismatch", contract, "security:\n  - workspaceKey: []\n", ""), [""; 0]);
    assert_eq!(found("contract-auth-mismatch", contract, "    get: {security: [], responses: {}}", "    get: {responses: {}}"), [""; 0]);
}

#[test]
fn a_wrong_path_and_a_wrong_scheme_of_one_call_are_one_finding_that_names_both() {
    let mut files: BTreeMap<_, _> = FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    files.remove("docs/.well-known/ai-plugin.json");
    let page = files.get_mut("docs/runs.md").expect("a file of the tree");
    *page = page.replace(
        "v1/runs\",\n        headers={\"X-Runs-API-Key\": key}",
        "v1/runz\",\n        headers={\"Authorization\": f\"Bearer {key}\"}",
    );
    let report = Tree::of(&files).check();
    let [finding] = report.findings.as_slice() else { panic!("{:?}", report.findings) };
    let place = &finding.place;
    assert_eq!((finding.rule, place.line, place.column, place.end_line), ("contract-auth-mismatch", 16, 31, 17));
    for word in ["`X-Runs-API-Key`", "not as Bearer", "`POST /v1/runz`", "`GET and POST /runs`"] {
        assert!(finding.message.contains(word), "{}", finding.message);
    }
    let related: Vec<_> = finding.related.iter().map(|related| (related.place.path.as_str(), related.place.line)).collect();
    assert_eq!(related, [("openapi/openapi.yaml", 5), ("docs/runs.md", 7), ("openapi/openapi.yaml", 7)]);
}

#[test]
fn a_key_of_a_known_kind_in_the_wrong_place_is_told_by_the_contract_of_its_api() {
    let mut files: BTreeMap<_, _> = FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    files.remove("docs/.well-known/ai-plugin.json");
    let page = files.get_mut("docs/runs.md").expect("a file of the tree");
    let call = "    key = \"ra_ws_YOUR_KEY\"\n    requests.post(\n        \"https://api.runs.test/v1/runs\",\n        headers={\"Authorization\": f\"Bearer {key}\"}";
    *page = page.replace("    requests.post(\n        \"https://api.runs.test/v1/runs\",\n        headers={\"X-Runs-API-Key\": key}", call);
    let report = Tree::of(&files).check();
    let [finding] = report.findings.as_slice() else { panic!("{:?}", report.findings) };
    assert_eq!((finding.rule, finding.place.line), ("contract-auth-mismatch", 18));
    assert!(finding.message.contains("`X-Runs-API-Key`") && finding.fix.as_ref().is_some_and(|fix| fix.safe), "{finding:?}");
    assert!(finding.related.iter().any(|related| related.message.contains("ra_ws_")), "{:?}", finding.related);
    // Elsewhere nothing but the kind of the key says where it belongs.
    let page = files.get_mut("docs/runs.md").expect("a file of the tree");
    *page = page.replace("https://api.runs.test/v1/runs\",", "https://api.other.test/v1/runs\",");
    let findings = Tree::of(&files).check().findings;
    assert_eq!(findings.iter().map(|finding| finding.rule).collect::<Vec<_>>(), ["misplaced-credential"]);
}

#[test]
fn a_path_that_is_changed_is_found_where_it_stands() {
    let rule = "contract-unknown-operation";
    for (path, old, new, at) in [
        ("docs/runs.md", "curl https://api.runs.test/v1/runs", "curl https://api.runs.test/v1/run/s", "docs/runs.md:6:31"),
        ("docs/runs.md", "curl https://api.runs.test/v1/runs", "curl -X DELETE https://api.runs.test/v1/runs", "docs/runs.md:6:41"),
        ("docs/runs.md", "curl https://api.runs.test/v1/runs", "curl https://api.runs.test/v1/v1/runs", "docs/runs.md:6:31"),
        ("web/client.ts", "v1/runs/${id}", "v1/run/${id}", "web/client.ts:2:31"),
        ("runs.postman_collection.json", "v1/runs", "v1/ruins", "runs.postman_collection.json:2:62"),
    ] {
        assert_eq!(found(rule, path, old, new), [at], "{new}");
    }
    assert_eq!(found(rule, "docs/runs.md", "# Runs", "# Runs"), [""; 0]);
}

#[test]
fn a_contract_that_says_less_or_nothing_of_security_is_found_where_it_does() {
    let (rule, path) = ("contract-scheme-suspect", "openapi/openapi.yaml");
    for (old, new, at) in [
        ("type: apiKey", "type: apikey", "openapi/openapi.yaml:16:26"),
        ("{type: apiKey, in: header, name: X-Runs-API-Key}", "{type: http, scheme: baerer}", "openapi/openapi.yaml:16:40"),
    ] {
        assert_eq!(found(rule, path, old, new), [at], "{new}");
    }
    assert_eq!(found("contract-scheme-undefined", path, "- workspaceKey: []", "- workspaceKeys: []"), ["openapi/openapi.yaml:5:5"]);
}

#[test]
fn security_that_is_removed_from_the_root_is_found_at_the_scheme_that_nothing_needs_any_more() {
    let mut files: BTreeMap<_, _> = FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    files.remove("docs/.well-known/ai-plugin.json");
    let places = |files: &BTreeMap<String, String>| {
        let findings = Tree::of(files).check().findings.into_iter().filter(|finding| finding.rule == "contract-scheme-suspect");
        findings.map(|finding| (finding.place.path, finding.place.line, finding.place.column)).collect::<Vec<_>>()
    };
    assert_eq!(places(&files), []);
    let contract = files.get_mut("openapi/openapi.yaml").expect("a file of the tree");
    *contract = contract.replace("security:\n  - workspaceKey: []\n", "");
    assert_eq!(places(&files), [("openapi/openapi.yaml".to_owned(), 14, 5)]);
}

#[test]
fn a_copy_that_lacks_an_operation_is_found_where_that_belongs() {
    let mut files: BTreeMap<_, _> = FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    files.remove("docs/.well-known/ai-plugin.json");
    let contract = files["openapi/openapi.yaml"].clone();
    files.insert("docs/api/openapi.yaml".to_owned(), contract.clone());
    assert!(Tree::of(&files).check().findings.is_empty());
    files.insert("docs/api/openapi.yaml".to_owned(), contract.replace("    post: {responses: {}}\n", ""));
    let findings = Tree::of(&files).check().findings;
    let places: Vec<_> = findings.iter().map(|finding| (finding.rule, finding.place.path.as_str(), finding.place.line)).collect();
    assert_eq!(places, [("contract-copy-drift", "docs/api/openapi.yaml", 7)]);
}

#[test]
fn what_a_manifest_states_is_found_where_it_states_it() {
    let mut files: BTreeMap<_, _> = FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let manifest = files.get_mut("docs/.well-known/ai-plugin.json").expect("a file of the tree");
    *manifest = manifest.replace("custom", "bearer");
    let findings = Tree::of(&files).check().findings;
    let places: Vec<_> = findings.iter().map(|finding| (finding.rule, finding.place.line, finding.place.column)).collect();
    assert_eq!(places, [("contract-auth-mismatch", 1, 79)]);
}
