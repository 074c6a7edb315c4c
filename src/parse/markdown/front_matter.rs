//! Data at the head of a page: YAML between `---` lines, TOML between `+++` lines, or a JSON object.

use memchr::memchr;

use crate::model::Text;
use crate::parse::Format;

/// The data at the head of `text` with its format, and where the page itself starts.
pub(in crate::parse) fn split<'s>(text: &Text<'s>) -> (Option<(Text<'s>, Format)>, usize) {
    let chars = text.as_str();
    let (first, body) = first_line(chars);
    match first {
        "---" => fenced(text, body, &["---", "..."], Format::Yaml),
        "+++" => fenced(text, body, &["+++"], Format::Toml),
        // Hugo and Eleventy (`---json`).
        "---json" => fenced(text, body, &["---"], Format::Json),
        "---toml" => fenced(text, body, &["---"], Format::Toml),
        "---yaml" => fenced(text, body, &["---"], Format::Yaml),
        "{" => match object_end(chars) {
            Some(end) => (Some((text.slice(0..end), Format::Json)), end),
            None => (None, 0),
        },
        _ => (None, 0),
    }
}

fn fenced<'s>(text: &Text<'s>, start: usize, ends: &[&str], format: Format) -> (Option<(Text<'s>, Format)>, usize) {
    let chars = text.as_str();
    let mut at = start;
    while at < chars.len() {
        let (line, length) = first_line(&chars[at..]);
        if ends.contains(&line) {
            return (Some((text.slice(start..at), format)), at + length);
        }
        at += length;
    }
    (None, 0)
}

/// The first line without trailing white space, and where the next one starts.
fn first_line(chars: &str) -> (&str, usize) {
    let end = memchr(b'\n', chars.as_bytes()).map_or(chars.len(), |at| at + 1);
    (chars[..end].trim_end(), end)
}

/// The end of the JSON object that `chars` starts with, if a line ends there.
fn object_end(chars: &str) -> Option<usize> {
    let (mut depth, mut in_string, mut escaped) = (0usize, false, false);
    for (at, byte) in chars.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' => depth += 1,
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return first_line(&chars[at + 1..]).0.is_empty().then_some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(chars: &str) -> Option<(String, Format, &str)> {
        let text = Text::exact(chars, 0);
        let (data, end) = split(&text);
        data.map(|(data, format)| (data.as_str().to_owned(), format, &chars[end..]))
    }

    #[test]
    fn yaml_toml_and_json() {
        assert_eq!(head("---\na: 1\n---\n# x"), Some(("a: 1\n".to_owned(), Format::Yaml, "# x")));
        assert_eq!(head("---  \r\na: 1\r\n...\r\n# x"), Some(("a: 1\r\n".to_owned(), Format::Yaml, "# x")));
        assert_eq!(head("+++\na = 1\n+++\n"), Some(("a = 1\n".to_owned(), Format::Toml, "")));
        assert_eq!(head("{\n \"a\": \"}\\\"\"\n}\n\n# x"), Some(("{\n \"a\": \"}\\\"\"\n}".to_owned(), Format::Json, "\n\n# x")));
    }

    #[test]
    fn a_rule_is_no_front_matter() {
        assert_eq!(head("---\nno end\n"), None);
        assert_eq!(head("text\n---\na: 1\n---\n"), None);
        assert_eq!(head("{\nbraces {\n"), None);
        assert_eq!(head("{\n} text\n"), None);
        assert_eq!(head(""), None);
    }
}
