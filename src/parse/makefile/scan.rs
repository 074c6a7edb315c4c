//! What a makefile's lines are: definitions of variables, rules and their recipes, all else.

use std::collections::HashMap;
use std::ops::Range;

use crate::model::Text;

/// How many definitions of one variable are kept, where conditions decide which counts.
const MAX_ALTERNATIVES: usize = 8;

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Scanned<'t> {
    pub(super) definitions: HashMap<&'t str, Definition>,
    pub(super) exported: Vec<&'t str>,
    pub(super) recipes: Vec<Recipe>,
    /// Other lines that may say something.
    pub(super) words: Vec<Range<usize>>,
    pub(super) comments: Vec<Range<usize>>,
    /// Whether a recipe is one script (`.ONESHELL`).
    pub(super) one_shell: bool,
    /// Whether every variable is exported.
    all_exported: bool,
}

/// The values that a variable may have.
#[derive(Debug, Default)]
pub(super) struct Definition {
    /// In the order of the file, each as the stretches that it is made of.
    pub(super) values: Vec<Vec<Range<usize>>>,
}

/// What makes a target: of each line the stretches that a shell gets.
#[derive(Debug, Default)]
pub(super) struct Recipe {
    pub(super) lines: Vec<Vec<Range<usize>>>,
}

/// Splits a makefile. In a `sample` spaces may stand for the tab before a recipe's line.
pub(super) fn scan<'t>(text: &'t Text<'_>, sample: bool) -> Scanned<'t> {
    let source = text.as_str();
    let mut scanner = Scanner { source, at: 0, sample, prefix: '\t', in_rule: false, conditions: 0, out: Scanned::default() };
    while scanner.at < source.len() {
        scanner.next();
    }
    let mut out = scanner.out;
    if out.all_exported {
        out.exported = out.definitions.keys().copied().collect();
    }
    out.exported.sort_unstable();
    out.exported.dedup();
    out
}

struct Scanner<'t> {
    source: &'t str,
    at: usize,
    sample: bool,
    /// What begins a recipe's line (`.RECIPEPREFIX`).
    prefix: char,
    in_rule: bool,
    /// How many conditionals are open.
    conditions: usize,
    out: Scanned<'t>,
}

/// What assigns, longest first.
const OPERATORS: [&str; 7] = [":::=", "::=", ":=", "?=", "+=", "!=", "="];

impl<'t> Scanner<'t> {
    fn slice(&self, range: Range<usize>) -> &'t str {
        self.source.get(range).unwrap_or_default()
    }

    /// The lines up to one that is not continued, each without its line end and its backslash.
    fn logical(&mut self) -> Vec<Range<usize>> {
        let mut pieces = Vec::new();
        while self.at < self.source.len() {
            let line = self.line();
            let content = self.slice(line.clone());
            if !goes_on(content) {
                pieces.push(line);
                break;
            }
            pieces.push(line.start..line.end - 1);
        }
        pieces
    }

    /// The next line, without its line end.
    fn line(&mut self) -> Range<usize> {
        let start = self.at;
        let rest = self.slice(start..self.source.len());
        let length = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        self.at = start + length + 1;
        start..start + rest.get(..length).unwrap_or_default().trim_end_matches('\r').len()
    }

    fn next(&mut self) {
        let start = self.at;
        let line = self.line();
        let content = self.slice(line.clone());
        let words = content.trim_start();
        let first = line.end - words.len();
        if words.is_empty() {
            return;
        }
        let indented = content.starts_with(self.prefix) || (self.sample && content.starts_with([' ', '\t']));
        if self.in_rule && indented {
            if words.starts_with('#') {
                self.out.comments.push(first..line.end);
            } else {
                self.at = start;
                self.recipe_line();
            }
            return;
        }
        if words.starts_with('#') {
            self.out.comments.push(first..line.end);
            return;
        }
        self.at = start;
        let mut pieces = self.logical();
        if let Some(piece) = pieces.first_mut() {
            piece.start = first;
        }
        self.directive(words, pieces);
    }

    /// A line of a recipe: the shell gets its continuation lines with their backslashes, without the tabs before them.
    fn recipe_line(&mut self) {
        let mut pieces = Vec::new();
        while self.at < self.source.len() {
            let line = self.line();
            let content = self.slice(line.clone());
            let body = content.strip_prefix(self.prefix).unwrap_or(content);
            let mut from = line.end - body.len();
            if pieces.is_empty() {
                from = line.end - body.trim_start_matches([' ', '\t', '@', '-', '+']).len();
            }
            let goes_on = goes_on(content);
            let end = if goes_on { self.at.min(self.source.len()) } else { line.end };
            pieces.push(from..end);
            if !goes_on {
                break;
            }
        }
        if self.out.recipes.is_empty() {
            self.out.recipes.push(Recipe::default());
        }
        if let Some(recipe) = self.out.recipes.last_mut() {
            recipe.lines.push(pieces);
        }
    }

    /// A line that is no recipe's.
    fn directive(&mut self, words: &'t str, pieces: Vec<Range<usize>>) {
        let word = words.split([' ', '\t', '(']).next().unwrap_or_default();
        match word {
            "ifeq" | "ifneq" | "ifdef" | "ifndef" => self.conditions += 1,
            "endif" => self.conditions = self.conditions.saturating_sub(1),
            "else" => {}
            "define" => self.define(words),
            "include" | "-include" | "sinclude" | "vpath" | "unexport" | "undefine" | "endef" => self.words(pieces),
            "export" if words.trim_end() == "export" => self.out.all_exported = true,
            _ => self.assignment_or_rule(pieces),
        }
    }

    fn words(&mut self, pieces: Vec<Range<usize>>) {
        self.out.words.extend(pieces);
    }

    /// `define NAME [=]` and the lines up to its `endef`.
    fn define(&mut self, words: &'t str) {
        let name = words.split_whitespace().nth(1).unwrap_or_default();
        let name = name.trim_end_matches(['=', ':', '?', '+']);
        let start = self.at;
        let mut end = self.source.len();
        let mut depth = 0;
        while self.at < self.source.len() {
            let line = self.line();
            match self.slice(line.clone()).split_whitespace().next() {
                Some("define") => depth += 1,
                Some("endef") if depth == 0 => {
                    end = line.start;
                    break;
                }
                Some("endef") => depth -= 1,
                _ => {}
            }
        }
        // The lines are a recipe's where the variable is used: what begins them there begins them here.
        let mut pieces = Vec::new();
        let mut at = start;
        for line in self.slice(start..end).split_inclusive('\n') {
            let body = line.trim_start_matches([' ', '\t', '@', '-', '+']);
            pieces.push(at + line.len() - body.len()..at + line.len());
            at += line.len();
        }
        self.set(name, pieces, false);
        self.in_rule = false;
    }

    fn set(&mut self, name: &'t str, value: Vec<Range<usize>>, append: bool) {
        let conditions = self.conditions;
        let definition = self.out.definitions.entry(name).or_default();
        if conditions == 0 && !append {
            let before = std::mem::replace(&mut definition.values, std::iter::once(value).collect());
            self.out.words.extend(before.into_iter().flatten());
        } else if let Some(last) = definition.values.last_mut().filter(|_| append && conditions == 0) {
            last.extend(value);
        } else if definition.values.len() < MAX_ALTERNATIVES {
            definition.values.push(value);
        } else {
            self.out.words.extend(value);
        }
    }

    fn assignment_or_rule(&mut self, mut pieces: Vec<Range<usize>>) {
        let Some(first) = pieces.first().cloned() else { return };
        let head = self.slice(first.clone());
        let Some((at, operator)) = separator(head) else {
            if let Some(names) = head.strip_prefix("export ") {
                self.out.exported.extend(names.split_whitespace());
            }
            return self.words(pieces);
        };
        let target = head.get(..at).unwrap_or_default().trim();
        let after = first.start + at + operator.len();
        if operator == ":" {
            return self.rule(target, after, pieces);
        }
        self.in_rule = false;
        let mut names = target.split_whitespace().peekable();
        let mut exports = false;
        while let Some(word) = names.next_if(|word| matches!(*word, "export" | "override" | "private" | "unexport")) {
            exports |= word == "export";
        }
        let Some(name) = names.next() else { return self.words(pieces) };
        if exports {
            self.out.exported.push(name);
        }
        self.value(name, operator, after, &mut pieces);
    }

    /// The value of a variable: what stands behind `after`.
    fn value(&mut self, name: &'t str, operator: &str, after: usize, pieces: &mut Vec<Range<usize>>) {
        if let Some(first) = pieces.first_mut() {
            first.start = after;
        }
        for piece in pieces.iter_mut() {
            let content = self.slice(piece.clone());
            piece.start += content.len() - content.trim_start().len();
        }
        if let Some(last) = pieces.last_mut() {
            let content = self.slice(last.clone());
            if let Some(comment) = comment(content) {
                self.out.comments.push(last.start + comment..last.end);
                last.end = last.start + comment;
            }
            last.end = last.start + self.slice(last.clone()).trim_end().len();
        }
        pieces.retain(|piece| !piece.is_empty());
        match operator {
            "!=" => {
                let lines = std::iter::once(std::mem::take(pieces)).collect();
                // Whatever recipe is being read ends here.
                self.out.recipes.push(Recipe { lines });
            }
            "?=" if self.out.definitions.contains_key(name) && self.conditions == 0 => self.words(std::mem::take(pieces)),
            "+=" => self.set(name, std::mem::take(pieces), true),
            _ => self.set(name, std::mem::take(pieces), false),
        }
    }

    /// `targets: prerequisites ; recipe`, or `targets: NAME = value`.
    fn rule(&mut self, targets: &str, after: usize, mut pieces: Vec<Range<usize>>) {
        match targets {
            ".ONESHELL" => self.out.one_shell = true,
            ".EXPORT_ALL_VARIABLES" => self.out.all_exported = true,
            _ => {}
        }
        let Some(first) = pieces.first().cloned() else { return };
        let rest = self.slice(after..first.end);
        if let Some((at, operator)) = separator(rest).filter(|(_, operator)| *operator != ":")
            && let Some(name) = rest.get(..at).and_then(|names| names.split_whitespace().last())
            && !rest.get(..at).is_some_and(|before| before.contains(';'))
        {
            // It holds for that target only.
            self.conditions += 1;
            self.value(name, operator, after + at + operator.len(), &mut pieces);
            self.conditions -= 1;
            return;
        }
        self.in_rule = true;
        self.out.recipes.push(Recipe::default());
        if let Some(semicolon) = rest.find(';') {
            let start = after + semicolon + 1;
            let body = self.slice(start..first.end);
            let from = first.end - body.trim_start_matches([' ', '\t', '@', '-', '+']).len();
            if let Some(piece) = pieces.first_mut() {
                piece.start = from;
            }
            if let Some(recipe) = self.out.recipes.last_mut() {
                recipe.lines.push(pieces);
            }
        } else {
            if let Some(piece) = pieces.first_mut() {
                piece.start = after;
            }
            self.words(pieces);
        }
    }
}

/// Whether the next line belongs to this one: it ends in a backslash that no other escapes.
fn goes_on(line: &str) -> bool {
    (line.len() - line.trim_end_matches('\\').len()) % 2 == 1
}

/// The first assignment or colon outside of references, and where it stands.
fn separator(head: &str) -> Option<(usize, &'static str)> {
    let mut depth = 0usize;
    for (at, byte) in head.bytes().enumerate() {
        match byte {
            b'(' | b'{' => depth += 1,
            b')' | b'}' => depth = depth.saturating_sub(1),
            b'#' if depth == 0 => return None,
            b':' | b'?' | b'+' | b'!' | b'=' if depth == 0 => {
                let rest = head.get(at..)?;
                if let Some(operator) = OPERATORS.iter().find(|operator| rest.starts_with(**operator)) {
                    return Some((at, operator));
                }
                if byte == b':' {
                    // `a::` is a rule as well.
                    return Some((at, ":"));
                }
            }
            _ => {}
        }
    }
    None
}

/// Where a comment begins.
fn comment(content: &str) -> Option<usize> {
    let mut before = b' ';
    for (at, byte) in content.bytes().enumerate() {
        if byte == b'#' && matches!(before, b' ' | b'\t') {
            return Some(at);
        }
        before = byte;
    }
    None
}
