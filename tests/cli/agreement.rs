//! A small repository whose parts agree, each of its assertions broken in turn.

use serde_json::Value;

use crate::common::Tree;

const CONFIG: &str = r#"exclude = ["vendor/**"]

[define]
release = { file = "release/version.json", pointer = "/version", matches = '\d+\.\d+\.\d+' }

[lists]
pages = ["agents", "runs"]
evidence = { file = "capabilities.yaml", select = "/capabilities/{capability}/surfaces/{surface}/evidence/*", non-empty = true }

[[value]]
name = "release version"
help = "run scripts/bump.py"
equals = "release"
at = [
  { file = "cli/package.json", pointer = ["/version", "/binaryVersion"] },
  { file = "sdk/pyproject.toml" },
  { file = "docs/install.md", regex = '^Current version: \*\*(.*)\*\*$' },
  { files = "**/*.{md,txt}", except = "docs/whats-new/**", regex = 'runs>=(\d+\.\d+\.\d+)', count = 2 },
]

[[text]]
files = ["README.md", "docs/install.md"]
has = "pip install runs[mcp]"

[[text]]
each = "pages"
files = "docs/{item}.md"
has = '--8<-- "links/{item}.md"'

[[text]]
files = ["vendor/ui.js"]

[[text]]
files = "docs/load.js"
lacks-host = "cdn.jsdelivr.net"

[[text]]
name = "capabilities"
each = "evidence"
files = "{path}"
has = "{contains?}"

[[derive]]
from = "openapi.yaml"
to = "docs/openapi.yaml"
"#;

const FILES: [(&str, &str); 13] = [
    ("release/version.json", "{\"version\": \"1.4.2\"}\n"),
    ("cli/package.json", "{\n  \"version\": \"1.4.2\",\n  \"binaryVersion\": \"1.4.2\"\n}\n"),
    ("sdk/pyproject.toml", "[project]\nname = \"runs\"\nversion = \"1.4.2\"\n"),
    ("README.md", "# Runs\n\n    pip install runs[mcp]\n    pip install 'runs>=1.4.2'\n"),
    ("docs/install.md", "# Install\n\nCurrent version: **1.4.2**\n\n    pip install runs[mcp]\n"),
    ("docs/whats-new/1.3.md", "Now `runs>=1.3.0`.\n"),
    ("docs/agents.md", "# Agents\n\n--8<-- \"links/agents.md\"\n"),
    ("docs/runs.md", "# Runs\r\n\r\n--8<-- \"links/runs.md\"\r\n"),
    ("docs/load.js", "const note = 'once cdn.jsdelivr.net';\nload('vendor/ui.js');\n"),
    ("vendor/ui.js", "ui()\n"),
    ("requirements.txt", "runs>=1.4.2\n"),
    ("openapi.yaml", "a: 1\nb: 2\n"),
    (
        "capabilities.yaml",
        "capabilities:\n  list:\n    surfaces:\n      cli:\n        evidence:\n          - path: docs/agents.md\n            contains: '# Agents'\n          \
         - path: docs\n",
    ),
];

/// Where it finds something after `old` in a file was replaced by `new`; without `old` the file is not there.
fn broken(path: &str, old: &str, new: &str) -> Vec<String> {
    let tree = Tree::new();
    for (name, text) in FILES {
        tree.file(name, text);
    }
    tree.file("congruent.toml", CONFIG).file("docs/openapi.yaml", "a: 1\nb: 2\n");
    let file = tree.path(path);
    let text = std::fs::read_to_string(&file).expect("there");
    assert!(text.contains(old), "{path} has no {old}");
    if old.is_empty() && new.is_empty() {
        std::fs::remove_file(&file).expect("removed");
    } else if !path.is_empty() {
        tree.file(path, text.replacen(old, new, 1));
    }
    let run = tree.run(&["check", "--format", "json"]);
    let report: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr));
    let findings = report["findings"].as_array().expect("findings").iter();
    let found: Vec<_> =
        findings.map(|f| format!("{}:{} {}", f["path"].as_str().unwrap_or("?"), f["line"], f["rule"].as_str().unwrap_or("?"))).collect();
    assert_eq!(run.code, i32::from(!found.is_empty()), "{found:?}");
    found
}

#[test]
fn what_agrees_is_clean() {
    assert_eq!(broken("docs/load.js", "once", "twice"), [""; 0]);
}

#[test]
fn every_assertion_that_is_broken_is_found_where_it_broke() {
    for (path, old, new, found) in [
        ("cli/package.json", "version\": \"1.4.2", "version\": \"1.4.1", "cli/package.json:2 version-mismatch"),
        ("cli/package.json", "binaryVersion\": \"1.4.2", "binaryVersion\": \"1.4\"", "cli/package.json:3 version-mismatch"),
        ("sdk/pyproject.toml", "1.4.2", "1.4.20", "sdk/pyproject.toml:3 version-mismatch"),
        ("docs/install.md", "**1.4.2**", "**1.4.1**", "docs/install.md:3 version-mismatch"),
        ("docs/install.md", "**1.4.2**", "*1.4.2*", "docs/install.md:3 version-mismatch"),
        ("README.md", "runs>=1.4.2", "runs>=1.4.1", "README.md:4 version-mismatch"),
        ("requirements.txt", "runs>=1.4.2", "runs", "congruent.toml:18 version-mismatch"),
        ("README.md", "runs[mcp]", "runs[mpc]", "README.md:3 required-text"),
        ("docs/runs.md", "links/runs.md", "links/run.md", "docs/runs.md:3 required-text"),
        ("docs/runs.md", "", "", "congruent.toml:27 missing-file"),
        ("vendor/ui.js", "", "", "congruent.toml:31 missing-file"),
        ("docs/load.js", "'vendor/ui.js'", "'https://CDN.jsDelivr.net/ui.js'", "docs/load.js:2 forbidden-text"),
        ("docs/agents.md", "# Agents", "# Agent", "capabilities.yaml:7 required-text"),
        ("capabilities.yaml", "docs/agents.md", "docs/agent.md", "capabilities.yaml:6 missing-file"),
        ("capabilities.yaml", "path: docs/", "file: docs/", "capabilities.yaml:6 required-text"),
        ("capabilities.yaml", "evidence:", "proof:", "capabilities.yaml:4 required-text"),
        ("docs/openapi.yaml", "b: 2", "b: 3", "docs/openapi.yaml:2 mirror-drift"),
        ("docs/openapi.yaml", "", "", "congruent.toml:45 missing-file"),
    ] {
        assert_eq!(broken(path, old, new).first().map(String::as_str), Some(found), "{path}: {old} -> {new}");
    }
}

#[test]
fn a_definition_of_another_form_is_found_where_it_stands() {
    let found = broken("release/version.json", "1.4.2", "1.4");
    assert!(found.contains(&"release/version.json:1 version-mismatch".to_owned()), "{found:?}");
}

#[test]
fn a_definition_that_is_not_there_is_an_error_of_the_configuration() {
    let tree = Tree::new();
    tree.file("congruent.toml", "[define]\nrelease = { file = 'version.json', pointer = '/version' }\n").file("a.md", "x\n");
    let run = tree.run(&["check"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("version.json is not there") && run.stderr.contains("congruent.toml:2:1"), "{}", run.stderr);
}

#[test]
fn a_configuration_elsewhere_is_reported_too() {
    let tree = Tree::new();
    tree.file("a.md", "x\n");
    let config = tree.home().join("rules.toml");
    std::fs::write(&config, "[[text]]\nfiles = 'b.md'\n").expect("written");
    let run = tree.run(&["check", "--format", "concise", "--config", config.to_str().expect("UTF-8")]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("rules.toml:2:9: error[missing-file] b.md is not there"), "{}", run.stdout);
}

#[test]
fn manifests_are_understood_without_a_pattern() {
    // The file, what it says, and the lines on which it says its own version.
    let files: [(&str, &str, &[u32]); 24] = [
        ("Cargo.toml", "[package]\nname = \"x\"\nversion = \"1.4.1\" # kept\n[dependencies]\ny = { version = \"2.0.0\" }\n", &[3]),
        (
            "Cargo.lock",
            "version = 4\n\n[[package]]\nname = \"y\"\nversion = \"2.0.0\"\nsource = \"registry\"\n\n[[package]]\nname = \"x\"\nversion = \"1.4.1\"\n",
            &[10],
        ),
        ("pyproject.toml", "[tool.poetry]\nname = \"x\"\nversion = \"1.4.1\"\n[tool.poetry.dependencies]\npython = \"3.11.2\"\n", &[3]),
        ("setup.cfg", "[metadata]\nname = x\nversion = 1.4.1\n", &[3]),
        ("setup.py", "setup(\n    name='x',\n    version='1.4.1',\n    python_requires='>=3.8.0')\n", &[3]),
        ("x/__init__.py", "'''x'''\n__version__: str = '1.4.1'\nOTHER = '2.0.0'\n", &[2]),
        ("package.json", "{\n\t\"dependencies\": {\"y\": \"2.0.0\"},\n\t\"version\": \"1.4.1\"\n}\n", &[3]),
        (
            "package-lock.json",
            "{\"version\": \"1.4.1\",\n\"packages\": {\n\"\": {\"version\": \"1.4.1\"},\n\"node_modules/y\": {\"version\": \"2.0.0\"}}}\n",
            &[1, 3],
        ),
        (
            "pom.xml",
            "<project>\n<parent><version>3.0.0</version></parent>\n<version>1.4.1</version>\n<dependency><version>2.0.0</version></dependency>\n</project>\n",
            &[3],
        ),
        ("x.gemspec", "Gem::Specification.new do |s|\n  s.version = '1.4.1'\n  s.add_dependency 'y', '2.0.0'\nend\n", &[2]),
        ("Chart.yaml", "apiVersion: v2\nversion: 1.4.1\nappVersion: 2.0.0\n", &[2]),
        ("Dockerfile", "FROM y:2.0.0\nLABEL org.opencontainers.image.version=\"1.4.1\"\n", &[2]),
        ("CHANGELOG.md", "# Changes\n\n## Unreleased\n\n## [1.4.1] - 2026-01-01\n\n## [1.4.0]\n", &[5]),
        (
            "README.md",
            "![py](https://img.shields.io/badge/python-3.11-blue)\n![v](https://img.shields.io/badge/version-1.4.1-green.svg)\n",
            &[2],
        ),
        ("VERSION", "1.4.1\r\n", &[1]),
        (
            "x.csproj",
            "<Project><PropertyGroup>\n<Version>1.4.1</Version></PropertyGroup>\n<PackageReference Version=\"2.0.0\"/></Project>\n",
            &[2],
        ),
        ("build.gradle", "plugins { id 'y' version '2.0.0' }\nversion = '1.4.1'\n", &[2]),
        ("mix.exs", "def project do\n  [app: :x, version: \"1.4.1\", deps: [{:y, \"2.0.0\"}]]\n", &[2]),
        ("pubspec.yaml", "name: x\nversion: 1.4.1\n", &[2]),
        ("CITATION.cff", "cff-version: 1.2.0\nversion: 1.4.1\n", &[2]),
        ("gradle.properties", "kotlin.version=2.0.0\nversion=1.4.1\n", &[2]),
        ("composer.json", "{\"require\": {\"y\": \"2.0.0\"},\n\"version\": \"1.4.1\"}\n", &[2]),
        ("jsr.json", "{\"version\": \"1.4.1\"}\n", &[1]),
        ("go.mod", "module acme.org/x/v2\n\ngo 1.21.0\n", &[1]),
    ];
    let tree = Tree::new();
    let names: Vec<_> = files.iter().map(|(path, ..)| format!("\"{path}\"")).collect();
    let at = names.join(", ");
    // Only go.mod's first number could be less of a version.
    let config = format!("[define]\nrelease = \"1.4.2\"\n[[value]]\nequals = \"release\"\nat = [{{ files = [{at}], partial = true }}]\n");
    tree.file("congruent.toml", config);
    for (path, text, _) in files {
        tree.file(path, text);
    }
    let (_, report) = tree.check(&["--select", "version-mismatch"]);
    let place = |path: &str, text: &str, line: u32| {
        let number = usize::try_from(line).expect("small");
        let text = text.lines().nth(number - 1).expect("a line");
        let column = text.find("1.4.1").or_else(|| text.rfind('2')).expect("a version") + 1;
        format!("{path}:{line}:{column} version-mismatch")
    };
    let lines = |(path, text, lines): &(&str, &str, &[u32])| lines.iter().map(|line| place(path, text, *line)).collect::<Vec<_>>();
    let (mut expected, mut found) = (files.iter().flat_map(lines).collect::<Vec<_>>(), crate::common::findings(&report));
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
}
