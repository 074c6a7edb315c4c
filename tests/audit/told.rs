//! What an audit tells beside what is wrong: a manifest, and what would be suppressed elsewhere.

use crate::common::{BAD_PAGE, Tree, findings};
use crate::pack::{gzip, tar, zip};

#[test]
fn the_manifest_has_all_that_was_read_and_is_reproducible() {
    let tree = Tree::new();
    tree.file("b.zip", zip(&[("x.bin", b"\0\x01\0"), ("a.tar", &tar(&[("y.md", b"# Y\n")]))])).file("a.txt", "a\n");
    let manifest = |name: &str| {
        let run = tree.run(&["audit", "--quiet", "--manifest", name, "b.zip", "a.txt"]);
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        std::fs::read_to_string(tree.path(name)).unwrap()
    };
    let text = manifest("one.json");
    assert_eq!(text, manifest("two.json"));
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let files = json["files"].as_array().unwrap();
    let rows: Vec<_> = files
        .iter()
        .map(|file| format!("{} {} {}", file["path"].as_str().unwrap(), file["kind"].as_str().unwrap(), file["size"]))
        .collect();
    assert_eq!(rows[0], "a.txt text 2");
    assert_eq!(rows[2..], ["b.zip!a.tar tar 2048", "b.zip!a.tar!y.md text 4", "b.zip!x.bin binary 3"]);
    assert_eq!(files[0]["sha256"], "87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7");
    let schema = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/manifest-v1.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    assert!(validator.is_valid(&json));
}

#[test]
fn what_is_suppressed_elsewhere_is_shown_with_what_suppresses_it() {
    let tree = Tree::new();
    let page = format!("<!-- congruent: ignore[asset-host]: ours -->\n{BAD_PAGE}\n<!-- congruent: ignore[asset-host]: nothing -->\n");
    tree.file("congruent.toml", "[[ignore]]\npaths = ['*.md']\nrules = ['asset-host']\nreason = 'old'\n");
    tree.file("a.zip", zip(&[("a.html", page.as_bytes()), ("b.md", b"![x](https://cdn.evil-corp.net/x.png)\n")]));
    let run = tree.run(&["audit", "--format", "json", "a.zip"]);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(findings(&report), ["a.zip!a.html:2:14 asset-host", "a.zip!b.md:1:6 asset-host"]);
    let related = |index: usize| {
        let related = &report["findings"][index]["related"][0];
        format!("{}:{} {}", related["path"].as_str().unwrap(), related["line"], related["message"].as_str().unwrap())
    };
    assert_eq!(related(0), "a.zip!a.html:1 this suppresses it where suppressions count");
    assert_eq!(related(1), "congruent.toml:1 this accepts it where suppressions count: old");
    assert_eq!(report["suppressed"], 0);
    let run = tree.run(&["audit", "--format", "json", "--apply-suppressions", "a.zip"]);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((run.code, findings(&report), &report["suppressed"]), (0, Vec::new(), &2.into()));
}

#[test]
fn what_the_baseline_accepts_is_shown_with_its_entry() {
    let tree = Tree::new();
    let key = "ra_ws_9fK2mQ7xZp4TvB8nLw3Ry6Hs";
    let client = |key: &str| format!("KEY = '{key}'\n");
    tree.file("src/a.py", client(key)).file("page.html", BAD_PAGE);
    assert_eq!(tree.run(&["baseline", "--reason", "it is mine"]).code, 0);
    let twice = BAD_PAGE.repeat(2);
    let other = client("ra_ws_8eJ1nP6wYo3SuA7mKv2Qx5Gr");
    tree.file("a.whl", zip(&[("pkg/a.py", client(key).as_bytes()), ("page.html", BAD_PAGE.as_bytes())]));
    tree.file("b.whl", zip(&[("pkg/a.py", other.as_bytes()), ("page.html", twice.as_bytes())]));
    let audit = |arguments: &[&str]| {
        let run = tree.run(&[&["audit", "--format", "json", "a.whl", "b.whl"], arguments].concat());
        assert!(!run.stdout.contains(key), "{}", run.stdout);
        serde_json::from_str::<serde_json::Value>(&run.stdout).unwrap()
    };
    let report = audit(&[]);
    let found = findings(&report);
    assert_eq!((found.len(), &report["baselined"]), (5, &0.into()), "{found:?}");
    for finding in report["findings"].as_array().unwrap() {
        let says = finding["related"].to_string().contains("this accepts it where baselines count: it is mine");
        assert_eq!(says, finding["path"] != "b.whl!pkg/a.py", "{finding}");
    }
    // One more than the tree has is one too many, and another key is another one.
    let report = audit(&["--apply-suppressions"]);
    assert_eq!(findings(&report), ["b.whl!page.html:2:14 asset-host", "b.whl!pkg/a.py:1:8 hard-coded-credential"]);
    assert_eq!(report["baselined"], 3);
    assert_eq!(findings(&audit(&["--apply-suppressions", "--isolated"])).len(), 5);
}

#[test]
fn artefacts_are_held_against_the_contract_of_the_project() {
    let tree = Tree::new();
    let spec = "openapi: 3.1.0\ninfo: {title: Acme, version: '1'}\nservers: [{url: 'https://api.acme.test'}]\npaths:\n  /runs:\n    get:\n      responses: {'200': {description: x}}\n";
    tree.file("api/openapi.yaml", spec);
    tree.file("congruent.toml", "[[contract]]\nspec = 'api/openapi.yaml'\nhosts = ['other.acme.test']\n");
    let client = b"import requests\n\nrequests.get('https://other.acme.test/runs')\nrequests.get('https://other.acme.test/jobs')\n";
    tree.file("a.whl", zip(&[("pkg/a.py", client.as_slice())]));
    let audit = |arguments: &[&str]| {
        let run = tree.run(&[&["audit", "--format", "json", "a.whl"], arguments].concat());
        (run.code, findings(&serde_json::from_str(&run.stdout).unwrap()))
    };
    assert_eq!(audit(&[]), (1, vec!["a.whl!pkg/a.py:4:38 contract-unknown-operation".to_owned()]));
    assert_eq!(audit(&["--isolated"]), (0, vec![]));
    tree.file("congruent.toml", "[[contract]]\nspec = 'openapi.yaml'\n");
    let run = tree.run(&["audit", "a.whl"]);
    assert!(run.code == 2 && run.stderr.contains("there is no file `openapi.yaml`"), "{}", run.stderr);
}

#[test]
fn a_surface_is_one_in_an_artefact_too() {
    let tree = Tree::new();
    let spec = "openapi: 3.1.0\ninfo: {title: Acme, version: '1'}\nservers: [{url: 'https://api.acme.test'}]\npaths:\n  /runs:\n    get:\n      responses: {'200': {description: x}}\n";
    let contract = "[[contract]]\nspec = 'api/openapi.yaml'\nsurfaces = ['sdk/pkg/**']\n";
    tree.file("api/openapi.yaml", spec).file("congruent.toml", contract);
    let client = b"class Client:\n    def jobs(self):\n        return self._request('GET', '/jobs')\n";
    tree.file("sdk/pkg/a.py", client).file("a.whl", zip(&[("pkg/a.py", client.as_slice())]));
    tree.file("a-1.0.tgz", gzip(&tar(&[("a-1.0/pkg/a.py", client.as_slice())])));
    let audit = || {
        let run = tree.run(&["audit", "--format", "json", "a.whl", "a-1.0.tgz"]);
        findings(&serde_json::from_str(&run.stdout).unwrap())
    };
    assert_eq!(audit(), [""; 0], "nobody says where they come from");
    tree.file("congruent.toml", format!("{contract}[[artifact]]\nmatch = ['*.whl', '*.tgz']\nroot = 'sdk'\n"));
    let all = ["a-1.0.tgz!a-1.0/pkg/a.py:3:38 contract-unknown-operation", "a.whl!pkg/a.py:3:38 contract-unknown-operation"];
    assert_eq!(audit(), all);
}

#[test]
fn rules_are_chosen_as_in_a_check() {
    let tree = Tree::new();
    tree.file("a.zip", zip(&[("a.html", BAD_PAGE.as_bytes())]));
    let code = |arguments: &[&str]| tree.run(&[&["audit", "a.zip"], arguments].concat()).code;
    assert_eq!((code(&[]), code(&["--ignore", "asset-host"]), code(&["--select", "archive-*"])), (1, 0, 0));
    tree.file("congruent.toml", "[rules]\nasset-host = 'warning'\n");
    assert_eq!((code(&[]), code(&["--fail-on", "warning"]), code(&["--isolated"])), (0, 1, 1));
    assert_eq!(tree.run(&["audit", "missing.whl"]).code, 2);
    assert_eq!(tree.run(&["audit"]).code, 2);
}

#[test]
fn what_a_folder_holds_is_read_once_though_it_is_named_too() {
    let tree = Tree::new();
    tree.file("dist/a.zip", zip(&[("a.html", BAD_PAGE.as_bytes())])).file("dist2/b.html", BAD_PAGE);
    let run = tree.run(&["audit", "--format", "json", "dist/a.zip", "dist", "./dist/../dist/a.zip", "dist2/", "dist2"]);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(findings(&report), ["dist/a.zip!a.html:1:14 asset-host", "dist2/b.html:1:14 asset-host"]);
    assert_eq!(report["checked"]["files"], 2);
}
