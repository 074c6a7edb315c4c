//! What the README shows is what the program does. `CONGRUENT_BLESS=1 cargo test --test readme` writes the real output into it.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn readme() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")
}

/// The code block after a marker: where its content stands.
fn block(text: &str, marker: &str) -> std::ops::Range<usize> {
    let after = text.find(marker).unwrap_or_else(|| panic!("the README has no {marker}")) + marker.len() + 1;
    let fence: String = text[after..].chars().take_while(|&c| c == '`').collect();
    let start = after + text[after..].find('\n').expect("a fence ends its line") + 1;
    let end = if text[start..].starts_with(&fence) {
        start
    } else {
        start + text[start..].find(&format!("\n{fence}\n")).expect("the fence is closed") + 1
    };
    start..end
}

fn run(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_congruent"));
    command.args(arguments).current_dir(folder).env_clear().env("NO_COLOR", "1");
    let output = command.output().expect("the binary runs");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "nothing on stderr");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Compares, or writes where asked to.
fn settle(text: &str, range: std::ops::Range<usize>, now: &str) -> String {
    if std::env::var_os("CONGRUENT_BLESS").is_none() {
        assert_eq!(&text[range], now, "the README is stale");
        return text.to_owned();
    }
    [&text[..range.start], now, &text[range.end..]].concat()
}

#[test]
fn the_readme_shows_real_output() {
    let mut text = fs::read_to_string(readme()).expect("README.md");
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("docs")).expect("a folder");
    for file in ["docs/index.md", "congruent.toml"] {
        fs::write(folder.path().join(file), &text[block(&text, &format!("<!-- file: {file} -->"))]).expect("written");
    }
    let output = run(folder.path(), &["check"]);
    let range = block(&text, "<!-- output: check -->");
    text = settle(&text, range, &output);

    fs::write(folder.path().join("congruent.toml"), &text[block(&text, "<!-- configuration -->")]).expect("written");
    let shown = run(folder.path(), &["check", "--show-config"]);
    assert!(shown.contains("acme_") && shown.contains("unused-suppression = \"error\""), "{shown}");

    let rules: serde_json::Value = serde_json::from_str(&run(folder.path(), &["rules", "--format", "json"])).expect("JSON");
    let list = rules.get("rules").unwrap_or(&rules).as_array().expect("a list of rules").clone();
    let field = |rule: &serde_json::Value, name: &str| rule[name].as_str().unwrap_or_else(|| panic!("{name} of {rule}")).to_owned();
    let mut rows: Vec<String> = list
        .iter()
        .map(|rule| format!("| `{}` | {} | {} |\n", field(rule, "id"), field(rule, "severity"), field(rule, "summary")))
        .collect();
    rows.sort();
    let header = "|---|---|---|\n";
    let start = text.find("| rule | level |").expect("the table of rules");
    let start = start + text[start..].find(header).expect("its header") + header.len();
    let end = start + text[start..].find("\n\n").expect("its end") + 1;
    text = settle(&text, start..end, &rows.concat());

    if std::env::var_os("CONGRUENT_BLESS").is_some() {
        fs::write(readme(), text).expect("README.md is writable");
    }
}
