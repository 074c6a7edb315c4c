//! Which files of a working tree are read.

use std::fs;

use crate::common::{Tree, skipped};

#[test]
fn patterns_of_every_folder_hold_and_deeper_ones_decide() {
    let tree = Tree::git();
    tree.file(".gitignore", "*.log\n/build/\n!keep.log\n").file("a.log", "").file("keep.log", "").file("build/x.md", "");
    tree.file("sub/build/x.md", "")
        .file("sub/.gitignore", "!b.log\ntmp\n")
        .file("sub/b.log", "")
        .file("sub/tmp/x", "")
        .file("sub/c.log", "");
    let expected = [".gitignore", "keep.log", "sub/.gitignore", "sub/b.log", "sub/build/x.md"];
    assert_eq!(tree.shown_files(&[]), expected);
    let (code, report) = tree.check(&[]);
    assert_eq!(code, 0);
    assert_eq!(
        skipped(&report),
        ["a.log: ignored by git", "build: ignored by git", "sub/c.log: ignored by git", "sub/tmp: ignored by git"]
    );
    assert_eq!(tree.shown_files(&["--no-ignore"]).len(), 9);
}

#[test]
fn a_tracked_file_is_read_whatever_a_pattern_says() {
    for version in ["2", "3", "4"] {
        let tree = Tree::git();
        tree.file(".gitignore", "*.html\ngenerated/\n").file("page.html", "").file("other.html", "");
        tree.file("generated/deep/page.md", "").file("generated/deep/other.md", "").file("generated-not/x.md", "");
        tree.run_git(&["add", "--force", "page.html", "generated/deep/page.md", ".gitignore"]);
        if version == "3" {
            tree.file("intended.html", "");
            tree.run_git(&["add", "--force", "--intent-to-add", "intended.html"]);
        }
        tree.run_git(&["update-index", "--index-version", version]);
        let mut expected = vec![".gitignore", "generated-not/x.md", "generated/deep/page.md", "page.html"];
        if version == "3" {
            expected.insert(3, "intended.html");
        }
        assert_eq!(tree.shown_files(&[]), expected, "index version {version}");
        let (_, report) = tree.check(&[]);
        assert_eq!(skipped(&report), ["generated: ignored by git", "other.html: ignored by git"]);
    }
}

#[test]
fn a_tracked_file_that_was_deleted_is_no_gap() {
    let tree = Tree::git();
    tree.file(".gitignore", "*.html\n").file("page.html", "").file("generated.html", "");
    tree.run_git(&["add", "--force", "."]);
    fs::remove_file(tree.path("page.html")).unwrap();
    assert_eq!(tree.check(&[]).0, 0);
}

#[test]
fn sha256_repositories_and_split_indexes_are_understood() {
    let tree = Tree::new();
    tree.run_git(&["init", "--quiet", "--object-format=sha256"]);
    tree.file(".gitignore", "*.html\n").file("page.html", "").file("other.html", "");
    tree.run_git(&["add", "--force", "page.html"]);
    assert_eq!(tree.shown_files(&[]), [".gitignore", "page.html"]);

    let tree = Tree::git();
    tree.file(".gitignore", "*.html\n").file("page.html", "").file("other.html", "").file("late.html", "");
    tree.run_git(&["add", "--force", "page.html"]);
    tree.run_git(&["update-index", "--split-index"]);
    tree.run_git(&["add", "--force", "late.html"]);
    assert_eq!(tree.shown_files(&[]), [".gitignore", "late.html", "page.html"]);
}

#[test]
fn the_repository_and_the_user_have_patterns_too() {
    let tree = Tree::git();
    tree.file("a.local", "").file("b.mine", "").file("c.md", "");
    fs::create_dir_all(tree.path(".git/info")).unwrap();
    fs::write(tree.path(".git/info/exclude"), "*.local\n").unwrap();
    assert_eq!(tree.shown_files(&[]), ["b.mine", "c.md"]);
    fs::write(tree.home().join("patterns"), "*.mine\n").unwrap();
    fs::write(tree.home().join(".gitconfig"), "[core]\n\texcludesFile = ~/patterns\n").unwrap();
    assert_eq!(tree.shown_files(&[]), ["c.md"]);
}

#[test]
fn a_linked_working_tree_has_its_own_index_and_the_shared_patterns() {
    let tree = Tree::git();
    tree.file("main/.gitignore", "*.html\n").file("main/page.html", "");
    tree.run_git(&["init", "--quiet", "main"]);
    let identity = ["-c", "user.name=x", "-c", "user.email=x@x.test", "-C", "main"];
    tree.run_git(&[&identity[..], &["add", "--force", "."]].concat());
    tree.run_git(&[&identity[..], &["commit", "--quiet", "-m", "x"]].concat());
    tree.run_git(&[&identity[..], &["worktree", "add", "--quiet", "../linked"]].concat());
    tree.file("linked/other.html", "").file("linked/x.local", "");
    fs::create_dir_all(tree.path("main/.git/info")).unwrap();
    fs::write(tree.path("main/.git/info/exclude"), "*.local\n").unwrap();
    assert_eq!(tree.shown_files(&["linked"]), [".gitignore", "page.html"]);
}

#[test]
fn hidden_files_are_read_and_git_itself_is_not() {
    let tree = Tree::git();
    tree.file(".github/workflows/ci.yml", "").file(".well-known/security.txt", "").file(".env", "");
    assert_eq!(tree.shown_files(&[]), [".env", ".github/workflows/ci.yml", ".well-known/security.txt"]);
}

#[test]
fn what_is_named_is_read_even_if_ignored_but_not_if_excluded() {
    let tree = Tree::git();
    tree.file(".gitignore", "*.html\nbuild/\n").file("a.html", "").file("build/b.md", "").file("build/c.html", "");
    tree.file("congruent.toml", "exclude = ['/vendor/', 'never.md']\n").file("vendor/x.md", "").file("build/never.md", "");
    assert_eq!(tree.shown_files(&["a.html"]), ["a.html"]);
    assert_eq!(tree.shown_files(&["build"]), ["build/b.md"]);
    for path in ["vendor", "vendor/x.md", "build/never.md"] {
        let (code, report) = tree.check(&[path]);
        assert_eq!((code, skipped(&report)), (3, vec![format!("{path}: excluded by the configuration")]));
    }
}

#[test]
fn a_configured_exclusion_holds_for_tracked_files_too() {
    let tree = Tree::git();
    tree.file(".gitignore", "gen/\n").file("gen/a.md", "").file("gen/b.md", "").file("docs/old/c.md", "").file("docs/d.md", "");
    tree.file("congruent.toml", "exclude = ['gen/a.md', 'old/']\n");
    tree.run_git(&["add", "--force", "."]);
    assert_eq!(tree.shown_files(&[]), [".gitignore", "congruent.toml", "docs/d.md", "gen/b.md"]);
}

#[test]
fn submodules_are_left_out_and_counted() {
    let tree = Tree::git();
    tree.file("sub/x.md", "").file("loose/y.md", "");
    for folder in ["sub", "loose"] {
        tree.run_git(&["init", "--quiet", folder]);
    }
    tree.run_git(&["-C", "sub", "-c", "user.name=x", "-c", "user.email=x@x.test", "commit", "--quiet", "--allow-empty", "-m", "x"]);
    tree.run_git(&["-c", "advice.addEmbeddedRepo=false", "add", "sub"]);
    assert_eq!(tree.shown_files(&[]), ["loose/y.md"]);
    assert_eq!(skipped(&tree.check(&[]).1), ["sub: submodule"]);
}

#[test]
fn patterns_hold_without_git_too() {
    let tree = Tree::new();
    tree.file(".gitignore", "node_modules\n").file("node_modules/x.md", "").file("a.md", "");
    assert_eq!(tree.shown_files(&[]), [".gitignore", "a.md"]);
}
