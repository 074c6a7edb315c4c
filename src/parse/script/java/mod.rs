//! Java: the syntax tree to the intermediate form.

mod call;
mod declaration;
mod expression;
mod statement;
mod string;

use tree_sitter::Node;

use super::ir::{Block, Expr};
use super::tree::{Lowering, children};

/// Lowers a file, or the statements of a sample that stands in no class.
pub(super) fn lower<'t>(lowering: &mut Lowering<'t>, root: Node<'_>) -> Block<'t> {
    let mut out = Block::new();
    for child in children(root) {
        statement::lower(lowering, child, &mut out);
    }
    out
}

/// A string constant, if the node is one: what is kept of code that is too deep to be read.
fn literal<'t>(lowering: &Lowering<'t>, node: Node<'_>) -> Option<Expr<'t>> {
    match node.kind() {
        "string_literal" => Some(string::lower(lowering, node)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
