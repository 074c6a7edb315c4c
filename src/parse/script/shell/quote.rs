//! Quotes (POSIX Shell Command Language, section 2.2).

use super::word::{Growing, Quoting};
use super::{MAX_RECOVERIES, Parser};

/// How many apostrophes one quoted string may hold.
const MAX_APOSTROPHES: usize = 16;

impl<'t> Parser<'t> {
    /// `'…'`. An apostrophe between two letters of a text with spaces does not end it (`'{"text": "it's"}'`).
    pub(super) fn single_quoted(&mut self, word: &mut Growing<'t>) {
        let open = self.at;
        let bytes = self.source.as_bytes();
        let letter = |at: usize| at < self.end && bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
        let next_quote = |from: usize| {
            let rest = bytes.get(from..self.end).unwrap_or_default();
            memchr::memchr(b'\'', rest).map(|at| from + at)
        };
        let mut close = next_quote(open + 1);
        let mut spaced = false;
        for _ in 0..MAX_APOSTROPHES {
            let Some(at) = close else { break };
            spaced |= self.slice(open..at).contains([' ', '{']);
            if !(spaced && letter(at.wrapping_sub(1)) && letter(at + 1)) {
                break;
            }
            match next_quote(at + 1) {
                Some(next) if !self.slice(at..next).contains("\n\n") && !self.slice(at..next).contains("\n\r\n") => close = Some(next),
                _ => break,
            }
        }
        let within_word = open > 0 && letter(open - 1) && letter(open + 1);
        let crosses_lines = |end: usize| self.slice(open..end).contains('\n');
        let (content_end, next) = match close {
            Some(close) if !(within_word && crosses_lines(close)) => (close, close + 1),
            _ if within_word => {
                word.source(open..open + 1);
                self.at = open + 1;
                return;
            }
            Some(close) => (close, close + 1),
            None => (self.line_end(open), self.line_end(open)),
        };
        let outer = self.end;
        self.at = open + 1;
        self.end = content_end;
        while !self.at_end() {
            let start = self.at;
            if self.byte(0) == Some(b'{') && self.template(word) {
                continue;
            }
            self.step();
            while self.byte(0).is_some_and(|byte| byte != b'{') {
                self.at += 1;
            }
            word.source(start..self.at);
        }
        self.end = outer;
        self.at = next;
    }

    /// `"…"`. One that never ends is taken to end with its line.
    pub(super) fn double_quoted(&mut self, word: &mut Growing<'t>) {
        let open = self.at;
        let (comments, heredocs) = (self.comments.len(), self.heredocs);
        self.at = open + 1;
        let inner = self.quoted_parts();
        if self.byte(0) != Some(b'"') {
            let line_end = self.line_end(open);
            if line_end < self.end && self.recoveries < MAX_RECOVERIES {
                self.recoveries += 1;
                self.comments.truncate(comments);
                self.heredocs = heredocs;
                let outer = std::mem::replace(&mut self.end, line_end);
                self.at = open + 1;
                let inner = self.quoted_parts();
                word.join(self.text, inner);
                self.end = outer;
                return;
            }
        }
        word.join(self.text, inner);
        self.take("\"");
    }

    /// The parts up to the closing double quote.
    pub(super) fn quoted_parts(&mut self) -> Growing<'t> {
        let mut inner = Growing::new();
        self.parts(Quoting::Double, &mut inner);
        inner
    }

    pub(super) fn backslash(&mut self, quoting: Quoting, word: &mut Growing<'t>) {
        let start = self.at;
        // A continuation, also with white space behind the backslash, which hides it from a reader.
        let after = self.slice(start + 1..self.end);
        let blank = after.len() - after.trim_start_matches([' ', '\t', '\r']).len();
        let ends_line = after.as_bytes().get(blank) == Some(&b'\n');
        if ends_line && (blank == 0 || quoting == Quoting::None || after.starts_with('\r')) {
            self.at = start + 1 + blank + 1;
            return;
        }
        self.at = start + 1;
        let Some(next) = self.rest().chars().next() else {
            word.source(start..self.at);
            return;
        };
        let escapes = match quoting {
            Quoting::None | Quoting::Brace { quoted: false } => true,
            Quoting::Heredoc => matches!(next, '$' | '`' | '\\'),
            _ => matches!(next, '$' | '`' | '"' | '\\' | '}'),
        };
        self.at += next.len_utf8();
        if escapes {
            word.decoded(next, start..self.at);
        } else {
            word.source(start..self.at);
        }
    }

    /// `$'…'` with C escapes.
    pub(super) fn ansi_quoted(&mut self, word: &mut Growing<'t>) {
        self.at += 2;
        while let Some(byte) = self.byte(0) {
            let start = self.at;
            match byte {
                b'\'' => {
                    self.at += 1;
                    return;
                }
                b'\\' => {
                    let (chars, length) = c_escape(self.slice(start + 1..self.end));
                    self.at = (start + 1 + length).min(self.end);
                    word.decoded(chars, start..self.at);
                }
                _ => {
                    self.step();
                    while self.byte(0).is_some_and(|byte| byte != b'\'' && byte != b'\\') {
                        self.at += 1;
                    }
                    word.source(start..self.at);
                }
            }
        }
    }
}

/// The character that an escape of `$'…'` stands for (bash(1), QUOTING), and the bytes it takes behind the backslash.
fn c_escape(after: &str) -> (String, usize) {
    let Some(kind) = after.chars().next() else { return ("\\".to_owned(), 0) };
    let digits = |from: usize, most: usize, radix: u32| {
        let found: String = after.get(from..).unwrap_or_default().chars().take(most).take_while(|c| c.is_digit(radix)).collect();
        let value = u32::from_str_radix(&found, radix).ok().and_then(char::from_u32);
        value.map(|value| (value.to_string(), from + found.len()))
    };
    let plain = |c: &str| (c.to_owned(), kind.len_utf8());
    let number = match kind {
        'x' => digits(1, 2, 16),
        'u' => digits(1, 4, 16),
        'U' => digits(1, 8, 16),
        '0'..='7' => digits(0, 3, 8),
        _ => None,
    };
    number.unwrap_or_else(|| match kind {
        'n' => plain("\n"),
        't' => plain("\t"),
        'r' => plain("\r"),
        'a' => plain("\u{7}"),
        'b' => plain("\u{8}"),
        'e' | 'E' => plain("\u{1b}"),
        'f' => plain("\u{c}"),
        'v' => plain("\u{b}"),
        '\\' | '\'' | '"' | '?' => (kind.to_string(), kind.len_utf8()),
        _ => (format!("\\{kind}"), kind.len_utf8()),
    })
}
