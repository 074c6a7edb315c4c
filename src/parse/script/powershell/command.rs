//! Pipelines and commands (specification, 8.2): a cmdlet's parameters are arguments with a keyword, the words of a program
//! are those of a shell's command.

use std::ops::Range;

use super::string::Growing;
use super::{Parser, chain, is_name};
use crate::parse::script::ir::{Argument, Call, CallStyle, Expr, ExprKind};

/// Verbs with which the names of cmdlets begin ("Approved Verbs for PowerShell Commands"), and others in wide use.
const VERBS: &str = " add clear close copy enter exit find format get hide join lock move new open optimize pop push redo remove rename \
    reset resize search select set show skip split step switch undo unlock watch backup checkpoint compare compress convert convertfrom \
    convertto dismount edit expand export group import initialize limit merge mount out publish restore save sync unpublish update approve \
    assert build complete confirm deny deploy disable enable install invoke register request restart resume start stop submit suspend \
    uninstall unregister wait debug measure ping repair resolve test trace connect disconnect read receive send write block grant protect \
    revoke unblock unprotect use foreach where sort tee ";

/// Programs that Windows PowerShell knows as other names of `Invoke-WebRequest`, and parameters that only that takes.
const ALIASES: [&str; 2] = ["curl", "wget"];
const OWN_PARAMETERS: [&str; 6] = ["-uri", "-outfile", "-method", "-headers", "-usebasicparsing", "-body"];

impl<'t> Parser<'t, '_> {
    /// Commands and expressions between pipes.
    pub(super) fn pipeline(&mut self) -> Expr<'t> {
        self.deeper(|parser| {
            let start = parser.at;
            let mut elements = vec![parser.element()];
            let mut chained = false;
            loop {
                let before = parser.at;
                parser.blanks();
                if parser.rest().starts_with("&&") || parser.rest().starts_with("||") {
                    parser.at += 2;
                    chained = true;
                } else if !parser.take("|") {
                    // A pipe may begin the next line (PowerShell 7).
                    let here = parser.at;
                    parser.lines();
                    if !(parser.byte(0) == Some(b'|') && here < parser.at && parser.take("|")) {
                        parser.at = before;
                        break;
                    }
                }
                parser.lines();
                let next = parser.at;
                let element = parser.element();
                elements.push(element);
                if parser.at == next {
                    break;
                }
            }
            let mut elements = if chained { elements } else { chain::pipeline(elements) };
            match (elements.len(), chained) {
                (1, _) => elements.swap_remove(0),
                (_, true) => Expr::other(elements, start..parser.at),
                (_, false) => Expr::new(ExprKind::Pipe(elements), start..parser.at),
            }
        })
    }

    /// A command, or an expression that may be assigned to.
    fn element(&mut self) -> Expr<'t> {
        let start = self.at;
        if !self.begins_expression() {
            return self.command();
        }
        let value = self.expression();
        self.blanks();
        for (operator, append) in [("=", false), ("+=", true), ("-=", false), ("*=", false), ("/=", false), ("??=", false)] {
            if self.rest().starts_with(operator) && !self.rest().starts_with("==") {
                self.at += operator.len();
                self.lines();
                let assigned = self.assigned();
                let range = start..self.at;
                return match operator {
                    "=" | "+=" | "??=" => Expr::assign(value, assigned, append, range),
                    _ => Expr::other(vec![value, assigned], range),
                };
            }
        }
        let value = self.redirections(value, start);
        self.blanks();
        value
    }

    fn command(&mut self) -> Expr<'t> {
        let start = self.at;
        let invoked = matches!(self.byte(0), Some(b'&' | b'.'))
            && self.byte(1).is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'$' | b'{' | b'('));
        if invoked {
            self.at += 1;
            self.blanks();
        }
        if invoked && self.byte(0) == Some(b'{') {
            let block = self.script_block(None);
            return super::expression::call(block, Vec::new(), start..self.at);
        }
        let name_start = self.at;
        let callee = self.value(true);
        if self.at == name_start {
            return Expr::other(Vec::new(), start..start);
        }
        let is_constant = matches!(callee.kind, ExprKind::Literal(_));
        let name = self.folded(name_start..self.at).trim_matches(['"', '\'']);
        let name = name.rsplit('\\').next().filter(|name| name.contains('-')).unwrap_or(name);
        if let Some(function) = self.functions.get(name).copied().filter(|_| is_constant) {
            let callee = Expr::new(ExprKind::Name(function), callee.range);
            return self.cmdlet(callee, start);
        }
        if is_constant && self.is_cmdlet(name) {
            let name = if ALIASES.contains(&name) { "invoke-webrequest" } else { name };
            let callee = Expr::new(ExprKind::Name(name), callee.range);
            return self.cmdlet(callee, start);
        }
        self.program(callee, start)
    }

    /// Whether a command of that name, which was read, has parameters as cmdlets do.
    fn is_cmdlet(&self, name: &str) -> bool {
        if ALIASES.contains(&name) {
            let line = self.folded(self.at..self.line_end(self.at));
            return OWN_PARAMETERS.iter().any(|parameter| line.contains(parameter));
        }
        let is_verb = |verb: &str| VERBS.contains(&format!(" {verb} "));
        name.split_once('-').is_some_and(|(verb, noun)| is_verb(verb) && !noun.contains(['.', '/', '\\']))
            || matches!(name, "%" | "?" | "foreach" | "where" | "echo" | "write" | "cat" | "type" | "select" | "sort")
            || self.roles.call.find(name).next().is_some()
    }

    fn cmdlet(&mut self, callee: Expr<'t>, start: usize) -> Expr<'t> {
        let mut arguments = Vec::new();
        let mut redirected = None;
        while !self.ends_command() {
            let before = self.at;
            if self.begins_redirection() {
                let made = self.made(&callee, &mut arguments, start);
                redirected = Some(self.redirections(redirected.unwrap_or(made), start));
            } else if self.byte(0) == Some(b'-') && self.byte(1).is_some_and(|byte| byte.is_ascii_alphabetic()) {
                let argument = self.parameter();
                arguments.push(argument);
            } else {
                let value = self.list();
                arguments.push(Argument { keyword: None, value });
            }
            if self.at == before {
                self.step();
            }
        }
        match redirected {
            Some(redirected) => redirected,
            None => self.made(&callee, &mut arguments, start),
        }
    }

    fn made(&self, callee: &Expr<'t>, arguments: &mut Vec<Argument<'t>>, start: usize) -> Expr<'t> {
        let kind = match callee.kind {
            ExprKind::Name(name) => ExprKind::Name(name),
            _ => ExprKind::Other(Vec::new()),
        };
        let callee = Expr::new(kind, callee.range.clone());
        let call = Call { callee, arguments: std::mem::take(arguments), style: CallStyle::Plain };
        Expr::new(ExprKind::Call(Box::new(call)), start..self.at)
    }

    /// `-Name value`, `-Name:value`, `-Switch`.
    fn parameter(&mut self) -> Argument<'t> {
        let start = self.at;
        self.at += 1;
        while self.byte(0).is_some_and(|byte| is_name(byte) || byte == b'-') {
            self.at += 1;
        }
        let name = self.folded(start + 1..self.at);
        let keyword = Some(name);
        let alone = || Expr::new(ExprKind::Atom("true"), start..start);
        if self.take(":") {
            self.blanks();
            return Argument { keyword, value: self.list() };
        }
        let end = self.at;
        if self.roles.switches.iter().any(|switch| switch == name) || self.ends_command() || self.begins_redirection() {
            self.at = end;
            return Argument { keyword, value: alone() };
        }
        let is_parameter = self.byte(0) == Some(b'-') && self.byte(1).is_some_and(|byte| byte.is_ascii_alphabetic());
        if is_parameter {
            return Argument { keyword, value: alone() };
        }
        Argument { keyword, value: self.list() }
    }

    /// A program with its words.
    fn program(&mut self, callee: Expr<'t>, start: usize) -> Expr<'t> {
        let mut arguments = Vec::new();
        let mut redirections = Vec::new();
        while !self.ends_command() {
            let before = self.at;
            if self.begins_redirection() {
                redirections.push(self.redirection());
            } else if self.take("--%") {
                let range = self.at..self.line_end(self.at);
                self.at = range.end;
                for word in words(self.slice(range.clone()), range.start) {
                    let value = Expr::new(ExprKind::Literal(self.text.slice(word.clone())), word);
                    arguments.push(Argument { keyword: None, value });
                }
            } else {
                let value = self.value(false);
                arguments.push(Argument { keyword: None, value });
            }
            if self.at == before {
                self.step();
            }
        }
        let call = Call { callee, arguments, style: CallStyle::Command };
        let mut out = Expr::new(ExprKind::Call(Box::new(call)), start..self.at);
        for (operator, target) in redirections {
            out = Expr::new(ExprKind::Redirect { command: Box::new(out), operator, target: Box::new(target) }, start..self.at);
        }
        out
    }

    /// Steps to the next argument; whether there is none.
    fn ends_command(&mut self) -> bool {
        self.blanks();
        match self.byte(0) {
            None | Some(b'\r' | b'\n' | b';' | b'|' | b')' | b'}') => true,
            Some(b'&') => !self.byte(1).is_some_and(is_name),
            Some(byte) => self.awaited.last() == Some(&byte) && byte == b']',
        }
    }

    fn begins_redirection(&self) -> bool {
        let skip = usize::from(self.byte(0).is_some_and(|byte| matches!(byte, b'1'..=b'6' | b'*')));
        self.byte(skip) == Some(b'>')
    }

    /// `> file`, `2>&1`, `*>> file`.
    fn redirection(&mut self) -> (&'t str, Expr<'t>) {
        let start = self.at;
        self.at += usize::from(self.byte(0) != Some(b'>'));
        while self.byte(0) == Some(b'>') {
            self.at += 1;
        }
        let operator = self.slice(start..self.at);
        if self.byte(0) == Some(b'&') {
            let from = self.at;
            self.at = (self.at + 2).min(self.source.len());
            return (operator, Expr::new(ExprKind::Atom(self.source.get(from..self.at).unwrap_or_default()), from..self.at));
        }
        self.blanks();
        (operator, self.value(false))
    }

    fn redirections(&mut self, value: Expr<'t>, start: usize) -> Expr<'t> {
        let mut out = value;
        loop {
            let before = self.at;
            self.blanks();
            if !self.begins_redirection() {
                self.at = before;
                return out;
            }
            let (operator, target) = self.redirection();
            out = Expr::new(ExprKind::Redirect { command: Box::new(out), operator, target: Box::new(target) }, start..self.at);
        }
    }

    /// Arguments between commas: a list.
    fn list(&mut self) -> Expr<'t> {
        let start = self.at;
        let mut items = vec![self.value(false)];
        loop {
            let before = self.at;
            self.blanks();
            if self.byte(0) != Some(b',') {
                self.at = before;
                break;
            }
            self.at += 1;
            self.lines();
            let item = self.value(false);
            items.push(item);
        }
        match items.len() {
            1 => items.swap_remove(0),
            _ => Expr::new(ExprKind::List(items), start..self.at),
        }
    }

    /// One argument, or the name of a command.
    fn value(&mut self, is_name_of_command: bool) -> Expr<'t> {
        let start = self.at;
        match (self.byte(0), self.byte(1)) {
            (Some(b'@'), Some(b'(' | b'{' | b'"' | b'\'')) | (Some(b'(' | b'{'), _) => {
                let primary = self.primary();
                self.postfix(primary, start)
            }
            (Some(b'@'), Some(next)) if is_name(next) && !is_name_of_command => {
                self.at += 1;
                let name = self.splatted();
                Expr::new(ExprKind::Spread(Box::new(name)), start..self.at)
            }
            (Some(b'$' | b'"' | b'\''), _) => {
                let primary = self.primary();
                let value = self.postfix(primary, start);
                if self.ends_word() {
                    return value;
                }
                let mut word = Growing::new();
                word.part(value);
                self.word(word, start)
            }
            _ => self.word(Growing::new(), start),
        }
    }

    fn splatted(&mut self) -> Expr<'t> {
        let start = self.at;
        while self.byte(0).is_some_and(is_name) {
            self.at += 1;
        }
        let folded = self.folded(start..self.at);
        let name = self.variables.get(folded).copied().unwrap_or(self.slice(start..self.at));
        Expr::new(ExprKind::Name(name), start..self.at)
    }

    fn ends_word(&self) -> bool {
        match self.byte(0) {
            None | Some(b' ' | b'\t' | b'\r' | b'\n' | b';' | b'|' | b')' | b'}' | b',' | b'>' | b'(') => true,
            Some(b'&') => !self.byte(1).is_some_and(is_name),
            _ => false,
        }
    }

    /// A word without quotes around it, in which variables are expanded.
    fn word(&mut self, mut word: Growing<'t>, start: usize) -> Expr<'t> {
        while !self.ends_word() || (self.byte(0) == Some(b'}') && !self.awaited.contains(&b'}')) {
            let from = self.at;
            match self.byte(0) {
                Some(b'$') => self.expansion(&mut word),
                Some(b'`') if self.is_continued() => break,
                Some(b'`') => self.escape(&mut word),
                Some(quote @ (b'"' | b'\'')) => {
                    let string = if quote == b'"' { self.double_quoted() } else { self.single_quoted() };
                    match string {
                        Some(string) => word.part(string),
                        None => {
                            self.at += 1;
                            word.source(self, from..self.at);
                        }
                    }
                }
                Some(b'<') => match self.window(self.at).find('>') {
                    Some(length) => {
                        self.at += length + 1;
                        word.part(Expr::other(Vec::new(), from..self.at));
                    }
                    None => {
                        self.at += 1;
                        word.source(self, from..self.at);
                    }
                },
                Some(b'{') => match self.window(self.at).find(['}', ' ']) {
                    // `https://a.test/{id}`
                    Some(length) if from > start && self.byte(length) == Some(b'}') => {
                        self.at += length + 1;
                        word.source(self, from..self.at);
                    }
                    _ => break,
                },
                _ => {
                    self.step();
                    while !self.ends_word() && !matches!(self.byte(0), Some(b'$' | b'`' | b'"' | b'\'' | b'<' | b'{')) {
                        self.step();
                    }
                    word.source(self, from..self.at);
                }
            }
        }
        word.finish(self, start..self.at, false)
    }
}

/// The words of a line, quotes left out.
fn words(line: &str, start: usize) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut at = 0;
    for word in line.split(' ') {
        let bare = word.trim_matches('"');
        if !bare.is_empty() {
            let from = start + at + word.find(bare).unwrap_or_default();
            out.push(from..from + bare.len());
        }
        at += word.len() + 1;
    }
    out
}
