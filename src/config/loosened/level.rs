//! Rules that a configuration takes for less severe.

use super::Loosening;
use super::node::{Node, Table};
use crate::model::{Severity, Span, matches_wildcard};
use crate::rule::{Levels, Rule};

/// How many rules of one key are named.
const SHOWN: usize = 3;

/// A loosening for each key that lowers rules, and one for those that lose a key.
pub(super) fn lowered(trusted: &Table, levels: &Table, section: Span, rules: &[Rule]) -> Vec<Loosening> {
    let (old, new) = (read(trusted), read(levels));
    let mut out: Vec<(Span, Vec<String>)> = Vec::new();
    for rule in rules {
        let (before, now) = (old.of(rule), new.of(rule));
        if now >= before {
            continue;
        }
        let span = decisive(levels, rule).map_or(section, |node| node.span);
        let name = |level: Option<Severity>| level.map_or("off", Severity::name);
        let text = format!("{} (`{}`, and `{}` in the trusted configuration)", rule.id, name(now), name(before));
        match out.iter_mut().find(|(at, _)| *at == span) {
            Some((_, texts)) => texts.push(text),
            None => out.push((span, vec![text])),
        }
    }
    let message = |texts: Vec<String>| {
        let (shown, more) = texts.split_at(texts.len().min(SHOWN));
        let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
        format!("lowers {}{more}", shown.join(", "))
    };
    out.into_iter().map(|(span, texts)| Loosening { span, message: message(texts) }).collect()
}

fn read(table: &Table) -> Levels {
    let mut levels = Levels::default();
    for (pattern, node) in table {
        let severities = [Severity::Note, Severity::Warning, Severity::Error].into_iter();
        let level = severities.into_iter().find(|severity| node.text() == Some(severity.name()));
        levels.set(pattern.as_str(), level);
    }
    levels
}

/// The key that decides about a rule.
fn decisive<'t>(table: &'t Table, rule: &Rule) -> Option<&'t Node> {
    let matching = table.iter().filter(|(pattern, _)| matches_wildcard(pattern, &rule.id));
    matching.max_by_key(|(pattern, _)| pattern.chars().filter(|&c| c != '*').count()).map(|(_, node)| node)
}
