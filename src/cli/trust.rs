//! `check --policy-from REV`: a commit that is trusted decides what is accepted, so that a pull request can't make itself pass.
//!
//! That commit's configuration says what is excluded, allowed, ignored and how severe a rule is, what a credential is and what hides
//! one; its suppressions count, and its baseline. The configuration that is checked may declare more that has to agree. What it asks for
//! less than the trusted one is a finding.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use super::exit::Failure;
use super::input::Input;
use super::origin::on_disk;
use super::output::stderr;
use super::project::{InGit, Project, canonical, slashed};
use crate::check::agreement::{Declared, List};
use crate::config::{FILE_NAME, Invalid, Loosening, loosened};
use crate::model::{Document, Encoding, Finding, Gap, Report, Span, Wanted};
use crate::rule;
use crate::run::{Files, Job, agreement, with_facts};
use crate::source::git::{Oid, Repository, Snapshot, Tree};
use crate::source::{Source, decode, slashed_bytes};
use crate::triage::{self, Trust};

/// A trusted commit.
#[derive(Debug)]
pub(super) struct Trusted {
    /// Its files.
    pub(super) tree: Tree,
    /// What it is compared with.
    pub(super) compared: Option<Compared>,
    /// Files that have another path there.
    renamed: HashMap<String, String>,
}

/// What a trusted commit has that another one may have taken away.
#[derive(Debug)]
pub(super) struct Compared {
    /// The configuration that is not trusted.
    config: Document,
    /// What it asks for less.
    loosened: Vec<Loosening>,
    /// The trusted files.
    tree: Tree,
    /// The lists that the trusted configuration declares.
    lists: Vec<List>,
    /// Files that have another path there.
    renamed: HashMap<String, String>,
}

impl Compared {
    /// A finding for all that was taken away: from the configuration, from the rows of lists, and from the files that can be read.
    pub(super) fn findings(&self, job: &Job, source: &dyn Source, report: &Report) -> Vec<Finding> {
        let Job { policy, vocabulary, .. } = job;
        let mut findings = triage::loosened(&self.config, &self.loosened, policy, vocabulary);
        let mut add = |path: &str, message: String| {
            let read = source.find(path).and_then(|entry| source.read(&entry).ok());
            let (text, encoding) = read.and_then(|bytes| decode(&bytes).ok()).unwrap_or((String::new(), Encoding::Utf8 { bom: false }));
            let said = [Loosening { span: Span::new(0, 0), message }];
            findings.extend(triage::loosened(&Document::new(path, text, encoding), &said, policy, vocabulary));
        };
        let listing = self.tree.list();
        let files = Files::new(&self.tree, &listing, None);
        let declared = Declared { lists: self.lists.clone(), ..Declared::default() };
        if let Ok(trusted) = agreement(&files, declared, vocabulary) {
            for (file, list, row) in job.settings.agreement.lost(&trusted) {
                add(file, format!("the list `{list}` reads `{row}` from the trusted commit's file, and no longer from this one"));
            }
        }
        let was_read = |path: &str| {
            let read = listing.entry(path).and_then(|entry| self.tree.read(entry).ok());
            read.is_some_and(|bytes| decode(&bytes).is_ok())
        };
        for skipped in report.checked.skipped.iter().filter(|skipped| skipped.gap == Gap::Policy) {
            let path = skipped.path.trim_end_matches('/');
            if was_read(self.renamed.get(path).map_or(path, String::as_str)) {
                add(path, format!("this was a text in the trusted commit, and is not read any longer: {}", skipped.reason));
            }
            // A folder that was excluded was excluded by the trusted commit.
            let below = format!("{path}/");
            if listing.entries.iter().any(|entry| entry.path.starts_with(&below) && was_read(&entry.path)) {
                add(path, format!("files in this were read in the trusted commit, and are not any longer: {}", skipped.reason));
            }
        }
        let moved: BTreeMap<_, _> = self.renamed.iter().filter(|(now, _)| source.find(now).is_some()).collect();
        if !moved.is_empty() {
            let now = source.list();
            let is_skipped = |path: &str| report.checked.skipped.iter().any(|skipped| skipped.path == path);
            for (path, was) in moved.into_iter().filter(|(path, was)| now.entry(path).is_none() && !is_skipped(path) && was_read(was)) {
                add(path, format!("this was {was} in the trusted commit, and was moved to where nothing is checked"));
            }
        }
        findings
    }
}

impl Trusted {
    /// What it decides about suppressions.
    pub(super) fn policy(&self) -> Result<Trust, Failure> {
        let (tree, renamed) = (self.tree.clone(), self.renamed.clone());
        let vocabulary = rule::vocabulary().map_err(Failure::Internal)?;
        Ok(Trust::new(move |path: &str| {
            let Some(entry) = tree.find(renamed.get(path).map_or(path, String::as_str)) else { return Vec::new() };
            // Everything is parsed, so that no suppression is overlooked that another reading finds.
            let all = |_: &Document| Wanted::all();
            let read = with_facts(&tree, &entry, &vocabulary, all, |_, document, facts| triage::suppressions(document, &facts));
            read.unwrap_or_default()
        })
        .with_renamed(self.renamed.clone()))
    }
}

/// Lets the commit that `revision` names decide about a project.
pub(super) fn trust(revision: &str, input: &Input, project: &mut Project) -> Result<(), Failure> {
    let InGit { repository, root, commit: head } = project.in_git()?;
    let commit = repository.commit(revision)?;
    let snapshot = Snapshot::of_commit(Arc::clone(&repository), commit)?;
    let found = discovered(&repository, &snapshot, &root);
    if found != root {
        let name = |folder: &[u8]| slashed(&on_disk(folder).join(FILE_NAME));
        let (there, here) = (name(&found), name(&root));
        return Err(Failure::usage(format!(
            "at {revision} the configuration would be {there}, and here it is {here}: a trusted policy can't be replaced by another file"
        )));
    }
    let renames = repository.renames(commit, head)?;
    let trusted = input.project_in(snapshot, root.clone()).map_err(|failure| at(revision, failure))?;
    let Some(tree) = input.tree_of(&trusted) else { return Err(Failure::Internal("a commit is no tree".to_owned())) };

    let renamed: HashMap<_, _> = renames.into_iter().filter_map(|(old, new)| Some((below(&root, new)?, below(&root, old)?))).collect();
    let text = |project: &Project| project.config_file.as_ref().map(|(_, text)| text.clone()).unwrap_or_default();
    let rules = rule::all().map_err(|error| Failure::Internal(error.to_owned()))?;
    let credentials = rule::vocabulary().map_err(Failure::Internal)?.credentials;
    let now = Document::new(FILE_NAME, text(project).trim_start_matches('\u{feff}'), Encoding::Utf8 { bom: false });
    let loosened = loosened(&text(&trusted), now.as_str(), &credentials, rules);
    if !(loosened.is_empty() || is_part(&repository, commit, head)) {
        stderr(&format!("{revision} is no part of what is checked: what it has since asked for counts as taken away until it is merged"));
    }
    let Project { mut config, .. } = trusted;
    project.config.exclude = config.exclude;
    project.config.settings = config.settings;
    project.config.credentials = config.credentials;
    project.config.secrets = config.secrets;
    project.config.levels = config.levels;
    project.config.ignores = config.ignores;
    let (compared_tree, compared_renamed) = (tree.clone(), renamed.clone());
    let lists = std::mem::take(&mut config.agreement.lists);
    let compared = Compared { config: now, loosened, tree: compared_tree, lists, renamed: compared_renamed };
    project.trusted = Some(Trusted { tree, compared: Some(compared), renamed });
    Ok(())
}

/// What is wrong with the configuration of a commit, as that of the commit.
fn at(revision: &str, failure: Failure) -> Failure {
    match failure {
        Failure::Config(invalid) => {
            let Invalid { document, problems } = *invalid;
            let path = format!("{revision}:{}", document.path());
            Failure::Config(Box::new(Invalid { document: Document::new(path, document.as_str(), document.encoding()), problems }))
        }
        other => other,
    }
}

/// Whether a commit is one of those that led to another one, or to the one that is checked out.
fn is_part(repository: &Repository, commit: Oid, head: Option<Oid>) -> bool {
    let head = head.or_else(|| repository.commit("HEAD").ok());
    head.and_then(|head| repository.merge_base(commit, head).ok().flatten()).is_none_or(|base| base == commit)
}

/// The folder whose configuration would be found in a commit, from where one is looked for.
fn discovered(repository: &Repository, snapshot: &Snapshot, root: &[u8]) -> Vec<u8> {
    let directory = std::env::current_dir().ok().and_then(|directory| canonical(&directory).ok());
    let here = directory.zip(repository.top()).and_then(|(directory, top)| directory.strip_prefix(top).map(Path::to_owned).ok());
    // Where another repository's files are checked, one is looked for from there.
    let here = here.filter(|here| here.starts_with(on_disk(root))).unwrap_or_else(|| on_disk(root));
    let found = here.ancestors().find(|folder| snapshot.contains(&slashed_bytes(&folder.join(FILE_NAME))));
    found.map(slashed_bytes).unwrap_or_default()
}

/// A path of the tree, relative to the root, if it is below it.
fn below(root: &[u8], path: String) -> Option<String> {
    let Ok(root) = std::str::from_utf8(root) else { return None };
    if root.is_empty() { Some(path) } else { Some(path.strip_prefix(root)?.strip_prefix('/')?.to_owned()) }
}
