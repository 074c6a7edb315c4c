use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::by_name::{ByName, Named};
use super::secret_gate::{NameGate, ShowGate, Shows};
use super::secret_words::SecretWords;

/// Where programs show what they are given, and which names say secret. See `rules/secrets`.
#[derive(Debug, Default)]
pub struct Secrets {
    /// What names say. Complete before the first search.
    pub words: SecretWords,
    /// What shows what it is given, by the name of the data file: `python`, `shell`.
    pub roles: HashMap<String, SecretRoles>,
    /// Functions and commands of the project that show what they are given, by the last part of their names.
    pub sinks: Vec<String>,
    names: OnceLock<NameGate>,
    shows: OnceLock<ShowGate>,
}

impl Secrets {
    /// Where names that say secret, or the whole environment, stand in a text, among the places that count (byte offsets): if
    /// nowhere, no secret can be shown in it.
    pub fn names<'a>(&'a self, text: &'a str, counts: impl FnMut(usize) -> bool + 'a) -> impl Iterator<Item = usize> + 'a {
        self.name_gate().names(text, &self.words, counts)
    }

    /// Builds the searches for names and for what shows in any language, side by side. Else they are built when they are needed.
    pub fn prepare(&self) {
        rayon::join(|| self.name_gate(), || self.may_be_shown_anyhow(""));
    }

    fn name_gate(&self) -> &NameGate {
        let build = || {
            let paths = self.roles.values().flat_map(|roles| &roles.environment.paths);
            let headers = self.roles.values().flat_map(|roles| roles.headers.paths.iter().cloned());
            let dumps = self.roles.values().flat_map(|roles| roles.commands.environment.iter().cloned());
            let whole = paths.map(|path| path.trim_end_matches("()").to_owned());
            // What a CI system keeps secret.
            let kept = std::iter::once("secrets.".to_owned());
            NameGate::new(self.words.all_heads(), whole.chain(kept).collect(), headers.collect(), dumps.collect())
        };
        self.names.get_or_init(build)
    }

    /// Whether a program, or what it hands to a shell, may show anything. A shell may hand anything to any program.
    pub fn may_be_shown(&self, language: &str, text: &str) -> bool {
        let Some(roles) = self.roles.get(language).filter(|_| language != SHELL) else { return self.may_be_shown_anyhow(text) };
        let build = || {
            let shell = self.roles.get(SHELL).map(|shell| shell.shows(SHELL));
            ShowGate::new([roles.shows(language), self.of_project()].into_iter().chain(shell))
        };
        roles.gate.get_or_init(build).is_match(text, &self.words)
    }

    /// Whether a program in any language may show anything.
    pub fn may_be_shown_anyhow(&self, text: &str) -> bool {
        let build = || {
            let roles = self.roles.iter().map(|(language, roles)| roles.shows(language));
            ShowGate::new(roles.chain([self.of_project()]))
        };
        self.shows.get_or_init(build).is_match(text, &self.words)
    }

    /// What shows in all languages, because the project says so.
    fn of_project(&self) -> Shows {
        Shows { callees: self.sinks.clone(), bare: Some(Shows::ALL), ..Shows::default() }
    }
}

/// The name of the shell's data file.
const SHELL: &str = "shell";

/// Where programs of one language show what they are given.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretRoles {
    /// Calls that show their arguments.
    #[serde(default)]
    pub sink: ByName<SinkRole>,
    /// How loggers are told and what they take.
    #[serde(default)]
    pub logger: LoggerRole,
    /// What the whole environment is.
    #[serde(default)]
    pub environment: EnvironmentRole,
    /// What all headers of a request are.
    #[serde(default)]
    pub headers: HeadersRole,
    /// What a shell's commands show.
    #[serde(default)]
    pub commands: CommandsRole,
    /// What hides a value.
    #[serde(default)]
    pub masking: MaskingRole,
    /// What opens files.
    #[serde(default)]
    pub files: FilesRole,
    /// What shows on a terminal.
    #[serde(default)]
    pub terminal: TerminalRole,
    /// What ends a program with a message, unless that is caught: `raise`.
    #[serde(default)]
    pub raises: Vec<String>,
    /// Whether case means nothing.
    #[serde(default, rename = "ignore-case")]
    pub ignore_case: bool,
    #[serde(skip)]
    gate: OnceLock<ShowGate>,
}

/// A call that shows its arguments.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SinkRole {
    callee: Vec<String>,
    /// The first argument that is shown.
    #[serde(default)]
    pub from: usize,
    /// Whether it may take something before the text, which is not shown as it is.
    #[serde(default)]
    pub formatted: bool,
    /// Where it goes, if the first argument says that: else it shows always.
    #[serde(default)]
    pub to: Vec<String>,
}

impl Named for SinkRole {
    fn names(&self) -> &[String] {
        &self.callee
    }
}

/// Methods of loggers.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LoggerRole {
    /// Methods that write what they are given, if their object is a logger by its name.
    pub methods: Vec<String>,
    /// What of a logger is written with every message.
    pub attributes: Vec<String>,
    /// Functions that make a field of a key and a value.
    pub fields: Vec<String>,
    /// Names of objects and packages that log, beside those that have `log` as a word.
    pub packages: Vec<String>,
}

/// Whether an object of this name is a logger: one of its words is, or begins with, `log`.
pub fn names_logger(name: &str) -> bool {
    const OTHERS: [&str; 9] = ["dialog", "blog", "catalog", "changelog", "backlog", "prolog", "epilog", "analog", "weblog"];
    let lower = name.to_ascii_lowercase();
    (lower.ends_with("log") && !OTHERS.iter().any(|other| lower.ends_with(other)))
        || lower.ends_with("logger")
        || ["logg", "getlogg", "log_"].iter().any(|start| lower.starts_with(start))
        || matches!(&*lower, "winston" | "pino" | "bunyan" | "structlog" | "loguru" | "logrus")
}

/// The whole environment.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EnvironmentRole {
    /// Paths of values that hold all of it.
    pub paths: Vec<String>,
}

/// All headers of a request that came in.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HeadersRole {
    /// Paths of values that hold them.
    pub paths: Vec<String>,
}

/// What a shell's commands show.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CommandsRole {
    /// Commands that show what they read.
    pub through: Vec<String>,
    /// Commands that show files.
    pub files: Vec<String>,
    /// Files that a person reads.
    pub shown: Vec<String>,
    /// Files by which a step of a workflow hands values to later ones.
    pub handed: Vec<String>,
    /// Commands that show the whole environment where they have no operand.
    pub environment: Vec<String>,
    /// Commands that show the variables whose names they are given.
    pub variables: Vec<String>,
    /// Commands that list what they are given: the environment, if that is it.
    pub lists: Vec<String>,
    /// Options with which a command shows what it sends.
    pub verbose: HashMap<String, Vec<String>>,
    /// Options for what of that it does not show.
    pub bodies: HashMap<String, Vec<String>>,
}

/// What hides a value from a log.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct MaskingRole {
    /// How many characters from its start show nothing of a secret, where a `substring` with numbers is written.
    pub longest_prefix: Option<usize>,
    /// How a printed text begins that hides what follows.
    pub starts: Vec<String>,
}

/// What opens, tests or writes files.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FilesRole {
    /// What stands right before the path of a file, but for quotes and the sign of a variable.
    pub openers: Vec<String>,
    /// What stands before the name of a variable of the environment.
    pub lookups: Vec<String>,
}

/// What shows something to the person who runs the program, and what tells that there is one.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TerminalRole {
    /// Calls that write to a terminal, by their names as they are told; `*.name` is a method of any object.
    pub sinks: Vec<String>,
    /// Calls that show something to the person at a page, who has to close it.
    pub dialogs: Vec<String>,
    /// The same, only in a folder of such programs: loggers that tell how far it is.
    pub told: Vec<String>,
    /// Whether all programs that use them are for a terminal.
    pub always: bool,
    /// What stands in a program that is for a terminal: how it reads its arguments.
    pub signs: Vec<String>,
}

impl TerminalRole {
    /// Whether this writes to a terminal.
    pub fn is_written_by(&self, sink: &str) -> bool {
        Self::has(&self.sinks, sink)
    }

    /// Whether this is shown to the person at a page alone.
    pub fn is_dialog(&self, sink: &str) -> bool {
        Self::has(&self.dialogs, sink)
    }

    /// Whether this tells whoever runs a program how far it is.
    pub fn is_told_by(&self, sink: &str) -> bool {
        Self::has(&self.told, sink)
    }

    fn has(known: &[String], sink: &str) -> bool {
        known.iter().any(|known| match known.strip_prefix('*') {
            Some(end) => sink.ends_with(end),
            None => known == sink,
        })
    }
}

impl SecretRoles {
    /// What shows in the language of this name.
    fn shows(&self, language: &str) -> Shows {
        let callees: Vec<String> = self.sink.iter().flat_map(|sink| &sink.callee).chain(&self.logger.fields).cloned().collect();
        let is_shell = !self.commands.environment.is_empty();
        let through = self.commands.through.iter().chain(&self.commands.files);
        let loggers = ["log", "Log", "LOG"].map(str::to_owned).into_iter().chain(self.logger.packages.iter().cloned());
        Shows {
            loggers: if self.logger.methods.is_empty() { Vec::new() } else { loggers.collect() },
            commands: if is_shell { callees.iter().chain(through).cloned().collect() } else { self.commands.lists.clone() },
            callees: if is_shell { Vec::new() } else { callees },
            dumps: self.commands.environment.clone(),
            verbose: self.commands.verbose.keys().cloned().collect(),
            options: self.commands.verbose.values().flatten().cloned().collect(),
            bare: match language {
                "ruby" | "powershell" => Some(Shows::ALL),
                // Python 2.
                "python" => Some("print"),
                _ => None,
            },
            raises: self.raises.clone(),
            traces: is_shell,
            ignore_case: self.ignore_case,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn names_are_few_enough_for_vector_instructions() {
        let roles = [
            ("go", include_str!("../../rules/secrets/go.toml")),
            ("java", include_str!("../../rules/secrets/java.toml")),
            ("javascript", include_str!("../../rules/secrets/javascript.toml")),
            ("powershell", include_str!("../../rules/secrets/powershell.toml")),
            ("python", include_str!("../../rules/secrets/python.toml")),
            ("ruby", include_str!("../../rules/secrets/ruby.toml")),
            (SHELL, include_str!("../../rules/secrets/shell.toml")),
        ];
        let secrets = Secrets {
            words: toml::from_str(include_str!("../../rules/secrets/names.toml")).unwrap(),
            roles: roles.into_iter().map(|(name, text)| (name.to_owned(), toml::from_str(text).unwrap())).collect(),
            ..Secrets::default()
        };
        assert!(secrets.name_gate().is_packed());
    }
}
