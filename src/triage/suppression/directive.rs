//! The words of a comment that suppress: `congruent: ignore[RULE, …]: REASON (until 2027-01-31)`.

use std::ops::Range;

use memchr::memmem;

use crate::triage::Date;

/// What follows the program's name in a comment that addresses it.
const NAME: &str = "congruent:";
const VERB: &str = "ignore";
/// How many rules of a list count: more than there are.
const MOST_RULES: usize = 64;
/// Characters that comments are made of besides words.
const DECORATION: [char; 7] = ['*', '#', '/', '!', '-', ';', '%'];

/// One suppression as written. Ranges are bytes of the comment's words.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Directive<'t> {
    /// From the program's name to the last character of the reason.
    pub(super) range: Range<usize>,
    /// Whether the comment says nothing else.
    pub(super) alone: bool,
    /// What stands between the brackets.
    pub(super) list: Range<usize>,
    /// The rules between the brackets.
    pub(super) rules: Vec<(&'t str, Range<usize>)>,
    /// The last day on which it holds.
    pub(super) until: Option<Date>,
    /// Why it can't hold, if it can't.
    pub(super) defect: Option<Defect>,
}

/// Why a suppression can't hold.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Defect {
    /// It names no rule.
    NoRule,
    /// It gives no reason.
    NoReason,
    /// Its date is none.
    Date(String),
}

/// The suppressions that a comment's words hold.
pub(super) fn directives(words: &str) -> Vec<Directive<'_>> {
    let starts: Vec<_> = memmem::find_iter(words.as_bytes(), NAME).filter(|&at| addresses(words, at)).collect();
    let mut found = Vec::new();
    for (index, &start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(words.len());
        let alone = starts.len() == 1 && words.get(..start).is_some_and(is_decoration);
        found.extend(directive(words, start..end, alone));
    }
    found
}

fn is_decoration(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || DECORATION.contains(&c))
}

/// Whether the program's name at `at` is meant: it begins a line of the comment, or a comment within the comment
/// (`# noqa: E501  # congruent: …`). In the middle of a sentence it is prose.
fn addresses(words: &str, at: usize) -> bool {
    let before = words.get(..at).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    is_decoration(line) || line.trim_end().ends_with('#') || line.trim_end().ends_with("//")
}

fn directive(words: &str, range: Range<usize>, alone: bool) -> Option<Directive<'_>> {
    let mut at = range.start + NAME.len();
    let rest = |at: usize| words.get(at..range.end).unwrap_or_default();
    let skip_space = |at: usize| range.end - rest(at).trim_start().len();
    at = skip_space(at);
    let after = rest(at).strip_prefix(VERB)?;
    if after.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-')) {
        return None;
    }
    at += VERB.len();
    let end = range.start + words.get(range.clone()).unwrap_or_default().trim_end().len();
    let mut directive = Directive { range: range.start..end, alone, list: at..at, rules: Vec::new(), until: None, defect: None };
    let bracket = skip_space(at);
    let Some((list, _)) = rest(bracket).strip_prefix('[').and_then(|list| list.split_once(']')) else {
        directive.defect = Some(Defect::NoRule);
        return Some(directive);
    };
    directive.list = bracket + 1..bracket + 1 + list.len();
    directive.rules = rules(list, bracket + 1);
    if directive.rules.is_empty() {
        directive.defect = Some(Defect::NoRule);
        return Some(directive);
    }
    let mut tail = rest(directive.list.end + 1);
    if let Some((date, after)) = until(tail.trim_start()) {
        directive.take_date(date);
        tail = after;
    }
    let mut reason = tail.trim_start().strip_prefix([':', '-', '–', '—']).unwrap_or_default();
    if let Some(open) = reason.rfind("(until ")
        && let Some((date, after)) = until(reason.get(open..).unwrap_or_default())
        && !after.contains(char::is_alphanumeric)
    {
        directive.take_date(date);
        reason = reason.get(..open).unwrap_or_default();
    }
    if directive.defect.is_none() && !reason.contains(char::is_alphanumeric) {
        directive.defect = Some(Defect::NoReason);
    }
    Some(directive)
}

impl Directive<'_> {
    fn take_date(&mut self, date: &str) {
        match date.parse() {
            Ok(date) => self.until = Some(date),
            Err(why) => self.defect = Some(Defect::Date(why)),
        }
    }
}

/// The date of a leading `(until DATE)`, and what follows it.
fn until(text: &str) -> Option<(&str, &str)> {
    let (date, after) = text.strip_prefix("(until ")?.split_once(')')?;
    Some((date.trim(), after))
}

fn rules(list: &str, start: usize) -> Vec<(&str, Range<usize>)> {
    let mut at = start;
    let mut rules = Vec::new();
    for item in list.split(',').take(MOST_RULES) {
        let name = item.trim();
        let from = at + (item.len() - item.trim_start().len());
        if !name.is_empty() {
            rules.push((name, from..from + name.len()));
        }
        at += item.len() + 1;
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(words: &str) -> Directive<'_> {
        let mut found = directives(words);
        assert_eq!(found.len(), 1, "{words}");
        found.remove(0)
    }

    #[test]
    fn rules_reason_and_date_are_read() {
        let words = " congruent: ignore[asset-host,  printed-secret]: the vendor's page needs it (until 2027-01-31) ";
        let directive = one(words);
        let names: Vec<_> = directive.rules.iter().map(|(name, range)| (*name, &words[range.clone()])).collect();
        assert_eq!(names, [("asset-host", "asset-host"), ("printed-secret", "printed-secret")]);
        assert_eq!(&words[directive.list.clone()], "asset-host,  printed-secret");
        assert_eq!(&words[directive.range.clone()], words.trim());
        assert_eq!(directive.until, "2027-01-31".parse().ok());
        assert!(directive.alone && directive.defect.is_none());
        assert_eq!(one("congruent:ignore[a] (until 2027-01-31): why").until, "2027-01-31".parse().ok());
        assert_eq!(
            one("congruent: ignore[a]: why (until we know)").defect,
            Some(Defect::Date("`we know` is no date such as 2027-01-31".into()))
        );
        assert_eq!(one("congruent: ignore[a]: works (until it does not) by chance").defect, None);
    }

    #[test]
    fn what_is_missing_is_said() {
        for words in [
            "congruent: ignore",
            "congruent: ignore asset-host",
            "congruent: ignore[]: why",
            "congruent: ignore[ , ]: why",
            "congruent: ignore[a",
        ] {
            assert_eq!(one(words).defect, Some(Defect::NoRule), "{words}");
        }
        for words in [
            "congruent: ignore[a]",
            "congruent: ignore[a]:",
            "congruent: ignore[a]: ...",
            "congruent: ignore[a] why",
            "congruent: ignore[a]: (until 2027-01-31)",
        ] {
            assert_eq!(one(words).defect, Some(Defect::NoReason), "{words}");
        }
    }

    #[test]
    fn only_a_comment_to_this_program_counts() {
        for words in [
            "these triangles are congruent: ignore[a]: why",
            "congruent: both",
            "congruent: ignored[a]: why",
            "congruent ignore[a]: why",
            "",
        ] {
            assert_eq!(directives(words), [], "{words}");
        }
        assert!(!one("noqa: E501  # congruent: ignore[a]: why").alone);
        assert!(one("*\n * congruent: ignore[a]: why\n ").alone);
        assert_eq!(directives("\n congruent: ignore[a]: why\n congruent: ignore[b]: why not\n").len(), 2);
    }
}
