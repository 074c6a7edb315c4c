//! Statements.

use tree_sitter::Node;

use super::super::ir::{Block, Expr, ExprKind, Stmt};
use super::super::tree::{Fields as _, Lowering, children};
use super::{call, declaration, expression, literal};

/// Whether a node of this kind is lowered as a statement.
pub(super) fn is_statement(kind: &str) -> bool {
    kind.ends_with("_statement") || kind.ends_with("_declaration") || matches!(kind, "block" | "constructor_body" | "switch_expression")
}

/// Appends what a statement is lowered to.
pub(super) fn lower<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, out: &mut Block<'t>) {
    lowering.statement(node, literal, out, statement);
}

fn block<'t>(lowering: &mut Lowering<'t>, node: Option<Node<'_>>) -> Block<'t> {
    let mut out = Block::new();
    if let Some(node) = node {
        lower(lowering, node, &mut out);
    }
    out
}

fn each<'t>(lowering: &mut Lowering<'t>, nodes: Vec<Node<'_>>, out: &mut Block<'t>) {
    nodes.into_iter().for_each(|node| lower(lowering, node, out));
}

fn statement<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, out: &mut Block<'t>) {
    let field = |name: &'static str| node.field(name);
    if declaration::lower(lowering, node, out) {
        return;
    }
    match node.kind() {
        "package_declaration" | "module_declaration" | "break_statement" | "continue_statement" => {}
        "block"
        | "constructor_body"
        | "ERROR"
        | "class_body"
        | "interface_body"
        | "enum_body"
        | "annotation_type_body"
        | "enum_body_declarations"
        | "static_initializer"
        | "labeled_statement"
        | "synchronized_statement"
        | "resource_specification"
        | "finally_clause"
        | "switch_block" => each(lowering, children(node), out),
        "try_statement" | "try_with_resources_statement" => {
            out.push(Stmt::Expr(Expr::nothing_raised(node.start_byte())));
            each(lowering, children(node), out);
        }
        "local_variable_declaration" | "field_declaration" | "constant_declaration" => {
            declaration::annotations(lowering, node, out);
            let mut cursor = node.walk();
            let declarators: Vec<_> = node.children_by_field_name("declarator", &mut cursor).collect();
            each(lowering, declarators, out);
        }
        "variable_declarator" | "resource" => match field("name") {
            Some(name) => {
                let target = Expr::new(ExprKind::Name(lowering.source(name)), name.byte_range());
                let value = match field("value") {
                    Some(value) => expression::lower(lowering, value),
                    None => Expr::other(Vec::new(), name.byte_range()),
                };
                out.push(Stmt::Expr(Expr::declare(target, value, node.byte_range())));
            }
            None => out.push(Stmt::Expr(expression::other(lowering, node))),
        },
        "explicit_constructor_invocation" => out.push(Stmt::Expr(call::constructor(lowering, node))),
        "expression_statement" => out.extend(children(node).into_iter().map(|child| Stmt::Expr(expression::lower(lowering, child)))),
        "if_statement" => {
            let test = field("condition").map(|test| expression::lower(lowering, test));
            let then = block(lowering, field("consequence"));
            out.push(Stmt::If { test, then, otherwise: block(lowering, field("alternative")) });
        }
        "while_statement" | "do_statement" => {
            let test = field("condition").map(|test| expression::lower(lowering, test));
            out.push(Stmt::Loop { each: None, test, body: block(lowering, field("body")) });
        }
        "for_statement" => classic_for(lowering, node, out),
        "enhanced_for_statement" => {
            let (Some(name), Some(value)) = (field("name"), field("value")) else {
                out.push(Stmt::Expr(expression::other(lowering, node)));
                return;
            };
            let target = Expr::new(ExprKind::Name(lowering.source(name)), name.byte_range());
            let each = (target, expression::lower(lowering, value));
            out.push(Stmt::Loop { each: Some(each), test: None, body: block(lowering, field("body")) });
        }
        "switch_expression" => {
            out.extend(field("condition").map(|test| Stmt::Expr(expression::lower(lowering, test))));
            out.extend(field("body").map(children).unwrap_or_default().into_iter().map(|case| switch_case(lowering, case)));
        }
        "catch_clause" => {
            let parameter = children(node).into_iter().find(|child| child.kind() == "catch_formal_parameter");
            let name = parameter.and_then(|parameter| parameter.field("name"));
            let mut then: Block<'t> = name.map(|name| Stmt::Expr(Expr::caught(expression::lower(lowering, name)))).into_iter().collect();
            then.append(&mut block(lowering, field("body")));
            out.push(Stmt::If { test: None, then, otherwise: Block::new() });
        }
        "return_statement" | "yield_statement" => {
            out.extend(children(node).into_iter().next().map(|value| Stmt::Return(expression::lower(lowering, value))));
        }
        "throw_statement" => {
            out.extend(children(node).into_iter().next().map(|value| Stmt::Raise(expression::lower(lowering, value))));
        }
        "assert_statement" => out.extend(children(node).into_iter().map(|child| Stmt::Expr(expression::lower(lowering, child)))),
        _ => out.push(Stmt::Expr(expression::lower(lowering, node))),
    }
}

fn classic_for<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, out: &mut Block<'t>) {
    let mut cursor = node.walk();
    let initial: Vec<_> = node.children_by_field_name("init", &mut cursor).collect();
    each(lowering, initial, out);
    let test = node.field("condition").map(|test| expression::lower(lowering, test));
    let mut body = block(lowering, node.field("body"));
    let updates: Vec<_> = node.children_by_field_name("update", &mut cursor).collect();
    each(lowering, updates, &mut body);
    out.push(Stmt::Loop { each: None, test, body });
}

/// A `case`: its labels are the test, what follows is the branch. The expression of `case x -> value` is the value.
fn switch_case<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Stmt<'t> {
    let (mut tests, mut then) = (Vec::new(), Block::new());
    for child in children(node) {
        match child.kind() {
            "switch_label" => tests.push(expression::other(lowering, child)),
            "expression_statement" if node.kind() == "switch_rule" => then.push(Stmt::Expr(expression::first(lowering, child))),
            _ => lower(lowering, child, &mut then),
        }
    }
    Stmt::If { test: Some(Expr::other(tests, node.byte_range())), then, otherwise: Block::new() }
}
