//! Statements and declarations.

use tree_sitter::Node;

use super::super::ir::{Block, Expr, ExprKind, Function, Import, Parameter, Stmt};
use super::super::tree::{Fields as _, Lowering, children, for_each};
use super::{expression, literal};

/// The types of variables that strings are built in.
const BUILT: [&str; 3] = ["string", "strings.Builder", "bytes.Buffer"];

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
    match node.kind() {
        "package_clause"
        | "empty_statement"
        | "break_statement"
        | "continue_statement"
        | "goto_statement"
        | "fallthrough_statement"
        | "inc_statement"
        | "dec_statement" => {}
        "block" | "statement_list" | "ERROR" | "const_declaration" | "var_declaration" | "var_spec_list" | "import_declaration"
        | "import_spec_list" | "labeled_statement" => {
            children(node).into_iter().filter(|child| child.kind() != "label_name").for_each(|child| lower(lowering, child, out));
        }
        "import_spec" => import(lowering, node, out),
        "type_declaration" => tags(lowering, node, out),
        "const_spec" | "var_spec" => {
            let mut cursor = node.walk();
            let names: Vec<_> = node.children_by_field_name("name", &mut cursor).filter(Node::is_named).collect();
            if field("value").is_none() && field("type").is_some_and(|class| BUILT.contains(&lowering.source(class))) {
                // Its zero value is the empty string, to which more may be appended.
                for name in names {
                    let (at, range) = (name.end_byte(), name.byte_range());
                    let nothing = Expr::new(ExprKind::Literal(lowering.text().slice(at..at)), range.clone());
                    out.push(Stmt::Expr(Expr::declare(expression::lower(lowering, name), nothing, range)));
                }
                return;
            }
            assign(lowering, names, field("value"), Kind::Declaration, node, out);
        }
        "short_var_declaration" => {
            assign(lowering, field("left").map(children).unwrap_or_default(), field("right"), Kind::Declaration, node, out);
        }
        "assignment_statement" => {
            let kind = match field("operator").map(|operator| operator.kind()) {
                Some("+=") => Kind::Append,
                _ => Kind::Assignment,
            };
            assign(lowering, field("left").map(children).unwrap_or_default(), field("right"), kind, node, out);
        }
        "function_declaration" | "method_declaration" => out.push(Stmt::Function(function(lowering, node))),
        "if_statement" => conditional(lowering, node, out),
        "for_statement" => each(lowering, node, out),
        "expression_switch_statement" | "type_switch_statement" | "select_statement" => {
            field("initializer").into_iter().for_each(|initializer| lower(lowering, initializer, out));
            if let (Some(alias), Some(value)) = (field("alias"), field("value")) {
                assign(lowering, children(alias), Some(value), Kind::Declaration, node, out);
            } else if let Some(value) = field("value") {
                out.push(Stmt::Expr(expression::lower(lowering, value)));
            }
            children(node).into_iter().filter(|child| child.kind().ends_with("_case")).for_each(|child| case(lowering, child, out));
        }
        "return_statement" => {
            // What a call gives is its first result.
            let mut values = children(node).into_iter().next().map(children).unwrap_or_default().into_iter();
            let first = values.next().map(|value| expression::lower(lowering, value));
            out.extend(values.map(|value| Stmt::Expr(expression::lower(lowering, value))));
            out.extend(first.map(Stmt::Return));
        }
        _ => out.extend(children(node).into_iter().map(|child| Stmt::Expr(expression::lower(lowering, child)))),
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Declaration,
    Assignment,
    Append,
}

/// `a, b = x, y`. Of `a, b = f()` the first name gets what the call gives; of the others nothing is known.
fn assign<'t>(
    lowering: &mut Lowering<'t>,
    names: Vec<Node<'_>>,
    values: Option<Node<'_>>,
    kind: Kind,
    node: Node<'_>,
    out: &mut Block<'t>,
) {
    let Some(values) = values else { return };
    let mut values = if values.kind() == "expression_list" { children(values) } else { vec![values] }.into_iter();
    for name in names {
        let target = expression::lower(lowering, name);
        let value = match values.next() {
            Some(value) => expression::lower(lowering, value),
            None => Expr::other(Vec::new(), name.byte_range()),
        };
        let range = node.byte_range();
        out.push(Stmt::Expr(match kind {
            Kind::Declaration => Expr::declare(target, value, range),
            Kind::Assignment => Expr::assign(target, value, false, range),
            Kind::Append => Expr::assign(target, value, true, range),
        }));
    }
    out.extend(values.map(|value| Stmt::Expr(expression::lower(lowering, value))));
}

/// `if`, whose `else if` chain is walked instead of descended.
fn conditional<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, out: &mut Block<'t>) {
    node.field("initializer").into_iter().for_each(|initializer| lower(lowering, initializer, out));
    let test = node.field("condition").map(|test| expression::lower(lowering, test));
    let then = block(lowering, node.field("consequence"));
    let otherwise = block(lowering, node.field("alternative"));
    out.push(Stmt::If { test, then, otherwise });
}

fn each<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, out: &mut Block<'t>) {
    let (mut target, mut test, mut update) = (None, None, None);
    for clause in children(node) {
        let part = |name: &'static str| clause.field(name);
        match clause.kind() {
            "range_clause" => {
                let names = part("left").map(children).unwrap_or_default();
                if let Some(right) = part("right") {
                    let iterable = expression::lower(lowering, right);
                    target = Some(match names.get(1) {
                        Some(element) => (expression::lower(lowering, *element), iterable),
                        // One name is the key, of which nothing is known.
                        None => {
                            let key = names.first().map(|name| expression::lower(lowering, *name));
                            let range = iterable.range.clone();
                            (key.unwrap_or_else(|| Expr::other(Vec::new(), clause.byte_range())), Expr::other(vec![iterable], range))
                        }
                    });
                }
            }
            "for_clause" => {
                part("initializer").into_iter().for_each(|initializer| lower(lowering, initializer, out));
                test = part("condition").map(|test| expression::lower(lowering, test));
                update = part("update");
            }
            "block" => {}
            _ => test = Some(expression::lower(lowering, clause)),
        }
    }
    let mut body = block(lowering, node.field("body"));
    update.into_iter().for_each(|update| lower(lowering, update, &mut body));
    out.push(Stmt::Loop { each: target, test, body });
}

fn case<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, out: &mut Block<'t>) {
    let test = node.field("value").map(|value| expression::lower(lowering, value));
    let mut then = Block::new();
    for child in children(node) {
        if matches!(child.kind(), "statement_list" | "receive_statement" | "send_statement") {
            lower(lowering, child, &mut then);
        }
    }
    out.push(Stmt::If { test, then, otherwise: Block::new() });
}

/// An import binds the last part of its path that is no version.
fn import<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, out: &mut Block<'t>) {
    let Some(path) = node.field("path") else { return };
    let range = path.byte_range();
    let whole = lowering.source(path).trim_matches(['"', '`']);
    let is_version =
        |part: &&str| part.strip_prefix('v').is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
    let name = whole.rsplit('/').find(|part| !is_version(part)).unwrap_or(whole);
    let name = name.split_once(".v").map_or(name, |(name, _)| name);
    let local = match node.field("name").map(|local| lowering.source(local)) {
        Some("_") => return,
        Some(local) => local,
        None => name,
    };
    out.push(Stmt::Import { module: Expr::new(ExprKind::Name(name), range), names: vec![Import { local, imported: None }] });
}

/// Of a type's declaration only the tags of its fields are strings.
fn tags<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, out: &mut Block<'t>) {
    let mut strings = Vec::new();
    for_each(node, |inner| {
        let string =
            literal(lowering, inner).filter(|string| matches!(&string.kind, ExprKind::Literal(text) if text.as_str().contains("://")));
        strings.extend(string);
        true
    });
    if !strings.is_empty() {
        out.push(Stmt::Expr(Expr::other(strings, node.byte_range())));
    }
}

/// The name of a method's receiver, and that of its type.
pub(super) fn receiver<'t>(lowering: &Lowering<'t>, node: Node<'_>) -> (Option<&'t str>, &'t str) {
    let parameter = node.field("receiver").and_then(|list| children(list).into_iter().next());
    let name = parameter.and_then(|parameter| parameter.field("name")).map(|name| lowering.source(name));
    let class = parameter.and_then(|parameter| parameter.field("type")).map_or("", |class| lowering.source(class));
    (name.filter(|name| *name != "_"), class.trim_start_matches('*').split('[').next().unwrap_or_default())
}

/// A function, method or function literal.
pub(super) fn function<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Function<'t> {
    let name = node.field("name").map(|name| lowering.source(name));
    let mut parameters = Vec::new();
    for declaration in node.field("parameters").map(children).unwrap_or_default() {
        let rest = declaration.kind() == "variadic_parameter_declaration";
        let mut cursor = declaration.walk();
        for name in declaration.children_by_field_name("name", &mut cursor).filter(Node::is_named) {
            let target = Expr::new(ExprKind::Name(lowering.source(name)), name.byte_range());
            parameters.push(Parameter { target, default: None, rest });
        }
    }
    let body = block(lowering, node.field("body"));
    Function { name, parameters, body, range: node.byte_range() }
}
