//! Makefiles (GNU make manual): recipes are read as a shell's, once make's own variables and functions are expanded in them.
//!
//! The file is split into variables and recipes ([`scan`]), as make reads it before it runs anything. Then each line of a recipe is
//! a [`Step`] of its own, in which the text of a variable stands in place of a reference to it ([`expand`]), as make has it,
//! with the places of its definition.

mod expand;
mod scan;

use std::rc::Rc;

use super::Context;
use super::script::{self, Initial, Language, Step, StepKind};
use crate::model::{Span, Text, TextBuilder};
use expand::Expander;
use scan::Recipe;

/// Extracts the facts of a makefile.
pub(super) fn parse(context: &mut Context<'_>, text: Text<'_>) {
    if !script::runs(context, &text, Language::Shell) && !script::comments_are_wanted(context, &text) {
        return;
    }
    let scanned = scan::scan(&text, *context.setting() != super::Setting::Live);
    for range in &scanned.comments {
        script::comment(context, &text, range.clone());
    }
    let mut expander = Expander::new(&text, &scanned.definitions);
    let mut code = Code { text: TextBuilder::new(), steps: Vec::new() };
    for Recipe { lines } in &scanned.recipes {
        let mut whole = TextBuilder::new();
        for pieces in lines {
            let line = expander.line(pieces);
            if scanned.one_shell {
                whole.push(&line, 0..line.len());
                whole.escaped("\n", line.whole_span());
            } else {
                code.step(&line, StepKind::Command);
            }
        }
        if scanned.one_shell {
            code.step(&whole.finish(), StepKind::Command);
        }
    }
    for words in scanned.words.iter().cloned() {
        let words = expander.line(&[words]);
        code.mention(&words);
    }
    for value in expander.values() {
        code.mention(&value);
    }
    for script in expander.take_scripts() {
        code.step(&script, StepKind::Command);
    }
    for words in expander.take_words() {
        code.mention(&words);
    }
    let variables = expander.exported(&scanned.exported);
    let expressions = expander.finish();
    let Code { text: code, steps } = code;
    let initial = Initial::new(Rc::new(variables), expressions);
    context.starting_with(initial, |context| script::steps(context, &code.finish(), steps));
}

/// What is run, one step behind the other.
struct Code {
    text: TextBuilder,
    steps: Vec<Step>,
}

impl Code {
    fn step(&mut self, text: &Text<'_>, kind: StepKind) {
        if text.is_empty() {
            return;
        }
        let start = self.text.len();
        self.text.push(text, 0..text.len());
        self.steps.push(Step { range: start..self.text.len(), kind });
        let span = text.whole_span();
        self.text.escaped("\n", Span::new(span.end, span.end));
    }

    /// A text that nothing runs.
    fn mention(&mut self, text: &Text<'_>) {
        if memchr::memmem::find(text.as_str().as_bytes(), b"//").is_some() {
            let start = self.text.len();
            let whole = start..start + text.len();
            self.step(text, StepKind::Words(std::iter::once(whole).collect()));
        }
    }
}

#[cfg(test)]
mod tests;
