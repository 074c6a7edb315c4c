//! The contracts of a tree, and which requests are theirs.

use url::Url;

use super::routes::{Prefix, Route, Routes};
use super::segment::RequestPath;
use crate::model::{ApiDescription, ApiPlace, Document, Operation, PathItem, Place, Request, Text};

/// The contracts of a tree.
#[derive(Debug, Default)]
pub struct Contracts(Vec<ApiContract>);

/// A description that others are held against.
#[derive(Debug)]
pub struct ApiContract {
    api: ApiDescription,
    /// The files it is made of, in the order of [`ApiDescription::files`].
    documents: Vec<Document>,
    routes: Routes,
    /// The labels of the hosts under which it is served; `None` for one that a variable stands in.
    hosts: Vec<Vec<Option<String>>>,
}

/// A request that goes to an API with a contract.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub(super) contract: &'a ApiContract,
    pub(super) item: &'a PathItem,
    pub(super) operation: &'a Operation,
}

impl Contracts {
    /// The contracts of a tree.
    pub fn new(contracts: Vec<ApiContract>) -> Self {
        Self(contracts)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The operation that a request asks for: the host, the base path, the path and the method say so. `None` where any of them
    /// does not, or where two contracts have it.
    pub(super) fn call(&self, request: &Request) -> Option<Call<'_>> {
        let mut calls = self.0.iter().filter_map(|contract| contract.call(request));
        let first = calls.next()?;
        calls.next().is_none().then_some(first)
    }
}

impl ApiContract {
    /// A description with the files that it is made of, in the order of [`ApiDescription::files`].
    pub fn new(api: ApiDescription, documents: Vec<Document>) -> Self {
        let urls: Vec<_> = api.servers.iter().map(|server| &server.url.text).collect();
        let bases: Vec<_> = urls.iter().map(|url| path_of(url).to_owned()).collect();
        let hosts = urls.iter().filter_map(|url| labels(url)).collect();
        let templates = api.paths.iter().map(|item| item.template.as_ref().map(|template| template.as_str()).unwrap_or_default());
        let routes = Routes::new(templates, bases.iter().map(String::as_str));
        Self { api, documents, routes, hosts }
    }

    /// The description.
    pub(super) fn api(&self) -> &ApiDescription {
        &self.api
    }

    /// A place in one of its files, ready to print.
    pub(super) fn place(&self, place: ApiPlace) -> Option<Place> {
        let document = self.documents.get(place.file)?;
        let (start, end) = (document.position(place.span.start), document.position(place.span.end));
        let (line, column, end_line, end_column) = (start.line, start.column, end.line, end.column);
        Some(Place { path: document.path().to_owned(), line, column, end_line, end_column })
    }

    fn call(&self, request: &Request) -> Option<Call<'_>> {
        let host = labels(&request.url)?;
        let method = request.method.as_ref().filter(|method| !method.has_holes())?.as_str();
        let fits = |known: &&Vec<Option<String>>| {
            known.len() == host.len()
                && known.iter().zip(&host).all(|(known, label)| known.is_none() || (known == label && label.is_some()))
        };
        self.hosts.iter().find(fits)?;
        let found = self.routes.find(&RequestPath::of(&request.url));
        let is_meant = |route: &&Route| route.prefix == Prefix::Base && !route.is_guess;
        found.iter().filter(is_meant).find_map(|route| {
            let item = self.api.paths.get(route.template)?;
            let operation = item.operations.iter().find(|operation| operation.method().eq_ignore_ascii_case(method))?;
            Some(Call { contract: self, item, operation })
        })
    }
}

/// What stands behind the authority of a server's URL.
fn path_of<'t>(url: &'t Text<'_>) -> &'t str {
    let chars = url.as_str();
    let rest = chars.split_once("//").map_or(chars, |(_, rest)| rest);
    match rest.find('/') {
        Some(at) if rest.len() < chars.len() => rest.get(at..).unwrap_or_default(),
        None if rest.len() < chars.len() => "",
        _ => rest,
    }
}

/// What is computed is tried with two different contents: what of the host comes out the same is constant.
const FILLERS: [u8; 2] = [b'x', b'y'];

/// The labels of the host of a URL over HTTP; `None` for one in which something is computed.
fn labels(url: &Text<'_>) -> Option<Vec<Option<String>>> {
    let [one, two] = FILLERS.map(|filler| Url::parse(&url.masked(filler)).ok());
    let (one, two) = (one?, two?);
    let all = |url: &Url| -> Option<Vec<String>> {
        let is_http = matches!(url.scheme(), "http" | "https" | "ws" | "wss");
        let host = url.host_str().filter(|_| is_http)?;
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let mut labels: Vec<_> = host.split('.').map(str::to_owned).collect();
        labels.push(port);
        Some(labels)
    };
    let (one, two) = (all(&one)?, all(&two)?);
    let known = |(one, two): (String, String)| (one == two).then_some(one);
    (one.len() == two.len()).then(|| one.into_iter().zip(two).map(known).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(url: &str, hole: &str) -> Option<String> {
        let holes: Vec<_> = url.match_indices(hole).filter(|(_, hole)| !hole.is_empty()).map(|(at, hole)| at..at + hole.len()).collect();
        let labels = labels(&Text::exact(url, 0).with_holes(&holes))?;
        Some(labels.into_iter().map(|label| label.unwrap_or_else(|| "*".to_owned())).collect::<Vec<_>>().join("."))
    }

    #[test]
    fn hosts_have_labels() {
        assert_eq!(host("https://{a}.pets.test/v1", "{a}").as_deref(), Some("*.pets.test."));
        assert_eq!(host("https://API.pets.test:443/v1", "-").as_deref(), Some("api.pets.test."));
        assert_eq!(host("http://pets.test:8080", "-").as_deref(), Some("pets.test.:8080"));
        assert_eq!(host("{base}/runs", "{base}"), None);
        assert_eq!(host("/runs", "-"), None);
        assert_eq!(host("https://pets.test{path}", "{path}").as_deref(), Some("pets.*."));
    }

    #[test]
    fn servers_have_base_paths() {
        for (url, path) in [("https://a.test/v1", "/v1"), ("https://a.test", ""), ("/v1", "/v1"), ("//a.test/v1/", "/v1/"), ("/", "/")] {
            assert_eq!(path_of(&Text::exact(url, 0)), path, "{url}");
        }
    }
}
