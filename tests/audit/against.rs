//! Artefacts beside the tag from which they are made, with real git.

use crate::common::{Tree, findings};
use crate::pack::{ar, gzip, rpm, tar, xz, zip};

const CONFIG: &str = "[define]\nrelease = { file = 'release.json', pointer = '/version' }\n\n[[artifact]]\nmatch = 'dist/*.whl'\nroot = 'sdk'\n\
                      requires = 'pkg/py.typed'\nsays-version = 'pkg/version.py'\n";

/// A repository with a tag, after which the working tree has changed.
fn repository() -> Tree {
    let tree = Tree::git();
    tree.file("congruent.toml", CONFIG).file("release.json", "{\"version\": \"1.4.2\"}\n").file("sdk/src/pkg/client.py", "x = 1\n");
    tree.file("sdk/src/pkg/py.typed", "").file("sdk/src/pkg/version.py", "VERSION = '1.4.2'\n").file("sdk/src/pkg/logo.bin", b"\0\x01\x02");
    tree.run_git(&["add", "."]);
    tree.run_git(&["-c", "user.name=a", "-c", "user.email=a@a.test", "commit", "--quiet", "-m", "one"]);
    tree.run_git(&["tag", "v1.4.2"]);
    tree.file("sdk/src/pkg/client.py", "x = 2\n")
        .file("sdk/src/pkg/later.py", "y = 1\n")
        .file("release.json", "{\"version\": \"1.5.0\"}\n");
    tree
}

fn wheel(version: &str, client: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let (metadata, says) = (format!("Metadata-Version: 2.1\nVersion: {version}\n"), format!("VERSION = '{version}'\n"));
    let folder = format!("pkg-{version}.dist-info/METADATA");
    let files: [(&str, &[u8]); 5] = [
        ("pkg/client.py", client.as_bytes()),
        ("pkg/py.typed", b""),
        ("pkg/logo.bin", b"\0\x01\x02"),
        ("pkg/version.py", says.as_bytes()),
        (&folder, metadata.as_bytes()),
    ];
    zip(&[&files, more].concat())
}

fn audit(tree: &Tree, arguments: &[&str]) -> (i32, Vec<String>, serde_json::Value) {
    let run = tree.run(&[&["audit", "--format", "json"], arguments].concat());
    let report: serde_json::Value =
        serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", run.stdout, run.stderr));
    (run.code, findings(&report), report)
}

#[test]
fn a_wheel_that_was_built_from_the_tag_is_clean_and_one_from_the_working_tree_is_not() {
    let tree = repository();
    tree.file("dist/pkg-1.4.2-py3-none-any.whl", wheel("1.4.2", "x = 1\n", &[]));
    let name = "dist/pkg-1.4.2-py3-none-any.whl";
    let (code, found, report) = audit(&tree, &["--against", "v1.4.2", name]);
    assert_eq!((code, found), (0, Vec::new()));
    assert_eq!(report["commit"].as_str().map(str::len), Some(40));
    tree.file("dist/pkg-1.4.2-py3-none-any.whl", wheel("1.4.2", "x = 2\n", &[("pkg/later.py", b"y = 1\n")]));
    let (code, found, _) = audit(&tree, &["--against", "v1.4.2", name]);
    assert_eq!(code, 1);
    assert_eq!(found, [format!("{name}!pkg/client.py:1:1 artifact-content-drift"), format!("{name}!pkg/later.py:1:1 artifact-extra-file")]);
}

#[test]
fn a_build_of_another_version_is_found_by_all_that_states_it() {
    let tree = repository();
    let name = "dist/pkg-1.4.1-py3-none-any.whl";
    tree.file(name, wheel("1.4.1", "x = 1\n", &[]));
    let (_, found, _) = audit(&tree, &["--against", "v1.4.2", "dist"]);
    assert_eq!(
        found,
        [
            format!("{name}!pkg-1.4.1.dist-info/METADATA:2:10 artifact-version-mismatch"),
            format!("{name}!pkg/version.py:1:1 artifact-version-mismatch"),
            format!("{name}!pkg/version.py:1:1 artifact-content-drift"),
        ]
    );
}

#[test]
fn packages_of_every_kind_state_their_version() {
    let tree = repository();
    let control = gzip(&tar(&[("./control", b"Package: pkg\nVersion: 1:1.4.1-2\n")]));
    tree.file("a.deb", ar(&[("debian-binary", b"2.0\n"), ("control.tar.gz", &control), ("data.tar.gz", &gzip(&tar(&[])))]));
    tree.file("a.rpm", rpm("1.4.1", &xz(b"070701")));
    tree.file("a-1.4.1.tgz", gzip(&tar(&[("package/package.json", b"{\"name\": \"a\", \"version\": \"1.4.1\"}\n")])));
    tree.file("a-1.4.1.tar.gz", gzip(&tar(&[("a-1.4.1/PKG-INFO", b"Name: a\nVersion: 1.4.1\n")])));
    tree.file("a-1.4.1.crate", gzip(&tar(&[("a-1.4.1/Cargo.toml", b"[package]\nname = 'a'\nversion = '1.4.1'\n")])));
    tree.file("chart-1.4.1.tgz", gzip(&tar(&[("chart/Chart.yaml", b"name: chart\nversion: 1.4.1\n")])));
    let names = ["a.deb", "a.rpm", "a-1.4.1.tgz", "a-1.4.1.tar.gz", "a-1.4.1.crate", "chart-1.4.1.tgz"];
    let (_, found, report) = audit(&tree, &[&["--select", "artifact-version-mismatch", "--against", "v1.4.2"], &names[..]].concat());
    assert_eq!(
        found,
        [
            "a-1.4.1.crate!a-1.4.1/Cargo.toml:3:12 artifact-version-mismatch",
            "a-1.4.1.tar.gz!a-1.4.1/PKG-INFO:2:10 artifact-version-mismatch",
            "a-1.4.1.tgz!package/package.json:1:27 artifact-version-mismatch",
            "a.deb!control.tar.gz!control:2:10 artifact-version-mismatch",
            "a.rpm:1:1 artifact-version-mismatch",
            "chart-1.4.1.tgz!chart/Chart.yaml:2:10 artifact-version-mismatch",
        ],
        "{report:#}"
    );
}

#[test]
fn a_tag_says_a_version_in_the_form_that_is_declared() {
    let tree = repository();
    let config = CONFIG.replace("'/version' }", "'/version', tag = 'build/r{release}-final' }").replace("1.4.2", "7");
    tree.file("congruent.toml", config).file("release.json", "{\"version\": \"7\"}\n");
    tree.run_git(&["add", "."]);
    tree.run_git(&["-c", "user.name=a", "-c", "user.email=a@a.test", "commit", "--quiet", "-m", "seven"]);
    tree.run_git(&["tag", "build/r7-final"]);
    tree.file("a-7.tgz", gzip(&tar(&[("package/package.json", b"{\"name\": \"a\", \"version\": \"7\"}\n")])));
    tree.file("a-8.tgz", gzip(&tar(&[("package/package.json", b"{\"name\": \"a\", \"version\": \"8\"}\n")])));
    for tag in ["build/r7-final", "refs/tags/build/r7-final"] {
        let (_, found, _) = audit(&tree, &["--select", "artifact-version-mismatch", "--against", tag, "a-7.tgz", "a-8.tgz"]);
        assert_eq!(found, ["a-8.tgz!package/package.json:1:27 artifact-version-mismatch"], "{tag}");
    }
}

#[test]
fn what_nobody_described_is_said_not_to_be_compared() {
    let tree = repository();
    tree.file("site.zip", zip(&[("index.html", b"<p>a page\n")]));
    let (code, found, report) = audit(&tree, &["--against", "v1.4.2", "site.zip"]);
    assert_eq!((code, found), (0, Vec::new()));
    let reason = report["unverified"][0]["reason"].as_str().unwrap();
    assert_eq!(reason, "no `[[artifact]]` says where its files come from, so they were not compared with v1.4.2");
    assert_eq!(tree.run(&["audit", "--against", "v9.9.9", "site.zip"]).code, 3);
}

#[test]
fn a_crate_says_itself_from_which_folder_it_is_made() {
    let tree = Tree::git();
    tree.file("crates/a/Cargo.toml", "[package]\nname = 'a'\nversion = '1.0.0'\n").file("crates/a/src/lib.rs", "// a\n");
    tree.run_git(&["add", "."]);
    tree.run_git(&["-c", "user.name=a", "-c", "user.email=a@a.test", "commit", "--quiet", "-m", "one"]);
    let files: [(&str, &[u8]); 5] = [
        ("a-1.0.0/.cargo_vcs_info.json", b"{\"git\": {\"sha1\": \"0\"}, \"path_in_vcs\": \"crates/a\"}"),
        ("a-1.0.0/Cargo.toml", b"# normalized\n[package]\nname = 'a'\nversion = '1.0.0'\n"),
        ("a-1.0.0/Cargo.toml.orig", b"[package]\nname = 'a'\nversion = '1.0.0'\n"),
        ("a-1.0.0/src/lib.rs", b"// b\n"),
        ("a-1.0.0/src/.env", b"A=1\n"),
    ];
    tree.file("a-1.0.0.crate", gzip(&tar(&files)));
    let (_, found, _) = audit(&tree, &["--against", "HEAD", "a-1.0.0.crate"]);
    assert_eq!(
        found,
        ["a-1.0.0.crate!a-1.0.0/src/.env:1:1 artifact-extra-file", "a-1.0.0.crate!a-1.0.0/src/lib.rs:1:1 artifact-content-drift"]
    );
}
