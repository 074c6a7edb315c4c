//! Requests that authenticate otherwise than the contract of their API allows.

mod fix;
mod needs;
mod right;
mod said;
mod sent;

use std::cell::OnceCell;

use serde::{Deserialize, Serialize};

use super::contracts::ApiContract;
use super::path_words::{PathWords, Tells};
use super::reached::Reached;
use super::whose::Whose;
use crate::check::{File, Settings, Verdict};
use crate::model::{AuthClaim, Hit, Operation, Parameter, RelatedHit, Request, RequestAuth, RequestPart, Severity, Span};
use needs::{Met, Needs};
use right::Right;
use said::{described, named, related, sent_as};
use sent::{Credential, Sent, Words};

/// In so many lines above a request a comment may speak of it.
const MAX_ABOVE: usize = 40;

/// What the rule knows of files.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// What the paths of files tell.
    paths: PathWords,
    /// Words in the paths of operations that are there for those who have no credential yet, whatever a contract says of all operations.
    open: Vec<String>,
    /// Such that are there to get a credential, for which a client may have one of its own, or are about the API and none of it.
    logins: Vec<String>,
    /// Words in a request by which its credential comes from somewhere else.
    elsewhere: Vec<String>,
    /// What names say of credentials.
    words: Words,
}

/// Reports the requests of a file that send a credential in another way than any that their operation allows, or none.
pub(in crate::check) fn check(file: File<'_>, parameters: &Parameters, settings: &Settings) -> Verdict {
    if settings.contracts.is_empty() {
        return Verdict::default();
    }
    let tells = parameters.paths.tells(file.document.path());
    if tells == Tells::Test {
        return Verdict::default();
    }
    let is_dated = tells == Tells::Then;
    let whose = Whose::of(file, &settings.contracts);
    let right = OnceCell::new();
    let (mut hits, mut unverified): (Vec<Hit>, Vec<(Span, String)>) = (Vec::new(), Vec::new());
    for request in &file.facts.requests {
        let Some(reached) = Reached::by(request, &whose) else { continue };
        // For one reason it is said once.
        let open = open(file, parameters, request, &reached);
        unverified.extend(open.filter(|(_, reason)| !unverified.iter().any(|(_, known)| known == reason)));
        let Some(mut hit) = hit(file, parameters, request, &reached) else { continue };
        let right = right.get_or_init(|| Right::of(file, parameters, &whose));
        hit.related.extend(right.beside(file, request, &reached));
        if is_dated {
            hit.at_most = Some(Severity::Note);
        }
        // What was true at its time stays, and what goes to others, too, is theirs as well.
        if let Some(fix) = &mut hit.fix {
            fix.safe = !is_dated && !goes_elsewhere(file, &whose, hit.span);
        }
        // Headers that several requests share are one fault.
        match hits.iter_mut().find(|known| known.span == hit.span) {
            Some(known) => known.related.push(RelatedHit::Here(request.span, "this request sends it, too".to_owned())),
            None => hits.push(hit),
        }
    }
    hits.extend(file.facts.auth_claims.iter().filter_map(|claim| {
        let mut hit = claimed(settings, claim)?;
        hit.at_most = is_dated.then_some(Severity::Note);
        Some(hit)
    }));
    Verdict { hits, unverified }
}

/// What is wrong with what a manifest says of all requests.
fn claimed(settings: &Settings, claim: &AuthClaim) -> Option<Hit> {
    let contract = settings.contracts.only(claim.api.as_ref().map(|url| url.as_str()))?;
    let (message, related) = match &claim.auth {
        None => {
            let security = contract.api().security.as_ref()?;
            let needs = Needs::of(contract.api(), security)?;
            let message = format!("the API takes {}, and this says that nothing is needed", needs.sets());
            (message, related(contract, security, &needs).collect())
        }
        Some(auth) => {
            let (wanted, related) = instead(contract, auth)?;
            (format!("the API takes {wanted}, not {}", named(auth)), related)
        }
    };
    Some(Hit { related, ..Hit::new(claim.span, message) })
}

/// What a contract takes of all requests instead of this, and where it says so; `None` if it takes this.
pub(super) fn instead(contract: &ApiContract, auth: &RequestAuth) -> Option<(String, Vec<RelatedHit>)> {
    let security = contract.api().security.as_ref()?;
    let needs = Needs::of(contract.api(), security)?;
    let sent = Sent { auth: auth.clone(), header: None, credential: Credential::Other, is_bare: false };
    let is_taken = needs.schemes().any(|scheme| needs.accepts(scheme, &sent));
    (!is_taken).then(|| (needs.sets(), related(contract, security, &needs).collect()))
}

/// Whether requests to others send what stands there, too.
fn goes_elsewhere(file: File<'_>, whose: &Whose<'_>, span: Span) -> bool {
    let sends = |request: &&Request| request.headers.iter().any(|header| span.contains(header.name.whole_span()));
    file.facts.requests.iter().filter(sends).any(|request| Reached::by(request, whose).is_none())
}

/// Why it can't be said how a request authenticates that asks for a known operation. What only names one says nothing of it.
fn open(file: File<'_>, parameters: &Parameters, request: &Request, reached: &Reached<'_>) -> Option<(Span, String)> {
    let (_, operation) = reached.operation.filter(|_| !matches!(request.language, "markdown" | "postman" | "insomnia" | "har" | "mcp"))?;
    let unknown = request.unknown.iter().find(|unknown| unknown.part == RequestPart::Headers)?;
    let api = reached.contract.api();
    let needs = Needs::of(api, api.security_of(operation)?)?;
    let sent = Sent::all(request, &needs.headers(), &parameters.words, file.vocabulary);
    let is_said = needs.schemes().any(|scheme| sent.iter().any(|sent| needs.accepts(scheme, sent)));
    (!is_said).then(|| (request.span, format!("how requests to the API authenticate here is not known: {}", unknown.reason)))
}

fn hit(file: File<'_>, parameters: &Parameters, request: &Request, reached: &Reached<'_>) -> Option<Hit> {
    let api = reached.contract.api();
    // What the contract does not have needs what all operations need.
    let security = match &reached.operation {
        Some((_, operation)) => api.security_of(operation),
        None => api.security.as_ref(),
    }?;
    let mut needs = Needs::of(api, security)?;
    reached.also_accepted(request).for_each(|scheme| needs.also(api, scheme));
    let sent = Sent::all(request, &needs.headers(), &parameters.words, file.vocabulary);
    let met = needs.met(request, &sent);
    if matches!(met, Met::Yes) || (names(request, &parameters.logins) && is_left_open(request, reached)) {
        return None;
    }
    let subject = match (&reached.operation, &request.method) {
        (Some((item, operation)), _) => {
            format!("{} {}", operation.method(), item.template.as_ref().map(|template| template.as_str()).unwrap_or_default())
        }
        (None, _) => "the API".to_owned(),
    };
    // What an operation says itself that it takes in a header may stand for what it needs.
    if sent.iter().any(|sent| reached.operation.is_some_and(|(_, operation)| is_parameter(sent, operation))) {
        return None;
    }
    let wrong = sent.iter().find(|sent| !needs.schemes().any(|scheme| needs.accepts(scheme, sent)));
    let mut hit = match (wrong.or(sent.first()), &met) {
        (Some(sent), _) if wrong.is_some() || matches!(met, Met::No) => {
            if is_a_token_by_its_word(&needs, sent) {
                return None;
            }
            let own = needs.own(sent);
            let wanted = own.and_then(described).unwrap_or_else(|| needs.sets());
            let fault = format!("takes {wanted}, not {}", sent_as(sent, &needs));
            let mut hit = Hit::new(sent.place(file.document, request), format!("{subject} {fault}"));
            hit.group = Some(fault);
            // What is computed may have the word in front that is missed here.
            let is_near = needs.headers().iter().any(|name| name.eq_ignore_ascii_case("authorization"));
            if is_near && sent.is_bare && sent.header.is_some_and(|header| header.value.has_holes()) {
                hit.at_most = Some(Severity::Warning);
            }
            let mend = own.or_else(|| needs.only()).and_then(|scheme| fix::fix(file.document, request, sent, scheme));
            hit.fix = mend.filter(|_| own.is_some() || sent.credential != Credential::Token);
            hit
        }
        (_, Met::Partly(missing)) if is_certain(file, request, reached, parameters, &needs) => {
            let missing: Vec<_> = missing.iter().filter_map(|scheme| described(scheme)).collect();
            let mut hit = Hit::new(request.span, format!("{subject} also takes {}, which is not sent", missing.join(" and ")));
            hit.at_most = Some(Severity::Warning);
            hit
        }
        (None, Met::No) if is_certain(file, request, reached, parameters, &needs) => {
            let mut hit = Hit::new(request.span, format!("{subject} takes {}, and nothing of the kind is sent", needs.sets()));
            hit.at_most = Some(Severity::Warning);
            hit
        }
        _ => return None,
    };
    hit.request = Some(request.span);
    hit.related.extend(related(reached.contract, security, &needs));
    Some(hit)
}

/// Whether something is sent in a header that is a parameter of the operation.
fn is_parameter(sent: &Sent<'_>, operation: &Operation) -> bool {
    let Some(header) = sent.header.map(|header| header.name.as_str()) else { return false };
    let is_it = |parameter: &Parameter| parameter.location.as_str() == "header" && parameter.name.as_str().eq_ignore_ascii_case(header);
    !header.eq_ignore_ascii_case("authorization") && operation.parameters.iter().any(is_it)
}

/// Whether a token of an identity provider is sent as bearer, and the scheme that is asked for says in its description that such are.
fn is_a_token_by_its_word(needs: &Needs<'_>, sent: &Sent<'_>) -> bool {
    let is_bearer = matches!(&sent.auth, RequestAuth::Http(Some(scheme)) if scheme == "bearer");
    let says = |text: &str| {
        let text = text.to_ascii_lowercase();
        text.contains("bearer") && ["jwt", "oidc", "oauth"].iter().any(|word| text.contains(word))
    };
    is_bearer
        && sent.credential == Credential::Token
        && needs.schemes().any(|scheme| scheme.description.as_ref().is_some_and(|text| says(text.as_str())))
}

/// Whether one of these words stands in its path.
fn names(request: &Request, words: &[String]) -> bool {
    let url = request.url.as_str().to_ascii_lowercase();
    let path = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let path = path.split(['?', '#']).next().unwrap_or_default();
    path.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| words.iter().any(|known| known == word))
}

/// Whether the contract does not say itself what an operation needs that may be there for those who have no credential: then a client's own
/// password may be.
fn is_left_open(request: &Request, reached: &Reached<'_>) -> bool {
    let is_basic = |auth: &RequestAuth| matches!(auth, RequestAuth::Http(Some(scheme)) if scheme == "basic");
    reached.operation.is_none_or(|(_, operation)| operation.security.is_none() && request.auth.iter().any(is_basic))
}

/// Whether all of a request is known and shown, which of a collection or recording is not said, so that what it does not send is not sent.
fn is_certain(file: File<'_>, request: &Request, reached: &Reached<'_>, parameters: &Parameters, needs: &Needs<'_>) -> bool {
    let text = file.document.slice(request.span);
    let leaves_out =
        || text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | '{' | '}')).any(|word| matches!(word, "..." | "…"));
    request.is_complete()
        && !is_spoken_of(file, request, &needs.headers())
        && !matches!(request.language, "markdown" | "postman" | "insomnia" | "har" | "mcp")
        && reached.operation.is_some()
        && reached.is_exact
        && !names(request, &parameters.open)
        && !names(request, &parameters.logins)
        && !leaves_out()
        && !parameters.elsewhere.iter().any(|word| text.contains(word.as_str()))
}

/// Whether a comment of the sample, above the request, names a header of the key: then its author knows that it is left out.
fn is_spoken_of(file: File<'_>, request: &Request, headers: &[String]) -> bool {
    let above = file.document.as_str().get(..request.span.start).unwrap_or_default();
    let lines = above.lines().rev().take(MAX_ABOVE).map(str::trim_start);
    let comments = lines.take_while(|line| !line.starts_with("```")).filter(|line| line.starts_with('#') || line.starts_with("//"));
    comments.map(str::to_ascii_lowercase).any(|line| headers.iter().any(|header| line.contains(&header.to_ascii_lowercase())))
}
