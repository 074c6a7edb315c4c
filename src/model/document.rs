use std::sync::OnceLock;

use super::{Place, Span, Text};

/// How the bytes of a file became the characters of a [`Document`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8; with `bom`, three bytes stand before the text.
    Utf8 {
        /// Whether a byte order mark was there (it is not part of the text).
        bom: bool,
    },
    /// UTF-16, mostly with a byte order mark.
    Utf16,
    /// Broken UTF-8: each maximal invalid sequence became one U+FFFD.
    Lossy,
}

/// One file: its path and its decoded text.
#[derive(Debug)]
pub struct Document {
    path: String,
    text: String,
    encoding: Encoding,
    lines: OnceLock<LineIndex>,
}

/// A place a person can go to: 1-based line, 1-based column in characters (Unicode scalar values).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl Document {
    /// A document whose `path` is relative to the root of what is checked, with forward slashes.
    pub fn new(path: impl Into<String>, text: impl Into<String>, encoding: Encoding) -> Self {
        Self { path: path.into(), text: text.into(), encoding, lines: OnceLock::new() }
    }

    /// The path, relative to the root, with forward slashes.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The file's name without its folders.
    pub fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The decoded text, without a byte order mark.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The decoded text as the root of all nested texts.
    pub fn text(&self) -> Text<'_> {
        Text::exact(&self.text, 0)
    }

    /// How the text was decoded.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The characters at `span`; empty if the span does not lie within the text.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The position of a byte offset. Takes time proportional to one checkpoint (1 KiB), however long the line.
    pub fn position(&self, offset: usize) -> Position {
        self.lines.get_or_init(|| LineIndex::new(&self.text)).position(&self.text, offset)
    }

    /// Where a span is, for people: 1-based, columns in characters, the end exclusive.
    pub fn place(&self, span: Span) -> Place {
        let (start, end) = (self.position(span.start), self.position(span.end));
        Place { path: self.path.clone(), line: start.line, column: start.column, end_line: end.line, end_column: end.column }
    }

    /// The bytes of the line with this number (from 1), without its line end.
    pub fn line_span(&self, line: usize) -> Span {
        self.lines.get_or_init(|| LineIndex::new(&self.text)).line_span(&self.text, line)
    }
}

/// Line starts, and the number of characters before every `STEP`th byte.
#[derive(Debug)]
struct LineIndex {
    starts: Vec<usize>,
    /// Empty where the text is ASCII: there a character is a byte.
    chars_before: Vec<usize>,
}

const STEP: usize = 1024;

impl LineIndex {
    fn new(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
        let mut chars_before = Vec::new();
        if !text.is_ascii() {
            let mut count = 0;
            for chunk in text.as_bytes().chunks(STEP) {
                chars_before.push(count);
                count += count_chars(chunk);
            }
            chars_before.push(count);
        }
        Self { starts, chars_before }
    }

    fn position(&self, text: &str, offset: usize) -> Position {
        let offset = offset.min(text.len());
        let line = self.starts.partition_point(|&start| start <= offset);
        let start = self.starts.get(line.wrapping_sub(1)).copied().unwrap_or_default();
        Position { line, column: self.chars_until(text, offset) - self.chars_until(text, start) + 1 }
    }

    fn chars_until(&self, text: &str, offset: usize) -> usize {
        match self.chars_before.get(offset / STEP) {
            None => offset,
            Some(count) => count + count_chars(text.as_bytes().get(offset / STEP * STEP..offset).unwrap_or_default()),
        }
    }

    fn line_span(&self, text: &str, line: usize) -> Span {
        let Some(&start) = self.starts.get(line.wrapping_sub(1)) else { return Span::new(text.len(), text.len()) };
        let next = self.starts.get(line).copied();
        let end = next.map_or(text.len(), |next| next - 1);
        let has_cr = next.is_some() && end > start && text.as_bytes().get(end - 1) == Some(&b'\r');
        Span::new(start, if has_cr { end - 1 } else { end })
    }
}

/// The characters that start in these bytes: all bytes but UTF-8 continuation bytes.
fn count_chars(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| (byte & 0xC0) != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_crlf_ends_a_line() {
        let document = Document::new("a", "a\r\n\té😀x\nlast", Encoding::Utf8 { bom: false });
        let at = document.as_str().find('x').unwrap();
        assert_eq!(document.position(at), Position { line: 2, column: 4 });
        assert_eq!(document.slice(document.line_span(1)), "a");
        assert_eq!(document.slice(document.line_span(2)), "\té😀x");
        assert_eq!(document.slice(document.line_span(3)), "last");
        assert_eq!(document.position(usize::MAX), Position { line: 3, column: 5 });
    }

    #[test]
    fn a_long_line_is_counted_from_checkpoints() {
        let text = format!("{}x", "é".repeat(100_000));
        let document = Document::new("a", text, Encoding::Utf8 { bom: false });
        assert_eq!(document.position(200_000), Position { line: 1, column: 100_001 });
        assert_eq!(document.position(2_001 / 2 * 2), Position { line: 1, column: 1_001 });
    }
}
