//! Which files an assertion is about, and whether they are there.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::Said;
use super::declared::{Files, TextRule};
use super::resolved::{Agreement, Scope};
use super::template::{Filled, Template};
use crate::check::Tree;
use crate::model::{Hit, RelatedHit, Span};

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
    let mut seen = std::collections::HashSet::new();
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

/// Reports the files that have to be there and are not: those that an assertion names, whatever it says of them.
pub(super) fn missing(tree: &dyn Tree, agreement: &Agreement, said: &mut Said) {
    for rule in agreement.declared.texts.iter().filter(|rule| rule.exist != Some(false)) {
        for scope in scopes(agreement, rule) {
            for missing in chosen(tree, &rule.files, scope).missing {
                let (path, hit) = absent(agreement, scope, &missing);
                said.hit(&path, hit, &rule.about);
            }
        }
    }
    for value in &agreement.declared.values {
        for place in &value.at {
            for scope in agreement.scopes(None) {
                for missing in chosen(tree, &place.files, scope).missing {
                    let (path, hit) = absent(agreement, scope, &missing);
                    said.hit(&path, hit, &value.about);
                }
            }
        }
    }
    for mirror in &agreement.declared.mirrors {
        for scope in agreement.scopes(mirror.each.as_deref()) {
            for pattern in std::iter::once(&mirror.from).chain(&mirror.to) {
                let Filled::Text(path) = scope.fill(pattern) else { continue };
                if !tree.exists(&path) {
                    let (at, hit) = absent(agreement, scope, &Missing { path, is_glob: false, pattern: pattern.clone() });
                    said.hit(&at, hit, &mirror.about);
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
    let config = &agreement.declared.path;
    let (path, span) = match scope.row {
        Some(row) if row.place.is_some() => (&row.path, row.said(&missing.pattern)),
        _ => (config, missing.pattern.span),
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
}

/// Where a row says what it wants.
pub(super) fn related(scope: Scope<'_>) -> Option<RelatedHit> {
    let place = scope.row?.place.clone()?;
    Some(RelatedHit::There(place, "this asks for it".to_owned()))
}
