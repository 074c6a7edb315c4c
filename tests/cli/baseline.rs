//! `congruent baseline`: what it writes, what it hides, and what it doesn't.

use std::fs;

use crate::common::{BAD_PAGE, Tree, findings};

const KEY: &str = "ra_ws_4f3c9a0b7d21e8A6c5";
const OTHER: &str = "ra_ws_77c1d05be4492fB3a1";
const FILE: &str = "congruent-baseline.toml";

fn curl(key: &str) -> String {
    format!("curl -H \"Authorization: Bearer {key}\" https://api.runagents.io/api/v1/runs\n")
}

fn read(tree: &Tree) -> String {
    fs::read_to_string(tree.path(FILE)).expect("written")
}

fn entries(tree: &Tree) -> Vec<String> {
    read(tree).lines().filter(|line| line.starts_with("  { ")).map(str::to_owned).collect()
}

#[test]
fn what_is_accepted_is_counted_and_not_reported() {
    let tree = Tree::new();
    tree.file("b.html", BAD_PAGE).file("a.html", format!("{BAD_PAGE}{BAD_PAGE}"));
    let run = tree.run(&["baseline"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    assert!(run.stderr.ends_with("congruent-baseline.toml: 3 findings accepted, 3 of them new; 0 taken out\n"), "{}", run.stderr);
    let lines = entries(&tree);
    assert!(lines.len() == 2 && lines[0].contains("\"a.html\"") && lines[0].contains("count = 2"), "{lines:?}");
    assert!(lines.iter().all(|line| line.contains("reason = \"accepted when congruent was adopted\"")), "{lines:?}");
    let (code, report) = tree.check(&[]);
    assert_eq!((code, report["baselined"].as_u64(), findings(&report)), (0, Some(3), vec![]));
    assert!(tree.run(&["check"]).stdout.contains("3 accepted by the baseline"));
    // What is asked for without the project's word is all there.
    assert_eq!(tree.check(&["--isolated"]).0, 1);
    assert_eq!(tree.run(&["baseline", "--isolated"]).code, 2);
}

#[test]
fn an_occurrence_too_many_and_a_changed_secret_show() {
    let tree = Tree::new();
    tree.file("a.html", BAD_PAGE).file("call.sh", curl(KEY));
    tree.run(&["baseline"]);
    assert_eq!(tree.check(&[]).0, 0);
    assert!(!read(&tree).contains(&KEY[6..]), "{}", read(&tree));

    tree.file("a.html", format!("{BAD_PAGE}{BAD_PAGE}")).file("call.sh", curl(OTHER));
    let (code, report) = tree.check(&[]);
    let found = findings(&report);
    assert_eq!(code, 1);
    for wanted in ["a.html:2:14 asset-host", "call.sh:1:10 misplaced-credential"] {
        assert!(found.iter().any(|found| found == wanted), "{wanted}: {found:?}");
    }
    assert!(found.iter().any(|found| found.ends_with("stale-baseline-entry")), "{found:?}");
    tree.file("call.sh", format!("# moved\n\n{}", curl(KEY))).file("a.html", BAD_PAGE);
    assert_eq!(tree.check(&[]).0, 0);
}

#[test]
fn an_entry_that_accepts_nothing_is_a_finding_with_a_mend() {
    let tree = Tree::new();
    tree.file("a.html", format!("{BAD_PAGE}{BAD_PAGE}{BAD_PAGE}")).file("b.html", BAD_PAGE).file("c.html", BAD_PAGE);
    tree.run(&["baseline"]);
    let before = read(&tree);
    tree.file("a.html", BAD_PAGE).file("b.html", "");
    fs::remove_file(tree.path("c.html")).expect("removed");
    let line = |path: &str| before.lines().position(|line| line.contains(path)).expect("there") + 1;
    let wanted = ["a.html", "b.html", "c.html"].map(|path| format!("{FILE}:{}:3 stale-baseline-entry", line(path)));
    let (code, report) = tree.check(&[]);
    assert_eq!((code, findings(&report)), (1, wanted.to_vec()));

    let run = tree.run(&["check", "--fix"]);
    assert_eq!((run.code, entries(&tree).len()), (0, 1), "{}{}", run.stdout, run.stderr);
    let fixed = read(&tree);
    assert!(fixed.contains("count = 1"), "{fixed}");

    // Pruning says the same, in its own form.
    tree.file(FILE, &before);
    let run = tree.run(&["baseline", "--prune"]);
    assert!(run.stderr.ends_with("1 finding accepted, 0 of them new; 4 taken out\n"), "{}", run.stderr);
    assert_eq!(read(&tree), fixed.replace(", count = 1", ""));
    assert_eq!(tree.check(&[]).0, 0);
}

#[test]
fn pruning_accepts_nothing_and_keeps_what_was_said() {
    let tree = Tree::new();
    tree.file("a.html", BAD_PAGE).file("b.html", BAD_PAGE);
    tree.run(&["baseline", "--reason", "the vendor \"hosts\" it"]);
    assert!(entries(&tree).iter().all(|line| line.contains("reason = \"the vendor \\\"hosts\\\" it\"")), "{}", read(&tree));
    fs::rename(tree.path("b.html"), tree.path("moved.html")).expect("renamed");
    tree.file("new.sh", curl(KEY));
    assert_eq!(tree.run(&["baseline", "--prune"]).code, 0);
    let lines = entries(&tree);
    assert!(lines.len() == 2 && lines[1].contains("moved.html") && lines[1].contains("hosts"), "{lines:?}");
    assert_eq!(tree.check(&[]).0, 1);

    tree.run(&["baseline"]);
    let (lines, text) = (entries(&tree), read(&tree));
    assert!(lines.len() >= 3 && lines.iter().filter(|line| line.contains("hosts")).count() == 2, "{lines:?}");
    tree.run(&["baseline", "--reason", "another"]);
    assert_eq!(read(&tree), text, "what is accepted is not accepted anew, and the salt stays");
    assert_eq!(tree.run(&["baseline", "--reason", " "]).code, 2);
}

#[test]
fn what_was_not_looked_at_is_not_stale() {
    let tree = Tree::new();
    tree.file("congruent.toml", "[[text]]\nfiles = 'absent.md'\nexist = true\n");
    tree.file("docs/a.html", BAD_PAGE).file("src/b.html", BAD_PAGE).file("src/c.html", BAD_PAGE);
    tree.run(&["baseline"]);
    let all = read(&tree);
    assert_eq!(entries(&tree).len(), 4);
    tree.file("src/b.html", "").file("src/c.html", "");
    for arguments in [
        &["docs"][..],
        &["congruent.toml"],
        &["docs", "src/c.html", "--select", "printed-secret"],
        &["--ignore", "asset-host,missing-file"],
    ] {
        let (code, report) = tree.check(arguments);
        assert_eq!((code, findings(&report)), (0, vec![]), "{arguments:?}");
    }
    assert_eq!(findings(&tree.check(&["src/b.html"]).1).len(), 1);
    assert_eq!(findings(&tree.check(&["src"]).1).len(), 2);
    tree.run(&["baseline", "docs"]);
    assert_eq!(read(&tree), all);
    tree.run(&["baseline", "--prune", "src/b.html"]);
    assert_eq!(entries(&tree).len(), 3);
    // A file that is too large was not read.
    tree.file("src/c.html", " ".repeat(3000));
    let run = tree.run(&["check", "--max-file-size", "2K", "--format", "concise"]);
    assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{}", run.stderr);
    assert_eq!(tree.run(&["baseline", "--max-file-size", "2K"]).code, 3);
    assert_eq!(entries(&tree).len(), 3);
}

#[test]
fn safe_fixes_leave_what_is_accepted_as_it_is() {
    let tree = Tree::new();
    tree.file("a.sh", curl(KEY));
    tree.run(&["baseline"]);
    tree.file("b.sh", curl(KEY));
    let diff = tree.run(&["check", "--diff"]).stdout;
    assert!(diff.contains("b.sh") && !diff.contains("a.sh"), "{diff}");
    tree.run(&["check", "--fix"]);
    assert_eq!(fs::read_to_string(tree.path("a.sh")).expect("there"), curl(KEY));
}

#[test]
fn a_baseline_that_is_wrong_is_shown_where_it_is_wrong() {
    let tree = Tree::new();
    tree.file("a.html", BAD_PAGE);
    let entry = "{ path = 'a.html', rule = 'asset-host', fingerprint = '00', reason = 'why' }";
    for (text, wanted) in [
        ("version = 1\n<<<<<<< ours\nfindings = []\n", "congruent-baseline.toml:2:9"),
        ("version = 2\nfindings = []\n", "congruent-baseline.toml:1:11"),
        (&format!("version = 1\nfindings = [{}]\n", entry.replace("reason = 'why'", "reason = ' '")), "the reason is missing"),
        (&format!("version = 1\nfindings = [{}]\n", entry.replace("reason", "count = 0, reason")), "accepts nothing, or more"),
        (&format!("version = 1\nfindings = [{}]\n", entry.replace("reason", "secret = 'ab', reason")), "the salt is missing"),
        (&format!("version = 1\nfindings = [{}]\n", entry.replace("reason", "line = 1, reason")), "unknown field `line`"),
    ] {
        tree.file(FILE, text);
        let run = tree.run(&["check"]);
        assert!(run.code == 2 && run.stderr.contains(wanted), "{text}: {}", run.stderr);
        assert_eq!(tree.run(&["baseline"]).code, 2);
    }
}

#[test]
fn names_in_the_file_drive_nothing() {
    let tree = Tree::new();
    tree.file("a \"b\\\u{202e}.html", BAD_PAGE);
    tree.run(&["baseline"]);
    assert!(!read(&tree).contains('\u{202e}') && entries(&tree).len() == 1, "{}", read(&tree));
    assert_eq!(tree.check(&[]).0, 0);
}

#[test]
fn nothing_is_written_where_nothing_is_found_or_nothing_was_read() {
    let tree = Tree::new();
    assert_eq!(tree.run(&["baseline"]).code, 3);
    tree.file("a.html", "<p>fine</p>");
    assert_eq!(tree.run(&["baseline"]).code, 0);
    assert!(!tree.path(FILE).exists());
}

#[cfg(unix)]
#[test]
fn nothing_is_read_or_written_by_way_of_a_link() {
    let tree = Tree::new();
    tree.file("a.html", BAD_PAGE);
    tree.run(&["baseline"]);
    let outside = tree.home().join("baseline.toml");
    fs::rename(tree.path(FILE), &outside).expect("moved");
    let before = fs::read_to_string(&outside).expect("there");
    std::os::unix::fs::symlink(&outside, tree.path(FILE)).expect("linked");
    assert_eq!(tree.check(&[]).0, 1);
    tree.file("b.html", BAD_PAGE);
    assert_eq!(tree.run(&["baseline"]).code, 2);
    assert_eq!(fs::read_to_string(&outside).expect("there"), before);
}

#[test]
fn a_commit_and_the_index_have_their_own() {
    let tree = Tree::git();
    tree.file("docs/a.html", BAD_PAGE);
    tree.run(&["baseline"]);
    tree.run_git(&["add", "."]);
    tree.run_git(&["-c", "user.name=a", "-c", "user.email=a@h.test", "commit", "--quiet", "-m", "all"]);
    fs::remove_file(tree.path(FILE)).expect("removed");
    assert_eq!([tree.check(&[]).0, tree.check(&["--staged"]).0, tree.check(&["--rev", "HEAD"]).0], [1, 0, 0]);
    tree.run_git(&["rm", "--quiet", "--cached", FILE]);
    assert_eq!([tree.check(&["--staged"]).0, tree.check(&["--rev", "HEAD"]).0, tree.check(&["--rev", "HEAD", "--isolated"]).0], [1, 0, 1]);
}
