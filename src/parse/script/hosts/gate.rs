//! Whether a program can test anything for a host: by a search of its bytes, before it is parsed.
//!
//! A `no` is certain, because a test is only reported where [`ends_host`] finds its host in the source, and where the source
//! holds the name of what tests it.

use memchr::memmem;

use crate::model::{HostRoles, HostWords, Named as _};

/// The longest top-level domain that is known, in bytes.
const MAX_DOMAIN: usize = 16;

/// The most characters that stand between a dot and the domain behind it: `[.](?:com|org)`, `"example." + "com"`.
const MAX_BETWEEN: usize = 5;

/// Whether anything in the source of a program may be a test for a host.
pub(in crate::parse::script) fn may_test(source: &str, roles: &HostRoles, words: &HostWords) -> bool {
    let bytes = source.as_bytes();
    names_host(bytes, words) && has_test(bytes, roles)
}

/// Whether any host may stand in the source.
pub(in crate::parse) fn names_host(bytes: &[u8], words: &HostWords) -> bool {
    memchr::memchr_iter(b'.', bytes).any(|dot| ends_host(bytes, dot, words))
}

/// Whether a top-level domain follows this dot, and behind it something with which a host in a string or a pattern can end.
pub(super) fn ends_host(bytes: &[u8], dot: usize, words: &HostWords) -> bool {
    if bytes.get(dot) != Some(&b'.') {
        return false;
    }
    let mut at = dot + 1;
    let joined = matches!(bytes.get(at), Some(b'"' | b'\'' | b'`'));
    while at <= dot + MAX_BETWEEN
        && match bytes.get(at) {
            Some(b']' | b'(' | b'?' | b':' | b')') => true,
            Some(b'"' | b'\'' | b'`' | b'+' | b' ') => joined,
            _ => false,
        }
    {
        at += 1;
    }
    let rest = bytes.get(at..bytes.len().min(at + MAX_DOMAIN)).unwrap_or_default();
    let length = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    if length < 2 || length == MAX_DOMAIN {
        return false;
    }
    let Some(domain) = rest.get(..length).and_then(|name| std::str::from_utf8(name).ok()).map(str::to_ascii_lowercase) else {
        return false;
    };
    let next = bytes.get(at + length).copied().unwrap_or(b' ');
    if next.is_ascii_alphanumeric() || matches!(next, b'_' | b'-') {
        return false;
    }
    if words.domains.contains(&domain) {
        return true;
    }
    // In code the same stands for members: `user.id, file.name`.
    let escaped = dot.checked_sub(1).and_then(|before| bytes.get(before)).is_some_and(|byte| matches!(byte, b'\\' | b'['));
    (words.ambiguous_domains.contains(&domain) || words.file_domains.contains(&domain))
        && (escaped || matches!(next, b'"' | b'\'' | b'`' | b'/' | b'\\' | b'$' | b'*' | b'#' | b':'))
}

/// Whether the source holds the name of a call that tests, an operator, or what may be a regular expression.
fn has_test(bytes: &[u8], roles: &HostRoles) -> bool {
    let holds = |word: &str| memmem::find(bytes, word.as_bytes()).is_some();
    let last = |name: &str| name.rsplit('.').next().is_some_and(holds);
    roles.operator.iter().flat_map(|operator| &operator.operator).any(|operator| holds(operator.rsplit(' ').next().unwrap_or(operator)))
        || roles.test.iter().flat_map(|test| test.names()).any(|name| last(name))
        || roles.pattern.iter().flat_map(|pattern| pattern.names()).any(|name| last(name))
        || holds("\\/")
        || holds("/^")
}
