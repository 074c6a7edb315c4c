//! Requests, and operations that pages name, that the contract of their API does not have.

mod fault;
mod neighbours;

use serde::{Deserialize, Serialize};

use super::contracts::{ApiContract, Base, Contracts};
use super::path_words::{PathWords, Tells, is_page};
use super::segment::{RequestPath, Segment};
use crate::check::{File, Verdict};
use crate::model::{Hit, PathItem, RelatedHit, Request, RequestPart, Severity, Span, Text};
use fault::{Answer, Asked, Fault, Names};
use neighbours::{Neighbours, Unknown};

/// What the rule knows of files and of paths.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// What the paths of files tell.
    paths: PathWords,
    /// First labels of hosts that serve pages, where a contract leaves that label open.
    pages: Vec<String>,
    /// Segments that stand in front of the paths of APIs, beside versions.
    prefixes: Vec<String>,
    /// Segments that say what is done, and are hardly the value of a parameter.
    deeds: Vec<String>,
    /// How the names of files end that servers hand out.
    files: Vec<String>,
    /// First segments of paths that are about a server and not its API.
    upkeep: Vec<String>,
}

impl Parameters {
    fn names(&self) -> Names<'_> {
        Names { prefixes: &self.prefixes, deeds: &self.deeds, files: &self.files, upkeep: &self.upkeep }
    }
}

/// Reports what a file asks of an API that its contract does not have.
pub(in crate::check) fn check(file: File<'_>, parameters: &Parameters, contracts: &Contracts) -> Verdict {
    let tells = parameters.paths.tells(file.document.path());
    if contracts.is_empty() || tells == Tells::Test {
        return Verdict::default();
    }
    let is_page = is_page(file.document.path());
    let neighbours = match contracts.may_be_behind_a_base(file.document.as_str()) {
        true => Neighbours::of(&file.facts.requests, is_page, contracts, parameters.names()),
        false => Neighbours::default(),
    };
    let whose = |request: &Request, url: &Text<'_>| {
        let unknown = Unknown::of(request, url, is_page);
        // What the samples of a page ask for without a base is asked of anything.
        if unknown.is_none() && url.as_str().starts_with('/') {
            return Vec::new();
        }
        let asked = contracts.asked(url, file.document.path(), &parameters.pages);
        match unknown {
            Some(unknown) if asked.is_empty() => neighbours.asked(&unknown).collect(),
            _ => asked,
        }
    };
    let mut hits: Vec<Hit> = Vec::new();
    for request in &file.facts.requests {
        let Some(mut hit) = hit(request, parameters, whose) else { continue };
        if tells == Tells::Then {
            hit.at_most = Some(Severity::Note);
        }
        // A call may have several methods, and a path several callers.
        if !hits.iter().any(|known| known.span == hit.span && known.message == hit.message) {
            hits.push(hit);
        }
    }
    Verdict { hits, unverified: Vec::new() }
}

fn hit<'a>(
    request: &'a Request,
    parameters: &Parameters,
    whose: impl Fn(&Request, &Text<'_>) -> Vec<(&'a ApiContract, Base)>,
) -> Option<Hit> {
    let method = request.method.as_ref().map(Text::as_str);
    let is_known = |part| !request.unknown.iter().any(|unknown| unknown.part == part);
    let method = method.filter(|_| is_known(RequestPart::Method));
    // What a server for assistants is asked, no description of an API has.
    if request.language == "mcp" {
        return None;
    }
    let is_named = matches!(request.language, "markdown" | "http");
    let mut found = None;
    // Where a call may ask for one of several, none of them may be an operation.
    for url in std::iter::once(&request.url).chain(&request.alternatives) {
        let answer = |(contract, base)| {
            let asked = Asked { contract, base, method, url, is_named: is_named && base == Base::Open };
            (asked, asked.answer(parameters.names()))
        };
        let answers: Vec<_> = whose(request, url).into_iter().map(answer).collect();
        if answers.iter().any(|(_, answer)| matches!(answer, Answer::Operation(_, None) | Answer::Open)) {
            return None;
        }
        let mut answers = answers.into_iter();
        let (Some(answer), None) = (answers.next(), answers.next()) else { return None };
        found.get_or_insert(answer);
    }
    let (asked, answer) = found?;
    if asked.contract.is_internal(method, &RequestPath::of(asked.url)) {
        return None;
    }
    let shown = shown(method, asked.url);
    let mut hit = Hit::new(place(request, asked.url), String::new());
    let of = |item: &PathItem| item.template.as_ref().map(|template| template.as_str().to_owned()).unwrap_or_default();
    let methods = |item: &PathItem| {
        let methods: Vec<_> = item.operations.iter().map(|operation| operation.method()).collect();
        match methods.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
            _ => methods.join(""),
        }
    };
    let (message, item) = match &answer {
        Answer::Operation(item, Some(literal)) => {
            hit.at_most = Some(Severity::Note);
            let path = RequestPath::of(asked.url);
            let text = path.segments().get(literal.segment).map(Segment::as_str).unwrap_or_default();
            let siblings: Vec<_> = literal.siblings.iter().take(4).map(|name| format!("`{name}`")).collect();
            (
                format!(
                    "{shown} is `{}` with `{text}` as the parameter's value; beside it the contract has {}",
                    of(item),
                    siblings.join(", ")
                ),
                Some(*item),
            )
        }
        Answer::Fault(Fault::Method(item)) => {
            (format!("{shown} is no operation of the contract: `{}` has {}", of(item), methods(item)), Some(*item))
        }
        Answer::Fault(Fault::Base(item)) => {
            let base = asked
                .contract
                .bases()
                .map(|base| if base.is_empty() { "/".to_owned() } else { base })
                .map(|base| format!("`{base}`"))
                .collect::<Vec<_>>();
            (format!("{shown} has another base path than the contract's {}, below which `{}` is", base.join(" or "), of(item)), Some(*item))
        }
        Answer::Fault(Fault::Doubled(item)) => {
            (format!("{shown} repeats a part of its path: the contract has `{}`", of(item)), Some(*item))
        }
        Answer::Fault(Fault::Unknown(Some(item))) => {
            (format!("{shown} is no operation of the contract; the nearest is `{} {}`", methods(item), of(item)), Some(*item))
        }
        Answer::Fault(Fault::Unknown(None)) => (format!("{shown} is no operation of the contract"), None),
        Answer::Operation(_, None) | Answer::Open => return None,
    };
    hit.message = message;
    let place = item.and_then(|item| asked.contract.place(item.template.as_ref()?.place()));
    hit.related.extend(place.map(|place| RelatedHit::There(place, "this is what the contract has".to_owned())));
    Some(hit)
}

/// What is asked for, as a reader knows it.
pub(super) fn shown(method: Option<&str>, url: &Text<'_>) -> String {
    let mut out = String::from("`");
    if let Some(method) = method {
        out.push_str(method);
        out.push(' ');
    }
    for segment in RequestPath::of(url).segments() {
        out.push('/');
        let name = segment.as_str();
        let is_part = |c: char| c.is_alphanumeric() || "-_:{}<>$".contains(c);
        match name.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            _ if segment.literal().is_some() || (name.chars().all(is_part) && name != "{}") => out.push_str(name),
            // The last part of a path of names says what it is: `{config.namespace}`.
            Some(path) if !path.is_empty() && path.chars().all(|c| is_part(c) || c == '.') => {
                out.push_str(&format!("{{{}}}", path.rsplit('.').next().unwrap_or_default()));
            }
            _ => out.push_str("{…}"),
        }
    }
    out.push('`');
    out
}

/// Where the path stands, or of one that is put together from several places its last part, or else the whole request.
fn place(request: &Request, url: &Text<'_>) -> Span {
    let path = RequestPath::of(url);
    let Some(last) = path.segments().last().map(Segment::range) else { return request.span };
    let end = url.span(last.clone()).end;
    let from = |segment: &Segment| {
        let at = segment.range().start;
        let start = at.saturating_sub(usize::from(url.as_str().get(..at).is_some_and(|before| before.ends_with('/'))));
        let (first, length) = (url.span(start..last.end).start, last.end - start);
        // What stands elsewhere is before it, or far away.
        (first < end && end - first <= 4 * length + 64).then(|| Span::new(first, end))
    };
    path.segments().iter().find_map(from).unwrap_or(request.span)
}
