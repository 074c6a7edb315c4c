//! Which operation of which contract a request asks for.

use super::contracts::{ApiContract, Base};
use super::declared::OperationPattern;
use super::routes::Route;
use super::segment::RequestPath;
use super::whose::Whose;
use crate::model::{Operation, PathItem, Request};

/// The contract of the API that a request goes to.
#[derive(Debug)]
pub(super) struct Reached<'a> {
    pub(super) contract: &'a ApiContract,
    /// What it asks for, if the contract has it: host, base path, path and method say so.
    pub(super) operation: Option<(&'a PathItem, &'a Operation)>,
    /// Whether it is known which host of the API it goes to.
    pub(super) is_exact: bool,
}

impl<'a> Reached<'a> {
    /// The API that a request goes to, as `whose` tells, and its path, which is one of the contract's or near one. `None` where two
    /// contracts have it.
    pub(super) fn by(request: &Request, whose: &Whose<'a>) -> Option<Self> {
        let reached: Vec<_> = whose.sent_to(request).into_iter().filter_map(|(contract, base)| Self::of(contract, base, request)).collect();
        let has_operation = reached.iter().any(|reached| reached.operation.is_some());
        let mut best = reached.into_iter().filter(|reached| reached.operation.is_some() || !has_operation);
        let first = best.next()?;
        best.next().is_none().then_some(first)
    }

    fn of(contract: &'a ApiContract, base: Base, request: &Request) -> Option<Self> {
        let path = RequestPath::of(&request.url);
        let operation = operation(contract, base, request, &path);
        let routes = contract.routes();
        let is_near = || routes.nearest(&path, |_| true).is_some();
        // Of what the reader's own machine is asked only what the contract has is known to be the API's.
        let is_ours = || base != Base::Near && (is_near() || routes.base_of(&path).is_some_and(|skipped| skipped > 0));
        let is_here = operation.is_some() || is_ours();
        // A host of one name stands for any (`https://your-platform/…`), as a sample of it does for what one really sends.
        let is_exact = base == Base::Host && request.reference.host().is_some_and(|host| host.contains('.'));
        is_here.then_some(Self { contract, operation, is_exact })
    }

    /// The schemes that the project says are accepted, by their names, though the contract does not say so.
    pub(super) fn also_accepted(&self, request: &Request) -> impl Iterator<Item = &'a str> {
        let method = request.method.as_ref().filter(|method| !method.has_holes()).map(|method| method.as_str().to_ascii_uppercase());
        let template = self.operation.and_then(|(item, _)| item.template.as_ref()).map(|template| template.as_str().to_owned());
        // Of what the contract does not have, one doesn't know where the base path ends.
        let paths = template.map_or_else(|| RequestPath::of(&request.url).ends(), |template| vec![template]);
        let matches = move |pattern: &OperationPattern| paths.iter().any(|path| pattern.matches(method.as_deref(), path));
        let all = self.contract.declared().into_iter().flat_map(|declared| &declared.also_accepts);
        all.filter(move |also| also.operations.iter().any(&matches)).map(|also| also.scheme.as_str())
    }
}

fn operation<'a>(contract: &'a ApiContract, base: Base, request: &Request, path: &RequestPath) -> Option<(&'a PathItem, &'a Operation)> {
    let method = request.method.as_ref().filter(|method| !method.has_holes())?.as_str();
    let is_meant = |route: &&Route| base.allows(route.prefix) && !route.is_guess;
    contract.routes().find(path).iter().filter(is_meant).find_map(|route| {
        let item = contract.api().paths.get(route.template)?;
        let operation = item.operations.iter().find(|operation| operation.method().eq_ignore_ascii_case(method))?;
        Some((item, operation))
    })
}
