//! What the path of a file tells of what it says of an API.

use serde::{Deserialize, Serialize};

/// Words in the names of files and folders.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PathWords {
    /// They tell what was true at their time: findings there are notes.
    dated: Vec<String>,
    /// They hold tests, which may be about what an API refuses: nothing is found there.
    tests: Vec<String>,
}

/// What a file tells by its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tells {
    /// What is true now.
    Now,
    /// What was true at its time.
    Then,
    /// What a test asks.
    Test,
}

impl PathWords {
    /// What the file at a path tells.
    pub(super) fn tells(&self, path: &str) -> Tells {
        let path = path.to_ascii_lowercase();
        let mut words = path.split(|c: char| !c.is_ascii_alphanumeric());
        let is_in = |list: &[String], word: &str| list.iter().any(|known| known == word);
        let mut tells = Tells::Now;
        words.try_for_each(|word| {
            if is_in(&self.tests, word) {
                tells = Tells::Test;
                return None;
            }
            if is_in(&self.dated, word) {
                tells = Tells::Then;
            }
            Some(())
        });
        tells
    }
}

/// Whether a file is a page that people read.
pub(super) fn is_page(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    matches!(extension.as_str(), "md" | "mdx" | "markdown" | "html" | "rst" | "txt" | "adoc")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_tells_the_time() {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
        let known = PathWords { dated: words(&["changelog", "releases"]), tests: words(&["test", "tests"]) };
        for (path, tells) in [
            ("CHANGELOG.md", Tells::Then),
            ("docs/whats-new/releases/2026-04-09-a.md", Tells::Then),
            ("cli/client_test.go", Tells::Test),
            ("tests/releases/a.py", Tells::Test),
            ("docs/latest/contest.md", Tells::Now),
        ] {
            assert_eq!(known.tells(path), tells, "{path}");
        }
    }
}
