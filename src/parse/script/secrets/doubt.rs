//! Why a secret that is shown may be no fault: its name is not sure of it, or the person who runs the program asked for it.

use super::Secrets;
use super::asked::{Question, before, line_behind};
use super::kept::is_name_of_error;
use super::origin::{ends_in_word, meaning};
use super::owners::is_constant;
use super::walk::Found;
use super::{Language, trail};
use crate::model::{Doubt, FlowKind, Says};
use crate::parse::Format;

impl Secrets<'_, '_> {
    /// Why what was found may be no fault.
    pub(super) fn doubt(&self, path: &str, found: &Found, sink: &str, kind: FlowKind) -> Option<Doubt> {
        if found.is_environment {
            return None;
        }
        if found.is_part {
            return Some(Doubt::Part);
        }
        let shown = self.script.text.as_str().get(found.range.clone()).unwrap_or_default();
        if is_name_of_error(shown.trim_matches(['{', '}', '(', ')', '#', '$'])) {
            return Some(Doubt::Error);
        }
        if found.is_perhaps {
            return Some(Doubt::Name);
        }
        // `username = credential.getClientSecret()`: the name says what it is used for.
        const OTHERS: [&str; 9] = ["name", "username", "user", "id", "email", "type", "kind", "count", "status"];
        let own = named(shown);
        if is_simple(shown) && !self.is_secret_name(own) && OTHERS.iter().any(|word| ends_in_word(own, word)) {
            return Some(Doubt::Name);
        }
        let source = found.trail.as_ref().map(|trail| trail.name.as_str()).filter(|name| !name.is_empty());
        let names = || source.into_iter().chain([found.name.as_str()]);
        let is_of_environment = names().any(|name| self.is_of_environment(name));
        if !is_of_environment && !names().any(|name| self.vocabulary.words.is_certain(named(name))) {
            return Some(Doubt::Name);
        }
        let is_given = || is_of_environment || names().any(|name| self.is_configured(name) && !self.is_made(name));
        if self.is_unknown_constant(found) && !is_given() {
            return Some(Doubt::Name);
        }
        // What came from there under another name may be what was made of it: an id, a count, an answer.
        let is_followed = source.is_some_and(|source| named(source) != named(&found.name));
        if is_followed && !is_given() && !self.vocabulary.words.is_certain(named(&found.name)) {
            return Some(Doubt::Name);
        }
        if self.is_revealed(found) {
            return Some(Doubt::Purpose);
        }
        let is_asked_for = matches!(kind, FlowKind::Printed | FlowKind::File)
            && (self.is_on_terminal(path, sink) || (self.roles.terminal.is_written_by(sink) && names().any(|name| self.is_made(name))))
            && (self.is_script(path) || !is_given());
        is_asked_for.then_some(Doubt::Purpose)
    }

    /// Whether this is a shell's script of its own, or a program in one, and no step of a workflow: what its variables hold may be
    /// its own, or the environment's, and nothing tells which.
    fn is_script(&self, path: &str) -> bool {
        (self.script.language == Language::Shell || is_of_shell(path)) && ![".yml", ".yaml"].iter().any(|end| path.ends_with(end))
    }

    /// Whether it is the result of a function whose name says little, under a name that says nothing: `url = get_request_token()`.
    pub(super) fn is_guessed(&self, found: &Found) -> bool {
        let source = found.trail.as_ref().map(|trail| trail.name.as_str()).filter(|name| !name.is_empty()).unwrap_or(&found.name);
        let shown = self.script.text.as_str().get(found.range.clone()).unwrap_or_default();
        let text = self.script.text.as_str();
        let is_call = source.ends_with("()") || self.asked.about(Question::Called, source, || text.contains(&format!("{source}(")));
        // `getpass()` says it as a whole.
        let is_word = self.vocabulary.words.name(named(source)) != Says::Nothing;
        is_call && is_word && !self.vocabulary.words.is_certain(named(source)) && is_simple(shown) && !self.is_secret_name(named(shown))
    }

    /// Whether a name that says little is used as a key: it is what a secret is called, `payload[args.secret]`, `secret in names`.
    pub(super) fn names_entry(&self, found: &Found) -> bool {
        let text = self.script.text.as_str();
        let name = found.name.as_str();
        let is_key = || {
            memchr::memmem::find_iter(text.as_bytes(), name.as_bytes()).any(|at| {
                let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + name.len()..).unwrap_or_default());
                let is_index = after.starts_with(']')
                    && before
                        .strip_suffix('[')
                        .is_some_and(|object| object.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ')' | ']')));
                // `$services.$serviceKey`
                let is_property = name.starts_with('$') && before.ends_with('.');
                let is_member = (after.starts_with(" in ") || after.starts_with(" not in ")) && before.ends_with("if ");
                // `sessions.get(sessionKey)`: what is called a key may be one of a map.
                let is_key = ends_in_word(name, "key")
                    && after.starts_with([')', ','])
                    && [".get(", ".set(", ".has(", ".delete("].iter().any(|lookup| before.ends_with(lookup));
                is_index || is_member || is_property || is_key
            })
        };
        !name.is_empty() && self.asked.about(Question::Entry, name, is_key)
    }

    /// Whether this has the name of a constant of which nothing is known: it may be what a secret is called, `ACCESS_TOKEN_KEY`.
    fn is_unknown_constant(&self, found: &Found) -> bool {
        let name = named(&found.name);
        !matches!(self.script.language, Language::Shell | Language::PowerShell)
            && is_constant(name)
            && found.trail.is_none()
            && !self.constants.iter().any(|(_, known)| known == name)
    }

    /// Whether nothing of a secret is left where it is shown: what holds it was taken out of its record, or it was just found to be empty.
    pub(super) fn is_gone(&self, found: &Found) -> bool {
        /// How far before it that is looked for, in bytes.
        const REACH: usize = 4000;
        let text = self.script.text.as_str();
        let shown = text.get(found.range.clone()).unwrap_or_default();
        let name = shown.trim_start_matches(['#', '$', '{']).trim_end_matches('}');
        let before = before(text, found.range.start, REACH);
        if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.')) {
            return false;
        }
        let takes_out = || {
            [
                format!("{name}.pop("),
                format!("del {name}["),
                format!("delete {name}."),
                format!("delete {name}["),
                format!("{name}.delete("),
            ]
            .iter()
            .any(|way| {
                before.match_indices(way.as_str()).any(|(at, _)| self.may_be_secret_entry(before.get(at + way.len()..).unwrap_or_default()))
            })
        };
        // `shown["password"] = "REDACTED"`
        let hides = || {
            let entry = format!("{name}[");
            memchr::memmem::find_iter(before.as_bytes(), entry.as_bytes()).any(|at| {
                let line = before.get(at + entry.len()..).and_then(|rest| rest.lines().next()).unwrap_or_default();
                line.split_once("] = ").is_some_and(|(_, value)| self.vocabulary.words.is_put_for_secret(value))
            })
        };
        // `if name.blank?`, and what it says of that on the next line.
        let test = before.lines().rev().skip(1).find(|line| !line.trim().is_empty()).map(str::trim).unwrap_or_default();
        let is_test = test.starts_with("if ") || test.starts_with("if(") || test.starts_with("elif ") || test.starts_with("unless ");
        let is_empty = || {
            let ways = [
                ".blank?",
                ".empty?",
                ".nil?",
                " is None",
                " == nil",
                " == null",
                " === null",
                " == \"\"",
                " == ''",
                ".isEmpty()",
                ".isBlank()",
            ];
            // `if !name.blank?` is where it is not.
            let is_said = |way: &&str| {
                let said = format!("{name}{way}");
                test.find(&said).and_then(|at| test.get(..at)).is_some_and(|before| !before.ends_with('!') && !before.ends_with("not "))
            };
            (!test.starts_with("unless ") && ways.iter().any(is_said))
                || ["not ", "!", "unless "].iter().any(|not| {
                    test.ends_with(&format!("{not}{name}:"))
                        || test.contains(&format!("{not}{name})"))
                        || test.ends_with(&format!("{not}{name}"))
                })
        };
        takes_out() || hides() || (is_test && is_empty())
    }

    /// Whether what is taken out of a record may be its secret: `"password")`, `key]`, and not `"expires_in"]`.
    fn may_be_secret_entry(&self, rest: &str) -> bool {
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | ':')) else { return true };
        let end = |c: char| c == quote || matches!(c, ')' | ']');
        rest.get(1..).and_then(|rest| rest.split(end).next()).is_none_or(|key| self.says_as_key(key))
    }

    /// Whether a name is that of a variable of the environment that says secret.
    fn is_of_environment(&self, name: &str) -> bool {
        let last = named(name);
        // In a shell any variable is called like this.
        let is_shell = self.script.language == Language::Shell;
        let is_known = || match is_shell {
            true => self.vocabulary.words.name(&last.to_ascii_lowercase()) != Says::About && !self.is_assigned(last),
            false => self.asked.about(Question::Environment, last, || self.reads_from_environment(last)),
        };
        is_constant(last) && self.is_secret_name(last) && is_known()
    }

    /// Whether a program was given this by whoever runs it: it is a member of its configuration.
    fn is_configured(&self, name: &str) -> bool {
        let mut parts: Vec<_> = name.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|part| !part.is_empty()).collect();
        parts.pop();
        parts.iter().any(|owner| self.vocabulary.words.is_configuration(owner))
    }

    /// Whether a variable or an entry is given something that was made just then: `password = random_string()`.
    fn is_made(&self, name: &str) -> bool {
        /// How much of its line is looked at, in bytes.
        const REACH: usize = 500;
        let (text, name) = (self.script.text.as_str(), named(name));
        let is_made = || {
            memchr::memmem::find_iter(text.as_bytes(), name.as_bytes()).any(|at| {
                let line = line_behind(text, at + name.len(), REACH);
                let line = line.trim_start_matches(['"', '\'']).trim_start();
                let value = line.trim_start_matches(':').strip_prefix('=').or_else(|| line.strip_prefix([':', '=']));
                value.is_some_and(|value| self.vocabulary.words.makes(value))
            })
        };
        !name.is_empty() && self.asked.about(Question::Made, name, is_made)
    }

    /// Whether a shell's script gives a variable its value.
    pub(super) fn is_assigned(&self, name: &str) -> bool {
        self.asked.about(Question::Assigned, name, || trail::is_assigned(self.script, name))
    }

    /// Whether this is shown to the person who runs the program.
    fn is_on_terminal(&self, path: &str, sink: &str) -> bool {
        let terminal = &self.roles.terminal;
        let is_in_tools = || self.vocabulary.words.is_of_tools(path);
        let is_tool = || terminal.always || is_of_shell(path) || terminal.signs.iter().any(|sign| self.is_written(sign));
        (terminal.is_written_by(sink) && (is_tool() || is_in_tools()))
            || (terminal.is_told_by(sink) && is_in_tools())
            || terminal.is_dialog(sink)
    }
}

/// Whether the file at this path is a shell's script, whatever language is written in it.
fn is_of_shell(path: &str) -> bool {
    matches!(Format::of(path, ""), Format::Script(Language::Shell))
}

/// Whether this is a variable, or a member of one.
fn is_simple(shown: &str) -> bool {
    !shown.is_empty() && shown.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '$' | '{' | '}'))
}

/// The part of a path that says what is there: `API_KEY` of `os.environ["API_KEY"]`, `token` of `${token:-none}`.
fn named(path: &str) -> &str {
    let name = meaning(path).trim_end_matches(|c: char| !c.is_alphanumeric());
    let name = name.split(":-").next().unwrap_or(name);
    let start = name.rfind(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').map_or(0, |at| at + 1);
    name.get(start..).unwrap_or(name)
}
