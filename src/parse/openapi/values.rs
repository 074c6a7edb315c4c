//! The values of a description as they are written, for whoever compares what the model has no field for.

use super::files::{At, File, Files, reference};
use crate::model::ApiPlace;
use crate::parse::data::tree::NodeId;

/// A value in one of the files of a description. Aliases and merge keys of YAML are followed, references are not.
#[derive(Debug, Clone, Copy)]
pub struct ApiValue<'t>(At<'t, 'static>);

/// Which value it is: of two values of one description equal only if they are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ApiValueId(usize, NodeId);

impl<'t> ApiValue<'t> {
    /// Which value it is.
    pub fn id(self) -> ApiValueId {
        ApiValueId(self.0.file, self.0.node.id())
    }

    /// Whether it is a mapping.
    pub fn is_mapping(self) -> bool {
        self.0.node.is_mapping()
    }

    /// Whether it is a sequence.
    pub fn is_sequence(self) -> bool {
        self.0.node.is_sequence()
    }

    /// Whether it means nothing: `null`, `~`, or no characters at all.
    pub fn is_null(self) -> bool {
        self.0.node.is_null()
    }

    /// The decoded characters of a scalar.
    pub fn as_str(self) -> Option<&'t str> {
        self.0.node.as_str()
    }

    /// The value at a key of a mapping, unless it means nothing.
    pub fn get(self, key: &str) -> Option<Self> {
        self.0.get(key).map(Self)
    }

    /// The keys and values of a mapping, in order.
    pub fn fields(self) -> Vec<(Self, Self)> {
        self.0.fields().into_iter().map(|(key, value)| (Self(key), Self(value))).collect()
    }

    /// The items of a sequence, in order.
    pub fn items(self) -> impl Iterator<Item = Self> {
        self.0.items().map(Self)
    }

    /// What it refers to (`$ref`), as it is written.
    pub fn reference(self) -> Option<&'t str> {
        self.0.node.get("$ref")?.as_str()
    }
}

/// The files of a description.
#[derive(Debug)]
pub struct ApiValues<'t>(Files<'t, 'static>);

impl<'t> ApiValues<'t> {
    pub(super) fn new(files: &[File<'t, 'static>]) -> Self {
        Self(Files::new(files))
    }

    /// The value that is the description itself, or the part of one.
    pub fn root(&self) -> Option<ApiValue<'t>> {
        self.0.root().map(ApiValue)
    }

    /// Where a value stands.
    pub fn place(&self, value: ApiValue<'t>) -> ApiPlace {
        self.0.place(value.0)
    }

    /// The value itself, or what it refers to, if that is in one of the files.
    pub fn follow(&mut self, value: ApiValue<'t>) -> Option<ApiValue<'t>> {
        let found = match reference(value.0) {
            Some(_) => self.0.follow(value.0),
            None => Some(value.0),
        };
        // What is wrong was told where the description was read.
        self.0.issues.clear();
        self.0.elsewhere.clear();
        found.map(ApiValue)
    }

    /// Whether what a value refers to is in a file that was not given.
    pub fn leads_elsewhere(&mut self, value: ApiValue<'t>) -> bool {
        let is_found = self.0.follow(value.0).is_some();
        let is_elsewhere = !is_found && !self.0.elsewhere.is_empty();
        self.0.issues.clear();
        self.0.elsewhere.clear();
        is_elsewhere
    }
}
