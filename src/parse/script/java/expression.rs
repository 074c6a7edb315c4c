//! Expressions.

use tree_sitter::Node;

use super::super::ir::{Block, Expr, ExprKind, Function, Stmt};
use super::super::tree::{Fields as _, Lowering, children, comparison, operands, operator};
use super::{call, declaration, literal, statement, string};

/// Lowers an expression.
pub(super) fn lower<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    lowering.deeper(node, literal, |lowering| expression(lowering, node))
}

/// An expression that is not known: its parts.
pub(super) fn other<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let parts = all(lowering, children(node));
    Expr::other(parts, node.byte_range())
}

/// The expressions of a list.
pub(super) fn all<'t>(lowering: &mut Lowering<'t>, nodes: Vec<Node<'_>>) -> Vec<Expr<'t>> {
    nodes.into_iter().map(|node| lower(lowering, node)).collect()
}

fn expression<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let range = node.byte_range();
    let field = |name: &'static str| node.field(name);
    let kind = match node.kind() {
        "string_literal" | "character_literal" => return string::lower(lowering, node),
        "identifier" | "type_identifier" => ExprKind::Name(lowering.source(node)),
        "this" | "super" => ExprKind::This,
        "true" | "false" | "null_literal" => ExprKind::Atom(lowering.source(node)),
        kind if kind.ends_with("_integer_literal") || kind.ends_with("_floating_point_literal") => ExprKind::Atom(lowering.source(node)),
        "scoped_identifier" | "scoped_type_identifier" => return scoped(lowering, node),
        "generic_type" | "parenthesized_expression" | "annotated_type" => return first(lowering, node),
        "field_access" => match (field("object"), field("field")) {
            (Some(object), Some(name)) => ExprKind::Member(Box::new(lower(lowering, object)), lowering.source(name)),
            _ => return other(lowering, node),
        },
        "array_access" => match (field("array"), field("index")) {
            (Some(object), Some(key)) => ExprKind::Index(Box::new(lower(lowering, object)), Box::new(lower(lowering, key))),
            _ => return other(lowering, node),
        },
        "method_invocation" => return call::method(lowering, node),
        "object_creation_expression" => return call::creation(lowering, node),
        "annotation" | "marker_annotation" => return call::annotation(lowering, node),
        "assignment_expression" => return assignment(lowering, node),
        "binary_expression" => return binary(lowering, node),
        "ternary_expression" => match (field("condition"), field("consequence"), field("alternative")) {
            (Some(test), Some(then), Some(otherwise)) => ExprKind::Choice {
                test: Some(Box::new(lower(lowering, test))),
                then: Box::new(lower(lowering, then)),
                otherwise: Box::new(lower(lowering, otherwise)),
            },
            _ => return other(lowering, node),
        },
        "cast_expression" => match field("value") {
            Some(value) => return lower(lowering, value),
            None => return other(lowering, node),
        },
        "array_creation_expression" => match field("value") {
            Some(value) => return lower(lowering, value),
            None => return other(lowering, node),
        },
        "array_initializer" | "element_value_array_initializer" => ExprKind::List(all(lowering, children(node))),
        "lambda_expression" => return lambda(lowering, node),
        "class_body" => {
            let mut body = Block::new();
            declaration::members(lowering, node, &mut body);
            let class = Stmt::Class { name: "", body, range: range.clone() };
            ExprKind::Function(Box::new(Function { name: None, parameters: Vec::new(), body: vec![class], range: range.clone() }))
        }
        "type_arguments" | "array_type" | "integral_type" | "floating_point_type" | "boolean_type" | "void_type" | "class_literal" => {
            ExprKind::Other(Vec::new())
        }
        // A statement where an expression should stand, also a `switch` that is used for its value.
        kind if statement::is_statement(kind) => {
            let mut body = Block::new();
            statement::lower(lowering, node, &mut body);
            ExprKind::Function(Box::new(Function { name: None, parameters: Vec::new(), body, range: range.clone() }))
        }
        _ => return other(lowering, node),
    };
    Expr::new(kind, range)
}

/// The first child, in whose place this node stands.
pub(super) fn first<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    match children(node).into_iter().next() {
        Some(child) => lower(lowering, child),
        None => Expr::other(Vec::new(), node.byte_range()),
    }
}

/// A dotted name: members of members.
fn scoped<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let parts: Vec<_> = children(node).into_iter().filter(|part| !part.kind().ends_with("annotation")).collect();
    match parts.as_slice() {
        [scope, name] => {
            let scope = lower(lowering, *scope);
            Expr::new(ExprKind::Member(Box::new(scope), lowering.source(*name)), node.byte_range())
        }
        _ => other(lowering, node),
    }
}

fn assignment<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let range = node.byte_range();
    let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else {
        return other(lowering, node);
    };
    let (target, value) = (lower(lowering, left), lower(lowering, right));
    match operator(node) {
        "=" => Expr::assign(target, value, false, range),
        "+=" => Expr::assign(target, value, true, range),
        _ => Expr::other(vec![value], range),
    }
}

fn binary<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let range = node.byte_range();
    let operator = operator(node);
    if matches!(operator, "+" | "&&" | "||") {
        let operands = all(lowering, operands(node, operator));
        let kind = if operator == "+" { ExprKind::Concat(operands) } else { ExprKind::Other(operands) };
        return Expr::new(kind, range);
    }
    match (comparison(operator), node.field("left"), node.field("right")) {
        (Some(operator), Some(left), Some(right)) => {
            let (left, right) = (Box::new(lower(lowering, left)), Box::new(lower(lowering, right)));
            Expr::new(ExprKind::Compare { operator, left, right }, range)
        }
        _ => other(lowering, node),
    }
}

fn lambda<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let range = node.byte_range();
    let mut body = Block::new();
    let parameters = match node.field("parameters") {
        Some(name) if name.kind() == "identifier" => vec![declaration::parameter(lowering, name)],
        Some(list) => declaration::parameters(lowering, list, &mut body),
        None => Vec::new(),
    };
    match node.field("body") {
        Some(block) if block.kind() == "block" => statement::lower(lowering, block, &mut body),
        Some(value) => body.push(Stmt::Return(lower(lowering, value))),
        None => {}
    }
    Expr::new(ExprKind::Function(Box::new(Function { name: None, parameters, body, range: range.clone() })), range)
}
