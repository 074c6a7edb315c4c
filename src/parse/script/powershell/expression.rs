//! Expressions (specification, 7).

use std::ops::Range;

use super::chain::Chain;
use super::{MAX_RECOVERIES, MAX_SHORT, Parser, is_name};
use crate::parse::script::ir::{Argument, Block, Call, CallStyle, Expr, ExprKind, Function, Stmt};

impl<'t> Parser<'t, '_> {
    /// Whether an expression begins here, and no command.
    pub(super) fn begins_expression(&self) -> bool {
        match self.byte(0) {
            Some(b'$' | b'"' | b'\'' | b'(' | b'[' | b'{' | b'!' | b',') => true,
            Some(b'@') => matches!(self.byte(1), Some(b'(' | b'{' | b'"' | b'\'')),
            Some(b'+' | b'-') => {
                self.byte(1).is_some_and(|byte| matches!(byte, b'$' | b'(' | b'+' | b'-') || byte.is_ascii_digit())
                    || self.is_operator_word()
            }
            Some(b'0'..=b'9') => self.begins_number(),
            _ => false,
        }
    }

    fn is_operator_word(&self) -> bool {
        ["-not ", "-join ", "-split ", "-not("].iter().any(|word| self.folded_rest().starts_with(word))
    }

    /// Whether the word here is a number, and not the name of a program such as `7z`.
    fn begins_number(&self) -> bool {
        let word = self.folded_rest().split(|c: char| !c.is_ascii_alphanumeric() && c != '.').next().unwrap_or_default();
        word.trim_end_matches(['k', 'm', 'g', 't', 'p', 'b', 'l', 'd', 'u']).chars().all(|c| c.is_ascii_hexdigit() || c == '.' || c == 'x')
    }

    /// An expression with its operators; chains of `+` are one string.
    pub(super) fn expression(&mut self) -> Expr<'t> {
        self.deeper(|parser| {
            let start = parser.at;
            let mut left = parser.operand();
            let mut chain = Chain::default();
            while let Some(joined) = parser.operator(&mut left, start) {
                left = chain.link(joined);
            }
            chain.finish(left)
        })
    }

    /// An operator and its right side, if one stands here; takes the left side.
    fn operator(&mut self, left: &mut Expr<'t>, start: usize) -> Option<Expr<'t>> {
        let before = self.at;
        self.blanks();
        let rest = self.folded_rest();
        let take = |left: &mut Expr<'t>| std::mem::replace(left, Expr::other(Vec::new(), start..start));
        if let Some(word) = rest.strip_prefix('-').filter(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic())) {
            let length = word.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(word.len());
            let word = self.folded(self.at..self.at + 1 + length);
            self.at += 1 + length;
            let left = take(left);
            let right = self.right();
            let range = start..self.at;
            let operator = |word: &str| word.trim_start_matches('-').trim_start_matches(['c', 'i']).to_owned();
            let compared = match operator(word).as_str() {
                "eq" => Some("=="),
                "ne" => Some("!="),
                "match" | "like" | "notmatch" | "notlike" | "lt" | "le" | "gt" | "ge" => Some("=~"),
                "n" | "in" | "ontains" => Some("in"),
                "notin" | "notcontains" => Some("not in"),
                _ => None,
            };
            return Some(match (word, compared) {
                ("-as", _) => left,
                ("-f" | "-join" | "-replace" | "-creplace" | "-ireplace" | "-split", _) => {
                    let mut arguments = vec![left];
                    match right.kind {
                        ExprKind::List(items) => arguments.extend(items),
                        kind => arguments.push(Expr::new(kind, right.range)),
                    }
                    let word = if word.ends_with("replace") { "-replace" } else { word };
                    call(Expr::new(ExprKind::Name(word), before..before), arguments, range)
                }
                (_, Some(operator)) => {
                    // `list -contains item` has its sides the other way round.
                    let (left, right) = if word.ends_with("contains") { (right, left) } else { (left, right) };
                    Expr::new(ExprKind::Compare { operator, left: Box::new(left), right: Box::new(right) }, range)
                }
                (_, None) => Expr::other(vec![left, right], range),
            });
        }
        if rest.starts_with("??") && !rest.starts_with("??=") {
            self.at += 2;
            let (then, otherwise) = (Box::new(take(left)), Box::new(self.right()));
            return Some(Expr::new(ExprKind::Choice { test: None, then, otherwise }, start..self.at));
        }
        if rest.starts_with("? ") && before < self.at {
            self.at += 1;
            let test = Some(Box::new(take(left)));
            let then = Box::new(self.right());
            self.lines();
            self.take(":");
            let otherwise = Box::new(self.right());
            return Some(Expr::new(ExprKind::Choice { test, then, otherwise }, start..self.at));
        }
        let plain = rest.starts_with(['+', '-', '*', '/', '%']) && !rest.get(1..2).is_some_and(|next| matches!(next, "=" | "+" | "-"));
        if plain || rest.starts_with("..") {
            self.at += if plain { 1 } else { 2 };
            let left = take(left);
            let right = self.right();
            let range = start..self.at;
            if !rest.starts_with('+') {
                return Some(Expr::other(vec![left, right], range));
            }
            let mut parts = match left.kind {
                ExprKind::Concat(parts) => parts,
                kind => vec![Expr::new(kind, left.range)],
            };
            parts.push(right);
            return Some(Expr::new(ExprKind::Concat(parts), range));
        }
        self.at = before;
        None
    }

    /// The right side of an operator, which may stand on the next line.
    fn right(&mut self) -> Expr<'t> {
        self.lines();
        self.operand()
    }

    /// Operands between commas: a list.
    fn operand(&mut self) -> Expr<'t> {
        let start = self.at;
        let first = self.unary();
        let mut items = vec![first];
        loop {
            let before = self.at;
            self.blanks();
            if self.awaited.last() == Some(&b',') || self.byte(0) != Some(b',') {
                self.at = before;
                break;
            }
            self.at += 1;
            self.lines();
            if self.at_end() || self.byte(0).is_some_and(|byte| self.awaited.contains(&byte)) {
                break;
            }
            let item = self.unary();
            items.push(item);
            if self.at == before + 1 {
                break;
            }
        }
        match items.len() {
            1 => items.swap_remove(0),
            _ => Expr::new(ExprKind::List(items), start..self.at),
        }
    }

    pub(super) fn unary(&mut self) -> Expr<'t> {
        self.deeper(|parser| {
            let start = parser.at;
            for word in ["-not", "-bnot", "-join", "-split", "!", "++", "--", "+", "-", ","] {
                if parser.folded_rest().starts_with(word) && !parser.byte(word.len()).is_some_and(|byte| word.len() > 2 && is_name(byte)) {
                    parser.at += word.len();
                    parser.blanks();
                    let inner = parser.unary();
                    let range = start..parser.at;
                    return match word {
                        "," => Expr::new(ExprKind::List(vec![inner]), range),
                        "-join" => call(Expr::new(ExprKind::Name("-join"), start..start), vec![inner], range),
                        _ => Expr::other(vec![inner], range),
                    };
                }
            }
            if parser.byte(0) == Some(b'[') {
                return parser.type_or_cast();
            }
            let primary = parser.primary();
            parser.postfix(primary, start)
        })
    }

    /// `[type]::Member`, or `[type]value`, which is the value.
    fn type_or_cast(&mut self) -> Expr<'t> {
        let start = self.at;
        let Some(length) = self.bracketed() else {
            self.recoveries += 1;
            self.at += 1;
            return Expr::other(Vec::new(), start..self.at);
        };
        let name = self.folded(start + 1..start + length - 1).trim();
        let name = name.strip_prefix("system.").unwrap_or(name);
        let name = name.split(['(', '[']).next().unwrap_or_default().trim();
        self.at = start + length;
        if self.rest().starts_with("::") {
            let of_type = Expr::new(ExprKind::Name(name), start..self.at);
            return self.postfix(of_type, start);
        }
        self.blanks();
        let begins = self.byte(0).is_some_and(|byte| matches!(byte, b'$' | b'"' | b'\'' | b'@' | b'(' | b'[' | b'{' | b'0'..=b'9'));
        if begins && TESTS.contains(&name) {
            let value = self.unary();
            return Expr::new(ExprKind::Slice(Box::new(value)), start..self.at);
        }
        if begins { self.unary() } else { Expr::other(Vec::new(), start..self.at) }
    }

    /// The length of the brackets that begin here; strings may stand in them.
    pub(super) fn bracketed(&self) -> Option<usize> {
        let mut depth = 0usize;
        let mut quote = None;
        for (at, byte) in self.rest().bytes().enumerate().take(if self.recoveries < MAX_RECOVERIES { MAX_TYPE } else { MAX_SHORT }) {
            match (quote, byte) {
                (Some(open), _) if byte == open => quote = None,
                (Some(_), _) => {}
                (None, b'\'' | b'"') => quote = Some(byte),
                (None, b'[') => depth += 1,
                (None, b']') => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ => {}
            }
        }
        None
    }

    pub(super) fn primary(&mut self) -> Expr<'t> {
        let start = self.at;
        let found = match (self.byte(0), self.byte(1)) {
            (Some(b'$'), _) => self.variable(),
            (Some(b'"'), _) => self.double_quoted(),
            (Some(b'\''), _) => self.single_quoted(),
            (Some(b'@'), Some(quote @ (b'"' | b'\''))) => self.here_string(quote),
            (Some(b'@'), Some(b'{')) => Some(self.hashtable()),
            (Some(b'@'), Some(b'(')) => Some(self.array()),
            (Some(b'('), _) => {
                self.at += 1;
                Some(self.within(b')', |parser| {
                    parser.lines();
                    parser.pipeline()
                }))
            }
            (Some(b'{'), _) => Some(self.script_block(None)),
            (Some(b'0'..=b'9'), _) => {
                while self
                    .byte(0)
                    .is_some_and(|byte| is_name(byte) || (byte == b'.' && self.byte(1).is_some_and(|next| next.is_ascii_digit())))
                {
                    self.at += 1;
                }
                Some(Expr::new(ExprKind::Atom(self.slice(start..self.at)), start..self.at))
            }
            _ => None,
        };
        found.unwrap_or_else(|| {
            // What is no expression is a word: `...`, a placeholder.
            let word = self.rest().split([' ', '\t', '\r', '\n', ';', ')', '}', ']', ',', '|', '=']).next().unwrap_or_default();
            self.at += word.len();
            if word.is_empty()
                && !self.byte(0).is_some_and(|byte| self.awaited.contains(&byte) || matches!(byte, b'\n' | b'\r' | b';' | b'|'))
            {
                self.step();
            }
            Expr::new(ExprKind::Literal(self.text.slice(start..self.at)), start..self.at)
        })
    }

    /// Members, elements and calls behind a value.
    pub(super) fn postfix(&mut self, primary: Expr<'t>, start: usize) -> Expr<'t> {
        let mut value = primary;
        let mut chain = Chain::default();
        loop {
            value = chain.link(value);
            let next = self.byte(1).unwrap_or_default();
            match self.byte(0) {
                Some(b'.') if is_name(next) || matches!(next, b'$' | b'\'' | b'"') => value = self.member(value, 1, start),
                Some(b'?') if next == b'.' && self.byte(2).is_some_and(is_name) => value = self.member(value, 2, start),
                Some(b':') if next == b':' && self.byte(2).is_some_and(|byte| is_name(byte) || byte == b'$') => {
                    value = self.member(value, 2, start)
                }
                Some(b'[') => {
                    self.at += 1;
                    let key = self.within(b']', |parser| {
                        parser.lines();
                        parser.expression()
                    });
                    value = Expr::new(ExprKind::Index(Box::new(value), Box::new(key)), start..self.at);
                }
                Some(b'(') if matches!(value.kind, ExprKind::Member(..)) => {
                    let arguments = self.arguments();
                    value = call(value, arguments, start..self.at);
                }
                Some(b'+' | b'-') if self.byte(1) == self.byte(0) => self.at += 2,
                _ => return chain.finish(value),
            }
        }
    }

    fn member(&mut self, object: Expr<'t>, skip: usize, start: usize) -> Expr<'t> {
        self.at += skip;
        if self.byte(0).is_some_and(is_name) {
            let name = self.at;
            while self.byte(0).is_some_and(is_name) {
                self.at += 1;
            }
            let name = self.folded(name..self.at);
            return Expr::new(ExprKind::Member(Box::new(object), name), start..self.at);
        }
        let key = self.primary();
        Expr::new(ExprKind::Index(Box::new(object), Box::new(key)), start..self.at)
    }

    /// The arguments of a method.
    fn arguments(&mut self) -> Vec<Expr<'t>> {
        self.at += 1;
        self.within(b')', |parser| {
            let mut out = Vec::new();
            loop {
                parser.lines();
                match parser.byte(0) {
                    None | Some(b')') => return out,
                    Some(b',') => parser.at += 1,
                    _ => {
                        let before = parser.at;
                        parser.awaited.push(b',');
                        let argument = parser.expression();
                        parser.awaited.pop();
                        out.push(argument);
                        if parser.at == before {
                            if parser.byte(0).is_some_and(|byte| parser.awaited.contains(&byte)) {
                                return out;
                            }
                            parser.step();
                        }
                    }
                }
            }
        })
    }

    /// `{ … }`: a function, with the parameters that stand before it or that it begins with.
    pub(super) fn script_block(&mut self, name: Option<&'t str>) -> Expr<'t> {
        self.deeper(|parser| {
            let start = parser.at;
            let function = parser.function(name, Vec::new(), start);
            Expr::new(ExprKind::Function(Box::new(function)), start..parser.at)
        })
    }

    /// What statements in parentheses give: what the only one gives, or a function that runs at once.
    pub(super) fn grouped(&self, mut block: Block<'t>, start: usize) -> Expr<'t> {
        let range = start..self.at;
        if let [Stmt::Expr(_)] = block.as_slice()
            && let Some(Stmt::Expr(only)) = block.pop()
        {
            return only;
        }
        let function = Function { name: None, parameters: Vec::new(), body: block, range: range.clone() };
        call(Expr::new(ExprKind::Function(Box::new(function)), range.clone()), Vec::new(), range)
    }
}

/// Types of which a value is only a test or a number.
const TESTS: [&str; 5] = ["bool", "boolean", "int", "datetime", "timespan"];

/// The longest type or attribute, in bytes.
const MAX_TYPE: usize = 2_000;

pub(super) fn call<'t>(callee: Expr<'t>, arguments: Vec<Expr<'t>>, range: Range<usize>) -> Expr<'t> {
    let arguments = arguments.into_iter().map(|value| Argument { keyword: None, value }).collect();
    Expr::new(ExprKind::Call(Box::new(Call { callee, arguments, style: CallStyle::Plain })), range)
}
