//! Tags whose names say a version.

use regex::Regex;

use super::declared::Declared;
use super::resolved::Agreement;
use super::template::{Filled, Template};
use super::value::is_version;
use crate::model::Span;

/// Stands for a name in a text that is made a regular expression.
const NAME: &str = "\u{1}";

/// A tag that should have another name.
#[derive(Debug, PartialEq, Eq)]
pub struct OtherTag {
    /// The name of the definition that it disagrees with.
    pub definition: String,
    /// Where the configuration says how the tag is called.
    pub span: Span,
    /// How it should be called.
    pub expected: String,
}

impl Declared {
    /// The version that a tag of one of the declared forms says: `1.4.2` for `sdk-1.4.2` where tags are called `sdk-{release}`.
    pub fn version_of(&self, tag: &str) -> Option<String> {
        let templates = self.definitions.iter().filter_map(|definition| definition.tag.as_ref());
        templates.filter_map(|template| numbers(tag, template)).find_map(|mut numbers| numbers.pop().filter(|_| numbers.is_empty()))
    }
}

impl Agreement {
    /// Whether the name of a tag says what is defined: `v1.4.2` where the release is `1.4.2`. `None` if it does, or if no definition's tag
    /// looks like it.
    pub fn other_tag(&self, tag: &str) -> Option<OtherTag> {
        let scope = self.scopes(None).into_iter().next()?;
        let tags = self.declared.definitions.iter().filter_map(|definition| Some((definition, definition.tag.as_ref()?)));
        let expected: Vec<_> = tags
            .filter_map(|(definition, template)| match scope.fill(template) {
                Filled::Text(expected) => Some((definition, template, expected)),
                _ => None,
            })
            .collect();
        if expected.iter().any(|(_, _, expected)| expected == tag) {
            return None;
        }
        let (definition, template, expected) = expected.into_iter().find(|(_, template, _)| numbers(tag, template).is_some())?;
        Some(OtherTag { definition: definition.name.clone(), span: template.span, expected })
    }
}

/// What a tag has where a template has names, if it is of that form: there it has versions or other numbers.
fn numbers(tag: &str, template: &Template) -> Option<Vec<String>> {
    let Filled::Text(sample) = template.fill(|_| Some(NAME), str::to_owned) else { return None };
    let pattern = format!("^{}$", regex::escape(&sample).replace(NAME, "(.+)"));
    let found = Regex::new(&pattern).ok()?.captures(tag)?;
    let is_number = |text: &str| (is_version(text) || text.bytes().all(|byte| byte.is_ascii_digit())) && !text.starts_with('v');
    let numbers: Vec<_> = found.iter().skip(1).flatten().map(|group| group.as_str().to_owned()).collect();
    numbers.iter().all(|text| is_number(text)).then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_other_things_look_otherwise() {
        let looks = |tag: &str, template: &str| numbers(tag, &Template::parse(template, Span::default())).is_some();
        for (tag, template) in [("v1.4.3", "v{release}"), ("sdk-1.0.0-rc.1", "sdk-{sdk}"), ("2026.11", "{release}"), ("r12", "r{number}")] {
            assert!(looks(tag, template), "{tag} {template}");
        }
        for (tag, template) in [
            ("latest", "v{release}"),
            ("vnext", "v{release}"),
            ("sdk-v1.0.0", "{release}"),
            ("v1.0.0", "{release}"),
            ("vv1.0", "v{release}"),
        ] {
            assert!(!looks(tag, template), "{tag} {template}");
        }
    }
}
