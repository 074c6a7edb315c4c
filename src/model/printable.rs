use std::borrow::Cow;
use std::fmt::Write as _;

/// The text with every character escaped (`\u{202e}`) that would do something to its surroundings, tabs and line ends too:
/// a file's name can't drive a terminal, nor begin a line of its own.
///
/// CI runners obey `##[command]` and `##vso[command]` anywhere in what they log, so those are taken apart as well.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_disruptive) && !text.contains("##") {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_disruptive(c) || (c == '[' && ends_like_command(&out)) {
            let _infallible = write!(out, "{}", c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out.into()
}

/// JSON with everything escaped that [`printable`] would escape. The result says the same.
pub fn printable_json(json: &str) -> Cow<'_, str> {
    let obeyed = |c: char| !c.is_ascii_control() && is_disruptive(c);
    if !json.contains(|c: char| obeyed(c) || c == '\u{7f}') && !json.contains("##") {
        return json.into();
    }
    let mut out = String::with_capacity(json.len() + 8);
    for c in json.chars() {
        // Outside of strings there is nothing but ASCII, and no `#`. Within them the lower controls are escaped already.
        if obeyed(c) || c == '\u{7f}' || (c == '#' && out.ends_with('#')) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _infallible = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out.into()
}

/// Whether a `[` after this text would begin a command of a CI runner: `##[error]`, `##vso[…]`, `##teamcity[…]`.
pub fn ends_like_command(text: &str) -> bool {
    text.trim_end_matches(|c: char| c.is_ascii_alphabetic()).ends_with("##")
}

/// One character to show in the place of one: itself, or a picture of it if it would do something to its surroundings.
/// A tab and a line feed are left to the caller.
pub fn visible(c: char) -> char {
    match c {
        '\t' | '\n' => c,
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\u{7f}' => '\u{2421}',
        _ if is_disruptive(c) => char::REPLACEMENT_CHARACTER,
        _ => c,
    }
}

/// Whether a character changes how others are shown, or can't be seen though it means something: control characters,
/// separators of lines, bidirectional controls (Unicode Standard Annex #9), tags. What joins letters or emoji is none.
pub fn is_disruptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' // bidirectional controls
            | '\u{2028}' | '\u{2029}' // line and paragraph separator
            | '\u{200b}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{feff}' // invisible
            | '\u{fff9}'..='\u{fffb}' // interlinear annotation
            | '\u{e0000}'..='\u{e007f}' // tags
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "a\u{0}\u{1b}[31m\r\u{7f}\u{9b}\u{202e}\u{2028}\u{feff}";
    const HARMLESS: &str = "é漢👨\u{200d}👩🏽\u{200c}";

    #[test]
    fn what_disrupts_is_replaced_and_what_people_write_is_not() {
        let shown: String = HOSTILE.chars().chain("\t\n".chars()).map(visible).collect();
        assert_eq!(shown, "a␀␛[31m␍␡\u{fffd}\u{fffd}\u{fffd}\u{fffd}\t\n");
        assert_eq!(HARMLESS.chars().map(visible).collect::<String>(), HARMLESS);
    }

    #[test]
    fn json_says_the_same_in_harmless_characters() {
        let text = format!("{HOSTILE}{HARMLESS}\u{e0041} ##[error] ### ####");
        let json = serde_json::to_string_pretty(&serde_json::json!({ "a": [text] })).unwrap();
        let shown = printable_json(&json);
        assert!(!shown.contains(|c| c != '\n' && is_disruptive(c)) && !shown.contains("##"), "{shown}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap()["a"][0], text);
    }

    #[test]
    fn names_are_escaped() {
        assert_eq!(printable("##[error]x ##vso[a] ## [b] #[c]"), r"##\u{5b}error]x ##vso\u{5b}a] ## [b] #[c]");
        assert_eq!(printable(HOSTILE), r"a\u{0}\u{1b}[31m\u{d}\u{7f}\u{9b}\u{202e}\u{2028}\u{feff}");
        assert_eq!(printable("a\nb\tc"), r"a\u{a}b\u{9}c");
        assert!(matches!(printable(HARMLESS), Cow::Borrowed(HARMLESS)));
    }
}
