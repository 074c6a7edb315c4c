//! Texts in which names stand for what they mean: `cli/{slug}.md`, `v{release}`.

use crate::model::Span;

/// A text with names in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
    /// Where the configuration says it.
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Name { name: String, is_optional: bool },
}

/// What became of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Filled<'t> {
    /// A text without names.
    Text(String),
    /// Nothing is meant: an optional name (`{contains?}`) means nothing here.
    Nothing,
    /// A name that has to mean something, and means nothing here.
    Missing(&'t str),
}

impl Template {
    /// Parses a text. `{name}` is a name, `{name?}` one that may mean nothing, `{{` a brace; any other brace stands for itself.
    pub fn parse(text: &str, span: Span) -> Self {
        let (mut parts, mut plain, mut rest) = (Vec::new(), String::new(), text);
        while let Some(at) = rest.find(['{', '}']) {
            let (before, after) = rest.split_at(at);
            plain.push_str(before);
            let name = after.strip_prefix('{').and_then(|inner| inner.split_once('}')).map(|(name, _)| name);
            if after.starts_with("{{") || after.starts_with("}}") {
                plain.push_str(&after[..1]);
                rest = &after[2..];
            } else if let Some(name) = name.filter(|name| is_name(name.strip_suffix('?').unwrap_or(name))) {
                if !plain.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                }
                let (stem, is_optional) = name.strip_suffix('?').map_or((name, false), |stem| (stem, true));
                parts.push(Part::Name { name: stem.to_owned(), is_optional });
                rest = &after[name.len() + 2..];
            } else {
                plain.push_str(&after[..1]);
                rest = &after[1..];
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() || parts.is_empty() {
            parts.push(Part::Text(plain));
        }
        Self { parts, span }
    }

    /// The names in it.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Name { name, .. } => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    /// Whether it is one name and nothing else.
    pub(super) fn is_name(&self) -> bool {
        matches!(self.parts.as_slice(), [Part::Name { .. }])
    }

    /// The text with an `x` for each name.
    pub fn sample(&self) -> String {
        let part = |part: &Part| if let Part::Text(text) = part { text.clone() } else { "x".to_owned() };
        self.parts.iter().map(part).collect()
    }

    /// The text with what the names mean, each as `shown` writes it.
    pub(super) fn fill<'m>(&self, meaning: impl Fn(&str) -> Option<&'m str>, shown: impl Fn(&str) -> String) -> Filled<'_> {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Name { name, is_optional } => match meaning(name) {
                    Some(text) => out.push_str(&shown(text)),
                    None if *is_optional => return Filled::Nothing,
                    None => return Filled::Missing(name),
                },
            }
        }
        Filled::Text(out)
    }
}

/// Whether a text may be a name: letters, digits, `-` and `_`, a letter first.
pub fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(text: &str) -> String {
        let meaning =
            |name: &str| [("release", "1.4.2"), ("slug", "a")].into_iter().find(|(known, _)| *known == name).map(|(_, text)| text);
        format!("{:?}", Template::parse(text, Span::default()).fill(meaning, str::to_owned))
    }

    #[test]
    fn names_are_filled_and_other_braces_are_left() {
        assert_eq!(fill("v{release}/{slug}.md"), r#"Text("v1.4.2/a.md")"#);
        assert_eq!(fill(r#"\d{2} {"a": 1} {{slug}} {} }"#), r#"Text("\\d{2} {\"a\": 1} {slug} {} }")"#);
        assert_eq!(fill(""), r#"Text("")"#);
    }

    #[test]
    fn what_means_nothing_is_told_unless_it_may() {
        assert_eq!(fill("a{other}"), r#"Missing("other")"#);
        assert_eq!(fill("a{other?}"), "Nothing");
        assert_eq!(fill("{slug?}"), r#"Text("a")"#);
    }
}
