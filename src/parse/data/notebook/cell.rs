//! A code cell: lines of the kernel's language, and those that IPython or another kernel takes for something else.

use std::ops::Range;

use crate::model::Text;
use crate::parse::Format;

/// A piece of a cell.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Code of the kernel's language.
    Kernel(Range<usize>),
    /// What the kernel gets instead of what stands there.
    Instead(&'static str, Range<usize>),
    /// A command of a shell.
    Shell(Range<usize>),
    /// A text of this format, if it is known.
    Other(Option<Format>, Range<usize>),
}

/// The format of a language as kernels and magics name it.
pub(super) fn format(name: &str) -> Option<Format> {
    let name = name.to_ascii_lowercase();
    let name = name.trim_start_matches("ipython").trim_start_matches('i');
    Format::of_extension(if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) { "python" } else { name })
}

/// Cell magics that run their cell in the kernel.
const TRANSPARENT: [&str; 8] = ["time", "timeit", "capture", "prun", "memit", "mprun", "debug", "px"];

/// Splits a cell.
pub(super) fn split(text: &Text<'_>, is_python: bool) -> Vec<Piece> {
    let source = text.as_str();
    let start = source.len() - source.trim_start().len();
    let first = source.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let body = (start + first.len() + 1).min(source.len())..source.len();
    // `%%bash` of IPython, `%sh` of Databricks, `#!pwsh` of Polyglot Notebooks.
    let magic = first.strip_prefix("%%").or_else(|| first.strip_prefix("#!"));
    let alone = first.strip_prefix('%').filter(|name| matches!(name.trim(), "sh" | "bash" | "sql" | "md" | "scala" | "r" | "python"));
    if let Some(magic) = magic.or(alone) {
        let mut words = magic.split_whitespace();
        let mut name = words.next().unwrap_or_default();
        if TRANSPARENT.contains(&name) {
            return lines(source, body, is_python);
        }
        let mut file = None;
        match name {
            "script" => name = words.find(|word| !word.starts_with('-')).unwrap_or_default(),
            "writefile" | "file" => file = words.find(|word| !word.starts_with('-')),
            "system" | "sx" | "!" => name = "sh",
            _ => {}
        }
        let format = match file {
            Some(path) => Some(Format::of(path, source.get(body.clone()).unwrap_or_default())),
            None => format(name.rsplit('/').next().unwrap_or(name)),
        };
        return vec![Piece::Other(format, body)];
    }
    lines(source, 0..source.len(), is_python)
}

/// Splits lines of a kernel's code; only a Python kernel has commands and magics among them.
fn lines(source: &str, range: Range<usize>, is_python: bool) -> Vec<Piece> {
    let chars = source.get(range.clone()).unwrap_or_default();
    if !is_python || memchr::memchr3(b'!', b'%', b'?', chars.as_bytes()).is_none() {
        return vec![Piece::Kernel(range)];
    }
    let mut pieces = Vec::new();
    let mut from = range.start;
    let mut at = range.start;
    while at < range.end {
        let line = at..line_end(source, at, range.end);
        at = line.end + 1;
        let content = source.get(line.clone()).unwrap_or_default();
        let Some((instead, command)) = escape(content) else { continue };
        let mut end = line.end;
        // A command goes on behind a backslash.
        while source.get(line.start..end).is_some_and(|line| line.trim_end_matches('\r').ends_with('\\')) && end < range.end {
            end = line_end(source, end + 1, range.end);
        }
        at = end + 1;
        pieces.push(Piece::Kernel(from..line.start + instead.0));
        pieces.push(Piece::Instead(instead.1, line.start + instead.0..end));
        if let Some(command) = command {
            pieces.push(Piece::Shell(line.start + command..end));
        }
        from = end;
    }
    pieces.push(Piece::Kernel(from.min(range.end)..range.end));
    pieces
}

fn line_end(source: &str, from: usize, end: usize) -> usize {
    let rest = source.as_bytes().get(from..end).unwrap_or_default();
    memchr::memchr(b'\n', rest).map_or(end, |at| from + at)
}

/// What a line has that is not the kernel's language: where that begins and what the kernel gets instead; and where a
/// command begins.
fn escape(line: &str) -> Option<((usize, &'static str), Option<usize>)> {
    let code = line.trim_start();
    let indentation = line.len() - code.len();
    let is_name = |c: char| c.is_ascii_alphabetic() || c == '_';
    if let Some(command) = code.strip_prefix("!!").or_else(|| code.strip_prefix('!')) {
        return Some(((indentation, "pass"), Some(line.len() - command.len())));
    }
    if let Some(magic) = code.strip_prefix('%').filter(|magic| magic.starts_with(is_name)) {
        return Some(((indentation, "pass"), Some(line.len() - magic.len())));
    }
    if code.starts_with('?') || (code.trim_end().ends_with('?') && !code.contains(['#', '"', '\''])) {
        return Some(((indentation, "pass"), None));
    }
    // `files = !ls`, `x = %sx ls`
    let (target, value) = code.split_once('=')?;
    let is_target = target.trim_end().chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ',' | ' ' | '.'));
    let value = value.trim_start();
    let command = value.strip_prefix('!').or_else(|| value.strip_prefix('%').filter(|magic| magic.starts_with(is_name)))?;
    is_target.then(|| ((line.len() - value.len(), "None"), Some(line.len() - command.len())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::script::Language;

    fn pieces(source: &str) -> Vec<String> {
        let text = Text::exact(source, 0);
        let show = |piece: Piece| match piece {
            Piece::Kernel(range) if source[range.clone()].trim().is_empty() => None,
            Piece::Kernel(range) => Some(format!("kernel {}", source[range].trim())),
            Piece::Instead(code, _) => Some(code.to_owned()),
            Piece::Shell(range) => Some(format!("shell {}", &source[range])),
            Piece::Other(format, range) => Some(format!("{format:?} {}", source[range].trim())),
        };
        split(&text, true).into_iter().filter_map(show).collect()
    }

    #[test]
    fn commands_and_magics_are_no_python() {
        assert_eq!(
            pieces("a = 1\n!pip install \\\n  x\nif a:\n    %cd {b}\nc = !ls -l\nd?\ne = a % b\n'!x'\n"),
            [
                "kernel a = 1",
                "pass",
                "shell pip install \\\n  x",
                "kernel if a:",
                "pass",
                "shell cd {b}",
                "kernel c =",
                "None",
                "shell ls -l",
                "pass",
                "kernel e = a % b\n'!x'"
            ]
        );
    }

    #[test]
    fn a_magic_may_take_the_cell() {
        assert_eq!(pieces("%%time\nx\n"), ["kernel x"]);
        assert_eq!(pieces("\n%%bash -s\nls\n"), ["Some(Script(Shell)) ls"]);
        assert_eq!(pieces("%%script --bg sh\nls\n"), ["Some(Script(Shell)) ls"]);
        assert_eq!(pieces("%%writefile a/b.js\nx\n"), ["Some(Script(JavaScript)) x"]);
        assert_eq!(pieces("%sh\nls"), ["Some(Script(Shell)) ls"]);
        assert_eq!(pieces("%%unknown"), ["None "]);
    }

    #[test]
    fn kernels_have_names() {
        let python = Some(Format::Script(Language::Python));
        assert_eq!(["python", "ipython3", "python3", "Python"].map(format), [python; 4]);
        assert_eq!(format("ijavascript"), Some(Format::Script(Language::JavaScript)));
        assert_eq!(format("R"), None);
    }
}
