use std::collections::HashMap;

use serde::Deserialize;

use super::Role;

/// What the constructs are that documentation generators add to Markdown: directives, shortcodes, components.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "RawRoles")]
pub struct MarkdownRoles {
    directives: HashMap<String, DirectiveRule>,
    options: HashMap<String, Role>,
    shortcodes: HashMap<String, String>,
    components: HashMap<String, Role>,
    extensions: HashMap<String, Role>,
}

/// What a directive is (`{figure} URL`, `:::note`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DirectiveRule {
    /// What becomes of its argument, if that is a URL.
    pub argument: Option<Role>,
    /// What it holds.
    pub body: DirectiveBody,
}

/// What a directive holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DirectiveBody {
    /// A part of the page.
    Markdown,
    /// A sample in the language that its argument names.
    Code,
    /// A part of the page, in the format that its argument names.
    Raw,
    /// A part of the page in reStructuredText.
    Rst,
    /// Data of its own.
    Data,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRoles {
    directive: Vec<RawDirectives>,
    options: HashMap<String, Role>,
    shortcodes: HashMap<String, String>,
    components: HashMap<String, Role>,
    extensions: Vec<RawExtensions>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDirectives {
    names: Vec<String>,
    #[serde(default)]
    argument: Option<Role>,
    body: DirectiveBody,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawExtensions {
    role: Role,
    names: Vec<String>,
}

impl From<RawRoles> for MarkdownRoles {
    fn from(raw: RawRoles) -> Self {
        let directives = raw.directive.into_iter().flat_map(|row| {
            let rule = DirectiveRule { argument: row.argument, body: row.body };
            row.names.into_iter().map(move |name| (name, rule))
        });
        let extensions = raw.extensions.into_iter().flat_map(|row| row.names.into_iter().map(move |name| (name, row.role)));
        Self {
            directives: directives.collect(),
            options: raw.options,
            shortcodes: raw.shortcodes,
            components: raw.components,
            extensions: extensions.collect(),
        }
    }
}

impl MarkdownRoles {
    /// What the directive of this name is, if it is known.
    pub fn directive(&self, name: &str) -> Option<DirectiveRule> {
        self.directives.get(name).copied()
    }

    /// What becomes of the URL that a directive's option of this name gives (`:target: URL`).
    pub fn option(&self, name: &str) -> Option<Role> {
        self.options.get(name).copied()
    }

    /// The HTML element that a shortcode's attributes read like (`{{< figure src="URL" >}}` like `img`).
    pub fn shortcode(&self, name: &str) -> Option<&str> {
        self.shortcodes.get(name).map(String::as_str)
    }

    /// Whether URLs in a component's property of this name may be loaded.
    pub fn may_load_property(&self, name: &str) -> bool {
        self.components.get(name).is_some_and(|role| matches!(role, Role::Load(_)))
    }

    /// What becomes of `url` in a component's property of this name, if that holds URLs: what its file name extension says
    /// comes first where the property loads something.
    pub fn property(&self, name: &str, url: &str) -> Option<Role> {
        // `icon="rocket"` names something else.
        let role = self.components.get(name).copied().filter(|_| url.contains(['/', '.', '#']))?;
        let path = url.split(['?', '#']).next().unwrap_or(url);
        let extension = path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        let by_extension = extension.and_then(|extension| self.extensions.get(&extension).copied());
        Some(by_extension.filter(|_| matches!(role, Role::Load(_))).unwrap_or(role))
    }
}
