//! What is kept of files that had nothing to say.

use std::fs;
use std::path::PathBuf;

use crate::common::{BAD_PAGE, Repo, findings};

const KEY: &str = "ra_ws_9fK2mQ7xLp4ZtR8vWc3YbN6d";
const CONTRACT: &str = "openapi: 3.1.0\ninfo: {title: Acme, version: '1'}\nservers: [{url: 'https://api.acme.test'}]\npaths:\n  /runs: {get: {operationId: b, responses: {'200': {description: x}}}}\n";
const CALL: &str = "```sh\ncurl https://api.acme.test/none\n```\n";

fn repo() -> Repo {
    let repo = Repo::new();
    repo.file("api/openapi.yaml", CONTRACT).file("api/copy.yaml", CONTRACT).file("api/call.md", CALL);
    repo.file("docs/bad.md", BAD_PAGE).file("docs/fine.md", "# Fine\n").file("a.py", format!("KEY = '{KEY}'\n")).file("b.bin", b"a\0\0b");
    for at in 0..50 {
        repo.file(format!("many/{at}.md"), format!("page {at}\n")).file(format!("many/{at}.json"), format!("{{\"at\": {at}}}\n"));
    }
    repo.commit("one");
    repo
}

/// The files of the cache.
fn kept(repo: &Repo) -> Vec<PathBuf> {
    let folder = repo.path("../home/.cache/congruent");
    fs::read_dir(folder).map(|files| files.map(|file| file.unwrap().path()).collect()).unwrap_or_default()
}

fn report(repo: &Repo, arguments: &[&str]) -> String {
    repo.run(&[&["check", "--format", "json", "--rev", "HEAD"], arguments].concat()).stdout
}

#[test]
fn a_second_run_says_the_same_and_reads_only_what_had_something_to_say() {
    let repo = repo();
    let without = report(&repo, &["--no-cache"]);
    assert!(kept(&repo).is_empty());
    assert_eq!(report(&repo, &[]), without);
    assert_eq!(kept(&repo).len(), 4, "what is no description, two that are, and files");
    assert_eq!(report(&repo, &[]), without);
    // Nothing of a file can be read off.
    for file in kept(&repo) {
        let bytes = fs::read(file).unwrap();
        for text in [KEY, "fine.md", "bad.md", "evil"] {
            assert!(!bytes.windows(text.len()).any(|window| window == text.as_bytes()), "{text}");
        }
    }
    // What isn't there can't have been read.
    let blob = repo.git(&["rev-parse", "HEAD:docs/fine.md"]);
    fs::remove_file(repo.path(format!(".git/objects/{}/{}", &blob[..2], &blob[2..]))).unwrap();
    assert_eq!(report(&repo, &[]), without);
    assert_ne!(report(&repo, &["--no-cache"]), without);
}

#[test]
fn what_else_decides_is_not_forgotten() {
    let repo = repo();
    let found = |arguments: &[&str]| findings(&repo.check(&[&["--rev", "HEAD"], arguments].concat()).1);
    let first = found(&[]);
    assert_eq!(found(&["--select", "asset-host"]), ["docs/bad.md:1 asset-host"]);
    repo.file("congruent.toml", "[assets.allow]\n'*' = ['*.evil-corp.net']\n").commit("allow");
    assert_eq!(found(&[]).iter().filter(|found| found.contains("asset-host")).count(), 0);
    fs::remove_file(repo.path("congruent.toml")).unwrap();
    repo.commit("back");
    assert_eq!(found(&[]), first);
    // The same content under another name is another file.
    repo.file("docs/copy.html", "# Fine\n").file("docs/bad2.md", BAD_PAGE).commit("more");
    assert_eq!(found(&[]).len(), first.len() + 1);
    // Another contract under the same name.
    repo.file("docs/call.md", CALL).commit("call");
    assert_eq!(found(&[]).len(), first.len() + 2);
    repo.file("api/openapi.yaml", CONTRACT.replace("/runs", "/none")).file("api/copy.yaml", "").commit("contract");
    assert_eq!(found(&[]).len(), first.len());
}

#[test]
fn a_broken_cache_is_none_and_is_written_anew() {
    let repo = repo();
    let whole = report(&repo, &[]);
    let breaks: [fn(&mut Vec<u8>); 5] =
        [|bytes| bytes.truncate(40), Vec::clear, |bytes| bytes[20] ^= 1, |bytes| bytes.push(0), |bytes| *bytes = vec![0xFF; 5000]];
    for (at, damage) in breaks.into_iter().enumerate() {
        let before: Vec<_> = kept(&repo).into_iter().map(|file| (fs::read(&file).unwrap(), file)).collect();
        for (bytes, file) in &before {
            let mut bytes = bytes.clone();
            damage(&mut bytes);
            fs::write(file, bytes).unwrap();
        }
        assert_eq!(report(&repo, &[]), whole, "{at}");
        assert!(before.iter().all(|(bytes, file)| fs::read(file).unwrap() == *bytes), "{at}");
    }
    // A folder that can't be written is no fault.
    fs::remove_dir_all(repo.path("../home/.cache")).unwrap();
    repo.file("../home/.cache", "");
    assert_eq!(report(&repo, &[]), whole);
}

#[test]
fn runs_at_the_same_time_do_not_disturb_each_other() {
    let repo = repo();
    let whole = report(&repo, &["--no-cache"]);
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..6).map(|_| scope.spawn(|| report(&repo, &[]))).collect();
        assert!(runs.into_iter().all(|run| run.join().unwrap() == whole));
    });
    assert_eq!((report(&repo, &[]), kept(&repo).len()), (whole, 4));
}
