//! Where template expressions, statements and comments are in a text.

use std::ops::Range;

use memchr::{memchr2, memmem};

use super::statement::{self, Statement};
use crate::model::HtmlRoles;

/// The longest expression or statement, in bytes.
const MAX_PIECE: usize = 8192;

/// A piece of template syntax, delimiters included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) range: Range<usize>,
    pub(super) kind: PieceKind,
}

/// What a piece is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PieceKind {
    /// Its value stands in its place; the range is that of the expression, without delimiters.
    Output(Range<usize>),
    /// It stands for nothing; the range is that of the code, without delimiters.
    Statement(Statement, Range<usize>),
    /// A comment; the range is that of its words.
    Comment(Range<usize>),
}

/// What the path and the text say about the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    /// It is a template beyond doubt: by its name, or because it has a known statement.
    pub(super) evident: bool,
    /// PHP.
    pub(super) php: bool,
    /// Braces are JSX's (or Svelte's, or Astro's): `{{` opens an object, `{#` no comment.
    pub(super) braces: bool,
}

impl Dialect {
    pub(super) fn of(path: &str, source: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path);
        let has = |extensions: &[&str]| name.split('.').skip(1).any(|part| extensions.iter().any(|known| part.eq_ignore_ascii_case(known)));
        let by_name = has(&[
            "jinja",
            "jinja2",
            "j2",
            "njk",
            "hbs",
            "handlebars",
            "mustache",
            "erb",
            "ejs",
            "liquid",
            "gohtml",
            "tmpl",
            "twig",
            "jsp",
            "phtml",
            "php",
        ]);
        Self { evident: by_name || has_known_statement(source), php: has(&["php", "phtml"]), braces: uses_braces(path) }
    }
}

/// Whether `{…}` holds an expression of JavaScript in files of this name.
pub(in crate::parse) fn uses_braces(path: &str) -> bool {
    let extension = path.rsplit('.').next().unwrap_or_default();
    ["svelte", "astro", "mdx", "jsx", "tsx"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

fn has_known_statement(source: &str) -> bool {
    memmem::find_iter(source.as_bytes(), "{%").any(|at| {
        let rest = source.get(at + 2..).unwrap_or_default();
        // Long enough for white space and the longest known word.
        let head: String = rest.chars().take(64).collect();
        let opens = head.starts_with([' ', '-', '+', '~', '\n', '\r', '\t']) || head.starts_with(|c: char| c.is_alphabetic());
        opens && statement::is_known_percent(&head)
    })
}

/// The pieces of `source`, in order and disjoint. Linear in the source.
pub(super) fn pieces(source: &str, dialect: Dialect, words: &HtmlRoles) -> Vec<Piece> {
    let mut scanner = Scanner { source, dialect, words, pieces: Vec::new(), no_more: Vec::new() };
    let bytes = source.as_bytes();
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr2(b'{', b'<', rest)) {
        at = scanner.piece(at + found);
    }
    scanner.pieces
}

struct Scanner<'a> {
    source: &'a str,
    dialect: Dialect,
    words: &'a HtmlRoles,
    pieces: Vec<Piece>,
    /// Delimiters that do not occur any more.
    no_more: Vec<&'static str>,
}

impl Scanner<'_> {
    /// Reads a piece that may start at `at`; gives where to go on.
    fn piece(&mut self, at: usize) -> usize {
        let rest = self.source.as_bytes().get(at..).unwrap_or_default();
        let starts = |text: &str| rest.starts_with(text.as_bytes());
        if starts("{{!--") && self.dialect.evident {
            self.comment(at, 5, "--}}")
        } else if (starts("{{!") || starts("{{/*") || starts("{{- /*")) && self.dialect.evident {
            self.comment(at, 3, "}}")
        } else if starts("{") && self.dialect.braces {
            at + 1
        } else if starts("{{{") {
            self.output(at, 3, "}}}")
        } else if starts("{{") {
            self.output(at, 2, "}}")
        } else if starts("{%") && self.dialect.evident {
            self.percent(at)
        } else if starts("{#") && self.dialect.evident {
            self.comment(at, 2, "#}")
        } else if starts("<%#") || starts("<%--") {
            self.comment(at, 3, "%>")
        } else if starts("<%") {
            self.code(at, 2, "%>")
        } else if self.dialect.php && (starts("<?php") || starts("<?=")) {
            self.code(at, 2, "?>")
        } else {
            at + 1
        }
    }

    /// The offset of the next `close` at or after `from`.
    fn find(&mut self, close: &'static str, from: usize) -> Option<usize> {
        if self.no_more.contains(&close) {
            return None;
        }
        let found = memmem::find(self.source.as_bytes().get(from..)?, close.as_bytes()).map(|found| from + found);
        if found.is_none() {
            self.no_more.push(close);
        }
        found
    }

    fn comment(&mut self, at: usize, open: usize, close: &'static str) -> usize {
        let Some(end) = self.find(close, at + open) else { return at + open };
        self.pieces.push(Piece { range: at..end + close.len(), kind: PieceKind::Comment(at + open..end) });
        end + close.len()
    }

    fn output(&mut self, at: usize, open: usize, close: &'static str) -> usize {
        let inner = match self.closing(at + open, close) {
            Ok(end) => at + open..end,
            Err(resume) => return resume,
        };
        let text = self.source.get(inner.clone()).unwrap_or_default();
        let end = inner.end + close.len();
        if hides_markup(text) || (!self.dialect.evident && hides_attributes(text)) {
            return at + open;
        }
        let kind = match statement::of_braces(text) {
            Some(statement) => PieceKind::Statement(statement, inner),
            None => PieceKind::Output(inner),
        };
        self.pieces.push(Piece { range: at..end, kind });
        end
    }

    fn percent(&mut self, at: usize) -> usize {
        let inner = match self.closing(at + 2, "%}") {
            Ok(end) => at + 2..end,
            Err(resume) => return resume,
        };
        let text = self.source.get(inner.clone()).unwrap_or_default();
        if hides_markup(text) {
            return at + 2;
        }
        let end = inner.end + 2;
        match statement::of_percent(text) {
            Statement::Comment(name) => {
                let (words_end, comment_end) = self.end_statement(end, name);
                self.pieces.push(Piece { range: at..comment_end, kind: PieceKind::Comment(end..words_end) });
                comment_end
            }
            Statement::Raw(name) => {
                let (raw_end, next) = self.end_statement(end, name);
                self.pieces.push(Piece { range: at..end, kind: PieceKind::Statement(Statement::Other, inner) });
                if raw_end < next {
                    self.pieces.push(Piece { range: raw_end..next, kind: PieceKind::Statement(Statement::Other, raw_end..raw_end) });
                }
                next
            }
            other => {
                let output = other == Statement::Other && self.words.is_output(statement::first_word(text));
                let kind = if output { PieceKind::Output(inner) } else { PieceKind::Statement(other, inner) };
                self.pieces.push(Piece { range: at..end, kind });
                end
            }
        }
    }

    /// Where the statement of this name starts and ends, at or after `from`; the end of the source if there is none.
    fn end_statement(&self, from: usize, name: &str) -> (usize, usize) {
        let bytes = self.source.as_bytes();
        let mut at = from;
        while let Some(found) = bytes.get(at..).and_then(|rest| memmem::find(rest, b"{%")) {
            let start = at + found;
            let inner = self.source.get(start + 2..).unwrap_or_default().trim_start_matches('-').trim_start();
            if inner.starts_with(name) {
                let close = memmem::find(inner.as_bytes(), b"%}").map(|found| self.source.len() - inner.len() + found + 2);
                return (start, close.unwrap_or(bytes.len()));
            }
            at = start + 2;
        }
        (bytes.len(), bytes.len())
    }

    fn code(&mut self, at: usize, open: usize, close: &'static str) -> usize {
        let end = match self.find(close, at + open) {
            Some(end) => end,
            // PHP needs no closing delimiter at the end of a file.
            None if close == "?>" => self.source.len(),
            None => return at + open,
        };
        let inner = self.source.get(at + open..end).unwrap_or_default();
        if !self.dialect.php && (hides_markup(inner) || (!self.dialect.evident && hides_attributes(inner))) {
            return at + open;
        }
        let (code, output) = match inner.strip_prefix("==").or(inner.strip_prefix('=')).or(inner.strip_prefix('-')) {
            Some(code) => (code, true),
            None => match inner.trim_start().strip_prefix("php").unwrap_or(inner).trim_start().strip_prefix("echo ") {
                Some(code) => (code, true),
                None => (inner, false),
            },
        };
        let code_start = at + open + (inner.len() - code.len());
        let trimmed = code.trim_end_matches([' ', '\n', '\r', '\t', ';', '-', '%']);
        let range = code_start..code_start + trimmed.len();
        let kind = if output { PieceKind::Output(range) } else { PieceKind::Statement(statement::of_code(inner), range) };
        let end = (end + close.len()).min(self.source.len());
        self.pieces.push(Piece { range: at..end, kind });
        end
    }

    /// Where `close` is, outside of strings, from `from` on; or where to go on if the piece does not close.
    fn closing(&self, from: usize, close: &str) -> Result<usize, usize> {
        let bytes = self.source.as_bytes();
        let mut at = from;
        let limit = bytes.len().min(from + MAX_PIECE);
        while at < limit {
            let rest = bytes.get(at..).unwrap_or_default();
            if rest.starts_with(close.as_bytes()) {
                return Ok(at);
            }
            match rest.first() {
                Some(quote @ (b'"' | b'\'' | b'`')) => {
                    let line = rest.iter().take(MAX_PIECE).skip(1).position(|byte| byte == quote || *byte == b'\n');
                    let closed = line.filter(|found| rest.get(found + 1) == Some(quote));
                    at += closed.map_or(1, |found| found + 2);
                }
                Some(b'{') if rest.starts_with(b"{{") || rest.starts_with(b"{%") => return Err(at),
                _ => at += 1,
            }
        }
        Err(limit)
    }
}

/// Whether a browser that knows no templates would see a tag in it.
fn hides_markup(inner: &str) -> bool {
    let bytes = inner.as_bytes();
    memchr::memchr_iter(b'<', bytes)
        .any(|at| bytes.get(at + 1).is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'!' | b'?')))
}

/// Whether a browser that knows no templates could see an attribute in it: an equals sign outside of parentheses.
fn hides_attributes(inner: &str) -> bool {
    let mut depth = 0usize;
    inner.bytes().any(|byte| {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        byte == b'=' && depth == 0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, source: &str) -> Vec<String> {
        pieces(source, Dialect::of(path, source), &HtmlRoles::default()).into_iter().map(|piece| source[piece.range].to_owned()).collect()
    }

    #[test]
    fn the_delimiters_of_each_language() {
        assert_eq!(found("a.html", "a{{ b }}c{{{ d }}}"), ["{{ b }}", "{{{ d }}}"]);
        assert_eq!(found("a.html", "{% if a %}b{% endif %}{# c #}"), ["{% if a %}", "{% endif %}", "{# c #}"]);
        assert_eq!(found("a.erb", "<%= a %><% b %><%# c %>"), ["<%= a %>", "<% b %>", "<%# c %>"]);
        assert_eq!(found("a.hbs", "{{#if a}}b{{/if}}{{!-- }} --}}"), ["{{#if a}}", "{{/if}}", "{{!-- }} --}}"]);
        assert_eq!(found("a.php", "a<?= $b ?>c<?php d('<p>')"), ["<?= $b ?>", "<?php d('<p>')"]);
        assert_eq!(found("a.html", "{{ '}}' }}"), ["{{ '}}' }}"]);
        assert_eq!(found("a.html", "{% raw %}{{ a }}{% endraw %}{{ b }}"), ["{% raw %}", "{% endraw %}", "{{ b }}"]);
        assert_eq!(found("a.html", "{% comment %}{{ a }}{% endcomment %}b"), ["{% comment %}{{ a }}{% endcomment %}"]);
    }

    #[test]
    fn what_a_browser_would_read_is_not_hidden() {
        assert!(found("a.html", "{{ <script src=//evil.test/> }}").is_empty());
        assert!(found("a.html", "<script {{ src='//evil.test/x.js' }}>").is_empty());
        assert!(found("a.html", "{# <img> #}").is_empty());
        assert!(found("a.html", "a{%b%}").is_empty());
        assert!(found("a.html", "{{ a").is_empty());
        assert!(found("a.html", "<% <img src=//evil.test> %>").is_empty());
    }

    #[test]
    fn unclosed_pieces_are_linear() {
        for text in ["{{", "{% if ", "{{ '", "{#", "<%", "{% comment %}", "{{{"] {
            let source = format!("{{% if a %}}{}", text.repeat(100_000));
            pieces(&source, Dialect::of("a.html", &source), &HtmlRoles::default());
        }
    }
}
