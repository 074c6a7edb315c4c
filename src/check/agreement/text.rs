//! Texts that files have to hold, or must not hold.

use std::collections::BTreeMap;

use regex::Regex;

use super::Said;
use super::declared::{About, Needle, TextRule};
use super::evidence::Shown;
use super::files::{chosen, list_faults, related, scopes};
use super::locate::line_pattern;
use super::near;
use super::resolved::{Agreement, Scope};
use super::template::Filled;
use crate::check::Tree;
use crate::model::{Document, Hit, RelatedHit, Span, Vocabulary, Wanted};
use crate::parse;

/// A text that is looked for, without names in it.
#[derive(Debug, Clone)]
enum Wish {
    Text(String),
    Pattern(Regex),
    Operation(String),
    Symbol(String),
}

impl Wish {
    /// What is said of a file that does not have it.
    fn lacking(&self, file: &Shown<'_>, document: &Document) -> Option<Hit> {
        let source = document.as_str();
        let (is_there, near) = match self {
            Self::Text(wanted) => (memchr::memmem::find(source.as_bytes(), wanted.as_bytes()).is_some(), wanted.as_str()),
            Self::Pattern(pattern) => (pattern.is_match(source), ""),
            Self::Operation(operation) => return file.lacks_operation(operation),
            Self::Symbol(name) => return file.lacks_symbol(name),
        };
        let hit = || Hit::new(near::line(document, near).unwrap_or_default(), format!("this file has to contain {}", self.shown()));
        (!is_there).then(hit)
    }

    fn find_all(&self, text: &str) -> Vec<Span> {
        match self {
            Self::Text(wanted) => {
                memchr::memmem::find_iter(text.as_bytes(), wanted.as_bytes()).map(|at| Span::new(at, at + wanted.len())).collect()
            }
            Self::Pattern(pattern) => pattern.find_iter(text).map(|found| found.range().into()).collect(),
            Self::Operation(_) | Self::Symbol(_) => Vec::new(),
        }
    }

    /// How it is told.
    fn shown(&self) -> String {
        match self {
            Self::Text(text) => format!("`{text}`"),
            Self::Pattern(pattern) => format!("what matches `{}`", pattern.as_str()),
            Self::Operation(operation) => format!("the operation `{operation}`"),
            Self::Symbol(name) => format!("the definition of `{name}`"),
        }
    }
}

/// Something that is wanted of one file.
struct Want<'a> {
    wish: Wish,
    about: &'a About,
    related: Option<RelatedHit>,
    /// The file and the place in it that claim it, where all of it is what a row of a data file says.
    claim: Option<(&'a str, Span)>,
}

impl Want<'_> {
    /// Says that a file does not have it: where that is claimed, or else in the file.
    fn lacking(self, hit: Hit, document: &Document, said: &mut Said) {
        let anchor = Some(self.wish.shown());
        let Some((path, span)) = self.claim else {
            let related = hit.related.into_iter().chain(self.related).collect();
            return said.hit(document.path(), Hit { anchor, related, ..hit }, self.about);
        };
        let message = match hit.message.strip_prefix("this file ") {
            Some(rest) => format!("{} {rest}", document.path()),
            None => format!("{}: {}", document.path(), hit.message),
        };
        let label = if hit.span == Span::default() { "this file" } else { "this comes closest to it" };
        let related = vec![RelatedHit::There(document.place(hit.span), label.to_owned())];
        said.hit(path, Hit { anchor, related, ..Hit::new(span, message) }, self.about);
    }
}

/// Reports files that do not hold what they have to, and rows that say less than they have to.
pub(super) fn required(tree: &dyn Tree, agreement: &Agreement, said: &mut Said) {
    let mut wanted: BTreeMap<String, Vec<Want<'_>>> = BTreeMap::new();
    for rule in agreement.declared.texts.iter().filter(|rule| rule.exist != Some(false)) {
        list_faults(agreement, rule.each.as_deref(), &rule.about, said);
        for scope in scopes(agreement, rule) {
            let files = chosen(tree, &rule.files, scope);
            for (span, name) in files.unknown {
                unnamed(agreement, scope, span, &name, &rule.about, said);
            }
            for needle in &rule.has {
                match wish(needle, scope) {
                    Ok(None) => {}
                    Ok(Some(wish)) if rule.any => any(tree, agreement, rule, &wish, &files.paths, needle, said),
                    Ok(Some(wish)) => want(&mut wanted, &files.paths, wish, &rule.about, scope, claim(needle, scope)),
                    Err((span, name)) => unnamed(agreement, scope, span, &name, &rule.about, said),
                }
            }
        }
    }
    for (path, wants) in wanted {
        let Some(document) = tree.document(&path) else {
            said.unverified(&agreement.declared.path, Span::default(), format!("{path} can't be read as text"));
            continue;
        };
        let file = Shown::of(&document);
        for want in wants {
            if let Some(hit) = want.wish.lacking(&file, &document) {
                want.lacking(hit, &document, said);
            }
        }
    }
}

/// Asks all files for the same.
fn want<'a>(
    wanted: &mut BTreeMap<String, Vec<Want<'a>>>,
    paths: &[String],
    wish: Wish,
    about: &'a About,
    scope: Scope<'_>,
    claim: Option<(&'a str, Span)>,
) {
    for path in paths {
        wanted.entry(path.clone()).or_default().push(Want { wish: wish.clone(), about, related: related(scope), claim });
    }
}

/// Where a row of a data file claims what is looked for, if it says all of it.
fn claim<'a>(needle: &Needle, scope: Scope<'a>) -> Option<(&'a str, Span)> {
    let row = scope.row.filter(|row| row.place.is_some() && row.names_any_of(needle.template()))?;
    needle.template().is_name().then(|| (row.path.as_str(), row.said(needle.template())))
}

/// Reports a text that none of the files holds, where the configuration asks for it.
fn any(tree: &dyn Tree, agreement: &Agreement, rule: &TextRule, wish: &Wish, paths: &[String], needle: &Needle, said: &mut Said) {
    let holds = |path: &String| tree.document(path).is_some_and(|document| wish.lacking(&Shown::of(&document), &document).is_none());
    if !paths.is_empty() && !paths.iter().any(holds) {
        let message = format!("none of the {} files contains {}", paths.len(), wish.shown());
        let hit = Hit { anchor: Some(wish.shown()), ..Hit::new(needle.template().span, message) };
        said.hit(&agreement.declared.path, hit, &rule.about);
    }
}

/// Reports a row that does not say what a name in the configuration stands for.
fn unnamed(agreement: &Agreement, scope: Scope<'_>, span: Span, name: &str, about: &About, said: &mut Said) {
    let message = format!("there is no `{name}` here");
    match scope.row {
        Some(row) if row.place.is_some() => said.hit(&row.path, Hit::new(row.span, message), about),
        _ => said.hit(&agreement.declared.path, Hit::new(span, format!("`{name}` means nothing here")), about),
    }
}

/// What a needle means; `None` if it means nothing here, and the name that is unknown if one is.
fn wish(needle: &Needle, scope: Scope<'_>) -> Result<Option<Wish>, (Span, String)> {
    let (template, is_pattern) = (needle.template(), matches!(needle, Needle::Pattern(_)));
    let shown = |text: &str| if is_pattern { regex::escape(text) } else { text.to_owned() };
    match template.fill(|name| scope.meaning(name), shown) {
        Filled::Text(text) if is_pattern => Ok(line_pattern(&text).ok().map(Wish::Pattern)),
        Filled::Text(text) if text.is_empty() => Ok(None),
        Filled::Text(text) => Ok(Some(match needle {
            Needle::Operation(_) => Wish::Operation(text),
            Needle::Symbol(_) => Wish::Symbol(text),
            Needle::Text(_) | Needle::Pattern(_) => Wish::Text(text),
        })),
        Filled::Nothing => Ok(None),
        Filled::Missing(name) => Err((template.span, name.to_owned())),
    }
}

/// What one file must not hold.
#[derive(Default)]
struct Unwanted<'a> {
    texts: Vec<Want<'a>>,
    hosts: Vec<(&'a str, &'a About)>,
}

/// Reports files that hold what they must not.
pub(super) fn forbidden(tree: &dyn Tree, agreement: &Agreement, vocabulary: &Vocabulary, said: &mut Said) {
    let mut unwanted: BTreeMap<String, Unwanted<'_>> = BTreeMap::new();
    for rule in &agreement.declared.texts {
        for scope in scopes(agreement, rule) {
            let paths = chosen(tree, &rule.files, scope).paths;
            for wish in rule.lacks.iter().filter_map(|needle| wish(needle, scope).ok().flatten()) {
                let mut wants = BTreeMap::new();
                want(&mut wants, &paths, wish, &rule.about, scope, None);
                wants.into_iter().for_each(|(path, wants)| unwanted.entry(path).or_default().texts.extend(wants));
            }
            for (path, (_, host)) in paths.iter().flat_map(|path| rule.lacks_host.iter().map(move |host| (path, host))) {
                unwanted.entry(path.clone()).or_default().hosts.push((host, &rule.about));
            }
        }
    }
    for (path, Unwanted { texts, hosts }) in unwanted {
        let Some(document) = tree.document(&path) else {
            said.unverified(&agreement.declared.path, Span::default(), format!("{path} can't be read as text"));
            continue;
        };
        for want in texts {
            for span in want.wish.find_all(document.as_str()) {
                let mut hit = Hit::new(span, "this text must not be here");
                hit.related.extend(want.related.clone());
                said.hit(&path, hit, want.about);
            }
        }
        if !hosts.is_empty() {
            self::hosts(&document, &hosts, vocabulary, said);
        }
    }
}

/// Reports URLs of hosts that must not be named.
fn hosts(document: &Document, hosts: &[(&str, &About)], vocabulary: &Vocabulary, said: &mut Said) {
    let facts = parse::parse(document, vocabulary, Wanted { loads: true, other_urls: true, ..Wanted::default() });
    for url in &facts.urls {
        let named = url.reference.host();
        for (host, about) in hosts.iter().filter(|(host, _)| named == Some(*host)) {
            said.hit(document.path(), Hit::new(url.span, format!("no URL here may name {host}")), about);
        }
    }
}
