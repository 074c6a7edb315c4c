//! The facts of a data file: what its values say, by their keys.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::gate::COMMENT;
use super::inherit::{Command, Inheritance};
use super::mkdocs::Site;
use super::notebook;
use super::pattern::{keys_agree, keys_match, matches, path_matches};
use super::tree::{Node, NodeId, Tree};
use super::variables::Environment;
use crate::model::{Comment, DataFile, KeyFormat, References, Request, Role, Span, Text, TextBuilder, Wanted};
use crate::parse::script::{Expressions, Initial, Language, Variables};
use crate::parse::{Context, Format, Setting, manifest, markdown, openapi, plain};

/// How many keys an anchor's name has at most: the innermost.
const ANCHOR_KEYS: usize = 8;

/// What is known of the file, by its path and its root's keys.
fn known_file<'v>(context: &Context<'v>, tree: &Tree<'_>) -> Option<&'v DataFile> {
    let path = context.path();
    let has_root = |file: &DataFile| file.roots.is_empty() || tree.roots().any(|root| file.roots.iter().any(|key| root.get(key).is_some()));
    let files = &context.vocabulary().data_files;
    files.iter().find(|file| file.paths.iter().any(|pattern| path_matches(pattern, path)) && has_root(file))
}

/// Reports the facts of a tree that was read from `text`.
pub(super) fn report(context: &mut Context<'_>, text: &Text<'_>, tree: &Tree<'_>) {
    if let Some(broken) = &tree.broken {
        let line = text.as_str().get(broken.at..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
        context.issue(text.span(broken.at..broken.at + line), broken.reason.clone());
    }
    if openapi::wanted(context, text.as_str()) {
        openapi::report(context, text, tree);
    }
    if context.wanted() == (Wanted { apis: true, ..Wanted::default() }) {
        return;
    }
    let mut meaning = Meaning::of(context, tree);
    if manifest::wanted(context, text.as_str()) {
        meaning.stated = manifest::report(context, text, tree);
    }
    if let Some(site) = &meaning.site {
        site.report(context, text);
    }
    let before = context.reported();
    let mut environment = meaning.environment();
    let mut known = notebook::report(context, text, tree);
    for root in tree.roots() {
        walk(context, text, root, &meaning, &mut environment, &mut known);
    }
    context.settle(before, &environment.into_places());
    for range in &tree.unread {
        plain::mentions(context, &text.slice(range.clone()));
    }
    comments(context, text, tree);
}

fn comments(context: &mut Context<'_>, text: &Text<'_>, tree: &Tree<'_>) {
    for comment in &tree.comments {
        let words = text.slice(comment.words.clone());
        if words.as_str().contains(COMMENT) {
            context.comment(Comment { span: text.span(comment.whole.clone()), text_span: words.whole_span(), covers: None });
        }
        let read = tree.unread.partition_point(|range| range.end <= comment.whole.start);
        if tree.unread.get(read).is_none_or(|range| comment.whole.start < range.start) {
            context.within(Setting::Comment, |context| plain::mentions(context, &words));
        }
    }
}

/// What is known of the values.
struct Meaning<'v, 't, 's> {
    file: Option<&'v DataFile>,
    /// All kinds of files, where a sample may be of any.
    any: &'v [DataFile],
    site: Option<Site<'v, 't, 's>>,
    inheritance: Inheritance<'v, 't, 's>,
    /// The requests that the file states, by where their URLs stand.
    stated: HashMap<NodeId, Vec<Request>>,
}

impl<'v, 't, 's> Meaning<'v, 't, 's> {
    fn of(context: &Context<'v>, tree: &'t Tree<'s>) -> Self {
        if *context.setting() != Setting::Live {
            let inheritance = Inheritance::of(None, tree);
            return Self { file: None, any: &context.vocabulary().data_files, site: None, inheritance, stated: HashMap::new() };
        }
        let site = Site::of(context, tree);
        let file = known_file(context, tree);
        Self { file, any: &[], site, inheritance: Inheritance::of(file, tree), stated: HashMap::new() }
    }

    /// What programs find in their environment.
    fn environment(&self) -> Environment<'v> {
        Environment::of(self.file.map_or(self.any, std::slice::from_ref))
    }

    fn role(&self, path: &[&str], value: &str) -> Option<Role> {
        let role = self.file?.url.iter().find(|known| known.keys.iter().any(|keys| keys_match(keys, path)))?.role;
        let fetched = matches!(role, Role::Load(_)) && self.site.as_ref().is_some_and(|site| site.fetches(value));
        Some(if fetched { Role::Download } else { role })
    }

    /// The format of the keys of the mapping at a path.
    fn key_format(&self, path: &[&str]) -> Option<Format> {
        let known = self.file?.key.iter().find(|known| known.keys.iter().any(|keys| keys_match(keys, path)))?;
        Format::of_extension(&known.format)
    }

    /// The format of the text at a path, `around` being the mappings that it stands in, outermost first.
    fn format(&self, path: &[&str], around: &[Level<'_, '_>]) -> Option<Known> {
        let live = self.file.and_then(|file| file.text.iter().find(|known| known.keys.iter().any(|keys| keys_match(keys, path))));
        let sample = || self.any.iter().flat_map(|file| &file.text).find(|known| known.keys.iter().any(|keys| keys_agree(keys, path)));
        live.or_else(sample).and_then(|known| known_format(known, around))
    }
}

/// How far around a text, and in how wide mappings, a key is looked for that names its format.
const MAX_AROUND: usize = 8;
const MAX_WIDE: usize = 256;

/// What is known of a text.
struct Known {
    format: Format,
    /// The language, if the text is only shown.
    sample: Option<String>,
}

fn known_format(known: &KeyFormat, around: &[Level<'_, '_>]) -> Option<Known> {
    let named = known.named_by.iter().enumerate().find_map(|(index, key)| {
        let keys: Vec<_> = key.split('.').collect();
        let mut nearest =
            around.iter().rev().take(MAX_AROUND).filter(|level| level.mapping.entries().take(MAX_WIDE + 1).count() <= MAX_WIDE);
        let value = nearest.find_map(|level| level.mapping.at(&keys)?.as_str())?;
        let name = value.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
        let meant = known.names.iter().find(|(pattern, _)| matches(pattern, &name)).map(|(_, format)| format.clone());
        meant.or_else(|| (index == 0 || Format::of_extension(&name).is_some()).then_some(name))
    });
    let name = named.as_deref().unwrap_or(&known.format);
    let format = Format::of_extension(name);
    if known.sample {
        return Some(Known { format: format.unwrap_or(Format::Plain), sample: Some(name.to_owned()) });
    }
    Some(Known { format: format?, sample: None })
}

/// A mapping on the way to a node, and what programs in it find in their environment.
struct Level<'t, 's> {
    mapping: Node<'t, 's>,
    variables: Rc<Variables>,
}

/// A node on the way through a tree.
struct Step<'t, 's> {
    node: Node<'t, 's>,
    /// The mapping that holds it, for what stands beside it.
    beside: Option<Node<'t, 's>>,
    /// The key it stands at; an item of a sequence has none of its own.
    key: Option<&'t str>,
    /// How many keys lead to what holds it.
    depth: usize,
}

/// Visits every node in order. The tree's depth is on the heap. `known_nodes` had a meaning where they stand: an alias of one
/// says nothing new.
fn walk<'t, 's: 't>(
    context: &mut Context<'_>,
    text: &Text<'s>,
    root: Node<'t, 's>,
    meaning: &Meaning<'_, 't, 's>,
    environment: &mut Environment<'_>,
    known_nodes: &mut HashSet<NodeId>,
) {
    let mut path: Vec<&'t str> = Vec::new();
    // The mappings whose keys are in `path`.
    let mut around: Vec<Level<'t, 's>> = Vec::new();
    let mut steps = vec![Step { node: root, beside: None, key: None, depth: 0 }];
    while let Some(step) = steps.pop() {
        path.truncate(step.depth);
        around.truncate(step.depth);
        if let (Some(key), Some(mapping)) = (step.key, step.beside) {
            let outer = around.last().map(|level| Rc::clone(&level.variables)).unwrap_or_default();
            around.push(Level { mapping, variables: environment.within(mapping, || meaning.inheritance.parents(mapping), &outer) });
            path.push(key);
        }
        let alias = step.node.target();
        let node = alias.unwrap_or(step.node);
        let format = meaning.format(&path, &around);
        let role = meaning.role(&path, node.as_str().unwrap_or_default());
        if (format.is_some() || role.is_some()) && !known_nodes.insert(node.id()) {
            continue;
        }
        let variables = || around.last().map(|level| Rc::clone(&level.variables)).unwrap_or_default();
        let program = format.as_ref().and_then(|known| match known.format {
            Format::Script(Language::Shell) => {
                let mapping = around.last().map(|level| level.mapping);
                let commands = meaning.inheritance.commands(node, path.last().copied(), mapping, &mut |id| known_nodes.insert(id));
                script(&commands, variables(), environment.references())
            }
            _ => joined(node, variables(), environment.references()),
        });
        if let (Some(Known { format, sample }), Some(Program { text: program, initial, borrowed })) = (&format, program) {
            named(context, text, &path, node, |context| {
                let before = context.reported();
                context.starting_with(initial, |context| match sample {
                    Some(language) => markdown::sample(context, language, program),
                    None => context.nested(program, *format),
                });
                context.forget(before, &borrowed);
            });
        }
        if let Some(scalar) = node.text() {
            if let Some(requests) = meaning.stated.get(&node.id()) {
                named(context, text, &path, node, |context| requests.iter().cloned().for_each(|request| context.request(request)));
            }
            match role {
                Some(role) => named(context, text, &path, node, |context| context.url(&scalar.trim(), role)),
                None if format.is_none() && alias.is_none() => {
                    named(context, text, &path, node, |context| plain::mentions(context, scalar))
                }
                None => {}
            }
            continue;
        }
        let depth = path.len();
        // Commands are read with what they refer to.
        let is_read = |item: &Node<'_, '_>| match &format {
            Some(Known { format: Format::Script(Language::Shell), .. }) => item.entries().next().is_none(),
            Some(_) => item.text().is_some(),
            None => false,
        };
        let items = node.items().filter(|item| !is_read(item));
        let steps_of_items = items.rev().map(|item| Step { node: item, beside: step.beside, key: None, depth });
        if alias.is_some() {
            // What an alias stands for has its facts where it stands, but for what only the alias gives a meaning.
            steps.extend(steps_of_items.filter(|_| role.is_some()));
            continue;
        }
        steps.extend(steps_of_items);
        for (key, value) in node.entries().rev() {
            steps.push(Step { node: value, beside: Some(node), key: Some(key.as_str().unwrap_or_default()), depth });
        }
        let format = node.entries().next().and_then(|_| meaning.key_format(&path));
        for (key, value) in node.entries() {
            match (key.text(), format) {
                (Some(text), _) if key.id() == value.id() || text.is_empty() => {}
                (Some(text), Some(format)) => named(context, text, &path, key, |context| context.nested(text.clone(), format)),
                (Some(text), None) => plain::mentions(context, text),
                (None, _) => {}
            }
        }
    }
}

/// Names the stretch after its keys, if there are facts in it.
fn named(context: &mut Context<'_>, text: &Text<'_>, path: &[&str], node: Node<'_, '_>, body: impl FnOnce(&mut Context<'_>)) {
    let name = || path.get(path.len().saturating_sub(ANCHOR_KEYS)..).unwrap_or_default().join(".");
    context.named(node.span(text), name, body);
}

/// A program or page.
struct Program {
    text: Text<'static>,
    initial: Initial,
    /// What in it belongs to other places.
    borrowed: Vec<Span>,
}

/// A page or program that is written as one scalar or as a sequence of pieces (nbformat 4, "multi-line strings"), with its
/// expressions as holes.
fn joined(node: Node<'_, '_>, variables: Rc<Variables>, references: References) -> Option<Program> {
    let mut builder = TextBuilder::new();
    let mut expressions = Expressions::default();
    match node.text() {
        Some(text) => expressions.push(&mut builder, text, references, &variables),
        // Nobody knows what a tag stands for.
        None if node.tag().is_some() => return None,
        None => {
            let pieces = node.items().filter(|item| item.target().is_none()).filter_map(Node::text);
            pieces.for_each(|text| expressions.push(&mut builder, text, references, &variables));
        }
    }
    if builder.is_empty() {
        return None;
    }
    Some(Program { text: builder.finish(), initial: Initial::new(variables, expressions), borrowed: Vec::new() })
}

/// A shell's program that is written as one scalar or as a sequence of commands, with its expressions as holes.
fn script(commands: &[Command<'_, '_>], variables: Rc<Variables>, references: References) -> Option<Program> {
    let mut builder = TextBuilder::new();
    let mut expressions = Expressions::default();
    // What refers to itself has its own commands among those that it borrows.
    let own: HashSet<_> = commands.iter().filter(|command| !command.is_borrowed).map(|command| command.node.id()).collect();
    let mut borrowed = Vec::new();
    for (index, command) in commands.iter().enumerate() {
        let Some(text) = command.node.text() else { continue };
        let span = text.whole_span();
        if !own.contains(&command.node.id()) {
            borrowed.push(span);
        }
        expressions.push(&mut builder, text, references, &variables);
        if (index + 1 < commands.len() || commands.len() > 1) && !text.as_str().ends_with('\n') {
            builder.escaped("\n", Span::new(span.end, span.end));
        }
    }
    if builder.is_empty() || own.is_empty() {
        return None;
    }
    borrowed.sort_unstable();
    Some(Program { text: builder.finish(), initial: Initial::new(variables, expressions), borrowed })
}
