//! Statements and declarations.

use tree_sitter::Node;

use super::super::ir::{Block, Expr, ExprKind, Function, Import, Parameter, Stmt};
use super::super::tree::{Fields as _, Lowering, children};
use super::{expression, literal};

/// Appends what a statement is lowered to.
pub(super) fn lower<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, out: &mut Block<'t>) {
    lowering.statement(node, literal, out, statement);
}

/// The statements of a block, or a single statement.
pub(super) fn block<'t>(lowering: &mut Lowering<'t>, node: Option<Node<'_>>) -> Block<'t> {
    let mut out = Block::new();
    if let Some(node) = node {
        lower(lowering, node, &mut out);
    }
    out
}

fn statement<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, out: &mut Block<'t>) {
    let field = |name: &'static str| node.field(name);
    match node.kind() {
        "empty_statement" | "debugger_statement" | "break_statement" | "continue_statement" | "hash_bang_line" => {}
        "interface_declaration" | "type_alias_declaration" | "function_signature" | "import_alias" => {}
        "statement_block" | "ERROR" | "else_clause" | "finally_clause" | "class_static_block" => {
            children(node).into_iter().for_each(|child| lower(lowering, child, out));
        }
        "expression_statement" => expression_statement(lowering, node, out),
        "lexical_declaration" | "variable_declaration" | "using_declaration" => declarations(lowering, node, out),
        "function_declaration" | "generator_function_declaration" => out.push(Stmt::Function(function(lowering, node))),
        "class_declaration" | "abstract_class_declaration" => class(lowering, node, out),
        "if_statement" => if_statement(lowering, node, out),
        "for_statement" => {
            if let Some(initializer) = field("initializer") {
                lower(lowering, initializer, out);
            }
            let test = field("condition").map(|test| expression::lower(lowering, test));
            let mut body = block(lowering, field("body"));
            body.extend(field("increment").map(|step| Stmt::Expr(expression::lower(lowering, step))));
            out.push(Stmt::Loop { each: None, test, body });
        }
        "for_in_statement" => for_in(lowering, node, out),
        "while_statement" | "do_statement" => {
            let test = field("condition").map(|test| expression::lower(lowering, test));
            let body = block(lowering, field("body"));
            out.push(Stmt::Loop { each: None, test, body });
        }
        "labeled_statement" | "with_statement" | "internal_module" | "module" => {
            field("object").into_iter().for_each(|object| out.push(Stmt::Expr(expression::lower(lowering, object))));
            field("body").into_iter().for_each(|body| lower(lowering, body, out));
        }
        "ambient_declaration" => children(node).into_iter().for_each(|child| lower(lowering, child, out)),
        "switch_statement" => {
            out.extend(field("value").map(|value| Stmt::Expr(expression::lower(lowering, value))));
            for case in field("body").map(children).unwrap_or_default() {
                let test = case.field("value").map(|value| expression::lower(lowering, value));
                let mut then = Block::new();
                let skipped = usize::from(test.is_some());
                children(case).into_iter().skip(skipped).for_each(|child| lower(lowering, child, &mut then));
                out.push(Stmt::If { test, then, otherwise: Block::new() });
            }
        }
        "try_statement" => {
            out.push(Stmt::Expr(Expr::nothing_raised(node.start_byte())));
            field("body").into_iter().for_each(|body| lower(lowering, body, out));
            let part = |name: &'static str| field("handler").and_then(|handler| handler.field(name));
            let caught = part("parameter").filter(|parameter| parameter.kind() == "identifier");
            let mut then: Block<'t> = caught.map(|name| Stmt::Expr(Expr::caught(expression::lower(lowering, name)))).into_iter().collect();
            then.append(&mut block(lowering, part("body")));
            out.push(Stmt::If { test: None, then, otherwise: Block::new() });
            field("finalizer").into_iter().for_each(|last| lower(lowering, last, out));
        }
        "return_statement" => out.extend(first(lowering, node).map(Stmt::Return)),
        "throw_statement" => out.extend(first(lowering, node).map(Stmt::Raise)),
        "import_statement" => out.extend(import(lowering, node)),
        "export_statement" => export(lowering, node, out),
        "enum_declaration" => out.extend(enumeration(lowering, node).map(Stmt::Expr)),
        _ => out.push(Stmt::Expr(expression::lower(lowering, node))),
    }
}

fn first<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Option<Expr<'t>> {
    children(node).into_iter().next().map(|child| expression::lower(lowering, child))
}

fn expression_statement<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, out: &mut Block<'t>) {
    for child in children(node) {
        match child.kind() {
            "sequence_expression" => {
                let parts = children(child).into_iter().map(|part| Stmt::Expr(expression::lower(lowering, part)));
                out.extend(parts);
            }
            // `namespace X { … }` of TypeScript.
            "internal_module" => lower(lowering, child, out),
            _ => out.push(Stmt::Expr(expression::lower(lowering, child))),
        }
    }
}

fn declarations<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, out: &mut Block<'t>) {
    for declarator in children(node) {
        let range = declarator.byte_range();
        let Some(name) = declarator.field("name") else {
            out.push(Stmt::Expr(expression::lower(lowering, declarator)));
            continue;
        };
        let target = expression::pattern(lowering, name);
        let value = match declarator.field("value") {
            Some(value) => expression::lower(lowering, value),
            None => Expr::other(Vec::new(), range.clone()),
        };
        out.push(Stmt::Expr(Expr::declare(target, value, range)));
    }
}

/// Chains of `else if` become branches in sequence, however long they are.
fn if_statement<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, out: &mut Block<'t>) {
    let mut next = Some(node);
    while let Some(node) = next.take() {
        let test = node.field("condition").map(|test| expression::lower(lowering, test));
        let then = block(lowering, node.field("consequence"));
        let alternative = node.field("alternative").and_then(|clause| children(clause).into_iter().next());
        let mut otherwise = Block::new();
        match alternative {
            Some(chained) if chained.kind() == "if_statement" => next = Some(chained),
            other => otherwise = block(lowering, other),
        }
        out.push(Stmt::If { test, then, otherwise });
    }
}

fn for_in<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, out: &mut Block<'t>) {
    let (left, right) = (node.field("left"), node.field("right"));
    let target = left.map(|left| expression::pattern(lowering, left));
    let iterable = right.map(|right| expression::lower(lowering, right));
    let of = node.field("operator").is_some_and(|operator| operator.kind() == "of");
    let body = block(lowering, node.field("body"));
    let (each, test) = match (target, iterable) {
        (Some(target), Some(iterable)) if of => (Some((target, iterable)), None),
        (_, iterable) => (None, iterable),
    };
    out.push(Stmt::Loop { each, test, body });
}

/// A function, method or arrow function.
pub(super) fn function<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Function<'t> {
    let name = node.field("name").map(|name| lowering.source(name));
    let mut parameters = Vec::new();
    let mut fields = Block::new();
    if let Some(single) = node.field("parameter") {
        let target = expression::pattern(lowering, single);
        parameters.push(Parameter { target, default: None, rest: false });
    }
    for node in node.field("parameters").map(children).unwrap_or_default() {
        parameters.extend(parameter(lowering, node, &mut fields));
    }
    let mut body = fields;
    match node.field("body") {
        Some(block) if block.kind() == "statement_block" => lower(lowering, block, &mut body),
        Some(value) => body.push(Stmt::Return(expression::lower(lowering, value))),
        None => {}
    }
    Function { name, parameters, body, range: node.byte_range() }
}

/// A parameter; one with an accessibility modifier (`constructor(private base = "…")`) is assigned to a field as well.
fn parameter<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, fields: &mut Block<'t>) -> Option<Parameter<'t>> {
    let (pattern, default) = match node.kind() {
        "required_parameter" | "optional_parameter" => (node.field("pattern")?, node.field("value")),
        "assignment_pattern" => (node.field("left")?, node.field("right")),
        _ => (node, None),
    };
    if pattern.kind() == "this" {
        return None;
    }
    let rest = pattern.kind() == "rest_pattern";
    let pattern = if rest { children(pattern).into_iter().next()? } else { pattern };
    let target = expression::pattern(lowering, pattern);
    let default = default.map(|default| expression::lower(lowering, default));
    let is_field = children(node).iter().any(|child| matches!(child.kind(), "accessibility_modifier" | "override_modifier"));
    if let (true, ExprKind::Name(name)) = (is_field, &target.kind) {
        let range = pattern.byte_range();
        let this = Expr::new(ExprKind::This, range.clone());
        let member = Expr::new(ExprKind::Member(Box::new(this), name), range.clone());
        fields.push(Stmt::Expr(Expr::assign(member, Expr::new(ExprKind::Name(name), range.clone()), false, range)));
    }
    Some(Parameter { target, default, rest })
}

/// A class: fields are assignments in its body.
pub(super) fn class<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, out: &mut Block<'t>) {
    let mut body = Block::new();
    for member in node.field("body").map(children).unwrap_or_default() {
        match member.kind() {
            "method_definition" => body.push(Stmt::Function(function(lowering, member))),
            "field_definition" | "public_field_definition" => body.extend(field(lowering, member).map(Stmt::Expr)),
            "decorator" => body.extend(first(lowering, member).map(Stmt::Expr)),
            "class_static_block" | "ERROR" => lower(lowering, member, &mut body),
            _ => {}
        }
    }
    for child in children(node).into_iter().filter(|child| matches!(child.kind(), "decorator" | "class_heritage")) {
        out.push(Stmt::Expr(expression::other(lowering, child)));
    }
    let name = node.field("name").map_or("", |name| lowering.source(name));
    out.push(Stmt::Class { name, body, range: node.byte_range() });
}

fn field<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Option<Expr<'t>> {
    let name = node.field("property").or_else(|| node.field("name"))?;
    let value = expression::lower(lowering, node.field("value")?);
    let target = match name.kind() {
        "computed_property_name" | "string" => expression::lower(lowering, name),
        _ => Expr::new(ExprKind::Name(lowering.source(name)), name.byte_range()),
    };
    Some(Expr::declare(target, value, node.byte_range()))
}

fn import<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Option<Stmt<'t>> {
    let required = children(node).into_iter().find(|child| child.kind() == "import_require_clause");
    let holder = required.unwrap_or(node);
    let module = expression::lower(lowering, holder.field("source")?);
    let mut names = Vec::new();
    let clause = required.or_else(|| children(node).into_iter().find(|child| child.kind() == "import_clause"));
    for child in clause.map(children).unwrap_or_default() {
        match child.kind() {
            "identifier" => names.push(Import { local: lowering.source(child), imported: None }),
            "namespace_import" => {
                names.extend(children(child).first().map(|name| Import { local: lowering.source(*name), imported: None }));
            }
            "named_imports" => {
                for specifier in children(child) {
                    let Some(name) = specifier.field("name") else { continue };
                    let imported = lowering.source(name);
                    let local = specifier.field("alias").map_or(imported, |alias| lowering.source(alias));
                    names.push(Import { local, imported: (imported != "default").then_some(imported) });
                }
            }
            _ => {}
        }
    }
    Some(Stmt::Import { module, names })
}

fn export<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, out: &mut Block<'t>) {
    for child in children(node).into_iter().filter(|child| child.kind() == "decorator") {
        out.extend(first(lowering, child).map(Stmt::Expr));
    }
    if let Some(source) = node.field("source") {
        let module = expression::lower(lowering, source);
        out.push(Stmt::Import { module, names: Vec::new() });
    } else if let Some(declaration) = node.field("declaration") {
        lower(lowering, declaration, out);
    } else if let Some(value) = node.field("value") {
        out.push(Stmt::Expr(expression::lower(lowering, value)));
    } else {
        let values = children(node).into_iter().filter(|child| !matches!(child.kind(), "export_clause" | "decorator"));
        values.for_each(|value| out.push(Stmt::Expr(expression::lower(lowering, value))));
    }
}

fn enumeration<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Option<Expr<'t>> {
    let name = node.field("name")?;
    let mut entries = Vec::new();
    for member in node.field("body").map(children).unwrap_or_default() {
        let (Some(key), Some(value)) = (member.field("name"), member.field("value")) else { continue };
        entries.push(expression::entry(lowering, key, |lowering| expression::lower(lowering, value)));
    }
    let range = node.byte_range();
    let target = Expr::new(ExprKind::Name(lowering.source(name)), name.byte_range());
    Some(Expr::declare(target, Expr::new(ExprKind::Record(entries), range.clone()), range))
}
