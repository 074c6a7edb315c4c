//! Patterns that decide what is refused: that they match more than they should lets nobody in.

use std::collections::HashSet;

use crate::model::Span;

/// How much of the source is looked at on either side of a test, in bytes.
const REACH: usize = 300;

/// Whether all that follows from a test that succeeds is a refusal: `if (url.includes("ads.example.com")) throw …`,
/// `OnRequest(ReqHostMatches(…)).HandleConnect(AlwaysReject)`. `words` are words for refusals, in lower case.
pub(super) fn refuses(source: &str, test: Span, words: &HashSet<String>) -> bool {
    let (Some(before), Some(after)) = (source.get(..test.start), source.get(test.end..)) else { return false };
    let before = before.rsplit('\n').next().unwrap_or_default();
    let after = after.get(..floor(after, REACH)).unwrap_or_default();
    let line = after.lines().next().unwrap_or_default();
    let mut parts = names(before);
    let is_condition = parts.any(|name| matches!(name, "if" | "elif" | "elseif"));
    let is_chain = uncommented(line).trim_end().ends_with('.');
    if !(is_condition || is_chain) || is_negated(before) || is_negated(uncommented(line)) {
        return false;
    }
    // What stands behind the condition on its line, or on the next that says anything.
    let rest = after.get(line.len()..).unwrap_or_default();
    let behind = uncommented(line).rfind(['{', ':']).and_then(|at| uncommented(line).get(at + 1..)).unwrap_or_default();
    let inline = if is_condition && !line.trim_end().ends_with(['{', ':']) { uncommented(line) } else { behind };
    let next = rest.lines().map(uncommented).find(|line| !line.trim().is_empty()).unwrap_or_default();
    let is_word = |name: &str| words.contains(&name.to_ascii_lowercase());
    let says = |statement: &str| names(statement).any(|name| is_word(name) || name.rsplit('.').next().is_some_and(is_word));
    says(inline) || (names(inline).next().is_none() && says(next)) || (is_chain && says(next))
}

/// Whether a condition holds where the test fails, as far as one can see.
fn is_negated(condition: &str) -> bool {
    condition.contains(['!', '~', '<'])
        || condition.contains("-1")
        || condition.contains("||")
        || condition.contains("&&")
        || names(condition).any(|name| matches!(name, "not" | "unless" | "or" | "and" | "false" | "None" | "nil" | "null"))
}

/// The names in a line, with the dots between their parts.
fn names(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '.')).map(|name| name.trim_matches('.')).filter(|name| !name.is_empty())
}

/// A line without the comment behind its code.
fn uncommented(line: &str) -> &str {
    let end = [" //", "\t//", " #", "\t#"].into_iter().filter_map(|sign| line.find(sign)).min().unwrap_or(line.len());
    line.get(..end).unwrap_or_default()
}

/// The last boundary of a character that is not behind this byte.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals() {
        let words: HashSet<String> = ["throw", "raise", "http.error", "alwaysreject", "reject"].map(ToOwned::to_owned).into();
        let is_refused = |source: &str| {
            let start = source.find("T(").unwrap();
            refuses(source, Span::new(start, start + 3), &words)
        };
        for source in [
            "if (T()) throw new Error()",
            "if (T()) {\n  throw new Error();\n}",
            "if T():\n\n    # no\n    raise Refused(url)",
            "if m, _ := T(); m {\n\thttp.Error(w, x)\n}",
            "p.On(T()).\n\tHandle(goproxy.AlwaysReject) // x",
            "p.On(T()). // x\n\tDo(reject)",
        ] {
            assert!(is_refused(source), "{source}");
        }
        for source in [
            "if (!T()) throw new Error()",
            "if (T() < 0) throw e",
            "if not T():\n    raise Refused(url)",
            "if (T() || a) throw e",
            "if (T()) {\n  go();\n  throw e;\n}",
            "x = T()\nraise y",
            "p.On(T()).\n\tDo(sometimesReject) // reject",
            "if (T()) { go() } // throw",
        ] {
            assert!(!is_refused(source), "{source}");
        }
    }
}
