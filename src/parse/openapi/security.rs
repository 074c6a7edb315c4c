//! Security requirements and security schemes.

use super::files::{At, Files, MAX_WORDS, size};
use crate::model::{Security, SecurityRequirement, SecurityScheme, SecurityUse};

/// Reads the `security` of a description or an operation, if it has one.
pub(super) fn security<'t, 's>(files: &mut Files<'t, 's>, holder: At<'t, 's>) -> Option<Security> {
    let at = holder.get("security")?;
    let place = files.place(at);
    let mut security = Security { alternatives: Vec::new(), is_complete: at.node.is_sequence(), place };
    if !security.is_complete {
        files.issue(at, "`security` is not a list of requirements");
    }
    for item in at.items() {
        if !files.has_room(0) {
            security.is_complete = false;
            break;
        }
        if !item.node.is_mapping() {
            files.issue(item, "a security requirement is not a mapping of schemes");
            security.is_complete = false;
            continue;
        }
        let schemes = files.fields(item).into_iter().filter_map(|(key, value)| {
            let (name, scopes) = (key.text()?, value.items().take(MAX_WORDS).filter_map(At::text).collect::<Vec<_>>());
            files.has_room(size(scopes.iter().chain([&name]))).then_some(SecurityUse { name, scopes })
        });
        let schemes = schemes.collect();
        security.alternatives.push(SecurityRequirement { schemes, place: files.place(item) });
    }
    Some(security)
}

/// Reads the security schemes of a description, whose root this is.
pub(super) fn schemes<'t, 's>(files: &mut Files<'t, 's>, root: At<'t, 's>) -> Vec<SecurityScheme> {
    let components = root.get("components").and_then(|components| files.follow(components));
    let definitions = match components.and_then(|components| components.get("securitySchemes")) {
        Some(schemes) => Some(schemes),
        // Swagger 2.0.
        None => root.get("securityDefinitions"),
    };
    let Some(definitions) = definitions.and_then(|definitions| files.follow(definitions)) else { return Vec::new() };
    if !definitions.node.is_mapping() {
        files.issue(definitions, "the security schemes are not a mapping of names to schemes");
    }
    let mut out = Vec::new();
    for (key, value) in files.fields(definitions) {
        let Some(key) = key.text().filter(|key| !key.as_str().starts_with("x-")) else { continue };
        if !files.has_room(0) {
            break;
        }
        let found = files.follow(value);
        let at = found.unwrap_or(value);
        if !at.node.is_mapping() {
            files.issue(at, "a security scheme is not a mapping");
            continue;
        }
        let flows = match at.get("flows") {
            Some(flows) => files.fields(flows).into_iter().filter_map(|(name, _)| name.text()).collect(),
            // Swagger 2.0.
            None => Vec::from_iter(at.word("flow")),
        };
        let scheme = SecurityScheme {
            key,
            place: files.place(at),
            is_defined: found.is_some(),
            kind: at.word("type"),
            scheme: at.word("scheme"),
            location: at.word("in"),
            name: at.word("name"),
            bearer_format: at.word("bearerFormat"),
            description: at.word("description"),
            flows,
        };
        if files.has_room(size(scheme.description.iter().chain(&scheme.name).chain(&scheme.flows))) {
            out.push(scheme);
        }
    }
    out
}
