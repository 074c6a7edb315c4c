use congruent::check::contract::{Contract, Likeness, groups};
use congruent::model::ApiDescription;

use crate::common::api;

const HEAD: &str = "openapi: 3.0.0\ninfo: {title: Pets}\nservers: [{url: 'https://pets.test/v1/'}]\nsecurity: [{key: []}]\n";
const SCHEMES: &str = "components: {securitySchemes: {key: {type: apiKey, in: header, name: K}}}\n";

fn pets(paths: &[&str]) -> String {
    let paths: String = paths.iter().map(|path| format!("  {path}: {{get: {{}}}}\n")).collect();
    format!("{HEAD}paths:\n{paths}{SCHEMES}")
}

/// A line for each group: the contract, or what might be it, and what the others are.
fn grouped(files: &[(&str, String)], configured: &[&str]) -> Vec<String> {
    let apis: Vec<ApiDescription> = files.iter().map(|(path, text)| api(path, text)).collect();
    let all: Vec<_> = files.iter().zip(&apis).map(|((path, _), api)| (*path, api)).collect();
    let path = |index: &usize| files[*index].0;
    let line = |group: congruent::check::contract::ApiGroup| {
        let contract = match &group.contract {
            Contract::Known(index) => path(index).to_owned(),
            Contract::Open(several) => several.iter().map(|index| format!("{}?", path(index))).collect::<Vec<_>>().join(" "),
        };
        let likeness = |likeness| match likeness {
            Likeness::Copy => "copy",
            Likeness::Part => "part",
            Likeness::Different => "different",
        };
        let others = group.others.iter().map(|other| format!("; {} {}", likeness(other.likeness), path(&other.description)));
        format!("{contract}{}", others.collect::<String>())
    };
    groups(&all, configured).into_iter().map(line).collect()
}

#[test]
fn copies_and_parts_are_told_as_data() {
    let copy = "info: {title: Pets}\npaths:\n  \"/b/\":\n    get: {tags: [b]}\n  '/a':\n    \"get\": {security: [{key: []}]}\nservers:\n- url: https://pets.test/v1\nsecurity:\n- key: []\ncomponents:\n  securitySchemes:\n    key: {name: K, in: header, type: apiKey}\nopenapi: 3.1.0\n";
    let part = pets(&["/b"]).replace("openapi: 3.0.0\n", "").replace("info:", "openapi: '3.0.0'\ninfo:");
    let files = [
        ("docs/api/openapi.yaml", copy.to_owned()),
        ("openapi/openapi.yaml", pets(&["/a", "/b"])),
        ("docs/specs/b.yaml", part),
        ("docs/specs/wrong.yaml", pets(&["/a"]).replace("name: K", "name: L")),
        ("docs/specs/bearer.yaml", pets(&["/a"]).replace("/a: {get: {}}", "/a: {get: {security: []}}")),
        ("docs/specs/more.yaml", pets(&["/a"]).replace("name: K}", "name: K}, other: {type: http}")),
    ];
    assert_eq!(
        grouped(&files, &[]),
        [
            "openapi/openapi.yaml; copy docs/api/openapi.yaml; part docs/specs/b.yaml; different docs/specs/wrong.yaml; different docs/specs/bearer.yaml; different docs/specs/more.yaml"
        ]
    );
}

#[test]
fn the_contract_has_all_operations_and_is_nearest_to_the_root() {
    let all = ["/a", "/b"];
    let grouped = |files: &[(&'static str, &[&str])], configured: &[&str]| {
        let files: Vec<_> = files.iter().map(|(path, paths)| (*path, pets(paths))).collect();
        grouped(&files, configured)
    };
    assert_eq!(grouped(&[("x/y.yaml", &all), ("z.yaml", &all)], &[]), ["z.yaml; copy x/y.yaml"]);
    assert_eq!(grouped(&[("z.yaml", &["/a"]), ("x/y.yaml", &all)], &[]), ["x/y.yaml; part z.yaml"]);
    assert_eq!(grouped(&[("a.yaml", &all), ("b.yaml", &all)], &[]), ["a.yaml; copy b.yaml"]);
    assert_eq!(
        grouped(&[("a.yaml", &["/a", "/b"]), ("b.yaml", &["/b", "/c"])], &[]),
        ["a.yaml? b.yaml?; different a.yaml; different b.yaml"]
    );
    assert_eq!(grouped(&[("a.yaml", &["/a", "/b"]), ("b.yaml", &["/b", "/c"])], &["b.yaml"]), ["b.yaml; different a.yaml"]);
    // A small part does not say which operations there are.
    assert_eq!(grouped(&[("a.yaml", &["/a", "/b"]), ("b.yaml", &["/c"])], &[]).len(), 2);
    assert_eq!(grouped(&[("a.yaml", &["/a", "/b", "/c", "/d"]), ("b.yaml", &["/b", "/e"])], &[]), ["a.yaml; different b.yaml"]);
    let other = pets(&all).replace("/a: {get: {}}", "/a: {get: {security: []}}");
    let files = [("a.yaml", pets(&all)), ("b.yaml", other)];
    assert_eq!(super::groups::grouped(&files, &[]), ["a.yaml? b.yaml?; different a.yaml; different b.yaml"]);
}

#[test]
fn other_apis_are_other_groups() {
    let text = |title: &str, server: &str, paths: &[&str]| pets(paths).replace("Pets", title).replace("https://pets.test/v1/", server);
    let health = ["/health", "/metrics"];
    let grouped = |one: String, two: String| grouped(&[("a.yaml", one), ("b.yaml", two)], &[]).len();
    // Two services with what all services have.
    assert_eq!(grouped(text("A", "", &["/health", "/a", "/b"]), text("B", "", &["/health", "/metrics", "/a"])), 2);
    // Two versions, two products.
    assert_eq!(grouped(text("A", "https://a.test/v1", &health), text("A", "https://a.test/v2", &health)), 2);
    assert_eq!(grouped(text("A", "https://a.test", &["/a", "/b"]), text("A", "https://b.test", &["/a", "/b", "/c"])), 2);
    // One API on another host, and without servers.
    assert_eq!(grouped(text("A", "https://a.test/v1", &health), text("a", "https://b.test/v1", &health)), 1);
    assert_eq!(grouped(text("A", "https://a.test/v1", &health), text("B", "/", &health)), 1);
    assert_eq!(grouped(text("A", "https://a.test/v1", &health), text("A", "/", &["/health"])), 1);
}
