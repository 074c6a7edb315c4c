//! `congruent-baseline.toml`: one entry a line, sorted, without line numbers and times, so that it merges.

use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use toml::Spanned;

use crate::config::{Invalid, Problem};
use crate::model::{Document, Encoding, Secret, Span};

/// The name of the file, which stands at the root of what is checked.
pub const FILE_NAME: &str = "congruent-baseline.toml";

/// What the file says of itself.
pub(super) const VERSION: usize = 1;

/// The most findings that one entry accepts.
const MOST: usize = 1_000_000;

/// How many hexadecimal digits of a secret's hash are kept. Of the million secrets that a word list would try, one or two fit by
/// chance: whoever has the file learns nothing, and another secret in the place of one goes unseen once in a million times.
const DIGITS: usize = 5;

/// The findings that a project accepts.
#[derive(Debug)]
pub struct Baseline {
    document: Document,
    salt: Option<String>,
    entries: Vec<Entry>,
}

/// Findings that are accepted: those of one rule that look the same and stand in one file.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) path: String,
    pub(super) rule: String,
    pub(super) fingerprint: String,
    /// A hash of the secret in them.
    pub(super) secret: Option<String>,
    pub(super) count: usize,
    pub(super) reason: String,
    /// Where the entry stands.
    pub(super) span: Span,
    /// Where its count stands.
    pub(super) count_span: Option<Span>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    version: Spanned<usize>,
    salt: Option<String>,
    #[serde(default)]
    findings: Vec<Spanned<RawEntry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    path: String,
    rule: String,
    fingerprint: String,
    secret: Option<Spanned<String>>,
    count: Option<Spanned<usize>>,
    reason: Spanned<String>,
}

/// A baseline that accepts nothing.
impl Default for Baseline {
    fn default() -> Self {
        Self { document: Document::new(FILE_NAME, "", Encoding::Utf8 { bom: false }), salt: None, entries: Vec::new() }
    }
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn parse(document: Document) -> Result<Self, Box<Invalid>> {
        let raw: Raw = match toml::from_str(document.as_str()) {
            Ok(raw) => raw,
            Err(error) => {
                let help = "resolve what a merge left, or delete the file and run `congruent baseline`".to_owned();
                let message = error.message().trim_end_matches('.').to_owned();
                let problem = Problem { span: error.span().unwrap_or_default().into(), message, help: Some(help) };
                return Err(Box::new(Invalid { document, problems: vec![problem] }));
            }
        };
        let mut problems = Vec::new();
        let mut wrong = |span: std::ops::Range<usize>, message: &str| {
            problems.push(Problem { span: span.into(), message: message.to_owned(), help: None });
        };
        if *raw.version.get_ref() != VERSION {
            wrong(raw.version.span(), "this baseline was written by another version of congruent: delete it and run `congruent baseline`");
        }
        for entry in raw.findings.iter().map(Spanned::get_ref) {
            if let Some(count) = entry.count.as_ref().filter(|count| !(1..=MOST).contains(count.get_ref())) {
                wrong(count.span(), "an entry accepts nothing, or more than there can be");
            }
            if let Some(secret) = entry.secret.as_ref().filter(|_| raw.salt.is_none()) {
                wrong(secret.span(), "the salt is missing, without which this means nothing");
            }
            if !entry.reason.get_ref().contains(char::is_alphanumeric) {
                wrong(entry.reason.span(), "the reason is missing");
            }
        }
        if !problems.is_empty() {
            return Err(Box::new(Invalid { document, problems }));
        }
        let entries = raw.findings.into_iter().map(entry).collect();
        Ok(Self { document, salt: raw.salt, entries })
    }

    /// The file's text; empty if there is no file.
    pub fn text(&self) -> &str {
        self.document.as_str()
    }

    /// The file.
    pub fn document(&self) -> &Document {
        &self.document
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(super) fn salt(&self) -> Option<&str> {
        self.salt.as_deref()
    }

    /// A secret as this baseline writes it.
    pub(super) fn hashed(&self, fingerprint: &str, secret: &Secret) -> String {
        hashed(self.salt.as_deref().unwrap_or_default(), fingerprint, secret)
    }

    /// An entry with its comma, and with its line if nothing else stands there.
    pub(super) fn line(&self, entry: &Entry) -> Span {
        let line = self.document.line_span(self.document.position(entry.span.start).line);
        let next = self.document.line_span(self.document.position(entry.span.start).line + 1);
        let before = self.document.slice(Span::new(line.start, entry.span.start));
        let rest = self.document.slice(Span::new(entry.span.end, line.end.max(entry.span.end)));
        let comma = rest.len() - rest.trim_start().strip_prefix(',').map_or(rest, str::trim_start).len();
        let is_alone = before.trim().is_empty() && rest.len() == comma;
        if is_alone { Span::new(line.start, next.start.max(entry.span.end)) } else { Span::new(entry.span.start, entry.span.end + comma) }
    }
}

fn entry(raw: Spanned<RawEntry>) -> Entry {
    let span = raw.span().into();
    let RawEntry { path, rule, fingerprint, secret, count, reason } = raw.into_inner();
    let count_span = count.as_ref().map(|count| count.span().into());
    let (secret, count) = (secret.map(Spanned::into_inner), count.map_or(1, Spanned::into_inner));
    Entry { path, rule, fingerprint, secret, count, reason: reason.into_inner(), span, count_span }
}

/// A secret in a finding with this fingerprint: only with the salt, and only for this finding, can two be compared.
pub(super) fn hashed(salt: &str, fingerprint: &str, secret: &Secret) -> String {
    let mut hash = Sha256::new();
    for part in [salt, fingerprint, secret.expose()] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let digits: String = hash.finalize().iter().take(DIGITS.div_ceil(2)).map(|byte| format!("{byte:02x}")).collect();
    digits.chars().take(DIGITS).collect()
}
