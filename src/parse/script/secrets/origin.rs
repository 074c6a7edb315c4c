//! What a value says of where it comes from.

use super::super::observe::Script;
use super::super::value::{CallResult, Value};
use super::Secrets;
use super::kept::raises;
use super::owners::is_constant_of_kind;
use super::replace::{Replacement, replaces};
use super::sinks::unprinted;
use crate::model::{CallSays, Says};

/// What a CI system keeps secret: `secrets.NAME`.
const SECRETS: &str = "secrets.";

/// How many values are looked at to judge one.
pub(super) const MAX_LOOKS: usize = 200;

/// A secret that a value holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    /// What it is called: the end of a path, the name of an environment variable.
    pub(super) name: String,
    /// Whether it is the whole environment.
    pub(super) is_environment: bool,
}

impl Origin {
    fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), is_environment: false }
    }
}

impl<'t> Secrets<'_, 't> {
    /// The secret that a value holds, if it does.
    pub(super) fn origin(&self, value: &Value<'t>) -> Option<Origin> {
        self.look(value, &mut { MAX_LOOKS })
    }

    fn look(&self, value: &Value<'t>, looks: &mut usize) -> Option<Origin> {
        *looks = looks.checked_sub(1)?;
        match value {
            Value::Path(path) => self.path(path),
            Value::Result(result) => self.result(result, looks),
            Value::Text(built) => {
                let by_hole = built.holes.iter().find_map(|hole| self.look(hole, looks));
                by_hole.or_else(|| self.constant(built.text.sources()))
            }
            Value::List(values) | Value::Derived(values) => values.iter().find_map(|value| self.look(value, looks)),
            Value::OneOf(values) => values.iter().find_map(|value| self.look(value, looks)),
            Value::Record(entries) => entries.iter().find_map(|(key, value)| {
                let key = key.constant().filter(|key| self.says_as_key(key) && !self.is_harmless(key, value) && !self.contradicts(value));
                key.map(Origin::named).or_else(|| self.look(value, looks))
            }),
            Value::Unknown | Value::Reduced | Value::Regex(_) | Value::Atom(_) | Value::Function(_) | Value::Class(_) => None,
        }
    }

    /// Whether a value that holds a secret has one whichever way it was computed: constants beside one are what stands in for it.
    pub(super) fn is_sure(&self, value: &Value<'t>) -> bool {
        self.sure(value, &mut { MAX_LOOKS })
    }

    fn sure(&self, value: &Value<'t>, looks: &mut usize) -> bool {
        let Some(left) = looks.checked_sub(1) else { return true };
        *looks = left;
        match value {
            Value::OneOf(values) => values.iter().all(|value| {
                let is_open = matches!(value, Value::Path(_) | Value::Result(_) | Value::Derived(_));
                !is_open || self.sure(value, looks)
            }),
            Value::Derived(values) => values.iter().any(|value| self.sure(value, looks)),
            Value::Result(result) if self.carries(result.path.as_deref().unwrap_or_default()) => {
                result.receiver.iter().chain(&result.arguments).any(|value| self.sure(value, looks))
            }
            value => self.look(value, looks).is_some(),
        }
    }

    /// Whether a path is the whole environment, or all headers of a request.
    pub(super) fn is_environment(&self, path: &str) -> bool {
        self.roles.environment.paths.iter().chain(&self.roles.headers.paths).any(|known| known == path)
    }

    pub(super) fn path(&self, path: &str) -> Option<Origin> {
        if self.is_environment(path) {
            return Some(Origin { name: path.to_owned(), is_environment: true });
        }
        // All that a CI system keeps.
        if path == "secrets" && self.script.language == super::Language::Shell {
            return Some(Origin::named(path));
        }
        let name = meaning(path);
        // GitHub Actions: whatever `secrets` holds.
        if self.is_member_of_other(path) {
            return None;
        }
        let is_secret = path.strip_prefix(SECRETS).is_some_and(|rest| {
            // Python has a module of that name.
            let is_constant = rest.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
            !rest.contains(['.', '(']) && (is_constant || self.script.language == super::Language::Shell)
        }) || (path.contains(&format!("{name}()")) && self.call_says(name) == CallSays::Secret)
            || (self.is_secret_name(name) && is_of_header(name, path))
            || self.paths.contains(path);
        is_secret.then(|| Origin::named(path.trim_start_matches("?.")))
    }

    /// A string constant that was given to a name that says secret.
    fn constant(&self, sources: impl Iterator<Item = crate::model::Span>) -> Option<Origin> {
        if self.constants.is_empty() {
            return None;
        }
        for span in sources {
            let after = self.constants.partition_point(|(known, _)| known.start < span.end);
            let known = after.checked_sub(1).and_then(|last| self.constants.get(last));
            if let Some((_, name)) = known.filter(|(known, _)| known.overlaps(span)) {
                return Some(Origin::named(name.clone()));
            }
        }
        None
    }

    fn result(&self, result: &CallResult<'t>, looks: &mut usize) -> Option<Origin> {
        let path = result.path.as_deref().unwrap_or_default();
        let whole = format!("{path}()");
        if result.arguments.is_empty() && self.roles.environment.paths.contains(&whole) {
            return Some(Origin { name: whole, is_environment: true });
        }
        let name = path.rsplit('.').next().unwrap_or(path);
        if self.vocabulary.words.hides(path) {
            return None;
        }
        match self.call_says(name) {
            // An object, which shows of itself what its class decides.
            CallSays::Secret if names_class(self.script.language, name) => {}
            CallSays::Secret => return Some(Origin::named(whole)),
            CallSays::Hides => return None,
            CallSays::Nothing => {}
        }
        if (self.vocabulary.words.gives_by_name(name) || self.vocabulary.words.gives_by_name(path))
            && let Some(key) =
                result.arguments.iter().flat_map(|value| value.alternatives()).filter_map(Value::constant).find(|key| self.says_as_key(key))
        {
            return Some(Origin::named(key));
        }
        let fields = || result.keywords.iter().zip(&result.arguments).filter_map(|(key, value)| Some(((*key)?, value)));
        let is_field = |key: &str, value: &Value<'t>| self.says_as_key(key) && !self.is_harmless(key, value) && !self.contradicts(value);
        if self.carries(path) || raises(path) {
            if self.is_replaced(name, result) {
                return None;
            }
            if let Some((key, _)) = fields().find(|(key, value)| is_field(key, value)) {
                return Some(Origin::named(key));
            }
            let receiver = result.receiver.as_ref().and_then(|receiver| self.look(receiver, looks));
            let verbs = result.arguments.first().map(unprinted).unwrap_or_default();
            let is_shown = |index: usize| !index.checked_sub(1).and_then(|index| verbs.get(index)).copied().unwrap_or_default();
            let mut shown = result.arguments.iter().enumerate().filter(|(index, _)| is_shown(*index)).map(|(_, argument)| argument);
            return receiver.or_else(|| shown.find_map(|argument| self.look(argument, looks)));
        }
        // A new object and its fields.
        if (result.is_object || name.starts_with(char::is_uppercase)) && self.shows_fields {
            return fields().find_map(|(key, value)| if is_field(key, value) { Some(Origin::named(key)) } else { self.look(value, looks) });
        }
        None
    }

    /// Whether the result of a function holds what it is given, by its name or its path: `str`, `errors.New`.
    pub(super) fn carries(&self, path: &str) -> bool {
        self.vocabulary.words.carries(path.rsplit('.').next().unwrap_or(path)) || self.vocabulary.words.carries(path)
    }

    /// Whether a call's result has nothing left of what is replaced in it.
    fn is_replaced(&self, name: &str, result: &CallResult<'t>) -> bool {
        let source = self.script.text.as_str().get(result.range.clone()).unwrap_or_default();
        let replacement = Replacement { name, receiver: result.receiver.as_ref(), arguments: &result.arguments, source };
        replaces(name) && self.hides_by_replacing(&replacement)
    }

    /// Whether a key, a header's name or an environment variable's says that what stands under it is a secret.
    pub(super) fn says_as_key(&self, key: &str) -> bool {
        !key.contains(|c: char| c.is_whitespace() || c == '/') && self.is_secret_name(key)
    }

    /// Whether a value under a name that says secret is none: hidden, a test's result, a placeholder.
    pub(super) fn is_harmless(&self, name: &str, value: &Value<'t>) -> bool {
        self.harmless(name, value, &mut { MAX_LOOKS })
    }

    /// Whether it is known that a value holds nothing of a secret.
    pub(super) fn is_clean(&self, value: &Value<'t>) -> bool {
        value.constant().is_some() || self.is_harmless("", value)
    }

    fn harmless(&self, name: &str, value: &Value<'t>, looks: &mut usize) -> bool {
        let Some(left) = looks.checked_sub(1) else { return false };
        *looks = left;
        match value {
            Value::Reduced | Value::Atom(_) | Value::Function(_) | Value::Regex(_) => true,
            Value::Text(built) if built.holes.is_empty() => self.vocabulary.words.is_mask(name, built.text.as_str()),
            Value::Text(built) if is_path(built.text.as_str()) => built.holes.iter().all(|hole| self.look(hole, looks).is_none()),
            Value::Text(built) => built.holes.iter().all(|hole| self.harmless(name, hole, looks)),
            Value::OneOf(values) | Value::List(values) | Value::Derived(values) => {
                values.iter().all(|value| self.harmless(name, value, looks))
            }
            Value::Record(entries) => entries.iter().all(|(_, value)| self.harmless(name, value, looks)),
            Value::Result(result) => {
                let path = result.path.as_deref().unwrap_or_default();
                let last = path.rsplit('.').next().unwrap_or(path);
                let says = self.vocabulary.words.call(last);
                // What makes a token gives one: `generate_token()`.
                let words = &self.vocabulary.words;
                let is_label = !last.is_empty()
                    && says == CallSays::Nothing
                    && self.is_label(last)
                    && !self.carries(path)
                    && !words.makes(last)
                    && !creates(last);
                is_label || says == CallSays::Hides || gives_path(path) || self.is_replaced(last, result)
            }
            Value::Path(_) => self.contradicts(value),
            Value::Unknown | Value::Class(_) => false,
        }
    }

    /// Whether a value's own name says that it is about a secret, and none: `secret.Name`, `token_count`.
    pub(super) fn contradicts(&self, value: &Value<'t>) -> bool {
        value.alternatives().iter().all(|value| match value {
            Value::Path(path) => {
                let is_hidden = || self.vocabulary.words.call(path) == CallSays::Hides && !path.contains('.');
                !path.starts_with(SECRETS) && (self.is_label(meaning(path)) || is_constant_of_kind(path) || is_hidden())
            }
            _ => false,
        })
    }

    /// Whether a name says that it is what a secret is called, or how many there are: nothing else can be kept under it.
    pub(super) fn is_about_one(&self, name: &str) -> bool {
        const ENDS: [&str; 14] =
            ["name", "names", "id", "ids", "type", "types", "kind", "count", "length", "len", "size", "exists", "index", "version"];
        // A resource is told by this, and no secret kept in it: `secret_arn`, or `arn` alone.
        ends_in_word(name, "arn") || self.vocabulary.words.name(name) == Says::About && ENDS.iter().any(|end| ends_in_word(name, end))
    }

    /// Whether a name says that of a secret nothing is left to read: `hashed_password`, `tokenPreview`.
    pub(super) fn says_hidden(&self, name: &str) -> bool {
        const ENDS: [&str; 6] = ["preview", "masked", "redacted", "hash", "digest", "fingerprint"];
        match self.vocabulary.words.name(name) {
            Says::Hidden => true,
            Says::About => ENDS.iter().any(|end| ends_in_word(name, end)),
            _ => self.vocabulary.words.is_concealed(name),
        }
    }

    /// Whether a name says that something is about a secret, or names it.
    pub(super) fn is_label(&self, name: &str) -> bool {
        const LABELS: [&str; 26] = [
            "name",
            "id",
            "type",
            "kind",
            "count",
            "length",
            "len",
            "size",
            "path",
            "file",
            "url",
            "uri",
            "arn",
            "ref",
            "namespace",
            "exists",
            "expiry",
            "expires",
            "expiration",
            "scope",
            "status",
            "label",
            "index",
            "version",
            "email",
            "username",
        ];
        matches!(self.vocabulary.words.name(name), Says::About | Says::Hidden) || LABELS.iter().any(|label| ends_in_word(name, label))
    }
}

/// Whether a function makes a key or a token, by its name. A secret that is created is mostly a resource: `create_secret()`.
fn creates(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.starts_with("create") && ["key", "token", "password", "mnemonic"].iter().any(|what| lower.ends_with(what))
}

/// Whether an object shows its fields of itself. Those of other modules' classes in Python, Java and Ruby mostly show their class.
pub(super) fn shows_fields(script: Script<'_>) -> bool {
    const SIGNS: [&str; 6] = ["@dataclass", "BaseModel", "NamedTuple", "namedtuple", "attr.", "Struct.new"];
    !matches!(script.language, super::Language::Python | super::Language::Java | super::Language::Ruby)
        || SIGNS.iter().any(|sign| script.text.as_str().contains(sign))
}

/// Whether a text that is put together is the path of a file.
fn is_path(text: &str) -> bool {
    text.contains(['/', '\\']) && !text.contains("://") && !text.contains(['@', ' ', '='])
}

/// Whether a function gives the path of a file, by its name: `os.path.join`, `Join-Path`.
fn gives_path(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    ["path.join", "path.resolve", "path.combine", "file.join", "paths.get", "path.of"].iter().any(|end| lower.ends_with(end))
        || ["join", "resolve", "temp"].iter().any(|verb| lower.starts_with(verb) && lower.ends_with("path"))
}

/// Whether a name says that the path of a file is kept under it.
pub(super) fn names_file(name: &str) -> bool {
    ["file", "filename", "path", "dir", "directory", "folder"].iter().any(|word| ends_in_word(name, word))
}

/// Whether a function of this name makes an object: a class.
pub(super) fn names_class(language: super::Language, name: &str) -> bool {
    let has_classes = !matches!(language, super::Language::Go | super::Language::PowerShell | super::Language::Shell);
    has_classes && name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase)
}

/// Whether a name's last word is this one.
pub(super) fn ends_in_word(name: &str, word: &str) -> bool {
    let Some(start) = name.len().checked_sub(word.len()) else { return false };
    let begins = start == 0
        || !name.as_bytes().get(start - 1).is_some_and(u8::is_ascii_alphanumeric)
        || name.as_bytes().get(start).is_some_and(u8::is_ascii_uppercase);
    begins && name.as_bytes().get(start..).is_some_and(|end| end.eq_ignore_ascii_case(word.as_bytes()))
}

/// Whether a name that is also that of an end point or a grant is a header's here: `request.headers.authorization`.
pub(super) fn is_of_header(name: &str, path: &str) -> bool {
    !name.eq_ignore_ascii_case("authorization") || path.to_ascii_lowercase().contains("header")
}

/// The part of a path that says what stands there: the last one, or the one before if that only says how it is read.
pub(super) fn meaning(path: &str) -> &str {
    let mut parts = path.rsplit('.');
    let last = parts.next().unwrap_or(path);
    let transparent = matches!(last, "value" | "Value" | "raw" | "text" | "Text" | "plaintext" | "string" | "String" | "current" | "data");
    let name = if transparent { parts.next().unwrap_or(last) } else { last };
    name.trim_end_matches("()").trim_end_matches("[]")
}
