//! Text to facts, one file per format.
//!
//! A parser never fails: it gives what it understood, and a [`ParseIssue`](crate::model::ParseIssue) for what it did not.
//! It knows nothing of rules or configuration; what it has to look for comes in as a [`Vocabulary`].
//!
//! Formats nest (HTML in Markdown, CSS in HTML, a URL in a string of a script in that), so every parser takes a
//! [`Text`], which knows where its characters stand in the document, and reports to a [`Context`].

mod carrier;
mod context;
mod css;
mod data;
mod data_url;
mod dockerfile;
mod format;
mod html;
mod justfile;
mod literals;
mod makefile;
mod manifest;
mod markdown;
mod openapi;
mod plain;
mod reference;
mod request;
mod script;
mod select;
mod spec_url;
mod template;
mod viewer;
mod xml;

pub use context::{Context, Setting};
pub use data::{DataDocument, DataPath, Selected, Selection};
pub use format::Format;
pub use openapi::{ApiValue, ApiValueId, ApiValues, Loader, may_describe, may_name_files};
pub use script::{Symbol, symbols};
pub use select::{ElementPath, ElementText};
pub use spec_url::{Shows, SpecUrl, spec_urls};
pub use viewer::{Docusaurus, Preset, Presets, presets};

use crate::model::{Document, Facts, Text, Vocabulary, Wanted};

/// Extracts what is `wanted` from a document.
pub fn parse(document: &Document, vocabulary: &Vocabulary, wanted: Wanted) -> Facts {
    let format = Format::of(document.path(), document.as_str());
    let mut context = Context::new(document, vocabulary, wanted);
    parse_text(&mut context, document.text(), format);
    context.finish()
}

/// Extracts from a text of a known format, nested or not.
fn parse_text(context: &mut Context<'_>, text: Text<'_>, format: Format) {
    if let Some(family) = carrier::Family::of(format, context) {
        carrier::scan(context, &text, family);
    } else {
        carrier::scan_page(context, &text, format);
    }
    match format {
        Format::Html => html::parse(context, text),
        Format::Markdown => markdown::parse(context, text),
        Format::Css => css::parse(context, text),
        Format::Xml => xml::parse(context, text),
        Format::Json => data::json::parse(context, text),
        Format::Yaml => data::yaml::parse(context, text),
        Format::Toml => data::toml::parse(context, text),
        Format::Dockerfile => dockerfile::parse(context, text),
        Format::Makefile => makefile::parse(context, text),
        Format::Justfile => justfile::parse(context, text),
        Format::Script(language) => script::parse(context, text, language),
        Format::Plain => plain::parse(context, text),
    }
}
