//! JSON, with what its dialects add: comments, trailing and missing commas, names without quotes, single quotes (JSONC, JSON5).

use std::ops::Range;

use jsonc_parser::tokens::Token;
use jsonc_parser::{Scanner, ScannerOptions};

use super::tree::{CommentRange, Kind, NodeId, Tree};
use crate::model::{Text, TextBuilder};
use crate::parse::Context;

/// Extracts the facts of a JSON document.
pub(in crate::parse) fn parse(context: &mut Context<'_>, text: Text<'_>) {
    if super::gate::wanted(context, &text) {
        super::facts::report(context, &text, &read(&text));
    }
}

/// Reads a JSON text. What is out of place is passed over; reading ends only where the text is no longer made of tokens.
pub(in crate::parse) fn read<'s>(text: &Text<'s>) -> Tree<'s> {
    let mut reader = Reader { text, tree: Tree::default(), open: Vec::new() };
    let mut scanner = Scanner::new(text.as_str(), &ScannerOptions::default());
    loop {
        match scanner.scan() {
            Ok(Some(token)) => reader.token(&token, scanner.token_start(), scanner.token_end()),
            Ok(None) => break,
            Err(error) => {
                reader.tree.fault(scanner.token_start(), error.kind().to_string());
                reader.tree.skip(scanner.token_start()..text.len());
                break;
            }
        }
    }
    reader.finish()
}

struct Reader<'t, 's> {
    text: &'t Text<'s>,
    tree: Tree<'s>,
    open: Vec<Open>,
}

/// A collection that has not ended.
struct Open {
    node: NodeId,
    kind: OpenKind,
}

enum OpenKind {
    Sequence,
    /// With the key that waits for its value.
    Mapping {
        key: Option<NodeId>,
    },
}

impl<'s> Reader<'_, 's> {
    fn token(&mut self, token: &Token<'_>, start: usize, end: usize) {
        match token {
            Token::OpenBrace => self.begin(Kind::Mapping(Vec::new()), OpenKind::Mapping { key: None }, start..end),
            Token::OpenBracket => self.begin(Kind::Sequence(Vec::new()), OpenKind::Sequence, start..end),
            Token::CloseBrace | Token::CloseBracket => self.close(end),
            Token::Colon => {}
            Token::Comma => self.drop_key(),
            Token::String(_) => {
                let decoded = decode(&self.text.slice(start + 1..(end - 1).max(start + 1)));
                self.scalar(Kind::Scalar { text: decoded, quoted: true }, start..end);
            }
            Token::Word(_) | Token::Boolean(_) | Token::Number(_) | Token::Null => {
                self.scalar(Kind::Scalar { text: self.text.slice(start..end), quoted: false }, start..end);
            }
            Token::CommentLine(_) => self.tree.comments.push(CommentRange { whole: start..end, words: start + 2..end }),
            Token::CommentBlock(_) => {
                let words = start + 2..(end - 2).max(start + 2);
                self.tree.comments.push(CommentRange { whole: start..end, words });
            }
        }
    }

    fn begin(&mut self, node: Kind<'s>, kind: OpenKind, range: Range<usize>) {
        let node = self.tree.add(node, range, None);
        self.place(node);
        self.open.push(Open { node, kind });
    }

    fn close(&mut self, end: usize) {
        self.drop_key();
        if let Some(open) = self.open.pop() {
            self.tree.end(open.node, end);
        }
    }

    fn scalar(&mut self, kind: Kind<'s>, range: Range<usize>) {
        let node = self.tree.add(kind, range, None);
        if let Some(Open { kind: OpenKind::Mapping { key: key @ None }, .. }) = self.open.last_mut() {
            *key = Some(node);
        } else {
            self.place(node);
        }
    }

    /// Puts a value where it belongs.
    fn place(&mut self, node: NodeId) {
        match self.open.last_mut() {
            None => self.tree.documents.push(node),
            Some(Open { node: parent, kind: OpenKind::Sequence }) => self.tree.push_item(*parent, node),
            Some(Open { node: parent, kind: OpenKind::Mapping { key } }) => {
                // A collection without a key is still a value of what it stands in: its own position is its key.
                let name = key.take().unwrap_or(node);
                self.tree.push_entry(*parent, name, node);
            }
        }
    }

    /// A key whose value never came is an entry with nothing in it.
    fn drop_key(&mut self) {
        if let Some(Open { node: parent, kind: OpenKind::Mapping { key } }) = self.open.last_mut()
            && let Some(name) = key.take()
        {
            let end = self.tree.node(name).range().end;
            let nothing = Kind::Scalar { text: self.text.slice(end..end), quoted: false };
            let value = self.tree.add(nothing, end..end, None);
            self.tree.push_entry(*parent, name, value);
        }
    }

    fn finish(mut self) -> Tree<'s> {
        let end = self.tree.broken.as_ref().map_or(self.text.len(), |broken| broken.at);
        if !self.open.is_empty() {
            self.tree.fault(end, "the text ends before its brackets do");
        }
        while !self.open.is_empty() {
            self.close(end);
        }
        self.tree
    }
}

/// Decodes what stands between the quotes of a string (RFC 8259, section 7, and JSON5's further escapes).
pub(in crate::parse) fn decode<'s>(inner: &Text<'s>) -> Text<'s> {
    let chars = inner.as_str();
    if !chars.contains('\\') {
        return inner.clone();
    }
    let mut builder = TextBuilder::new();
    let mut at = 0;
    while let Some(escape) = chars[at..].find('\\').map(|offset| at + offset) {
        builder.push(inner, at..escape);
        let (decoded, length) = escape_at(&chars[escape..]);
        if let Some(decoded) = decoded {
            builder.escaped(decoded.encode_utf8(&mut [0; 4]), inner.span(escape..escape + length));
        }
        at = escape + length;
    }
    builder.push(inner, at..chars.len());
    builder.finish()
}

/// What the escape at the start of `rest` stands for, and its length in bytes.
fn escape_at(rest: &str) -> (Option<char>, usize) {
    let Some(letter) = rest[1..].chars().next() else { return (None, 1) };
    let plain = match letter {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'v' => '\u{b}',
        '0' => '\0',
        '\n' => return (None, 2),
        '\r' => return (None, if rest.as_bytes().get(2) == Some(&b'\n') { 3 } else { 2 }),
        'x' => return hex(rest, 2, 2).map_or((Some('x'), 2), |code| (char::from_u32(code), 4)),
        'u' => return unicode_escape(rest),
        other => other,
    };
    (Some(plain), 1 + letter.len_utf8())
}

/// `\uXXXX`, or a surrogate pair of them.
fn unicode_escape(rest: &str) -> (Option<char>, usize) {
    let Some(first) = hex(rest, 2, 4) else { return (Some('u'), 2) };
    if (0xD800..0xDC00).contains(&first)
        && rest.get(6..8) == Some("\\u")
        && let Some(second @ 0xDC00..0xE000) = hex(rest, 8, 4)
    {
        let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        return (char::from_u32(code), 12);
    }
    (Some(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER)), 6)
}

fn hex(rest: &str, at: usize, digits: usize) -> Option<u32> {
    let digits = rest.get(at..at + digits).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Span;

    fn text_at<'t>(tree: &'t Tree<'_>, path: &[&str]) -> &'t str {
        tree.roots().next().and_then(|root| root.at(path)).and_then(|node| node.as_str()).unwrap()
    }

    #[test]
    fn escapes_keep_their_place() {
        let source = r#"{"url": "https:\/\/\u0063dn.test\/\ud83d\ude00x"}"#;
        let tree = read(&Text::exact(source, 0));
        let root = tree.roots().next().unwrap();
        let text = root.get("url").and_then(|node| node.text()).unwrap();
        assert_eq!(text.as_str(), "https://cdn.test/😀x");
        let host = text.as_str().find("cdn").unwrap();
        assert_eq!(&source[text.span(host..host + 8).range()], r"\u0063dn.test");
        let face = text.as_str().find('😀').unwrap();
        assert_eq!(&source[text.span(face..face + 4).range()], r"\ud83d\ude00");
        assert_eq!(text.whole_span(), Span::new(9, source.len() - 2));
    }

    #[test]
    fn dialects_are_read() {
        let source = "// top\n{ a: 'x', /* in */ \"b\": [1 2,], c: \"l\\\nm\", \"a\": \"y\", d }";
        let tree = read(&Text::exact(source, 0));
        assert_eq!(tree.broken, None);
        assert_eq!(text_at(&tree, &["a"]), "y");
        assert_eq!(text_at(&tree, &["c"]), "lm");
        assert_eq!(text_at(&tree, &["d"]), "");
        let root = tree.roots().next().unwrap();
        assert_eq!(root.get("b").unwrap().items().count(), 2);
        let words: Vec<_> = tree.comments.iter().map(|comment| &source[comment.words.clone()]).collect();
        assert_eq!(words, [" top", " in "]);
    }

    #[test]
    fn a_broken_text_keeps_what_stands_before_the_break() {
        let tree = read(&Text::exact(r#"{"a": {"b": "x", "c": | "#, 0));
        assert_eq!(text_at(&tree, &["a", "b"]), "x");
        assert_eq!(tree.unread, [Range { start: 22, end: 24 }]);
        assert!(read(&Text::exact("[[[", 0)).broken.is_some());
        assert!(read(&Text::exact("]}]", 0)).roots().next().is_none());
        for odd in ["\"\\", "\"\\u12", "'", "{\"a\"", "/*", "\"\\ud83d\\u0041\"", "\"a\\é\"", "{[{", "{{a}:1}"] {
            read(&Text::exact(odd, 0));
        }
    }

    #[test]
    fn depth_needs_no_stack() {
        let source = "[{\"a\":".repeat(200_000);
        assert!(read(&Text::exact(&source, 0)).broken.is_some());
    }
}
