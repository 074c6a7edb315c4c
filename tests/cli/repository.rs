//! The repository beside this file, whose configuration is the documentation's example: all agrees, and each part of it that is changed is
//! found and, where a fix is safe, mended to what it was.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::common::Tree;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/repository")
}

/// The files of the repository, by their paths with forward slashes.
fn files() -> Vec<(String, String)> {
    let entries = walkdir::WalkDir::new(folder()).sort_by_file_name().into_iter().map(|entry| entry.expect("readable"));
    let file = |entry: walkdir::DirEntry| {
        let parts: Vec<_> =
            entry.path().strip_prefix(folder()).expect("below").iter().map(|part| part.to_string_lossy().into_owned()).collect();
        (parts.join("/"), fs::read_to_string(entry.path()).expect("a text"))
    };
    entries.filter(|entry| entry.file_type().is_file()).map(file).collect()
}

fn tree() -> Tree {
    let tree = Tree::new();
    for (path, text) in files() {
        tree.file(path, text);
    }
    tree
}

/// Where something is found.
fn found(tree: &Tree, arguments: &[&str]) -> Vec<String> {
    let (_, report) = tree.check(arguments);
    let findings: &Vec<Value> = report["findings"].as_array().expect("findings");
    findings.iter().map(|f| format!("{}:{} {}", f["path"].as_str().unwrap(), f["line"], f["rule"].as_str().unwrap())).collect()
}

/// What differs from the repository as it is.
fn changed(tree: &Tree) -> Vec<String> {
    let is_other = |(path, text): &(String, String)| fs::read_to_string(tree.path(path)).ok().as_ref() != Some(text);
    files().into_iter().filter(is_other).map(|(path, _)| path).collect()
}

#[test]
fn all_of_it_agrees() {
    assert_eq!(found(&tree(), &[]), [""; 0]);
}

#[test]
fn what_is_changed_is_found_and_what_can_be_mended_is() {
    // The file, what is replaced in it and by what (without both: the file is deleted), where that is found, and whether it is mended.
    for (path, old, new, place, is_mended) in [
        ("cli/package.json", "binaryVersion\": \"1.4.2", "binaryVersion\": \"1.4.1", "cli/package.json:4 version-mismatch", true),
        ("sdk/pyproject.toml", "\"1.4.2\" # kept", "\"1.4.1\" # kept", "sdk/pyproject.toml:3 version-mismatch", true),
        ("docs/index.html", " 1.4.2 ", " 1.4.1 ", "docs/index.html:4 version-mismatch", true),
        ("docs/index.html", "data-docs=\"1.4\"", "data-docs=\"1.3\"", "docs/index.html:2 version-mismatch", true),
        ("README.md", "version-1.4.2", "version-1.4.1", "README.md:3 version-mismatch", true),
        ("docs/index.md", "v1.4.2", "v1.4.3", "docs/index.md:3 version-mismatch", false),
        ("docs/api/runs.md", "links/runs", "links/run", "docs/api/runs.md:3 required-text", false),
        ("sdk/runs/client.py", "def invoke", "def call", "capabilities.yaml:11 required-text", false),
        ("capabilities.yaml", "POST /agents/{id}/invoke", "POST /agents/invoke", "capabilities.yaml:7 required-text", false),
        ("docs/api/openapi.yaml", "The runs", "Runs", "docs/api/openapi.yaml:25 mirror-drift", true),
        ("docs/api/openapi.json", "\"The runs\"", "\"Runs\"", "docs/api/openapi.json:43 derived-drift", true),
        ("docs/api/specs/agents.yaml", "summary: Invoke an agent", "summary: Invoke", "docs/api/specs/agents.yaml:12 derived-drift", true),
        ("docs/api/specs/runs.yaml", "      operationId: listRuns\n", "", "docs/api/specs/runs.yaml:9 derived-drift", false),
        ("docs/api/links/runs.md", "List the", "List all", "docs/api/links/runs.md:3 derived-drift", true),
        ("docs/api/links/runs.md", "", "", "congruent.toml:67 missing-file", true),
        ("docs/api/openapi.yaml", "", "", "congruent.toml:51 missing-file", true),
    ] {
        let tree = tree();
        let file = tree.path(path);
        let text = fs::read_to_string(&file).expect("there");
        assert!(text.contains(old), "{path} has no {old}");
        match (old, new) {
            ("", "") => fs::remove_file(&file).expect("removed"),
            _ => fs::write(&file, text.replacen(old, new, 1)).expect("written"),
        }
        let places = found(&tree, &[]);
        assert!(places.contains(&place.to_owned()), "{path}: {old} -> {new}: {places:?}");
        let left = found(&tree, &["--fix"]);
        assert_eq!(
            (left.is_empty(), changed(&tree).is_empty()),
            (is_mended || place.contains("specs/runs"), is_mended),
            "{path}: {old}: {left:?} {:?}",
            changed(&tree)
        );
        assert_eq!(found(&tree, &["--fix"]), left, "a second run changes nothing");
    }
}

#[test]
fn what_a_registry_claims_is_found_there_with_the_place_that_comes_closest() {
    let tree = tree();
    let client = fs::read_to_string(tree.path("sdk/runs/client.py")).expect("there");
    tree.file("sdk/runs/client.py", client.replace("def invoke", "def invoke_agent"));
    let (_, report) = tree.check(&[]);
    let finding = &report["findings"][0];
    assert_eq!((&finding["path"], &finding["line"]), (&"capabilities.yaml".into(), &11.into()));
    assert_eq!(finding["message"], "capabilities: sdk/runs/client.py has to define `Client.invoke`");
    let related = &finding["related"][0];
    assert_eq!((&related["path"], &related["line"]), (&"sdk/runs/client.py".into(), &7.into()));
}

#[test]
fn files_that_nothing_makes_are_found() {
    let tree = tree();
    tree.file("docs/api/specs/old.yaml", "openapi: 3.1.0\n").file("certs/a.pem", "x\n");
    assert_eq!(found(&tree, &["--fix"]), ["certs/a.pem:1 forbidden-file", "docs/api/specs/old.yaml:1 forbidden-file"]);
}

#[test]
fn a_change_of_the_source_is_carried_to_all_that_is_made_from_it() {
    let tree = tree();
    let spec = fs::read_to_string(tree.path("openapi/openapi.yaml")).expect("there");
    let spec = spec.replace("List the runs", "'List: all runs'").replace("tags: [Agents]", "tags: [Agents, Runs]");
    tree.file("openapi/openapi.yaml", spec);
    assert_eq!(found(&tree, &["--fix"]), [""; 0]);
    assert_eq!(
        changed(&tree),
        [
            "docs/api/links/runs.md",
            "docs/api/openapi.json",
            "docs/api/openapi.yaml",
            "docs/api/specs/agents.yaml",
            "docs/api/specs/runs.yaml",
            "openapi/openapi.yaml"
        ]
    );
    let agents = fs::read_to_string(tree.path("docs/api/specs/agents.yaml")).expect("there");
    assert!(agents.starts_with("# Generated.\n") && agents.contains("tags: [Agents, \"Runs\"]"), "{agents}");
}

#[test]
fn a_release_is_written_everywhere() {
    let tree = tree();
    let set = ["--set", "release=1.5.0"];
    assert_eq!(
        found(&tree, &set),
        [
            "README.md:3 version-mismatch",
            "README.md:5 version-mismatch",
            "cli/package.json:3 version-mismatch",
            "cli/package.json:4 version-mismatch",
            "docs/index.html:2 version-mismatch",
            "docs/index.html:4 version-mismatch",
            "docs/index.md:3 version-mismatch",
            "docs/index.md:9 version-mismatch",
            "release/version.json:1 version-mismatch",
            "sdk/pyproject.toml:3 version-mismatch",
            "sdk/runs/__init__.py:3 version-mismatch"
        ]
    );
    // The newest entry of a list is for people to write.
    assert_eq!(found(&tree, &["--set", "release=1.5.0", "--fix"]), ["docs/index.md:3 version-mismatch"]);
    assert_eq!(found(&tree, &[]), ["docs/index.md:3 version-mismatch"]);
    let page = fs::read_to_string(tree.path("docs/index.html")).expect("there");
    assert!(page.contains("data-docs=\"1.5\"") && page.contains("> 1.5.0 <"), "{page}");
    assert!(fs::read_to_string(tree.path("sdk/pyproject.toml")).expect("there").contains("version = \"1.5.0\" # kept in step\n"));
    for (set, message) in [("relase=1", "no definition is called"), ("release=x", "not of the form"), ("release", "NAME=VALUE")] {
        let run = tree.run(&["check", "--set", set]);
        assert!(run.code == 2 && run.stderr.contains(message), "{}", run.stderr);
    }
}

#[test]
fn a_release_that_the_configuration_defines_is_written_there() {
    let tree = Tree::new();
    let config = "[define]\nrelease = '1.4.2' # ours\nold = \"\"\"1.0\"\"\"\n\n[[value]]\nequals = 'release'\nat = [{ file = 'a.txt', regex = '(.+)' }]\n";
    tree.file("congruent.toml", config).file("a.txt", "1.4.2\n");
    assert_eq!(found(&tree, &["--set", "release=1.5.0", "--fix"]), [""; 0]);
    assert_eq!(fs::read_to_string(tree.path("congruent.toml")).expect("there"), config.replacen("1.4.2", "1.5.0", 1));
    assert_eq!(fs::read_to_string(tree.path("a.txt")).expect("there"), "1.5.0\n");
    // How it is written there is for people to know.
    assert_eq!(found(&tree, &["--set", "old=1.1", "--fix"]), ["congruent.toml:3 version-mismatch"]);
}

#[test]
fn a_template_that_is_not_there_is_told_once() {
    let tree = tree();
    fs::remove_file(tree.path("docs/api/links.jinja")).expect("removed");
    let found = found(&tree, &[]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("congruent.toml:") && found[0].ends_with(" missing-file"), "{found:?}");
}

#[test]
fn a_fix_that_would_bring_a_finding_elsewhere_is_not_made() {
    let tree = tree();
    let config = fs::read_to_string(tree.path("congruent.toml")).expect("there");
    tree.file("congruent.toml", format!("{config}\n[[text]]\nfiles = \"docs/api/links/runs.md\"\nlacks = \"List the runs\"\n"));
    tree.file("docs/api/links/runs.md", "| old |\n");
    let run = tree.run(&["check", "--fix", "--format", "concise"]);
    assert!(run.stderr.contains("not fixed: docs/api/links/runs.md: that would bring a finding elsewhere"), "{}", run.stderr);
    assert_eq!(fs::read_to_string(tree.path("docs/api/links/runs.md")).expect("there"), "| old |\n");
}

#[test]
fn nothing_is_made_in_records_in_ignored_places_or_through_links() {
    let tree = tree();
    let config = fs::read_to_string(tree.path("congruent.toml")).expect("there");
    let more = "\n[[derive]]\nfrom = \"README.md\"\nto = [\"docs/whats-new/README.md\", \"kept/README.md\", \"linked/README.md\"]\n\
                [[ignore]]\npaths = [\"kept/**\"]\nrules = [\"missing-file\", \"mirror-drift\"]\nreason = \"made by hand\"\n";
    tree.file("congruent.toml", format!("{config}{more}"));
    #[cfg(unix)]
    std::os::unix::fs::symlink(tree.home(), tree.path("linked")).expect("linked");
    #[cfg(not(unix))]
    tree.file("linked", "a file");
    tree.run(&["check", "--fix"]);
    for path in ["docs/whats-new/README.md", "kept/README.md", "linked/README.md"] {
        assert!(!tree.path(path).exists(), "{path}");
    }
}
