//! The tokens of JavaScript (ECMA-262, section 12), as far as one needs them to know what is a string, what a comment and
//! what code. It never fails and never looks back: broken code gives odd tokens.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or keyword.
    Name,
    /// A string in quotes.
    String,
    /// A stretch of a template literal up to its end or the next substitution.
    Template,
    /// A number or regular expression.
    Other,
    /// One character that is none of these.
    Punctuation(u8),
    /// A comment.
    Comment,
}

/// A token.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    /// What it is.
    pub(super) kind: Kind,
    /// Its first byte, quotes included.
    pub(super) start: usize,
    /// The byte after it, quotes included.
    pub(super) end: usize,
}

/// Which bytes a name may hold; of what is not ASCII, all.
const IN_NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = byte >= 0x80 || (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'_' | b'$');
        byte += 1;
    }
    table
};

fn is_in_name(byte: u8) -> bool {
    IN_NAME.get(usize::from(byte)).copied().unwrap_or_default()
}

/// An open bracket, as far as it decides what a slash after it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Bracket,
    /// The parentheses of `if`, `while`, `for`, `with`: a statement follows.
    Condition,
    /// `${`.
    Substitution,
}

/// How deep brackets are followed; beyond it a slash may be misread.
const MAX_OPEN: usize = 100_000;

/// Splits a source into tokens.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    source: &'a [u8],
    at: usize,
    open: Vec<Open>,
    /// Whether a slash would start a regular expression.
    expects_operand: bool,
    /// Whether the last token was `if`, `while`, `for` or `with`.
    after_condition: bool,
    /// Whether the next stretch belongs to a template.
    in_template: bool,
    after_dot: bool,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        Self {
            source: source.as_bytes(),
            at: 0,
            open: Vec::new(),
            expects_operand: true,
            after_condition: false,
            in_template: false,
            after_dot: false,
        }
    }

    fn byte(&self, at: usize) -> u8 {
        self.source.get(at).copied().unwrap_or_default()
    }

    #[inline]
    fn token(&mut self, kind: Kind, start: usize, end: usize) -> Token {
        self.at = end.min(self.source.len());
        Token { kind, start, end: self.at }
    }

    #[inline]
    fn operand(&mut self, kind: Kind, start: usize, end: usize) -> Token {
        (self.expects_operand, self.after_condition, self.after_dot) = (false, false, false);
        self.token(kind, start, end)
    }

    /// The next token.
    #[inline]
    pub(super) fn next(&mut self) -> Option<Token> {
        if self.in_template {
            self.in_template = false;
            let start = self.at;
            let end = self.template_end(start);
            return Some(self.operand(Kind::Template, start, end));
        }
        while matches!(self.byte(self.at), b' ' | b'\t' | b'\n' | b'\r' | 0xb | 0xc | 0) && self.at < self.source.len() {
            self.at += 1;
        }
        let start = self.at;
        let byte = *self.source.get(start)?;
        Some(match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | 0x80.. => self.name(start),
            b'"' | b'\'' => {
                let end = self.string_end(start + 1, byte);
                self.operand(Kind::String, start, end)
            }
            b'`' => {
                let end = self.template_end(start + 1);
                self.operand(Kind::Template, start, end)
            }
            b'0'..=b'9' => {
                let end = self.while_name(start);
                self.operand(Kind::Other, start, end)
            }
            b'/' if self.byte(start + 1) == b'/' => {
                let end = self.line_end(start);
                self.token(Kind::Comment, start, end)
            }
            b'/' if self.byte(start + 1) == b'*' => {
                let rest = self.source.get(start + 2..).unwrap_or_default();
                let end = memchr::memmem::find(rest, b"*/").map_or(self.source.len(), |at| start + 2 + at + 2);
                self.token(Kind::Comment, start, end)
            }
            b'/' if self.expects_operand => {
                let end = self.regex_end(start + 1);
                self.operand(Kind::Other, start, end)
            }
            _ => self.punctuation(start, byte),
        })
    }

    #[inline]
    fn name(&mut self, start: usize) -> Token {
        let end = self.while_name(start);
        let word = self.source.get(start..end).unwrap_or_default();
        let is_member = self.after_dot;
        let token = self.operand(Kind::Name, start, end);
        if !is_member {
            self.after_condition = matches!(word, b"if" | b"while" | b"for" | b"with");
            self.expects_operand = matches!(
                word,
                b"return"
                    | b"typeof"
                    | b"case"
                    | b"in"
                    | b"of"
                    | b"delete"
                    | b"void"
                    | b"throw"
                    | b"new"
                    | b"else"
                    | b"do"
                    | b"instanceof"
                    | b"yield"
                    | b"await"
            );
        }
        token
    }

    #[inline]
    fn while_name(&self, start: usize) -> usize {
        let rest = self.source.get(start..).unwrap_or_default();
        rest.iter().position(|byte| !is_in_name(*byte)).map_or(self.source.len(), |length| start + length)
    }

    fn line_end(&self, start: usize) -> usize {
        let rest = self.source.get(start..).unwrap_or_default();
        memchr::memchr2(b'\n', b'\r', rest).map_or(self.source.len(), |at| start + at)
    }

    #[inline]
    fn punctuation(&mut self, start: usize, byte: u8) -> Token {
        let mut expects_operand = true;
        match byte {
            b'(' => self.push(if self.after_condition { Open::Condition } else { Open::Bracket }),
            b'[' | b'{' => self.push(Open::Bracket),
            b')' => expects_operand = self.open.pop() == Some(Open::Condition),
            b']' => {
                self.open.pop();
                expects_operand = false;
            }
            b'}' => self.in_template = self.open.pop() == Some(Open::Substitution),
            // `x++ / 2`
            b'+' | b'-' if self.byte(start + 1) == byte && !self.expects_operand => {
                (self.after_condition, self.after_dot) = (false, false);
                return self.token(Kind::Punctuation(byte), start, start + 2);
            }
            _ => {}
        }
        (self.expects_operand, self.after_condition, self.after_dot) = (expects_operand, false, byte == b'.');
        self.token(Kind::Punctuation(byte), start, start + 1)
    }

    fn push(&mut self, open: Open) {
        if self.open.len() < MAX_OPEN {
            self.open.push(open);
        }
    }

    /// The end of a string, after its quote; a line break ends one that was not closed.
    fn string_end(&self, mut at: usize, quote: u8) -> usize {
        loop {
            let rest = self.source.get(at..).unwrap_or_default();
            let Some(found) = memchr::memchr3(quote, b'\\', b'\n', rest) else { return self.source.len() };
            at += found;
            match self.byte(at) {
                b'\\' if self.byte(at + 1) == b'\r' && self.byte(at + 2) == b'\n' => at += 3,
                b'\\' => at += 2,
                b'\n' => return at,
                _ => return at + 1,
            }
        }
    }

    /// The end of a stretch of a template: after the back quote, or after `${`.
    fn template_end(&mut self, mut at: usize) -> usize {
        loop {
            let rest = self.source.get(at..).unwrap_or_default();
            let Some(found) = memchr::memchr3(b'`', b'\\', b'$', rest) else { return self.source.len() };
            at += found;
            match self.byte(at) {
                b'\\' => at += 2,
                b'$' if self.byte(at + 1) == b'{' => {
                    self.push(Open::Substitution);
                    return at + 2;
                }
                b'$' => at += 1,
                _ => return at + 1,
            }
        }
    }

    /// The end of a regular expression with its flags; a line break ends one that was not closed.
    fn regex_end(&self, mut at: usize) -> usize {
        let mut in_class = false;
        loop {
            match self.source.get(at) {
                None => return self.source.len(),
                Some(b'\n') => return at,
                Some(b'\\') => at += 1,
                Some(b'[') => in_class = true,
                Some(b']') => in_class = false,
                Some(b'/') if !in_class => return self.while_name(at + 1),
                Some(_) => {}
            }
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(source: &str) -> Vec<&str> {
        let mut lexer = Lexer::new(source);
        let mut out = Vec::new();
        while let Some(token) = lexer.next() {
            if matches!(token.kind, Kind::String | Kind::Template | Kind::Comment) {
                out.push(&source[token.start..token.end]);
            }
        }
        out
    }

    #[test]
    fn slashes_are_read_by_what_stands_before() {
        assert_eq!(strings(r#"a=/"/;b="x""#), [r#""x""#]);
        assert_eq!(strings(r#"if(a)/"/.test(b)||c("x")"#), [r#""x""#]);
        assert_eq!(strings(r#"f(a)/g;h="x"/2"#), [r#""x""#]);
        assert_eq!(strings(r#"return/["/]/.x;"y""#), [r#""y""#]);
        assert_eq!(strings(r#"a++/b;"y"/c"#), [r#""y""#]);
        assert_eq!(strings(r#"x.return/2;"y"/3"#), [r#""y""#]);
        assert_eq!(strings("a//\"\n\"y\"/*'*/'z'"), ["//\"", "\"y\"", "/*'*/", "'z'"]);
    }

    #[test]
    fn templates_nest() {
        assert_eq!(strings("`a${b?`c${d}e`:{f:'}'}}g`+'h'"), ["`a${", "`c${", "e`", "'}'", "g`", "'h'"]);
    }

    #[test]
    fn what_is_cut_off_ends() {
        for source in ["'", "\"\\", "`", "`${", "/", "/[", "/*", "a=/\\", "`a${b", "'a\\\r\n"] {
            strings(source);
        }
        assert_eq!(strings("'a\n'b'"), ["'a", "'b'"]);
    }
}
