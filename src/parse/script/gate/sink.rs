//! Whether something in a program takes a URL that is loaded: a call, a member that is set, an attribute, an import.

use memchr::{memchr_iter, memchr2_iter, memmem, memrchr};

use crate::model::{HtmlRoles, Named, Role, ScriptRoles, Use, ValueRole};
use crate::parse::script::urls::Page;

/// The longest specifier of a module, and the longest tag, that is looked at, in bytes.
const MAX_LENGTH: usize = 2048;

/// A name of so many bytes is hardly one of anything else.
const LONG: usize = 8;

/// Whether anything in the program takes a URL that is loaded.
pub(in crate::parse::script) fn takes_url(
    path: &str,
    source: &str,
    roles: &ScriptRoles,
    html: &HtmlRoles,
    page: impl Fn() -> Page,
) -> bool {
    let bytes = source.as_bytes();
    let counts = |how: Use| match how {
        Use::Url(role) => matches!(role, Role::Load(_)),
        Use::Request => page() == Page::Yes,
        Use::Code => page() != Page::No,
        Use::Command => false,
        Use::Css | Use::CssValue => has_css(bytes),
        Use::Attribute | Use::Attributes | Use::Head | Use::Html | Use::Script => true,
    };
    let is_page = !roles.attributes.is_empty();
    let may = |how: Use| is_page || !matches!(how, Use::Request | Use::Code | Use::Command);
    let calls = roles.call.iter().any(|role| may(role.role) && role.names().iter().any(|name| is_called(bytes, name)) && counts(role.role));
    let of_file = |role: &&ValueRole| may(role.role) && role.counts_in(path);
    let named = |role: &ValueRole, is: fn(&[u8], &str) -> bool| role.names().iter().any(|name| is(bytes, name)) && counts(role.role);
    let sets = || roles.member.iter().filter(of_file).any(|role| named(role, is_set));
    let enters = || roles.entry.iter().filter(of_file).any(|role| named(role, has_entry));
    let imports = || roles.import.is_some_and(|how| imports_url(bytes) && counts(how));
    let templates = || roles.template.is_some_and(|how| memchr::memchr(b'`', bytes).is_some() && counts(how));
    let styles = || memmem::find(bytes, b"<style").is_some() && has_css(bytes);
    calls || sets() || enters() || (is_page && (imports() || templates() || styles() || has_attribute(source, roles, html)))
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || !byte.is_ascii()
}

fn before(bytes: &[u8], at: usize) -> u8 {
    at.checked_sub(1).and_then(|before| bytes.get(before)).copied().unwrap_or(b' ')
}

/// Whether a call of this path may stand in the program. A method is called where it is named; a function may go by another
/// name first.
fn is_called(bytes: &[u8], path: &str) -> bool {
    let (object, name) = path.rsplit_once('.').unwrap_or(("", path));
    let is_method = !object.is_empty();
    memmem::find_iter(bytes, name).any(|at| {
        let (before, rest) = (before(bytes, at), &bytes[at + name.len()..]);
        if is_name(before) || rest.first().is_some_and(|byte| is_name(*byte)) {
            return false;
        }
        // `window['fetch'](`
        if matches!(before, b'"' | b'\'' | b'`') {
            return rest.get(1) == Some(&b']');
        }
        match rest.trim_ascii_start().first() {
            // Also `f?.(x)`, `f<T>(x)`, `f.call(x)`.
            Some(b'(' | b'`' | b'?' | b'<' | b'.') => true,
            // A key, what a value is given to, or a word of prose; but `const { createElement: make } = x`.
            Some(b':') => name.len() >= LONG,
            Some(b'=') | None => false,
            Some(next) => {
                rest.starts_with(b" as ")
                    || !is_method && (name.len() > 2 || !matches!(next, b'/' | b'+' | b'-' | b'*' | b'>')) && !rest.starts_with(b"-")
            }
        }
    })
}

/// Whether a member of this name may be set in the program.
fn is_set(bytes: &[u8], path: &str) -> bool {
    let (object, name) = path.rsplit_once('.').unwrap_or(("", path));
    memmem::find_iter(bytes, name).any(|at| {
        let (before, rest) = (before(bytes, at), &bytes[at + name.len()..]);
        let rest = match before {
            b'"' | b'\'' | b'`' => rest.get(1..).unwrap_or_default().trim_ascii_start().strip_prefix(b"]"),
            byte => (if object.is_empty() { !is_name(byte) } else { byte == b'.' }).then_some(rest),
        };
        rest.map(<[u8]>::trim_ascii_start).is_some_and(|rest| {
            let value = rest.strip_prefix(b"=").or_else(|| rest.get(1..).filter(|_| rest.starts_with(b"+="))).or_else(|| {
                // `||=`, `&&=`, `??=`
                rest.get(2..)?.strip_prefix(b"=").filter(|_| rest[0] == rest[1])
            });
            value.is_some_and(|value| !value.starts_with(b"=") && !value.starts_with(b">"))
        })
    })
}

/// Whether an object may have an entry of this name.
fn has_entry(bytes: &[u8], name: &str) -> bool {
    memmem::find_iter(bytes, name).any(|at| {
        let rest = &bytes[at + name.len()..];
        let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).or_else(|| rest.strip_prefix(b"`")).unwrap_or(rest);
        let is_short = || matches!(rest.trim_ascii_start().first(), Some(b',' | b'}' | b'('));
        let rest = rest.trim_ascii_start();
        !is_name(before(bytes, at)) && (rest.starts_with(b":") || rest.starts_with(b"]") || is_short())
    })
}

/// Whether anything in the program may be a value of CSS that loads (CSS Values 4, section 4.5; CSS Images 4, section 2.4).
fn has_css(bytes: &[u8]) -> bool {
    const FUNCTIONS: [&[u8]; 4] = [b"url", b"src", b"image", b"image-set"];
    let calls = |at: usize| FUNCTIONS.iter().any(|name| at >= name.len() && bytes[at - name.len()..at].eq_ignore_ascii_case(name));
    let is_import = |at: usize| bytes.get(at + 1..at + 7).is_some_and(|word| word.eq_ignore_ascii_case(b"import"));
    let is_escape = |at: usize| bytes.get(at + 1).is_some_and(u8::is_ascii_hexdigit) || bytes.get(at + 1) == Some(&b'\\');
    memchr::memchr3_iter(b'(', b'@', b'\\', bytes).any(|at| match bytes[at] {
        b'(' => calls(at),
        b'@' => is_import(at),
        _ => is_escape(at),
    })
}

/// Whether a module is imported by a URL. Most are paths of files and names of packages.
fn imports_url(bytes: &[u8]) -> bool {
    [b"import".as_slice(), b"from"].iter().any(|word| {
        memmem::find_iter(bytes, *word).any(|at| {
            let rest = bytes[at + word.len()..].trim_ascii_start();
            let Some(quote) = rest.first().filter(|byte| matches!(byte, b'"' | b'\'')) else { return false };
            let rest = &rest[1..rest.len().min(MAX_LENGTH)];
            let specifier = &rest[..memchr::memchr(*quote, rest).unwrap_or(rest.len())];
            specifier.contains(&b':') || specifier.contains(&b'\\') || memmem::find(specifier, b"//").is_some()
        })
    })
}

/// Whether an element has an attribute that loads: `<img src=`, also where a record may give it.
fn has_attribute(source: &str, roles: &ScriptRoles, html: &HtmlRoles) -> bool {
    let bytes = source.as_bytes();
    let spreads = || memmem::find(bytes, b"{...").is_some();
    let mut is_spread = None;
    memchr2_iter(b'=', b':', bytes).any(|at| {
        let end = bytes[..at].trim_ascii_end().len();
        let name = bytes[..end].iter().rev().take_while(|byte| is_name(**byte) || matches!(byte, b'-' | b':')).count();
        let (start, name) = (end - name, &bytes[end - name..end]);
        if name.is_empty() || !html.may_load(if name == b"xlinkHref" { b"xlink:href" } else { name }) {
            return false;
        }
        if bytes[at] == b':' {
            return *is_spread.get_or_insert_with(spreads);
        }
        let from = start.saturating_sub(MAX_LENGTH);
        let Some(tag) = tag_before(&bytes[from..start]) else { return from > 0 || memchr_iter(b'<', &bytes[from..start]).next().is_some() };
        let Ok(tag) = std::str::from_utf8(tag) else { return true };
        let tag = roles.components.get(tag).map_or(tag, String::as_str);
        html.attribute(html.element(tag.as_bytes()), name).is_some_and(|(_, rule)| rule.loads())
    })
}

/// The name of the tag in which these bytes end, where that is certain.
fn tag_before(bytes: &[u8]) -> Option<&[u8]> {
    let open = memrchr(b'<', bytes)?;
    let tag = &bytes[open + 1..];
    let length = tag.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')).count();
    (length > 0 && !tag.contains(&b'>') && tag.get(length).is_some_and(u8::is_ascii_whitespace)).then_some(&tag[..length])
}
