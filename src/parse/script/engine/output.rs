//! Pipelines and redirections of shell commands: where the output goes.

use std::rc::Rc;

use super::super::ir::{Expr, ExprKind};
use super::super::observe::{Output, RedirectEvent};
use super::super::value::Value;
use super::Engine;

impl<'p, 't> Engine<'p, 't, '_, '_> {
    /// A pipeline: every command but the last writes to those that follow.
    pub(super) fn pipe(&mut self, commands: &'p [Expr<'t>]) -> Value<'t> {
        let mut value = Value::Unknown;
        for (index, command) in commands.iter().enumerate() {
            let rest = commands.get(index + 1..).filter(|rest| !rest.is_empty());
            value = self.to(rest.map(Output::Piped), |engine| engine.evaluate(command));
        }
        value
    }

    /// A command with its redirections, and what it is worth.
    pub(super) fn redirect(&mut self, expression: &'p Expr<'t>) -> Value<'t> {
        let mut redirections = Vec::new();
        let mut command = expression;
        while let ExprKind::Redirect { command: inner, operator, target } = &command.kind {
            redirections.push((*operator, &**target));
            command = inner;
        }
        redirections.reverse();
        let redirections: Vec<_> = redirections.into_iter().map(|(operator, target)| (operator, target, self.evaluate(target))).collect();
        let output = redirections.iter().filter_map(|(operator, _, value)| output(operator, value)).next_back();
        self.to(output, |engine| {
            let result = engine.evaluate(command);
            for (operator, target, value) in &redirections {
                let (outputs, parts) = (Rc::clone(&engine.outputs), engine.parts.clone());
                let event = RedirectEvent { command, operator, target, value, outputs, parts };
                engine.tell(|observer, context, script| observer.redirect(context, script, &event));
            }
            result
        })
    }

    /// Runs something whose output goes there, if that is said.
    pub(super) fn to<T>(&mut self, output: Option<Output<'p, 't>>, run: impl FnOnce(&mut Self) -> T) -> T {
        let Some(output) = output else { return run(self) };
        let outer = Rc::clone(&self.outputs);
        Rc::make_mut(&mut self.outputs).push(output);
        let value = run(self);
        self.outputs = outer;
        value
    }
}

/// Where a redirection sends the standard output, if it does.
fn output<'p, 't>(operator: &str, target: &Value<'t>) -> Option<Output<'p, 't>> {
    let descriptor = operator.trim_end_matches(['>', '&', '|', '<']);
    if !operator.contains('>') || !matches!(descriptor, "" | "1") {
        return None;
    }
    // `>&2`: to the terminal, as the standard error.
    let copies = operator.ends_with(">&") && target.constant().is_some_and(|target| target.bytes().all(|byte| byte.is_ascii_digit()));
    Some(if copies { Output::Shown } else { Output::File(target.clone()) })
}
