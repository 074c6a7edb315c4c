use super::*;
use crate::model::Encoding;

fn datum(path: &str, text: &str) -> Datum {
    DataDocument::read(&Document::new(path, text, Encoding::Utf8 { bom: false })).unwrap().datum().unwrap()
}

fn edit(path: &str, before: &str, expected: (&str, &str)) -> Option<String> {
    let expected = datum(expected.0, expected.1);
    let text = edited(&Document::new(path, before, Encoding::Utf8 { bom: false }), &expected)?;
    // A second time changes nothing.
    assert_eq!(edited(&Document::new(path, text.as_str(), Encoding::Utf8 { bom: false }), &expected).as_deref(), Some(text.as_str()));
    Some(text)
}

#[test]
fn yaml_keeps_all_that_is_not_wrong() {
    let before = "\
# top
info:   # about it
  title: 'It''s'   # kept
  version: \"1\"
paths:
    /a:
        get: {tags: [A, B], x: 1}  # flow
    # before b
    /b:
        get:
        - one
        -   two # second
        - k: v
          l: w
        empty:
last: |
  some
  lines
";
    let expected = r#"{"info": {"title": "It's", "version": "2.0"},
      "paths": {"/a": {"get": {"tags": ["A", "C", "B"], "x": 1, "y": {"z": [true]}}},
                "/b": {"get": ["one", "two", {"k": "v", "l": "x y"}, "three"], "empty": null, "new": {"deep": ["1", 2]}}},
      "last": "some\nlines\n"}"#;
    let after = "\
# top
info:   # about it
  title: 'It''s'   # kept
  version: \"2.0\"
paths:
    /a:
        get: {tags: [A, \"C\", B], x: 1, \"y\": {\"z\":[true]}}  # flow
    # before b
    /b:
        get:
        - one
        -   two # second
        - k: v
          l: x y
        - three
        empty:
        new:
          deep:
          - \"1\"
          - 2
last: |
  some
  lines
";
    assert_eq!(edit("a.yaml", before, ("b.json", expected)).as_deref(), Some(after));
}

#[test]
fn yaml_loses_what_must_not_be_there() {
    let before = "a: 1\nb: # why\n  c: 2\n  # more\n  d:\n  - x\n  - y\ne: [p, q, r]\nf: 3 # last\n";
    assert_eq!(edit("a.yaml", before, ("b.yaml", "a: 1\nb: {d: [y]}\ne: [r]\n")).as_deref(), Some("a: 1\nb: # why\n  d:\n  - y\ne: [r]\n"));
    assert_eq!(edit("a.yaml", before, ("b.yaml", "b: {c: 2, d: [x, y]}\ne: [p, q, r]\nf: 3\n")).as_deref(), Some(&before[5..]));
    // A block becomes a scalar, and a scalar a block.
    assert_eq!(
        edit("a.yaml", "a:\n  b: 1\n  c: 2\nd: x\n", ("b.yaml", "a: 1\nd:\n  e: |\n    one\n    two\n")).as_deref(),
        Some("a: 1\nd:\n  e: |\n    one\n    two\n")
    );
}

#[test]
fn json_keeps_its_layout() {
    let before = "{\n  \"a\": 1,\n  \"b\": {\"c\": [1, 2]},\n  \"d\": \"x\"\n}\n";
    let expected = "a: 2\nb: {c: [1], e: {f: null}}\ng: [{h: i}]\nd: \"y\\\"z\"\n";
    let after = "{\n  \"a\": 2,\n  \"b\": {\"c\": [1], \"e\": {\"f\":null}},\n  \"g\": [\n    {\n      \"h\": \"i\"\n    }\n  ],\n  \"d\": \"y\\\"z\"\n}\n";
    assert_eq!(edit("a.json", before, ("b.yaml", expected)).as_deref(), Some(after));
    assert_eq!(edit("a.json", "{\n  \"a\": 1,\n  \"b\": 2\n}\n", ("b.yaml", "b: 2\n")).as_deref(), Some("{\n  \"b\": 2\n}\n"));
    assert_eq!(edit("a.json", "{\n  \"a\": 1,\n  \"b\": 2\n}\n", ("b.yaml", "a: 1\n")).as_deref(), Some("{\n  \"a\": 1\n}\n"));
}

#[test]
fn toml_keeps_its_comments_and_its_order() {
    let before = "\
# top
name = 'a' # kept
version = \"1\"

[tool.x] # of x
list = [1, 2]
lines = [
  \"p\", # first
  \"q\",
]
old = 1
when = 2024-01-01

[[items]]
# one
k = { v = 1, w = 2 }

[[items]]
k = { v = 3 }
";
    let expected = r#"{"name": "a", "version": "2.0",
      "tool": {"x": {"list": [1, 3, 4], "lines": ["p", "q", "r"], "when": "2024-01-01", "new": true}, "y": {"z": 1}},
      "items": [{"k": {"v": 1, "w": 4}}]}"#;
    let after = "\
# top
name = 'a' # kept
version = \"2.0\"

[tool.x] # of x
list = [1, 3, 4]
lines = [
  \"p\", # first
  \"q\",
  \"r\",
]
when = 2024-01-01
new = true

[tool.y]
z = 1

[[items]]
# one
k = { v = 1, w = 4 }
";
    assert_eq!(edit("a.toml", before, ("b.json", expected)).as_deref(), Some(after));
    assert_eq!(edit("a.toml", "a = 1\n", ("b.json", "{\"a\": null}")), None);
}

#[test]
fn lines_end_as_those_around_them() {
    for (path, before, after) in [
        ("a.yaml", "a: 1\r\nb:\r\n  c: 1\r\n", "a: 1\r\nb:\r\n  c: 2\r\n  d:\r\n  - x\r\n"),
        (
            "a.json",
            "{\r\n  \"a\": 1,\r\n  \"b\": {\r\n    \"c\": 1\r\n  }\r\n}\r\n",
            "{\r\n  \"a\": 1,\r\n  \"b\": {\r\n    \"c\": 2,\r\n    \"d\": [\r\n      \"x\"\r\n    ]\r\n  }\r\n}\r\n",
        ),
        ("a.toml", "a = 1\r\n[b] # x\r\nc = 1\r\n", "a = 1\r\n[b] # x\r\nc = 2\r\nd = [\"x\"]\r\n"),
    ] {
        assert_eq!(edit(path, before, ("b.yaml", "a: 1\nb: {c: 2, d: [x]}\n")).as_deref(), Some(after));
    }
}

#[test]
fn what_can_not_be_changed_in_place_is_left() {
    // An alias stands for two values, of which one is wrong.
    assert_eq!(edit("a.yaml", "a: &x {k: 1}\nb: *x\n", ("b.yaml", "a: {k: 1}\nb: {k: 2}\n")), None);
    assert_eq!(edit("a.yaml", "- 1\n", ("b.yaml", "a: 1\n")), None);
}

#[test]
fn a_new_file_says_what_is_expected() {
    let expected =
        datum("a.yaml", "a: ['1', 1, yes, 'no', ~, 1.5, '2024-01-01', '']\nb: {c: \"x\\ny\", 200: 'a: b # c'}\n'key: x': '- y'\n");
    for path in ["new.yaml", "new.json"] {
        let text = whole(path, &expected).unwrap();
        assert!(says(path, &text, &expected), "{text}");
    }
    // TOML has no way to say nothing.
    assert_eq!(whole("new.toml", &expected), None);
    let expected = datum("a.yaml", "a: [{b: 1}, {b: '1'}]\nc: {d: {e: yes}}\nf: 'x\n\n  y'\n");
    assert!(says("new.toml", &whole("new.toml", &expected).unwrap(), &expected));
}
