//! `check --rev`.

use serde_json::Value;

use crate::common::{BAD_PAGE, Repo, findings, skipped};

/// A tree with all that a source has to tell apart.
fn intricate() -> Repo {
    let repo = Repo::new();
    repo.file("congruent.toml", "exclude = ['vendor/', '*.gen.md', 'deep/*/x']\n")
        .file("docs/index.md", BAD_PAGE)
        .file("docs.md", BAD_PAGE)
        .file("docs-a/a.md", "x\n")
        .file("vendor/a.md", BAD_PAGE)
        .file("vendor/b/c.md", BAD_PAGE)
        .file("docs/vendor/a.md", BAD_PAGE)
        .file("docs/a.gen.md", BAD_PAGE)
        .file("deep/one/x/y/z.md", BAD_PAGE)
        .file("deep/one/xy/z.md", BAD_PAGE)
        .file("deep/two/x", BAD_PAGE)
        .file("crlf.md", BAD_PAGE.replace('\n', "\r\n"))
        .file("binary.bin", b"a\0\0b")
        .file("late.bin", [b"a".repeat(9000), vec![0; 20]].concat())
        .file("large.txt", "word ".repeat(20_000))
        .file("lfs.bin", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
        .file(".hidden/a.md", BAD_PAGE)
        .file("empty.md", "")
        .file("ignored/kept.md", BAD_PAGE)
        .file(".gitignore", "ignored/\n");
    for at in 0..200 {
        repo.file(format!("many/{at}/{at}.md"), format!("{BAD_PAGE}\n{at}\n"));
    }
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt as _;
        std::os::unix::fs::symlink("docs", repo.path("link")).unwrap();
        repo.file(std::ffi::OsStr::from_bytes(b"docs/\xFFa.md"), BAD_PAGE).file("docs/a.md", BAD_PAGE).file("docs/A.md", BAD_PAGE);
    }
    repo.git(&["add", "--force", "ignored"]);
    let oid = repo.commit("first");
    repo.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{oid},modules/sub")]);
    std::fs::create_dir_all(repo.path("modules/sub")).unwrap();
    repo.git(&["commit", "--quiet", "--message", "second"]);
    repo
}

/// What a report says without the commit.
fn without_commit(mut report: Value) -> Value {
    report["commit"] = Value::Null;
    report
}

#[test]
fn a_commit_is_reported_as_its_checkout_is() {
    let repo = intricate();
    let commit = repo.git(&["rev-parse", "HEAD"]);
    for arguments in [
        &[][..],
        &["docs"],
        &["docs/index.md", "deep"],
        &["vendor/b"],
        &["docs", "many/7", "docs/vendor/a.md"],
        &["--isolated"],
        &["--max-file-size", "64K"],
    ] {
        let (code, checkout) = repo.check(arguments);
        let (of_commit, report) = repo.check(&[&["--rev", "HEAD"], arguments].concat());
        assert_eq!(report["commit"], commit.as_str());
        assert_eq!(skipped(&report), skipped(&checkout), "{arguments:?}");
        assert_eq!(findings(&report), findings(&checkout), "{arguments:?}");
        assert!(without_commit(report) == checkout, "{arguments:?}");
        assert_eq!(of_commit, code);
    }
    let (_, report) = repo.check(&["--rev", "HEAD"]);
    let skipped = skipped(&report);
    for left_out in ["vendor: excluded by the configuration", "lfs.bin: Git LFS pointer", "modules/sub: submodule", "link: symbolic link"] {
        assert!(skipped.iter().any(|skipped| skipped == left_out), "{left_out}: {skipped:?}");
    }
}

#[test]
fn the_working_tree_has_no_part_in_it() {
    let repo = Repo::new();
    repo.file("a.md", BAD_PAGE).file("congruent.toml", "").commit("bad");
    repo.git(&["tag", "--annotate", "--message", "x", "v1"]);
    repo.file("a.md", "fine\n").file("congruent.toml", "[assets.allow]\n'*' = ['cdn.evil-corp.net']\n").commit("good");
    repo.file("a.md", BAD_PAGE).file("b.md", BAD_PAGE).file("congruent.toml", "nonsense = 1\n");
    for (revision, code) in [("HEAD", 0), ("main~1", 1), ("v1", 1), ("HEAD^{/bad}", 1)] {
        assert_eq!(repo.check(&["--rev", revision]).0, code, "{revision}");
    }
    std::fs::remove_file(repo.path("a.md")).unwrap();
    assert_eq!(findings(&repo.check(&["--rev", "v1", "a.md"]).1), ["a.md:1 asset-host"]);
}

#[test]
fn a_tag_says_what_is_defined() {
    let repo = Repo::new();
    let config = "[define]\nrelease = { file = 'version.json', pointer = '/version', tag = 'v{release}' }\n";
    repo.file("congruent.toml", config).file("version.json", "{\"version\": \"1.4.2\"}\n").commit("release");
    for tag in ["v1.4.2", "v1.4.3", "nightly"] {
        repo.git(&["tag", tag]);
    }
    repo.git(&["tag", "--annotate", "--message", "x", "v1.5.0"]);
    for (tag, is_right) in [("v1.4.2", true), ("nightly", true), ("v1.4.3", false), ("refs/tags/v1.4.3", false), ("v1.5.0", false)] {
        let (code, report) = repo.check(&["--rev", tag]);
        let expected: &[&str] = if is_right { &[] } else { &["congruent.toml:2 version-mismatch"] };
        assert_eq!(
            (findings(&report).as_slice(), code),
            (expected.iter().map(ToString::to_string).collect::<Vec<_>>().as_slice(), i32::from(!is_right)),
            "{tag}"
        );
    }
    // A branch, and a commit that has no name, say nothing.
    assert_eq!(repo.check(&["--rev", "HEAD"]).0, 0);
}

#[test]
fn the_configuration_is_the_closest_one_in_that_tree() {
    let repo = Repo::new();
    repo.file("sub/congruent.toml", "exclude = ['x.md']\n").file("sub/x.md", BAD_PAGE).file("sub/in/y.md", BAD_PAGE).file("z.md", BAD_PAGE);
    repo.commit("one");
    std::fs::remove_file(repo.path("sub/congruent.toml")).unwrap();
    let inside = repo.beside("repo/sub/in");
    let (_, report) = inside.check(&["--rev", "HEAD", ".."]);
    assert_eq!(findings(&report), ["in/y.md:1 asset-host"]);
    assert_eq!(report["root"], "..");
    repo.file("sub/congruent.toml", "exclude = ['x.md']\n");
    assert_eq!(without_commit(report), inside.check(&[".."]).1);
    assert_eq!(without_commit(repo.check(&["--rev", "HEAD", "sub/in"]).1), repo.check(&["sub/in"]).1);
}

#[test]
fn what_is_not_there_is_said() {
    let repo = Repo::new();
    repo.file("a.md", "x\n").commit("one");
    let unknown = repo.run(&["check", "--rev", "v9"]);
    assert_eq!(unknown.code, 3);
    assert!(unknown.stderr.contains("`v9` is no commit here"), "{}", unknown.stderr);
    // A revision is never an option of git.
    for revision in ["--help", "--all", "", "a\nb", "HEAD:a.md", "HEAD^{tree}"] {
        assert_eq!(repo.run(&["check", &format!("--rev={revision}")]).code, 3, "{revision:?}");
    }
    assert_eq!(repo.run(&["check", "--rev", "HEAD", "b.md"]).code, 2);
    assert_eq!(repo.run(&["check", "--rev", "HEAD", ".."]).code, 2);
    assert_eq!(repo.run(&["check", "--rev", "HEAD", "--fix"]).code, 2);
    assert_eq!(repo.run(&["check", "--rev", "HEAD", "--staged"]).code, 2);
    let outside = repo.beside("home");
    assert_eq!(outside.run(&["check", "--rev", "HEAD"]).code, 2);
}

#[test]
fn a_diff_is_shown_and_nothing_written() {
    let repo = Repo::new();
    repo.file("a.md", "curl -H \"Authorization: Bearer ra_ws_your_key\" https://api.runagents.io/api/v1/runs\n");
    repo.file("b.sh", "curl -H \"Authorization: Bearer ra_ws_your_key\" https://api.runagents.io/api/v1/runs\n").commit("one");
    let (here, commit) = (repo.run(&["check", "--diff"]), repo.run(&["check", "--diff", "--rev", "HEAD"]));
    assert!(here.stdout.contains("+++ b/"), "{}", here.stdout);
    assert_eq!(here.stdout, commit.stdout);
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
}
