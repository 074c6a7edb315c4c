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
fn what_a_manifest_states_is_found_where_it_states_it() {
    let mut files: BTreeMap<_, _> = FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let manifest = files.get_mut("docs/.well-known/ai-plugin.json").expect("a file of the tree");
    *manifest = manifest.replace("custom", "bearer");
    let findings = Tree::of(&files).check().findings;
    let places: Vec<_> = findings.iter().map(|finding| (finding.rule, finding.place.line, finding.place.column)).collect();
    assert_eq!(places, [("contract-auth-mismatch", 1, 79)]);
}
