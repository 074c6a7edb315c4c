//! Where the text of a `script` element ends (WHATWG HTML, 13.2.5.4 and 13.2.5.15 to 13.2.5.31).

use memchr::memchr2_iter;

use super::tokenizer::is_space;

/// The script data states, as far as they decide where a script ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Data,
    /// After `<!--`: `</script` ends the script, `<script` leads to the next state.
    Escaped,
    /// `</script` leads back to the state before.
    DoubleEscaped,
}

/// The offset of the end tag of the script whose text starts at `start`, or the end of the source.
pub(super) fn end(source: &[u8], start: usize) -> usize {
    let rest = source.get(start..).unwrap_or_default();
    let mut state = State::Data;
    for found in memchr2_iter(b'<', b'>', rest) {
        let at = start + found;
        if source.get(at) == Some(&b'>') {
            // The dashes of `<!--` count too: `<!-->` is whole.
            if state != State::Data && source.get(start..at).is_some_and(|before| before.ends_with(b"--")) {
                state = State::Data;
            }
            continue;
        }
        let after = source.get(at + 1..).unwrap_or_default();
        match state {
            State::Data | State::Escaped if is_word(after, b"/script") => return at,
            State::Data if after.starts_with(b"!--") => state = State::Escaped,
            State::Escaped if is_word(after, b"script") => state = State::DoubleEscaped,
            State::DoubleEscaped if is_word(after, b"/script") => state = State::Escaped,
            _ => {}
        }
    }
    source.len()
}

/// Whether `text` starts with `word` and then with white space, a slash or `>`.
fn is_word(text: &[u8], word: &[u8]) -> bool {
    text.get(..word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word))
        && text.get(word.len()).is_some_and(|&byte| is_space(byte) || matches!(byte, b'/' | b'>'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(source: &str) -> &str {
        &source[..end(source.as_bytes(), 0)]
    }

    #[test]
    fn an_end_tag_in_a_string_ends_the_script() {
        assert_eq!(text("a='</script>'"), "a='");
        assert_eq!(text("a='</scripts></SCRIPT\n>"), "a='</scripts>");
        assert_eq!(text("a<b</script"), "a<b</script");
    }

    #[test]
    fn a_script_within_a_comment_within_a_script_needs_its_own_end_tag() {
        assert_eq!(text("<!-- </script>x"), "<!-- ");
        assert_eq!(text("<!-- <script> </script> y </script>z"), "<!-- <script> </script> y ");
        assert_eq!(text("<!-- <script> --></script>z"), "<!-- <script> -->");
        assert_eq!(text("<!--><script></script>z"), "<!--><script>");
        assert_eq!(text("<!-- <scripty></script>z"), "<!-- <scripty>");
    }
}
