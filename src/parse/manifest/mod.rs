//! Files that state requests, or how requests authenticate, as data: collections of API clients (Postman, Insomnia), recordings (HAR), the
//! servers that an assistant is given (MCP), the manifest of a plugin.

mod insomnia;
mod plugin;
mod postman;
mod recording;
mod servers;

use std::collections::HashMap;

use memchr::memmem;

use super::data::tree::{Node, NodeId, Tree};
use super::request::Draft;
use super::{Context, Setting};
use crate::model::{Request, RequestPart, Span, Text, TextBuilder};

/// Words of which one stands in every such file, written without escapes.
const WORDS: [&str; 8] = [
    "authorization_type",
    "name_for_model",
    "_postman_id",
    "getpostman.com",
    "__export_format",
    "collection.insomnia",
    "\"entries\"",
    "mcpServers",
];

/// The most requests that are read from one file.
const MAX_REQUESTS: usize = 4096;

/// How deep folders of requests may nest.
const MAX_FOLDERS: usize = 32;

/// Whether requests are wanted, and this text of a data file can state some.
pub(super) fn wanted(context: &Context<'_>, text: &str) -> bool {
    context.wanted().requests
        && *context.setting() != Setting::Comment
        && WORDS.iter().any(|word| memmem::find(text.as_bytes(), word.as_bytes()).is_some())
}

/// Reports what a data file states of all requests, and gives the requests that it states by where their URLs stand.
pub(super) fn report(context: &mut Context<'_>, text: &Text<'_>, tree: &Tree<'_>) -> HashMap<NodeId, Vec<Request>> {
    let mut out: HashMap<NodeId, Vec<Request>> = HashMap::new();
    for root in tree.roots().filter(|root| root.is_mapping()) {
        plugin::report(context, root);
        let stated = [postman::requests, insomnia::requests, recording::requests, servers::requests];
        for stated in stated.into_iter().flat_map(|requests| requests(root)).take(MAX_REQUESTS) {
            let (span, language) = (stated.node.span(text), stated.language);
            if let Some(request) = stated.draft.finish(span, language, context.vocabulary()) {
                out.entry(stated.url.id()).or_default().push(request);
            }
        }
    }
    out
}

/// A request that is stated somewhere.
struct Stated<'t, 's> {
    node: Node<'t, 's>,
    url: Node<'t, 's>,
    language: &'static str,
    draft: Draft<'s>,
}

/// The variables of a file that have a value in it.
struct Values<'t, 's>(Vec<(&'t str, &'t Text<'s>)>);

impl<'s> Values<'_, 's> {
    /// A text in which variables (`{{name}}`) are their values, and holes if they have none.
    fn filled(&self, text: &Text<'s>) -> Text<'s> {
        let chars = text.as_str();
        if !chars.contains("{{") {
            return text.clone();
        }
        let mut builder = TextBuilder::new();
        let mut at = 0;
        while let Some(open) = chars.get(at..).and_then(|rest| rest.find("{{")).map(|found| at + found) {
            let Some(end) = chars.get(open..).and_then(|rest| rest.find("}}")).map(|found| open + found + 2) else { break };
            builder.push(text, at..open);
            let name = chars.get(open + 2..end - 2).unwrap_or_default().trim().trim_start_matches("_.");
            let value =
                self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str()).filter(|value| !value.contains("{{"));
            match value.filter(|value| !value.is_empty()) {
                Some(value) => builder.escaped(value, text.span(open..end)),
                None => builder.hole(&format!("{{{name}}}"), text.span(open..end)),
            }
            at = end;
        }
        builder.push(text, at..chars.len());
        builder.finish()
    }
}

/// The headers of a list of records, which say their names and values under these keys.
fn headers<'t, 's>(list: Option<Node<'t, 's>>, name: &str, values: &Values<'_, 's>) -> Vec<(Text<'s>, Text<'s>)> {
    let is_on = |item: &Node<'_, '_>| item.get("disabled").is_none_or(|off| off.as_str() != Some("true"));
    let header = |item: Node<'t, 's>| Some((item.get(name)?.text()?.clone(), values.filled(item.get("value")?.text()?)));
    list.into_iter().flat_map(Node::items).filter(is_on).filter_map(header).filter(|(name, _)| !name.is_empty()).collect()
}

/// Adds a header that a client adds because of what stands at `place`.
fn add_header<'s>(draft: &mut Draft<'s>, name: &str, value: &str, place: Span) {
    let value = match value {
        "" => "{}",
        value => value,
    };
    draft.set_header(Text::synthetic(name.to_owned(), place), Text::synthetic(value.to_owned(), place));
}

/// Says that the method is not stated.
fn without_method(draft: &mut Draft<'_>) {
    draft.unknown(RequestPart::Method, "no method is stated");
}
