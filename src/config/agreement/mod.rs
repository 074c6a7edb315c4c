//! What is declared to agree, as far as the configuration alone tells whether it is right.

mod derive;
mod raw;

use std::collections::BTreeMap;
use std::ops::Range;

use globset::{GlobBuilder, GlobSet};
use regex::Regex;
use toml::Spanned;

use raw::{Each, Help, RawPlace, RawRow, RawRows, Title};
pub(super) use raw::{Many, RawDefinition, RawDerive, RawList, RawText, RawValue};

use super::artifact::RawArtifact;
use super::problem::Problem;
use super::validate::Checker;
use crate::check::agreement::{
    About, Declared, Definition, Files, List, Locator, Needle, Place, Rows, Source, Template, TextRule, Value, globs, is_glob, is_name,
    line_pattern,
};
use crate::check::audit::Expected;
use crate::parse::{DataPath, ElementPath};
use crate::rule::nearest;

/// All that is declared.
pub(super) struct RawAgreement {
    pub(super) define: BTreeMap<Spanned<String>, Spanned<RawDefinition>>,
    pub(super) lists: BTreeMap<Spanned<String>, RawList>,
    pub(super) value: Vec<Spanned<RawValue>>,
    pub(super) text: Vec<Spanned<RawText>>,
    pub(super) derive: Vec<Spanned<RawDerive>>,
    pub(super) artifact: Vec<Spanned<RawArtifact>>,
}

/// How a value is found, as it is written.
struct RawLocator {
    pointers: Vec<Spanned<String>>,
    regex: Option<Spanned<String>>,
    select: Option<Spanned<String>>,
    attribute: Option<String>,
}

/// The names that may stand in texts.
pub(super) struct Names {
    definitions: Vec<String>,
    /// The names of a list's rows; `None` where the tree says them.
    lists: BTreeMap<String, Option<Vec<String>>>,
}

impl Checker<'_> {
    pub(super) fn agreement(&mut self, path: &str, raw: RawAgreement) -> (Declared, Vec<Expected>) {
        // What is wrong with a definition is no reason to find its name unknown.
        let defined = raw.define.keys().map(|name| name.get_ref().clone()).filter(|name| is_name(name)).collect();
        let listed: Vec<_> = raw.lists.keys().map(|name| (name.get_ref().clone(), None)).collect();
        let lists: Vec<_> = raw.lists.into_iter().filter_map(|(name, raw)| self.list(name, raw)).collect();
        let fields = |list: &List| match &list.rows {
            Rows::Given(rows) => Some(rows.iter().flat_map(|(_, names)| names.iter().map(|(name, _)| name.clone())).collect()),
            Rows::Files(_) => Some(["path", "name", "stem"].map(str::to_owned).into()),
            Rows::Selected { .. } => None,
        };
        let names = Names {
            definitions: defined,
            lists: listed.into_iter().chain(lists.iter().map(|list| (list.name.clone(), fields(list)))).collect(),
        };
        let definitions = raw.define.into_iter().filter_map(|(name, raw)| self.definition(name, raw, &names)).collect();
        let artifacts = raw.artifact.into_iter().map(|raw| self.artifact(raw, &names)).collect();
        let declared = Declared {
            path: path.to_owned(),
            values: raw.value.into_iter().filter_map(|raw| self.value(raw, &names)).collect(),
            texts: raw.text.into_iter().map(|raw| self.text(raw, &names)).collect(),
            derived: raw.derive.into_iter().map(|raw| self.derive(raw, &names)).collect(),
            definitions,
            lists,
            ..Declared::default()
        };
        (declared, artifacts)
    }

    pub(super) fn problem(&mut self, span: Range<usize>, message: impl Into<String>) {
        self.problems.push(Problem::new(span, message));
    }

    fn name(&mut self, name: &Spanned<String>) {
        if !is_name(name.get_ref()) {
            let problem = Problem::new(name.span(), format!("`{}` is no name", name.get_ref()));
            self.problems.push(problem.help("a name has letters, digits, `-` and `_`, and begins with a letter"));
        }
    }

    fn definition(&mut self, name: Spanned<String>, raw: Spanned<RawDefinition>, names: &Names) -> Option<Definition> {
        self.name(&name);
        let span = name.span();
        let whole = raw.span();
        let raw = match raw.into_inner() {
            RawDefinition::Text(text) => {
                // In quotes of either kind, unless it is written with escapes or over lines.
                let is_quoted = whole.len() == text.len() + 2;
                let span = if is_quoted { whole.start + 1..whole.end - 1 } else { whole };
                let source = Source::Text { text, span: span.into() };
                return Some(Definition { span: name.span().into(), name: name.into_inner(), source, matches: None, tag: None });
            }
            RawDefinition::Place(raw) => raw,
        };
        let path = self.path(&raw.file);
        let locator = self.locator(
            &span,
            RawLocator { pointers: raw.pointer.into_iter().collect(), regex: raw.regex, select: raw.select, attribute: raw.attribute },
        )?;
        let matches = raw.matches.and_then(|pattern| self.regex(&Spanned::new(pattern.span(), format!("^(?:{})$", pattern.get_ref()))));
        let tag = raw.tag.map(|tag| {
            let template = self.template(&tag, names, None);
            if template.names().next().is_none() {
                self.problem(tag.span(), "every release would have the same tag");
            }
            template
        });
        Some(Definition { name: name.into_inner(), span: span.into(), source: Source::File { path, locator }, matches, tag })
    }

    /// A path below the root.
    pub(super) fn path(&mut self, raw: &Spanned<String>) -> String {
        let path = raw.get_ref().strip_prefix("./").unwrap_or(raw.get_ref());
        if path.split(['/', '\\']).any(|part| part.is_empty() || part == "..") || path.contains("://") {
            let problem = Problem::new(raw.span(), format!("`{}` is no path below the root", raw.get_ref()));
            self.problems.push(problem.help("name the file relative to congruent.toml, with forward slashes"));
        }
        path.to_owned()
    }

    fn regex(&mut self, raw: &Spanned<String>) -> Option<Regex> {
        line_pattern(raw.get_ref()).map_err(|message| self.problem(raw.span(), message)).ok()
    }

    fn globs(&mut self, raw: Option<Spanned<Many>>) -> GlobSet {
        let texts = Many::texts(raw);
        for glob in &texts {
            if let Err(message) = globs([glob.get_ref().as_str()]) {
                self.problem(glob.span(), message);
            }
        }
        globs(texts.iter().map(|glob| glob.get_ref().as_str())).unwrap_or_default()
    }

    fn pointer(&mut self, raw: &Spanned<String>) -> Option<DataPath> {
        DataPath::parse(raw.get_ref()).map_err(|message| self.problem(raw.span(), message)).ok()
    }

    fn locator(&mut self, span: &Range<usize>, raw: RawLocator) -> Option<Locator> {
        let ways = [raw.regex.as_ref(), raw.select.as_ref(), raw.pointers.first()];
        let mut given = ways.into_iter().flatten();
        if let (Some(_), Some(second)) = (given.next(), given.next()) {
            self.problem(second.span(), "a value is found by `pointer`, by `regex` or by `select`, not by two of them");
            return None;
        }
        if let (Some(_), None) = (&raw.attribute, &raw.select) {
            self.problem(span.clone(), "`attribute` is one of the elements that `select` finds");
        }
        match (&raw.regex, &raw.select) {
            (Some(regex), _) => self.regex(regex).map(Locator::Pattern),
            (None, Some(select)) => match ElementPath::parse(select.get_ref(), raw.attribute.as_deref()) {
                Ok(path) => Some(Locator::Element(path)),
                Err(message) => {
                    self.problem(select.span(), message);
                    None
                }
            },
            (None, None) if raw.pointers.is_empty() => Some(Locator::Manifest),
            (None, None) => Some(Locator::Data(raw.pointers.iter().filter_map(|pointer| self.pointer(pointer)).collect())),
        }
    }

    fn list(&mut self, name: Spanned<String>, raw: RawList) -> Option<List> {
        self.name(&name);
        let span = name.span();
        let at_least = if let RawList::From(rows) = &raw { rows.at_least } else { 0 };
        let rows = match raw {
            RawList::Rows(rows) if rows.is_empty() => {
                self.problem(span, "this list has no row, so what is repeated over it would mean nothing");
                return None;
            }
            RawList::Rows(rows) => Rows::Given(rows.into_iter().map(given).collect()),
            RawList::From(RawRows { file: Some(file), select: Some(select), files: None, non_empty, .. }) => {
                Rows::Selected { file: self.path(&file), path: self.pointer(&select)?, non_empty }
            }
            RawList::From(RawRows { file: None, select: None, files: Some(files), non_empty: false, .. }) => {
                Rows::Files(self.globs(Some(files)))
            }
            RawList::From(_) => {
                self.problem(span, "the rows of a list come from `file` and `select`, or from `files`");
                return None;
            }
        };
        Some(List { name: name.into_inner(), span: span.into(), rows, at_least })
    }

    fn value(&mut self, raw: Spanned<RawValue>, names: &Names) -> Option<Value> {
        let span = raw.span();
        let raw = raw.into_inner();
        let equals = self.meaning_of(&raw.equals, names);
        if raw.at.get_ref().is_empty() {
            self.problem(raw.at.span(), "`at` names no place, so this entry would mean nothing");
        }
        let at = raw.at.into_inner().into_iter().filter_map(|raw| self.place_in_files(raw, names)).collect();
        Some(Value {
            about: About { name: raw.name.map(|Title(name)| name), help: raw.help.map(|Help(help)| help), span: span.into() },
            equals,
            at,
        })
    }

    /// The name of a definition, or a text with names in braces.
    pub(super) fn meaning_of(&mut self, raw: &Spanned<String>, names: &Names) -> Template {
        let text = raw.get_ref();
        let text = if text.contains('{') { text.clone() } else { format!("{{{text}}}") };
        self.template(&Spanned::new(raw.span(), text), names, None)
    }

    fn place_in_files(&mut self, raw: Spanned<RawPlace>, names: &Names) -> Option<Place> {
        let span = raw.span();
        let raw = raw.into_inner();
        let mut patterns = Many::texts(raw.files);
        if raw.file.is_some() != patterns.is_empty() {
            self.problem(span, "a place is in one `file`, or in `files`");
            return None;
        }
        if let Some(file) = raw.file {
            self.path(&file);
            if is_glob(file.get_ref()) {
                let problem = Problem::new(file.span(), format!("`{}` is no file but a glob", file.get_ref()));
                self.problems.push(problem.help("write `files` instead of `file`"));
            }
            patterns.push(file);
        }
        let files = self.files(patterns, raw.except, names, None);
        let locator = self.locator(
            &span,
            RawLocator { pointers: Many::texts(raw.pointer), regex: raw.regex, select: raw.select, attribute: raw.attribute },
        )?;
        let at_least = raw.at_least.unwrap_or(1);
        Some(Place { span: span.into(), files, locator, first: raw.first, count: raw.count, at_least, partial: raw.partial })
    }

    fn files(&mut self, patterns: Vec<Spanned<String>>, except: Option<Spanned<Many>>, names: &Names, each: Option<&str>) -> Files {
        for pattern in &patterns {
            if let Err(message) = globs([pattern.get_ref().as_str()]) {
                self.problem(pattern.span(), message);
            }
        }
        let patterns = patterns.iter().map(|pattern| self.template(pattern, names, each)).collect();
        Files { patterns, except: self.globs(except) }
    }

    fn text(&mut self, raw: Spanned<RawText>, names: &Names) -> TextRule {
        let span = raw.span();
        let raw = raw.into_inner();
        let each = self.each(raw.each, names);
        let row = each.as_deref();
        if raw.files.get_ref().is_empty() {
            self.problem(raw.files.span(), "`files` names no file, so this entry would mean nothing");
        }
        let only = raw.only.into_iter().filter_map(|(name, glob)| {
            let (text, negated) = glob.get_ref().strip_prefix('!').map_or((glob.get_ref().as_str(), false), |text| (text, true));
            match GlobBuilder::new(text).build() {
                Ok(built) => Some((name, built.compile_matcher(), negated)),
                Err(error) => {
                    self.problem(glob.span(), format!("`{text}` is no glob: {}", error.kind()));
                    None
                }
            }
        });
        let only = only.collect();
        let needles = |checker: &mut Self, raw: Option<Spanned<Many>>, pattern: Option<Spanned<Many>>| -> Vec<Needle> {
            let texts: Vec<_> = Many::texts(raw).iter().map(|text| Needle::Text(checker.needle(text, names, row))).collect();
            let patterns: Vec<_> = Many::texts(pattern).iter().map(|text| Needle::Pattern(checker.pattern(text, names, row))).collect();
            texts.into_iter().chain(patterns).collect()
        };
        let mut has = needles(self, raw.has, raw.has_regex);
        has.extend(Many::texts(raw.has_operation).iter().map(|text| Needle::Operation(self.needle(text, names, row))));
        has.extend(Many::texts(raw.has_symbol).iter().map(|text| Needle::Symbol(self.needle(text, names, row))));
        let lacks = needles(self, raw.lacks, raw.lacks_regex);
        let lacks_host = Many::texts(raw.lacks_host).into_iter().map(|host| self.host(&host)).collect();
        let holds_nothing = has.is_empty() && lacks.is_empty();
        if let Some(exist) = raw.exist.as_ref().filter(|exist| !(*exist.get_ref() || holds_nothing)) {
            self.problem(exist.span(), "a file that must not be there holds nothing: leave `exist`, or `has` and `lacks`, out");
        }
        let exist = raw.exist.map(Spanned::into_inner);
        let files = self.files(Many::texts(Some(raw.files)), raw.except, names, row);
        let about = About { name: raw.name.map(|Title(name)| name), help: raw.help.map(|Help(help)| help), span: span.into() };
        TextRule { about, each, only, files, any: raw.any, exist, has, lacks, lacks_host }
    }

    fn needle(&mut self, raw: &Spanned<String>, names: &Names, each: Option<&str>) -> Template {
        if raw.get_ref().is_empty() {
            self.problem(raw.span(), "every file holds nothing");
        }
        self.template(raw, names, each)
    }

    fn pattern(&mut self, raw: &Spanned<String>, names: &Names, each: Option<&str>) -> Template {
        let template = self.template(raw, names, each);
        // Whatever a name means is escaped, so that any text shows whether the rest is right.
        let sample = template.sample();
        if let Err(message) = line_pattern(&sample) {
            self.problem(raw.span(), message);
        }
        template
    }

    fn host(&mut self, raw: &Spanned<String>) -> (crate::model::Span, String) {
        let text = raw.get_ref();
        match url::Host::parse(text) {
            Ok(host) => (raw.span().into(), host.to_string()),
            Err(error) => {
                self.problem(raw.span(), format!("`{text}` is no host: {error}"));
                (raw.span().into(), String::new())
            }
        }
    }

    fn each(&mut self, raw: Option<Spanned<Each>>, names: &Names) -> Option<String> {
        let raw = raw.map(|each| Spanned::new(each.span(), each.into_inner().0))?;
        if !names.lists.contains_key(raw.get_ref()) {
            let problem = Problem::new(raw.span(), format!("no list is called `{}`", raw.get_ref()));
            self.problems.push(match nearest(raw.get_ref(), names.lists.keys().map(String::as_str)) {
                Some(nearest) => problem.help(format!("did you mean `{nearest}`?")),
                None => problem.help("lists have their names in `[lists]`"),
            });
        }
        Some(raw.into_inner())
    }

    /// A text whose names mean something.
    fn template(&mut self, raw: &Spanned<String>, names: &Names, each: Option<&str>) -> Template {
        let template = Template::parse(raw.get_ref(), raw.span().into());
        let row = each.and_then(|name| names.lists.get(name));
        // What the rows of a data file have is known when it is read.
        if !matches!(row, Some(None)) {
            let fields = row.into_iter().flatten().flatten();
            let known: Vec<_> = fields.chain(&names.definitions).map(String::as_str).collect();
            for name in template.names().filter(|name| !known.contains(name)) {
                let problem = Problem::new(raw.span(), format!("`{name}` means nothing here"));
                self.problems.push(match nearest(name, known.iter().copied()) {
                    Some(nearest) => problem.help(format!("did you mean `{nearest}`?")),
                    None => problem.help("names are those of `[define]` and of the rows of `each`; write `{{` for a brace"),
                });
            }
        }
        template
    }
}

fn given(row: Spanned<RawRow>) -> (crate::model::Span, Vec<(String, String)>) {
    let span = row.span().into();
    let names = match row.into_inner() {
        RawRow::Text(text) => vec![("item".to_owned(), text)],
        RawRow::Names(names) => names.into_iter().collect(),
    };
    (span, names)
}
