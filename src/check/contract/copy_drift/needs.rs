//! What of a copy differs in who may ask, and where: security and servers. The model has both.

use std::collections::{BTreeMap, BTreeSet};

use super::Subject;
use super::side::{self, OperationKey, Side, root_key};
use super::values::{Difference, Pair};
use crate::model::{ApiDescription, ApiPlace, ApiText, Security, SecurityScheme, Server, Severity};

/// What is called so where operations say nothing of their own.
pub(super) const BY_DEFAULT: &str = "what requests need by default";

/// The schemes that a request needs together, with their scopes.
type Needs = BTreeSet<BTreeMap<String, BTreeSet<String>>>;

/// What differs in the security of a copy: the schemes, what is needed by default, what operations need.
pub(super) fn security(copy: &Side<'_>, source: &Side<'_>, pair: &Pair<'_>) -> Vec<Subject> {
    let renamed = |name: &str| renamed(name, copy.api, source.api);
    let mut out: Vec<_> =
        copy.api.schemes.iter().filter_map(|scheme| self::scheme(scheme, source.api.scheme(&renamed(scheme.key.as_str()))?)).collect();
    let same_name = |name: &str| name.to_owned();
    let all: BTreeMap<OperationKey, _> =
        source.api.operations().filter_map(|(item, operation)| Some((side::key(item, operation)?, operation))).collect();
    let mut is_root_told = false;
    for (item, operation) in copy.api.operations() {
        let Some((key, theirs)) = side::key(item, operation).and_then(|key| all.get(&key).map(|theirs| (key, *theirs))) else { continue };
        let (ours, expected) = (copy.api.security_of(operation), source.api.security_of(theirs));
        let (Some(needed), Some(wanted)) = (needs(ours, &renamed), needs(expected, &same_name)) else { continue };
        if needed == wanted {
            continue;
        }
        let by_root = operation.security.is_none() && theirs.security.is_none();
        if by_root && std::mem::replace(&mut is_root_told, true) {
            continue;
        }
        let name = if by_root { BY_DEFAULT.to_owned() } else { format!("`{} {}`", key.0, key.1) };
        let here = match &operation.security {
            Some(security) => Some(security.place),
            None if by_root => ours.map(|security| security.place).or_else(|| Some(pair.copy.place(root_key(&pair.copy, "security")?))),
            None => Some(operation.method.place()),
        };
        let there = match expected {
            Some(security) => Some(security.place),
            None if by_root => root_key(&pair.source, "security").map(|key| pair.source.place(key)),
            None => Some(theirs.method.place()),
        };
        let (Some(here), Some(there)) = (here, there) else { continue };
        let what = match by_root {
            true => format!("is {}, not {}", told(&needed), told(&wanted)),
            false => format!("needs {}, not {}", told(&needed), told(&wanted)),
        };
        out.push(subject(name, here, there, what, Severity::Error));
    }
    out
}

/// What a scheme of a copy is called in its source: the same, the same but for its case, or else what means the same.
fn renamed(name: &str, copy: &ApiDescription, source: &ApiDescription) -> String {
    let known = || source.schemes.iter();
    let same = known().find(|scheme| scheme.key.as_str() == name);
    let same = same.or_else(|| known().find(|scheme| scheme.key.as_str().eq_ignore_ascii_case(name)));
    let same = same.or_else(|| {
        let kind = copy.scheme(name)?.kind()?;
        known().find(|scheme| scheme.kind().as_ref() == Some(&kind))
    });
    same.map_or(name, |scheme| scheme.key.as_str()).to_owned()
}

/// What is needed, in the names of the source; `None` if not all of it is known.
fn needs(security: Option<&Security>, name: &impl Fn(&str) -> String) -> Option<Needs> {
    let Some(security) = security else { return Some(Needs::from([BTreeMap::new()])) };
    if !security.is_complete {
        return None;
    }
    let scopes = |scopes: &[ApiText]| scopes.iter().map(|scope| scope.as_str().to_owned()).collect();
    let mut out: Needs = security
        .alternatives
        .iter()
        .map(|needed| needed.schemes.iter().map(|used| (name(used.name.as_str()), scopes(&used.scopes))).collect())
        .collect();
    if out.is_empty() {
        out.insert(BTreeMap::new());
    }
    Some(out)
}

fn told(needs: &Needs) -> String {
    let all = |schemes: &BTreeMap<String, BTreeSet<String>>| {
        let scheme = |(name, scopes): (&String, &BTreeSet<String>)| match scopes.len() {
            0 => format!("`{name}`"),
            _ => format!("`{name}` ({})", scopes.iter().cloned().collect::<Vec<_>>().join(", ")),
        };
        let schemes: Vec<_> = schemes.iter().map(scheme).collect();
        if schemes.is_empty() { "nothing".to_owned() } else { schemes.join(" with ") }
    };
    needs.iter().map(all).collect::<Vec<_>>().join(" or ")
}

/// What differs in the definition of a scheme.
fn scheme(ours: &SecurityScheme, theirs: &SecurityScheme) -> Option<Subject> {
    let fields = |scheme: &SecurityScheme| [&scheme.kind, &scheme.scheme, &scheme.location, &scheme.name].map(Option::clone);
    let is_same = match (ours.kind(), theirs.kind()) {
        (Some(one), Some(two)) => one == two,
        // What says nothing is another rule's.
        _ => true,
    };
    if is_same || !ours.is_defined || !theirs.is_defined {
        return None;
    }
    let text = |text: &Option<ApiText>| text.as_ref().map(|text| text.as_str().to_owned());
    let mut pairs = fields(ours).into_iter().zip(fields(theirs));
    let (one, two) = pairs.find(|(one, two)| text(one) != text(two))?;
    let place = |field: &Option<ApiText>, scheme: &SecurityScheme| field.as_ref().map_or(scheme.key.place(), ApiText::place);
    let what = format!("is {}, not {}", defined(ours), defined(theirs));
    let name = format!("the security scheme `{}`", ours.key.as_str());
    Some(subject(name, place(&one, ours), place(&two, theirs), what, Severity::Error))
}

fn defined(scheme: &SecurityScheme) -> String {
    let fields = [&scheme.kind, &scheme.scheme, &scheme.location, &scheme.name];
    let words: Vec<_> = fields.into_iter().flatten().map(|field| format!("`{}`", field.as_str())).collect();
    words.join(" ")
}

/// Servers that a copy lacks, and those that only it has.
pub(super) fn servers(copy: &Side<'_>, source: &Side<'_>, pair: &Pair<'_>) -> Option<Subject> {
    let url = |server: &Server| server.default_url().as_str().trim_end_matches('/').to_owned();
    let hosted = |url: &String| url.contains("//");
    let urls = |api: &ApiDescription| api.servers.iter().map(url).filter(hosted).collect::<BTreeSet<_>>();
    let (ours, theirs) = (urls(copy.api), urls(source.api));
    // Without any, or with none in common, it is one for another place.
    let is_elsewhere = ours.is_disjoint(&theirs);
    if ours == theirs || is_elsewhere {
        return None;
    }
    let (here, there) = ["servers", "host"]
        .into_iter()
        .find_map(|key| Some((pair.copy.place(root_key(&pair.copy, key)?), pair.source.place(root_key(&pair.source, key)?))))?;
    let mut differences = Vec::new();
    for server in source.api.servers.iter().filter(|server| hosted(&url(server)) && !ours.contains(&url(server))) {
        let what = format!("lack `{}`", server.url.as_str());
        differences.push(Difference::new(here, server.url.place(), what));
    }
    for server in copy.api.servers.iter().filter(|server| hosted(&url(server)) && !theirs.contains(&url(server))) {
        let what = format!("have `{}`, which is not there", server.url.as_str());
        differences.push(Difference::new(server.url.place(), there, what));
    }
    Some(Subject { name: "the servers".to_owned(), here, differences, at_most: Severity::Warning })
}

fn subject(name: String, here: ApiPlace, there: ApiPlace, what: String, at_most: Severity) -> Subject {
    Subject { name, here, differences: vec![Difference::new(here, there, what)], at_most }
}
