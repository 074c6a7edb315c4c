//! Whether a page can say anything that is asked for: by a search of its bytes, without parsing it. What it says no to is
//! never read, so it may only say no where nothing can be found.
//!
//! A load needs something that loads and, in the same place, something that can be a host. Most pages have images and
//! elements without hosts, and hosts in links, and need not be read.

mod live;
mod marks;
mod shown;

use std::cell::OnceCell;
use std::sync::LazyLock;

use memchr::{memchr_iter, memchr2, memchr3_iter, memmem};

use super::extensions;
use crate::model::{AttributeRule, Text, Vocabulary};
use crate::parse::Context;
use live::Reader;

/// The longest stretch of a tag or an image that is looked at, in bytes. What is longer counts.
const MAX_LENGTH: usize = 2048;

/// Whether the page has to be read for what is asked for.
pub(super) fn has_to_be_read(context: &Context<'_>, page: &Text<'_>, is_mdx: bool) -> bool {
    let wanted = context.wanted();
    let bytes = page.as_str().as_bytes();
    context.wants_code(page.as_str())
        || context.has_keys()
        || (wanted.secret_flows && shown::may_show(page.as_str(), is_mdx, &context.vocabulary().secrets))
        || (wanted.comments && memmem::find(bytes, b"congruent:").is_some())
        || (wanted.loads && may_load(page.as_str(), is_mdx, context.vocabulary()))
}

/// Whether anything in the page can load something from a host. Code can't, unless a generator may see other blocks than
/// CommonMark does.
fn may_load(page: &str, is_mdx: bool, vocabulary: &Vocabulary) -> bool {
    let moves_blocks = OnceCell::new();
    let moves_blocks = || *moves_blocks.get_or_init(|| extensions::moves_blocks(page, is_mdx));
    // Most places open nothing, and the page need not be told from code any further than to the last one that does.
    let mut live: Option<Reader<'_>> = None;
    let bytes = page.as_bytes();
    let opens = |at: usize| {
        let rest = &bytes[at + 1..];
        match bytes[at] {
            b'!' => rest.strip_prefix(b"[").is_some_and(image_may_load),
            b'<' => tag_may_load(rest, vocabulary),
            _ => extension_may_load(&bytes[..at], rest, vocabulary) || (is_mdx && expression_may_load(&bytes[..at], rest)),
        }
    };
    let may_load = |at: usize| opens(at) && (moves_blocks() || live.get_or_insert_with(|| Reader::new(page, is_mdx)).is_live(at));
    memchr3_iter(b'!', b'<', b'{', bytes).any(may_load) || (is_mdx && statement_may_load(page, moves_blocks))
}

/// Whether the image whose description `bytes` starts with can have a host.
fn image_may_load(bytes: &[u8]) -> bool {
    let bytes = &bytes[..bytes.len().min(MAX_LENGTH)];
    let mut depth = 1usize;
    let mut close = None;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' => depth -= 1,
            // Code, HTML and escapes may hide brackets.
            b'`' | b'<' | b'\\' => return true,
            _ => {}
        }
        if depth == 0 {
            close = Some(at + 1);
            break;
        }
    }
    let Some(rest) = close.and_then(|close| bytes.get(close..)) else { return true };
    // A reference has its URL elsewhere.
    let Some(rest) = rest.strip_prefix(b"(") else { return true };
    let space = rest.iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == b'>').count();
    let rest = &rest[space..];
    if rest.starts_with(b"<") {
        return true;
    }
    match rest.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b')') {
        Some(length) => may_hold_host(&rest[..length]),
        None => true,
    }
}

/// Whether the tag whose name `bytes` starts with can load something from a host, if it is one.
fn tag_may_load(bytes: &[u8], vocabulary: &Vocabulary) -> bool {
    if !bytes.first().is_some_and(u8::is_ascii_alphabetic) {
        return bytes.starts_with(b"!--[");
    }
    let start = &bytes[..bytes.len().min(MAX_LENGTH)];
    let Some(end) = memchr::memchr(b'>', start) else { return true };
    let length = start[..end].iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'/').unwrap_or(end);
    let (name, attributes) = start[..end].split_at(length);
    // What computes its URLs may write them in any way.
    if ["script", "style", "iframe", "frame", "object", "embed"].iter().any(|code| name.eq_ignore_ascii_case(code.as_bytes())) {
        return true;
    }
    if memchr2(b'=', b'{', attributes).is_none() {
        return goes_on(attributes);
    }
    let is_autolink =
        name.ends_with(b":") && !attributes.iter().any(|byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'{' | b'('));
    if is_autolink && !has_word(attributes, b"style") && !has_word(attributes, b"on") {
        return false;
    }
    let is_link = name.eq_ignore_ascii_case(b"a") && !has_word(attributes, b"style") && !has_word(attributes, b"ping");
    let is_known = vocabulary.html.element(name) != vocabulary.html.element(b"");
    let is_computed = attributes.contains(&b'{');
    let names_load = || is_known || is_computed || is_component(name, vocabulary) || has_loading_name(attributes, vocabulary);
    let has_host = !is_link && may_hold_host(attributes) && names_load();
    has_host || (is_computed && is_known) || has_word(attributes, b"on") || goes_on(attributes)
}

/// Whether MDX takes a component of this name for an element.
fn is_component(name: &[u8], vocabulary: &Vocabulary) -> bool {
    let Ok(name) = std::str::from_utf8(name) else { return true };
    vocabulary.scripts.get("javascript").is_some_and(|roles| roles.components.contains_key(name))
}

/// Whether one of these attributes may load something, of whatever element or component it is.
fn has_loading_name(attributes: &[u8], vocabulary: &Vocabulary) -> bool {
    let any = vocabulary.html.element(b"");
    let loads = |name: &[u8]| {
        let rule = vocabulary.html.attribute(any, name).map(|(_, rule)| rule);
        rule.is_some_and(AttributeRule::loads) || std::str::from_utf8(name).map_or(true, |name| vocabulary.markdown.may_load_property(name))
    };
    memchr_iter(b'=', attributes).any(|at| {
        let before = attributes[..at].trim_ascii_end();
        let start = before.iter().rposition(|byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'/' | b'>' | b'='));
        loads(&before[start.map_or(0, |start| start + 1)..])
    })
}

/// Whether the `>` after these attributes is not the tag's end: a quote or a brace is open, or it is the marker of a quoted line.
fn goes_on(attributes: &[u8]) -> bool {
    let count = |wanted: u8| memchr_iter(wanted, attributes).count();
    let line = attributes.iter().rev().take_while(|byte| byte.is_ascii_whitespace() || **byte == b'>');
    let is_open = match count(b'{') {
        0 => has_open_quote(attributes),
        braces => braces != count(b'}') || count(b'"') % 2 == 1 || count(b'\'') % 2 == 1,
    };
    is_open || line.into_iter().any(|byte| *byte == b'\n')
}

/// Whether a quoted value is open at the end of these attributes (WHATWG HTML, 13.1.2.3).
fn has_open_quote(attributes: &[u8]) -> bool {
    let mut rest = attributes;
    while let Some(at) = memchr2(b'"', b'\'', rest) {
        let (before, value) = (rest[..at].trim_ascii_end(), &rest[at + 1..]);
        if !before.ends_with(b"=") {
            // What is quoted elsewhere is read in more than one way.
            return memchr_iter(rest[at], rest).count() % 2 == 1;
        }
        let Some(end) = memchr::memchr(rest[at], value) else { return true };
        rest = &value[end + 1..];
    }
    false
}

/// Whether a word that starts with `start` stands in these attributes.
fn has_word(attributes: &[u8], start: &[u8]) -> bool {
    attributes.windows(start.len() + 1).any(|window| !window[0].is_ascii_alphanumeric() && window[1..].eq_ignore_ascii_case(start))
}

/// Whether an `import` or an `export` of MDX can load something from a host.
fn statement_may_load(page: &str, moves_blocks: impl Fn() -> bool) -> bool {
    static WORDS: LazyLock<[memmem::Finder<'static>; 2]> = LazyLock::new(|| [memmem::Finder::new("import"), memmem::Finder::new("export")]);
    let bytes = page.as_bytes();
    let is_line_start = |at: usize| at.checked_sub(1).is_none_or(|before| bytes.get(before) == Some(&b'\n'));
    let names_host = |at: usize| {
        let rest = &bytes[at..bytes.len().min(at + 4 * MAX_LENGTH)];
        may_hold_host(&rest[..memmem::find(rest, b"\n\n").unwrap_or(rest.len())])
    };
    WORDS.iter().any(|word| {
        let mut live = Reader::new(page, true);
        word.find_iter(bytes).any(|at| is_line_start(at) && names_host(at) && (moves_blocks() || live.is_live(at)))
    })
}

/// Whether the expression of MDX between whose braces `rest` starts can load something from a host.
fn expression_may_load(before: &[u8], rest: &[u8]) -> bool {
    let rest = &rest[..rest.len().min(MAX_LENGTH)];
    let escapes = before.iter().rev().take_while(|byte| **byte == b'\\').count();
    escapes.is_multiple_of(2) && memchr::memchr(b'}', rest).is_none_or(|length| may_hold_host(&rest[..length]))
}

/// Whether the directive, shortcode or attribute list after whose brace `rest` starts can load something from a host, if it
/// is one: `::: {x}`, `{{< x >}}`, `{: x}`, `![](y){ x }`.
fn extension_may_load(before: &[u8], rest: &[u8], vocabulary: &Vocabulary) -> bool {
    let rest = &rest[..rest.len().min(MAX_LENGTH)];
    if rest.first() == Some(&b':') || before.ends_with(b")") {
        return match memchr::memchr(b'}', rest) {
            Some(end) => rest[..end].contains(&b'=') && may_hold_host(&rest[..end]),
            None => true,
        };
    }
    if rest.starts_with(b"{<") || rest.starts_with(b"{%") {
        return shortcode_may_load(&rest[2..], vocabulary);
    }
    extensions::opens_directive(before) && (memmem::find(rest, b"rst").is_some() || may_hold_host(rest))
}

/// Whether the shortcode of Hugo's after whose mark `rest` starts can load something from a host: it ends with its expression.
fn shortcode_may_load(rest: &[u8], vocabulary: &Vocabulary) -> bool {
    let Some(end) = memmem::find(rest, b"}}") else { return may_hold_host(rest) };
    let inner = &rest[..end];
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'%' | b'/') || !byte.is_ascii();
    let name = inner.trim_ascii_start();
    let name = &name[..name.iter().position(is_end).unwrap_or(name.len())];
    let is_known = std::str::from_utf8(name).map_or(true, |name| name.is_empty() || vocabulary.markdown.shortcode(name).is_some());
    is_known && inner.contains(&b'=') && may_hold_host(inner)
}

/// Whether a URL with a host can stand in these characters, encoded or not: something has to be written with two slashes,
/// with an escape or an expression that can stand for them, or with a scheme that goes without.
pub(super) fn may_hold_host(bytes: &[u8]) -> bool {
    let next = |at: usize| bytes.get(at + 1).copied().unwrap_or_default();
    bytes.iter().enumerate().any(|(at, byte)| match byte {
        b'\\' | b'&' => true,
        b'/' => next(at) == b'/' || is_dropped(next(at)),
        b'{' => matches!(next(at), b'{' | b'%'),
        b'$' => next(at) == b'{',
        b':' => ends_with_scheme(&bytes[..at]),
        _ => false,
    })
}

/// Whether the URL parser drops this byte, wherever it stands.
fn is_dropped(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r')
}

/// Whether these bytes end with a scheme that goes without slashes.
fn ends_with_scheme(bytes: &[u8]) -> bool {
    let mut letters = bytes.iter().rev().copied().filter(|byte| !is_dropped(*byte)).map(|byte| byte.to_ascii_lowercase());
    let last: [u8; 5] = std::array::from_fn(|_| letters.next().unwrap_or_default());
    // Backwards: https, http, wss, ws, ftp, data.
    [b"sptth".as_slice(), b"ptth", b"ssw", b"sw", b"ptf", b"atad"].iter().any(|scheme| last.starts_with(scheme))
}

#[cfg(test)]
mod tests;
