use super::Span;

/// A secret on its way to a place where a person or a log sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretFlow {
    /// What is shown, where it is handed to the sink: the variable, not the whole call.
    pub span: Span,
    /// What it is called there or where it comes from: `cfg.api_key`. Never its value.
    pub name: String,
    /// Where it comes from.
    pub source: Span,
    /// Where it is kept on the way, in order.
    pub steps: Vec<Span>,
    /// What shows it: `print`, `logger.info`, `set -x`.
    pub sink: String,
    /// How it is shown.
    pub kind: FlowKind,
    /// Whether this happens in a sample of a page.
    pub is_sample: bool,
    /// Why it may be no fault.
    pub doubt: Option<Doubt>,
}

/// Why a secret that is shown may be no fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// Only its name says that it is one, and such names have other things too: `token`, `args.secret`.
    Name,
    /// It is in the message of an error, if at all.
    Error,
    /// Only some of its characters are shown.
    Part,
    /// It is shown on a terminal by a program for people, who may have asked for it: a password that was made for them.
    Purpose,
}

/// How a secret is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FlowKind {
    /// It is printed or logged.
    Printed,
    /// The whole environment is.
    Environment,
    /// All headers of a request are, with its credentials.
    Headers,
    /// The shell prints each command before it runs (`set -x`).
    Traced,
    /// A command prints what it sends (`curl -v`).
    Verbose,
    /// A file is shown into which it was written.
    File,
    /// A step of a workflow hands it to later ones (`$GITHUB_OUTPUT`).
    Handed,
}

impl FlowKind {
    /// Its name in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Printed => "printed",
            Self::Environment => "environment",
            Self::Headers => "headers",
            Self::Traced => "traced",
            Self::Verbose => "verbose",
            Self::File => "file",
            Self::Handed => "handed",
        }
    }
}
