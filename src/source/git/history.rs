//! Revisions, how they follow each other, and what each of them changes.

use std::collections::HashSet;

use super::oid::Oid;
use super::repository::{GitError, Repository};
use crate::source::path::printable_bytes;

/// Commits that somebody does not have yet.
#[derive(Debug, Default)]
pub struct NewCommits {
    /// The commits, parents before children.
    pub commits: Vec<Oid>,
    /// The commits just before them, which they have.
    pub boundary: Vec<Oid>,
}

/// A file that a commit changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The commit.
    pub commit: Oid,
    /// Relative to the root of the tree, with forward slashes.
    pub path: Vec<u8>,
    /// What the file holds then; `None` if it is gone.
    pub after: Option<Oid>,
    /// What it holds in the commit's parents, as far as it is there.
    pub before: Vec<Oid>,
}

impl Repository {
    /// The commit that a revision names, gitrevisions(7). A tag stands for its commit.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn commit(&self, revision: &str) -> Result<Oid, GitError> {
        // What begins like an option is no revision, whatever git makes of it.
        let is_plain = !revision.is_empty() && !revision.starts_with('-') && !revision.contains(['\0', '\n']);
        let found = is_plain.then(|| self.output(&["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")]));
        if let Some(oid) = found.and_then(Result::ok).and_then(|out| Oid::parse(out.trim_ascii())) {
            return Ok(oid);
        }
        // git itself may be what fails.
        self.output(&["rev-parse", "--git-dir"]).and_then(|_| Err(GitError::Missing(self.unknown(revision))))
    }

    /// The commits that objects are, in their order: a tag stands for its commit. `None` for one that is none, or is not here.
    ///
    /// # Errors
    ///
    /// git fails.
    pub fn commits(&self, objects: &[Oid]) -> Result<Vec<Option<Oid>>, GitError> {
        let lines: String = objects.iter().map(|oid| format!("{oid}^{{commit}}\n")).collect();
        let listed = self.answer(&["cat-file", "--batch-check=%(objectname)"], lines.into_bytes())?;
        let found: Vec<_> = listed.split_inclusive(|&byte| byte == b'\n').map(|line| Oid::parse(line.trim_ascii())).collect();
        if found.len() == objects.len() { Ok(found) } else { Err(GitError::Failed("git does not say which commits are here".to_owned())) }
    }

    /// The commit from which two commits have grown apart: one of them, where there are several. `None` if there is none here.
    ///
    /// # Errors
    ///
    /// git fails.
    pub fn merge_base(&self, one: Oid, other: Oid) -> Result<Option<Oid>, GitError> {
        if one == other {
            return Ok(Some(one));
        }
        match self.output(&["merge-base", &one.to_string(), &other.to_string()]) {
            Ok(out) => Ok(Oid::parse(out.trim_ascii())),
            // It exits with 1 if there is none.
            Err(GitError::Failed(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The files that have another path in one commit than in another, or in the index if that is `None`: the old paths and the new
    /// ones, from the root of the tree, as they are shown.
    ///
    /// # Errors
    ///
    /// git can't compare them.
    pub fn renames(&self, from: Oid, to: Option<Oid>) -> Result<Vec<(String, String)>, GitError> {
        let options = ["-r", "-z", "--find-renames", "--diff-filter=R", "--name-status"].map(str::to_owned);
        let command = match to {
            Some(to) => [vec!["diff-tree".to_owned()], options.into(), vec![from.to_string(), to.to_string()]],
            None => [vec!["diff-index".to_owned(), "--cached".to_owned()], options.into(), vec![from.to_string()]],
        };
        let out = self.output(&command.concat())?;
        // `R100 NUL old NUL new NUL`.
        let mut fields = out.split(|&byte| byte == 0).filter(|field| !field.is_empty());
        let mut renames = Vec::new();
        while let (Some(_), Some(old), Some(new)) = (fields.next(), fields.next(), fields.next()) {
            renames.push((printable_bytes(old), printable_bytes(new)));
        }
        Ok(renames)
    }

    /// Whether history is cut off: the parents of some commits are not here.
    pub fn is_shallow(&self) -> bool {
        self.output(&["rev-parse", "--is-shallow-repository"]).is_ok_and(|out| out.trim_ascii() == b"true")
    }

    /// What `tip` has and none of `known` has. What is known and not here is as if it were not known.
    ///
    /// # Errors
    ///
    /// git fails.
    pub fn new_commits(&self, tip: Oid, known: &HashSet<Oid>) -> Result<NewCommits, GitError> {
        let lines: String = known.iter().map(|known| format!("^{known}\n")).collect();
        let arguments = ["rev-list", "--topo-order", "--reverse", "--boundary", "--ignore-missing", "--stdin"];
        let listed = self.answer(&arguments, format!("{tip}\n{lines}").into_bytes())?;
        let mut out = NewCommits::default();
        for line in listed.split(|&byte| byte == b'\n') {
            match line.strip_prefix(b"-") {
                Some(boundary) => out.boundary.extend(Oid::parse(boundary)),
                None => out.commits.extend(Oid::parse(line)),
            }
        }
        Ok(out)
    }

    /// The commits that the remotes were seen to have: those of their tracking branches, each with its name below `refs/remotes/`.
    ///
    /// # Errors
    ///
    /// git fails.
    pub fn remote_tips(&self) -> Result<Vec<(String, Oid)>, GitError> {
        let listed = self.output(&["for-each-ref", "--format=%(objectname) %(refname:lstrip=2)", "refs/remotes/"])?;
        let tip = |line: &[u8]| {
            let line = String::from_utf8_lossy(line);
            let (oid, name) = line.split_once(' ')?;
            Some((name.to_owned(), Oid::parse(oid.as_bytes())?))
        };
        Ok(listed.split(|&byte| byte == b'\n').filter_map(tip).collect())
    }

    /// The files that commits change, in the order of the commits. Of a merge, what differs from all its parents. Links and
    /// submodules are none.
    ///
    /// # Errors
    ///
    /// git fails.
    pub fn changes(&self, commits: &[Oid]) -> Result<Vec<Change>, GitError> {
        if commits.is_empty() {
            return Ok(Vec::new());
        }
        let lines: String = commits.iter().map(|commit| format!("{commit}\n")).collect();
        let arguments = ["diff-tree", "--stdin", "-r", "-z", "--root", "-c", "--no-renames", "--raw", "--no-abbrev"];
        let listed = self.answer(&arguments, lines.into_bytes())?;
        changes(&listed, None).ok_or_else(|| GitError::Failed("git lists changes in another form than expected".to_owned()))
    }

    /// The files in which a commit differs from an earlier one.
    ///
    /// # Errors
    ///
    /// git fails.
    pub fn differences(&self, before: Oid, after: Oid) -> Result<Vec<Change>, GitError> {
        let trees = [before, after].map(|commit| commit.to_string());
        let arguments = ["diff-tree", "-r", "-z", "--no-renames", "--raw", "--no-abbrev"];
        let listed = self.output(&[arguments.as_slice(), &[&trees[0], &trees[1]]].concat())?;
        changes(&listed, Some(after)).ok_or_else(|| GitError::Failed("git lists changes in another form than expected".to_owned()))
    }

    /// The files in which the index differs from a commit.
    ///
    /// # Errors
    ///
    /// git fails.
    pub fn staged(&self, commit: Oid) -> Result<Vec<Change>, GitError> {
        let arguments = ["diff-index", "--cached", "-r", "-z", "--no-renames", "--raw", "--no-abbrev", &commit.to_string()];
        changes(&self.output(&arguments)?, Some(commit))
            .ok_or_else(|| GitError::Failed("git lists changes in another form than expected".to_owned()))
    }

    /// The names and URLs of the remotes.
    pub fn remotes(&self) -> Vec<(String, String)> {
        let listed = self.output(&["config", "--local", "-z", "--get-regexp", r"^remote\..*\.(push)?url$"]).unwrap_or_default();
        let entry = |record: &[u8]| {
            let record = String::from_utf8_lossy(record);
            let (key, url) = record.split_once('\n')?;
            let name = key.strip_prefix("remote.")?.rsplit_once('.')?.0;
            Some((name.to_owned(), url.to_owned()))
        };
        listed.split(|&byte| byte == 0).filter_map(entry).collect()
    }

    fn unknown(&self, revision: &str) -> String {
        let remedy = match self.is_shallow() {
            true => "this clone is shallow: `git fetch --unshallow --tags` gets the rest",
            false => "`git fetch --all --tags` gets what the remotes have",
        };
        format!("`{revision}` is no commit here; {remedy}")
    }
}

/// The records of `diff-tree -z`: with `--stdin` ids of commits, and for each changed path `:modes oids status NUL path`.
fn changes(listed: &[u8], mut commit: Option<Oid>) -> Option<Vec<Change>> {
    let mut out = Vec::new();
    let mut records = listed.split(|&byte| byte == 0);
    while let Some(record) = records.next() {
        if record.is_empty() {
            continue;
        }
        if !record.starts_with(b":") {
            commit = Some(Oid::parse(record.trim_ascii())?);
            continue;
        }
        let path = records.next()?.to_vec();
        let parents = record.iter().take_while(|&&byte| byte == b':').count();
        let words: Vec<_> = record.get(parents..)?.split(|&byte| byte == b' ').collect();
        let (modes, rest) = words.split_at_checked(parents + 1)?;
        let oids: Vec<_> = rest.get(..=parents)?.iter().map(|oid| Oid::parse(oid)).collect::<Option<_>>()?;
        let file = |(mode, oid): (&&[u8], &Oid)| mode.starts_with(b"100").then_some(*oid);
        let mut files: Vec<_> = modes.iter().zip(&oids).map(file).collect();
        let after = files.pop()?;
        out.push(Change { commit: commit?, path, after, before: files.into_iter().flatten().collect() });
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn oid(digit: char) -> Oid {
        Oid::parse(digit.to_string().repeat(40).as_bytes()).unwrap()
    }

    #[test]
    fn changes_of_commits_and_merges_are_read() {
        let id = |digit: char| digit.to_string().repeat(40);
        let text = format!(
            "{}\0:000000 100644 {} {} A\0a b\n.md\0:100644 120000 {} {} T\0l\0{}\0::100644 000000 100755 {} {} {} MA\0m\0",
            id('1'),
            id('0'),
            id('a'),
            id('a'),
            id('b'),
            id('2'),
            id('c'),
            id('0'),
            id('d')
        );
        let found = changes(text.as_bytes(), None).unwrap();
        let change = |commit, path: &str, after, before: &[Oid]| Change { commit, path: path.into(), after, before: before.to_vec() };
        assert_eq!(
            found,
            [
                change(oid('1'), "a b\n.md", Some(oid('a')), &[]),
                change(oid('1'), "l", None, &[oid('a')]),
                change(oid('2'), "m", Some(oid('d')), &[oid('c')]),
            ]
        );
        assert_eq!(changes(b":100644 x", None), None);
    }
}
