//! The lexical grammar of MDX 3: expressions in braces, JSX tags, and blocks of `import` and `export`.

use std::ops::Range;

use crate::parse::html::braces::Budget;

/// The end of the expression that opens with the brace at `start`.
pub(super) fn expression_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut lexer = Lexer::new(bytes, start);
    while lexer.step() {
        if lexer.open.is_empty() {
            return Some(lexer.at);
        }
    }
    None
}

/// The end of the block of `import`s and `export`s that starts at `start`: a blank line outside of all brackets.
pub(super) fn esm_end(chars: &str, start: usize, budget: &mut Budget) -> usize {
    let bytes = budget.within(chars.as_bytes(), start);
    let mut lexer = Lexer::new(bytes, start);
    let mut first_blank = None;
    loop {
        let before = lexer.at;
        if !lexer.step() {
            // Unbalanced: no more than its first lines.
            let end = first_blank.filter(|_| !lexer.open.is_empty()).unwrap_or_else(|| chars.floor_char_boundary(bytes.len()));
            budget.spend(bytes.len() - end);
            return end;
        }
        let is_line_end = bytes.get(before) == Some(&b'\n');
        if is_line_end && starts_blank_line(&bytes[lexer.at..]) {
            if lexer.open.is_empty() {
                return lexer.at;
            }
            first_blank = first_blank.or(Some(lexer.at));
        }
    }
}

fn starts_blank_line(rest: &[u8]) -> bool {
    let blank = rest.iter().take_while(|byte| byte.is_ascii_whitespace() && **byte != b'\n').count();
    rest.get(blank).is_none_or(|byte| *byte == b'\n')
}

/// Whether a line starts a block of `import`s and `export`s.
pub(super) fn starts_esm(line: &str) -> bool {
    if let Some(rest) = line.strip_prefix("import") {
        let is_word = rest.starts_with([' ', '{', '"', '\'', '*']);
        let names_module = line.contains(['"', '\'']) || rest.trim_end().ends_with(['{', ',']);
        return is_word && names_module;
    }
    let Some(rest) = line.strip_prefix("export") else { return false };
    let rest = rest.trim_start();
    let declares = ["default", "const ", "let ", "var ", "function", "class ", "async ", "type ", "interface ", "enum "];
    line.starts_with("export")
        && (rest.starts_with(['{', '*']) || (line.starts_with("export ") && declares.iter().any(|word| rest.starts_with(word))))
}

/// Steps over JavaScript, as far as brackets, strings, templates and comments go.
struct Lexer<'t> {
    bytes: &'t [u8],
    at: usize,
    /// The brackets that are open; a backtick is a template.
    open: Vec<u8>,
    /// How many of them are braces.
    braces: usize,
}

impl<'t> Lexer<'t> {
    fn new(bytes: &'t [u8], at: usize) -> Self {
        Self { bytes, at, open: Vec::new(), braces: 0 }
    }

    /// Steps over the next token; whether there was one.
    fn step(&mut self) -> bool {
        let Some(&byte) = self.bytes.get(self.at) else { return false };
        self.at += 1;
        if self.open.last() == Some(&b'`') {
            match byte {
                b'\\' => self.at += 1,
                b'`' => drop(self.open.pop()),
                b'$' if self.bytes.get(self.at) == Some(&b'{') => {
                    self.at += 1;
                    self.open(b'{');
                }
                _ => {}
            }
            return true;
        }
        match byte {
            // In a regular expression, or in the text of an element.
            b'\\' => self.at += 1,
            b'{' | b'(' | b'[' | b'`' => self.open(byte),
            b'}' => self.close(b'{'),
            b')' => self.close(b'('),
            b']' => self.close(b'['),
            b'"' | b'\'' => self.string(byte),
            b'/' if self.bytes.get(self.at) == Some(&b'*') => {
                let rest = &self.bytes[self.at + 1..];
                self.at += 1 + memchr::memmem::find(rest, b"*/").map_or(rest.len(), |length| length + 2);
            }
            // `https://` in the text of an element is no comment.
            b'/' if self.bytes.get(self.at) == Some(&b'/') && self.at.checked_sub(2).and_then(|at| self.bytes.get(at)) != Some(&b':') => {
                let rest = &self.bytes[self.at..];
                self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            }
            _ => {}
        }
        true
    }

    fn open(&mut self, bracket: u8) {
        self.open.push(bracket);
        self.braces += usize::from(bracket == b'{');
    }

    /// Closes the innermost bracket of this kind, with what is open in it.
    fn close(&mut self, bracket: u8) {
        if bracket == b'{' && self.braces > 0 {
            self.braces -= 1;
            while self.open.pop().is_some_and(|open| open != b'{') {}
        } else if self.open.last() == Some(&bracket) {
            self.open.pop();
        }
    }

    /// Steps over a string; a quote that its line does not close is an apostrophe in the text of an element.
    fn string(&mut self, quote: u8) {
        let mut at = self.at;
        while let Some(&byte) = self.bytes.get(at) {
            match byte {
                b'\\' => at += 1,
                b'\n' => return,
                _ if byte == quote => {
                    self.at = at + 1;
                    return;
                }
                _ => {}
            }
            at += 1;
        }
    }
}

/// A JSX tag.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tag {
    /// Its name; empty for a fragment.
    pub(super) name: Range<usize>,
    /// Where it ends.
    pub(super) end: usize,
    pub(super) is_closing: bool,
    pub(super) is_self_closing: bool,
    pub(super) attributes: Vec<Attribute>,
}

/// An attribute of a JSX tag.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Attribute {
    /// Its name; empty for a spread.
    pub(super) name: Range<usize>,
    pub(super) value: Value,
}

/// An attribute's value, without quotes or braces.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Value {
    None,
    Quoted(Range<usize>),
    Expression(Range<usize>),
}

/// Why a `<` starts no tag.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoTag {
    /// It is text.
    Text,
    /// Something in it is never closed: no later one can be read either.
    Unclosed,
}

/// The tag that starts with the `<` at `start`.
pub(super) fn tag_at(chars: &str, start: usize, budget: &mut Budget) -> Result<Tag, NoTag> {
    let mut at = start + 1;
    let tag = read_tag(budget.within(chars.as_bytes(), start), &mut at);
    if tag.is_err() {
        budget.spend(at - start);
    }
    tag
}

/// The tag after whose `<` `reached` stands, which moves as far as it is read.
fn read_tag(bytes: &[u8], reached: &mut usize) -> Result<Tag, NoTag> {
    let byte = |at: usize| bytes.get(at).copied().ok_or(NoTag::Unclosed);
    let mut at = *reached;
    let is_closing = bytes.get(at) == Some(&b'/');
    at += usize::from(is_closing);
    let name_start = at;
    if byte(at)?.is_ascii_alphabetic() || matches!(byte(at)?, b'_' | b'$') {
        at += bytes[at..].iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | b'-' | b'.' | b':')).count();
    } else if byte(at)? != b'>' {
        return Err(NoTag::Text);
    }
    let name = name_start..at;
    let mut attributes = Vec::new();
    loop {
        let space = bytes[at..].iter().take_while(|b| b.is_ascii_whitespace()).count();
        at += space;
        *reached = at;
        match byte(at)? {
            b'>' => return Ok(Tag { name, end: at + 1, is_closing, is_self_closing: false, attributes }),
            b'/' if bytes.get(at + 1) == Some(&b'>') => {
                return Ok(Tag { name, end: at + 2, is_closing, is_self_closing: true, attributes });
            }
            b'{' if !is_closing => {
                let end = expression_end(bytes, at).ok_or(NoTag::Unclosed)?;
                attributes.push(Attribute { name: at..at, value: Value::Expression(at + 1..end - 1) });
                at = end;
            }
            first if !is_closing && space > 0 && (first.is_ascii_alphabetic() || matches!(first, b'_' | b'$' | b':' | b'@')) => {
                let is_name = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | b'-' | b'.' | b':' | b'@');
                let name = at..at + bytes[at..].iter().take_while(is_name).count();
                at = name.end;
                let value = value_at(bytes, &mut at)?;
                attributes.push(Attribute { name, value });
            }
            _ => return Err(NoTag::Text),
        }
    }
}

/// The value that an attribute's name is followed by at `at`, which moves after it.
fn value_at(bytes: &[u8], at: &mut usize) -> Result<Value, NoTag> {
    let skip = |at: usize| at + bytes[at..].iter().take_while(|b| b.is_ascii_whitespace()).count();
    let equals = skip(*at);
    if bytes.get(equals) != Some(&b'=') {
        return Ok(Value::None);
    }
    let start = skip(equals + 1);
    match bytes.get(start) {
        Some(&quote @ (b'"' | b'\'')) => {
            let length = memchr::memchr(quote, &bytes[start + 1..]).ok_or(NoTag::Unclosed)?;
            *at = start + length + 2;
            Ok(Value::Quoted(start + 1..start + 1 + length))
        }
        Some(b'{') => {
            *at = expression_end(bytes, start).ok_or(NoTag::Unclosed)?;
            Ok(Value::Expression(start + 1..*at - 1))
        }
        _ => Err(NoTag::Text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_end_at_their_brace() {
        for expression in
            ["{a}", "{'}' + \"}\"}", "{`}${`}`}`}", "{/* } */ x}", "{[1, {a: 2}]}", "{<p>It's https://a.test/ {x}</p>}", "{(}", "{/\\'/}"]
        {
            assert_eq!(expression_end(format!("{expression} }}").as_bytes(), 0), Some(expression.len()), "{expression}");
        }
        assert_eq!(expression_end(b"{ {", 0), None);
    }

    #[test]
    fn blocks_of_imports_and_exports() {
        let end = |chars: &str| chars[..esm_end(chars, 0, &mut Budget::new(chars.len()))].to_owned();
        assert_eq!(end("import a from 'a'\nexport const b = `\n\n`\n\n# T"), "import a from 'a'\nexport const b = `\n\n`\n");
        assert_eq!(end("export const a = {\n\ntext"), "export const a = {\n");
        for line in ["import a from 'a'", "import {", "import'a'", "export default x", "export {a}", "export const a = 1"] {
            assert!(starts_esm(line), "{line}");
        }
        for line in ["import the package", "important: 'x'", "export your data", "exports", " import a from 'a'"] {
            assert!(!starts_esm(line), "{line}");
        }
    }

    #[test]
    fn tags() {
        let tag_at = |chars: &str, start| tag_at(chars, start, &mut Budget::new(chars.len()));
        let source = "<a.B x='1' y={`>`} {...z} w />";
        let tag = tag_at(source, 0).unwrap();
        let attributes: Vec<_> = tag
            .attributes
            .iter()
            .map(|attribute| {
                (
                    &source[attribute.name.clone()],
                    match &attribute.value {
                        Value::None => "-",
                        Value::Quoted(range) | Value::Expression(range) => &source[range.clone()],
                    },
                )
            })
            .collect();
        assert_eq!((&source[tag.name], tag.end, tag.is_self_closing), ("a.B", source.len(), true));
        assert_eq!(attributes, [("x", "1"), ("y", "`>`"), ("", "...z"), ("w", "-")]);
        assert_eq!(tag_at("</a >", 0).unwrap().end, 5);
        assert_eq!(tag_at("<>", 0).unwrap().end, 2);
        for text in ["< a", "<https://a.test>", "<a b=c>", "<1", "<!-- x -->", "<a@b.test>"] {
            assert_eq!(tag_at(text, 0).unwrap_err(), NoTag::Text, "{text}");
        }
        assert_eq!(tag_at("<a b='", 0).unwrap_err(), NoTag::Unclosed);
    }
}
