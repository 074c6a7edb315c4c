//! `congruent hook install` and `uninstall`.

use std::env;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cli::exit::{Failure, Outcome};
use crate::cli::output::stdout;
use crate::cli::project::slashed;
use crate::model::printable;

/// Sets git up to check what is pushed. A hook that is there runs before it.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Check also what is committed.
    #[arg(long)]
    pre_commit: bool,
}

/// By this line a hook is known to be ours.
const MARK: &str = "# Written by `congruent hook install`; `congruent hook uninstall` takes it out again.";

/// What is added to the name of the hook that was there.
const BEFORE: &str = "before-congruent";

/// The hooks that there can be.
const HOOKS: [&str; 2] = ["pre-push", "pre-commit"];

/// Sets the hooks up.
pub(super) fn install(arguments: &Arguments) -> Result<Outcome, Failure> {
    let folder = folder()?;
    let hooks = HOOKS.iter().filter(|hook| arguments.pre_commit || **hook != "pre-commit");
    for hook in hooks {
        let path = folder.join(hook);
        let done = install_one(&folder, hook).map_err(|why| Failure::usage(format!("{}: {why}", path.display())))?;
        say(&format!("{done}: {}", path.display()))?;
    }
    Ok(Outcome::Clean)
}

/// Takes them out, and puts back what was there.
pub(super) fn uninstall() -> Result<Outcome, Failure> {
    let folder = folder()?;
    for hook in HOOKS {
        let (path, before) = (folder.join(hook), before(&folder, hook));
        if !is_ours(&path) {
            continue;
        }
        let taken = if is_there(&before) { fs::rename(&before, &path) } else { fs::remove_file(&path) };
        taken.map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?;
        say(&format!("uninstalled: {}", path.display()))?;
    }
    Ok(Outcome::Clean)
}

fn say(line: &str) -> Result<(), Failure> {
    stdout(format!("{}\n", printable(line)).as_bytes())
}

/// Where git looks for hooks here.
fn folder() -> Result<PathBuf, Failure> {
    // As git itself sees it, with the user's own configuration; this runs nothing.
    let git = |arguments: &[&str]| -> Result<Option<String>, Failure> {
        let output = Command::new("git").args(arguments).output().map_err(|error| Failure::usage(format!("git can't be run: {error}")))?;
        let text = String::from_utf8_lossy(&output.stdout).trim_end_matches(['\r', '\n']).to_owned();
        Ok(output.status.success().then_some(text))
    };
    let folder = git(&["rev-parse", "--git-path", "hooks"])?.ok_or_else(|| Failure::usage("this is no git repository"))?;
    let scope = git(&["config", "--show-scope", "--get", "core.hooksPath"])?.unwrap_or_default();
    if scope.starts_with("global") || scope.starts_with("system") {
        return Err(Failure::usage(format!(
            "{folder} holds the hooks of all repositories (core.hooksPath is set for all); call `congruent hook pre-push \"$@\"` there"
        )));
    }
    let folder = env::current_dir().map_err(|error| Failure::usage(error.to_string()))?.join(folder);
    if folder.ends_with(".husky/_") || folder.ends_with(".husky") {
        return Err(Failure::usage("husky keeps the hooks here; add a line `congruent hook pre-push \"$@\"` to .husky/pre-push"));
    }
    Ok(folder)
}

fn before(folder: &Path, hook: &str) -> PathBuf {
    folder.join(format!("{hook}.{BEFORE}"))
}

fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

fn is_ours(path: &Path) -> bool {
    fs::read(path).is_ok_and(|bytes| String::from_utf8_lossy(&bytes).lines().any(|line| line == MARK))
}

/// What was done.
fn install_one(folder: &Path, hook: &str) -> Result<&'static str, String> {
    let (path, before) = (folder.join(hook), before(folder, hook));
    let said = |error: io::Error| error.to_string();
    // pre-commit keeps what it finds under this name, and runs it.
    if is_ours(&folder.join(format!("{hook}.legacy"))) {
        return Ok("is run by pre-commit already");
    }
    let is_new = !is_ours(&path);
    if is_new && is_there(&path) && is_there(&before) {
        return Err(format!("it would run before congruent, and {} does already; take one of them away", before.display()));
    }
    // What was there gives way when the new one is written, and not before.
    let new = fs::create_dir_all(folder).and_then(|()| written(folder, &script(hook))).map_err(said)?;
    let gives_way = is_new && is_there(&path);
    if gives_way {
        fs::rename(&path, &before).map_err(said)?;
    }
    if let Err(error) = new.persist(&path) {
        if gives_way {
            fs::rename(&before, &path).map_err(said)?;
        }
        return Err(error.to_string());
    }
    Ok(match (is_new, is_there(&before)) {
        (true, false) => "installed",
        (true, true) => "installed, after the hook that was there",
        (false, _) => "was installed already",
    })
}

/// A script, in a file of its own that has no name yet.
fn written(folder: &Path, script: &str) -> io::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(script.as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.as_file().set_permissions(fs::Permissions::from_mode(0o755))?;
    }
    Ok(file)
}

/// A hook that runs the one that was there, and then congruent: the one on the path, or else the one that installed it. What git
/// says on standard input is for both.
fn script(hook: &str) -> String {
    let own = env::current_exe().map(|path| slashed(&path)).unwrap_or_else(|_| "congruent".to_owned()).replace('\'', r"'\''");
    let (read, pipe) = match hook {
        "pre-push" => ("input=$(cat; echo .)\ninput=${input%.}\n", "printf '%s' \"$input\" | "),
        _ => ("", ""),
    };
    format!(
        r#"#!/bin/sh
{MARK}
{read}before="${{0%/*}}/{hook}.{BEFORE}"
if [ -x "$before" ]; then
    {pipe}"$before" "$@" || exit $?
fi
congruent=$(command -v congruent || echo '{own}')
if [ ! -x "$congruent" ]; then
    echo "congruent is not there, so nothing was checked: install it, or go on with --no-verify" >&2
    exit 1
fi
{pipe}"$congruent" hook {hook} "$@"
"#
    )
}
