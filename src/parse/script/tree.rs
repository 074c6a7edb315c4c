//! From a script's text to a syntax tree, and what every lowering needs on its way from there to the [`ir`](super::ir).
//!
//! Trees come from hostile input. Parsing is bounded by a number of parser steps in proportion to the text, and lowering
//! by a depth ([`Lowering::deeper`]): what is nested deeper is read iteratively, for its strings only.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::num::NonZeroU16;
use std::ops::{ControlFlow, Range};
use std::time::{Duration, Instant};

use tree_sitter::{Node, ParseOptions, Parser, Tree};

use super::ir::{Block, Expr, ExprKind, Stmt};
use crate::model::Text;

/// The largest script that gets a tree, in bytes.
pub(super) const MAX_BYTES: usize = 1 << 20;

/// How deep expressions and statements may nest before only their strings are read. It bounds the stack.
const MAX_DEPTH: usize = 160;

/// Progress reports (one for about 100 parser steps) that a script may take: a base, and one for so many bytes that are behind them.
/// The densest of 28,000 scripts of public projects needs one for 52 bytes, what is made up to be dense one for 26. Error recovery on
/// garbage needs many more.
const BASE_REPORTS: usize = 50;
const BYTES_PER_REPORT: usize = 24;

/// How long a script may take whose steps are slow: a base, and so much for each byte. The deeper errors nest, the longer recovery takes for
/// each of them; what people write takes a tenth of a microsecond for a byte.
const BASE_TIME: Duration = Duration::from_secs(1);
const TIME_PER_BYTE: Duration = Duration::from_micros(4);

/// How many bytes the lexer may ask for: a base, and so many times the text. It asks again and again for the rest of a
/// text in which comments or strings are opened and never closed.
const BASE_READS: usize = 1 << 20;
const READS_PER_BYTE: usize = 24;

/// How much the lexer gets at once, in bytes.
const CHUNK: usize = 2048;

/// Parses `text`, or gives up after a number of steps in proportion to its length.
pub(super) fn parse(grammar: &tree_sitter::Language, text: &str) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(grammar).ok()?;
    let bytes = text.as_bytes();
    let budget = Cell::new(BASE_READS + bytes.len() * READS_PER_BYTE);
    let (start, mut reports) = (Instant::now(), 0);
    let time = BASE_TIME + TIME_PER_BYTE * u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let mut progress = |state: &tree_sitter::ParseState| {
        reports += 1;
        let may_take = BASE_REPORTS + state.current_byte_offset() / BYTES_PER_REPORT;
        if reports > may_take || budget.get() == 0 || start.elapsed() > time { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let mut read = |at: usize, _| {
        let end = if budget.get() == 0 { at } else { bytes.len().min(at + CHUNK) };
        let chunk = bytes.get(at..end).unwrap_or_default();
        budget.set(budget.get().saturating_sub(chunk.len()));
        chunk
    };
    let tree = parser.parse_with_options(&mut read, None, Some(ParseOptions::new().progress_callback(&mut progress)));
    tree.filter(|_| budget.get() > 0)
}

/// The children of a node by the names of their fields.
pub(super) trait Fields<'n> {
    /// The first child in the field of this name. Which number the grammar gives to the name is looked up once, for the
    /// grammar compares it with all names that it knows.
    fn field(self, name: &'static str) -> Option<Node<'n>>;
}

/// The numbers of a grammar's fields.
type FieldIds = Vec<(&'static str, Option<NonZeroU16>)>;

impl<'n> Fields<'n> for Node<'n> {
    fn field(self, name: &'static str) -> Option<Node<'n>> {
        thread_local! {
            static KNOWN: RefCell<Vec<(tree_sitter::Language, FieldIds)>> = const { RefCell::new(Vec::new()) };
        }
        let id = KNOWN.with_borrow_mut(|known| {
            let grammar = self.language();
            let place = known.iter().position(|(other, _)| *other == *grammar).unwrap_or_else(|| {
                known.push(((*grammar).clone(), Vec::new()));
                known.len() - 1
            });
            let (_, ids) = known.get_mut(place)?;
            if let Some((_, id)) = ids.iter().find(|(other, _)| std::ptr::eq(*other, name)) {
                return *id;
            }
            let id = grammar.field_id_for_name(name);
            ids.push((name, id));
            id
        });
        self.child_by_field_id(id?.get())
    }
}

/// The ranges of all comments, in order. Every grammar has the word in the name of the node.
pub(super) fn comments(tree: &Tree) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    for_each(tree.root_node(), |node| {
        let is_comment = node.kind().contains("comment");
        if is_comment {
            out.push(node.byte_range());
        }
        !is_comment
    });
    out
}

/// Visits a node and all its descendants, parents first, without recursion; `visit` says whether to go down.
pub(super) fn for_each<'n>(root: Node<'n>, mut visit: impl FnMut(Node<'n>) -> bool) {
    let mut cursor = root.walk();
    let mut depth = 0usize;
    loop {
        if visit(cursor.node()) && cursor.goto_first_child() {
            depth += 1;
            continue;
        }
        while !cursor.goto_next_sibling() {
            if depth == 0 || !cursor.goto_parent() {
                return;
            }
            depth -= 1;
        }
        if depth == 0 {
            return;
        }
    }
}

/// The named children of a node without its comments, in order.
pub(super) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    let mut out = Vec::new();
    if cursor.goto_first_child() {
        loop {
            let child = cursor.node();
            if child.is_named() && !child.kind().contains("comment") {
                out.push(child);
            }
            if !cursor.goto_next_sibling() {
                break;
            }
        }
    }
    out
}

/// What stands between the operands of a node, or before its only one: `+`.
pub(super) fn operator<'n>(node: Node<'n>) -> &'n str {
    node.field("operator").map_or("", |operator| operator.kind())
}

/// An operator that compares, as every language writes it.
pub(super) fn comparison(operator: &str) -> Option<&'static str> {
    ["==", "!=", "<", "<=", ">", ">="].into_iter().find(|known| *known == operator)
}

/// The operands of a chain of one operator, which leans to the left and may be as long as the file.
pub(super) fn operands<'n>(node: Node<'n>, chained: &str) -> Vec<Node<'n>> {
    let (kind, mut right_to_left, mut at) = (node.kind(), Vec::new(), node);
    while at.kind() == kind && operator(at) == chained {
        let (Some(left), Some(right)) = (at.field("left"), at.field("right")) else { break };
        right_to_left.push(right);
        at = left;
    }
    right_to_left.push(at);
    right_to_left.reverse();
    right_to_left
}

/// What a lowering carries: the script, and how deep it stands.
#[derive(Debug)]
pub(super) struct Lowering<'t> {
    text: &'t Text<'t>,
    depth: usize,
    /// The name by which the method that is lowered knows its object (Go's receivers).
    pub(super) receiver: Option<&'t str>,
    /// Names that are calls where they stand alone (Ruby's methods without arguments).
    pub(super) bare_calls: HashSet<&'t str>,
    /// Documents that stand behind the line of the expression they belong to, by where that begins (Ruby's `<<~NAME`).
    pub(super) heredocs: HashMap<usize, Expr<'t>>,
    /// The first place that was too deep to be read as code.
    pub(super) too_deep: Option<Range<usize>>,
    /// As [`super::ir::Program::samples`].
    pub(super) samples: Vec<(String, Text<'static>)>,
}

impl<'t> Lowering<'t> {
    pub(super) fn new(text: &'t Text<'t>) -> Self {
        Self { text, depth: 0, receiver: None, bare_calls: HashSet::new(), heredocs: HashMap::new(), too_deep: None, samples: Vec::new() }
    }

    /// The script.
    pub(super) fn text(&self) -> &'t Text<'t> {
        self.text
    }

    /// The source of a node.
    pub(super) fn source(&self, node: Node<'_>) -> &'t str {
        self.slice(node.byte_range())
    }

    /// The source at a range.
    pub(super) fn slice(&self, range: Range<usize>) -> &'t str {
        self.text.as_str().get(range).unwrap_or_default()
    }

    /// Appends what a statement is lowered to, as [`Lowering::deeper`] lowers it.
    pub(super) fn statement(
        &mut self,
        node: Node<'_>,
        string: impl Fn(&Self, Node<'_>) -> Option<Expr<'t>>,
        out: &mut Block<'t>,
        lower: impl FnOnce(&mut Self, Node<'_>, &mut Block<'t>),
    ) {
        let range = node.byte_range();
        let strings = self.deeper(node, string, |lowering| {
            lower(lowering, node, out);
            Expr::other(Vec::new(), range)
        });
        if matches!(&strings.kind, ExprKind::Other(parts) if !parts.is_empty()) {
            out.push(Stmt::Expr(strings));
        }
    }

    /// Lowers a node one level deeper, or, where that is too deep, keeps only its strings: `string` makes a literal of a
    /// node that is one. Call it in the one function through which a language's expressions and statements recurse.
    pub(super) fn deeper(
        &mut self,
        node: Node<'_>,
        string: impl Fn(&Self, Node<'_>) -> Option<Expr<'t>>,
        lower: impl FnOnce(&mut Self) -> Expr<'t>,
    ) -> Expr<'t> {
        if self.depth >= MAX_DEPTH {
            self.too_deep.get_or_insert(node.byte_range());
            let mut strings = Vec::new();
            for_each(node, |inner| match string(self, inner) {
                Some(literal) => {
                    strings.push(literal);
                    false
                }
                None => true,
            });
            return Expr::new(ExprKind::Other(strings), node.byte_range());
        }
        self.depth += 1;
        let out = lower(self);
        self.depth -= 1;
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_recovery_without_an_end_is_given_up() {
        assert!(parse(&tree_sitter_java::LANGUAGE.into(), &"<!--".repeat(2_000)).is_none());
    }

    #[test]
    fn dense_programs_are_read() {
        let dense = "a=[[1,-2],{b:!c}];d(e=>f?g[h]:i||j)(k.l(...m)),n`o${p}`;\n".repeat(2_000);
        assert!(parse(&tree_sitter_javascript::LANGUAGE.into(), &dense).is_some());
        assert!(
            parse(&tree_sitter_python::LANGUAGE.into(), &"a=[[1,-2],{b:-c}];d(lambda e:f if g[h] else i)(k.l(*m))\n".repeat(2_000))
                .is_some()
        );
        assert!(parse(&tree_sitter_go::LANGUAGE.into(), &"var _,_=a[b](-c,&d{e:[]f{{1},{2}}}),func(){g<-h}\n".repeat(2_000)).is_some());
    }
}
