//! What is found in Go programs, and where.

use crate::parse::script::tests::urls;

fn in_main(body: &str) -> Vec<String> {
    urls("a.go", &format!("package main\nfunc main() {{\n{body}\n}}\n"))
}

#[test]
fn strings_are_decoded_in_place() {
    assert_eq!(in_main(r#"x := "https:\x2f/a.test/\u00e9""#), ["3:7-3:31 mention https://a.test/é"]);
    assert_eq!(in_main(r"x := `https://a.test/\x`"), ["3:7-3:22 mention https://a.test/"]);
    assert_eq!(in_main("x := `\nsee https://a.test/\n`"), ["4:5-4:20 mention https://a.test/"]);
}

#[test]
fn requests_are_endpoints() {
    let source = "package p\nimport nh \"net/http\"\nfunc f() {\n\tnh.Get(\"https://a.test/\")\n\treq, err := nh.NewRequest(\"GET\", \"https://b.test/\", nil)\n\tnh.NewRequestWithContext(ctx, \"GET\", \"https://c.test/\", nil)\n\tx.Get(\"https://d.test/\")\n}\n";
    assert_eq!(
        urls("a.go", source),
        [
            "4:10-4:25 endpoint https://a.test/",
            "5:36-5:51 endpoint https://b.test/",
            "6:40-6:55 endpoint https://c.test/",
            "7:9-7:24 mention https://d.test/"
        ]
    );
}

#[test]
fn texts_are_built_in_every_way() {
    for expression in [
        "B + \"/x/\" + i",
        "fmt.Sprintf(\"%s/x/%s\", B, i)",
        "fmt.Sprintf(\"%[1]s/x/%v\", B, i)",
        "strings.Join([]string{B, \"x\", i}, \"/\")",
        "string(B) + (\"/x/\" + i)",
        "strings.TrimRight(B, \"/\") + \"/x/\" + i",
    ] {
        let source = format!(
            "package p\nimport \"net/http\"\nconst (\n\tB = `https://a.test`\n\tC = 1\n)\nfunc f(i string) {{\n\thttp.Get({expression})\n}}\n"
        );
        assert_eq!(urls("a.go", &source), ["4:7-4:21 endpoint https://a.test/x/{i}"], "{expression}");
    }
    let builder = "package p\nimport \"net/http\"\nfunc f() {\n\tvar b strings.Builder\n\tb.WriteString(\"https://a.test\")\n\tb.WriteString(\"/x\")\n\thttp.Get(b.String())\n}\n";
    assert_eq!(urls("a.go", builder), ["5:17-5:31 endpoint https://a.test/x"]);
}

#[test]
fn structs_keep_their_fields() {
    let source = "package p\nimport \"net/http\"\ntype C struct{ base string }\nfunc New() *C { return &C{base: \"https://a.test\"} }\nfunc (c *C) Get(p string) {\n\thttp.Get(c.base + p)\n}\nfunc (c *C) All() { c.Get(\"/x\") }\n";
    // Of one place and host the first is reported: the method by itself, with an unknown path.
    assert_eq!(urls("a.go", source), ["4:34-4:48 endpoint https://a.test{p}"]);
}

#[test]
fn commands_are_read_by_their_words() {
    assert_eq!(in_main("exec.Command(\"curl\", \"-o\", \"f\", \"https://a.test/x\")"), ["3:34-3:50 download https://a.test/x"]);
    assert_eq!(in_main("exec.CommandContext(ctx, \"sh\", \"-c\", \"wget https://a.test/x\")"), ["3:44-3:60 download https://a.test/x"]);
}

#[test]
fn prose_only_mentions() {
    let source = "// Package p: https://a.test/x.\npackage p\n\nimport \"github.com/x/y\"\n\n/* https://b.test */\nvar m = map[string]string{\"k\": \"https://c.test\"}\n";
    assert_eq!(
        urls("a.go", source),
        ["1:15-1:31 mention https://a.test/x", "6:4-6:18 mention https://b.test", "7:33-7:47 mention https://c.test"]
    );
    assert_eq!(
        urls("a_test.go", "package p\nimport \"net/http\"\nvar _, _ = http.Get(\"https://a.test\")\n"),
        ["3:22-3:36 mention https://a.test"]
    );
}

#[test]
fn broken_and_hostile_programs_are_bounded() {
    for part in [
        "(",
        "[",
        "{",
        "f(",
        "\"",
        "`",
        "if x {\n",
        "} else if x {\n",
        "x+",
        "func(){",
        "a.b()",
        "&",
        "!",
        "[]",
        "case x:\n",
        "struct{",
        "x, ",
    ] {
        in_main(&part.repeat(20_000));
    }
    assert_eq!(in_main("x := \"https://a.test/\" )))"), ["3:7-3:22 mention https://a.test/"]);
}
