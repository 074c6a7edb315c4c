//! Where in a file a value stands.

use regex::Regex;

use crate::model::{Document, Manifest, Span};
use crate::parse::{DataDocument, DataPath, ElementPath};

/// How a value is found in a file.
#[derive(Debug, Clone)]
pub enum Locator {
    /// At these paths of a data file.
    Data(Vec<DataPath>),
    /// The first group of a regular expression, or all of it if it has none. `^` and `$` stand for the ends of lines.
    Pattern(Regex),
    /// What such elements of a page or an XML file say.
    Element(ElementPath),
    /// Where such a file has its version ([`Manifest`]).
    Manifest,
}

/// A value in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::check) struct Located {
    /// Where.
    pub(super) span: Span,
    /// What it says.
    pub(in crate::check) text: String,
}

/// What a locator found.
#[derive(Debug, Default)]
pub(in crate::check) struct Found {
    /// The values, in order.
    pub(in crate::check) values: Vec<Located>,
    /// What should have been there: the place, and what is wrong there.
    pub(super) faults: Vec<(Span, String)>,
    /// Whether it is enough if one of the values is what it has to be.
    pub(super) is_any: bool,
}

impl Locator {
    /// Finds the values of a file.
    ///
    /// # Errors
    ///
    /// Why this can't be asked of the file, in one sentence without a trailing full stop.
    pub(in crate::check) fn find(&self, document: &Document, manifests: &[Manifest]) -> Result<Found, String> {
        match self {
            Self::Data(paths) => at_paths(document, paths),
            Self::Pattern(pattern) => Ok(matches(document, pattern)),
            Self::Element(path) => in_elements(document, path),
            Self::Manifest => in_manifest(document, manifests),
        }
    }
}

fn at_paths(document: &Document, paths: &[DataPath]) -> Result<Found, String> {
    let file = DataDocument::read(document).ok_or_else(|| format!("{} is neither JSON nor YAML nor TOML", document.path()))?;
    let mut found = Found::default();
    for path in paths {
        let selection = file.select(path);
        found.faults.extend(selection.ends.into_iter().map(|(span, what)| (first_line(document, span), format!("there is {what} here"))));
        for value in selection.found {
            match value.text {
                Some(text) => found.values.push(Located { span: value.span, text }),
                None => found.faults.push((first_line(document, value.span), "this holds more than one value".to_owned())),
            }
        }
    }
    Ok(found)
}

/// The part of a span on its first line.
pub(super) fn first_line(document: &Document, span: Span) -> Span {
    let length = document.slice(span).lines().next().map_or(0, str::len);
    Span::new(span.start, span.start + length)
}

fn matches(document: &Document, pattern: &Regex) -> Found {
    let located = |captures: regex::Captures<'_>| {
        let group = captures.get(1).or_else(|| captures.get(0))?;
        Some(Located { span: group.range().into(), text: group.as_str().to_owned() })
    };
    Found { values: pattern.captures_iter(document.as_str()).filter_map(located).collect(), ..Found::default() }
}

fn in_elements(document: &Document, path: &ElementPath) -> Result<Found, String> {
    let mut found = Found::default();
    for element in path.find(document)? {
        match element.text {
            Some(text) => found.values.push(Located { span: element.span, text }),
            None => found.faults.push((first_line(document, element.span), "this element does not say it".to_owned())),
        }
    }
    Ok(found)
}

fn in_manifest(document: &Document, manifests: &[Manifest]) -> Result<Found, String> {
    let name = document.file_name();
    let is_it = |pattern: &String| pattern.strip_prefix('*').map_or(name == pattern, |end| name.ends_with(end));
    let unknown = || format!("nobody knows where {} has its version: say so with `pointer` or `regex`", document.path());
    let manifest = manifests.iter().find(|manifest| manifest.files.iter().any(is_it)).ok_or_else(unknown)?;
    if let Some(pattern) = &manifest.pattern {
        return Ok(Found { is_any: manifest.several, ..matches(document, &line_pattern(pattern)?) });
    }
    let paths = manifest.pointers.iter().map(|pointer| DataPath::parse(pointer)).collect::<Result<Vec<_>, _>>()?;
    let mut found = at_paths(document, &paths)?;
    if !found.values.is_empty() {
        found.faults.clear();
    }
    found.faults.truncate(1);
    Ok(found)
}

/// The version that a manifest states of its package, and where; `None` if nobody knows where such a file has it.
pub fn stated_version(document: &Document, manifests: &[Manifest]) -> Option<(Span, String)> {
    let value = in_manifest(document, manifests).ok()?.values.into_iter().next()?;
    Some((value.span, value.text))
}

/// A regular expression in which `^` and `$` stand for the ends of lines, however those are written.
///
/// # Errors
///
/// What is wrong with it.
pub fn line_pattern(pattern: &str) -> Result<Regex, String> {
    let built = regex::RegexBuilder::new(pattern).multi_line(true).crlf(true).build();
    built.map_err(|error| match error {
        regex::Error::Syntax(message) => message.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned(),
        other => other.to_string(),
    })
}
