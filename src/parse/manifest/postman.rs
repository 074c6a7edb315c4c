//! Collections of Postman (<https://schema.postman.com/>, versions 2.0 and 2.1).

use super::{MAX_FOLDERS, MAX_REQUESTS, Stated, Values, add_header, headers};
use crate::model::Text;
use crate::parse::data::tree::Node;
use crate::parse::request::Draft;

/// The requests of a collection, if it is one.
pub(super) fn requests<'t, 's>(root: Node<'t, 's>) -> Vec<Stated<'t, 's>> {
    let schema = root.at(&["info", "schema"]).and_then(Node::as_str).unwrap_or_default();
    let is_collection = schema.contains("postman.com") || root.at(&["info", "_postman_id"]).is_some();
    if !is_collection || root.get("item").is_none() {
        return Vec::new();
    }
    let variable = |item: Node<'t, 's>| Some((item.get("key")?.as_str()?, item.get("value")?.text()?));
    let values = Values(root.get("variable").into_iter().flat_map(Node::items).filter_map(variable).collect());
    let mut out = Vec::new();
    let mut open = vec![(root, None, 0)];
    while let Some((folder, outer, depth)) = open.pop() {
        // What says nothing of it has that of the folder around it.
        let auth = folder.get("auth").filter(|auth| auth.is_mapping()).or(outer);
        for item in folder.get("item").into_iter().flat_map(Node::items) {
            if out.len() >= MAX_REQUESTS {
                return out;
            }
            match item.get("request") {
                Some(request) => out.extend(stated(request, auth, &values)),
                None if depth < MAX_FOLDERS => open.push((item, auth, depth + 1)),
                None => {}
            }
        }
    }
    out
}

fn stated<'t, 's>(request: Node<'t, 's>, outer: Option<Node<'t, 's>>, values: &Values<'t, 's>) -> Option<Stated<'t, 's>> {
    let url = request.get("url").unwrap_or(request);
    let url = if url.is_mapping() { url.get("raw")? } else { url };
    let raw = url.text()?;
    let mut draft = Draft {
        method: request.get("method").and_then(Node::text).cloned().or_else(|| Some(Text::synthetic("GET", raw.whole_span()))),
        url: Some(values.filled(raw)),
        headers: headers(request.get("header"), "key", values),
        ..Draft::default()
    };
    if let Some(auth) = request.get("auth").filter(|auth| auth.is_mapping()).or(outer) {
        authenticate(&mut draft, auth, values);
    }
    Some(Stated { node: request, url, language: "postman", draft })
}

fn authenticate<'s>(draft: &mut Draft<'s>, auth: Node<'_, 's>, values: &Values<'_, 's>) {
    let Some(kind) = auth.get("type").and_then(Node::text) else { return };
    let (place, kind) = (kind.whole_span(), kind.as_str());
    // Version 2.1 has a list of keys and values, version 2.0 a record.
    let value = |key: &str| {
        let entries = auth.get(kind)?;
        let listed = || entries.items().find(|item| item.get("key").and_then(Node::as_str) == Some(key))?.get("value");
        entries.get(key).or_else(listed)?.text().map(|text| values.filled(text))
    };
    let said = |key: &str| value(key).map(|text| text.as_str().to_owned());
    match kind {
        "bearer" => add_header(draft, "Authorization", &format!("Bearer {}", said("token").unwrap_or_default()), place),
        "oauth2" if said("addTokenTo").as_deref() != Some("queryParams") => {
            let word = said("headerPrefix").unwrap_or_else(|| "Bearer".to_owned());
            add_header(draft, "Authorization", &format!("{} {}", word.trim(), said("accessToken").unwrap_or_default()), place);
        }
        "apikey" => {
            let name = said("key").unwrap_or_default();
            match said("in").as_deref() {
                Some("query") => draft.query.push(Text::synthetic(format!("{name}={}", said("value").unwrap_or_default()), place)),
                _ if !name.is_empty() => add_header(draft, &name, &said("value").unwrap_or_default(), place),
                _ => {}
            }
        }
        "basic" | "digest" | "hawk" | "ntlm" => {
            add_header(draft, "Authorization", &format!("{kind} {{}}"), place);
        }
        _ => {}
    }
}
