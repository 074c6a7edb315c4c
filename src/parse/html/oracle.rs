//! The tokenizer against html5gum, over hostile input.

use std::convert::Infallible;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer as Oracle};
use proptest::prelude::*;

use super::entity::{Place, decode};
use super::tokenizer::{Quoting, Token, Tokenizer};
use crate::model::Text;

/// What both have to agree on: tags with their attributes, comments, and the text between them.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Event {
    Start(String, Vec<(String, String)>),
    End(String),
    Comment(String),
    Doctype,
    Text(String),
}

/// Line ends as the preprocessed input stream has them, and one spelling of NUL.
fn normal(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{fffd}")
}

fn push(events: &mut Vec<Event>, event: Event) {
    match (events.last_mut(), event) {
        (Some(Event::Text(before)), Event::Text(more)) => before.push_str(&more),
        (_, Event::Text(text)) if text.is_empty() => {}
        (_, event) => events.push(event),
    }
}

fn ours(source: &str) -> Vec<Event> {
    let text = Text::exact(source, 0);
    let decoded = |range, place| normal(decode(&text, source, range, place).as_str());
    let mut tokenizer = Tokenizer::new(source);
    let mut events = Vec::new();
    while let Some(token) = tokenizer.next(false) {
        match token {
            Token::Text(range) => push(&mut events, Event::Text(decoded(range, Place::Text))),
            Token::Cdata(range) => push(&mut events, Event::Text(normal(&source[range]))),
            Token::End { name } => push(&mut events, Event::End(normal(&source[name].to_ascii_lowercase()))),
            Token::Comment { text, comment } => {
                // At the end of the source the standard drops what may have been the end of the comment.
                let inner = &source[text.clone()];
                let cut = ["--!", "--", "-"].into_iter().find_map(|end| inner.strip_suffix(end)).filter(|_| text.end == comment.end);
                push(&mut events, Event::Comment(normal(cut.unwrap_or(inner))));
            }
            Token::Bogus(range) => {
                let inner = &source[range];
                let inner = inner.strip_suffix('>').unwrap_or(inner);
                let inner = inner.strip_prefix("<!").or(inner.strip_prefix("</")).or(inner.strip_prefix('<')).unwrap_or(inner);
                push(&mut events, Event::Comment(normal(inner)));
            }
            Token::Doctype(_) => push(&mut events, Event::Doctype),
            Token::Start { name, .. } => {
                let name = normal(&source[name].to_ascii_lowercase());
                let attributes = tokenizer.attributes().iter().map(|one| {
                    let value = if one.quoting == Quoting::Absent { String::new() } else { decoded(one.value.clone(), Place::Attribute) };
                    (normal(&source[one.name.clone()].to_ascii_lowercase()), value)
                });
                push(&mut events, Event::Start(name.clone(), attributes.collect()));
                match name.as_str() {
                    "script" => {
                        let range = tokenizer.script_text();
                        push(&mut events, Event::Text(normal(&source[range])));
                    }
                    "style" => {
                        let range = tokenizer.raw_text(name.as_bytes());
                        push(&mut events, Event::Text(normal(&source[range])));
                    }
                    "title" => {
                        let range = tokenizer.raw_text(name.as_bytes());
                        push(&mut events, Event::Text(decoded(range, Place::Text)));
                    }
                    _ => {}
                }
            }
        }
    }
    events
}

fn theirs(source: &str) -> Vec<Event> {
    let mut events = Vec::new();
    let mut open: Option<(String, Vec<(String, String)>)> = None;
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| -> Option<Infallible> {
        let text = |bytes: &[u8]| normal(&String::from_utf8_lossy(bytes));
        match event {
            CallbackEvent::OpenStartTag { name } => open = Some((text(name), Vec::new())),
            CallbackEvent::AttributeName { name } => {
                if let Some((_, attributes)) = &mut open {
                    attributes.push((text(name), String::new()));
                }
            }
            CallbackEvent::AttributeValue { value } => {
                if let Some((_, last)) = open.as_mut().and_then(|(_, attributes)| attributes.last_mut()) {
                    *last = text(value);
                }
            }
            CallbackEvent::CloseStartTag { .. } => {
                if let Some((name, attributes)) = open.take() {
                    push(&mut events, Event::Start(name, attributes));
                }
            }
            CallbackEvent::EndTag { name } => push(&mut events, Event::End(text(name))),
            CallbackEvent::String { value } => push(&mut events, Event::Text(text(value))),
            CallbackEvent::Comment { value } => push(&mut events, Event::Comment(text(value))),
            CallbackEvent::Doctype { .. } => push(&mut events, Event::Doctype),
            CallbackEvent::Error(_) => {}
        }
        None
    });
    emitter.naively_switch_states(true);
    Oracle::new_with_emitter(source, emitter).finish().unwrap_or_else(|never| match never {});
    events
}

/// Pieces of which trouble is made.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(
            &[
                "<",
                ">",
                "/",
                "!",
                "-",
                "--",
                "<!--",
                "-->",
                "--!>",
                "<!-->",
                "<!--->",
                "=",
                "\"",
                "'",
                " ",
                "\n",
                "\r\n",
                "\t",
                "\u{c}",
                "\0",
                "?",
                "<!",
                "<?",
                "</",
                "<a",
                "<a ",
                "<b>",
                "</a>",
                "<!doctype",
                "<![CDATA[",
                "]]>",
                "<script>",
                "</script>",
                "<script ",
                "</script",
                "<style>",
                "</style>",
                "<title>",
                "</title ",
                "script",
                "a=b",
                "a='",
                "a=\"",
                "A",
                "&amp;",
                "&lt",
                "&#x3c;",
                "&copy=",
                "&#0;",
                "&notit;",
                "&",
                ";",
                "é",
                "😀",
                "x"
            ][..]
        )
        .prop_map(ToOwned::to_owned),
        "[a-z<>&;=' \"/!-]{0,6}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tokens_are_those_of_html5gum(pieces in prop::collection::vec(piece(), 0..24)) {
        let source = pieces.concat();
        prop_assert_eq!(ours(&source), theirs(&source), "{:?}", source);
    }

    #[test]
    fn values_stand_where_they_are_said_to(pieces in prop::collection::vec(piece(), 0..24)) {
        let source = pieces.concat();
        let mut tokenizer = Tokenizer::new(&source);
        let mut end = 0;
        while let Some(token) = tokenizer.next(true) {
            let range = match token {
                Token::Text(range) | Token::Doctype(range) | Token::Bogus(range) | Token::Cdata(range) => range,
                Token::Start { tag, .. } => tag,
                Token::End { name } => name,
                Token::Comment { comment, .. } => comment,
            };
            prop_assert!(range.start >= end && range.end <= source.len());
            end = range.end;
            for one in tokenizer.attributes() {
                prop_assert!(source.get(one.name.clone()).is_some() && source.get(one.value.clone()).is_some());
            }
        }
    }
}
