//! Layers of images: what one deletes is still in another (OCI Image Layer Filesystem Changeset, docker save).

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use crate::model::Member;

/// A path in a layer: the image, the layer, and the path in the tree that the layers make together.
struct Layered<'p> {
    image: &'p str,
    layer: &'p str,
    path: &'p str,
}

/// What stands before the name of a blob.
const BLOBS: &str = "blobs/sha256/";
/// What a layer is called in a folder of its own.
const LAYER: &str = "layer.tar";

impl<'p> Layered<'p> {
    /// OCI's blobs, and what `docker save` and its kind write: `ID/layer.tar`, `DIGEST.tar`.
    fn of(path: &'p str) -> Option<Self> {
        let mut start = 0;
        for part in path.split('/') {
            let before = path.get(..start)?;
            let image = match part {
                _ if is_digest(part) && before.ends_with(BLOBS) => before.strip_suffix(BLOBS),
                LAYER => before.strip_suffix('/').map(|folder| folder.rsplit_once('/').map_or("", |(image, _)| image)),
                _ => part.strip_suffix(".tar").filter(|name| is_digest(name)).map(|_| before),
            };
            if let Some(image) = image {
                let (layer, path) = path.split_at(start + part.len());
                return Some(Self { image: image.trim_end_matches('/'), layer, path: path.trim_start_matches('/') });
            }
            start += part.len() + 1;
        }
        None
    }
}

/// Whether it is a SHA-256 as names have it.
fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether a path within an artefact is that of a layer, or in one.
pub(super) fn is_layer(inner: &str) -> bool {
    Layered::of(inner).is_some()
}

/// A larger file lists no layers.
const MOST: usize = 4 * 1024 * 1024;

/// What `docker save` says of an image, in `manifest.json`.
#[derive(Deserialize)]
struct Saved {
    #[serde(rename = "Layers")]
    layers: Vec<String>,
}

/// A manifest (OCI Image Manifest Specification).
#[derive(Deserialize)]
struct Manifest {
    layers: Vec<Descriptor>,
}

#[derive(Deserialize)]
struct Descriptor {
    digest: String,
}

/// The ranks of layers, by their paths: each lies on those with a lower one.
type Order = HashMap<String, usize>;

/// How many orders of one image count: each file of the image is looked up in all of them.
const MOST_ORDERS: usize = 256;

/// The orders of layers that an image's manifests state, by the image. Images for several systems have several.
fn orders(texts: &[(String, Vec<u8>)]) -> HashMap<&str, Vec<Order>> {
    let mut orders: HashMap<&str, Vec<Order>> = HashMap::new();
    for (path, bytes) in texts.iter().filter(|(_, bytes)| bytes.len() <= MOST) {
        let blob = || Layered::of(path).filter(|layered| layered.path.is_empty()).map(|layered| layered.image);
        if let Some(image) = path.strip_suffix("manifest.json").filter(|image| image.ends_with('/')) {
            let saved = serde_json::from_slice::<Vec<Saved>>(bytes).unwrap_or_default();
            let ranks = |saved: Saved| saved.layers.into_iter().map(|layer| format!("{image}{layer}")).zip(0..).collect();
            orders.entry(image.trim_end_matches('/')).or_default().extend(saved.into_iter().map(ranks));
        } else if let Some(image) = blob()
            && let Ok(Manifest { layers }) = serde_json::from_slice(bytes)
        {
            let layer = |layer: Descriptor| format!("{image}/{}", layer.digest.replacen("sha256:", BLOBS, 1));
            orders.entry(image).or_default().push(layers.into_iter().map(layer).zip(0..).collect());
        }
    }
    for orders in orders.values_mut() {
        orders.truncate(MOST_ORDERS);
    }
    orders
}

/// Marks what a later layer deletes or replaces; where no order is stated, what any other one deletes. `deleted` are layers, and paths in
/// them; those that end in `/` are folders whose content alone is gone. `texts` are those of the artefacts, manifests among them.
pub(super) fn hide(members: &mut [Member], deleted: &[(String, String)], texts: &[(String, Vec<u8>)]) {
    let orders = orders(texts);
    let mut deletes: HashMap<(&str, &str), HashSet<&str>> = HashMap::new();
    for (layer, gone) in deleted {
        if let Some(layered) = Layered::of(layer) {
            deletes.entry((layered.image, gone)).or_default().insert(layered.layer);
        }
    }
    let mut holds: HashMap<(String, String), Vec<String>> = HashMap::new();
    for layered in members.iter().filter_map(|member| Layered::of(&member.path)).filter(|layered| !layered.path.is_empty()) {
        if orders.contains_key(layered.image) {
            holds.entry((layered.image.to_owned(), layered.path.to_owned())).or_default().push(layered.layer.to_owned());
        }
    }
    for member in members {
        let Some(layered) = Layered::of(&member.path).filter(|layered| !layered.path.is_empty()) else { continue };
        let path = layered.path;
        let ends = path.match_indices('/').flat_map(|(at, _)| [at, at + 1]).chain([path.len()]);
        let deleting = ends.filter_map(|end| deletes.get(&(layered.image, path.get(..end)?))).flatten().copied();
        let deleting: Vec<_> = deleting.filter(|&layer| layer != layered.layer).collect();
        let replacing = holds.get(&(layered.image.to_owned(), path.to_owned())).into_iter().flatten().map(String::as_str);
        let mut stated =
            orders.get(layered.image).into_iter().flatten().filter_map(|order| Some((order, *order.get(layered.layer)?))).peekable();
        member.is_hidden = match stated.peek() {
            None => !deleting.is_empty(),
            Some(_) => {
                let others: Vec<_> = deleting.iter().copied().chain(replacing).collect();
                stated.all(|(order, own)| others.iter().any(|&layer| order.get(layer).is_some_and(|&rank| rank > own)))
            }
        };
    }
}
