//! Patterns of paths and of key paths.

/// Whether `text` is what `pattern` says, where `*` stands for any characters.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    // Where the last `*` stands, and how much of the text it has taken.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(byte) if Some(byte) == text.get(t) => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((at, taken)) = star else { return false };
                star = Some((at, taken + 1));
                p = at + 1;
                t = taken + 1;
            }
        }
    }
    pattern[p..].iter().all(|&byte| byte == b'*')
}

/// Whether the last components of `path` are those of `pattern`.
pub(super) fn path_matches(pattern: &str, path: &str) -> bool {
    let differ = |one: Option<&u8>, two: Option<&u8>| one != Some(&b'*') && one != two;
    if differ(pattern.as_bytes().last(), path.as_bytes().last()) {
        return false;
    }
    let mut components = path.rsplit('/');
    pattern.rsplit('/').all(|part| components.next().is_some_and(|component| matches(part, component)))
}

/// Whether the last keys of `path` are those of `pattern`, `*` being any one key; the first ones, if it ends in `**`.
pub(super) fn keys_match(pattern: &str, path: &[&str]) -> bool {
    let agrees = |part: &str, key: Option<&&str>| key.is_some_and(|key| part == "*" || part == *key);
    if let Some(start) = pattern.strip_suffix(".**") {
        let mut keys = path.iter();
        return start.split('.').all(|part| agrees(part, keys.next()));
    }
    // Hardly any pattern ends as a path does.
    if let Some(last) = path.last()
        && !pattern.ends_with('*')
        && !pattern.ends_with(last)
    {
        return false;
    }
    let mut keys = path.iter().rev();
    pattern.rsplit('.').all(|part| agrees(part, keys.next()))
}

/// Whether pattern and path agree from the end as far as both go: a sample may show the inner part of a file only.
pub(super) fn keys_agree(pattern: &str, path: &[&str]) -> bool {
    pattern.rsplit('.').next() != Some("*") && pattern.rsplit('.').zip(path.iter().rev()).all(|(part, key)| part == "*" || part == *key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_from_the_end() {
        assert!(path_matches(".github/workflows/*.yml", "a/.github/workflows/ci.yml"));
        assert!(!path_matches(".github/workflows/*.yml", "a/workflows/ci.yml"));
        assert!(path_matches("mkdocs*.yml", "mkdocs.en.yml"));
        assert!(!path_matches("mkdocs*.yml", "docs/mkdocs.yml/x"));
        assert!(!matches("*a*b*c*", &"ab".repeat(1_000)));
        assert!(keys_match("services.*.command", &["x", "services", "db", "command"]));
        assert!(!keys_match("services.*.command", &["services", "command"]));
        assert!(keys_match("nav.**", &["nav"]) && keys_match("nav.**", &["nav", "x", "y"]) && !keys_match("nav.**", &["x", "nav"]));
        assert!(keys_agree("steps.run", &["run"]) && !keys_agree("steps.run", &["x", "run"]) && !keys_agree("scripts.*", &["x"]));
    }
}
