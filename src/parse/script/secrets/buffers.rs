//! Texts that are put together in memory by writing to them: `StringIO`, `bytes.Buffer`, `StringWriter`. What shows one shows
//! all that was written.

use super::super::ir::{Argument, Expr, ExprKind};
use super::super::observe::{CallEvent, Script};
use super::super::value::Value;
use super::asked::{Question, before, line_behind};
use super::trail::key;
use super::{Secrets, as_written};

/// What the lines that make such a text speak of.
const BUFFERS: [&str; 8] =
    ["StringIO", "BytesIO", "bytes.Buffer", "bytes.NewBuffer", "strings.Builder", "StringWriter", "ByteArrayOutputStream", "PassThrough"];

/// Methods that write to one.
const WRITERS: [&str; 10] = ["write", "Write", "writelines", "WriteByte", "WriteRune", "puts", "print", "println", "printf", "concat"];

/// Functions whose first argument is what they write to.
const PRINTERS: [&str; 4] = ["fmt.Fprintf", "fmt.Fprintln", "fmt.Fprint", "io.WriteString"];

/// What a call writes, each argument with its value.
pub(super) type Written<'e, 't> = Vec<(&'e Argument<'t>, &'e Value<'t>)>;

impl<'t> Secrets<'_, 't> {
    /// The text in memory that a call writes to, and what it writes.
    pub(super) fn written_to_buffer<'e>(&self, script: Script<'t>, call: &'e CallEvent<'_, 't>) -> Option<(&'e Expr<'t>, Written<'e, 't>)> {
        let all = || call.call.arguments.iter().zip(call.arguments);
        let path = as_written(script, &call.call.callee);
        let (buffer, written): (_, Written<'e, 't>) = if PRINTERS.contains(&path) {
            (&all().next()?.0.value, all().skip(1).collect())
        } else if path == "print" {
            let (file, _) = all().find(|(argument, _)| argument.keyword == Some("file"))?;
            (&file.value, all().filter(|(argument, _)| argument.keyword.is_none()).collect())
        } else {
            let ExprKind::Member(object, name) = &call.call.callee.kind else { return None };
            (WRITERS.contains(name).then_some(&**object)?, all().collect())
        };
        self.is_buffer(&key(script, buffer)).then_some((buffer, written))
    }

    /// Whether a program makes such a text of this name.
    pub(super) fn is_buffer(&self, name: &str) -> bool {
        !name.is_empty() && self.asked.about(Question::Buffer, name, || is_buffer(self.script, name))
    }
}

fn is_buffer(script: Script<'_>, name: &str) -> bool {
    /// How much of a line is looked at before a name and behind it, in bytes.
    const REACH: usize = 500;
    let text = script.text.as_str();
    let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    memchr::memmem::find_iter(text.as_bytes(), name.as_bytes()).any(|at| {
        let end = at + name.len();
        if is_part(at.checked_sub(1).and_then(|before| text.as_bytes().get(before))) || is_part(text.as_bytes().get(end)) {
            return false;
        }
        let before = before(text, at, REACH).rsplit('\n').next().unwrap_or_default();
        let parts = [before, line_behind(text, end, REACH)];
        BUFFERS.iter().any(|buffer| parts.iter().any(|part| part.contains(buffer)))
    })
}
