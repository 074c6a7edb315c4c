use serde::Deserialize;

/// Where files of a kind have their version.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The names of such files, or what they end in if they begin with `*`.
    pub files: Vec<String>,
    /// The paths of the version in a data file (RFC 6901); those that lead nowhere don't count as long as one leads somewhere.
    #[serde(default)]
    pub pointers: Vec<String>,
    /// A regular expression whose first group is the version, in other files.
    #[serde(default)]
    pub pattern: Option<String>,
    /// Whether the versions are those of several packages, of which not all need be released together.
    #[serde(default)]
    pub several: bool,
}
