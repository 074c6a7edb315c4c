//! Commands in the strings that a program prints.

use crate::model::{Span, Text, TextBuilder};
use crate::parse::script::session;

/// How a line begins that shows a command.
const COMMANDS: [&str; 4] = ["curl ", "wget ", "$ curl ", "$ wget "];

/// How a string begins that is a command and nothing else.
const WHOLE: [&str; 2] = ["http ", "https "];

/// The commands among what is printed, call by call.
#[derive(Debug, Default)]
pub(super) struct Shown<'t> {
    open: Option<Open>,
    found: Vec<Text<'t>>,
}

/// A command that goes on in the next string.
#[derive(Debug)]
struct Open {
    /// What printed it.
    by: String,
    command: TextBuilder,
    /// From its first string to its last.
    span: Span,
}

impl<'t> Shown<'t> {
    /// Takes a string that the function of this path prints.
    pub(super) fn print(&mut self, path: &str, text: &Text<'t>) {
        if let Some(open) = self.open.take_if(|open| open.by == path) {
            self.go_on(open, text);
            return;
        }
        for command in commands(text) {
            let start = command.whole_span().start;
            let open = Open { by: path.to_owned(), command: TextBuilder::new(), span: Span::new(start, start) };
            self.go_on(open, &command);
        }
    }

    fn go_on(&mut self, mut open: Open, text: &Text<'t>) {
        let end = text.whole_span().end.max(open.span.end);
        if !open.command.is_empty() {
            open.command.escaped("\n", Span::new(open.span.end, open.span.end));
        }
        push_for_shell(&mut open.command, &text.slice(0..text.trim_end_len()));
        open.span = Span::new(open.span.start, end);
        if goes_on(text.as_str()) {
            self.open = Some(open);
        } else {
            self.found.push(open.command.finish().standing_in(open.span));
        }
    }

    /// The commands that were printed.
    pub(super) fn finish(&mut self) -> Vec<Text<'t>> {
        self.found.extend(self.open.take().map(|open| open.command.finish().standing_in(open.span)));
        std::mem::take(&mut self.found)
    }
}

/// Code for a shell in which the names of holes hold nothing that means something to it: `{config().url}` is `{config.url}`.
pub(super) fn for_shell<'t>(text: &Text<'t>) -> Text<'t> {
    if !text.has_holes() {
        return text.clone();
    }
    let mut builder = TextBuilder::new();
    push_for_shell(&mut builder, text);
    builder.finish()
}

fn push_for_shell(builder: &mut TextBuilder, text: &Text<'_>) {
    let mut at = 0;
    for hole in text.holes() {
        builder.push(text, at..hole.start);
        let name = text.as_str().get(hole.clone()).unwrap_or_default();
        let name: String = name.chars().filter(|c| c.is_alphanumeric() || matches!(c, '{' | '}' | '.' | '_' | '-' | ':')).collect();
        builder.hole(if name.is_empty() { "{}" } else { &name }, text.span(hole.clone()));
        at = hole.end;
    }
    builder.push(text, at..text.len());
}

/// Whether the command goes on in what is printed next.
fn goes_on(text: &str) -> bool {
    let end = text.trim_end();
    end.len() - end.trim_end_matches('\\').len() == 1
}

/// The commands in a string: all of it, or lines of it with what continues them.
fn commands<'t>(text: &Text<'t>) -> Vec<Text<'t>> {
    let chars = text.as_str();
    let start = chars.len() - chars.trim_start().len();
    if WHOLE.iter().any(|name| chars.get(start..).is_some_and(|rest| rest.starts_with(name))) {
        return vec![text.trim()];
    }
    let mut out = Vec::new();
    if !["curl ", "wget "].iter().any(|name| memchr::memmem::find(chars.as_bytes(), name.as_bytes()).is_some()) {
        return out;
    }
    let mut at = 0;
    while at < chars.len() {
        let line = chars.get(at..).and_then(|rest| rest.split_inclusive('\n').next()).unwrap_or_default();
        let begin = at + line.len() - line.trim_start().len();
        let shown = chars.get(begin..at + line.len()).unwrap_or_default();
        at = if COMMANDS.iter().any(|name| shown.strip_prefix(name).is_some_and(is_called)) {
            let end = session::command_end(chars, begin);
            out.push(text.slice(begin..end));
            end
        } else {
            at + line.len()
        };
    }
    out
}

/// Whether what stands behind a command's name are its words, and not the rest of a sentence.
fn is_called(rest: &str) -> bool {
    let word = rest.split_whitespace().next().unwrap_or_default();
    word.starts_with(['-', '\'', '"', '$', '{', '<', '\\'])
        || word.contains("://")
        || (word.contains(['.', '/', ':']) && !word.ends_with(['.', ':']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(printed: &[&'static str]) -> Vec<String> {
        let mut shown = Shown::default();
        printed.iter().for_each(|text| shown.print("print", &Text::exact(text, 0)));
        shown.finish().iter().map(|text| text.as_str().to_owned()).collect()
    }

    #[test]
    fn printed_lines_are_joined_while_they_go_on() {
        assert_eq!(shown(&["curl -X PUT a.test \\", "  -H 'A: b'", "done"]), ["curl -X PUT a.test \\\n  -H 'A: b'"]);
        assert_eq!(shown(&["curl a.test \\\\", "x"]), ["curl a.test \\\\"]);
        assert_eq!(
            shown(&["usage:\n  curl -d '{\n}' a.test\n  wget b.test\nmore"]),
            ["curl -d '{\n}' a.test\n", "wget b.test\n"].map(|line| line.trim_end())
        );
    }

    #[test]
    fn sentences_are_no_commands() {
        assert_eq!(shown(&["curl failed for https://a.test", "curl is needed", "the http server"]), Vec::<String>::new());
    }
}
