//! Expressions.

use tree_sitter::Node;

use super::super::ir::{Argument, Call, CallStyle, Entry, Expr, ExprKind, Function};
use super::super::tree::{Fields as _, Lowering, children, comparison, operands, operator};
use super::{literal, statement, string};

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
        "interpreted_string_literal" | "raw_string_literal" => return string::lower(lowering, node),
        "identifier" | "field_identifier" | "type_identifier" | "package_identifier" => match lowering.source(node) {
            name if lowering.receiver == Some(name) => ExprKind::This,
            name => ExprKind::Name(name),
        },
        "int_literal" | "float_literal" | "imaginary_literal" | "rune_literal" | "true" | "false" | "nil" | "iota" => {
            ExprKind::Atom(lowering.source(node))
        }
        "selector_expression" | "qualified_type" => {
            let object = field("operand").or_else(|| field("package"));
            match (object, field("field").or_else(|| field("name"))) {
                (Some(object), Some(name)) => ExprKind::Member(Box::new(lower(lowering, object)), lowering.source(name)),
                _ => return other(lowering, node),
            }
        }
        "index_expression" => match (field("operand"), field("index")) {
            (Some(object), Some(key)) => ExprKind::Index(Box::new(lower(lowering, object)), Box::new(lower(lowering, key))),
            _ => return other(lowering, node),
        },
        "slice_expression" => match field("operand") {
            Some(object) => ExprKind::Slice(Box::new(lower(lowering, object))),
            None => return other(lowering, node),
        },
        "call_expression" => return call(lowering, node),
        "binary_expression" => return binary(lowering, node),
        "composite_literal" => return composite(lowering, node),
        "literal_value" => return literal_value(lowering, node),
        "func_literal" => ExprKind::Function(Box::new(statement::function(lowering, node))),
        "parenthesized_expression" | "literal_element" | "type_assertion_expression" | "type_instantiation_expression" => {
            return first(lowering, node);
        }
        "type_conversion_expression" => match field("operand") {
            Some(operand) => return lower(lowering, operand),
            None => return other(lowering, node),
        },
        // A pointer to a value is as good as the value.
        "unary_expression" => match (field("operator").map(|operator| operator.kind()), field("operand")) {
            (Some("&" | "*"), Some(operand)) => return lower(lowering, operand),
            _ => return other(lowering, node),
        },
        "variadic_argument" => ExprKind::Spread(Box::new(first(lowering, node))),
        "expression_list" => ExprKind::List(all(lowering, children(node))),
        kind if kind.ends_with("_type") => ExprKind::Other(Vec::new()),
        // A statement where an expression should stand: what is left of broken code.
        kind if kind.ends_with("_statement") || kind.ends_with("_declaration") || kind == "block" || kind == "statement_list" => {
            let mut body = Vec::new();
            statement::lower(lowering, node, &mut body);
            ExprKind::Function(Box::new(Function { name: None, parameters: Vec::new(), body, range: range.clone() }))
        }
        _ => return other(lowering, node),
    };
    Expr::new(kind, range)
}

fn first<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    match children(node).into_iter().next() {
        Some(child) => lower(lowering, child),
        None => Expr::other(Vec::new(), node.byte_range()),
    }
}

fn call<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let range = node.byte_range();
    let (Some(function), Some(list)) = (node.field("function"), node.field("arguments")) else {
        return other(lowering, node);
    };
    let mut arguments = all(lowering, children(list));
    // A conversion keeps its operand.
    if arguments.len() == 1 && function.kind() == "identifier" && lowering.source(function) == "string" {
        return arguments.remove(0);
    }
    // What is written to a builder is appended to it.
    if arguments.len() == 1
        && let Some(builder) = function.field("operand")
        && function.field("field").is_some_and(|name| lowering.source(name) == "WriteString")
        && !lowering.source(builder).starts_with("os.Std")
    {
        let target = lower(lowering, builder);
        return Expr::assign(target, arguments.remove(0), true, range);
    }
    let callee = lower(lowering, function);
    let arguments = arguments.into_iter().map(|value| Argument { keyword: None, value }).collect();
    Expr::new(ExprKind::Call(Box::new(Call { callee, arguments, style: CallStyle::Plain })), range)
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

/// `T{…}`: a map, a list, or, with names as keys, a struct, which is a construction.
fn composite<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let (Some(class), Some(body)) = (node.field("type"), node.field("body")) else {
        return other(lowering, node);
    };
    match is_named(class) {
        true => construction(lowering, class, body, node),
        false => collection(lowering, body, class.field("element").or_else(|| class.field("value"))),
    }
}

/// Whether a type has a name, and so may be a struct.
fn is_named(class: Node<'_>) -> bool {
    matches!(class.kind(), "type_identifier" | "qualified_type" | "generic_type")
}

/// `{…}` of a type with a name: with names as keys a construction, else what it looks like.
fn construction<'t>(lowering: &mut Lowering<'t>, class: Node<'_>, body: Node<'_>, node: Node<'_>) -> Expr<'t> {
    let fields = children(body);
    let mut arguments = Vec::with_capacity(fields.len());
    for field in &fields {
        let name = field.field("key").and_then(|key| children(key).into_iter().next()).filter(|key| key.kind() == "identifier");
        let (Some(name), Some(value)) = (name, field.field("value")) else {
            return literal_value(lowering, body);
        };
        arguments.push(Argument { keyword: Some(lowering.source(name)), value: lower(lowering, value) });
    }
    let callee = lower(lowering, class);
    Expr::new(ExprKind::Call(Box::new(Call { callee, arguments, style: CallStyle::New })), node.byte_range())
}

/// `{…}` of a composite literal: with keys a map, without a list.
fn literal_value<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    collection(lowering, node, None)
}

/// A list or a map, of which the elements may leave out their type: `[]point{{x: 1}, {x: 2}}`.
fn collection<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, class: Option<Node<'_>>) -> Expr<'t> {
    let class = class.and_then(|class| if class.kind() == "pointer_type" { children(class).into_iter().next() } else { Some(class) });
    let class = class.filter(|class| is_named(*class));
    let item = |lowering: &mut Lowering<'t>, element: Node<'_>| {
        let body =
            children(element).into_iter().next().filter(|body| element.kind() == "literal_element" && body.kind() == "literal_value");
        match (class, body) {
            (Some(class), Some(body)) => lowering.deeper(body, literal, |lowering| construction(lowering, class, body, body)),
            _ => lower(lowering, element),
        }
    };
    let elements = children(node);
    let keyed = elements.iter().any(|element| element.kind() == "keyed_element");
    if !keyed {
        let elements = elements.into_iter().map(|element| item(lowering, element)).collect();
        return Expr::new(ExprKind::List(elements), node.byte_range());
    }
    let entries = elements.into_iter().map(|element| match (element.field("key"), element.field("value")) {
        (Some(key), Some(value)) => {
            let name = children(key).into_iter().next().filter(|inner| inner.kind() == "identifier");
            let key = match name {
                // The name of a field, or of a constant: as a name it is either.
                Some(name) => Expr::new(ExprKind::Name(lowering.source(name)), name.byte_range()),
                None => lower(lowering, key),
            };
            Entry { key: Some(key), value: item(lowering, value) }
        }
        _ => Entry { key: None, value: item(lowering, element) },
    });
    let entries = entries.collect();
    Expr::new(ExprKind::Record(entries), node.byte_range())
}
