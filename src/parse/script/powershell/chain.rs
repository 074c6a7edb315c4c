//! Chains of operators and members.

use crate::parse::script::ir::{Argument, Expr, ExprKind};

/// How many operators or members in a row nest.
const MAX_CHAIN: usize = 60;

/// How many commands of a pipeline take what the one before gives as an argument, so that they nest in each other.
const MAX_TAKEN: usize = 16;

/// The elements of a pipeline; those that show or format what they get have it as an argument: `$x | Write-Host` is
/// `Write-Host -InputObject $x`.
pub(super) fn pipeline(elements: Vec<Expr<'_>>) -> Vec<Expr<'_>> {
    let mut out: Vec<Expr<'_>> = Vec::with_capacity(elements.len());
    let mut taken = 0;
    for mut element in elements {
        if let ExprKind::Call(call) = &mut element.kind
            && let ExprKind::Name(name) = &call.callee.kind
            && ["write-", "out-", "format-", "convertto-"].iter().any(|verb| name.starts_with(verb))
            && taken < MAX_TAKEN
            && let Some(input) = out.pop()
        {
            taken += 1;
            element.range.start = input.range.start;
            call.arguments.push(Argument { keyword: Some("inputobject"), value: input });
        }
        out.push(element);
    }
    out
}

/// A chain whose every link holds the one before: where it is long, its stretches stand side by side.
#[derive(Default)]
pub(super) struct Chain<'t> {
    length: usize,
    before: Vec<Expr<'t>>,
}

impl<'t> Chain<'t> {
    /// The next link, which holds those before.
    pub(super) fn link(&mut self, value: Expr<'t>) -> Expr<'t> {
        // A string that grows takes its parts side by side anyway.
        if matches!(value.kind, ExprKind::Concat(_)) {
            return value;
        }
        self.length += 1;
        if !self.length.is_multiple_of(MAX_CHAIN) {
            return value;
        }
        let range = value.range.clone();
        self.before.push(value);
        Expr::other(Vec::new(), range)
    }

    /// The whole chain.
    pub(super) fn finish(mut self, last: Expr<'t>) -> Expr<'t> {
        if self.before.is_empty() {
            return last;
        }
        let range = last.range.clone();
        self.before.push(last);
        Expr::other(self.before, range)
    }
}
