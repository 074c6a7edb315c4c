//! The sites of a tree: which file is published at which URL. MkDocs and Docusaurus say so in their configurations.

use url::Url;

use super::docusaurus;
use crate::model::Document;
use crate::parse::{Docusaurus, Loader};

/// A host for sites that do not say theirs.
const SOME_HOST: &str = "https://site.invalid/";

/// The sites of a tree, and its files.
#[derive(Debug, Default)]
pub struct Sites {
    sites: Vec<Site>,
    /// The paths of all files, sorted.
    paths: Vec<String>,
}

/// A site that MkDocs or Docusaurus makes.
#[derive(Debug)]
pub(super) struct Site {
    maker: Maker,
    /// The folder of its configuration, with a slash behind it unless it is the root.
    folder: String,
    /// The folder of what is published as it is, likewise; of MkDocs that of its pages, too.
    docs: String,
    /// Where it is published.
    url: Url,
    /// Whether that is said.
    has_host: bool,
    /// Whether a page `a.md` becomes `a/` and not `a.html`.
    has_folders: bool,
    /// The files of the descriptions that its configuration says it shows.
    shows: Vec<String>,
    /// What the configuration of Docusaurus says.
    said: Option<Docusaurus>,
}

/// What makes a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Maker {
    Mkdocs,
    /// Its pages are published where plugins and front matter say.
    Docusaurus,
}

/// What is published at a URL.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Published<'a> {
    /// A page, by its path.
    Page(&'a str),
    /// A file as it is, by its path.
    File(&'a str),
    /// Nothing; a file of this name would be.
    Nothing(String),
}

impl Sites {
    /// The sites of the configurations among the files, given with the paths of all files, sorted.
    pub fn new(configurations: &[Document], paths: Vec<String>) -> Self {
        let mut sites: Vec<_> = configurations.iter().filter_map(Site::of).collect();
        for site in &mut sites {
            // Of several versions one has pages in its folder, and which URL they have depends on the others.
            let versions = format!("{}versioned_docs/", site.folder);
            let at = paths.partition_point(|path| *path < versions);
            site.said = site.said.take().filter(|_| !paths.get(at).is_some_and(|path| path.starts_with(&versions)));
        }
        Self { sites, paths }
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.sites.is_empty()
    }

    /// The names of files that may be the configuration of a site.
    pub fn is_configuration(path: &str) -> bool {
        matches!(path.rsplit('/').next(), Some("mkdocs.yml" | "mkdocs.yaml")) || Self::is_docusaurus(path)
    }

    /// The names of files that may be the configuration of Docusaurus.
    pub(super) fn is_docusaurus(path: &str) -> bool {
        let name = path.rsplit('/').next().and_then(|name| name.strip_prefix("docusaurus.config."));
        matches!(name, Some("js" | "ts" | "mjs" | "cjs" | "mts"))
    }

    /// The site that a file belongs to: as one of its pages, or beside its configuration.
    pub(super) fn of(&self, path: &str) -> Option<&Site> {
        let around = self.sites.iter().filter(|site| path.starts_with(&site.docs) || path.starts_with(&site.folder));
        around.max_by_key(|site| (path.starts_with(&site.docs), site.folder.len()))
    }

    /// The site that is published at a URL.
    pub(super) fn at(&self, url: &Url) -> Option<&Site> {
        let is_it = |site: &&Site| site.has_host && site.url.host_str() == url.host_str() && url.path().starts_with(site.url.path());
        self.sites.iter().filter(is_it).max_by_key(|site| site.url.path().len())
    }

    /// What is published there; `None` if it is no path.
    pub(super) fn published(&self, site: &Site, url: &Url) -> Option<Published<'_>> {
        let path = percent_encoding::percent_decode_str(url.path().strip_prefix(site.url.path())?).decode_utf8().ok()?;
        let path = path.trim_start_matches('/');
        let file = format!("{}{path}", site.docs);
        if let Some(file) = self.file(&file) {
            return Some(Published::File(file));
        }
        if site.maker == Maker::Docusaurus {
            return Some(Published::Nothing(file));
        }
        let stem = path.trim_end_matches('/').trim_end_matches(".html");
        let names = match stem {
            "" => vec![format!("{}index.md", site.docs), format!("{}README.md", site.docs)],
            stem => ["md", "index.md", "README.md"].iter().map(|end| join(&site.docs, stem, end)).collect(),
        };
        let page = names.iter().find_map(|name| self.file(name));
        Some(page.map_or(Published::Nothing(file), Published::Page))
    }

    /// A file of the same name elsewhere in a site.
    pub(super) fn namesake(&self, site: &Site, path: &str) -> Option<&str> {
        let name = |path: &str| path.rsplit('/').next().map(str::to_owned);
        let from = self.paths.partition_point(|path| path.as_str() < site.docs.as_str());
        let mut inside = self.paths.iter().skip(from).take_while(|path| path.starts_with(&site.docs));
        inside.find(|other| name(other) == name(path)).map(String::as_str)
    }

    /// Whether one site shows both of these files, each by itself: then they are two editions.
    pub(super) fn shows_both(&self, one: &str, two: &str) -> bool {
        let shows = |site: &Site, path: &str| site.shows.iter().any(|shown| shown == path);
        self.sites.iter().any(|site| shows(site, one) && shows(site, two))
    }

    /// A file by its path.
    pub(super) fn file(&self, path: &str) -> Option<&str> {
        let at = self.paths.binary_search_by(|known| known.as_str().cmp(path)).ok()?;
        self.paths.get(at).map(String::as_str)
    }
}

/// The path that a relative one in a file means; `None` for a URL, and outside of the tree.
pub(super) fn beside(file: &str, path: &str) -> Option<String> {
    if path.contains("://") || path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

fn join(docs: &str, stem: &str, end: &str) -> String {
    if end == "md" { format!("{docs}{stem}.md") } else { format!("{docs}{stem}/{end}") }
}

impl Site {
    fn of(document: &Document) -> Option<Self> {
        if Sites::is_docusaurus(document.path()) {
            return Self::docusaurus(document);
        }
        let loader = Loader::new(document);
        let root = loader.values().root()?;
        root.get("site_name")?;
        let word = |key: &str| root.get(key)?.as_str();
        let folder = document.path().rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let docs = word("docs_dir").unwrap_or("docs").trim_start_matches("./").trim_matches('/');
        if docs.contains("..") {
            return None;
        }
        let said = word("site_url").and_then(|url| Url::parse(&format!("{}/", url.trim_end_matches('/'))).ok());
        let has_host = said.as_ref().is_some_and(|url| url.host_str().is_some());
        let url = said.filter(|_| has_host).or_else(|| Url::parse(SOME_HOST).ok())?;
        let has_folders = word("use_directory_urls") != Some("false");
        let shows = Vec::new();
        Some(Self { maker: Maker::Mkdocs, docs: format!("{folder}{docs}/"), folder, url, has_host, has_folders, shows, said: None })
    }

    fn docusaurus(document: &Document) -> Option<Self> {
        let said = Docusaurus::of(document);
        let folder = document.path().rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let host = said.url.as_deref().and_then(|url| Url::parse(url).ok()).filter(|url| url.host_str().is_some());
        let has_host = host.is_some();
        let base = format!("/{}/", said.base.trim_matches('/'));
        let url = host.or_else(|| Url::parse(SOME_HOST).ok())?.join(if base == "//" { "/" } else { &base }).ok()?;
        let shows = said.specs.iter().filter_map(|(_, path)| beside(document.path(), path)).collect();
        let (maker, docs) = (Maker::Docusaurus, format!("{folder}static/"));
        Some(Self { maker, docs, folder, url, has_host, has_folders: true, shows, said: Some(said) })
    }

    /// Where a page is published; `None` for what is none of the site's pages.
    pub(super) fn url_of(&self, path: &str) -> Option<Url> {
        if self.maker == Maker::Docusaurus && path.rsplit('.').next().is_some_and(|extension| matches!(extension, "md" | "mdx")) {
            return None;
        }
        let path = path.strip_prefix(&self.docs)?;
        let (stem, extension) = path.rsplit_once('.')?;
        let name = stem.rsplit('/').next()?;
        let folder = stem.strip_suffix(name)?;
        let published = match (extension, name) {
            ("md", "index" | "README") | ("html", "index") => folder.to_owned(),
            ("md", _) if self.has_folders => format!("{stem}/"),
            ("md", _) => format!("{stem}.html"),
            _ => path.to_owned(),
        };
        self.url.join(&published).ok()
    }

    /// Where a page may be published, each way that is possible.
    pub(super) fn urls_of(&self, page: &Document) -> Vec<Url> {
        let inside = || page.path().strip_prefix(&self.folder);
        match (&self.said, self.url_of(page.path()), inside()) {
            (_, Some(url), _) => vec![url],
            (Some(said), None, Some(path)) => {
                docusaurus::published(said, path, page.as_str()).iter().filter_map(|path| self.url.join(path).ok()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// A URL that stands in something of the site, resolved against the page it stands in, if it is one.
    pub(super) fn resolve(&self, page: Option<&Url>, url: &str) -> Option<Url> {
        match page {
            Some(page) => page.join(url).ok(),
            None if url.starts_with('/') || url.contains("://") => self.url.join(url).ok(),
            None => None,
        }
    }

    /// Whether a URL is one of the site's.
    pub(super) fn has(&self, url: &Url) -> bool {
        url.host_str() == self.url.host_str()
    }
}
