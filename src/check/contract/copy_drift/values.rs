//! Two descriptions side by side: what of their values differs, as data.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::versions::{Facets, is_own, without_null};
use crate::check::shown::shown;
use crate::model::ApiPlace;
use crate::parse::{ApiValue, ApiValueId, ApiValues};

/// How deep values are compared.
const MAX_DEPTH: usize = 96;
/// How many pairs of values are compared at most; what is beyond them counts as equal.
const MAX_PAIRS: usize = 4_000_000;
/// Keys of which the value is told to people, or shown to them.
const PROSE: [&str; 7] = ["description", "summary", "title", "example", "examples", "externalDocs", "tags"];
/// Keys below which the keys are names that the description gives.
const NAMED: [&str; 14] = [
    "properties",
    "patternProperties",
    "responses",
    "schemas",
    "parameters",
    "headers",
    "content",
    "callbacks",
    "links",
    "variables",
    "mapping",
    "scopes",
    "definitions",
    "$defs",
];
/// Keys below which there is data and no more of the description.
const LITERAL: [&str; 4] = ["default", "const", "example", "value"];

/// Where two values differ.
#[derive(Debug, Clone)]
pub(super) struct Difference {
    /// The place in the copy.
    pub(super) here: ApiPlace,
    /// The place in the source.
    pub(super) there: ApiPlace,
    /// What is here and what is there: the predicate of a sentence.
    pub(super) what: String,
    /// Whether only what people are told differs.
    pub(super) is_prose: bool,
}

/// What refers to the same in both descriptions, and so is compared by itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shared<'t> {
    /// The reference.
    pub(super) name: &'t str,
    pub(super) copy: ApiValue<'t>,
    pub(super) source: ApiValue<'t>,
}

/// Two descriptions.
pub(super) struct Pair<'t> {
    pub(super) copy: ApiValues<'t>,
    pub(super) source: ApiValues<'t>,
    /// Whether what people are told has to be there where it is in the other one.
    pub(super) is_verbatim: bool,
    /// Whether one is written in OpenAPI 3.0 and the other one in a later version.
    pub(super) is_converted: bool,
    /// Whether the values that references lead to are equal; those that are being compared count as equal.
    known: HashMap<(ApiValueId, ApiValueId), bool>,
    /// What was referred to so far.
    seen: HashSet<&'t str>,
    shared: Vec<Shared<'t>>,
    left: usize,
}

/// What stands around a value.
#[derive(Clone, Copy)]
struct Around<'t> {
    /// The key it stands at.
    key: &'t str,
    /// What to point at if something is missing in it: in the copy, in the source.
    named: (ApiPlace, ApiPlace),
    is_prose: bool,
    is_literal: bool,
    /// Whether its keys are names.
    has_names: bool,
    depth: usize,
}

impl<'t> Pair<'t> {
    pub(super) fn new(copy: ApiValues<'t>, source: ApiValues<'t>) -> Self {
        let minor = |values: &ApiValues<'t>| values.root()?.get("openapi")?.as_str()?.split('.').nth(1).map(|minor| minor == "0");
        let is_converted = minor(&copy) != minor(&source);
        Self {
            copy,
            source,
            is_verbatim: false,
            is_converted,
            known: HashMap::new(),
            seen: HashSet::new(),
            shared: Vec::new(),
            left: MAX_PAIRS,
        }
    }

    /// What was referred to by both, and not compared yet.
    pub(super) fn next_shared(&mut self) -> Option<Shared<'t>> {
        self.shared.pop()
    }

    /// Compares what stands at two keys. `skipped` are keys of it that are compared elsewhere.
    pub(super) fn compare(
        &mut self,
        copy: (ApiPlace, ApiValue<'t>),
        source: (ApiPlace, ApiValue<'t>),
        skipped: &[&str],
    ) -> Vec<Difference> {
        let named = (copy.0, source.0);
        let around = Around { key: "", named, is_prose: false, is_literal: false, has_names: false, depth: 0 };
        let mut out = Vec::new();
        match (self.copy.follow(copy.1), self.source.follow(source.1)) {
            (Some(copy), Some(source)) if copy.is_mapping() && source.is_mapping() => {
                self.mappings(copy, source, around, skipped, &mut out)
            }
            _ => self.values(copy.1, source.1, around, &mut out),
        }
        out
    }

    /// Compares lists of what has names: parameters.
    pub(super) fn lists(
        &mut self,
        key: &'t str,
        named: (ApiPlace, ApiPlace),
        copy: &[ApiValue<'t>],
        source: &[ApiValue<'t>],
    ) -> Vec<Difference> {
        let around = Around { key, named, is_prose: false, is_literal: false, has_names: false, depth: 0 };
        let mut out = Vec::new();
        self.items(copy, source, around, &mut out);
        out
    }

    fn values(&mut self, copy: ApiValue<'t>, source: ApiValue<'t>, around: Around<'t>, out: &mut Vec<Difference>) {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 || around.depth > MAX_DEPTH {
            return;
        }
        if self.is_converted && !around.is_literal && !around.has_names {
            let ((one, is_null), (two, is_null_too)) = (without_null(copy), without_null(source));
            if is_null && is_null_too {
                return self.values(one, two, Around { depth: around.depth + 1, ..around }, out);
            }
        }
        let references = if around.is_literal { (None, None) } else { (copy.reference(), source.reference()) };
        match references {
            (None, None) => self.plain(copy, source, around, out),
            (Some(here), Some(there)) if here == there && here.starts_with('#') => self.share(here, copy, source, out),
            (here, there) => {
                let (Some(one), Some(two)) = (self.copy.follow(copy), self.source.follow(source)) else { return };
                let mut inner = Vec::new();
                let pair = (one.id(), two.id());
                match self.known.get(&pair) {
                    Some(true) => return,
                    Some(false) if here.is_some() && there.is_some() => {}
                    _ => {
                        self.known.insert(pair, true);
                        self.plain(one, two, Around { depth: around.depth + 1, ..around }, &mut inner);
                        self.known.insert(pair, !inner.iter().any(|difference| !difference.is_prose));
                        if inner.iter().all(|difference| difference.is_prose) {
                            return;
                        }
                    }
                }
                match (here, there) {
                    (Some(here), Some(there)) if last(here) != last(there) => {
                        let what = format!("refers to `{}`, not to `{}`", last(here), last(there));
                        let at = |value: ApiValue<'t>| value.get("$ref").unwrap_or(value);
                        let (here, there) = (self.copy.place(at(copy)), self.source.place(at(source)));
                        out.push(Difference { here, there, what, is_prose: around.is_prose });
                    }
                    _ => out.extend(inner),
                }
            }
        }
    }

    /// Notes what both refer to, to be compared by itself.
    fn share(&mut self, name: &'t str, copy: ApiValue<'t>, source: ApiValue<'t>, out: &mut Vec<Difference>) {
        if !self.seen.insert(name) {
            return;
        }
        match (self.copy.follow(copy), self.source.follow(source)) {
            (Some(copy), Some(source)) => self.shared.push(Shared { name, copy, source }),
            (None, Some(there)) if !self.copy.leads_elsewhere(copy) => {
                let here = self.copy.place(copy.get("$ref").unwrap_or(copy));
                let what = format!("refers to `{}`, which is missing here", last(name));
                out.push(Difference { here, there: self.source.place(there), what, is_prose: false });
            }
            _ => {}
        }
    }

    fn plain(&mut self, copy: ApiValue<'t>, source: ApiValue<'t>, around: Around<'t>, out: &mut Vec<Difference>) {
        if copy.is_mapping() && source.is_mapping() {
            return self.mappings(copy, source, around, &[], out);
        }
        if copy.is_sequence() && source.is_sequence() {
            let (copy, source): (Vec<_>, Vec<_>) = (copy.items().collect(), source.items().collect());
            return self.items(&copy, &source, around, out);
        }
        let same = match (copy.as_str(), source.as_str()) {
            (Some(here), Some(there)) => same(here, there) || (copy.is_null() && source.is_null()),
            _ => false,
        };
        if !same {
            let what = match (copy.as_str(), source.as_str()) {
                (Some(here), Some(there)) => {
                    let (here, there) = shown(here, there);
                    let key = if around.key.is_empty() { String::new() } else { format!(" as `{}`", around.key) };
                    format!("has {here}{key}, not {there}")
                }
                _ => format!("has something else as `{}`", around.key),
            };
            let is_short = copy.as_str().is_some() && source.as_str().is_some();
            let (here, there) = if is_short { (self.copy.place(copy), self.source.place(source)) } else { around.named };
            out.push(Difference { here, there, what, is_prose: around.is_prose });
        }
    }

    fn mappings(&mut self, copy: ApiValue<'t>, source: ApiValue<'t>, around: Around<'t>, skipped: &[&str], out: &mut Vec<Difference>) {
        let fields = source.fields();
        let mut rest: HashMap<_, _> = fields.iter().filter_map(|(key, value)| Some((key.as_str()?, (*key, *value)))).collect();
        let is_name = around.has_names || around.is_literal;
        let converted = self.is_converted && !is_name;
        let (ours, theirs) = (converted.then(|| Facets::of(copy)), converted.then(|| Facets::of(source)));
        let null = ours.as_ref().zip(theirs.as_ref()).and_then(|(ours, theirs)| ours.differ_in_null(theirs));
        if let Some(allows) = null {
            let what = format!("{}{}", if allows { "allows `null`" } else { "does not allow `null`" }, below(around.key));
            out.push(Difference { here: around.named.0, there: around.named.1, what, is_prose: around.is_prose });
        }
        let is_same = converted && (null.is_some() || ours == theirs);
        let is_converted = |key: &str| converted && ((is_same && Facets::says(key)) || is_own(key));
        let prose = |key: &str| !is_name && (PROSE.contains(&key) || key.starts_with("x-"));
        for (key, value) in copy.fields() {
            let Some(name) = key.as_str() else { continue };
            let there = rest.remove(name);
            if skipped.contains(&name) || is_converted(name) {
                continue;
            }
            let is_prose = around.is_prose || prose(name);
            let Some((their_key, theirs)) = there else {
                let is_said = || is_added(name) || is_nothing(name, value) || is_implied(name, value, source);
                if is_name || !(is_said() || (is_prose && !self.is_verbatim)) {
                    let (here, there) = (self.copy.place(key), around.named.1);
                    let what = format!("has `{}`{}, which is not there", name, below(around.key));
                    out.push(Difference { here, there, what, is_prose });
                }
                continue;
            };
            let around = Around {
                key: name,
                named: (self.copy.place(key), self.source.place(their_key)),
                is_prose,
                is_literal: around.is_literal || (!is_name && LITERAL.contains(&name)),
                has_names: !is_name && NAMED.contains(&name),
                depth: around.depth + 1,
            };
            self.values(value, theirs, around, out);
        }
        // In the order of the source.
        for (key, value) in fields {
            let is_left = |name: &&str| rest.contains_key(name) && !skipped.contains(name) && !is_converted(name);
            let Some(name) = key.as_str().filter(is_left) else { continue };
            let is_prose = around.is_prose || prose(name);
            let is_said = || name.starts_with("x-") || is_nothing(name, value) || is_implied(name, value, copy);
            if is_name || !(is_said() || (is_prose && !self.is_verbatim)) {
                let what = format!("lacks `{}`{}", name, below(around.key));
                let (here, there) = (around.named.0, self.source.place(key));
                out.push(Difference { here, there, what, is_prose });
            }
        }
    }

    fn items(&mut self, copy: &[ApiValue<'t>], source: &[ApiValue<'t>], around: Around<'t>, out: &mut Vec<Difference>) {
        let inner = Around { has_names: false, depth: around.depth + 1, ..around };
        let ours: Option<BTreeMap<_, _>> = copy.iter().map(|item| Some((identity(&mut self.copy, *item)?, *item))).collect();
        let theirs: Option<BTreeMap<_, _>> = source.iter().map(|item| Some((identity(&mut self.source, *item)?, *item))).collect();
        let (Some(ours), Some(theirs)) = (ours, theirs) else {
            if copy.len() == source.len() {
                copy.iter().zip(source).for_each(|(one, two)| self.values(*one, *two, inner, out));
            } else {
                let what = format!("has {} items as `{}`, not {}", copy.len(), around.key, source.len());
                out.push(Difference { here: around.named.0, there: around.named.1, what, is_prose: around.is_prose });
            }
            return;
        };
        for (name, item) in &ours {
            let place = self.copy.place(*item);
            match theirs.get(name) {
                Some(there) => {
                    let named = (place, self.source.place(*there));
                    self.values(*item, *there, Around { named, ..inner }, out);
                }
                None => {
                    let what = format!("has `{}`{}, which is not there", name.shown(), below(around.key));
                    out.push(Difference { here: place, there: around.named.1, what, is_prose: around.is_prose });
                }
            }
        }
        for (name, item) in theirs.iter().filter(|(name, _)| !ours.contains_key(*name)) {
            let what = format!("lacks `{}`{}", name.shown(), below(around.key));
            out.push(Difference { here: around.named.0, there: self.source.place(*item), what, is_prose: around.is_prose });
        }
    }
}

/// What tells an item of a list from the others, whatever its place in the list.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Identity<'t> {
    Scalar(&'t str),
    /// The last part of a reference.
    Reference(&'t str),
    Named(&'t str, &'t str),
}

impl Identity<'_> {
    fn shown(&self) -> &str {
        match self {
            Self::Scalar(name) | Self::Named(name, _) | Self::Reference(name) => name,
        }
    }
}

fn identity<'t>(files: &mut ApiValues<'t>, item: ApiValue<'t>) -> Option<Identity<'t>> {
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

/// Whether a key may be added to a copy by whoever makes it.
fn is_added(key: &str) -> bool {
    key == "operationId" || key.starts_with("x-")
}

/// Whether a value says no more than its absence: an empty list, `deprecated: false`, what generators write out.
fn is_nothing(key: &str, value: ApiValue<'_>) -> bool {
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
fn is_implied(key: &str, value: ApiValue<'_>, other: ApiValue<'_>) -> bool {
    let is_number = || matches!(other.get("type").and_then(ApiValue::as_str), Some("number" | "integer"));
    match (key, value.as_str()) {
        ("type", Some("object")) => other.get("properties").or(other.get("additionalProperties")).is_some(),
        ("type", Some("array")) => other.get("items").is_some(),
        ("default", Some(word)) => is_number() && word.trim().parse::<f64>().is_err(),
        _ => false,
    }
}

/// Whether two scalars mean the same: numbers, dates and white space are written in many ways.
fn same(one: &str, two: &str) -> bool {
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
fn last(reference: &str) -> &str {
    let name = reference.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(reference);
    let stem = [".yaml", ".yml", ".json"].iter().find_map(|end| name.strip_suffix(end));
    stem.filter(|stem| !stem.is_empty() && !reference.contains('#')).unwrap_or(name)
}

fn below(key: &str) -> String {
    if key.is_empty() { String::new() } else { format!(" in `{key}`") }
}
