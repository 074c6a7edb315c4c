//! What is pushed: refs, as git says it to its hook or as a program that runs hooks passes it on.

use std::env;
use std::io::{self, IsTerminal as _, Read as _};

use crate::cli::exit::Failure;
use crate::cli::output::stderr;
use crate::source::git::{Oid, Repository};

/// More than any push names.
const MOST: u64 = 64 * 1024 * 1024;

/// A ref that is made or moved.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Update {
    /// What is pushed, as it was named: a ref or another expression.
    pub(super) local: String,
    /// The object: a commit, or a tag.
    pub(super) tip: Oid,
    /// What it is called there.
    pub(super) remote: String,
    /// What was there; `None` if nothing was.
    pub(super) before: Option<Oid>,
}

impl Update {
    /// Reads `<local ref> SP <local oid> SP <remote ref> SP <remote oid>`, githooks(5). The local ref may be any expression.
    fn parse(line: &str) -> Option<Self> {
        let mut fields = line.rsplitn(4, ' ');
        let before = Oid::parse(fields.next()?.as_bytes())?;
        let remote = fields.next()?.to_owned();
        let tip = Oid::parse(fields.next()?.as_bytes())?;
        Some(Self { local: fields.next()?.to_owned(), tip, remote, before: (!before.is_zero()).then_some(before) })
    }

    /// The tag's name, if it is one.
    pub(super) fn tag(&self) -> Option<&str> {
        self.remote.strip_prefix("refs/tags/")
    }
}

/// What is pushed, without what is deleted.
pub(super) fn read(repository: &Repository) -> Result<Vec<Update>, Failure> {
    if let Some(update) = of_runner(repository)? {
        return Ok(vec![update]);
    }
    if io::stdin().is_terminal() {
        return Err(Failure::usage("git says on standard input what it pushes: `congruent hook install` sets that up"));
    }
    let mut text = Vec::new();
    io::stdin().take(MOST).read_to_end(&mut text).map_err(|error| Failure::Unread(format!("standard input: {error}")))?;
    let text = String::from_utf8_lossy(&text);
    let update = |line: &str| {
        let wrong = || Failure::usage("standard input is not what git says to a pre-push hook: `<local ref> <oid> <remote ref> <oid>`");
        Update::parse(line).ok_or_else(wrong)
    };
    let updates = text.lines().filter(|line| !line.trim().is_empty()).map(update).collect::<Result<Vec<_>, _>>()?;
    Ok(updates.into_iter().filter(|update| !update.tip.is_zero()).collect())
}

/// What pre-commit and prek say in the environment; they keep standard input to themselves.
fn of_runner(repository: &Repository) -> Result<Option<Update>, Failure> {
    let variable = |name: &str| env::var(format!("PRE_COMMIT_{name}")).ok().filter(|value| !value.is_empty());
    let (Some(_), true) = (env::var_os("PRE_COMMIT"), variable("REMOTE_NAME").is_some() || variable("TO_REF").is_some()) else {
        return Ok(None);
    };
    let branch = variable("REMOTE_BRANCH").or_else(|| variable("LOCAL_BRANCH"));
    let local = variable("TO_REF").or_else(|| variable("LOCAL_BRANCH")).unwrap_or_else(|| "HEAD".to_owned());
    let (tip, before) = (repository.commit(&local)?, variable("FROM_REF").and_then(|from| repository.commit(&from).ok()));
    let remote = branch.unwrap_or_else(|| "HEAD".to_owned());
    stderr(&format!(
        "checked is {remote} alone: pre-commit and prek pass on no more than the first ref that is pushed; `congruent hook install` sees all"
    ));
    Ok(Some(Update { local, tip, remote, before }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_from_its_end() {
        let (one, zero) = ("1".repeat(40), "0".repeat(40));
        let parsed = Update::parse(&format!("HEAD@{{1 day ago}} {one} refs/heads/main {zero}")).unwrap();
        assert_eq!((parsed.local.as_str(), parsed.remote.as_str(), parsed.before), ("HEAD@{1 day ago}", "refs/heads/main", None));
        let wide = format!("refs/heads/a {} refs/tags/a {}", "2".repeat(64), "3".repeat(64));
        assert!(Update::parse(&wide).is_some_and(|update| update.tag() == Some("a") && update.before.is_some()));
        for wrong in ["", "a", "a b c", &format!("a {one} b"), &format!("a {one} b x"), &format!("{one} b {zero}")] {
            assert_eq!(Update::parse(wrong), None, "{wrong}");
        }
    }
}
