//! The source lines of a place, as they may be shown.

use std::cell::RefCell;
use std::ops::Range;

use super::mask::{Masker, Reader, SECRET};
use super::place;
use crate::model::{CredentialUse, Document, Excerpt, Secret, Span, Vocabulary, ends_like_command, visible};

/// How many bytes of a line are shown. Within them the place comes first, then what stands around it.
const WIDTH: usize = 240;
/// How many lines of a place are shown.
const LINES: usize = 6;
/// How many bytes around what is shown are read to tell whether it is a secret.
const CONTEXT: usize = 1024;
/// How many characters of each end of a long place are compared, white space not counted.
const COMPARED: usize = 1440;
/// How many bytes of each end are looked at for them.
const COMPARED_AT_MOST: usize = 16 * 1024;
/// What stands where a line was cut.
const CUT: &str = "…";

/// Shows stretches of one document, without its secrets.
#[derive(Debug)]
pub(super) struct Excerpts<'a> {
    document: &'a Document,
    reader: RefCell<Reader<'a>>,
    /// The keys that the parsers found and that look real, sorted.
    keys: Vec<Span>,
}

impl<'a> Excerpts<'a> {
    pub(super) fn new(document: &'a Document, masker: &'a Masker, uses: &[CredentialUse], vocabulary: &Vocabulary) -> Self {
        let mut keys: Vec<_> = uses.iter().filter_map(|found| key_span(document, masker, found, vocabulary)).collect();
        keys.sort();
        keys.dedup();
        Self { document, reader: RefCell::new(Reader::new(masker, document.as_str())), keys }
    }

    /// The lines of a place.
    pub(super) fn excerpt(&self, span: Span) -> Excerpt {
        let first = self.document.position(span.start).line;
        let last = place::last_line(self.document, span).min(first + LINES - 1);
        let mut shown = Shown::default();
        for line in first..=last {
            if line > first {
                shown.text.push('\n');
            }
            self.show_line(self.document.line_span(line), span, &mut shown);
        }
        let end = shown.end.unwrap_or(shown.text.len());
        let start = shown.start.unwrap_or(end).min(end);
        Excerpt { line: first, text: shown.text, highlight: Span::new(start, end) }
    }

    /// What stands at a place, for what only compares it.
    pub(super) fn offending(&self, span: Span) -> Offending {
        let mut shown = Shown::default();
        for stretch in self.ends(span) {
            self.show(stretch, span, &mut shown);
        }
        let values: Vec<_> = shown.hidden.iter().map(|&secret| self.document.slice(secret)).collect();
        let secret = (!values.is_empty()).then(|| Secret::new(values.join("\0")));
        // How lines end says nothing.
        Offending { masked: shown.text.replace(visible('\r'), " "), secret }
    }

    /// A span, or its first and last parts if it is long: as much of them as has `COMPARED` characters that are no white space,
    /// so that it is the same part after lines are indented.
    fn ends(&self, span: Span) -> Vec<Span> {
        if span.len() <= COMPARED {
            return vec![span];
        }
        let bounded = |chars: &mut dyn Iterator<Item = char>| {
            let (mut bytes, mut counted) = (0, 0);
            for c in chars {
                if counted == COMPARED || bytes > COMPARED_AT_MOST {
                    break;
                }
                bytes += c.len_utf8();
                counted += usize::from(!c.is_whitespace());
            }
            bytes
        };
        let text = self.document.slice(span);
        let (head, tail) = (bounded(&mut text.chars()), bounded(&mut text.chars().rev()));
        if head + tail >= span.len() {
            return vec![span];
        }
        vec![Span::new(span.start, span.start + head), Span::new(span.end - tail, span.end)]
    }

    /// Shows as much of a line as fits.
    fn show_line(&self, line: Span, span: Span, shown: &mut Shown) {
        let visible = if line.len() <= WIDTH {
            line
        } else {
            let start = span.start.clamp(line.start, line.end);
            let end = span.end.clamp(start, line.end).min(start + WIDTH);
            let spare = WIDTH - (end - start);
            let before = (spare / 2).min(start - line.start).max(spare.saturating_sub(line.end - end).min(start - line.start));
            let from = start - before;
            self.on_boundaries(from..(from + WIDTH).min(line.end))
        };
        if visible.start > line.start {
            shown.text.push_str(CUT);
        }
        self.show(visible, span, shown);
        if visible.end < line.end {
            shown.text.push_str(CUT);
        }
    }

    /// Shows a stretch, and notes where the place starts and ends in what is shown.
    fn show(&self, stretch: Span, span: Span, shown: &mut Shown) {
        let mut secrets = self.secrets(stretch).into_iter().peekable();
        let mut at = stretch.start;
        while at <= stretch.end {
            if at >= span.start && shown.start.is_none() {
                shown.start = Some(shown.text.len());
            }
            if at >= span.end && shown.end.is_none() {
                shown.end = Some(shown.text.len());
            }
            while secrets.peek().is_some_and(|secret| secret.end <= at) {
                secrets.next();
            }
            if let Some(secret) = secrets.next_if(|secret| secret.start <= at && at < stretch.end) {
                if (secret.start..secret.end).contains(&span.start) && secret.start != span.start {
                    shown.start = Some(shown.text.len());
                }
                shown.text.push_str(SECRET);
                shown.hidden.push(secret);
                at = secret.end.min(stretch.end);
                if at == stretch.end { break } else { continue }
            }
            let Some(c) = self.document.slice(Span::new(at, stretch.end)).chars().next() else { break };
            // No line of a log may hold a CI runner's command.
            let is_command = c == '[' && ends_like_command(&shown.text);
            shown.text.push(if is_command { '［' } else { visible(c) });
            at += c.len_utf8();
        }
    }

    /// The secrets of a stretch, as spans of the document, sorted and disjoint.
    fn secrets(&self, visible: Span) -> Vec<Span> {
        let around = self.on_boundaries(visible.start.saturating_sub(CONTEXT)..visible.end.saturating_add(CONTEXT));
        let chars = self.document.slice(around);
        let read = self.reader.borrow_mut().secrets(around.range());
        let read = read.into_iter().map(|range| Span::new(around.start + range.start, around.start + range.end));
        let first = self.keys.partition_point(|key| key.end <= visible.start);
        let known = self.keys.get(first..).unwrap_or_default().iter().take_while(|key| key.start < visible.end).copied();
        let mut all: Vec<_> = read.chain(known).chain(self.cut_runs(around, chars)).filter(|secret| secret.overlaps(visible)).collect();
        all.sort();
        let mut merged: Vec<Span> = Vec::with_capacity(all.len());
        for secret in all {
            match merged.last_mut() {
                Some(last) if secret.start <= last.end => *last = last.join(secret),
                _ => merged.push(secret),
            }
        }
        merged
    }

    /// Unbroken runs of a key's characters that begin or end out of sight: what they belong to can't be told.
    fn cut_runs(&self, around: Span, chars: &str) -> impl Iterator<Item = Span> {
        let breaks = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | '/' | '='));
        let head = chars.find(breaks).unwrap_or(chars.len());
        let tail = chars.rfind(breaks).map_or(0, |at| at + chars.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
        let starts = around.start > 0 && head > CONTEXT;
        let ends = around.end < self.document.as_str().len() && chars.len() - tail > CONTEXT;
        let head = starts.then(|| Span::new(around.start, around.start + head));
        let tail = ends.then(|| Span::new(around.start + tail, around.end));
        head.into_iter().chain(tail)
    }

    fn on_boundaries(&self, range: Range<usize>) -> Span {
        let text = self.document.as_str();
        Span::new(text.floor_char_boundary(range.start), text.ceil_char_boundary(range.end.min(text.len())))
    }
}

/// What is shown so far, and where in it the place is.
#[derive(Default)]
struct Shown {
    text: String,
    start: Option<usize>,
    end: Option<usize>,
    /// The secrets that are not shown, as spans of the document.
    hidden: Vec<Span>,
}

/// What stands at a place, to be compared with what stood there.
pub(super) struct Offending {
    /// Its characters, secrets masked.
    pub(super) masked: String,
    /// The secrets in it.
    pub(super) secret: Option<Secret>,
}

/// Where a key stands that must not be shown: all but its prefix, if that is written out.
fn key_span(document: &Document, masker: &Masker, found: &CredentialUse, vocabulary: &Vocabulary) -> Option<Span> {
    let prefix = vocabulary.credentials.get(found.kind).map_or("", |kind| kind.prefix.as_str());
    let value = found.value.expose();
    if !masker.looks_real(value.strip_prefix(prefix).unwrap_or(value)) {
        return None;
    }
    let written = document.slice(found.span).starts_with(prefix);
    Some(Span::new(found.span.start + if written { prefix.len() } else { 0 }, found.span.end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Carrier, Encoding};

    fn with<T>(text: &str, read: impl FnOnce(&Excerpts<'_>, &Document) -> T) -> T {
        let document = Document::new("a.txt", text, Encoding::Utf8 { bom: false });
        let masker = Masker::new(&crate::rule::vocabulary().unwrap());
        read(&Excerpts::new(&document, &masker, &[], &Vocabulary::default()), &document)
    }

    /// The excerpt of the place where `what` stands: its text and what is highlighted.
    fn excerpt(text: &str, what: &str) -> (Excerpt, String) {
        let at = text.find(what).unwrap();
        let excerpt = with(text, |excerpts, _| excerpts.excerpt(Span::new(at, at + what.len())));
        let highlighted = excerpt.text[excerpt.highlight.range()].to_owned();
        (excerpt, highlighted)
    }

    #[test]
    fn the_line_of_the_place_is_shown_and_the_place_highlighted() {
        let (shown, highlighted) = excerpt("one\r\n\ttwo é https://h.test/ x\r\nthree", "https://h.test/");
        assert_eq!((shown.line, shown.text.as_str()), (2, "\ttwo é https://h.test/ x"));
        assert_eq!(highlighted, "https://h.test/");
        let (shown, highlighted) = excerpt("a\nb(\n  c)\nd", "b(\n  c)");
        assert_eq!((shown.line, shown.text.as_str(), highlighted.as_str()), (2, "b(\n  c)", "b(\n  c)"));
        let (shown, highlighted) = excerpt("x\n", "\n");
        assert_eq!((shown.text.as_str(), highlighted.as_str()), ("x", ""));
    }

    #[test]
    fn secrets_are_masked_and_the_highlight_moves_with_them() {
        let line = "k=ra_ws_4f3c9a0b7d21e8A6 h={'Authorization': 'Bearer ra_ws_4f3c9a0b7d21e8A6'} # ra_ws_...";
        for (what, shown) in [
            ("h={", "h={"),
            ("'Bearer ra_ws_4f3c9a0b7d21e8A6'", "'Bearer ra_ws_<secret>'"),
            ("ra_ws_4f3c9a0b7d21e8A6", "ra_ws_<secret>"),
            ("4f3c9a0b7d21e8A6", "<secret>"),
            ("9a0b7d", "<secret>"),
            ("ra_ws_...", "ra_ws_..."),
        ] {
            let (excerpt, highlighted) = excerpt(line, what);
            assert_eq!(highlighted, shown);
            assert_eq!(excerpt.text, "k=ra_ws_<secret> h={'Authorization': 'Bearer ra_ws_<secret>'} # ra_ws_...");
        }
    }

    #[test]
    fn a_key_that_is_written_with_escapes_is_masked_by_its_fact() {
        let text = r#"x = "ra_ws_4f3c\u0039a0b7d21e8A6""#;
        let document = Document::new("a.js", text, Encoding::Utf8 { bom: false });
        let vocabulary = crate::rule::vocabulary().unwrap();
        let masker = Masker::new(&vocabulary);
        let kind = vocabulary.credentials.iter().position(|kind| kind.prefix == "ra_ws_").unwrap();
        let span = Span::new(5, text.len() - 1);
        let value = Secret::new("ra_ws_4f3c9a0b7d21e8A6");
        let fact = CredentialUse { kind, span, carrier_span: span, value, carrier: Carrier::Bare, header: None };
        let excerpts = Excerpts::new(&document, &masker, std::slice::from_ref(&fact), &vocabulary);
        assert_eq!(excerpts.excerpt(Span::new(0, 1)).text, r#"x = "ra_ws_<secret>""#);
    }

    #[test]
    fn a_long_line_is_cut_around_the_place_without_showing_half_a_key() {
        let filler = "word ".repeat(200_000);
        for (text, what) in [
            (format!("{filler}https://h.test/{filler}"), "https://h.test/"),
            (format!("https://h.test/{filler}"), "https://h.test/"),
            (format!("{filler}https://h.test/"), "https://h.test/"),
        ] {
            let (shown, highlighted) = excerpt(&text, what);
            assert_eq!(highlighted, what);
            assert!(shown.text.len() <= WIDTH + 2 * CUT.len() && shown.text.len() >= WIDTH, "{}", shown.text.len());
        }
        let filler = "word ".repeat(2_000);
        for shift in 1..WIDTH {
            let text = format!("{filler}ra_ws_4f3c9a0b7d21e8A6{}https://h.test/ {filler}", " ".repeat(shift));
            let (shown, highlighted) = excerpt(&text, "https://h.test/");
            assert!(!shown.text.contains("e8A6") && highlighted == "https://h.test/", "{}", shown.text);
        }
        let (shown, _) = excerpt(&format!("{}!{filler}", "4f3c9a0b".repeat(500)), "!");
        assert!(!shown.text.contains("4f3c") && shown.text.contains('!'), "{}", shown.text);
    }

    #[test]
    fn a_place_that_is_too_long_is_cut_itself() {
        let (shown, highlighted) = excerpt(&format!("a {} b", "xy ".repeat(1000)), &"xy ".repeat(1000));
        assert!(highlighted.starts_with("xy xy") && highlighted.ends_with(CUT) && shown.text.len() < 2 * WIDTH);
        let (shown, _) = excerpt(&"line\n".repeat(1000), &"line\n".repeat(900));
        assert_eq!(shown.text.lines().count(), LINES);
    }

    #[test]
    fn hostile_characters_are_shown_and_not_obeyed() {
        let (shown, highlighted) = excerpt("a\u{1b}[31m\u{202e}b\rc\u{0}", "b");
        assert_eq!((shown.text.as_str(), highlighted.as_str()), ("a␛[31m\u{fffd}b␍c␀", "b"));
        assert_eq!(excerpt("##[error]b ##vso[task]", "b").0.text, "##［error]b ##vso［task]");
    }

    #[test]
    fn any_span_gives_an_excerpt() {
        let text = "é\r\n漢ra_ws_4f3c9a0b7d21e8A6\n\n😀x";
        with(text, |excerpts, _| {
            for start in 0..=text.len() + 2 {
                for end in start..=text.len() + 2 {
                    let excerpt = excerpts.excerpt(Span::new(start, end));
                    assert!(excerpt.text.get(excerpt.highlight.range()).is_some());
                    excerpts.offending(Span::new(start, end));
                }
            }
        });
    }
}
