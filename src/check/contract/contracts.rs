//! The contracts of a tree, and which requests are theirs.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use url::Url;

use super::declared::Declared;
use super::gate::Gate;
use super::group::ApiGroup;
use super::host::{is_host, is_nobodys, labels, parsed};
use super::identity::ContractSet;
use super::lessons::{Lesson, Lessons};
use super::routes::{Prefix, Routes};
use super::segment::{RequestPath, Segment, template};
use super::sites::Sites;
use crate::model::{ApiDescription, ApiPlace, Document, RelatedHit, Server, Text};

/// The contracts of a tree.
#[derive(Debug, Default)]
pub struct Contracts {
    contracts: Vec<ApiContract>,
    gates: Vec<Gate>,
    /// All descriptions of the tree, and which of them describe one API.
    described: Vec<ApiDescription>,
    /// The paths of all descriptions, for whoever asks.
    pub(super) described_routes: OnceLock<Vec<Routes>>,
    groups: Vec<ApiGroup>,
    sites: Sites,
    identity: ContractSet,
    /// What the files showed when they were looked at first.
    lessons: OnceLock<Lessons>,
}

/// A description that others are held against.
#[derive(Debug)]
pub struct ApiContract {
    api: ApiDescription,
    /// The files it is made of, in the order of [`ApiDescription::files`].
    documents: Vec<Arc<Document>>,
    routes: Routes,
    /// The paths of its servers' URLs.
    bases: BTreeSet<String>,
    /// The labels of the hosts under which it is served, `None` for one that a variable stands in, each with the base path there.
    hosts: Vec<(Vec<Option<String>>, Vec<Segment>)>,
    /// What the project says of it.
    declared: Option<Declared>,
}

/// So many literals of paths stand at least in a file of which it is told by them whose its requests are.
const MIN_PATHS: usize = 3;

impl Contracts {
    /// The contracts of a tree; `groups` are those of the descriptions.
    pub fn new(contracts: Vec<ApiContract>, described: Vec<ApiDescription>, groups: Vec<ApiGroup>) -> Self {
        let gates = contracts.iter().map(Gate::of).collect();
        let (identity, lessons, described_routes) = (ContractSet::default(), OnceLock::new(), OnceLock::new());
        Self { contracts, gates, described, described_routes, groups, sites: Sites::default(), identity, lessons }
    }

    /// With the sites that show descriptions.
    pub fn with_sites(self, sites: Sites) -> Self {
        Self { sites, ..self }
    }

    /// With what they were read from.
    pub fn with_identity(self, identity: ContractSet) -> Self {
        Self { identity, ..self }
    }

    /// Whether they were read from the same files with the same texts.
    pub fn is_alike(&self, other: &Self) -> bool {
        self.identity == other.identity
    }

    /// By what they are known: hashes of what they were read from.
    pub fn identity(&self) -> &ContractSet {
        &self.identity
    }

    /// Whether a file may be a page that shows a description.
    pub fn may_show(&self, document: &Document) -> bool {
        !self.sites.is_empty() && super::page::may_show(document)
    }

    /// The sites that show descriptions.
    pub(super) fn sites(&self) -> &Sites {
        &self.sites
    }

    /// Keeps what the files show of each other, for a second look. Of what is said again nothing is kept.
    pub fn learn(&self, lessons: Lessons) {
        self.lessons.get_or_init(|| lessons);
    }

    /// What other files show for this one.
    pub(super) fn lessons(&self, path: &str) -> &[Lesson] {
        self.lessons.get().map(|lessons| lessons.of(path)).unwrap_or_default()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.contracts.is_empty()
    }

    /// Whether a file can hold a request that is held against a contract. What data files state of requests is read anyhow.
    pub fn may_concern(&self, path: &str, text: &str) -> bool {
        let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
        let is_data = ["json", "har", "yaml", "yml", "toml"].iter().any(|known| extension.eq_ignore_ascii_case(known));
        let is_surface = |contract: &ApiContract| contract.declared.as_ref().is_some_and(|declared| declared.is_surface(path));
        let bytes = text.as_bytes();
        is_data
            || self.contracts.iter().any(is_surface)
            || self.gates.iter().any(|gate| gate.has_paths(bytes, MIN_PATHS) || gate.may_name(bytes))
            || self.lessons.get().is_some_and(|lessons| lessons.may_concern(path, text))
    }

    /// Whether so much of a contract's paths stands in a text that what stands in front of them may be its API's base.
    pub(super) fn may_be_behind_a_base(&self, text: &str) -> bool {
        self.gates.iter().any(|gate| gate.has_paths(text.as_bytes(), MIN_PATHS))
    }

    /// The contracts.
    pub(super) fn iter(&self) -> impl Iterator<Item = &ApiContract> {
        self.contracts.iter()
    }

    /// All descriptions of the tree.
    pub(super) fn described(&self) -> &[ApiDescription] {
        &self.described
    }

    /// Whether the project says of a description that it is a contract.
    pub(super) fn is_declared(&self, api: &ApiDescription) -> bool {
        let mut declared = self.contracts.iter().filter(|contract| contract.declared.is_some());
        declared.any(|contract| contract.api.files.first() == api.files.first())
    }

    /// Which descriptions describe one API, by their indices.
    pub(super) fn groups(&self) -> &[ApiGroup] {
        &self.groups
    }

    /// The contracts whose API a URL in a file belongs to. `pages` are first labels of hosts that serve pages, where the contract
    /// leaves that label open.
    pub(super) fn asked<'a>(&'a self, url: &Text<'_>, file: &str, pages: &[String]) -> Vec<(&'a ApiContract, Base)> {
        let is_page = || labels(url).and_then(|labels| labels.into_iter().next()?).is_some_and(|first| pages.contains(&first));
        let is_named = |contract: &ApiContract| contract.names_host(url);
        let asked = self.contracts.iter().filter_map(|contract| Some((contract, contract.base(url, file)?)));
        asked.filter(|(contract, base)| *base != Base::Host || is_named(contract) || !is_page()).collect()
    }

    /// The only contract there is, if a URL where its API is said to be described may be its: one without a host, or of the same domain.
    pub(super) fn only(&self, described_at: Option<&str>) -> Option<&ApiContract> {
        let [contract] = self.contracts.as_slice() else { return None };
        let host = described_at.and_then(|url| Url::parse(url).ok()).and_then(|url| url.host_str().map(str::to_owned));
        let domain = |labels: &[Option<String>]| {
            labels.iter().rev().skip(1).take(2).map(|label| label.clone().unwrap_or_default()).collect::<Vec<_>>()
        };
        let is_ours = |host: &str| {
            let labels: Vec<_> = host.split('.').map(|label| Some(label.to_owned())).chain([None]).collect();
            contract.hosts.is_empty() || contract.hosts.iter().any(|(known, _)| domain(known) == domain(&labels))
        };
        host.as_deref().is_none_or(is_ours).then_some(contract)
    }
}

impl ApiContract {
    /// A description with the files that it is made of, in the order of [`ApiDescription::files`].
    pub fn new(api: ApiDescription, documents: Vec<Document>) -> Self {
        let own = api.paths.iter().flat_map(|item| item.operations.iter().flat_map(|operation| &operation.servers).chain(&item.servers));
        let servers: Vec<_> = api.servers.iter().chain(own).collect();
        let urls: Vec<_> = servers.iter().map(|server| &server.url.text).collect();
        let mut bases: BTreeSet<_> = servers.iter().map(|server| base_path(server)).collect();
        // Where all of a host is open, any would be it.
        let is_said = |labels: &Vec<Option<String>>| {
            labels.iter().flatten().any(|label| label.contains(char::is_alphanumeric) && !label.starts_with(':'))
        };
        let served = |url: &Text<'_>| Some((labels(url)?, template(path_of(url))));
        let mut hosts: Vec<_> = urls.iter().filter_map(|url| served(url)).filter(|(labels, _)| is_said(labels)).collect();
        // Of what is left open the defaults say where it is served.
        for server in servers.iter().filter(|server| labels(&server.url.text).is_none_or(|labels| !is_said(&labels))) {
            let url = server.default_url();
            if let Some(host) = served(&url).filter(|(labels, _)| labels.iter().all(Option::is_some) && is_said(labels)) {
                bases.insert(path_of(&url).to_owned());
                hosts.push(host);
            }
        }
        let routes = Routes::new(templates(&api), bases.iter().map(String::as_str));
        let documents = documents.into_iter().map(Arc::new).collect();
        Self { api, documents, routes, bases, hosts, declared: None }
    }

    /// The contract as the project declares it.
    #[must_use]
    pub fn declare(self, declared: Declared) -> Self {
        Self { declared: Some(declared), ..self }
    }

    /// The description.
    pub(super) fn api(&self) -> &ApiDescription {
        &self.api
    }

    /// Which templates paths can mean.
    pub(super) fn routes(&self) -> &Routes {
        &self.routes
    }

    /// The base paths under which it is served, without a slash at the end.
    pub(super) fn bases(&self) -> impl Iterator<Item = String> {
        self.bases.iter().map(|base| base.trim_end_matches('/').to_owned())
    }

    /// Whether the project says that this operation exists, though the contract does not have it.
    pub(super) fn is_internal(&self, method: Option<&str>, path: &RequestPath) -> bool {
        let Some(declared) = &self.declared else { return false };
        let segments: Vec<_> = path.segments().iter().map(|segment| if segment.is_hole() { "{}" } else { segment.as_str() }).collect();
        let from = |skipped: usize| format!("/{}", segments.get(skipped..).unwrap_or_default().join("/"));
        let mut paths = std::iter::once(0).chain(self.routes.base_of(path)).map(from);
        paths.any(|path| declared.internal.iter().any(|pattern| pattern.matches(method, &path)))
    }

    /// The labels of its hosts that are said, one list for each host.
    pub(super) fn host_names(&self) -> impl Iterator<Item = Vec<String>> {
        let said = |host: &Vec<Option<String>>| host.iter().flatten().filter(|label| !label.starts_with(':')).cloned().collect::<Vec<_>>();
        let declared = self.declared.iter().flat_map(|declared| &declared.hosts).filter_map(|host| host.host());
        self.hosts.iter().map(move |(host, _)| said(host)).chain(declared.map(|host| host.split('.').map(str::to_owned).collect()))
    }

    /// A place in one of its files, which says something to a hit.
    pub(super) fn related(&self, place: ApiPlace, message: String) -> Option<RelatedHit> {
        Some(RelatedHit::Elsewhere(Arc::clone(self.documents.get(place.file)?), place.span, message))
    }

    /// The file and the line, from 1, of a place.
    pub(super) fn line(&self, place: ApiPlace) -> Option<(&str, usize)> {
        let document = self.documents.get(place.file)?;
        Some((document.path(), document.position(place.span.start).line))
    }

    /// What the project says of it.
    pub(super) fn declared(&self) -> Option<&Declared> {
        self.declared.as_ref()
    }

    /// Whether a server or the configuration names the host of a URL, all of it.
    fn names_host(&self, url: &Text<'_>) -> bool {
        let Some(host) = labels(url) else { return false };
        let is_exact = |declared: &Declared| parsed(url).is_some_and(|urls| declared.names_host(&urls));
        self.hosts.iter().any(|(known, _)| *known == host && known.iter().all(Option::is_some))
            || self.declared.as_ref().is_some_and(is_exact)
    }

    /// The names in its base paths that hardly another API has, where there is one.
    pub(super) fn own_names(&self) -> impl Iterator<Item = &str> {
        self.bases.iter().flat_map(|base| base.split('/')).filter(|name| is_own(name))
    }

    /// Whether a URL's path begins with a base path that has a name of this kind.
    fn has_base(&self, url: &Text<'_>, is_it: fn(&str) -> bool) -> bool {
        let path = RequestPath::of(url);
        let begins = |base: &String| {
            let names: Vec<_> = base.split('/').filter(|name| !name.is_empty()).collect();
            let mut segments = path.segments().iter();
            names.iter().any(|name| is_it(name))
                && path.segments().len() > names.len()
                && names.iter().all(|name| segments.next().and_then(Segment::literal) == Some(*name))
        };
        self.bases.iter().any(begins)
    }

    /// How many segments of a URL's path its base path takes, the longest first: under a server's host only the base paths there are.
    pub(super) fn base_of(&self, url: &Text<'_>, path: &RequestPath) -> Option<usize> {
        let declares = |declared: &Declared| parsed(url).is_some_and(|urls| urls.iter().any(|url| declared.has_host(url)));
        let Some(host) = labels(url).filter(|_| !self.declared.as_ref().is_some_and(declares)) else { return self.routes.base_of(path) };
        let mut there = self.hosts.iter().filter(|(known, _)| is_host(known, &host)).map(|(_, base)| base).peekable();
        match there.peek() {
            Some(_) => there.filter(|base| path.begins_with(base)).map(Vec::len).max(),
            None => self.routes.base_of(path),
        }
    }

    /// What makes a URL in a file this API's: the host of a server or of the configuration, or what the configuration says of
    /// URLs without a host. `None` where nothing does: a path alone never does.
    pub(super) fn base(&self, url: &Text<'_>, file: &str) -> Option<Base> {
        if let Some(host) = labels(url) {
            let is_declared = |declared: &Declared| parsed(url).is_some_and(|urls| urls.iter().all(|url| declared.has_host(url)));
            let is_ours = self.hosts.iter().any(|(known, _)| is_host(known, &host)) || self.declared.as_ref().is_some_and(is_declared);
            // Whatever runs on the reader's own machine is asked of such a host, and behind a base path it is this API.
            return match is_ours {
                true if is_nobodys(&host) && !self.declared.as_ref().is_some_and(is_declared) && !self.has_base(url, |_| true) => {
                    Some(Base::Near)
                }
                true => Some(Base::Host),
                false => (is_nobodys(&host) && self.has_base(url, is_own)).then_some(Base::Host),
            };
        }
        let declared = self.declared.as_ref()?;
        let hole = url.holes().next().filter(|hole| hole.start == 0).and_then(|hole| url.as_str().get(hole));
        if let Some(hole) = hole.or_else(|| written_base(url.as_str())) {
            return declared.has_variable(hole).then_some(Base::Open);
        }
        let is_path = url.as_str().starts_with('/') && !url.as_str().starts_with("//");
        (is_path && declared.is_surface(file)).then_some(Base::Open)
    }
}

/// What makes a URL an API's, and so what may stand in front of a template in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Base {
    /// A host: all of a base path has to follow it.
    Host,
    /// A host of nobody, which is the API's by what else is asked of it: all of a base path has to follow it, and what is far from all
    /// paths is another's.
    Near,
    /// What may hold any part of a base path itself.
    Open,
}

impl Base {
    pub(super) fn allows(self, prefix: Prefix) -> bool {
        match self {
            Self::Host | Self::Near => prefix == Prefix::Base,
            Self::Open => prefix != Prefix::Doubled,
        }
    }
}

/// The templates of a description, in its order. A parameter at the end of one that says to take paths stands for several segments.
pub(super) fn templates(api: &ApiDescription) -> impl Iterator<Item = Cow<'_, str>> {
    api.paths.iter().map(|item| {
        let template = item.template.as_ref().map(|template| template.as_str()).unwrap_or_default();
        let last = template.rsplit('/').next().and_then(|last| last.strip_prefix('{')?.strip_suffix('}'));
        let mut parameters = item.operations.iter().flat_map(|operation| &operation.parameters);
        let takes_paths = |name: &str| {
            let is_path = |value: &String| value.trim_matches('/').contains('/') && !value.contains(':');
            parameters.any(|it| it.name.as_str() == name && it.location.as_str() == "path" && it.values.iter().any(is_path))
        };
        match last.is_some_and(takes_paths) {
            true => Cow::Owned(format!("{}+}}", template.trim_end_matches('}'))),
            false => Cow::Borrowed(template),
        }
    })
}

/// A base that a page writes in front of a path, where nothing is computed: `{endpoint}/runs`, `$URL/runs`, `<base>/runs`.
fn written_base(url: &str) -> Option<&str> {
    let end = url.find('/').unwrap_or(url.len());
    let base = url.get(..end)?;
    (base.starts_with(['{', '$', '<']) && !base.contains(char::is_whitespace)).then_some(base)
}

/// What stands behind the authority of a server's URL.
pub(super) fn path_of<'t>(url: &'t Text<'_>) -> &'t str {
    let chars = url.as_str();
    let rest = chars.split_once("//").map_or(chars, |(_, rest)| rest);
    match rest.find('/') {
        Some(at) if rest.len() < chars.len() => rest.get(at..).unwrap_or_default(),
        None if rest.len() < chars.len() => "",
        _ => rest,
    }
}

/// The path of a server's URL, also where a variable in front of it is a URL up to there: `{host}/api/{version}`.
pub(super) fn base_path(server: &Server) -> String {
    let chars = server.url.as_str();
    let first = chars.strip_prefix('{').and_then(|rest| rest.split_once('}'));
    let default = first.and_then(|(name, rest)| {
        let variable = server.variables.iter().find(|variable| variable.name.as_str() == name)?;
        Some(format!("{}{rest}", variable.default.as_ref().filter(|default| default.as_str().contains("//"))?.as_str()))
    });
    match default {
        Some(url) => path_of(&Text::exact(&url, 0)).to_owned(),
        None => path_of(&server.url.text).to_owned(),
    }
}

/// What the base paths of many APIs consist of, beside versions.
const COMMON: [&str; 4] = ["api", "rest", "public", "rpc"];

/// Whether a name in a base path is hardly another API's.
fn is_own(name: &str) -> bool {
    let is_version = name.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    name.len() > 2 && name.starts_with(|c: char| c.is_ascii_alphabetic()) && !is_version && !COMMON.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_have_base_paths() {
        for (url, path) in [("https://a.test/v1", "/v1"), ("https://a.test", ""), ("/v1", "/v1"), ("//a.test/v1/", "/v1/"), ("/", "/")] {
            assert_eq!(path_of(&Text::exact(url, 0)), path, "{url}");
        }
    }
}
