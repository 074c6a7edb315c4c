//! Code blocks: samples in a language, and the directives of MyST that are written as fences.

use std::ops::Range;

use memchr::memmem;
use pulldown_cmark::CodeBlockKind;

use super::extensions::Fence;
use super::fence::Info;
use crate::model::{Text, TextBuilder};
use crate::parse::script::Language;
use crate::parse::{Context, Format, Setting, request};

/// A code block that is being read: its text comes line by line, without the markers of quotes and lists around it.
#[derive(Debug)]
pub(super) struct Code {
    is_fenced: bool,
    text: TextBuilder,
}

impl Code {
    pub(super) fn new(kind: &CodeBlockKind<'_>) -> Self {
        Self { is_fenced: kind.is_fenced(), text: TextBuilder::new() }
    }

    /// Adds the characters of the page at `range`, which `chars` is made of.
    pub(super) fn add(&mut self, page: &Text<'_>, range: Range<usize>, chars: &str) {
        if page.as_str().get(range.clone()) == Some(chars) {
            self.text.push(page, range);
        } else {
            self.text.escaped(chars, page.span(range));
        }
    }

    /// Reports what stands in the block, which covers `range` of the page.
    pub(super) fn report(self, context: &mut Context<'_>, page: &Text<'_>, range: Range<usize>) {
        let info = if self.is_fenced { info_range(page.as_str(), range) } else { range.start..range.start };
        let info = Info::new(page.as_str().get(info).unwrap_or_default());
        let language = if info.language.is_empty() { info.directive.unwrap_or_default() } else { info.language };
        sample(context, language, self.text.finish());
    }
}

/// Where the info string of the fence stands that starts at or after `range.start`.
fn info_range(chars: &str, range: Range<usize>) -> Range<usize> {
    let block = chars.get(range.clone()).unwrap_or_default();
    let line = block.lines().next().unwrap_or_default();
    let fence = line.len() - line.trim_start().trim_start_matches(['`', '~']).len();
    range.start + fence..range.start + line.len()
}

/// Reports the fenced samples of a text that is no page, and gives the stretches between them.
pub(in crate::parse) fn samples(context: &mut Context<'_>, text: &Text<'_>) -> Vec<Range<usize>> {
    let chars = text.as_str();
    if !["```", "~~~"].iter().any(|fence| memmem::find(chars.as_bytes(), fence.as_bytes()).is_some()) {
        return std::iter::once(0..chars.len()).collect();
    }
    let mut prose = Vec::new();
    let (mut at, mut from) = (0, 0);
    let mut open: Option<(Fence<'_>, usize, TextBuilder)> = None;
    for line in chars.split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let fence = Fence::new(line.trim()).filter(|fence| fence.marker != b':');
        let end = at + line.len();
        match (open.take(), fence) {
            (Some((opened, _, sample_text)), Some(close)) if close.closes(&opened) => {
                sample(context, Info::new(opened.info).language, sample_text.finish());
                from = end;
            }
            (Some((opened, column, mut sample_text)), _) => {
                sample_text.push(text, at + indent.min(column)..end);
                open = Some((opened, column, sample_text));
            }
            (None, Some(fence)) => {
                prose.push(from..at);
                open = Some((fence, indent, TextBuilder::new()));
            }
            (None, None) => {}
        }
        at = end;
    }
    match open {
        Some((fence, _, sample_text)) => sample(context, Info::new(fence.info).language, sample_text.finish()),
        None => prose.push(from..at),
    }
    prose
}

/// Reports a sample, in the language that its fence names.
pub(in crate::parse) fn sample(context: &mut Context<'_>, language: &str, text: Text<'_>) {
    let wanted = context.wanted();
    // A variable of one sample may hold what another sends.
    if !context.wants_code(text.as_str()) && !context.has_keys() && !context.may_show_secrets() {
        return;
    }
    let language = language.to_ascii_lowercase();
    if matches!(language.as_str(), "http" | "https" | "rest" | "restclient" | "http-request") && wanted.requests {
        request::messages(context, &text);
    }
    let format = match language.as_str() {
        "" => guess_commands(text.as_str()).or_else(|| guess(text.as_str())),
        "text" | "txt" | "plain" | "plaintext" | "none" => guess_commands(text.as_str()),
        language => Format::of_extension(language),
    };
    let text = if format == Some(Format::Script(Language::Shell)) { without_tags(text) } else { text };
    context.within(Setting::Sample(language), |context| context.nested(text, format.unwrap_or(Format::Plain)));
}

/// A shell's sample in which the tags of templates are computed when the page is built: `curl {% include "host.md" %}/runs`. A shell would
/// read their words as its own.
fn without_tags(text: Text<'_>) -> Text<'_> {
    let chars = text.as_str();
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(start) = memmem::find(&chars.as_bytes()[at..], b"{%").map(|start| at + start)
        && let Some(end) = memmem::find(&chars.as_bytes()[start..], b"%}").map(|end| start + end + 2)
    {
        tags.push(start..end);
        at = end;
    }
    text.with_blanks(&tags)
}

/// What a sample is written in whose fence doesn't say, where its first line leaves no doubt.
fn guess(chars: &str) -> Option<Format> {
    let line = chars.lines().map(str::trim).find(|line| !line.is_empty())?;
    let starts = |words: &[&str]| words.iter().any(|word| line.starts_with(word));
    let language =
        if starts(&[">>> "]) || (starts(&["from ", "import ", "def "]) && !line.ends_with(';') && !line.contains(['"', '\'', '{'])) {
            "python"
        } else if starts(&["const ", "let ", "await ", "import "]) && line.contains(['=', '\'', '"']) {
            "js"
        } else if starts(&["package "]) {
            "go"
        } else if starts(&["{\"", "[{"]) || line == "{" {
            "json"
        } else {
            return None;
        };
    Format::of_extension(language)
}

/// Whose commands a sample holds whose fence doesn't say, where its first command leaves no doubt. Comments and variables may stand
/// before it, other commands only before `curl` and what it takes.
fn guess_commands(chars: &str) -> Option<Format> {
    let lines = || chars.lines().map(str::trim);
    let line = lines().find(|line| !line.is_empty() && (!line.starts_with('#') || line.starts_with("#!")) && !is_variable(line))?;
    let starts = |words: &[&str]| words.iter().any(|word| line.starts_with(word));
    let calls = |line: &str| {
        let argument = line.strip_prefix("curl ").and_then(|arguments| arguments.split_whitespace().next());
        argument.is_some_and(|word| word.starts_with(['-', '"', '\'', '$', '\\']) || word.contains(['/', '.', ':']))
    };
    let language = if starts(&["PS>", "PS C:", "irm ", "iwr ", "Invoke-", "$env:"]) {
        Language::PowerShell
    } else if starts(&["$ ", "wget ", "export ", "#!/bin/sh", "#!/bin/bash", "#!/usr/bin/env bash"]) || lines().any(calls) {
        Language::Shell
    } else {
        return None;
    };
    Some(Format::Script(language))
}

/// Whether a line only gives a variable a value, as a shell spells it.
fn is_variable(line: &str) -> bool {
    let name = line.split_once('=').map_or("", |(name, _)| name);
    !name.is_empty() && name.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
}
