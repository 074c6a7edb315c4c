//! The geometry of a line, and the markers that open and close blocks.

/// A line's place and its prefix of white space and quote markers. Columns count from zero, a tab goes to the next multiple
/// of four, and a quote marker is a column like any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    /// Where it starts.
    pub(super) start: usize,
    /// Where the next one starts.
    pub(super) end: usize,
    /// Where its last quote marker, with a space after it, ends.
    pub(super) prefix: usize,
    /// The column there.
    pub(super) prefix_column: usize,
    /// Where its first character that is no white space stands; at the line's end for a blank line.
    pub(super) content: usize,
    /// The column there.
    pub(super) column: usize,
    /// How many quote markers there are.
    pub(super) quotes: usize,
    /// Whether nothing stands in it.
    pub(super) is_blank: bool,
}

impl Line {
    /// The line that starts at `start`, with at most `max_quotes` markers of quotes. A marker is none if it is indented by
    /// four columns or more from where `base` says that a block with that column starts.
    pub(super) fn at(chars: &str, start: usize, max_quotes: usize, base: impl Fn(usize) -> usize) -> Self {
        let bytes = chars.as_bytes();
        let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |length| start + length + 1);
        let (mut at, mut column) = (start, 0usize);
        let (mut prefix, mut prefix_column, mut quotes) = (start, 0, 0);
        while let Some(&byte) = bytes[..end].get(at) {
            match byte {
                b' ' => column += 1,
                b'\t' => column += 4 - column % 4,
                b'>' if quotes < max_quotes && column.saturating_sub(base(column).max(prefix_column)) < 4 => {
                    quotes += 1;
                    column += 1;
                    (prefix, prefix_column) = (at + 1, column);
                    if bytes[..end].get(at + 1) == Some(&b' ') {
                        column += 1;
                        at += 1;
                        (prefix, prefix_column) = (at + 1, column);
                    }
                }
                _ => break,
            }
            at += 1;
        }
        let is_blank = chars[at..end].trim().is_empty();
        Self { start, end, prefix, prefix_column, content: at, column, quotes, is_blank }
    }

    /// The line's characters from its content on, without white space at the end.
    pub(super) fn content<'t>(&self, chars: &'t str) -> &'t str {
        chars[self.content..self.end].trim_end()
    }

    /// Where `columns` of white space after the prefix end, and how many columns a tab there takes too much.
    pub(super) fn skip(&self, chars: &str, columns: usize) -> (usize, usize) {
        let (mut at, mut column) = (self.prefix, self.prefix_column);
        let until = self.prefix_column + columns;
        while column < until && at < self.content {
            column += if chars.as_bytes().get(at) == Some(&b'\t') { 4 - column % 4 } else { 1 };
            at += 1;
        }
        (at, column.saturating_sub(until))
    }
}

/// The list marker that `text` starts with, which stands at `column`: its length with the white space after it, and the column
/// where the item's content starts.
pub(in crate::parse::markdown) fn list_marker(text: &str, column: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let marker = match bytes.first()? {
        b'-' | b'*' | b'+' => 1,
        b'0'..=b'9' => {
            let digits = bytes.iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
            (digits < 10 && matches!(bytes.get(digits), Some(b'.' | b')'))).then_some(digits + 1)?
        }
        _ => return None,
    };
    let space = bytes[marker..].iter().take(5).take_while(|&&byte| byte == b' ').count();
    match bytes.get(marker) {
        None => Some((marker, column + marker + 1)),
        Some(b'\t') => Some((marker + 1, (column + marker) / 4 * 4 + 4)),
        // Five spaces: one belongs to the marker, the rest indents code.
        Some(b' ') if space == 5 => Some((marker + 1, column + marker + 1)),
        Some(b' ') => Some((marker + space, column + marker + space)),
        Some(_) => None,
    }
}

/// A run of fence characters at the start of a line, and what follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::parse::markdown) struct Fence<'t> {
    /// `` ` ``, `~` or `:`.
    pub(in crate::parse::markdown) marker: u8,
    /// How many there are.
    pub(super) length: usize,
    /// The rest of the line, trimmed.
    pub(in crate::parse::markdown) info: &'t str,
}

impl<'t> Fence<'t> {
    /// The fence that `text` starts with.
    pub(in crate::parse::markdown) fn new(text: &'t str) -> Option<Self> {
        let marker = text.bytes().next().filter(|byte| matches!(byte, b'`' | b'~' | b':'))?;
        let length = text.bytes().take_while(|&byte| byte == marker).count();
        let info = text[length..].trim();
        let is_code_span = marker == b'`' && info.contains('`');
        (length >= 3 && !is_code_span).then_some(Self { marker, length, info })
    }

    /// Whether this fence closes that one.
    pub(in crate::parse::markdown) fn closes(&self, open: &Fence<'_>) -> bool {
        self.marker == open.marker && self.length >= open.length && self.info.is_empty()
    }
}

/// Whether `text` opens a block whose content is indented by four: a content tab (`=== "Tab"`), an admonition (`!!! note`), or
/// a collapsible one (`??? note`).
pub(super) fn opens_indented(text: &str) -> bool {
    if let Some(rest) = text.strip_prefix("===") {
        let title = rest.trim_start_matches(['!', '+']);
        return rest.len() - title.len() <= 2 && title.starts_with(' ') && is_quoted(title.trim());
    }
    let rest = text.strip_prefix("!!!").or_else(|| text.strip_prefix("???").map(|rest| rest.strip_prefix('+').unwrap_or(rest)));
    let Some(rest) = rest else { return false };
    let rest = rest.trim();
    let words = rest.find(['"', '\'']).unwrap_or(rest.len());
    let (words, title) = rest.split_at(words);
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    words.chars().all(is_word) && (is_quoted(title) || (title.is_empty() && !words.is_empty()))
}

fn is_quoted(title: &str) -> bool {
    ['"', '\''].into_iter().any(|quote| title.len() > 1 && title.starts_with(quote) && title.ends_with(quote))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns() {
        let at = |chars: &str| {
            let line = Line::at(chars, 0, usize::MAX, |_| 0);
            (line.quotes, line.prefix, line.column, line.content(chars).to_owned())
        };
        assert_eq!(at("> >\tx \r\n"), (2, 3, 4, "x".to_owned()));
        assert_eq!(at(" \t x"), (0, 0, 5, "x".to_owned()));
        assert_eq!(at("     > x"), (0, 0, 5, "> x".to_owned()));
        assert!(Line::at("> \n", 0, 9, |_| 0).is_blank);
        assert_eq!(Line::at("\t\tx", 0, 0, |_| 0).skip("\t\tx", 6), (2, 2));
    }

    #[test]
    fn markers() {
        assert_eq!(list_marker("-   x", 2), Some((4, 6)));
        assert_eq!(list_marker("10. x", 0), Some((4, 4)));
        assert_eq!(list_marker("-      x", 0), Some((2, 2)));
        assert_eq!(list_marker("*\tx", 0), Some((2, 4)));
        assert_eq!(list_marker("**x**", 0), None);
        assert_eq!(Fence::new("```js `x`"), None);
        assert_eq!(Fence::new("::::{note} X"), Some(Fence { marker: b':', length: 4, info: "{note} X" }));
    }

    #[test]
    fn indented_blocks() {
        for text in [
            "=== \"Tab\"",
            "===! 'T'",
            "===+ \"C++\"",
            "!!! note",
            "!!! note \"\"",
            "!!! note inline end \"X\"",
            "??? tip",
            "???+ tip \"X\"",
            "!!!danger",
        ] {
            assert!(opens_indented(text), "{text}");
        }
        for text in ["===", "=== x", "====", "!!!", "Really??? yes", "??? ?", "!!! what! now", "!!!"] {
            assert!(!opens_indented(text), "{text}");
        }
    }
}
