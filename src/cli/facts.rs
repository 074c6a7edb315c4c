//! `congruent facts`: everything that was extracted, one JSON object a line.

mod api;
mod request;

use std::borrow::Cow;

use rayon::prelude::*;
use serde::Serialize;

use super::exit::{Failure, Outcome};
use super::input::{Input, vocabulary};
use super::output::{stderr, stdout_open};
use crate::model::{Carrier, CredentialUse, Document, Facts, Gap, SecretFlow, Skipped, Span, UrlRef, Vocabulary, Wanted, printable};
use crate::run::with_facts;
use crate::triage::Masker;
use api::{OperationLine, SchemeLine};
use request::{Auth, RequestLine};

/// So many files are parsed before their facts are printed.
const BATCH: usize = 256;

/// Prints everything that is extracted from files, one JSON object a line.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    input: Input,
}

/// Prints the facts, sorted by path, line and column.
pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let project = arguments.input.project()?;
    let source = arguments.input.source(&project);
    let vocabulary = vocabulary(&project)?;
    let masker = Masker::new(&vocabulary);
    let threads = arguments.input.threads()?;
    let listing = threads.install(|| source.list());
    let mut skipped = listing.skipped;
    let mut files = 0;
    for batch in listing.entries.chunks(BATCH) {
        let parsed: Vec<_> = threads.install(|| {
            let lines = |document: &Document, facts: &Facts| lines(document, facts, &vocabulary, &masker);
            let parse = |entry| {
                with_facts(&*source, entry, &vocabulary, |_: &Document| Wanted::all(), |_, document, facts| lines(document, &facts))
            };
            batch.par_iter().map(parse).collect()
        });
        for file in parsed {
            match file {
                Ok(lines) => {
                    files += 1;
                    if !stdout_open(lines.as_bytes())? {
                        return Ok(outcome(files, &skipped));
                    }
                }
                Err(left_out) => skipped.push(left_out),
            }
        }
    }
    for gap in skipped.iter().filter(|skipped| skipped.gap != Gap::Policy) {
        stderr(&format!("not read: {}: {}", printable(&gap.path), printable(&gap.reason)));
    }
    Ok(outcome(files, &skipped))
}

fn outcome(files: usize, skipped: &[Skipped]) -> Outcome {
    match skipped.iter().map(|skipped| skipped.gap).max() {
        Some(Gap::Crash) => Outcome::Internal,
        Some(Gap::Unread) => Outcome::Incomplete,
        _ if files == 0 => Outcome::Incomplete,
        _ => Outcome::Clean,
    }
}

/// A fact as it is printed.
#[derive(Serialize)]
struct Line<'a> {
    kind: &'static str,
    path: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    #[serde(flatten)]
    fact: Fact<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Fact<'a> {
    Url {
        raw: String,
        text: String,
        url: Option<String>,
        host: Option<Cow<'a, str>>,
        role: &'static str,
        implied_by: Option<&'a str>,
        sample: Option<&'a str>,
        /// Why there is no URL.
        reason: Option<String>,
    },
    Credential {
        /// What people call it.
        name: &'a str,
        prefix: &'a str,
        #[serde(flatten)]
        carrier: CarrierLine<'a>,
    },
    Request(RequestLine<'a>),
    Operation(OperationLine),
    SecurityScheme(SchemeLine),
    Comment {
        text: String,
    },
    AuthClaim {
        /// `null` if requests need nothing.
        auth: Option<Auth<'a>>,
    },
    BearerKey {
        /// What people call it.
        name: &'a str,
        prefix: &'a str,
        /// Whether keys of the kind were told apart from other tokens before.
        told: bool,
    },
    SecretFlow {
        /// How it is shown.
        how: &'static str,
        source: Point,
        sink: Sink<'a>,
        /// Where it is kept on the way, in order.
        steps: Vec<Point>,
    },
    Issue {
        reason: Cow<'a, str>,
    },
}

/// A place in the same file.
#[derive(Serialize)]
struct Point {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

/// What shows a secret.
#[derive(Serialize)]
struct Sink<'a> {
    /// The call or command.
    name: Cow<'a, str>,
    /// What is handed to it, by its name.
    shows: String,
}

#[derive(Serialize)]
#[serde(tag = "carrier", rename_all = "lowercase")]
enum CarrierLine<'a> {
    Header { header: &'a str, scheme: Option<&'a str> },
    Query { parameter: &'a str },
    Cookie { cookie: &'a str },
    Basic,
    Bare,
}

/// The lines of one file.
fn lines(document: &Document, facts: &Facts, vocabulary: &Vocabulary, masker: &Masker) -> String {
    let urls = facts.urls.iter().map(|url| (url.span, "url", url_line(document, url, masker)));
    let credentials = facts.credentials.iter().map(|found| (found.span, "credential", credential_line(found, vocabulary)));
    let requests = facts.requests.iter().map(|request| (request.span, "request", Fact::Request(RequestLine::new(request, masker))));
    let comments = facts.comments.iter().map(|comment| {
        let text = masker.mask(document.slice(comment.text_span)).into_owned();
        (comment.span, "comment", Fact::Comment { text })
    });
    let flows = facts.secret_flows.iter().map(|flow| (flow.span, "secret-flow", flow_line(document, flow, masker)));
    // What stands in other files is a fact of theirs.
    let operations = facts.apis.iter().flat_map(|api| {
        let line = |(item, operation)| Fact::Operation(OperationLine::new(api, item, operation, masker));
        api.operations().map(move |found| (found.1.method.text.whole_span(), "operation", line(found)))
    });
    let schemes = facts.apis.iter().flat_map(|api| &api.schemes);
    let schemes =
        schemes.map(|scheme| (scheme.key.text.whole_span(), "security-scheme", Fact::SecurityScheme(SchemeLine::new(scheme, masker))));
    let claims =
        facts.auth_claims.iter().map(|claim| (claim.span, "auth-claim", Fact::AuthClaim { auth: claim.auth.as_ref().map(Auth::of) }));
    let bearers = facts.bearer_keys.iter().map(|key| {
        let kind = vocabulary.credentials.get(key.kind);
        let (name, prefix) = kind.map(|kind| (kind.name.as_str(), kind.prefix.as_str())).unwrap_or_default();
        (key.span, "bearer-key", Fact::BearerKey { name, prefix, told: key.is_told })
    });
    let issues = facts.issues.iter().map(|issue| (issue.span, "issue", Fact::Issue { reason: masker.mask(&issue.reason) }));
    let mut all: Vec<(Span, &'static str, Fact<'_>)> = urls
        .chain(credentials)
        .chain(requests)
        .chain(comments)
        .chain(claims)
        .chain(bearers)
        .chain(flows)
        .chain(operations)
        .chain(schemes)
        .chain(issues)
        .collect();
    all.sort_by_key(|(span, kind, _)| (*span, *kind));
    let mut out = Vec::new();
    for (span, kind, fact) in all {
        let (start, end) = (document.position(span.start), document.position(span.end));
        let (line, column, end_line, end_column) = (start.line, start.column, end.line, end.column);
        let line = Line { kind, path: document.path(), line, column, end_line, end_column, fact };
        // Neither the types nor the buffer can fail.
        if serde_json::to_writer(&mut out, &line).is_ok() {
            out.push(b'\n');
        }
    }
    String::from_utf8(out).unwrap_or_default()
}

fn url_line<'a>(document: &Document, fact: &'a UrlRef, masker: &Masker) -> Fact<'a> {
    Fact::Url {
        raw: masker.mask(document.slice(fact.span)).into_owned(),
        text: masker.mask(&fact.text).into_owned(),
        url: fact.reference.url().map(|url| masker.mask(url.as_str()).into_owned()),
        host: fact.reference.host().map(|host| masker.mask(host)),
        role: fact.role.name(),
        implied_by: fact.implied_by.as_deref(),
        sample: fact.sample.as_deref(),
        reason: fact.reference.reason(),
    }
}

fn flow_line<'a>(document: &Document, flow: &'a SecretFlow, masker: &Masker) -> Fact<'a> {
    let point = |span: Span| {
        let (start, end) = (document.position(span.start), document.position(span.end));
        Point { line: start.line, column: start.column, end_line: end.line, end_column: end.column }
    };
    Fact::SecretFlow {
        how: flow.kind.name(),
        source: point(flow.source),
        sink: Sink { name: masker.mask(&flow.sink), shows: masker.mask(&flow.name).into_owned() },
        steps: flow.steps.iter().map(|step| point(*step)).collect(),
    }
}

fn credential_line<'a>(found: &'a CredentialUse, vocabulary: &'a Vocabulary) -> Fact<'a> {
    let kind = vocabulary.credentials.get(found.kind);
    let carrier = match &found.carrier {
        Carrier::Header { name, scheme } => CarrierLine::Header { header: name, scheme: scheme.as_deref() },
        Carrier::Query(parameter) => CarrierLine::Query { parameter },
        Carrier::Cookie(cookie) => CarrierLine::Cookie { cookie },
        Carrier::Basic => CarrierLine::Basic,
        Carrier::Bare => CarrierLine::Bare,
    };
    Fact::Credential { name: kind.map_or("", |kind| &kind.name), prefix: kind.map_or("", |kind| &kind.prefix), carrier }
}
