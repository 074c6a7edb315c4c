//! The source of a regular expression, taken apart as far as hosts need it: characters, dots, classes, groups, edges. All
//! dialects are read alike; what differs between them (flags, names of groups) says nothing about hosts.

use std::ops::Range;

/// The longest pattern that is read, in bytes.
const MAX_BYTES: usize = 4096;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// This character and no other.
    Char(char),
    /// Any character.
    Any,
    /// One of several characters. `host`: one of those that a host has, and no slash.
    Class { host: bool },
    /// The start of a group. `look`: it takes no characters. `capture`: what it takes can be asked for.
    Open { look: bool, capture: bool },
    /// The end of a group.
    Close,
    /// `|`.
    Or,
    /// The start of the text or of a line.
    Start,
    /// The end of the text or of a line.
    End,
    /// A place between two characters.
    Border,
    /// A repetition of what stands before it. `optional`: perhaps not at all. `many`: perhaps often.
    Repeat { optional: bool, many: bool },
}

/// A token and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
    /// The other parenthesis of a group; the token itself where there is none.
    pub(super) partner: usize,
}

/// Takes a pattern apart; `None` if it is too long. In one that is written over several lines, white space and comments say
/// nothing.
pub(super) fn read(source: &str) -> Option<Vec<Token>> {
    if source.len() > MAX_BYTES {
        return None;
    }
    let extended = source.contains('\n');
    let mut tokens: Vec<Token> = Vec::new();
    let mut open = Vec::new();
    let mut at = 0;
    while let Some(c) = source.get(at..)?.chars().next() {
        let rest = source.get(at + c.len_utf8()..)?;
        if extended && (c.is_whitespace() || c == '#') {
            at += if c == '#' { 1 + rest.find('\n').unwrap_or(rest.len()) } else { c.len_utf8() };
            continue;
        }
        let (kind, behind) = match c {
            '\\' => escape(rest),
            '.' => (Kind::Any, 0),
            '[' => class(rest),
            '(' => group(rest),
            ')' => (Kind::Close, 0),
            '|' => (Kind::Or, 0),
            '^' => (Kind::Start, 0),
            '$' => (Kind::End, 0),
            '?' => (Kind::Repeat { optional: true, many: false }, 0),
            '*' => (Kind::Repeat { optional: true, many: true }, lazy(rest)),
            '+' => (Kind::Repeat { optional: false, many: true }, lazy(rest)),
            '{' => counted(rest),
            _ => (Kind::Char(c), 0),
        };
        let end = at + c.len_utf8() + behind;
        let this = tokens.len();
        let mut partner = this;
        match kind {
            Kind::Open { .. } => open.push(this),
            Kind::Close => {
                if let Some(other) = open.pop() {
                    partner = other;
                    if let Some(token) = tokens.get_mut(other) {
                        token.partner = this;
                    }
                }
            }
            _ => {}
        }
        tokens.push(Token { kind, range: at..end, partner });
        at = end;
    }
    Some(tokens)
}

/// `*?`, `*+`.
fn lazy(rest: &str) -> usize {
    usize::from(rest.starts_with(['?', '+']))
}

fn escape(rest: &str) -> (Kind, usize) {
    let Some(c) = rest.chars().next() else { return (Kind::Char('\\'), 0) };
    let kind = match c {
        'd' | 'w' | 'h' | 'l' => Kind::Class { host: true },
        'D' | 'W' | 's' | 'S' | 'p' | 'P' => Kind::Class { host: c == 'S' },
        'b' | 'B' => Kind::Border,
        'A' | 'G' => Kind::Start,
        'z' | 'Z' => Kind::End,
        // `\Q…\E`, back references, control characters.
        '1'..='9' | 'Q' | 'E' | 'k' | 'n' | 'r' | 't' | 'x' | 'u' | 'f' | 'v' | '0' => Kind::Class { host: false },
        other => Kind::Char(other),
    };
    (kind, c.len_utf8())
}

/// A class of characters, from behind its bracket.
fn class(rest: &str) -> (Kind, usize) {
    let negated = rest.starts_with('^');
    let body = usize::from(negated);
    let first = usize::from(rest.get(body..).is_some_and(|rest| rest.starts_with(']')));
    let mut escaped = false;
    let end = rest.char_indices().skip(body + first).find(|&(_, c)| {
        let ends = c == ']' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    let Some((end, _)) = end else { return (Kind::Char('['), 0) };
    let members = rest.get(body..end).unwrap_or_default();
    let kind = match members {
        "." | "\\." if !negated => Kind::Char('.'),
        "/" | "\\/" if !negated => Kind::Char('/'),
        // Markup around a URL.
        _ if !negated && members.contains(['"', '\'', '<', '>', '=']) => Kind::Char('"'),
        _ => {
            let slash = members.contains('/');
            let plain = members.contains(|c: char| c.is_ascii_alphanumeric()) || members.contains("\\w") || members.contains("\\d");
            // `[^/]` takes characters of hosts, `[^a-z]` does not.
            let host = if negated { !members.contains("a-z") && !members.contains("\\w") } else { plain && !slash };
            Kind::Class { host }
        }
    };
    (kind, end + 1)
}

/// The start of a group, from behind its parenthesis.
fn group(rest: &str) -> (Kind, usize) {
    let Some(special) = rest.strip_prefix('?') else { return (Kind::Open { look: false, capture: true }, 0) };
    let named = |open: &str| special.starts_with(open).then(|| special.find(['>', '\'']).map_or(0, |end| end + 2));
    for look in ["=", "!", "<=", "<!"] {
        if special.starts_with(look) {
            return (Kind::Open { look: true, capture: false }, 1 + look.len());
        }
    }
    if let Some(length) = named("P<").or_else(|| named("<")) {
        return (Kind::Open { look: false, capture: true }, length);
    }
    // `(?:`, `(?i)`, `(?i:`
    let flags = special.find(|c: char| !(c.is_ascii_alphabetic() || c == '-')).unwrap_or(0);
    match special.as_bytes().get(flags) {
        Some(b':') => (Kind::Open { look: false, capture: false }, flags + 2),
        // Flags alone: an empty group whose end is read next.
        _ => (Kind::Open { look: true, capture: false }, 1 + flags),
    }
}

/// `{2,3}`, from behind the brace.
fn counted(rest: &str) -> (Kind, usize) {
    let Some(end) = rest.find('}') else { return (Kind::Char('{'), 0) };
    let count = rest.get(..end).unwrap_or_default();
    if count.is_empty() || !count.bytes().all(|byte| byte.is_ascii_digit() || byte == b',') {
        return (Kind::Char('{'), 0);
    }
    let many = count.ends_with(',') || count.split(',').next_back().and_then(|most| most.parse::<u32>().ok()).is_some_and(|most| most > 1);
    (
        Kind::Repeat { optional: count.starts_with('0') || count.starts_with(','), many },
        end + 1 + lazy(rest.get(end + 1..).unwrap_or_default()),
    )
}
