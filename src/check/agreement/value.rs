//! Places that have to say the same as a definition.

use std::collections::HashMap;

use super::Said;
use super::declared::{About, Definition, Place, Source, Value};
use super::files::chosen;
use super::locate::{Found, Located, Locator};
use super::near;
use super::resolved::{Agreement, Meaning};
use super::template::Filled;
use crate::check::Tree;
use crate::model::{Document, Edit, Fix, Hit, Manifest, RelatedHit};

/// Reports places that say something else, and places that are not there. `versions` are those that have to be a version.
pub(super) fn check(tree: &dyn Tree, agreement: &Agreement, manifests: &[Manifest], versions: bool, said: &mut Said) {
    for definition in &agreement.declared.definitions {
        let Some(meaning) = agreement.definition(&definition.name).filter(|meaning| is_version(&meaning.text) == versions) else {
            continue;
        };
        asserted(agreement, definition, meaning, said);
        if let (Some((place, span)), Some(pattern), None) = (&meaning.at, &definition.matches, &meaning.instead_of)
            && !pattern.is_match(&meaning.text)
        {
            let message = format!("`{}` is `{}`, which is not of the form that it has to have", definition.name, meaning.text);
            let about = About { name: None, help: None, span: definition.span };
            said.hit(&place.path, Hit::new(*span, message), &about);
        }
    }
    if versions
        && let Some(tag) = &agreement.declared.tag
        && let Some(other) = agreement.other_tag(tag)
    {
        let message = format!("the tag is `{tag}`, and by `{}` it has to be `{}`", other.definition, other.expected);
        let about = About { name: None, help: None, span: other.span };
        said.hit(&agreement.declared.path, Hit::new(other.span, message), &about);
    }
    for value in &agreement.declared.values {
        for scope in agreement.scopes(None) {
            let Filled::Text(expected) = scope.fill(&value.equals) else { continue };
            if is_version(&expected) != versions {
                continue;
            }
            let check = Check { tree, agreement, manifests, value, expected };
            value.at.iter().for_each(|place| check.place(place, said));
        }
    }
}

/// What is said of the place of a definition that has to mean something else, and of a tag that should have another name.
fn asserted(agreement: &Agreement, definition: &Definition, meaning: &Meaning, said: &mut Said) {
    let Some(text) = &meaning.instead_of else { return };
    let about = About { name: None, help: None, span: definition.span };
    let message = format!("`{}` is `{text}` and has to be `{}`", definition.name, meaning.text);
    let (path, span) = match (&meaning.at, &definition.source) {
        (Some((place, span)), _) => (&place.path, *span),
        (None, Source::Text { span, .. }) => (&agreement.declared.path, *span),
        (None, Source::File { .. }) => return,
    };
    let mut hit = Hit::new(span, message);
    if is_plain(&meaning.text) && span.len() == text.len() {
        let edit = Edit { span, place: None, replacement: meaning.text.clone() };
        hit.fix = Some(Fix::edits(true, vec![edit]));
    }
    said.hit(path, hit, &about);
}

/// Whether a text is written in the same way everywhere. What has to be escaped somewhere is for people to write.
fn is_plain(text: &str) -> bool {
    text.chars().all(|c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '_'))
}

/// Whether a text is a version: numbers with dots between them, with or without a `v`, and whatever may follow (SemVer 2.0.0).
pub(super) fn is_version(text: &str) -> bool {
    let text = text.strip_prefix('v').unwrap_or(text);
    let numbers = text.split(['-', '+']).next().unwrap_or_default();
    numbers.contains('.') && numbers.split('.').all(|part| part.starts_with(|c: char| c.is_ascii_digit()))
}

struct Check<'a> {
    tree: &'a dyn Tree,
    agreement: &'a Agreement,
    manifests: &'a [Manifest],
    value: &'a Value,
    expected: String,
}

impl Check<'_> {
    fn place(&self, place: &Place, said: &mut Said) {
        let files = self.agreement.scopes(None).into_iter().map(|scope| chosen(self.tree, &place.files, scope)).next().unwrap_or_default();
        let (mut total, config) = (0, &self.agreement.declared.path);
        for path in &files.paths {
            let Some(document) = self.tree.document(path) else {
                said.unverified(config, place.span, format!("{path} can't be read as text"));
                continue;
            };
            match place.locator.find(&document, self.manifests) {
                Ok(found) => total += self.file(place, &document, found, files.paths.len() == 1, said),
                Err(reason) => said.hit(config, Hit::new(place.span, reason), &self.value.about),
            }
        }
        // A file alone tells by itself where it says nothing.
        let is_told = files.paths.len() == 1 && total == 0 || !files.missing.is_empty();
        let wrong = match place.count {
            Some(count) if total != count => Some(format!("{} where there have to be {count}", counted(total))),
            None if total < place.at_least => Some(format!("{} where there has to be at least {}", counted(total), place.at_least)),
            _ => None,
        };
        if let Some(wrong) = wrong.filter(|_| !is_told) {
            said.hit(config, Hit::new(place.span, wrong), &self.value.about);
        }
    }

    /// Judges the values of one file; how many there are.
    fn file(&self, place: &Place, document: &Document, found: Found, is_alone: bool, said: &mut Said) -> usize {
        let mut values = found.values;
        if place.first {
            values.truncate(1);
        }
        let is_silent = values.is_empty() && found.faults.is_empty();
        for (span, what) in found.faults {
            said.hit(document.path(), Hit::new(span, format!("{what}, and it has to be `{}`", self.expected)), &self.value.about);
        }
        if is_silent && is_alone && place.count != Some(0) && place.at_least > 0 {
            said.hit(document.path(), self.silent(place, document), &self.value.about);
        }
        let count = values.len();
        if found.is_any {
            values = self.of_release(place, values);
        }
        let is_clear = !found.is_any || values.iter().all(|one| values.first().is_some_and(|first| first.text == one.text));
        for located in values.iter().filter(|located| !self.agrees(place, &located.text)) {
            let mut hit = self.differs(place, document, located);
            hit.fix = hit.fix.filter(|_| is_clear);
            said.hit(document.path(), hit, &self.value.about);
        }
        count
    }

    /// Of the versions of several packages those that are about what is released: the right ones, or else those that most packages have.
    fn of_release(&self, place: &Place, values: Vec<Located>) -> Vec<Located> {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for located in &values {
            *counts.entry(located.text.clone()).or_default() += 1;
        }
        let right = counts.iter_mut().filter(|(text, _)| self.agrees(place, text));
        right.for_each(|(_, count)| *count = usize::MAX);
        let most = counts.values().copied().max();
        values.into_iter().filter(|located| counts.get(&located.text).copied() == most).collect()
    }

    fn agrees(&self, place: &Place, text: &str) -> bool {
        let less = || self.expected.strip_prefix(text).is_some_and(|rest| !text.is_empty() && rest.starts_with('.'));
        text == self.expected || (place.partial && less())
    }

    /// What is said of a file that does not say it at all.
    fn silent(&self, place: &Place, document: &Document) -> Hit {
        let near = match &place.locator {
            Locator::Pattern(pattern) => near::line(document, &plain(pattern.as_str(), &self.expected)),
            _ => None,
        };
        let what = match &place.locator {
            Locator::Pattern(pattern) => format!("nothing here matches `{}`", pattern.as_str()),
            _ => "it is not said here".to_owned(),
        };
        self.with_definition(Hit::new(near.unwrap_or_default(), format!("{what}, and it has to be `{}`", self.expected)))
    }

    fn differs(&self, place: &Place, document: &Document, located: &Located) -> Hit {
        let mut hit = self.with_definition(Hit::new(located.span, format!("`{}` has to be `{}`", located.text, self.expected)));
        // Where the first of several entries is old, a new one is missing.
        if !place.first && document.slice(located.span) == located.text && is_plain(&self.expected) {
            let edit = Edit { span: located.span, place: None, replacement: self.as_much(place, &located.text) };
            hit.fix = Some(Fix::edits(true, vec![edit]));
        }
        hit
    }

    /// What a place has to say that says so much of it: `1.5` instead of `1.4`, where that is enough.
    fn as_much(&self, place: &Place, text: &str) -> String {
        let is_less = place.partial && is_version(&self.expected) && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let parts = if is_less { text.split('.').count() } else { usize::MAX };
        self.expected.split('.').take(parts).collect::<Vec<_>>().join(".")
    }

    /// With the places that define what it has to be.
    fn with_definition(&self, mut hit: Hit) -> Hit {
        for name in self.value.equals.names() {
            let place = self.agreement.definition(name).and_then(|meaning| meaning.at.clone());
            hit.related.extend(place.map(|(place, _)| RelatedHit::There(place, format!("`{name}` is defined here"))));
        }
        hit
    }
}

fn counted(total: usize) -> String {
    match total {
        0 => "there is none of them".to_owned(),
        1 => "there is one".to_owned(),
        _ => format!("there are {total}"),
    }
}

/// What a regular expression may match: its own characters, and the value where its group is.
fn plain(pattern: &str, value: &str) -> String {
    let (mut out, mut chars, mut depth) = (String::new(), pattern.chars(), 0usize);
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(escaped) if depth == 0 && !escaped.is_ascii_alphanumeric() => out.push(escaped),
                _ => {}
            },
            '(' => {
                if depth == 0 {
                    out.push_str(value);
                }
                depth += 1;
            }
            ')' => depth = depth.saturating_sub(1),
            '^' | '$' | '*' | '+' | '?' | '[' | ']' | '|' => {}
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_told_from_other_values() {
        for version in ["1.4.2", "v1.4", "0.4.1-rc.1", "2026.11", "1.0.0+build"] {
            assert!(is_version(version), "{version}");
        }
        for other in ["1", "a.b", "3.x.y", "", "https://a.test/v1.2", "Runs 1.4"] {
            assert!(!is_version(other), "{other}");
        }
    }

    #[test]
    fn a_pattern_shows_what_it_may_match() {
        assert_eq!(plain(r"^Current version: \*\*(.*)\*\*$", "1.4.2"), "Current version: **1.4.2**");
        assert_eq!(plain(r"runs>=(\d+\.\d+(\.\d+)?)", "1.4.2"), "runs>=1.4.2");
    }
}
