use percent_encoding::percent_decode_str;
use url::{Host, Url};

/// A host-source expression of CSP Level 3, section 2.3.1: `[scheme://]host[:port][/path]`.
///
/// `*.host` means every subdomain of the host and not the host itself, `*` any host. Matching follows section 6.7.2, where
/// `http` also allows `https` and port 80 also allows 443. Where CSP asks the page (an expression without a scheme has the
/// page's own), the page may be `http` or `https`. Beyond the grammar, `//host` is read as `host`, IP addresses match
/// themselves, and a trailing dot says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostSource {
    text: String,
    scheme: Option<String>,
    host: HostPart,
    port: PortPart,
    path: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum HostPart {
    Any,
    Exact(String),
    /// The host, of which only subdomains match.
    Subdomains(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PortPart {
    /// The default port of the URL's scheme.
    Default,
    Any,
    Number(u16),
}

impl HostSource {
    /// Parses an expression.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in one sentence without a trailing full stop.
    pub fn parse(text: &str) -> Result<Self, String> {
        refuse_other_sources(text)?;
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (Some(parse_scheme(scheme)?), rest),
            None => (None, text.strip_prefix("//").unwrap_or(text)),
        };
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if authority.contains('@') {
            return Err(format!("`{text}` names a user, and an allowlist entry is a host"));
        }
        let (host, port) = split_port(authority);
        let host = parse_host(text, host)?;
        let port = match port {
            // CSP lets a bare `*` match whatever the network delivers, on any port.
            None if text == "*" => PortPart::Any,
            None => PortPart::Default,
            Some("*") => PortPart::Any,
            Some(digits) => PortPart::Number(parse_port(text, digits)?),
        };
        Ok(Self { text: text.to_owned(), scheme, host, port, path: path.to_owned() })
    }

    /// Whether the URL's scheme, host, port and path match.
    pub fn matches(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else { return false };
        self.matches_scheme(url.scheme()) && self.allows_host(host) && self.matches_port(url) && self.matches_path(url.path())
    }

    /// The expression as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host as the URL parser serializes it, without `*.`; `None` where the expression allows any host.
    pub fn host(&self) -> Option<&str> {
        match &self.host {
            HostPart::Any => None,
            HostPart::Exact(host) | HostPart::Subdomains(host) => Some(host),
        }
    }

    fn matches_scheme(&self, scheme: &str) -> bool {
        match self.scheme.as_deref() {
            None => matches!(scheme, "http" | "https" | "ws" | "wss"),
            Some("http") => matches!(scheme, "http" | "https"),
            Some("ws") => matches!(scheme, "ws" | "wss" | "http" | "https"),
            Some("wss") => matches!(scheme, "wss" | "https"),
            Some(other) => scheme == other,
        }
    }

    /// Whether a host, as the URL parser serializes it, matches on its own.
    pub fn allows_host(&self, host: &str) -> bool {
        let host = without_trailing_dot(host);
        match &self.host {
            HostPart::Any => true,
            HostPart::Exact(pattern) => host == pattern,
            HostPart::Subdomains(pattern) => host.strip_suffix(pattern.as_str()).is_some_and(|rest| rest.ends_with('.')),
        }
    }

    fn matches_port(&self, url: &Url) -> bool {
        let default = match url.scheme() {
            "http" | "ws" => 80,
            "https" | "wss" => 443,
            _ => return self.port == PortPart::Any || url.port().is_none(),
        };
        let port = url.port().unwrap_or(default);
        match self.port {
            PortPart::Default => port == default,
            PortPart::Any => true,
            PortPart::Number(number) => port == number || (number == 80 && port == 443 && default == 443),
        }
    }

    /// An expression's path that ends in a slash allows all below it; another allows itself.
    fn matches_path(&self, path: &str) -> bool {
        if self.path.is_empty() || self.path == "/" {
            return true;
        }
        let mut pattern: Vec<&str> = self.path.split('/').collect();
        let pieces: Vec<&str> = path.split('/').collect();
        let exact = !self.path.ends_with('/');
        if pattern.len() > pieces.len() || (exact && pattern.len() != pieces.len()) {
            return false;
        }
        if !exact {
            pattern.pop();
        }
        pattern.iter().zip(pieces).all(|(one, other)| percent_decode_str(one).eq(percent_decode_str(other)))
    }
}

/// Refuses what is no host-source at all, by the name of what it is.
fn refuse_other_sources(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("an empty entry allows nothing: name a host, such as `cdn.example.com`".to_owned());
    }
    if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(format!("`{}` holds white space: one entry is one host", text.escape_default()));
    }
    if text.starts_with('\'') {
        return Err(format!("`{text}` is a CSP keyword, and an allowlist entry is a host"));
    }
    if text.ends_with(':') && !text.contains(['/', '.']) {
        return Err(format!("`{text}` is a scheme, and an allowlist entry is a host: `{text}//*` allows all hosts"));
    }
    if let Some(separator) = text.chars().find(|c| matches!(c, ';' | ',')) {
        return Err(format!("`{text}` holds `{separator}`: one entry is one host"));
    }
    if let Some(mark) = text.chars().find(|c| matches!(c, '?' | '#')) {
        return Err(format!("`{text}` goes on after `{mark}`, which no allowlist entry can match: leave the rest out"));
    }
    if text.contains('\\') {
        return Err(format!("`{text}` holds a backslash: separate with `/`"));
    }
    Ok(())
}

fn parse_scheme(scheme: &str) -> Result<String, String> {
    let mut chars = scheme.chars();
    let valid =
        chars.next().is_some_and(|c| c.is_ascii_alphabetic()) && chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    if valid { Ok(scheme.to_ascii_lowercase()) } else { Err(format!("`{scheme}://` is no scheme")) }
}

/// Host and port of an authority. The colons of an IPv6 address stand in brackets.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    let after_address = authority.rfind(']').map_or(0, |at| at + 1);
    match authority[after_address..].find(':') {
        Some(colon) => (&authority[..after_address + colon], Some(&authority[after_address + colon + 1..])),
        None => (authority, None),
    }
}

fn parse_port(text: &str, digits: &str) -> Result<u16, String> {
    let number = if digits.bytes().all(|b| b.is_ascii_digit()) { digits.parse().ok() } else { None };
    number.ok_or_else(|| format!("`{text}` has `{digits}` for a port: a number up to 65535, or `*`"))
}

fn parse_host(text: &str, host: &str) -> Result<HostPart, String> {
    if host == "*" {
        return Ok(HostPart::Any);
    }
    let (subdomains, host) = match host.strip_prefix("*.") {
        Some(rest) => (true, rest),
        None => (false, host),
    };
    if host.contains('*') {
        return Err(format!("`{text}` has `*` in another place than in front: only `*.example.com` and `*` are understood"));
    }
    if without_trailing_dot(host).is_empty() {
        return Err(format!("`{text}` names no host"));
    }
    if without_trailing_dot(host).split('.').any(str::is_empty) {
        return Err(format!("`{text}` has an empty label: two dots, or one in front"));
    }
    let address = host.starts_with('[') && host.ends_with(']');
    if let Some(other) = host.chars().find(|&c| !(address || c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))) {
        return Err(format!("`{text}` holds `{other}`, which no host can"));
    }
    // The host is compared with what the same parser makes of a URL's.
    let url = Url::parse(&format!("https://{host}/")).map_err(|error| format!("`{text}` names no host: {error}"))?;
    match url.host() {
        Some(Host::Domain(domain)) if subdomains => Ok(HostPart::Subdomains(without_trailing_dot(domain).to_owned())),
        Some(Host::Domain(domain)) => Ok(HostPart::Exact(without_trailing_dot(domain).to_owned())),
        Some(_) if subdomains => Err(format!("`{text}`: an address has no subdomains")),
        Some(address) => Ok(HostPart::Exact(address.to_string())),
        None => Err(format!("`{text}` names no host")),
    }
}

fn without_trailing_dot(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `pattern | URLs that match | URLs that don't`.
    const MATCHING: &str = "
        cdn.test | https://cdn.test/x http://cdn.test wss://cdn.test/ https://CDN.TEST:443/ https://cdn.test./x https://u:p@cdn.test/ | https://a.cdn.test/ https://cdn.test.evil.test/ https://xcdn.test/ https://cdn.test:8443/ http://cdn.test:443/ ftp://cdn.test/ https://cdn.test@evil.test/ https://evil.test/cdn.test https://cdn.tes/
        *.cdn.test | https://a.cdn.test/ https://a.b.cdn.test/x https://a.cdn.test./ | https://cdn.test/ https://acdn.test/ https://a.cdn.test.evil.test/ https://cdn.test:80/
        * | http://a.test:9/ https://b.test/ wss://c.test/ | ftp://a.test/ data:,x
        https://* | https://a.test/ | https://a.test:8443/ http://a.test/
        *:* | https://a.test:8443/ |
        https://cdn.test | https://cdn.test/ | http://cdn.test/ wss://cdn.test/
        http://cdn.test | https://cdn.test/ http://cdn.test/ | ws://cdn.test/
        ws://cdn.test | wss://cdn.test/ ws://cdn.test/ https://cdn.test/ |
        WSS://cdn.test | wss://cdn.test/ | ws://cdn.test/ http://cdn.test/
        cdn.test:8443 | https://cdn.test:8443/ http://cdn.test:8443/ | https://cdn.test/
        cdn.test:80 | http://cdn.test/ https://cdn.test/ | http://cdn.test:443/ http://cdn.test:81/
        cdn.test:443 | https://cdn.test/ | http://cdn.test/
        cdn.test:* | https://cdn.test:1/ | https://a.cdn.test:1/
        //cdn.test/lib/ | https://cdn.test/lib/x.js https://cdn.test/lib/ https://cdn.test/l%69b/a/b | https://cdn.test/lib https://cdn.test/library/x https://cdn.test/
        cdn.test/lib/x.js | https://cdn.test/lib/x.js?v=1#y https://cdn.test/lib/%78.js | https://cdn.test/lib/x.js/y https://cdn.test/lib/X.js
        cdn.test/ | https://cdn.test/any |
        bücher.test | https://xn--bcher-kva.test/ https://BÜCHER.test/ | https://bucher.test/
        Cdn.Test. | https://cdn.test/ |
        127.0.0.1 | http://127.0.0.1/ http://0x7f.1/ | http://127.0.0.1:8000/
        [::1]:8000 | http://[::1]:8000/ http://[0:0::1]:8000/ | http://[::1]/
        a_b.test | https://a_b.test/ |
    ";

    #[test]
    fn patterns_match_what_csp_says() {
        for row in MATCHING.lines().filter(|row| !row.trim().is_empty()) {
            let [pattern, yes, no] = row.split('|').collect::<Vec<_>>().try_into().unwrap();
            let source = HostSource::parse(pattern.trim()).unwrap();
            for (urls, expected) in [(yes, true), (no, false)] {
                for url in urls.split_whitespace() {
                    assert_eq!(source.matches(&Url::parse(url).unwrap()), expected, "{pattern} against {url}");
                }
            }
        }
    }

    #[test]
    fn errors_say_what_is_wrong() {
        for (pattern, words) in [
            ("", "empty entry"),
            ("a.test b.test", "white space"),
            ("'self'", "keyword"),
            ("https:", "`https://*` allows all hosts"),
            ("a.test, b.test", "white space"),
            ("a.test;b.test", "holds `;`"),
            ("a.test/x?y", "after `?`"),
            ("https://me@a.test", "names a user"),
            ("a.*.test", "`*` in another place"),
            ("*cdn.test", "`*` in another place"),
            ("*.*.test", "`*` in another place"),
            ("**", "`*` in another place"),
            ("*.", "names no host"),
            (".", "names no host"),
            ("/path", "names no host"),
            ("https://", "names no host"),
            (".a.test", "empty label"),
            ("a..test", "empty label"),
            ("a.test:port", "`port` for a port"),
            ("a.test:", "for a port"),
            ("a.test:99999", "`99999` for a port"),
            ("a.test:+80", "`+80` for a port"),
            ("a%2etest", "holds `%`"),
            ("[::g]", "names no host"),
            ("*.127.0.0.1", "no subdomains"),
            ("1a://a.test", "is no scheme"),
            ("a.test\\x", "backslash"),
            ("::1", "names no host"),
        ] {
            let error = HostSource::parse(pattern).unwrap_err();
            assert!(error.contains(words), "{pattern:?}: {error}");
        }
    }
}
