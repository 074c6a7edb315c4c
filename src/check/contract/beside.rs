//! The descriptions of a tree that are no contract of a request, and may tell of what it asks for, too.

use std::collections::BTreeSet;

use super::contracts::{ApiContract, Base, Contracts, base_path, templates};
use super::group::{ApiGroup, Contract};
use super::routes::{Prefix, Route, Routes};
use super::segment::RequestPath;
use crate::model::{ApiDescription, ApiVersion, PathItem};

impl Contracts {
    /// The contract of the API that a file describes, or describes a part of; `None` for what describes none.
    pub(super) fn described_in(&self, file: &str) -> Option<Option<&ApiContract>> {
        let index = self.described().iter().position(|api| api.files.iter().any(|known| known == file))?;
        Some(self.contract_of(index).or_else(|| self.iter().find(|contract| contract.api().files.iter().any(|known| known == file))))
    }

    /// The contract that a description is held against, or that it is itself.
    fn contract_of(&self, description: usize) -> Option<&ApiContract> {
        let is_of = |group: &&ApiGroup| {
            group.contract == Contract::Known(description) || group.others.iter().any(|other| other.description == description)
        };
        let Contract::Known(index) = self.groups().iter().find(is_of)?.contract else { return None };
        let files = &self.described().get(index)?.files;
        self.iter().find(|contract| contract.api().files == *files)
    }

    /// Whether an API beside those that are asked has an operation for a method and a path.
    pub(super) fn has_beside(&self, asked: &[(&ApiContract, Base)], method: Option<&str>, path: &RequestPath) -> bool {
        let routes = self.described_routes.get_or_init(|| self.described().iter().map(routes_of).collect());
        let is_asked = |index: usize| {
            let contract = self.contract_of(index);
            contract.is_some_and(|contract| asked.iter().any(|(known, _)| std::ptr::eq(*known, contract)))
        };
        let has = |api: &ApiDescription, routes: &Routes| {
            let is_it = |route: &Route| {
                let item = api.paths.get(route.template);
                let has = |item: &PathItem| {
                    item.operations.iter().any(|operation| method.is_none_or(|method| operation.method().eq_ignore_ascii_case(method)))
                };
                !route.is_guess && route.prefix != Prefix::Doubled && route.is_named_by(path) && item.is_some_and(has)
            };
            routes.find(path).iter().any(is_it)
        };
        let all = self.described().iter().zip(routes).enumerate();
        all.filter(|(_, (api, _))| api.version != ApiVersion::Fragment).any(|(index, (api, routes))| has(api, routes) && !is_asked(index))
    }
}

/// Which templates of a description paths can mean.
fn routes_of(api: &ApiDescription) -> Routes {
    let bases: BTreeSet<_> = api.servers.iter().map(base_path).collect();
    Routes::new(templates(api), bases.iter().map(String::as_str))
}
