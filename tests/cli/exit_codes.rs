//! Exit codes, and where output goes.

use std::io::Read as _;
use std::process::Stdio;

use crate::common::{BAD_PAGE, Tree};

#[test]
fn clean_findings_usage_and_nothing_checked_differ() {
    let tree = Tree::new();
    assert_eq!(tree.run(&["check"]).code, 3, "an empty tree");
    assert!(tree.run(&["check"]).stderr.contains("nothing was checked"));
    assert_eq!(tree.run(&["check", "nowhere"]).code, 2, "a missing path");
    assert!(tree.run(&["check", "nowhere"]).stderr.contains("nowhere: no such file or folder"));
    tree.file("page.md", "nothing\n");
    assert_eq!(tree.run(&["check"]).code, 0);
    assert_eq!(tree.run(&["check", ".", "nowhere"]).code, 2, "one path of several is missing");
    tree.file("page.html", BAD_PAGE);
    assert_eq!(tree.run(&["check"]).code, 1);
    for arguments in [&["check", "--no-such-flag"][..], &["check", "--jobs", "0"], &["check", "--format", "xml"], &["nothing"], &[]] {
        assert_eq!(tree.run(arguments).code, 2, "{arguments:?}");
    }
    assert_eq!(tree.run(&["--help"]).code, 0);
}

#[test]
fn every_format_has_the_same_code() {
    let tree = Tree::new();
    tree.file("page.html", BAD_PAGE);
    let help = tree.run(&["check", "--help"]).stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let formats = help.split_once("[formats: ").and_then(|(_, rest)| rest.split_once(']')).expect("formats in the help").0;
    assert!(formats.split(", ").count() >= 2);
    for format in formats.split(", ") {
        let run = tree.run(&["check", "--format", format]);
        assert_eq!(run.code, 1, "{format}");
        assert!(run.stdout.contains("asset-host"), "{format}");
    }
}

#[test]
fn the_level_decides_what_fails() {
    let tree = Tree::new();
    tree.file("page.html", BAD_PAGE).file("congruent.toml", "rules.asset-host = 'warning'\n");
    assert_eq!(tree.run(&["check"]).code, 0);
    assert_eq!(tree.run(&["check", "--fail-on", "warning"]).code, 1);
    assert_eq!(tree.run(&["check", "--fail-on", "note"]).code, 1);
    assert_eq!(tree.run(&["check", "--isolated"]).code, 1);
}

#[test]
fn a_reader_that_leaves_changes_nothing() {
    let tree = Tree::new();
    tree.file("page.html", BAD_PAGE.repeat(20_000));
    for format in ["concise", "json"] {
        let mut child = tree.command(&["check", "--format", format]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut start = [0; 10];
        let mut stdout = child.stdout.take().unwrap();
        stdout.read_exact(&mut start).unwrap();
        drop(stdout);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{format}");
        assert!(!String::from_utf8_lossy(&output.stderr).contains("internal"));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_can_not_be_written_is_not_green() {
    let tree = Tree::new();
    tree.file("page.md", "x");
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let status = tree.command(&["check", "--format", "json"]).stdout(full).stderr(Stdio::null()).status().unwrap();
    assert_eq!(status.code(), Some(4));
}

#[test]
fn several_formats_go_to_files() {
    let tree = Tree::new();
    tree.file("page.html", BAD_PAGE);
    let run = tree.run(&["check", "--format", "concise", "--format", "json:out.json", "--quiet"]);
    assert_eq!((run.code, run.stdout.lines().count(), run.stderr.as_str()), (1, 1, ""));
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(tree.path("out.json")).unwrap()).unwrap();
    assert_eq!(report["findings"][0]["rule"], "asset-host");
    assert_eq!(tree.run(&["check", "--format", "json", "--format", "concise"]).code, 2, "two documents on one stream");
    assert_eq!(tree.run(&["check", "--format", "json:nowhere/out.json"]).code, 2);
}
