use std::collections::HashMap;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use super::script_roles::{ByName, Named};
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
    names: OnceLock<Option<AhoCorasick>>,
}

impl Secrets {
    /// Whether a text has any name that says secret, or the whole environment: if not, no secret can be shown in it.
    pub fn may_be_named(&self, text: &str) -> bool {
        let build = || {
            let whole = self.roles.values().flat_map(|roles| roles.environment.paths.iter().map(|path| path.trim_end_matches("()")));
            let names = self.words.stems().iter().map(String::as_str).chain(whole).chain(DUMPS);
            AhoCorasick::builder().ascii_case_insensitive(true).build(names).ok()
        };
        // An automaton over some hundred short literals can't fail to build; if it did, everything would be read.
        self.names.get_or_init(build).as_ref().is_none_or(|names| names.is_match(text))
    }

    /// Whether a program may show anything.
    pub fn may_be_shown(&self, language: &str, text: &str) -> bool {
        let Some(roles) = self.roles.get(language) else { return !self.sinks.is_empty() };
        roles.may_show(text) || self.sinks.iter().any(|sink| text.contains(sink.as_str()))
    }
}

/// Commands that show the whole environment, as they are written.
const DUMPS: [&str; 3] = ["env\n", "env |", "export -p"];

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
    /// What a shell's commands show.
    #[serde(default)]
    pub commands: CommandsRole,
    /// What hides a value.
    #[serde(default)]
    pub masking: MaskingRole,
    /// Whether case means nothing.
    #[serde(default, rename = "ignore-case")]
    pub ignore_case: bool,
    #[serde(skip)]
    shows: OnceLock<Option<AhoCorasick>>,
}

/// A call that shows its arguments.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SinkRole {
    callee: Vec<String>,
    /// The first argument that is shown.
    #[serde(default)]
    pub from: usize,
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
    /// Functions that make a field of a key and a value.
    pub fields: Vec<String>,
    /// Names of objects and packages that log, beside those that have `log` as a word.
    pub packages: Vec<String>,
}

/// The whole environment.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EnvironmentRole {
    /// Paths of values that hold all of it.
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
    /// Commands that show the whole environment where they have no operand.
    pub environment: Vec<String>,
    /// Commands that show the variables whose names they are given.
    pub variables: Vec<String>,
    /// Options with which a command shows what it sends.
    pub verbose: HashMap<String, Vec<String>>,
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

impl SecretRoles {
    fn may_show(&self, text: &str) -> bool {
        let last = |path: &str| path.rsplit('.').next().unwrap_or(path).trim_end_matches("()").to_owned();
        let build = || {
            let sinks = self.sink.iter().flat_map(|sink| sink.callee.iter().map(|callee| last(callee)));
            let methods = self.logger.methods.iter().cloned();
            let fields = self.logger.fields.iter().map(|field| last(field));
            let commands = self.commands.through.iter().chain(&self.commands.files).chain(&self.commands.environment).cloned();
            let verbose = self.commands.verbose.keys().cloned();
            let traces = ["set -", "xtrace", "bash -", "sh -"].map(str::to_owned);
            let traces = traces.into_iter().filter(|_| !self.commands.verbose.is_empty());
            let all = sinks.chain(methods).chain(fields).chain(commands).chain(verbose).chain(traces);
            AhoCorasick::builder().ascii_case_insensitive(self.ignore_case).build(all).ok()
        };
        self.shows.get_or_init(build).as_ref().is_none_or(|shows| shows.is_match(text))
    }
}
