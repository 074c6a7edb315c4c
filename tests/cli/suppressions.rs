//! Suppressions in the comments of each format, through the whole program.

use serde_json::Value;

use crate::common::Tree;

const WHY: &str = "congruent: ignore[asset-host, misplaced-credential, hard-coded-credential]: the reason";
const SCRIPT: &str = "<script src='https://cdn.evil-corp.net/x.js'></script>";
const HEADER: &str = "Authorization: Bearer ra_ws_your_key";

/// What is found in a file: `line rule`, but for suppressions that are partly unused.
fn found(path: &str, text: &str) -> (Vec<String>, u64) {
    let tree = Tree::new();
    tree.file(path, text);
    let run = tree.run(&["check", "--isolated", "--format", "json"]);
    let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let findings = report["findings"].as_array().expect("findings").iter().map(|f| {
        let part = f["rule"] == "unused-suppression" && f["fix"]["edits"][0]["replacement"] != "";
        if part { String::new() } else { format!("{} {}", f["line"], f["rule"].as_str().unwrap_or_default()) }
    });
    (findings.filter(|found| !found.is_empty()).collect(), report["suppressed"].as_u64().unwrap_or_default())
}

#[test]
fn every_format_has_comments_that_suppress() {
    let mut wrong = Vec::new();
    for (path, text) in [
        ("a.html", format!("<!-- {WHY} -->\n{SCRIPT}")),
        ("same-line.html", format!("{SCRIPT} <!-- {WHY} -->")),
        ("in-script.html", format!("<script>\n// {WHY}\nimport 'https://cdn.evil-corp.net/x.js'\n</script>")),
        ("in-style.html", format!("<style>\n/* {WHY} */\na {{ background: url(https://cdn.evil-corp.net/x.png) }}\n</style>")),
        ("a.md", format!("text\n\n<!-- {WHY} -->\n![x](https://cdn.evil-corp.net/x.png)\n")),
        ("fence.md", format!("<!-- {WHY} -->\n```sh\ncurl \\\n  -H '{HEADER}' https://h.test/\n```\n")),
        ("blank.md", format!("<!-- {WHY} -->\n\n```sh\ncurl \\\n  -H '{HEADER}' https://h.test/\n```\n")),
        ("tab.md", format!("<!-- {WHY} -->\n=== \"sh\"\n\n    text\n\n    ```sh\n    curl -H '{HEADER}' https://h.test/\n    ```\n")),
        ("list.md", format!("- one\n\n    <!-- {WHY} -->\n    ```sh\n    curl -H '{HEADER}' https://h.test/\n    ```\n")),
        ("in-fence.md", format!("```sh\n# {WHY}\ncurl -H '{HEADER}' https://h.test/\n```\n")),
        ("a.css", format!("/* {WHY} */\n@import url(https://cdn.evil-corp.net/x.css);")),
        ("a.js", format!("// {WHY}\nimport 'https://cdn.evil-corp.net/x.js'\n")),
        ("block.js", format!("/**\n * {WHY}\n */\nimport 'https://cdn.evil-corp.net/x.js'\n")),
        ("a.jsx", format!("const a = <div>\n{{/* {WHY} */}}\n<img src=\"https://cdn.evil-corp.net/x.png\"/>\n</div>")),
        ("a.py", format!("# {WHY}\nh = {{'Authorization': 'Bearer ra_ws_your_key'}}\n")),
        ("same-line.py", format!("h = {{'Authorization': 'Bearer ra_ws_your_key'}}  # noqa  # {WHY}\n")),
        ("a.go", format!("package a\n\nfunc f() {{\n\t// {WHY}\n\treq.Header.Set(\"Authorization\", \"Bearer ra_ws_your_key\")\n}}\n")),
        ("a.sh", format!("# {WHY}\ncurl -H '{HEADER}' https://h.test/\n")),
        ("a.yaml", format!("headers:\n  # {WHY}\n  Authorization: Bearer ra_ws_your_key\n")),
        ("a.toml", format!("[headers]\n# {WHY}\nAuthorization = 'Bearer ra_ws_your_key'\n")),
        ("a.jsonc", format!("{{\n  // {WHY}\n  \"Authorization\": \"Bearer ra_ws_your_key\"\n}}\n")),
        ("Dockerfile", format!("FROM x\n# {WHY}\nRUN curl -H '{HEADER}' https://h.test/\n")),
        ("a.svg", format!("<svg>\n<!-- {WHY} -->\n<image href='https://cdn.evil-corp.net/x.png'/></svg>")),
    ] {
        let (left, suppressed) = found(path, &text);
        if !left.is_empty() || suppressed == 0 {
            wrong.push(format!("{path}: found {left:?}, suppressed {suppressed}"));
        }
        let (bare, _) = found(path, &text.replace(WHY, "nothing"));
        if bare.is_empty() {
            wrong.push(format!("{path}: nothing is found without the comment"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_no_comment_suppresses_nothing() {
    for (path, text) in [
        ("a.html", format!("<p>{WHY}</p>\n{SCRIPT}")),
        ("a.js", format!("const s = '// {WHY}'\nimport 'https://cdn.evil-corp.net/x.js'\n")),
        ("a.yaml", format!("a: '# {WHY}'\nAuthorization: Bearer ra_ws_your_key\n")),
        ("shown.md", format!("```html\n<!-- {WHY} -->\n```\n\n![x](https://cdn.evil-corp.net/x.png)\n")),
    ] {
        let (left, suppressed) = found(path, &text);
        assert!(!left.is_empty() && suppressed == 0, "{path}: {left:?}");
    }
}
