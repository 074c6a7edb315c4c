//! What a script leaves on its output by naming it: `"Key: $key"` alone is what `Write-Output "Key: $key"` is.

use crate::parse::script::ir::{Argument, Block, Call, CallStyle, Expr, ExprKind, Stmt};

/// Shows what stands alone in the statements of a script. In a function that is its result, and no matter of this.
pub(super) fn show(block: Block<'_>) -> Block<'_> {
    block.into_iter().map(shown).collect()
}

fn shown(statement: Stmt<'_>) -> Stmt<'_> {
    match statement {
        Stmt::Expr(value) if is_output(&value) => {
            let range = value.range.clone();
            let callee = Expr::new(ExprKind::Name("write-output"), range.start..range.start);
            let call = Call { callee, arguments: vec![Argument { keyword: None, value }], style: CallStyle::Plain };
            Stmt::Expr(Expr::new(ExprKind::Call(Box::new(call)), range))
        }
        Stmt::If { test, then, otherwise } => Stmt::If { test, then: show(then), otherwise: show(otherwise) },
        Stmt::Loop { each, test, body } => Stmt::Loop { each, test, body: show(body) },
        other => other,
    }
}

/// Whether this is a value, and no command, assignment or call.
fn is_output(value: &Expr<'_>) -> bool {
    matches!(value.kind, ExprKind::Name(_) | ExprKind::Member(..) | ExprKind::Index(..) | ExprKind::Concat(_) | ExprKind::Format { .. })
}
