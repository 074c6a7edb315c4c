use crate::model::{Document, Encoding, Wanted};
use crate::parse::script::tests::{urls, vocabulary};

#[test]
fn recipes_are_a_shells() {
    let source = "get: a b\n\t@curl -fsSL \\\n\t  https://a.test/x.sh | sh\n\t-wget b.test/y # https://c.test\nall:;@curl https://d.test/$$(uname)\n";
    assert_eq!(
        urls("Makefile", source),
        [
            "3:4-3:23 download https://a.test/x.sh",
            "4:8-4:16 download http://b.test/y",
            "4:19-4:33 mention https://c.test",
            "5:12-5:36 download https://d.test/{}",
        ]
    );
}

#[test]
fn variables_are_texts() {
    let source =
        "HOST ?= a.test\nBASE := https://$(HOST)/v1 # https://c.test\nCURL = curl -s -X POST\nget:\n\t$(CURL) ${BASE}/$(ID)/$$TOKEN/$@\n";
    assert_eq!(urls("a.mk", source), ["2:9-2:27 endpoint https://a.test/v1/{ID}/{TOKEN}/{@}", "2:30-2:44 mention https://c.test"]);
}

#[test]
fn a_variable_that_nothing_uses_is_mentioned() {
    let source = "A = https://a.test/$(X) \\\n  https://b.test\nA2 := $(shell curl -s https://c.test/v | jq .)\nB = $(call get,https://d.test/,e)\n$(info see https://f.test)\n";
    assert_eq!(
        urls("GNUmakefile", source),
        [
            "1:5-1:24 mention https://a.test/{X}",
            "2:3-2:17 mention https://b.test",
            "3:23-3:39 download https://c.test/v",
            "4:16-4:31 mention https://d.test/",
            "5:12-5:26 mention https://f.test",
        ]
    );
}

#[test]
fn conditions_give_alternatives() {
    let source = "ifeq ($(OS),x)\nU := https://a.test\nelse\n  U := https://b.test\nendif\nget:\nifdef X\n\tcurl $(U)/x\nendif\nget: V = https://c.test\nget:\n\tcurl $V/y\n";
    assert_eq!(
        urls("Makefile", source),
        ["2:6-2:20 download https://a.test/x", "4:8-4:22 download https://b.test/x", "10:10-10:24 download https://c.test/y"]
    );
}

#[test]
fn alternatives_know_their_holes() {
    let source = "ifdef X\nV ?= $(A)-$(B)\nelse\nV ?= $(shell uname)\nendif\nU := https://a.test/$(V)\nget:\n\tcurl $(U).tgz\n";
    assert_eq!(
        urls("Makefile", source),
        ["6:6-6:21 download https://a.test/{A}-{B}.tgz", "6:6-6:25 download https://a.test/{shell()}.tgz"]
    );
}

#[test]
fn each_line_is_a_process_but_for_oneshell() {
    let lines = "get:\n\tA=https://a.test\n\tcurl $$A/x\n";
    assert_eq!(urls("Makefile", lines), ["2:4-2:18 mention https://a.test", "3:7-3:12 download {A}/x"]);
    assert_eq!(urls("Makefile", &format!(".ONESHELL:\n{lines}")), ["3:4-3:18 download https://a.test/x"]);
    assert_eq!(urls("Makefile", "export A := https://a.test\nget:\n\tcurl $$A/x\n"), ["1:13-1:27 download https://a.test/x"]);
}

#[test]
fn canned_recipes_are_read_where_they_are_used() {
    let source = "define get\n\t@curl https://a.test/x\n\twget https://b.test/$(V)\nendef\nV = 1\nall:\n\t$(get)\n";
    assert_eq!(urls("Makefile", source), ["2:8-2:24 download https://a.test/x", "3:7-3:22 download https://b.test/1"]);
}

#[test]
fn samples_have_spaces_for_tabs() {
    let source = "```makefile\nA = https://a.test\nget:\n    curl $(A)\n```\n";
    assert_eq!(urls("a.md", source), ["2:5-2:19 mention https://a.test"]);
}

#[test]
fn comments_are_real_ones() {
    let source = "# congruent: ignore[x]: one\nA = '# congruent: ignore[x]: no'\nget:\n\t# congruent: ignore[x]: two\n\ttrue\nB = c # congruent: ignore[x]: three\n";
    let document = Document::new("Makefile", source, Encoding::Utf8 { bom: false });
    let facts = crate::parse::parse(&document, &vocabulary(), Wanted { comments: true, ..Wanted::default() });
    let words: Vec<_> = facts.comments.iter().map(|comment| document.slice(comment.text_span)).collect();
    assert_eq!(words, ["congruent: ignore[x]: one", "congruent: ignore[x]: two", "congruent: ignore[x]: three"]);
}

#[test]
fn hostile_makefiles_are_bounded() {
    let names: Vec<String> = (0..40).map(|i| format!("A{i} = {}\n", format!("$(A{})", i + 1).repeat(40))).collect();
    urls("Makefile", &format!("{}x:\n\t$(A0)\n", names.concat()));
    urls("Makefile", "A = $(A) $(B)\nB = $(A)\nx:\n\t$(A)$(B)$(shell $(A))\n");
    for odd in ["$(", "${(", "$", "define", "define x\n", "x:\n\t", "x:\\\n", "export", "\\", ":", "=", "a:;", "!=", "$($($(", "\t"] {
        urls("Makefile", odd);
        urls("Makefile", &odd.repeat(50_000));
    }
}
