//! Ruby: the syntax tree to the intermediate form.
//!
//! `object.name` without arguments is a member here, although Ruby calls a method: what it means is mostly an attribute. It
//! is a call where the file defines such a method. An instance variable is a member of the object, as
//! `attr_reader` and its like make it one.

mod call;
mod definition;
mod expression;
mod heredoc;
mod statement;
mod string;

use std::collections::HashSet;

use tree_sitter::Node;

use super::ir::{Block, Expr, Stmt};
use super::tree::{Fields as _, Lowering, children, for_each};

/// Lowers a file.
pub(super) fn lower<'t>(lowering: &mut Lowering<'t>, root: Node<'_>) -> Block<'t> {
    lowering.bare_calls = bare_calls(lowering, root);
    heredoc::collect(lowering, root);
    let mut out = Block::new();
    for child in parts(root) {
        statement::lower(lowering, child, &mut out);
    }
    // Documents whose beginning was not met: their strings are kept.
    let mut left: Vec<_> = lowering.heredocs.drain().map(|(_, body)| body).collect();
    left.sort_by_key(|body| body.range.start);
    out.extend(left.into_iter().map(Stmt::Expr));
    out
}

/// The named children of a node, without comments and the bodies of documents, which stand behind the line that begins them.
fn parts(node: Node<'_>) -> Vec<Node<'_>> {
    let mut all = children(node);
    all.retain(|child| child.kind() != "heredoc_body");
    all
}

/// The names that are calls where they stand alone: methods of the file that are no variables anywhere in it.
fn bare_calls<'t>(lowering: &Lowering<'t>, root: Node<'_>) -> HashSet<&'t str> {
    let (mut methods, mut variables) = (HashSet::new(), HashSet::new());
    for_each(root, |node| {
        let name = |field: &'static str| node.field(field).filter(|name| name.kind() == "identifier");
        match node.kind() {
            "method" | "singleton_method" => methods.extend(name("name").map(|name| lowering.source(name))),
            "assignment" | "operator_assignment" => variables.extend(name("left").map(|name| lowering.source(name))),
            kind if kind.ends_with("_parameter") => variables.extend(name("name").map(|name| lowering.source(name))),
            kind if kind.ends_with("_parameters") || kind.ends_with("assignment_list") || kind == "exception_variable" => {
                let names = children(node).into_iter().filter(|child| child.kind() == "identifier");
                variables.extend(names.map(|name| lowering.source(name)));
            }
            _ => {}
        }
        true
    });
    methods.retain(|name| !variables.contains(name));
    methods
}

/// A string constant, if the node is one: what is kept of code that is too deep to be read.
fn literal<'t>(lowering: &Lowering<'t>, node: Node<'_>) -> Option<Expr<'t>> {
    match node.kind() {
        "string_content" | "heredoc_content" => Some(string::fragment(lowering, node)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
