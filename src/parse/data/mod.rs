//! Data formats: JSON, YAML, TOML. Each is read into a [`tree::Tree`], and one walk over that reports the facts.

mod datum;
mod facts;
mod gate;
mod inherit;
pub(super) mod json;
mod lookup;
mod mkdocs;
mod notebook;
mod pattern;
pub(super) mod toml;
pub(super) mod tree;
mod variables;
pub(super) mod yaml;

pub use lookup::{DataDocument, DataPath, Selected, Selection};
