//! Names and their words, and what constants look like.

pub(super) fn singular(word: &str) -> &str {
    match word.strip_suffix('s') {
        Some(one) if !one.ends_with('s') && one.len() > 2 => one,
        _ => word,
    }
}

/// The words of a name, in lower case: `dbPassword2`, `DB_PASSWORD_2`, `db-password-2`, `DBPassword`, `dbpassword2`.
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
            push(&mut out, std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
    }
    if !word.is_empty() {
        push(&mut out, word);
    }
    out
}

/// Adds a word, or two that are written as one: `scmpasswd`, `authenticationkey`. Programs that make passwords are called by one word, and
/// several words that say what is done with one stay together: `promptforpassword`.
fn push(out: &mut Vec<String>, word: String) {
    const JOINED: [&str; 4] = ["password", "passwords", "passwd", "passphrase"];
    const PROGRAMS: [&str; 8] = ["ht", "mk", "ch", "gp", "sm", "smb", "vnc", "l"];
    const OF_KEYS: [&str; 8] = ["auth", "authentication", "authorization", "session", "encryption", "decryption", "signing", "master"];
    const DONE: [&str; 12] = ["for", "change", "reset", "prompt", "require", "requires", "set", "is", "has", "no", "crypt", "hash"];
    /// The longest word that is the owner of one, in letters.
    const MAX_OWNER: usize = 12;
    let is_owner = |owner: &&str| {
        (1..=MAX_OWNER).contains(&owner.len()) && !PROGRAMS.contains(owner) && !DONE.iter().any(|verb| owner.ends_with(verb))
    };
    let owner = JOINED.iter().find_map(|end| word.strip_suffix(end)).filter(is_owner);
    let owner = owner.or_else(|| word.strip_suffix("key").filter(|owner| OF_KEYS.contains(owner)));
    if let Some(length) = owner.map(str::len) {
        out.extend([word.get(..length), word.get(length..)].into_iter().flatten().map(ToOwned::to_owned));
    } else {
        out.push(word);
    }
}

/// Whether digits belong to the word before them: `base64`, `sha256`, `md5`, `b64`.
fn is_named_number(word: &str, next: char, after: Option<char>) -> bool {
    let is_digit = next.is_ascii_digit();
    let known = ["base", "sha", "md", "b", "argon", "pbkdf", "crc", "erc", "blake"];
    (is_digit && known.contains(&word)) || (!is_digit && word.ends_with('2') && matches!(next, 'b' | 's') && after.is_none())
}

/// Whether characters can only have been generated: hexadecimal, or letters of both cases and digits in no order.
pub(super) fn looks_generated(constant: &str) -> bool {
    const LEAST: usize = 24;
    let count = |is: fn(&u8) -> bool| constant.bytes().filter(is).count();
    let (digits, upper, lower) = (count(u8::is_ascii_digit), count(u8::is_ascii_uppercase), count(u8::is_ascii_lowercase));
    let is_hex = || count(u8::is_ascii_hexdigit) == constant.len() && digits >= 6 && upper.max(lower) >= 4;
    let is_mixed = || digits >= 4 && upper >= 4 && lower >= 4 && !constant.contains("example");
    constant.len() >= LEAST
        && constant.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
        && (is_hex() || is_mixed())
}

/// Whether the word behind `hash` makes it a table: `HashMap`.
pub(super) fn is_of_table(next: Option<&String>) -> bool {
    next.is_some_and(|next| matches!(next.as_str(), "map" | "set" | "table"))
}

/// Whether a text has this sign of a trade: a short word only where no other letters stand around it, `llm` and not `enrollment`.
pub(super) fn has_sign(text: &str, sign: &str) -> bool {
    /// Up to how many letters a word is short.
    const SHORT: usize = 4;
    if sign.len() > SHORT || !sign.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return text.contains(sign);
    }
    let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_lowercase);
    let bytes = text.as_bytes();
    memchr::memmem::find_iter(bytes, sign.as_bytes())
        .any(|at| !is_letter(at.checked_sub(1).and_then(|before| bytes.get(before))) && !is_letter(bytes.get(at + sign.len())))
}
