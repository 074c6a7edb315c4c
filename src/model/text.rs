mod builder;

use std::borrow::Cow;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::Span;
pub use builder::TextBuilder;

/// How a stretch of a [`Text`] relates to the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SegmentKind {
    /// Byte for byte: offset `n` of the segment stands at offset `n` of its source span.
    Exact,
    /// Decoded or synthetic: every part of it maps to the whole source span (an escape, an entity, an implied text).
    Escaped,
    /// Computed when the text is used (a template expression, a variable): its characters are a placeholder.
    Hole,
}

/// A stretch of a [`Text`] with one relation to the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// Byte offset in the text where the segment starts; it ends where the next one starts.
    pub at: usize,
    /// The bytes of the document that it stands for.
    pub source: Span,
    /// How the two relate.
    pub kind: SegmentKind,
    /// Segments with the same number stand in one construct of the source; a span never joins two constructs.
    pub place: usize,
}

/// Decoded characters that know where in the document each of them comes from.
///
/// Every parser takes a `Text` and hands nested texts on by slicing ([`Text::slice`]) or rebuilding ([`TextBuilder`])
/// it, so that a span is right however deeply a URL is nested: Markdown in a tab, HTML in Markdown, a script in that, a
/// string in the script, an escape in the string. A slice of unescaped text costs no allocation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Text<'s> {
    chars: Cow<'s, str>,
    segments: Segments,
}

/// A text is nearly always one exact stretch, which needs no list.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Segments {
    Exact { start: usize },
    Many(Vec<Segment>),
}

impl<'s> Text<'s> {
    /// The whole of a document's text, or a stretch of it that starts at byte `start` of the document.
    pub fn exact(chars: &'s str, start: usize) -> Self {
        Self { chars: Cow::Borrowed(chars), segments: Segments::Exact { start } }
    }

    /// A text that stands nowhere, implied by what stands at `source`.
    pub fn synthetic(chars: impl Into<Cow<'s, str>>, source: Span) -> Self {
        let segment = Segment { at: 0, source, kind: SegmentKind::Escaped, place: 0 };
        Self { chars: chars.into(), segments: Segments::Many(vec![segment]) }
    }

    /// The decoded characters.
    pub fn as_str(&self) -> &str {
        &self.chars
    }

    /// The decoded characters with the document's lifetime, if none of them had to be decoded.
    pub fn as_source_str(&self) -> Option<&'s str> {
        match (&self.chars, &self.segments) {
            (Cow::Borrowed(chars), Segments::Exact { .. }) => Some(chars),
            _ => None,
        }
    }

    /// The length of the decoded characters, in bytes.
    pub fn len(&self) -> usize {
        self.chars.len()
    }

    /// Whether there are no characters.
    pub fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }

    /// Where the bytes `range` of this text stand in the document. Offsets beyond the end count as the end. Where the text
    /// was put together from several places ([`Text::standing_in`]), the span is that of the place where the range starts.
    pub fn span(&self, range: Range<usize>) -> Span {
        match &self.segments {
            Segments::Exact { start } => Span::new(start + range.start.min(self.len()), start + range.end.min(self.len())),
            Segments::Many(segments) => {
                let first = segment_at(segments, range.start);
                let start = start_in(segments, first, range.start, self.len());
                if range.end <= range.start {
                    return Span::new(start, start);
                }
                let last = segment_at(segments, range.end - 1);
                let same_place = |index: &usize| segments.get(*index).map(|s| s.place) == segments.get(first).map(|s| s.place);
                let last_here = (first..=last).rev().find(same_place).unwrap_or(first);
                let end = end_in(segments, last_here, range.end.min(segment_end(segments, last_here, self.len())), self.len());
                Span::new(start, end)
            }
        }
    }

    /// Where the whole text stands.
    pub fn whole_span(&self) -> Span {
        self.span(0..self.len())
    }

    /// The part of the text at the bytes `range`, which must lie on character boundaries (it is narrowed to them if not).
    pub fn slice(&self, range: Range<usize>) -> Text<'s> {
        let range = clamp(&self.chars, range);
        let chars = match &self.chars {
            Cow::Borrowed(chars) => Cow::Borrowed(&chars[range.clone()]),
            Cow::Owned(chars) => Cow::Owned(chars[range.clone()].to_owned()),
        };
        let segments = match &self.segments {
            Segments::Exact { start } => Segments::Exact { start: start + range.start },
            Segments::Many(segments) => {
                let mut out = Vec::new();
                cut(segments, self.len(), range, 0, &mut out);
                simplify(out)
            }
        };
        Text { chars, segments }
    }

    /// The text with characters of its own.
    pub fn into_owned(self) -> Text<'static> {
        Text { chars: Cow::Owned(self.chars.into_owned()), segments: self.segments }
    }

    /// The length without white space at the end, in bytes.
    pub fn trim_end_len(&self) -> usize {
        self.chars.trim_end().len()
    }

    /// The text without white space at its ends.
    pub fn trim(&self) -> Text<'s> {
        let start = self.len() - self.chars.trim_start().len();
        let end = self.chars.trim_end().len();
        self.slice(start.min(end)..end)
    }

    /// The byte ranges of this text that are computed at run time, in order.
    pub fn holes(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let segments = match &self.segments {
            Segments::Exact { .. } => &[][..],
            Segments::Many(segments) => segments,
        };
        segments.iter().enumerate().filter(|(_, s)| s.kind == SegmentKind::Hole).map(|(i, s)| {
            let end = segments.get(i + 1).map_or(self.chars.len(), |next| next.at);
            s.at..end
        })
    }

    /// The stretches of the document that its characters come from, without those of holes.
    pub fn sources(&self) -> impl Iterator<Item = Span> + '_ {
        let (exact, many) = match &self.segments {
            Segments::Exact { start } => (Some(Span::new(*start, start + self.len())), &[][..]),
            Segments::Many(segments) => (None, segments.as_slice()),
        };
        exact.into_iter().chain(many.iter().filter(|s| s.kind != SegmentKind::Hole).map(|s| s.source))
    }

    /// Whether any part is computed at run time.
    pub fn has_holes(&self) -> bool {
        self.holes().next().is_some()
    }

    /// The characters with each byte of a hole replaced by `filler`, an ASCII character, so that what is computed at run
    /// time can't be taken for syntax. Offsets stay what they are.
    pub fn masked(&self, filler: u8) -> Cow<'_, str> {
        let mut holes = self.holes().peekable();
        if holes.peek().is_none() || !filler.is_ascii() {
            return Cow::Borrowed(&self.chars);
        }
        let mut bytes = self.chars.as_bytes().to_vec();
        for hole in holes {
            if let Some(bytes) = bytes.get_mut(hole) {
                bytes.fill(filler);
            }
        }
        String::from_utf8(bytes).map_or(Cow::Borrowed(&*self.chars), Cow::Owned)
    }

    /// The same text, put together by the construct at `construct` (a concatenation): what stands within it is one place,
    /// and each part that comes from elsewhere (the constant that it names) keeps the place of its own.
    pub fn standing_in(mut self, construct: Span) -> Text<'s> {
        if let Segments::Many(segments) = &mut self.segments {
            for segment in segments {
                if construct.contains(segment.source) {
                    segment.place = construct.start + 1;
                } else if segment.place == 0 {
                    segment.place = segment.source.start + 1;
                }
            }
        }
        self
    }

    /// The same text with the bytes `ranges` (sorted, disjoint) marked as computed at run time.
    pub fn with_holes(self, ranges: &[Range<usize>]) -> Text<'s> {
        if ranges.is_empty() { self } else { self.with_computed(ranges, |range| &self.chars[range]) }
    }

    /// The same text with `{}`, computed at run time, in place of the bytes `ranges` (sorted, disjoint).
    pub fn with_blanks(self, ranges: &[Range<usize>]) -> Text<'s> {
        if ranges.is_empty() { self } else { self.with_computed(ranges, |_| "{}") }
    }

    fn with_computed<'a>(&'a self, ranges: &[Range<usize>], chars: impl Fn(Range<usize>) -> &'a str) -> Text<'s> {
        let mut builder = TextBuilder::new();
        let mut at = 0;
        for range in ranges {
            builder.push(self, at..range.start);
            builder.hole(chars(range.clone()), self.span(range.clone()));
            at = range.end;
        }
        builder.push(self, at..self.len());
        builder.finish()
    }
}

fn clamp(chars: &str, range: Range<usize>) -> Range<usize> {
    let mut start = range.start.min(chars.len());
    let mut end = range.end.min(chars.len()).max(start);
    while !chars.is_char_boundary(start) {
        start -= 1;
    }
    while !chars.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

fn segment_at(segments: &[Segment], offset: usize) -> usize {
    segments.partition_point(|s| s.at <= offset).saturating_sub(1)
}

fn segment_end(segments: &[Segment], index: usize, len: usize) -> usize {
    segments.get(index + 1).map_or(len, |next| next.at)
}

fn start_in(segments: &[Segment], index: usize, offset: usize, len: usize) -> usize {
    let Some(segment) = segments.get(index) else { return 0 };
    if offset >= len {
        return segment.source.end;
    }
    match segment.kind {
        SegmentKind::Exact => (segment.source.start + (offset - segment.at)).min(segment.source.end),
        SegmentKind::Escaped | SegmentKind::Hole => segment.source.start,
    }
}

fn end_in(segments: &[Segment], index: usize, offset: usize, len: usize) -> usize {
    let Some(segment) = segments.get(index) else { return 0 };
    match segment.kind {
        SegmentKind::Exact => (segment.source.start + (offset.min(len) - segment.at)).min(segment.source.end),
        SegmentKind::Escaped | SegmentKind::Hole => segment.source.end,
    }
}

/// Copies the segments that cover `range`, cut to it and moved so that `range.start` lies at `at`.
fn cut(segments: &[Segment], len: usize, range: Range<usize>, at: usize, out: &mut Vec<Segment>) {
    let mut index = segment_at(segments, range.start);
    while let Some(segment) = segments.get(index) {
        let end = segment_end(segments, index, len);
        let (from, to) = (segment.at.max(range.start), end.min(range.end));
        if segment.at >= range.end && !(range.is_empty() && segment.at == range.start) {
            break;
        }
        let source = match segment.kind {
            SegmentKind::Exact => {
                let start = segment.source.start + (from - segment.at);
                Span::new(start, segment.source.start + (to.max(from) - segment.at))
            }
            SegmentKind::Escaped | SegmentKind::Hole => segment.source,
        };
        out.push(Segment { at: at + (from - range.start), source, kind: segment.kind, place: segment.place });
        index += 1;
    }
}

fn simplify(segments: Vec<Segment>) -> Segments {
    match segments.as_slice() {
        [only] if only.kind == SegmentKind::Exact && only.at == 0 => Segments::Exact { start: only.source.start },
        _ => Segments::Many(segments),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded() -> Text<'static> {
        // source: ab&amp;cd{{x}}e
        let root = Text::exact("ab&amp;cd{{x}}e", 0);
        let mut builder = TextBuilder::new();
        builder.push(&root, 0..2);
        builder.escaped("&", root.span(2..7));
        builder.push(&root, 7..9);
        builder.hole("{{x}}", root.span(9..14));
        builder.push(&root, 14..15);
        builder.finish()
    }

    #[test]
    fn spans_of_escaped_text_cover_the_escape() {
        let text = decoded();
        assert_eq!(text.as_str(), "ab&cd{{x}}e");
        assert_eq!(text.span(0..2), Span::new(0, 2));
        assert_eq!(text.span(2..3), Span::new(2, 7));
        assert_eq!(text.span(1..4), Span::new(1, 8));
        assert_eq!(text.whole_span(), Span::new(0, 15));
        assert_eq!(text.holes().collect::<Vec<_>>(), vec![5..10]);
        assert_eq!(text.masked(b'_'), "ab&cd_____e");
    }

    #[test]
    fn a_slice_of_a_slice_keeps_its_place() {
        let text = decoded().slice(1..11).slice(2..10);
        assert_eq!(text.as_str(), "cd{{x}}e");
        assert_eq!(text.span(0..2), Span::new(7, 9));
        assert_eq!(text.span(7..8), Span::new(14, 15));
        assert_eq!(text.slice(0..2).span(1..2), Span::new(8, 9));
    }

    #[test]
    fn a_span_stays_in_the_place_where_it_starts() {
        // source: A='https://a.test';…f(A+'/x')…g('//'+A+'/y')
        let root = Text::exact("https://a.test;f(A+'/x');g('//'+A+'/y')", 0);
        let mut builder = TextBuilder::new();
        builder.push(&root, 0..14);
        builder.push(&root, 20..22);
        let text = builder.finish().standing_in(Span::new(17, 23));
        assert_eq!(text.as_str(), "https://a.test/x");
        assert_eq!(text.whole_span(), Span::new(0, 14));
        let mut builder = TextBuilder::new();
        builder.push(&root, 28..30);
        builder.push(&root, 8..14);
        builder.push(&root, 35..37);
        let text = builder.finish().standing_in(Span::new(27, 38));
        assert_eq!(text.as_str(), "//a.test/y");
        assert_eq!(text.whole_span(), Span::new(28, 37));
        assert_eq!(text.slice(2..10).whole_span(), Span::new(8, 14));
    }

    #[test]
    fn joined_exact_stretches_stay_exact() {
        let root = Text::exact("hello world", 100);
        let mut builder = TextBuilder::new();
        builder.push(&root, 0..5);
        builder.push(&root, 5..11);
        let text = builder.finish();
        assert_eq!(text.span(3..8), Span::new(103, 108));
        assert!(!text.has_holes());
    }
}
