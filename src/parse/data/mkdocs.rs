//! MkDocs: what a site loads because of its configuration, though no file names the URL.

use url::Url;

use super::pattern::{matches, path_matches};
use super::tree::{Node, Tree};
use crate::model::{ImpliedLoad, MkdocsAssets, Text};
use crate::parse::Context;

/// File names that a configuration has, whatever stands in it.
const NAMES: [&str; 4] = ["mkdocs*.yml", "mkdocs*.yaml", "*.mkdocs.yml", "*.mkdocs.yaml"];

/// A site's configuration.
pub(super) struct Site<'v, 't, 's> {
    assets: &'v MkdocsAssets,
    root: Node<'t, 's>,
    privacy: Option<Privacy<'t>>,
}

/// A plugin that fetches external assets when the site is built, so that the site serves them itself.
struct Privacy<'t> {
    include: Vec<&'t str>,
    exclude: Vec<&'t str>,
}

impl<'v, 't, 's> Site<'v, 't, 's> {
    /// The configuration in a YAML file, if it is one: by its name, or by what every site has to say.
    pub(super) fn of(context: &Context<'v>, tree: &'t Tree<'s>) -> Option<Self> {
        let root = tree.roots().next()?;
        let has = |key| root.get(key).is_some();
        let shape = || has("site_name") && ["theme", "nav", "plugins", "markdown_extensions"].into_iter().any(has);
        let name = NAMES.iter().any(|name| path_matches(name, context.path()));
        if !(name || shape()) {
            return None;
        }
        let assets = &context.vocabulary().mkdocs;
        Some(Self { assets, root, privacy: Privacy::of(root, assets) })
    }

    /// Whether an asset is fetched when the site is built.
    pub(super) fn fetches(&self, url: &str) -> bool {
        self.privacy.as_ref().is_some_and(|privacy| privacy.fetches(url))
    }

    /// Reports what is loaded.
    pub(super) fn report(&self, context: &mut Context<'_>, text: &Text<'_>) {
        let theme = self.root.get("theme");
        let name = theme.and_then(|theme| theme.get("name").or(Some(theme))).filter(|name| name.text().is_some());
        let inherits = self.root.get("INHERIT").is_some();
        match name.and_then(|name| name.as_str()) {
            Some("material") => self.material(context, text, name),
            // A configuration may leave the theme's name to the one it builds on; only Material has fonts and providers of analytics.
            None if inherits && [&["theme", "font"][..], &["extra", "analytics"]].iter().any(|keys| self.root.at(keys).is_some()) => {
                self.material(context, text, None);
            }
            Some(name) if self.assets.built_in_themes.iter().any(|known| known == name) => self.built_in(context, text, theme),
            None if !inherits && theme.is_none() => self.built_in(context, text, None),
            _ => {}
        }
    }

    fn material(&self, context: &mut Context<'_>, text: &Text<'_>, name: Option<Node<'_, '_>>) {
        self.fonts(context, text, name);
        if let Some(analytics) = self.root.at(&["extra", "analytics"])
            && analytics.get("property").is_some_and(|property| !property.is_null() && !property.is_false())
            && let Some(provider) = analytics.get("provider")
            && let Some(loads) = provider.as_str().and_then(|name| self.assets.analytics.get(name))
        {
            // The script is inserted by a script, which no privacy plugin sees.
            imply(context, text, loads.iter(), "extra.analytics.provider", provider);
        }
        let may_inherit_scripts = self.root.get("INHERIT").is_some() && self.root.get("extra_javascript").is_none();
        if let Some(fence) = self.mermaid_fence()
            && !(may_inherit_scripts || self.brings_mermaid())
        {
            self.imply_assets(context, text, &self.assets.mermaid, "pymdownx.superfences", fence);
        }
        if let Some(repository) = self.root.get("repo_url") {
            let host = repository.as_str().and_then(|url| Url::parse(url.trim()).ok());
            let loads = host.as_ref().and_then(Url::host_str).and_then(|host| self.assets.repository.get(host));
            imply(context, text, loads.into_iter().flatten(), "repo_url", repository);
        }
    }

    fn fonts(&self, context: &mut Context<'_>, text: &Text<'_>, name: Option<Node<'_, '_>>) {
        let inherits = self.root.get("INHERIT").is_some();
        let Some(font) = self.root.at(&["theme", "font"]) else {
            // The theme has fonts unless it is told otherwise, which a configuration that this one builds on may do.
            if let Some(name) = name.filter(|_| !inherits) {
                self.imply_assets(context, text, &self.assets.fonts, "theme.font", name);
            }
            return;
        };
        if font.is_false() {
            return;
        }
        let mut any = false;
        for key in ["text", "code"] {
            if let Some(family) = font.get(key).filter(|family| !family.is_null() && !family.is_false()) {
                self.imply_assets(context, text, &self.assets.fonts, &format!("theme.font.{key}"), family);
                any = true;
            }
        }
        if !any && let Some((key, _)) = self.root.get("theme").and_then(|theme| theme.entry("font")) {
            self.imply_assets(context, text, &self.assets.fonts, "theme.font", key);
        }
    }

    /// The name of a fence that is drawn by Mermaid.
    fn mermaid_fence(&self) -> Option<Node<'t, 's>> {
        let extensions = self.root.get("markdown_extensions")?;
        let listed = extensions.items().find_map(|item| item.get("pymdownx.superfences"));
        let fences = listed.or_else(|| extensions.get("pymdownx.superfences"))?.get("custom_fences")?;
        fences.items().filter_map(|fence| fence.get("name")).find(|name| name.as_str() == Some("mermaid"))
    }

    /// Whether the site has a script that defines `mermaid`: the theme then loads none.
    fn brings_mermaid(&self) -> bool {
        let scripts = self.root.get("extra_javascript").into_iter().flat_map(|scripts| scripts.items());
        scripts.filter_map(|script| script.as_str().or_else(|| script.get("path")?.as_str())).any(|script| {
            let path = script.split(['?', '#']).next().unwrap_or(script);
            path.split('/')
                .any(|part| ["mermaid.js", "mermaid.min.js"].contains(&part) || part == "mermaid" || part.starts_with("mermaid@"))
        })
    }

    /// The themes that come with MkDocs highlight code by a script of a CDN, unless told otherwise.
    fn built_in(&self, context: &mut Context<'_>, text: &Text<'_>, theme: Option<Node<'_, '_>>) {
        let setting = theme.and_then(|theme| theme.get("highlightjs"));
        let name = theme.and_then(|theme| theme.get("name").or(Some(theme))).or_else(|| self.root.get("site_name"));
        if !setting.is_some_and(|setting| setting.is_false())
            && let Some(place) = setting.or(name)
        {
            imply(context, text, self.assets.highlighting.iter(), "theme.highlightjs", place);
        }
        if let Some(tag) = theme.and_then(|theme| theme.at(&["analytics", "gtag"])).filter(|tag| !tag.is_null()) {
            imply(context, text, self.assets.gtag.iter(), "theme.analytics.gtag", tag);
        }
    }

    /// Reports loads that a privacy plugin can see.
    fn imply_assets(&self, context: &mut Context<'_>, text: &Text<'_>, loads: &[ImpliedLoad], by: &str, place: Node<'_, '_>) {
        imply(context, text, loads.iter().filter(|load| !self.fetches(&load.url)), by, place);
    }
}

fn imply<'l>(context: &mut Context<'_>, text: &Text<'_>, loads: impl Iterator<Item = &'l ImpliedLoad>, by: &str, place: Node<'_, '_>) {
    // A list or table stands for itself by its first line at most.
    let span = place.text().filter(|text| !text.is_empty()).map_or_else(|| place.span(text), Text::whole_span);
    for load in loads {
        context.implied_url(&load.url, load.role, by, span);
    }
}

impl<'t> Privacy<'t> {
    fn of(root: Node<'t, '_>, assets: &MkdocsAssets) -> Option<Self> {
        let known = |name: &str| assets.privacy_plugins.iter().any(|plugin| plugin == name);
        let plugins = root.get("plugins")?;
        let listed = plugins.items().any(|item| item.as_str().is_some_and(known));
        let configured = std::iter::once(plugins).chain(plugins.items());
        let settings = configured.flat_map(|plugins| plugins.entries()).find(|(name, _)| name.as_str().is_some_and(known));
        let Some((_, settings)) = settings else {
            return listed.then(|| Self { include: Vec::new(), exclude: Vec::new() });
        };
        let off = |key| settings.get(key).is_some_and(|setting| setting.is_false());
        if off("enabled") || off("assets") || off("assets_fetch") {
            return None;
        }
        let patterns = |key| settings.get(key).into_iter().flat_map(|list| list.items()).filter_map(|item| item.as_str()).collect();
        Some(Self { include: patterns("assets_include"), exclude: patterns("assets_exclude") })
    }

    /// Whether the plugin fetches a URL: patterns are of host and path.
    fn fetches(&self, url: &str) -> bool {
        let Ok(url) = Url::parse(url) else { return false };
        let place = format!("{}{}", url.host_str().unwrap_or_default(), url.path());
        let listed = |patterns: &[&str]| patterns.iter().any(|pattern| matches(pattern, &place));
        if self.include.is_empty() { !listed(&self.exclude) } else { listed(&self.include) }
    }
}
