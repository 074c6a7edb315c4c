//! What is found in Java programs, and where.

use crate::parse::script::tests::urls;

fn in_main(body: &str) -> Vec<String> {
    urls("A.java", &format!("class A {{\nvoid f(String i) {{\n{body}\n}}\n}}\n"))
}

#[test]
fn strings_are_decoded_in_place() {
    assert_eq!(in_main(r#"x = "https:\u002f/a.test/\163\n";"#), ["3:6-3:30 mention https://a.test/s"]);
    assert_eq!(in_main("/* 😀 */ x = \"https://a.test/é\";"), ["3:14-3:30 mention https://a.test/é"]);
    assert_eq!(in_main("x = \"\"\"\n    see\n      https://a.test/x\n    \"\"\";"), ["5:7-5:23 mention https://a.test/x"]);
    assert_eq!(in_main("x = \"\"\"\r\n  https://a.test/\\\r\n  x\r\n  \"\"\";"), ["4:3-5:4 mention https://a.test/x"]);
}

#[test]
fn texts_are_built_in_every_way() {
    for expression in [
        "B + \"/x/\" + i",
        "String.format(\"%s/x/%s\", B, i)",
        "String.format(Locale.ROOT, \"%2$s/x/%1$s\", i, B)",
        "\"%s/x/%s\".formatted(B, i)",
        "MessageFormat.format(\"{0}/x/{1}\", B, i)",
        "String.join(\"/\", B, \"x\", i)",
        "String.join(\"/\", List.of(B, \"x\", i))",
        "B.concat(\"/x/\").concat(i)",
        "new StringBuilder(B).append(\"/x/\").append(i).toString()",
        "(String) (B + \"/x/\") + i",
        "flag ? B + \"/x/\" + i : null",
    ] {
        let source = format!(
            "class A {{\n  static final String B = \"https://a.test\";\n  void f(String i) {{\n    HttpRequest.newBuilder(URI.create({expression}));\n  }}\n}}\n"
        );
        assert_eq!(urls("A.java", &source), ["2:28-2:42 endpoint https://a.test/x/{i}"], "{expression}");
    }
    let builder = "StringBuilder b = new StringBuilder(64);\nb.append(\"https://a.test\").append('/');\nb.append(i);\nJsoup.connect(b.toString()).get();";
    assert_eq!(in_main(builder), ["4:11-4:37 endpoint https://a.test/{i}"]);
}

#[test]
fn requests_are_endpoints() {
    let source = "import okhttp3.OkHttpClient;\nimport okhttp3.Request;\nimport java.net.URL;\nclass A {\n  void f() {\n    Request r = new Request.Builder()\n      .url(\"https://a.test/\")\n      .build();\n    new URL(\"https://b.test/\").openConnection();\n    x.url(\"https://c.test/\");\n  }\n}\n";
    assert_eq!(
        urls("A.java", source),
        ["7:13-7:28 endpoint https://a.test/", "9:14-9:29 mention https://b.test/", "10:12-10:27 mention https://c.test/"]
    );
}

#[test]
fn objects_keep_their_fields() {
    let class = "class C {\n  private final String base;\n  C(String base) { this.base = base; }\n  void get(String p) { Jsoup.connect(base + p); }\n}\nclass D { void f() { new C(\"https://a.test/v1\").get(\"/x\"); } }\n";
    assert_eq!(urls("C.java", class), ["6:29-6:46 endpoint https://a.test/v1/x"]);
    let constants = "enum E {\n  PROD(\"https://a.test/\"), DEV(\"https://b.test/\") { void g() { h(\"https://c.test/\"); } };\n  final String url;\n  E(String url) { this.url = url; }\n}\n";
    assert_eq!(
        urls("E.java", constants),
        ["2:9-2:24 mention https://a.test/", "2:33-2:48 mention https://b.test/", "2:67-2:82 mention https://c.test/"]
    );
}

#[test]
fn every_statement_is_read() {
    for statement in [
        "if (a) { U } else if (b) { } else { }",
        "if (a) { } else { U }",
        "for (int j = 0; j < 3; j++) U",
        "for (String s : list) { U }",
        "while (U2) { }",
        "do { U } while (x);",
        "switch (i) { case \"a\": U break; default: }",
        "switch (i) { case \"a\" -> { U } default -> g(); }",
        "int q = switch (i) { case \"a\" -> U2; default -> 1; };",
        "try (var r = U2) { } catch (Exception e) { } finally { }",
        "try { } catch (IOException | Error e) { U } finally { }",
        "try { } finally { U }",
        "synchronized (this) { U }",
        "label: { U }",
        "assert x : U2;",
        "throw new X(U2);",
        "return U2;",
        "Runnable r = () -> U2;",
        "Runnable r = () -> { U };",
        "new Thread() { public void run() { U } }.start();",
        "class Local { String s = U2; { U } static { U } }",
        "record R(@Named(U2) String s) { }",
        "@Ann(value = U2) int z = 1;",
        "String[] a = new String[] { U2 };",
        "String[] a = { U2 };",
        "var x = (Foo & Bar) U2;",
        "x[U2] = y;",
        "x = y instanceof Foo f && U2 != null;",
        "foo(Bar::baz, U2);",
        "super.f(U2);",
        "yield U2;",
        ") ) U",
    ] {
        let source = statement.replace("U2", "g(\"https://a.test/\")").replace('U', "g(\"https://a.test/\");");
        assert!(in_main(&source).iter().any(|url| url.ends_with(" https://a.test/")), "{statement}");
    }
}

#[test]
fn commands_are_read_by_their_words() {
    assert_eq!(in_main("Runtime.getRuntime().exec(\"curl -O https://a.test/x\");"), ["3:36-3:52 download https://a.test/x"]);
    assert_eq!(in_main("new ProcessBuilder(\"curl\", \"-O\", \"https://a.test/x\").start();"), ["3:35-3:51 download https://a.test/x"]);
}

#[test]
fn prose_only_mentions() {
    let source = "/** See <a href=\"https://a.test\">it</a>. */\npackage p; // https://b.test\nimport x.Y;\n@Doc(\"https://c.test\")\ninterface I { String U = \"https://d.test\"; }\n";
    assert_eq!(
        urls("I.java", source),
        [
            "1:18-1:32 mention https://a.test",
            "2:15-2:29 mention https://b.test",
            "4:7-4:21 mention https://c.test",
            "5:27-5:41 mention https://d.test"
        ]
    );
    assert_eq!(
        urls("src/test/java/ATest.java", "class ATest { { Jsoup.connect(\"https://a.test\"); } }"),
        ["1:32-1:46 mention https://a.test"]
    );
}

#[test]
fn broken_and_hostile_programs_are_bounded() {
    for part in [
        "(",
        "{",
        "f(",
        "\"",
        "\"\"\"\n",
        "if (x) {\n",
        "else if (x) ",
        "x+",
        "() -> ",
        "a.b()",
        "new A() {",
        "@A(",
        "x ? ",
        "case x:\n",
        "a<",
    ] {
        in_main(&part.repeat(20_000));
    }
    assert_eq!(in_main("x = \"https://a.test/\" )))"), ["3:6-3:21 mention https://a.test/"]);
}
