//! Justfiles (the manual of just, "Recipes"): recipes are read as a shell's, line by line, or as what their first line names.

use std::ops::Range;

use super::script::{self, Language, Step, StepKind};
use super::{Context, Format};
use crate::model::{Span, Text, TextBuilder};

/// Extracts the facts of a justfile.
pub(super) fn parse(context: &mut Context<'_>, text: Text<'_>) {
    let has_programs = text.as_str().contains("#!");
    if !has_programs && !script::runs(context, &text, Language::Shell) && !script::comments_are_wanted(context, &text) {
        return;
    }
    let (mut code, mut steps) = (TextBuilder::new(), Vec::new());
    for body in recipes(context, &text) {
        let program = of_program(&text, &body);
        if let Some(program) = program {
            if let Format::Script(language) = Format::of("", program.as_str()) {
                script::parse(context, program, language);
            }
            continue;
        }
        let mut line = TextBuilder::new();
        for range in body {
            let source = text.as_str().get(range.clone()).unwrap_or_default();
            let is_continued = source.trim_end().ends_with('\\');
            let start = if line.is_empty() { range.end - source.trim_start_matches([' ', '\t', '@', '-']).len() } else { range.start };
            filled(&text, start..range.end, &mut line);
            if is_continued {
                continue;
            }
            let whole = std::mem::replace(&mut line, TextBuilder::new()).finish();
            let start = code.len();
            code.push(&whole, 0..whole.len());
            steps.push(Step { range: start..code.len(), kind: StepKind::Command });
        }
    }
    script::steps(context, &code.finish(), steps);
}

/// The lines of each recipe's body, with their ends. What stands between recipes is read for its comments.
fn recipes(context: &mut Context<'_>, text: &Text<'_>) -> Vec<Vec<Range<usize>>> {
    let mut out: Vec<Vec<Range<usize>>> = Vec::new();
    let (mut at, mut is_open) = (0, false);
    for line in text.as_str().split_inclusive('\n') {
        let range = at..at + line.len();
        at = range.end;
        if line.trim().is_empty() {
            continue;
        }
        if line.starts_with([' ', '\t']) {
            if let Some(body) = out.last_mut().filter(|_| is_open) {
                body.push(range);
            }
            continue;
        }
        is_open = is_header(line);
        if is_open {
            out.push(Vec::new());
        } else if line.starts_with('#') {
            script::comment(context, text, range.start..range.start + line.trim_end().len());
        }
    }
    out
}

/// Whether a line begins a recipe: a name, its parameters, a colon. A setting or a variable has `:=`.
fn is_header(line: &str) -> bool {
    let begins = line.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '@'));
    let mut quote = None;
    for (at, c) in line.char_indices() {
        match (quote, c) {
            (None, '"' | '\'' | '`') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            (None, ':') => return begins && !line.get(at + 1..).is_some_and(|rest| rest.starts_with('=')),
            _ => {}
        }
    }
    false
}

/// The program that a recipe is, if its first line names what runs it: without the indentation.
fn of_program(text: &Text<'_>, body: &[Range<usize>]) -> Option<Text<'static>> {
    let line = |range: &Range<usize>| text.as_str().get(range.clone()).unwrap_or_default();
    let first = line(body.first()?);
    let indent = first.len() - first.trim_start().len();
    if !first.trim_start().starts_with("#!") {
        return None;
    }
    let mut out = TextBuilder::new();
    for range in body {
        let own = line(range);
        let own = own.len() - own.trim_start_matches([' ', '\t']).len();
        filled(text, range.start + own.min(indent)..range.end, &mut out);
    }
    Some(out.finish())
}

/// Appends a stretch of the file; what just computes, `{{ name }}`, is unknown.
fn filled(text: &Text<'_>, range: Range<usize>, out: &mut TextBuilder) {
    let mut at = range.start;
    while let Some(rest) = text.as_str().get(at..range.end) {
        let found = rest.find("{{").and_then(|open| Some((at + open, at + open + rest.get(open..)?.find("}}")? + "}}".len())));
        let Some((open, close)) = found else { break };
        out.push(text, at..open);
        let place: Span = text.span(open..close);
        out.hole(&"_".repeat(close - open), place);
        at = close;
    }
    out.push(text, at..range.end);
}
