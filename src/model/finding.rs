use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Document, Secret, Span};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Worth mending.
    Warning,
    /// Has to be mended.
    Error,
}

impl Severity {
    /// The severity's name in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How sure the tool is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Some of these are false.
    Low,
    /// Few of these are false.
    Medium,
    /// It follows from a parse.
    High,
}

/// What a check says about one document, before anything is printed.
#[derive(Debug, Clone)]
pub struct Hit {
    /// The place in the document that was checked.
    pub span: Span,
    /// One sentence in the project's own words, without a trailing full stop.
    pub message: String,
    /// What to do, where it can be more exact than the rule's remedy.
    pub help: Option<String>,
    /// A lower severity than the rule's own, where the place says so.
    pub at_most: Option<Severity>,
    /// Hits of one rule with the same group fold in the `full` format: the host, say.
    pub group: Option<String>,
    /// What it is about, by which it is known again, instead of the stretch of the document around it.
    pub anchor: Option<String>,
    /// The request that is wrong, in which other rules may see another fault.
    pub request: Option<Span>,
    /// Other places that belong to it.
    pub related: Vec<RelatedHit>,
    /// Whether those are the way of a value to this place, its source first.
    pub is_flow: bool,
    /// A mend.
    pub fix: Option<Fix>,
}

impl Hit {
    /// A hit with nothing but a place and a message.
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        let (help, at_most, group, anchor, request, fix) = (None, None, None, None, None, None);
        Self { span, message: message.into(), help, at_most, group, anchor, request, related: Vec::new(), is_flow: false, fix }
    }
}

/// Another place that belongs to a hit.
#[derive(Debug, Clone)]
pub enum RelatedHit {
    /// In the same document.
    Here(Span, String),
    /// Somewhere else, already resolved.
    There(Place, String),
    /// In another document, whose line is to be shown.
    Elsewhere(Arc<Document>, Span, String),
}

/// A mend of the document that was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fix {
    /// Whether it can be applied without a person looking at it.
    pub safe: bool,
    /// What to replace, disjoint and sorted.
    pub edits: Vec<Edit>,
    /// The path of a file that is made anew from its source, in whole: what it says then is not in the report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remakes: Option<String>,
    /// What stands there then, for people: the part of one line that the finding and the edits are about, without secrets.
    #[serde(skip)]
    pub mended: Option<String>,
}

impl Fix {
    /// Replacements in the document that was checked.
    pub fn edits(safe: bool, edits: Vec<Edit>) -> Self {
        Self { safe, edits, remakes: None, mended: None }
    }

    /// The file at this path is made anew from its source.
    pub fn remake(path: String) -> Self {
        Self { safe: true, edits: Vec::new(), remakes: Some(path), mended: None }
    }
}

/// One replacement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// What to replace.
    #[serde(skip)]
    pub span: Span,
    /// Where that is.
    pub place: Option<Place>,
    /// What to put there.
    pub replacement: String,
}

/// A place in a file, ready to print. Lines and columns are 1-based, columns count characters, the end is exclusive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, schemars::JsonSchema)]
pub struct Place {
    /// Relative to the root of what was checked, with forward slashes.
    pub path: String,
    /// The first line.
    pub line: usize,
    /// The first column.
    pub column: usize,
    /// The last line.
    pub end_line: usize,
    /// The column after the last character.
    pub end_column: usize,
}

/// Another place that belongs to a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub place: Place,
    /// What it has to do with the finding.
    pub message: String,
    /// Its line, to be shown.
    pub excerpt: Option<Excerpt>,
}

/// The source lines of a place, secrets masked, cut to a bounded width around the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The number of the first line, from 1.
    pub line: usize,
    /// The lines, joined with `\n`.
    pub text: String,
    /// The bytes of `text` to point at.
    pub highlight: Span,
}

/// A hit as the reports show it.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule's id.
    pub rule: &'static str,
    /// The rule's severity after configuration, or the hit's own if that is lower.
    pub severity: Severity,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// Where.
    pub place: Place,
    /// What is wrong.
    pub message: String,
    /// What to do, which many findings share.
    pub help: Arc<str>,
    /// Hits of one rule with the same group fold in the `full` format.
    pub group: Option<String>,
    /// The finding's identity: rule, masked text, anchor; no path and no line. Lower-case hex.
    pub fingerprint: String,
    /// The secrets that stand in the offending text, by which a finding with another one is told from this one.
    pub secret: Option<Secret>,
    /// Other places that belong to it.
    pub related: Vec<Related>,
    /// Whether those are the way of a value to this place, its source first.
    pub is_flow: bool,
    /// A mend.
    pub fix: Option<Fix>,
    /// The source at the place.
    pub excerpt: Option<Excerpt>,
}

impl Finding {
    /// The order of findings in a report: by place, then by rule.
    pub fn order(&self) -> impl Ord + '_ {
        (&self.place, self.rule)
    }

    /// Names all its places by paths from the folder that holds the given one.
    pub fn put_below(&mut self, folder: &str) {
        if !folder.is_empty() {
            for place in self.places_mut() {
                place.path = format!("{folder}/{}", place.path);
            }
        }
    }

    /// All places that it names.
    fn places_mut(&mut self) -> impl Iterator<Item = &mut Place> {
        let edits = self.fix.iter_mut().flat_map(|fix| &mut fix.edits).filter_map(|edit| edit.place.as_mut());
        std::iter::once(&mut self.place).chain(self.related.iter_mut().map(|related| &mut related.place)).chain(edits)
    }
}
