//! The version of what a tree holds, and the places that say it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use regex::{Regex, escape};

use super::is_sample;
use crate::check::agreement::{Locator, line_pattern};
use crate::model::{Document, Manifest};
use crate::parse::{DataDocument, DataPath, Format};

/// The version of what a tree holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// `1.4.2`.
    pub version: String,
    /// The file that is nearest to being its definition.
    pub path: String,
    /// The way to it there; `None` in a manifest, which is understood.
    pub pointer: Option<&'static str>,
    /// What packages are called that have it.
    names: Vec<String>,
}

/// A place that says the version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// The file.
    pub path: String,
    /// Where in it.
    pub at: Where,
}

/// Where in a file a version stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Where {
    /// Where such a manifest has it.
    Manifest,
    /// Behind a JSON Pointer.
    Pointer(&'static str),
    /// In the first group of a regular expression.
    Pattern(String),
}

/// A version, in a regular expression.
const VERSION: &str = r"(\d+\.\d+\.\d+(?:-[\w.]*\w)?)";

/// Where data that is no manifest has its version.
const POINTER: &str = "/version";

/// Where manifests have the name of their package.
const NAMES: [&str; 4] = ["/name", "/package/name", "/project/name", "/tool/poetry/name"];

/// Versions that many things have which have nothing to do with each other.
const COMMON: [&str; 6] = ["0.0.0", "0.0.1", "0.1.0", "1.0.0", "1.0.1", "0.2.0"];

/// Words in the names of files and folders that tell what was true at their time.
const RECORDS: [&str; 8] = ["changelog", "changes", "history", "news", "releases", "whats-new", "release-notes", "blog"];

impl Release {
    /// Whether a file may say what the version is.
    pub fn may_define(path: &str, manifests: &[Manifest]) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        let is_manifest = manifests.iter().flat_map(|manifest| &manifest.files).any(|file| file == name);
        (is_manifest || is_version_file(name)) && !is_record(path) && !is_sample(path)
    }

    /// The version that most of the files have which may say what it is; of several such, the one nearest to the root.
    pub fn find(documents: &[Document], manifests: &[Manifest]) -> Option<Self> {
        let mut by_version: BTreeMap<String, Vec<(&Document, Option<&'static str>)>> = BTreeMap::new();
        let whole = Regex::new(&format!("^{VERSION}$")).ok()?;
        for document in documents {
            let (pointer, version) = match in_manifest(document, manifests) {
                Some(version) => (None, version),
                None => match at_pointer(document, POINTER) {
                    Some(version) => (Some(POINTER), version),
                    None => continue,
                },
            };
            if whole.is_match(&version) && !COMMON.contains(&version.as_str()) {
                by_version.entry(version).or_default().push((document, pointer));
            }
        }
        let depth = |document: &Document| document.path().matches('/').count();
        let rank = |files: &[(&Document, Option<&str>)]| (files.len(), Reverse(files.iter().map(|(file, _)| depth(file)).min()));
        let (version, files) = by_version.into_iter().max_by_key(|(_, files)| rank(files))?;
        let (file, pointer) =
            files.iter().min_by_key(|(file, _)| (!is_version_file(file.file_name()), depth(file), file.path().to_owned())).copied()?;
        let mut names: Vec<_> = files.iter().filter_map(|(file, _)| NAMES.iter().find_map(|name| at_pointer(file, name))).collect();
        names.sort();
        names.dedup();
        Some(Self { version, path: file.path().to_owned(), pointer, names })
    }

    /// The places of a file that say the version, where all that say one say this one.
    pub(super) fn stated(&self, document: &Document, manifests: &[Manifest]) -> Vec<Stated> {
        let (path, text) = (document.path(), document.as_str());
        if is_sample(path) || memchr::memmem::find(text.as_bytes(), self.version.as_bytes()).is_none() {
            return Vec::new();
        }
        let stated = |at: Where| Stated { path: path.to_owned(), at };
        let mut out = Vec::new();
        if in_manifest(document, manifests).is_some_and(|version| version == self.version) {
            out.push(stated(Where::Manifest));
        }
        // A page says it in its text, too.
        let is_page = Format::of(path, text) == Format::Markdown;
        if is_record(path) || !(out.is_empty() || is_page) {
            return out;
        }
        if at_pointer(document, POINTER).is_some_and(|version| version == self.version) {
            return vec![stated(Where::Pointer(POINTER))];
        }
        let patterns = self.patterns().into_iter().filter(|pattern| self.is_all(text, pattern));
        out.extend(patterns.map(|pattern| stated(Where::Pattern(pattern))));
        out
    }

    /// What says the version of a package, or the newest one.
    fn patterns(&self) -> Vec<String> {
        let pin = |name: &String| format!(r"\b{}(?:\[[\w,-]*\])?(?:==|>=|~=|@v?){VERSION}", escape(name));
        let newest = format!(r"(?i)\b(?:current|latest)(?: stable)? (?:version|release)\b[^\w\n]{{1,6}}v?{VERSION}");
        self.names.iter().map(pin).chain([newest]).filter(|pattern| !pattern.contains('\'')).collect()
    }

    /// Whether a pattern finds something, and everywhere this version.
    fn is_all(&self, text: &str, pattern: &str) -> bool {
        let Ok(pattern) = line_pattern(pattern) else { return false };
        let mut found = pattern.captures_iter(text).filter_map(|captures| captures.get(1)).peekable();
        found.peek().is_some() && found.all(|group| group.as_str() == self.version)
    }
}

/// What a manifest says that its version is, if all that it says is one.
fn in_manifest(document: &Document, manifests: &[Manifest]) -> Option<String> {
    let found = Locator::Manifest.find(document, manifests).ok()?;
    let first = found.values.first()?.text.clone();
    found.values.iter().all(|value| value.text == first).then_some(first)
}

fn at_pointer(document: &Document, pointer: &str) -> Option<String> {
    let selection = DataDocument::read(document)?.select(&DataPath::parse(pointer).ok()?);
    selection.found.into_iter().next()?.text
}

/// `version.json` and the like.
fn is_version_file(name: &str) -> bool {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "txt"));
    stem.eq_ignore_ascii_case("version") && ["json", "yaml", "yml", "toml", "txt"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

fn is_record(path: &str) -> bool {
    let is_one = |part: &str| RECORDS.contains(&part.split_once('.').map_or(part, |(stem, _)| stem));
    path.to_ascii_lowercase().split('/').any(is_one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Encoding;

    fn document(path: &str, text: &str) -> Document {
        Document::new(path, text, Encoding::Utf8 { bom: false })
    }

    fn manifests() -> Vec<Manifest> {
        let manifest = |file: &str, pointer: &str, pattern: &str| Manifest {
            files: vec![file.to_owned()],
            pointers: [pointer].into_iter().filter(|pointer| !pointer.is_empty()).map(str::to_owned).collect(),
            pattern: Some(pattern.to_owned()).filter(|pattern| !pattern.is_empty()),
            several: false,
        };
        vec![
            manifest("package.json", "/version", ""),
            manifest("*.py", "", r#"^__version__ = "([^"]+)"#),
            manifest("CHANGELOG.md", "", r"\A(?:.*\n)*?## \[(\d+\.\d+[^\s\]]*)"),
        ]
    }

    #[test]
    fn the_release_is_what_most_manifests_say() {
        let manifests = manifests();
        let documents = [
            document("cli/package.json", r#"{"name": "acme-cli", "version": "1.4.2"}"#),
            document("other/package.json", r#"{"name": "other", "version": "3.0.0"}"#),
            document("release/version.json", r#"{"version": "1.4.2"}"#),
        ];
        let release = Release::find(&documents, &manifests).unwrap();
        assert_eq!((release.version.as_str(), release.path.as_str(), release.pointer), ("1.4.2", "release/version.json", Some("/version")));
        let at = |path: &str, text: &str| {
            release.stated(&document(path, text), &manifests).into_iter().map(|stated| stated.at).collect::<Vec<_>>()
        };
        assert_eq!(at("cli/package.json", r#"{"name": "acme-cli", "version": "1.4.2"}"#), [Where::Manifest]);
        assert_eq!(at("CHANGELOG.md", "# Changes\n\n## [1.4.2] - 2026-01-01\n\n## 1.4.1\n"), [Where::Manifest]);
        assert_eq!(at("a/version.py", "__version__ = \"1.4.2\"\n"), [Where::Manifest]);
        assert_eq!(at("docs/a.md", "npx acme-cli@1.4.2 and acme-cli@1.4.2\n").len(), 1);
        assert_eq!(at("docs/a.md", "Latest version: **1.4.2**\n").len(), 1);
        // One that differs is drift, which nobody wants asserted; history is no place that has to follow.
        assert!(at("docs/a.md", "npx acme-cli@1.4.2 and acme-cli@1.4.1\n").is_empty());
        assert!(at("docs/a.md", "Since 1.4.2 this works.\n").is_empty());
        assert!(at("docs/whats-new/a.md", "acme-cli@1.4.2\n").is_empty());
        assert!(at("examples/a/package.json", r#"{"version": "1.4.2"}"#).is_empty());
    }

    #[test]
    fn a_version_that_anything_has_tells_nothing() {
        let manifests = manifests();
        assert_eq!(Release::find(&[document("package.json", r#"{"version": "1.0.0"}"#)], &manifests), None);
        assert_eq!(Release::find(&[document("package.json", r#"{"version": "workspace:*"}"#)], &manifests), None);
    }
}
