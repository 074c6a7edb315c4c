//! TOML.

use std::collections::HashMap;
use std::ops::Range;

use toml_parser::decoder::Encoding;
use toml_parser::parser::{Event, EventKind, RecursionGuard, parse_document};
use toml_parser::{ParseError, Source};

use super::tree::{CommentRange, Kind, NodeId, Tree};
use crate::model::{Text, TextBuilder};
use crate::parse::Context;

/// How deep arrays and inline tables may nest: the parser's own stack grows with it.
const MAX_DEPTH: u32 = 128;

/// Extracts the facts of a TOML document.
pub(in crate::parse) fn parse(context: &mut Context<'_>, text: Text<'_>) {
    if super::gate::wanted(context, &text) {
        super::facts::report(context, &text, &read(&text));
    }
}

/// Reads a TOML text. What is out of place is left out, up to the end of its line as a rule.
pub(in crate::parse) fn read<'s>(text: &Text<'s>) -> Tree<'s> {
    let mut tree = Tree::default();
    let root = tree.add(Kind::Mapping(Vec::new()), 0..text.len(), None);
    tree.documents.push(root);
    let mut reader = Reader {
        text,
        tree,
        root,
        table: root,
        keys: Vec::new(),
        dotted: false,
        open: Vec::new(),
        children: HashMap::new(),
        last_items: HashMap::new(),
    };
    let tokens = Source::new(text.as_str()).lex().into_vec();
    let mut error: Option<ParseError> = None;
    parse_document(&tokens, &mut RecursionGuard::new(&mut |event| reader.event(&event), MAX_DEPTH), &mut error);
    if let Some(error) = error {
        let at = error.unexpected().or(error.context()).map_or(0, |span| span.start());
        reader.tree.fault(at, error.description());
    }
    reader.tree
}

struct Reader<'t, 's> {
    text: &'t Text<'s>,
    tree: Tree<'s>,
    root: NodeId,
    /// The table that the last header opened.
    table: NodeId,
    /// The dotted key that waits for its value or the end of its header.
    keys: Vec<NodeId>,
    dotted: bool,
    open: Vec<Open>,
    /// Values by table and key, so that a table of many keys is built in linear time.
    children: HashMap<(NodeId, String), NodeId>,
    /// The last table of each array of tables.
    last_items: HashMap<NodeId, NodeId>,
}

#[derive(Clone, Copy)]
enum Open {
    Array(NodeId),
    Inline(NodeId),
}

impl<'s> Reader<'_, 's> {
    fn event(&mut self, event: &Event) {
        let range = event.span().start()..event.span().end();
        match event.kind() {
            EventKind::StdTableOpen | EventKind::ArrayTableOpen => self.keys.clear(),
            EventKind::StdTableClose => self.open_table(range.end, false),
            EventKind::ArrayTableClose => self.open_table(range.end, true),
            EventKind::InlineTableOpen => {
                let node = self.place(Kind::Mapping(Vec::new()), range);
                self.open.push(Open::Inline(node));
            }
            EventKind::ArrayOpen => {
                let node = self.place(Kind::Sequence(Vec::new()), range);
                self.open.push(Open::Array(node));
            }
            EventKind::InlineTableClose | EventKind::ArrayClose => {
                if let Some(Open::Array(node) | Open::Inline(node)) = self.open.pop() {
                    self.tree.end(node, range.end);
                }
            }
            EventKind::SimpleKey => {
                if !self.dotted {
                    self.keys.clear();
                }
                self.dotted = false;
                let kind = self.scalar(&range, event.encoding());
                self.keys.push(self.tree.add(kind, range, None));
            }
            EventKind::KeySep => self.dotted = true,
            EventKind::Scalar => {
                let kind = self.scalar(&range, event.encoding());
                self.place(kind, range);
            }
            EventKind::Comment => {
                let words = (range.start + 1).min(range.end)..range.end;
                self.tree.comments.push(CommentRange { whole: range, words });
            }
            EventKind::Error => self.tree.skip(range),
            EventKind::KeyValSep | EventKind::ValueSep | EventKind::Whitespace | EventKind::Newline => {}
        }
    }

    fn scalar(&self, range: &Range<usize>, encoding: Option<Encoding>) -> Kind<'s> {
        let raw = self.text.slice(range.clone());
        match encoding {
            None => Kind::Scalar { text: raw, quoted: false },
            Some(encoding) => Kind::Scalar { text: decode(&raw, encoding), quoted: true },
        }
    }

    /// Adds a value where the keys, or the array around it, say.
    fn place(&mut self, kind: Kind<'s>, range: Range<usize>) -> NodeId {
        let end = range.end;
        let value = self.tree.add(kind, range, None);
        match self.open.last() {
            Some(&Open::Array(array)) => self.tree.push_item(array, value),
            Some(&Open::Inline(table)) => self.assign(table, value),
            None => {
                self.assign(self.table, value);
                self.tree.end(self.table, end);
            }
        }
        value
    }

    /// Puts a value into a table under the dotted key.
    fn assign(&mut self, table: NodeId, value: NodeId) {
        let keys = std::mem::take(&mut self.keys);
        if let Some((last, parents)) = keys.split_last() {
            let table = self.descend(table, parents);
            self.enter(table, *last, value);
        }
    }

    fn enter(&mut self, table: NodeId, key: NodeId, value: NodeId) {
        self.tree.push_entry(table, key, value);
        let name = self.name(key);
        self.children.insert((table, name), value);
    }

    fn name(&self, key: NodeId) -> String {
        self.tree.node(key).as_str().unwrap_or_default().to_owned()
    }

    /// The table below this path of keys, made where it isn't there; of an array of tables, its last one.
    fn descend(&mut self, table: NodeId, keys: &[NodeId]) -> NodeId {
        let mut table = table;
        for &key in keys {
            let child = match self.children.get(&(table, self.name(key))) {
                Some(&child) => child,
                None => {
                    let range = self.tree.node(key).range();
                    let child = self.tree.add(Kind::Mapping(Vec::new()), range, None);
                    self.enter(table, key, child);
                    child
                }
            };
            table = self.last_items.get(&child).copied().unwrap_or(child);
        }
        table
    }

    fn open_table(&mut self, end: usize, array: bool) {
        let keys = std::mem::take(&mut self.keys);
        self.open.clear();
        let Some((&last, parents)) = keys.split_last() else { return };
        if !array {
            self.table = self.descend(self.root, &keys);
            return;
        }
        let parent = self.descend(self.root, parents);
        let start = self.tree.node(last).range().start;
        let list = match self.children.get(&(parent, self.name(last))) {
            Some(&list) if self.last_items.contains_key(&list) => list,
            _ => {
                let list = self.tree.add(Kind::Sequence(Vec::new()), start..end, None);
                self.enter(parent, last, list);
                list
            }
        };
        self.table = self.tree.add(Kind::Mapping(Vec::new()), start..end, None);
        self.tree.push_item(list, self.table);
        self.last_items.insert(list, self.table);
    }
}

/// Decodes a string with its quotes (TOML 1.1, "String").
fn decode<'s>(raw: &Text<'s>, encoding: Encoding) -> Text<'s> {
    let (quote, multi_line) = match encoding {
        Encoding::LiteralString => ("'", false),
        Encoding::BasicString => ("\"", false),
        Encoding::MlLiteralString => ("'''", true),
        Encoding::MlBasicString => ("\"\"\"", true),
    };
    let chars = raw.as_str();
    let body = chars.strip_prefix(quote).unwrap_or(chars);
    // A line end right after the opening quotes is not part of the string.
    let body = if multi_line { body.strip_prefix("\r\n").or_else(|| body.strip_prefix('\n')).unwrap_or(body) } else { body };
    let start = chars.len() - body.len();
    let inner = raw.slice(start..start + body.strip_suffix(quote).unwrap_or(body).len());
    if quote.starts_with('\'') { inner } else { unescape(&inner) }
}

fn unescape<'s>(inner: &Text<'s>) -> Text<'s> {
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
    let Some(letter) = rest[1..].chars().next() else { return (Some('\\'), 1) };
    let plain = match letter {
        'b' => '\u{8}',
        't' => '\t',
        'n' => '\n',
        'f' => '\u{c}',
        'r' => '\r',
        'e' => '\u{1b}',
        'x' => return code_point(rest, 2),
        'u' => return code_point(rest, 4),
        'U' => return code_point(rest, 8),
        // A backslash at a line's end takes all white space up to the next word with it.
        space if space.is_whitespace() => return (None, rest.len() - rest[1..].trim_start().len()),
        other => other,
    };
    (Some(plain), 1 + letter.len_utf8())
}

fn code_point(rest: &str, digits: usize) -> (Option<char>, usize) {
    let code = rest.get(2..2 + digits).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
    match code.and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32) {
        Some(decoded) => (Some(decoded), 2 + digits),
        None => (Some('\\'), 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_at<'t, 's>(tree: &'t Tree<'s>, path: &[&str]) -> &'t Text<'s> {
        tree.roots().next().and_then(|root| root.at(path)).and_then(|node| node.text()).unwrap()
    }

    #[test]
    fn tables_and_dotted_keys_are_one_tree() {
        let source = "a.b = 'x' # one\n[a.c]\n'd e'.f = \"y\"\n[[t]]\nu = {v.w = 'p', z = ['q']}\n[[t]]\nu = 'r'\n[t.s]\nk = 'l'\n";
        let tree = read(&Text::exact(source, 0));
        assert_eq!(tree.broken, None);
        assert_eq!(text_at(&tree, &["a", "b"]).as_str(), "x");
        assert_eq!(text_at(&tree, &["a", "c", "d e", "f"]).as_str(), "y");
        let tables: Vec<_> = tree.roots().next().unwrap().get("t").unwrap().items().collect();
        assert_eq!(tables[0].at(&["u", "v", "w"]).unwrap().as_str(), Some("p"));
        assert_eq!(tables[0].at(&["u", "z"]).unwrap().items().next().unwrap().as_str(), Some("q"));
        assert_eq!(tables[1].at(&["s", "k"]).unwrap().as_str(), Some("l"));
        assert_eq!(&source[tree.comments[0].words.clone()], " one");
    }

    #[test]
    fn every_kind_of_string_keeps_its_place() {
        let source = "a = \"\"\"\r\nx\\u0063\\\n   dn.test\"\"\"\nb = '''\n\\x'''\nc = \"\\U0001F600\\x41\\\"\"\n";
        let tree = read(&Text::exact(source, 0));
        let text = text_at(&tree, &["a"]);
        assert_eq!(text.as_str(), "xcdn.test");
        assert_eq!(&source[text.span(1..9).range()], "\\u0063\\\n   dn.test");
        assert_eq!(&source[text.span(2..9).range()], "dn.test");
        assert_eq!(text_at(&tree, &["b"]).as_str(), "\\x");
        assert_eq!(text_at(&tree, &["c"]).as_str(), "😀A\"");
    }

    #[test]
    fn a_fault_costs_its_line_only() {
        let source = "a = 1\nb https://one.test\n[c\nd = 'x'\n[e]\nf = [\n'y'\n";
        let tree = read(&Text::exact(source, 0));
        assert!(tree.broken.is_some());
        assert!(tree.unread.iter().any(|range| source[range.clone()].contains("one.test")), "{:?}", tree.unread);
        assert_eq!(text_at(&tree, &["d"]).as_str(), "x");
        for odd in ["\"", "'''", "[", "[[", "a.", "=", "a = \"\\u12", "a = {b = {", "a = \"\"\"\\", "[[a]]\n[a]\n[[a.b]]", "]"] {
            read(&Text::exact(odd, 0));
        }
        for deep in ["a=[", "a={b="] {
            assert!(read(&Text::exact(&format!("a={}", deep.repeat(100_000)), 0)).broken.is_some());
        }
        read(&Text::exact(&"a.".repeat(100_000), 0));
        assert!(read(&Text::exact(&format!("a = {}", "[".repeat(100_000)), 0)).broken.is_some());
    }
}
