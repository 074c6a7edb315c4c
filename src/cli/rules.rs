//! `congruent rules` and `congruent explain RULE`.

use std::fmt::Write as _;

use clap::ValueEnum;
use serde::Serialize;

use super::exit::{Failure, Outcome};
use super::output::stdout;
use crate::rule::{self, Example, Examples, Rule};

/// Lists the rules.
#[derive(Debug, clap::Args)]
pub(super) struct ListArguments {
    /// How to print them.
    #[arg(long, visible_alias = "output-format", default_value = "concise")]
    format: ListFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    /// One line a rule.
    Concise,
    /// Everything about every rule, with its examples.
    Json,
}

/// Explains a rule: what it finds, why it matters, what to do, and examples.
#[derive(Debug, clap::Args)]
pub(super) struct ExplainArguments {
    /// The rule's id, in which * stands for any characters.
    rule: String,
}

/// Prints all rules.
pub(super) fn list(arguments: &ListArguments) -> Result<Outcome, Failure> {
    let rules = all()?;
    let text = match arguments.format {
        ListFormat::Json => {
            let whole = rules.iter().map(|rule| Ok(Whole { rule, examples: examples(rule)? })).collect::<Result<Vec<_>, Failure>>()?;
            let json = serde_json::to_string_pretty(&whole).map_err(|error| Failure::Internal(error.to_string()))?;
            json + "\n"
        }
        ListFormat::Concise => {
            let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
            rules
                .iter()
                .map(|rule| format!("{:width$}  {:7}  {}\n", rule.id, if rule.off { "off" } else { rule.severity.name() }, rule.summary))
                .collect()
        }
    };
    stdout(text.as_bytes()).map(|()| Outcome::Clean)
}

/// Prints all about one rule.
pub(super) fn explain(arguments: &ExplainArguments) -> Result<Outcome, Failure> {
    let rules = rule::matching(all()?, &arguments.rule).map_err(Failure::Usage)?;
    let pages = rules.into_iter().map(page).collect::<Result<Vec<_>, _>>()?;
    stdout(pages.join("\n\n").as_bytes()).map(|()| Outcome::Clean)
}

fn all() -> Result<&'static [Rule], Failure> {
    rule::all().map_err(|error| Failure::Internal(error.to_owned()))
}

/// A rule with its examples.
#[derive(Serialize)]
struct Whole<'r> {
    #[serde(flatten)]
    rule: &'r Rule,
    #[serde(flatten)]
    examples: Examples,
}

fn examples(rule: &Rule) -> Result<Examples, Failure> {
    rule.examples().map_err(Failure::Internal)
}

/// A rule's page in Markdown.
fn page(rule: &Rule) -> Result<String, Failure> {
    let Rule { id, summary, severity, why, remedy, .. } = rule;
    let confidence = format!("{:?}", rule.confidence).to_lowercase();
    let mut page = format!(
        "# {id}\n\n{}.\n\nSeverity: {severity}, confidence: {confidence}.\n\n## Why it matters\n\n{}\n\n## What to do\n\n{}\n",
        capitalized(summary),
        why.trim(),
        remedy.trim()
    );
    let Examples { invalid, valid } = examples(rule)?;
    for (title, examples) in [("What it finds", &invalid), ("What it lets pass", &valid)] {
        if !examples.is_empty() {
            let _infallible = write!(page, "\n## {title}\n");
        }
        for example in examples {
            write_example(&mut page, example);
        }
    }
    Ok(page)
}

fn write_example(page: &mut String, example: &Example) {
    let _infallible = write!(page, "\n{}:\n", capitalized(&example.name));
    for (path, text) in &example.files {
        let lines: String = text.lines().map(|line| format!("    {line}").trim_end().to_owned() + "\n").collect();
        let _infallible = write!(page, "\n    # {path}\n{lines}");
    }
    for (path, text) in &example.trusted {
        let lines: String = text.lines().map(|line| format!("    {line}").trim_end().to_owned() + "\n").collect();
        let _infallible = write!(page, "\n    # {path} at the trusted commit\n{lines}");
    }
    if !example.at.is_empty() {
        let _infallible = write!(page, "\nFound at {}.\n", example.at.join(", "));
    }
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
