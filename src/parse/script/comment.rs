//! Comments: what they say to this program, the source map they name, and the URLs they mention.

use std::ops::Range;

use memchr::memmem;

use crate::model::{Comment, Directive, Role, Text};
use crate::parse::{Context, Setting, plain};

/// Whether anything in the comments of this text can be wanted.
pub(in crate::parse) fn are_wanted(context: &Context<'_>, text: &Text<'_>) -> bool {
    let has = |words: &[u8]| memmem::find(text.as_str().as_bytes(), words).is_some();
    (context.wanted().comments && has(b"congruent:"))
        || (context.wanted().loads && has(SOURCE_MAP.as_bytes()))
        || (context.wanted().role(Role::Mention) && (has(b"//") || has(b"www.")))
}

const SOURCE_MAP: &str = "sourceMappingURL=";

/// Reports what is in the comment at `range`, delimiters included.
pub(in crate::parse) fn read(context: &mut Context<'_>, text: &Text<'_>, range: Range<usize>) {
    let chars = text.as_str().get(range.clone()).unwrap_or_default();
    let (open, close) = delimiters(chars);
    let words = text.slice(range.start + open..range.end - close);
    if memmem::find(chars.as_bytes(), b"congruent:").is_some() {
        let comment = Comment { span: text.span(range), text_span: words.trim().whole_span(), covers: None };
        context.comment(comment);
    }
    let map = words.as_str().trim_start().strip_prefix(['#', '@']).map(str::trim_start).and_then(|rest| rest.strip_prefix(SOURCE_MAP));
    if let Some(url) = map {
        let start = words.len() - url.len();
        let end = start + url.find(char::is_whitespace).unwrap_or(url.len());
        if !url.starts_with("data:") {
            context.url(&words.slice(start..end), Role::Load(Directive::Connect));
        }
    } else {
        context.within(Setting::Comment, |context| plain::mentions(context, &words));
    }
}

/// The lengths of what opens and what closes a comment.
fn delimiters(comment: &str) -> (usize, usize) {
    for (open, close) in [("/*", "*/"), ("<#", "#>"), ("=begin", "=end"), ("<!--", "-->"), ("//", ""), ("#", "")] {
        if comment.starts_with(open) {
            let closed = comment.len() >= open.len() + close.len() && comment.ends_with(close);
            return (open.len(), if closed { close.len() } else { 0 });
        }
    }
    (0, 0)
}
