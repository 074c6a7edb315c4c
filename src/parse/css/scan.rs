//! The pass over a style sheet.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem;

use super::token::{self, Url};
use super::{Dialect, Place};
use crate::model::{Directive, Role, Text};
use crate::parse::context::Setting;
use crate::parse::{Context, plain, reference, template};

/// What a hole is read as: a letter, which means nothing anywhere.
pub(super) const FILLER: u8 = b'_';

/// A block or function that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    /// `(`, `[`, or a function that means nothing here.
    Group,
    /// A function in which strings are URLs of this role.
    Urls(Role),
    /// `url(` before a quoted URL.
    Url,
    /// `{`.
    Block,
    /// The block of an `@font-face`.
    FontFace,
}

/// The at-rule whose prelude is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Prelude {
    /// None.
    Absent,
    /// `@import` and its kin, with the role of what it names; `found` once it did.
    Import { role: Role, found: bool },
    /// URLs in it have this role.
    Role(Role),
    /// `@font-face`.
    FontFace,
    /// Another at-rule.
    Other,
}

/// A style sheet that is being read.
pub(super) struct Scanner<'c, 'v, 't, 's> {
    context: &'c mut Context<'v>,
    text: &'t Text<'s>,
    /// The text's characters, holes masked.
    chars: &'t str,
    dialect: Dialect,
    at: usize,
    open: Vec<Open>,
    prelude: Prelude,
    /// The role of URLs in the declaration that is being read.
    property: Option<Role>,
    /// Whether the next name starts a declaration.
    declares: bool,
    /// Whether an `@import` still counts: nothing but imports and layers came before.
    imports: bool,
}

impl<'c, 'v, 't, 's> Scanner<'c, 'v, 't, 's> {
    /// `chars` are those of `text`, with its holes masked by [`FILLER`].
    pub(super) fn new(context: &'c mut Context<'v>, text: &'t Text<'s>, chars: &'t str, dialect: Dialect, place: Place) -> Self {
        let imports = place == Place::Sheet;
        let (open, prelude) = (Vec::new(), Prelude::Absent);
        Self { context, text, chars, dialect, at: 0, open, prelude, property: None, declares: true, imports }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.chars.as_bytes().get(at).copied()
    }

    fn starts(&self, text: &str) -> bool {
        self.chars.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(text.as_bytes()))
    }

    pub(super) fn read(mut self) {
        while let Some(byte) = self.byte(self.at) {
            match byte {
                byte if token::is_space(byte) => self.at += 1,
                b'/' if self.starts("/*") => self.comment(),
                b'/' if self.starts("//") && self.dialect == Dialect::Extended => self.line_comment(),
                b'"' | b'\'' => self.string(),
                b'@' => self.at_keyword(),
                b'(' | b'[' => self.open(Open::Group),
                b')' | b']' => self.close_group(),
                b'{' => self.open_block(),
                b'}' => self.close_block(),
                b';' => self.semicolon(),
                b'#' => self.at = token::name_end(self.chars.as_bytes(), self.at + 1),
                b'0'..=b'9' => self.number(),
                b'<' if self.starts("<!--") => self.at += 4,
                b'-' if self.starts("-->") => self.at += 3,
                _ if token::starts_identifier(self.chars.as_bytes(), self.at) => self.name(),
                b':' => {
                    self.declares = false;
                    self.at += 1;
                }
                _ => self.other(),
            }
        }
    }

    /// A token that means nothing here, but is one of a rule.
    fn other(&mut self) {
        self.at += 1;
        self.rule_starts();
    }

    /// What is neither an import nor white space ends the imports.
    fn rule_starts(&mut self) {
        if self.prelude == Prelude::Absent && self.open.is_empty() {
            self.imports &= self.dialect == Dialect::Extended;
        }
    }

    fn number(&mut self) {
        let bytes = self.chars.as_bytes();
        let rest = bytes.get(self.at..).unwrap_or_default();
        self.at += rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if token::starts_identifier(bytes, self.at) {
            // A dimension: its unit opens no function.
            self.at = token::name_end(bytes, self.at);
        }
        self.rule_starts();
    }

    /// An identifier, a function, or a URL.
    fn name(&mut self) {
        let start = self.at;
        let bytes = self.chars.as_bytes();
        let end = token::name_end(bytes, start);
        self.at = end.max(start + 1);
        if bytes.get(end) != Some(&b'(') {
            if self.declares && self.prelude == Prelude::Absent {
                let name = self.name_at(start..end);
                self.property = self.context.vocabulary().css.property(&name);
                self.declares = false;
            }
            self.rule_starts();
            return;
        }
        self.rule_starts();
        let name = self.name_at(start..end);
        self.at = end + 1;
        if !name.eq_ignore_ascii_case("url") {
            let role = self.context.vocabulary().css.function(&name);
            self.open.push(role.map_or(Open::Group, Open::Urls));
            return;
        }
        let bytes = self.chars.as_bytes();
        let first = token::skip_space(bytes, end + 1);
        if matches!(bytes.get(first), Some(b'"' | b'\'')) {
            self.at = first;
            self.open.push(Open::Url);
            return;
        }
        match token::url(bytes, first) {
            Url::Good(range, next) => {
                self.at = next;
                self.url(range);
            }
            Url::Bad(next) => {
                // SCSS computes URLs: `url($base + "/a.png")`.
                let whole = first..next;
                self.at = next;
                plain::mentions(self.context, &self.text.slice(whole));
            }
        }
    }

    /// The decoded name; nearly all names are without escapes.
    fn name_at(&self, range: Range<usize>) -> Cow<'t, str> {
        match self.chars.get(range.clone()) {
            Some(name) if !name.contains('\\') => Cow::Borrowed(name),
            _ => Cow::Owned(token::decode(self.text, self.chars.as_bytes(), range).as_str().to_owned()),
        }
    }

    fn string(&mut self) {
        let (range, next) = token::string(self.chars.as_bytes(), self.at);
        self.at = next;
        let Some(range) = range else {
            if let Some(open @ Open::Url) = self.open.last_mut() {
                *open = Open::Group;
            }
            return;
        };
        let is_import = self.open.is_empty() && matches!(self.prelude, Prelude::Import { .. });
        let in_function = match self.open.last_mut() {
            // What follows the string in `url("…" …)` is no URL.
            Some(open @ Open::Url) => {
                *open = Open::Group;
                return self.url(range);
            }
            Some(Open::Urls(role)) if !matches!(self.prelude, Prelude::Role(Role::Mention)) => Some(*role),
            _ => None,
        };
        if let Some(role) = in_function {
            let text = token::decode(self.text, self.chars.as_bytes(), range);
            reference::report(self.context, &text, role);
        } else if is_import || self.is_nested_import() {
            self.url(range);
        } else if self.context.wanted().role(Role::Mention) {
            self.rule_starts();
            plain::mentions(self.context, &token::decode(self.text, self.chars.as_bytes(), range));
        }
    }

    /// In SCSS and LESS rules may import too.
    fn is_nested_import(&self) -> bool {
        let in_block = matches!(self.open.last(), None | Some(Open::Block | Open::FontFace));
        self.dialect == Dialect::Extended && in_block && matches!(self.prelude, Prelude::Import { .. })
    }

    /// A URL, quoted or not.
    fn url(&mut self, range: Range<usize>) {
        let role = match &mut self.prelude {
            Prelude::Import { role, found } => {
                let first = !std::mem::replace(found, true);
                if first || self.dialect == Dialect::Extended { *role } else { Role::Mention }
            }
            Prelude::Role(role) => *role,
            _ if self.open.contains(&Open::FontFace) => Role::Load(Directive::Font),
            _ => self.property.unwrap_or(Role::Load(Directive::Img)),
        };
        let text = token::decode(self.text, self.chars.as_bytes(), range);
        reference::report(self.context, &text, role);
    }

    fn at_keyword(&mut self) {
        let bytes = self.chars.as_bytes();
        let start = self.at + 1;
        if !token::starts_identifier(bytes, start) {
            self.other();
            return;
        }
        let end = token::name_end(bytes, start);
        self.at = end;
        let name = self.name_at(start..end);
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        let in_group = matches!(self.open.last(), Some(Open::Group | Open::Urls(_) | Open::Url));
        if in_group {
            return;
        }
        let extended = self.dialect == Dialect::Extended;
        self.prelude = match self.context.vocabulary().css.at_rule(&name) {
            // `@use` of SCSS means nothing to a browser.
            Some(Role::Load(_)) if !extended && !is("import") => Prelude::Role(Role::Mention),
            Some(role @ Role::Load(_)) => {
                let role = if self.imports || extended { role } else { Role::Mention };
                Prelude::Import { role, found: false }
            }
            Some(role) => Prelude::Role(role),
            None if is("font-face") => Prelude::FontFace,
            // `@variable: value` of LESS.
            None if extended && self.byte(end) == Some(b':') => Prelude::Absent,
            None => Prelude::Other,
        };
        let before_imports = is("import") || is("charset") || is("layer");
        self.imports &= extended || before_imports;
    }

    fn open(&mut self, what: Open) {
        self.rule_starts();
        self.open.push(what);
        self.at += 1;
    }

    fn close_group(&mut self) {
        self.at += 1;
        if matches!(self.open.last(), Some(Open::Group | Open::Urls(_) | Open::Url)) {
            self.open.pop();
        }
    }

    fn open_block(&mut self) {
        self.at += 1;
        self.open.push(if self.prelude == Prelude::FontFace { Open::FontFace } else { Open::Block });
        self.imports &= self.dialect == Dialect::Extended;
        self.end_statement();
    }

    fn close_block(&mut self) {
        self.at += 1;
        // Groups that are still open end with the block.
        while let Some(open) = self.open.pop() {
            if matches!(open, Open::Block | Open::FontFace) {
                break;
            }
        }
        self.end_statement();
    }

    fn semicolon(&mut self) {
        self.at += 1;
        self.rule_starts();
        let in_group = matches!(self.open.last(), Some(Open::Group | Open::Urls(_) | Open::Url));
        if !in_group {
            self.end_statement();
        }
    }

    fn end_statement(&mut self) {
        self.prelude = Prelude::Absent;
        self.property = None;
        self.declares = true;
    }

    fn comment(&mut self) {
        let start = self.at;
        let bytes = self.chars.as_bytes();
        let words = start + 2;
        let close = bytes.get(words..).and_then(|rest| memmem::find(rest, b"*/")).map(|found| words + found);
        self.at = close.map_or(bytes.len(), |close| close + 2);
        self.comment_words(start..self.at, words..close.unwrap_or(bytes.len()));
    }

    fn line_comment(&mut self) {
        let start = self.at;
        let bytes = self.chars.as_bytes();
        let end = bytes.get(start..).and_then(|rest| memchr::memchr(b'\n', rest)).map_or(bytes.len(), |found| start + found);
        self.at = end;
        self.comment_words(start..end, start + 2..end);
    }

    fn comment_words(&mut self, comment: Range<usize>, words: Range<usize>) {
        let Some(chars) = self.chars.get(words.clone()) else { return };
        if let Some(url) = source_map(chars) {
            let text = self.text.slice(words.start + url.start..words.start + url.end);
            reference::report(self.context, &text, Role::Load(Directive::Connect));
            return;
        }
        template::comment(self.context, self.text, comment, words.clone());
        if self.context.wanted().role(Role::Mention) {
            let text = self.text.slice(words);
            self.context.within(Setting::Comment, |context| plain::mentions(context, &text));
        }
    }
}

/// The URL of `# sourceMappingURL=…` (ECMA-426, section 11.1.2), which is the whole comment.
fn source_map(comment: &str) -> Option<Range<usize>> {
    let rest = comment.strip_prefix(['#', '@'])?.trim_start().strip_prefix("sourceMappingURL=")?;
    let start = comment.len() - rest.len();
    let len = rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')).unwrap_or(rest.len());
    (len > 0).then_some(start..start + len)
}

/// The text with `#{…}` (SCSS) and `@{…}` (LESS) as holes, if there are any.
pub(super) fn with_interpolations<'s>(text: &Text<'s>) -> Option<Text<'s>> {
    let bytes = text.as_str().as_bytes();
    let mut holes: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr(b'{', rest)) {
        let brace = at + found;
        at = brace + 1;
        if brace == 0 || !matches!(bytes.get(brace - 1), Some(b'#' | b'@')) {
            continue;
        }
        // Interpolations are short, and hold no braces.
        let rest = bytes.get(at..bytes.len().min(at + 1024)).unwrap_or_default();
        if let Some(close) = memchr::memchr3(b'}', b';', b'{', rest).filter(|close| rest.get(*close) == Some(&b'}')) {
            holes.push(brace - 1..at + close + 1);
            at += close + 1;
        }
    }
    let is_new = |hole: &Range<usize>| !text.holes().any(|old| old.start < hole.end && hole.start < old.end);
    if text.has_holes() {
        holes.retain(is_new);
    }
    (!holes.is_empty()).then(|| text.clone().with_holes(&holes))
}
