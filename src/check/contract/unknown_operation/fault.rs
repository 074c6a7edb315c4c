//! What is wrong with what a request asks of an API, if anything is.

use crate::check::contract::contracts::{ApiContract, Base};
use crate::check::contract::nearest::edits;
use crate::check::contract::routes::{LiteralParameter, Prefix, Route};
use crate::check::contract::segment::{RequestPath, Segment, version};
use crate::model::{ApiWords, Operation, PathItem, Text};

/// What a request asks of an API, as far as it is known.
#[derive(Debug, Clone, Copy)]
pub(in crate::check::contract) struct Asked<'a> {
    pub(in crate::check::contract) contract: &'a ApiContract,
    /// What makes it the API's.
    pub(in crate::check::contract) base: Base,
    /// `None` if it is not known.
    pub(in crate::check::contract) method: Option<&'a str>,
    pub(in crate::check::contract) url: &'a Text<'static>,
    /// Whether a page only names it: then that it is the API's is known by its path alone.
    pub(in crate::check::contract) is_named: bool,
}

/// What the contract says to it.
#[derive(Debug)]
pub(in crate::check::contract) enum Answer<'a> {
    /// It is an operation. What stands where a parameter belongs may be meant for another one.
    Operation(&'a PathItem, Option<LiteralParameter>),
    /// It is none.
    Fault(Fault<'a>),
    /// It can't be said, and is none of the contract's matter.
    Open,
    /// It can't be said, for a part of the path is computed.
    Computed,
    /// It is asked of another API, or of none.
    Other,
}

/// Why a request asks for no operation.
#[derive(Debug)]
pub(in crate::check::contract) enum Fault<'a> {
    /// The path is there, with other methods.
    Method(&'a PathItem),
    /// What stands in front of the path is not the base path of a server.
    Base(&'a PathItem),
    /// The base path, or a part of the path, is there twice.
    Doubled(&'a PathItem),
    /// Nothing is there; this one is near.
    Unknown(Option<&'a PathItem>),
}

/// Methods that servers answer without being told to.
const IMPLIED: [&str; 4] = ["HEAD", "OPTIONS", "TRACE", "CONNECT"];

/// How many segments may stand in front of a path that are not those of a base path.
const MAX_PREFIX: usize = 3;

impl<'a> Asked<'a> {
    /// What the contract says.
    pub(in crate::check::contract) fn answer(&self, names: &ApiWords) -> Answer<'a> {
        let path = RequestPath::of(self.url);
        if path.segments().iter().all(|segment| segment.literal().is_none()) {
            return Answer::Open;
        }
        let routes = self.contract.routes().find(&path);
        let allowed = || routes.iter().filter(|route| self.base.allows(route.prefix));
        // What is written for one parameter is hardly meant for a literal of a template that takes the literals for its own parameters.
        let written = allowed().find(|route| !route.is_guess && route.literals.is_empty() && route.is_named_by(&path));
        let is_far = |route: &Route| written.is_some() && route.is_guess && !route.literals.is_empty();
        let is_near = |route: &&Route| !is_far(route);
        let found = allowed().filter(is_near).filter_map(|route| Some((self.item(route)?, route))).find(|(item, _)| self.has(item));
        if let Some((item, route)) = found {
            return Answer::Operation(item, self.mistaken(item, route, &path, names));
        }
        if allowed().filter(is_near).any(|route| route.is_guess) {
            return Answer::Computed;
        }
        // What is computed right behind the last name may begin with a slash.
        let is_glued = |last: &Segment| self.url.holes().any(|hole| hole.end == last.range().end && hole.start > last.range().start);
        if allowed().next().is_some() && path.segments().last().is_some_and(is_glued) {
            return Answer::Computed;
        }
        if let Some(item) = allowed().find_map(|route| self.item(route)) {
            let is_implied = self.method.is_some_and(|method| IMPLIED.contains(&method));
            return if is_implied { Answer::Open } else { Answer::Fault(Fault::Method(item)) };
        }
        let is_sure = |route: &&Route| !route.is_guess && route.is_named_by(&path);
        if let Some((item, route)) = routes.iter().filter(is_sure).find_map(|route| Some((self.item(route)?, route))) {
            return Answer::Fault(if route.prefix == Prefix::Doubled { Fault::Doubled(item) } else { Fault::Base(item) });
        }
        self.unknown(&path, names)
    }

    /// What is to be said of a path that no template fits.
    fn unknown(&self, path: &RequestPath, names: &ApiWords) -> Answer<'a> {
        let routes = self.contract.routes();
        let base = self.contract.base_of(self.url, path);
        let is_prefix = |segment: &Segment| {
            let literal = segment.literal().unwrap_or_default();
            version(literal).is_some() || names.prefixes.iter().any(|known| known == literal)
        };
        let others = path.segments().iter().take(MAX_PREFIX).take_while(|segment| is_prefix(segment)).count();
        // Another version is another API.
        if path
            .segments()
            .iter()
            .take(others)
            .filter_map(|segment| segment.literal())
            .any(|name| version(name).is_some() && !routes.has_in_front(name))
        {
            return Answer::Other;
        }
        if base.is_none() {
            for skipped in (1..=others).rev() {
                let rest = path.without(skipped);
                let found = routes
                    .find(&rest)
                    .into_iter()
                    .find(|route| route.prefix != Prefix::Doubled && !route.is_guess && route.is_named_by(&rest));
                if let Some(item) = found.and_then(|route| self.item(&route)) {
                    return Answer::Fault(Fault::Base(item));
                }
            }
        }
        let rest = path.without(base.unwrap_or(others));
        let Some(last) = rest.segments().last() else { return Answer::Open };
        let ahead = rest.segments().iter().take_while(|segment| is_prefix(segment)).count();
        let is_rooted = match rest.segments().get(ahead).and_then(Segment::literal) {
            Some(first) if ahead == 0 => routes.has_root(first),
            Some(_) => routes.has_start(&rest, ahead + 1),
            None => false,
        };
        // What stands in front of a version is mounted there, and another API.
        let is_mounted = || {
            let is_version = |segment: &Segment| segment.literal().is_some_and(|name| version(name).is_some());
            rest.segments().iter().skip(others.saturating_sub(base.unwrap_or(others)) + 1).any(is_version)
        };
        // Where all paths begin with what many begin with, others are none of the API.
        let is_below = || rest.segments().first().is_some_and(is_prefix) || !routes.all_begin(is_prefix);
        let is_file = last.literal().is_some_and(|name| names.files.iter().any(|end| name.ends_with(end.as_str())));
        let is_upkeep =
            rest.segments().first().and_then(Segment::literal).is_some_and(|first| names.upkeep.iter().any(|name| name == first));
        let is_ours = match self.base {
            Base::Host => base.is_some() && is_below() && !is_mounted(),
            // What begins as all paths of the API do is asked of it.
            Base::Near => ahead > 0 && routes.all_begin(is_prefix) && routes.has_start(&rest, ahead),
            Base::Open => true,
        };
        if !is_rooted && !is_ours {
            return Answer::Other;
        }
        if !is_rooted && (is_file || is_upkeep) {
            return Answer::Open;
        }
        // What is computed at the end may be several segments, or a query.
        let is_computed = self.url.holes().any(|hole| last.range().start < hole.end && hole.start < last.range().end);
        if is_computed && routes.has_below(&rest) {
            return Answer::Computed;
        }
        if routes.has_but_for_case(&rest) {
            return Answer::Open;
        }
        let has = |template: usize| self.contract.api().paths.get(template).is_some_and(|item| self.has(item));
        let near = routes.nearest(&rest, has).or_else(|| routes.nearest(&rest, |_| true));
        let near = near.and_then(|near| self.contract.api().paths.get(near.template));
        let is_alike = |item: &&PathItem| item.template.as_ref().is_some_and(|template| are_alike(template.as_str(), &rest, names));
        let near = near.filter(is_alike);
        // Pages leave out what all paths have in front, and name what something else adds to the API.
        if self.is_named && (near.is_none() || routes.has_behind(path, is_prefix)) {
            return Answer::Open;
        }
        // A slash at the end may be an empty parameter.
        if path.ends_in_slash() && routes.has_one_more(&rest) {
            return Answer::Open;
        }
        Answer::Fault(Fault::Unknown(near))
    }

    fn item(&self, route: &Route) -> Option<&'a PathItem> {
        self.contract.api().paths.get(route.template)
    }

    fn has(&self, item: &PathItem) -> bool {
        item.operations.iter().any(|operation| self.is_asked(operation))
    }

    fn is_asked(&self, operation: &Operation) -> bool {
        self.method.is_none_or(|method| operation.method().eq_ignore_ascii_case(method))
    }

    /// The literal in a parameter's place that is hardly a value of it.
    fn mistaken(&self, item: &PathItem, route: &Route, path: &RequestPath, names: &ApiWords) -> Option<LiteralParameter> {
        let asked = item.operations.iter().filter(|operation| self.is_asked(operation));
        let values: Vec<_> = asked.flat_map(|operation| &operation.parameters).flat_map(|parameter| &parameter.values).collect();
        let is_mistaken = |literal: &&LiteralParameter| {
            let Some(text) = path.segments().get(literal.segment).and_then(Segment::literal) else { return false };
            if values.iter().any(|value| *value == text) {
                return false;
            }
            let is_near = |sibling: &String| text.len() > 3 && edits(text, sibling) == 1;
            !literal.siblings.is_empty() && (names.deeds.iter().any(|deed| deed == text) || literal.siblings.iter().any(is_near))
        };
        route.literals.iter().find(is_mistaken).cloned()
    }
}

/// Whether a path has one of a template's literals, or nearly; what all paths have in front counts for nothing, and so does what is done.
pub(in crate::check::contract) fn are_alike(template: &str, path: &RequestPath, names: &ApiWords) -> bool {
    let is_common = |literal: &str| names.prefixes.iter().chain(&names.deeds).any(|known| known == literal);
    let says = |literal: &str| literal.len() > 2 && version(literal).is_none() && !is_common(literal);
    let known: Vec<_> = template.split('/').filter(|known| says(known) && !known.starts_with('{')).collect();
    let is_alike = |literal: &str| known.iter().any(|known| *known == literal || (literal.len() > 3 && edits(known, literal) == 1));
    path.segments().iter().filter_map(Segment::literal).filter(|literal| says(literal)).any(is_alike)
}
