//! Container build files (the Dockerfile reference): instructions are split here, and their code is read as a shell's.
//!
//! An instruction goes on over escaped line ends, between which comments may stand, and may bring here-documents. What it
//! says becomes a [`Step`]: `ENV` and `ARG` set variables, `RUN` runs code that sees them, `ADD` fetches. `FROM` names an
//! image, which is no URL.

use std::collections::VecDeque;
use std::ops::Range;

use super::Context;
use super::script::{self, Step, StepKind};
use crate::model::{Text, TextBuilder};

/// Extracts the URLs of a container build file.
pub(super) fn parse(context: &mut Context<'_>, text: Text<'_>) {
    let mut scanner = Scanner::new(&text);
    scanner.run();
    for range in std::mem::take(&mut scanner.comments) {
        script::comment(context, &text, range);
    }
    let Scanner { code, steps, .. } = scanner;
    script::steps(context, &code.finish(), steps);
}

/// Splits a build file.
struct Scanner<'t> {
    text: &'t Text<'t>,
    source: &'t str,
    at: usize,
    escape: char,
    comments: Vec<Range<usize>>,
    /// What the steps say, one behind the other.
    code: TextBuilder,
    steps: Vec<Step>,
}

/// The stretches of an instruction, without escaped line ends and comments.
type Pieces = VecDeque<Range<usize>>;

impl<'t> Scanner<'t> {
    fn new(text: &'t Text<'t>) -> Self {
        let source = text.as_str();
        Self { text, source, at: 0, escape: escape_directive(source), comments: Vec::new(), code: TextBuilder::new(), steps: Vec::new() }
    }

    fn slice(&self, range: Range<usize>) -> &'t str {
        self.source.get(range).unwrap_or_default()
    }

    /// The line at the scanner, without its line end; the scanner moves behind it.
    fn line(&mut self) -> Range<usize> {
        let start = self.at;
        let rest = self.slice(start..self.source.len());
        let length = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        self.at = (start + length + 1).min(self.source.len());
        start..start + rest.get(..length).unwrap_or_default().trim_end_matches('\r').len()
    }

    fn run(&mut self) {
        while self.at < self.source.len() {
            let line = self.line();
            let content = self.slice(line.clone()).trim_start();
            if content.starts_with('#') {
                self.comments.push(line.end - content.len()..line.end);
            } else if !content.is_empty() {
                let pieces = self.continued(line);
                self.instruction(pieces);
            }
        }
    }

    /// The stretches of the instruction that begins with `line`.
    fn continued(&mut self, line: Range<usize>) -> Pieces {
        let mut pieces = Pieces::new();
        let mut line = line;
        loop {
            let content = self.slice(line.clone());
            let bare = content.trim_end();
            let Some(before) = bare.strip_suffix(self.escape) else {
                pieces.push_back(line);
                return pieces;
            };
            pieces.push_back(line.start..line.start + before.len());
            // Comments and empty lines within an instruction are left out.
            loop {
                if self.at >= self.source.len() {
                    return pieces;
                }
                line = self.line();
                let content = self.slice(line.clone()).trim_start();
                if content.starts_with('#') {
                    self.comments.push(line.end - content.len()..line.end);
                } else if !content.is_empty() {
                    break;
                }
            }
        }
    }

    fn instruction(&mut self, mut pieces: Pieces) {
        let mut keyword = self.keyword(&mut pieces).to_ascii_uppercase();
        while keyword == "ONBUILD" {
            keyword = self.keyword(&mut pieces).to_ascii_uppercase();
        }
        match keyword.as_str() {
            "FROM" => {}
            "ENV" => self.variables(&pieces),
            "ARG" => self.shell("export ", &pieces, StepKind::Variables),
            "RUN" | "CMD" | "ENTRYPOINT" => {
                while self.option(&mut pieces) {}
                self.command(pieces);
            }
            "HEALTHCHECK" => {
                while self.option(&mut pieces) {}
                self.keyword(&mut pieces);
                self.command(pieces);
            }
            "ADD" => self.fetch(pieces),
            _ => {
                let documents = self.documents(&pieces);
                self.shell(&format!("{keyword} "), &pieces, StepKind::Command);
                documents.into_iter().for_each(|body| self.mention(body));
            }
        }
    }

    /// Takes the word that the instruction begins with.
    fn keyword(&self, pieces: &mut Pieces) -> &'t str {
        self.skip_blanks(pieces);
        let Some(first) = pieces.front_mut() else { return "" };
        let content = self.slice(first.clone());
        let length = content.find(char::is_whitespace).unwrap_or(content.len());
        let word = first.start..first.start + length;
        first.start = word.end;
        self.skip_blanks(pieces);
        self.slice(word)
    }

    /// Takes an option (`--mount=…`), if one stands there.
    fn option(&self, pieces: &mut Pieces) -> bool {
        let begins = pieces.front().is_some_and(|first| self.slice(first.clone()).starts_with("--"));
        if begins {
            self.keyword(pieces);
        }
        begins
    }

    fn skip_blanks(&self, pieces: &mut Pieces) {
        let blank = |piece: &Range<usize>| self.slice(piece.clone()).trim_start().is_empty();
        let empty = pieces.iter().take_while(|piece| blank(piece)).count();
        pieces.drain(..empty);
        if let Some(first) = pieces.front_mut() {
            let content = self.slice(first.clone());
            first.start += content.len() - content.trim_start().len();
        }
    }

    /// Whether the instruction's words are a JSON array.
    fn begins_array(&self, pieces: &Pieces) -> bool {
        pieces.front().is_some_and(|first| self.slice(first.clone()).starts_with('['))
    }

    /// `RUN`, `CMD`: shell code, the words of a command, or here-documents that are code.
    fn command(&mut self, pieces: Pieces) {
        if self.begins_array(&pieces) && self.array(&pieces, None) {
            return;
        }
        let is_document = pieces.front().is_some_and(|first| self.slice(first.clone()).starts_with("<<"));
        let documents = self.documents(&pieces);
        if is_document && !documents.is_empty() {
            documents.into_iter().for_each(|body| self.shell("", &Pieces::from([body]), StepKind::Command));
            return;
        }
        let start = self.code.len();
        self.push(&pieces);
        // The shell reads the documents that follow its line itself.
        if let (Some(first), Some(last)) = (documents.first(), pieces.back()) {
            self.code.push(self.text, last.end..first.start);
            self.code.push(self.text, first.start..self.at);
        }
        self.step(start, StepKind::Command);
    }

    /// `ADD`: what it fetches, and where to.
    fn fetch(&mut self, mut pieces: Pieces) {
        while self.option(&mut pieces) {}
        if self.begins_array(&pieces) && self.array(&pieces, Some("ADD")) {
            return;
        }
        let documents = self.documents(&pieces);
        self.shell("ADD ", &pieces, StepKind::Command);
        documents.into_iter().for_each(|body| self.mention(body));
    }

    /// `ENV name=value …`, or `ENV name value`.
    fn variables(&mut self, pieces: &Pieces) {
        let mut rest = pieces.clone();
        let name = self.keyword(&mut rest);
        if name.contains('=') {
            self.shell("export ", pieces, StepKind::Variables);
            return;
        }
        let (Some(first), Some(value)) = (pieces.front().cloned(), rest.front().cloned()) else { return };
        let start = self.code.len();
        let place = self.text.span(value.start..value.start);
        self.code.push(self.text, first.start..first.start + name.len());
        let quoted = self.slice(value).starts_with('"');
        self.code.escaped(if quoted { "=" } else { "=\"" }, place);
        self.push(&rest);
        if !quoted {
            self.code.escaped("\"", place);
        }
        self.step(start, StepKind::Variables);
    }

    /// The bodies of the here-documents that the instruction announces; the scanner moves behind them.
    fn documents(&mut self, pieces: &Pieces) -> Vec<Range<usize>> {
        let mut delimiters = Vec::new();
        for piece in pieces {
            let content = self.slice(piece.clone());
            for (at, _) in content.match_indices("<<") {
                let after = content.get(at + 2..).unwrap_or_default().trim_start_matches('-');
                let name = after.trim_start_matches(['"', '\'']);
                let length = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
                if length > 0 && name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
                    delimiters.extend(name.get(..length));
                }
            }
        }
        let mut bodies = Vec::new();
        for delimiter in delimiters {
            let start = self.at;
            let mut end = self.source.len();
            while self.at < self.source.len() {
                let line = self.line();
                if self.slice(line.clone()).trim() == delimiter {
                    end = line.start;
                    break;
                }
            }
            bodies.push(start..end);
        }
        bodies
    }

    /// A step of shell code, behind words that the instruction stands for.
    fn shell(&mut self, before: &str, pieces: &Pieces, kind: StepKind) {
        let Some(first) = pieces.front() else { return };
        let start = self.code.len();
        self.code.escaped(before, self.text.span(first.start..first.start));
        self.push(pieces);
        self.step(start, kind);
    }

    /// A text that nothing runs.
    fn mention(&mut self, body: Range<usize>) {
        let start = self.code.len();
        self.code.push(self.text, body);
        let whole = start..self.code.len();
        self.step(start, StepKind::Words(std::iter::once(whole).collect()));
    }

    fn push(&mut self, pieces: &Pieces) {
        for piece in pieces {
            self.code.push(self.text, piece.clone());
        }
    }

    fn step(&mut self, start: usize, kind: StepKind) {
        self.steps.push(Step { range: start..self.code.len(), kind });
        // The next step begins a line of its own.
        let end = self.text.span(self.at..self.at);
        self.code.escaped("\n", end);
    }

    /// A step of the words of a JSON array, behind the name of a command; `false` if it is no array of strings.
    fn array(&mut self, pieces: &Pieces, name: Option<&str>) -> bool {
        let mut whole = TextBuilder::new();
        pieces.iter().for_each(|piece| whole.push(self.text, piece.clone()));
        let whole = whole.finish();
        let Some(words) = array_words(&whole) else { return false };
        let start = self.code.len();
        let mut ranges = Vec::with_capacity(words.len() + 1);
        if let Some(name) = name {
            self.code.escaped(name, whole.span(0..0));
            ranges.push(start..self.code.len());
        }
        for word in words {
            let from = self.code.len();
            self.code.push(&word, 0..word.len());
            ranges.push(from..self.code.len());
        }
        self.step(start, StepKind::Words(ranges));
        true
    }
}

/// The escape character: a backslash, unless a parser directive before everything else says otherwise.
fn escape_directive(source: &str) -> char {
    let directives = source.lines().map_while(|line| line.trim_start().strip_prefix('#'));
    let escape = directives.filter_map(|line| line.split_once('=')).find(|(name, _)| name.trim().eq_ignore_ascii_case("escape"));
    if escape.is_some_and(|(_, value)| value.trim() == "`") { '`' } else { '\\' }
}

/// The strings of a JSON array (RFC 8259), decoded; `None` if the text is anything else.
fn array_words(text: &Text<'_>) -> Option<Vec<Text<'static>>> {
    let chars = text.as_str();
    let mut words = Vec::new();
    let mut at = chars.find('[')? + 1;
    loop {
        let rest = chars.get(at..)?;
        at += rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',').len();
        match chars.as_bytes().get(at)? {
            b']' => return chars.get(at + 1..)?.trim().is_empty().then_some(words),
            b'"' => at += 1,
            _ => return None,
        }
        let mut word = TextBuilder::new();
        loop {
            let plain = memchr::memchr2(b'"', b'\\', chars.as_bytes().get(at..)?)?;
            word.push(text, at..at + plain);
            at += plain;
            if chars.as_bytes().get(at) == Some(&b'"') {
                at += 1;
                break;
            }
            let (decoded, length) = escape(chars.get(at + 1..)?)?;
            word.escaped(decoded.encode_utf8(&mut [0; 4]), text.span(at..at + 1 + length));
            at += 1 + length;
        }
        words.push(word.finish());
    }
}

/// What a JSON escape stands for, and its length behind the backslash.
fn escape(after: &str) -> Option<(char, usize)> {
    Some(match after.chars().next()? {
        'n' => ('\n', 1),
        't' => ('\t', 1),
        'r' => ('\r', 1),
        'b' => ('\u{8}', 1),
        'f' => ('\u{c}', 1),
        c @ ('"' | '\\' | '/') => (c, 1),
        'u' => (char::from_u32(u32::from_str_radix(after.get(1..5)?, 16).ok()?).unwrap_or('\u{fffd}'), 5),
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
