//! What an operation needs of a request, and whether the request has it.

use super::said::{described, in_front};
use super::sent::{Credential, Sent};
use crate::model::{
    ApiDescription, KeyLocation, Request, RequestAuth, RequestHeader, RequestPart, Security, SecurityScheme, SecuritySchemeKind,
};

/// The schemes of which a request has to use one set at least, all of it.
#[derive(Debug)]
pub(super) struct Needs<'a> {
    sets: Vec<Vec<&'a SecurityScheme>>,
    also: Vec<Also<'a>>,
}

/// What is accepted though the contract does not say so.
#[derive(Debug)]
enum Also<'a> {
    /// One of the contract's schemes.
    Scheme(&'a SecurityScheme),
    /// A scheme of HTTP authentication, by its name.
    Http(&'a str),
}

/// How far a request meets what is needed.
#[derive(Debug)]
pub(super) enum Met<'a> {
    /// It does, or may do.
    Yes,
    /// It uses these of a set, and nothing of the others, which are needed too.
    Partly(Vec<&'a SecurityScheme>),
    /// It does not.
    No,
}

impl<'a> Needs<'a> {
    /// What is needed; `None` if one of the schemes isn't known, or if a request may do without any.
    pub(super) fn of(api: &'a ApiDescription, security: &Security) -> Option<Self> {
        if !security.is_complete || security.is_optional() {
            return None;
        }
        let scheme = |name: &str| api.scheme(name).filter(|scheme| described(scheme).is_some());
        let sets = security.alternatives.iter().map(|needed| needed.schemes.iter().map(|used| scheme(used.name.as_str())).collect());
        sets.collect::<Option<Vec<Vec<_>>>>().filter(|sets| !sets.is_empty()).map(|sets| Self { sets, also: Vec::new() })
    }

    /// Adds a scheme that is accepted though the contract does not say so, by the name that the contract or HTTP gives it.
    pub(super) fn also(&mut self, api: &'a ApiDescription, name: &'a str) {
        self.also.push(api.scheme(name).map_or(Also::Http(name), Also::Scheme));
    }

    /// All schemes that may be used, each once.
    pub(super) fn schemes(&self) -> impl Iterator<Item = &'a SecurityScheme> {
        let mut seen: Vec<&str> = Vec::new();
        self.sets.iter().flatten().copied().filter(move |scheme| {
            let is_new = !seen.contains(&scheme.key.as_str());
            seen.push(scheme.key.as_str());
            is_new
        })
    }

    /// The scheme that is needed, if it is the only one.
    pub(super) fn only(&self) -> Option<&'a SecurityScheme> {
        let mut schemes = self.schemes();
        schemes.next().filter(|_| schemes.next().is_none())
    }

    /// Each set in words, and what is said the same way once.
    pub(super) fn sets(&self) -> String {
        let said = |set: &Vec<&SecurityScheme>| set.iter().filter_map(|scheme| described(scheme)).collect::<Vec<_>>().join(" with ");
        let mut out: Vec<_> = Vec::new();
        self.sets.iter().map(said).for_each(|set| {
            if !out.contains(&set) {
                out.push(set);
            }
        });
        out.join(" or ")
    }

    /// The names of the headers in which keys are sent, `Authorization` for schemes of HTTP.
    pub(super) fn headers(&self) -> Vec<String> {
        let header = |scheme: &SecurityScheme| match scheme.kind()? {
            SecuritySchemeKind::ApiKey(KeyLocation::Header, name) => Some(name),
            SecuritySchemeKind::ApiKey(..) | SecuritySchemeKind::MutualTls => None,
            _ => Some("Authorization".to_owned()),
        };
        self.schemes().filter_map(header).collect()
    }

    /// Whether a request has what is needed.
    pub(super) fn met(&self, request: &Request, sent: &[Sent<'_>]) -> Met<'a> {
        let has = |scheme: &SecurityScheme| may_carry(request, scheme) || sent.iter().any(|sent| self.accepts(scheme, sent));
        if sent.iter().any(|sent| self.also_accepts(sent)) {
            return Met::Yes;
        }
        let mut partly = None;
        for set in &self.sets {
            let missing: Vec<_> = set.iter().copied().filter(|scheme| !has(scheme)).collect();
            match missing.len() {
                0 => return Met::Yes,
                some if some < set.len() && partly.is_none() => partly = Some(missing),
                _ => {}
            }
        }
        partly.map_or(Met::No, Met::Partly)
    }

    /// The scheme that a credential belongs to, if that is one of these and not the other.
    fn belongs_to(&self, credential: Credential<'_>, other: &SecurityScheme) -> Option<&'a SecurityScheme> {
        let is_own = |scheme: &&SecurityScheme| match (credential, scheme.kind()) {
            (Credential::Key(kind), Some(SecuritySchemeKind::ApiKey(KeyLocation::Header, name))) => {
                kind.header.as_ref().is_some_and(|header| header.eq_ignore_ascii_case(&name))
            }
            (Credential::Token, Some(SecuritySchemeKind::OAuth2 | SecuritySchemeKind::OpenIdConnect)) => true,
            (Credential::Token, Some(SecuritySchemeKind::Http(name))) => name == "bearer",
            _ => false,
        };
        let own: Vec<_> = self.schemes().filter(is_own).collect();
        own.first().copied().filter(|_| !own.iter().any(|own| own.key.as_str() == other.key.as_str()))
    }

    /// The scheme by which a credential should have been sent.
    pub(super) fn own<'s>(&self, sent: &Sent<'s>) -> Option<&'a SecurityScheme> {
        self.schemes().find_map(|scheme| if takes(scheme, sent) { self.belongs_to(sent.credential, scheme) } else { None })
    }

    /// Whether the configuration says that this is accepted, unless it is a key that has a header of its own among these.
    fn also_accepts(&self, sent: &Sent<'_>) -> bool {
        let takes = |also: &Also<'_>| match also {
            Also::Scheme(scheme) => takes(scheme, sent),
            Also::Http(name) => match &sent.auth {
                RequestAuth::Http(scheme) => scheme.as_ref().is_none_or(|scheme| scheme.eq_ignore_ascii_case(name)),
                RequestAuth::ApiKey { .. } => false,
            },
        };
        let is_own = |scheme: &SecurityScheme| {
            matches!((sent.credential, scheme.kind()), (Credential::Key(kind), Some(SecuritySchemeKind::ApiKey(KeyLocation::Header, name)))
                if kind.header.as_ref().is_some_and(|header| header.eq_ignore_ascii_case(&name)))
        };
        self.also.iter().any(takes) && !self.schemes().any(is_own)
    }

    /// Whether a scheme takes what is sent, and no other of these is the credential's own.
    pub(super) fn accepts(&self, scheme: &SecurityScheme, sent: &Sent<'_>) -> bool {
        takes(scheme, sent) && self.belongs_to(sent.credential, scheme).is_none()
    }
}

/// Whether a request may have what a scheme wants in a part of it that is not known.
fn may_carry(request: &Request, scheme: &SecurityScheme) -> bool {
    let is_unknown = |part: RequestPart| request.unknown.iter().any(|unknown| unknown.part == part);
    let is_computed = |header: &RequestHeader| header.name.has_holes();
    match scheme.kind() {
        Some(SecuritySchemeKind::ApiKey(KeyLocation::Query, name)) => {
            let query = request.url.as_str().split_once('?').map_or("", |(_, query)| query);
            is_unknown(RequestPart::Query)
                || is_unknown(RequestPart::Url)
                || names_of(&name).all(|name| query.split(['&', '#']).any(|pair| pair.split('=').next() == Some(name)))
        }
        Some(SecuritySchemeKind::ApiKey(KeyLocation::Cookie, _)) => {
            is_unknown(RequestPart::Headers)
                || request.headers.iter().any(|header| is_computed(header) || header.name.as_str().eq_ignore_ascii_case("cookie"))
        }
        _ => is_unknown(RequestPart::Headers) || request.headers.iter().any(is_computed),
    }
}

/// The parameters that a scheme means by its name: descriptions write two of a query as `u=&p=`, for want of another way.
fn names_of(name: &str) -> impl Iterator<Item = &str> {
    name.split('&').map(|pair| pair.split('=').next().unwrap_or(pair))
}

/// Whether a scheme takes what is sent, as far as its form tells.
fn takes(scheme: &SecurityScheme, sent: &Sent<'_>) -> bool {
    let Some(kind) = scheme.kind() else { return false };
    let word = scheme.prefix().map(|(word, _)| word);
    let is_authorization = |name: &str| name.eq_ignore_ascii_case("authorization");
    match (&kind, &sent.auth) {
        (SecuritySchemeKind::Http(name), RequestAuth::Http(Some(sent))) => name == sent,
        (SecuritySchemeKind::OAuth2 | SecuritySchemeKind::OpenIdConnect, RequestAuth::Http(Some(sent))) => sent == "bearer",
        // A key in `Authorization` may have any word in front, unless the description names it.
        (SecuritySchemeKind::ApiKey(KeyLocation::Header, name), RequestAuth::Http(Some(sent))) => {
            is_authorization(name) && word.is_none_or(|word| word.eq_ignore_ascii_case(sent))
        }
        (SecuritySchemeKind::ApiKey(KeyLocation::Header, name), RequestAuth::Http(None)) => {
            is_authorization(name) && (word.is_none() || !sent.is_bare)
        }
        (SecuritySchemeKind::ApiKey(KeyLocation::Header, name), RequestAuth::ApiKey { location: KeyLocation::Header, name: key }) => {
            let is_clean = || match is_authorization(name) {
                true => word.is_none() || !sent.is_bare,
                false => sent.header.is_none_or(|header| in_front(header).is_none()),
            };
            name.eq_ignore_ascii_case(key) && is_clean()
        }
        (SecuritySchemeKind::ApiKey(location, name), RequestAuth::ApiKey { location: sent, name: key }) => location == sent && name == key,
        // The word in front may be computed.
        (SecuritySchemeKind::MutualTls, _) => false,
        (_, RequestAuth::Http(None)) => !sent.is_bare,
        (_, RequestAuth::ApiKey { location: KeyLocation::Header, name }) => is_authorization(name) && !sent.is_bare,
        _ => false,
    }
}
