//! Commands that tell what they send: `curl -v`.

use super::super::ir::ExprKind;
use super::super::observe::{CallEvent, Script};
use super::Secrets;
use super::asked::line_behind;
use super::walk::Found;

impl<'t> Secrets<'_, 't> {
    /// Whether a command has an option with which it tells what it sends.
    pub(super) fn tells_what_it_sends(&self, script: Script<'t>, call: &CallEvent<'_, 't>, name: &str) -> bool {
        let Some(options) = self.roles.commands.verbose.get(name) else { return false };
        call.arguments.iter().any(|value| value.constant().is_some_and(|word| is_option(word, options)))
            && !self.silences_errors(script, call)
    }

    /// What was found outside of what a command sends as a body, which it does not tell but where it traces all.
    pub(super) fn without_bodies(&self, call: &CallEvent<'_, 't>, name: &str, found: Vec<Found>) -> Vec<Found> {
        let Some(bodies) = self.roles.commands.bodies.get(name) else { return found };
        let words: Vec<_> = call.arguments.iter().map(|value| value.constant().unwrap_or_default()).collect();
        // In a URL it is told.
        if words.iter().any(|word| word.starts_with("--trace") || matches!(*word, "-G" | "--get")) {
            return found;
        }
        let is_option = |word: &str| bodies.iter().any(|body| body == word);
        let mut ranges = Vec::new();
        for (index, argument) in call.call.arguments.iter().enumerate() {
            let follows = index.checked_sub(1).and_then(|before| words.get(before)).is_some_and(|word| is_option(word));
            // `--data="…"`, `-d"…"`
            let lead = match &argument.value.kind {
                ExprKind::Literal(text) => text.as_str(),
                ExprKind::Concat(parts) => match parts.first().map(|part| &part.kind) {
                    Some(ExprKind::Literal(text)) => text.as_str(),
                    _ => "",
                },
                _ => "",
            };
            let is_joined = bodies
                .iter()
                .any(|body| lead.strip_prefix(body.as_str()).is_some_and(|rest| !body.starts_with("--") || rest.starts_with('=')));
            if follows || is_joined {
                ranges.push(argument.value.range.clone());
            }
        }
        let is_body = |one: &Found| ranges.iter().any(|range| range.start <= one.range.start && one.range.end <= range.end);
        found.into_iter().filter(|one| !is_body(one)).collect()
    }

    /// `2>/dev/null`.
    fn silences_errors(&self, script: Script<'t>, call: &CallEvent<'_, 't>) -> bool {
        /// How far behind the command it is looked for, in bytes.
        const REACH: usize = 1_000;
        let text = script.text.as_str();
        let parts = [text.get(call.range.clone()).unwrap_or_default(), line_behind(text, call.range.end, REACH)];
        parts.iter().any(|part| part.contains("2>") || part.contains("&>"))
    }
}

/// Whether a word is one of these options, or holds one among short ones: `-sSv`.
fn is_option(word: &str, options: &[String]) -> bool {
    let short = word.strip_prefix('-').filter(|flags| !flags.starts_with('-') && flags.bytes().all(|byte| byte.is_ascii_alphabetic()));
    options.iter().any(|option| {
        option == word
            || short.is_some_and(|flags| {
                option.len() == 2
                    && option.strip_prefix('-').is_some_and(|flag| flags.contains(flag))
                    && !flags.contains(['H', 'd', 'o', 'u', 'X'])
            })
    })
}
