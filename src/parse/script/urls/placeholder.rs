//! What a reader puts in: `https://<your-id>.example.com`.

use crate::model::Text;

/// A URL in whose host something stands for what a reader puts there (`https://<your-id>.example.com`) is computed.
pub(super) fn with_placeholders(text: Text<'_>) -> Text<'_> {
    let chars = text.as_str();
    let Some(authority) = chars.find("://").map(|colon| colon + 3) else { return text };
    let length = chars.get(authority..).and_then(|rest| rest.find(['/', '?', '#'])).unwrap_or(chars.len() - authority);
    let mut ranges = Vec::new();
    let mut at = authority;
    while let Some(open) = chars.get(at..authority + length).and_then(|rest| rest.find(['<', '{', '['])).map(|found| at + found) {
        let close = match chars.as_bytes().get(open) {
            Some(b'<') => ">",
            Some(b'{') => "}",
            _ => "]",
        };
        let end = chars.get(open..authority + length).and_then(|rest| rest.find(close)).map(|found| open + found + 1);
        let Some(end) = end else { break };
        // Brackets around colons and digits are an address.
        if close != "]" || chars.get(open..end).is_some_and(|inner| inner.contains(|c: char| c.is_alphabetic() && !c.is_ascii_hexdigit())) {
            ranges.push(open..end);
        }
        at = end;
    }
    let holes: Vec<_> = text.holes().collect();
    ranges.retain(|range| !holes.iter().any(|hole| hole.start < range.end && range.start < hole.end));
    text.with_holes(&ranges)
}
