//! A host in a string for which a text is tested.

use std::ops::Range;

use crate::model::HostWords;

/// How sure it is that a name is that of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Domain {
    /// Nothing else ends like that.
    Sure,
    /// Members, files and words end like that too.
    Ambiguous,
    /// Files do, first of all.
    File,
}

impl Domain {
    /// What a top-level domain in lower case says.
    pub(super) fn of(name: &str, words: &HostWords) -> Option<Self> {
        if words.domains.contains(name) {
            Some(Self::Sure)
        } else if words.ambiguous_domains.contains(name) {
            Some(Self::Ambiguous)
        } else {
            words.file_domains.contains(name).then_some(Self::File)
        }
    }

    /// Whether a name that ends so is a host, of so many labels, behind a scheme or not, tested against what is a URL or not.
    pub(super) fn is_host(self, labels: usize, has_scheme: bool, in_url: bool) -> bool {
        match self {
            Self::Sure => true,
            Self::Ambiguous => has_scheme || labels > 2 || in_url,
            Self::File => has_scheme,
        }
    }
}

/// A host in a string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Needle {
    /// Its place in the string.
    pub(super) host: Range<usize>,
    /// The dot before the top-level domain.
    pub(super) dot: usize,
    /// The top-level domain's kind.
    domain: Domain,
    labels: usize,
    /// Whether a scheme, or its two slashes, stand before it.
    pub(super) has_scheme: bool,
    /// Whether a dot stands before it.
    pub(super) has_dot: bool,
    /// Whether something stands behind it that ends a host: a slash, a port.
    pub(super) closed: bool,
    /// Whether a path stands behind it that is more than a slash.
    pub(super) has_path: bool,
    /// Whether it is written in lower case, as hosts in programs are and names of companies are not.
    lower: bool,
}

impl Needle {
    /// The host that a string is, with what belongs to a URL around it.
    pub(super) fn find(chars: &str, words: &HostWords) -> Option<Self> {
        let (scheme, start) = match chars.find("//") {
            Some(at) => (Some(chars.get(..at)?), at + 2),
            None => (None, 0),
        };
        if let Some(scheme) = scheme.filter(|scheme| !scheme.is_empty()) {
            let name = scheme.strip_suffix(':')?;
            if !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')) {
                return None;
            }
        }
        let has_dot = chars.get(start..)?.starts_with('.');
        let start = start + usize::from(has_dot);
        let rest = chars.get(start..)?;
        let length = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '.' | '_'))).unwrap_or(rest.len());
        let host = rest.get(..length)?;
        let behind = rest.get(length..)?;
        let closed = match behind.chars().next() {
            None => false,
            Some('/' | '?' | '#') => true,
            Some(':') => behind.chars().skip(1).take_while(|c| *c != '/').all(|c| c.is_ascii_digit()),
            Some(_) => return None,
        };
        let in_path =
            |c: char| !(c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '\'' | '`' | '|' | '\\' | '(' | '{'));
        if (!closed && !behind.is_empty()) || !behind.chars().all(in_path) {
            return None;
        }
        let labels = host.split('.').count();
        let is_label = |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
        if labels < 2 || !host.split('.').all(is_label) || !host.contains(|c: char| c.is_alphabetic()) {
            return None;
        }
        let (name, last) = host.rsplit_once('.')?;
        // Members of something else: `client.peer_name.host`.
        if scheme.is_none() && name.contains('_') {
            return None;
        }
        let host_name = host.to_lowercase();
        if scheme.is_none() && words.not_hosts.contains(&host_name) {
            return None;
        }
        let path = behind.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit());
        Some(Self {
            host: start..start + length,
            dot: start + name.len(),
            domain: Domain::of(&last.to_ascii_lowercase(), words)?,
            labels: labels + usize::from(has_dot),
            has_scheme: scheme.is_some(),
            has_dot,
            closed,
            has_path: path.len() > 1,
            lower: host == host_name,
        })
    }

    /// Whether it is a host, tested against what is a URL or not.
    pub(super) fn is_host(&self, in_url: bool) -> bool {
        self.domain.is_host(self.labels, self.has_scheme, in_url) && (self.lower || self.has_scheme)
    }
}
