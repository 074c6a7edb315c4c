//! Paths, path items and operations.

use std::collections::HashSet;

use super::files::{At, Files, reference, size};
use super::security::security;
use super::server::{servers, swagger_servers};
use crate::model::{ApiText, ApiVersion, CodeSample, Operation, Parameter, PathItem, SampleSource};

/// The methods that a path item has fields for; `query` since OpenAPI 3.2.
const METHODS: [&str; 9] = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];
/// The other fields of a path item.
const OTHERS: [&str; 6] = ["$ref", "summary", "description", "servers", "parameters", "additionalOperations"];

/// What all operations of a description share.
#[derive(Clone, Copy)]
pub(super) struct Api<'t, 's> {
    pub(super) version: ApiVersion,
    pub(super) root: At<'t, 's>,
}

/// Whether a key of a path item is a method's. The standard has them in lower case; what is not is meant all the same.
fn is_method(key: &str) -> bool {
    METHODS.iter().any(|method| key.eq_ignore_ascii_case(method))
}

/// Whether a value is a path item and nothing else: an operation tells what it responds.
pub(super) fn is_path_item(at: At<'_, '_>) -> bool {
    let is_operation = |value: At<'_, '_>| value.get("responses").is_some_and(|responses| responses.node.is_mapping());
    let known = |key: &str| is_method(key) || OTHERS.contains(&key) || key.starts_with("x-");
    let mut fields = at.node.entries();
    fields.all(|(key, _)| key.as_str().is_some_and(known))
        && at.node.entries().any(|(key, value)| key.as_str().is_some_and(is_method) && is_operation(at.with(value)))
}

/// Whether a value is a mapping of path templates to path items and nothing else.
pub(super) fn is_paths(at: At<'_, '_>) -> bool {
    let is_template = |key: &str| key.starts_with('/');
    let mut seen = HashSet::new();
    at.node.entries().all(|(key, _)| key.as_str().is_some_and(|key| is_template(key) || key.starts_with("x-")))
        && at.node.entries().any(|(key, value)| {
            // What an alias brings again is looked at once.
            key.as_str().is_some_and(is_template) && seen.insert(value.id()) && is_path_item(at.with(value))
        })
}

/// Reads a mapping of path templates to path items.
pub(super) fn paths<'t, 's>(files: &mut Files<'t, 's>, api: Api<'t, 's>, paths: At<'t, 's>) -> Vec<PathItem> {
    let Some(paths) = files.follow(paths) else { return Vec::new() };
    if !paths.node.is_mapping() {
        files.issue(paths, "`paths` is not a mapping of paths to operations");
        return Vec::new();
    }
    let mut out = Vec::new();
    for (key, value) in files.fields(paths) {
        if !files.has_room(0) {
            break;
        }
        let Some(template) = key.text().filter(|key| !key.as_str().starts_with("x-")) else { continue };
        out.extend(path_item(files, api, Some(template), value));
    }
    out
}

/// Reads a path item. What it has beside a `$ref` counts before what that brings.
pub(super) fn path_item<'t, 's>(
    files: &mut Files<'t, 's>,
    api: Api<'t, 's>,
    template: Option<ApiText>,
    own: At<'t, 's>,
) -> Option<PathItem> {
    let mut parts = Vec::from_iter(own.node.is_mapping().then_some(own));
    if reference(own).is_some() {
        parts.extend(files.follow(own));
    } else if parts.is_empty() {
        files.issue(own, "a path item is not a mapping");
        return None;
    }
    let place = files.place(parts.last().copied().unwrap_or(own));
    let mut item = PathItem { template, place, servers: Vec::new(), operations: Vec::new() };
    let mut known = HashSet::new();
    let shared: Vec<_> = parts.iter().flat_map(|part| parameters(files, *part)).collect();
    for part in parts {
        if item.servers.is_empty() {
            item.servers = servers(files, part);
        }
        let additional = part.get("additionalOperations").map(|more| files.fields(more)).unwrap_or_default();
        let named = files.fields(part).into_iter().filter(|(key, _)| key.node.as_str().is_some_and(is_method));
        for (key, value) in named.chain(additional).collect::<Vec<_>>() {
            let Some(method) = key.text().filter(|_| files.has_room(0)) else { continue };
            let name = method.as_str().to_ascii_uppercase();
            if !known.contains(&name)
                && let Some(operation) = operation(files, api, method, value, &shared)
            {
                known.insert(name);
                item.operations.push(operation);
            }
        }
    }
    Some(item)
}

fn operation<'t, 's>(
    files: &mut Files<'t, 's>,
    api: Api<'t, 's>,
    method: ApiText,
    value: At<'t, 's>,
    shared: &[Parameter],
) -> Option<Operation> {
    let at = files.follow(value)?;
    if !at.node.is_mapping() {
        files.issue(at, "an operation is not a mapping");
        return None;
    }
    let mut own = parameters(files, at);
    // The same name in the same place is the same parameter (OpenAPI 3.1, 4.8.12).
    let key = |parameter: &'_ Parameter| (parameter.name.as_str().to_owned(), parameter.location.as_str().to_owned());
    let replaced: HashSet<_> = own.iter().map(key).collect();
    let inherited = shared.iter().filter(|parameter| !replaced.contains(&key(parameter)));
    own.extend(inherited.take_while(|parameter| files.has_room(room(parameter))).cloned());
    let servers = match api.version {
        ApiVersion::Swagger2 if at.get("schemes").is_some() => swagger_servers(api.root, at),
        ApiVersion::Swagger2 => Vec::new(),
        _ => servers(files, at),
    };
    let (id, tags) = (at.word("operationId"), at.words("tags"));
    if !files.has_room(size(id.iter().chain(&tags))) {
        return None;
    }
    Some(Operation {
        method,
        place: files.place(at),
        id,
        tags,
        parameters: own,
        security: security(files, at),
        servers,
        is_deprecated: at.str("deprecated") == Some("true"),
        refuses: at.get("responses").is_some_and(|responses| responses.node.get("401").or(responses.node.get("403")).is_some()),
        samples: samples(files, at),
    })
}

fn parameters<'t, 's>(files: &mut Files<'t, 's>, holder: At<'t, 's>) -> Vec<Parameter> {
    let mut out = Vec::new();
    for item in holder.get("parameters").into_iter().flat_map(|list| list.items().collect::<Vec<_>>()) {
        if !files.has_room(0) {
            break;
        }
        let Some(at) = files.follow(item) else { continue };
        if let (Some(name), Some(location)) = (at.word("name"), at.word("in")) {
            let values = if location.as_str() == "path" { values(files, at) } else { Vec::new() };
            let parameter = Parameter { name, location, is_required: at.str("required") == Some("true"), values };
            if files.has_room(room(&parameter)) {
                out.push(parameter);
            }
        }
    }
    out
}

/// How long the texts of a parameter are.
fn room(parameter: &Parameter) -> usize {
    size([&parameter.name, &parameter.location]) + parameter.values.iter().map(String::len).sum::<usize>()
}

/// So many values of a parameter are read, of so many schemas and from so long a description.
const MAX_VALUES: usize = 256;
const MAX_DESCRIPTION: usize = 4096;

/// The values that a parameter says it can have. In Swagger 2.0 it is its own schema.
fn values<'t, 's>(files: &mut Files<'t, 's>, parameter: At<'t, 's>) -> Vec<String> {
    // Schemas are no part of the model: what they lack it does not lack.
    let known = (files.issues.len(), files.elsewhere.len());
    let schema = parameter.get("schema").and_then(|schema| files.follow(schema)).unwrap_or(parameter);
    let several: Vec<_> = ["anyOf", "oneOf"].iter().filter_map(|key| schema.get(key)).flat_map(At::items).take(MAX_VALUES).collect();
    let several: Vec<_> = several.into_iter().filter_map(|one| files.follow(one)).collect();
    files.issues.truncate(known.0);
    files.elsewhere.truncate(known.1);
    let described = [parameter, schema].into_iter().filter_map(|at| at.str("description"));
    let described = described.flat_map(|text| quoted(text.get(..text.floor_char_boundary(MAX_DESCRIPTION)).unwrap_or_default()));
    let listed = std::iter::once(schema).chain(several).flat_map(|schema| {
        let listed = schema.get("enum").into_iter().flat_map(At::items).chain(schema.get("const"));
        listed.filter_map(At::text).map(|text| text.as_str().to_owned())
    });
    let shown = [parameter, schema].into_iter().filter_map(|at| at.str("example").or_else(|| at.str("x-example"))).map(str::to_owned);
    // Of other examples there may be any.
    let shown = shown.filter(|value| value.trim_matches('/').contains('/'));
    listed.chain(described).chain(shown).take(MAX_VALUES).collect()
}

/// What stands in quotes in a sentence: `latest`, "new".
fn quoted(text: &str) -> impl Iterator<Item = String> {
    let marks = ['`', '"'];
    marks.into_iter().flat_map(move |mark| text.split(mark).skip(1).step_by(2)).filter(|word| !word.contains(' ')).map(str::to_owned)
}

/// The samples that are bound to an operation, as Redocly, ReadMe and their kin have them.
fn samples<'t, 's>(files: &mut Files<'t, 's>, operation: At<'t, 's>) -> Vec<CodeSample> {
    let readme = || operation.get("x-readme").and_then(|readme| readme.get("code-samples"));
    let lists = [operation.get("x-codeSamples"), operation.get("x-code-samples"), readme()];
    let mut out = Vec::new();
    for sample in lists.into_iter().flatten().flat_map(At::items) {
        let Some(code) = sample.get("source").or_else(|| sample.get("code")) else { continue };
        let source = match reference(code) {
            Some(text) => files.file_reference(text).map(SampleSource::File),
            None => code.text().map(SampleSource::Here),
        };
        let language = sample.word("lang").or_else(|| sample.word("language"));
        let length = match &source {
            Some(SampleSource::Here(code)) => code.as_str().len(),
            Some(SampleSource::File(file)) => file.path.len(),
            None => 0,
        };
        if !files.has_room(length) {
            break;
        }
        out.extend(source.map(|source| CodeSample { language, source }));
    }
    out
}
