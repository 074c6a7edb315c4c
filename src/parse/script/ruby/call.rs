//! Calls of methods, and elements.

use tree_sitter::Node;

use super::super::ir::{Argument, Call, CallStyle, Entry, Expr, ExprKind};
use super::super::tree::{Fields as _, Lowering};
use super::expression::{entry, lower as value, other};
use super::parts;

fn make<'t>(callee: Expr<'t>, arguments: Vec<Argument<'t>>, style: CallStyle, node: Node<'_>) -> Expr<'t> {
    Expr::new(ExprKind::Call(Box::new(Call { callee, arguments, style })), node.byte_range())
}

/// A name that is a method of the file.
pub(super) fn bare<'t>(lowering: &Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let callee = Expr::new(ExprKind::Name(lowering.source(node)), node.byte_range());
    make(callee, Vec::new(), CallStyle::Plain, node)
}

/// A call of any spelling.
pub(super) fn lower<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let field = |name: &'static str| node.field(name);
    let (receiver, list, block) = (field("receiver"), field("arguments"), field("block"));
    let name = field("method").map_or("call", |method| lowering.source(method));
    let end = field("method").map_or(node.start_byte(), |method| method.end_byte());
    if receiver.is_none() && list.is_none() && block.is_none() && field("method").is_none() {
        return other(lowering, node);
    }
    let object = receiver.map(|receiver| Box::new(value(lowering, receiver)));
    let is_attribute = list.is_none() && block.is_none() && !name.ends_with(['?', '!']) && name != "new";
    let object = match object {
        Some(object) if is_attribute && !lowering.bare_calls.contains(name) => {
            return Expr::new(ExprKind::Member(object, name), node.byte_range());
        }
        object => object,
    };
    let mut arguments = list.map(|list| arguments(lowering, list)).unwrap_or_default();
    arguments.extend(block.map(|block| Argument { keyword: None, value: value(lowering, block) }));
    match object {
        // An object of a class.
        Some(class) if name == "new" => make(*class, arguments, CallStyle::New, node),
        // `text.sub!(…)` is `text = text.sub(…)`.
        Some(object) if matches!(name, "sub!" | "gsub!") && matches!(object.kind, ExprKind::Name(_) | ExprKind::Member(..)) => {
            let range = object.range.start..end.max(object.range.start);
            let callee = Expr::new(ExprKind::Member(object, name.trim_end_matches('!')), range);
            let changed = make(callee, arguments, CallStyle::Plain, node);
            match receiver {
                Some(receiver) => Expr::assign(value(lowering, receiver), changed, false, node.byte_range()),
                None => changed,
            }
        }
        Some(object) => {
            let callee = Expr::new(ExprKind::Member(object, name), node.start_byte()..end.max(node.start_byte()));
            make(callee, arguments, CallStyle::Plain, node)
        }
        None => {
            let range = field("method").map_or(node.byte_range(), |method| method.byte_range());
            make(Expr::new(ExprKind::Name(name), range), arguments, CallStyle::Plain, node)
        }
    }
}

/// The arguments of a call: entries with a symbol are keywords, those with any other key one hash behind the others.
pub(super) fn arguments<'t>(lowering: &mut Lowering<'t>, list: Node<'_>) -> Vec<Argument<'t>> {
    let mut out = Vec::new();
    let mut entries: Vec<Entry<'t>> = Vec::new();
    for node in parts(list) {
        let key = node.field("key").filter(|_| node.kind() == "pair");
        let keyword = key.and_then(|key| match key.kind() {
            "hash_key_symbol" => Some(lowering.source(key)),
            "simple_symbol" => Some(lowering.source(key).trim_start_matches(':')),
            _ => None,
        });
        match (key, keyword) {
            (_, Some(_)) => out.push(Argument { keyword, value: entry(lowering, node).value }),
            (Some(_), None) => entries.push(entry(lowering, node)),
            (None, None) => out.push(Argument { keyword: None, value: value(lowering, node) }),
        }
    }
    out.extend(record(entries).map(|value| Argument { keyword: None, value }));
    out
}

/// The elements of a list, and a hash of its entries, if it has any.
pub(super) fn pairs<'t>(lowering: &mut Lowering<'t>, nodes: Vec<Node<'_>>) -> (Vec<Expr<'t>>, Option<Expr<'t>>) {
    let (mut values, mut entries) = (Vec::new(), Vec::new());
    for node in nodes {
        if node.kind() == "pair" {
            entries.push(entry(lowering, node));
        } else {
            values.push(value(lowering, node));
        }
    }
    (values, record(entries))
}

fn record(entries: Vec<Entry<'_>>) -> Option<Expr<'_>> {
    let start = entries.first().map(|entry| entry.key.as_ref().unwrap_or(&entry.value).range.start)?;
    let end = entries.last().map(|entry| entry.value.range.end)?.max(start);
    Some(Expr::new(ExprKind::Record(entries), start..end))
}

/// `object[key]`, `object[from, length]`, `object[from..to]`.
pub(super) fn element<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let Some(object) = node.field("object") else { return other(lowering, node) };
    let keys: Vec<_> = parts(node).into_iter().filter(|part| part.id() != object.id()).collect();
    let object = Box::new(value(lowering, object));
    let kind = match keys.as_slice() {
        [key] if key.kind() != "range" => ExprKind::Index(object, Box::new(value(lowering, *key))),
        [] => ExprKind::Other(vec![*object]),
        _ => ExprKind::Slice(object),
    };
    Expr::new(kind, node.byte_range())
}
