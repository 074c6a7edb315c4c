//! Statements.

use tree_sitter::Node;

use super::super::ir::{Block, Expr, ExprKind, Stmt};
use super::super::tree::{Fields as _, Lowering};
use super::{definition, expression, literal, parts};

/// How many branches of a `case` nest; those before them stand side by side.
const MAX_CASES: usize = 24;

/// Whether a node of this kind is lowered as a statement.
pub(super) fn is_statement(kind: &str) -> bool {
    matches!(
        kind,
        "if" | "unless"
            | "elsif"
            | "else"
            | "then"
            | "while"
            | "until"
            | "for"
            | "case"
            | "case_match"
            | "begin"
            | "do"
            | "ensure"
            | "rescue"
            | "body_statement"
            | "block_body"
            | "parenthesized_statements"
            | "begin_block"
            | "end_block"
            | "method"
            | "singleton_method"
            | "class"
            | "singleton_class"
            | "module"
            | "return"
            | "ERROR"
    ) || kind.ends_with("_modifier")
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

fn statement<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, out: &mut Block<'t>) {
    let field = |name: &'static str| node.field(name);
    let test = |lowering: &mut Lowering<'t>| field("condition").map(|test| expression::lower(lowering, test));
    match node.kind() {
        "body_statement"
        | "block_body"
        | "then"
        | "else"
        | "do"
        | "ensure"
        | "begin_block"
        | "end_block"
        | "parenthesized_statements"
        | "ERROR" => parts(node).into_iter().for_each(|child| lower(lowering, child, out)),
        "begin" => {
            out.push(Stmt::Expr(Expr::nothing_raised(node.start_byte())));
            parts(node).into_iter().for_each(|child| lower(lowering, child, out));
        }
        "undef" | "alias" | "empty_statement" | "redo" | "retry" => {}
        "method" | "singleton_method" => out.push(Stmt::Function(definition::method(lowering, node))),
        "class" | "module" => definition::class(lowering, node, out),
        "singleton_class" => {
            out.extend(field("value").map(|value| Stmt::Expr(expression::lower(lowering, value))));
            field("body").into_iter().for_each(|body| lower(lowering, body, out));
        }
        "if" | "elsif" => {
            let test = test(lowering);
            let then = block(lowering, field("consequence"));
            out.push(Stmt::If { test, then, otherwise: block(lowering, field("alternative")) });
        }
        "unless" => {
            let test = test(lowering);
            let otherwise = block(lowering, field("consequence"));
            out.push(Stmt::If { test, then: block(lowering, field("alternative")), otherwise });
        }
        "if_modifier" => {
            let test = test(lowering);
            out.push(Stmt::If { test, then: block(lowering, field("body")), otherwise: Block::new() });
        }
        "unless_modifier" => {
            let test = test(lowering);
            out.push(Stmt::If { test, then: Block::new(), otherwise: block(lowering, field("body")) });
        }
        "while" | "until" | "while_modifier" | "until_modifier" => {
            let test = test(lowering);
            out.push(Stmt::Loop { each: None, test, body: block(lowering, field("body")) });
        }
        "for" => {
            let each = match (field("pattern"), field("value")) {
                (Some(target), Some(list)) => Some((expression::lower(lowering, target), expression::lower(lowering, list))),
                _ => None,
            };
            out.push(Stmt::Loop { each, test: None, body: block(lowering, field("body")) });
        }
        "rescue_modifier" => {
            field("body").into_iter().for_each(|body| lower(lowering, body, out));
            out.push(Stmt::If { test: None, then: block(lowering, field("handler")), otherwise: Block::new() });
        }
        "rescue" => {
            let test = field("exceptions").map(|exceptions| expression::other(lowering, exceptions));
            let name = field("variable").and_then(|variable| parts(variable).into_iter().next());
            let mut then: Block<'t> = name.map(|name| Stmt::Expr(Expr::caught(expression::lower(lowering, name)))).into_iter().collect();
            then.append(&mut block(lowering, field("body")));
            out.push(Stmt::If { test, then, otherwise: Block::new() });
        }
        "case" | "case_match" => case(lowering, node, out),
        "return" | "next" | "break" => out.extend(given(lowering, node).map(Stmt::Return)),
        "call" if field("receiver").is_none() && field("method").is_some_and(|name| lowering.source(name) == "raise") => {
            out.extend(given(lowering, node).map(Stmt::Raise));
        }
        _ => out.push(Stmt::Expr(expression::lower(lowering, node))),
    }
}

/// What a branch is taken for: a variable that is to match a pattern is compared with it.
fn tested<'t>(lowering: &mut Lowering<'t>, subject: Option<Node<'_>>, test: Node<'_>) -> Expr<'t> {
    let regex = if test.kind() == "pattern" { parts(test).into_iter().next().unwrap_or(test) } else { test };
    match subject.filter(|subject| regex.kind() == "regex" && matches!(subject.kind(), "identifier" | "instance_variable")) {
        Some(subject) => {
            let (left, right) = (Box::new(expression::lower(lowering, subject)), Box::new(expression::lower(lowering, regex)));
            Expr::new(ExprKind::Compare { operator: "=~", left, right }, test.byte_range())
        }
        None => expression::lower(lowering, test),
    }
}

/// What `return` or `raise` is given; several values are a list.
fn given<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Option<Expr<'t>> {
    let list = parts(node).into_iter().find(|child| child.kind() == "argument_list")?;
    let mut values = expression::all(lowering, parts(list));
    match values.len() {
        1 => values.pop(),
        _ => Some(Expr::new(ExprKind::List(values), list.byte_range())),
    }
}

/// `case`: the value, then one branch in the other.
fn case<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, out: &mut Block<'t>) {
    let value = node.field("value");
    out.extend(value.map(|value| Stmt::Expr(expression::lower(lowering, value))));
    let mut otherwise = Block::new();
    let mut branches = Vec::new();
    for child in parts(node) {
        match child.kind() {
            "when" | "in_clause" => {
                let body = child.field("body");
                let tests = parts(child).into_iter().filter(|part| body.is_none_or(|body| part.id() != body.id()));
                let tests = tests.map(|test| tested(lowering, value, test)).collect();
                branches.push((Expr::other(tests, child.byte_range()), block(lowering, body)));
            }
            "else" => lower(lowering, child, &mut otherwise),
            _ => {}
        }
    }
    let nested = branches.split_off(branches.len().saturating_sub(MAX_CASES));
    out.extend(branches.into_iter().map(|(test, then)| Stmt::If { test: Some(test), then, otherwise: Block::new() }));
    for (test, then) in nested.into_iter().rev() {
        otherwise = vec![Stmt::If { test: Some(test), then, otherwise }];
    }
    out.append(&mut otherwise);
}
