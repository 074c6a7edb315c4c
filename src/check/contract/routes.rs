//! Which templates of a contract a path can mean.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Range;

use super::segment::{Fit, RequestPath, Segment, template, version};

/// How many segments of a path may be repeated at its start, as when a base path is joined twice.
const MAX_REPEATED: usize = 3;

/// The templates of a contract, and the base paths of its servers.
///
/// A path is matched in time that does not depend on the number of templates, unless it has holes where they differ.
#[derive(Debug)]
pub struct Routes {
    pub(super) templates: Vec<Vec<Segment>>,
    /// The base paths, longest first.
    bases: Vec<Vec<Segment>>,
    nodes: Vec<Node>,
}

/// A place in the tree of all templates.
#[derive(Debug, Default)]
struct Node {
    literals: HashMap<String, usize>,
    /// The segments with parameters, each different from the others.
    others: Vec<(Segment, usize)>,
    /// The templates that end here.
    ends: Vec<usize>,
}

/// A template that a path can mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The index of the template.
    pub template: usize,
    /// What stands in front of it.
    pub prefix: Prefix,
    /// The segments that are literals where the template has parameters.
    pub literals: Vec<LiteralParameter>,
    /// Whether something that is computed was taken for a literal: it may be another one.
    pub is_guess: bool,
}

impl Route {
    /// Whether it has anything but parameters for the segments of a path.
    pub(super) fn is_named_by(&self, path: &RequestPath) -> bool {
        let is_named = |(index, segment): (usize, &Segment)| {
            segment.literal().is_some_and(|literal| version(literal).is_none())
                && !self.literals.iter().any(|literal| literal.segment == index)
        };
        path.segments().iter().enumerate().any(is_named)
    }
}

/// A literal where a template has a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiteralParameter {
    /// The index of the segment in the path.
    pub segment: usize,
    /// The literals that the contract has at the same place, sorted.
    pub siblings: Vec<String>,
}

/// What stands in front of a template in a path. The smaller, the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Prefix {
    /// The whole base path of a server.
    Base,
    /// Nothing, though every server has a base path.
    None,
    /// The end of a server's base path.
    Part,
    /// The base path, or a part of the path, twice: `/api/v1/v1`.
    Doubled,
}

impl Routes {
    /// The templates of a contract, by their indices, and the paths of its servers' URLs.
    pub fn new<'a>(templates: impl IntoIterator<Item: AsRef<str>>, bases: impl IntoIterator<Item = &'a str>) -> Self {
        let mut routes = Self {
            templates: templates.into_iter().map(|text| template(text.as_ref())).collect(),
            bases: bases.into_iter().map(template).collect(),
            nodes: vec![Node::default()],
        };
        if routes.bases.is_empty() {
            routes.bases.push(Vec::new());
        }
        routes.bases.sort_by_key(|base| Reverse(base.len()));
        for (index, segments) in routes.templates.iter().enumerate() {
            let mut at = 0;
            for segment in segments {
                at = child(&mut routes.nodes, at, segment);
            }
            if let Some(node) = routes.nodes.get_mut(at) {
                node.ends.push(index);
            }
        }
        routes
    }

    /// The templates that a path can mean, the one that is meant first (OpenAPI 3.1, 4.8.8.2: concrete ones before those with
    /// parameters). Of the prefixes only the best counts.
    pub fn find(&self, path: &RequestPath) -> Vec<Route> {
        let segments: Vec<_> = path.segments().iter().enumerate().collect();
        let prefixes = [Prefix::Base, Prefix::None, Prefix::Part];
        let found = prefixes.into_iter().map(|prefix| self.behind(prefix, &segments)).find(|found| !found.is_empty());
        found.unwrap_or_else(|| {
            let once = repeats(&segments).filter_map(|range| {
                let rest: Vec<_> = segments.iter().enumerate().filter(|(at, _)| !range.contains(at)).map(|(_, segment)| *segment).collect();
                prefixes.into_iter().map(|prefix| self.behind(prefix, &rest)).find(|found| !found.is_empty())
            });
            let mut found = once.into_iter().next().unwrap_or_default();
            found.iter_mut().for_each(|route| route.prefix = Prefix::Doubled);
            found
        })
    }

    /// How many segments the base path of a server takes of a path, the longest first.
    pub(super) fn base_of(&self, path: &RequestPath) -> Option<usize> {
        self.bases.iter().find(|base| path.begins_with(base)).map(Vec::len)
    }

    /// Whether a literal stands in a base path, or in front of a template.
    pub(super) fn has_in_front(&self, literal: &str) -> bool {
        let is_it = |segment: &Segment| segment.literal() == Some(literal);
        self.bases.iter().any(|base| base.iter().any(is_it)) || self.templates.iter().any(|template| template.iter().take(2).any(is_it))
    }

    /// Whether all templates begin with a segment of a kind.
    pub(super) fn all_begin(&self, is_of_kind: impl Fn(&Segment) -> bool) -> bool {
        !self.templates.is_empty() && self.templates.iter().all(|template| template.first().is_some_and(&is_of_kind))
    }

    /// Whether a template begins with a literal, behind prefixes that all may have.
    pub(super) fn has_root(&self, literal: &str) -> bool {
        self.templates.iter().any(|template| template.iter().take(2).any(|segment| segment.literal() == Some(literal)))
    }

    /// Whether a template begins with so many literals of a path.
    pub(super) fn has_start(&self, path: &RequestPath, count: usize) -> bool {
        let same = |(known, segment): (&Segment, &Segment)| known.literal().is_some() && known.literal() == segment.literal();
        let starts = |template: &Vec<Segment>| template.len() >= count && template.iter().zip(path.segments()).take(count).all(same);
        self.templates.iter().any(starts)
    }

    /// Whether a template fits a path that leaves out segments of the kind that many begin with.
    pub(super) fn has_behind(&self, path: &RequestPath, is_prefix: impl Fn(&Segment) -> bool) -> bool {
        let fits = |template: &Vec<Segment>| {
            let rest: Vec<_> = template.iter().skip_while(|segment| is_prefix(segment)).collect();
            rest.len() < template.len()
                && rest.len() == path.segments().len()
                && rest.iter().zip(path.segments()).all(|(known, segment)| known.fit(segment).is_some())
        };
        self.templates.iter().any(fits)
    }

    /// Whether a template fits a path but for the case of literals that it begins with a capital.
    pub(super) fn has_but_for_case(&self, path: &RequestPath) -> bool {
        let fits = |(known, segment): (&Segment, &Segment)| known.fit(segment).is_some() || known.is_but_for_case(segment);
        let segments = path.segments();
        self.templates.iter().any(|template| template.len() == segments.len() && template.iter().zip(segments).all(fits))
    }

    /// Whether a template has one parameter more than a path, at its end.
    pub(super) fn has_one_more(&self, path: &RequestPath) -> bool {
        let segments = path.segments();
        let fits = |template: &Vec<Segment>| {
            template.len() == segments.len() + 1
                && template.last().is_some_and(Segment::is_hole)
                && template.iter().zip(segments).all(|(known, segment)| known.fit(segment).is_some())
        };
        self.templates.iter().any(fits)
    }

    /// Whether a template begins with all segments of a path but the last.
    pub(super) fn has_below(&self, path: &RequestPath) -> bool {
        let segments = path.segments().split_last().map_or(&[][..], |(_, rest)| rest);
        let fits = |template: &Vec<Segment>| {
            template.len() > segments.len() && template.iter().zip(segments).all(|(known, segment)| known.fit(segment).is_some())
        };
        self.templates.iter().any(fits)
    }

    /// The templates behind such a prefix of these segments.
    fn behind(&self, prefix: Prefix, segments: &[(usize, &Segment)]) -> Vec<Route> {
        let starts = |base: &[Segment]| {
            let fits = |(base, (_, segment)): (&Segment, &(usize, &Segment))| base.fit(segment).is_some();
            (segments.len() >= base.len() && base.iter().zip(segments).all(fits)).then_some(base.len())
        };
        let mut skipped: Vec<usize> = match prefix {
            Prefix::Base => self.bases.iter().filter_map(|base| starts(base)).collect(),
            Prefix::None => vec![0],
            Prefix::Part => {
                // A variable alone would be any segment.
                let is_named = |end: &&[Segment]| end.first().is_some_and(|first| first.literal().is_some());
                let ends = self.bases.iter().flat_map(|base| (1..base.len()).filter_map(|from| base.get(from..)));
                ends.filter(is_named).filter_map(starts).collect()
            }
            Prefix::Doubled => Vec::new(),
        };
        skipped.sort_unstable_by_key(|skipped| Reverse(*skipped));
        skipped.dedup();
        let found = skipped.into_iter().map(|skip| self.walk(prefix, segments.get(skip..).unwrap_or_default()));
        found.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
    }

    /// Walks down the tree; every node is met at most once for each of its ways to be reached, which is one.
    fn walk(&self, prefix: Prefix, segments: &[(usize, &Segment)]) -> Vec<Route> {
        let mut found: Vec<(Vec<Fit>, Route)> = Vec::new();
        let mut open = vec![(0, 0, Vec::new(), Vec::new())];
        while let Some((node, at, fits, literals)) = open.pop() {
            let Some(Node { literals: named, others, ends }) = self.nodes.get(node) else { continue };
            let Some(&(index, segment)) = segments.get(at) else {
                let route = |&template: &usize| {
                    let is_guess = fits.contains(&Fit::Guess);
                    (fits.clone(), Route { template, prefix, literals: literals.clone(), is_guess })
                };
                found.extend(ends.iter().map(route));
                continue;
            };
            let mut go = |next: usize, to: usize, fit: Fit| {
                let mut fits = fits.clone();
                fits.push(fit);
                let mut literals = literals.clone();
                if fit == Fit::LiteralParameter {
                    let mut siblings: Vec<_> = named.keys().cloned().collect();
                    siblings.sort_unstable();
                    literals.push(LiteralParameter { segment: index, siblings });
                }
                open.push((next, to, fits, literals));
            };
            if let Some(&next) = named.get(segment.as_str()) {
                go(next, at + 1, Fit::Literal);
            }
            if segment.literal().is_none() {
                let others = named.iter().filter(|(name, _)| *name != segment.as_str() && segment.may_be(name));
                others.for_each(|(_, &next)| go(next, at + 1, Fit::Guess));
            }
            for (other, next) in others {
                if let Some(fit) = other.fit(segment) {
                    let last = if other.is_rest() { segments.len() } else { at + 1 };
                    (at + 1..=last).for_each(|to| go(*next, to, fit));
                }
            }
        }
        let guesses = |fits: &[Fit]| fits.iter().filter(|fit| **fit == Fit::Guess).count();
        found.sort_by(|(one, a), (two, b)| (guesses(one), one, a.template).cmp(&(guesses(two), two, b.template)));
        found.into_iter().map(|(_, route)| route).collect()
    }
}

/// The node below another one that this segment leads to, a new one if none does.
fn child(nodes: &mut Vec<Node>, at: usize, segment: &Segment) -> usize {
    let new = nodes.len();
    let Some(node) = nodes.get_mut(at) else { return at };
    let found = match segment.literal() {
        Some(literal) => *node.literals.entry(literal.to_owned()).or_insert(new),
        // All parameters are one: their names mean nothing here.
        None => match node.others.iter().find(|(other, _)| other.is_same_parameter(segment)) {
            Some((_, next)) => *next,
            None => {
                node.others.push((segment.clone(), new));
                new
            }
        },
    };
    if found == new {
        nodes.push(Node::default());
    }
    found
}

/// The second copies of what is repeated in a path, first those nearest to its start.
fn repeats(segments: &[(usize, &Segment)]) -> impl Iterator<Item = Range<usize>> {
    let text = |at: usize| segments.get(at).and_then(|(_, segment)| segment.literal());
    let lengths = move |start: usize| (1..=MAX_REPEATED).map(move |length| (start, length));
    let is_repeated =
        move |&(start, length): &(usize, usize)| (start..start + length).all(|at| text(at).is_some() && text(at) == text(at + length));
    (0..=MAX_REPEATED).flat_map(lengths).filter(is_repeated).map(|(start, length)| start + length..start + 2 * length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::Text;

    fn path(url: &str) -> RequestPath {
        RequestPath::of(&Text::exact(url, 0))
    }

    fn find(templates: &[&str], bases: &[&str], url: &str) -> Vec<String> {
        let routes = Routes::new(templates.iter().copied(), bases.iter().copied());
        let line = |route: Route| {
            let prefix = match route.prefix {
                Prefix::Base => "",
                Prefix::None => " none",
                Prefix::Part => " part",
                Prefix::Doubled => " doubled",
            };
            let literals: String = route.literals.iter().map(|literal| format!(" {}{:?}", literal.segment, literal.siblings)).collect();
            format!("{}{prefix}{literals}{}", templates[route.template], if route.is_guess { " guess" } else { "" })
        };
        routes.find(&path(url)).into_iter().map(line).collect()
    }

    #[test]
    fn concrete_templates_come_before_those_with_parameters() {
        let pets = ["/pets/{petId}", "/pets/mine", "/{entity}/me", "/books/{id}"];
        assert_eq!(find(&pets, &[], "/pets/mine"), ["/pets/mine", "/pets/{petId} 1[\"mine\"]"]);
        assert_eq!(find(&pets, &[], "/pets/{id}"), ["/pets/{petId}", "/pets/mine guess", "/{entity}/me 0[\"books\", \"pets\"] guess"]);
        assert_eq!(find(&pets, &[], "/books/me"), ["/books/{id} 1[]", "/{entity}/me 0[\"books\", \"pets\"]"]);
        assert_eq!(find(&pets, &[], "/pets/:petId/"), ["/pets/{petId}", "/pets/mine guess", "/{entity}/me 0[\"books\", \"pets\"] guess"]);
        assert_eq!(find(&pets, &[], "/pets"), [""; 0]);
        assert_eq!(find(&["/"], &["/v1"], "https://a.test/v1"), ["/"]);
        assert_eq!(find(&["/memories/{id}", "/memories/search"], &[], "/memories/add"), ["/memories/{id} 1[\"search\"]"]);
    }

    #[test]
    fn one_segment_may_hold_several_parameters() {
        let templates =
            ["/{owner}/compare/{both}", "/{owner}/compare/{base}...{head}", "/report.{format}", "/v1/{name}:cancel", "/files/{path+}"];
        assert_eq!(find(&templates, &[], "/me/compare/a...b")[0], "/{owner}/compare/{base}...{head} 0[\"files\", \"v1\"]");
        assert_eq!(find(&templates, &[], "/report.csv"), ["/report.{format}"]);
        assert_eq!(find(&templates, &[], "/v1/x:cancel"), ["/v1/{name}:cancel"]);
        assert_eq!(find(&templates, &[], "/v1/x:stop"), [""; 0]);
        assert_eq!(find(&templates, &[], "/files/a/b/c"), ["/files/{path+} 1[]"]);
        assert_eq!(find(&templates, &[], "/files"), [""; 0]);
    }

    #[test]
    fn what_stands_in_front_is_told() {
        let bases = ["/api/v1", "/api/v1/workspaces/{workspace}"];
        let templates = ["/runs", "/runs/{id}"];
        assert_eq!(find(&templates, &bases, "https://a.test/api/v1/runs"), ["/runs"]);
        assert_eq!(find(&templates, &bases, "https://a.test/api/v1/workspaces/w/runs/{id}"), ["/runs/{id}"]);
        assert_eq!(find(&templates, &bases, "https://a.test/runs"), ["/runs none"]);
        assert_eq!(find(&templates, &bases, "/v1/runs"), ["/runs part"]);
        assert_eq!(find(&templates, &bases, "/api/v1/v1/runs"), ["/runs doubled"]);
        assert_eq!(find(&templates, &bases, "/api/v1/api/v1/runs/7"), ["/runs/{id} doubled 5[]"]);
        assert_eq!(find(&templates, &bases, "/api/runs"), [""; 0]);
        assert_eq!(find(&templates, &bases, "/api/v2/runs"), [""; 0]);
        assert_eq!(find(&["/v1/runs"], &["/"], "/v1/v1/runs"), ["/v1/runs doubled"]);
        assert_eq!(find(&["/v1/v1"], &[], "/v1/v1"), ["/v1/v1"]);
        // A base path that the templates have as well.
        assert_eq!(find(&["/v1/runs"], &["/v1"], "/v1/runs"), ["/v1/runs none"]);
    }

    #[test]
    fn holes_fit_whatever_they_may_be() {
        let computed = |url: &str, hole: &str| {
            let holes: Vec<_> = url.match_indices(hole).map(|(at, hole)| at..at + hole.len()).collect();
            let url = Text::exact(url, 0).with_holes(&holes);
            Routes::new(["/runs", "/runs/{id}", "/runs/{id}/events"], []).find(&RequestPath::of(&url))
        };
        let found = |found: Vec<Route>| found.into_iter().map(|route| (route.template, route.is_guess)).collect::<Vec<_>>();
        assert_eq!(found(computed("{base}/runs", "{base}")), [(0, false)]);
        assert_eq!(found(computed("/runs/{f(x)}", "{f(x)}")), [(1, false)]);
        assert_eq!(found(computed("/runs/1/{x}", "{x}")), [(2, true)]);
        assert_eq!(found(computed("/runs{query}", "{query}")), [(0, true)]);
        assert_eq!(found(computed("/{x}/1", "{x}")), [(1, true)]);
    }

    fn words() -> impl Strategy<Value = String> {
        prop::sample::select(vec!["a", "b", "ab", "v1", "{x}", "{y}", "a{x}", "{x}.b"]).prop_map(str::to_owned)
    }

    proptest! {
        #[test]
        fn the_tree_finds_what_a_look_at_every_template_finds(
            templates in prop::collection::vec(prop::collection::vec(words(), 0..4), 0..8),
            request in prop::collection::vec(words(), 0..4),
        ) {
            let templates: Vec<_> = templates.iter().map(|segments| format!("/{}", segments.join("/"))).collect();
            let request = path(&format!("/{}", request.join("/")));
            let fits = |known: &str| {
                let known = template(known);
                known.len() == request.segments().len() && known.iter().zip(request.segments()).all(|(known, segment)| known.fit(segment).is_some())
            };
            let expected: Vec<_> = (0..templates.len()).filter(|index| fits(&templates[*index])).collect();
            let routes = Routes::new(templates.iter().map(String::as_str), []);
            let mut found: Vec<_> = routes.behind(Prefix::Base, &request.segments().iter().enumerate().collect::<Vec<_>>()).iter().map(|route| route.template).collect();
            found.sort_unstable();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn any_url_has_a_path(url in "\\PC{0,24}", template in "[/{}a+*.:]{0,12}") {
            let path = path(&url);
            let routes = Routes::new([template.as_str()], [url.as_str()]);
            routes.find(&path);
            routes.nearest(&path, |_| true);
        }
    }
}
