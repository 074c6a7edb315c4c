//! `hook install`, `hook uninstall` and the pre-commit hook.

use crate::common::{BAD_PAGE, Repo};

const KEY: &str = "ra_ws_9fK2mQ7xLp4ZtR8vWc3YbN6d";

#[cfg(unix)]
fn script(repo: &Repo, path: &str, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    repo.file(path, text);
    std::fs::set_permissions(repo.path(path), std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(unix)]
#[test]
fn a_hook_that_is_there_runs_first_and_comes_back() {
    let repo = Repo::new();
    let old = "#!/bin/sh\ncat > ../seen\necho \"$@\" >> ../seen\ntest ! -e ../fail\n";
    script(&repo, ".git/hooks/pre-push", old);
    repo.git(&["init", "--quiet", "--bare", "../remote.git"]);
    repo.git(&["remote", "add", "origin", "../remote.git"]);
    for _ in 0..2 {
        assert_eq!(repo.run(&["hook", "install"]).code, 0);
    }
    let commit = repo.file("a.md", "x\n").commit("one");
    repo.git(&["push", "--quiet", "origin", "main"]);
    let seen = std::fs::read_to_string(repo.path("../seen")).unwrap();
    assert_eq!(seen, format!("refs/heads/main {commit} refs/heads/main {}\norigin ../remote.git\n", "0".repeat(40)));
    // Both have to agree.
    repo.file("b.py", format!("KEY = '{KEY}'\n")).commit("leak");
    assert_ne!(repo.try_git(&["push", "origin", "main"]).code, 0);
    repo.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    repo.file("a.md", "y\n").commit("two");
    repo.file("../fail", "");
    assert_ne!(repo.try_git(&["push", "origin", "main"]).code, 0);
    assert_eq!(repo.run(&["hook", "uninstall"]).code, 0);
    assert_eq!(std::fs::read_to_string(repo.path(".git/hooks/pre-push")).unwrap(), old);
    assert!(!repo.path(".git/hooks/pre-push.before-congruent").exists());
    assert_eq!(repo.run(&["hook", "uninstall"]).code, 0);
}

#[test]
fn hooks_are_where_the_configuration_says() {
    let repo = Repo::new();
    repo.git(&["config", "core.hooksPath", "my hooks"]);
    assert_eq!(repo.run(&["hook", "install", "--pre-commit"]).code, 0);
    assert!(repo.path("my hooks/pre-push").exists() && repo.path("my hooks/pre-commit").exists());
    assert!(!repo.path(".git/hooks/pre-push").exists());
    repo.run(&["hook", "uninstall"]);
    assert!(!repo.path("my hooks/pre-push").exists() && !repo.path("my hooks/pre-commit").exists());
    // Those of all repositories are not ours to change, nor are those that husky makes anew.
    repo.git(&["config", "core.hooksPath", ".husky/_"]);
    assert_eq!(repo.run(&["hook", "install"]).code, 2);
    repo.git(&["config", "--unset", "core.hooksPath"]);
    repo.git(&["config", "--global", "core.hooksPath", "/nowhere"]);
    assert_eq!(repo.run(&["hook", "install"]).code, 2);
    assert_eq!(repo.beside("home").run(&["hook", "install"]).code, 2);
}

#[test]
fn a_commit_is_checked_for_what_it_adds() {
    let repo = Repo::new();
    repo.file("docs/old.md", BAD_PAGE).commit("one");
    assert_eq!(repo.run(&["hook", "install", "--pre-commit"]).code, 0);
    repo.file("a.md", "x\n").commit("fine");
    repo.file("docs/new.md", BAD_PAGE);
    // What is not staged is not committed.
    repo.git(&["commit", "--quiet", "--allow-empty", "--message", "nothing"]);
    repo.git(&["add", "--all"]);
    let run = repo.try_git(&["commit", "--message", "bad"]);
    assert_ne!(run.code, 0);
    assert!(format!("{}{}", run.stdout, run.stderr).contains("docs/new.md:1:"));
    // A commit of single files makes an index of its own, and so does `-a`.
    repo.file("a.md", "y\n");
    repo.git(&["commit", "--quiet", "--message", "only a", "a.md"]);
    repo.git(&["rm", "--quiet", "--cached", "docs/new.md"]);
    repo.file("a.md", format!("{BAD_PAGE}\n"));
    assert_eq!(repo.run(&["hook", "pre-commit", "--fail-on", "note"]).code, 0);
    repo.file("docs/old.md", format!("{BAD_PAGE}\n<script src=\"https://other.evil-corp.net/y.js\"></script>\n"));
    assert_ne!(repo.try_git(&["commit", "--all", "--message", "bad"]).code, 0);
    assert_eq!(repo.run(&["hook", "pre-commit"]).code, 0);
}

/// Where nothing more can be written, what was there goes on being run.
#[cfg(unix)]
#[test]
fn a_hook_that_is_there_stays_if_the_new_one_cannot_be_written() {
    let repo = Repo::new();
    let old = "#!/bin/sh\nexit 0\n";
    script(&repo, ".git/hooks/pre-push", old);
    let run = repo.start("sh", &["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" hook install", env!("CARGO_BIN_EXE_congruent")]);
    assert_eq!(run.code, 2, "{}{}", run.stdout, run.stderr);
    assert_eq!(std::fs::read_to_string(repo.path(".git/hooks/pre-push")).unwrap(), old);
    assert!(!repo.path(".git/hooks/pre-push.before-congruent").exists());
    assert_eq!(repo.run(&["hook", "install"]).code, 0);
}
