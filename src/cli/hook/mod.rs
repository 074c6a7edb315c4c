//! `congruent hook`: what git calls before a commit and before a push, githooks(5).

mod commits;
mod install;
mod judged;
mod narrow;
mod pre_push;
mod projects;
#[cfg(test)]
mod tests;
mod updates;

use std::env;
use std::sync::Arc;

use clap::Subcommand;

use super::exit::{Failure, Outcome};
use super::input::Input;
use super::output::Color;
use super::project::canonical;
use super::selection::Selection;
use super::since::{Since, Terms};
use super::told::Telling;
use crate::model::Report;
use crate::rule;
use crate::source::git::{Repository, Snapshot};
use judged::{judged, merge};
use projects::projects;

/// Checks what is about to be committed or pushed, and sets git up to do so.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    hook: Hook,
}

#[derive(Debug, Subcommand)]
enum Hook {
    PrePush(PrePush),
    PreCommit(PreCommit),
    Install(install::Arguments),
    /// Takes out what `install` has set up, and puts back the hooks that were there.
    Uninstall,
}

/// Checks what is pushed: every new commit for secrets, and what each ref comes to for what it adds; a tag wholly.
///
/// git says on standard input what it pushes. Nothing is fetched, and the working tree has no part in it.
#[derive(Debug, clap::Args)]
struct PrePush {
    /// The remote's name, or its URL if it has none.
    remote: Option<String>,
    /// The remote's URL.
    url: Option<String>,
    #[command(flatten)]
    common: Common,
}

/// Checks what is about to be committed for what the last commit does not have.
#[derive(Debug, clap::Args)]
struct PreCommit {
    /// Files that are committed, as pre-commit names them: the whole index is checked anyhow.
    #[arg(hide = true)]
    files: Vec<std::path::PathBuf>,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
struct Common {
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    telling: Telling,
    /// Neither use nor write what is known of the files of commits from earlier runs.
    #[arg(long)]
    no_cache: bool,
    /// How many files to read at a time; as many as there are processors unless given.
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
}

impl Arguments {
    pub(super) fn color(&self) -> Color {
        match &self.hook {
            Hook::PrePush(PrePush { common, .. }) | Hook::PreCommit(PreCommit { common, .. }) => common.telling.color,
            Hook::Install(_) | Hook::Uninstall => Color::Auto,
        }
    }
}

/// Runs it.
pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    match &arguments.hook {
        Hook::PrePush(arguments) => pre_push::run(arguments),
        Hook::PreCommit(arguments) => pre_commit(arguments),
        Hook::Install(arguments) => install::install(arguments),
        Hook::Uninstall => install::uninstall(),
    }
}

fn pre_commit(arguments: &PreCommit) -> Result<Outcome, Failure> {
    let Common { selection, telling, no_cache, jobs } = &arguments.common;
    telling.validate()?;
    let input = Input::of_hook(*no_cache, *jobs);
    let directory = env::current_dir().and_then(|directory| canonical(&directory));
    let directory = directory.map_err(|error| Failure::usage(format!("the working directory can't be read: {error}")))?;
    let repository = Arc::new(Repository::find(&directory)?);
    let snapshot = Snapshot::of_index(Arc::clone(&repository))?;
    // Before the first commit, all is new; of a merge only what is in neither commit.
    let head = repository.commit("HEAD").ok();
    let merged = head.and_then(|_| repository.commit("MERGE_HEAD").ok());
    let changes = head.map(|head| repository.staged(head)).transpose()?;
    let rules = rule::all().map_err(|error| Failure::Internal(error.to_owned()))?;
    let threads = input.threads()?;
    let terms = Terms { input: &input, selection, threads: &threads };
    let mut report = Report { root: ".".to_owned(), ..Report::default() };
    for project in projects(&input, &snapshot)? {
        let root = project.snapshot.as_ref().map(|(_, root)| root.clone()).unwrap_or_default();
        let mut judged = judged(terms, project, changes.as_deref())?;
        for base in head.into_iter().chain(merged) {
            Since::commit(Arc::clone(&repository), base, root.clone()).subtract(terms, &judged.plan, &judged.parsed, &mut judged.report)?;
        }
        merge(&mut report, judged.report.from_repository());
    }
    Ok(telling.tell_change(&report, rules))
}
