//! The allowlist, and which of its entries nearly allows a host.

use std::cmp::Reverse;

use url::Url;

use super::look_alike::{resemblance, stands_in_front};
use crate::model::{Directive, HostSource, Place};

/// Which hosts a page may load from, for every directive or for one.
#[derive(Debug, Default)]
pub struct AllowList {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    directive: Option<Directive>,
    source: HostSource,
    place: Option<Place>,
}

/// How far an entry misses a host that only looks like its own.
const RESEMBLES: u8 = 4;

/// An entry that nearly allows a URL.
pub(super) struct Near<'a> {
    /// Where the entry stands, if it stands in a file.
    pub(super) place: Option<&'a Place>,
    /// Why it does not allow it.
    pub(super) why: String,
    /// The allowed host that this one may be taken for, if it may.
    pub(super) taken_for: Option<&'a str>,
}

impl AllowList {
    /// Allows `source`, which stands at `place`, for `directive` or for every directive.
    pub fn allow(&mut self, directive: Option<Directive>, source: HostSource, place: Option<Place>) {
        self.entries.push(Entry { directive, source, place });
    }

    /// Whether a load is allowed.
    pub(super) fn allows(&self, directive: Directive, url: &Url) -> bool {
        self.entries.iter().any(|entry| entry.is_for(directive) && entry.source.matches(url))
    }

    /// Whether a host begins with all of an allowed host and goes on.
    pub(super) fn begins(&self, host: &str) -> bool {
        self.entries.iter().filter_map(|entry| entry.source.host()).any(|known| stands_in_front(host, known))
    }

    /// The entry that comes nearest to allowing a load that is not allowed.
    pub(super) fn near(&self, directive: Directive, url: &Url, host: &str) -> Option<Near<'_>> {
        let host = host.strip_suffix('.').unwrap_or(host);
        let ranked = self.entries.iter().filter_map(|entry| entry.misses(directive, url, host).map(|(rank, why)| (rank, entry, why)));
        // Of several that resemble it equally, the longest says most.
        let nearest = |(rank, entry, _): &(u8, &Entry, String)| (*rank, Reverse(entry.source.host().map_or(0, str::len)));
        let (rank, entry, why) = ranked.min_by_key(nearest)?;
        let taken_for = entry.source.host().filter(|_| rank == RESEMBLES);
        Some(Near { place: entry.place.as_ref(), why: format!("`{}` {why}", entry.source.as_str()), taken_for })
    }
}

impl Entry {
    fn is_for(&self, directive: Directive) -> bool {
        self.directive.is_none_or(|own| own == directive)
    }

    /// By how much the entry misses, and why; `None` if it has nothing to do with the URL.
    fn misses(&self, directive: Directive, url: &Url, host: &str) -> Option<(u8, String)> {
        if self.source.matches(url) {
            let own = self.directive.filter(|own| *own != directive)?;
            return Some((0, format!("is allowed for {} only", own.name())));
        }
        if self.source.allows_host(host) {
            return Some((1, "allows the host with another scheme, port or path only".to_owned()));
        }
        let known = self.source.host()?;
        if host == known {
            return Some((2, format!("allows what is below {known} only, not the host itself")));
        }
        if let Some(why) = resemblance(host, known) {
            return Some((RESEMBLES, why.to_owned()));
        }
        host.strip_suffix(known)
            .is_some_and(|rest| rest.ends_with('.'))
            .then(|| (3, format!("allows the host itself only: `*.{known}` allows what is below it")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(entries: &[(Option<Directive>, &str)], url: &str) -> String {
        let mut list = AllowList::default();
        for (directive, entry) in entries {
            list.allow(*directive, HostSource::parse(entry).unwrap(), None);
        }
        let url = Url::parse(url).unwrap();
        assert!(!list.allows(Directive::Script, &url), "{url}");
        list.near(Directive::Script, &url, url.host_str().unwrap()).map(|near| near.why).unwrap_or_default()
    }

    #[test]
    fn the_nearest_entry_says_why_it_does_not_allow() {
        let images = [(Some(Directive::Img), "cdn.test"), (None, "cdn.tset")];
        assert_eq!(why(&images, "https://cdn.test/x"), "`cdn.test` is allowed for img-src only");
        assert!(why(&[(None, "cdn.test")], "https://cdn.test:8443/x").contains("another scheme, port or path"));
        assert!(why(&[(None, "*.cdn.test")], "https://cdn.test/x").contains("not the host itself"));
        assert!(why(&[(None, "cdn.test")], "https://a.cdn.test/x").contains("`*.cdn.test` allows"));
        assert!(why(&[(None, "cdn.jsdelivr.net")], "https://cdn.jsdelivr.net.evil.example.net/x").contains("stands in front"));
        let two = [(None, "example.org"), (None, "cdn.jsdelivr.net")];
        assert!(why(&two, "https://cdn.jsdelivr.net.evil.example.net/x").starts_with("`cdn.jsdelivr.net` only stands"));
        assert!(why(&[(None, "*.jsdelivr.net")], "https://cdn.jsdeliver.net/x").contains("nearly the same"));
        assert_eq!(why(&[(None, "unpkg.com")], "https://cdnjs.cloudflare.com/x"), "");
    }
}
