//! The info string of a code fence: what its block is written in.

/// What a fence's info string says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Info<'t> {
    /// The language, as it is written: `python` of `python title="x"`, `{.python}`, `python{1,3}` and `{code-block} python`.
    pub(super) language: &'t str,
    /// The directive, in braces (`{figure} image.png`).
    pub(super) directive: Option<&'t str>,
    /// What follows the directive's name, or the language.
    pub(super) argument: &'t str,
}

impl<'t> Info<'t> {
    /// Reads an info string.
    pub(super) fn new(info: &'t str) -> Self {
        let info = info.trim();
        if let Some(rest) = info.strip_prefix('{') {
            let (inner, argument) = rest.split_once('}').unwrap_or((rest, ""));
            let inner = inner.trim();
            if let Some(attributes) = inner.strip_prefix(['.', '#']) {
                // Pandoc: {.python .numberLines}, {#id .python}
                let class = if inner.starts_with('#') { attributes.split_once('.').map_or("", |(_, class)| class) } else { attributes };
                return Self { language: word(class), directive: None, argument: argument.trim() };
            }
            let name = inner.split([' ', ',']).next().unwrap_or_default();
            return Self { language: word(argument.trim()), directive: Some(name), argument: argument.trim() };
        }
        let language = word(info);
        Self { language, directive: None, argument: info[language.len()..].trim() }
    }
}

/// The language at the start of `text`: `c++`, `shell-session`, `js` of `js{1,3}`, `ts` of `ts:line-numbers`.
fn word(text: &str) -> &str {
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, '{' | '}' | ',' | ':' | '=' | ';' | '"' | '\'')).unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages() {
        for (info, language) in [
            ("python", "python"),
            (" Python title=\"a.py\"", "Python"),
            ("js{1,3}", "js"),
            ("ts:line-numbers {1}", "ts"),
            ("rust,no_run", "rust"),
            ("{.sh}", "sh"),
            ("{ .yaml .annotate }", "yaml"),
            ("{#id .go}", "go"),
            ("{code-block} python", "python"),
            ("shell-session", "shell-session"),
            ("", ""),
            ("{", ""),
        ] {
            assert_eq!(Info::new(info).language, language, "{info}");
        }
    }

    #[test]
    fn directives() {
        let info = Info::new("{figure} https://a.test/x.png");
        assert_eq!((info.directive, info.argument), (Some("figure"), "https://a.test/x.png"));
        assert_eq!(Info::new("{python, echo=FALSE}").directive, Some("python"));
        assert_eq!(Info::new("python").directive, None);
    }
}
