//! Roots, paths and names.

use std::fs;

use crate::common::{BAD_PAGE, Tree, findings};

#[test]
fn a_path_narrows_what_is_reported_and_stays_relative_to_the_root() {
    let tree = Tree::git();
    tree.file("docs/a.html", BAD_PAGE).file("docs/b/c.html", BAD_PAGE).file("d.html", BAD_PAGE);
    let (_, report) = tree.check(&["docs/b", "d.html"]);
    assert_eq!(findings(&report), ["d.html:1:14 asset-host", "docs/b/c.html:1:14 asset-host"]);
    assert_eq!(tree.check(&["docs", "docs/a.html", "./docs/b/../b"]).1["checked"]["files"], 2, "each file once");

    let inside = tree.command(&["check", "--format", "json", "."]).current_dir(tree.path("docs/b")).output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&inside.stdout).unwrap();
    assert_eq!((findings(&report), &report["root"]), (vec!["docs/b/c.html:1:14 asset-host".to_owned()], &"../..".into()));

    let outside = tree.command(&["check", "--format", "json"]).arg(tree.root()).current_dir(tree.home()).output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&outside.stdout).unwrap();
    assert_eq!(findings(&report).len(), 3);
    assert_eq!(report["root"].as_str().map(|root| root.ends_with("/tree")), Some(true));
}

#[test]
fn a_project_in_a_folder_of_a_repository_tells_platforms_paths_of_the_repository() {
    let tree = Tree::git();
    tree.file("sub/pro ject/congruent.toml", "").file("sub/pro ject/docs/a.html", BAD_PAGE);
    tree.run_git(&["add", "."]);
    for origin in [&[][..], &["--staged"]] {
        let said = |format: &str| {
            let arguments = [&["check", "--quiet", "--format", format], origin].concat();
            let output = tree.command(&arguments).current_dir(tree.path("sub/pro ject")).output().unwrap();
            String::from_utf8(output.stdout).unwrap()
        };
        assert!(said("sarif").contains("\"uri\": \"sub/pro%20ject/docs/a.html\""), "{origin:?}");
        assert!(said("gitlab").contains("\"path\": \"sub/pro ject/docs/a.html\""), "{origin:?}");
        assert!(said("github").starts_with("::error file=sub/pro ject/docs/a.html,line=1,"), "{origin:?}");
        assert!(said("concise").starts_with("docs/a.html:1:14:"), "{origin:?}");
    }
}

#[test]
fn without_git_the_root_is_the_working_directory() {
    let tree = Tree::new();
    tree.file("docs/a.html", BAD_PAGE);
    assert_eq!(findings(&tree.check(&["docs"]).1), ["docs/a.html:1:14 asset-host"]);
}

#[test]
fn results_do_not_depend_on_the_number_of_jobs() {
    let tree = Tree::new();
    for number in 0..50 {
        tree.file(format!("{}/{number}.html", number % 7), BAD_PAGE);
    }
    let one = tree.run(&["check", "--format", "json", "--jobs", "1"]).stdout;
    assert_eq!(one, tree.run(&["check", "--format", "json", "--jobs", "8"]).stdout);
    let report: serde_json::Value = serde_json::from_str(&one).unwrap();
    assert_eq!((findings(&report).len(), findings(&report).is_sorted()), (50, true));
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_no_text_work_and_are_escaped() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let tree = Tree::git();
    tree.file(OsStr::from_bytes(b"caf\xE9.html"), BAD_PAGE).file("a\n::error::\u{1b}[31m.html", BAD_PAGE);
    tree.file(OsStr::from_bytes(b"d\xFF/x.html"), BAD_PAGE).file(".gitignore", "*.html\n");
    assert_eq!(tree.check(&[]).0, 0);
    tree.run_git(&["add", "--force", "."]);
    let (_, report) = tree.check(&[]);
    assert_eq!(
        findings(&report),
        ["a\n::error::\u{1b}[31m.html:1:14 asset-host", "caf\\xE9.html:1:14 asset-host", "d\\xFF/x.html:1:14 asset-host"]
    );
    let concise = tree.run(&["check", "--format", "concise"]);
    assert_eq!(concise.stdout.lines().count(), 3, "{}", concise.stdout);
    assert!(!concise.stdout.contains('\u{1b}') && !concise.stderr.contains('\u{1b}'));
    let shown = tree.run(&["check", "--show-files"]).stdout;
    assert_eq!(shown, ".gitignore\na\\u{a}::error::\\u{1b}[31m.html\ncaf\\xE9.html\nd\\xFF/x.html\n");
    let named = tree.command(&[OsStr::new("check"), OsStr::from_bytes(b"d\xFF")]).output().unwrap();
    assert_eq!(named.status.code(), Some(1));
}

#[test]
fn a_very_deep_tree_is_walked() {
    let tree = Tree::new();
    let path = "d/".repeat(500) + "page.html";
    fs::create_dir_all(tree.path("d/".repeat(500))).unwrap();
    fs::write(tree.path(&path), BAD_PAGE).unwrap();
    assert_eq!(findings(&tree.check(&[]).1), [format!("{path}:1:14 asset-host")]);
}

#[test]
fn a_path_does_not_narrow_what_the_contract_is() {
    let tree = Tree::new();
    let api = "openapi: 3.0.0\ninfo: {}\nservers: [{url: 'https://pets.test/v1'}]\nsecurity: [{k: []}]\npaths: {/a: {get: {}}}\n";
    tree.file("api/openapi.yaml", format!("{api}components: {{securitySchemes: {{k: {{type: apiKey, in: header, name: X-K}}}}}}\n"));
    let call = "curl -H \"Authorization: Bearer $K\" https://pets.test/v1/a\n";
    tree.file("docs/a.sh", call).file("docs/changelog/1.sh", call).file("other/b.sh", call);
    let (_, report) = tree.check(&["docs"]);
    assert_eq!(findings(&report), ["docs/a.sh:1:10 contract-auth-mismatch", "docs/changelog/1.sh:1:10 contract-auth-mismatch"]);
    let (one, two) = (&report["findings"][0], &report["findings"][1]);
    assert_eq!((&one["severity"], &two["severity"]), (&"error".into(), &"note".into()));
    assert_eq!((&one["related"][0]["path"], &one["related"][0]["line"]), (&"api/openapi.yaml".into(), &4.into()));
}
