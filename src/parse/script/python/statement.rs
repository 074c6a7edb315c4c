//! Statements and definitions.

use tree_sitter::Node;

use super::super::ir::{Argument, Block, Call, CallStyle, Expr, ExprKind, Function, Import, Parameter, Stmt};
use super::super::tree::{Fields as _, Lowering, children};
use super::{expression, literal, string};

/// How many `elif` branches nest; a longer chain goes on side by side.
const MAX_ELIF: usize = 24;

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
    match node.kind() {
        "pass_statement"
        | "break_statement"
        | "continue_statement"
        | "global_statement"
        | "nonlocal_statement"
        | "future_import_statement"
        | "type_alias_statement"
        | "delete_statement" => {}
        "block" | "ERROR" | "else_clause" | "finally_clause" | "with_clause" => each(lowering, children(node), out),
        "expression_statement" => out.extend(children(node).into_iter().map(|child| match child.kind() {
            "yield" => Stmt::Return(expression::other(lowering, child)),
            "string" => Stmt::Expr(string::documentation(lowering, child)),
            _ => Stmt::Expr(expression::lower(lowering, child)),
        })),
        "import_statement" => import(lowering, node, out),
        "import_from_statement" => import_from(lowering, node, out),
        "function_definition" => out.push(Stmt::Function(function(lowering, node))),
        "class_definition" => class(lowering, node, out),
        "decorated_definition" => {
            // A decorator may make anything of what it decorates; what stands in its call is all that is seen of it.
            each(lowering, children(node), out);
        }
        "decorator" => out.extend(children(node).into_iter().map(|child| Stmt::Expr(expression::lower(lowering, child)))),
        "if_statement" => conditional(lowering, node, out),
        "for_statement" => {
            if let (Some(left), Some(right)) = (field("left"), field("right")) {
                let each = (expression::lower(lowering, left), expression::lower(lowering, right));
                out.push(Stmt::Loop { each: Some(each), test: None, body: block(lowering, field("body")) });
            }
            field("alternative").into_iter().for_each(|last| lower(lowering, last, out));
        }
        "while_statement" => {
            let test = field("condition").map(|test| expression::lower(lowering, test));
            out.push(Stmt::Loop { each: None, test, body: block(lowering, field("body")) });
            field("alternative").into_iter().for_each(|last| lower(lowering, last, out));
        }
        "with_statement" => each(lowering, children(node), out),
        "with_item" => out.extend(field("value").map(|value| Stmt::Expr(expression::lower(lowering, value)))),
        "try_statement" => {
            out.push(Stmt::Expr(Expr::nothing_raised(node.start_byte())));
            each(lowering, children(node), out);
        }
        "except_clause" => {
            let mut then = Block::new();
            for child in children(node) {
                let alias = child.field("alias").filter(|_| child.kind() == "as_pattern");
                if child.kind() == "block" {
                    lower(lowering, child, &mut then);
                } else if let Some(alias) = alias {
                    then.extend(children(child).into_iter().take(1).map(|kind| Stmt::Expr(expression::lower(lowering, kind))));
                    then.push(Stmt::Expr(Expr::caught(expression::lower(lowering, alias))));
                } else {
                    then.push(Stmt::Expr(expression::lower(lowering, child)));
                }
            }
            out.push(Stmt::If { test: None, then, otherwise: Block::new() });
        }
        "match_statement" => {
            let mut cursor = node.walk();
            let subjects: Vec<_> = node.children_by_field_name("subject", &mut cursor).collect();
            out.extend(subjects.into_iter().map(|subject| Stmt::Expr(expression::lower(lowering, subject))));
            field("body").into_iter().for_each(|body| each(lowering, children(body), out));
        }
        "case_clause" => {
            let mut tests = Vec::new();
            for child in children(node).into_iter().filter(|child| child.kind() != "block") {
                tests.push(expression::lower(lowering, child));
            }
            let then = block(lowering, field("consequence"));
            out.push(Stmt::If { test: Some(Expr::other(tests, node.byte_range())), then, otherwise: Block::new() });
        }
        "return_statement" => out.extend(value(lowering, node).map(Stmt::Return)),
        "raise_statement" => {
            let mut values = children(node).into_iter().map(|child| expression::lower(lowering, child));
            out.extend(values.next().map(Stmt::Raise));
            out.extend(values.map(Stmt::Expr));
        }
        "assert_statement" => {
            let mut parts = children(node).into_iter().map(|child| expression::lower(lowering, child));
            out.extend(parts.next().map(Stmt::Expr));
            // What does not hold is raised with its message.
            let then: Block<'t> = parts.map(Stmt::Raise).collect();
            if !then.is_empty() {
                out.push(Stmt::If { test: None, then, otherwise: Block::new() });
            }
        }
        "print_statement" => {
            let arguments = children(node).into_iter().map(|child| Argument { keyword: None, value: expression::lower(lowering, child) });
            let callee = Expr::new(ExprKind::Name("print"), node.start_byte()..node.start_byte() + "print".len());
            let call = Call { callee, arguments: arguments.collect(), style: CallStyle::Plain };
            out.push(Stmt::Expr(Expr::new(ExprKind::Call(Box::new(call)), node.byte_range())));
        }
        _ => out.push(Stmt::Expr(expression::lower(lowering, node))),
    }
}

/// The value of `return` or `raise`; several are a tuple.
fn value<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Option<Expr<'t>> {
    let mut values: Vec<_> = children(node).into_iter().map(|child| expression::lower(lowering, child)).collect();
    match values.len() {
        0 => None,
        1 => values.pop(),
        _ => Some(Expr::other(values, node.byte_range())),
    }
}

/// `if`, its `elif`s nested as far as the bound allows, and its `else`.
fn conditional<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, out: &mut Block<'t>) {
    let mut branches = vec![node];
    let mut otherwise = Block::new();
    let mut cursor = node.walk();
    for alternative in node.children_by_field_name("alternative", &mut cursor) {
        if alternative.kind() == "elif_clause" {
            branches.push(alternative);
        } else {
            otherwise = block(lowering, alternative.field("body"));
        }
    }
    let mut lowered: Vec<_> = branches
        .into_iter()
        .map(|branch| {
            let test = branch.field("condition").map(|test| expression::lower(lowering, test));
            (test, block(lowering, branch.field("consequence")))
        })
        .collect();
    for (test, then) in lowered.split_off(lowered.len().min(MAX_ELIF)) {
        otherwise.push(Stmt::If { test, then, otherwise: Block::new() });
    }
    for (test, then) in lowered.into_iter().rev() {
        otherwise = vec![Stmt::If { test, then, otherwise }];
    }
    out.append(&mut otherwise);
}

/// `import a.b` binds `a`; `import a.b as c` binds `c`.
fn import<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, out: &mut Block<'t>) {
    for name in children(node) {
        let aliased = (name.field("name"), name.field("alias"));
        let (module, range, local) = match aliased {
            (Some(module), Some(alias)) => (lowering.source(module), module.byte_range(), lowering.source(alias)),
            _ => {
                let first = lowering.source(name).split('.').next().unwrap_or_default().trim_end();
                (first, name.byte_range(), first)
            }
        };
        let names = vec![Import { local, imported: None }];
        out.push(Stmt::Import { module: Expr::new(ExprKind::Name(module), range), names });
    }
}

/// `from a.b import c as d`.
fn import_from<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, out: &mut Block<'t>) {
    let Some(module) = node.field("module_name") else { return };
    let mut cursor = node.walk();
    let names: Vec<_> = node.children_by_field_name("name", &mut cursor).collect();
    let names = names.into_iter().map(|name| match (name.field("name"), name.field("alias")) {
        (Some(imported), Some(alias)) => Import { local: lowering.source(alias), imported: Some(lowering.source(imported)) },
        _ => Import { local: lowering.source(name), imported: Some(lowering.source(name)) },
    });
    let names = names.collect();
    out.push(Stmt::Import { module: Expr::new(ExprKind::Name(lowering.source(module)), module.byte_range()), names });
}

fn function<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Function<'t> {
    let name = node.field("name").map(|name| lowering.source(name));
    let parameters = node.field("parameters").map(|list| parameters(lowering, list)).unwrap_or_default();
    let body = block(lowering, node.field("body"));
    Function { name, parameters, body, range: node.byte_range() }
}

/// The parameters of a function or lambda, without its receiver.
pub(super) fn parameters<'t>(lowering: &mut Lowering<'t>, list: Node<'_>) -> Vec<Parameter<'t>> {
    let mut out = Vec::new();
    for (index, node) in children(list).into_iter().enumerate() {
        if index == 0 && matches!(lowering.source(node), "self" | "cls") {
            continue;
        }
        let rest = |node: Node<'_>| matches!(node.kind(), "list_splat_pattern" | "dictionary_splat_pattern");
        let parameter = match node.kind() {
            "default_parameter" | "typed_default_parameter" => {
                let Some(name) = node.field("name") else { continue };
                let default = node.field("value").map(|value| expression::lower(lowering, value));
                Parameter { target: expression::lower(lowering, name), default, rest: false }
            }
            "keyword_separator" | "positional_separator" => continue,
            _ => {
                let inner = if node.kind() == "typed_parameter" { children(node).into_iter().next().unwrap_or(node) } else { node };
                let rest = rest(inner);
                let name = if rest { children(inner).into_iter().next().unwrap_or(inner) } else { inner };
                Parameter { target: expression::lower(lowering, name), default: None, rest }
            }
        };
        out.push(parameter);
    }
    out
}

fn class<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, out: &mut Block<'t>) {
    for base in node.field("superclasses").map(children).unwrap_or_default() {
        out.push(Stmt::Expr(expression::argument(lowering, base).value));
    }
    let name = node.field("name").map(|name| lowering.source(name)).unwrap_or_default();
    let body = block(lowering, node.field("body"));
    out.push(Stmt::Class { name, body, range: node.byte_range() });
}
