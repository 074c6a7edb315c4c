//! Hosts that are made to be taken for others.

/// Why `host` may be taken for the allowed host `known`, if it may.
pub(super) fn resemblance(host: &str, known: &str) -> Option<&'static str> {
    if stands_in_front(host, known) {
        return Some("only stands in front: a host belongs to whoever owns its end");
    }
    if host.strip_suffix(known).is_some_and(|rest| !rest.is_empty() && !rest.ends_with('.')) {
        return Some("only ends it, in the middle of a name");
    }
    let labels = known.split('.').count();
    let tail = tail(host, labels);
    if tail != known && skeleton(tail) == skeleton(known) {
        return Some("looks the same and is another name");
    }
    if let (Some((name, end)), Some((known_name, known_end))) = (tail.rsplit_once('.'), known.rsplit_once('.'))
        && name == known_name
        && name.len() >= 5
        && end != known_end
    {
        return Some("has another ending");
    }
    // One slip in a short name, two in a longer one.
    let slips = if known.len() < 12 { 1 } else { 2 };
    let near = |other: &str| other.len().abs_diff(known.len()) <= slips && strsim::damerau_levenshtein(other, known) <= slips;
    (known.len() >= 6 && tail != known && (near(tail) || near(host))).then_some("is nearly the same and is another name")
}

/// Whether a host's first labels are all of another host, and more follow.
pub(super) fn stands_in_front(host: &str, known: &str) -> bool {
    host.strip_prefix(known).is_some_and(|rest| rest.len() > 1 && rest.starts_with('.'))
}

/// The last labels of a host.
fn tail(host: &str, labels: usize) -> &str {
    let start = host.rmatch_indices('.').nth(labels.saturating_sub(1)).map_or(0, |(at, _)| at + 1);
    &host[start..]
}

/// A host as it looks, letters that are drawn alike being the same (a few of Unicode's UTS 39).
fn skeleton(host: &str) -> String {
    let drawn: String = url::quirks::domain_to_unicode(host).chars().map(alike).collect();
    drawn.replace("rn", "m").replace("vv", "w").replace("cl", "d")
}

fn alike(c: char) -> char {
    match c {
        '0' | 'ο' | 'о' | 'օ' | 'ö' | 'ó' | 'ò' => 'o',
        '1' | 'i' | 'ı' | 'і' | 'í' | 'ì' | 'ӏ' | 'ι' | 'ł' => 'l',
        'а' | 'α' | 'á' | 'à' | 'ä' => 'a',
        'е' | 'é' | 'è' | 'ё' => 'e',
        'с' | 'ç' => 'c',
        'р' | 'ρ' => 'p',
        'ѕ' | '5' | 'ś' => 's',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        'ј' => 'j',
        'һ' => 'h',
        'ԁ' => 'd',
        'ν' => 'v',
        'к' | 'κ' => 'k',
        'п' | 'ñ' | 'ń' => 'n',
        'т' | 'τ' => 't',
        'ü' | 'ú' | 'υ' => 'u',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impostors_are_seen() {
        let known = "cdn.jsdelivr.net";
        for host in [
            "cdn.jsdelivr.net.evil.example.net",
            "evilcdn.jsdelivr.net",
            "cdn.jsdeliver.net",
            "cdn.jsdelivr.nte",
            "cdn.jsde1ivr.net",
            "a.cdn.jsdelivr.com",
        ] {
            assert!(resemblance(host, known).is_some(), "{host}");
        }
        for host in ["cdn.jsdelivr.net", "a.cdn.jsdelivr.net", "unpkg.com", "jsdelivr.net", "cdn.example.net", "net"] {
            assert!(resemblance(host, known).is_none(), "{host}");
        }
        let cyrillic = url::Url::parse("https://cdn.jsdelіvr.net/").unwrap();
        assert!(cyrillic.host_str().and_then(|host| resemblance(host, known)).is_some_and(|why| why.starts_with("looks")));
    }
}
