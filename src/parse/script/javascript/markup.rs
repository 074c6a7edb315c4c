//! JSX elements.

use tree_sitter::Node;

use super::super::ir::{Attribute, Element, Expr, ExprKind};
use super::super::tree::{Fields as _, Lowering, children};
use super::{expression, string};

/// An element with its attributes and children.
pub(super) fn element<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let open = node.field("open_tag").unwrap_or(node);
    let tag = open.field("name").map_or("", |name| lowering.source(name));
    let mut attributes = Vec::new();
    for child in children(open) {
        match child.kind() {
            "jsx_attribute" => attributes.push(attribute(lowering, child)),
            "jsx_expression" => attributes.push(Attribute { name: None, value: expression::lower(lowering, child) }),
            _ => {}
        }
    }
    let inner = children(node).into_iter().filter(|child| !matches!(child.kind(), "jsx_opening_element" | "jsx_closing_element"));
    let inner = inner.filter(|_| open != node).map(|child| expression::lower(lowering, child)).collect();
    Expr::new(ExprKind::Element(Box::new(Element { tag, attributes, children: inner })), node.byte_range())
}

/// An attribute; one without a value is `true`.
fn attribute<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Attribute<'t> {
    let parts = children(node);
    let name = parts.first().map(|name| lowering.source(*name));
    let value = match parts.get(1) {
        Some(text) if text.kind() == "string" => string::attribute(lowering, *text),
        Some(value) => expression::lower(lowering, *value),
        None => Expr::new(ExprKind::Atom("true"), node.byte_range()),
    };
    Attribute { name, value }
}
