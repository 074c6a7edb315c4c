//! Where a link's destination stands within its source (CommonMark 0.31, sections 4.7, 6.3 and 6.5), and what it decodes to.

use std::ops::Range;

use crate::model::{Text, TextBuilder};

/// The destination of an inline link or image. `label_end` is at or before the `]` that closes the label, with no other `]`
/// between; `end` is the end of the whole link.
pub(super) fn of_link<'s>(text: &Text<'s>, label_end: usize, end: usize, decoded: &str) -> Option<Text<'s>> {
    let chars = text.as_str().get(..end)?;
    let close = label_end + chars.get(label_end..)?.find(']')?;
    let open = close + 1;
    if !chars[open..].starts_with('(') {
        return None;
    }
    at(text, open + 1, end, Some(decoded))
}

/// The destination of a link reference definition that covers `definition`.
pub(super) fn of_definition<'s>(text: &Text<'s>, definition: Range<usize>, decoded: &str) -> Option<Text<'s>> {
    let (_, colon) = label(text.as_str().get(..definition.end)?, definition.start)?;
    at(text, colon + 1, definition.end, Some(decoded))
}

/// The label and the destination of what looks like a link reference definition at `range`.
pub(super) fn of_repeated_definition<'t, 's>(text: &'t Text<'s>, range: Range<usize>) -> Option<(&'t str, Text<'s>)> {
    let (label, colon) = label(text.as_str().get(..range.end)?, range.start)?;
    Some((label, at(text, colon + 1, range.end, None)?))
}

/// The first label at or after `start`, and where the colon after it stands.
fn label(chars: &str, start: usize) -> Option<(&str, usize)> {
    let label = start + chars.get(start..)?.find('[')? + 1;
    let mut escaped = false;
    let close = chars[label..].bytes().position(|byte| {
        let closes = byte == b']' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    })?;
    let colon = label + close + 1;
    chars[colon..].starts_with(':').then_some((&chars[label..label + close], colon))
}

/// The destination that starts after white space at `start`, and is `decoded` where that is known.
fn at<'s>(text: &Text<'s>, start: usize, end: usize, decoded: Option<&str>) -> Option<Text<'s>> {
    let chars = text.as_str().get(..end)?;
    let start = skip_space(chars, start);
    let range = match chars[start..].strip_prefix('<') {
        Some(rest) => start + 1..start + 1 + unescaped(rest, |c, _| c == '>')?,
        None => {
            let ends = |c: char, depth: usize| c.is_ascii_whitespace() || c.is_ascii_control() || (c == ')' && depth == 0);
            start..start + unescaped(&chars[start..], ends).unwrap_or(chars.len() - start)
        }
    };
    let found = decode(text, range.clone());
    let Some(decoded) = decoded.filter(|decoded| found.as_str() != *decoded) else { return Some(found) };
    // What the Markdown parser read otherwise (an unusual escape) keeps its place, as a whole.
    (!decoded.is_empty()).then(|| Text::synthetic(decoded.to_owned(), text.span(range)))
}

/// Skips white space, and the markers of quotes where a line starts.
fn skip_space(chars: &str, start: usize) -> usize {
    let mut in_prefix = false;
    let length = chars[start..].bytes().take_while(|&byte| {
        in_prefix |= byte == b'\n';
        byte.is_ascii_whitespace() || (in_prefix && byte == b'>')
    });
    start + length.count()
}

/// The bytes before the first unescaped character that `ends` accepts, given how many parentheses are open.
fn unescaped(chars: &str, ends: impl Fn(char, usize) -> bool) -> Option<usize> {
    let (mut escaped, mut depth) = (false, 0usize);
    for (at, c) in chars.char_indices() {
        if escaped {
            escaped = false;
            // A backslash before white space stands for itself.
            if !c.is_ascii_whitespace() {
                continue;
            }
        }
        if ends(c, depth) {
            return Some(at);
        }
        match c {
            '\\' => escaped = true,
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// The bytes `range` with backslash escapes and character references decoded.
pub(super) fn decode<'s>(text: &Text<'s>, range: Range<usize>) -> Text<'s> {
    let chars = &text.as_str()[range.clone()];
    if !chars.contains(['\\', '&']) {
        return text.slice(range);
    }
    let mut builder = TextBuilder::new();
    let mut at = 0;
    while let Some(next) = chars[at..].find(['\\', '&']).map(|length| at + length) {
        builder.push(text, range.start + at..range.start + next);
        let rest = &chars[next..];
        let (length, character) = if let Some(rest) = rest.strip_prefix('\\') {
            let escaped = rest.chars().next().filter(char::is_ascii_punctuation);
            (escaped.map_or(0, |_| 2), escaped.map(String::from))
        } else {
            character_reference(rest).map_or((0, None), |(length, character)| (length, Some(character)))
        };
        match character {
            Some(character) => builder.escaped(&character, text.span(range.start + next..range.start + next + length)),
            None => builder.push(text, range.start + next..range.start + next + 1),
        }
        at = next + length.max(1);
    }
    builder.push(text, range.start + at..range.end);
    builder.finish()
}

/// The character reference that `text` starts with: its length, and what it stands for.
fn character_reference(text: &str) -> Option<(usize, String)> {
    let length = text.bytes().take(40).position(|byte| byte == b';')? + 1;
    let reference = &text[..length];
    let decoded = htmlize::unescape(reference);
    // HTML also knows references without a semicolon (`&notit;` is `¬it;`), Markdown does not.
    let is_whole = !decoded.ends_with(';') || decoded.len() == 1;
    (is_whole && decoded != reference).then(|| (length, decoded.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Span;

    fn link(source: &str, label_end: usize, decoded: &str) -> (String, Span) {
        let text = Text::exact(source, 0);
        let found = of_link(&text, label_end, source.len(), decoded).unwrap();
        (found.as_str().to_owned(), found.whole_span())
    }

    #[test]
    fn destinations_of_links() {
        assert_eq!(link("[a](https://a.test/)", 2, "https://a.test/"), ("https://a.test/".to_owned(), Span::new(4, 19)));
        assert_eq!(link("[a]( <x y> 'title')", 2, "x y"), ("x y".to_owned(), Span::new(6, 9)));
        assert_eq!(link("[a](foo(and(bar)))", 2, "foo(and(bar))"), ("foo(and(bar))".to_owned(), Span::new(4, 17)));
        assert_eq!(link("[a](\n> > x 't')", 2, "x"), ("x".to_owned(), Span::new(9, 10)));
        assert_eq!(link("[a](x\\)\\y&amp;z)", 2, "x)\\y&z"), ("x)\\y&z".to_owned(), Span::new(4, 15)));
    }

    #[test]
    fn escapes_keep_their_places() {
        let text = Text::exact("[a](https&colon;//a\\.test)", 0);
        let found = of_link(&text, 2, text.len(), "https://a.test").unwrap();
        assert_eq!(found.as_str(), "https://a.test");
        assert_eq!(found.span(5..6), Span::new(9, 16));
        assert_eq!(found.span(9..10), Span::new(19, 21));
        assert_eq!(found.whole_span(), Span::new(4, 25));
    }

    #[test]
    fn destinations_of_definitions() {
        let text = Text::exact("[a\\]]:\n   <x y>\n 'title'", 0);
        assert_eq!(of_definition(&text, 0..text.len(), "x y").unwrap().whole_span(), Span::new(11, 14));
    }
}
