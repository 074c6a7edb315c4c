//! What is written in different ways, or in another order, and means the same.

use crate::parse::{ApiValue, ApiValues};

/// Whether a key may be added to a copy by whoever makes it.
pub(super) fn is_added(key: &str) -> bool {
    key == "operationId" || key.starts_with("x-")
}

/// Whether a value says no more than its absence: an empty list, `deprecated: false`, what generators write out.
pub(super) fn is_nothing(key: &str, value: ApiValue<'_>) -> bool {
    let is_empty = (value.is_sequence() && value.items().next().is_none()) || (value.is_mapping() && value.fields().is_empty());
    let is_default = match key {
        "additionalProperties" => value.as_str() == Some("true"),
        "style" => matches!(value.as_str(), Some("form" | "simple")),
        "explode" => true,
        _ => value.as_str() == Some("false"),
    };
    is_empty || is_default || value.is_null()
}

/// Whether what a schema has under a key goes without saying in another one that has all but it: the type of what has properties or items; and a
/// default that is no number, of what is one.
pub(super) fn is_implied(key: &str, value: ApiValue<'_>, other: ApiValue<'_>) -> bool {
    let is_number = || matches!(other.get("type").and_then(ApiValue::as_str), Some("number" | "integer"));
    match (key, value.as_str()) {
        ("type", Some("object")) => other.get("properties").or(other.get("additionalProperties")).is_some(),
        ("type", Some("array")) => other.get("items").is_some(),
        ("default", Some(word)) => is_number() && word.trim().parse::<f64>().is_err(),
        _ => false,
    }
}

/// Whether two scalars mean the same: numbers, dates and white space are written in many ways.
pub(super) fn same(one: &str, two: &str) -> bool {
    let numbers = || Some(one.trim().parse::<f64>().ok()?.total_cmp(&two.trim().parse::<f64>().ok()?).is_eq());
    let (short, long) = if one.len() < two.len() { (one, two) } else { (two, one) };
    let is_date = || long.strip_prefix(short).is_some_and(|rest| short.len() == 10 && rest.starts_with("T00:00:00"));
    one == two
        || one.split_whitespace().eq(two.split_whitespace())
        || one.eq_ignore_ascii_case(two) && ["true", "false"].iter().any(|word| one.eq_ignore_ascii_case(word))
        || numbers() == Some(true)
        || is_date()
}

/// The last part of a reference. A bundler names what it takes from a file of its own after the file.
pub(super) fn last(reference: &str) -> &str {
    let name = reference.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(reference);
    let stem = [".yaml", ".yml", ".json"].iter().find_map(|end| name.strip_suffix(end));
    stem.filter(|stem| !stem.is_empty() && !reference.contains('#')).unwrap_or(name)
}

/// What tells an item of a list from the others, whatever its place in the list.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Identity<'t> {
    Scalar(&'t str),
    /// The last part of a reference.
    Reference(&'t str),
    Named(&'t str, &'t str),
}

impl Identity<'_> {
    /// As it is told.
    pub(super) fn shown(&self) -> &str {
        match self {
            Self::Scalar(name) | Self::Named(name, _) | Self::Reference(name) => name,
        }
    }
}

/// What tells an item from the others, if anything does.
pub(super) fn identity<'t>(files: &mut ApiValues<'t>, item: ApiValue<'t>) -> Option<Identity<'t>> {
    if let Some(scalar) = item.as_str() {
        return Some(Identity::Scalar(scalar));
    }
    let followed = files.follow(item).filter(|value| value.is_mapping());
    let word = |key: &str| followed?.get(key)?.as_str();
    match (word("name"), word("url"), item.reference()) {
        (Some(name), _, _) => Some(Identity::Named(name, word("in").unwrap_or_default())),
        (_, Some(url), _) => Some(Identity::Named(url, "")),
        // One may keep in files what the other one keeps in its own.
        (_, _, Some(reference)) => Some(Identity::Reference(last(reference))),
        _ => None,
    }
}
