//! Calls, constructions, annotations, and the ways to build strings that are written as calls.

use tree_sitter::Node;

use super::super::ir::{Argument, Call, CallStyle, Expr, ExprKind};
use super::super::tree::{Fields as _, Lowering, children};
use super::expression::{all, lower, other};

/// Classes of objects in which strings are built.
const BUILDERS: [&str; 2] = ["StringBuilder", "StringBuffer"];

fn arguments<'t>(lowering: &mut Lowering<'t>, list: Option<Node<'_>>) -> Vec<Expr<'t>> {
    all(lowering, list.map(children).unwrap_or_default())
}

fn make<'t>(callee: Expr<'t>, arguments: Vec<Expr<'t>>, style: CallStyle, node: Node<'_>) -> Expr<'t> {
    let arguments = arguments.into_iter().map(|value| Argument { keyword: None, value }).collect();
    Expr::new(ExprKind::Call(Box::new(Call { callee, arguments, style })), node.byte_range())
}

/// `name(…)` and `object.name(…)`.
pub(super) fn method<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let Some(name) = node.field("name") else { return other(lowering, node) };
    let (range, word) = (node.byte_range(), lowering.source(name));
    let object = node.field("object");
    let list = node.field("arguments");
    match (object, word) {
        (Some(object), "append") if list.is_some_and(|list| children(list).len() == 1) => return append(lowering, node, object),
        (Some(template), "formatted") => {
            let template = Box::new(lower(lowering, template));
            let values = arguments(lowering, list);
            let filling = Expr::new(ExprKind::List(values), list.map_or(range.clone(), |list| list.byte_range()));
            return Expr::new(ExprKind::Format { template, arguments: Box::new(filling) }, range);
        }
        _ => {}
    }
    let mut values = arguments(lowering, list);
    // `String.format(Locale, String, Object...)`: the locale is optional.
    if word == "format" && list.and_then(|list| children(list).into_iter().next()).is_some_and(|first| is_locale(lowering, first)) {
        values.remove(0);
    }
    let callee = match object {
        Some(object) => Expr::new(ExprKind::Member(Box::new(lower(lowering, object)), word), range.start..name.end_byte()),
        None => Expr::new(ExprKind::Name(word), name.byte_range()),
    };
    make(callee, values, CallStyle::Plain, node)
}

fn is_locale(lowering: &Lowering<'_>, node: Node<'_>) -> bool {
    lowering.source(node).strip_prefix("Locale").is_some_and(|rest| rest.starts_with('.'))
}

/// `builder.append(a).append(b)`: appended to the variable in which the builder is, or joined, where it is a new one. A
/// chain leans to the left, and may be as long as the file.
fn append<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, object: Node<'_>) -> Expr<'t> {
    let mut right_to_left = vec![node];
    let mut root = object;
    while is_append(lowering, root) {
        right_to_left.push(root);
        match root.field("object") {
            Some(object) => root = object,
            None => break,
        }
    }
    let appended = right_to_left.into_iter().rev().filter_map(|call| call.field("arguments"));
    let mut parts: Vec<_> = appended.flat_map(children).collect::<Vec<_>>().into_iter().map(|part| lower(lowering, part)).collect();
    let range = node.byte_range();
    let target = lower(lowering, root);
    if matches!(target.kind, ExprKind::Name(_) | ExprKind::Member(..)) {
        let value = match parts.len() {
            1 => parts.swap_remove(0),
            _ => Expr::new(ExprKind::Concat(parts), range.clone()),
        };
        return Expr::assign(target, value, true, range);
    }
    parts.insert(0, target);
    Expr::new(ExprKind::Concat(parts), range)
}

fn is_append(lowering: &Lowering<'_>, node: Node<'_>) -> bool {
    node.kind() == "method_invocation"
        && node.field("object").is_some()
        && node.field("name").is_some_and(|name| lowering.source(name) == "append")
        && node.field("arguments").is_some_and(|list| children(list).len() == 1)
}

/// `new Name(…) { … }`.
pub(super) fn creation<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let Some(class) = node.field("type") else { return other(lowering, node) };
    let list = node.field("arguments");
    let mut values = arguments(lowering, list);
    if BUILDERS.contains(&lowering.source(class)) {
        // A number is its capacity.
        values.retain(|value| !matches!(value.kind, ExprKind::Atom(_)));
        let at = node.end_byte();
        let nothing = Expr::new(ExprKind::Literal(lowering.text().slice(at..at)), node.byte_range());
        return match values.pop() {
            Some(value) => Expr::new(ExprKind::Concat(vec![nothing, value]), node.byte_range()),
            None => nothing,
        };
    }
    let callee = lower(lowering, class);
    let call = make(callee, values, CallStyle::New, node);
    let mut parts = vec![call];
    for child in children(node) {
        if child.kind() == "class_body" {
            parts.push(lower(lowering, child));
        }
    }
    match parts.len() {
        1 => parts.swap_remove(0),
        _ => Expr::other(parts, node.byte_range()),
    }
}

/// `this(…)` and `super(…)` in a constructor.
pub(super) fn constructor<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let values = arguments(lowering, node.field("arguments"));
    let callee = match node.field("constructor") {
        Some(name) => Expr::new(ExprKind::Member(Box::new(lower(lowering, name)), "constructor"), name.byte_range()),
        None => return Expr::other(values, node.byte_range()),
    };
    make(callee, values, CallStyle::Plain, node)
}

/// `@Name(key = value)`: a call with keywords.
pub(super) fn annotation<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let Some(name) = node.field("name") else { return other(lowering, node) };
    let callee = lower(lowering, name);
    let mut arguments = Vec::new();
    for value in node.field("arguments").map(children).unwrap_or_default() {
        let pair = (value.field("key"), value.field("value"));
        arguments.push(match pair {
            (Some(key), Some(value)) if key.kind() == "identifier" => {
                Argument { keyword: Some(lowering.source(key)), value: lower(lowering, value) }
            }
            _ => Argument { keyword: None, value: lower(lowering, value) },
        });
    }
    Expr::new(ExprKind::Call(Box::new(Call { callee, arguments, style: CallStyle::Plain })), node.byte_range())
}
