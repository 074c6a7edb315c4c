//! The tokenizer of WHATWG HTML (section 13.2.5), for byte ranges instead of values.
//!
//! It tells start tags with their attributes, end tags, text, comments and the like apart exactly as a browser does, and
//! decodes nothing. Which elements hold raw text is for the caller to say ([`Tokenizer::raw_text`]), as in the standard. The
//! tests hold it to html5gum over a corpus of hostile input; html5gum itself, at 130 MB/s over generated documentation, is too
//! slow for the bound that `check` has to keep.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memchr2, memmem};

use super::braces;

/// What stands in place of a template's expressions and statements while a text is tokenized.
pub(in crate::parse) const MASK: u8 = 0x1A;

/// A token. Ranges are bytes of the tokenizer's source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::parse) enum Token {
    /// Characters, with entities as they are written.
    Text(Range<usize>),
    /// A start tag; its attributes are [`Tokenizer::attributes`].
    Start { tag: Range<usize>, name: Range<usize>, self_closing: bool },
    /// An end tag.
    End { name: Range<usize> },
    /// A comment, and what is between its delimiters.
    Comment { comment: Range<usize>, text: Range<usize> },
    /// A document type declaration.
    Doctype(Range<usize>),
    /// `<?…>`, `<!…>` or `</…>` of another kind, which HTML reads as a comment.
    Bogus(Range<usize>),
    /// The content of a CDATA section (in foreign content only).
    Cdata(Range<usize>),
}

/// How an attribute's value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::parse) enum Quoting {
    /// No value.
    Absent,
    /// In quotes, or bare.
    Plain,
    /// `{…}` of JSX, Svelte and Astro: an expression. The range excludes the braces.
    Expression,
    /// A template literal in backticks (Astro).
    Template,
}

/// An attribute of the last start tag. The value's range excludes its quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::parse) struct Attribute {
    pub(in crate::parse) name: Range<usize>,
    pub(in crate::parse) value: Range<usize>,
    pub(in crate::parse) quoting: Quoting,
}

/// See the module's documentation.
#[derive(Debug)]
pub(in crate::parse) struct Tokenizer<'a> {
    source: &'a [u8],
    at: usize,
    attributes: Vec<Attribute>,
    /// Whether `{…}` is an expression where an attribute or its value may stand.
    braces: Option<braces::Budget>,
    /// Whether the source is XML 1.0: instructions end with `?>`, declarations may hold others, comments end with `-->` only.
    xml: bool,
}

impl<'a> Tokenizer<'a> {
    pub(in crate::parse) fn new(source: &'a str) -> Self {
        Self { source: source.as_bytes(), at: 0, attributes: Vec::new(), braces: None, xml: false }
    }

    /// A tokenizer of XML.
    pub(in crate::parse) fn xml(source: &'a str) -> Self {
        Self { xml: true, ..Self::new(source) }
    }

    /// Reads `{…}` in a tag as an expression.
    pub(in crate::parse) fn with_expressions(mut self) -> Self {
        self.braces = Some(braces::Budget::new(self.source.len()));
        self
    }

    /// The attributes of the last start tag, in order, duplicates included.
    pub(in crate::parse) fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// Whether `{…}` in a tag is an expression.
    pub(in crate::parse) fn has_expressions(&self) -> bool {
        self.braces.is_some()
    }

    /// The next token; `foreign` says whether the current element is of SVG or MathML, where CDATA sections exist.
    pub(in crate::parse) fn next(&mut self, foreign: bool) -> Option<Token> {
        let start = self.at;
        let rest = self.source.get(start..)?;
        if rest.is_empty() {
            return None;
        }
        for found in memchr_iter(b'<', rest) {
            let at = start + found;
            if !self.opens_markup(at) {
                continue;
            }
            if at > start {
                self.at = at;
                return Some(Token::Text(start..at));
            }
            return self.markup(at, foreign);
        }
        self.at = self.source.len();
        Some(Token::Text(start..self.at))
    }

    /// The text of a raw text element (`style`, `textarea`, …), up to its end tag or the end of the source.
    pub(in crate::parse) fn raw_text(&mut self, name: &[u8]) -> Range<usize> {
        let start = self.at;
        let rest = self.source.get(start..).unwrap_or_default();
        let end = memchr_iter(b'<', rest).map(|found| start + found).find(|&at| self.is_end_tag(at, name));
        self.at = end.unwrap_or(self.source.len());
        start..self.at
    }

    /// The text of a `script` element: its end tag does not count within `<!-- <script>`.
    pub(in crate::parse) fn script_text(&mut self) -> Range<usize> {
        let start = self.at;
        self.at = super::script_data::end(self.source, start);
        start..self.at
    }

    /// Everything that is left (after `<plaintext>`).
    pub(in crate::parse) fn rest(&mut self) -> Range<usize> {
        let start = self.at;
        self.at = self.source.len();
        start..self.at
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.source.get(at).copied()
    }

    fn starts(&self, at: usize, text: &[u8]) -> bool {
        self.source.get(at..at + text.len()).is_some_and(|found| found.eq_ignore_ascii_case(text))
    }

    fn find(&self, byte: u8, from: usize) -> Option<usize> {
        memchr(byte, self.source.get(from..)?).map(|found| from + found)
    }

    /// Whether the `<` here is one of markup, not text.
    fn opens_markup(&self, at: usize) -> bool {
        match self.byte(at + 1) {
            Some(b'!' | b'?') => true,
            Some(b'/') => self.byte(at + 2).is_some(),
            Some(MASK) => true,
            next => next.is_some_and(|byte| byte.is_ascii_alphabetic()),
        }
    }

    fn is_end_tag(&self, at: usize, name: &[u8]) -> bool {
        self.starts(at, b"</")
            && self.starts(at + 2, name)
            && self.byte(at + 2 + name.len()).is_some_and(|byte| is_space(byte) || matches!(byte, b'/' | b'>'))
    }

    fn markup(&mut self, at: usize, foreign: bool) -> Option<Token> {
        match self.byte(at + 1) {
            Some(b'!') => Some(self.declaration(at, foreign)),
            Some(b'?') => Some(self.bogus(at)),
            Some(b'/') => match self.byte(at + 2) {
                Some(b'>') => {
                    self.at = at + 3;
                    self.next(foreign)
                }
                Some(byte) if byte.is_ascii_alphabetic() => self.tag(at, at + 2),
                _ => Some(self.bogus(at)),
            },
            _ => self.tag(at, at + 1),
        }
    }

    fn bogus(&mut self, at: usize) -> Token {
        if self.xml && self.starts(at, b"<?") {
            let rest = self.source.get(at..).unwrap_or_default();
            self.at = memmem::find(rest, b"?>").map_or(self.source.len(), |found| at + found + 2);
            return Token::Bogus(at..self.at);
        }
        let end = self.find(b'>', at).map_or(self.source.len(), |found| found + 1);
        self.at = end;
        Token::Bogus(at..end)
    }

    fn declaration(&mut self, at: usize, foreign: bool) -> Token {
        if self.starts(at, b"<!--") {
            return self.comment(at);
        }
        if self.starts(at, b"<!doctype") {
            // In HTML a `>` ends it, even within its quotes.
            let end = if self.xml { self.declaration_end(at) } else { self.find(b'>', at).map(|found| found + 1) };
            self.at = end.unwrap_or(self.source.len());
            return Token::Doctype(at..self.at);
        }
        let open = b"<![CDATA[";
        if foreign && self.source.get(at..).is_some_and(|rest| rest.starts_with(open)) {
            let start = at + open.len();
            let rest = self.source.get(start..).unwrap_or_default();
            let end = memmem::find(rest, b"]]>").map(|found| start + found);
            self.at = end.map_or(self.source.len(), |end| end + 3);
            return Token::Cdata(start..end.unwrap_or(self.source.len()));
        }
        self.bogus(at)
    }

    /// The end of an XML document type declaration, whose internal subset may hold declarations.
    fn declaration_end(&self, at: usize) -> Option<usize> {
        let mut at = at + 2;
        let mut in_subset = false;
        loop {
            match self.byte(at)? {
                quote @ (b'"' | b'\'') => at = self.find(quote, at + 1)?,
                b'<' if in_subset && self.starts(at, b"<!--") => {
                    at += 6 + memmem::find(self.source.get(at + 4..)?, b"-->")?;
                }
                b'<' if in_subset && self.starts(at, b"<?") => at += 1 + memmem::find(self.source.get(at..)?, b"?>")?,
                b'[' => in_subset = true,
                b']' => in_subset = false,
                b'>' if !in_subset => return Some(at + 1),
                _ => {}
            }
            at += 1;
        }
    }

    fn comment(&mut self, at: usize) -> Token {
        let start = at + 4;
        if self.xml {
            let rest = self.source.get(start..).unwrap_or_default();
            let close = memmem::find(rest, b"-->").map(|found| start + found);
            self.at = close.map_or(self.source.len(), |close| close + 3);
            return Token::Comment { comment: at..self.at, text: start..close.unwrap_or(self.source.len()) };
        }
        // `<!-->` and `<!--->` are whole.
        for whole in [&b">"[..], b"->"] {
            if self.starts(start, whole) {
                self.at = start + whole.len();
                return Token::Comment { comment: at..self.at, text: start..start };
            }
        }
        let rest = self.source.get(start..).unwrap_or_default();
        let ends = memmem::find_iter(rest, b"--").find_map(|found| {
            let end = start + found;
            let length = if self.starts(end + 2, b">") {
                3
            } else if self.starts(end + 2, b"!>") {
                4
            } else if self.starts(end + 2, b"->") {
                // Matches do not overlap, so of three dashes the last two count here.
                return Some((end + 1, end + 4));
            } else if self.starts(end + 2, b"-!>") {
                return Some((end + 1, end + 5));
            } else {
                return None;
            };
            Some((end, end + length))
        });
        let (text_end, end) = ends.unwrap_or((self.source.len(), self.source.len()));
        self.at = end;
        Token::Comment { comment: at..end, text: start..text_end.max(start) }
    }

    /// A tag whose name starts at `start`. One that the source's end cuts off is no tag.
    fn tag(&mut self, at: usize, start: usize) -> Option<Token> {
        self.attributes.clear();
        let end = self.position_of(start, |byte| is_space(byte) || matches!(byte, b'/' | b'>'));
        // Within the name only: a search to the end of the source for every tag would be quadratic.
        let masked = self.source.get(start + 1..end).and_then(|name| name.iter().position(|&byte| byte == MASK));
        let name = start..masked.map_or(end, |found| start + 1 + found);
        let closing = start == at + 2;
        let Some((end, self_closing)) = self.read_attributes(end) else {
            self.at = self.source.len();
            return None;
        };
        self.at = end;
        Some(if closing { Token::End { name } } else { Token::Start { tag: at..end, name, self_closing } })
    }

    /// The first byte from `from` on that satisfies `is`, or the end of the source.
    fn position_of(&self, from: usize, is: impl Fn(u8) -> bool) -> usize {
        let rest = self.source.get(from..).unwrap_or_default();
        rest.iter().position(|&byte| is(byte)).map_or(self.source.len(), |found| from + found)
    }

    /// Reads attributes up to the tag's `>`; gives where the tag ends, and whether it is `/>`.
    fn read_attributes(&mut self, mut at: usize) -> Option<(usize, bool)> {
        loop {
            match self.byte(at)? {
                byte if is_space(byte) => at += 1,
                b'>' => return Some((at + 1, false)),
                b'/' if self.byte(at + 1) == Some(b'>') => return Some((at + 2, true)),
                b'/' => at += 1,
                b'{' if self.braces.is_some() => at = self.spread(at),
                _ => at = self.attribute(at)?,
            }
        }
    }

    /// `{...properties}` or `{name}` where an attribute could stand.
    fn spread(&mut self, at: usize) -> usize {
        let source = self.source;
        let Some(end) = self.braces.as_mut().and_then(|budget| budget.end(source, at)) else { return at + 1 };
        self.attributes.push(Attribute { name: at..at, value: at + 1..end - 1, quoting: Quoting::Expression });
        end
    }

    fn attribute(&mut self, start: usize) -> Option<usize> {
        // An equals sign that comes first belongs to the name.
        let end = self.position_of(start + 1, |byte| is_space(byte) || matches!(byte, b'/' | b'>' | b'='));
        let name = self.unmasked(start..end);
        let mut at = self.position_of(end, |byte| !is_space(byte));
        if self.byte(at)? != b'=' {
            self.attributes.push(Attribute { name, value: end..end, quoting: Quoting::Absent });
            return Some(at);
        }
        at = self.position_of(at + 1, |byte| !is_space(byte));
        let (value, quoting, next) = match self.byte(at)? {
            quote @ (b'"' | b'\'') => {
                let close = self.find(quote, at + 1)?;
                (at + 1..close, Quoting::Plain, close + 1)
            }
            b'>' => (at..at, Quoting::Absent, at),
            first => match self.expression(first, at) {
                Some(found) => found,
                None => {
                    let rest = self.source.get(at..).unwrap_or_default();
                    let end = rest.iter().position(|&byte| is_space(byte) || byte == b'>').map(|found| at + found)?;
                    (at..end, Quoting::Plain, end)
                }
            },
        };
        self.attributes.push(Attribute { name, value, quoting });
        Some(next)
    }

    /// A value in braces or backticks, where those mean something: its range, its kind, and where it ends.
    fn expression(&mut self, first: u8, at: usize) -> Option<(Range<usize>, Quoting, usize)> {
        let source = self.source;
        let budget = self.braces.as_mut()?;
        match first {
            b'{' => budget.end(source, at).map(|end| (at + 1..end - 1, Quoting::Expression, end)),
            b'`' => {
                let close = memchr2(b'`', b'\\', source.get(at + 1..)?).map(|found| at + 1 + found)?;
                (source.get(close) == Some(&b'`')).then_some((at + 1..close, Quoting::Template, close + 1))
            }
            _ => None,
        }
    }

    /// A name without the template statements around it: `{% if x %}href`.
    fn unmasked(&self, mut range: Range<usize>) -> Range<usize> {
        while range.start < range.end && self.byte(range.start) == Some(MASK) {
            range.start += 1;
        }
        while range.start < range.end && self.byte(range.end - 1) == Some(MASK) {
            range.end -= 1;
        }
        range
    }
}

/// ASCII white space as the tokenizer knows it (a CR is normalized to an LF before).
pub(in crate::parse) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0C)
}
