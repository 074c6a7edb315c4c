//! API descriptions: OpenAPI 3.0, 3.1 and 3.2, and Swagger 2.0, in YAML or JSON.
//!
//! A description is found by what it says, not by its name. It may be broken: what can be read of it is read, and the rest
//! is an issue. References are followed within the files that are given ([`Loader`]); nothing is fetched.

mod files;
mod paths;
mod reference;
mod security;
mod server;
mod values;

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use memchr::memmem;

use super::data::tree::Tree;
use super::{Context, Format, data};
use crate::model::{ApiDescription, ApiVersion, Document, Text};
use files::{At, File, Files};
use paths::Api;
use reference::Reference;
pub use reference::may_name_files;
pub use values::{ApiValue, ApiValueId, ApiValues};

/// Keys of which one stands in every description and in every part of one that is read by itself.
const KEYS: [&str; 3] = ["openapi", "swagger", "responses"];
/// Keys of which one stands in every whole description.
const WHOLE_KEYS: [&str; 2] = ["openapi", "swagger"];

/// Whether descriptions are wanted, and this text of a data file can be one or a part of one.
pub(super) fn wanted(context: &Context<'_>, text: &str) -> bool {
    context.describes_apis() && KEYS.iter().any(|key| has_key(text, key))
}

/// Whether a file can be a description or, unless it has to be a whole one, a part of one.
pub fn may_describe(document: &Document, is_whole: bool) -> bool {
    let keys = if is_whole { WHOLE_KEYS.as_slice() } else { KEYS.as_slice() };
    let text = document.as_str();
    matches!(Format::of(document.path(), text), Format::Json | Format::Yaml) && keys.iter().any(|key| has_key(text, key))
}

/// Whether this may be a key: `key:`, `"key" :`, `? key` with its value on the next line.
fn has_key(text: &str, key: &str) -> bool {
    let bytes = text.as_bytes();
    memmem::find_iter(bytes, key).any(|at| {
        let rest = bytes.get(at + key.len()..).unwrap_or_default();
        let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
        rest.trim_ascii_start().first() == Some(&b':')
    })
}

/// Reports the description that a data file is, if it is one.
pub(super) fn report<'s>(context: &mut Context<'_>, text: &Text<'s>, tree: &Tree<'s>) {
    let path = context.path();
    if let Some(description) = describe(&[File { path, text, tree }]) {
        for issue in &description.issues {
            context.issue(issue.place.span, issue.reason.clone());
        }
        context.api(description);
    }
}

/// What a root is, by its fields. The words that tell it have to be written without escapes.
fn version(root: At<'_, '_>) -> Option<ApiVersion> {
    let said = |key: &str| {
        let (name, value) = root.node.entry(key)?;
        name.text().filter(|name| name.whole_span().len() == name.len())?;
        value.as_str().map(|value| value.trim().trim_start_matches('v'))
    };
    let has_body = ["info", "paths", "components", "webhooks", "definitions"].iter().any(|key| root.node.get(key).is_some());
    if let Some(minor) = said("openapi").and_then(|value| value.strip_prefix('3')).filter(|_| has_body) {
        let digits = minor.trim_start_matches('.').split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
        return Some(ApiVersion::OpenApi3(digits.parse().unwrap_or(0)));
    }
    if said("swagger").is_some_and(|value| value == "2" || value.starts_with("2.")) && has_body {
        return Some(ApiVersion::Swagger2);
    }
    None
}

/// The description that the first of these files holds, if it does.
fn describe(given: &[File<'_, '_>]) -> Option<ApiDescription> {
    let first = given.first()?;
    let roots = first.tree.roots().map(|node| At { file: 0, node });
    let mut files = Files::new(given).bounded();
    for root in roots {
        if let Some(version) = version(root) {
            return Some(whole(&mut files, Api { version, root }, given));
        }
        if let Some(description) = fragment(&mut files, root, given) {
            return Some(description);
        }
    }
    None
}

fn whole<'t, 's>(files: &mut Files<'t, 's>, api: Api<'t, 's>, given: &[File<'_, '_>]) -> ApiDescription {
    let root = api.root;
    let servers = match api.version {
        ApiVersion::Swagger2 => server::swagger_servers(root, root),
        _ => server::servers(files, root),
    };
    let security = security::security(files, root);
    let schemes = security::schemes(files, root);
    let paths = root.get("paths").map(|at| paths::paths(files, api, at)).unwrap_or_default();
    let title = root.get("info").and_then(|info| files.follow(info)).and_then(|info| info.word("title"));
    ApiDescription { title, servers, security, schemes, paths, ..empty(files, api, given) }
}

/// A part of a description that stands in a file of its own, as far as it can be told from other data.
fn fragment<'t, 's>(files: &mut Files<'t, 's>, root: At<'t, 's>, given: &[File<'_, '_>]) -> Option<ApiDescription> {
    let api = Api { version: ApiVersion::Fragment, root };
    let paths = if paths::is_path_item(root) {
        paths::path_item(files, api, None, root).into_iter().collect()
    } else if paths::is_paths(root) {
        paths::paths(files, api, root)
    } else {
        return None;
    };
    // What it refers to may only be there where it is put together.
    files.issues.clear();
    Some(ApiDescription { paths, ..empty(files, api, given) })
}

fn empty<'t, 's>(files: &mut Files<'t, 's>, api: Api<'t, 's>, given: &[File<'_, '_>]) -> ApiDescription {
    ApiDescription {
        version: api.version,
        files: given.iter().map(|file| file.path.to_owned()).collect(),
        place: files.place(api.root),
        title: None,
        servers: Vec::new(),
        security: None,
        schemes: Vec::new(),
        paths: Vec::new(),
        elsewhere: std::mem::take(&mut files.elsewhere),
        issues: std::mem::take(&mut files.issues),
    }
}

/// Reads a description of several files: whatever [`ApiDescription::elsewhere`] names can be added and the whole read again.
#[derive(Debug)]
pub struct Loader {
    files: Vec<Loaded>,
}

#[derive(Debug)]
struct Loaded {
    path: String,
    text: Text<'static>,
    tree: Tree<'static>,
}

impl Loader {
    /// Begins with the file that holds the description itself.
    pub fn new(document: &Document) -> Self {
        let mut loader = Self { files: Vec::new() };
        loader.add(document);
        loader
    }

    /// Begins with all files that are known already, the one that holds the description first; `None` if there are none.
    pub fn of(documents: &[Arc<Document>]) -> Option<Self> {
        let (first, rest) = documents.split_first()?;
        let mut loader = Self::new(first);
        rest.iter().for_each(|document| loader.add(document));
        Some(loader)
    }

    /// Adds a file that the description refers to.
    pub fn add(&mut self, document: &Document) {
        let text = document.text().into_owned();
        let (text, tree) = match Format::of(document.path(), document.as_str()) {
            Format::Json => {
                let tree = data::json::read(&text);
                (text, tree)
            }
            _ => data::yaml::read_leniently(&text),
        };
        self.files.push(Loaded { path: document.path().to_owned(), text, tree });
    }

    /// Reads the description from the files so far; `None` if the first of them holds none.
    pub fn load(&self) -> Option<ApiDescription> {
        describe(&self.given())
    }

    /// The values of the files so far.
    pub fn values(&self) -> ApiValues<'_> {
        ApiValues::new(&self.given())
    }

    /// The paths of files that something in these refers to, and that were not added, sorted. The model of a description leaves out what
    /// only its schemas refer to.
    pub fn missing(&self) -> BTreeSet<String> {
        let mut out = BTreeSet::new();
        for file in &self.files {
            // An alias leads to what was seen at its anchor.
            let (mut left, mut seen) = (file.tree.roots().collect::<Vec<_>>(), HashSet::new());
            while let Some(node) = left.pop() {
                if !seen.insert(node.id()) {
                    continue;
                }
                let target = node.get("$ref").and_then(|target| target.as_str());
                out.extend(target.and_then(|target| Reference::parse(target, &file.path).ok()?.file));
                left.extend(node.entries().map(|(_, value)| value).chain(node.items()));
            }
        }
        out.retain(|path| !self.files.iter().any(|file| file.path == *path));
        out
    }

    fn given(&self) -> Vec<File<'_, 'static>> {
        self.files.iter().map(|file| File { path: &file.path, text: &file.text, tree: &file.tree }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_from_other_words() {
        for text in ["openapi: 3.1.0", "{\"openapi\" : \"3\"}", "'openapi': '3'", "? openapi\n: 3.0.0", "{openapi\n  : 3}"] {
            assert!(has_key(text, "openapi"), "{text}");
        }
        for text in ["see openapi.yaml", "the openapi", "file: openapi.", "[openapi]", "openapi = 3"] {
            assert!(!has_key(text, "openapi"), "{text}");
        }
    }
}
