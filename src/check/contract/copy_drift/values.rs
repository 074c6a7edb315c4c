//! Two descriptions side by side: what of their values differs, as data.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::meaning::{identity, is_added, is_implied, is_nothing, last, same};
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
    /// What one option of a generator does again and again: `None` for what only somebody can have written there, such as a new name.
    pub(super) habit: Option<Habit>,
}

/// What differs in the same way in many places where two descriptions were generated with other options.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Habit {
    /// A word of the specification that only the copy has.
    Adds(String),
    /// A word of the specification that only the source has.
    Omits(String),
    /// A word with one value here and another one there.
    Says(String, String, String),
    /// A word of which the values are made from names.
    Names(&'static str),
    /// A status that only one of the two has.
    Status(String),
}

impl Difference {
    /// A difference in what the description means, that somebody must have made.
    pub(super) fn new(here: ApiPlace, there: ApiPlace, what: String) -> Self {
        Self { here, there, what, is_prose: false, habit: None }
    }
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
                        out.push(Difference { here, there, what, is_prose: around.is_prose, habit: Some(Habit::Names("$ref")) });
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
                out.push(Difference::new(here, self.source.place(there), what));
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
            let habit = habit_of_value(around, copy.as_str(), source.as_str());
            out.push(Difference { here, there, what, is_prose: around.is_prose, habit });
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
            let habit = Some(Habit::Names("nullable"));
            out.push(Difference { here: around.named.0, there: around.named.1, what, is_prose: around.is_prose, habit });
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
                    let habit = habit_of_key(around, name, Habit::Adds);
                    out.push(Difference { here, there, what, is_prose, habit });
                }
                continue;
            };
            // What a mapping leads to is referred to as elsewhere, without a `$ref`.
            let is_mapping = is_name && around.key == "mapping";
            if is_mapping && value.as_str().zip(theirs.as_str()).is_some_and(|(one, two)| last(one) == last(two)) {
                continue;
            }
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
                let habit = habit_of_key(around, name, Habit::Omits);
                out.push(Difference { here, there, what, is_prose, habit });
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
                let places = around.named;
                out.push(Difference { is_prose: around.is_prose, ..Difference::new(places.0, places.1, what) });
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
                    out.push(Difference { is_prose: around.is_prose, ..Difference::new(place, around.named.1, what) });
                }
            }
        }
        for (name, item) in theirs.iter().filter(|(name, _)| !ours.contains_key(*name)) {
            let what = format!("lacks `{}`{}", name.shown(), below(around.key));
            let there = self.source.place(*item);
            out.push(Difference { is_prose: around.is_prose, ..Difference::new(around.named.0, there, what) });
        }
    }
}

/// What may be a habit of a generator where only one of two descriptions has a key.
fn habit_of_key(around: Around<'_>, name: &str, word: fn(String) -> Habit) -> Option<Habit> {
    match around {
        Around { is_literal: true, .. } => None,
        Around { has_names: true, key: "responses", .. } => Some(Habit::Status(name.to_owned())),
        Around { has_names: true, .. } => None,
        _ => Some(word(name.to_owned())),
    }
}

/// What may be a habit of a generator where two values of one key differ.
fn habit_of_value(around: Around<'_>, here: Option<&str>, there: Option<&str>) -> Option<Habit> {
    match (around.key, here, there) {
        ("operationId", ..) => Some(Habit::Names("operationId")),
        (_, Some(here), Some(there)) if !around.is_literal && !around.is_prose => {
            Some(Habit::Says(around.key.to_owned(), here.to_owned(), there.to_owned()))
        }
        _ => None,
    }
}

fn below(key: &str) -> String {
    if key.is_empty() { String::new() } else { format!(" in `{key}`") }
}
