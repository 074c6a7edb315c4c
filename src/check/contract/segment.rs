//! The segments of paths, as contracts template them and as requests and documentation write them.

use std::cmp::Reverse;
use std::ops::Range;

use percent_encoding::percent_decode_str;

use crate::model::Text;

/// A piece of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(String),
    /// Anything: a parameter, a placeholder, what is computed.
    Hole,
}

/// A segment of a path: a literal, a hole, or both by turns.
#[derive(Debug, Clone)]
pub struct Segment {
    /// As it is written, percent-encoding decoded.
    text: String,
    /// Adjacent literals, or adjacent holes, are one.
    pieces: Vec<Piece>,
    /// Whether it stands for one segment or more (`{proxy+}`).
    is_rest: bool,
    /// The bytes of what it was read from.
    range: Range<usize>,
}

/// How a segment of a request fits one of a template. The smaller, the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// The same literal.
    Literal,
    /// What fits the literal part of a segment with a parameter.
    Part,
    /// A parameter for a parameter.
    Parameter,
    /// A literal where the template has a parameter.
    LiteralParameter,
    /// Something computed where the template has a literal, which it may or may not be.
    Guess,
}

/// Names of parameters at the end of a template for which paths are given, of several segments: descriptions can't say that otherwise
/// (OpenAPI 3.1, 4.8.12.1).
const RESTS: [&str; 11] = ["path", "anypath", "filepath", "subpath", "proxypath", "proxy", "wildcard", "splat", "rest", "catchall", "any"];

impl Segment {
    /// A segment of a template: only braces make parameters (OpenAPI 3.1, 4.8.8.2).
    fn template(text: &str) -> Self {
        let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or_default();
        let is_rest = inner.starts_with(['+', '*']) || inner.ends_with(['+', '*']) || inner.ends_with("...");
        Self { pieces: pieces(text, &holes_in(text, &[("{", "}")])), text: text.to_owned(), is_rest, range: 0..0 }
    }

    /// The last segment of a template.
    fn last_of_template(text: &str) -> Self {
        let segment = Self::template(text);
        let name: String = text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
        let is_rest = segment.is_rest || (segment.is_hole() && RESTS.contains(&name.as_str()));
        Self { is_rest, ..segment }
    }

    /// A segment of a request. What is `computed` is a hole, and so is what documentation writes for a value.
    fn request(raw: &str, computed: &[Range<usize>], range: Range<usize>) -> Self {
        const PAIRS: [(&str, &str); 6] = [("{{", "}}"), ("${", "}"), ("{", "}"), ("<", ">"), ("[", "]"), ("%(", ")s")];
        let mut text = percent_decode_str(raw).decode_utf8_lossy().into_owned();
        // What nobody sees got in when somebody copied it.
        text.retain(|c| !matches!(c, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}'));
        let is_name = |name: &str| {
            name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        };
        let is_placeholder = text.strip_prefix([':', '$']).is_some_and(is_name)
            || matches!(text.as_str(), "%s" | "%d" | "%v" | "..." | "…" | "*" | "**")
            || (text.contains('_') && is_name(&text) && !text.bytes().any(|b| b.is_ascii_lowercase()));
        let whole = |length: usize| std::iter::once(0..length).collect::<Vec<_>>();
        let pieces = if is_placeholder {
            pieces(&text, &whole(text.len()))
        } else if computed.is_empty() {
            // A star stands for what several names have in its place: `/query_log_*`.
            let stars = text.match_indices('*').map(|(at, star)| at..at + star.len());
            let mut holes: Vec<_> = stars.chain(holes_in(&text, &PAIRS)).collect();
            holes.sort_by_key(|hole| (hole.start, Reverse(hole.end)));
            let mut end = 0;
            holes.retain(|hole| {
                let is_outside = hole.start >= end;
                end = end.max(hole.end);
                is_outside
            });
            pieces(&text, &holes)
        } else {
            pieces(raw, computed)
        };
        Self { text, pieces, is_rest: false, range }
    }

    /// As it is written, percent-encoding decoded.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The bytes of what it was read from.
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// Its characters, if nothing in it is a hole.
    pub(super) fn literal(&self) -> Option<&str> {
        matches!(self.pieces.as_slice(), [Piece::Literal(_)]).then_some(&self.text)
    }

    /// Whether, having holes, it may be this literal.
    pub(super) fn may_be(&self, literal: &str) -> bool {
        self.literal().is_none() && covers(&self.pieces, literal)
    }

    /// Whether two segments of templates differ in nothing but the names of their parameters.
    pub(super) fn is_same_parameter(&self, other: &Segment) -> bool {
        self.pieces == other.pieces && self.is_rest == other.is_rest
    }

    /// Whether all of it is a hole.
    pub(super) fn is_hole(&self) -> bool {
        matches!(self.pieces.as_slice(), [Piece::Hole])
    }

    /// Whether, in a template, it stands for one segment or more.
    pub(super) fn is_rest(&self) -> bool {
        self.is_rest
    }

    /// Whether a segment of a request is this literal of a template but for its case, where the template begins it with a capital: servers of
    /// which the routes are named after classes don't tell case apart.
    pub(super) fn is_but_for_case(&self, request: &Segment) -> bool {
        let is_alike = |known: &str, name: &str| known.starts_with(|c: char| c.is_ascii_uppercase()) && known.eq_ignore_ascii_case(name);
        self.literal().zip(request.literal()).is_some_and(|(known, name)| is_alike(known, name))
    }

    /// How a segment of a request fits this one of a template, if it does.
    pub(super) fn fit(&self, request: &Segment) -> Option<Fit> {
        match (self.literal(), request.literal()) {
            // A placeholder may look like the literal that it stands for: `/API_KEY`.
            (Some(literal), _) if literal == request.text => Some(Fit::Literal),
            (Some(_), Some(_)) => None,
            (Some(literal), None) => request.may_be(literal).then_some(Fit::Guess),
            (None, Some(_)) if self.is_hole() => Some(Fit::LiteralParameter),
            (None, Some(literal)) => covers(&self.pieces, literal).then_some(Fit::Part),
            (None, None) if self.is_hole() => Some(Fit::Parameter),
            (None, None) if request.is_hole() => Some(Fit::Guess),
            (None, None) => ends_agree(&self.pieces, &request.pieces).then_some(Fit::Part),
        }
    }
}

/// The number of a version: `v1`, `v2beta1`, `1.0`.
pub(super) fn version(segment: &str) -> Option<&str> {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match segment.strip_prefix('v') {
        Some(number) => number.starts_with(|c: char| c.is_ascii_digit()).then_some(number),
        None => (segment.contains('.') && segment.split('.').all(is_number)).then_some(segment),
    }
}

/// Where a text has placeholders: from one of these openings to its closing.
pub(super) fn holes_in(text: &str, pairs: &[(&str, &str)]) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    // Where no closing is left there is none for the next opening either.
    let mut is_over = vec![false; pairs.len()];
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let hole = pairs.iter().zip(&mut is_over).filter(|(_, is_over)| !**is_over).find_map(|((open, close), is_over)| {
            let inner = rest.strip_prefix(open)?;
            let length = inner.find(close);
            *is_over = length.is_none();
            let length = length.filter(|length| *length > 0)?;
            Some(open.len() + length + close.len())
        });
        match hole {
            Some(length) => {
                out.push(at..at + length);
                at += length;
            }
            None => at += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    out
}

/// The pieces of a text with holes there, in order.
fn pieces(text: &str, holes: &[Range<usize>]) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut at = 0;
    let literal = |out: &mut Vec<Piece>, range: Range<usize>| match text.get(range) {
        Some(chars) if !chars.is_empty() => out.push(Piece::Literal(percent_decode_str(chars).decode_utf8_lossy().into_owned())),
        _ => {}
    };
    for hole in holes {
        literal(&mut out, at..hole.start);
        if out.last() != Some(&Piece::Hole) {
            out.push(Piece::Hole);
        }
        at = hole.end;
    }
    literal(&mut out, at..text.len());
    out
}

/// Whether pieces with holes in them can be this literal. Holes of a template are never empty, but what a program computes may be.
fn covers(pieces: &[Piece], literal: &str) -> bool {
    let mut rest = literal;
    for (index, piece) in pieces.iter().enumerate() {
        let Piece::Literal(chars) = piece else { continue };
        let after = match index {
            0 => rest.strip_prefix(chars.as_str()),
            _ if index + 1 == pieces.len() => rest.strip_suffix(chars.as_str()).map(|_| ""),
            _ => rest.find(chars.as_str()).and_then(|at| rest.get(at + chars.len()..)),
        };
        let Some(after) = after else { return false };
        rest = after;
    }
    true
}

/// Whether two segments that both have holes can be the same as far as their literal ends tell.
fn ends_agree(one: &[Piece], two: &[Piece]) -> bool {
    let agree = |one: Option<&Piece>, two: Option<&Piece>, test: fn(&str, &str) -> bool| match (one, two) {
        (Some(Piece::Literal(one)), Some(Piece::Literal(two))) => test(one, two) || test(two, one),
        _ => true,
    };
    agree(one.first(), two.first(), |one, two| one.starts_with(two)) && agree(one.last(), two.last(), |one, two| one.ends_with(two))
}

/// The segments of a template; a query or fragment in it is none of the path.
pub(super) fn template(text: &str) -> Vec<Segment> {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let mut segments: Vec<_> = path.split('/').filter(|segment| !segment.is_empty()).map(Segment::template).collect();
    if let Some(last) = segments.last_mut() {
        *last = Segment::last_of_template(&last.text);
    }
    segments
}

/// The path of a request's URL as it is written.
#[derive(Debug, Clone)]
pub struct RequestPath {
    segments: Vec<Segment>,
    ends_in_slash: bool,
}

impl RequestPath {
    /// The path of a URL that may have holes: what stands behind the authority, or behind a computed base, up to the query.
    pub fn of(url: &Text<'_>) -> Self {
        let masked = url.masked(b'_');
        let computed: Vec<_> = url.holes().collect();
        let end = masked.find(['?', '#']).unwrap_or(masked.len());
        let start = match masked.get(..end).and_then(|url| url.find("://")) {
            Some(scheme) => masked.get(scheme + 3..end).and_then(|rest| rest.find('/')).map_or(end, |at| scheme + 3 + at),
            // A base that is computed, and anything joined to it without a slash.
            None => match computed.first().filter(|hole| hole.start == 0) {
                Some(base) => masked.get(base.end..end).and_then(|rest| rest.find('/')).map_or(end, |at| base.end + at),
                None => 0,
            },
        };
        let mut segments = Vec::new();
        let mut at = start;
        for part in masked.get(start..end).unwrap_or_default().split('/') {
            let range = at..at + part.len();
            // A URL is one value, whatever is in it.
            if !segments.is_empty()
                && matches!(part, "http:" | "https:")
                && masked.get(range.end..end).is_some_and(|rest| rest.starts_with("//"))
            {
                let value = range.start..end;
                let text = url.as_str().get(value.clone()).unwrap_or_default().to_owned();
                segments.push(Segment { text, pieces: vec![Piece::Hole], is_rest: false, range: value });
                return Self { segments, ends_in_slash: false };
            }
            at = range.end + 1;
            let holes: Vec<_> = computed
                .iter()
                .filter(|hole| hole.start >= range.start && hole.end <= range.end)
                .map(|hole| hole.start - range.start..hole.end - range.start)
                .collect();
            if let Some(raw) = url.as_str().get(range.clone()).filter(|raw| !raw.is_empty()) {
                segments.push(Segment::request(raw, &holes, range));
            }
        }
        let ends_in_slash = !segments.is_empty() && masked.get(start..end).is_some_and(|path| path.ends_with('/'));
        Self { segments, ends_in_slash }
    }

    /// The path behind so many of its segments.
    pub(super) fn without(&self, skipped: usize) -> Self {
        Self { segments: self.segments.get(skipped..).unwrap_or_default().to_vec(), ends_in_slash: self.ends_in_slash }
    }

    /// Whether it has all segments of a base path in front, and something behind them.
    pub(super) fn begins_with(&self, base: &[Segment]) -> bool {
        self.segments.len() > base.len() && base.iter().zip(&self.segments).all(|(base, segment)| base.fit(segment).is_some())
    }

    /// The segments, in order.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The path and all of its ends, with `{}` for what is a hole.
    pub(super) fn ends(&self) -> Vec<String> {
        let segment = |segment: &Segment| if segment.is_hole() { "/{}".to_owned() } else { format!("/{}", segment.text) };
        (0..self.segments.len()).map(|from| self.segments.iter().skip(from).map(segment).collect()).collect()
    }

    /// Whether a slash stands behind the last segment.
    pub fn ends_in_slash(&self) -> bool {
        self.ends_in_slash
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(template: &str, request: &str) -> Option<Fit> {
        Segment::template(template).fit(&Segment::request(request, &[], 0..request.len()))
    }

    #[test]
    fn segments_fit() {
        for (template, request, expected) in [
            ("runs", "runs", Some(Fit::Literal)),
            ("runs", "run", None),
            ("{id}", "{runId}", Some(Fit::Parameter)),
            ("{id}", ":id", Some(Fit::Parameter)),
            ("{id}", "<run-id>", Some(Fit::Parameter)),
            ("{id}", "$RUN_ID", Some(Fit::Parameter)),
            ("{id}", "{{run.id}}", Some(Fit::Parameter)),
            ("{id}", "RUN_ID", Some(Fit::Parameter)),
            ("{id}", "%7Bid%7D", Some(Fit::Parameter)),
            ("{id}", "%s", Some(Fit::Parameter)),
            ("{id}", "42", Some(Fit::LiteralParameter)),
            (":id", ":id", Some(Fit::Literal)),
            ("runs", ":id", Some(Fit::Guess)),
            ("{id}.json", "a.json", Some(Fit::Part)),
            ("{id}.json", "a.xml", None),
            ("{id}.json", "<id>.json", Some(Fit::Part)),
            ("{id}.json", "{id}", Some(Fit::Guess)),
            ("{id}.json", "<id>.xml", None),
            ("{name}:cancel", "x:cancel", Some(Fit::Part)),
            ("{a}...{b}", "main...dev", Some(Fit::Part)),
            ("v1", "v{version}", Some(Fit::Guess)),
            ("v1", "w{version}", None),
            ("a b", "a%20b", Some(Fit::Literal)),
            ("{}", "{}", Some(Fit::Literal)),
            ("query_log_info", "query_log_*", Some(Fit::Guess)),
            ("query_log_info", "query_*_x", None),
            ("{id}", "{a*b}", Some(Fit::Parameter)),
            ("runs", "runs\u{200b}", Some(Fit::Literal)),
        ] {
            assert_eq!(fit(template, request), expected, "{template} {request}");
        }
    }

    #[test]
    fn openings_without_a_closing_take_linear_time() {
        assert!(holes_in(&"{<".repeat(300_000), &[("{{", "}}"), ("{", "}"), ("<", ">")]).is_empty());
        assert_eq!(holes_in("{{a}<b>{c}", &[("{{", "}}"), ("{", "}"), ("<", ">")]), [0..4, 4..7, 7..10]);
    }

    fn path(url: &str, holes: &[&str]) -> Vec<String> {
        let ranges: Vec<_> = holes.iter().map(|hole| url.find(hole).map(|at| at..at + hole.len()).unwrap()).collect();
        let path = RequestPath::of(&Text::exact(url, 7).with_holes(&ranges));
        for segment in path.segments() {
            assert_eq!(percent_decode_str(&url[segment.range()]).decode_utf8_lossy(), segment.as_str());
        }
        path.segments().iter().map(|segment| if segment.is_hole() { "*".to_owned() } else { segment.as_str().to_owned() }).collect()
    }

    #[test]
    fn the_path_of_a_url_is_found() {
        assert_eq!(path("https://a.test/b/c?d=/e", &[]), ["b", "c"]);
        assert_eq!(path("https://a.test", &[]), [""; 0]);
        assert_eq!(path("https://{host}/b", &["{host}"]), ["b"]);
        assert_eq!(path("{base}/b/{id}/", &["{base}", "{id}"]), ["b", "*"]);
        assert_eq!(path("{base}:8080/b", &["{base}"]), ["b"]);
        assert_eq!(path("/b//<id>#c", &[]), ["b", "*"]);
        assert_eq!(path("runs/{a/b}", &["{a/b}"]), ["runs", "*"]);
        assert_eq!(path("/é/%7Bx%7D", &[]), ["é", "*"]);
        assert_eq!(path("https://a.test/send/https://b.test/c/d?e", &[]), ["send", "*"]);
    }
}
