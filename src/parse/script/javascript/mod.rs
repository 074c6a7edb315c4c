//! JavaScript, TypeScript, JSX: the syntax tree to the intermediate form.

mod expression;
mod markup;
mod statement;
mod string;

use tree_sitter::Node;

use super::ir::{Block, Expr};
use super::tree::{Lowering, children};

pub(super) use string::decode;

/// Lowers a program.
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
        "string" => Some(string::quoted(lowering, node)),
        "string_fragment" | "jsx_text" => Some(string::fragment(lowering, node)),
        _ => None,
    }
}
