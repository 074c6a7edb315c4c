//! What mappings of a data file inherit from others of it: a job of GitLab CI from those that it `extends`, and from `default`.

use std::cell::Cell;
use std::collections::HashMap;

use super::tree::{Node, NodeId, Tree};
use crate::model::DataFile;

/// How many mappings one may build upon (GitLab CI allows eleven levels).
const MAX_PARENTS: usize = 32;

/// How many entries the mappings have that are looked through for what others build upon, each time that it is done.
const MAX_ENTRIES: usize = 4_000_000;

/// How deep sequences of commands may nest, references included.
const MAX_DEPTH: usize = 10;

/// How many commands one program has.
const MAX_COMMANDS: usize = 10_000;

/// The tag of what stands for a value that is found by its keys from the root.
const REFERENCE: &str = "!reference";

/// How a file says that a mapping builds upon another.
pub(super) struct Inheritance<'v, 't, 's> {
    file: Option<&'v DataFile>,
    /// What stands at the keys of the root, in a file that refers to it by them.
    root: HashMap<&'t str, Node<'t, 's>>,
    /// How many entries may still be looked through: then nothing builds upon anything.
    left: Cell<usize>,
}

/// A command of a program.
pub(super) struct Command<'t, 's> {
    pub(super) node: Node<'t, 's>,
    /// Whether it belongs to another place, which says what there is to say of it.
    pub(super) is_borrowed: bool,
}

impl<'v, 't, 's> Inheritance<'v, 't, 's> {
    /// What holds in a file of this kind.
    pub(super) fn of(file: Option<&'v DataFile>, tree: &'t Tree<'s>) -> Self {
        let refers = file.is_some_and(|file| file.extends.is_some() || !file.before.is_empty());
        let entries = tree.roots().take(1).filter(|_| refers).flat_map(Node::entries);
        let root = entries.filter_map(|(key, value)| Some((key.as_str()?, value))).collect();
        Self { file, root, left: Cell::new(MAX_ENTRIES) }
    }

    /// The mappings that a mapping builds upon, what they say of it being hidden by those before them.
    pub(super) fn parents(&self, mapping: Node<'t, 's>) -> Vec<Node<'t, 's>> {
        let mut parents: Vec<Node<'t, 's>> = Vec::new();
        let Some(key) = self.file.and_then(|file| file.extends.as_deref()) else { return parents };
        let named = |mapping: Node<'t, 's>| {
            let names = mapping.get(key).into_iter().flat_map(|value| value.items().rev().chain([value])).filter_map(Node::as_str);
            let merged = mapping.get("<<").into_iter().flat_map(|merged| std::iter::once(merged).chain(merged.items()));
            let merged = merged.map(|merged| merged.target().unwrap_or(merged));
            names.filter_map(|name| self.root.get(name).copied()).chain(merged).collect::<Vec<_>>()
        };
        let mut next = named(mapping);
        next.reverse();
        while let Some(parent) = next.pop().filter(|_| parents.len() < MAX_PARENTS) {
            if parent.id() != mapping.id() && !parents.iter().any(|known| known.id() == parent.id()) {
                let Some(left) = self.left.get().checked_sub(parent.entries().size_hint().0) else { return parents };
                self.left.set(left);
                parents.push(parent);
                next.extend(named(parent).into_iter().rev());
            }
        }
        parents
    }

    /// What stands at a key of a mapping, or of what it builds upon, or by default.
    fn find(&self, mapping: Node<'t, 's>, key: &str) -> Option<Node<'t, 's>> {
        let own = mapping.get(key);
        let of_root = |name: &str| self.root.get(name).copied();
        let defaults = || self.file?.defaults.iter().find_map(|name| of_root(name)?.get(key)).or_else(|| of_root(key));
        own.or_else(|| self.parents(mapping).into_iter().find_map(|parent| parent.get(key))).or_else(defaults)
    }

    /// The commands of the program at a key of a mapping, those before it in the same shell first. `known` are the nodes that were
    /// read as a part of another program.
    pub(super) fn commands(
        &self,
        node: Node<'t, 's>,
        key: Option<&str>,
        mapping: Option<Node<'t, 's>>,
        known: &mut impl FnMut(NodeId) -> bool,
    ) -> Vec<Command<'t, 's>> {
        let mut out = Vec::new();
        let before = key.and_then(|key| self.file?.before.get(key)).zip(mapping);
        if let Some(before) = before.and_then(|(key, mapping)| self.find(mapping, key)) {
            self.collect(before, true, MAX_DEPTH, known, &mut out);
        }
        self.collect(node, false, MAX_DEPTH, known, &mut out);
        out
    }

    fn collect(
        &self,
        node: Node<'t, 's>,
        is_borrowed: bool,
        depth: usize,
        known: &mut impl FnMut(NodeId) -> bool,
        out: &mut Vec<Command<'t, 's>>,
    ) {
        if depth == 0 || out.len() >= MAX_COMMANDS {
            return;
        }
        if let Some(target) = node.target() {
            let is_borrowed = is_borrowed || !known(target.id());
            return self.collect(target, is_borrowed, depth - 1, known, out);
        }
        match node.tag() {
            Some(REFERENCE) => {
                let mut keys = node.items().map(Node::as_str);
                let first = keys.next().flatten().and_then(|key| self.root.get(key).copied());
                if let Some(target) = keys.fold(first, |at, key| at?.get(key?)) {
                    self.collect(target, true, depth - 1, known, out);
                }
            }
            // Some other tag: nobody knows what it stands for.
            Some(_) if node.text().is_none() => {}
            _ if node.text().is_some() => out.push(Command { node, is_borrowed }),
            _ => node.items().for_each(|item| self.collect(item, is_borrowed, depth - 1, known, out)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::yaml;
    use super::*;
    use crate::model::Text;

    #[test]
    fn many_jobs_that_extend_a_wide_one_take_bounded_time() {
        let (jobs, wide) = (10_000, 100_000);
        let entries: String = (0..wide).map(|entry| format!("a{entry}: b, ")).collect();
        let source = format!(".wide: {{{entries}}}\n{}", (0..jobs).map(|job| format!("j{job}: {{extends: .wide}}\n")).collect::<String>());
        let tree = yaml::read(&Text::exact(&source, 0));
        let file = toml::from_str("paths = []\nextends = 'extends'").unwrap();
        let inheritance = Inheritance::of(Some(&file), &tree);
        let extending = tree.roots().flat_map(Node::entries).filter(|(_, job)| !inheritance.parents(*job).is_empty()).count();
        assert!((1..=MAX_ENTRIES / wide).contains(&extending), "{extending}");
    }
}
