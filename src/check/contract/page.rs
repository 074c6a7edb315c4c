//! Pages that show an API description which isn't where they say.

use url::Url;

use super::contracts::Contracts;
use super::sites::{Published, Site, Sites};
use crate::check::{File, Verdict};
use crate::model::{Document, Hit, Span};
use crate::parse::{Loader, SpecUrl, spec_urls};

/// Reports what pages of a file's site show.
pub(in crate::check) fn check(file: File<'_>, contracts: &Contracts) -> Verdict {
    let sites = contracts.sites();
    let mut verdict = Verdict::default();
    if sites.is_empty() {
        return verdict;
    }
    for found in spec_urls(file.document) {
        match shown(sites, file.document.path(), &found) {
            Shown::Right => {}
            Shown::Wrong(message) => verdict.hits.push(Hit { anchor: Some(found.url.clone()), ..Hit::new(found.span, message) }),
            Shown::Unknown(reason) => verdict.unverified.push((found.span, reason)),
        }
    }
    verdict.hits.extend(manifest(sites, file.document));
    verdict
}

/// Whether what is shown is there.
enum Shown {
    Right,
    Wrong(String),
    Unknown(String),
}

fn shown(sites: &Sites, path: &str, found: &SpecUrl) -> Shown {
    let unknown = || Shown::Unknown(format!("where this page is published is not known, and so not which file `{}` is", found.url));
    let Some((site, page)) = page(sites, path, found) else { return unknown() };
    let Some(url) = page.join(&found.url).ok().filter(|url| matches!(url.scheme(), "http" | "https")) else { return unknown() };
    // What comes from elsewhere is a matter of what pages may load.
    if !site.has(&url) {
        return Shown::Right;
    }
    match sites.published(site, &url) {
        Some(Published::File(_)) => Shown::Right,
        Some(Published::Page(page)) => Shown::Wrong(format!("`{}` is the page {page}, and no API description", found.url)),
        Some(Published::Nothing(missing)) => match sites.namesake(site, &missing) {
            Some(there) => {
                let at = url.path();
                Shown::Wrong(format!("the page {} shows `{at}`, which isn't there; the description is {there}", page.path()))
            }
            None => Shown::Unknown(format!("there is no file `{missing}`; it may be made when the site is built")),
        },
        None => unknown(),
    }
}

/// The site and the URL of the page that shows a description.
fn page<'s>(sites: &'s Sites, path: &str, found: &SpecUrl) -> Option<(&'s Site, Url)> {
    let Some(link) = &found.page else {
        let site = sites.of(path)?;
        return Some((site, site.url_of(path)?));
    };
    if let Ok(url) = Url::parse(link) {
        let site = sites.at(&url)?;
        return matches!(sites.published(site, &url)?, Published::Page(_)).then_some((site, url));
    }
    let site = sites.of(path)?;
    let url = site.resolve(site.url_of(path).as_ref(), link)?;
    matches!(sites.published(site, &url)?, Published::Page(_)).then_some((site, url))
}

/// A manifest of a plugin for assistants that names a page where the description of its API belongs.
fn manifest(sites: &Sites, document: &Document) -> Option<Hit> {
    document.path().ends_with("ai-plugin.json").then_some(())?;
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
