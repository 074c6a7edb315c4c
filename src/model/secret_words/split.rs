//! Names and their words.

pub(super) fn singular(word: &str) -> &str {
    match word.strip_suffix('s') {
        Some(one) if !one.ends_with('s') && one.len() > 2 => one,
        _ => word,
    }
}

/// The words of a name, in lower case: `dbPassword2`, `DB_PASSWORD_2`, `db-password-2`, `DBPassword`.
pub(in crate::model) fn words(name: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    let chars: Vec<char> = name.chars().collect();
    for (index, &c) in chars.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| chars.get(before)).copied();
        let after = chars.get(index + 1).copied();
        let begins = match before {
            Some(before) if before.is_alphanumeric() => {
                (c.is_uppercase() && (before.is_lowercase() || (before.is_uppercase() && after.is_some_and(char::is_lowercase))))
                    || (c.is_ascii_digit() != before.is_ascii_digit() && !is_named_number(&word, c, after))
            }
            _ => true,
        };
        if (begins || !c.is_alphanumeric()) && !word.is_empty() {
            out.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
    }
    if !word.is_empty() {
        out.push(word);
    }
    out
}

/// Whether digits belong to the word before them: `base64`, `sha256`, `md5`, `b64`.
fn is_named_number(word: &str, next: char, after: Option<char>) -> bool {
    let is_digit = next.is_ascii_digit();
    let known = ["base", "sha", "md", "b", "argon", "pbkdf", "crc", "erc", "blake"];
    (is_digit && known.contains(&word)) || (!is_digit && word.ends_with('2') && matches!(next, 'b' | 's') && after.is_none())
}
