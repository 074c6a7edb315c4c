//! The environment variables that a data file gives to the programs in it (`env:`, `variables:`).

use std::collections::HashMap;
use std::rc::Rc;

use super::tree::{Node, NodeId};
use crate::model::{DataFile, References, Span};
use crate::parse::script::Variables;

/// How many variables are taken over from what mappings build upon, each time that it is done.
const MAX_INHERITED: usize = 4_000_000;

/// The variables of each mapping that was met.
pub(super) struct Environment<'v> {
    variables: Vec<&'v str>,
    secrets: Vec<&'v str>,
    references: References,
    /// Where the values of variables stand.
    places: Vec<Span>,
    known: HashMap<NodeId, Rc<Variables>>,
    nothing: Rc<Variables>,
    /// How many variables may still be taken over.
    left: usize,
}

impl<'v> Environment<'v> {
    /// What files of these kinds say; of a sample nobody knows which of them it is.
    pub(super) fn of(files: &'v [DataFile]) -> Self {
        let mut all = Self {
            places: Vec::new(),
            variables: Vec::new(),
            secrets: Vec::new(),
            references: files.first().map(|file| file.references).filter(|_| files.len() == 1).unwrap_or_default(),
            known: HashMap::new(),
            nothing: Rc::default(),
            left: MAX_INHERITED,
        };
        for file in files {
            all.variables.extend(file.variables.iter().map(String::as_str));
            all.secrets.extend(file.secrets.iter().map(String::as_str));
        }
        for keys in [&mut all.variables, &mut all.secrets] {
            keys.sort_unstable();
            keys.dedup();
        }
        all
    }

    /// How the file's programs refer to variables.
    pub(super) fn references(&self) -> References {
        self.references
    }

    /// No variables.
    pub(super) fn nothing(&self) -> Rc<Variables> {
        Rc::clone(&self.nothing)
    }

    /// The variables of what stands in a mapping, `parents` being what it builds upon, `outer` those of the mapping itself.
    pub(super) fn within<'t, 's: 't>(
        &mut self,
        mapping: Node<'t, 's>,
        parents: impl FnOnce() -> Vec<Node<'t, 's>>,
        outer: &Rc<Variables>,
    ) -> Rc<Variables> {
        if self.variables.is_empty() && self.secrets.is_empty() {
            return self.nothing();
        }
        if let Some(known) = self.known.get(&mapping.id()) {
            return Rc::clone(known);
        }
        let mut variables = Variables::within(Some(Rc::clone(outer)));
        // What a mapping builds upon is hidden by what it says itself.
        for holder in parents().into_iter().rev().chain([mapping]) {
            for values in self.variables.iter().filter_map(|keys| at(holder, keys)).collect::<Vec<_>>() {
                let inherited = if holder.id() == mapping.id() { 0 } else { values.entries().size_hint().0 + values.items().size_hint().0 };
                if let Some(left) = self.left.checked_sub(inherited) {
                    self.left = left;
                    self.entries(values, &mut variables);
                }
            }
        }
        for keys in &self.secrets {
            for (name, value) in at(mapping, keys).into_iter().flat_map(Node::entries) {
                if let Some(text) = name.text() {
                    variables.set_secret(text.as_str(), text.as_str(), value.text().unwrap_or(text).whole_span());
                }
            }
        }
        let variables = if variables.is_empty() { Rc::clone(outer) } else { Rc::new(variables) };
        self.known.insert(mapping.id(), Rc::clone(&variables));
        variables
    }

    /// Reads `NAME: value`, `NAME: {value: …}`, `- {name: NAME, value: …}`.
    fn entries(&mut self, values: Node<'_, '_>, variables: &mut Variables) {
        // `<<: *common`: what is merged is hidden by what stands beside it.
        let merged = values.get("<<").into_iter().flat_map(|merged| std::iter::once(merged).chain(merged.items())).flat_map(Node::entries);
        let named = merged.chain(values.entries()).filter_map(|(name, value)| Some((name.as_str()?, value)));
        let listed = values.items().filter_map(|item| Some((item.get("name")?.as_str()?, item)));
        for (name, value) in named.chain(listed) {
            let secret = value.get("from_secret").and_then(Node::text);
            if let Some(secret) = secret {
                variables.set_secret(name, secret.as_str(), secret.whole_span());
            } else if let Some(text) = value.get("value").unwrap_or(value).text() {
                variables.set(name, &text.trim(), self.references);
                self.places.push(text.whole_span());
            }
        }
    }

    /// Where the values of variables stand, in order.
    pub(super) fn into_places(mut self) -> Vec<Span> {
        self.places.sort_unstable();
        self.places
    }
}

/// What stands at keys separated by dots.
fn at<'t, 's>(mapping: Node<'t, 's>, keys: &str) -> Option<Node<'t, 's>> {
    keys.split('.').try_fold(mapping, |node, key| node.get(key))
}
