//! What a project says of its contracts, as far as the file alone tells whether it is right.

use std::sync::Arc;

use toml::Spanned;

use super::problem::Problem;
use super::raw::{RawAlsoAccepts, RawContract};
use super::validate::Checker;
use crate::check::contract::{AlsoAccepts, Declared, OperationPattern};
use crate::model::HostSource;

impl Checker<'_> {
    pub(super) fn contract(&mut self, raw: RawContract) -> Declared {
        Declared {
            spec: self.path(&raw.spec),
            span: raw.spec.span().into(),
            hosts: raw.hosts.iter().filter_map(|host| self.api_host(host)).collect(),
            base_variables: raw.base_variables.iter().map(|name| self.variable(name)).collect(),
            surfaces: self.patterns(&raw.surfaces),
            twins: Arc::default(),
            also_accepts: raw.also_accepts.into_iter().map(|raw| self.also_accepts(raw)).collect(),
            internal: self.operations(&raw.internal),
        }
    }

    fn api_host(&mut self, raw: &Spanned<String>) -> Option<HostSource> {
        let text = raw.get_ref();
        let problem = match HostSource::parse(text) {
            Ok(host) if host.host().is_none() => Problem::new(raw.span(), format!("`{text}` would take every request for the API's"))
                .help("name a host: `api.example.com`, `*.example.com`"),
            Ok(_) if text.contains('/') => Problem::new(raw.span(), format!("`{text}` is more than a host"))
                .help("leave scheme and path out: base paths are those of the contract's `servers`"),
            Ok(host) => return Some(host),
            Err(reason) => Problem::new(raw.span(), reason),
        };
        self.problems.push(problem);
        None
    }

    fn variable(&mut self, raw: &Spanned<String>) -> String {
        let name = raw.get_ref();
        if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
            let problem = Problem::new(raw.span(), format!("`{name}` is no name of a variable"));
            self.problems.push(problem.help("write it without what marks it: `API_URL`, not `$API_URL` or `{API_URL}`"));
        }
        name.clone()
    }

    fn also_accepts(&mut self, raw: RawAlsoAccepts) -> AlsoAccepts {
        for (span, is_empty, what) in [
            (raw.operations.span(), raw.operations.get_ref().is_empty(), "`operations` names no operation"),
            (raw.reason.span(), !raw.reason.get_ref().contains(char::is_alphanumeric), "the reason is missing"),
        ] {
            if is_empty {
                self.problems.push(Problem::new(span, format!("{what}, so this entry would mean nothing")));
            }
        }
        let operations = self.operations(raw.operations.get_ref());
        AlsoAccepts { operations, span: raw.scheme.span().into(), scheme: raw.scheme.into_inner() }
    }

    fn operations(&mut self, raw: &[Spanned<String>]) -> Vec<OperationPattern> {
        let parse = |pattern: &Spanned<String>| match OperationPattern::parse(pattern.get_ref(), pattern.span().into()) {
            Ok(pattern) => Some(pattern),
            Err(reason) => {
                self.problems.push(Problem::new(pattern.span(), reason));
                None
            }
        };
        raw.iter().filter_map(parse).collect()
    }
}
