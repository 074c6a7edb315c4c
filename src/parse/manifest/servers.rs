//! The servers that an assistant is given (Model Context Protocol), as far as they are reached over HTTP.

use super::{MAX_REQUESTS, Stated, Values, without_method};
use crate::parse::data::tree::Node;
use crate::parse::request::Draft;

/// One request for each server with headers, which stands for all of its requests.
pub(super) fn requests<'t, 's>(root: Node<'t, 's>) -> Vec<Stated<'t, 's>> {
    let servers = root.get("mcpServers").or_else(|| root.at(&["mcp", "servers"])).into_iter().flat_map(Node::entries);
    let values = Values(Vec::new());
    let stated = |(_, node): (Node<'t, 's>, Node<'t, 's>)| {
        let url = ["url", "serverUrl", "httpUrl"].iter().find_map(|key| node.get(key))?;
        let header = |(name, value): (Node<'t, 's>, Node<'t, 's>)| Some((name.text()?.clone(), values.filled(value.text()?)));
        let headers: Vec<_> = node.get("headers")?.entries().filter_map(header).collect();
        let mut draft = Draft { url: Some(values.filled(url.text()?)), headers, ..Draft::default() };
        without_method(&mut draft);
        Some(Stated { node, url, language: "mcp", draft })
    };
    servers.take(MAX_REQUESTS).filter_map(stated).collect()
}
