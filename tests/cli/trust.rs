//! `check --policy-from REV`: no change can make itself pass.

use std::fs;

use serde_json::Value;

use crate::common::{BAD_PAGE, Tree, findings};

const FILE: &str = "congruent.toml";
const CONFIG: &str = "\
exclude = ['third_party/**']

[assets.allow]
img-src = ['img.shields.io']

[define]
release = '1.4.2'

[[value]]
name = 'release version'
equals = 'release'
at = [{ files = 'docs/*.txt', regex = 'runs>=(\\d+\\.\\d+\\.\\d+)', at-least = 2 }]

[secrets]
redactors = ['veil']

[rules]
unused-suppression = 'error'

[[ignore]]
paths = ['news/**']
rules = ['asset-host']
reason = 'was true then'
";
const SUPPRESSED: &str =
    "<!-- congruent: ignore[asset-host]: the vendor wants it -->\n<script src=\"https://cdn.evil-corp.net/x.js\"></script>\n";

/// A repository whose last commit is clean under its own policy.
fn repository() -> Tree {
    let tree = Tree::git();
    tree.file(FILE, CONFIG).file("docs/a.txt", "runs>=1.4.2\n").file("docs/b.txt", "runs>=1.4.2\n");
    tree.file("docs/page.html", SUPPRESSED).file("news/1.html", BAD_PAGE).file("third_party/x.html", BAD_PAGE);
    tree.file("old.html", BAD_PAGE);
    tree.run(&["baseline"]);
    commit(&tree);
    assert_eq!(tree.check(&["--policy-from", "HEAD"]).0, 0);
    tree
}

fn commit(tree: &Tree) {
    tree.run_git(&["add", "--all"]);
    tree.run_git(&["-c", "user.name=a", "-c", "user.email=a@h.test", "commit", "--quiet", "-m", "x"]);
}

/// What is found with the first commit trusted, after the change is committed.
fn judged(tree: &Tree) -> (i32, Vec<String>) {
    commit(tree);
    let (code, report) = tree.check(&["--policy-from", "HEAD~1"]);
    (code, findings(&report))
}

/// Takes the last change back.
fn reset(tree: &Tree) {
    tree.run_git(&["reset", "--quiet", "--hard", "HEAD~1"]);
}

/// What is found after a part of a file was written otherwise; the change is taken back.
fn change(tree: &Tree, path: &str, from: &str, to: &str) -> (i32, Vec<String>) {
    let text = fs::read_to_string(tree.path(path)).expect("there");
    assert!(text.contains(from), "{from}");
    tree.file(path, text.replace(from, to));
    let found = judged(tree);
    reset(tree);
    found
}

#[test]
fn what_declares_more_passes() {
    let tree = repository();
    let more = "[[value]]\nequals = 'release'\nat = [{ file = 'docs/a.txt', regex = '>=(.*)$' }]\n\n[[ignore]]";
    let config = CONFIG.replace("[define]", "[define]\nproduct = 'Acme'").replace("[[ignore]]", more).replace("1.4.2", "1.5.0");
    tree.file(FILE, config).file("docs/a.txt", "runs>=1.5.0\n").file("docs/b.txt", "\nruns>=1.5.0\n");
    tree.file("docs/page.html", format!("<p>moved</p>\n{SUPPRESSED}"));
    fs::rename(tree.path("docs/page.html"), tree.path("docs/renamed.html")).expect("renamed");
    fs::rename(tree.path("old.html"), tree.path("older.html")).expect("renamed");
    assert_eq!(judged(&tree), (0, vec![]));
    // A commit is judged as its checkout is.
    assert_eq!(tree.check(&["--policy-from", "HEAD~1", "--rev", "HEAD"]).0, 0);
}

#[test]
fn a_configuration_that_loosens_is_found_and_not_obeyed() {
    let tree = repository();
    for (from, to, place) in [
        ("exclude = ['third_party/**']", "exclude = ['third_party/**', 'bad/**']", "1:30"),
        ("img-src", "script-src = ['cdn.evil-corp.net']\nimg-src", "4:15"),
        ("[rules]", "[rules]\nasset-host = 'off'", "18:14"),
        ("[rules]", "[rules]\npolicy-loosened = 'off'\nasset-host = 'note'", "18:19"),
        ("[[ignore]]", "[[ignore]]\npaths = ['**']\nrules = ['*']\nreason = 'x'\n[[ignore]]", "20:1"),
        ("paths = ['news/**']", "paths = ['news/**', 'bad/**']", "20:1"),
    ] {
        tree.file("bad/page.html", BAD_PAGE);
        let (code, found) = change(&tree, FILE, from, to);
        for wanted in ["bad/page.html:1:14 asset-host".to_owned(), format!("congruent.toml:{place} policy-loosened")] {
            assert!(code == 1 && found.contains(&wanted), "{to}: {wanted}: {found:?}");
        }
    }
}

#[test]
fn an_assertion_that_is_gone_or_asks_for_less_is_found() {
    let tree = repository();
    for (from, to) in [
        ("at-least = 2", "at-least = 1"),
        (", at-least = 2", ""),
        ("'runs>=(\\d+\\.\\d+\\.\\d+)'", "'runs>=(1)'"),
        ("regex = ", "first = true, regex = "),
        ("regex = ", "partial = true, regex = "),
        ("files = 'docs/*.txt'", "files = 'docs/a.txt'"),
        ("release = '1.4.2'", "release = { file = 'docs/a.txt', regex = '>=(.*)$' }"),
        ("redactors = ['veil']", "redactors = ['veil', 'str']"),
        ("unused-suppression = 'error'", ""),
    ] {
        let (code, found) = change(&tree, FILE, from, to);
        assert!(code == 1 && found.iter().any(|found| found.ends_with("policy-loosened")), "{to}: {found:?}");
    }
    fs::remove_file(tree.path(FILE)).expect("removed");
    let (code, found) = judged(&tree);
    assert!(code == 1 && found.contains(&"congruent.toml:1:1 policy-loosened".to_owned()), "{found:?}");
}

#[test]
fn suppressions_count_only_where_they_stood() {
    let both = |found: &[String], path: &str| {
        found.iter().any(|found| found.starts_with(path) && found.ends_with("policy-loosened"))
            && found.iter().any(|found| found.starts_with(path) && found.ends_with("asset-host"))
    };
    // A new one in a new file, once more in a file that has one, and another one in place of one.
    let tree = repository();
    tree.file("docs/new.html", SUPPRESSED);
    let (code, found) = judged(&tree);
    assert!(code == 1 && both(&found, "docs/new.html"), "{found:?}");
    reset(&tree);
    let (code, found) = change(&tree, "docs/page.html", SUPPRESSED, &format!("{SUPPRESSED}\n{SUPPRESSED}"));
    assert!(code == 1 && both(&found, "docs/page.html"), "{found:?}");
    for to in ["asset-host, hard-coded-credential]: the vendor wants it", "asset-host]: somebody else wants it"] {
        let (code, found) = change(&tree, "docs/page.html", "asset-host]: the vendor wants it", to);
        assert!(code == 1 && both(&found, "docs/page.html"), "{to}: {found:?}");
    }
    // One that stands there already hides nothing else: in its place, beside it, or where it has moved to.
    let other = BAD_PAGE.replace("x.js", "y.js");
    for (from, to) in [("x.js", "y.js"), ("</script>\n", &format!("</script>{other}")), ("</script>\n", &format!("</script>{BAD_PAGE}"))] {
        let (code, found) = change(&tree, "docs/page.html", from, to);
        assert!(code == 1 && both(&found, "docs/page.html") && found.len() == 2, "{to}: {found:?}");
    }
    let (comment, script) = SUPPRESSED.split_once('\n').expect("two lines");
    let (code, found) = change(&tree, "docs/page.html", SUPPRESSED, &format!("{comment}\n{other}{script}"));
    assert!(code == 1 && found.len() == 3, "{found:?}");
}

#[test]
fn a_block_that_is_suppressed_takes_nothing_in() {
    let tree = repository();
    let page = "<!-- congruent: ignore[asset-host]: the vendor wants it -->\n<div>\n  <script\n  src=\"https://cdn.evil-corp.net/x.js\"></script>\n</div>\n";
    tree.file("docs/page.md", page);
    commit(&tree);
    let (code, found) = change(&tree, "docs/page.md", "  <script\n  src", "<p>reindented</p>\n    <script src");
    assert_eq!((code, found), (0, vec![]));
    let (code, found) = change(&tree, "docs/page.md", "</div>", "<img src=\"https://cdn.evil-corp.net/y.png\">\n</div>");
    let wanted = ["docs/page.md:1:6 policy-loosened", "docs/page.md:5:11 asset-host"];
    assert_eq!((code, found), (1, wanted.map(str::to_owned).to_vec()));
}

#[test]
fn a_baseline_that_accepts_more_is_found_and_not_obeyed() {
    let tree = repository();
    tree.file("docs/bad.html", BAD_PAGE).file("old.html", format!("{BAD_PAGE}{BAD_PAGE}"));
    tree.run(&["baseline", "--reason", "it is mine"]);
    assert_eq!(tree.check(&[]).0, 0);
    let (code, found) = judged(&tree);
    let rules: Vec<_> = found
        .iter()
        .map(|found| found.split([':', ' ']).next().expect("a path").to_owned() + found.rsplit(' ').next().expect("a rule"))
        .collect();
    let wanted = [
        "congruent-baseline.tomlpolicy-loosened",
        "congruent-baseline.tomlpolicy-loosened",
        "docs/bad.htmlasset-host",
        "old.htmlasset-host",
    ];
    assert_eq!((code, rules), (1, wanted.map(str::to_owned).to_vec()));
    // Without a file nothing is new either: what was accepted is, and what is gone is said of the file that is there.
    reset(&tree);
    fs::remove_file(tree.path("congruent-baseline.toml")).expect("removed");
    assert_eq!(judged(&tree), (0, vec![]));
    reset(&tree);
    fs::remove_file(tree.path("old.html")).expect("removed");
    let (code, found) = judged(&tree);
    assert!(code == 1 && found.len() == 1 && found[0].ends_with("stale-baseline-entry"), "{found:?}");
    reset(&tree);
    fs::remove_file(tree.path("old.html")).expect("removed");
    tree.run(&["baseline", "--prune"]);
    assert_eq!(judged(&tree), (0, vec![]));
}

#[test]
fn a_copy_of_what_is_accepted_is_new() {
    let tree = repository();
    // What has another name is what it was; its copy is not, and what git would ignore or take for something else is checked all the same.
    tree.file("docs/copy.html", BAD_PAGE).file("docs/page2.html", SUPPRESSED);
    tree.file(".gitignore", "*.html\n").file(".gitattributes", "*.html linguist-generated -text -diff\n").file(".ignore", "*\n");
    fs::rename(tree.path("old.html"), tree.path("docs/older.html")).expect("renamed");
    tree.run_git(&["add", "--all", "--force"]);
    let (code, mut found) = judged(&tree);
    found.sort_by_key(|found| found.contains("page2"));
    let wanted = ["docs/page2.html:1:6 policy-loosened", "docs/page2.html:2:14 asset-host"];
    assert!(code == 1 && found.len() == 3 && found[1..] == wanted, "{found:?}");
    assert!(["docs/copy.html:1:14 asset-host", "docs/older.html:1:14 asset-host"].contains(&found[0].as_str()), "{found:?}");
}

#[test]
fn a_commit_that_is_ahead_is_said_to_be() {
    let tree = repository();
    tree.run_git(&["branch", "old"]);
    tree.file(FILE, CONFIG.replace("[[ignore]]", "[[text]]\nfiles = 'docs/a.txt'\nhas = 'runs'\n[[ignore]]"));
    commit(&tree);
    let run = tree.run(&["check", "--rev", "old", "--policy-from", "HEAD"]);
    assert!(run.code == 1 && run.stdout.contains("`[[text]]`"), "{}", run.stdout);
    assert!(run.stderr.contains("HEAD is no part of what is checked"), "{}", run.stderr);
    let run = tree.run(&["check", "--rev", "HEAD", "--policy-from", "old"]);
    assert!(run.code == 0 && !run.stderr.contains("no part"), "{}", run.stderr);
}

#[test]
fn a_trusted_configuration_that_is_wrong_is_shown_as_the_commits() {
    let tree = repository();
    tree.file(FILE, "exclud = []\n");
    commit(&tree);
    tree.file(FILE, CONFIG);
    commit(&tree);
    let run = tree.run(&["check", "--policy-from", "HEAD~1"]);
    assert!(run.code == 2 && run.stderr.contains("HEAD~1:congruent.toml:1:1"), "{}", run.stderr);
}

#[test]
fn no_other_file_takes_the_place_of_the_configuration() {
    // The base has none.
    let tree = Tree::git();
    tree.file("a.md", "text\n");
    commit(&tree);
    tree.file(FILE, "exclude = ['**']\n[rules]\nasset-host = 'error'\n");
    let (code, found) = judged(&tree);
    assert!(code == 1 && found == ["congruent.toml:1:12 policy-loosened"], "{found:?}");

    // One that is nearer to where the check runs.
    let tree = repository();
    tree.file("docs/congruent.toml", "exclude = ['**']\n");
    commit(&tree);
    let run = tree.command(&["check", "--policy-from", "HEAD~1"]).current_dir(tree.path("docs")).output().expect("started");
    let stderr = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(run.status.code() == Some(2) && stderr.contains("docs/congruent.toml"), "{stderr}");
    assert_eq!(tree.check(&["--policy-from", "HEAD~1"]).0, 0);

    // Other ways to say which policy holds.
    for arguments in [["--isolated", "--quiet"], ["--config", FILE], ["--fix", "--quiet"]] {
        assert_eq!(tree.run(&[&["check", "--policy-from", "HEAD~1"], &arguments[..]].concat()).code, 2, "{arguments:?}");
    }
    let run = tree.run(&["check", "--policy-from", "nowhere"]);
    assert!(run.code == 3 && run.stderr.contains("`nowhere` is no commit here"), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn a_link_is_no_configuration() {
    let tree = repository();
    fs::remove_file(tree.path(FILE)).expect("removed");
    tree.file("other.toml", CONFIG);
    std::os::unix::fs::symlink("other.toml", tree.path(FILE)).expect("linked");
    commit(&tree);
    assert_eq!(tree.run(&["check", "--policy-from", "HEAD~1"]).code, 2);
}

#[test]
fn rows_that_a_list_reads_are_missed_when_they_are_gone() {
    let tree = repository();
    let lists =
        "[lists]\npages = { file = 'pages.json', select = '/*' }\n[[text]]\neach = 'pages'\nfiles = 'docs/{slug}.txt'\nhas = 'runs'\n";
    let pages = |rows: &[&str]| format!("[{}]\n", rows.join(",\n"));
    let (a, b) = (r#"{"slug": "a", "title": "A"}"#, r#"{"slug": "b", "title": "B"}"#);
    tree.file(FILE, CONFIG.replace("[define]", &format!("{lists}[define]"))).file("pages.json", pages(&[a, b]));
    commit(&tree);
    assert_eq!(tree.check(&[]).0, 0);
    // What a row says beside its name may change, rows may move, and more may be there.
    tree.file("docs/c.txt", "runs>=1.4.2\n")
        .file("pages.json", pages(&[&b.replace("\"B\"", "\"C\""), r#"{"slug": "c", "title": "C"}"#, a]));
    assert_eq!(judged(&tree), (0, vec![]));
    reset(&tree);
    tree.file("pages.json", pages(&[a])).file("docs/b.txt", "runs>=1.4.2, no\n");
    commit(&tree);
    let run = tree.run(&["check", "--policy-from", "HEAD~1"]);
    assert!(run.code == 1 && run.stdout.contains("pages.json:1:1") && run.stdout.contains("slug = b"), "{}", run.stdout);
    reset(&tree);
    // Another file in the place of the one that is read is another list.
    tree.file("other.json", pages(&[a]))
        .file(FILE, CONFIG.replace("[define]", &format!("{lists}[define]").replace("pages.json", "other.json")));
    let (code, found) = judged(&tree);
    assert!(code == 1 && found.iter().any(|found| found.ends_with("policy-loosened")), "{found:?}");
}

#[test]
fn a_text_that_is_made_unreadable_is_found() {
    let tree = repository();
    tree.file("docs/plain.html", "<p>a page of the project, as it stands there</p>\n");
    commit(&tree);
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    // Without a byte order mark it is read all the same; what can't be read is said.
    tree.file("docs/plain.html", wide(BAD_PAGE));
    assert_eq!(judged(&tree), (1, vec!["docs/plain.html:1:14 asset-host".to_owned()]));
    reset(&tree);
    tree.file("docs/plain.html", wide(&format!("\u{1}{BAD_PAGE}")));
    assert_eq!(judged(&tree), (1, vec!["docs/plain.html:1:1 policy-loosened".to_owned()]));
    reset(&tree);
    tree.file("docs/plain.html", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n");
    assert_eq!(judged(&tree), (1, vec!["docs/plain.html:1:1 policy-loosened".to_owned()]));
    reset(&tree);
    // What was no text before, and a new file that is none, take nothing away.
    tree.file("logo.bin", b"\0\0\x01");
    assert_eq!(judged(&tree), (0, vec![]));
    reset(&tree);
    fs::remove_file(tree.path("docs/plain.html")).expect("removed");
    assert_eq!(judged(&tree), (0, vec![]), "it is gone for all to see");
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_a_page_is_found() {
    let tree = repository();
    tree.file("docs/plain.html", "<p>a page</p>\n");
    commit(&tree);
    fs::remove_file(tree.path("docs/plain.html")).expect("removed");
    std::os::unix::fs::symlink("../third_party/x.html", tree.path("docs/plain.html")).expect("linked");
    assert_eq!(judged(&tree), (1, vec!["docs/plain.html:1:1 policy-loosened".to_owned()]));
    assert_eq!(tree.check(&["--policy-from", "HEAD~1", "--rev", "HEAD"]).0, 1);
}

#[test]
fn a_narrowed_check_tells_what_is_loosened_all_the_same() {
    let tree = repository();
    tree.file(FILE, CONFIG.replace("[rules]", "[rules]\nasset-host = 'off'"));
    commit(&tree);
    let (code, report): (i32, Value) = tree.check(&["--policy-from", "HEAD~1", "docs"]);
    assert!(code == 1 && findings(&report) == ["congruent.toml:18:14 policy-loosened"], "{:?}", findings(&report));
}

/// A page that git knows again.
const PAGE: &str = "<h1>A page</h1>\n<p>of the project, as it stands there</p>\n<p>with so many lines that git knows it again</p>\n<hr>\n";

#[test]
fn what_is_moved_to_where_nothing_is_looked_for_is_found() {
    let tree = repository();
    tree.file("web/page.html", PAGE).file("web/other.html", PAGE.repeat(2));
    commit(&tree);
    let moved = |to: &str| {
        fs::remove_file(tree.path("web/page.html")).expect("removed");
        tree.file(to, format!("{PAGE}{BAD_PAGE}"));
        let found = judged(&tree);
        reset(&tree);
        found
    };
    assert_eq!(moved("third_party/page.html"), (1, vec!["third_party/page.html:1:1 policy-loosened".to_owned()]));
    // What is ignored is what stood there.
    assert_eq!(moved("news/page.html"), (1, vec!["news/page.html:5:14 asset-host".to_owned()]));
    tree.file("news/new.html", BAD_PAGE).file("third_party/new.html", BAD_PAGE);
    assert_eq!(judged(&tree), (0, vec![]));
}

#[test]
fn a_submodule_in_the_place_of_a_folder_is_found() {
    let tree = repository();
    tree.file("web/sub/page.html", PAGE);
    commit(&tree);
    tree.run_git(&["rm", "-r", "--quiet", "web"]);
    tree.file("web/page.html", BAD_PAGE);
    tree.run_git(&["init", "--quiet", "web"]);
    tree.run_git(&["-C", "web", "add", "."]);
    tree.run_git(&["-C", "web", "-c", "user.name=a", "-c", "user.email=a@h.test", "commit", "--quiet", "-m", "x"]);
    assert_eq!(judged(&tree), (1, vec!["web:1:1 policy-loosened".to_owned()]));
    let (code, report) = tree.check(&["--policy-from", "HEAD~1", "--rev", "HEAD"]);
    assert_eq!((code, findings(&report)), (1, vec!["web:1:1 policy-loosened".to_owned()]));
}
