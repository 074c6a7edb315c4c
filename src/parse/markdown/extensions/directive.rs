//! Directives: `{name}` on fences of backticks (MyST), `:::name` and `:::{name}` (Docusaurus, VitePress, MyST), `/// name`
//! (PyMdown).

use super::line::{Fence, Line};
use super::{Indent, Kind, Level, MAX_LEVELS, OpenFence, Resolver, tildes};
use crate::model::{DirectiveBody, DirectiveRule, Role};
use crate::parse::Format;
use crate::parse::markdown::fence::Info;

/// The options at the head of a directive that is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Options {
    /// Its first line comes next.
    Start,
    /// `:name: value`.
    Fields,
    /// `name: value`, up to `---`.
    Yaml,
}

const MARKDOWN: DirectiveRule = DirectiveRule { argument: None, body: DirectiveBody::Markdown };
const DATA: DirectiveRule = DirectiveRule { argument: None, body: DirectiveBody::Data };

impl<'t> Resolver<'_, 't, '_> {
    /// A line that is a fence.
    pub(super) fn fence_line(&mut self, line: &Line, fence: Fence<'t>, indent: Indent) {
        if fence.info.is_empty() && self.close_directive(line, fence.marker, fence.length) {
            return;
        }
        let info = Info::new(fence.info);
        let rule = self.rule(&fence, &info);
        let (at, strip) = (indent.at, indent.strip + indent.surplus);
        match rule.body {
            DirectiveBody::Markdown => self.open_directive(line, &fence, rule, at, strip),
            _ if fence.marker == b':' => {
                // CommonMark knows no fence of colons.
                self.blank(line.start);
                let from = self.strip(line, strip);
                self.copy(from..at);
                self.replace(&tildes(fence.length), at..at + fence.length);
                self.copy(at + fence.length..line.end);
                self.open_fence(line, &fence, indent);
            }
            _ => {
                self.copy_stripped(line, strip);
                self.open_fence(line, &fence, indent);
            }
        }
    }

    fn open_fence(&mut self, line: &Line, fence: &Fence<'_>, indent: Indent) {
        self.ends_blank = false;
        let floor = self.levels.last().map_or(0, |level| level.content);
        let Indent { column, strip, surplus, .. } = indent;
        self.fence = Some(OpenFence { marker: fence.marker, length: fence.length, column, floor, strip, surplus, quotes: line.quotes });
    }

    /// What a fence opens.
    fn rule(&self, fence: &Fence<'_>, info: &Info<'_>) -> DirectiveRule {
        if fence.marker == b':' {
            // mkdocstrings: `::: package.module`
            let is_identifier = info.directive.is_none() && fence.info.contains('.') && !fence.info.contains([' ', '{', '[']);
            if fence.info.is_empty() || is_identifier {
                return MARKDOWN;
            }
            return self.roles.directive(info.directive.unwrap_or(info.language)).unwrap_or(MARKDOWN);
        }
        let Some(name) = info.directive.or((info.language == "mdx-code-block").then_some(info.language)) else { return DATA };
        let is_language = Format::of_extension(&name.to_ascii_lowercase()).is_some();
        self.roles.directive(name).filter(|_| !is_language).unwrap_or(DATA)
    }

    /// A directive whose content is a part of the page.
    fn open_directive(&mut self, line: &Line, fence: &Fence<'_>, rule: DirectiveRule, at: usize, strip: usize) {
        self.blank(line.start);
        let argument = fence.info.split_once('}').map_or("", |(_, argument)| argument.trim());
        let end = at + self.chars[at..line.end].trim_end().len();
        if let Some(role) = rule.argument {
            self.url(end - argument.len()..end, role);
            self.copy_raw("\n", line.end);
        } else if fence.marker == b':' {
            self.copy_marked(line, strip);
        } else {
            // The title stays, the fence must not.
            let from = self.strip(line, strip);
            self.copy(from..at);
            self.copy_template(end - argument.len()..end);
            self.copy_raw("\n", line.end);
            self.ends_blank = argument.is_empty();
        }
        self.blank(line.end);
        let is_identifier = fence.marker == b':' && !fence.info.contains(['{', ' ']) && fence.info.contains('.');
        if self.levels.len() < MAX_LEVELS && !fence.info.is_empty() && !is_identifier {
            let content = self.levels.last().map_or(0, |level| level.content);
            let kind = Kind::Directive { marker: fence.marker, length: fence.length };
            self.levels.push(Level { kind, start: at, content, strip, quotes: line.quotes });
            self.options = Some(Options::Start);
        }
    }

    /// Closes the innermost directive of this marker; whether there is one.
    fn close_directive(&mut self, line: &Line, marker: u8, length: usize) -> bool {
        let is_it =
            |level: &Level| matches!(level.kind, Kind::Directive { marker: open, length: least } if open == marker && length >= least);
        let Some(index) = self.levels.iter().rposition(is_it) else { return false };
        self.close_levels(index, line.end);
        self.blank(line.start);
        self.options = None;
        true
    }

    /// A line that starts with `///`.
    pub(super) fn slashes_line(&mut self, line: &Line, name: &str, at: usize, column: usize, strip: usize) {
        if name.is_empty() && self.close_directive(line, b'/', 3) {
            return;
        }
        self.blank(line.start);
        self.copy_marked(line, strip);
        self.blank(line.end);
        if !name.is_empty() && self.levels.len() < MAX_LEVELS {
            let kind = Kind::Directive { marker: b'/', length: 3 };
            self.levels.push(Level { kind, start: at, content: column, strip, quotes: line.quotes });
        }
    }

    /// Takes a line that belongs to a directive's options; whether it does.
    pub(super) fn option_line(&mut self, line: &Line) -> bool {
        let Some(state) = self.options.take() else { return false };
        let content = line.content(self.chars);
        let next = match (state, content) {
            (Options::Start, "---") => Some(Options::Yaml),
            (Options::Yaml, "---") => None,
            (Options::Yaml, _) => {
                self.option(line, content);
                Some(Options::Yaml)
            }
            (Options::Start | Options::Fields, _) => {
                let Some(field) = content.strip_prefix(':').filter(|field| field.contains(':') && !field.starts_with(':')) else {
                    return false;
                };
                self.option(line, field);
                Some(Options::Fields)
            }
        };
        self.options = next;
        true
    }

    /// An option, `name: value`, that ends with its line.
    fn option(&mut self, line: &Line, option: &str) {
        let Some((name, value)) = option.split_once(':') else { return };
        let value = value.trim().trim_matches(['"', '\'']);
        let role = self.roles.option(name.trim()).unwrap_or(Role::Mention);
        let is_url = role != Role::Mention || value.contains("//");
        if is_url && let Some(start) = self.chars[line.content..line.end].rfind(value).map(|at| line.content + at) {
            self.url(start..start + value.len(), role);
        }
    }

    fn url(&mut self, range: std::ops::Range<usize>, role: Role) {
        if !range.is_empty() {
            self.urls.push((self.page.slice(range), role));
        }
    }
}
