//! Code that sends a configured key as Bearer without telling keys of a registered kind apart first.

use serde::{Deserialize, Serialize};

use super::path_words::{PathWords, Tells};
use crate::check::{File, Verdict};
use crate::model::{BearerKey, Hit};

/// What the rule knows of files.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// What the paths of files tell. What only shows how something is done is as much a test as any.
    paths: PathWords,
}

/// Reports keys that are sent as Bearer, whatever they are.
pub(in crate::check) fn check(file: File<'_>, parameters: &Parameters) -> Verdict {
    if file.facts.bearer_keys.is_empty() || parameters.paths.tells(file.document.path()) == Tells::Test {
        return Verdict::default();
    }
    let hits = file.facts.bearer_keys.iter().filter(|key| !key.is_told).filter_map(|key| hit(file, key));
    Verdict { hits: hits.collect(), unverified: Vec::new() }
}

fn hit(file: File<'_>, key: &BearerKey) -> Option<Hit> {
    let kind = file.vocabulary.credentials.get(key.kind)?;
    let (name, prefix, header) = (&kind.name, &kind.prefix, kind.header.as_ref()?);
    let mut hit =
        Hit::new(key.span, format!("a key is sent as Bearer that may be a {name} ({prefix}…), which belongs in the header `{header}`"));
    hit.help = Some(format!("send what starts with `{prefix}` in `{header}`, and as Bearer only what does not"));
    hit.group = Some(prefix.clone());
    Some(hit)
}
