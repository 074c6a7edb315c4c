//! Requests, and operations that pages name, that the contract of their API does not have.

pub(super) mod fault;
mod page;

use serde::{Deserialize, Serialize};

use super::contracts::{Base, Contracts};
use super::path_words::{PathWords, Tells};
use super::segment::{RequestPath, Segment};
use super::whose::Whose;
use crate::check::{File, Verdict};
use crate::model::{ApiWords, Hit, PathItem, Request, RequestPart, Severity, Span, Text};
use fault::{Answer, Asked, Fault};

/// What the rule knows of files.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// What the paths of files tell.
    paths: PathWords,
    /// Words of the line that names an operation, or of what it is listed below, that tell that it is gone.
    gone: Vec<String>,
}

/// Reports what a file asks of an API that its contract does not have.
pub(in crate::check) fn check(file: File<'_>, parameters: &Parameters, contracts: &Contracts) -> Verdict {
    if contracts.is_empty() {
        return Verdict::default();
    }
    let tells = parameters.paths.tells(file.document.path());
    if tells == Tells::Test {
        return Verdict::default();
    }
    let (whose, names) = (Whose::of(file, contracts), &file.vocabulary.apis);
    let mut hits: Vec<Hit> = Vec::new();
    let mut unverified = Vec::new();
    let told = |mut hit: Hit| {
        if tells == Tells::Then {
            hit.at_most = Some(Severity::Note);
        }
        hit
    };
    hits.extend(page::hit(file, names, contracts).map(told));
    for request in &file.facts.requests {
        unverified.extend(open(request, names, &whose, contracts));
    }
    for mut hit in file.facts.requests.iter().flat_map(|request| found(request, names, &whose)) {
        if hit.request.is_some_and(|span| is_gone(file.document.as_str(), span, &parameters.gone)) {
            continue;
        }
        if tells == Tells::Then {
            hit.at_most = Some(Severity::Note);
        }
        // A call may have several methods, and a path several callers.
        if !hits.iter().any(|known| known.span == hit.span && known.message == hit.message) {
            hits.push(hit);
        }
    }
    // Of one base it is said once.
    unverified.sort_by(|(one, a), (two, b)| (a, one).cmp(&(b, two)));
    unverified.dedup_by(|(_, one), (_, two)| one == two);
    Verdict { hits, unverified }
}

/// So many bytes above a line are looked at for what it is listed below.
const MAX_ABOVE: usize = 4096;

/// Whether a page says of what it names there that it is gone: in the line, or where a list begins that it is an item of.
fn is_gone(text: &str, span: Span, gone: &[String]) -> bool {
    let start = text.get(..span.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let says = |line: &str| line.split(|c: char| !c.is_alphabetic()).any(|word| gone.iter().any(|known| word.eq_ignore_ascii_case(known)));
    let indent = |line: &str| line.len() - line.trim_start().len();
    let is_item = |line: &str| line.trim_start().starts_with(['-', '*', '+']);
    if !is_item(line) {
        return false;
    }
    let above = text
        .get(text.floor_char_boundary(start.saturating_sub(MAX_ABOVE))..start)
        .unwrap_or_default()
        .lines()
        .rev()
        .filter(|line| !line.trim().is_empty());
    let head = above.map(str::trim_end).find(|above| !is_item(above) && indent(above) <= indent(line) || indent(above) < indent(line));
    says(line) || head.is_some_and(says)
}

/// Why it can't be said whether a request asks for an operation, if a contract may have it.
fn open(request: &Request, names: &ApiWords, whose: &Whose<'_>, contracts: &Contracts) -> Option<(Span, String)> {
    let (method, url) = (request.method.as_ref().map(Text::as_str), &request.url);
    let answer = |contract, base| Asked { contract, base, method, url, is_named: false }.answer(names);
    let asked = whose.asked(request, url);
    if asked.iter().any(|(contract, base)| matches!(answer(contract, *base), Answer::Computed)) {
        return Some((place(request, url), format!("which operation {} is depends on what is computed in it", shown(method, url))));
    }
    let base = whose.open_base(request)?;
    let is_operation = |contract| match answer(contract, Base::Open) {
        Answer::Operation(item, None) => {
            item.template.as_ref().is_some_and(|template| fault::are_alike(template.as_str(), &RequestPath::of(url), names))
        }
        _ => false,
    };
    let is_one = asked.is_empty() && contracts.iter().any(is_operation);
    is_one.then(|| {
        (place(request, url), format!("whether `{base}` is the API's is not known: `base-variables` of `[[contract]]` can say so"))
    })
}

/// In so many URLs of one call at least they are a table, all of which are asked for.
const MIN_TABLE: usize = 3;

/// What a request asks for that is none of the operations it may ask for.
fn found<'a>(request: &'a Request, names: &ApiWords, whose: &Whose<'a>) -> Vec<Hit> {
    let method = request.method.as_ref().map(Text::as_str);
    let is_known = |part| !request.unknown.iter().any(|unknown| unknown.part == part);
    let method = method.filter(|_| is_known(RequestPart::Method));
    // What a server for assistants is asked, no description of an API has.
    if request.language == "mcp" {
        return Vec::new();
    }
    let is_named = matches!(request.language, "markdown" | "http");
    let mut faults = Vec::new();
    let mut operations = 0;
    for url in std::iter::once(&request.url).chain(&request.alternatives) {
        let answer = |(contract, base)| {
            let asked = Asked { contract, base, method, url, is_named: is_named && base == Base::Open };
            (asked, asked.answer(names))
        };
        let answers: Vec<_> = whose.asked(request, url).into_iter().map(answer).collect();
        if answers.iter().any(|(_, answer)| matches!(answer, Answer::Open | Answer::Computed)) {
            return Vec::new();
        }
        if answers.iter().any(|(_, answer)| matches!(answer, Answer::Operation(_, None))) {
            operations += 1;
            continue;
        }
        match nearest_of(answers) {
            Some(answer) => faults.push(answer),
            None => return Vec::new(),
        }
    }
    if operations == 0 {
        faults.truncate(1);
    } else if operations + faults.len() < MIN_TABLE || operations < faults.len() {
        // Where a call may ask for one of several, none of them may be an operation.
        return Vec::new();
    } else {
        faults.retain(|(_, answer)| matches!(answer, Answer::Fault(Fault::Unknown(_) | Fault::Base(_) | Fault::Doubled(_))));
    }
    faults.iter().filter_map(|(asked, answer)| hit(request, method, asked, answer)).collect()
}

fn hit(request: &Request, method: Option<&str>, asked: &Asked<'_>, answer: &Answer<'_>) -> Option<Hit> {
    if asked.contract.is_internal(method, &RequestPath::of(asked.url)) {
        return None;
    }
    let shown = shown(method, asked.url);
    let mut hit = Hit::new(place(request, asked.url), String::new());
    let of = |item: &PathItem| item.template.as_ref().map(|template| template.as_str().to_owned()).unwrap_or_default();
    let (message, item) = match answer {
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
        Answer::Operation(_, None) | Answer::Open | Answer::Computed | Answer::Other => return None,
    };
    hit.message = message;
    hit.request = Some(request.span);
    let there = item.and_then(|item| asked.contract.related(item.template.as_ref()?.place(), "this is what the contract has".to_owned()));
    hit.related.extend(there);
    Some(hit)
}

/// The methods of a path, in words.
fn methods(item: &PathItem) -> String {
    let methods: Vec<_> = item.operations.iter().map(|operation| operation.method()).collect();
    match methods.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => methods.join(""),
    }
}

/// The answer of the contract that a request is the nearest to, of several that don't have it; `None` if it is near to none of them.
fn nearest_of<'r, 'a>(answers: Vec<(Asked<'r>, Answer<'a>)>) -> Option<(Asked<'r>, Answer<'a>)> {
    let answers: Vec<_> = answers.into_iter().filter(|(_, answer)| !matches!(answer, Answer::Other)).collect();
    let is_one = answers.len() == 1;
    let far = |(_, answer): &(Asked<'_>, Answer<'_>)| match answer {
        Answer::Operation(..) => Some(0),
        Answer::Fault(Fault::Method(_)) => Some(1),
        Answer::Fault(Fault::Doubled(_)) => Some(2),
        Answer::Fault(Fault::Unknown(Some(_))) => Some(3),
        Answer::Fault(Fault::Base(_)) => Some(4),
        Answer::Fault(Fault::Unknown(None)) => is_one.then_some(5),
        Answer::Open | Answer::Computed | Answer::Other => None,
    };
    answers.into_iter().filter_map(|answer| Some((far(&answer)?, answer))).min_by_key(|(far, _)| *far).map(|(_, answer)| answer)
}

/// What is asked for, as a reader knows it.
fn shown(method: Option<&str>, url: &Text<'_>) -> String {
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
