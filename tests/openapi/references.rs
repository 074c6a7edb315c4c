use crate::common::{Project, api, operations, security};

const ROOT: &str = r##"openapi: 3.0.3
info: {$ref: info.yaml}
paths:
  /users/{id}:
    $ref: "paths/users.yaml#/~1users~1%7Bid%7D"
  /teams:
    $ref: paths/teams.json
  /alias: {$ref: '#/paths/~1own'}
  /own:
    get: {$ref: 'operations/own.yaml', }
    post: {parameters: [{$ref: '#/components/parameters/0'}, {$ref: 'common.yaml#/1'}]}
components:
  securitySchemes: {$ref: "./security.yaml#/all"}
  parameters:
    "0": {$ref: "#/components/parameters/One"}
    One: {name: one, in: query}
"##;

#[test]
fn a_description_may_have_many_files() {
    let project = Project::new(&[
        ("api/openapi.yaml", ROOT),
        ("api/info.yaml", "title: Users\n"),
        ("api/paths/users.yaml", "/users/{id}:\n  get: {parameters: [{$ref: ../common.yaml#/0}]}\n"),
        ("api/paths/teams.json", "{\"get\": {\"security\": [{\"k\": []}]}}"),
        ("api/operations/own.yaml", "operationId: own\n"),
        ("api/common.yaml", "- {name: zero, in: query}\n- {name: first, in: query}\n"),
        ("api/security.yaml", "all:\n  k: {$ref: '#/k'}\nk: {type: http, scheme: basic}\n"),
    ]);
    let api = project.load();
    assert_eq!(operations(&api), ["GET /users/{id}", "GET /teams", "GET /alias", "POST /alias", "GET /own", "POST /own"]);
    assert_eq!(security(&api)[1], "(k)");
    assert_eq!((api.elsewhere.len(), api.issues.len()), (0, 0));
    let users = &api.paths[0];
    assert_eq!(project.at(&api, users.template.as_ref().unwrap().place()), "api/openapi.yaml: /users/{id}");
    assert_eq!(project.at(&api, users.operations[0].method.place()), "api/paths/users.yaml: get");
    assert_eq!(project.at(&api, users.operations[0].parameters[0].name.place()), "api/common.yaml: zero");
    assert_eq!(project.at(&api, api.paths[3].operations[0].id.as_ref().unwrap().place()), "api/operations/own.yaml: own");
    let names: Vec<_> = api.paths[3].operations[1].parameters.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["one", "first"]);
    let scheme = api.scheme("k").unwrap();
    assert_eq!(project.at(&api, scheme.scheme.as_ref().unwrap().place()), "api/security.yaml: basic");
    assert_eq!(api.title.as_ref().unwrap().as_str(), "Users");
}

#[test]
fn files_that_are_not_given_stay_references() {
    let api = api("api/openapi.yaml", ROOT);
    let missing: Vec<_> = api.elsewhere.iter().map(|missing| (missing.path.as_str(), missing.text.as_str())).collect();
    assert!(missing.contains(&("api/paths/users.yaml", "paths/users.yaml#/~1users~1%7Bid%7D")), "{missing:?}");
    assert!(missing.contains(&("api/security.yaml", "./security.yaml#/all")));
    assert_eq!((operations(&api), api.issues.len()), (vec!["POST /alias".to_owned(), "POST /own".to_owned()], 0));
}

#[test]
fn references_to_nothing_are_issues() {
    let text = "openapi: 3.0.0\npaths:\n  /a: {$ref: '#/paths/~1b'}\n  /b: {$ref: '#/paths/~1a'}\n  /c: {$ref: '#/no'}\n  /d: {$ref: 'https://x.test/d'}\n  /e: {$ref: '#e'}\n  /f: {$ref: '#/paths/~1f'}\n  /g: {$ref: ../../g.yaml}\n  /h: {get: {}, $ref: '#/no'}\n";
    let api = api("a.yaml", text);
    assert_eq!(operations(&api), ["GET /h"]);
    let issues: Vec<_> = api.issues.iter().map(|issue| (&text[issue.place.span.range()], issue.reason.as_str())).collect();
    let back = "the reference leads nowhere but back to itself";
    let outside = "the reference names something outside of the repository";
    assert_eq!(
        issues,
        [
            ("#/paths/~1b", back),
            ("#/paths/~1a", back),
            ("#/no", "the reference leads to nothing"),
            ("https://x.test/d", outside),
            ("#e", "the reference is no JSON pointer"),
            ("#/paths/~1f", back),
            ("../../g.yaml", outside),
            ("#/no", "the reference leads to nothing"),
        ]
    );
    let scheme = crate::common::api("a.yaml", "openapi: 3.0.0\ncomponents: {securitySchemes: {a: {$ref: 'https://x.test/a'}}}\n");
    assert_eq!(scheme.schemes.iter().map(|scheme| (scheme.key.as_str(), scheme.is_defined)).collect::<Vec<_>>(), [("a", false)]);
}

#[test]
fn yaml_has_anchors_and_merge_keys() {
    let text = "openapi: 3.0.0\nx-base: &base\n  get: &get {tags: [a]}\n  put: {}\npaths:\n  /a:\n    <<: *base\n    post: *get\n    put: {tags: [b]}\n  /b: {<<: [{get: {tags: [c]}}, *base]}\n  /c: *base\n";
    let api = api("a.yaml", text);
    assert_eq!(operations(&api), ["POST /a", "PUT /a", "GET /a", "GET /b", "PUT /b", "GET /c", "PUT /c"]);
    let tags: Vec<_> = api.operations().map(|(_, operation)| operation.tags.iter().map(|tag| tag.as_str()).collect::<String>()).collect();
    assert_eq!(tags, ["a", "b", "a", "c", "", "a", ""]);
}

/// Each merges the one before it many times: to follow them all would take for ever.
#[test]
fn what_is_merged_again_and_again_is_merged_once() {
    let level = |level: usize| format!("x-{level}: &l{level}\n  <<: [{}]\n", vec![format!("*l{}", level - 1); 32].join(", "));
    let levels: String = (1..8).map(level).collect();
    let text = format!("openapi: 3.0.0\nx-0: &l0 {{summary: x, tags: [a]}}\n{levels}paths:\n  /a:\n    get: {{<<: *l7, operationId: b}}\n");
    let api = api("a.yaml", &text);
    assert_eq!(operations(&api), ["GET /a"]);
    let (_, operation) = api.operations().next().unwrap();
    assert_eq!(operation.tags.iter().map(|tag| tag.as_str()).collect::<Vec<_>>(), ["a"]);
}
