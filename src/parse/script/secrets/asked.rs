//! Questions about a name that only the whole text of the program answers. Each is asked once for a name, and for so many names at
//! most: what shows secrets by the thousands would be read from end to end for each of them.

use std::cell::RefCell;

use foldhash::HashMap;

/// How many questions the text is read for.
const MAX_ASKED: usize = 1_000;

/// A question about a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Question {
    /// Whether the program gives the variable its value.
    Assigned,
    /// Whether it is a text that is put together in memory.
    Buffer,
    /// Whether it is a function that is called.
    Called,
    /// Whether it is used as a key.
    Entry,
    /// Whether it is read from the environment.
    Environment,
    /// Whether a function gets its address.
    Filled,
    /// Whether the keys of the record are listed.
    Keys,
    /// Whether something is made for it.
    Made,
    /// Whether it is a module's.
    Module,
    /// Whether an object of a class is declared under it.
    Object,
    /// Whether its value is registered as one to hide.
    Registered,
    /// Whether it is written somewhere as it is.
    Written,
}

/// The answers so far.
#[derive(Debug, Default)]
pub(super) struct Asked(RefCell<HashMap<(Question, String), bool>>);

impl Asked {
    /// The answer to a question about a name, for which `look` reads the text; `false` after too many.
    pub(super) fn about(&self, question: Question, name: &str, look: impl FnOnce() -> bool) -> bool {
        let asked = (question, name.to_owned());
        if let Some(answer) = self.0.borrow().get(&asked) {
            return *answer;
        }
        let answer = self.0.borrow().len() < MAX_ASKED && look();
        self.0.borrow_mut().insert(asked, answer);
        answer
    }
}

/// The end of what stands before a place, at most so many bytes of it.
pub(super) fn before(text: &str, at: usize, reach: usize) -> &str {
    text.get(text.floor_char_boundary(at.saturating_sub(reach))..at).unwrap_or_default()
}

/// The rest of the line behind a place, at most so many bytes of it.
pub(super) fn line_behind(text: &str, at: usize, reach: usize) -> &str {
    let rest = text.get(at..text.floor_char_boundary(at.saturating_add(reach))).unwrap_or_default();
    rest.split('\n').next().unwrap_or_default()
}
