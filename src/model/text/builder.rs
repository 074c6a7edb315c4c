use std::borrow::Cow;
use std::ops::Range;

use super::{Segment, SegmentKind, Segments, Text, clamp, cut, simplify};
use crate::model::Span;

/// Builds a [`Text`] from stretches of others.
#[derive(Debug, Default)]
pub struct TextBuilder {
    chars: String,
    segments: Vec<Segment>,
}

impl TextBuilder {
    /// An empty text.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends the bytes `range` of `text` with their origin.
    pub fn push(&mut self, text: &Text<'_>, range: Range<usize>) {
        let range = clamp(&text.chars, range);
        if range.is_empty() {
            return;
        }
        let at = self.chars.len();
        match &text.segments {
            Segments::Exact { start } => {
                let source = Span::new(start + range.start, start + range.end);
                self.segment(Segment { at, source, kind: SegmentKind::Exact, place: 0 });
            }
            Segments::Many(segments) => {
                let mut cut_out = Vec::new();
                cut(segments, text.len(), range.clone(), at, &mut cut_out);
                for segment in cut_out {
                    self.segment(segment);
                }
            }
        }
        self.chars.push_str(&text.chars[range]);
    }

    /// Appends decoded characters that stand for the whole of `source`.
    pub fn escaped(&mut self, chars: &str, source: Span) {
        if !chars.is_empty() {
            self.segments.push(Segment { at: self.chars.len(), source, kind: SegmentKind::Escaped, place: 0 });
            self.chars.push_str(chars);
        }
    }

    /// Appends a placeholder for what is computed at `source`.
    pub fn hole(&mut self, placeholder: &str, source: Span) {
        if !placeholder.is_empty() {
            self.segments.push(Segment { at: self.chars.len(), source, kind: SegmentKind::Hole, place: 0 });
            self.chars.push_str(placeholder);
        }
    }

    /// The number of bytes so far.
    pub fn len(&self) -> usize {
        self.chars.len()
    }

    /// Where in the document the last of it ends.
    pub fn source_end(&self) -> Option<usize> {
        self.segments.last().map(|segment| segment.source.end)
    }

    /// The number of stretches of the source that it has so far.
    pub fn stretches(&self) -> usize {
        self.segments.len()
    }

    /// Whether nothing was appended.
    pub fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }

    /// The text.
    pub fn finish(self) -> Text<'static> {
        let segments = match simplify(self.segments) {
            Segments::Many(segments) if segments.is_empty() => Segments::Exact { start: 0 },
            other => other,
        };
        Text { chars: Cow::Owned(self.chars), segments }
    }

    /// Adds a segment, merged with the one before where both are one exact stretch.
    fn segment(&mut self, segment: Segment) {
        if let Some(last) = self.segments.last_mut()
            && last.kind == SegmentKind::Exact
            && segment.kind == SegmentKind::Exact
            && last.place == segment.place
            && last.source.end == segment.source.start
            && segment.at - last.at == last.source.len()
        {
            last.source.end = segment.source.end;
            return;
        }
        self.segments.push(segment);
    }
}
