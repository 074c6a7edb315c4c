//! Calls that show what they are given: by their names, or because their object is a logger.

use std::borrow::Cow;

use super::super::Language;
use super::super::ir::{Argument, ExprKind};
use super::super::observe::{CallEvent, Script};
use super::super::value::Value;
use super::{Secrets, as_written, files};
use crate::model::{SinkRole, names_logger};

impl<'t> Secrets<'_, 't> {
    /// The arguments that a call shows, and under what name; nothing if it shows none.
    pub(super) fn shown<'e>(
        &self,
        script: Script<'t>,
        call: &CallEvent<'e, 't>,
    ) -> Option<(String, Vec<(&'e Argument<'t>, &'e Value<'t>)>)> {
        // What an object is called counts where nothing is known of it.
        let object = match &call.call.callee.kind {
            ExprKind::Member(object, _) => Some(as_written(script, object)),
            _ => None,
        };
        let path = match (call.path, object, &call.call.callee.kind) {
            (Some(path), _, _) if !path.starts_with(Value::ANYTHING) => Cow::Borrowed(path),
            (_, Some(object), ExprKind::Member(_, name)) => Cow::Owned(format!("{object}.{name}")),
            (Some(path), ..) => Cow::Borrowed(path),
            _ => return None,
        };
        let path: &str = &path;
        if let Some(role) = self.roles.sink.find(path).next() {
            return self.shown_by(role, call).map(|arguments| (path.to_owned(), arguments));
        }
        let all = || call.call.arguments.iter().zip(call.arguments);
        let last = last_part(path).trim_end_matches("()");
        if self.vocabulary.sinks.iter().any(|sink| sink == path || sink == last) {
            return Some((last.to_owned(), all().collect()));
        }
        let is_field = self.roles.logger.fields.iter().any(|field| field == path);
        (is_field || self.is_logged_by(path, object, &self.roles.logger.methods)).then(|| (short(path), all().collect()))
    }

    /// Whether a path is one of these methods of a logger, by its own name or by what the object is called.
    pub(super) fn is_logged_by(&self, path: &str, object: Option<&str>, methods: &[String]) -> bool {
        let name = last_part(path);
        let owner = path.get(..path.len().saturating_sub(name.len() + 1)).unwrap_or_default();
        let packages = &self.roles.logger.packages;
        // A record that is written somewhere is no logger: `auditLog.setMessage(text)`, and not `log.atInfo().setMessage(text)`.
        if name.starts_with("set") && !owner.contains(".at") {
            return false;
        }
        methods.iter().any(|method| method == name.trim_end_matches("()"))
            && !owner.is_empty()
            && (is_logger(owner, packages) || object.is_some_and(|object| is_logger(object, packages)))
    }

    fn shown_by<'e>(&self, role: &SinkRole, call: &CallEvent<'e, 't>) -> Option<Vec<(&'e Argument<'t>, &'e Value<'t>)>> {
        let arguments = call.call.arguments.iter().zip(call.arguments);
        if self.masks(&call.arguments.iter().collect::<Vec<_>>()) {
            return None;
        }
        if !role.to.is_empty() {
            let (_, to) = call.positional(0)?;
            // `os.write(1, text)`
            let number = || if let Value::Atom(atom) = to { Some(Cow::from(*atom)) } else { None };
            let to = to.path_name().or_else(number)?;
            let is_known = |known: &String| match known.strip_prefix('*') {
                Some(end) => to.ends_with(end),
                None => *known == *to,
            };
            if !role.to.iter().any(is_known) {
                return None;
            }
        }
        // `print(…, file=f)`: into a file, unless that is the terminal.
        if let Some((_, file)) = call.keyword("file") {
            let terminal = file.path_name().is_some_and(|path| path.ends_with("stderr") || path.ends_with("stdout"));
            if !terminal {
                return None;
            }
        }
        // What stands before a format string says where it goes, or for what: `fs.Debugf(f, "…")`, `log.InfoContext(ctx, "…")`.
        let is_text = |value: &Value<'t>| value.texts().next().is_some();
        let is_formatted = role.formatted && !call.arguments.first().is_some_and(is_text);
        let leading = call.arguments.iter().position(is_text).filter(|_| is_formatted).unwrap_or(0);
        Some(
            arguments
                .skip(role.from.max(leading))
                .filter(|(argument, _)| !matches!(argument.keyword, Some("file" | "end" | "sep" | "flush")))
                .collect(),
        )
    }

    /// Whether what stands behind a word in a call is what that word names. Java's loggers take a tag or a format first.
    pub(super) fn takes_pairs(&self, sink: &str) -> bool {
        self.script.language != Language::Java || matches!(last_part(sink), "addKeyValue" | "kv" | "keyValue" | "with" | "put" | "set")
    }
}

/// Which arguments behind a format string are not printed as they are: `%T`, `%p`, `%t`; or are none by what it says of them,
/// `the path of the key: {}`.
pub(super) fn unprinted(template: &Value<'_>) -> Vec<bool> {
    let Some(text) = template.constant() else { return Vec::new() };
    if !text.contains('%') {
        let mut parts: Vec<_> = text.split("{}").map(files::is_label).collect();
        parts.pop();
        return parts;
    }
    let mut verbs = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        let after_flags = after.trim_start_matches(|c: char| c.is_ascii_digit() || "-+ #.*[]".contains(c));
        match after_flags.chars().next() {
            Some('%') => {}
            Some(verb) => verbs.push(matches!(verb, 'T' | 'p' | 't' | 'd' | 'c') || files::is_label(before)),
            None => break,
        }
        rest = after_flags.get(after_flags.chars().next().map_or(0, char::len_utf8)..).unwrap_or_default();
    }
    verbs
}

/// Whether an object is a logger, by what it is called: one of its words is, or begins with, `log`.
fn is_logger(object: &str, packages: &[String]) -> bool {
    object.split(['.', '(', ')', ':', '?', '$', '@']).any(|part| packages.iter().any(|package| package == part) || names_logger(part))
}

/// The last part of a path.
pub(super) fn last_part(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// The last two parts of a path.
fn short(path: &str) -> String {
    let mut parts = path.rsplit('.');
    match (parts.next(), parts.next()) {
        (Some(last), Some(object)) => format!("{object}.{last}"),
        _ => path.to_owned(),
    }
}
