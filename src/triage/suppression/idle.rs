//! What is to be said about suppressions that do nothing.

use super::directive::Defect;
use super::{Beside, Distrust, Suppression, Suppressions};
use crate::check::{File, Idle};
use crate::model::{Edit, Fix, Hit, Span};
use crate::rule;
use crate::triage::Policy;

impl Suppressions<'_> {
    /// A hit for each suppression that does nothing, after every hit of the file was asked about.
    pub(in crate::triage) fn idle(&self, file: File<'_>, policy: &Policy) -> Vec<(Idle, Hit)> {
        self.list.iter().flat_map(|suppression| suppression.idle(file, policy)).collect()
    }
}

impl Suppression<'_> {
    fn idle(&self, file: File<'_>, policy: &Policy) -> Vec<(Idle, Hit)> {
        let names = || self.directive.rules.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        let whole = self.span(self.directive.range.clone());
        if let Some(defect) = &self.directive.defect {
            let (message, help) = match defect {
                Defect::NoRule => ("this suppression names no rule", "Write `congruent: ignore[RULE]: REASON`."),
                Defect::NoReason => ("this suppression gives no reason", "Write `congruent: ignore[RULE]: REASON`."),
                Defect::Date(why) => (why.as_str(), "Write `(until 2027-01-31)`: the last day on which it holds."),
            };
            let mut hit = Hit::new(whole, message);
            hit.help = Some(help.to_owned());
            hit.fix = self.delete(file);
            return vec![(Idle::Invalid, hit)];
        }
        if let Some(distrust) = self.distrust {
            let why = match distrust {
                Distrust::Unknown => "does not stand in the trusted commit, so it does not count",
                Distrust::Elsewhere => "does not stand over this in the trusted commit, so it does not count here",
            };
            return vec![(Idle::Untrusted, Hit::new(whole, format!("this suppression of {} {why}", names())))];
        }
        let mut hits: Vec<_> = self.unknown(policy).collect();
        if !self.is_active(policy.today) {
            let until = self.directive.until.map(|until| until.to_string()).unwrap_or_default();
            let mut hit = Hit::new(whole, format!("this suppression of {} expired after {until}", names()));
            hit.fix = self.delete(file);
            hits.push((Idle::Expired, hit));
        } else {
            hits.extend(self.unused(file, policy));
        }
        hits
    }

    fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.start + range.start, self.start + range.end)
    }

    /// A hit for each name that is no rule's.
    fn unknown<'a>(&'a self, policy: &'a Policy) -> impl Iterator<Item = (Idle, Hit)> + 'a {
        let unknown = self.directive.rules.iter().filter(|(name, _)| policy.rules.iter().all(|rule| rule.id != *name));
        unknown.map(|(name, range)| {
            let span = self.span(range.clone());
            let mut hit = Hit::new(span, format!("`{name}` is no rule, so nothing is suppressed"));
            if let Some(near) = rule::nearest(name, policy.rules.iter().map(|rule| rule.id.as_str())) {
                hit.help = Some(format!("Did you mean `{near}`?"));
                // Not safe: it would hide a finding that nobody has judged.
                hit.fix = Some(Fix::edits(false, vec![Edit { span, place: None, replacement: near.to_owned() }]));
            }
            (Idle::Invalid, hit)
        })
    }

    /// A hit for the rules that ran and found nothing here.
    fn unused(&self, file: File<'_>, policy: &Policy) -> Option<(Idle, Hit)> {
        let ran = |name: &str| policy.enabled.iter().any(|enabled| enabled.rule.id == name);
        let rules = || self.directive.rules.iter().zip(&self.used);
        let unused: Vec<_> = rules().filter(|((name, _), used)| !**used && ran(name)).map(|(rule, _)| rule).collect();
        let (first, last) = (unused.first()?, unused.last()?);
        let kept: Vec<_> = rules().filter(|((name, _), used)| **used || !ran(name)).map(|((name, _), _)| *name).collect();
        let names = unused.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        let mut hit = Hit::new(self.span(first.1.start..last.1.end), format!("nothing of {names} is found here, so nothing is suppressed"));
        hit.fix = if kept.is_empty() {
            self.delete(file)
        } else {
            let edit = Edit { span: self.span(self.directive.list.clone()), place: None, replacement: kept.join(", ") };
            Some(Fix::edits(true, vec![edit]))
        };
        Some((Idle::Unused, hit))
    }

    /// Deletes the comment, with its lines if it has them to itself; not where the comment says something else too.
    fn delete(&self, file: File<'_>) -> Option<Fix> {
        if !self.directive.alone {
            return None;
        }
        let blank = |text: &str| text.chars().all(|c| matches!(c, ' ' | '\t'));
        let beside = Beside::of(file.document, self.comment);
        let indent = beside.map_or(0, |beside| beside.before.len() - beside.before.trim_end_matches([' ', '\t']).len());
        let span = match beside {
            Some(beside) if blank(beside.before) && blank(beside.after) => beside.lines,
            Some(beside) if blank(beside.before) => self.comment,
            _ => Span::new(self.comment.start - indent, self.comment.end),
        };
        Some(Fix::edits(true, vec![Edit { span, place: None, replacement: String::new() }]))
    }
}
