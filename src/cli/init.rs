//! `congruent init`: writes a configuration from what a repository says of itself.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

use super::exit::{Failure, Outcome};
use super::input::Input;
use super::output::stderr;
use crate::check::survey::Survey;
use crate::config::{self, Config, proposal};
use crate::model::{Gap, printable};
use crate::rule;
use crate::run::survey;

/// Writes a congruent.toml from what stands in the repository.
///
/// It has the hosts that pages load from, API descriptions and their copies, places that say the version, and files that say the same.
///
/// Exit codes: 0 it is written; 2 there is one already; 3 something could not be read; 4 internal error.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Write over a congruent.toml that is there.
    #[arg(long)]
    force: bool,
}

/// Runs it.
pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let input = Input::around(None, true, None);
    let project = input.project()?;
    let path = project.root.join(config::FILE_NAME);
    let shown = shown(&project.shown_root);
    if !arguments.force && fs::symlink_metadata(&path).is_ok() {
        return Err(exists(&shown));
    }
    let rules = rule::all().map_err(|error| Failure::Internal(error.to_owned()))?;
    let vocabulary = rule::vocabulary().map_err(Failure::Internal)?;
    let source = input.worktree(&project);
    let (survey, skipped) = input.threads()?.install(|| survey(&source, &vocabulary, rules.iter().map(|rule| &rule.check)));
    let text = proposal(&survey);
    // What it says has to be understood by whoever reads it next.
    Config::parse(config::FILE_NAME, &text, rules)
        .map_err(|invalid| Failure::Internal(format!("what was written is wrong: {:?}", invalid.problems)))?;
    write(&path, &text, arguments.force).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => exists(&shown),
        _ => Failure::usage(format!("{shown}: {error}")),
    })?;
    for gap in skipped.iter().filter(|skipped| skipped.gap != Gap::Policy) {
        stderr(&format!("not read: {}: {}", printable(&gap.path), printable(&gap.reason)));
    }
    stderr(&format!("wrote {}: {}. Read it, then run `congruent check`", printable(&shown), counted(&survey)));
    let is_complete = skipped.iter().all(|skipped| skipped.gap == Gap::Policy);
    Ok(if is_complete { Outcome::Clean } else { Outcome::Incomplete })
}

fn exists(shown: &str) -> Failure {
    Failure::usage(format!("{shown} is there already; --force writes over it"))
}

fn shown(root: &str) -> String {
    match root {
        "." => config::FILE_NAME.to_owned(),
        root => format!("{root}/{}", config::FILE_NAME),
    }
}

/// What was found, in words.
fn counted(survey: &Survey) -> String {
    let hosts = survey.loads.values().map(|hosts| hosts.len()).sum();
    let contracts = survey.contracts.iter().filter(|contract| contract.known().is_some()).count();
    let copies = survey.mirrors.iter().map(|(_, copies)| copies.len()).sum();
    let places = survey.stated.iter().filter(|place| survey.release.as_ref().is_some_and(|release| release.path != place.path)).count();
    let counts = [
        (hosts, "allowed host", "allowed hosts"),
        (contracts, "contract", "contracts"),
        (survey.keys.len(), "kind of key", "kinds of keys"),
        (places, "place of the version", "places of the version"),
        (copies, "copy", "copies"),
    ];
    let words = counts.iter().filter(|(count, ..)| *count > 0).map(|(count, one, more)| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {more}"),
    });
    let words: Vec<_> = words.collect();
    if words.is_empty() { "nothing to assert was found".to_owned() } else { words.join(", ") }
}

/// Writes a file that is not there; with `force`, in the place of one. A link is replaced, not followed.
fn write(path: &Path, text: &str, force: bool) -> io::Result<()> {
    if force && fs::symlink_metadata(path).is_ok() {
        fs::remove_file(path)?;
    }
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}
