//! The hosts that a regular expression describes, and how well it does.

use std::ops::Range;

use super::needle::Domain;
use super::token::{Kind, Token, read};
use crate::model::{Edge, HostWords};

/// The longest description of a host, in tokens.
const MAX_TOKENS: usize = 200;

/// A host in a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Described {
    /// Its place in the pattern.
    pub(super) host: Range<usize>,
    /// Where its top-level domain stands.
    pub(super) domain: Range<usize>,
    kind: Domain,
    labels: usize,
    /// Whether a scheme stands before it.
    pub(super) has_scheme: bool,
    pub(super) start: Edge,
    pub(super) end: Edge,
    /// A dot stands for any character, and another host that someone may own matches therefore.
    pub(super) any_dot: bool,
    /// Anything at all may stand between the scheme and the host.
    pub(super) wildcard: bool,
    /// Whether a part of what follows can be asked for: it is taken out of a URL rather than tested.
    pub(super) extracts: bool,
    /// The number of the alternative of the pattern in which it stands.
    alternative: usize,
}

impl Described {
    /// Whether it is a host, tested against what is a URL or not.
    pub(super) fn is_host(&self, in_url: bool) -> bool {
        self.kind.is_host(self.labels, self.has_scheme, in_url)
    }
}

/// The hosts of a pattern.
#[derive(Debug, Default)]
pub(super) struct Hosts {
    pub(super) hosts: Vec<Described>,
    /// Whether each of its alternatives names one.
    pub(super) in_all: bool,
    /// Whether some alternatives are bound to the start or to the end of the text, and another is not.
    pub(super) half_bound: bool,
}

/// Finds the hosts that a pattern describes. The pattern has to begin with them: what stands in the middle of other text is
/// looked for in documents.
pub(super) fn hosts(source: &str, words: &HostWords) -> Hosts {
    let Some(tokens) = read(source) else { return Hosts::default() };
    let reader = Reader { tokens: &tokens, source, words };
    let mut hosts: Vec<Described> = Vec::new();
    for at in 0..tokens.len() {
        if let Some(host) = reader.host_with_domain_at(at)
            && !hosts.iter().any(|known| known.host.start == host.host.start)
        {
            hosts.push(host);
        }
    }
    let alternatives = reader.alternatives(tokens.len()) + 1;
    let with_host = |alternative: usize| hosts.iter().any(|host| host.alternative == alternative);
    let in_all = (0..alternatives).all(with_host);
    let closed = |edge: Edge| edge == Edge::Closed;
    let (first, last) = (hosts.first(), hosts.last());
    let half_bound = alternatives > 1
        && in_all
        && (first.is_some_and(|host| closed(host.start)) && hosts.iter().any(|host| host.start == Edge::Open)
            || last.is_some_and(|host| closed(host.end)) && hosts.iter().any(|host| host.end == Edge::Open && host.start == Edge::Open));
    Hosts { hosts, in_all, half_bound }
}

struct Reader<'a> {
    tokens: &'a [Token],
    source: &'a str,
    words: &'a HostWords,
}

/// What stands before a host.
struct Before {
    edge: Edge,
    has_scheme: bool,
}

impl Reader<'_> {
    fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    fn before(&self, at: usize) -> Option<Kind> {
        at.checked_sub(1).and_then(|before| self.kind(before))
    }

    fn is_name(kind: Option<Kind>) -> bool {
        matches!(kind, Some(Kind::Char(c)) if c.is_alphanumeric() || matches!(c, '-' | '_'))
    }

    fn is_dot(kind: Option<Kind>) -> bool {
        matches!(kind, Some(Kind::Any | Kind::Char('.')))
    }

    /// The number of `|` outside of groups before a token.
    fn alternatives(&self, before: usize) -> usize {
        let mut count = 0;
        let mut at = 0;
        while at < before.min(self.tokens.len()) {
            match self.kind(at) {
                Some(Kind::Open { .. }) => at = self.close_of(at),
                Some(Kind::Or) => count += 1,
                _ => {}
            }
            at += 1;
        }
        count
    }

    fn close_of(&self, open: usize) -> usize {
        let partner = self.tokens.get(open).map_or(open, |token| token.partner);
        if partner > open { partner } else { self.tokens.len() }
    }

    /// The group around a token.
    fn enclosing(&self, at: usize) -> Option<usize> {
        let mut at = at;
        while at > 0 {
            at -= 1;
            match self.kind(at)? {
                Kind::Close => at = self.tokens.get(at).map(|token| token.partner).filter(|open| *open < at).unwrap_or(at),
                Kind::Open { .. } => return Some(at),
                _ => {}
            }
        }
        None
    }

    /// The host whose top-level domain begins with this token.
    fn host_with_domain_at(&self, first: usize) -> Option<Described> {
        if !Self::is_name(self.kind(first)) || Self::is_name(self.before(first)) {
            return None;
        }
        let length = self.tokens.iter().skip(first).take_while(|token| Self::is_name(Some(token.kind))).count();
        let end = first + length;
        let domain = self.tokens.get(first)?.range.start..self.tokens.get(end - 1)?.range.end;
        let kind = Domain::of(&self.source.get(domain.clone())?.to_ascii_lowercase(), self.words)?;
        // `\.(com|org)`
        let mut dot = first.checked_sub(1)?;
        while matches!(self.kind(dot), Some(Kind::Open { look: false, .. })) {
            dot = dot.checked_sub(1)?;
        }
        if !Self::is_dot(self.kind(dot)) || !self.has_label(dot) {
            return None;
        }
        let end = self.end_of(end)?;
        let start = self.start_of(dot)?;
        let before = self.before_host(start)?;
        let core = self.tokens.get(start..dot)?;
        let inner = |index: usize| start + index;
        let any_dot = core.iter().enumerate().any(|(index, token)| {
            let before = self.before(inner(index));
            token.kind == Kind::Any
                && (Self::is_name(before) || matches!(before, Some(Kind::Close | Kind::Repeat { .. })))
                && self.goes_on(inner(index) + 1)
        });
        let many = |index: usize| matches!(self.kind(inner(index) + 1), Some(Kind::Repeat { many: true, .. }));
        let wildcard = before.has_scheme && core.iter().enumerate().any(|(index, token)| token.kind == Kind::Any && many(index));
        let literal = self.skip_wildcard(start, dot);
        let edge = match (before.edge, literal > start) {
            (Edge::Closed, false) => Edge::Closed,
            (Edge::Closed, true) if before.has_scheme => Edge::Closed,
            _ if self.kind(literal) == Some(Kind::Char('.')) => Edge::Dot,
            _ => Edge::Open,
        };
        let from = self.tokens.get(literal.min(dot))?.range.start;
        let labels = 1 + core.iter().skip(literal - start).filter(|token| Self::is_dot(Some(token.kind))).count() + 1;
        Some(Described {
            host: from..domain.end,
            domain,
            kind,
            labels,
            has_scheme: before.has_scheme,
            start: edge,
            end: self.after_host(end),
            any_dot,
            wildcard,
            extracts: self.extracts(end),
            alternative: self.alternatives(first),
        })
    }

    /// Whether a group takes something out of the text: any behind the host, or one of what is not given.
    fn extracts(&self, end: usize) -> bool {
        let many = |at: usize| matches!(self.kind(at), Some(Kind::Repeat { many: true, .. }));
        let varies = |at: usize| matches!(self.kind(at), Some(Kind::Class { .. } | Kind::Any)) && many(at + 1);
        self.tokens
            .iter()
            .enumerate()
            .any(|(at, token)| matches!(token.kind, Kind::Open { capture: true, .. }) && (at >= end || (at..self.close_of(at)).any(varies)))
    }

    /// Whether a name begins here, perhaps in a group, or behind the end of one.
    fn goes_on(&self, mut at: usize) -> bool {
        if matches!(self.kind(at), Some(Kind::Repeat { .. })) {
            return false;
        }
        while matches!(self.kind(at), Some(Kind::Open { look: false, .. } | Kind::Close | Kind::Repeat { .. })) {
            at += 1;
        }
        Self::is_name(self.kind(at))
    }

    /// Whether a name stands before the last dot: letters, or a group of names.
    fn has_label(&self, dot: usize) -> bool {
        match self.before(dot) {
            Some(Kind::Close) => {
                let close = dot - 1;
                let open = self.tokens.get(close).map_or(close, |token| token.partner);
                open < close
                    && self.tokens.get(open + 1..close).is_some_and(|tokens| {
                        tokens.iter().all(|token| match token.kind {
                            Kind::Char(c) => c.is_alphanumeric() || matches!(c, '-' | '.' | '_'),
                            Kind::Or | Kind::Open { .. } | Kind::Close | Kind::Any => true,
                            _ => false,
                        }) && tokens.iter().any(|token| Self::is_name(Some(token.kind)))
                    })
            }
            // A backslash too many: `\\\\.` for `\\.`.
            Some(Kind::Char('\\')) => true,
            kind => Self::is_name(kind),
        }
    }

    /// The token behind the top-level domain that ends before this one; `None` if the name goes on.
    fn end_of(&self, mut at: usize) -> Option<usize> {
        // The other alternatives of a group of domains.
        if self.kind(at) == Some(Kind::Or)
            && let Some(open) = self.enclosing(at)
            && Self::is_dot(self.before(open))
        {
            at = self.close_of(open);
        }
        match self.kind(at) {
            Some(Kind::Repeat { .. }) => None,
            Some(Kind::Any | Kind::Char('.')) if Self::is_name(self.kind(at + 1)) => None,
            _ => Some(at),
        }
    }

    /// Where the description of a host begins whose last dot is there.
    fn start_of(&self, dot: usize) -> Option<usize> {
        let mut at = dot;
        while at > 0 && dot - at < MAX_TOKENS {
            let previous = at - 1;
            match self.kind(previous)? {
                Kind::Char(c) if c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '\\') => at = previous,
                Kind::Any | Kind::Class { host: true } | Kind::Repeat { .. } => at = previous,
                Kind::Close => {
                    let open = self.tokens.get(previous)?.partner;
                    let inner = self.tokens.get(open + 1..previous)?;
                    let in_host = |kind: Kind| match kind {
                        Kind::Char(c) => c.is_alphanumeric() || matches!(c, '-' | '_' | '.'),
                        Kind::Start | Kind::End | Kind::Border => false,
                        Kind::Class { host } => host,
                        Kind::Open { look, .. } => !look,
                        _ => true,
                    };
                    if open >= previous || !inner.iter().all(|token| in_host(token.kind)) {
                        break;
                    }
                    at = open;
                }
                _ => break,
            }
        }
        // What repeats the slash before the host: `http:\/\/?a`.
        while matches!(self.kind(at), Some(Kind::Repeat { .. })) && at < dot {
            at += 1;
        }
        Some(at)
    }

    /// Where the name begins behind what may be anything.
    fn skip_wildcard(&self, start: usize, dot: usize) -> usize {
        let mut at = start;
        while at < dot
            && matches!(self.kind(at), Some(Kind::Any | Kind::Class { .. }))
            && matches!(self.kind(at + 1), Some(Kind::Repeat { .. }))
        {
            at += 2;
        }
        at
    }

    /// What stands before a host that begins with this token; `None` if that shows it to be no host, or one in the middle of
    /// other text.
    fn before_host(&self, start: usize) -> Option<Before> {
        let mut at = start;
        let mut has_scheme = false;
        for _ in 0..MAX_TOKENS {
            let Some(previous) = at.checked_sub(1) else { return Some(Before { edge: Edge::Open, has_scheme }) };
            match self.kind(previous)? {
                Kind::Start => return Some(Before { edge: Edge::Closed, has_scheme }),
                // The start of a group or of an alternative: what stands before the group counts.
                Kind::Open { look: false, .. } => at = previous,
                Kind::Or => match self.enclosing(previous) {
                    Some(open) => at = open,
                    None => return Some(Before { edge: Edge::Open, has_scheme }),
                },
                Kind::Char('/') if matches!(self.before(previous), Some(Kind::Char('/' | ':')) | Some(Kind::Repeat { .. })) => {
                    has_scheme = true;
                    at = previous;
                    at = self.scheme(at);
                }
                Kind::Close => {
                    let open = self.tokens.get(previous)?.partner;
                    let inner = self.tokens.get(open.checked_add(1)?..previous)?;
                    if inner.iter().any(|token| token.kind == Kind::Start) {
                        return Some(Before { edge: Edge::Closed, has_scheme });
                    }
                    let char = |c: char| inner.iter().any(|token| token.kind == Kind::Char(c));
                    if ['@', '=', ' ', '"', '\'', '<', '>'].into_iter().any(char) {
                        return None;
                    }
                    has_scheme |= char('/');
                    at = open;
                }
                Kind::Repeat { .. } if !matches!(self.before(previous), Some(Kind::Char('@'))) => at = previous,
                Kind::Class { host: false } | Kind::Border => return Some(Before { edge: Edge::Closed, has_scheme }),
                Kind::Class { host: true } | Kind::Any => at = previous,
                _ => return None,
            }
        }
        None
    }

    /// Where a scheme begins whose last slash is there.
    fn scheme(&self, slash: usize) -> usize {
        let mut at = slash;
        while let Some(previous) = at.checked_sub(1) {
            match self.kind(previous) {
                Some(Kind::Char(c)) if c.is_ascii_alphanumeric() || matches!(c, ':' | '/' | '+' | '-') => at = previous,
                Some(Kind::Repeat { .. } | Kind::Class { .. }) => at = previous,
                Some(Kind::Close) => {
                    let Some(open) = self.tokens.get(previous).map(|token| token.partner).filter(|open| *open < previous) else { break };
                    let inner = self.tokens.get(open + 1..previous).unwrap_or_default();
                    if inner.iter().any(|token| token.kind == Kind::Start) {
                        break;
                    }
                    at = open;
                }
                _ => break,
            }
        }
        at
    }

    /// What stands behind a host that ends before this token.
    fn after_host(&self, end: usize) -> Edge {
        let mut at = end;
        for _ in 0..MAX_TOKENS {
            let optional = |next: usize| matches!(self.kind(next), Some(Kind::Repeat { optional: true, .. }));
            match self.kind(at) {
                None => return Edge::Open,
                Some(Kind::Close) => at += 1,
                Some(Kind::Or) => match self.enclosing(at) {
                    Some(open) => at = self.close_of(open) + 1,
                    None => return Edge::Open,
                },
                Some(Kind::End) => return Edge::Closed,
                Some(Kind::Char('/' | ':' | '?' | '#' | '"' | '\'')) if !optional(at + 1) => return Edge::Closed,
                Some(Kind::Class { host: false }) if !optional(at + 1) => return Edge::Closed,
                Some(Kind::Open { look: true, .. }) => return Edge::Closed,
                Some(Kind::Open { look: false, .. }) => {
                    let close = self.close_of(at);
                    if optional(close + 1) {
                        at = close + 2;
                    } else {
                        at += 1;
                    }
                }
                Some(Kind::Repeat { .. }) => at += 1,
                Some(_) if optional(at + 1) && self.kind(at) != Some(Kind::Any) => at += 2,
                Some(_) => return Edge::Open,
            }
        }
        Edge::Open
    }
}
