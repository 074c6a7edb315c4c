//! What a configuration asks for less than another one, which is trusted: a pull request that removes an assertion, or accepts more,
//! says so.
//!
//! The two are compared as they are written, entry by entry. Whatever is not known to ask for as much counts as less: that an entry
//! is written in other words takes a person's look.

mod entry;
mod level;
mod node;
#[cfg(test)]
mod tests;

use crate::model::{CredentialKind, Span};
use crate::rule::Rule;
use entry::{ANY, ARTIFACT, CONTRACT, CONTRACTS, CREDENTIAL, DERIVE, IGNORE, Keys, SECRETS, TEXT, VALUE, likeness, title, weaker};
use node::{Node, Table, parse};

/// One way in which a configuration asks for less.
#[derive(Debug, PartialEq, Eq)]
pub struct Loosening {
    /// Where, in the configuration that is not trusted; its start if something is gone.
    pub span: Span,
    /// What, in a sentence without a trailing full stop.
    pub message: String,
}

/// Everything that a configuration asks for less than the trusted one, both as they are written and known to be valid. An absent file is
/// an empty text. `credentials` are those that are built in.
pub fn loosened(trusted: &str, text: &str, credentials: &[CredentialKind], rules: &[Rule]) -> Vec<Loosening> {
    let plain = |text: &str| parse(text.strip_prefix('\u{feff}').unwrap_or(text));
    let (old, new) = (plain(trusted), plain(text));
    let old_tables = Node::of(old.clone());
    let mut keys: Vec<_> = old.keys().chain(new.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut found = Found { out: Vec::new() };
    for key in keys {
        let pair = Pair { key, old: old.get(key), new: new.get(key) };
        match key.as_str() {
            "exclude" => found.more(&pair, "exclude", |item| format!("`exclude` leaves `{item}` out")),
            "assets" => found.hosts(&pair),
            "rules" => found.out.extend(level::lowered(pair.old_table(), pair.new_table(), pair.span(), rules)),
            "define" => found.names(&pair, "definition", |name, old, new| {
                old == new || (old.text().is_some() && new.text().is_some() && !steers(&old_tables, name))
            }),
            "lists" => found.names(&pair, "list", |_, old, new| has_rows(old, new)),
            "value" => found.entries(&pair, |_| VALUE),
            "text" => found.entries(&pair, |old| if old.contains_key("any") { ANY } else { TEXT }),
            "derive" => found.entries(&pair, |_| DERIVE),
            "contract" => {
                let is_alone = Pair::items(pair.old).len() == 1;
                found.entries(&pair, |_| if is_alone { CONTRACT } else { CONTRACTS });
                found.strangers(&pair, |old, new| pair.is_same("spec", old, new));
            }
            "artifact" => {
                found.entries(&pair, |_| ARTIFACT);
                found.strangers(&pair, |old, new| pair.is_same("match", old, new));
            }
            "credential" => {
                found.entries(&pair, |_| CREDENTIAL);
                found.credentials(&pair, credentials);
            }
            "ignore" => found.strangers(&pair, |old, new| weaker(old, new, IGNORE).is_empty()),
            "secrets" => {
                let less = weaker(pair.old_table(), pair.new_table(), SECRETS);
                let at = |key: &&str| pair.new_table().get(*key).map(|node| node.span);
                let span = less.iter().find_map(at).unwrap_or(pair.span());
                found.say_keys(span, "`[secrets]` finds less than in the trusted configuration", &less);
            }
            _ if pair.old != pair.new => found.say(pair.span(), format!("`{key}` is not as in the trusted configuration")),
            _ => {}
        }
    }
    found.out.sort_by(|one, two| (one.span, &one.message).cmp(&(two.span, &two.message)));
    found.out
}

/// What both say under one key of the file.
struct Pair<'a> {
    key: &'a str,
    old: Option<&'a Node>,
    new: Option<&'a Node>,
}

static NOTHING: Table = Table::new();

impl<'a> Pair<'a> {
    fn old_table(&self) -> &'a Table {
        self.old.and_then(Node::table).unwrap_or(&NOTHING)
    }

    fn new_table(&self) -> &'a Table {
        self.new.and_then(Node::table).unwrap_or(&NOTHING)
    }

    fn items(node: Option<&'a Node>) -> &'a [Node] {
        node.map(Node::items).unwrap_or_default()
    }

    /// Entries of an array of tables.
    fn tables(node: Option<&'a Node>) -> impl Iterator<Item = (Span, &'a Table)> + Clone {
        Self::items(node).iter().filter_map(|node| Some((node.span, node.table()?)))
    }

    /// Whether an entry is what has become of another one: the only one that says the same of a key.
    fn is_same(&self, key: &str, old: &Table, new: &Table) -> bool {
        let says = |entry: &Table| entry.get(key) == old.get(key);
        says(new) && (old == new || Self::tables(self.new).filter(|(_, entry)| says(entry)).count() == 1)
    }

    fn span(&self) -> Span {
        self.new.map_or(Span::new(0, 0), |node| node.span)
    }
}

/// Keys that say which files an assertion is about.
const PATHS: [&str; 8] = ["contract", "except", "file", "files", "from", "only", "template", "to"];

/// Whether a name says somewhere which files an assertion is about: what it means decides what is asserted.
fn steers(node: &Node, name: &str) -> bool {
    let is_in = |text: &str| text.contains(&format!("{{{name}}}")) || text.contains(&format!("{{{name}?}}"));
    match node.table() {
        Some(table) => table.iter().any(|(key, node)| {
            PATHS.contains(&key.as_str()) && node.items().iter().filter_map(Node::text).any(is_in) || steers(node, name)
        }),
        None => matches!(node.value, node::Value::List(_)) && node.items().iter().any(|item| steers(item, name)),
    }
}

/// Whether a list still has all rows of the trusted one.
fn has_rows(old: &Node, new: &Node) -> bool {
    let is_given = |node: &Node| matches!(node.value, node::Value::List(_));
    old == new || (is_given(old) && is_given(new) && old.items().iter().all(|row| new.items().contains(row)))
}

struct Found {
    out: Vec<Loosening>,
}

impl Found {
    fn say(&mut self, span: Span, message: String) {
        self.out.push(Loosening { span, message });
    }

    fn say_keys(&mut self, span: Span, what: &str, keys: &[&str]) {
        if !keys.is_empty() {
            let keys: Vec<_> = keys.iter().map(|key| format!("`{key}`")).collect();
            self.say(span, format!("{what}: {}", keys.join(", ")));
        }
    }

    /// Items of a list that the trusted one does not have.
    fn more(&mut self, pair: &Pair<'_>, what: &str, says: impl Fn(&str) -> String) {
        let (old, new) = (Pair::items(pair.old), Pair::items(pair.new));
        let takes_back = |node: &Node| node.text().is_some_and(|text| text.starts_with('!'));
        if old != new && old.iter().chain(new).any(takes_back) {
            // What is taken back depends on the order of all.
            return self.say(pair.span(), format!("`{what}` is not as in the trusted configuration"));
        }
        for item in new.iter().filter(|item| !old.contains(item)) {
            self.say(item.span, says(item.text().unwrap_or_default()));
        }
    }

    /// Hosts that are allowed.
    fn hosts(&mut self, pair: &Pair<'_>) {
        let allow = |table: &'_ Table| table.get("allow").and_then(Node::table).cloned().unwrap_or_default();
        let old = allow(pair.old_table());
        for (directive, hosts) in &allow(pair.new_table()) {
            let known = old.get(directive).map(Node::items).unwrap_or_default();
            for host in hosts.items().iter().filter(|host| !known.contains(host)) {
                self.say(host.span, format!("`{}` is allowed for `{directive}`", host.text().unwrap_or_default()));
            }
        }
    }

    /// What has a name and is gone, or another.
    fn names(&mut self, pair: &Pair<'_>, what: &str, is_kept: impl Fn(&str, &Node, &Node) -> bool) {
        for (name, old) in pair.old_table() {
            match pair.new_table().get(name) {
                None => self.say(pair.span(), format!("the {what} `{name}` is gone")),
                Some(new) if !is_kept(name, old, new) => {
                    self.say(new.span, format!("the {what} `{name}` is not as in the trusted configuration"))
                }
                Some(_) => {}
            }
        }
    }

    /// Entries for which there is none that asks for as much.
    fn entries(&mut self, pair: &Pair<'_>, keys: impl Fn(&Table) -> Keys) {
        let (old, new) = (Pair::tables(pair.old), Pair::tables(pair.new));
        let as_much = |old: &Table, new: &Table| weaker(old, new, keys(old)).is_empty();
        let free = new.clone().filter(|(_, new)| !old.clone().any(|(_, old)| as_much(old, new)));
        for (_, old) in old.clone().filter(|(_, old)| !new.clone().any(|(_, new)| as_much(old, new))) {
            let name = title(old).map(|title| format!(" `{title}`")).unwrap_or_default();
            // What it has become is the entry most like it.
            match free.clone().max_by_key(|(_, new)| likeness(old, new)).filter(|(_, new)| likeness(old, new) > 0) {
                Some((span, new)) => {
                    let what = format!("the `[[{}]]` entry{name} asks for less than in the trusted configuration", pair.key);
                    self.say_keys(span, &what, &weaker(old, new, keys(old)));
                }
                None => self.say(pair.span(), format!("the `[[{}]]` entry{name} of the trusted configuration is gone", pair.key)),
            }
        }
    }

    /// Entries that the trusted configuration does not have.
    fn strangers(&mut self, pair: &Pair<'_>, is_known: impl Fn(&Table, &Table) -> bool) {
        for (span, new) in Pair::tables(pair.new).filter(|(_, new)| !Pair::tables(pair.old).any(|(_, old)| is_known(old, new))) {
            let name = title(new).map(|title| format!(" `{title}`")).unwrap_or_default();
            self.say(span, format!("the `[[{}]]` entry{name} is not in the trusted configuration", pair.key));
        }
    }

    /// Kinds of credentials that would be taken for others.
    fn credentials(&mut self, pair: &Pair<'_>, built_in: &[CredentialKind]) {
        let prefix = |table: &Table| table.get("prefix").and_then(Node::text).unwrap_or_default().to_owned();
        let trusted: Vec<_> = Pair::tables(pair.old).map(|(_, old)| prefix(old)).collect();
        for (span, new) in Pair::tables(pair.new) {
            let new = prefix(new);
            let overlaps = |known: &str| known.starts_with(&new) || new.starts_with(known);
            let known = built_in.iter().map(|kind| kind.prefix.as_str()).chain(trusted.iter().map(String::as_str));
            if !trusted.contains(&new) && known.into_iter().any(overlaps) {
                self.say(span, format!("the `[[credential]]` entry `{new}` speaks for keys that are known already"));
            }
        }
    }
}
