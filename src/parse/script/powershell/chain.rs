//! Chains of operators and members.

use crate::parse::script::ir::{Expr, ExprKind};

/// How many operators or members in a row nest.
const MAX_CHAIN: usize = 60;

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
