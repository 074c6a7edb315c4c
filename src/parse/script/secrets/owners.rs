//! Members that have the name of a secret and are none, by what they are members of; and where a variable's name comes from.

use super::super::ir::{Expr, ExprKind};
use super::super::value::Value;
use super::origin::meaning;
use super::walk::Walk;
use super::{Language, Secrets, asked};

impl Secrets<'_, '_> {
    /// Whether a path is an entry of what says something of secrets, and holds none: `errors.password`, `config.expiry.signingKey`.
    fn is_entry_of_labels(&self, path: &str) -> bool {
        let owner = path.rfind(meaning(path)).and_then(|at| path.get(..at)).and_then(|owner| owner.strip_suffix('.')).unwrap_or_default();
        let owner = owner.rsplit(['.', '(', '[']).next().unwrap_or_default().trim_matches(|c: char| !c.is_alphanumeric());
        !owner.is_empty() && self.vocabulary.words.has_labels(owner)
    }

    /// Whether what a path is a member of says that it is no secret, whatever its own name says.
    pub(super) fn is_member_of_other(&self, path: &str) -> bool {
        path.contains('.') && (is_constant_of_kind(path) || self.is_constant_of_class(path) || self.is_entry_of_labels(path))
    }

    /// Whether a member is a constant of a class of Java: mostly what a setting is called, `ClientConfig.ACCESS_TOKEN`.
    fn is_constant_of_class(&self, path: &str) -> bool {
        let mut parts = path.rsplit('.');
        let (Some(name), Some(class)) = (parts.next(), parts.next()) else { return false };
        self.script.language == Language::Java
            && is_constant(name)
            && class.starts_with(char::is_uppercase)
            && class.contains(char::is_lowercase)
    }

    /// Whether a program reads the environment's variable of this name: `env.NAME`, `getenv("NAME")`, `ENV['NAME']`.
    pub(super) fn reads_from_environment(&self, name: &str) -> bool {
        let text = self.script.text.as_str();
        memchr::memmem::find_iter(text.as_bytes(), name.as_bytes()).any(|at| {
            let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + name.len()..).unwrap_or_default());
            if after.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
                return false;
            }
            let lower = asked::before(text, at, 12).to_ascii_lowercase();
            let is_member =
                ["env.", "environ.", "env:", "env?.", "environment.", "secrets.", "vars."].iter().any(|owner| lower.ends_with(owner));
            // `const { API_KEY } = process.env`
            let is_taken = || {
                let line = asked::line_behind(text, at + name.len(), 1_000);
                line.contains("} = process.env") || line.contains("} = env")
            };
            let is_key = || {
                ['"', '\'', '`'].iter().any(|quote| {
                    after.starts_with(*quote)
                        && before.strip_suffix(*quote).is_some_and(|before| before.trim_end().ends_with(['(', '[', ',']))
                })
            };
            is_member || is_key() || is_taken()
        })
    }
}

impl<'t> Walk<'_, '_, 't> {
    /// Whether it is an entry of a variable that holds an empty record, and of which nothing was said since.
    pub(super) fn is_of_new_record(&self, expression: &Expr<'t>) -> bool {
        /// How far before it the record is looked for, in bytes.
        const REACH: usize = 2000;
        let (ExprKind::Member(object, _) | ExprKind::Index(object, _)) = &expression.kind else { return false };
        let ExprKind::Name(name) = &object.kind else { return false };
        let is_empty = matches!(self.parts.of(object), Some(Value::Record(entries)) if entries.is_empty());
        let text = self.script.text.as_str().as_bytes().get(..expression.range.start).unwrap_or_default();
        let before = text.get(text.len().saturating_sub(REACH)..).unwrap_or_default();
        is_empty && memchr::memmem::find_iter(before, name.as_bytes()).take(2).count() == 1
    }
}

/// Whether a name is written as those of constants and of the environment's variables.
pub(super) fn is_constant(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Whether a path is a constant of a class that lists kinds of things: `GrantType.PASSWORD`.
pub(super) fn is_constant_of_kind(path: &str) -> bool {
    const KINDS: [&str; 25] = [
        "Type",
        "Types",
        "Code",
        "Codes",
        "Kind",
        "Error",
        "Errors",
        "Field",
        "Fields",
        "Keys",
        "Names",
        "Event",
        "Headers",
        "Status",
        "Info",
        "Scheme",
        "Method",
        "Methods",
        "Mode",
        "Grant",
        "Property",
        "Parameter",
        "Attribute",
        "Claim",
        "Role",
    ];
    let mut parts = path.rsplit('.');
    let (Some(name), Some(class)) = (parts.next(), parts.next()) else { return false };
    name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
        && KINDS.iter().any(|kind| class.ends_with(kind))
}
