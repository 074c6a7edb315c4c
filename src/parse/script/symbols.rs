//! The names that a program gives to its functions, classes, methods, types and constants, for whoever asks whether one is there.

use tree_sitter::Node;

use super::ir::{Block, Stmt};
use super::tree::{Fields as _, MAX_BYTES, for_each, parse};
use super::{FrontEnd, Language};
use crate::model::{Document, ScriptRoles, Span, Text};
use crate::parse::Format;

/// How deep a definition may stand in others.
const MAX_AROUND: usize = 64;
/// Definitions whose name is in a field of that name.
const NAMED: [&str; 27] = [
    "abstract_class_declaration",
    "annotation_type_declaration",
    "class",
    "class_declaration",
    "class_definition",
    "const_spec",
    "constructor_declaration",
    "enum_declaration",
    "function_declaration",
    "function_definition",
    "function_signature",
    "generator_function_declaration",
    "interface_declaration",
    "method",
    "method_declaration",
    "method_definition",
    "method_elem",
    "method_signature",
    "module",
    "public_field_definition",
    "record_declaration",
    "singleton_method",
    "type_alias",
    "type_alias_declaration",
    "type_spec",
    "var_spec",
    "variable_declarator",
];

/// A definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// Its name with those of the definitions around it, joined by dots: `Client.invoke`.
    pub name: String,
    /// Where its own name stands.
    pub span: Span,
}

impl Symbol {
    /// Whether it is called so: with all names around it, or the innermost of them. `#` and `::` are dots too.
    pub fn is_called(&self, name: &str) -> bool {
        let name = name.replace("::", ".").replace('#', ".");
        self.name.strip_suffix(&name).is_some_and(|around| around.is_empty() || around.ends_with('.'))
    }
}

/// The definitions of a program, in order. `None` if it is none, or none whose grammar is known, or too large.
pub fn symbols(document: &Document) -> Option<Vec<Symbol>> {
    let source = document.as_str();
    let Format::Script(language) = Format::of(document.path(), source) else { return None };
    if language == Language::PowerShell && source.len() <= MAX_BYTES {
        return Some(of_powershell(source));
    }
    let grammar = match language.front_end() {
        FrontEnd::Grammar(grammar, _) => grammar,
        _ if language == Language::Shell => tree_sitter_bash::LANGUAGE.into(),
        FrontEnd::Hand(_) | FrontEnd::Folded(_) => return None,
    };
    let tree = (source.len() <= MAX_BYTES).then(|| parse(&grammar, source)).flatten()?;
    let mut out = Vec::new();
    for_each(tree.root_node(), |node| {
        if let Some(name) = name(node).filter(|_| language != Language::Shell || node.kind() == "function_definition") {
            let text = source.get(name.byte_range()).unwrap_or_default();
            let around = around(node, source);
            out.push(Symbol { name: format!("{around}{text}"), span: name.byte_range().into() });
        }
        true
    });
    Some(out)
}

/// The functions, classes and methods of a PowerShell script.
fn of_powershell(source: &str) -> Vec<Symbol> {
    let (text, mut folded) = (Text::exact(source, 0), String::new());
    let program = Language::PowerShell.read(&text, &mut folded, &ScriptRoles::default(), false);
    let mut out = Vec::new();
    if let Some(program) = &program {
        in_block(&program.block, "", source, &mut out);
    }
    out
}

/// The recursion is as deep as blocks are, which is bounded.
fn in_block(block: &Block<'_>, around: &str, source: &str, out: &mut Vec<Symbol>) {
    for statement in block {
        let (name, range, body) = match statement {
            Stmt::Function(function) => (function.name.unwrap_or_default(), &function.range, &function.body),
            Stmt::Class { name, body, range } => (*name, range, body),
            Stmt::If { then, otherwise, .. } => {
                [then, otherwise].into_iter().for_each(|block| in_block(block, around, source, out));
                continue;
            }
            _ => continue,
        };
        // A method is named in lower case, and begins with its name; before others stands what they are, and the scope.
        let whole = source.get(range.clone()).unwrap_or_default();
        let word = whole.find([' ', '\t', '(']).unwrap_or(0);
        let is_method = whole.get(word..).is_some_and(|rest| rest.trim_start().starts_with('('));
        let from = if is_method { 0 } else { word };
        let at = whole.get(from..).and_then(|rest| rest.to_ascii_lowercase().find(&name.to_ascii_lowercase()));
        let Some(start) = at.map(|at| range.start + from + at).filter(|_| !name.is_empty()) else { continue };
        let span = Span::new(start, start + name.len());
        let name = format!("{around}{}", source.get(span.range()).unwrap_or_default());
        in_block(body, &format!("{name}."), source, out);
        out.push(Symbol { name, span });
    }
}

/// The name that a node gives.
fn name(node: Node<'_>) -> Option<Node<'_>> {
    let kind = node.kind();
    if NAMED.contains(&kind) && node.is_named() {
        return node.field("name");
    }
    match kind {
        "field_definition" => node.field("property"),
        // A constant of a module or a class: what is assigned within a function is its own business.
        "assignment" => {
            let statement = node.parent()?;
            let level = if statement.kind() == "expression_statement" { statement.parent()? } else { statement };
            let around = if level.kind() == "block" || level.kind() == "body_statement" { level.parent()? } else { level };
            let is_level = matches!(around.kind(), "module" | "program" | "class_definition" | "class");
            node.field("left").filter(|left| is_level && matches!(left.kind(), "identifier" | "constant"))
        }
        _ => None,
    }
}

/// The names of the definitions around a node, each with a dot behind it.
fn around(node: Node<'_>, source: &str) -> String {
    let text = |node: Node<'_>| source.get(node.byte_range()).unwrap_or_default();
    let mut names = Vec::new();
    // Go has the type of a method's object in the method.
    if let Some(receiver) = node.field("receiver") {
        let mut kind = None;
        for_each(receiver, |inner| {
            if inner.kind() == "type_identifier" && kind.is_none() {
                kind = Some(text(inner));
            }
            kind.is_none()
        });
        names.extend(kind);
    }
    let mut above = node.parent();
    for _ in 0..MAX_AROUND {
        let Some(outer) = above else { break };
        names.extend(name(outer).map(text));
        above = outer.parent();
    }
    names.iter().rev().flat_map(|name| [name, "."]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Encoding;

    fn names(path: &str, source: &str) -> Vec<String> {
        let document = Document::new(path, source, Encoding::Utf8 { bom: false });
        let symbols = symbols(&document).unwrap();
        for symbol in &symbols {
            assert!(symbol.name.ends_with(document.slice(symbol.span)));
        }
        symbols.into_iter().map(|symbol| symbol.name).collect()
    }

    #[test]
    fn definitions_are_named_by_those_around_them() {
        let python = "X = 1\nclass Client:\n    timeout: int = 3\n    async def invoke(self):\n        y = 1\n        def inner(): pass\n# def no(): pass\n";
        assert_eq!(names("a.py", python), ["X", "Client", "Client.timeout", "Client.invoke", "Client.invoke.inner"]);
        let go = "package a\ntype Client struct{}\nconst Max = 1\nfunc (c *Client) Invoke() {}\nfunc New() *Client { return nil }\n";
        assert_eq!(names("a.go", go), ["Client", "Max", "Client.Invoke", "New"]);
        let typescript =
            "export class C { x = 1; run(): void {} }\nexport const make = () => 1;\ninterface I { go(): void }\ntype T = string;\n";
        assert_eq!(names("a.ts", typescript), ["C", "C.x", "C.run", "make", "I", "I.go", "T"]);
        assert_eq!(
            names("a.rb", "module M\n  class C\n    K = 1\n    def run; end\n    def self.all; end\n  end\nend\n"),
            ["M", "M.C", "M.C.K", "M.C.run", "M.C.all"]
        );
        assert_eq!(names("A.java", "class A { int x; void run() {} enum E { P } }"), ["A", "A.x", "A.run", "A.E"]);
        let powershell = "if ($x) { function Get-It { function inner { } } }\nfilter global:f { $_ }\nclass Client {\n  [string] Invoke([int]$n) { return 'x' }\n  Client() { }\n}\nfunction Function { }\n";
        assert_eq!(names("a.ps1", powershell), ["Get-It.inner", "Get-It", "f", "Client.Invoke", "Client.Client", "Client", "Function"]);
        assert_eq!(names("a.sh", "x=1\nrun() { y=2; }\nfunction go { :; }\n"), ["run", "go"]);
    }

    #[test]
    fn a_symbol_is_called_by_the_end_of_its_name() {
        let symbol = Symbol { name: "a.Client.invoke".to_owned(), span: Span::default() };
        for name in ["invoke", "Client.invoke", "Client#invoke", "a::Client::invoke"] {
            assert!(symbol.is_called(name), "{name}");
        }
        for name in ["voke", "ent.invoke", "Client", "b.Client.invoke"] {
            assert!(!symbol.is_called(name), "{name}");
        }
    }
}
