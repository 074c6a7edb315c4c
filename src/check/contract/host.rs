//! The host of a URL in which something may be computed or stand for something else.

use url::Url;

use super::segment::holes_in;
use crate::model::Text;

/// Names of hosts that mean the reader's own machine, or nobody's (RFC 2606, RFC 6761).
const NOBODYS: [&str; 8] =
    ["localhost", "127.0.0.1", "0.0.0.0", "[::1]", "host.docker.internal", "example.com", "example.org", "example.net"];

/// The host of a URL with its port, as it is written, if it is nobody's.
pub(super) fn nobodys_host<'t>(url: &'t Text<'_>) -> Option<&'t str> {
    let host = url.as_str().split_once("//")?.1.split(['/', '?', '#']).next()?;
    labels(url).filter(|labels| is_nobodys(labels)).map(|_| host)
}

/// Whether a host, by its labels and its port, is nobody's: a placeholder, the reader's own machine, a name for examples.
pub(super) fn is_nobodys(labels: &[Option<String>]) -> bool {
    let Some((_, host)) = labels.split_last() else { return false };
    let is_open = host.iter().all(Option::is_none);
    let name = host.iter().map(|label| label.as_deref().unwrap_or("*")).collect::<Vec<_>>().join(".");
    is_open || NOBODYS.iter().any(|known| name.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

/// What is computed is tried with two different contents: what of the host comes out the same is constant.
const FILLERS: [u8; 2] = [b'x', b'y'];

/// What documentation writes for a part of a host: from one of these openings to its closing.
const PLACEHOLDERS: [(&str, &str); 4] = [("{{", "}}"), ("${", "}"), ("{", "}"), ("<", ">")];

/// A URL over HTTP that has a host, with each of the fillers for what is computed.
pub(super) fn parsed(url: &Text<'_>) -> Option<[Url; 2]> {
    let fill = |filler: u8| {
        let mut url = url.masked(filler).into_owned();
        // Under whichever scheme the page is found.
        if url.starts_with("//") {
            url.insert_str(0, "https:");
        }
        let start = url.find("//").map(|at| at + 2)?;
        let end = url.get(start..)?.find(['/', '?', '#']).map_or(url.len(), |at| start + at);
        for hole in holes_in(url.get(start..end)?, &PLACEHOLDERS).into_iter().rev() {
            let filled = char::from(filler).to_string().repeat(hole.len());
            url.replace_range(start + hole.start..start + hole.end, &filled);
        }
        Url::parse(&url).ok().filter(|url| matches!(url.scheme(), "http" | "https" | "ws" | "wss") && url.host_str().is_some())
    };
    let [one, two] = FILLERS.map(fill);
    Some([one?, two?])
}

/// The labels of the host of a URL over HTTP; `None` for one in which something is computed.
pub(super) fn labels(url: &Text<'_>) -> Option<Vec<Option<String>>> {
    let all = |url: Url| -> Vec<String> {
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let mut labels: Vec<_> = url.host_str().unwrap_or_default().split('.').map(str::to_owned).collect();
        labels.push(port);
        labels
    };
    let [one, two] = parsed(url)?.map(all);
    let known = |(one, two): (String, String)| (one == two).then_some(one);
    (one.len() == two.len()).then(|| one.into_iter().zip(two).map(known).collect())
}

/// Whether the labels of a host fit those of a server's.
pub(super) fn is_host(known: &[Option<String>], host: &[Option<String>]) -> bool {
    let is_label = |(known, label): (&Option<String>, &Option<String>)| known.is_none() || (known == label && label.is_some());
    known.len() == host.len() && known.iter().zip(host).all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(url: &str, hole: &str) -> Option<String> {
        let holes: Vec<_> = url.match_indices(hole).filter(|(_, hole)| !hole.is_empty()).map(|(at, hole)| at..at + hole.len()).collect();
        let labels = labels(&Text::exact(url, 0).with_holes(&holes))?;
        Some(labels.into_iter().map(|label| label.unwrap_or_else(|| "*".to_owned())).collect::<Vec<_>>().join("."))
    }

    #[test]
    fn hosts_have_labels() {
        assert_eq!(host("https://{a}.pets.test/v1", "{a}").as_deref(), Some("*.pets.test."));
        assert_eq!(host("https://API.pets.test:443/v1", "-").as_deref(), Some("api.pets.test."));
        assert_eq!(host("http://pets.test:8080", "-").as_deref(), Some("pets.test.:8080"));
        assert_eq!(host("{base}/runs", "{base}"), None);
        assert_eq!(host("/runs", "-"), None);
        assert_eq!(host("https://pets.test{path}", "{path}").as_deref(), Some("pets.*."));
    }
}
