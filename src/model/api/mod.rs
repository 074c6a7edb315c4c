//! API descriptions: OpenAPI 3.0, 3.1 and 3.2, and Swagger 2.0, each with the place of everything.
//!
//! What a description leaves out stays left out here; what it means then is told by [`ApiDescription::servers_of`] and
//! [`ApiDescription::security_of`].

mod prefix;
mod security;
mod server;

pub use security::{Security, SecurityRequirement, SecurityScheme, SecuritySchemeKind, SecurityUse};
pub use server::{Server, ServerVariable};

use serde::{Deserialize, Serialize};

use super::{Span, Text};

/// What a description is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ApiVersion {
    /// Swagger 2.0, which is OpenAPI 2.0.
    Swagger2,
    /// OpenAPI 3, by its minor version.
    OpenApi3(u32),
    /// A part of a description that another file refers to: path items, with the templates they stand at or without.
    Fragment,
}

/// An API description, or what could be read of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApiDescription {
    /// What it is written in.
    pub version: ApiVersion,
    /// The paths of the files it is made of, relative to the root, with forward slashes; the first is its own.
    pub files: Vec<String>,
    /// Where it stands in its own file.
    pub place: ApiPlace,
    /// What it calls the API.
    pub title: Option<ApiText>,
    /// Where the API is served, in order.
    pub servers: Vec<Server>,
    /// What requests need, unless their operation says more.
    pub security: Option<Security>,
    /// The security schemes, in order.
    pub schemes: Vec<SecurityScheme>,
    /// The paths, in order.
    pub paths: Vec<PathItem>,
    /// The references to files that were not given, in order; what they refer to is missing here.
    pub elsewhere: Vec<ApiReference>,
    /// What is wrong with it as far as it was read.
    pub issues: Vec<ApiIssue>,
}

impl ApiDescription {
    /// The operations with the path items that hold them, in order.
    pub fn operations(&self) -> impl Iterator<Item = (&PathItem, &Operation)> {
        self.paths.iter().flat_map(|item| item.operations.iter().map(move |operation| (item, operation)))
    }

    /// Where an operation is served: as itself, its path item or the description says (OpenAPI 3.1, 4.8.10.1). `None` if nothing
    /// does: by the standard that is the host of the description itself.
    pub fn servers_of<'a>(&'a self, item: &'a PathItem, operation: &'a Operation) -> Option<&'a [Server]> {
        [&operation.servers, &item.servers, &self.servers].into_iter().map(Vec::as_slice).find(|servers| !servers.is_empty())
    }

    /// What requests for an operation need: what it says itself, or what the description says (OpenAPI 3.1, 4.8.10.1). `None` if
    /// neither says anything: then they need nothing, unless it is [`ApiVersion::Fragment`].
    pub fn security_of<'a>(&'a self, operation: &'a Operation) -> Option<&'a Security> {
        operation.security.as_ref().or(self.security.as_ref())
    }

    /// The scheme that is defined under a name.
    pub fn scheme(&self, name: &str) -> Option<&SecurityScheme> {
        self.schemes.iter().find(|scheme| scheme.key.as_str() == name)
    }
}

/// A place in one of the files of a description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ApiPlace {
    /// The index of the file in [`ApiDescription::files`].
    pub file: usize,
    /// Where in it.
    pub span: Span,
}

/// What is written in one of the files of a description.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApiText {
    /// The index of the file in [`ApiDescription::files`].
    pub file: usize,
    /// The decoded characters, which know where they stand.
    pub text: Text<'static>,
}

impl ApiText {
    /// The decoded characters.
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }

    /// Where it stands.
    pub fn place(&self) -> ApiPlace {
        ApiPlace { file: self.file, span: self.text.whole_span() }
    }
}

/// The operations at one path.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PathItem {
    /// The path as it is templated; `None` if another file says it ([`ApiVersion::Fragment`]).
    pub template: Option<ApiText>,
    /// Where its operations stand.
    pub place: ApiPlace,
    /// Where its operations are served, if it says so.
    pub servers: Vec<Server>,
    /// The operations, in order.
    pub operations: Vec<Operation>,
}

/// What can be asked of an API.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Operation {
    /// The method as it is written: in lower case, unless it is one of `additionalOperations`.
    pub method: ApiText,
    /// Where all of it stands.
    pub place: ApiPlace,
    /// Its unique name.
    pub id: Option<ApiText>,
    /// The groups it belongs to.
    pub tags: Vec<ApiText>,
    /// What a request for it takes beside a body: its own parameters and those of its path item that it does not replace.
    pub parameters: Vec<Parameter>,
    /// What a request for it needs, if it says so.
    pub security: Option<Security>,
    /// Where it is served, if it says so.
    pub servers: Vec<Server>,
    /// Whether it is to be used no more.
    pub is_deprecated: bool,
    /// Whether it says how it answers who may not ask (401 or 403).
    pub refuses: bool,
    /// The samples that are bound to it (`x-codeSamples`).
    pub samples: Vec<CodeSample>,
}

impl Operation {
    /// The method as requests spell it.
    pub fn method(&self) -> String {
        self.method.as_str().to_ascii_uppercase()
    }
}

/// A parameter of an operation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Parameter {
    /// Its name.
    pub name: ApiText,
    /// What carries it (`in`): `path`, `query`, `header`, `cookie`, or what the description says instead.
    pub location: ApiText,
    /// Whether a request has to have it.
    pub is_required: bool,
    /// The values that it says it can have, if it is one of a path: of `enum` and `const`, words that its description puts into
    /// quotes, and examples of several segments.
    pub values: Vec<String>,
}

/// A sample of code that is bound to an operation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CodeSample {
    /// The language, as it is written.
    pub language: Option<ApiText>,
    /// The code.
    pub source: SampleSource,
}

/// Where the code of a sample is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum SampleSource {
    /// In the description.
    Here(ApiText),
    /// In a file of its own.
    File(ApiReference),
}

/// A reference to another file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApiReference {
    /// The reference as it is written: `common.yaml#/components/parameters/Limit`.
    pub text: ApiText,
    /// The path of the file, relative to the root, with forward slashes.
    pub path: String,
}

/// What is wrong with a description.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApiIssue {
    /// Where.
    pub place: ApiPlace,
    /// Why, in one sentence without a trailing full stop.
    pub reason: String,
}
