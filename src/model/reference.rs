use url::Url;

use super::Text;

/// What a reference resolves to. `url::Url` (the WHATWG URL Standard) is the only judge of a hostname.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// A URL with a scheme of its own or resolved against a `<base href>`; it may have no host (`data:`, `mailto:`).
    Absolute(Url),
    /// Relative to wherever the document is served from.
    Relative,
    /// Its scheme or host is computed at run time.
    Dynamic,
    /// The URL parser refuses it; the reason is the parser's own.
    Invalid(url::ParseError),
}

impl Reference {
    /// The parsed URL, if there is one.
    pub fn url(&self) -> Option<&Url> {
        match self {
            Self::Absolute(url) => Some(url),
            _ => None,
        }
    }

    /// The hostname as the WHATWG parser serializes it, if there is one.
    pub fn host(&self) -> Option<&str> {
        self.url().and_then(Url::host_str).filter(|host| !host.is_empty())
    }

    /// Why there is no URL: `relative`, `dynamic` or the parser's words.
    pub fn reason(&self) -> Option<String> {
        match self {
            Self::Absolute(_) => None,
            Self::Relative => Some("relative".to_owned()),
            Self::Dynamic => Some("dynamic".to_owned()),
            Self::Invalid(error) => Some(format!("invalid: {error}")),
        }
    }
}

/// The host of the stand-in for the unknown place a document is served from.
const UNKNOWN_HOST: &str = "served-from.congruent.invalid";

/// Resolves `text` against `base` (a `<base href>`), or against an unknown https page where there is none.
///
/// Holes are tried with two different contents: where scheme and host come out the same, the reference is constant as far
/// as hosts go. A hole directly after a complete host (`https://example.com{path}`) is taken for a path.
pub fn resolve(text: &Text<'_>, base: Option<&Url>) -> Reference {
    if !text.has_holes() {
        return resolve_str(text.as_str(), base);
    }
    let one = resolve_str(&fill(text, 'a'), base);
    let two = resolve_str(&fill(text, 'b'), base);
    let same = match (&one, &two) {
        (Reference::Absolute(one), Reference::Absolute(two)) => {
            one.scheme() == two.scheme() && one.host() == two.host() && one.port() == two.port()
        }
        _ => one == two,
    };
    let starts_with_hole = text.holes().next().is_some_and(|hole| text.as_str()[..hole.start].trim().is_empty());
    if !same || (one == Reference::Relative && starts_with_hole) {
        return Reference::Dynamic;
    }
    match one {
        // The URL as it is written, holes and all: `https://api.example.com/runs/%7Bid%7D`.
        Reference::Absolute(_) => resolve_str(&fill_path(text), base),
        other => other,
    }
}

fn resolve_str(text: &str, base: Option<&Url>) -> Reference {
    let text = collapse_slashes(text);
    let unknown;
    let base = match base {
        Some(base) => base,
        None => match Url::parse(&format!("https://{UNKNOWN_HOST}/")) {
            Ok(url) => {
                unknown = url;
                &unknown
            }
            Err(error) => return Reference::Invalid(error),
        },
    };
    match base.join(&text) {
        Ok(url) if url.host_str() == Some(UNKNOWN_HOST) => Reference::Relative,
        Ok(url) => Reference::Absolute(url),
        Err(error) => Reference::Invalid(error),
    }
}

/// Collapses a leading run of slashes and backslashes to two.
///
/// The standard ignores the surplus ("special authority ignore slashes state"); the `url` crate 2.5 fails with "empty host".
fn collapse_slashes(text: &str) -> std::borrow::Cow<'_, str> {
    let start = text.len() - text.trim_start_matches(|c: char| c <= ' ').len();
    let rest = &text[start..];
    let slash = |c: char| matches!(c, '/' | '\\');
    let ignored = |c: char| matches!(c, '\t' | '\n' | '\r');
    let run: usize = rest.chars().take_while(|&c| slash(c) || ignored(c)).filter(|&c| slash(c)).count();
    if run <= 2 {
        return text.into();
    }
    format!("//{}", rest.trim_start_matches(|c| slash(c) || ignored(c))).into()
}

/// The text with each hole replaced by `letter`, or by `/` where it follows a complete host.
fn fill(text: &Text<'_>, letter: char) -> String {
    fill_with(text, |_| letter.to_string())
}

/// The text with its holes as they are written, and a `/` before one that follows a complete host.
fn fill_path(text: &Text<'_>) -> String {
    fill_with(text, ToOwned::to_owned)
}

fn fill_with(text: &Text<'_>, content: impl Fn(&str) -> String) -> String {
    let chars = text.as_str();
    let mut out = String::with_capacity(chars.len());
    let mut at = 0;
    for hole in text.holes() {
        out.push_str(&chars[at..hole.start]);
        if ends_with_host(&out) && ends_authority(&chars[hole.end..]) {
            out.push('/');
        }
        match port_so_far(&out) {
            // A port is a number, or nothing; which one says nothing about the host.
            Some("") => {}
            Some(_) => out.push('1'),
            None => out.push_str(&content(&chars[hole.clone()])),
        }
        at = hole.end;
    }
    out.push_str(&chars[at..]);
    out
}

/// The digits behind a host and a colon with which `text` ends, if it ends so.
fn port_so_far(text: &str) -> Option<&str> {
    let (_, authority) = text.split_once("//")?;
    let (host, port) = authority.rsplit_once(':')?;
    let is_host = !host.is_empty() && !host.contains(['/', '?', '#', '\\', '@']);
    (is_host && port.len() < 5 && port.bytes().all(|byte| byte.is_ascii_digit())).then_some(port)
}

/// Whether `text` is scheme, slashes and a host with a dot in it, complete as far as one can see.
fn ends_with_host(text: &str) -> bool {
    let Some((_, host)) = text.split_once("//") else { return false };
    host.contains('.')
        && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
        && host.ends_with(|c: char| c.is_alphanumeric())
}

fn ends_authority(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(['/', '?', '#', '\\'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(text: &str) -> Option<String> {
        resolve(&Text::exact(text, 0), None).host().map(ToOwned::to_owned)
    }

    fn with_hole(text: &str) -> Reference {
        let (start, end) = (text.find('{').unwrap(), text.find('}').unwrap() + 1);
        resolve(&Text::exact(text, 0).with_holes(std::slice::from_ref(&(start..end))), None)
    }

    #[test]
    fn surplus_slashes_name_a_host() {
        for text in ["//evil.test/x", "///evil.test/x", "\\\\/evil.test", " \u{1} /\t//evil.test"] {
            assert_eq!(host(text).as_deref(), Some("evil.test"), "{text:?}");
        }
        assert_eq!(host("x.js"), None);
    }

    #[test]
    fn a_hole_is_harmless_in_the_path_only() {
        assert_eq!(with_hole("https://evil.test/{v}/x.js").host(), Some("evil.test"));
        assert_eq!(with_hole("https://evil.test{path}").host(), Some("evil.test"));
        assert_eq!(with_hole("https://{h}.evil.test/x"), Reference::Dynamic);
        assert_eq!(with_hole("https://cdn{n}.test/x"), Reference::Dynamic);
        assert_eq!(with_hole("{cdn}/x.js"), Reference::Dynamic);
        assert_eq!(with_hole("lib/{v}/x.js"), Reference::Relative);
        assert_eq!(with_hole("http://localhost:{port}/x").host(), Some("localhost"));
        assert_eq!(with_hole("http://localhost:80{n}/x").host(), Some("localhost"));
        assert_eq!(with_hole("http://u:{password}@evil.test/x").host(), Some("evil.test"));
    }
}
