//! Methods, blocks, classes, and what a body gives.

use tree_sitter::Node;

use super::super::ir::{Block, Expr, ExprKind, Function, Parameter, Stmt};
use super::super::tree::{Fields as _, Lowering};
use super::{expression, parts, statement};

/// A method.
pub(super) fn method<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Function<'t> {
    let name = node.field("name").map(|name| lowering.source(name));
    Function { name, ..block(lowering, node) }
}

/// A block, lambda, or the body of a method. What it gives is its last value.
pub(super) fn block<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Function<'t> {
    let parameters = node.field("parameters").map(|list| parameters(lowering, list)).unwrap_or_default();
    let mut body = Block::new();
    if let Some(inner) = node.field("body") {
        // The body of a lambda is a block of its own, without parameters.
        let inner = if matches!(inner.kind(), "block" | "do_block") { inner.field("body") } else { Some(inner) };
        inner.into_iter().for_each(|inner| statement::lower(lowering, inner, &mut body));
    }
    returning(&mut body);
    Function { name: None, parameters, body, range: node.byte_range() }
}

/// Makes the last value of a body what it returns.
pub(super) fn returning(body: &mut Block<'_>) {
    let mut blocks = vec![body];
    while let Some(block) = blocks.pop() {
        match block.pop() {
            Some(Stmt::Expr(value)) => block.push(Stmt::Return(value)),
            Some(other) => {
                block.push(other);
                if let Some(Stmt::If { then, otherwise, .. }) = block.last_mut() {
                    blocks.extend([then, otherwise]);
                }
            }
            None => {}
        }
    }
}

fn parameters<'t>(lowering: &mut Lowering<'t>, list: Node<'_>) -> Vec<Parameter<'t>> {
    let mut out = Vec::new();
    for node in parts(list) {
        let name = node.field("name");
        let default = node.field("value").map(|value| expression::lower(lowering, value));
        let rest = node.kind() == "splat_parameter";
        let target = match (node.kind(), name) {
            ("identifier", _) => Expr::new(ExprKind::Name(lowering.source(node)), node.byte_range()),
            (_, Some(name)) => Expr::new(ExprKind::Name(lowering.source(name)), name.byte_range()),
            ("destructured_parameter", None) => expression::lower(lowering, node),
            _ => continue,
        };
        out.push(Parameter { target, default, rest });
    }
    out
}

/// A class or module. Its name is the last part of what it is called.
pub(super) fn class<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, out: &mut Block<'t>) {
    out.extend(node.field("superclass").map(|class| Stmt::Expr(expression::lower(lowering, class))));
    let name = node.field("name").map(|name| lowering.source(name)).unwrap_or_default();
    let name = name.rsplit("::").next().unwrap_or(name);
    let mut body = Block::new();
    node.field("body").into_iter().for_each(|inner| statement::lower(lowering, inner, &mut body));
    out.push(Stmt::Class { name, body, range: node.byte_range() });
}
