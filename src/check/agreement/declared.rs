//! What a project declares to agree, as its configuration says it.

use std::collections::BTreeMap;

use globset::{GlobMatcher, GlobSet};
use regex::Regex;

use super::locate::Locator;
use super::template::Template;
use crate::model::Span;
use crate::parse::DataPath;

/// All of it.
#[derive(Debug, Default)]
pub struct Declared {
    /// The path of the configuration, in which all spans stand.
    pub path: String,
    /// The truths that have a name.
    pub definitions: Vec<Definition>,
    /// The lists that have a name.
    pub lists: Vec<List>,
    /// Places that have to say the same as a definition.
    pub values: Vec<Value>,
    /// Texts that files have to hold or must not hold, and files that have to be there or must not.
    pub texts: Vec<TextRule>,
    /// Files that are made from another one.
    pub derived: Vec<Derive>,
    /// What definitions have to mean, whatever their places say.
    pub asserted: BTreeMap<String, String>,
    /// The name of the tag at which the tree is, if it is at one.
    pub tag: Option<String>,
}

impl Declared {
    /// Whether nothing is declared.
    pub fn is_empty(&self) -> bool {
        self.definitions.is_empty() && self.values.is_empty() && self.texts.is_empty() && self.derived.is_empty()
    }

    /// Says what a definition has to mean, whatever its place says.
    ///
    /// # Errors
    ///
    /// Why it can't mean that, in one sentence without a trailing full stop.
    pub fn assert(&mut self, name: &str, text: &str) -> Result<(), String> {
        let Some(definition) = self.definitions.iter().find(|definition| definition.name == name) else {
            return Err(format!("no definition is called `{name}`"));
        };
        if let Some(pattern) = definition.matches.as_ref().filter(|pattern| !pattern.is_match(text)) {
            return Err(format!("`{text}` is not of the form that `{name}` has to have: `{}`", pattern.as_str()));
        }
        self.asserted.insert(name.to_owned(), text.to_owned());
        Ok(())
    }
}

/// A truth that has a name.
#[derive(Debug)]
pub struct Definition {
    /// The name.
    pub name: String,
    /// Where it is defined.
    pub span: Span,
    /// Where its text comes from.
    pub source: Source,
    /// What the text has to look like, from its start to its end.
    pub matches: Option<Regex>,
    /// What a tag is called that is made of it: `v{release}`.
    pub tag: Option<Template>,
}

/// Where the text of a definition comes from.
#[derive(Debug)]
pub enum Source {
    /// It is given.
    Text {
        /// What it is.
        text: String,
        /// Where the configuration says so: these characters, or all of a string that is written with escapes or over lines.
        span: Span,
    },
    /// It is the first value that stands there.
    File {
        /// The path, relative to the root.
        path: String,
        /// Where in the file.
        locator: Locator,
    },
}

/// A list that has a name.
#[derive(Debug, Clone)]
pub struct List {
    /// The name.
    pub name: String,
    /// Where it is defined.
    pub span: Span,
    /// Its rows.
    pub rows: Rows,
    /// How many there have to be at least.
    pub at_least: usize,
}

/// The rows of a list, each of which gives names a meaning.
#[derive(Debug, Clone)]
pub enum Rows {
    /// They are given: names and texts, and where.
    Given(Vec<(Span, Vec<(String, String)>)>),
    /// They are the values of a data file.
    Selected {
        /// The path of the file, relative to the root.
        file: String,
        /// The way to the values.
        path: DataPath,
        /// Whether the way has to go on to its end everywhere.
        non_empty: bool,
    },
    /// They are the files that match: `path`, `name` (without folders) and `stem` (without extension).
    Files(GlobSet),
}

/// Places that have to say the same as a definition.
#[derive(Debug)]
pub struct Value {
    /// What is said of it.
    pub about: About,
    /// What they have to say.
    pub equals: Template,
    /// The places.
    pub at: Vec<Place>,
}

/// A place in one or more files.
#[derive(Debug)]
pub struct Place {
    /// Where the configuration says so.
    pub span: Span,
    /// The files.
    pub files: Files,
    /// Where in the files.
    pub locator: Locator,
    /// Whether only the first value of each file counts.
    pub first: bool,
    /// How many values there have to be in all, if that is known.
    pub count: Option<usize>,
    /// How many values there have to be at least, in all.
    pub at_least: usize,
    /// Whether it may say less: `1.4` for `1.4.2`.
    pub partial: bool,
}

/// What is said of an assertion.
#[derive(Debug, Clone)]
pub struct About {
    /// What it is called.
    pub name: Option<String>,
    /// What to do if it does not hold.
    pub help: Option<String>,
    /// Where the configuration has it.
    pub span: Span,
}

/// Files by their paths.
#[derive(Debug, Default)]
pub struct Files {
    /// Paths and globs, in which names may stand.
    pub patterns: Vec<Template>,
    /// Those that don't count.
    pub except: GlobSet,
}

/// Texts that files have to hold or must not hold, and files that have to be there or must not.
#[derive(Debug)]
pub struct TextRule {
    /// What is said of it.
    pub about: About,
    /// The list over whose rows it is repeated.
    pub each: Option<String>,
    /// What the names of a row have to mean so that it counts: a glob each, negated if the flag is set.
    pub only: Vec<(String, GlobMatcher, bool)>,
    /// The files.
    pub files: Files,
    /// Whether it is enough if one of the files holds what is required.
    pub any: bool,
    /// Whether the files have to be there (`Some(true)`) or must not (`Some(false)`).
    pub exist: Option<bool>,
    /// What they have to hold.
    pub has: Vec<Needle>,
    /// What they must not hold.
    pub lacks: Vec<Needle>,
    /// Hosts that none of their URLs may name.
    pub lacks_host: Vec<(Span, String)>,
}

/// A text that is looked for.
#[derive(Debug)]
pub enum Needle {
    /// These characters.
    Text(Template),
    /// What matches a regular expression, in which names may stand.
    Pattern(Template),
    /// An operation of an API description: `POST /runs/{{id}}`.
    Operation(Template),
    /// A definition of a program: `Client.invoke`.
    Symbol(Template),
}

impl Needle {
    /// Its text.
    pub(super) fn template(&self) -> &Template {
        match self {
            Self::Text(template) | Self::Pattern(template) | Self::Operation(template) | Self::Symbol(template) => template,
        }
    }
}

/// Files that are made from another one.
#[derive(Debug)]
pub struct Derive {
    /// What is said of it.
    pub about: About,
    /// The list over whose rows it is repeated.
    pub each: Option<String>,
    /// The path of the source, relative to the root.
    pub from: Template,
    /// What of a contract is taken, if the source is one.
    pub part: Option<Part>,
    /// The path of the template that writes the files; without one they say what the source says.
    pub template: Option<Template>,
    /// The paths of the files.
    pub to: Vec<Template>,
    /// What counts.
    pub compare: Compare,
    /// Where no other files may be than those that are made.
    pub only: GlobSet,
}

/// A part of a contract: what is kept of it.
#[derive(Debug)]
pub struct Part {
    /// The tags of the operations; all operations if there is none.
    pub tags: Vec<Template>,
    /// The paths of the operations, as globs; all if there is none.
    pub paths: Vec<Template>,
    /// The ids of operations that have none, with `{method}`, `{Method}`, `{path}` and `{Path}` in them.
    pub ids: Option<Template>,
    /// Whether components are left out that nothing refers to.
    pub prune: bool,
}

/// What counts when two files are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// Every character.
    Bytes,
    /// The characters of the lines, but not how lines end nor white space at their ends.
    Text,
    /// What a data file says, whatever its format, and in whatever order its keys are.
    Data,
}
