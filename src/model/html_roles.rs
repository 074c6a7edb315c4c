use std::collections::HashMap;

use serde::Deserialize;

use super::Role;

/// Which attributes of HTML and SVG are URLs, and what becomes of those.
///
/// Names are lower case. Lookups take names as they are written and cost no allocation.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "RawRoles")]
pub struct HtmlRoles {
    attributes: Names,
    elements: Names,
    rules: Vec<AttributeRule>,
    /// For element `e` and attribute `a` at `e * attributes + a`: the index of the rule plus one, or zero. The element
    /// after the last one is any other element.
    table: Vec<u16>,
    rel: HashMap<String, Role>,
    destinations: HashMap<String, Role>,
    meta: Vec<MetaRule>,
    parameters: HashMap<String, Role>,
    scripts: ScriptTypes,
    template: TemplateWords,
}

/// How an attribute's value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AttributeSyntax {
    /// One URL.
    #[default]
    Url,
    /// Image candidates (WHATWG HTML, "srcset attributes").
    Srcset,
    /// URLs between spaces.
    List,
    /// URLs between commas or spaces.
    Commas,
    /// Declarations of CSS.
    Css,
    /// One value of CSS.
    CssValue,
    /// A document.
    Html,
}

/// What becomes of the URLs in an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttributeRule {
    /// Their role.
    pub role: Role,
    /// How they are written.
    pub syntax: AttributeSyntax,
}

impl AttributeRule {
    /// Whether anything in such an attribute may be loaded.
    pub fn loads(self) -> bool {
        matches!(self.role, Role::Load(_)) || self.syntax != AttributeSyntax::Url
    }
}

/// What becomes of a `meta` element's `content`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetaRule {
    /// The lower-case names (or properties) it is about.
    names: Vec<String>,
    /// The parameter of the content that is the URL (`name=value; name=value`); without one, all of it is.
    pub parameter: Option<String>,
    /// The URL's role.
    pub role: Role,
}

/// What a `script` element's text is, by its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScriptKind {
    /// A JavaScript program.
    JavaScript,
    /// A TypeScript program.
    TypeScript,
    /// A piece of HTML that a program takes out.
    Html,
    /// Data, of which nothing is known here.
    Data,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScriptTypes {
    javascript: Vec<String>,
    typescript: Vec<String>,
    html: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct TemplateWords {
    path_filters: Vec<String>,
    outputs: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRoles {
    attributes: Vec<RawAttributes>,
    rel: HashMap<String, Role>,
    #[serde(rename = "as")]
    destinations: HashMap<String, Role>,
    meta: Vec<MetaRule>,
    param: HashMap<String, Role>,
    script: ScriptTypes,
    template: TemplateWords,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAttributes {
    elements: Vec<String>,
    names: Vec<String>,
    role: Role,
    #[serde(default)]
    syntax: AttributeSyntax,
}

impl From<RawRoles> for HtmlRoles {
    fn from(raw: RawRoles) -> Self {
        let mut roles = Self {
            rel: raw.rel,
            destinations: raw.destinations,
            meta: raw.meta,
            parameters: raw.param,
            scripts: raw.script,
            template: raw.template,
            ..Self::default()
        };
        let rows = &raw.attributes;
        roles.attributes = Names::new(rows.iter().flat_map(|row| &row.names));
        roles.elements = Names::new(rows.iter().flat_map(|row| &row.elements).filter(|name| *name != "*"));
        let width = roles.attributes.len();
        roles.table = vec![0; (roles.elements.len() + 1) * width];
        // Rows for any element first, so that a row that names the element wins.
        let (any, named): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.elements.iter().any(|name| name == "*"));
        for row in any.into_iter().chain(named) {
            roles.rules.push(AttributeRule { role: row.role, syntax: row.syntax });
            let rule = u16::try_from(roles.rules.len()).unwrap_or(u16::MAX);
            for element in &row.elements {
                let elements = match roles.elements.find(element.as_bytes()) {
                    Some(id) => id..id + 1,
                    None => 0..roles.elements.len() + 1,
                };
                for name in &row.names {
                    let Some(attribute) = roles.attributes.find(name.as_bytes()) else { continue };
                    for element in elements.clone() {
                        if let Some(cell) = roles.table.get_mut(element * width + attribute) {
                            *cell = rule;
                        }
                    }
                }
            }
        }
        roles
    }
}

impl HtmlRoles {
    /// The element's number, for [`Self::attribute`]; the same one for all elements without URLs of their own.
    pub fn element(&self, name: &[u8]) -> usize {
        self.elements.find(name).unwrap_or(self.elements.len())
    }

    /// The rule for an attribute of the element with this number, and the attribute's own number, which is less than
    /// [`Self::attribute_count`].
    pub fn attribute(&self, element: usize, name: &[u8]) -> Option<(usize, AttributeRule)> {
        let attribute = self.attributes.find(name)?;
        let rule = *self.table.get(element * self.attributes.len() + attribute)?;
        Some((attribute, *self.rules.get(usize::from(rule).checked_sub(1)?)?))
    }

    /// Whether an attribute of this name loads something in any element.
    pub fn may_load(&self, name: &[u8]) -> bool {
        let rules = |attribute: usize| self.table.iter().skip(attribute).step_by(self.attributes.len());
        let loads = |rule: u16| usize::from(rule).checked_sub(1).and_then(|rule| self.rules.get(rule)).is_some_and(|rule| rule.loads());
        self.attributes.find(name).is_some_and(|attribute| rules(attribute).any(|rule| loads(*rule)))
    }

    /// How many attributes have rules.
    pub fn attribute_count(&self) -> usize {
        self.attributes.len()
    }

    /// The role of a `link`'s URL by one word of its `rel`, if that loads something.
    pub fn rel(&self, word: &str) -> Option<Role> {
        self.rel.get(&*word.to_ascii_lowercase()).copied()
    }

    /// The role of a preload by its `as`, if it has one.
    pub fn destination(&self, word: &str) -> Option<Role> {
        self.destinations.get(&*word.to_ascii_lowercase()).copied()
    }

    /// What becomes of a `meta` element's content, by its name or property.
    pub fn meta<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a MetaRule> {
        self.meta.iter().filter(move |rule| rule.names.iter().any(|known| known.eq_ignore_ascii_case(name)))
    }

    /// The role of a `param`'s value, by its name.
    pub fn parameter(&self, name: &str) -> Option<Role> {
        self.parameters.get(&*name.to_ascii_lowercase()).copied()
    }

    /// What a script is, by its type: a MIME type without parameters, or a word that HTML gives a meaning.
    pub fn script(&self, kind: &str) -> ScriptKind {
        let has = |list: &[String]| list.iter().any(|known| known.eq_ignore_ascii_case(kind));
        if has(&self.scripts.javascript) {
            ScriptKind::JavaScript
        } else if has(&self.scripts.typescript) {
            ScriptKind::TypeScript
        } else if has(&self.scripts.html) {
            ScriptKind::Html
        } else {
            ScriptKind::Data
        }
    }

    /// Whether a template's filter leaves a path where it is.
    pub fn keeps_path(&self, filter: &str) -> bool {
        self.template.path_filters.iter().any(|known| known.eq_ignore_ascii_case(filter))
    }

    /// Whether a template's statement with this first word stands for a URL.
    pub fn is_output(&self, statement: &str) -> bool {
        self.template.outputs.iter().any(|known| known == statement)
    }
}

/// A set of lower-case ASCII names, numbered from zero, found by a hash of length and three bytes.
#[derive(Debug, Default)]
struct Names {
    names: Vec<String>,
    buckets: Vec<Vec<u16>>,
}

const BUCKETS: usize = 512;

impl Names {
    fn new<'a>(names: impl Iterator<Item = &'a String>) -> Self {
        let mut all: Vec<String> = names.map(|name| name.to_ascii_lowercase()).collect();
        all.sort();
        all.dedup();
        let mut buckets = vec![Vec::new(); BUCKETS];
        for (name, id) in all.iter().zip(0..u16::MAX) {
            if let Some(bucket) = hash(name.as_bytes()).and_then(|hash| buckets.get_mut(hash)) {
                bucket.push(id);
            }
        }
        Self { names: all, buckets }
    }

    fn len(&self) -> usize {
        self.names.len()
    }

    fn find(&self, name: &[u8]) -> Option<usize> {
        let bucket = self.buckets.get(hash(name)?)?;
        let known = |id: &usize| self.names.get(*id).is_some_and(|known| known.as_bytes().eq_ignore_ascii_case(name));
        bucket.iter().map(|&id| usize::from(id)).find(known)
    }
}

/// A cheap hash that ignores ASCII case; `None` for the empty name.
fn hash(name: &[u8]) -> Option<usize> {
    let fold = |byte: u8| usize::from(byte | 0x20);
    let (first, last) = (fold(*name.first()?), fold(*name.last()?));
    let middle = fold(*name.get(name.len() / 2)?);
    Some((name.len() * 67 + first * 31 + last * 7 + middle * 131) % BUCKETS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Directive;

    const DATA: &str = r#"
        attributes = [
          { elements = ["script"], names = ["src"], role = "script-src" },
          { elements = ["img"], names = ["srcset"], role = "img-src", syntax = "srcset" },
          { elements = ["*"], names = ["style"], role = "img-src", syntax = "css" },
        ]
        rel = { icon = "img-src" }
        as = {}
        meta = []
        param = {}
        script = { javascript = [""], typescript = [], html = [] }
        template = { path-filters = ["url"], outputs = ["static"] }
    "#;

    #[test]
    fn names_are_found_as_they_are_written() {
        let roles = toml::from_str::<HtmlRoles>(DATA).unwrap();
        let script = roles.element(b"SCRIPT");
        assert_eq!(roles.attribute(script, b"Src").unwrap().1.role, Role::Load(Directive::Script));
        assert_eq!(roles.attribute(script, b"srcset"), None);
        assert_eq!(roles.attribute(script, b"STYLE").unwrap().1.syntax, AttributeSyntax::Css);
        assert_eq!(roles.attribute(roles.element(b"blink"), b"style").unwrap().1.syntax, AttributeSyntax::Css);
        assert_eq!(roles.attribute(roles.element(b"blink"), b""), None);
        assert_eq!(roles.rel("ICON"), Some(Role::Load(Directive::Img)));
    }

    #[test]
    fn an_unknown_key_is_an_error() {
        assert!(toml::from_str::<HtmlRoles>(&DATA.replace("rel =", "rels =")).is_err());
    }
}
