use std::collections::BTreeMap;

use serde::Deserialize;

use super::Role;

/// What the values of a known kind of data file mean, by their keys.
///
/// A key pattern is keys separated by dots, from any depth on; `*` stands for any one key, and positions in sequences don't
/// count: `jobs.*.steps.run`. One that ends in `**` is from the root on, and stands for whatever is there and below: `nav.**`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataFile {
    /// Its paths: patterns of whole path components from the end (`.github/workflows/*.yml`), where `*` is any characters.
    pub paths: Vec<String>,
    /// Keys of which the root has to have one.
    #[serde(default)]
    pub roots: Vec<String>,
    /// Values that are URLs.
    #[serde(default)]
    pub url: Vec<KeyRole>,
    /// Values that are texts of another format.
    #[serde(default)]
    pub text: Vec<KeyFormat>,
    /// Keys of mappings that are texts of another format, by the patterns of those mappings.
    #[serde(default)]
    pub key: Vec<KeyFormat>,
    /// The keys of programs that the same shell runs before the one at a key of the same mapping.
    #[serde(default)]
    pub before: BTreeMap<String, String>,
    /// The key that names mappings of the root upon which a mapping builds.
    #[serde(default)]
    pub extends: Option<String>,
    /// Keys of the root whose entries hold for every mapping that has none.
    #[serde(default)]
    pub defaults: Vec<String>,
    /// Keys, or keys separated by dots, whose entries are environment variables of all programs in the mapping that has them.
    #[serde(default)]
    pub variables: Vec<String>,
    /// The same for entries that are secrets, whatever their value says of where they come from.
    #[serde(default)]
    pub secrets: Vec<String>,
    /// How programs and variables refer to variables before anything runs.
    #[serde(default)]
    pub references: References,
}

/// How something is referred to that is replaced before a program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum References {
    /// `${{ expression }}`.
    #[default]
    Braces,
    /// `$(name)` as well.
    Macros,
    /// `$NAME` and `${NAME}` in the values of variables as well.
    Shell,
}

/// What becomes of the URL at a key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyRole {
    /// Key patterns.
    pub keys: Vec<String>,
    /// What becomes of it.
    pub role: Role,
}

/// The format of the text at a key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFormat {
    /// Key patterns.
    pub keys: Vec<String>,
    /// The format, as a file name extension.
    pub format: String,
    /// Keys whose value names another format, beside it or around it, the nearest first (`shell: python`). What the first key
    /// says counts even if it is no format that is known; the others only say what they say.
    #[serde(default)]
    pub named_by: Vec<String>,
    /// What those keys' values mean, in lower case, where they are no format's name themselves; `*` is any characters.
    #[serde(default)]
    pub names: BTreeMap<String, String>,
    /// It is only shown: a sample.
    #[serde(default)]
    pub sample: bool,
}

/// What MkDocs and its themes load though no file names it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MkdocsAssets {
    /// The plugins that fetch external assets when the site is built.
    pub privacy_plugins: Vec<String>,
    /// Material's web fonts.
    pub fonts: Vec<ImpliedLoad>,
    /// Material's analytics, by provider.
    pub analytics: BTreeMap<String, Vec<ImpliedLoad>>,
    /// What Material loads to draw diagrams, unless the site brings the script.
    pub mermaid: Vec<ImpliedLoad>,
    /// What Material asks about the repository, by the host in `repo_url`.
    pub repository: BTreeMap<String, Vec<ImpliedLoad>>,
    /// The syntax highlighting of the built-in themes.
    pub highlighting: Vec<ImpliedLoad>,
    /// The built-in themes' `analytics.gtag`.
    pub gtag: Vec<ImpliedLoad>,
    /// The built-in themes.
    pub built_in_themes: Vec<String>,
}

/// A URL that is loaded though no file names it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImpliedLoad {
    /// The URL.
    pub url: String,
    /// What becomes of it.
    pub role: Role,
}
