//! Which values are keys of registered kinds, by their names.

use super::Walk;
use crate::model::CredentialKind;
use crate::parse::script::ir::{Expr, ExprKind};

/// The least number of words in the name of a variable of which the first are the issuer's own: `RUNAGENTS_API_KEY`.
const MIN_WORDS: usize = 3;

/// The names under which a file keeps keys.
#[derive(Debug)]
pub(super) struct Names(Vec<(usize, String, Reach)>);

/// What a name has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Anything.
    Any,
    /// A member: an attribute of a configuration.
    Member,
}

impl Names {
    /// The names that the kinds with a header of their own have, and in files of the issuer (its name stands in the path or the text) the
    /// same without the issuer: `cfg.api_key`.
    pub(super) fn of(path: &str, text: &str, kinds: &[CredentialKind]) -> Self {
        let mut out = Vec::new();
        let lower = std::cell::OnceCell::new();
        let names_issuer = |issuer: &str| lower.get_or_init(|| format!("{path}\n{text}").to_ascii_lowercase()).contains(issuer);
        for (index, kind) in kinds.iter().enumerate().filter(|(_, kind)| is_sendable(kind)) {
            for variable in &kind.variables {
                out.push((index, plain(variable), Reach::Any));
                let words: Vec<_> = variable.split('_').collect();
                if words.len() >= MIN_WORDS
                    && let Some((issuer, rest)) = words.split_at_checked(words.len() - 2)
                    && names_issuer(&issuer.join("_").to_ascii_lowercase())
                {
                    out.push((index, plain(&rest.join("_")), Reach::Member));
                }
            }
        }
        Self(out)
    }

    fn find(&self, name: &str, reach: Reach) -> Option<usize> {
        let name = plain(name);
        self.0
            .iter()
            .rev()
            .find(|(_, known, needed)| *known == name && (*needed == Reach::Any || reach == Reach::Member))
            .map(|(kind, ..)| *kind)
    }
}

/// Whether keys of a kind have a header of their own, wherever they go.
fn is_sendable(kind: &CredentialKind) -> bool {
    kind.header.as_ref().is_some_and(|header| !header.eq_ignore_ascii_case("authorization")) && kind.at.is_empty()
}

/// A name without case and separators.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Whether a program with this text may send a key of such a kind as Bearer.
pub(super) fn may_send(path: &str, text: &str, kinds: &[CredentialKind]) -> bool {
    let has = |word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    // The rest of a word is the same in any case that people write it in.
    (has("earer ") || has("EARER ")) && !Names::of(path, text, kinds).0.is_empty()
}

/// Methods and functions whose result is the key itself.
const SAME: [&str; 14] = [
    "strip",
    "trim",
    "trimspace",
    "rstrip",
    "lstrip",
    "str",
    "string",
    "tostring",
    "trimend",
    "trimstart",
    "encode",
    "decode",
    "unwrap",
    "clone",
];

/// Functions that read a variable of the environment.
const READS: [&str; 6] = ["getenv", "get", "lookupenv", "fetch", "env", "var"];

impl<'t> Walk<'_, 't> {
    /// The kind of the key that an expression is.
    pub(super) fn key(&self, expression: &Expr<'t>) -> Option<usize> {
        self.key_within(expression, 16)
    }

    fn key_within(&self, expression: &Expr<'t>, depth: usize) -> Option<usize> {
        let depth = depth.checked_sub(1)?;
        match &expression.kind {
            ExprKind::Name(name) => self.held.get(name).copied().or_else(|| self.names.find(name, Reach::Any)),
            ExprKind::Member(_, name) => self.names.find(name, Reach::Member),
            ExprKind::Index(_, key) => match &key.kind {
                ExprKind::Literal(text) => self.names.find(text.as_str(), Reach::Member),
                _ => None,
            },
            ExprKind::Call(call) => {
                let first = call.arguments.first().map(|argument| &argument.value);
                let (object, name) = match &call.callee.kind {
                    ExprKind::Member(object, name) => (Some(object), *name),
                    ExprKind::Name(name) => (None, *name),
                    _ => return None,
                };
                let name = plain(name);
                if SAME.contains(&name.as_str()) {
                    return object.and_then(|object| self.key_within(object, depth)).or_else(|| self.key_within(first?, depth));
                }
                match (READS.contains(&name.as_str()), &first?.kind) {
                    (true, ExprKind::Literal(text)) => self.names.find(text.as_str(), Reach::Any),
                    _ => None,
                }
            }
            ExprKind::Choice { test: None, then, otherwise } => self.key_within(then, depth).or_else(|| self.key_within(otherwise, depth)),
            ExprKind::Choice { then, otherwise, .. } => self.key_within(then, depth).or_else(|| self.key_within(otherwise, depth)),
            ExprKind::Other(parts) => match parts.as_slice() {
                [only] => self.key_within(only, depth),
                _ => None,
            },
            _ => None,
        }
    }
}
