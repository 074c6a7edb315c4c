//! Pages of references, which are bound to an operation by their front matter.

use crate::model::{ApiDescription, ApiVersion, METHODS};

/// How many bytes of a page are read for its front matter.
const MAX_FRONT: usize = 8192;

/// What the front matter of a page says: `openapi: GET /runs`, also with the description in front.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bound<'t> {
    pub(super) method: String,
    pub(super) template: &'t str,
    /// Where the template starts, in bytes.
    pub(super) start: usize,
    /// The description, as it is written.
    description: Option<&'t str>,
}

impl<'t> Bound<'t> {
    /// The operation that the page at a path is bound to.
    pub(super) fn of(path: &str, text: &'t str) -> Option<Self> {
        let extension = path.rsplit_once('.').map(|(_, extension)| extension)?;
        if !matches!(extension, "md" | "mdx") {
            return None;
        }
        let mut at = text.find('\n').filter(|end| text.get(..*end).is_some_and(|line| line.trim_end() == "---"))? + 1;
        while at < MAX_FRONT {
            let line = text.get(at..)?.split('\n').next()?;
            if line.trim_end() == "---" {
                return None;
            }
            if let Some(value) = line.strip_prefix("openapi:") {
                let mut words = value.trim().trim_matches(['"', '\'']).split_whitespace().rev();
                let (template, method, description) = (words.next()?, words.next()?, words.next());
                let (method, start) = (method.to_ascii_uppercase(), at + line.rfind(template)?);
                let is_method = METHODS.contains(&method.as_str());
                return is_method.then_some(Self { method, template, start, description });
            }
            at += line.len() + 1;
        }
        None
    }

    /// Whether a description is the one that is meant, by the end of its path with or without its extension; any whole one where none is named.
    pub(super) fn may_mean(&self, api: &ApiDescription) -> bool {
        let Some(name) = self.description else { return api.version != ApiVersion::Fragment };
        let name = name.trim_start_matches("./").trim_start_matches('/');
        let path = api.files.first().map(String::as_str).unwrap_or_default();
        let is_end = |path: &str| path.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
        is_end(path) || path.rsplit_once('.').is_some_and(|(path, _)| is_end(path))
    }

    /// Whether it says which description is meant.
    pub(super) fn is_named(&self) -> bool {
        self.description.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_binds_a_page() {
        let of = |text| Bound::of("a.mdx", text).map(|bound| (bound.method, bound.template, bound.start, bound.description));
        assert_eq!(of("---\ntitle: a\nopenapi: get /a/{b}\n---\n"), Some(("GET".to_owned(), "/a/{b}", 26, None)));
        assert_eq!(of("---\nopenapi: get a/{b}\n---\n"), Some(("GET".to_owned(), "a/{b}", 17, None)));
        assert_eq!(of("---\nopenapi: \"v3 POST /a\"\n---\n"), Some(("POST".to_owned(), "/a", 22, Some("v3"))));
        for none in
            ["openapi: get /a", "---\na: b\n---\nopenapi: get /a\n", "---\nopenapi: webhook paid\n---\n", "---\nopenapi: a.json\n---\n"]
        {
            assert_eq!(of(none), None, "{none}");
        }
        assert_eq!(Bound::of("a.html", "---\nopenapi: get /a\n---\n"), None);
    }
}
