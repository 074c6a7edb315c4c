//! `check --fix` and `--diff`.

use std::fs;

use crate::common::Tree;

const CONFIG: &str = "\
[define]
release = { file = 'version.json', pointer = '/version' }

[[value]]
equals = 'release'
at = [
  { file = 'package.json', pointer = ['/version', '/binary'] },
  { file = 'docs/news.html', regex = 'v(\\d+\\.\\d+\\.\\d+)', first = true },
  { files = ['**/*.md', '**/*.txt'], regex = 'runs>=(\\d+\\.\\d+\\.\\d+)' },
]
";
const KEY: &str = "ra_ws_4f3c9a0b7d21e8A6c5";

fn tree() -> Tree {
    let tree = Tree::new();
    tree.file("congruent.toml", CONFIG).file("version.json", "{\"version\": \"1.5.0\"}\n");
    tree.file("package.json", "{\n  // kept\n  \"version\" : \"1.4.2\",\r\n  \"binary\":\"1.5.0\"\n}\n");
    tree.file("docs/a.md", "\u{feff}Caf\u{e9} \u{1f980} `runs>=1.4.2` and runs>=1.4.1\r\nend");
    tree.file("CHANGELOG.md", "Install runs>=1.4.2\n").file("docs/utf16.txt", b"\xFF\xFEr\0u\0n\0s\0>\0=\x001\0.\x001\0.\x001\0");
    // Where the first of several entries is old, one is missing.
    tree.file("docs/news.html", "<a href=\"1-4-2\">v1.4.2</a> <a href=\"1-4-1\">v1.4.1</a>\n");
    tree.file("call.sh", format!("curl -H \"Authorization: Bearer {KEY}\" https://api.runagents.io/api/v1/runs\n"));
    tree
}

fn read(tree: &Tree, path: &str) -> String {
    fs::read_to_string(tree.path(path)).expect("there")
}

#[test]
fn fixes_change_what_is_wrong_and_nothing_else() {
    let tree = tree();
    let run = tree.run(&["check", "--fix", "--format", "concise", "--ignore", "hard-coded-credential"]);
    assert_eq!(read(&tree, "package.json"), "{\n  // kept\n  \"version\" : \"1.5.0\",\r\n  \"binary\":\"1.5.0\"\n}\n");
    assert_eq!(read(&tree, "docs/a.md"), "\u{feff}Caf\u{e9} \u{1f980} `runs>=1.5.0` and runs>=1.5.0\r\nend");
    assert_eq!(read(&tree, "call.sh"), format!("curl -H \"X-RunAgents-API-Key: {KEY}\" https://api.runagents.io/api/v1/runs\n"));
    // What was true at its time, and what can't be written back as it was, is left and reported.
    assert_eq!(read(&tree, "CHANGELOG.md"), "Install runs>=1.4.2\n");
    assert!(run.stderr.contains("fixed 4 findings in 3 files"), "{}", run.stderr);
    let places: Vec<_> = run.stdout.lines().filter_map(|line| line.split(": ").next()).collect();
    assert_eq!((run.code, places), (1, vec!["CHANGELOG.md:1:15", "docs/news.html:1:18", "docs/utf16.txt:1:7"]));

    let before: Vec<_> = ["package.json", "docs/a.md", "call.sh"].map(|path| read(&tree, path)).into();
    let again = tree.run(&["check", "--fix", "--ignore", "hard-coded-credential"]);
    assert!(!again.stderr.contains("fixed"), "{}", again.stderr);
    assert_eq!(before, ["package.json", "docs/a.md", "call.sh"].map(|path| read(&tree, path)));
}

#[test]
fn a_diff_shows_no_secret_and_writes_nothing() {
    let tree = tree();
    let run = tree.run(&["check", "--diff", "--ignore", "hard-coded-credential"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("--- a/package.json\n+++ b/package.json\n"), "{}", run.stdout);
    assert!(run.stdout.contains("-  \"version\" : \"1.4.2\",") && run.stdout.contains("+  \"version\" : \"1.5.0\","), "{}", run.stdout);
    assert!(run.stdout.contains("+curl -H \"X-RunAgents-API-Key: ra_ws_"), "{}", run.stdout);
    assert!(!run.stdout.contains(KEY) && !run.stdout.contains("CHANGELOG"), "{}", run.stdout);
    assert!(read(&tree, "package.json").contains("1.4.2"));
}

#[cfg(unix)]
#[test]
fn nothing_is_written_by_way_of_a_link_or_where_writing_is_forbidden() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let tree = tree();
    fs::rename(tree.path("docs"), tree.home().join("docs")).expect("moved");
    symlink(tree.home().join("docs"), tree.path("docs")).expect("linked");
    fs::set_permissions(tree.path("call.sh"), fs::Permissions::from_mode(0o755)).expect("set");
    fs::set_permissions(tree.path("package.json"), fs::Permissions::from_mode(0o444)).expect("set");
    let run = tree.run(&["check", "--fix", "--ignore", "hard-coded-credential"]);
    assert!(fs::read_to_string(tree.home().join("docs/a.md")).expect("there").contains("1.4.2"));
    assert_eq!(fs::metadata(tree.path("call.sh")).expect("there").permissions().mode() & 0o777, 0o755);
    // Whoever runs the tests as root may write everything.
    if run.stderr.contains("not fixed") {
        assert!(run.stderr.contains("not fixed: package.json: permission denied"), "{}", run.stderr);
        assert!(read(&tree, "package.json").contains("1.4.2"));
    }
}
