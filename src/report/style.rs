//! Colours of what a person reads.

use std::fmt::{self, Display};

use annotate_snippets::renderer;
use anstyle::Style;

use crate::model::Severity;

/// Text in a style, or plain.
pub(super) struct Styled<T> {
    text: T,
    style: Style,
}

impl<T> Styled<T> {
    pub(super) fn new(text: T, style: Style, color: bool) -> Self {
        Self { text, style: if color { style } else { Style::new() } }
    }
}

impl<T: Display> Display for Styled<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.style.render(), self.text, self.style.render_reset())
    }
}

/// The style in which a severity is shown, the same in every format.
pub(super) fn severity(severity: Severity) -> Style {
    match severity {
        Severity::Error => renderer::DEFAULT_ERROR_STYLE,
        Severity::Warning => renderer::DEFAULT_WARNING_STYLE,
        Severity::Note => renderer::DEFAULT_NOTE_STYLE,
    }
}
