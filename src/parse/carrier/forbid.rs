//! Whether a text forbids what it shows: a sample under "Do not do this:", a comment that says "wrong", a sentence that warns.

use std::ops::Range;

/// How many lines around a place may decide about it.
pub(super) const REACH: usize = 12;

/// Words by which a comment, or the sentence before a sample, calls it wrong, in lower case.
const WRONG: [&str; 6] = ["wrong", "incorrect", "bad:", "401", "❌", "🚫"];

/// Words that forbid, if they are about the sample.
const IMPERATIVES: [&str; 13] = [
    "do not",
    "don't",
    "don’t",
    "never",
    "must not",
    "mustn't",
    "should not",
    "shouldn't",
    "cannot",
    "can't",
    "avoid",
    "no longer",
    "not supported",
];

/// Words that tell of a refusal, which may have other reasons than the credential.
const REFUSALS: [&str; 8] = ["rejected", "rejects", "will fail", "fails", "not allowed", "unsupported", "deprecated", "403"];

/// Words that speak of credentials.
const CREDENTIALS: [&str; 7] = ["bearer", "authorization", "auth ", "header", "key", "token", "credential"];

/// Words that point at the sample.
const POINTERS: [&str; 6] = ["this", "these", "that way", "following", "below", "like so"];

/// What looks like a word that forbids and is not.
const HARMLESS: [&str; 7] = ["don't forget", "do not forget", "don't have", "do not have", "don't need", "do not need", "never commit"];

/// Names that say that a sample of two is the one to leave, if little else stands there: `Before:`.
const LEFT_BEHIND: [&str; 7] = ["before", "old", "previously", "bad", "don't", "never", "✗"];

/// Whether a sentence forbids what follows it.
pub(super) fn forbids(sentence: &str) -> bool {
    let mut lower = sentence.to_lowercase();
    for harmless in HARMLESS {
        lower = lower.replace(harmless, "");
    }
    let says = |any: &[&str]| any.iter().any(|phrase| lower.contains(phrase));
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '✗')).filter(|word| !word.is_empty()).collect();
    says(&WRONG)
        || (says(&IMPERATIVES) && (says(&CREDENTIALS) || says(&POINTERS)))
        || (says(&REFUSALS) && says(&CREDENTIALS))
        || (words.len() <= 4 && words.first().is_some_and(|first| LEFT_BEHIND.contains(first)))
}

/// Whether the prose around `at` forbids it: its sentence, as far as the lines around show it.
pub(super) fn prose_forbids(text: &str, at: &Range<usize>) -> bool {
    let before = text.get(..at.start).unwrap_or_default();
    let mut start = before.len();
    let mut blank_below = false;
    for line in before.rsplit_inclusive_lines().take(5) {
        let said = line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '#' | '/' | '*'));
        // A blank line ends what was said, unless a colon leads over it.
        if blank_below && (said.is_empty() || !said.ends_with(':')) {
            break;
        }
        blank_below = said.is_empty() && start < before.len();
        start -= line.len();
    }
    let after = text.get(at.end..).unwrap_or_default();
    let end = after.match_indices('\n').nth(1).map_or(after.len(), |(end, _)| end);
    text.get(start..at.end + end).is_some_and(forbids)
}

/// The lines of a text from its end, with their line ends.
pub(super) trait Lines {
    fn rsplit_inclusive_lines(&self) -> impl Iterator<Item = &str>;
}

impl Lines for str {
    fn rsplit_inclusive_lines(&self) -> impl Iterator<Item = &str> {
        let mut end = self.len();
        std::iter::from_fn(move || {
            let rest = self.get(..end).filter(|rest| !rest.is_empty())?;
            let start = rest.strip_suffix('\n').unwrap_or(rest).rfind('\n').map_or(0, |at| at + 1);
            end = start;
            rest.get(start..)
        })
    }
}

/// Whether a comment in code forbids the statement at `at`: on its line, or on the lines directly above.
pub(super) fn comment_forbids(text: &str, at: &Range<usize>, comments: &[Range<usize>]) -> bool {
    let before = text.get(..at.start).unwrap_or_default();
    let mut start = before.len();
    for line in before.rsplit_inclusive_lines().take(REACH) {
        if line.trim().is_empty() && start < before.len() && line.ends_with('\n') {
            break;
        }
        start -= line.len();
        if starts_comment(line.trim_start()) && start + line.len() <= before.len() && line.ends_with('\n') {
            let above = before.get(..start).unwrap_or_default().rsplit_inclusive_lines().next().unwrap_or_default();
            if !starts_comment(above.trim_start()) {
                break;
            }
        }
    }
    let after = text.get(at.end..).unwrap_or_default();
    let end = at.end + after.find('\n').unwrap_or(after.len());
    if answer_refuses(after) {
        return true;
    }
    let mut said = comments.iter().filter(|comment| comment.start < end && comment.end > start);
    said.any(|comment| text.get(comment.start.max(start)..comment.end.min(end)).is_some_and(forbids))
}

/// Whether the comment after a command tells that it was refused: `# → 401 Unauthorized`.
fn answer_refuses(after: &str) -> bool {
    let mut lines = after.lines();
    let mut command = lines.next().unwrap_or_default();
    let mut rest = lines.take(REACH).skip_while(|line| {
        let goes_on = command.trim_end().ends_with('\\') || line.trim_start().starts_with(['-', '}', ')', '|']);
        command = line;
        goes_on
    });
    const ANSWERS: [&str; 12] =
        ["→", "->", "=>", "401", "403", "http", "response", "output", "returns", "rejected", "refused", "unauthorized"];
    rest.by_ref().take(3).map(str::trim_start).take_while(|line| starts_comment(line)).any(|line| {
        let said = line.trim_start_matches(['#', '/', '-', '*', ' ', '<', '!']).to_lowercase();
        let answers = ANSWERS.iter().any(|answer| said.starts_with(answer)) || line.contains("->") || line.contains("=>");
        answers && ["401", "403", "unauthorized", "forbidden", "rejected", "refused"].iter().any(|word| said.contains(word))
    })
}

fn starts_comment(line: &str) -> bool {
    ["#", "//", "--", "/*", "*", "<!--", ";"].iter().any(|mark| line.starts_with(mark))
}

/// Whether the text before a sample forbids it: the last sentence before it, or a heading that stands alone.
pub(super) fn introduction_forbids(document: &str, sample: usize) -> bool {
    const LABEL: usize = 100;
    let before = document.get(..sample).unwrap_or_default();
    let mut lines = before.rsplit_inclusive_lines().map(|line| line.trim().trim_start_matches(['>', ' '])).peekable();
    let is_fence = |line: &str| ["```", "~~~"].iter().any(|mark| line.starts_with(mark));
    // The indentation of a sample in a tab, and the title of the sample's own fence.
    let _ = lines.next_if(|line| line.is_empty());
    if lines.next_if(|line| is_fence(line)).is_some_and(|line| line.contains("title") && forbids(line)) {
        return true;
    }
    let mut last = "";
    for line in lines.by_ref().take(REACH) {
        let opens = ["===", "!!!", "???", ":::", "<", "{%"].iter().any(|mark| line.starts_with(mark));
        if is_fence(line) {
            // Another sample: nothing introduces this one.
            return false;
        }
        if opens && line.len() < LABEL && (forbids(line) || line.starts_with("!!! fail")) {
            return true;
        }
        if !opens && !line.is_empty() {
            last = line;
            break;
        }
    }
    // A sentence may be wrapped: up to the line before it that ends one.
    let mut words = last.to_owned();
    for line in lines.take(3) {
        if line.is_empty() || line.ends_with(['.', ':', '!', '?']) || last.starts_with('#') {
            break;
        }
        words = format!("{line} {words}");
    }
    let sentence = words.trim_end_matches([':', '.', '*', '_', ' ']).rsplit(['.', '!']).next().unwrap_or_default().to_owned();
    let speaks = words.ends_with([':', '*', '_']) || words.starts_with(['#', '*']) || words.len() < 80;
    speaks && forbids(&sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_forbids_or_not() {
        for text in ["Do not send the key this way:", "### ❌ Wrong", "Before (v1.4.1)", "**Don't**", "Keys in this header are rejected:"]
        {
            assert!(forbids(text), "{text}");
        }
        for text in [
            "Don't forget the header:",
            "Before you call the API, export the key:",
            "Call it:",
            "Never commit your key. Then:",
            "The request will be rejected:",
        ] {
            assert!(!forbids(text), "{text}");
        }
    }

    #[test]
    fn the_sentence_before_a_sample_speaks_for_it() {
        let forbidden = |text: &str| introduction_forbids(text, text.find("curl").unwrap());
        assert!(forbidden("Do not send workspace keys\nlike this:\n\n```bash\ncurl"));
        assert!(forbidden("### Wrong\n\n```bash\ncurl"));
        assert!(forbidden("!!! failure\n\n    ```bash\n    curl"));
        assert!(forbidden("=== \"Wrong\"\n\n    ```bash\n    curl"));
        assert!(!forbidden("```py\n# do not send keys this way\n```\n\n```bash\ncurl"));
        assert!(!forbidden("Do not share the key. Then call the API:\n\n```bash\ncurl"));
        assert!(!forbidden("Do not share the key.\n\nCall the API:\n\n```bash\ncurl"));
    }
}
