//! The operations and security schemes of an API description as `facts` prints them.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::request::Auth;
use crate::model::{ApiDescription, ApiText, ApiVersion, Operation, PathItem, Security, SecurityScheme, SecuritySchemeKind, SecurityUse};
use crate::triage::Masker;

/// An operation without its place, which is that of its method.
#[derive(Serialize)]
pub(super) struct OperationLine {
    method: String,
    /// The path as it is templated; `null` if another file says it.
    template: Option<String>,
    operation_id: Option<String>,
    tags: Vec<String>,
    /// Where it is served, with the defaults of variables; `null` if another file says it.
    servers: Option<Vec<String>>,
    /// What a request needs: any one of these requirements, all schemes of that one together. None means that it needs nothing,
    /// `null` that another file says it, or that it is not understood.
    security: Option<Vec<Requirement>>,
    deprecated: bool,
}

/// The schemes of a requirement with the scopes that are needed.
struct Requirement(Vec<(String, Vec<String>)>);

impl Serialize for Requirement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, scopes) in &self.0 {
            map.serialize_entry(name, scopes)?;
        }
        map.end()
    }
}

impl OperationLine {
    pub(super) fn new(api: &ApiDescription, item: &PathItem, operation: &Operation, masker: &Masker) -> Self {
        let is_whole = api.version != ApiVersion::Fragment;
        let masked = |text: &ApiText| masker.mask(text.as_str()).into_owned();
        let servers = api.servers_of(item, operation);
        let servers = servers.map(|servers| servers.iter().map(|server| masker.mask(server.default_url().as_str()).into_owned()).collect());
        let used = |used: &SecurityUse| (masked(&used.name), used.scopes.iter().map(masked).collect());
        let requirements = |security: &Security| {
            security.alternatives.iter().map(|needed| Requirement(needed.schemes.iter().map(used).collect())).collect()
        };
        let security = match api.security_of(operation) {
            Some(security) => security.is_complete.then(|| requirements(security)),
            None => is_whole.then(Vec::new),
        };
        Self {
            method: masker.mask(&operation.method()).into_owned(),
            template: item.template.as_ref().map(masked),
            operation_id: operation.id.as_ref().map(masked),
            tags: operation.tags.iter().map(masked).collect(),
            servers: servers.or_else(|| is_whole.then(|| vec!["/".to_owned()])),
            security,
            deprecated: operation.is_deprecated,
        }
    }
}

/// A security scheme without its place, which is that of its name.
#[derive(Serialize)]
pub(super) struct SchemeLine {
    /// The name under which it is defined.
    name: String,
    /// Its type as it is written.
    r#type: Option<String>,
    /// How a request authenticates by it, as requests have it; `null` if it is not said, or not by a request.
    auth: Option<Auth<'static>>,
    /// The word that its description wants in front of the key.
    prefix: Option<String>,
}

impl SchemeLine {
    pub(super) fn new(scheme: &SecurityScheme, masker: &Masker) -> Self {
        let masked = |text: &str| masker.mask(text).into_owned();
        let auth = scheme.kind().and_then(|kind| match kind {
            SecuritySchemeKind::Http(name) => Some(Auth::http(masked(&name))),
            SecuritySchemeKind::ApiKey(location, name) => Some(Auth::api_key(location, masked(&name))),
            SecuritySchemeKind::OAuth2 | SecuritySchemeKind::OpenIdConnect => Some(Auth::http("bearer")),
            SecuritySchemeKind::MutualTls => None,
        });
        Self {
            name: masked(scheme.key.as_str()),
            r#type: scheme.kind.as_ref().map(|kind| masked(kind.as_str())),
            auth,
            prefix: scheme.prefix().map(|(word, _)| masked(word)),
        }
    }
}
