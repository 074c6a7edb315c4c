//! What the names of a configuration mean in a tree.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use globset::GlobSet;

use super::declared::{Declared, Definition, List, Rows, Source, TextRule};
use super::files::{chosen, scopes, targets};
use super::locate::first_line;
use super::template::{Filled, Template};
use crate::check::Tree;
use crate::model::{Manifest, Place, Span};
use crate::parse::{DataDocument, DataPath};

/// What a project declares to agree, with what its names mean.
#[derive(Debug, Default)]
pub struct Agreement {
    pub(super) declared: Declared,
    definitions: BTreeMap<String, Meaning>,
    lists: BTreeMap<String, Resolved>,
}

/// What the tree shows to be wrong with a configuration.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where in the configuration.
    pub span: Span,
    /// What, in one sentence without a trailing full stop.
    pub message: String,
}

/// What a name means.
#[derive(Debug, Clone)]
pub(super) struct Meaning {
    pub(super) text: String,
    /// What its place says, where it has to mean something else.
    pub(super) instead_of: Option<String>,
    /// The place in the file that says so; none if the configuration does.
    pub(super) at: Option<(Place, Span)>,
}

/// A list as the tree has it.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    pub(super) rows: Vec<Row>,
    /// Where the way to its rows ends before its end: the file, the place, and what is wrong there.
    pub(super) ends: Vec<(String, Span, String)>,
    /// How many rows there have to be.
    pub(super) at_least: usize,
}

/// One row of a list.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// What its names mean.
    pub(super) names: Vec<(String, String)>,
    /// The file that says so, and where in it: all of the row, and each of its names.
    pub(super) path: String,
    pub(super) span: Span,
    pub(super) spans: Vec<Span>,
    /// The same, ready to print.
    pub(super) place: Option<Place>,
}

impl Row {
    fn get(&self, name: &str) -> Option<&str> {
        self.names.iter().rev().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    /// Whether a template takes something from it.
    pub(super) fn names_any_of(&self, template: &Template) -> bool {
        template.names().any(|name| self.get(name).is_some())
    }

    /// Where it says what a template takes from it: the last such name, or all of the row.
    pub(super) fn said(&self, template: &Template) -> Span {
        let last = template.names().filter_map(|name| self.names.iter().rposition(|(known, _)| known == name)).last();
        last.and_then(|index| self.spans.get(index)).copied().unwrap_or(self.span)
    }
}

/// The name that tells the rows of a list apart: the first one that means something else in each.
fn key(rows: &[Row]) -> Option<&str> {
    let tells = |name: &str| {
        let texts: BTreeSet<_> = rows.iter().filter_map(|row| row.get(name)).collect();
        texts.len() == rows.len()
    };
    rows.first()?.names.iter().map(|(name, _)| name.as_str()).find(|name| tells(name))
}

impl Row {
    /// What tells it from others.
    fn told(&self, key: Option<&str>) -> Option<String> {
        Some(match key {
            Some(key) => format!("{key} = {}", self.get(key)?),
            None => self.to_string(),
        })
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.names.iter().map(|(name, text)| format!("{name} = {text}")).collect();
        f.write_str(&names.join(", "))
    }
}

/// Names that mean something at one place of the configuration.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'a> {
    agreement: &'a Agreement,
    pub(super) row: Option<&'a Row>,
}

impl<'a> Scope<'a> {
    pub(super) fn meaning(self, name: &str) -> Option<&'a str> {
        let defined = || self.agreement.definitions.get(name).map(|meaning| meaning.text.as_str());
        self.row.and_then(|row| row.get(name)).or_else(defined)
    }

    /// All names with what they mean.
    pub(super) fn names(self) -> BTreeMap<String, String> {
        let defined = self.agreement.definitions.iter().map(|(name, meaning)| (name.clone(), meaning.text.clone()));
        defined.chain(self.row.iter().flat_map(|row| row.names.iter().cloned())).collect()
    }

    pub(super) fn fill(self, template: &Template) -> Filled<'_> {
        template.fill(|name| self.meaning(name), str::to_owned)
    }
}

impl Agreement {
    /// Looks the names up in a tree.
    ///
    /// # Errors
    ///
    /// Definitions and lists whose file or place is not there.
    pub fn resolve(declared: Declared, tree: &dyn Tree, manifests: &[Manifest]) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut agreement = Self { declared: Declared::default(), definitions: BTreeMap::new(), lists: BTreeMap::new() };
        for definition in &declared.definitions {
            match meaning(definition, tree, manifests) {
                Ok(meaning) => {
                    let meaning = meaning.asserted(declared.asserted.get(&definition.name));
                    agreement.definitions.insert(definition.name.clone(), meaning);
                }
                Err(message) => faults.push(Fault { span: definition.span, message }),
            }
        }
        for list in &declared.lists {
            match rows(list, &declared.path, tree) {
                Ok(resolved) => drop(agreement.lists.insert(list.name.clone(), Resolved { at_least: list.at_least, ..resolved })),
                Err(message) => faults.push(Fault { span: list.span, message }),
            }
        }
        agreement.declared = declared;
        if faults.is_empty() { Ok(agreement) } else { Err(faults) }
    }

    /// The files that assertions are about, as far as they are there.
    pub fn files(&self, tree: &dyn Tree) -> BTreeSet<String> {
        let mut paths = BTreeSet::new();
        // Of a file that only has to be there nothing is read.
        let is_read = |rule: &&TextRule| !(rule.has.is_empty() && rule.lacks.is_empty() && rule.lacks_host.is_empty());
        for rule in self.declared.texts.iter().filter(is_read) {
            for scope in scopes(self, rule) {
                paths.extend(chosen(tree, &rule.files, scope).paths);
            }
        }
        for place in self.declared.values.iter().flat_map(|value| &value.at) {
            self.scopes(None).into_iter().for_each(|scope| paths.extend(chosen(tree, &place.files, scope).paths));
        }
        for derive in &self.declared.derived {
            for scope in self.scopes(derive.each.as_deref()) {
                let sources = std::iter::once(&derive.from).chain(&derive.template);
                let sources = sources.filter_map(|source| if let Filled::Text(path) = scope.fill(source) { Some(path) } else { None });
                paths.extend(targets(derive, scope).chain(sources));
            }
        }
        paths
    }

    /// What a template says where no row gives names.
    pub fn text(&self, template: &Template) -> Option<String> {
        match (Scope { agreement: self, row: None }).fill(template) {
            Filled::Text(text) => Some(text),
            Filled::Nothing | Filled::Missing(_) => None,
        }
    }

    /// The rows that lists of another tree have and the lists of the same names here do not, where both are read from data files: the file,
    /// the list, and what the row was. A row is the same as another one if what tells the rows of its list apart is.
    pub fn lost<'a>(&'a self, other: &'a Self) -> Vec<(&'a str, &'a str, String)> {
        let mut lost = Vec::new();
        for list in &self.declared.lists {
            let (Rows::Selected { file, .. }, Some(now)) = (&list.rows, self.lists.get(&list.name)) else { continue };
            let is_selected = |known: &&List| known.name == list.name && matches!(known.rows, Rows::Selected { .. });
            let was = other.declared.lists.iter().find(is_selected).and_then(|known| other.lists.get(&known.name));
            let Some(was) = was else { continue };
            let key = key(&was.rows);
            let mut left: Vec<_> = now.rows.iter().map(|row| row.told(key)).collect();
            for row in &was.rows {
                match left.iter().position(|known| *known == row.told(key)) {
                    Some(index) => drop(left.swap_remove(index)),
                    None => lost.push((file.as_str(), list.name.as_str(), row.told(key).unwrap_or_else(|| row.to_string()))),
                }
            }
        }
        lost
    }

    /// Whether nothing is declared.
    pub fn is_empty(&self) -> bool {
        self.declared.is_empty()
    }

    /// What a definition means.
    pub(super) fn definition(&self, name: &str) -> Option<&Meaning> {
        self.definitions.get(name)
    }

    /// The rows over which something is repeated; one that gives no names if it is not repeated at all.
    pub(super) fn scopes(&self, each: Option<&str>) -> Vec<Scope<'_>> {
        match each {
            None => vec![Scope { agreement: self, row: None }],
            Some(name) => {
                let rows = self.lists.get(name).map(|list| list.rows.as_slice()).unwrap_or_default();
                rows.iter().map(|row| Scope { agreement: self, row: Some(row) }).collect()
            }
        }
    }

    pub(super) fn list(&self, name: &str) -> Option<&Resolved> {
        self.lists.get(name)
    }
}

fn meaning(definition: &Definition, tree: &dyn Tree, manifests: &[Manifest]) -> Result<Meaning, String> {
    let (path, locator) = match &definition.source {
        Source::Text { text, .. } => return Ok(Meaning { text: text.clone(), instead_of: None, at: None }),
        Source::File { path, locator } => (path, locator),
    };
    let document = tree.document(path).ok_or_else(|| format!("{path} is not there, or is no text"))?;
    let value = locator.find(&document, manifests)?.values.into_iter().next();
    let value = value.ok_or_else(|| format!("{path} does not say what `{}` is", definition.name))?;
    Ok(Meaning { at: Some((document.place(value.span), value.span)), instead_of: None, text: value.text })
}

impl Meaning {
    /// With what it has to mean, if that is said.
    fn asserted(mut self, text: Option<&String>) -> Self {
        if let Some(text) = text.filter(|text| **text != self.text) {
            self.instead_of = Some(std::mem::replace(&mut self.text, text.clone()));
        }
        self
    }
}

fn rows(list: &List, config: &str, tree: &dyn Tree) -> Result<Resolved, String> {
    match &list.rows {
        Rows::Given(rows) => {
            let row = |(span, names): &(Span, Vec<(String, String)>)| Row {
                names: names.clone(),
                path: config.to_owned(),
                span: *span,
                spans: Vec::new(),
                place: None,
            };
            Ok(Resolved { rows: rows.iter().map(row).collect(), ..Resolved::default() })
        }
        Rows::Selected { file, path, non_empty } => selected(tree, file, path, *non_empty),
        Rows::Files(globs) => Ok(Resolved { rows: files(tree, globs), ..Resolved::default() }),
    }
}

fn selected(tree: &dyn Tree, file: &str, path: &DataPath, non_empty: bool) -> Result<Resolved, String> {
    let document = tree.document(file).ok_or_else(|| format!("{file} is not there, or is no text"))?;
    let data = DataDocument::read(&document).ok_or_else(|| format!("{file} is neither JSON nor YAML nor TOML"))?;
    let selection = data.select(path);
    let row = |selected: crate::parse::Selected| {
        let whole = selected.text.map(|text| ("item".to_owned(), text, selected.span));
        let (mut names, mut spans) = (Vec::new(), Vec::new());
        for (name, text, span) in selected.fields.into_iter().chain(whole) {
            names.push((name, text));
            spans.push(span);
        }
        // Of a mapping over many lines the first shows what it is.
        let span = first_line(&document, selected.span);
        Row { names, path: file.to_owned(), span, spans, place: Some(document.place(span)) }
    };
    let rows: Vec<_> = selection.found.into_iter().map(row).collect();
    let ends = selection.ends.into_iter().filter(|_| non_empty);
    let ends = ends.map(|(span, what)| (file.to_owned(), first_line(&document, span), format!("there is {what} here")));
    Ok(Resolved { rows, ends: ends.collect(), at_least: 0 })
}

fn files(tree: &dyn Tree, globs: &GlobSet) -> Vec<Row> {
    let row = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let names = [("path", path), ("name", name), ("stem", stem)].map(|(name, text)| (name.to_owned(), text.to_owned()));
        Row { names: names.into(), path: path.to_owned(), span: Span::default(), spans: Vec::new(), place: None }
    };
    tree.paths().into_iter().filter(|path| globs.is_match(path)).map(row).collect()
}
