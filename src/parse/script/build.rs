//! The steps of a container build: shell code that sees the variables of the build, and not those of other steps.

use std::ops::Range;

use super::ir::Stmt;
use super::observe::Script;
use super::{Language, comment, run, shell};
use crate::model::{ScriptRoles, Text};
use crate::parse::Context;

/// A step of a build.
#[derive(Debug)]
pub(in crate::parse) struct Step {
    /// Where its code stands.
    pub(in crate::parse) range: Range<usize>,
    /// What its code is.
    pub(in crate::parse) kind: StepKind,
}

/// What the code of a step is.
#[derive(Debug)]
pub(in crate::parse) enum StepKind {
    /// Assignments of variables that all further steps see.
    Variables,
    /// Shell code.
    Command,
    /// The words of one command, without quotes.
    Words(Vec<Range<usize>>),
}

/// Extracts the URLs of a build whose steps stand in `text`.
pub(in crate::parse) fn steps(context: &mut Context<'_>, text: &Text<'_>, steps: Vec<Step>) {
    let mut scoped = Vec::with_capacity(steps.len());
    let mut stretches = Vec::with_capacity(steps.len());
    for Step { range, kind } in steps {
        scoped.push((!matches!(kind, StepKind::Variables), range.clone()));
        stretches.push(match kind {
            StepKind::Words(words) => (range, Some(words)),
            StepKind::Variables | StepKind::Command => (range, None),
        });
    }
    let shell::Stretches { blocks, comments, too_deep } = shell::stretches(text, &stretches);
    if comment::are_wanted(context, text) {
        comments.into_iter().for_each(|range| comment::read(context, text, range));
    }
    let mut block = Vec::new();
    for (mut statements, (own_scope, range)) in blocks.into_iter().zip(scoped) {
        if own_scope {
            block.push(Stmt::Expr(shell::group(statements, range)));
        } else {
            block.append(&mut statements);
        }
    }
    let empty = ScriptRoles::default();
    let roles = context.vocabulary().scripts.get(Language::Shell.roles()).unwrap_or(&empty);
    run(context, Script { text, language: Language::Shell }, roles, &block, too_deep);
}
