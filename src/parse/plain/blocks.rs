//! Samples in text that is marked up as documentation of Python is: literal blocks and code directives of reStructuredText
//! (docutils, "Literal blocks" and "code"), doctest blocks, and fences of Markdown.

use std::ops::Range;

use crate::model::{Text, TextBuilder};

/// A text taken apart.
#[derive(Debug, Default)]
pub(in crate::parse) struct Blocks {
    /// What is no sample, in order.
    pub(in crate::parse) prose: Vec<Range<usize>>,
    /// The samples: their language, which may be empty, and their code.
    pub(in crate::parse) samples: Vec<(String, Text<'static>)>,
    /// Of a page: the URLs of its images (docutils, "image" and "figure").
    pub(in crate::parse) images: Vec<Range<usize>>,
    /// Of a page: its pieces of HTML (docutils, "raw").
    pub(in crate::parse) html: Vec<Text<'static>>,
}

/// Directives whose content is code; their argument is its language.
const CODE: [&str; 6] = ["code-block", "code", "sourcecode", "prompt", "highlight-block", "code-cell"];

/// Whether samples may stand in a text.
pub(in crate::parse) fn may_have(chars: &str) -> bool {
    let has = |words: &str| memchr::memmem::find(chars.as_bytes(), words.as_bytes()).is_some();
    chars.contains('\n') && (has("::") || has(">>>") || has("```") || has("~~~"))
}

/// Takes a text apart, which is a page or the documentation of code.
pub(in crate::parse) fn split(text: &Text<'_>, is_page: bool) -> Blocks {
    let mut splitter =
        Splitter { text, is_page, lines: lines(text.as_str(), is_page), next: 0, doctest: TextBuilder::new(), out: Blocks::default() };
    while splitter.next < splitter.lines.len() {
        splitter.line();
    }
    let Splitter { doctest, mut out, .. } = splitter;
    if !doctest.is_empty() {
        out.samples.push(("pycon".to_owned(), doctest.finish()));
    }
    out
}

/// A line, its line end included.
struct Line<'t> {
    range: Range<usize>,
    indent: usize,
    words: &'t str,
}

fn lines(chars: &str, is_page: bool) -> Vec<Line<'_>> {
    let mut at = 0;
    let mut all: Vec<_> = chars
        .split_inclusive('\n')
        .map(|line| {
            let range = at..at + line.len();
            at = range.end;
            Line { range, indent: line.len() - line.trim_start().len(), words: line.trim() }
        })
        .collect();
    if is_page {
        return all;
    }
    // The first line of a documentation string stands behind its quotes (PEP 257).
    let rest = all.iter().skip(1).filter(|line| !line.words.is_empty()).map(|line| line.indent).min();
    if let (Some(first), Some(rest)) = (all.first_mut(), rest) {
        first.indent = first.indent.max(rest);
    }
    all
}

struct Splitter<'t, 's> {
    text: &'t Text<'s>,
    is_page: bool,
    lines: Vec<Line<'t>>,
    next: usize,
    /// All doctest blocks: one session.
    doctest: TextBuilder,
    out: Blocks,
}

impl<'t> Splitter<'t, '_> {
    fn prose(&mut self, range: Range<usize>) {
        match self.out.prose.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => self.out.prose.push(range),
        }
    }

    fn line(&mut self) {
        let Some(line) = self.lines.get(self.next) else { return };
        let (indent, words, range) = (line.indent, line.words, line.range.clone());
        if is_prompt(words) {
            self.session();
            return;
        }
        if words.starts_with("```") || words.starts_with("~~~") {
            self.fence(words, indent);
            return;
        }
        self.next += 1;
        let explicit = words.strip_prefix("..").filter(|rest| rest.is_empty() || rest.starts_with(' ')).map(str::trim_start);
        let directive = explicit.and_then(|rest| rest.split_once("::")).map(|(name, argument)| (name.trim(), argument.trim()));
        match directive {
            Some((name, url)) if self.is_page && !url.is_empty() && is_image(name) => {
                let start = range.start + line.indent.min(range.len()) + words.len() - url.len();
                self.out.images.push(start..start + url.len());
                return;
            }
            _ => self.prose(range),
        }
        match directive {
            Some((name, language)) if CODE.contains(&name) => {
                if let Some(code) = self.block(indent) {
                    self.out.samples.push((language.to_owned(), code));
                }
            }
            Some(("raw", "html")) if self.is_page => {
                let html = self.block(indent);
                self.out.html.extend(html);
            }
            None if words.ends_with("::") && explicit.is_none() => {
                if let Some(code) = self.block(indent) {
                    self.out.samples.push((String::new(), code));
                }
            }
            None if explicit.is_some_and(|rest| !rest.starts_with(['_', '[', '|'])) => self.comment(indent),
            _ => {}
        }
    }

    /// The lines of a comment, whose directives mean nothing.
    fn comment(&mut self, indent: usize) {
        while let Some(line) = self.lines.get(self.next).filter(|line| line.words.is_empty() || line.indent > indent) {
            let range = line.range.clone();
            self.next += 1;
            self.prose(range);
        }
    }

    /// The lines up to an empty one: a session with an interpreter.
    fn session(&mut self) {
        while let Some(line) = self.lines.get(self.next).filter(|line| !line.words.is_empty()) {
            let start = line.range.start + line.range.len().min(line.indent);
            // The first line's indentation may not be written.
            let start = if self.next == 0 { line.range.start } else { start };
            self.doctest.push(self.text, start..line.range.end);
            self.next += 1;
        }
        let end = self.lines.get(self.next.saturating_sub(1)).map_or(0, |line| line.range.end);
        self.doctest.escaped("\n", self.text.span(end..end));
    }

    /// A block between fences, or a line if nothing closes it.
    fn fence(&mut self, words: &'t str, indent: usize) {
        let marker = words.get(..3).unwrap_or_default();
        let closes = |line: &Line<'_>| line.words.starts_with(marker) && line.words.trim_matches(['`', '~']).is_empty();
        let inner = self.next + 1;
        let Some(length) = self.lines.get(inner..).and_then(|rest| rest.iter().take(MAX_FENCE).position(closes)) else {
            if let Some(line) = self.lines.get(self.next) {
                let range = line.range.clone();
                self.next += 1;
                self.prose(range);
            }
            return;
        };
        let info = words.trim_start_matches(['`', '~']).trim();
        let language = info.split([' ', ',', '{', ':']).next().unwrap_or_default().to_owned();
        let code = self.code(inner..inner + length, indent);
        self.out.samples.push((language, code));
        self.next = inner + length + 1;
    }

    /// The lines that are indented deeper than `indent`, but for options at their beginning.
    fn block(&mut self, indent: usize) -> Option<Text<'static>> {
        let rest = || self.lines.iter().enumerate().skip(self.next);
        let is_option = |line: &Line<'_>| line.words.starts_with(':') && line.words.get(1..).is_some_and(|rest| rest.contains(':'));
        let options = rest().take_while(|(_, line)| line.indent > indent && is_option(line)).count();
        let inside = |line: &Line<'_>| line.words.is_empty() || line.indent > indent;
        let from = self.next + options;
        let length = rest().skip(options).take_while(|(_, line)| inside(line)).count();
        let block = from..from + length;
        let first = self.lines.get(block.clone()).and_then(|lines| lines.iter().find(|line| !line.words.is_empty()));
        // A session is taken as one whatever announces it.
        let indent = first.filter(|line| !is_prompt(line.words))?.indent;
        self.next = from + length;
        Some(self.code(block, indent))
    }

    /// Lines without what they are indented by.
    fn code(&self, lines: Range<usize>, indent: usize) -> Text<'static> {
        let mut code = TextBuilder::new();
        for line in self.lines.get(lines).unwrap_or_default() {
            let start = if line.words.is_empty() { line.range.end - 1 } else { line.range.start + line.indent.min(indent) };
            code.push(self.text, start.max(line.range.start)..line.range.end);
        }
        code.finish()
    }
}

/// Whether a directive, or what a substitution stands for, is an image: `image`, `|logo| image`.
fn is_image(directive: &str) -> bool {
    let name = if directive.starts_with('|') { directive.rsplit(' ').next().unwrap_or_default() } else { directive };
    matches!(name, "image" | "figure")
}

/// How many lines a fence may take, so that unclosed ones stay linear.
const MAX_FENCE: usize = 1_000;

fn is_prompt(words: &str) -> bool {
    words.strip_prefix(">>>").is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Span;

    fn split(source: &str) -> (Vec<String>, Vec<(String, String)>) {
        let blocks = super::split(&Text::exact(source, 0), false);
        let prose = blocks.prose.into_iter().map(|range| source[range].to_owned()).collect();
        (prose, blocks.samples.into_iter().map(|(language, text)| (language, text.as_str().to_owned())).collect())
    }

    fn owned(samples: &[(&str, &str)]) -> Vec<(String, String)> {
        samples.iter().map(|(language, code)| ((*language).to_owned(), (*code).to_owned())).collect()
    }

    #[test]
    fn documentation_strings() {
        let source = "Get it::\n\n        curl a\n\n          b\n\n    Or:\n\n    >>> x = 1\n    >>> f(\n    ...   x)\n    2\n\n    then\n\n    >>> g()\n    ";
        let (prose, samples) = split(source);
        assert_eq!(prose, ["Get it::\n", "    Or:\n\n", "\n    then\n\n", "    "]);
        assert_eq!(samples, owned(&[("", "\ncurl a\n\n  b\n\n"), ("pycon", ">>> x = 1\n>>> f(\n...   x)\n2\n\n>>> g()\n\n")]));
        let blocks = super::split(&Text::exact(source, 100), false);
        let code = &blocks.samples[0].1;
        assert_eq!(code.span(1..7), Span::new(100 + source.find("curl a").unwrap(), 100 + source.find("curl a").unwrap() + 6));
    }

    #[test]
    fn directives_and_fences() {
        let source = ".. code-block:: console\n   :caption: x\n\n   $ a\n   b\n\n.. note::\n\n   c\n\n```py title=x\nd\n```\n- item::\n\n    e\nf ::\n\ng\n```open\n";
        let (prose, samples) = split(source);
        assert_eq!(prose, [".. code-block:: console\n", ".. note::\n\n   c\n\n", "- item::\n", "f ::\n\ng\n```open\n"]);
        assert_eq!(samples, owned(&[("console", "\n$ a\nb\n\n"), ("py", "d\n"), ("", "\ne\n")]));
    }

    #[test]
    fn odd_texts_are_taken_apart_in_linear_time() {
        for odd in ["```\n", "::\n", "x::\n\n  y\n", ">>> \n", ".. code::\n", "\n", " ", "```", "~~~\n```\n"] {
            split(odd);
            split(&odd.repeat(20_000));
        }
    }
}
