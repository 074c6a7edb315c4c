//! Variables that hold a credential, as shells and HTTP files name them. They live as long as the document: the samples
//! of a page are run one after the other.

use std::collections::HashMap;
use std::ops::Range;

use crate::model::{Key, Span};

/// What a document's variables hold.
#[derive(Debug, Default)]
pub(in crate::parse) struct Variables {
    held: HashMap<String, Held>,
    /// Whether the program there tells keys of this kind apart.
    apart: HashMap<(Span, usize), bool>,
}

/// A credential that a variable holds.
#[derive(Debug, Clone)]
pub(super) struct Held {
    /// The index of its kind.
    pub(super) kind: usize,
    /// Where it stands.
    pub(super) span: Span,
    /// The credential.
    pub(super) value: String,
}

/// A place where a variable that holds a credential is used.
#[derive(Debug)]
pub(super) struct Usage {
    pub(super) range: Range<usize>,
    pub(super) held: Held,
}

impl Variables {
    /// Whether a program tells keys of a kind apart: asked for each of its values, found out once.
    pub(super) fn tells_apart(&mut self, program: (Span, usize), look: impl FnOnce() -> bool) -> bool {
        *self.apart.entry(program).or_insert_with(look)
    }

    /// Reads a text from its start to its end: assignments of `keys`, other assignments, and uses. `span` tells where a
    /// range of the text stands.
    pub(super) fn read(&mut self, text: &str, keys: &[Key], span: impl Fn(Range<usize>) -> Span) -> Vec<Usage> {
        if keys.is_empty() && self.held.is_empty() {
            return Vec::new();
        }
        let mut usages = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let end = start + line.len();
            self.uses(line, start, &mut usages);
            if let Some((name, value)) = assignment(line) {
                let value = start + value..end;
                let first = keys.partition_point(|key| key.range.start < value.start);
                let held = keys.get(first).filter(|key| key.range.end <= value.end && opens(text, &value, &key.range)).map(|key| Held {
                    kind: key.kind,
                    span: span(key.range.clone()),
                    value: text.get(key.range.clone()).unwrap_or_default().to_owned(),
                });
                match held {
                    Some(held) => self.held.insert(name.to_owned(), held),
                    None => self.held.remove(name),
                };
            }
            start = end;
        }
        usages
    }

    /// The uses on a line.
    fn uses(&self, line: &str, start: usize, out: &mut Vec<Usage>) {
        if self.held.is_empty() {
            return;
        }
        for (at, c) in line.char_indices().filter(|(_, c)| matches!(c, '$' | '{')) {
            let rest = line.get(at..).unwrap_or_default();
            let (before, after) = match c {
                '$' if rest.starts_with("${") => (2, "}"),
                '$' => (1, ""),
                _ if rest.starts_with("{{") => (2, "}}"),
                _ => continue,
            };
            let inner = rest.get(before..).unwrap_or_default();
            let name_at = inner.len() - inner.trim_start_matches(' ').len();
            let name_end = name_at + name_len(inner.get(name_at..).unwrap_or_default());
            let name = inner.get(name_at..name_end).unwrap_or_default();
            let closing = inner.get(name_end..).unwrap_or_default();
            let blanks = closing.len() - closing.trim_start_matches(' ').len();
            if closing.get(blanks..).is_some_and(|rest| rest.starts_with(after))
                && let Some(held) = self.held.get(name)
            {
                let blanks = if after.is_empty() { 0 } else { blanks };
                let end = at + before + name_end + blanks + after.len();
                out.push(Usage { range: start + at..start + end, held: held.clone() });
            }
        }
    }
}

fn name_len(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len())
}

/// The name that a line assigns to, and where the value begins: `export KEY=…`, `set -x KEY …`, `$env:KEY = …`, `@key = …`.
fn assignment(line: &str) -> Option<(&str, usize)> {
    const OPENERS: [&str; 9] = ["export ", "set -gx ", "set -x ", "set ", "$env:", "declare -x ", "local ", "readonly ", "@"];
    let mut rest = line.trim_start().trim_start_matches(['$', '>', '%', '#']).trim_start();
    if line.trim_start().starts_with("$env:") {
        rest = line.trim_start();
    }
    let opener = OPENERS.iter().find(|opener| rest.starts_with(**opener));
    rest = rest.get(opener.map_or(0, |opener| opener.len())..)?.trim_start();
    let name = rest.get(..name_len(rest)).filter(|name| !name.is_empty())?;
    let after = rest.get(name.len()..)?;
    let fish = opener.is_some_and(|opener| opener.starts_with("set -")) && after.starts_with(' ');
    let spaced = opener.is_some_and(|opener| matches!(*opener, "$env:" | "@"));
    let equals = if spaced { after.trim_start() } else { after };
    if !fish && !equals.starts_with('=') {
        return None;
    }
    let value = if fish { after } else { equals.get(1..)? };
    Some((name, line.len() - value.len()))
}

/// Whether a value begins with the credential, perhaps as a default: `"K"`, `${KEY:-K}`.
fn opens(text: &str, value: &Range<usize>, key: &Range<usize>) -> bool {
    let before = text.get(value.start..key.start).unwrap_or_default().trim_start_matches([' ', '"', '\'', '<']);
    before.is_empty() || (before.starts_with("${") && before.ends_with(":-"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Vocabulary;

    fn used(texts: &[&str]) -> Vec<String> {
        let mut vocabulary = Vocabulary::default();
        vocabulary.credentials.push(toml::from_str("name = 'k'\nprefix = 'ra_ws_'").unwrap());
        let mut variables = Variables::default();
        let mut out = Vec::new();
        for text in texts {
            let keys: Vec<Key> = vocabulary.keys(text).collect();
            let usages = variables.read(text, &keys, |range| range.into());
            out.extend(usages.into_iter().map(|usage| format!("{} {}", &text[usage.range], usage.held.value)));
        }
        out
    }

    #[test]
    fn a_variable_holds_what_was_assigned_last() {
        assert_eq!(used(&["export KEY=\"ra_ws_a\"\n", "curl -H \"B: $KEY\" ${KEY}\n"]), ["$KEY ra_ws_a", "${KEY} ra_ws_a"]);
        assert_eq!(used(&["KEY=ra_ws_a\nKEY=$JWT\ncurl $KEY\n"]), Vec::<String>::new());
        assert_eq!(used(&["curl $KEY\nKEY=ra_ws_a\n"]), Vec::<String>::new());
        assert_eq!(used(&["$ export KEY=ra_ws_a\n$ curl $KEYS $KEY/x\n"]), ["$KEY ra_ws_a"]);
        assert_eq!(used(&["@key = ra_ws_a\n", "A: {{key}}\n"]), ["{{key}} ra_ws_a"]);
        assert_eq!(used(&["KEY=\"${OTHER:-ra_ws_a}\"\ncurl $KEY"]), ["$KEY ra_ws_a"]);
        assert_eq!(used(&["set -x KEY ra_ws_a\ncurl $KEY"]), ["$KEY ra_ws_a"]);
        assert_eq!(used(&["KEY='Bearer ra_ws_a'\ncurl $KEY"]), Vec::<String>::new());
    }
}
