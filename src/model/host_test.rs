//! Code that decides by the characters of a URL which host it names: what is found of it, and the data by which it is found.

use std::collections::HashSet;

use serde::Deserialize;

use super::Span;
use super::by_name::{ByName, Named};

/// A test of a text against a host.
#[derive(Debug, Clone)]
pub struct HostTest {
    /// The characters of the host, in the string or pattern that is tested for; where that stands elsewhere, what is named in
    /// its place.
    pub span: Span,
    /// The characters of the host, where they stand elsewhere.
    pub host_span: Option<Span>,
    /// The whole string or pattern: several hosts in one are one fault.
    pub whole: Span,
    /// The host as it is written there; of a pattern, its source.
    pub host: String,
    /// How the text is tested.
    pub how: HostComparison,
    /// What is tested.
    pub subject: HostSubject,
    /// The data file under `rules/roles` that says how that language takes a URL apart.
    pub language: &'static str,
}

/// What a text is tested for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostComparison {
    /// The host stands anywhere in it.
    Anywhere,
    /// It begins with the host.
    Start {
        /// Whether the host ends there, at a slash, a port or a query.
        closed: bool,
    },
    /// It ends in the host.
    End {
        /// Whether the host begins there, at a dot or a slash.
        closed: bool,
    },
    /// A regular expression matches it.
    Pattern(HostPattern),
}

/// How a regular expression describes a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostPattern {
    /// What keeps other characters from standing before the host.
    pub start: Edge,
    /// What keeps other characters from standing behind it.
    pub end: Edge,
    /// Whether a scheme stands before it.
    pub has_scheme: bool,
    /// A dot within the host that stands for any character.
    pub any_dot: bool,
    /// `.*` or `.+` between the scheme and the end of the host.
    pub wildcard: bool,
    /// Whether something is tested with it as far as one can see.
    pub is_used: bool,
    /// Whether only some of its alternatives are bound to the start or the end of the text, as `^a|b` is.
    pub half_bound: bool,
}

/// An edge of a host in a regular expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// Anything may stand there.
    Open,
    /// The text ends there, or something stands there that is no part of a host: `^`, `://`, `/`.
    Closed,
    /// The host begins with a dot: what stands before it is a subdomain.
    Dot,
}

/// What is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostSubject {
    /// A URL, an origin, a host.
    Url,
    /// A document: a page, a program, a file that was read.
    Document,
    /// A string of which nothing is known.
    Unknown,
    /// A constant that is no URL.
    Constant,
}

/// How a language tests texts for hosts: `[hosts]` in its data file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct HostRoles {
    /// How the language takes a URL apart, for people: what to compare instead. `{host}` stands for the host.
    pub parsed: String,
    /// Whether strings need no quotes.
    pub bare_words: bool,
    /// Whether names of packages begin with a host: `github.com/user/project/package`.
    pub packages_have_hosts: bool,
    /// Calls that test.
    pub test: ByName<HostTestRole>,
    /// Operators that test.
    pub operator: Vec<HostOperator>,
    /// Calls that make a regular expression of their first argument.
    pub pattern: ByName<HostCallee>,
    /// Keys of records under which patterns stand with which origins are tested.
    pub patterns: Vec<String>,
    /// Calls that rewrite or split a text by their arguments: their patterns decide nothing.
    pub rewrite: ByName<HostCallee>,
}

/// A call that tests a text.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HostTestRole {
    callee: Vec<String>,
    /// How.
    pub how: HostMethod,
    /// Where what is tested stands.
    pub subject: Operand,
    /// Where the string or pattern stands for which it is tested.
    pub needle: Operand,
    /// Whether collections have a method of this name too.
    #[serde(default)]
    pub ambiguous: bool,
    /// Whether a pattern has to match the start or all of the text by itself.
    #[serde(default)]
    pub bound: Bound,
    /// What follows the call where the pattern may match anywhere after all.
    #[serde(default)]
    pub unless_followed_by: Option<String>,
    /// Whether nothing but yes or no comes of it: parts of the match are not used.
    #[serde(default)]
    pub boolean: bool,
}

/// To what a call binds a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bound {
    /// It may match anywhere.
    #[default]
    None,
    /// To the start of the text.
    Start,
    /// To the start and the end.
    Whole,
}

/// A place in a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Operand {
    /// The argument at this place.
    Argument(usize),
    /// The object whose method is called.
    Receiver(Receiver),
}

/// The object whose method is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Receiver {
    /// `"receiver"`.
    Receiver,
}

/// A way to test a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HostMethod {
    /// Whether it holds a string.
    Contains,
    /// Whether it begins with one.
    Prefix,
    /// Whether it ends in one.
    Suffix,
    /// Where it holds one: a test where the place is compared.
    Index,
    /// Whether a regular expression matches.
    Pattern,
}

/// An operator that tests a text.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostOperator {
    /// As lowered: `in`, `not in`, `=~`.
    pub operator: Vec<String>,
    /// How.
    pub how: HostMethod,
}

/// The names of calls.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostCallee {
    callee: Vec<String>,
}

impl HostTestRole {
    /// The same, where the pattern may match anywhere.
    pub fn unbound(self) -> Self {
        Self { bound: Bound::None, ..self }
    }

    /// What an operator does that says whether a pattern matches.
    pub fn matching() -> Self {
        let receiver = Operand::Receiver(Receiver::Receiver);
        let (callee, how, bound) = (Vec::new(), HostMethod::Pattern, Bound::None);
        Self { callee, how, subject: receiver, needle: receiver, ambiguous: false, bound, unless_followed_by: None, boolean: false }
    }
}

impl Named for HostTestRole {
    fn names(&self) -> &[String] {
        &self.callee
    }
}

impl Named for HostCallee {
    fn names(&self) -> &[String] {
        &self.callee
    }
}

/// What hosts and the names of what is tested look like: `rules/roles/hosts.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HostWords {
    /// Top-level domains with which nothing but a host ends.
    pub domains: HashSet<String>,
    /// Top-level domains with which other names end too.
    pub ambiguous_domains: HashSet<String>,
    /// Top-level domains that are mostly extensions of file names.
    pub file_domains: HashSet<String>,
    /// What looks like a host and is none.
    pub not_hosts: HashSet<String>,
    /// Words for a URL or a host.
    pub url: HashSet<String>,
    /// Words for a document.
    pub document: HashSet<String>,
    /// Words for what may be a document, or anything else.
    pub data: HashSet<String>,
    /// Words for what is no URL: messages, paths, identifiers.
    pub other: HashSet<String>,
    /// Words for a collection.
    pub collection: HashSet<String>,
    /// Words that end in `s` and are no plural.
    pub singular: HashSet<String>,
    /// Functions and methods whose result is the same text for this purpose.
    pub transparent: HashSet<String>,
    /// Functions and methods that take an entry by its name, the first argument.
    pub getters: HashSet<String>,
    /// Functions and methods that read a document.
    pub readers: HashSet<String>,
    /// Functions and methods that give a collection.
    pub collectors: HashSet<String>,
    /// Functions, methods and statements that refuse something, in lower case.
    pub refusals: HashSet<String>,
    /// What only the source of a test holds.
    pub tests: Vec<String>,
}
