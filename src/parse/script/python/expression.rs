//! Expressions and assignment targets.

use tree_sitter::Node;

use super::super::ir::{Argument, Block, Call, CallStyle, Entry, Expr, ExprKind, Function, Stmt};
use super::super::tree::{Fields as _, Lowering, children, comparison, operands, operator};
use super::{literal, statement, string};

/// Lowers an expression, or the target of an assignment.
pub(super) fn lower<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    lowering.deeper(node, literal, |lowering| expression(lowering, node))
}

/// An expression that is not known: its parts.
pub(super) fn other<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let parts = all(lowering, children(node));
    Expr::other(parts, node.byte_range())
}

fn all<'t>(lowering: &mut Lowering<'t>, nodes: Vec<Node<'_>>) -> Vec<Expr<'t>> {
    nodes.into_iter().map(|node| lower(lowering, node)).collect()
}

/// The first child, in whose place this node stands.
fn transparent<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    match children(node).into_iter().next() {
        Some(child) => lower(lowering, child),
        None => Expr::other(Vec::new(), node.byte_range()),
    }
}

fn expression<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let range = node.byte_range();
    let field = |name: &'static str| node.field(name);
    let kind = match node.kind() {
        "string" => return string::lower(lowering, node),
        "string_content" => return string::fragment(lowering, node),
        "concatenated_string" => ExprKind::Concat(all(lowering, children(node))),
        "identifier" => match lowering.source(node) {
            "self" | "cls" => ExprKind::This,
            name => ExprKind::Name(name),
        },
        "integer" | "float" | "true" | "false" | "none" | "ellipsis" => ExprKind::Atom(lowering.source(node)),
        "attribute" => match (field("object"), field("attribute")) {
            (Some(object), Some(name)) => ExprKind::Member(Box::new(lower(lowering, object)), lowering.source(name)),
            _ => return other(lowering, node),
        },
        "subscript" => return subscript(lowering, node),
        "call" => return call(lowering, node),
        "assignment" | "augmented_assignment" | "named_expression" => return assignment(lowering, node),
        "binary_operator" => return binary(lowering, node),
        "boolean_operator" => return boolean(lowering, node),
        "comparison_operator" => return compared(lowering, node),
        "conditional_expression" => return conditional(lowering, node),
        "lambda" => return lambda(lowering, node),
        "dictionary" => ExprKind::Record(children(node).into_iter().map(|child| entry(lowering, child)).collect()),
        "list" | "tuple" | "set" | "pattern_list" | "tuple_pattern" | "list_pattern" | "expression_list" => {
            ExprKind::List(all(lowering, children(node)))
        }
        "list_splat" | "list_splat_pattern" | "dictionary_splat" | "dictionary_splat_pattern" | "parenthesized_list_splat" => {
            ExprKind::Spread(Box::new(transparent(lowering, node)))
        }
        "list_comprehension" | "set_comprehension" | "dictionary_comprehension" | "generator_expression" => {
            return comprehension(lowering, node);
        }
        "parenthesized_expression"
        | "await"
        | "as_pattern_target"
        | "format_expression"
        | "type_conversion"
        | "case_pattern"
        | "expression_statement" => return transparent(lowering, node),
        "as_pattern" => {
            let value = transparent(lowering, node);
            return match field("alias") {
                Some(alias) => Expr::assign(lower(lowering, alias), value, false, range),
                None => value,
            };
        }
        "type" | "type_parameter" => ExprKind::Other(Vec::new()),
        // A statement where an expression should stand: what is left of broken code.
        kind if kind.ends_with("_statement") || kind.ends_with("_definition") || kind == "block" => {
            let mut body = Block::new();
            statement::lower(lowering, node, &mut body);
            ExprKind::Function(Box::new(Function { name: None, parameters: Vec::new(), body, range: range.clone() }))
        }
        _ => return other(lowering, node),
    };
    Expr::new(kind, range)
}

fn subscript<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let mut parts = children(node).into_iter();
    let (Some(object), Some(key)) = (parts.next(), parts.next()) else { return other(lowering, node) };
    let object = Box::new(lower(lowering, object));
    let kind = if key.kind() == "slice" { ExprKind::Slice(object) } else { ExprKind::Index(object, Box::new(lower(lowering, key))) };
    Expr::new(kind, node.byte_range())
}

fn call<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let (Some(callee), Some(list)) = (node.field("function"), node.field("arguments")) else {
        return other(lowering, node);
    };
    let callee = lower(lowering, callee);
    let nodes = if list.kind() == "argument_list" { children(list) } else { vec![list] };
    let arguments = nodes.into_iter().map(|child| argument(lowering, child)).collect();
    Expr::new(ExprKind::Call(Box::new(Call { callee, arguments, style: CallStyle::Plain })), node.byte_range())
}

/// One argument of a call, or of a class's bases.
pub(super) fn argument<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Argument<'t> {
    match (node.kind(), node.field("name"), node.field("value")) {
        ("keyword_argument", Some(name), Some(value)) => Argument { keyword: Some(lowering.source(name)), value: lower(lowering, value) },
        _ => Argument { keyword: None, value: lower(lowering, node) },
    }
}

fn assignment<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let range = node.byte_range();
    let left = node.field("left").or_else(|| node.field("name"));
    let right = node.field("right").or_else(|| node.field("value"));
    let (Some(left), Some(right)) = (left, right) else { return Expr::other(Vec::new(), range) };
    let (target, value) = (lower(lowering, left), lower(lowering, right));
    match node.field("operator").map(|operator| operator.kind()) {
        None => Expr::assign(target, value, false, range),
        Some("+=") => Expr::assign(target, value, true, range),
        Some("|=") => {
            let both = Expr::other(vec![value], range.clone());
            Expr::assign(target, both, true, range)
        }
        Some(_) => Expr::other(vec![value], range),
    }
}

fn binary<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let range = node.byte_range();
    let sides = (node.field("left"), node.field("right"));
    let (Some(left), Some(right)) = sides else { return other(lowering, node) };
    let kind = match operator(node) {
        "+" => ExprKind::Concat(all(lowering, operands(node, "+"))),
        "%" => {
            let template = Box::new(lower(lowering, left));
            ExprKind::Format { template, arguments: Box::new(lower(lowering, right)) }
        }
        _ => ExprKind::Other(vec![lower(lowering, left), lower(lowering, right)]),
    };
    Expr::new(kind, range)
}

fn boolean<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let range = node.byte_range();
    let sides = (node.field("left"), node.field("right"));
    let (Some(left), Some(right)) = sides else { return other(lowering, node) };
    let (left, right) = (Box::new(lower(lowering, left)), Box::new(lower(lowering, right)));
    let kind = if operator(node) == "or" {
        ExprKind::Choice { test: None, then: left, otherwise: right }
    } else {
        let nothing = Expr::other(Vec::new(), range.clone());
        ExprKind::Choice { test: Some(left), then: right, otherwise: Box::new(nothing) }
    };
    Expr::new(kind, range)
}

/// `a == b`; of a chain (`a < b < c`) the first comparison, and the rest for its parts.
fn compared<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let range = node.byte_range();
    let mut cursor = node.walk();
    let operator = node.children_by_field_name("operators", &mut cursor).next().map_or("", |operator| operator.kind());
    let operator = match operator {
        "==" | "is" => "==",
        "<>" | "is not" => "!=",
        "in" => "in",
        "not in" => "not in",
        operator => match comparison(operator) {
            Some(operator) => operator,
            None => return other(lowering, node),
        },
    };
    let mut operands = children(node).into_iter().filter(|child| !matches!(child.kind(), "not in" | "is not" | "in" | "is"));
    let (Some(left), Some(right)) = (operands.next(), operands.next()) else { return other(lowering, node) };
    let rest: Vec<_> = operands.collect();
    let (left, right) = (Box::new(lower(lowering, left)), Box::new(lower(lowering, right)));
    let compare = Expr::new(ExprKind::Compare { operator, left, right }, range.clone());
    if rest.is_empty() {
        return compare;
    }
    let mut parts = vec![compare];
    parts.extend(all(lowering, rest));
    Expr::other(parts, range)
}

fn conditional<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let mut parts = children(node).into_iter();
    let (Some(then), Some(test), Some(otherwise)) = (parts.next(), parts.next(), parts.next()) else { return other(lowering, node) };
    let (then, test) = (Box::new(lower(lowering, then)), Box::new(lower(lowering, test)));
    let otherwise = Box::new(lower(lowering, otherwise));
    Expr::new(ExprKind::Choice { test: Some(test), then, otherwise }, node.byte_range())
}

fn lambda<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let range = node.byte_range();
    let parameters = node.field("parameters").map(|list| statement::parameters(lowering, list)).unwrap_or_default();
    let body = node.field("body").map(|body| Stmt::Return(lower(lowering, body))).into_iter().collect();
    Expr::new(ExprKind::Function(Box::new(Function { name: None, parameters, body, range: range.clone() })), range)
}

fn entry<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Entry<'t> {
    match (node.kind(), node.field("key"), node.field("value")) {
        ("pair", Some(key), Some(value)) => Entry { key: Some(lower(lowering, key)), value: lower(lowering, value) },
        _ => Entry { key: None, value: lower(lowering, node) },
    }
}

/// A comprehension: a list of whatever its body gives in a loop.
fn comprehension<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let range = node.byte_range();
    let Some(body) = node.field("body") else { return other(lowering, node) };
    let (mut clauses, mut tests) = (Vec::new(), Vec::new());
    for child in children(node) {
        match child.kind() {
            "for_in_clause" => match (child.field("left"), child.field("right")) {
                (Some(left), Some(right)) => clauses.push((lower(lowering, left), lower(lowering, right))),
                _ => tests.push(other(lowering, child)),
            },
            "if_clause" => tests.push(transparent(lowering, child)),
            _ => {}
        }
    }
    let element = if body.kind() == "pair" {
        let entry = entry(lowering, body);
        Expr::new(ExprKind::Record(vec![entry]), body.byte_range())
    } else {
        lower(lowering, body)
    };
    let list = Expr::new(ExprKind::List(vec![element]), body.byte_range());
    let mut inner: Block<'t> = tests.into_iter().map(Stmt::Expr).collect();
    inner.push(Stmt::Return(list));
    for each in clauses.into_iter().rev() {
        inner = vec![Stmt::Loop { each: Some(each), test: None, body: inner }];
    }
    let function = Function { name: None, parameters: Vec::new(), body: inner, range: range.clone() };
    let callee = Expr::new(ExprKind::Function(Box::new(function)), range.clone());
    Expr::new(ExprKind::Call(Box::new(Call { callee, arguments: Vec::new(), style: CallStyle::Plain })), range)
}
