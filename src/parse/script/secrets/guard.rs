//! Tests around what is shown: whoever asks to see secrets gets them, and whoever sorts names out shows none.

use super::owners::is_constant;
use super::walk::Found;
use super::{Secrets, asked};

/// How many lines before something a test is looked for.
const MAX_LINES: usize = 40;

/// The same in bytes.
const MAX_BYTES: usize = 8_000;

/// How many tests around something are looked at.
const MAX_TESTS: usize = 4;

impl Secrets<'_, '_> {
    /// Whether a secret is only shown to those who asked for it: `if (!censor)`, `if args.show_password`.
    pub(super) fn is_revealed(&self, found: &Found) -> bool {
        tests(self.script.text.as_str(), found.range.start).any(|test| self.vocabulary.words.is_revealing(test))
    }

    /// Whether the other branch around what is shown has stars in its place: `if sensitive: log("(redacted)") else: log(body)`.
    pub(super) fn is_sorted_by_branch(&self, found: &Found) -> bool {
        const STARS: [&str; 3] = ["redacted", "masked", "***"];
        let before = self.script.text.as_str().get(..found.range.start).unwrap_or_default();
        let indent = |line: &str| line.len() - line.trim_start().len();
        let mut lines = before.rsplit('\n').take(MAX_LINES);
        let Some(own) = lines.next().map(indent) else { return false };
        let mut other = lines.skip_while(|line| line.trim().is_empty() || indent(line) >= own);
        let Some(at) = other.next().filter(|line| line.trim_start_matches(['}', ' ', '\t']).starts_with("else")).map(indent) else {
            return false;
        };
        other.take_while(|line| indent(line) > at).any(|line| STARS.iter().any(|stars| line.to_ascii_lowercase().contains(stars)))
    }

    /// Whether what is shown is one of several variables, whose names are looked at: `if "KEY" in name`.
    pub(super) fn is_sorted_by_name(&self, found: &Found) -> bool {
        const WORDS: [&str; 6] = ["KEY", "SECRET", "TOKEN", "PASS", "PASSWORD", "_KEY"];
        const BEFORE: [&str; 3] = ["includes(", "include?(", "contains("];
        let shown = self.script.text.as_str().get(found.range.clone()).unwrap_or_default();
        if !is_constant(&found.name) || shown.contains(found.name.as_str()) {
            return false;
        }
        tests(self.script.text.as_str(), found.range.start).any(|test| {
            WORDS.iter().any(|word| {
                ['"', '\''].iter().any(|quote| {
                    let quoted = format!("{quote}{word}{quote}");
                    test.match_indices(&quoted).any(|(at, _)| {
                        let (before, after) = (test.get(..at).unwrap_or_default(), test.get(at + quoted.len()..).unwrap_or_default());
                        after.trim_start().starts_with("in ") || BEFORE.iter().any(|call| before.to_ascii_lowercase().ends_with(call))
                    })
                })
            })
        })
    }
}

/// The tests around a place of a text, as far as its lines are indented: those of its own line first. An `else` stands for the test
/// before it.
fn tests(text: &str, at: usize) -> impl Iterator<Item = &str> {
    let before = asked::before(text, at, MAX_BYTES);
    let mut lines = before.rsplit('\n').take(MAX_LINES);
    let own = lines.next().unwrap_or_default();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut depth = indent(own);
    let mut is_else = false;
    let outer = lines.filter(move |line| {
        let content = line.trim();
        let here = indent(line);
        if content.is_empty() || here > depth || (here == depth && !is_else) {
            return false;
        }
        depth = here;
        is_else = content.starts_with("else") || content.starts_with("} else") || content.starts_with("elif");
        true
    });
    std::iter::once(own).chain(outer).map(str::trim).filter(|line| is_test(line)).take(MAX_TESTS)
}

/// Whether a line begins with a test.
fn is_test(line: &str) -> bool {
    let line = line.trim_start_matches(['}', ' ']);
    ["if ", "if(", "if!", "elif ", "else if", "elseif", "elsif ", "unless "]
        .iter()
        .any(|start| line.get(..start.len()).is_some_and(|line| line.eq_ignore_ascii_case(start)))
}

/// Whether a program is of others, whose package was put into the repository as it is installed.
pub(super) fn is_vendored(path: &str) -> bool {
    path.split('/')
        .any(|folder| matches!(folder, "node_modules" | "site-packages" | "dist-packages" | "bower_components" | "venv" | ".venv"))
}
