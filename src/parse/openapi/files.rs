//! The files of a description, and the ways between their values: keys, YAML merge keys, references.

use std::collections::HashMap;

use super::reference::Reference;
use crate::model::{ApiIssue, ApiPlace, ApiReference, ApiText, Text};
use crate::parse::data::tree::{Node, NodeId, Tree};

/// How many references are followed in a row.
const MAX_HOPS: usize = 32;
/// How deep YAML merge keys (`<<`) are followed, from how many mappings they can bring entries, and how many entries.
const MAX_MERGES: usize = 8;
const MAX_SOURCES: usize = 256;
const MAX_MERGED: usize = 4096;
/// How much is read of a description, in bytes: a base, and so many for each byte of its files. Aliases and references may bring the same
/// again and again, each time to be kept. An item counts as so many bytes beside its texts.
const BASE_READ: usize = 16 << 20;
const READ_PER_BYTE: usize = 16;
const BYTES_PER_ITEM: usize = 32;
/// How many items of a list of words are read.
pub(super) const MAX_WORDS: usize = 4096;
/// Mappings with more entries than this are searched by an index.
const MAX_SEARCHED: usize = 16;

/// A file that was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct File<'t, 's> {
    pub(super) path: &'t str,
    pub(super) text: &'t Text<'s>,
    pub(super) tree: &'t Tree<'s>,
}

/// A value in one of the files.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'t, 's> {
    pub(super) file: usize,
    pub(super) node: Node<'t, 's>,
}

impl<'t, 's> At<'t, 's> {
    /// Another value of the same file.
    pub(super) fn with(self, node: Node<'t, 's>) -> Self {
        Self { file: self.file, node }
    }

    /// The value at a key: the mapping's own, or one that a merge key brings.
    pub(super) fn get(self, key: &str) -> Option<Self> {
        let own = self.node.get(key).or_else(|| {
            self.node.get("<<")?;
            sources(self.node).skip(1).find_map(|source| source.get(key))
        });
        own.filter(|value| !value.is_null()).map(|value| self.with(value))
    }

    /// The entries of a mapping and those that merge keys bring. Of several with one key, which is no valid YAML or JSON, the last one.
    pub(super) fn fields(self) -> Vec<(At<'t, 's>, At<'t, 's>)> {
        let entries: Vec<_> = match self.node.get("<<") {
            Some(_) => merged(self.node),
            None => self.node.entries().collect(),
        };
        let last: HashMap<_, _> = entries.iter().enumerate().map(|(index, (key, _))| (key.as_str(), index)).collect();
        let is_last = |index: usize, key: Node<'_, '_>| last.get(&key.as_str()) == Some(&index);
        let entries = entries.into_iter().enumerate().filter(|(index, (key, _))| is_last(*index, *key));
        entries.map(|(_, (key, value))| (self.with(key), self.with(value))).collect()
    }

    /// The items of a sequence.
    pub(super) fn items(self) -> impl Iterator<Item = Self> {
        self.node.items().map(move |item| self.with(item))
    }

    /// A scalar's text, unless it means nothing.
    pub(super) fn text(self) -> Option<ApiText> {
        let text = self.node.text().filter(|_| !self.node.is_null())?;
        Some(ApiText { file: self.file, text: text.trim().into_owned() })
    }

    /// The text of the scalar at a key.
    pub(super) fn word(self, key: &str) -> Option<ApiText> {
        self.get(key)?.text()
    }

    /// The texts of the scalars in the sequence at a key.
    pub(super) fn words(self, key: &str) -> Vec<ApiText> {
        self.get(key).map(|list| list.items().take(MAX_WORDS).filter_map(Self::text).collect()).unwrap_or_default()
    }

    /// The characters of the scalar at a key.
    pub(super) fn str(self, key: &str) -> Option<&'t str> {
        self.get(key)?.node.as_str()
    }
}

/// A mapping, and behind it those that merge keys bring into it. Of several the first wins, so it comes first, and one that came already
/// brings nothing.
fn sources<'t, 's>(mapping: Node<'t, 's>) -> impl Iterator<Item = Node<'t, 's>> {
    let (mut left, mut seen) = (vec![(mapping, 0)], HashMap::new());
    let next = move || {
        while let Some((source, depth)) = left.pop() {
            // What was met deeper down brings more where it is met again further up.
            let known = seen.entry(source.target().unwrap_or(source).id()).or_insert(usize::MAX);
            if *known <= depth {
                continue;
            }
            *known = depth;
            if let Some(merge) = source.get("<<").filter(|_| depth < MAX_MERGES) {
                let several = merge.items().take(MAX_HOPS).collect::<Vec<_>>().into_iter().rev();
                left.extend(several.chain(merge.is_mapping().then_some(merge)).map(|source| (source, depth + 1)));
            }
            return Some(source);
        }
        None
    };
    std::iter::from_fn(next).take(MAX_SOURCES)
}

/// The entries of a mapping, and behind them those of merge keys that it does not have itself.
fn merged<'t, 's>(mapping: Node<'t, 's>) -> Vec<(Node<'t, 's>, Node<'t, 's>)> {
    let own = |source: Node<'t, 's>| source.entries().filter(|(key, _)| key.as_str() != Some("<<"));
    let mut out: Vec<_> = own(mapping).collect();
    let mut known: std::collections::HashSet<_> = out.iter().map(|(key, _)| key.as_str()).collect();
    for (key, value) in sources(mapping).skip(1).flat_map(|source| own(source).take(MAX_MERGED)) {
        if out.len() >= MAX_MERGED {
            break;
        }
        if known.insert(key.as_str()) {
            out.push((key, value));
        }
    }
    out
}

/// The files of a description and what is found out about them.
#[derive(Debug)]
pub(super) struct Files<'t, 's> {
    files: Vec<File<'t, 's>>,
    by_path: HashMap<&'t str, usize>,
    /// The entries of wide mappings.
    wide: HashMap<(usize, NodeId), HashMap<&'t str, Node<'t, 's>>>,
    /// References to files that were not given.
    pub(super) elsewhere: Vec<ApiReference>,
    pub(super) issues: Vec<ApiIssue>,
    /// How many bytes may still be read.
    left: usize,
}

impl<'t, 's> Files<'t, 's> {
    pub(super) fn new(files: &[File<'t, 's>]) -> Self {
        let by_path = files.iter().enumerate().map(|(index, file)| (file.path, index)).collect();
        Self { files: files.to_vec(), by_path, wide: HashMap::new(), elsewhere: Vec::new(), issues: Vec::new(), left: usize::MAX }
    }

    /// The same, of which only so much is read as a description can be meant to hold.
    pub(super) fn bounded(self) -> Self {
        let length: usize = self.files.iter().map(|file| file.text.len()).sum();
        Self { left: BASE_READ + READ_PER_BYTE * length, ..self }
    }

    /// Whether an item with texts of this length in all may still be read. Where the first may not, that is an issue.
    pub(super) fn has_room(&mut self, length: usize) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left = self.left.saturating_sub(length + BYTES_PER_ITEM);
        if self.left == 0
            && let Some(root) = self.root()
        {
            let reason = "aliases or references repeat so much that the rest of it is not read";
            self.issues.push(ApiIssue { place: self.place(root), reason: reason.to_owned() });
        }
        self.left > 0
    }

    /// The first value of the first file.
    pub(super) fn root(&self) -> Option<At<'t, 's>> {
        let node = self.files.first()?.tree.roots().next()?;
        Some(At { file: 0, node })
    }

    /// The entries of a mapping ([`At::fields`]), if there is room for them.
    pub(super) fn fields(&mut self, mapping: At<'t, 's>) -> Vec<(At<'t, 's>, At<'t, 's>)> {
        let entries = mapping.node.entries().count();
        if self.has_room(entries * BYTES_PER_ITEM) { mapping.fields() } else { Vec::new() }
    }

    /// Where a value stands.
    pub(super) fn place(&self, at: At<'t, 's>) -> ApiPlace {
        let span = self.files.get(at.file).map(|file| at.node.span(file.text)).unwrap_or_default();
        ApiPlace { file: at.file, span }
    }

    /// Notes what is wrong with a value.
    pub(super) fn issue(&mut self, at: At<'t, 's>, reason: impl Into<String>) {
        let place = self.place(at);
        if self.has_room(0) {
            self.issues.push(ApiIssue { place, reason: reason.into() });
        }
    }

    /// Where the reference is that a text makes in a file, as a reference to a whole file.
    pub(super) fn file_reference(&self, text: ApiText) -> Option<ApiReference> {
        let base = self.files.get(text.file)?.path;
        let path = Reference::parse(text.as_str(), base).ok()?.file?;
        Some(ApiReference { text, path })
    }

    /// The value itself, or the one that it refers to, if that is known. References without an end, and those to nothing, are
    /// issues.
    pub(super) fn follow(&mut self, at: At<'t, 's>) -> Option<At<'t, 's>> {
        let mut next = at;
        let mut seen = Vec::new();
        while let Some(text) = reference(next) {
            if seen.contains(&(next.file, next.node.id())) || seen.len() >= MAX_HOPS {
                self.issues.push(ApiIssue { place: text.place(), reason: "the reference leads nowhere but back to itself".to_owned() });
                return None;
            }
            seen.push((next.file, next.node.id()));
            if !self.has_room(text.as_str().len()) {
                return None;
            }
            next = self.target(text)?;
        }
        Some(next)
    }

    /// What a reference names.
    fn target(&mut self, text: ApiText) -> Option<At<'t, 's>> {
        let base = self.files.get(text.file)?;
        let reference = match Reference::parse(text.as_str(), base.path) {
            Ok(reference) => reference,
            Err(reason) => {
                self.issues.push(ApiIssue { place: text.place(), reason: format!("the reference {reason}") });
                return None;
            }
        };
        let file = match &reference.file {
            None => text.file,
            Some(path) => match self.by_path.get(path.as_str()) {
                Some(&file) => file,
                None => {
                    self.elsewhere.push(ApiReference { path: path.clone(), text });
                    return None;
                }
            },
        };
        let root = self.files.get(file)?.tree.roots().next();
        let found = root.map(|node| At { file, node }).and_then(|root| {
            let child = |at: At<'t, 's>, token: &String| self.child(at, token);
            reference.tokens.iter().try_fold(root, child)
        });
        if found.is_none() {
            self.issues.push(ApiIssue { place: text.place(), reason: "the reference leads to nothing".to_owned() });
        }
        found
    }

    /// The value at a key of a mapping or at an index of a sequence.
    fn child(&mut self, at: At<'t, 's>, token: &str) -> Option<At<'t, 's>> {
        if at.node.is_sequence() {
            let index: usize = token.parse().ok()?;
            return at.node.items().nth(index).map(|item| at.with(item));
        }
        if at.node.entries().nth(MAX_SEARCHED).is_none() {
            return at.get(token);
        }
        let index = || at.fields().into_iter().filter_map(|(key, value)| Some((key.node.as_str()?, value.node))).collect();
        let index = self.wide.entry((at.file, at.node.id())).or_insert_with(index);
        index.get(token).map(|&node| at.with(node))
    }
}

/// How long these texts are in all.
pub(super) fn size<'a>(texts: impl IntoIterator<Item = &'a ApiText>) -> usize {
    texts.into_iter().map(|text| text.as_str().len() + BYTES_PER_ITEM).sum()
}

/// The reference that a value is, if it is one.
pub(super) fn reference(at: At<'_, '_>) -> Option<ApiText> {
    at.node.get("$ref").map(|target| at.with(target)).and_then(At::text)
}
