//! Classes, methods, parameters, imports.

use tree_sitter::Node;

use super::super::ir::{Argument, Block, Call, CallStyle, Expr, ExprKind, Function, Import, Parameter, Stmt};
use super::super::tree::{Fields as _, Lowering, children};
use super::{expression, statement};

/// The name by which the engine knows a constructor.
const CONSTRUCTOR: &str = "constructor";

/// A class, interface, enum or record, or a member of one. `false` if the node is none of those.
pub(super) fn lower<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, out: &mut Block<'t>) -> bool {
    match node.kind() {
        "class_declaration" | "interface_declaration" | "annotation_type_declaration" | "enum_declaration" | "record_declaration" => {
            class(lowering, node, out);
        }
        "method_declaration" | "constructor_declaration" | "compact_constructor_declaration" => function(lowering, node, out),
        "annotation_type_element_declaration" => {
            annotations(lowering, node, out);
            if let (Some(name), Some(value)) = (node.field("name"), node.field("value")) {
                let target = Expr::new(ExprKind::Name(lowering.source(name)), name.byte_range());
                out.push(Stmt::Expr(Expr::declare(target, expression::lower(lowering, value), node.byte_range())));
            }
        }
        "import_declaration" => import(lowering, node, out),
        _ => return false,
    }
    true
}

fn class<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, out: &mut Block<'t>) {
    annotations(lowering, node, out);
    let name = node.field("name").map(|name| lowering.source(name)).unwrap_or_default();
    let mut body = Block::new();
    // The components of a record are its fields, set by its constructor.
    if let Some(list) = node.field("parameters") {
        let parameters = parameters(lowering, list, &mut body);
        let fields = parameters.iter().filter_map(|parameter| match &parameter.target.kind {
            ExprKind::Name(name) => Some((*name, parameter.target.range.clone())),
            _ => None,
        });
        let set = fields.map(|(name, range)| {
            let this = Expr::new(ExprKind::This, range.clone());
            let target = Expr::new(ExprKind::Member(Box::new(this), name), range.clone());
            Stmt::Expr(Expr::assign(target, Expr::new(ExprKind::Name(name), range.clone()), false, range))
        });
        let function = Function { name: Some(CONSTRUCTOR), body: set.collect(), parameters, range: list.byte_range() };
        body.push(Stmt::Function(function));
    }
    if let Some(members) = node.field("body") {
        self::members(lowering, members, &mut body);
    }
    out.push(Stmt::Class { name, body, range: node.byte_range() });
}

/// The members of a class: fields and methods, with the constants of an enum as objects of its class behind them.
pub(super) fn members<'t>(lowering: &mut Lowering<'t>, body: Node<'_>, out: &mut Block<'t>) {
    let mut constants = Vec::new();
    for child in children(body) {
        if child.kind() == "enum_constant" {
            constants.push(child);
        } else {
            statement::lower(lowering, child, out);
        }
    }
    let class = body.parent().and_then(|class| class.field("name"));
    for constant in constants {
        annotations(lowering, constant, out);
        let (Some(name), Some(class)) = (constant.field("name"), class) else { continue };
        let arguments = constant.field("arguments").map(children).unwrap_or_default();
        let arguments = arguments.into_iter().map(|value| Argument { keyword: None, value: expression::lower(lowering, value) });
        let arguments = arguments.collect();
        let callee = Expr::new(ExprKind::Name(lowering.source(class)), name.byte_range());
        let range = constant.byte_range();
        let object = Expr::new(ExprKind::Call(Box::new(Call { callee, arguments, style: CallStyle::New })), range.clone());
        let target = Expr::new(ExprKind::Name(lowering.source(name)), name.byte_range());
        out.push(Stmt::Expr(Expr::declare(target, object, range)));
        if let Some(inner) = constant.field("body") {
            out.push(Stmt::Expr(expression::lower(lowering, inner)));
        }
    }
}

fn function<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, out: &mut Block<'t>) {
    annotations(lowering, node, out);
    let name = match node.kind() {
        "method_declaration" => node.field("name").map(|name| lowering.source(name)),
        _ => Some(CONSTRUCTOR),
    };
    let parameters = node.field("parameters").map(|list| parameters(lowering, list, out)).unwrap_or_default();
    let mut body = Block::new();
    if let Some(block) = node.field("body") {
        statement::lower(lowering, block, &mut body);
    }
    out.push(Stmt::Function(Function { name, parameters, body, range: node.byte_range() }));
}

/// The annotations of a declaration, as calls before it.
pub(super) fn annotations<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, out: &mut Block<'t>) {
    let modifiers = children(node).into_iter().filter(|child| child.kind() == "modifiers").flat_map(children);
    let annotations: Vec<_> = modifiers.filter(|child| child.kind() == "annotation").collect();
    out.extend(annotations.into_iter().map(|annotation| Stmt::Expr(expression::lower(lowering, annotation))));
}

/// A parameter by its name.
pub(super) fn parameter<'t>(lowering: &Lowering<'t>, name: Node<'_>) -> Parameter<'t> {
    Parameter { target: Expr::new(ExprKind::Name(lowering.source(name)), name.byte_range()), default: None, rest: false }
}

/// The parameters of a method or lambda; their annotations go to `out`.
pub(super) fn parameters<'t>(lowering: &mut Lowering<'t>, list: Node<'_>, out: &mut Block<'t>) -> Vec<Parameter<'t>> {
    let mut parameters = Vec::new();
    for node in children(list) {
        annotations(lowering, node, out);
        let rest = node.kind() == "spread_parameter";
        let name = match node.kind() {
            "identifier" => Some(node),
            "formal_parameter" => node.field("name"),
            "spread_parameter" => children(node).into_iter().find_map(|child| child.field("name")),
            _ => None,
        };
        parameters.extend(name.map(|name| Parameter { rest, ..parameter(lowering, name) }));
    }
    parameters
}

/// An import binds the last part of its name. A static one is a member of a class.
fn import<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, out: &mut Block<'t>) {
    let Some(path) = children(node).into_iter().next() else { return };
    let whole = lowering.source(path);
    let (scope, name) = whole.rsplit_once('.').unwrap_or(("", whole));
    let mut cursor = node.walk();
    let (mut is_static, mut all) = (false, false);
    for child in node.children(&mut cursor) {
        is_static |= child.kind() == "static";
        all |= child.kind() == "asterisk";
    }
    let class = scope.rsplit('.').next().unwrap_or(scope);
    let (module, names) = match (all, is_static) {
        (true, _) => (name, Vec::new()),
        (false, true) => (class, vec![Import { local: name, imported: Some(name) }]),
        (false, false) => (name, vec![Import { local: name, imported: None }]),
    };
    out.push(Stmt::Import { module: Expr::new(ExprKind::Name(module), path.byte_range()), names });
}
