//! Documents in the source: `<<~NAME` stands in an expression, the document behind the end of its line.

use std::collections::VecDeque;
use std::ops::Range;

use tree_sitter::Node;

use super::super::ir::Expr;
use super::super::tree::{Lowering, children, for_each};
use super::string;

/// Lowers the bodies of all documents of a file, so that each is at hand where its beginning is met.
pub(super) fn collect<'t>(lowering: &mut Lowering<'t>, root: Node<'_>) {
    if !lowering.source(root).contains("<<") {
        return;
    }
    let mut found = Vec::new();
    for_each(root, |node| {
        if matches!(node.kind(), "heredoc_beginning" | "heredoc_body") {
            found.push(node);
        }
        true
    });
    found.sort_by_key(|node| (node.start_byte(), node.kind() == "heredoc_body"));
    // Documents that begin in one line follow each other in that order.
    let mut open = VecDeque::new();
    for node in found {
        if node.kind() == "heredoc_beginning" {
            open.push_back(node);
            continue;
        }
        let beginning = open.pop_front();
        let mode = beginning.map_or("", |beginning| lowering.source(beginning));
        let body = body(lowering, node, mode);
        let key = beginning.map_or(node.start_byte(), |beginning| beginning.start_byte());
        lowering.heredocs.insert(key, body);
    }
}

fn body<'t>(lowering: &mut Lowering<'t>, node: Node<'_>, beginning: &str) -> Expr<'t> {
    let whole = node.byte_range();
    let end = children(node).into_iter().find(|child| child.kind() == "heredoc_end").map_or(whole.end, |end| end.start_byte());
    let first = lowering.slice(whole.start..end).find('\n').map_or(end, |line| whole.start + line + 1);
    let content = lowering.slice(first..end);
    // The blanks before the closing name belong to its line.
    let last = content.rfind('\n').map_or(0, |line| line + 1);
    let is_blank = content.get(last..).is_some_and(|line| line.trim().is_empty());
    let inner = first..if is_blank { first + last } else { end };
    let cuts = if beginning.starts_with("<<~") { indentation(lowering, inner.clone()) } else { Vec::new() };
    // A document may go on for the whole of its range: the character behind it belongs to the program again.
    string::contents(lowering, node, inner, beginning.contains('\''), &cuts, whole)
}

/// The indentation that all lines share, at each line.
fn indentation(lowering: &Lowering<'_>, range: Range<usize>) -> Vec<Range<usize>> {
    let lines = || lowering.slice(range.clone()).split_inclusive('\n');
    let blanks = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let shared = lines().filter(|line| !line.trim().is_empty()).map(blanks).min().unwrap_or(0);
    let mut at = range.start;
    let mut cuts = Vec::new();
    for line in lines() {
        cuts.push(at..at + shared.min(blanks(line)));
        at += line.len();
    }
    cuts.retain(|cut| !cut.is_empty());
    cuts
}
