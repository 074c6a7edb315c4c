//! The URLs of a style sheet against those that cssparser's tokens hold, over hostile input.

use cssparser::{ParseError, Parser, Token};
use proptest::prelude::*;

use crate::model::{Document, Encoding, Role, Vocabulary, Wanted};
use crate::parse::parse;

fn ours(source: &str) -> Vec<String> {
    let document = Document::new("a.css", source, Encoding::Utf8 { bom: false });
    let facts = parse(&document, &Vocabulary::default(), Wanted::all());
    facts.urls.into_iter().filter(|url| url.role != Role::Mention).map(|url| url.text).collect()
}

fn theirs(source: &str) -> Vec<String> {
    let mut urls = Vec::new();
    read(&mut Parser::new(source), &mut urls);
    let stripped = |url: &String| url.trim_matches(|c| c <= ' ').to_owned();
    urls.iter().map(stripped).filter(|url| !url.is_empty()).collect()
}

/// Collects `url(…)` and `url("…")` from all blocks.
fn read(parser: &mut Parser<'_>, urls: &mut Vec<String>) {
    while let Ok(token) = parser.next() {
        match token.clone() {
            Token::UnquotedUrl(url) => urls.push(url.to_string()),
            Token::Function(name) => {
                let is_url = name.eq_ignore_ascii_case("url");
                let _ = parser.parse_nested_block(|parser| -> Result<(), ParseError<()>> {
                    if is_url && let Ok(url) = parser.try_parse(|parser| parser.expect_string().map(ToString::to_string)) {
                        urls.push(url);
                    }
                    read(parser, urls);
                    Ok(())
                });
            }
            Token::ParenthesisBlock | Token::SquareBracketBlock | Token::CurlyBracketBlock => {
                let _ = parser.parse_nested_block(|parser| -> Result<(), ParseError<()>> {
                    read(parser, urls);
                    Ok(())
                });
            }
            _ => {}
        }
    }
}

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(
            &[
                "url(",
                "URL( ",
                "u\\72l(",
                "url(\"",
                "url('",
                ")",
                "(",
                "{",
                "}",
                "[",
                "]",
                ";",
                ":",
                ",",
                "a",
                "#url(",
                "1url(",
                "-url(",
                "/*",
                "*/",
                "\"",
                "'",
                "\\",
                "\\\n",
                "\\\r\n",
                "\\3a ",
                "\\0",
                "\n",
                " ",
                "\t",
                "//",
                "https://a.test",
                "é",
                "\u{7f}",
                "--",
                "<!--",
                "-->",
                "f(",
                "1e3",
                ".5",
                "%",
                "!",
                "x y"
            ][..]
        )
        .prop_map(ToOwned::to_owned),
        "[a-z0-9()'\"\\\\ ;{}]{0,6}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn urls_are_those_of_cssparser(pieces in prop::collection::vec(piece(), 0..24)) {
        // At the end of the source a backslash is U+FFFD in a URL and nothing in a string.
        let source = pieces.concat() + " ";
        // Behind white space in a URL cssparser takes a backslash for itself, and what that escapes for the URL's end: CSS Syntax 3,
        // 4.3.6, has the rest of a bad URL begin with the backslash.
        let behind_space = |(at, _): (usize, &str)| source[..at].ends_with([' ', '\n', '\t', '\r']);
        prop_assume!(!["\\)", "\\\\"].iter().any(|escape| source.match_indices(escape).any(behind_space)));
        prop_assert_eq!(ours(&source), theirs(&source), "{:?}", source);
    }
}
