//! Where a text speaks to a machine and where to a reader: comments and doc strings are found by their delimiters, which
//! few dozen languages share.

use std::ops::Range;

use crate::parse::script::Language;
use crate::parse::{Context, Format, Setting};

/// How comments and long strings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::parse) enum Family {
    /// `//` and `/* */`.
    Slash,
    /// `#`; `"""` opens a doc string.
    Hash,
    /// `#`, with quotes that go over lines and doc strings unknown.
    Shell,
    /// `#`; block scalars hold text.
    Yaml,
    /// `--`.
    Dash,
    /// No comments: JSON, HTTP messages, samples in an unknown language.
    None,
    /// Prose throughout.
    Prose,
}

/// PHP is a page with programs in it, which no parser of their own hands in.
fn is_php(path: &str) -> bool {
    path.rsplit('.').next().is_some_and(|extension| extension.eq_ignore_ascii_case("php") || extension.eq_ignore_ascii_case("phtml"))
}

impl Family {
    /// How a text of this format speaks; nothing where its own parser hands in what counts.
    pub(in crate::parse) fn of(format: Format, context: &Context<'_>) -> Option<Self> {
        Some(match format {
            Format::Html if is_php(context.path()) => Self::Slash,
            Format::Html | Format::Markdown | Format::Xml => return None,
            Format::Css => Self::Prose,
            Format::Json => Self::None,
            Format::Yaml => Self::Yaml,
            Format::Toml | Format::Dockerfile | Format::Makefile | Format::Justfile => Self::Shell,
            Format::Script(Language::Shell | Language::PowerShell) => Self::Shell,
            Format::Script(Language::Python | Language::Ruby) => Self::Hash,
            Format::Script(_) => Self::Slash,
            Format::Plain => match context.setting() {
                Setting::Sample(language) => Self::of_extension(language).unwrap_or(Self::None),
                Setting::Live | Setting::Comment => Self::of_name(context.path()),
            },
        })
    }

    /// The family of a source file that has no parser of its own, by its name's extension; prose if nothing is known.
    pub(in crate::parse) fn of_name(name: &str) -> Self {
        let name = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
        if name == ".env" || name.starts_with(".env.") || name.ends_with(".env") {
            return Self::Shell;
        }
        Self::of_extension(name.rsplit('.').next().unwrap_or_default()).unwrap_or(Self::Prose)
    }

    /// The family that a file name extension or a code fence's info string stands for.
    pub(in crate::parse) fn of_extension(extension: &str) -> Option<Self> {
        Some(match extension {
            "js" | "jsx" | "ts" | "tsx" | "go" | "java" | "kt" | "kts" | "scala" | "swift" | "c" | "h" | "cc" | "cpp" | "hpp" | "cs"
            | "csharp" | "rs" | "rust" | "php" | "dart" | "groovy" | "gradle" | "proto" | "m" | "kotlin" | "jsonc" | "json5" => Self::Slash,
            "rb" | "ruby" | "py" | "python" | "ex" | "exs" | "elixir" | "pl" | "r" | "jl" | "coffee" | "cr" | "nim" | "tf" | "hcl" => {
                Self::Hash
            }
            "ps1" | "psm1" | "powershell" | "fish" | "mk" | "makefile" | "just" | "env" | "dotenv" | "ini" | "cfg" | "conf"
            | "properties" | "rest" => Self::Shell,
            "sql" | "lua" | "hs" | "elm" => Self::Dash,
            "http" | "bru" | "har" | "txt.http" => Self::None,
            _ => return None,
        })
    }
}

/// The stretches that speak to a reader, sorted, disjoint. Linear.
pub(super) fn prose(text: &str, family: Family) -> Vec<Range<usize>> {
    match family {
        Family::Prose => std::iter::once(0..text.len()).collect(),
        Family::None => line_comments(text),
        Family::Yaml => yaml(text),
        Family::Slash | Family::Hash | Family::Shell | Family::Dash => code(text, family),
    }
}

/// In an unknown language: whole lines that start as a comment.
fn line_comments(text: &str) -> Vec<Range<usize>> {
    let mut at = 0;
    let mut out = Vec::new();
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_start();
        if ["#", "//", "--", ";;", "<!--"].iter().any(|mark| trimmed.starts_with(mark)) {
            out.push(at..at + line.len());
        }
        at += line.len();
    }
    out
}

/// Block scalars, and comments.
fn yaml(text: &str) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    let mut block: Option<(usize, usize)> = None;
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let content = line.trim();
        if let Some((parent, start)) = block {
            if content.is_empty() || indent > parent {
                at += line.len();
                continue;
            }
            out.push(start..at);
            block = None;
        }
        let (before, comment) = split_comment(line);
        if let Some(comment) = comment {
            out.push(at + comment..at + line.len());
        }
        let head = before.trim_end().trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-'));
        if head.ends_with(['|', '>']) && (head.len() == 1 || head.ends_with(" |") || head.ends_with(" >")) {
            block = Some((indent, at + line.len()));
        }
        at += line.len();
    }
    if let Some((_, start)) = block {
        out.push(start..at);
    }
    out
}

/// The line before its YAML comment, and where that starts.
fn split_comment(line: &str) -> (&str, Option<usize>) {
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '"' | '\'') if matches!(before, ' ' | '[' | '{' | ',') => quote = Some(c),
            (None, '#') if before.is_whitespace() => return (line.get(..at).unwrap_or(line), Some(at)),
            _ => {}
        }
        before = c;
    }
    (line, None)
}

/// Comments and doc strings of a program.
fn code(text: &str, family: Family) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let rest = bytes.get(at..).unwrap_or_default();
        let (end, speaks) = match byte {
            b'"' | b'\'' if family == Family::Hash && (rest.starts_with(b"\"\"\"") || rest.starts_with(b"'''")) => {
                let quote = rest.get(..3).unwrap_or_default();
                (at + 3 + until(rest.get(3..).unwrap_or_default(), quote), true)
            }
            b'"' | b'\'' => (at + string_len(rest, byte, family == Family::Shell), false),
            b'`' if family == Family::Slash => (at + string_len(rest, byte, true), false),
            b'/' if family == Family::Slash && rest.starts_with(b"/*") => (at + 2 + until(rest.get(2..).unwrap_or_default(), b"*/"), true),
            b'/' if family == Family::Slash && rest.starts_with(b"//") && !preceded_by(bytes, at, b':') => (at + until(rest, b"\n"), true),
            b'#' if matches!(family, Family::Hash | Family::Shell) && starts_comment(bytes, at) => (at + until(rest, b"\n"), true),
            b'-' if family == Family::Dash && rest.starts_with(b"--") => (at + until(rest, b"\n"), true),
            b'<' if rest.starts_with(b"<!--") => (at + 4 + until(rest.get(4..).unwrap_or_default(), b"-->"), true),
            b'\\' => (at + 2, false),
            _ => (at + 1, false),
        };
        let end = end.min(bytes.len());
        if speaks {
            out.push(at..end);
        }
        at = end.max(at + 1);
    }
    out
}

/// `#` opens a comment at a line's start and after a blank; `${#x}`, `a#b` and `#{x}` do not.
fn starts_comment(bytes: &[u8], at: usize) -> bool {
    let free = at == 0 || bytes.get(at - 1).is_some_and(u8::is_ascii_whitespace);
    free && bytes.get(at + 1) != Some(&b'{')
}

fn preceded_by(bytes: &[u8], at: usize, byte: u8) -> bool {
    at > 0 && bytes.get(at - 1) == Some(&byte)
}

/// The bytes up to and with `end`, or all.
fn until(bytes: &[u8], end: &[u8]) -> usize {
    memchr::memmem::find(bytes, end).map_or(bytes.len(), |at| at + end.len())
}

/// The length of a string literal with its quotes; one that may not go over lines ends at the line's end.
fn string_len(bytes: &[u8], quote: u8, over_lines: bool) -> usize {
    let mut at = 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' if !over_lines => return at,
            _ if byte == quote => return at + 1,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(text: &str, family: Family) -> Vec<&str> {
        prose(text, family).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn comments_and_doc_strings_speak_to_a_reader() {
        assert_eq!(spoken("a = 'x # y' # no\nb", Family::Hash), ["# no\n"]);
        assert_eq!(spoken("f()\n'''say\nso'''\n", Family::Hash), ["'''say\nso'''"]);
        assert_eq!(spoken("g('http://a') // c\n/* d */ h", Family::Slash), ["// c\n", "/* d */"]);
        assert_eq!(spoken("curl \"a\n# b\" # c", Family::Shell), ["# c"]);
        assert_eq!(spoken("# c\n// d\nx: y # z\n", Family::None), ["# c\n", "// d\n"]);
    }

    #[test]
    fn block_scalars_speak_to_a_reader() {
        let text = "a: >-\n  do not\n  send\nb: x # c\nc: |\n  y\n";
        assert_eq!(spoken(text, Family::Yaml), ["  do not\n  send\n", "# c\n", "  y\n"]);
        assert_eq!(spoken("a: 'x # y'\nb: it's # z\n", Family::Yaml), ["# z\n"]);
    }
}
