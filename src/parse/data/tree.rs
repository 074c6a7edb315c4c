//! A positioned value tree, the same for JSON, YAML and TOML.
//!
//! The nodes lie in one list, so that building, walking and dropping a tree need no stack whatever its depth, and an
//! alias is one number however often it is used.

use std::ops::Range;

use crate::model::{Span, Text};

/// A node's place in its tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::parse) struct NodeId(usize);

/// The values of a data file.
#[derive(Debug, Default)]
pub(in crate::parse) struct Tree<'s> {
    nodes: Vec<NodeData<'s>>,
    /// The root of each document: YAML may have several, a file may be empty.
    pub(in crate::parse) documents: Vec<NodeId>,
    /// The comments, in order, as byte ranges of the text that was read.
    pub(super) comments: Vec<CommentRange>,
    /// The first thing that is wrong with the text, and where.
    pub(super) broken: Option<Broken>,
    /// The stretches that gave no nodes because of what is wrong, in order.
    pub(super) unread: Vec<Range<usize>>,
}

/// A comment, and the words in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CommentRange {
    pub(super) whole: Range<usize>,
    pub(super) words: Range<usize>,
}

/// What is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) at: usize,
    pub(super) reason: String,
}

#[derive(Debug)]
struct NodeData<'s> {
    kind: Kind<'s>,
    range: Range<usize>,
    tag: Option<String>,
}

/// What a node is.
#[derive(Debug)]
pub(super) enum Kind<'s> {
    /// A string, or a value without quotes (number, boolean, null, a YAML plain scalar).
    Scalar {
        text: Text<'s>,
        quoted: bool,
    },
    Sequence(Vec<NodeId>),
    /// Keys and values in order. A value's node may be missing text (`key:`): a scalar with none.
    Mapping(Vec<(NodeId, NodeId)>),
    /// Another node of the same document, which is no alias itself.
    Alias(NodeId),
}

impl<'s> Tree<'s> {
    /// Adds a node that stands at `range` of the text.
    pub(super) fn add(&mut self, kind: Kind<'s>, range: Range<usize>, tag: Option<String>) -> NodeId {
        self.nodes.push(NodeData { kind, range, tag });
        NodeId(self.nodes.len() - 1)
    }

    /// Appends to a sequence. Anything else stays as it is.
    pub(super) fn push_item(&mut self, sequence: NodeId, item: NodeId) {
        if let Some(NodeData { kind: Kind::Sequence(items), .. }) = self.nodes.get_mut(sequence.0) {
            items.push(item);
        }
    }

    /// Appends to a mapping. Anything else stays as it is.
    pub(super) fn push_entry(&mut self, mapping: NodeId, key: NodeId, value: NodeId) {
        if let Some(NodeData { kind: Kind::Mapping(entries), .. }) = self.nodes.get_mut(mapping.0) {
            entries.push((key, value));
        }
    }

    /// Says where a collection ends.
    pub(super) fn end(&mut self, node: NodeId, end: usize) {
        if let Some(node) = self.nodes.get_mut(node.0) {
            node.range.end = end.max(node.range.start);
        }
    }

    /// Notes what is wrong, unless something before it was.
    pub(super) fn fault(&mut self, at: usize, reason: impl Into<String>) {
        self.broken.get_or_insert(Broken { at, reason: reason.into() });
    }

    /// Leaves a stretch without nodes; stretches that touch are one.
    pub(super) fn skip(&mut self, range: Range<usize>) {
        match self.unread.last_mut() {
            Some(last) if last.end >= range.start => last.end = last.end.max(range.end),
            _ => self.unread.push(range),
        }
    }

    /// The node at a place.
    pub(in crate::parse) fn node(&self, id: NodeId) -> Node<'_, 's> {
        Node { tree: self, id }
    }

    /// The roots of all documents.
    pub(in crate::parse) fn roots(&self) -> impl Iterator<Item = Node<'_, 's>> {
        self.documents.iter().map(|&id| self.node(id))
    }
}

/// A node of a tree. Aliases are followed wherever a node is asked for what it holds.
#[derive(Debug, Clone, Copy)]
pub(in crate::parse) struct Node<'t, 's> {
    tree: &'t Tree<'s>,
    id: NodeId,
}

impl<'t, 's> Node<'t, 's> {
    fn data(self) -> Option<&'t NodeData<'s>> {
        self.tree.nodes.get(self.id.0)
    }

    /// What the node is, an alias being what it stands for.
    fn kind(self) -> Option<&'t Kind<'s>> {
        match &self.data()?.kind {
            Kind::Alias(target) => self.tree.node(*target).data().map(|data| &data.kind),
            kind => Some(kind),
        }
    }

    /// The node's own place in its tree.
    pub(in crate::parse) fn id(self) -> NodeId {
        self.id
    }

    /// The node that this one only stands for: its facts are there.
    pub(in crate::parse) fn target(self) -> Option<Node<'t, 's>> {
        match self.data()?.kind {
            Kind::Alias(target) => Some(self.tree.node(target)),
            _ => None,
        }
    }

    /// The node's YAML tag as it is written, `!` included.
    pub(super) fn tag(self) -> Option<&'t str> {
        self.data()?.tag.as_deref()
    }

    /// The bytes of the text where the node stands.
    pub(super) fn range(self) -> Range<usize> {
        self.data().map_or(0..0, |data| data.range.clone())
    }

    /// Where the node stands in the document, `text` being what was read.
    pub(in crate::parse) fn span(self, text: &Text<'_>) -> Span {
        text.span(self.range())
    }

    /// A scalar's decoded text.
    pub(in crate::parse) fn text(self) -> Option<&'t Text<'s>> {
        match self.kind()? {
            Kind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// A scalar's decoded characters.
    pub(in crate::parse) fn as_str(self) -> Option<&'t str> {
        self.text().map(Text::as_str)
    }

    /// Whether it is a scalar without quotes that means `false` in YAML 1.1, YAML 1.2, JSON or TOML.
    pub(in crate::parse) fn is_false(self) -> bool {
        self.plain().is_some_and(|word| ["false", "no", "off"].iter().any(|name| word.eq_ignore_ascii_case(name)))
    }

    /// Whether it is a scalar without quotes that means nothing: `null`, `~`, or no characters at all.
    pub(in crate::parse) fn is_null(self) -> bool {
        self.plain().is_some_and(|word| word.is_empty() || word == "~" || word.eq_ignore_ascii_case("null"))
    }

    /// Whether it is a scalar without quotes.
    pub(in crate::parse) fn is_plain(self) -> bool {
        self.plain().is_some()
    }

    fn plain(self) -> Option<&'t str> {
        match self.kind()? {
            Kind::Scalar { text, quoted: false } => Some(text.as_str()),
            _ => None,
        }
    }

    /// Whether it is a sequence.
    pub(in crate::parse) fn is_sequence(self) -> bool {
        matches!(self.kind(), Some(Kind::Sequence(_)))
    }

    /// Whether it is a mapping.
    pub(in crate::parse) fn is_mapping(self) -> bool {
        matches!(self.kind(), Some(Kind::Mapping(_)))
    }

    /// A sequence's items; nothing for anything else.
    pub(in crate::parse) fn items(self) -> impl DoubleEndedIterator<Item = Node<'t, 's>> {
        let items = match self.kind() {
            Some(Kind::Sequence(items)) => items.as_slice(),
            _ => &[],
        };
        items.iter().map(move |&id| self.tree.node(id))
    }

    /// A mapping's entries; nothing for anything else.
    pub(in crate::parse) fn entries(self) -> impl DoubleEndedIterator<Item = (Node<'t, 's>, Node<'t, 's>)> {
        let entries = match self.kind() {
            Some(Kind::Mapping(entries)) => entries.as_slice(),
            _ => &[],
        };
        entries.iter().map(move |&(key, value)| (self.tree.node(key), self.tree.node(value)))
    }

    /// The entry of a mapping with this key, the last one if there are several, as most readers have it.
    pub(in crate::parse) fn entry(self, key: &str) -> Option<(Node<'t, 's>, Node<'t, 's>)> {
        self.entries().rfind(|(name, _)| name.as_str() == Some(key))
    }

    /// The value of a mapping at this key.
    pub(in crate::parse) fn get(self, key: &str) -> Option<Node<'t, 's>> {
        self.entry(key).map(|(_, value)| value)
    }

    /// The value below this path of keys.
    pub(in crate::parse) fn at(self, path: &[&str]) -> Option<Node<'t, 's>> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }
}
