//! Patterns in which `*` stands for any characters.

/// Whether `text` is what `pattern` says, where `*` stands for any characters.
pub fn matches_wildcard(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut parts: Vec<_> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches_wildcard as matches;

    #[test]
    fn a_star_stands_for_any_characters() {
        for (pattern, text) in [("a-b", "a-b"), ("*", "a-b"), ("a-*", "a-b"), ("*-b", "a-b"), ("a*b*c", "abbc"), ("**", ""), ("*b*", "abc")]
        {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("a", "a-b"), ("a-b", "a"), ("a*a", "a"), ("", "a"), ("*c", "ab"), ("a*b*c", "acb")] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
