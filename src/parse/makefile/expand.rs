//! References in a makefile, and what stands in their place.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::scan::Definition;
use crate::model::{Text, TextBuilder};
use crate::parse::script::{Expressions, Variables};

/// How deep references in the values of variables are followed.
const MAX_DEPTH: usize = 12;

/// The longest reference that is looked at, in bytes.
const MAX_REFERENCE: usize = 4_000;

/// After so many references without an end only the nearest end counts, so that the whole stays linear.
const MAX_UNCLOSED: usize = 64;

/// How many bytes of values may stand in place of references: a base, and so many for each byte of the file.
const BASE_EXPANDED: usize = 64 << 10;
const EXPANDED_PER_BYTE: usize = 4;

/// Functions whose arguments are texts of which nothing is computed here (GNU make manual, 8).
const FUNCTIONS: [&str; 34] = [
    "call",
    "subst",
    "patsubst",
    "strip",
    "findstring",
    "filter",
    "filter-out",
    "sort",
    "word",
    "wordlist",
    "words",
    "firstword",
    "lastword",
    "dir",
    "notdir",
    "suffix",
    "basename",
    "addsuffix",
    "addprefix",
    "join",
    "wildcard",
    "realpath",
    "abspath",
    "error",
    "warning",
    "info",
    "origin",
    "flavor",
    "foreach",
    "if",
    "or",
    "and",
    "eval",
    "value",
];

/// Expands references.
pub(super) struct Expander<'t, 's> {
    text: &'t Text<'s>,
    source: &'t str,
    definitions: &'t HashMap<&'t str, Definition>,
    budget: usize,
    /// How many references had no end.
    unclosed: usize,
    /// The names that are being expanded.
    open: Vec<&'t str>,
    expressions: Expressions,
    /// What `$(shell …)` runs, once for each place.
    scripts: BTreeMap<usize, Text<'static>>,
    /// What stands in other references, once for each place.
    words: BTreeMap<usize, Text<'static>>,
}

impl<'t, 's> Expander<'t, 's> {
    pub(super) fn new(text: &'t Text<'s>, definitions: &'t HashMap<&'t str, Definition>) -> Self {
        Self {
            text,
            source: text.as_str(),
            definitions,
            budget: BASE_EXPANDED + text.len() * EXPANDED_PER_BYTE,
            unclosed: 0,
            open: Vec::new(),
            expressions: Expressions::default(),
            scripts: BTreeMap::new(),
            words: BTreeMap::new(),
        }
    }

    /// The line that these stretches of the file give.
    pub(super) fn line(&mut self, pieces: &[Range<usize>]) -> Text<'static> {
        let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return TextBuilder::new().finish() };
        let place = self.text.span(first.start..last.end);
        let mut out = TextBuilder::new();
        for piece in pieces {
            self.expand(piece.clone(), &mut out);
        }
        out.finish().standing_in(place)
    }

    /// The values of all variables.
    pub(super) fn values(&mut self) -> Vec<Text<'static>> {
        let mut all: Vec<_> = self.definitions.values().flat_map(|definition| &definition.values).collect();
        all.sort_unstable_by_key(|pieces| pieces.first().map(|piece| piece.start));
        all.into_iter().map(|pieces| self.value(pieces)).collect()
    }

    /// The exported variables, as the environment of what is run.
    pub(super) fn exported(&mut self, names: &[&'t str]) -> Variables {
        let mut variables = Variables::within(None);
        for &name in names {
            let Some(definition) = self.definitions.get(name) else { continue };
            if let [pieces] = definition.values.as_slice() {
                let value = self.value(pieces);
                variables.set_text(name, value);
            }
        }
        variables
    }

    /// What `$(shell …)` runs.
    pub(super) fn take_scripts(&mut self) -> impl Iterator<Item = Text<'static>> + use<> {
        std::mem::take(&mut self.scripts).into_values()
    }

    /// What stands in references that nothing is known of.
    pub(super) fn take_words(&mut self) -> impl Iterator<Item = Text<'static>> + use<> {
        std::mem::take(&mut self.words).into_values()
    }

    /// What is known of the references that were left where they are.
    pub(super) fn finish(self) -> Expressions {
        self.expressions
    }

    fn slice(&self, range: Range<usize>) -> &'t str {
        self.source.get(range).unwrap_or_default()
    }

    /// The value that these stretches give: a space stands for a continued line's end.
    fn value(&mut self, pieces: &[Range<usize>]) -> Text<'static> {
        let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return TextBuilder::new().finish() };
        let place = self.text.span(first.start..last.end);
        let mut out = TextBuilder::new();
        for (index, piece) in pieces.iter().enumerate() {
            self.expand(piece.clone(), &mut out);
            let end = self.text.span(piece.end..piece.end);
            if index + 1 < pieces.len() && !self.slice(piece.clone()).ends_with('\n') {
                out.escaped(" ", end);
            }
        }
        out.finish().standing_in(place)
    }

    /// Appends a stretch of the file with its references expanded.
    fn expand(&mut self, range: Range<usize>, out: &mut TextBuilder) {
        let mut at = range.start;
        while let Some(offset) = memchr::memchr(b'$', self.slice(at..range.end).as_bytes()) {
            let dollar = at + offset;
            out.push(self.text, at..dollar);
            let rest = self.slice(dollar + 1..range.end);
            let Some(next) = rest.chars().next() else {
                out.push(self.text, dollar..range.end);
                return;
            };
            let mut end = dollar + 1 + next.len_utf8();
            match next {
                '$' => out.escaped("$", self.text.span(dollar..end)),
                '(' | '{' => {
                    let window = if self.unclosed < MAX_UNCLOSED { MAX_REFERENCE } else { MAX_REFERENCE / 100 };
                    let Some(length) = closing(rest, window) else {
                        self.unclosed += 1;
                        out.push(self.text, dollar..end);
                        at = end;
                        continue;
                    };
                    end = dollar + 1 + length;
                    self.reference(dollar..end, dollar + 2..end - 1, out);
                }
                _ => self.reference(dollar..end, dollar + 1..end, out),
            }
            at = end;
        }
        out.push(self.text, at..range.end);
    }

    /// Appends what a reference stands for.
    fn reference(&mut self, whole: Range<usize>, inner: Range<usize>, out: &mut TextBuilder) {
        let words = self.slice(inner.clone());
        let (function, arguments) = words.split_once([' ', '\t']).unwrap_or((words, ""));
        let arguments = inner.end - arguments.len()..inner.end;
        match function {
            "shell" => {
                self.shell(whole.start, arguments);
                self.expressions.set_name(self.text.span(whole.clone()), "shell()");
            }
            _ if FUNCTIONS.contains(&function) && !arguments.is_empty() => {
                self.other(whole.start, arguments);
                self.expressions.set_name(self.text.span(whole.clone()), &format!("{function}()"));
            }
            name => {
                let name = name.split(':').next().unwrap_or(name);
                if self.variable(name, &whole, out) {
                    return;
                }
                if !name.contains('$') {
                    self.expressions.set_name(self.text.span(whole.clone()), name);
                }
            }
        }
        self.hole(whole, out);
    }

    fn hole(&self, whole: Range<usize>, out: &mut TextBuilder) {
        out.hole(&"_".repeat(whole.len()), self.text.span(whole));
    }

    fn shell(&mut self, at: usize, code: Range<usize>) {
        if self.open.len() < MAX_DEPTH && !self.scripts.contains_key(&at) {
            self.scripts.insert(at, TextBuilder::new().finish());
            let line = self.line(&[code]);
            self.scripts.insert(at, line);
        }
    }

    fn other(&mut self, at: usize, words: Range<usize>) {
        if self.open.len() < MAX_DEPTH && !self.words.contains_key(&at) {
            self.words.insert(at, TextBuilder::new().finish());
            let mut arguments = Vec::new();
            let mut start = words.start;
            for argument in self.slice(words).split(',') {
                arguments.push(start..start + argument.len());
                start += argument.len() + 1;
            }
            let line = self.value(&arguments);
            self.words.insert(at, line);
        }
    }

    /// Appends a variable's value, if the file gives it one.
    fn variable(&mut self, name: &str, whole: &Range<usize>, out: &mut TextBuilder) -> bool {
        let definitions = self.definitions;
        let Some((&name, definition)) = definitions.get_key_value(name) else { return false };
        if self.open.contains(&name) || self.open.len() >= MAX_DEPTH {
            return false;
        }
        // Where nothing is left to spend, nothing more is done: a value may be empty and still take its time.
        let cost = definition.values.iter().flatten().map(|piece| piece.len() + 1).sum::<usize>();
        if cost > self.budget {
            return false;
        }
        self.budget -= cost;
        self.open.push(name);
        let values: Vec<_> = definition.values.iter().map(|pieces| self.value(pieces)).collect();
        self.open.pop();
        let length = values.iter().map(Text::len).sum::<usize>();
        if length > self.budget {
            return false;
        }
        self.budget -= length;
        match values.as_slice() {
            [only] => out.push(only, 0..only.len()),
            _ => {
                let values = values.into_iter().filter(|value| !value.is_empty());
                self.expressions.set_one_of(self.text.span(whole.clone()), values);
                self.hole(whole.clone(), out);
            }
        }
        true
    }
}

/// The length of a reference from its opening parenthesis or brace on.
fn closing(rest: &str, window: usize) -> Option<usize> {
    let mut open = Vec::new();
    for (at, byte) in rest.bytes().enumerate().take(window) {
        match byte {
            b'(' => open.push(b')'),
            b'{' => open.push(b'}'),
            b')' | b'}' if open.last() == Some(&byte) => {
                open.pop();
                if open.is_empty() {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}
