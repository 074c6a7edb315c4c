//! What can't be read: it is counted, and the run is not "clean".

use crate::common::{Tree, skipped};

#[test]
fn a_text_beyond_the_bound_is_a_gap_and_a_binary_file_is_not() {
    let tree = Tree::new();
    tree.file("large.md", "x".repeat(20_000)).file("large.bin", [0; 20_000]).file("a.md", "x").file("exact.md", "x".repeat(10_000));
    let (code, report) = tree.check(&["--max-file-size", "10000"]);
    assert_eq!((code, skipped(&report)), (3, vec!["large.bin: binary".into(), "large.md: larger than 10000 bytes".into()]));
    assert_eq!(report["checked"]["files"], 2);
    assert_eq!(tree.check(&[]).0, 0);
}

#[cfg(unix)]
mod unix {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::os::unix::net::UnixListener;
    use std::process::Command;

    use super::*;

    #[test]
    fn links_are_not_followed() {
        let tree = Tree::git();
        let outside = tree.home().join("secret.md");
        fs::write(&outside, "x").unwrap();
        tree.file("docs/a.md", "x");
        symlink(&outside, tree.path("file-link.md")).unwrap();
        symlink(tree.home(), tree.path("folder-link")).unwrap();
        symlink("docs", tree.path("inner-link")).unwrap();
        symlink("loop", tree.path("loop")).unwrap();
        symlink("nowhere", tree.path("broken")).unwrap();
        let (code, report) = tree.check(&[]);
        assert_eq!((code, &report["checked"]["files"]), (0, &1.into()));
        let links = ["broken", "file-link.md", "folder-link", "inner-link", "loop"];
        assert_eq!(skipped(&report), links.map(|link| format!("{link}: symbolic link")));
        assert_eq!(tree.check(&["file-link.md"]).0, 3, "a link to a file, named");
        assert_eq!(tree.run(&["check", "folder-link/secret.md"]).code, 0, "a path through a link, named: another tree");
        assert_eq!(tree.run(&["check", "docs", "folder-link/secret.md"]).code, 2, "two repositories in one run");
    }

    #[test]
    fn a_tracked_file_behind_a_link_is_not_read() {
        let tree = Tree::git();
        tree.file(".gitignore", "gen/\n").file("gen/a.md", "x").file("other/a.md", "x");
        tree.run_git(&["add", "--force", "gen/a.md"]);
        fs::remove_dir_all(tree.path("gen")).unwrap();
        symlink("other", tree.path("gen")).unwrap();
        assert_eq!(tree.shown_files(&[]), [".gitignore", "other/a.md"]);
    }

    #[test]
    fn what_is_no_file_does_not_block() {
        let tree = Tree::new();
        tree.file("a.md", "x");
        assert!(Command::new("mkfifo").arg(tree.path("pipe")).status().unwrap().success());
        let _listener = UnixListener::bind(tree.path("socket")).unwrap();
        let (code, report) = tree.check(&[]);
        assert_eq!((code, skipped(&report)), (3, vec!["pipe: not a regular file".into(), "socket: not a regular file".into()]));
        assert_eq!(tree.check(&["pipe"]).0, 3);
    }

    #[test]
    fn what_may_not_be_read_is_a_gap() {
        let tree = Tree::new();
        tree.file("a.md", "x").file("b.md", "x").file("c/d.md", "x");
        fs::set_permissions(tree.path("b.md"), Permissions::from_mode(0o000)).unwrap();
        fs::set_permissions(tree.path("c"), Permissions::from_mode(0o000)).unwrap();
        // The superuser may read everything.
        if fs::read(tree.path("b.md")).is_err() {
            let (code, report) = tree.check(&[]);
            assert_eq!((code, skipped(&report)), (3, vec!["b.md: permission denied".into(), "c: permission denied".into()]));
            assert!(tree.run(&["check"]).stderr.contains("not checked: b.md: permission denied"));
        }
        fs::set_permissions(tree.path("c"), Permissions::from_mode(0o700)).unwrap();
    }
}
