//! A description that is compared with another one: the model of it, its values, and its files.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::check::Tree;
use crate::model::{ApiDescription, ApiPlace, Document, Operation, PathItem, Place};
use crate::parse::{ApiValue, ApiValues, Loader};

/// So many files are added to those of a description's model at most.
const MAX_FILES: usize = 4096;

/// A description with its files.
pub(super) struct Side<'a> {
    pub(super) api: &'a ApiDescription,
    /// In the order of [`ApiDescription::files`], and behind them those that only its schemas refer to.
    documents: Vec<Arc<Document>>,
    loader: Loader,
}

fn documents(tree: &dyn Tree, api: &ApiDescription) -> Option<Vec<Arc<Document>>> {
    api.files.iter().map(|path| tree.document(path)).collect()
}

/// An operation as it is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written<'t> {
    /// The path, as the key that it is.
    pub(super) template: ApiValue<'t>,
    pub(super) item: ApiValue<'t>,
    /// The method, as the key that it is.
    pub(super) method: ApiValue<'t>,
    pub(super) operation: ApiValue<'t>,
}

/// What an operation is known by: its method in upper case, and its path.
pub(super) type OperationKey = (String, String);

/// What an operation is known by.
pub(super) fn key(item: &PathItem, operation: &Operation) -> Option<OperationKey> {
    Some((operation.method(), template(item.template.as_ref()?.as_str())))
}

fn template(path: &str) -> String {
    match path.trim_end_matches('/') {
        "" => "/".to_owned(),
        path => path.to_owned(),
    }
}

impl<'a> Side<'a> {
    /// Reads a description's files; `None` if not all of them are there.
    pub(super) fn read(tree: &dyn Tree, api: &'a ApiDescription) -> Option<Self> {
        Self::of(tree, api, documents(tree, api)?)
    }

    /// The same, unless its files are those of this one, byte for byte.
    pub(super) fn read_other(&self, tree: &dyn Tree, api: &'a ApiDescription) -> Option<Self> {
        let documents = documents(tree, api)?;
        // What refers to nothing outside of itself need not be parsed to tell.
        if self.has(&documents) && self.loader.missing().is_empty() {
            return None;
        }
        Self::of(tree, api, documents).filter(|other| !self.has(&other.documents))
    }

    /// Whether these are its files, byte for byte.
    fn has(&self, documents: &[Arc<Document>]) -> bool {
        let same = |(one, two): (&Arc<Document>, &Arc<Document>)| one.as_str() == two.as_str();
        self.documents.len() == documents.len() && self.documents.iter().zip(documents).all(same)
    }

    fn of(tree: &dyn Tree, api: &'a ApiDescription, mut documents: Vec<Arc<Document>>) -> Option<Self> {
        let mut loader = Loader::of(&documents)?;
        let mut asked = BTreeSet::new();
        loop {
            let missing: Vec<_> =
                loader.missing().into_iter().filter(|path| asked.len() < MAX_FILES && asked.insert(path.clone())).collect();
            let found: Vec<_> = missing.iter().filter_map(|path| tree.document(path)).collect();
            if found.is_empty() {
                return Some(Self { api, loader, documents });
            }
            found.iter().for_each(|document| loader.add(document));
            documents.extend(found);
        }
    }

    pub(super) fn values(&self) -> ApiValues<'_> {
        self.loader.values()
    }

    /// The path of its own file.
    pub(super) fn path(&self) -> &'a str {
        self.api.files.first().map_or("", String::as_str)
    }

    /// The path of the file that a place is in.
    pub(super) fn file(&self, place: ApiPlace) -> &str {
        self.documents.get(place.file).map_or("", |document| document.path())
    }

    /// A place, ready to print.
    pub(super) fn place(&self, place: ApiPlace) -> Option<Place> {
        Some(self.documents.get(place.file)?.place(place.span))
    }
}

/// The operations of a description as they are written.
pub(super) fn written<'t>(values: &mut ApiValues<'t>) -> HashMap<OperationKey, Written<'t>> {
    let mut out = HashMap::new();
    let paths = values.root().and_then(|root| root.get("paths")).and_then(|paths| values.follow(paths));
    for (path, item) in paths.map(ApiValue::fields).unwrap_or_default() {
        let (Some(name), Some(item)) = (path.as_str(), values.follow(item)) else { continue };
        let additional = item.get("additionalOperations").map(ApiValue::fields).unwrap_or_default();
        for (method, operation) in item.fields().into_iter().chain(additional) {
            let (Some(word), Some(operation)) = (method.as_str(), values.follow(operation)) else { continue };
            let key = (word.trim().to_ascii_uppercase(), template(name.trim()));
            out.insert(key, Written { template: path, item, method, operation });
        }
    }
    out
}

/// The key of a description that stands there, or the first one: what is pointed at if something is missing.
pub(super) fn root_key<'t>(values: &ApiValues<'t>, key: &str) -> Option<ApiValue<'t>> {
    let keys: Vec<_> = values.root()?.fields().into_iter().map(|(key, _)| key).collect();
    let named = |name: &str| keys.iter().copied().find(|key| key.as_str() == Some(name));
    named(key).or_else(|| named("openapi")).or_else(|| named("swagger")).or_else(|| keys.first().copied())
}
