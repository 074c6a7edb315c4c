//! YAML 1.2, from the parser's events.

mod align;
mod relax;

use std::collections::HashMap;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::tree::{CommentRange, Kind, NodeId, Tree};
use crate::model::Text;
use crate::parse::Context;

/// Extracts the facts of a YAML document.
pub(in crate::parse) fn parse(context: &mut Context<'_>, text: Text<'_>) {
    if super::gate::wanted(context, &text) {
        let (text, tree) = read_leniently(&text);
        super::facts::report(context, &text, &tree);
    }
}

/// Reads a YAML text as most readers do, and gives it back with the tree: what the parser refuses may have been moved.
pub(in crate::parse) fn read_leniently<'s>(text: &Text<'s>) -> (Text<'s>, Tree<'s>) {
    let tree = read(text);
    if tree.broken.is_some()
        && let Some(relaxed) = relax::relaxed(text)
    {
        let again = read(&relaxed);
        if again.broken.is_none() {
            return (relaxed, again);
        }
    }
    (text.clone(), tree)
}

/// After so many broken documents the rest is left unread: each may have been read far beyond its end.
const MAX_BROKEN: usize = 100;

/// Reads a YAML text. After an error, reading goes on with the next document.
pub(in crate::parse) fn read<'s>(text: &Text<'s>) -> Tree<'s> {
    let mut tree = Tree::default();
    let mut scalars = Vec::new();
    let (mut start, mut broken) = (0, 0);
    while start < text.len() {
        let mut reader = Reader::new(text, start, &mut tree, &mut scalars);
        let Some(broken_at) = reader.stream() else { break };
        broken += 1;
        let next = if broken < MAX_BROKEN { next_document(text.as_str(), broken_at.max(start + 1)) } else { text.len() };
        tree.skip(broken_at..next);
        start = next;
    }
    tree.comments = comments(text.as_str(), &scalars);
    tree
}

/// Where the line of the next `---` starts.
fn next_document(chars: &str, from: usize) -> usize {
    chars.get(from..).and_then(|rest| rest.find("\n---")).map_or(chars.len(), |at| from + at + 1)
}

struct Reader<'r, 's> {
    text: &'r Text<'s>,
    tree: &'r mut Tree<'s>,
    /// The bytes of the scalars that have any, in order.
    scalars: &'r mut Vec<Range<usize>>,
    open: Vec<Open>,
    anchors: HashMap<usize, NodeId>,
    start: usize,
    cursor: Cursor,
}

/// A collection that has not ended.
enum Open {
    Sequence(NodeId),
    /// With the key that waits for its value.
    Mapping(NodeId, Option<NodeId>),
}

impl<'r, 's> Reader<'r, 's> {
    fn new(text: &'r Text<'s>, start: usize, tree: &'r mut Tree<'s>, scalars: &'r mut Vec<Range<usize>>) -> Self {
        let cursor = Cursor { chars: 0, bytes: start };
        Self { text, tree, scalars, open: Vec::new(), anchors: HashMap::new(), start, cursor }
    }

    /// Reads up to an error, and says from where on nothing was read; `None` if all was.
    fn stream(&mut self) -> Option<usize> {
        let source = self.text.as_str();
        let mut end = self.start;
        for event in Parser::new_from_str(&source[self.start..]) {
            match event {
                Ok((event, span)) => {
                    let from = self.cursor.seek(source, self.start, span.start.index());
                    let to = self.cursor.seek(source, self.start, span.end.index());
                    self.event(event, from..to.max(from));
                    end = end.max(to);
                }
                Err(error) => {
                    let at = self.cursor.seek(source, self.start, error.marker().index());
                    self.tree.fault(at, error.info());
                    self.close_all(end);
                    return Some(end);
                }
            }
        }
        None
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let tagged = tag.is_some() || anchor > 0;
                let content = if tagged { self.after_properties(range.clone()) } else { range.clone() };
                let content = match style {
                    ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                        // The parser's span goes on to the next token.
                        content.start..content.start + quoted_length(&self.text.as_str()[content.clone()], style)
                    }
                    _ => content,
                };
                let range = range.start..if content.is_empty() { range.end } else { content.end };
                if !content.is_empty() {
                    self.scalars.push(content.clone());
                }
                let text = align::scalar(self.text, content, &value, style);
                let quoted = style != ScalarStyle::Plain;
                self.add(Kind::Scalar { text, quoted }, range, anchor, tag.as_deref());
            }
            Event::Alias(anchor) => {
                let kind = match self.anchors.get(&anchor) {
                    Some(&target) => Kind::Alias(target),
                    None => Kind::Scalar { text: self.text.slice(range.clone()), quoted: false },
                };
                self.add(kind, range, 0, None);
            }
            Event::SequenceStart(anchor, tag) => {
                let node = self.add(Kind::Sequence(Vec::new()), range, anchor, tag.as_deref());
                self.open.push(Open::Sequence(node));
            }
            Event::MappingStart(anchor, tag) => {
                let node = self.add(Kind::Mapping(Vec::new()), range, anchor, tag.as_deref());
                self.open.push(Open::Mapping(node, None));
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(range.end),
            Event::DocumentStart(_) => self.anchors.clear(),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
    }

    /// Adds a node where it belongs: as an item, a key, a key's value, or the root of a document.
    fn add(&mut self, kind: Kind<'s>, range: Range<usize>, anchor: usize, tag: Option<&Tag>) -> NodeId {
        let tag = tag.map(|tag| format!("{}{}", tag.handle, tag.suffix));
        let node = self.tree.add(kind, range, tag);
        if anchor > 0 {
            self.anchors.insert(anchor, node);
        }
        match self.open.last_mut() {
            None => self.tree.documents.push(node),
            Some(Open::Sequence(sequence)) => self.tree.push_item(*sequence, node),
            Some(Open::Mapping(_, key @ None)) => *key = Some(node),
            Some(Open::Mapping(mapping, key)) => {
                if let Some(key) = key.take() {
                    self.tree.push_entry(*mapping, key, node);
                }
            }
        }
        node
    }

    fn close(&mut self, end: usize) {
        match self.open.pop() {
            Some(Open::Sequence(node)) => self.tree.end(node, end),
            Some(Open::Mapping(node, key)) => {
                if let Some(key) = key {
                    let nothing = Kind::Scalar { text: self.text.slice(end..end), quoted: false };
                    let value = self.tree.add(nothing, end..end, None);
                    self.tree.push_entry(node, key, value);
                }
                self.tree.end(node, end);
            }
            None => {}
        }
    }

    fn close_all(&mut self, end: usize) {
        while !self.open.is_empty() {
            self.close(end);
        }
    }

    /// A node's bytes without its tag and anchor, and without the header of a block scalar that follows them.
    fn after_properties(&self, range: Range<usize>) -> Range<usize> {
        let source = self.text.as_str();
        let mut at = range.start;
        loop {
            let rest = &source[at..range.end];
            let Some(first) = rest.chars().next() else { return range.end..range.end };
            at += match first {
                '!' | '&' => rest.find(char::is_whitespace).unwrap_or(rest.len()),
                '#' => rest.find('\n').unwrap_or(rest.len()),
                '|' | '>' => {
                    let content = rest.find('\n').map_or(rest.len(), |line| line + 1);
                    return at + content..range.end;
                }
                space if space.is_whitespace() => space.len_utf8(),
                _ => return at..range.end,
            };
        }
    }
}

/// The length of a quoted scalar, quotes included.
fn quoted_length(raw: &str, style: ScalarStyle) -> usize {
    let mut chars = raw.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if style == ScalarStyle::DoubleQuoted => drop(chars.next()),
            '"' if style == ScalarStyle::DoubleQuoted => return at + 1,
            '\'' if style == ScalarStyle::SingleQuoted && chars.next_if(|(_, next)| *next == '\'').is_none() => return at + 1,
            _ => {}
        }
    }
    raw.len()
}

/// Turns the parser's character indices, which hardly ever go back, into byte offsets.
#[derive(Clone, Copy)]
struct Cursor {
    chars: usize,
    bytes: usize,
}

impl Cursor {
    /// The byte offset of the character `index`, counted from the byte `start`.
    fn seek(&mut self, source: &str, start: usize, index: usize) -> usize {
        while self.chars < index {
            let Some(next) = source[self.bytes..].chars().next() else { break };
            self.chars += 1;
            self.bytes += next.len_utf8();
        }
        while self.chars > index && self.bytes > start {
            let Some(last) = source[..self.bytes].chars().next_back() else { break };
            self.chars -= 1;
            self.bytes -= last.len_utf8();
        }
        self.bytes
    }
}

/// Every `#` that starts a comment: outside of scalars, at the start of a line or after white space.
fn comments(source: &str, scalars: &[Range<usize>]) -> Vec<CommentRange> {
    let mut found = Vec::new();
    let mut scalars = scalars.iter().peekable();
    let mut end_of_scalar = 0;
    let mut end_of_comment = 0;
    for at in memchr::memchr_iter(b'#', source.as_bytes()) {
        while let Some(scalar) = scalars.next_if(|scalar| scalar.start <= at) {
            end_of_scalar = scalar.end.max(end_of_scalar);
        }
        let before = source[..at].chars().next_back();
        if at < end_of_scalar || at < end_of_comment || before.is_some_and(|c| !c.is_whitespace()) {
            continue;
        }
        let line = source[at..].split(['\n', '\r']).next().unwrap_or_default();
        end_of_comment = at + line.len();
        found.push(CommentRange { whole: at..end_of_comment, words: at + 1..end_of_comment });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root<'t, 's>(tree: &'t Tree<'s>) -> super::super::tree::Node<'t, 's> {
        tree.roots().next().unwrap()
    }

    #[test]
    fn positions_are_bytes_whatever_comes_before() {
        let source = "é: 😀 # ü\r\nkey: 'ü''s' \r\nlast: [\"\\u00fc\", x-y]\r\n";
        let text = Text::exact(source, 0);
        let tree = read(&text);
        let root = root(&tree);
        let item = root.get("last").unwrap().items().nth(1).unwrap();
        assert_eq!(&source[item.span(&text).range()], "x-y");
        assert_eq!(root.get("key").unwrap().as_str(), Some("ü's"));
        assert_eq!(root.get("é").unwrap().as_str(), Some("😀"));
        assert_eq!(&source[tree.comments[0].whole.clone()], "# ü");
    }

    #[test]
    fn tags_and_anchors_are_no_part_of_a_value() {
        let source = "a: !ENV [X, 'y']\nb: !!python/name:x.y\nc: &n !t \"v\"\nd: *n\ne: !t |\n  one\n  two\n<<: *n\n";
        let tree = read(&Text::exact(source, 0));
        let root = root(&tree);
        assert_eq!(tree.broken, None);
        assert_eq!(root.get("a").and_then(|node| node.tag()), Some("!ENV"));
        assert!(root.get("b").unwrap().is_null());
        assert_eq!(&source[root.get("c").unwrap().text().unwrap().whole_span().range()], "v");
        assert_eq!(root.get("d").unwrap().as_str(), Some("v"));
        assert!(root.get("d").unwrap().target().is_some());
        let block = root.get("e").unwrap().text().unwrap();
        assert_eq!(block.as_str(), "one\ntwo\n");
        assert_eq!(&source[block.span(4..7).range()], "two");
    }

    #[test]
    fn a_hash_is_a_comment_only_outside_of_values() {
        let source = "# a\nb: c#d # e\nf: 'g # h' # i\nj: | # k\n  # l\n  m # n\n# o\np: q\n  r # s\nt: \"u\n  # v\" #w\n- !x#y z # 0";
        let tree = read(&Text::exact(source, 0));
        let words: Vec<_> = tree.comments.iter().map(|comment| source[comment.words.clone()].trim()).collect();
        assert_eq!(words, ["a", "e", "i", "k", "o", "s", "w", "0"]);
    }

    #[test]
    fn an_error_costs_its_document_only() {
        let source = "a: b\nc: 'x' {{ .Values.x }}\n---\nd: e\n---\n'f\n";
        let tree = read(&Text::exact(source, 0));
        assert!(tree.broken.is_some());
        let found: Vec<_> = tree.roots().filter_map(|root| root.entries().next()).filter_map(|(_, value)| value.as_str()).collect();
        assert_eq!(found, ["b", "e"]);
        let unread: String = tree.unread.iter().map(|range| &source[range.clone()]).collect();
        assert!(unread.contains(".Values.x") && unread.contains("'f") && !unread.contains("d: e"), "{unread:?}");
    }

    #[test]
    fn hostile_texts_are_bounded() {
        let laughs = (0..60).map(|i| format!("a{}: &a{} [*a{i}, *a{i}, *a{i}]\n", i + 1, i + 1)).collect::<String>();
        let laughs = format!("a0: &a0 lol\n{laughs}");
        let tree = read(&Text::exact(&laughs, 0));
        assert_eq!(tree.broken, None);
        read(&Text::exact("&a [*a, {*a : *a}]", 0));
        for deep in ["[", "{", "- ", "? ", "{a: ", "[a, "] {
            read(&Text::exact(&deep.repeat(100_000), 0));
        }
        for odd in ["", "---", "--- |", "a: |\n", "a: >-\n\n\n", "\"", "'", "&", "!", "*", "%TAG", "a: !", "\t", "a: 'b\n---\n"] {
            read(&Text::exact(odd, 0));
        }
    }
}
