//! Expressions and patterns.

use tree_sitter::Node;

use super::super::ir::{Argument, Call, CallStyle, Entry, Expr, ExprKind, Function};
use super::super::tree::{Fields as _, Lowering, children, operands, operator};
use super::{literal, markup, statement, string};

/// Lowers an expression.
pub(super) fn lower<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    lowering.deeper(node, literal, |lowering| expression(lowering, node))
}

/// An expression that is not known: its parts.
pub(super) fn other<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let parts = children(node).into_iter().map(|child| lower(lowering, child)).collect();
    Expr::other(parts, node.byte_range())
}

fn expression<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let range = node.byte_range();
    let kind = match node.kind() {
        "string" => return string::quoted(lowering, node),
        "template_string" => return string::template(lowering, node),
        "string_fragment" | "jsx_text" => return string::fragment(lowering, node),
        "html_character_reference" => {
            let text = string::references(lowering.text(), range.clone());
            return Expr::new(ExprKind::Literal(text), range);
        }
        "identifier"
        | "property_identifier"
        | "shorthand_property_identifier"
        | "private_property_identifier"
        | "import"
        | "meta_property"
        | "type_identifier" => ExprKind::Name(lowering.source(node)),
        "number" | "true" | "false" | "null" | "undefined" => ExprKind::Atom(lowering.source(node)),
        "this" | "super" => ExprKind::This,
        "regex" => match node.field("pattern") {
            Some(pattern) => ExprKind::Regex(lowering.text().slice(pattern.byte_range())),
            None => ExprKind::Other(Vec::new()),
        },
        "member_expression" | "subscript_expression" | "call_expression" | "new_expression" => return postfix(lowering, node),
        "assignment_expression" | "augmented_assignment_expression" => return assignment(lowering, node),
        "binary_expression" => return binary(lowering, node),
        "ternary_expression" => return ternary(lowering, node),
        "arrow_function" | "function_expression" | "generator_function" | "method_definition" => {
            ExprKind::Function(Box::new(statement::function(lowering, node)))
        }
        "object" => ExprKind::Record(children(node).into_iter().map(|child| object_entry(lowering, child)).collect()),
        "array" => ExprKind::List(children(node).into_iter().map(|child| lower(lowering, child)).collect()),
        "parenthesized_expression"
        | "await_expression"
        | "as_expression"
        | "satisfies_expression"
        | "non_null_expression"
        | "computed_property_name"
        | "instantiation_expression"
        | "jsx_expression" => return transparent(lowering, node, false),
        "type_assertion" => return transparent(lowering, node, true),
        "spread_element" => match children(node).into_iter().next() {
            Some(inner) => ExprKind::Spread(Box::new(lower(lowering, inner))),
            None => ExprKind::Other(Vec::new()),
        },
        "jsx_element" | "jsx_self_closing_element" => return markup::element(lowering, node),
        "type_arguments" | "type_annotation" | "type_parameters" | "predefined_type" => ExprKind::Other(Vec::new()),
        // A statement where an expression should stand: what is left of broken code.
        kind if kind.ends_with("_statement") || kind.ends_with("_declaration") || kind == "statement_block" || kind == "class" => {
            ExprKind::Function(Box::new(as_function(lowering, node)))
        }
        _ => return other(lowering, node),
    };
    Expr::new(kind, range)
}

/// A node that only wraps another expression, the first or the last of its children.
fn transparent<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, last: bool) -> Expr<'t> {
    let inner = children(node);
    match if last { inner.last() } else { inner.first() } {
        Some(child) => lower(lowering, *child),
        None => Expr::other(Vec::new(), node.byte_range()),
    }
}

fn as_function<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Function<'t> {
    let mut body = Vec::new();
    if node.kind() == "class" {
        statement::class(lowering, node, &mut body);
    } else {
        statement::lower(lowering, node, &mut body);
    }
    Function { name: None, parameters: Vec::new(), body, range: node.byte_range() }
}

/// Members, elements, calls, constructions.
fn postfix<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let range = node.byte_range();
    let field = |name: &'static str| node.field(name);
    let kind = match (node.kind(), field("object"), field("property"), field("index")) {
        ("member_expression", Some(object), Some(property), _) => {
            ExprKind::Member(Box::new(lower(lowering, object)), lowering.source(property))
        }
        ("subscript_expression", Some(object), _, Some(index)) => {
            ExprKind::Index(Box::new(lower(lowering, object)), Box::new(lower(lowering, index)))
        }
        ("call_expression" | "new_expression", ..) => return call(lowering, node),
        _ => return other(lowering, node),
    };
    Expr::new(kind, range)
}

fn call<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let Some(callee) = node.field("function").or_else(|| node.field("constructor")) else {
        return other(lowering, node);
    };
    let callee = lower(lowering, callee);
    let mut arguments = Vec::new();
    let mut style = if node.kind() == "new_expression" { CallStyle::New } else { CallStyle::Plain };
    match node.field("arguments") {
        Some(template) if template.kind() == "template_string" => {
            style = CallStyle::Template;
            arguments.push(Argument { keyword: None, value: string::template(lowering, template) });
        }
        Some(list) => {
            arguments.extend(children(list).into_iter().map(|child| Argument { keyword: None, value: lower(lowering, child) }));
        }
        None => {}
    }
    Expr::new(ExprKind::Call(Box::new(Call { callee, arguments, style })), node.byte_range())
}

fn assignment<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else {
        return other(lowering, node);
    };
    let (target, value) = (pattern(lowering, left), lower(lowering, right));
    match node.field("operator").map(|operator| operator.kind()) {
        None | Some("||=" | "??=" | "&&=") => Expr::assign(target, value, false, node.byte_range()),
        Some("+=") => Expr::assign(target, value, true, node.byte_range()),
        Some(_) => Expr::other(vec![value], node.byte_range()),
    }
}

fn binary<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let range = node.byte_range();
    let sides = (node.field("left"), node.field("right"));
    let operator = operator(node);
    let (Some(left), Some(right)) = sides else { return other(lowering, node) };
    if operator == "+" {
        return Expr::new(ExprKind::Concat(operands(node, "+").into_iter().map(|operand| lower(lowering, operand)).collect()), range);
    }
    let (left, right) = (Box::new(lower(lowering, left)), Box::new(lower(lowering, right)));
    let compare = |operator, left, right| ExprKind::Compare { operator, left, right };
    let kind = match operator {
        "==" | "===" => compare("==", left, right),
        "!=" | "!==" => compare("!=", left, right),
        "in" => compare("in", left, right),
        "<" => compare("<", left, right),
        "<=" => compare("<=", left, right),
        ">" => compare(">", left, right),
        ">=" => compare(">=", left, right),
        "||" | "??" => ExprKind::Choice { test: None, then: left, otherwise: right },
        "&&" => {
            let nothing = Expr::other(Vec::new(), range.clone());
            ExprKind::Choice { test: Some(left), then: right, otherwise: Box::new(nothing) }
        }
        _ => ExprKind::Other(vec![*left, *right]),
    };
    Expr::new(kind, range)
}

fn ternary<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let field = |name: &'static str| node.field(name);
    match (field("condition"), field("consequence"), field("alternative")) {
        (Some(test), Some(then), Some(otherwise)) => {
            let test = Some(Box::new(lower(lowering, test)));
            let (then, otherwise) = (Box::new(lower(lowering, then)), Box::new(lower(lowering, otherwise)));
            Expr::new(ExprKind::Choice { test, then, otherwise }, node.byte_range())
        }
        _ => other(lowering, node),
    }
}

fn object_entry<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Entry<'t> {
    match (node.kind(), node.field("key"), node.field("value")) {
        ("pair", Some(key), Some(value)) => entry(lowering, key, |lowering| lower(lowering, value)),
        ("shorthand_property_identifier", ..) => entry(lowering, node, |lowering| lower(lowering, node)),
        ("method_definition", ..) => match node.field("name") {
            Some(name) => entry(lowering, name, |lowering| lower(lowering, node)),
            None => Entry { key: None, value: lower(lowering, node) },
        },
        _ => Entry { key: None, value: lower(lowering, node) },
    }
}

/// An entry whose key is a name, a string, a number or a computed expression.
pub(super) fn entry<'t>(lowering: &mut Lowering<'t>, key: Node<'_>, value: impl FnOnce(&mut Lowering<'t>) -> Expr<'t>) -> Entry<'t> {
    let name = match key.kind() {
        "string" | "computed_property_name" => lower(lowering, key),
        _ => Expr::new(ExprKind::Atom(lowering.source(key)), key.byte_range()),
    };
    Entry { key: Some(name), value: value(lowering) }
}

/// The target of an assignment, a declaration or a parameter.
pub(super) fn pattern<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    lowering.deeper(node, literal, |lowering| target(lowering, node))
}

fn target<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let range = node.byte_range();
    let kind = match node.kind() {
        "shorthand_property_identifier_pattern" => ExprKind::Name(lowering.source(node)),
        "object_pattern" => ExprKind::Record(children(node).into_iter().map(|child| pattern_entry(lowering, child)).collect()),
        "array_pattern" => ExprKind::List(children(node).into_iter().map(|child| pattern(lowering, child)).collect()),
        "assignment_pattern" | "object_assignment_pattern" => match (node.field("left"), node.field("right")) {
            (Some(left), Some(right)) => return Expr::assign(pattern(lowering, left), lower(lowering, right), false, range),
            _ => return other(lowering, node),
        },
        "rest_pattern" => match children(node).into_iter().next() {
            Some(inner) => ExprKind::Spread(Box::new(pattern(lowering, inner))),
            None => ExprKind::Other(Vec::new()),
        },
        _ => return lower(lowering, node),
    };
    Expr::new(kind, range)
}

fn pattern_entry<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Entry<'t> {
    let named = match node.kind() {
        "object_assignment_pattern" => node.field("left"),
        _ => Some(node),
    };
    match (node.kind(), node.field("key"), node.field("value"), named) {
        ("pair_pattern", Some(key), Some(value), _) => entry(lowering, key, |lowering| pattern(lowering, value)),
        ("shorthand_property_identifier_pattern" | "object_assignment_pattern", _, _, Some(name)) => {
            entry(lowering, name, |lowering| pattern(lowering, node))
        }
        _ => Entry { key: None, value: pattern(lowering, node) },
    }
}
