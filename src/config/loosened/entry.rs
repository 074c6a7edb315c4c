//! When an entry of a configuration asks for at least as much as another one.

use super::node::{Node, Table};
use crate::model::matches_wildcard;

/// How the value of a key may change.
#[derive(Debug, Clone, Copy)]
pub(super) enum How {
    /// In any way: it asks for nothing.
    Freely,
    /// Not at all.
    Not,
    /// Each item stays; others may come.
    Grow,
    /// No other item comes; some may go.
    Shrink,
    /// A number that may grow, and what it is if it is not given.
    AtLeast(i128),
    /// For each item there is one that asks for as much.
    Stay(Keys),
    /// Each item accepts no more than one that was there.
    Narrow(Keys),
    /// A text that is narrowed by saying more; nothing is the widest.
    Longer,
    /// Patterns of rules of which none matches what none did.
    Patterns,
}

/// How the values of an entry's keys may change; those that are not named may not.
pub(super) type Keys = &'static [(&'static str, How)];

pub(super) const PLACE: Keys = &[("except", How::Shrink), ("at-least", How::AtLeast(1))];
pub(super) const VALUE: Keys = &[("name", How::Freely), ("help", How::Freely), ("at", How::Stay(PLACE))];
pub(super) const TEXT: Keys = &[
    ("name", How::Freely),
    ("help", How::Freely),
    ("except", How::Shrink),
    ("has", How::Grow),
    ("has-regex", How::Grow),
    ("has-operation", How::Grow),
    ("has-symbol", How::Grow),
    ("lacks", How::Grow),
    ("lacks-regex", How::Grow),
    ("lacks-host", How::Grow),
];
/// Where one of the files is enough, more of them ask for less.
pub(super) const ANY: Keys = &[("name", How::Freely), ("help", How::Freely), ("has", How::Grow), ("has-regex", How::Grow)];
pub(super) const DERIVE: Keys = &[("name", How::Freely), ("help", How::Freely), ("to", How::Grow), ("only", How::Grow)];
/// Where there are several contracts, one that claims more may take it from another.
pub(super) const CONTRACTS: Keys = &[("also-accepts", How::Narrow(ACCEPTED)), ("internal", How::Shrink)];
pub(super) const CONTRACT: Keys = &[
    ("hosts", How::Grow),
    ("base-variables", How::Grow),
    ("surfaces", How::Grow),
    ("also-accepts", How::Narrow(ACCEPTED)),
    ("internal", How::Shrink),
];
const ACCEPTED: Keys = &[("operations", How::Shrink), ("reason", How::Freely)];
pub(super) const ARTIFACT: Keys = &[("generated", How::Shrink), ("requires", How::Grow), ("says-version", How::Grow)];
pub(super) const CREDENTIAL: Keys = &[("name", How::Freely), ("variables", How::Grow)];
pub(super) const SECRETS: Keys = &[("names", How::Grow), ("sinks", How::Grow), ("not", How::Shrink), ("redactors", How::Shrink)];
pub(super) const IGNORE: Keys = &[("paths", How::Shrink), ("rules", How::Patterns), ("match", How::Longer), ("reason", How::Freely)];

/// The keys by which an entry asks for less than the trusted one.
pub(super) fn weaker<'k>(trusted: &'k Table, entry: &'k Table, keys: Keys) -> Vec<&'k str> {
    let how = |key: &str| keys.iter().find(|(name, _)| *name == key).map_or(How::Not, |(_, how)| *how);
    let mut all: Vec<&str> = trusted.keys().chain(entry.keys()).map(String::as_str).collect();
    all.sort_unstable();
    all.dedup();
    all.retain(|key| !holds(how(key), trusted.get(*key), entry.get(*key)));
    all
}

/// Whether a value asks for as much as the trusted one.
fn holds(how: How, trusted: Option<&Node>, value: Option<&Node>) -> bool {
    let items = |node: Option<&'_ Node>| -> Vec<Node> { node.map(|node| node.items().to_vec()).unwrap_or_default() };
    // What an item takes back depends on those before it.
    let takes_back = |list: &[Node]| list.iter().any(|item| item.text().is_some_and(|text| text.starts_with('!')));
    let (old, new) = (items(trusted), items(value));
    let each = |ones: &[Node], others: &[Node], fits: &dyn Fn(&Node, &Node) -> bool| {
        ones.iter().all(|one| others.iter().any(|other| fits(one, other)))
    };
    let tables = |one: &Node, other: &Node, keys: Keys| match (one.table(), other.table()) {
        (Some(one), Some(other)) => weaker(one, other, keys).is_empty(),
        _ => one == other,
    };
    match how {
        How::Freely => true,
        How::Not => trusted == value,
        How::Grow | How::Shrink if takes_back(&old) || takes_back(&new) => old == new,
        How::Grow => each(&old, &new, &|one, other| one == other),
        How::Shrink => each(&new, &old, &|one, other| one == other),
        How::AtLeast(default) => {
            let number = |node: Option<&Node>| node.map_or(Some(default), Node::integer);
            number(trusted).zip(number(value)).is_some_and(|(old, new)| new >= old)
        }
        How::Stay(keys) => each(&old, &new, &|one, other| tables(one, other, keys)),
        How::Narrow(keys) => each(&new, &old, &|one, other| tables(other, one, keys)),
        How::Longer => match (trusted.and_then(Node::text), value.and_then(Node::text)) {
            (None, _) => true,
            (Some(old), new) => new.is_some_and(|new| new.contains(old)),
        },
        How::Patterns => each(&new, &old, &|one, other| match (one.text(), other.text()) {
            (Some(one), Some(other)) => matches_wildcard(other, one),
            _ => false,
        }),
    }
}

/// How alike two entries are: the number of keys that say the same.
pub(super) fn likeness(one: &Table, other: &Table) -> usize {
    one.iter().filter(|(key, value)| other.get(*key) == Some(*value)).count()
}

/// What an entry is called in a message: its name, or the first text that it has.
pub(super) fn title(entry: &Table) -> Option<&str> {
    let named = ["name", "spec", "equals", "from", "files", "match", "prefix", "each"].into_iter().filter_map(|key| entry.get(key));
    named.chain(entry.values()).find_map(|node| node.items().iter().find_map(Node::text))
}
