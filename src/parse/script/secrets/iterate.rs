//! Functions that get every variable of the environment: `ENV.each { |name, value| … }`, `System.getenv().forEach(…)`.

use super::super::Language;
use super::super::ir::{Expr, ExprKind, Parameter};
use super::super::observe::{AssignEvent, CallEvent, Script};
use super::Secrets;
use super::trail::{Trail, key};

impl<'t> Secrets<'_, 't> {
    /// Keeps which parameter of a function gets the variables' values.
    pub(super) fn keep_iterated(&mut self, script: Script<'t>, call: &CallEvent<'_, 't>) {
        let ExprKind::Member(object, "each" | "each_pair" | "map" | "flat_map" | "flatMap" | "forEach") = &call.call.callee.kind else {
            return;
        };
        let functions = call.call.arguments.iter().filter_map(|argument| match &argument.value.kind {
            ExprKind::Function(function) => Some(function),
            _ => None,
        });
        for function in functions {
            let mut found = Vec::new();
            self.walk(script, &call.parts).expression(object, &mut found);
            let first = found.into_iter().next().filter(|first| first.is_environment);
            let (Some(first), Some(value)) = (first, value(script.language, &function.parameters)) else { return };
            let source = Some(script.span(&first.range));
            let trail = Trail { source, name: first.name, is_environment: true, is_iterated: true, ..Trail::default() };
            self.iterated.insert(value.range.start, trail);
        }
    }

    /// Whether an assignment gives a parameter such a value.
    pub(super) fn is_iterated(&mut self, script: Script<'t>, assign: &AssignEvent<'_, 't>) -> bool {
        let Some(trail) = self.iterated.get(&assign.target.range.start).cloned() else { return false };
        self.trails.set(key(script, assign.target), Some(trail));
        true
    }
}

/// The parameter that gets a value: of a name and a value the second, but for JavaScript, which gives an index there.
fn value<'e, 't>(language: Language, parameters: &'e [Parameter<'t>]) -> Option<&'e Expr<'t>> {
    let target = match parameters {
        [_, value] if !language.is_javascript() => &value.target,
        [only, ..] => &only.target,
        [] => return None,
    };
    match &target.kind {
        ExprKind::List(items) => items.last(),
        _ => Some(target),
    }
}
