//! Where the characters of a decoded scalar stand in its source.
//!
//! The parser gives a scalar's value and where it stands, not what became of each character. Both are walked side by side:
//! what is equal is exact, and an escape or a folded line end is what the style makes of it. Where the two don't agree the
//! value stands for the whole of its source.

use std::ops::Range;

use saphyr_parser::ScalarStyle;

use crate::model::{Text, TextBuilder};

/// The text of a scalar that stands at `range` of `source`, quotes included, and decodes to `value`.
pub(super) fn scalar<'s>(source: &Text<'s>, range: Range<usize>, value: &str, style: ScalarStyle) -> Text<'s> {
    let raw = source.as_str().get(range.clone()).unwrap_or_default();
    let inner = match style {
        ScalarStyle::SingleQuoted if raw.len() >= 2 => range.start + 1..range.end - 1,
        ScalarStyle::DoubleQuoted if raw.len() >= 2 => range.start + 1..range.end - 1,
        _ => range.clone(),
    };
    if source.as_str().get(inner.clone()) == Some(value) {
        return source.slice(inner);
    }
    if value.is_empty() {
        return source.slice(inner.start..inner.start);
    }
    let mut alignment = Alignment { source, at: inner.start, end: inner.end, value, done: 0, out: TextBuilder::new() };
    if alignment.run(style).is_some() { alignment.out.finish() } else { Text::synthetic(value.to_owned(), source.span(inner)) }
}

struct Alignment<'a, 's> {
    source: &'a Text<'s>,
    at: usize,
    end: usize,
    value: &'a str,
    done: usize,
    out: TextBuilder,
}

impl Alignment<'_, '_> {
    /// Walks to the end of the value; `None` where source and value part.
    fn run(&mut self, style: ScalarStyle) -> Option<()> {
        let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        if block {
            // Blank lines before the first word, and its indentation.
            self.block_break(space_run(self.source.as_str().get(self.at..self.end)?), space_run(self.value));
        }
        loop {
            let raw = self.source.as_str().get(self.at..self.end)?;
            let rest = self.value.get(self.done..)?;
            let Some(first) = raw.chars().next() else { return self.tail(rest) };
            match first {
                '\\' if style == ScalarStyle::DoubleQuoted => self.escape(raw, rest)?,
                '\'' if style == ScalarStyle::SingleQuoted => {
                    raw.starts_with("''").then_some(())?;
                    self.decoded("'", 2)?;
                }
                ' ' | '\t' | '\n' | '\r' => {
                    let run = space_run(raw);
                    if !run.contains(['\n', '\r']) {
                        if rest.starts_with(run) { self.exact(run.len()) } else { return self.trailing(raw, rest) }
                    } else if block {
                        self.block_break(run, space_run(rest));
                    } else {
                        self.fold(run)?;
                    }
                }
                _ => {
                    let same = raw.bytes().zip(rest.bytes()).take_while(|(one, two)| one == two && !is_special(*one, style)).count();
                    (same > 0).then_some(())?;
                    self.exact(same);
                }
            }
        }
    }

    /// The source has ended: a final line end that the value still has was added by the style.
    fn tail(&mut self, rest: &str) -> Option<()> {
        rest.trim_matches('\n').is_empty().then_some(())?;
        self.out.escaped(rest, self.source.span(self.end..self.end));
        Some(())
    }

    /// White space that ends the source and is no part of the value.
    fn trailing(&mut self, raw: &str, rest: &str) -> Option<()> {
        raw.trim_matches([' ', '\t']).is_empty().then_some(())?;
        self.tail(rest)
    }

    fn exact(&mut self, length: usize) {
        self.out.push(self.source, self.at..self.at + length);
        self.at += length;
        self.done += length;
    }

    /// The next `length` bytes of the source stand for `chars`.
    fn decoded(&mut self, chars: &str, length: usize) -> Option<()> {
        self.value.get(self.done..)?.starts_with(chars).then_some(())?;
        self.out.escaped(chars, self.source.span(self.at..self.at + length));
        self.at += length;
        self.done += chars.len();
        Some(())
    }

    /// A line break within a plain or quoted scalar: a space, or all line ends but one.
    fn fold(&mut self, run: &str) -> Option<()> {
        let breaks = run.matches('\n').count() + run.replace("\r\n", "").matches('\r').count();
        let folded = if breaks == 1 { " ".to_owned() } else { "\n".repeat(breaks - 1) };
        self.decoded(&folded, run.len())
    }

    /// A line end of a block scalar with the indentation after it. What both sides have at the ends is exact.
    fn block_break(&mut self, run: &str, value: &str) {
        let (run, value) = (run.as_bytes(), value.as_bytes());
        let before = run.iter().zip(value).take_while(|(one, two)| one == two).count();
        let before = run[..before].iter().rposition(|&byte| byte == b'\n').map_or(0, |line| line + 1);
        let after = run[before..].iter().rev().zip(value[before..].iter().rev()).take_while(|(one, two)| one == two).count();
        let (run_middle, value_middle) = (run.len() - before - after, value.len() - before - after);
        self.exact(before);
        let middle = self.value.get(self.done..self.done + value_middle).unwrap_or_default();
        self.out.escaped(middle, self.source.span(self.at..self.at + run_middle));
        self.at += run_middle;
        self.done += value_middle;
        self.exact(after);
    }

    /// An escape of a double-quoted scalar (YAML 1.2.2, section 5.7).
    fn escape(&mut self, raw: &str, rest: &str) -> Option<()> {
        let letter = raw.chars().nth(1)?;
        let digits = match letter {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            '\n' | '\r' => {
                // An escaped line end joins the lines.
                self.at += 1 + space_run(&raw[1..]).len();
                return Some(());
            }
            _ => 0,
        };
        // Which character it is, the value says.
        let length = 1 + letter.len_utf8() + digits;
        let decoded = rest.chars().next()?;
        (self.at + length <= self.end).then_some(())?;
        self.decoded(rest.get(..decoded.len_utf8())?, length)
    }
}

fn is_special(byte: u8, style: ScalarStyle) -> bool {
    match byte {
        b' ' | b'\t' | b'\n' | b'\r' => true,
        b'\\' => style == ScalarStyle::DoubleQuoted,
        b'\'' => style == ScalarStyle::SingleQuoted,
        _ => false,
    }
}

fn space_run(chars: &str) -> &str {
    &chars[..chars.len() - chars.trim_start_matches([' ', '\t', '\n', '\r']).len()]
}

#[cfg(test)]
mod tests {
    use crate::model::Text;
    use crate::parse::data::yaml::read;

    /// Reads `key: <source>` and says where each of `words` of its value stands.
    fn places(source: &str, value: &str, words: &[&str]) {
        let text = Text::exact(source, 0);
        let tree = read(&text);
        let found = tree.roots().next().and_then(|root| root.get("k")).and_then(|node| node.text()).unwrap();
        assert_eq!(found.as_str(), value, "{source:?}");
        for word in words {
            let at = found.as_str().find(word).unwrap();
            assert_eq!(&source[found.span(at..at + word.len()).range()], *word, "{source:?}");
        }
    }

    #[test]
    fn every_style_keeps_the_place_of_its_words() {
        places("k: one\n  two\n\n  three # x\n", "one two\nthree", &["one", "two", "three"]);
        places("k: 'it''s\n  two  '\n", "it's two  ", &["it", "s", "two"]);
        places("k: \"a\\tb\\\n   cd\\x41e\n  f\"\n", "a\tbcdAe f", &["b", "cd", "e", "f"]);
        places("k: !t >1\n   one\n", "  one\n", &["  one"]);
        places("k: |\n  one\n    two\n\n  three  \n\nz: 1\n", "one\n  two\n\nthree  \n", &["one\n", "  two", "three  "]);
        places("k: |2-\n   one\n  two\n", " one\ntwo", &["one", "two"]);
        places(
            "k: >-\n  one\n  two\n\n  three\n    four\n  five\n",
            "one two\nthree\n  four\nfive",
            &["one", "two", "three", "four", "five"],
        );
        places("k: |\r\n  one\r\n  two\r\n", "one\ntwo\n", &["one", "two"]);
        places("k: >\n\n\n  one é\n  two", "\n\none é two\n", &["one é", "two"]);
        places("k: |+\n  one\n\n\n", "one\n\n\n", &["one"]);
    }
}
