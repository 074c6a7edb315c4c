//! What every reader of YAML accepts and the specification does not: a flow collection whose next lines stand no deeper than
//! the key that holds it.
//!
//! ```yaml
//! labels: [
//!   bug
//! ]
//! ```

use crate::model::{Text, TextBuilder};

/// No one indents deeper.
const MAX_PAD: usize = 128;
/// How much may be inserted beyond the text's own length.
const MAX_INSERTED: usize = 64 * 1024;

/// The text with such lines moved under the bracket that they belong to; `None` if there are none.
pub(super) fn relaxed(text: &Text<'_>) -> Option<Text<'static>> {
    let chars = text.as_str();
    let mut builder = TextBuilder::new();
    let (mut copied, mut line_start, mut line_end, mut at) = (0, 0, 0, 0);
    let mut inserted = 0;
    while at < chars.len() {
        // A line may hold any number of collections.
        if at >= line_end {
            line_end = chars[at..].find('\n').map_or(chars.len(), |offset| at + offset + 1);
        }
        let Some(open) = opening(&chars[line_start..line_end], at - line_start) else {
            (line_start, at) = (line_end, line_end);
            continue;
        };
        let pad = " ".repeat(open.min(MAX_PAD));
        let (lines, end) = flow(chars, line_start + open);
        let Some(end) = end else { break };
        if inserted + lines.len() * pad.len() > chars.len() + MAX_INSERTED {
            return None;
        }
        for line in lines {
            let indentation = chars[line..].bytes().take(pad.len()).take_while(|&byte| byte == b' ').count();
            let missing = &pad[indentation..];
            builder.push(text, copied..line);
            builder.escaped(missing, text.span(line..line));
            inserted += missing.len();
            copied = line;
            line_start = line;
        }
        at = end;
    }
    if inserted == 0 {
        return None;
    }
    builder.push(text, copied..chars.len());
    Some(builder.finish())
}

/// Where on the line, from `from` on, a flow collection begins as a value.
fn opening(line: &str, from: usize) -> Option<usize> {
    let candidates = line[from..].match_indices(['[', '{']).map(|(at, _)| from + at);
    candidates.take(8).find(|&at| {
        let before = line[..at].trim_end_matches([' ', '\t']);
        before.is_empty() || (before.len() < at && before.ends_with([':', '-']))
    })
}

/// The starts of the lines within the flow collection that begins at `open`, and its end, if it has one.
fn flow(chars: &str, open: usize) -> (Vec<usize>, Option<usize>) {
    let bytes = chars.as_bytes();
    let (mut lines, mut depth, mut at) = (Vec::new(), 0usize, open);
    // Whether a word may begin here: only then quotes and `#` mean something.
    let mut fresh = true;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => {
                depth -= 1;
                if depth == 0 {
                    return (lines, Some(at));
                }
            }
            b'\n' => lines.push(at),
            b'#' if bytes.get(at.wrapping_sub(2)).is_some_and(u8::is_ascii_whitespace) => {
                at = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |offset| at + offset);
            }
            b'"' | b'\'' if fresh => {
                while let Some(&inner) = bytes.get(at) {
                    at += 1;
                    match inner {
                        b'\\' if byte == b'"' => at += 1,
                        b'\n' => lines.push(at),
                        _ if inner == byte => break,
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        fresh = matches!(byte, b'[' | b'{' | b',' | b':' | b' ' | b'\t' | b'\n' | b'\r');
    }
    (lines, None)
}

#[cfg(test)]
mod tests {
    use super::super::read_leniently;
    use crate::model::Text;

    #[test]
    fn a_bracket_may_close_where_its_key_begins() {
        let source = "a: \"x\"\nb: [\n  'y',\n  \"]\", # ]\n]\nc:\n  - d: {\n  e: don't }\n  - [f,\ng]\nh: i\n";
        let (text, tree) = read_leniently(&Text::exact(source, 0));
        assert_eq!(tree.broken, None);
        let root = tree.roots().next().unwrap();
        let items: Vec<_> = root.get("b").unwrap().items().filter_map(|item| item.as_str()).collect();
        assert_eq!(items, ["y", "]"]);
        let second = root.get("c").unwrap().items().next().unwrap();
        let word = second.at(&["d", "e"]).unwrap();
        assert_eq!(word.as_str(), Some("don't"));
        assert_eq!(&source[word.span(&text).range()], "don't");
        assert_eq!(root.get("h").unwrap().as_str(), Some("i"));
    }

    #[test]
    fn many_collections_on_one_line_take_linear_time() {
        let source = format!("a: [\nb\n] x\n{}\n", "- [] ".repeat(200_000));
        assert!(read_leniently(&Text::exact(&source, 0)).1.broken.is_some());
    }

    #[test]
    fn what_is_broken_otherwise_stays_broken() {
        for source in ["a: [\nb: c\n", "a: [\n]\nb: {{ x }} y\n", "[\"\\", "- [\n# "] {
            assert!(read_leniently(&Text::exact(source, 0)).1.broken.is_some(), "{source:?}");
        }
    }
}
