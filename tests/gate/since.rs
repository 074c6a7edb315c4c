//! `check --since`.

use crate::common::{BAD_PAGE, Repo, findings};
use crate::pre_push::{CARDS, ORDERS, SHOP};

/// A key that looks real.
const KEY: &str = "ra_ws_9fK2mQ7xLp4ZtR8vWc3YbN6d";
const OTHER_KEY: &str = "ra_ws_5hJ8nD3qTs6XvB1wKm9PzG4r";

fn page(host: &str) -> String {
    format!("<script src=\"https://{host}.evil-corp.net/x.js\"></script>\n")
}

/// A repository whose `main` has findings, on a branch of its own.
fn branch() -> Repo {
    let repo = Repo::new();
    repo.file("docs/old.md", page("old")).file("docs/two.md", format!("{0}\n{0}", page("two"))).file("docs/fine.md", "fine\n");
    repo.commit("base");
    repo.git(&["checkout", "--quiet", "-b", "topic"]);
    repo
}

/// What is new in the working tree, in the index and in the commit, which have to agree.
fn new(repo: &Repo, since: &str) -> Vec<String> {
    let since = repo.git(&["rev-parse", since]);
    let since = since.as_str();
    let worktree = repo.check(&["--since", since]);
    repo.git(&["add", "--all"]);
    assert_eq!(findings(&repo.check(&["--since", since, "--staged"]).1), findings(&worktree.1), "staged");
    repo.commit("topic");
    let (code, report) = repo.check(&["--since", since, "--rev", "HEAD"]);
    assert_eq!(findings(&report), findings(&worktree.1), "commit");
    assert_eq!(code, i32::from(!findings(&report).is_empty()));
    findings(&report)
}

#[test]
fn what_was_there_is_not_shown_and_counted() {
    let repo = branch();
    assert_eq!(new(&repo, "main"), [""; 0]);
    let run = repo.run(&["check", "--since", "main", "--fail-on", "note"]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.contains("3 older findings not shown"), "{}{}", run.stdout, run.stderr);
}

#[test]
fn moved_lines_and_renamed_files_bring_nothing_back() {
    let repo = branch();
    repo.file("docs/old.md", format!("# Moved\n\n\n{}", page("old")).replace("# Moved", "text"));
    repo.git(&["mv", "docs/two.md", "docs/renamed.md"]);
    assert_eq!(new(&repo, "main"), [""; 0]);
}

#[test]
fn what_is_new_is_shown() {
    let repo = branch();
    repo.file("docs/fine.md", BAD_PAGE).file("docs/two.md", format!("{0}\n{0}\n{0}", page("two")));
    let found = new(&repo, "main");
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[0], "docs/fine.md:1 asset-host");
    // A copy is not a rename.
    let repo = branch();
    repo.file("docs/copy.md", page("old"));
    assert_eq!(new(&repo, "main"), ["docs/copy.md:1 asset-host"]);
}

#[test]
fn another_key_in_the_same_place_is_new() {
    let repo = Repo::new();
    repo.file("a.py", format!("KEY = '{KEY}'\n")).commit("base");
    repo.git(&["checkout", "--quiet", "-b", "topic"]);
    assert_eq!(repo.check(&[]).0, 1);
    repo.file("a.py", format!("\n\nKEY = '{KEY}'\n"));
    assert_eq!(new(&repo, "main"), [""; 0]);
    repo.file("a.py", format!("\n\nKEY = '{OTHER_KEY}'\n"));
    assert_eq!(new(&repo, "main"), ["a.py:3 hard-coded-credential"]);
}

#[test]
fn the_merge_base_counts_and_not_what_came_after() {
    let repo = branch();
    repo.file("docs/fine.md", BAD_PAGE).commit("topic");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.file("docs/fine.md", BAD_PAGE).file("docs/later.md", BAD_PAGE).commit("main goes on");
    repo.git(&["checkout", "--quiet", "topic"]);
    assert_eq!(new(&repo, "main"), ["docs/fine.md:1 asset-host"]);
}

#[test]
fn what_the_configuration_newly_finds_is_new() {
    let repo = branch();
    repo.file("congruent.toml", "exclude = ['docs/two.md']\n").commit("exclude");
    assert_eq!(new(&repo, "main"), [""; 0]);
    repo.file("congruent.toml", "").commit("include");
    assert_eq!(new(&repo, "HEAD~1").len(), 2);
    // Nor does a host that is allowed no longer.
    let repo = branch();
    repo.file("congruent.toml", "[assets.allow]\n'*' = ['*.evil-corp.net']\n").commit("allow");
    repo.file("congruent.toml", "[assets.allow]\n'*' = ['old.evil-corp.net']\n");
    assert_eq!(new(&repo, "HEAD").len(), 2);
}

const CONTRACT: &str = "openapi: 3.1.0
info: {title: Acme, version: '1'}
servers: [{url: 'https://api.acme.test'}]
security: [{key: []}]
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Acme-Key}
paths:
  /agents: {get: {operationId: a, responses: {'200': {description: x}}}}
  /runs: {get: {operationId: b, responses: {'200': {description: x}}}}
  /tools: {get: {operationId: c, responses: {'200': {description: x}}}}
";

#[test]
fn what_another_contract_makes_wrong_is_new() {
    let repo = Repo::new();
    let curl =
        "```sh\ncurl -H \"X-Acme-Key: $KEY\" https://api.acme.test/runs\ncurl -H \"X-Acme-Key: $KEY\" https://api.acme.test/nothing\n```\n";
    repo.file("openapi.yaml", CONTRACT).file("docs/a.md", curl).commit("base");
    repo.git(&["checkout", "--quiet", "-b", "topic"]);
    assert_eq!(findings(&repo.check(&[]).1), ["docs/a.md:3 contract-unknown-operation"]);
    repo.file("other.yaml", "a: 1\n");
    assert_eq!(new(&repo, "main"), [""; 0]);
    repo.file("openapi.yaml", CONTRACT.replace("  /runs:", "  /executions:"));
    assert_eq!(new(&repo, "main"), ["docs/a.md:2 contract-unknown-operation"]);
}

#[test]
fn what_is_said_of_the_tree_as_a_whole_is_compared_too() {
    let repo = Repo::new();
    let config = "[define]\nrelease = { file = 'version.json', pointer = '/version' }\n[[value]]\nname = 'release'\nequals = 'release'\nat = [{ files = '*.md', regex = 'acme (\\d+)' }]\n";
    repo.file("congruent.toml", config).file("version.json", "{\"version\": \"1\"}\n").file("a.md", "acme 2\n").file("b.md", "acme 1\n");
    repo.commit("base");
    repo.git(&["checkout", "--quiet", "-b", "topic"]);
    assert_eq!(findings(&repo.check(&[]).1), ["a.md:1 value-mismatch"]);
    assert_eq!(new(&repo, "main"), [""; 0]);
    repo.file("b.md", "acme 3\n");
    assert_eq!(new(&repo, "main"), ["b.md:1 value-mismatch"]);
    // The definition makes wrong what was right.
    repo.git(&["checkout", "--quiet", "--force", "-b", "other", "main"]);
    repo.file("version.json", "{\"version\": \"2\"}\n");
    assert_eq!(new(&repo, "main"), ["b.md:1 value-mismatch"]);
}

#[test]
fn a_base_that_is_not_here_is_said_with_the_command_that_gets_it() {
    let repo = branch();
    repo.commit("a");
    repo.commit("b");
    let url = format!("file://{}", repo.root.display());
    repo.git(&["clone", "--quiet", "--depth=1", "--no-single-branch", &url, "../shallow"]);
    let shallow = repo.beside("shallow");
    let run = shallow.run(&["check", "--since", "origin/main"]);
    assert_eq!(run.code, 3);
    assert!(run.stderr.contains("git fetch --unshallow"), "{}", run.stderr);
    assert!(shallow.run(&["check", "--since", "HEAD~1"]).stderr.contains("git fetch --unshallow"));
    shallow.git(&["fetch", "--quiet", "--unshallow"]);
    assert_eq!(shallow.run(&["check", "--since", "origin/main"]).code, 0);
    repo.git(&["checkout", "--quiet", "--orphan", "orphan"]);
    repo.commit("orphan");
    let run = repo.run(&["check", "--since", "main"]);
    assert_eq!(run.code, 3);
    assert!(run.stderr.contains("no history in common"), "{}", run.stderr);
    assert_eq!(Repo::new().run(&["check", "--since", "HEAD"]).code, 3);
}

#[test]
fn what_new_neighbours_show_of_a_file_that_is_the_same_is_new() {
    let repo = branch();
    repo.file("swagger.yaml", SHOP).file("web/cards.ts", CARDS).commit("cards");
    repo.git(&["branch", "--force", "main"]);
    repo.file("web/orders.ts", ORDERS);
    let new = new(&repo, "main");
    assert!(new.contains(&"web/cards.ts:2 contract-unknown-operation".to_owned()), "{new:?}");
}
