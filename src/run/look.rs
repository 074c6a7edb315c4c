//! How one file is looked at, and what comes of it.

use std::sync::Arc;

use super::parsed::{Parsed, ParsedFile, What};
use super::{Job, Whole, facts_of, guarded};
use crate::check::File;
use crate::check::contract::{self, Lesson};
use crate::model::{Document, Facts, Skipped, Wanted};
use crate::rule::Rule;
use crate::source::{Entry, Source, decode};
use crate::triage::{self, Enabled, Outcome};

/// How files are looked at.
#[derive(Clone, Copy)]
pub(super) struct Look<'a> {
    pub(super) source: &'a dyn Source,
    pub(super) enabled: &'a [Enabled],
    /// What was said of the tree as a whole.
    pub(super) whole: &'a Whole,
    /// Which of the rules run over a file, if not all.
    pub(super) asks: Option<&'a Asks<'a>>,
    /// What is known of files, and what is kept of them.
    pub(super) parsed: &'a Parsed,
    pub(super) keeps: Keeps,
}

/// Which rules run over a file, by its path.
pub type Asks<'a> = dyn Fn(&str, &Rule) -> bool + Sync + 'a;

/// Of which files is kept what they hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keeps {
    /// Of those that leave open what others may show.
    Open,
    /// Of all that are held against contracts, or of which something is said.
    Told,
    /// Of none.
    Nothing,
}

/// What came of one file.
pub(super) struct Looked {
    pub(super) bytes: u64,
    pub(super) outcome: Outcome,
    /// What it shows for others.
    pub(super) lessons: Vec<Lesson>,
    /// Whether nothing is left open that others may show.
    pub(super) is_settled: bool,
    /// Whether other files have no part in what is said of it, nor it in what is said of them.
    pub(super) is_alone: bool,
}

impl Looked {
    /// A file that has nothing to say, of this size in bytes.
    pub(super) fn silent(bytes: u64) -> Self {
        Self { bytes, outcome: Outcome::default(), lessons: Vec::new(), is_settled: true, is_alone: true }
    }
}

impl Job {
    /// What the rules say of a file.
    pub(super) fn file(&self, look: Look<'_>, entry: &Entry) -> Result<Looked, Skipped> {
        guarded(entry, || {
            let asked: Vec<_> = look.enabled.iter().copied().filter(|enabled| look.asks(&entry.path, enabled.rule)).collect();
            let looked = self.file_with(look, &asked, entry)?;
            match looked {
                Some(looked) => Ok(looked),
                // Of a suppression it can only be said whether it suppresses something where all rules ran.
                None => Ok(self.file_with(look, look.enabled, entry)?.unwrap_or_else(|| Looked::silent(0))),
            }
        })
    }

    /// What rules say of a file. `None` if all would have to run.
    fn file_with(&self, look: Look<'_>, enabled: &[Enabled], entry: &Entry) -> Result<Option<Looked>, Skipped> {
        let all = self.wanted(enabled);
        let wanted = |document: &Document| self.wanted_of(all, document);
        let mut file = match look.known(entry, all, &wanted)? {
            Some(known) => known,
            None => Arc::new(look.parse(self, entry, &wanted)?),
        };
        let document = Arc::clone(&file.document);
        if enabled.len() < look.enabled.len() && !file.facts.comments.is_empty() {
            return Ok(None);
        }
        let (facts, contracts) = (&file.facts, &self.settings.contracts);
        let seen = File { document: &document, facts, vocabulary: &self.vocabulary };
        let own = enabled.iter().map(|&enabled| (enabled, enabled.rule.check.run(seen, &self.settings)));
        let mut verdicts: Vec<_> = own.chain(look.whole.of(document.path())).collect();
        contract::settle(&document, verdicts.iter_mut().map(|(enabled, verdict)| (&enabled.rule.check, verdict)));
        // What asks for requests holds them against contracts.
        let is_read = all.requests && file.wanted.requests;
        let (lessons, is_open) = if is_read { contract::learned(seen, contracts) } else { (Vec::new(), false) };
        // A page that names no API is about something else.
        let is_settled = if is_read { !is_open } else { contract::is_page(document.path()) };
        // What is said of a page that shows a description depends on which other files there are.
        let is_alone = (contracts.is_empty() || is_settled && lessons.is_empty()) && !contracts.may_show(&document);
        let is_told = || !facts.issues.is_empty() || verdicts.iter().any(|(_, it)| !(it.hits.is_empty() && it.unverified.is_empty()));
        let is_held = !(facts.requests.is_empty() && facts.auth_claims.is_empty());
        match look.keeps {
            Keeps::Open if is_read && !is_settled => look.parsed.keep(entry, &file),
            Keeps::Told if is_held || is_told() => look.parsed.keep(entry, &file),
            Keeps::Told if file.wanted.requests => look.parsed.keep_nothing(entry, &document),
            _ => {}
        }
        // Triage asks for none of the URLs, of which a page may have many.
        if let Some(own) = Arc::get_mut(&mut file) {
            own.facts.urls = Vec::new();
        }
        let bytes = file.size;
        let seen = File { document: &document, facts: &file.facts, vocabulary: &self.vocabulary };
        let outcome = triage::file(seen, verdicts, &self.policy);
        Ok(Some(Looked { bytes, outcome, lessons, is_settled, is_alone }))
    }

    /// What a file shows for others, which it is looked at for and nothing else.
    pub(super) fn lessons(&self, look: Look<'_>, entry: &Entry) -> Result<Vec<Lesson>, Skipped> {
        guarded(entry, || {
            let asked = Wanted { requests: true, credentials: true, ..Wanted::default() };
            let wanted = |document: &Document| self.wanted_of(asked, document);
            if matches!(look.parsed.recall(look.source, entry)?, Some(What::Nothing)) {
                return Ok(Vec::new());
            }
            let file = match look.known(entry, asked, &wanted)? {
                Some(known) => known,
                None => Arc::new(look.parse(self, entry, &wanted)?),
            };
            let seen = File { document: &file.document, facts: &file.facts, vocabulary: &self.vocabulary };
            Ok(if file.wanted.requests { contract::learned(seen, &self.settings.contracts).0 } else { Vec::new() })
        })
    }

    /// What is wanted of a file: requests only where they may be held against contracts.
    fn wanted_of(&self, wanted: Wanted, document: &Document) -> Wanted {
        let requests = wanted.requests && self.settings.contracts.may_concern(document.path(), document.as_str());
        Wanted { requests, ..wanted }
    }
}

impl Look<'_> {
    fn asks(&self, path: &str, rule: &Rule) -> bool {
        self.asks.is_none_or(|asks| asks(path, rule))
    }

    /// A file as it was parsed already, if that holds what is wanted of it.
    fn known(&self, entry: &Entry, asked: Wanted, wanted: &dyn Fn(&Document) -> Wanted) -> Result<Option<Arc<ParsedFile>>, Skipped> {
        let Some(What::Facts(known)) = self.parsed.recall(self.source, entry)? else { return Ok(None) };
        let wanted = wanted(&known.document);
        let is_exact = !asked.requests || known.wanted.requests == wanted.requests;
        Ok((is_exact && known.wanted.union(wanted) == known.wanted).then_some(known))
    }

    fn parse(&self, job: &Job, entry: &Entry, wanted: &dyn Fn(&Document) -> Wanted) -> Result<ParsedFile, Skipped> {
        let (size, document) = match self.whole.read(&entry.path) {
            Some(read) => (read.size, Arc::clone(&read.document)),
            None => {
                let bytes = self.source.read(entry)?;
                let (text, encoding) = decode(&bytes).map_err(|reason| Skipped::policy(&entry.path, reason))?;
                (bytes.len() as u64, Arc::new(Document::new(entry.path.as_str(), text, encoding)))
            }
        };
        let wanted = wanted(&document);
        let facts = facts_of(size, &document, &job.vocabulary, |_| wanted, |_, _, facts: Facts| facts);
        Ok(ParsedFile { size, document, facts, wanted })
    }
}
