//! Arrays and hash tables (specification, 7.1.7 and 7.1.9).

use super::{Parser, is_name};
use crate::parse::script::ir::{Entry, Expr, ExprKind, Stmt};

impl<'t> Parser<'t, '_> {
    /// `@( … )`: a list of what its statements give.
    pub(super) fn array(&mut self) -> Expr<'t> {
        let start = self.at;
        self.at += 2;
        let mut block = self.within(b')', Self::block);
        let range = start..self.at;
        if block.iter().all(|statement| matches!(statement, Stmt::Expr(_))) {
            let items = block.into_iter().filter_map(|statement| match statement {
                Stmt::Expr(Expr { kind: ExprKind::List(items), .. }) => Some(items),
                Stmt::Expr(item) => Some(vec![item]),
                _ => None,
            });
            return Expr::new(ExprKind::List(items.flatten().collect()), range);
        }
        block.shrink_to_fit();
        self.grouped(block, start)
    }

    /// `@{ key = value; … }`.
    pub(super) fn hashtable(&mut self) -> Expr<'t> {
        let start = self.at;
        self.at += 2;
        let entries = self.within(b'}', |parser| {
            let mut out = Vec::new();
            loop {
                parser.lines();
                match parser.byte(0) {
                    None | Some(b'}') => return out,
                    Some(b';' | b',') => parser.at += 1,
                    _ => {
                        let before = parser.at;
                        let key = parser.key();
                        parser.blanks();
                        let value = if parser.take("=") {
                            parser.lines();
                            parser.assigned()
                        } else {
                            Expr::other(Vec::new(), parser.at..parser.at)
                        };
                        out.push(Entry { key: Some(key), value });
                        if parser.at == before {
                            if parser.byte(0).is_some_and(|byte| parser.awaited.contains(&byte)) {
                                return out;
                            }
                            parser.step();
                        }
                    }
                }
            }
        });
        Expr::new(ExprKind::Record(entries), start..self.at)
    }

    fn key(&mut self) -> Expr<'t> {
        let start = self.at;
        while self.byte(0).is_some_and(|byte| is_name(byte) || byte == b'-') {
            self.at += 1;
        }
        if self.at > start {
            return Expr::new(ExprKind::Atom(self.slice(start..self.at)), start..self.at);
        }
        self.unary()
    }
}
