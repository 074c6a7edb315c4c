//! `congruent.toml`: how it is found, what it may say, and how it is wrong.

use std::fs;

use crate::common::{BAD_PAGE, Tree, findings};

#[test]
fn the_closest_file_up_to_the_repository_s_root_holds() {
    let tree = Tree::git();
    tree.file("congruent.toml", "rules.asset-host = 'off'\n").file("sub/deep/page.html", BAD_PAGE);
    let from = |folder: &str, arguments: &[&str]| {
        let output = tree.command(&[&["check", "--format", "json"], arguments].concat()).current_dir(tree.path(folder)).output().unwrap();
        (
            output.status.code(),
            serde_json::from_slice::<serde_json::Value>(&output.stdout).map(|report| findings(&report)).unwrap_or_default(),
        )
    };
    assert_eq!(from("sub/deep", &[]), (Some(0), vec![]));
    tree.file("sub/congruent.toml", "");
    assert_eq!(from("sub/deep", &[]), (Some(1), vec!["deep/page.html:1:14 asset-host".into()]));
    assert_eq!(from("", &[]).0, Some(0), "a project within a project is a part of it");
    assert_eq!(from("", &["--isolated"]).0, Some(1));
    assert_eq!(from("", &["--config", "sub/congruent.toml"]).0, Some(1));
    assert_eq!(from("", &["--config", "nowhere.toml"]).0, Some(2));
    assert_eq!(from("", &["--config", "sub/congruent.toml", "--isolated"]).0, Some(2));
}

#[test]
fn a_file_above_the_repository_is_not_its_configuration() {
    let tree = Tree::new();
    tree.file("congruent.toml", "nonsense").file("repo/page.html", BAD_PAGE);
    tree.run_git(&["init", "--quiet", "repo"]);
    assert_eq!(tree.check(&["repo"]).0, 1);
}

#[test]
fn an_error_points_at_the_key_and_offers_the_nearest() {
    let tree = Tree::new();
    tree.file("page.md", "x").file("congruent.toml", "# é\nexclud = []\n[assets.alow]\n[rules]\nasset-hots = 'off'\n");
    let run = tree.run(&["check"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    for part in ["congruent.toml:2:1", "unknown key `exclud`", "exclud = []", "did you mean `exclude`?", "congruent.toml:3:9", "`allow`"] {
        assert!(run.stderr.contains(part), "{part} in {}", run.stderr);
    }
    tree.file("congruent.toml", "[rules]\nasset-hots = 'off'\n");
    assert!(tree.run(&["check"]).stderr.contains("did you mean `asset-host`?"));
    tree.file("congruent.toml", "exclude = ['\u{1b}[31m'");
    assert!(!tree.run(&["check"]).stderr.contains('\u{1b}'));
    tree.file("congruent.toml", b"exclude = ['\xFF']");
    assert_eq!(tree.run(&["check"]).code, 2);
}

#[test]
fn the_rule_set_is_never_empty() {
    let tree = Tree::new();
    tree.file("page.html", BAD_PAGE).file("congruent.toml", "rules.'*' = 'off'\n");
    let run = tree.run(&["check"]);
    assert_eq!((run.code, run.stderr.contains("no rule is left")), (2, true));
    assert_eq!(tree.run(&["check", "--select", "asset-host"]).code, 1, "the command line turns it on again");
    assert_eq!(tree.run(&["check", "--isolated", "--select", "asset-host", "--ignore", "asset-*"]).code, 2);
    assert_eq!(tree.run(&["check", "--isolated", "--select", "asset-hots"]).code, 2);
    assert_eq!(tree.run(&["check", "--isolated", "--ignore", "asset-*"]).code, 0);
}

#[test]
fn an_allowed_host_drops_its_findings_and_no_rule() {
    let tree = Tree::new();
    tree.file("page.html", format!("{BAD_PAGE}{}", BAD_PAGE.replace("cdn.", "img.")));
    tree.file("congruent.toml", "[assets.allow]\nscript-src = ['cdn.evil-corp.net']\n");
    assert_eq!(findings(&tree.check(&[]).1), ["page.html:2:14 asset-host"]);
    tree.file("congruent.toml", "[assets.allow]\n'*' = ['*.evil-corp.net']\n");
    let (code, report) = tree.check(&[]);
    assert_eq!((code, &report["checked"]["rules"]), (0, &tree.check(&["--isolated"]).1["checked"]["rules"]));
}

#[test]
fn accepted_findings_are_counted_and_a_stale_acceptance_is_a_finding() {
    let tree = Tree::new();
    tree.file("old/page.html", BAD_PAGE).file("new/page.html", BAD_PAGE);
    tree.file("congruent.toml", "[[ignore]]\npaths = ['/old/']\nrules = ['asset-*']\nreason = 'it is an archive'\n");
    let (_, report) = tree.check(&[]);
    assert_eq!((findings(&report), &report["suppressed"]), (vec!["new/page.html:1:14 asset-host".into()], &1.into()));
    fs::remove_dir_all(tree.path("old")).unwrap();
    assert_eq!(findings(&tree.check(&[]).1), ["congruent.toml:1:1 unused-suppression", "new/page.html:1:14 asset-host"]);
    assert_eq!(findings(&tree.check(&["new"]).1), ["new/page.html:1:14 asset-host"], "a part of the tree can't tell");
}

#[test]
fn the_configuration_that_holds_can_be_shown_and_used() {
    let tree = Tree::new();
    tree.file("page.md", "x").file("congruent.toml", "# why\nexclude = ['vendor/']\n[rules]\nasset-host = 'note'\n");
    let shown = tree.run(&["check", "--show-config", "--ignore", "unused-suppression"]);
    assert_eq!(shown.code, 0);
    for part in
        ["# why", "exclude = ['vendor/']", "asset-host = \"note\"", "unused-suppression = \"off\"", "# configuration: congruent.toml"]
    {
        assert!(shown.stdout.contains(part), "{part} in {}", shown.stdout);
    }
    tree.file("congruent.toml", &shown.stdout);
    assert!(tree.run(&["check", "--show-config"]).stdout.ends_with(&shown.stdout), "it is its own configuration");
}

#[cfg(unix)]
#[test]
fn a_link_is_no_configuration_unless_it_is_named() {
    let tree = Tree::new();
    fs::write(tree.home().join("secret"), "password = 'hunter2'").unwrap();
    std::os::unix::fs::symlink(tree.home().join("secret"), tree.path("congruent.toml")).unwrap();
    tree.file("page.md", "x");
    let run = tree.run(&["check"]);
    assert_eq!((run.code, run.stderr.contains("hunter2")), (2, false));
    assert!(run.stderr.contains("symbolic link"));
}

#[test]
fn a_contract_that_the_tree_does_not_have_is_an_error() {
    let tree = Tree::new();
    tree.file(
        "api/openapi.yaml",
        "openapi: 3.0.3\ninfo: {title: a}\npaths: {'/runs/{id}': {get: {}}}\ncomponents: {securitySchemes: {workspaceKey: {type: http, scheme: bearer}}}\n",
    );
    tree.file("notes.yaml", "a: b\n").file("sub/a.md", "x\n");
    let wrong = |contract: &str, place: &str, message: &str, help: &str| {
        tree.file("congruent.toml", format!("[[contract]]\n{contract}\n"));
        // Neither a narrower path nor another rule hides it.
        for arguments in [&["check"][..], &["check", "sub", "--select", "asset-host"]] {
            let run = tree.run(arguments);
            assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{contract}");
            for part in [&format!("congruent.toml:{place}"), message, help] {
                assert!(run.stderr.contains(part), "{part} in {}", run.stderr);
            }
        }
    };
    wrong("spec = 'openapi.yaml'", "2:8", "there is no file `openapi.yaml`", "did you mean `api/openapi.yaml`?");
    wrong("spec = 'zzz.json'", "2:8", "there is no file `zzz.json`", "what is excluded or ignored by git is not read");
    wrong("spec = 'notes.yaml'", "2:8", "`notes.yaml` is no API description", "OpenAPI 3 or Swagger 2.0");
    let accepting = |operation: &str, scheme: &str| {
        format!("spec = 'api/openapi.yaml'\nalso-accepts = [{{operations = ['{operation}'], scheme = '{scheme}', reason = 'because'}}]")
    };
    wrong(&accepting("GET /run/{id}", "bearer"), "3:32", "`GET /run/{id}` is no operation of `api/openapi.yaml`", "`GET /runs/{id}`?");
    wrong(&accepting("/runs/*", "workspacekey"), "3:", "`workspacekey` is no security scheme", "did you mean `workspaceKey`?");
    wrong(&accepting("/runs/*", "cookie"), "3:", "`cookie` is no security scheme", "one of `workspaceKey`, `bearer`, `basic`");
    for scheme in ["bearer", "Digest", "workspaceKey"] {
        tree.file("congruent.toml", format!("[[contract]]\n{}\n", accepting("GET /runs/{run}", scheme)));
        assert_eq!(tree.run(&["check"]).code, 0, "{scheme}");
    }
}
