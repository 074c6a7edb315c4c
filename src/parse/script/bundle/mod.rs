//! Minified and oversized scripts: lexed in one pass, never parsed.
//!
//! Reported is what the few tokens around a string show it to be: a member that is assigned (`.src="…"`), an argument
//! (`import("…")`, `setAttribute("src","…")`), an attribute of an element that is made (`("img",{src:"…"})`). What goes through
//! variables stays a mention.

mod lexer;

use std::ops::Range;

use super::comment;
use super::javascript::decode;
use super::observe::{Observer as _, Script};
use super::urls::Urls;
use crate::model::{ScriptRoles, Text, TextBuilder, Use};
use crate::parse::Context;
use lexer::{Kind, Lexer, Token};

/// The shortest text that is taken for a bundle, in bytes: shorter ones are cheap to parse.
const MIN_BYTES: usize = 16 << 10;

/// From this length on, in bytes, nobody wrote the line.
const LONG_LINE: usize = 1000;

/// From this length on, in bytes, JavaScript is put together by a program, in whatever lines, from files that people write.
pub(super) const TOO_LONG: usize = 256 << 10;

/// Whether most of a text stands in lines that nobody wrote.
pub(super) fn is_bundle(text: &str) -> bool {
    if text.len() < MIN_BYTES {
        return false;
    }
    let (mut start, mut long) = (0, 0);
    for end in memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]) {
        if end - start > LONG_LINE {
            long += end - start;
        }
        start = end + 1;
    }
    long > text.len() / 2
}

/// An open bracket.
#[derive(Debug, Default)]
struct Frame {
    /// What is called, if it is a call's.
    callee: Range<usize>,
    /// The first argument, if it is a string: its bytes without quotes.
    first: Option<Range<usize>>,
    /// The number of commas so far.
    commas: usize,
}

/// How many open brackets are kept.
const MAX_FRAMES: usize = 4096;

/// How many tokens are looked back.
const LOOK_BACK: usize = 4;

/// What stands before the first token.
const NOTHING: Token = Token { kind: Kind::Other, start: 0, end: 0 };

struct Reader<'a, 't> {
    script: Script<'t>,
    source: &'t str,
    roles: &'a ScriptRoles,
    urls: Urls<'a, 't>,
    frames: Vec<Frame>,
    too_many: usize,
    /// The last tokens, in a ring; before there are any, empty ones.
    last: [Token; LOOK_BACK],
    /// How many tokens were read.
    count: usize,
    /// Where the dotted name begins that the last token ends.
    chain: usize,
}

/// Reads a bundle.
pub(super) fn read(context: &mut Context<'_>, script: Script<'_>, roles: &ScriptRoles) {
    let comments = comment::are_wanted(context, script.text);
    let mut reader = Reader {
        script,
        source: script.text.as_str(),
        roles,
        urls: Urls::of_bundle(roles),
        frames: Vec::new(),
        too_many: 0,
        last: [NOTHING; LOOK_BACK],
        count: 0,
        chain: 0,
    };
    let mut lexer = Lexer::new(reader.source);
    let mut token: Option<Token> = None;
    // The lexer is called in one place, so that it is compiled into the loop and its tokens stay in registers.
    loop {
        let next = lexer.next();
        if let Some(token) = token {
            match token.kind {
                Kind::Comment if comments => comment::read(context, script.text, token.start..token.end),
                Kind::Comment => {}
                kind => {
                    if matches!(kind, Kind::String | Kind::Template) {
                        reader.string(context, &token, next.as_ref());
                    }
                    reader.step(token);
                }
            }
        }
        if next.is_none() {
            break;
        }
        token = next;
    }
    reader.urls.finish(context, script);
}

impl<'t> Reader<'_, 't> {
    fn slice(&self, range: Range<usize>) -> &'t str {
        self.source.get(range).unwrap_or_default()
    }

    /// The nth token before the one that is read, from 0.
    fn before(&self, n: usize) -> &Token {
        self.last.get(self.count.wrapping_sub(n + 1) % LOOK_BACK).unwrap_or(&NOTHING)
    }

    fn is(&self, n: usize, byte: u8) -> bool {
        self.before(n).kind == Kind::Punctuation(byte)
    }

    /// Goes on behind a token.
    fn step(&mut self, token: Token) {
        match token.kind {
            Kind::Name => {
                if !self.is(0, b'.') {
                    self.chain = token.start;
                } else if self.before(1).kind != Kind::Name {
                    self.chain = token.start - 1;
                }
            }
            Kind::Punctuation(b'(') => {
                let name = self.before(0);
                let callee = if name.kind == Kind::Name { self.chain..name.end } else { 0..0 };
                self.open(Frame { callee, ..Frame::default() });
            }
            Kind::Punctuation(b'[' | b'{') => self.open(Frame::default()),
            Kind::Punctuation(b')' | b']' | b'}') => {
                if self.too_many > 0 {
                    self.too_many -= 1;
                } else {
                    self.frames.pop();
                }
            }
            Kind::Punctuation(b',') => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.commas += 1;
                }
            }
            Kind::String => {
                let first = self.is(0, b'(').then(|| token.start + 1..token.end - 1);
                if let (Some(frame), Some(first)) = (self.frames.last_mut(), first) {
                    frame.first = Some(first);
                }
            }
            Kind::Template if self.source.as_bytes().get(token.end.wrapping_sub(1)) == Some(&b'{') => self.open(Frame::default()),
            _ => {}
        }
        if let Some(oldest) = self.last.get_mut(self.count % LOOK_BACK) {
            *oldest = token;
        }
        self.count = self.count.wrapping_add(1);
    }

    fn open(&mut self, frame: Frame) {
        if self.frames.len() < MAX_FRAMES {
            self.frames.push(frame);
        } else {
            self.too_many += 1;
        }
    }

    /// A string: what it is used for, if that can be seen, and a mention if not.
    fn string(&mut self, context: &mut Context<'_>, token: &Token, next: Option<&Token>) {
        let bytes = self.source.as_bytes().get(token.start..token.end).unwrap_or_default();
        // Without `//` or what may stand for it there is no URL in it.
        let next_byte = |at: usize| bytes.get(at + 1).copied();
        if !memchr::memchr2_iter(b'\\', b'/', bytes).any(|at| bytes.get(at) == Some(&b'\\') || next_byte(at) == Some(b'/')) {
            return;
        }
        let text = self.text(token, next);
        let is_start = bytes.first().is_some_and(|quote| matches!(quote, b'"' | b'\'' | b'`')) && !self.is(0, b'+');
        if !(is_start && self.place(context, &text)) {
            self.urls.mentioned(context, &text);
        }
    }

    /// The decoded string, with a hole behind it where more is joined to it.
    fn text(&self, token: &Token, next: Option<&Token>) -> Text<'t> {
        let bytes = self.source.as_bytes();
        let quoted = bytes.get(token.start).is_some_and(|quote| matches!(quote, b'"' | b'\'' | b'`'));
        let start = token.start + usize::from(quoted);
        let substituted = token.kind == Kind::Template && bytes.get(..token.end).is_some_and(|source| source.ends_with(b"${"));
        let end = token.end - if substituted { 2 } else { 1 };
        let text = decode(self.script.text, start..end.max(start));
        let joined = substituted || next.is_some_and(|next| next.kind == Kind::Punctuation(b'+'));
        if !joined {
            return text;
        }
        let mut builder = TextBuilder::new();
        builder.push(&text, 0..text.len());
        builder.hole("{}", self.script.text.span(end..end));
        builder.finish()
    }

    /// Reports the string by what stands before it; `false` if that says nothing.
    fn place(&mut self, context: &mut Context<'_>, text: &Text<'t>) -> bool {
        if self.is(0, b'=') && self.is(2, b'.') {
            return self.member(context, text);
        }
        if self.is(0, b':') {
            return self.entry(context, text);
        }
        if self.is(0, b'(') || self.is(0, b',') {
            return self.argument(context, text);
        }
        false
    }

    fn member(&mut self, context: &mut Context<'_>, text: &Text<'t>) -> bool {
        let name = self.before(1);
        if name.kind != Kind::Name {
            return false;
        }
        let name = name.start..name.end;
        let path = match self.source.as_bytes().get(self.chain) {
            Some(b'.') | None => format!("?{}", self.slice(self.chain..name.end)),
            Some(_) => self.slice(self.chain..name.end).to_owned(),
        };
        match self.roles.member.find(&path).find(|role| role.counts_in(context.path())).map(|role| role.role) {
            Some(Use::Attribute) => self.urls.attribute_of_unknown(context, self.slice(name), text),
            Some(how) => self.urls.text_used_as(context, self.script, how, text),
            None => false,
        }
    }

    fn entry(&mut self, context: &mut Context<'_>, text: &Text<'t>) -> bool {
        let key = self.before(1);
        let key = match key.kind {
            Kind::Name => self.slice(key.start..key.end),
            Kind::String => self.slice(key.start + 1..key.end - 1),
            _ => return false,
        };
        let call = self.frames.len().checked_sub(2).and_then(|index| self.frames.get(index));
        let tag = call.filter(|call| call.commas == 1).and_then(|call| call.first.clone()).map(|first| self.slice(first));
        if let Some(tag) = tag
            && self.urls.attribute_of(context, tag, key, text)
        {
            return true;
        }
        match self.roles.entry.find(key).find(|role| role.counts_in(context.path())).map(|role| role.role) {
            Some(how) => self.urls.text_used_as(context, self.script, how, text),
            None => false,
        }
    }

    fn argument(&mut self, context: &mut Context<'_>, text: &Text<'t>) -> bool {
        let Some(frame) = self.frames.last() else { return false };
        let callee = self.slice(frame.callee.clone());
        let path = if callee.starts_with('.') { format!("?{callee}") } else { callee.to_owned() };
        let (commas, first) = (frame.commas, frame.first.clone());
        let roles = self.roles;
        for role in roles.call.find(&path).filter(|role| role.entry.is_none()) {
            let reported = match role.role {
                Use::Attribute => match first.clone() {
                    Some(name) if commas == role.argument + 1 => self.urls.attribute_of_unknown(context, self.slice(name), text),
                    _ => false,
                },
                how if commas == role.argument || (role.rest && commas > role.argument) => {
                    self.urls.text_used_as(context, self.script, how, text)
                }
                _ => false,
            };
            if reported {
                return true;
            }
        }
        false
    }
}
