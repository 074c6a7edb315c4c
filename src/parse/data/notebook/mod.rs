//! Jupyter notebooks (nbformat 3 and 4): their code cells are one program in the kernel's language, whose variables pass from
//! cell to cell; what a cell hands to another interpreter ([`cell`]) is read in that one's language.

mod cell;

use std::collections::HashSet;

use super::tree::{Node, NodeId, Tree};
use crate::model::{Span, Text, TextBuilder};
use crate::parse::script::{self, Language, Step, StepKind};
use crate::parse::{Context, Format};
use cell::Piece;

/// What the anchor of a cell is called.
const CELL: &str = "cells.source";

/// Reports the code of a notebook, and gives the nodes that hold it.
pub(super) fn report(context: &mut Context<'_>, text: &Text<'_>, tree: &Tree<'_>) -> HashSet<NodeId> {
    let mut read = HashSet::new();
    if !context.path().ends_with(".ipynb") {
        return read;
    }
    let before = context.reported();
    let mut stretches = Vec::new();
    for root in tree.roots() {
        let mut code = Code::default();
        let kernel = kernel(root);
        let sheets = root.get("worksheets").into_iter().flat_map(Node::items).filter_map(|sheet| sheet.get("cells"));
        for cell in root.get("cells").into_iter().chain(sheets).flat_map(Node::items) {
            if cell.get("cell_type").and_then(Node::as_str) != Some("code") {
                continue;
            }
            let Some(source) = cell.get("source").or_else(|| cell.get("input")) else { continue };
            read.insert(source.id());
            let joined = joined(source);
            if !joined.is_empty() {
                stretches.push(source.span(text));
                code.cell(context, &joined, kernel, own_language(cell));
            }
        }
        code.report(context, kernel);
    }
    context.name_since(before, stretches.into_iter().map(|span| (span, CELL)));
    read
}

/// The language of the kernel; that of most where a notebook says nothing.
fn kernel(root: Node<'_, '_>) -> Option<Format> {
    let metadata = |keys: &[&str]| root.get("metadata")?.at(keys)?.as_str();
    let name = metadata(&["language_info", "name"]).or_else(|| metadata(&["kernelspec", "language"]));
    match name.or_else(|| metadata(&["kernelspec", "name"])) {
        Some(name) => cell::format(name),
        None => Some(Format::Script(Language::Python)),
    }
}

/// The language that a cell of a notebook in several languages has.
fn own_language<'t>(cell: Node<'t, '_>) -> Option<&'t str> {
    let metadata = cell.get("metadata")?;
    let keys: [&[&str]; 3] = [&["vscode", "languageId"], &["polyglot_notebook", "kernelName"], &["dotnet_interactive", "language"]];
    keys.into_iter().find_map(|keys| metadata.at(keys)?.as_str()).filter(|name| !name.is_empty())
}

/// A multi-line string: one scalar or a sequence of them.
fn joined(source: Node<'_, '_>) -> Text<'static> {
    let mut builder = TextBuilder::new();
    for text in source.text().into_iter().chain(source.items().filter_map(Node::text)) {
        builder.push(text, 0..text.len());
    }
    builder.finish()
}

/// The code of the cells so far.
#[derive(Default)]
struct Code {
    kernel: TextBuilder,
    /// Commands of a shell, each a process of its own.
    shell: TextBuilder,
    commands: Vec<Step>,
}

impl Code {
    fn cell(&mut self, context: &mut Context<'_>, text: &Text<'_>, kernel: Option<Format>, own: Option<&str>) {
        let own = own.map(cell::format);
        let kernel = own.unwrap_or(kernel);
        let shared = own.is_none_or(|own| own == kernel);
        let end = text.whole_span().end;
        let end = Span::new(end, end);
        for piece in cell::split(text, kernel == Some(Format::Script(Language::Python))) {
            match piece {
                Piece::Kernel(range) if shared => self.kernel.push(text, range),
                Piece::Kernel(range) => context.nested(text.slice(range), kernel.unwrap_or(Format::Plain)),
                Piece::Instead(code, range) => self.kernel.escaped(code, text.span(range)),
                Piece::Shell(range) => self.command(&text.slice(range)),
                Piece::Other(format, range) => context.nested(text.slice(range), format.unwrap_or(Format::Plain)),
            }
        }
        self.kernel.escaped("\n", end);
    }

    fn command(&mut self, text: &Text<'_>) {
        let start = self.shell.len();
        self.shell.push(text, 0..text.len());
        self.commands.push(Step { range: start..self.shell.len(), kind: StepKind::Command });
        let end = text.whole_span().end;
        self.shell.escaped("\n", Span::new(end, end));
    }

    fn report(self, context: &mut Context<'_>, kernel: Option<Format>) {
        context.nested(self.kernel.finish(), kernel.unwrap_or(Format::Plain));
        script::steps(context, &self.shell.finish(), self.commands);
    }
}
