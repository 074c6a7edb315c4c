//! Every kind of artefact is read, and what is in it is found where it is.

use sha2::{Digest as _, Sha256};

use crate::common::{Tree, findings, skipped};
use crate::pack::{File, ar, bzip2, cpio, gzip, rpm, tar, xz, zip, zstd};

const KEY: &str = "ra_ws_9fK2mQ7xZp4TvB8nLw3Ry6Hs";

fn client() -> Vec<u8> {
    format!("# a client\nimport os\nKEY = '{KEY}'\n\n\ndef show():\n    print(os.environ['API_TOKEN'])\n").into_bytes()
}

const PAGE: &[u8] = b"<p>a page</p>\n<script src=\"https://cdn.evil-corp.net/x.js\"></script>\n";

/// Audits one artefact with the name, and says what is found in it.
fn audit(name: &str, bytes: &[u8]) -> Vec<String> {
    let tree = Tree::new();
    tree.file(name, bytes);
    let run = tree.run(&["audit", "--format", "json", name]);
    assert!(!run.stdout.contains(KEY) && !run.stderr.contains(KEY), "{name} shows the key");
    let report = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{name}: {error}: {}{}", run.stdout, run.stderr));
    assert_eq!(run.code, 1, "{name}: {}", run.stdout);
    findings(&report)
}

/// What there is to be found below a path.
fn planted(at: &str) -> Vec<String> {
    vec![
        format!("{at}client.py:3:8 hard-coded-credential"),
        format!("{at}client.py:7:11 printed-secret"),
        format!("{at}docs/index.html:2:14 asset-host"),
    ]
}

#[test]
fn what_is_planted_is_found_in_every_kind_of_archive() {
    let client = client();
    let in_folder = |folder: &str| -> Vec<(String, Vec<u8>)> {
        vec![(format!("{folder}client.py"), client.clone()), (format!("{folder}docs/index.html"), PAGE.to_vec())]
    };
    fn files(owned: &[(String, Vec<u8>)]) -> Vec<File<'_>> {
        owned.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect()
    }
    let plain = in_folder("");
    for (name, folder, pack) in [
        ("a-1.0-py3-none-any.whl", "pkg/", zip as fn(&[File<'_>]) -> Vec<u8>),
        ("a.zip", "", zip),
        ("a-1.0.tar.gz", "a-1.0/", |files| gzip(&tar(files))),
        ("a-1.0.tgz", "package/", |files| gzip(&tar(files))),
        ("a-1.0.crate", "a-1.0/", |files| gzip(&tar(files))),
        ("a.tar", "", tar),
        ("a.tar.xz", "", |files| xz(&tar(files))),
        ("a.tar.zst", "", |files| zstd(&tar(files))),
        ("a.tar.bz2", "", |files| bzip2(&tar(files))),
        ("a.cpio.gz", "", |files| gzip(&cpio(files))),
        ("a.rpm", "usr/share/a/", |files| rpm("1.0", &xz(&cpio(files)))),
        ("named-otherwise.dat", "", |files| gzip(&tar(files))),
    ] {
        let owned = in_folder(folder);
        assert_eq!(audit(name, &pack(&files(&owned))), planted(&format!("{name}!{folder}")), "{name}");
    }
    let data = xz(&tar(&files(&in_folder("./usr/share/a/"))));
    let deb =
        ar(&[("debian-binary", b"2.0\n"), ("control.tar.gz", &gzip(&tar(&[("./control", b"Version: 1.0\n")]))), ("data.tar.xz", &data)]);
    assert_eq!(audit("a_1.0_all.deb", &deb), planted("a_1.0_all.deb!data.tar.xz!usr/share/a/"));
    let nested = tar(&[("deep/a.whl", &zip(&[("inner.tar.gz", &gzip(&tar(&files(&plain))))]))]);
    assert_eq!(audit("nested.tar", &nested), planted("nested.tar!deep/a.whl!inner.tar.gz!"));
}

#[test]
fn a_folder_is_read_with_its_archives_whatever_git_ignores() {
    let tree = Tree::git();
    let client = client();
    tree.file(".gitignore", "dist/\n*.html\n").file("dist/site/index.html", PAGE).file("dist/a.whl", zip(&[("client.py", &client)]));
    let run = tree.run(&["audit", "--format", "json", "dist"]);
    let report = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        findings(&report),
        [
            "dist/a.whl!client.py:3:8 hard-coded-credential",
            "dist/a.whl!client.py:7:11 printed-secret",
            "dist/site/index.html:2:14 asset-host"
        ]
    );
}

#[test]
fn a_key_that_a_later_layer_deletes_is_still_in_the_image() {
    let client = client();
    let one = tar(&[("app/client.py", &client)]);
    let two = gzip(&tar(&[("app/.wh.client.py", b"")]));
    let config = format!(r#"{{"config": {{"Env": ["API_KEY={KEY}"]}}, "history": [{{"created_by": "RUN echo"}}]}}"#);
    let image = tar(&[("0a/layer.tar", &one), ("0b/layer.tar", &two), ("config.json", config.as_bytes()), ("manifest.json", b"[]")]);
    let tree = Tree::new();
    tree.file("image.tar", image);
    let run = tree.run(&["audit", "--format", "json", "image.tar"]);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        findings(&report),
        [
            "image.tar!0a/layer.tar!app/client.py:3:8 hard-coded-credential",
            "image.tar!0a/layer.tar!app/client.py:7:11 printed-secret",
            "image.tar!config.json:1:30 hard-coded-credential",
        ]
    );
    let message = report["findings"][0]["message"].as_str().unwrap();
    assert!(message.ends_with("another layer deletes or replaces the file, and it is in the image all the same"), "{message}");
    assert!(!report["findings"][2]["message"].as_str().unwrap().contains("layer"));
}

#[test]
fn layers_hide_what_lies_below_them() {
    let client = client();
    let hidden = |image: &[(&str, &[u8])]| {
        let tree = Tree::new();
        tree.file("image.tar", tar(image));
        for (path, bytes) in image {
            tree.file(format!("image/{path}"), bytes);
        }
        let [file, folder] = ["image.tar", "image"].map(|name| {
            let run = tree.run(&["audit", "--format", "json", "--select", "hard-coded-credential", name]);
            let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
            let found = report["findings"].as_array().unwrap().iter();
            found.map(|found| found["message"].as_str().unwrap().contains("another layer")).collect::<Vec<_>>()
        });
        assert_eq!(file, folder);
        file
    };
    let layer = |files: &[(&str, &[u8])]| tar(files);
    let (deletes, holds) = (layer(&[("app/.wh.client.py", b"")]), layer(&[("app/client.py", &client)]));
    let (empties, replaces) = (layer(&[("app/.wh..wh..opq", b"")]), layer(&[("app/client.py", b"\n")]));
    let other = layer(&[("other/client.py", b"\n")]);
    for (other, lies_above, lies_below) in
        [(&deletes, true, false), (&empties, true, false), (&replaces, true, false), (&other, false, false)]
    {
        for (names, wanted) in [(["a", "b"], lies_above), (["b", "a"], lies_below)] {
            let manifest = format!(r#"[{{"Config": "c", "Layers": ["{}/layer.tar", "{}/layer.tar"]}}]"#, names[0], names[1]);
            let image = [("a/layer.tar", holds.as_slice()), ("b/layer.tar", other), ("manifest.json", manifest.as_bytes())];
            assert_eq!(hidden(&image), [wanted], "{names:?}");
            // The same as other programs write it, as the OCI lays it out, and as a folder on disk.
            let digest = |bytes: &[u8]| Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
            let of = |name: &str| digest(if name == "a" { &holds } else { other });
            let manifest = format!(r#"[{{"Layers": ["{}.tar", "{}.tar"]}}]"#, of(names[0]), of(names[1]));
            let (one, two) = (of("a") + ".tar", of("b") + ".tar");
            assert_eq!(hidden(&[(&one, &holds), (&two, other), ("manifest.json", manifest.as_bytes())]), [wanted], "{names:?}");
            let blob = |bytes: &[u8]| (format!("blobs/sha256/{}", digest(bytes)), format!("sha256:{}", digest(bytes)));
            let ((one, a), (two, b)) = (blob(&holds), blob(other));
            let order = if names[0] == "a" { [a, b] } else { [b, a] };
            let manifest = format!(r#"{{"schemaVersion": 2, "layers": [{{"digest": "{}"}}, {{"digest": "{}"}}]}}"#, order[0], order[1]);
            let (path, _) = blob(manifest.as_bytes());
            assert_eq!(hidden(&[(&one, &holds), (&two, other), (&path, manifest.as_bytes())]), [wanted], "{names:?}");
        }
    }
}

#[test]
fn an_executable_is_searched_for_keys() {
    let elf = |key: &str| {
        [b"\x7FELF\x02\x01\x01\0".as_slice(), &[0; 300_000], b"runtime.text", key.as_bytes(), b"unicode.Version", &[0; 9]].concat()
    };
    let found = audit("tool.tar", &tar(&[("bin/tool", &elf(KEY)), ("bin/other", &elf("ra_ws_your_workspace_key_goes_here"))]));
    assert_eq!(found, ["tool.tar!bin/tool:1:1 hard-coded-credential"]);
}

#[test]
fn what_is_not_read_is_listed() {
    let tree = Tree::new();
    let bytes =
        tar(&[("a.7z", b"7z\xBC\xAF\x27\x1C\0\0"), ("a.png", b"\x89PNG\r\n\x1A\n\0"), ("a.bin", b"\0\0\0\0\x01\0"), ("a.md", b"# A\n")]);
    tree.file("a.tar", bytes);
    let run = tree.run(&["audit", "--format", "json", "a.tar"]);
    let report = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        skipped(&report),
        [
            "a.tar!a.7z: an archive of a kind that isn't read: 7-zip",
            "a.tar!a.bin: binary: searched for keys only",
            "a.tar!a.png: png: searched for keys only",
        ]
    );
    assert_eq!((run.code, &report["checked"]["files"]), (3, &1.into()));
}
