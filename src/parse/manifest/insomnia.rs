//! Exports of Insomnia: version 4, a list of resources, and version 5, a tree.

use super::{MAX_FOLDERS, MAX_REQUESTS, Stated, Values, add_header, headers};
use crate::model::Text;
use crate::parse::data::tree::Node;
use crate::parse::request::Draft;

/// The requests of an export, if it is one.
pub(super) fn requests<'t, 's>(root: Node<'t, 's>) -> Vec<Stated<'t, 's>> {
    let of_type = |node: Node<'t, 's>, kind: &str| node.get("_type").and_then(Node::as_str) == Some(kind);
    if root.get("__export_format").is_some() {
        let resources = || root.get("resources").into_iter().flat_map(Node::items);
        let data = resources().filter(|node| of_type(*node, "environment")).filter_map(|node| node.get("data"));
        let values = values(data);
        return resources().filter(|node| of_type(*node, "request")).take(MAX_REQUESTS).filter_map(|node| stated(node, &values)).collect();
    }
    let kind = root.get("type").and_then(Node::as_str).unwrap_or_default();
    if !kind.starts_with("collection.insomnia") {
        return Vec::new();
    }
    let values = values(root.at(&["environments", "data"]).into_iter());
    let mut out = Vec::new();
    let mut open = vec![(root.get("collection"), 0)];
    while let Some((list, depth)) = open.pop() {
        for node in list.into_iter().flat_map(Node::items).take(MAX_REQUESTS.saturating_sub(out.len())) {
            match node.get("children") {
                Some(children) if depth < MAX_FOLDERS => open.push((Some(children), depth + 1)),
                _ => out.extend(stated(node, &values)),
            }
        }
    }
    out
}

fn values<'t, 's>(data: impl Iterator<Item = Node<'t, 's>>) -> Values<'t, 's> {
    Values(data.flat_map(Node::entries).filter_map(|(key, value)| Some((key.as_str()?, value.text()?))).collect())
}

fn stated<'t, 's>(node: Node<'t, 's>, values: &Values<'t, 's>) -> Option<Stated<'t, 's>> {
    let url = node.get("url")?;
    let mut draft = Draft {
        method: Some(node.get("method")?.text()?.clone()),
        url: Some(values.filled(url.text()?)),
        headers: headers(node.get("headers"), "name", values),
        ..Draft::default()
    };
    let auth = node.get("authentication").filter(|auth| auth.get("disabled").is_none_or(|off| off.as_str() != Some("true")));
    if let Some((auth, kind)) = auth.and_then(|auth| Some((auth, auth.get("type")?.text()?))) {
        let place = kind.whole_span();
        let said = |key: &str| auth.get(key).and_then(Node::text).map(|text| values.filled(text).as_str().to_owned()).unwrap_or_default();
        match kind.as_str() {
            "bearer" | "oauth2" => {
                let word = Some(said("prefix")).filter(|word| !word.is_empty()).unwrap_or_else(|| "Bearer".to_owned());
                add_header(&mut draft, "Authorization", &format!("{word} {}", said("token")), place);
            }
            "apikey" if said("addTo") == "queryParams" => {
                draft.query.push(Text::synthetic(format!("{}={}", said("key"), said("value")), place));
            }
            "apikey" if !said("key").is_empty() => add_header(&mut draft, &said("key"), &said("value"), place),
            "basic" | "digest" | "hawk" | "ntlm" => add_header(&mut draft, "Authorization", &format!("{} {{}}", kind.as_str()), place),
            _ => {}
        }
    }
    Some(Stated { node, url, language: "insomnia", draft })
}
