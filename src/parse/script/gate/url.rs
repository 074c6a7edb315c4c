//! Whether a program names a host in a URL: to do so a URL needs two slashes, or a scheme that the URL parser knows (WHATWG
//! URL, 4.4). Those are written in one string, or put together from strings that end and begin with their parts;
//! or they are written in escapes, in character references, or in Base64.

use memchr::memmem;

use crate::model::{Fold, ScriptRoles};

/// Schemes that lead to a host, a program or a document.
const SCHEMES: [&[u8]; 9] = [b"http", b"https", b"ws", b"wss", b"ftp", b"file", b"data", b"javascript", b"blob"];

/// Character references that stand for a part of a URL's beginning, or for nothing in it.
const REFERENCES: [&[u8]; 6] = [b"#", b"sol", b"bsol", b"colon", b"Tab", b"NewLine"];

/// Whether a URL with a host may stand in the program, or be put together there.
pub(in crate::parse::script) fn is_named(source: &str, roles: &ScriptRoles) -> bool {
    let bytes = source.as_bytes();
    let at = |index: usize| bytes.get(index).copied().unwrap_or(b' ');
    // `${''}/${'/a'}`
    let (mut between, mut leading) = (false, false);
    for found in memchr::memchr3_iter(b'/', b':', b'\\', bytes) {
        let before = found.checked_sub(1).map_or(b' ', at);
        let after = at(found + 1);
        let opens = match at(found) {
            b'/' => {
                between |= before == b'}' && matches!(after, b'$' | b'{' | b'%');
                leading |= matches!(before, b'\'' | b'"' | b'`');
                // A string that is one slash: two of them, or one as a separator, make two slashes.
                let alone = matches!(before, b'\'' | b'"' | b'`' | b' ' | b'\t' | b'\n' | b'\r')
                    && matches!(after, b'\'' | b'"' | b'`' | b'$' | b'%' | b'{');
                let next = skip_ignored(bytes, found + 1);
                alone || (at(next) == b'/' && !matches!(at(next + 1), b' ' | b'/'))
            }
            b':' => ends_scheme(bytes.get(..found).unwrap_or_default(), after),
            _ => match after {
                b'x' | b'u' | b'U' | b'N' | b'0'..=b'9' | b'/' | b'\\' | b':' | b'\n' | b'\r' => true,
                // Ignored by the URL parser, also within a scheme.
                b'n' | b't' | b'r' => {
                    let word = bytes.get(found + 2..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
                    at(found + 2 + word) == b':' && is_end_of_scheme(bytes.get(found + 2..found + 2 + word).unwrap_or_default())
                }
                _ => false,
            },
        };
        if opens {
            return true;
        }
    }
    let empty = || [b"''", b"\"\"", b"``"].iter().any(|quotes| memmem::find(bytes, *quotes).is_some());
    (between && leading && empty()) || has_reference(bytes) || decodes(bytes, roles)
}

/// Behind what the URL parser ignores: tabs and line ends, escaped or not.
fn skip_ignored(bytes: &[u8], mut at: usize) -> usize {
    loop {
        match (bytes.get(at), bytes.get(at + 1)) {
            (Some(b'\t' | b'\n' | b'\r'), _) => at += 1,
            (Some(b'\\'), Some(b't' | b'n' | b'r')) => at += 2,
            _ => return at,
        }
    }
}

/// Whether a colon behind these bytes, before `after`, may end a scheme: a whole one, or the end of one that a string
/// begins with.
fn ends_scheme(before: &[u8], after: u8) -> bool {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric();
    let start = before.iter().rposition(|byte| !is_word(byte)).map_or(0, |last| last + 1);
    let word = before.get(start..).unwrap_or_default();
    let quoted = start
        .checked_sub(1)
        .and_then(|at| before.get(at))
        .is_some_and(|byte| matches!(byte, b'\'' | b'"' | b'`' | b'}' | b'\\' | b'\t' | b'\n' | b'\r'));
    let whole = SCHEMES.iter().any(|scheme| {
        word.len() >= scheme.len() && word.get(word.len() - scheme.len()..).is_some_and(|end| end.eq_ignore_ascii_case(scheme))
    });
    match after {
        b' ' => false,
        _ if whole => true,
        b'\'' | b'"' | b'`' | b'$' | b'{' | b'%' | b'\\' if word.is_empty() => quoted,
        _ => !word.is_empty() && quoted && is_end_of_scheme(word),
    }
}

fn is_end_of_scheme(word: &[u8]) -> bool {
    SCHEMES.iter().any(|scheme| {
        scheme.len() >= word.len() && scheme.get(scheme.len() - word.len()..).is_some_and(|end| end.eq_ignore_ascii_case(word))
    })
}

fn has_reference(bytes: &[u8]) -> bool {
    memchr::memchr_iter(b'&', bytes).any(|at| {
        let rest = bytes.get(at + 1..).unwrap_or_default();
        REFERENCES.iter().any(|name| rest.starts_with(name))
    })
}

/// Whether it calls something that decodes Base64.
fn decodes(bytes: &[u8], roles: &ScriptRoles) -> bool {
    roles
        .fold
        .iter()
        .filter(|fold| fold.with == Fold::Base64)
        .flat_map(|fold| &fold.callee)
        .any(|name| memmem::find(bytes, name.as_bytes()).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(source: &str) -> bool {
        is_named(source, &toml::from_str("[[fold]]\ncallee = ['atob']\nwith = 'base64'").unwrap())
    }

    #[test]
    fn urls_open_it_however_they_are_written() {
        for source in [
            "'//a'",
            "'https:a'",
            "'HTTP:\\\\a'",
            "'/' + '/a'",
            "`/${'/a'}`",
            "'\\x2f'",
            "'ht' + 'tps:a'",
            "'https' + ':' + x",
            "'/\\n/a'",
            "'ht\\ntps:a'",
            "'htt\\ps:a'",
            "'&#47;&#47;a'",
            "atob(x)",
            "'data:x'",
            "`\n//\na`",
            "'/\t/a'",
            "['', '', 'a'].join('/')",
        ] {
            assert!(open(source), "{source}");
        }
    }

    #[test]
    fn ordinary_code_does_not() {
        for source in [
            "// a comment\nimport a from './b'; a(b / c, d ? e : f, { g: 'h', 'i': 'j', http: k }); // another",
            "const a = /\\s+\\w/; switch (b) { case 'c': d('\\n' + e && f) }",
            "/* a */ fetch('/api/runs/' + id)",
        ] {
            assert!(!open(source), "{source}");
        }
    }
}
