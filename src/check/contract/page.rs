//! Pages that show an API description which isn't where they say, or have another credential preset than it wants.

use url::Url;

use super::auth_mismatch;
use super::contracts::Contracts;
use super::sites::{Published, Site, Sites, beside};
use crate::check::{File, Verdict};
use crate::model::{Document, Hit, RequestAuth, Span};
use crate::parse::{Docusaurus, Loader, Preset, Presets, Shows, SpecUrl, presets, spec_urls};

/// How the name of a plugin's manifest ends.
const PLUGIN: &str = "ai-plugin.json";

/// Reports what pages of a file's site show, and how those who try requests out on them authenticate.
pub(in crate::check) fn check(file: File<'_>, contracts: &Contracts) -> Verdict {
    let sites = contracts.sites();
    let mut verdict = Verdict::default();
    if contracts.is_empty() {
        return verdict;
    }
    if !sites.is_empty() {
        for found in spec_urls(file.document) {
            add(&mut verdict, found.span, found.url.clone(), shown(sites, file.document, &found));
        }
        if Sites::is_docusaurus(file.document.path()) {
            for (span, path) in Docusaurus::of(file.document).specs {
                let shown = configured(contracts, file.document.path(), &path);
                add(&mut verdict, span, path, shown);
            }
        }
        verdict.hits.extend(manifest(sites, file.document));
    }
    verdict.hits.extend(presets(file.document).iter().filter_map(|preset| wrong(contracts, preset)));
    verdict
}

fn add(verdict: &mut Verdict, span: Span, anchor: String, shown: Shown) {
    match shown {
        Shown::Right => {}
        Shown::Wrong(message) => verdict.hits.push(Hit { anchor: Some(anchor), ..Hit::new(span, message) }),
        Shown::Unknown(reason) => verdict.unverified.push((span, reason)),
    }
}

/// What is wrong with what is preset of how requests authenticate.
fn wrong(contracts: &Contracts, preset: &Preset) -> Option<Hit> {
    let contract = contracts.only(None)?;
    match &preset.what {
        Presets::Bearer => {
            let (wanted, related) = auth_mismatch::instead(contract, &RequestAuth::Http(Some("bearer".to_owned())))?;
            let mut hit =
                Hit::new(preset.span, format!("what is tried out here sends its credential as Bearer, and the API takes {wanted}"));
            hit.related = related;
            Some(hit)
        }
        Presets::Scheme(name) => {
            let names: Vec<_> = contract.api().schemes.iter().map(|scheme| scheme.key.as_str()).collect();
            let (first, is_known) = (contract.api().schemes.first()?, names.contains(&name.as_str()));
            let known: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
            let mut hit = Hit::new(preset.span, format!("`{name}` is no security scheme of the contract, which has {}", known.join(", ")));
            hit.related.extend(contract.related(first.key.place(), "this one is defined".to_owned()));
            (!is_known).then_some(hit)
        }
    }
}

/// Whether a file is there that the configuration of a site names, by its path from the configuration.
fn configured(contracts: &Contracts, configuration: &str, path: &str) -> Shown {
    let Some(file) = beside(configuration, path) else { return Shown::Right };
    if contracts.sites().file(&file).is_some() {
        return Shown::Right;
    }
    let name = |path: &str| path.rsplit('/').next().map(str::to_owned);
    let described = contracts.described().iter().filter_map(|api| api.files.first());
    match described.filter(|other| name(other) == name(&file)).min_by_key(|other| other.len()) {
        Some(there) => Shown::Wrong(format!("there is no file `{file}`; the description is {there}")),
        None => Shown::Unknown(format!("there is no file `{file}`; it may be made when the site is built")),
    }
}

/// Whether a file names what it shows.
pub(super) fn may_show(document: &Document) -> bool {
    document.path().ends_with(PLUGIN) || Sites::is_docusaurus(document.path()) || !spec_urls(document).is_empty()
}

/// Whether what is shown is there.
enum Shown {
    Right,
    Wrong(String),
    Unknown(String),
}

fn shown(sites: &Sites, document: &Document, found: &SpecUrl) -> Shown {
    let unknown = || Shown::Unknown(format!("where this page is published is not known, and so not which file `{}` is", found.url));
    let Some((site, pages)) = pages(sites, document, found) else { return unknown() };
    let mut all: Vec<_> = pages.iter().map(|page| shown_by(sites, site, page, found).unwrap_or_else(unknown)).collect();
    // If one of them is right, or can't be told, that one may be it.
    match all.iter().position(|shown| !matches!(shown, Shown::Wrong(_))) {
        Some(at) => all.swap_remove(at),
        None => all.into_iter().next().unwrap_or_else(unknown),
    }
}

/// Whether what a page at a URL shows is there; `None` if it is not known what that is.
fn shown_by(sites: &Sites, site: &Site, page: &Url, found: &SpecUrl) -> Option<Shown> {
    let url = page.join(&found.url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    // What comes from elsewhere is a matter of what pages may load.
    if !site.has(&url) {
        return Some(Shown::Right);
    }
    let (does, what) = match found.kind {
        Shows::Description => ("shows", "the description"),
        Shows::Viewer => ("loads", "the file"),
    };
    Some(match sites.published(site, &url)? {
        Published::File(_) => Shown::Right,
        Published::Page(page) => Shown::Wrong(format!("`{}` is the page {page}, and no API description", found.url)),
        Published::Nothing(missing) => match sites.namesake(site, &missing) {
            Some(there) => {
                let at = url.path();
                Shown::Wrong(format!("the page {} {does} `{at}`, which isn't there; {what} is {there}", page.path()))
            }
            None => Shown::Unknown(format!("there is no file `{missing}`; it may be made when the site is built")),
        },
    })
}

/// The site and the URLs that the page which shows a description may have.
fn pages<'s>(sites: &'s Sites, document: &Document, found: &SpecUrl) -> Option<(&'s Site, Vec<Url>)> {
    let path = document.path();
    let Some(link) = &found.page else {
        let site = sites.of(path)?;
        // In a program a URL is relative to the page that loads it.
        let is_page = [".md", ".mdx", ".html", ".htm"].iter().any(|end| path.ends_with(end));
        let urls = if is_page { site.urls_of(document) } else { Vec::new() };
        return match urls.is_empty() {
            true => Some((site, vec![site.resolve(None, &found.url)?])),
            false => Some((site, urls)),
        };
    };
    let site = sites.of(path);
    let (site, url) = match Url::parse(link) {
        Ok(url) => (sites.at(&url)?, url),
        Err(_) => (site?, site?.resolve(site?.url_of(path).as_ref(), link)?),
    };
    matches!(sites.published(site, &url)?, Published::Page(_)).then(|| (site, vec![url]))
}

/// A manifest of a plugin for assistants that names a page where the description of its API belongs.
fn manifest(sites: &Sites, document: &Document) -> Option<Hit> {
    document.path().ends_with(PLUGIN).then_some(())?;
    let loader = Loader::new(document);
    let values = loader.values();
    let api = values.root()?.get("api")?;
    let is_openapi = api.get("type")?.as_str()? == "openapi";
    let named = api.get("url").filter(|_| is_openapi)?;
    let url = Url::parse(named.as_str()?).ok()?;
    let Published::Page(page) = sites.published(sites.at(&url)?, &url)? else { return None };
    let span: Span = values.place(named).span;
    let message = format!("`api.url` is the page {page}, and not the API description that `api.type` says");
    Some(Hit { anchor: Some("api.url".to_owned()), ..Hit::new(span, message) })
}
