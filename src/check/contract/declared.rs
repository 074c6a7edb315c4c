//! What a project says of its contracts, beside what they say themselves.

use std::collections::BTreeMap;
use std::sync::Arc;

use ignore::gitignore::Gitignore;
use url::Url;

use crate::model::{HostSource, METHODS, Span, matches_wildcard};

/// The schemes of HTTP authentication that are registered with IANA (RFC 9110, 16.4.1), in lower case.
pub const HTTP_SCHEMES: [&str; 14] = [
    "basic",
    "bearer",
    "concealed",
    "digest",
    "dpop",
    "gnap",
    "hoba",
    "mutual",
    "negotiate",
    "oauth",
    "privatetoken",
    "scram-sha-1",
    "scram-sha-256",
    "vapid",
];

/// A contract that a project names.
#[derive(Debug, Clone)]
pub struct Declared {
    /// The description's path, relative to the root.
    pub spec: String,
    /// Where the configuration says so.
    pub span: Span,
    /// Hosts under which the API is served or spoken of, beside those of its servers.
    pub hosts: Vec<HostSource>,
    /// Names of variables that hold the URL under which the API is served.
    pub base_variables: Vec<String>,
    /// Files whose paths without a host are the API's.
    pub surfaces: Gitignore,
    /// Where files come from that are checked somewhere else: in a release, by the paths that they have there.
    pub twins: Arc<BTreeMap<String, Vec<String>>>,
    /// What operations accept though the contract does not say so.
    pub also_accepts: Vec<AlsoAccepts>,
    /// Operations that exist though the contract does not have them.
    pub internal: Vec<OperationPattern>,
}

/// A security scheme that operations accept though the contract does not say so.
#[derive(Debug, Clone)]
pub struct AlsoAccepts {
    /// The operations.
    pub operations: Vec<OperationPattern>,
    /// The name of one of the contract's security schemes, or one of [`HTTP_SCHEMES`].
    pub scheme: String,
    /// Where the configuration names the scheme.
    pub span: Span,
}

/// Operations by their path and, if it is given, their method.
#[derive(Debug, Clone)]
pub struct OperationPattern {
    method: Option<String>,
    path: String,
    text: String,
    span: Span,
}

impl OperationPattern {
    /// Parses `METHOD /path` or `/path`, in which `*` stands for any characters and `{}` for a parameter, whatever its name.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in one sentence without a trailing full stop.
    pub fn parse(text: &str, span: Span) -> Result<Self, String> {
        let (method, path) = match text.trim().split_once(char::is_whitespace) {
            Some((method, path)) => (Some(method.to_ascii_uppercase()), path.trim_start()),
            None => (None, text.trim()),
        };
        if let Some(method) = method.as_deref().filter(|method| !METHODS.contains(method) && *method != "*") {
            return Err(format!("`{method}` is no HTTP method"));
        }
        if !path.starts_with(['/', '*']) || path.contains(char::is_whitespace) {
            return Err(format!("`{text}` names no operation: write `/path` or `METHOD /path`"));
        }
        let method = method.filter(|method| method != "*");
        Ok(Self { method, path: nameless(path), text: text.trim().to_owned(), span })
    }

    /// Whether an operation is meant; `method` is in upper case, `None` if it isn't known.
    pub fn matches(&self, method: Option<&str>, path: &str) -> bool {
        let is_method = match (&self.method, method) {
            (Some(known), Some(method)) => known == method,
            _ => true,
        };
        is_method && matches_wildcard(&self.path, &nameless(path))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where the configuration says it.
    pub fn span(&self) -> Span {
        self.span
    }
}

/// A path without a slash at its end and without the names of its parameters.
fn nameless(path: &str) -> String {
    let mut out = String::new();
    let path = path.split(['?', '#']).next().unwrap_or_default();
    for segment in path.trim_end_matches('/').split('/').filter(|segment| !segment.is_empty()) {
        let is_parameter = segment.starts_with('{') && segment.ends_with('}');
        out.push('/');
        out.push_str(if is_parameter { "{}" } else { segment });
    }
    if out.is_empty() || path.starts_with('*') {
        return path.to_owned();
    }
    out
}

impl Declared {
    /// Whether a URL, with something put for what is computed in it, goes to one of the hosts.
    pub(super) fn has_host(&self, url: &Url) -> bool {
        self.hosts.iter().any(|host| host.matches(url))
    }

    /// Whether a path without a host is the API's in this file.
    pub(super) fn is_surface(&self, file: &str) -> bool {
        let is_surface = |path: &str| self.surfaces.matched_path_or_any_parents(path, false).is_ignore();
        is_surface(file) || self.twins.get(file).is_some_and(|twins| twins.iter().any(|twin| is_surface(twin)))
    }

    /// Whether URLs go to one of the hosts that is said in full.
    pub(super) fn names_host(&self, urls: &[Url]) -> bool {
        self.hosts.iter().filter(|host| !host.as_str().contains('*')).any(|host| urls.iter().all(|url| host.matches(url)))
    }

    /// Whether the text of a hole names one of the variables: `${NAME}`, `self.name`, `os.environ["NAME"]`.
    pub(super) fn has_variable(&self, hole: &str) -> bool {
        let words = || hole.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
        self.base_variables.iter().any(|name| words().any(|word| word == name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Result<OperationPattern, String> {
        OperationPattern::parse(text, Span::default())
    }

    #[test]
    fn operations_are_named_by_method_and_path() {
        for (text, method, path) in [
            ("/copilot/chat", Some("POST"), "/copilot/chat/"),
            ("/copilot/chat", None, "/copilot/chat"),
            ("POST /agents/*/invoke", Some("POST"), "/agents/{namespace}/{name}/invoke"),
            ("post /agents/{x}/invoke", Some("POST"), "/agents/{name}/invoke"),
            ("* /a*", Some("PUT"), "/a/b?c=d"),
            ("*", Some("PUT"), "/a"),
            ("/", Some("GET"), "/"),
        ] {
            assert!(pattern(text).unwrap().matches(method, path), "{text} {path}");
        }
        for (text, method, path) in
            [("/copilot", "GET", "/copilot/chat"), ("GET /a", "POST", "/a"), ("/a/{x}", "GET", "/a/b"), ("/*/chat", "GET", "/chat")]
        {
            assert!(!pattern(text).unwrap().matches(Some(method), path), "{text} {path}");
        }
        for text in ["", "copilot", "FETCH /a", "GET", "GET /a b", "GET https://a.test"] {
            assert!(pattern(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_variable_is_found_in_what_computes_a_base() {
        let (spec, span) = ("openapi.yaml".to_owned(), Span::default());
        let (hosts, base_variables) = (Vec::new(), vec!["RUNS_URL".to_owned(), "endpoint".to_owned()]);
        let (surfaces, also_accepts, internal) = (Gitignore::empty(), Vec::new(), Vec::new());
        let twins = Arc::default();
        let declared = Declared { spec, span, hosts, base_variables, surfaces, twins, also_accepts, internal };
        for hole in ["$RUNS_URL", "${RUNS_URL:-x}", "{self.endpoint}", "{os.environ[\"RUNS_URL\"]}", "{endpoint.rstrip()}"] {
            assert!(declared.has_variable(hole), "{hole}");
        }
        for hole in ["$RUNS_URLS", "{my_endpoint}", "{Endpoint}", ""] {
            assert!(!declared.has_variable(hole), "{hole}");
        }
    }
}
