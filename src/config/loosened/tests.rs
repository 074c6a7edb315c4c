use super::*;
use crate::rule;

const TRUSTED: &str = r#"
exclude = ["third_party/**"]

[assets.allow]
img-src = ["img.shields.io"]

[[credential]]
name = "Acme key"
prefix = "acme_"
header = "X-Acme-Key"

[[contract]]
spec = "openapi.yaml"
hosts = ["*.acme.test"]
surfaces = ["cli/**", "docs/**"]
also-accepts = [{ operations = ["POST /runs", "GET /runs"], scheme = "bearer", reason = "tokens" }]
internal = ["/drafts/*", "/chat"]

[secrets]
names = ["seat"]
redactors = ["veil"]

[define]
release = { file = "version.json", pointer = "/version", matches = '\d+\.\d+\.\d+' }
product = "Acme"

[lists]
pages = [{ slug = "agents" }, { slug = "runs" }]
evidence = { file = "capabilities.yaml", select = "/capabilities/*", non-empty = true }

[[value]]
name = "release version"
equals = "release"
at = [
  { file = "cli/package.json", pointer = ["/version"] },
  { files = "docs/**/*.md", except = ["docs/news/**", "docs/old/**"], regex = 'acme>=(\d+\.\d+\.\d+)', at-least = 3 },
]

[[text]]
each = "pages"
files = "docs/{slug}.md"
has = ["one", "two"]
lacks-host = "cdn.test"

[[derive]]
from = "openapi.yaml"
to = ["docs/openapi.yaml", "sdk/openapi.yaml"]

[[artifact]]
match = "dist/*.whl"
root = "sdk"
generated = ["*.dist-info/**"]

[rules]
unused-suppression = "error"
contract-undocumented-operation = "warning"

[[ignore]]
paths = ["docs/news/**", "docs/old/**"]
rules = ["contract-*"]
reason = "was true then"
"#;

/// What is said of the trusted text after a replacement, with the line on which it stands.
fn after(old: &str, new: &str) -> Vec<String> {
    assert!(TRUSTED.contains(old), "{old}");
    said(&TRUSTED.replacen(old, new, 1))
}

fn said(text: &str) -> Vec<String> {
    let found = loosened(TRUSTED, text, &rule::vocabulary().unwrap().credentials, rule::all().unwrap());
    found.into_iter().map(|Loosening { span, message }| format!("{}: {message}", text[..span.start].lines().count().max(1))).collect()
}

#[test]
fn what_asks_for_as_much_or_more_is_no_loosening() {
    for (old, new) in [
        ("", ""),
        ("\nexclude = [\"third_party/**\"]\n", "# said otherwise\nexclude = [ 'third_party/**', ]\n"),
        ("\nexclude = [\"third_party/**\"]\n", "\n"),
        ("img-src = [\"img.shields.io\"]", ""),
        // What the trusted configuration decides can't be loosened by what it does not have.
        ("[[contract]]", "[[credential]]\nname = 'Bolt'\nprefix = 'bolt_'\n[[contract]]"),
        ("names = [\"seat\"]", "names = [\"seat\", \"pass\"]\nsinks = [\"log_it\"]"),
        ("redactors = [\"veil\"]", ""),
        ("internal = [\"/drafts/*\", \"/chat\"]", "internal = [\"/chat\"]"),
        ("operations = [\"POST /runs\", \"GET /runs\"]", "operations = [\"GET /runs\"]"),
        ("hosts = [\"*.acme.test\"]", "hosts = [\"*.acme.test\", \"acme\"]"),
        ("generated = [\"*.dist-info/**\"]", "requires = [\"py.typed\"]"),
        // A page that is new, a truth that is new, and more of what is asserted.
        ("{ slug = \"runs\" }]", "{ slug = \"builds\" }, { slug = \"runs\" }]"),
        ("product = \"Acme\"", "product = \"Acme 2\"\nsdk = \"1\""),
        ("  { file = \"cli/package.json\"", "  { file = \"sdk/package.json\" },\n  { file = \"cli/package.json\""),
        ("at-least = 3", "at-least = 4"),
        ("except = [\"docs/news/**\", \"docs/old/**\"]", "except = \"docs/old/**\""),
        ("has = [\"one\", \"two\"]", "has = [\"two\", \"one\", \"three\"]\nlacks = \"four\""),
        ("lacks-host = \"cdn.test\"", "lacks-host = [\"cdn.test\", \"evil.test\"]\nhas-symbol = \"invoke\""),
        ("to = [", "only = 'docs/*.yaml'\nto = ["),
        ("\"sdk/openapi.yaml\"]", "\"sdk/openapi.yaml\", \"go/openapi.yaml\"]"),
        ("[[derive]]", "[[derive]]\nfrom = 'a'\nto = 'b'\n[[derive]]"),
        ("[rules]", "[rules]\nasset-host = 'error'"),
        ("rules = [\"contract-*\"]", "rules = [\"contract-page\"]\nmatch = 'x'"),
        ("paths = [\"docs/news/**\", \"docs/old/**\"]", "paths = [\"docs/news/**\"]"),
        ("reason = \"was true then\"", "reason = \"history\""),
        ("\n[[ignore]]\npaths = [\"docs/news/**\", \"docs/old/**\"]\nrules = [\"contract-*\"]\nreason = \"was true then\"\n", ""),
    ] {
        assert_eq!(after(old, new), [""; 0], "{new}");
    }
}

#[test]
fn each_way_to_ask_for_less_is_named() {
    for (old, new, wanted) in [
        ("exclude = [\"third_party/**\"]", "exclude = [\"third_party/**\", \"docs/**\"]", "`exclude` leaves `docs/**` out"),
        ("exclude = [\"third_party/**\"]", "exclude = [\"third_party/**\", \"!x\"]", "`exclude` is not as"),
        ("img-src", "script-src = ['evil.test']\nimg-src", "`evil.test` is allowed for `script-src`"),
        ("img-src", "\"*\"", "`img.shields.io` is allowed for `*`"),
        ("header = \"X-Acme-Key\"", "header = \"Authorization\"", "`[[credential]]` entry `Acme key` asks for less"),
        ("prefix = \"acme_\"", "prefix = \"other_\"", "`[[credential]]` entry `Acme key` asks for less"),
        ("[[contract]]", "[[credential]]\nname = 'x'\nprefix = 'acme_live_'\n[[contract]]", "the `[[credential]]` entry `acme_live_`"),
        ("[[contract]]", "[[credential]]\nname = 'x'\nprefix = 'ra_ws_'\n[[contract]]", "speaks for keys that are known"),
        ("spec = \"openapi.yaml\"\n", "spec = \"other.yaml\"\n", "`[[contract]]` entry `other.yaml` is not in"),
        ("[secrets]", "[[contract]]\nspec = 'more.yaml'\n[secrets]", "`[[contract]]` entry `more.yaml` is not in"),
        (
            "\"POST /runs\", ",
            "\"POST /runs\", \"DELETE /*\", ",
            "the `[[contract]]` entry `openapi.yaml` asks for less than in the trusted configuration: `also-accepts`",
        ),
        ("scheme = \"bearer\"", "scheme = \"basic\"", "`also-accepts`"),
        ("\"/chat\"]", "\"/chat\", \"/*\"]", "`internal`"),
        ("surfaces = [\"cli/**\", ", "surfaces = [", "`surfaces`"),
        ("hosts = [\"*.acme.test\"]", "", "`hosts`"),
        ("[secrets]", "[[contract]]\nspec = 'openapi.yaml'\ninternal = ['/*']\n[secrets]", "entry `openapi.yaml` is not in"),
        ("root = \"sdk\"", "", "`[[artifact]]` entry `dist/*.whl` asks for less than in the trusted configuration: `root`"),
        ("[rules]", "[[artifact]]\nmatch = '*.whl'\n[rules]", "the `[[artifact]]` entry `*.whl` is not in"),
        (
            "redactors = [\"veil\"]",
            "redactors = [\"veil\", \"print\"]",
            "`[secrets]` finds less than in the trusted configuration: `redactors`",
        ),
        ("names = [\"seat\"]", "names = [\"seat\"]\nnot = [\"token\"]", "`not`"),
        ("names = [\"seat\"]", "", "`names`"),
        ("version.json", "package.json", "the definition `release` is not as"),
        ("matches = '\\d+\\.\\d+\\.\\d+'", "matches = '.*'", "the definition `release` is not as"),
        ("product = \"Acme\"", "", "the definition `product` is gone"),
        ("{ slug = \"agents\" }, ", "", "the list `pages` is not as"),
        ("non-empty = true", "non-empty = false", "the list `evidence` is not as"),
        (
            "  { file = \"cli/package.json\", pointer = [\"/version\"] },\n",
            "",
            "`[[value]]` entry `release version` asks for less than in the trusted configuration: `at`",
        ),
        ("at-least = 3", "at-least = 2", "`at`"),
        (", at-least = 3", "", "`at`"),
        ("regex = 'acme>=(\\d+\\.\\d+\\.\\d+)'", "regex = 'acme>=(.*)'", "`at`"),
        ("regex = 'acme", "first = true, regex = 'acme", "`at`"),
        ("regex = 'acme", "partial = true, regex = 'acme", "`at`"),
        ("\"docs/old/**\"], regex", "\"docs/old/**\", \"docs/**\"], regex", "`at`"),
        ("files = \"docs/**/*.md\"", "files = \"docs/x.md\"", "`at`"),
        ("equals = \"release\"", "equals = \"product\"", "`equals`"),
        (
            "has = [\"one\", \"two\"]",
            "has = \"one\"",
            "`[[text]]` entry `docs/{slug}.md` asks for less than in the trusted configuration: `has`",
        ),
        ("has = [\"one\", \"two\"]", "has = [\"one\", \"two\"]\nany = true", "`any`"),
        ("each = \"pages\"", "each = \"pages\"\nonly = { slug = 'agents' }", "`only`"),
        ("lacks-host = \"cdn.test\"", "", "`lacks-host`"),
        ("\"docs/openapi.yaml\", ", "", "`[[derive]]` entry `openapi.yaml` asks for less than in the trusted configuration: `to`"),
        (
            "[[derive]]\nfrom = \"openapi.yaml\"\nto = [\"docs/openapi.yaml\", \"sdk/openapi.yaml\"]\n",
            "",
            "the `[[derive]]` entry `openapi.yaml` of the trusted configuration is gone",
        ),
        ("[rules]", "[rules]\nasset-host = 'off'", "lowers asset-host (`off`, and `error` in the trusted configuration)"),
        ("[rules]", "[rules]\n'asset-*' = 'note'", "lowers asset-host"),
        ("unused-suppression = \"error\"", "", "lowers unused-suppression (`warning`, and `error`"),
        ("contract-undocumented-operation = \"warning\"", "", "lowers contract-undocumented-operation (`off`"),
        ("[[ignore]]", "[[ignore]]\npaths = ['docs/**']\nrules = ['asset-host']\nreason = 'x'\n[[ignore]]", "the `[[ignore]]` entry"),
        ("rules = [\"contract-*\"]", "rules = [\"*\"]", "the `[[ignore]]` entry"),
        ("\"docs/old/**\"]\nrules", "\"docs/old/**\", \"**\"]\nrules", "the `[[ignore]]` entry"),
    ] {
        let said = after(old, new);
        assert!(!said.is_empty() && said.iter().any(|said| said.contains(wanted)), "{new}: {said:?}");
    }
}

#[test]
fn without_a_file_everything_is_gone_and_with_one_everything_that_accepts_is_new() {
    let all = said("");
    for wanted in
        ["`[[value]]`", "`[[text]]`", "`[[derive]]`", "`[[contract]]`", "`[[credential]]`", "`release`", "`pages`", "`names`", "lowers"]
    {
        assert!(all.iter().any(|said| said.contains(wanted)), "{wanted}: {all:?}");
    }
    let kinds = rule::vocabulary().unwrap().credentials;
    let new = loosened("", TRUSTED, &kinds, rule::all().unwrap());
    for wanted in ["`exclude`", "`img.shields.io`", "`[[contract]]`", "`redactors`", "`[[ignore]]`"] {
        assert!(new.iter().any(|said| said.message.contains(wanted)), "{wanted}: {new:?}");
    }
    // It may begin to declare what agrees.
    for wanted in ["value", "text", "derive", "definition", "list"] {
        assert!(!new.iter().any(|said| said.message.contains(&format!("`[[{wanted}]]`"))), "{new:?}");
    }
    assert_eq!(loosened("", "[rules]\nasset-host = 'error'\n", &kinds, rule::all().unwrap()), []);
}

#[test]
fn a_definition_may_change_unless_it_says_which_files_count() {
    let kinds = rule::vocabulary().unwrap().credentials;
    let less = |text: &str| !loosened(text, &text.replace("'docs'", "'sub'"), &kinds, rule::all().unwrap()).is_empty();
    let define = "[define]\ndir = 'docs'\n";
    assert!(!less(define));
    assert!(!less(&format!("{define}[[text]]\nfiles = 'a.md'\nhas = '{{dir}}'\n")));
    assert!(less(&format!("{define}[[text]]\nfiles = '{{dir}}/*.md'\nlacks = 'x'\n")));
    assert!(less(&format!("{define}[[value]]\nequals = 'x{{dir}}'\nat = [{{ file = 'a' }}, {{ files = ['b', '{{dir}}/*'] }}]\n")));
    assert!(less(&format!("{define}[[derive]]\nfrom = {{ contract = '{{dir}}/a.yaml' }}\nto = 'b.yaml'\n")));
}

#[test]
fn where_one_of_several_is_enough_more_is_less() {
    let kinds = rule::vocabulary().unwrap().credentials;
    let less = |trusted: &str, text: &str| !loosened(trusted, text, &kinds, rule::all().unwrap()).is_empty();
    let text = "[[text]]\nfiles = 'docs/**'\nexcept = 'docs/old/**'\nany = true\nhas = 'one'\n";
    assert!(less(text, &text.replace("except = 'docs/old/**'\n", "")));
    assert!(!less(text, &text.replace("'one'", "['one', 'two']")));
    let contracts = "[[contract]]\nspec = 'a.yaml'\nhosts = ['a.test']\n[[contract]]\nspec = 'b.yaml'\n";
    assert!(less(contracts, &format!("{contracts}hosts = ['a.test']\n")));
    assert!(!less(contracts, contracts));
}
