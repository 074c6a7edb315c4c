//! Expressions and assignment targets.

use tree_sitter::Node;

use super::super::ir::{Argument, Block, Call, CallStyle, Entry, Expr, ExprKind, Function, Stmt};
use super::super::tree::{Fields as _, Lowering, comparison, operands, operator};
use super::{call, definition, literal, parts, statement, string};

/// Lowers an expression, or the target of an assignment.
pub(super) fn lower<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    lowering.deeper(node, literal, |lowering| expression(lowering, node))
}

/// An expression that is not known: its parts.
pub(super) fn other<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let parts = all(lowering, parts(node));
    Expr::other(parts, node.byte_range())
}

/// The expressions of a list.
pub(super) fn all<'t>(lowering: &mut Lowering<'t>, nodes: Vec<Node<'_>>) -> Vec<Expr<'t>> {
    nodes.into_iter().map(|node| lower(lowering, node)).collect()
}

/// The first child, in whose place this node stands.
pub(super) fn first<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    match parts(node).into_iter().next() {
        Some(child) => lower(lowering, child),
        None => Expr::other(Vec::new(), node.byte_range()),
    }
}

fn expression<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    // Each of these stands in a function of its own: what recurses has to have a small frame.
    match node.kind() {
        "string" | "delimited_symbol" => string::lower(lowering, node),
        "string_content" | "heredoc_content" | "hash_key_symbol" | "uninterpreted" => string::fragment(lowering, node),
        "call" => call::lower(lowering, node),
        "element_reference" => call::element(lowering, node),
        "assignment" | "operator_assignment" => assignment(lowering, node),
        "binary" => binary(lowering, node),
        "conditional" => conditional(lowering, node),
        "array" => array(lowering, node),
        "hash" | "pair" => hash(lowering, node),
        "scope_resolution" => constant(lowering, node),
        "regex" => regex(lowering, node),
        "subshell" => command(lowering, node),
        "chained_string" => Expr::new(ExprKind::Concat(all(lowering, parts(node))), node.byte_range()),
        "string_array" | "symbol_array" => words(lowering, node),
        "left_assignment_list" | "right_assignment_list" | "destructured_left_assignment" | "destructured_parameter" => {
            Expr::new(ExprKind::List(all(lowering, parts(node))), node.byte_range())
        }
        "splat_argument" | "hash_splat_argument" | "rest_assignment" => spread(lowering, node),
        "block_argument" | "pattern" | "in" | "superclass" => first(lowering, node),
        "parenthesized_statements" if parts(node).len() == 1 => first(lowering, node),
        "lambda" | "block" | "do_block" => function(lowering, node),
        kind if statement::is_statement(kind) => control(lowering, node),
        _ => simple(lowering, node),
    }
}

/// Names and constants.
fn simple<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let range = node.byte_range();
    let kind = match node.kind() {
        "heredoc_beginning" => match lowering.heredocs.remove(&range.start) {
            Some(body) => return body,
            None => ExprKind::Other(Vec::new()),
        },
        "simple_symbol" | "character" => ExprKind::Literal(lowering.text().slice(range.start + 1..range.end)),
        "identifier" | "constant" | "global_variable" | "super" => match lowering.source(node) {
            name if lowering.bare_calls.contains(name) => return call::bare(lowering, node),
            name => ExprKind::Name(name),
        },
        "instance_variable" | "class_variable" => {
            let this = Expr::new(ExprKind::This, range.clone());
            ExprKind::Member(Box::new(this), lowering.source(node).trim_start_matches('@'))
        }
        "self" => ExprKind::This,
        "integer" | "float" | "complex" | "rational" | "true" | "false" | "nil" => ExprKind::Atom(lowering.source(node)),
        // `+''` is a string that may be changed, `-''` one that may not.
        "unary" => match node.field("operand") {
            Some(operand) if matches!(operand.kind(), "string" | "chained_string" | "heredoc_beginning") => {
                return lower(lowering, operand);
            }
            _ => return other(lowering, node),
        },
        _ => return other(lowering, node),
    };
    Expr::new(kind, range)
}

fn conditional<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let field = |name: &'static str| node.field(name);
    let (Some(test), Some(then), Some(otherwise)) = (field("condition"), field("consequence"), field("alternative")) else {
        return other(lowering, node);
    };
    let (test, then) = (Some(Box::new(lower(lowering, test))), Box::new(lower(lowering, then)));
    Expr::new(ExprKind::Choice { test, then, otherwise: Box::new(lower(lowering, otherwise)) }, node.byte_range())
}

fn array<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let (mut values, record) = call::pairs(lowering, parts(node));
    values.extend(record);
    Expr::new(ExprKind::List(values), node.byte_range())
}

/// A hash, or one entry that stands for one.
fn hash<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let entries = if node.kind() == "pair" { vec![node] } else { parts(node) };
    let entries = entries.into_iter().map(|child| entry(lowering, child)).collect();
    Expr::new(ExprKind::Record(entries), node.byte_range())
}

/// `A::B`.
fn constant<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let kind = match (node.field("scope"), node.field("name")) {
        (Some(scope), Some(name)) => ExprKind::Member(Box::new(lower(lowering, scope)), lowering.source(name)),
        (None, Some(name)) => ExprKind::Name(lowering.source(name)),
        _ => return other(lowering, node),
    };
    Expr::new(kind, node.byte_range())
}

fn regex<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let range = node.byte_range();
    let value = string::lower(lowering, node);
    if !matches!(value.kind, ExprKind::Literal(_)) {
        return Expr::other(vec![value], range);
    }
    let source = lowering.slice(range.clone());
    let open = if source.starts_with('%') { 3 } else { 1 }.min(source.len());
    let end = source.rfind(|c: char| !c.is_ascii_alphabetic()).unwrap_or(source.len()).max(open);
    Expr::new(ExprKind::Regex(lowering.text().slice(range.start + open..range.start + end)), range)
}

/// `` `command` ``: a call of the method of that name.
fn command<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let range = node.byte_range();
    let value = string::lower(lowering, node);
    let callee = Expr::new(ExprKind::Name("`"), range.start..range.start + 1);
    let arguments = vec![Argument { keyword: None, value }];
    Expr::new(ExprKind::Call(Box::new(Call { callee, arguments, style: CallStyle::Plain })), range)
}

fn words<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let raw = !matches!(lowering.source(node).as_bytes(), [b'%', b'W' | b'I', ..]);
    let words = parts(node).into_iter().map(|word| string::word(lowering, word, raw)).collect();
    Expr::new(ExprKind::List(words), node.byte_range())
}

fn spread<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let inner = first(lowering, node);
    Expr::new(ExprKind::Spread(Box::new(inner)), node.byte_range())
}

fn function<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let function = definition::block(lowering, node);
    Expr::new(ExprKind::Function(Box::new(function)), node.byte_range())
}

/// Control flow that is used for its value: a function that is called where it stands.
fn control<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let range = node.byte_range();
    let mut body = Block::new();
    statement::lower(lowering, node, &mut body);
    definition::returning(&mut body);
    if let [Stmt::Return(_)] = body.as_slice()
        && let Some(Stmt::Return(value)) = body.pop()
    {
        return value;
    }
    let function = Function { name: None, parameters: Vec::new(), body, range: range.clone() };
    let callee = Expr::new(ExprKind::Function(Box::new(function)), range.clone());
    Expr::new(ExprKind::Call(Box::new(Call { callee, arguments: Vec::new(), style: CallStyle::Plain })), range)
}

/// An entry of a hash; `name:` alone stands for `name: name`.
pub(super) fn entry<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Entry<'t> {
    let Some(key) = node.field("key").filter(|_| node.kind() == "pair") else {
        return Entry { key: None, value: lower(lowering, node) };
    };
    let value = match node.field("value") {
        Some(value) => lower(lowering, value),
        None => Expr::new(ExprKind::Name(lowering.source(key)), key.byte_range()),
    };
    Entry { key: Some(lower(lowering, key)), value }
}

fn assignment<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let range = node.byte_range();
    let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else {
        return other(lowering, node);
    };
    let (target, value) = (lower(lowering, left), lower(lowering, right));
    match operator(node) {
        "" | "=" | "||=" | "&&=" => Expr::assign(target, value, false, range),
        "+=" | "<<=" => Expr::assign(target, value, true, range),
        _ => Expr::other(vec![value], range),
    }
}

fn binary<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let range = node.byte_range();
    let sides = (node.field("left"), node.field("right"));
    let (Some(left), Some(right)) = sides else { return other(lowering, node) };
    let compared = match operator(node) {
        "+" => {
            let operands = all(lowering, operands(node, "+"));
            return Expr::new(ExprKind::Concat(operands), range);
        }
        "<<" => return append(lowering, node),
        "%" => {
            let template = Box::new(lower(lowering, left));
            return Expr::new(ExprKind::Format { template, arguments: Box::new(lower(lowering, right)) }, range);
        }
        "||" | "or" => {
            let (then, otherwise) = (Box::new(lower(lowering, left)), Box::new(lower(lowering, right)));
            return Expr::new(ExprKind::Choice { test: None, then, otherwise }, range);
        }
        "&&" | "and" => {
            let (test, then) = (Some(Box::new(lower(lowering, left))), Box::new(lower(lowering, right)));
            let otherwise = Box::new(Expr::other(Vec::new(), range.clone()));
            return Expr::new(ExprKind::Choice { test, then, otherwise }, range);
        }
        "==" | "===" => "==",
        "=~" => "=~",
        operator => match comparison(operator) {
            Some(operator) => operator,
            None => return other(lowering, node),
        },
    };
    let (left, right) = (Box::new(lower(lowering, left)), Box::new(lower(lowering, right)));
    Expr::new(ExprKind::Compare { operator: compared, left, right }, range)
}

/// `text << a << b`: appended to the variable, or joined, where it is none.
fn append<'t>(lowering: &mut Lowering<'t>, node: Node<'_>) -> Expr<'t> {
    let range = node.byte_range();
    let mut operands = all(lowering, operands(node, "<<"));
    if !matches!(operands.first().map(|first| &first.kind), Some(ExprKind::Name(_) | ExprKind::Member(..))) {
        return Expr::new(ExprKind::Concat(operands), range);
    }
    let target = operands.remove(0);
    let value = match operands.len() {
        1 => operands.swap_remove(0),
        _ => Expr::new(ExprKind::Concat(operands), range.clone()),
    };
    Expr::assign(target, value, true, range)
}
