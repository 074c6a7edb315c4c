//! Recorded traffic: HAR, the HTTP Archive format 1.2.

use super::{MAX_REQUESTS, Stated, Values, headers};
use crate::parse::data::tree::Node;
use crate::parse::request::Draft;

/// The requests of a recording, if it is one. Credentials are often left out of one that is published.
pub(super) fn requests<'t, 's>(root: Node<'t, 's>) -> Vec<Stated<'t, 's>> {
    let entries = root.at(&["log", "entries"]).into_iter().flat_map(Node::items);
    let stated = |entry: Node<'t, 's>| {
        let node = entry.get("request")?;
        let url = node.get("url")?;
        let draft = Draft {
            method: Some(node.get("method")?.text()?.clone()),
            url: Some(url.text()?.clone()),
            headers: headers(node.get("headers"), "name", &Values(Vec::new())),
            ..Draft::default()
        };
        Some(Stated { node, url, language: "har", draft })
    };
    entries.take(MAX_REQUESTS).filter_map(stated).collect()
}
