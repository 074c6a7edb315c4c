//! The pre-commit hook.

use crate::common::{BAD_PAGE, Repo};

/// The places of what the hook finds in the index.
fn found(repo: &Repo) -> (i32, Vec<String>) {
    repo.git(&["add", "--all"]);
    let run = repo.run(&["hook", "pre-commit", "--format", "concise", "--fail-on", "note"]);
    let place = |line: &str| line.split(": ").next().unwrap_or_default().rsplit_once(':').map(|(place, _)| place.to_owned());
    (run.code, run.stdout.lines().filter_map(place).collect())
}

#[test]
fn what_the_last_commit_has_is_not_new() {
    let repo = Repo::new();
    repo.file("old.html", BAD_PAGE).file("gone.html", BAD_PAGE).file("a.md", "a\n");
    assert_eq!(found(&repo), (1, vec!["gone.html:1".to_owned(), "old.html:1".to_owned()]));
    repo.commit("one");
    assert_eq!(found(&repo), (0, vec![]));
    repo.git(&["mv", "old.html", "renamed.html"]);
    repo.file("a.md", format!("a\n\n{BAD_PAGE}"));
    assert_eq!(found(&repo), (1, vec!["a.md:3".to_owned()]));
    // What only takes something away holds nothing that could be read.
    repo.git(&["reset", "--quiet", "--hard"]);
    repo.git(&["rm", "--quiet", "gone.html"]);
    assert_eq!(found(&repo), (0, vec![]));
    assert_eq!(repo.run(&["hook", "pre-commit"]).stderr, "");
}

#[test]
fn what_decides_about_other_files_makes_them_count() {
    let repo = Repo::new();
    repo.file("congruent.toml", "exclude = ['old/']\n").file("old/a.html", BAD_PAGE).file("b.txt", "v1.0\n").commit("one");
    repo.file("congruent.toml", "");
    assert_eq!(found(&repo), (1, vec!["old/a.html:1".to_owned()]));
    repo.file("congruent.toml", "exclude = ['old/']\n[define]\nv = { file = 'v.json', pointer = '/v' }\n[[value]]\nequals = 'v'\nat = [{ file = 'b.txt', regex = 'v(.*)' }]\n");
    repo.file("v.json", "{\"v\": \"1.0\"}\n");
    repo.commit("two");
    // A file that is the same does not agree any more.
    repo.file("v.json", "{\"v\": \"2.0\"}\n");
    assert_eq!(found(&repo), (1, vec!["b.txt:1".to_owned()]));
}

#[test]
fn of_a_merge_only_what_neither_commit_has_is_new() {
    let repo = Repo::new();
    repo.file("a.md", "a\n").commit("one");
    repo.git(&["checkout", "--quiet", "-b", "topic"]);
    repo.file("topic.html", BAD_PAGE).commit("topic");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.file("main.html", BAD_PAGE).commit("main");
    repo.git(&["merge", "--quiet", "--no-commit", "topic"]);
    assert_eq!(found(&repo), (0, vec![]));
    repo.file("new.html", BAD_PAGE);
    assert_eq!(found(&repo), (1, vec!["new.html:1".to_owned()]));
}

#[test]
fn projects_in_folders_are_checked_under_their_own_configuration() {
    let repo = Repo::new();
    repo.file("apps/a b/congruent.toml", "[assets.allow]\n'*' = ['cdn.evil-corp.net']\n").file("apps/a b/old.html", "x\n");
    repo.file("apps/two/congruent.toml", "exclude = ['vendor/']\n").file("apps/two/inner/congruent.toml", "nonsense = 1\n").commit("one");
    repo.file("apps/a b/page.html", BAD_PAGE).file("apps/two/vendor/x.html", BAD_PAGE).file("apps/two/page.html", BAD_PAGE);
    repo.file("docs/page.html", BAD_PAGE);
    assert_eq!(found(&repo), (1, vec!["apps/two/page.html:1".to_owned(), "docs/page.html:1".to_owned()]));
    // Where the root is configured, it decides.
    repo.file("congruent.toml", "exclude = ['docs/']\n");
    let all = ["apps/a b/page.html:1", "apps/two/page.html:1", "apps/two/vendor/x.html:1"];
    assert_eq!(found(&repo), (1, all.map(str::to_owned).to_vec()));
}
