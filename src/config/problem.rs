//! What is wrong with a configuration file.

use std::ops::Range;

use crate::check::agreement::Fault;
use crate::model::{Document, Span};

/// A configuration that can't be used, and why.
#[derive(Debug)]
pub struct Invalid {
    /// The file.
    pub document: Document,
    /// What is wrong with it, in the order of the file.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub span: Span,
    /// What, without a trailing full stop.
    pub message: String,
    /// What to do, where that is known.
    pub help: Option<String>,
}

impl From<Fault> for Problem {
    fn from(Fault { span, message }: Fault) -> Self {
        Self { span, message, help: None }
    }
}

impl Problem {
    pub(super) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span: span.into(), message: message.into(), help: None }
    }

    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}
