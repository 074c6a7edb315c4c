//! The name that was probably meant.

/// The candidate that is closest to `name`, if one is close: at most a third of its characters differ.
pub fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    // A hostile name could be long, and the distance takes quadratic time.
    if name.len() > 100 {
        return None;
    }
    let distances = candidates.into_iter().map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate));
    distances.min().filter(|(distance, candidate)| *distance * 3 <= candidate.chars().count().max(3)).map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_close_name_is_offered() {
        assert_eq!(nearest("exclud", ["assets", "exclude"]), Some("exclude"));
        assert_eq!(nearest("rule", ["rules", "ignore"]), Some("rules"));
        assert_eq!(nearest("timeout", ["rules", "ignore"]), None);
    }
}
