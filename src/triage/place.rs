//! Spans to lines.

use crate::model::{Document, Position, Span};

/// The last line on which the span has a character.
pub(super) fn last_line(document: &Document, span: Span) -> usize {
    let Position { line, column } = document.position(span.end);
    if column == 1 && line > document.position(span.start).line { line - 1 } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Encoding;

    #[test]
    fn a_span_that_ends_with_its_line_does_not_touch_the_next() {
        let document = Document::new("a", "é b\nc\n", Encoding::Utf8 { bom: false });
        let span = Span::new(3, 5);
        let there = document.place(span);
        assert_eq!((there.line, there.column, there.end_line, there.end_column), (1, 3, 2, 1));
        assert_eq!(last_line(&document, span), 1);
        assert_eq!(last_line(&document, Span::new(5, 5)), 2);
    }
}
