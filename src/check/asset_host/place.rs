//! Hosts that nobody can own, and files that nobody serves.

use serde::{Deserialize, Serialize};
use url::Host;

/// Whether a host is one of the `reserved` domains or below one (RFC 2606, RFC 6761), or an address that means this machine
/// (RFC 1122, RFC 4291) or is set aside for documentation (RFC 5737, RFC 3849). A private address is neither: on another
/// network another machine has it.
pub(super) fn is_reserved(host: &Host<&str>, reserved: &[String]) -> bool {
    match host {
        Host::Domain(domain) => {
            let domain = domain.strip_suffix('.').unwrap_or(domain);
            reserved.iter().any(|name| domain.strip_suffix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
        }
        Host::Ipv4(address) => address.is_loopback() || address.is_unspecified() || address.is_documentation(),
        Host::Ipv6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => is_reserved(&Host::Ipv4(mapped), reserved),
            None => address.is_loopback() || address.is_unspecified() || address.segments()[..2] == [0x2001, 0xdb8],
        },
    }
}

/// Which files are no pages that the project serves. A path is in a folder if one of its folders has that name.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Unserved {
    /// Extensions of files that are no pages where they stand at the root.
    root_extensions: Vec<String>,
    /// File names, without extension, that are no pages outside of `page_folders`.
    names: Vec<String>,
    /// Folders of a site's pages.
    page_folders: Vec<String>,
    /// Folders that no site is made of.
    folders: Vec<String>,
}

impl Unserved {
    /// Whether the file at this path may be a page of the project, or part of one.
    pub(super) fn serves(&self, path: &str) -> bool {
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        let is = |list: &[String], word: &str| list.iter().any(|entry| entry.eq_ignore_ascii_case(word));
        let below = |list: &[String]| folders.split('/').any(|folder| is(list, folder));
        if below(&self.folders) {
            return false;
        }
        if folders.is_empty() && is(&self.root_extensions, extension) {
            return false;
        }
        !is(&self.names, stem) || !is(&self.root_extensions, extension) || below(&self.page_folders)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use url::Url;

    #[test]
    fn only_names_and_addresses_that_nobody_owns_are_reserved() {
        let reserved = ["example.com", "test", "localhost"].map(str::to_owned);
        let is = |url: &str| is_reserved(&Url::parse(url).unwrap().host().unwrap(), &reserved);
        for url in [
            "https://example.com",
            "https://EXAMPLE.com./",
            "https://a.b.example.com",
            "http://x.test",
            "http://test",
            "http://localhost:8000",
            "http://a.localhost",
            "http://127.8.9.1",
            "http://2130706433",
            "http://[::1]:80",
            "http://[::ffff:127.0.0.1]",
            "http://0.0.0.0:8000",
            "http://192.0.2.7",
            "http://[2001:db8::1]",
        ] {
            assert!(is(url), "{url}");
        }
        for url in [
            "https://notexample.com",
            "https://example.com.evil.org",
            "https://example.community",
            "https://latest",
            "https://test.io",
            "http://10.0.0.1",
            "http://192.168.1.1",
            "http://128.0.0.1",
            "http://[::2]",
            "https://localhost.evil.org",
        ] {
            assert!(!is(url), "{url}");
        }
    }
}
