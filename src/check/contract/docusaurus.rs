//! Where Docusaurus publishes the pages of its docs: by folder, name and front matter (its reference, "Create a doc", "slug").

use crate::parse::Docusaurus;

/// How many bytes of a page are read for its front matter.
const MAX_FRONT: usize = 8192;

/// The paths at which a page may be published, below the base URL, given with its path from the configuration's folder. Unless the configuration
/// says whether they end in a slash, both ways are possible. None for what is no page of the docs.
pub(super) fn published(site: &Docusaurus, path: &str, text: &str) -> Vec<String> {
    let (route, path) = match (path.strip_prefix("src/pages/"), path.strip_prefix(site.docs.as_str())) {
        (Some(path), _) => ("", path),
        (None, Some(path)) => (site.route.as_str(), path.trim_start_matches('/')),
        (None, None) => return Vec::new(),
    };
    let Some((stem, "md" | "mdx")) = path.rsplit_once('.') else { return Vec::new() };
    let mut parts: Vec<&str> = stem.split('/').map(without_number).collect();
    // What begins with an underscore is a part of other pages.
    if parts.iter().any(|part| part.starts_with('_')) {
        return Vec::new();
    }
    let name = parts.pop().unwrap_or_default();
    let is_index =
        ["index", "readme"].iter().any(|index| name.eq_ignore_ascii_case(index)) || parts.last().is_some_and(|folder| *folder == name);
    let slug = said(text, "slug").map(|slug| slug.trim_end_matches('/'));
    match slug.map(|slug| (slug, slug.strip_prefix('/').or(slug.is_empty().then_some("")))) {
        Some((_, Some(slug))) => parts = vec![slug],
        Some((slug, None)) => parts.push(slug),
        None if is_index => {}
        None => parts.push(said(text, "id").unwrap_or(name)),
    }
    let all: Vec<&str> = std::iter::once(route.trim_matches('/')).chain(parts).filter(|part| !part.is_empty()).collect();
    let (bare, slashed) = (all.join("/"), all.iter().map(|part| format!("{part}/")).collect::<String>());
    match site.has_slash {
        Some(true) => vec![slashed],
        Some(false) => vec![bare],
        None => vec![bare, slashed],
    }
}

/// A name without the number that it is sorted by: `01-intro`. Dates and versions are none.
fn without_number(name: &str) -> &str {
    let rest = name.trim_start_matches(|c: char| c.is_ascii_digit());
    let suffix = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '_' | '.'));
    let is_sorted = rest.len() < name.len() && suffix.len() < rest.len();
    if is_sorted && !suffix.is_empty() && !suffix.starts_with(|c: char| c.is_ascii_digit()) { suffix } else { name }
}

/// What the front matter of a page says under a key.
fn said<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    let mut end = MAX_FRONT.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut lines = text.get(..end)?.lines();
    lines.next().filter(|line| line.trim_end() == "---")?;
    let mut front = lines.take_while(|line| line.trim_end() != "---");
    let value = front.find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))?.trim();
    Some(value.trim_matches(['"', '\''])).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_published_by_folder_name_and_front_matter() {
        let site = Docusaurus { docs: "docs".to_owned(), route: "docs".to_owned(), has_slash: Some(false), ..Docusaurus::default() };
        let of = |path: &str, text: &str| published(&site, path, text).join(" ");
        for (path, text, expected) in [
            ("docs/api.md", "", "docs/api"),
            ("docs/01-start/02_first run.mdx", "", "docs/start/first run"),
            ("docs/2024-01-02-news.md", "", "docs/2024-01-02-news"),
            ("docs/api/index.md", "", "docs/api"),
            ("docs/api/API.md", "", "docs/api/API"),
            ("docs/api/api.md", "", "docs/api"),
            ("docs/api/a.md", "---\nslug: /\n---\n", "docs"),
            ("docs/api/a.md", "---\nslug: /ref/\n---\n", "docs/ref"),
            ("docs/api/a.md", "---\nid: x\nslug: \"b\"\n---\n", "docs/api/b"),
            ("docs/api/a.md", "---\nid: x\n---\n", "docs/api/x"),
            ("docs/api/a.md", "slug: /b", "docs/api/a"),
            ("src/pages/a.mdx", "", "a"),
            ("docs/_a.md", "", ""),
            ("blog/a.md", "", ""),
        ] {
            assert_eq!(of(path, text), expected, "{path} {text}");
        }
        let open = Docusaurus { route: "/".to_owned(), has_slash: None, ..site.clone() };
        assert_eq!(published(&open, "docs/a/b.md", ""), ["a/b", "a/b/"]);
    }
}
