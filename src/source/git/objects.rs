//! Blobs, read from `git cat-file --batch` by several threads at a time.
//!
//! A thread that reads one file after another has the next ones asked for beforehand, so that it need not wait for git.

use std::collections::VecDeque;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use super::oid::Oid;
use super::repository::Repository;
use crate::model::Skipped;
use crate::source::bounded;

/// How many blobs are asked for ahead of a reader: what is asked then fits into any pipe.
const MOST_AHEAD: usize = 32;

/// Of a larger rest git is stopped, instead of reading it for nothing.
const MOST_DRAINED: u64 = 4 * 1024 * 1024;

/// The blobs of a repository.
#[derive(Debug)]
pub(super) struct Objects {
    repository: Arc<Repository>,
    idle: Mutex<Vec<Reader>>,
}

impl Objects {
    pub(super) fn new(repository: Arc<Repository>) -> Self {
        Self { repository, idle: Mutex::default() }
    }

    /// The bytes of a blob, for the file at `path`. `following` are those that will be asked for next, if this one was expected.
    pub(super) fn read(&self, path: &str, oid: Oid, max: u64, following: impl Iterator<Item = Oid>) -> Result<Vec<u8>, Skipped> {
        let failed = |error: &io::Error| Skipped::unread(path, format!("git can't read it: {error}"));
        let mut reader = match self.take(oid).and_then(|reader| reader.turned_to(oid)) {
            Some(reader) => reader,
            None => Reader::start(&self.repository).map_err(|error| failed(&error))?,
        };
        match reader.read(path, oid, max, following) {
            Ok(content) => {
                if reader.is_sound {
                    self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
                }
                content
            }
            // It ends where it wants to fetch what a partial clone left out, and may not.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(missing(path)),
            Err(error) => Err(failed(&error)),
        }
    }

    /// A reader that has been asked for the blob already, or has nothing left to say; else any.
    fn take(&self, oid: Oid) -> Option<Reader> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let expecting = idle.iter().position(|reader| reader.next == Some(oid));
        let at = expecting.or_else(|| idle.iter().position(|reader| reader.asked.is_empty())).or_else(|| idle.len().checked_sub(1))?;
        Some(idle.swap_remove(at))
    }
}

fn missing(path: &str) -> Skipped {
    Skipped::unread(path, "its content is not in this clone; `git fetch --refetch --no-filter` gets all")
}

/// One `git cat-file --batch`.
#[derive(Debug)]
struct Reader {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// What was asked for and not read yet.
    asked: VecDeque<Oid>,
    /// What comes next if files are read in their order.
    next: Option<Oid>,
    /// How many are asked for ahead: twice as many with each file that is read in order.
    ahead: usize,
    /// Whether it can go on.
    is_sound: bool,
}

impl Reader {
    fn start(repository: &Repository) -> io::Result<Self> {
        let mut git = repository.git();
        let mut child = git.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else { return Err(io::ErrorKind::BrokenPipe.into()) };
        Ok(Self {
            child,
            input,
            output: BufReader::with_capacity(64 * 1024, output),
            asked: VecDeque::new(),
            next: None,
            ahead: 0,
            is_sound: true,
        })
    }

    /// The reader, which says next what `oid` is or has nothing left to say; `None` if it is of no use any more.
    fn turned_to(mut self, oid: Oid) -> Option<Self> {
        // Where it is not sound, what git says next is the rest of a blob, in which anything may stand.
        while self.is_sound && self.asked.front().is_some_and(|next| *next != oid) {
            self.skip().ok()?;
        }
        self.is_sound.then_some(self)
    }

    /// The outer error is that of git, after which the reader is of no use.
    fn read(&mut self, path: &str, oid: Oid, max: u64, following: impl Iterator<Item = Oid>) -> io::Result<Result<Vec<u8>, Skipped>> {
        if self.asked.is_empty() {
            self.ask(&[oid])?;
        }
        let mut following = following.peekable();
        self.ahead = if self.next == Some(oid) { (self.ahead * 2).clamp(1, MOST_AHEAD) } else { 0 };
        self.next = following.peek().copied();
        // What was asked for beside this one are the first of those.
        let known = self.asked.len() - 1;
        if known <= self.ahead / 2 {
            let more: Vec<_> = following.skip(known).take(self.ahead - known).collect();
            self.ask(&more)?;
        }
        let Some(size) = self.header()? else { return Ok(Err(missing(path))) };
        let mut content = self.output.by_ref().take(size);
        let read = bounded::read(path, size, max, &mut content);
        let rest = content.limit();
        self.drain(rest.saturating_add(1))?;
        read
    }

    fn ask(&mut self, oids: &[Oid]) -> io::Result<()> {
        let lines: String = oids.iter().map(|oid| format!("{oid}\n")).collect();
        self.asked.extend(oids);
        self.input.write_all(lines.as_bytes())
    }

    /// The size of the next blob; `None` if it isn't there.
    fn header(&mut self) -> io::Result<Option<u64>> {
        // Answers come in the order of the questions.
        self.asked.pop_front();
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        let mut words = line.split_whitespace();
        if words.next().is_none() || words.clone().next().is_none() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match (words.next(), words.next().and_then(|size| size.parse().ok())) {
            (Some("blob"), Some(size)) => Ok(Some(size)),
            (Some("missing"), _) => Ok(None),
            _ => Err(io::Error::new(io::ErrorKind::InvalidData, "no blob")),
        }
    }

    fn skip(&mut self) -> io::Result<()> {
        match self.header()? {
            Some(size) => self.drain(size.saturating_add(1)),
            None => Ok(()),
        }
    }

    /// Reads what nobody wants: the rest of a blob, and the line end after it.
    fn drain(&mut self, length: u64) -> io::Result<()> {
        if length > MOST_DRAINED {
            self.is_sound = false;
            return Ok(());
        }
        io::copy(&mut self.output.by_ref().take(length), &mut io::sink())?;
        Ok(())
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let _it_may_have_ended = self.child.kill().and_then(|()| self.child.wait());
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_large_blob_that_nobody_wants_does_not_speak_for_another_one() {
        let folder = tempfile::tempdir().unwrap();
        let init = Command::new("git").args(["init", "--quiet"]).env_remove("GIT_DIR").current_dir(folder.path()).status();
        assert!(init.unwrap().success());
        let repository = Repository::find(folder.path()).unwrap();
        let write = |bytes: Vec<u8>| {
            let id = repository.answer(&["hash-object", "-w", "--stdin"], bytes).unwrap();
            Oid::parse(id.trim_ascii()).unwrap()
        };
        let [one, two, wanted] = ["one", "two", "wanted"].map(|text| write(text.into()));
        let mut lie = format!("{wanted} blob 3\nlie\n").into_bytes();
        lie.resize(usize::try_from(MOST_DRAINED).unwrap() * 2, b'\n');
        let large = write(lie);
        let objects = Objects::new(Arc::new(repository));
        let read = |oid, following: &[Oid]| objects.read("x", oid, u64::MAX, following.iter().copied());
        assert_eq!(read(one, &[two, large, wanted]).unwrap(), b"one");
        assert_eq!(read(two, &[large, wanted]).unwrap(), b"two");
        assert_eq!(read(wanted, &[]).unwrap(), b"wanted");
    }
}
