//! Which files an assertion is about, and whether they are there.

use std::collections::HashSet;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::Said;
use super::declared::{About, Derive, Files, TextRule};
use super::resolved::{Agreement, Scope};
use super::template::{Filled, Template};
use crate::check::Tree;
use crate::model::{Fix, Hit, RelatedHit, Span};

/// The files of an assertion.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    /// Those that are there, in the order of the patterns.
    pub(super) paths: Vec<String>,
    /// The patterns for which none is.
    pub(super) missing: Vec<Missing>,
    /// Names that mean nothing here, and the patterns that need them.
    pub(super) unknown: Vec<(Span, String)>,
}

/// A pattern for which no file is there.
#[derive(Debug)]
pub(super) struct Missing {
    /// The path, or the glob.
    pub(super) path: String,
    pub(super) is_glob: bool,
    /// Where the pattern stands: in the configuration.
    pub(super) pattern: Template,
}

/// The files of the tree that an assertion is about.
pub(super) fn chosen(tree: &dyn Tree, files: &Files, scope: Scope<'_>) -> Chosen {
    let mut chosen = Chosen::default();
    for pattern in &files.patterns {
        let path = match scope.fill(pattern) {
            Filled::Text(path) => path,
            Filled::Nothing => continue,
            Filled::Missing(name) => {
                chosen.unknown.push((pattern.span, name.to_owned()));
                continue;
            }
        };
        let path = path.trim_start_matches("./").to_owned();
        if !is_glob(&path) {
            match tree.exists(&path) {
                true => chosen.paths.push(path),
                false => chosen.missing.push(Missing { path, is_glob: false, pattern: pattern.clone() }),
            }
            continue;
        }
        let matcher = globs([path.as_str()]).ok();
        let is_meant = |path: &&str| matcher.as_ref().is_some_and(|globs| globs.is_match(path)) && !files.except.is_match(path);
        let before = chosen.paths.len();
        chosen.paths.extend(tree.paths().into_iter().filter(is_meant).map(str::to_owned));
        if chosen.paths.len() == before {
            chosen.missing.push(Missing { path, is_glob: true, pattern: pattern.clone() });
        }
    }
    let mut seen = HashSet::new();
    chosen.paths.retain(|path| seen.insert(path.clone()));
    chosen
}

/// Whether a path stands for more than one file.
pub fn is_glob(path: &str) -> bool {
    path.contains(['*', '?', '[', '{'])
}

/// Globs over whole paths; `*` and `?` stand for no slash, `**` for any folders, `{a,b}` for either.
///
/// # Errors
///
/// What is wrong with one of them.
pub fn globs<'p>(patterns: impl IntoIterator<Item = &'p str>) -> Result<GlobSet, String> {
    let mut builder = GlobSetBuilder::new();
    for pattern in patterns {
        let glob = GlobBuilder::new(pattern).literal_separator(true).build();
        builder.add(glob.map_err(|error| format!("`{pattern}` is no glob: {}", error.kind()))?);
    }
    builder.build().map_err(|error| error.to_string())
}

/// The rows of the list over which a rule is repeated, without those that don't count.
pub(super) fn scopes<'a>(agreement: &'a Agreement, rule: &TextRule) -> Vec<Scope<'a>> {
    let mut scopes = agreement.scopes(rule.each.as_deref());
    let counts = |scope: &Scope<'_>| {
        rule.only.iter().all(|(name, glob, negated)| scope.meaning(name).is_some_and(|text| glob.is_match(text)) != *negated)
    };
    scopes.retain(counts);
    scopes
}

/// Reports what the list lacks over whose rows something is repeated: without rows that would assert nothing.
pub(super) fn list_faults(agreement: &Agreement, each: Option<&str>, about: &About, said: &mut Said) {
    let Some((name, list)) = each.and_then(|name| Some((name, agreement.list(name)?))) else { return };
    for (path, span, what) in &list.ends {
        said.hit(path, Hit::new(*span, what.clone()), about);
    }
    let rows = list.rows.len();
    let what = match rows {
        0 if list.ends.is_empty() => format!("the list `{name}` has no row"),
        rows if rows < list.at_least => format!("the list `{name}` has {rows} rows, and there have to be {} at least", list.at_least),
        _ => return,
    };
    said.hit(&agreement.declared.path, Hit::new(about.span, what), about);
}

/// Reports the files that have to be there and are not: those that an assertion names, whatever it says of them.
pub(super) fn missing(tree: &dyn Tree, agreement: &Agreement, said: &mut Said) {
    // What all rows of a list need is told once.
    let mut known = HashSet::new();
    let mut tell = |scope: Scope<'_>, missing: Missing, is_made: bool, about: &About| {
        let (at, mut hit) = absent(agreement, scope, &missing);
        if known.insert((about.span, at.clone(), hit.span, missing.path.clone())) {
            hit.fix = is_made.then(|| Fix::remake(missing.path));
            said.hit(&at, hit, about);
        }
    };
    for rule in agreement.declared.texts.iter().filter(|rule| rule.exist != Some(false)) {
        for scope in scopes(agreement, rule) {
            chosen(tree, &rule.files, scope).missing.into_iter().for_each(|missing| tell(scope, missing, false, &rule.about));
        }
    }
    for value in &agreement.declared.values {
        for place in &value.at {
            for scope in agreement.scopes(None) {
                chosen(tree, &place.files, scope).missing.into_iter().for_each(|missing| tell(scope, missing, false, &value.about));
            }
        }
    }
    for derive in &agreement.declared.derived {
        for scope in agreement.scopes(derive.each.as_deref()) {
            let made: Vec<_> = targets(derive, scope).collect();
            for pattern in std::iter::once(&derive.from).chain(&derive.template).chain(&derive.to) {
                let Filled::Text(path) = scope.fill(pattern) else { continue };
                let is_made = made.iter().any(|made| made == path.trim_start_matches("./"));
                if !tree.exists(&path) && !made.is_empty() {
                    tell(scope, Missing { path, is_glob: false, pattern: pattern.clone() }, is_made, &derive.about);
                }
            }
        }
    }
}

/// What is said of a file that is not there: where the row says its name, or else the configuration.
fn absent(agreement: &Agreement, scope: Scope<'_>, missing: &Missing) -> (String, Hit) {
    let message = match missing.is_glob {
        true => format!("no file matches `{}`", missing.path),
        false => format!("{} is not there", missing.path),
    };
    let (path, span) = match scope.row {
        Some(row) if row.place.is_some() && row.names_any_of(&missing.pattern) => (&row.path, row.said(&missing.pattern)),
        _ => (&agreement.declared.path, missing.pattern.span),
    };
    (path.clone(), Hit { anchor: Some(missing.path.clone()), ..Hit::new(span, message) })
}

/// Reports the files that must not be there.
pub(super) fn forbidden(tree: &dyn Tree, agreement: &Agreement, said: &mut Said) {
    for rule in agreement.declared.texts.iter().filter(|rule| rule.exist == Some(false)) {
        for scope in scopes(agreement, rule) {
            for path in chosen(tree, &rule.files, scope).paths {
                let mut hit = Hit::new(Span::default(), "this file must not be here");
                hit.related.extend(related(scope));
                said.hit(&path, hit, &rule.about);
            }
        }
    }
    for derive in agreement.declared.derived.iter().filter(|derive| !derive.only.is_empty()) {
        let made: HashSet<_> = agreement.scopes(derive.each.as_deref()).into_iter().flat_map(|scope| targets(derive, scope)).collect();
        for path in tree.paths().into_iter().filter(|path| derive.only.is_match(path) && !made.contains(*path)) {
            let hit = Hit::new(Span::default(), "nothing makes this file, and no other may be here");
            said.hit(path, hit, &derive.about);
        }
    }
}

/// The paths of the files that are made for one row: none, if a name that may be missing is missing.
pub(super) fn targets<'a>(derive: &'a Derive, scope: Scope<'a>) -> impl Iterator<Item = String> + 'a {
    let parts = derive.part.iter().flat_map(|part| part.tags.iter().chain(&part.paths));
    let is_meant = parts.chain([&derive.from]).chain(&derive.template).all(|template| scope.fill(template) != Filled::Nothing);
    derive.to.iter().filter(move |_| is_meant).filter_map(move |target| match scope.fill(target) {
        Filled::Text(path) => Some(path.trim_start_matches("./").to_owned()),
        _ => None,
    })
}

/// Where a row says what it wants.
pub(super) fn related(scope: Scope<'_>) -> Option<RelatedHit> {
    let place = scope.row?.place.clone()?;
    Some(RelatedHit::There(place, "this asks for it".to_owned()))
}
