//! Commands of a pipeline that hand on what they read with little changed: `sed 's/^/  /'`, `tr -d '\n'`, `jq .`.

use super::super::ir::{Call, ExprKind};

/// Whether a command of this name leaves what it reads to be read, with these words.
pub(super) fn keeps(name: &str, call: &Call<'_>) -> bool {
    if !matches!(name, "sed" | "tr" | "awk" | "jq") {
        return false;
    }
    let words: Option<Vec<_>> = call
        .arguments
        .iter()
        .map(|argument| match &argument.value.kind {
            ExprKind::Literal(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    let Some(words) = words else { return false };
    let (options, operands): (Vec<_>, Vec<_>) = words.iter().copied().partition(|word| word.starts_with('-') && word.len() > 1);
    match name {
        "sed" => {
            options.iter().all(|option| matches!(*option, "-e" | "-E" | "-r" | "-u")) && operands.iter().all(|script| only_adds(script))
        }
        "tr" => options.iter().all(|option| matches!(*option, "-d" | "-s")) && operands.iter().all(|set| is_blank(set)),
        "awk" => {
            options.is_empty() && operands.iter().all(|program| matches!(program.replace(' ', "").as_str(), "{print}" | "{print$0}" | "1"))
        }
        _ => operands.iter().all(|filter| *filter == "."),
    }
}

/// Whether a program of sed only puts something before or behind each line: `s/^/  /`.
fn only_adds(program: &str) -> bool {
    let Some(rest) = program.strip_prefix('s') else { return false };
    let Some(sign) = rest.chars().next() else { return false };
    let mut parts = rest.split(sign).skip(1);
    matches!(parts.next(), Some("^" | "$"))
}

/// Whether a set of characters of tr holds none of a secret: ends of lines, blanks, quotes.
fn is_blank(set: &str) -> bool {
    set.chars().all(|c| c.is_whitespace() || matches!(c, '\\' | 'n' | 'r' | 't' | '"' | '\'' | ',' | ';'))
}
