//! Go: the syntax tree to the intermediate form.

mod expression;
mod statement;
mod string;

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::ir::{Block, Expr, Stmt};
use super::tree::{Lowering, children};

/// Lowers a file. The methods of a type stand apart from it, and from each other: they are one class here, which
/// stands nowhere.
pub(super) fn lower<'t>(lowering: &mut Lowering<'t>, root: Node<'_>) -> Block<'t> {
    let mut out = Block::new();
    let mut classes: BTreeMap<&'t str, Block<'t>> = BTreeMap::new();
    for child in children(root) {
        if child.kind() != "method_declaration" {
            statement::lower(lowering, child, &mut out);
            continue;
        }
        let (receiver, class) = statement::receiver(lowering, child);
        let mut body = Block::new();
        lowering.receiver = receiver;
        statement::lower(lowering, child, &mut body);
        lowering.receiver = None;
        classes.entry(class).or_default().append(&mut body);
    }
    out.extend(classes.into_iter().map(|(name, body)| Stmt::Class { name, body, range: 0..0 }));
    out
}

/// A string constant, if the node is one: what is kept of code that is too deep to be read.
fn literal<'t>(lowering: &Lowering<'t>, node: Node<'_>) -> Option<Expr<'t>> {
    match node.kind() {
        "interpreted_string_literal" | "raw_string_literal" => Some(string::lower(lowering, node)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
