//! Whole commands in the sentences of a page: `` `curl -H "Authorization: Bearer …" https://…` ``.

use std::ops::Range;

use super::find::{self, Found, Shape};
use super::forbid;

/// What a command between backticks, or in a `<code>` element, sends of the credential at `key`.
pub(super) fn command(text: &str, key: &Range<usize>) -> Option<Found> {
    let line_start = text.get(..key.start)?.rfind('\n').map_or(0, |at| at + 1);
    let before = text.get(line_start..key.start)?;
    let after = text.get(key.end..)?.lines().next()?;
    let code = |open: &str, close: &str| {
        let start = before.rfind(open)? + open.len();
        let end = after.find(close)?;
        Some(line_start + start..key.end + end)
    };
    let code = code("`", "`").or_else(|| code("<code>", "</code>"))?;
    let program = text.get(code.clone())?.trim_start_matches(['$', ' ']).split_whitespace().next()?;
    if !matches!(program, "curl" | "wget" | "http" | "https" | "xh") {
        return None;
    }
    let found = find::find(text, key.clone())?;
    let sent = matches!(found.shape, Shape::Option | Shape::Url) && code.start <= found.range.start;
    let sentence = text.get(line_start..code.start)?.rsplit(['.', '!', '。']).next()?;
    let above = text.get(..line_start)?.lines().next_back().filter(|line| !line.ends_with(['.', ':', '!', '?'])).unwrap_or_default();
    (sent && !forbid::forbids(&format!("{above} {sentence}"))).then_some(found)
}
