//! Tests in shell code: `[[ $url == *example.com* ]]`, `[[ $url =~ example\.com ]]`, `case $url in *example.com*)`.
//!
//! Patterns are read from the source as it is written: what of it is quoted stands for itself, and a word no longer says so.

use std::ops::Range;

use super::{Hosts, Sought};
use crate::model::{HostMethod, HostTestRole, Text};
use crate::parse::Context;
use crate::parse::script::ir::{Expr, ExprKind};
use crate::parse::script::observe::{CallEvent, Script};

impl<'t> Hosts<'_, 't> {
    /// A command of a shell.
    pub(super) fn command(&mut self, context: &Context<'_>, script: Script<'t>, call: &CallEvent<'_, 't>) {
        match call.path {
            Some("case") => {
                let mut words = call.call.arguments.iter().zip(call.arguments);
                let Some((subject, value)) = words.next() else { return };
                let subject = self.classify(Some(&subject.value), value);
                for (pattern, _) in words {
                    self.glob(context, script, &pattern.value.range, subject);
                }
            }
            Some("[[") => self.condition(context, script, call),
            _ => {}
        }
    }

    /// `[[ … ]]`.
    fn condition(&mut self, context: &Context<'_>, script: Script<'t>, call: &CallEvent<'_, 't>) {
        let arguments = &call.call.arguments;
        let operator = |expression: &Expr<'t>| match &expression.kind {
            ExprKind::Literal(text) => script.text.as_str().get(expression.range.clone()).filter(|source| *source == text.as_str()),
            _ => None,
        };
        for (index, argument) in arguments.iter().enumerate().skip(1) {
            let (Some(sign), Some((subject, value)), Some(pattern)) =
                (operator(&argument.value), arguments.get(index - 1).zip(call.arguments.get(index - 1)), arguments.get(index + 1))
            else {
                continue;
            };
            let subject = self.classify(Some(&subject.value), value);
            match sign {
                "==" | "=" | "!=" => self.glob(context, script, &pattern.value.range, subject),
                "=~" => {
                    let range = expression_range(script.text.as_str(), pattern.value.range.start, call.range.end);
                    if let Some((text, is_quoted)) = unquoted(script.text, range.clone()) {
                        if is_quoted {
                            let at = script.span(&range);
                            self.string(context, HostMethod::Contains, &Sought { text, subject, ambiguous: false, at });
                        } else {
                            let role = HostTestRole::matching();
                            self.tested_with(context, &text, subject, &role);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// A pattern of file names, which the whole of a text has to match.
    fn glob(&mut self, context: &Context<'_>, script: Script<'t>, range: &Range<usize>, subject: super::subject::Subject) {
        let Some(source) = script.text.as_str().get(range.clone()) else { return };
        let inner = source.trim_start_matches('*');
        let start = range.end - inner.len();
        let leads = start > range.start;
        // Up to the first character that stands for others.
        let (quote, inner) = match inner.chars().next() {
            Some(quote @ ('"' | '\'')) => (Some(quote), inner.get(1..).unwrap_or_default()),
            _ => (None, inner),
        };
        let start = start + usize::from(quote.is_some());
        let length = match quote {
            Some(quote) => inner.find(quote).unwrap_or(inner.len()),
            None => inner.find(['*', '?', '[', '"', '\'']).unwrap_or(inner.len()),
        };
        let end = start + length;
        let rest = script.text.as_str().get(end + usize::from(quote.is_some())..range.end).unwrap_or_default();
        let text = script.text.slice(start..end);
        if text.as_str().contains(['$', '`', '\\', '@', '(']) {
            return;
        }
        // `example.com[:/]*`: the host ends there.
        let closes = rest.starts_with('[') && !rest.split(']').next().is_some_and(|class| class.contains(|c: char| c.is_alphanumeric()));
        let method = match (leads, rest.is_empty()) {
            (false, true) => return,
            (true, true) => HostMethod::Suffix,
            (true, false) => HostMethod::Contains,
            (false, false) if closes || rest.starts_with('/') => return,
            (false, false) => HostMethod::Prefix,
        };
        self.string(context, method, &Sought { text, subject, ambiguous: false, at: script.span(&(start..end)) });
    }
}

/// Where the regular expression ends that begins there: before what joins it to another test, or before the brackets.
fn expression_range(source: &str, start: usize, end: usize) -> Range<usize> {
    let rest = source.get(start..end).unwrap_or_default();
    let rest = rest.strip_suffix("]]").unwrap_or(rest);
    let length = [" && ", " || ", " ]]"].iter().filter_map(|next| rest.find(next)).min().unwrap_or(rest.len());
    let expression = rest.get(..length).unwrap_or_default();
    start..start + expression.trim_end().len()
}

/// A word without the quotes around it, and whether there are any; `None` where a part of it is computed.
fn unquoted<'t>(text: &'t Text<'t>, range: Range<usize>) -> Option<(Text<'t>, bool)> {
    let source = text.as_str().get(range.clone())?;
    if source.contains("${") || source.contains("$(") || source.contains('`') {
        return None;
    }
    let is_quoted = source.len() > 1 && source.starts_with(['"', '\'']) && source.chars().last() == source.chars().next();
    let range = if is_quoted { range.start + 1..range.end - 1 } else { range };
    Some((text.slice(range), is_quoted))
}
