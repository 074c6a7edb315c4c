//! The pre-push hook, in real pushes.

use std::io::Write as _;
use std::process::Stdio;

use crate::common::{BAD_PAGE, Repo, Run};

const KEY: &str = "ra_ws_9fK2mQ7xLp4ZtR8vWc3YbN6d";

/// A clone of a bare repository, with the hook installed and one commit pushed.
fn clone() -> Repo {
    clone_with(&[])
}

fn clone_with(options: &[&str]) -> Repo {
    let repo = Repo::with(options);
    repo.git(&[&["init", "--quiet", "--bare", "--initial-branch=main", "../remote.git"], options].concat());
    repo.git(&["remote", "add", "origin", "../remote.git"]);
    repo.file("docs/old.md", BAD_PAGE).file("a.md", "fine\n").commit("first");
    repo.git(&["push", "--quiet", "origin", "main"]);
    let run = repo.run(&["hook", "install"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    repo
}

/// What the remote has of a ref.
fn remote(repo: &Repo, name: &str) -> Option<String> {
    let run = repo.try_git(&["ls-remote", "origin", name]);
    run.stdout.split_whitespace().next().map(str::to_owned)
}

/// A push that has to fail; what it says.
fn refused(repo: &Repo, arguments: &[&str]) -> String {
    let run = repo.try_git(&[&["push"], arguments].concat());
    let said = format!("{}{}", run.stdout, run.stderr);
    assert_ne!(run.code, 0, "{said}");
    assert!(!said.contains(KEY), "{said}");
    said
}

/// A push that has to succeed; what it says.
fn pushed(repo: &Repo, arguments: &[&str]) -> String {
    let run = repo.try_git(&[&["push"], arguments].concat());
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    format!("{}{}", run.stdout, run.stderr)
}

fn leak(repo: &Repo) -> String {
    repo.file("src/a.py", format!("import os\n\nKEY = '{KEY}'\n")).commit("leak")
}

#[test]
fn a_key_in_the_middle_of_five_commits_is_found_where_it_is() {
    let repo = clone();
    repo.file("src/a.py", "import os\n").commit("1");
    repo.file("b.md", "b\n").commit("2");
    let commit = leak(&repo);
    repo.file("src/a.py", "import os\n").commit("4");
    repo.file("b.md", "c\n").commit("5");
    let said = refused(&repo, &["origin", "main"]);
    assert!(said.contains(&format!("{}:src/a.py:3:", &commit[..12])), "{said}");
    assert_eq!(said.matches("error[hard-coded-credential]").count(), 1, "{said}");
    assert!(said.contains("checked 1 ref, "), "{said}");
}

#[test]
fn every_ref_of_one_push_is_checked() {
    let repo = clone();
    repo.git(&["checkout", "--quiet", "-b", "a"]);
    repo.file("a.md", "one\n").commit("a");
    repo.git(&["checkout", "--quiet", "-b", "b", "main"]);
    let commit = leak(&repo);
    repo.git(&["checkout", "--quiet", "-b", "c", "main"]);
    repo.file("docs/new.md", BAD_PAGE).commit("c");
    let said = refused(&repo, &["origin", "a", "b", "c"]);
    assert!(said.contains(&format!("{}:src/a.py:3:", &commit[..12])) && said.contains("docs/new.md:1:"), "{said}");
    assert!(said.contains("checked 3 refs, "), "{said}");
    assert_eq!(remote(&repo, "refs/heads/a"), None);
    pushed(&repo, &["origin", "a"]);
}

#[test]
fn what_is_pushed_is_checked_and_not_the_working_tree() {
    let repo = clone();
    repo.file("a.md", "two\n").commit("fine");
    leak(&repo);
    repo.git(&["branch", "leaky"]);
    repo.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    repo.file("docs/new.md", BAD_PAGE).file("congruent.toml", "nonsense = 1\n");
    pushed(&repo, &["origin", "main~0:refs/heads/other"]);
    refused(&repo, &["origin", "leaky"]);
}

#[test]
fn only_what_is_new_counts_unless_it_is_a_tag() {
    let repo = clone();
    repo.file("a.md", "more\n").commit("more");
    let said = pushed(&repo, &["origin", "main"]);
    assert!(said.contains("checked 1 ref, "), "{said}");
    // All of a tag, also where its commit is pushed already, and whether it is an object of its own or not.
    repo.git(&["tag", "--annotate", "--message", "x", "v1"]);
    repo.git(&["tag", "light"]);
    for tag in ["v1", "light"] {
        assert!(refused(&repo, &["origin", tag]).contains("docs/old.md:1:"), "{tag}");
    }
    repo.file("docs/old.md", "fine\n").commit("mended");
    repo.git(&["tag", "--annotate", "--message", "x", "v2"]);
    pushed(&repo, &["origin", "main", "v2"]);
}

#[test]
fn a_branch_and_a_tag_in_one_push() {
    let repo = clone();
    repo.git(&["tag", "v1"]);
    repo.git(&["branch", "a"]);
    repo.file("a.md", "b\n").commit("b");
    repo.git(&["branch", "b"]);
    assert!(refused(&repo, &["origin", "a", "b", "v1"]).contains("docs/old.md:1:"));
}

#[test]
fn a_deletion_and_nothing_at_all_are_fine() {
    let repo = clone();
    pushed(&repo, &["origin", "main:refs/heads/gone"]);
    pushed(&repo, &["origin", ":gone"]);
    assert_eq!(remote(&repo, "refs/heads/gone"), None);
    pushed(&repo, &["origin", "main"]);
    let run = repo.run(&["hook", "pre-push", "origin", "../remote.git"]);
    assert_eq!((run.code, run.stderr.starts_with("checked 0 refs")), (0, true), "{}", run.stderr);
}

#[test]
fn what_only_takes_away_or_holds_no_text_is_fine() {
    let repo = clone();
    repo.git(&["rm", "--quiet", "docs/old.md"]);
    repo.commit("gone");
    pushed(&repo, &["origin", "main"]);
    repo.commit("nothing");
    pushed(&repo, &["origin", "main"]);
    repo.file("a.bin", b"\0\x01\x02").commit("binary");
    let said = pushed(&repo, &["origin", "main", "main:refs/heads/new"]);
    assert!(said.contains("checked 2 refs, 0 files") && !said.contains("nothing was checked"), "{said}");
}

#[test]
fn shallow_and_partial_clones() {
    let repo = clone();
    repo.file("a.md", "two\n").commit("two");
    pushed(&repo, &["origin", "main"]);
    repo.beside("remote.git").git(&["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", repo.beside("remote.git").root.display());
    for (name, option) in [("shallow", "--depth=1"), ("partial", "--filter=blob:none")] {
        repo.git(&["clone", "--quiet", option, &url, &format!("../{name}")]);
        let other = repo.beside(name);
        assert_eq!(other.run(&["hook", "install"]).code, 0);
        other.file("b.md", "b\n").commit("fine");
        pushed(&other, &["origin", &format!("HEAD:refs/heads/{name}")]);
        let commit = leak(&other);
        other.file("src/a.py", "").commit("taken out");
        let said = refused(&other, &["origin", &format!("HEAD:refs/heads/{name}")]);
        assert!(said.contains(&format!("{}:src/a.py:3:", &commit[..12])) && !said.contains("docs/old.md"), "{name}: {said}");
    }
}

#[test]
fn a_forced_push_is_compared_with_what_is_known() {
    let repo = clone();
    repo.file("a.md", "two\n").commit("two");
    pushed(&repo, &["origin", "main"]);
    repo.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    repo.file("a.md", "three\n").commit("three");
    pushed(&repo, &["--force", "origin", "main"]);
    // Somebody else has pushed what is not here.
    repo.git(&["clone", "--quiet", "../remote.git", "../other"]);
    let other = repo.beside("other");
    other.file("a.md", "four\n").commit("four");
    other.git(&["push", "--quiet"]);
    repo.file("a.md", "five\n").commit("five");
    pushed(&repo, &["--force", "origin", "main"]);
    leak(&repo);
    refused(&repo, &["--force", "origin", "main"]);
}

#[test]
fn a_push_to_a_url_and_to_an_empty_remote() {
    let repo = clone();
    repo.file("a.md", "two\n").commit("two");
    pushed(&repo, &["../remote.git", "main"]);
    // Of a remote of which nothing is known, all is new.
    repo.git(&["init", "--quiet", "--bare", "../empty.git"]);
    assert!(refused(&repo, &["../empty.git", "main"]).contains("docs/old.md:1:"));
}

#[test]
fn an_old_key_that_moves_is_not_new() {
    let repo = Repo::new();
    repo.git(&["init", "--quiet", "--bare", "--initial-branch=main", "../remote.git"]);
    repo.git(&["remote", "add", "origin", "../remote.git"]);
    leak(&repo);
    repo.git(&["push", "--quiet", "origin", "main"]);
    repo.run(&["hook", "install"]);
    repo.file("src/a.py", format!("import os\nimport sys\n\n\nKEY = '{KEY}'\n")).commit("moved");
    repo.git(&["mv", "src/a.py", "src/b.py"]);
    repo.commit("renamed");
    pushed(&repo, &["origin", "main"]);
}

#[test]
fn a_merge_is_judged_by_what_it_adds_itself() {
    let repo = clone();
    repo.git(&["checkout", "--quiet", "-b", "topic"]);
    repo.file("b.md", "b\n").commit("topic");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.file("c.md", "c\n").commit("main");
    pushed(&repo, &["origin", "main"]);
    repo.git(&["merge", "--quiet", "--no-commit", "topic"]);
    let commit = leak(&repo);
    assert!(refused(&repo, &["origin", "main"]).contains(&format!("{}:src/a.py:3:", &commit[..12])));
}

#[test]
fn sha256_repositories() {
    let repo = clone_with(&["--object-format=sha256"]);
    repo.file("a.md", "two\n").commit("two");
    pushed(&repo, &["origin", "main", "main:refs/heads/new"]);
    leak(&repo);
    refused(&repo, &["origin", "main"]);
}

#[test]
fn linked_and_bare_repositories() {
    let repo = clone();
    repo.git(&["worktree", "add", "--quiet", "../linked", "-b", "linked"]);
    let linked = repo.beside("linked");
    linked.file("a.md", "two\n").commit("two");
    pushed(&linked, &["origin", "linked"]);
    leak(&linked);
    refused(&linked, &["origin", "linked"]);
    repo.git(&["clone", "--quiet", "--bare", ".", "../bare.git"]);
    let bare = repo.beside("bare.git");
    bare.git(&["config", "remote.origin.url", "../remote.git"]);
    assert_eq!(bare.run(&["hook", "install"]).code, 0);
    refused(&bare, &["../remote.git", "linked"]);
}

#[test]
fn projects_in_folders_are_checked_under_their_own_configuration() {
    let repo = clone();
    repo.file("apps/one/congruent.toml", "[assets.allow]\n'*' = ['cdn.evil-corp.net']\n").file("apps/one/old.html", "x\n");
    repo.file("apps/two/congruent.toml", "exclude = ['vendor/']\n[[credential]]\nname = 'Acme key'\nprefix = 'acme_'\n").commit("projects");
    pushed(&repo, &["origin", "main"]);
    repo.file("apps/one/page.html", BAD_PAGE).file("apps/two/vendor/x.html", BAD_PAGE).commit("allowed and left out");
    pushed(&repo, &["origin", "main"]);
    let commit = repo.file("apps/two/a.py", "KEY = 'acme_9fK2mQ7xLp4ZtR8vWc3YbN6d'\n").commit("leak");
    repo.file("apps/two/a.py", "").commit("taken out");
    assert!(refused(&repo, &["origin", "main"]).contains(&format!("{}:apps/two/a.py:1:", &commit[..12])));
    repo.git(&["reset", "--quiet", "--hard", "HEAD~2"]);
    repo.file("apps/two/page.html", BAD_PAGE).file("docs/page.html", BAD_PAGE).commit("bad");
    let said = refused(&repo, &["origin", "main"]);
    assert!(said.contains(" apps/two/page.html:1:") && said.contains(" docs/page.html:1:"), "{said}");
    assert!(!said.contains("vendor") && !said.contains("apps/one"), "{said}");
}

#[test]
fn a_configuration_that_is_wrong_on_purpose_stops_no_push() {
    let repo = clone();
    repo.file("broken/congruent.toml", "nonsense = 1\n").file("apps/one/congruent.toml", "exclude = ['vendor/']\n").commit("fixtures");
    let said = pushed(&repo, &["origin", "main"]);
    assert!(said.contains("broken/congruent.toml does not hold"), "{said}");
    // Its folder is checked with the rest, and the others are projects all the same.
    repo.file("broken/page.html", BAD_PAGE).file("apps/one/vendor/x.html", BAD_PAGE).commit("bad");
    let said = refused(&repo, &["origin", "main"]);
    assert!(said.contains(" broken/page.html:1:") && !said.contains("vendor/x.html"), "{said}");
}

#[test]
fn the_configuration_of_the_tip_holds() {
    let repo = clone();
    repo.file("docs/new.md", BAD_PAGE).file("congruent.toml", "[assets.allow]\n'*' = ['cdn.evil-corp.net']\n").commit("allow");
    pushed(&repo, &["origin", "main"]);
    repo.file("congruent.toml", "nonsense = 1\n").commit("nonsense");
    assert!(refused(&repo, &["origin", "main"]).contains("nonsense"));
}

const CONTRACT: &str = "openapi: 3.1.0
info: {title: Acme, version: '1'}
servers: [{url: 'https://api.acme.test'}]
paths:
  /agents: {get: {operationId: a, responses: {'200': {description: x}}}}
  /runs: {get: {operationId: b, responses: {'200': {description: x}}}}
  /tools: {get: {operationId: c, responses: {'200': {description: x}}}}
";

#[test]
fn what_becomes_wrong_in_files_that_are_the_same_is_new() {
    let repo = clone();
    repo.file("docs/old.md", format!("{BAD_PAGE}\n```sh\ncurl https://api.acme.test/runs\n```\n"))
        .file("openapi.yaml", CONTRACT)
        .commit("contract");
    pushed(&repo, &["origin", "main"]);
    repo.file("other.yaml", "a: 1\n").commit("other data");
    pushed(&repo, &["origin", "main"]);
    repo.file("openapi.yaml", CONTRACT.replace("/runs:", "/executions:")).commit("another contract");
    let said = refused(&repo, &["origin", "main"]);
    assert!(said.contains("contract-unknown-operation") && !said.contains("asset-host"), "{said}");
    repo.file("openapi.yaml", CONTRACT).file("congruent.toml", "exclude = ['docs/']\n").commit("back");
    pushed(&repo, &["origin", "main"]);
    repo.file("congruent.toml", "").commit("all");
    assert!(refused(&repo, &["origin", "main"]).contains("asset-host"));
}

pub(crate) const SHOP: &str = "swagger: '2.0'
info: {title: Shop}
host: api.shop.test
basePath: /v1
paths:
  /orders: {get: {}, post: {}}
  /orders/{id}: {get: {}, delete: {}}
  /customers: {get: {}}
  /customers/{id}/cards: {get: {}}
";
pub(crate) const ORDERS: &str = "export const orders = () => fetch(`${this.root}/orders`);
export const order = (id: string) => fetch(`${this.root}/orders/${id}`);
export const customers = () => fetch(`${this.root}/customers`);
";
pub(crate) const CARDS: &str = "export const cards = (id: string) => fetch(`${this.root}/customers/${id}/cards`);
export const card = (id: string) => fetch(`${this.root}/customer/${id}/card`);\n";

#[test]
fn neighbours_that_are_the_same_show_whose_an_api_is() {
    let repo = clone();
    repo.file("swagger.yaml", SHOP).file("sdk/orders.ts", ORDERS).file("web/cards.ts", CARDS).commit("sdk");
    pushed(&repo, &["origin", "main"]);
    repo.file("sdk/cards.ts", CARDS).commit("cards");
    let said = refused(&repo, &["origin", "main"]);
    assert!(said.contains("contract-unknown-operation") && said.contains("sdk/cards.ts:2:"), "{said}");
    // What is new shows of a file that is the same that it is wrong.
    repo.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    repo.file("web/orders.ts", ORDERS).commit("orders");
    let said = refused(&repo, &["origin", "main"]);
    assert!(said.contains("web/cards.ts:2:") && !said.contains("sdk/"), "{said}");
}

#[test]
fn a_contract_that_changes_makes_pages_wrong_that_do_not() {
    let repo = clone();
    let page = format!("{BAD_PAGE}\n```sh\ncurl https://api.acme.test/runs\n```\n\n```sh\necho \"$API_TOKEN\"\n```\n");
    repo.file("openapi.yaml", CONTRACT).file("docs/a.md", page).commit("contract");
    repo.git(&["push", "--quiet", "--no-verify", "origin", "main"]);
    repo.file("openapi.yaml", CONTRACT.replace("  /runs:", "  /executions:")).commit("renamed");
    let said = refused(&repo, &["origin", "main"]);
    assert!(said.contains("docs/a.md:4:") && said.contains("contract-unknown-operation"), "{said}");
    assert!(!said.contains("asset-host") && !said.contains("printed-secret"), "{said}");
    repo.file("docs/b.md", BAD_PAGE).commit("a page");
    let said = refused(&repo, &["origin", "main"]);
    assert!(said.contains("docs/b.md:1:") && !said.contains("docs/old.md"), "{said}");
}

#[test]
fn commits_without_files_are_fine() {
    let repo = Repo::new();
    repo.git(&["init", "--quiet", "--bare", "../remote.git"]);
    repo.git(&["remote", "add", "origin", "../remote.git"]);
    repo.run(&["hook", "install"]);
    repo.commit("nothing");
    pushed(&repo, &["origin", "main"]);
}

fn hook(repo: &Repo, variables: &[(&str, &str)], input: &str) -> Run {
    let mut command = repo.command(env!("CARGO_BIN_EXE_congruent"));
    command.args(["hook", "pre-push", "origin", "../remote.git"]).envs(variables.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    Run::of(child.wait_with_output().unwrap())
}

#[test]
fn what_is_no_protocol_of_git_is_refused() {
    let repo = clone();
    assert_eq!(hook(&repo, &[], "refs/heads/main\n").code, 2);
    // A tag of a file.
    repo.git(&["tag", "--annotate", "--message", "x", "blob", "HEAD:a.md"]);
    let (tag, zero) = (repo.git(&["rev-parse", "blob"]), "0".repeat(40));
    let run = hook(&repo, &[], &format!("refs/tags/blob {tag} refs/tags/blob {zero}\n"));
    assert!(run.stderr.contains("not checked: refs/tags/blob"), "{}", run.stderr);
}

#[test]
fn pre_commit_passes_on_one_ref_and_that_is_said() {
    let repo = clone();
    let before = repo.git(&["rev-parse", "HEAD"]);
    leak(&repo);
    let variables =
        [("PRE_COMMIT", "1"), ("PRE_COMMIT_FROM_REF", &before), ("PRE_COMMIT_TO_REF", "HEAD"), ("PRE_COMMIT_REMOTE_NAME", "origin")];
    let run = hook(&repo, &variables, "");
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("no more than the first ref"), "{}", run.stderr);
}
