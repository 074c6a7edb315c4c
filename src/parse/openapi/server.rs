//! Where an API is served: `servers`, and `schemes`, `host` and `basePath` of Swagger 2.0.

use std::ops::Range;

use super::files::{At, Files, size};
use crate::model::{ApiText, Server, ServerVariable, Span, TextBuilder};

/// Reads the `servers` of a description, a path item or an operation.
pub(super) fn servers<'t, 's>(files: &mut Files<'t, 's>, holder: At<'t, 's>) -> Vec<Server> {
    let Some(list) = holder.get("servers") else { return Vec::new() };
    if !list.node.is_sequence() {
        files.issue(list, "`servers` is not a list");
        return Vec::new();
    }
    let mut out = Vec::new();
    for item in list.items() {
        if !files.has_room(0) {
            break;
        }
        let Some(at) = files.follow(item) else { continue };
        let Some(url) = at.word("url") else {
            files.issue(at, "a server has no `url`");
            continue;
        };
        let variables = at.get("variables").map(|variables| files.fields(variables)).unwrap_or_default();
        let variables = variables.into_iter().filter(|_| files.has_room(0)).filter_map(|(name, variable)| {
            Some(ServerVariable { name: name.text()?, default: variable.word("default"), values: variable.words("enum") })
        });
        let variables: Vec<_> = variables.collect();
        let texts = |variable: &ServerVariable| size([&variable.name].into_iter().chain(&variable.default).chain(&variable.values));
        if !files.has_room(url.as_str().len() + variables.iter().map(texts).sum::<usize>()) {
            break;
        }
        let holes = variables_of(url.as_str());
        let url = ApiText { file: url.file, text: url.text.with_holes(&holes) };
        out.push(Server { url, variables, place: files.place(at) });
    }
    out
}

/// Where the variables of a URL stand, braces included.
fn variables_of(url: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(open) = url.get(at..).and_then(|rest| rest.find('{')).map(|offset| at + offset) {
        let Some(length) = url.get(open..).and_then(|rest| rest.find('}')) else { break };
        out.push(open..open + length + 1);
        at = open + length + 1;
    }
    out
}

/// The servers of a Swagger 2.0 description, one for each scheme; `holder` may be an operation with schemes of its own.
pub(super) fn swagger_servers(root: At<'_, '_>, holder: At<'_, '_>) -> Vec<Server> {
    let (host, base) = (root.word("host"), root.word("basePath"));
    let Some(first) = host.as_ref().or(base.as_ref()) else { return Vec::new() };
    let (file, start) = (first.file, first.text.whole_span().start);
    let start = Span::new(start, start);
    let server = |scheme: Option<&ApiText>| {
        let mut builder = TextBuilder::new();
        if let Some(host) = &host {
            // Without schemes it is the one under which the description itself was found.
            let scheme = scheme.map(|scheme| format!("{}:", scheme.as_str())).unwrap_or_default();
            builder.escaped(&format!("{scheme}//"), start);
            builder.push(&host.text, 0..host.text.len());
        }
        if let Some(base) = &base {
            if !base.as_str().starts_with('/') {
                builder.escaped("/", base.text.span(0..0));
            }
            // One place, whatever is escaped in it.
            builder.push(&base.text.clone().standing_in(base.text.whole_span()), 0..base.text.len());
        }
        let text = builder.finish().standing_in(first.text.whole_span());
        let url = ApiText { file, text };
        Server { place: url.place(), url, variables: Vec::new() }
    };
    let schemes = holder.words("schemes");
    match schemes.as_slice() {
        schemes if !schemes.is_empty() && host.is_some() => schemes.iter().map(|scheme| server(Some(scheme))).collect(),
        _ => vec![server(None)],
    }
}
