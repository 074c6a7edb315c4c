//! How sure a name is of what it says: its head, and the words before it.

use super::split::{singular, words};
use super::{AMBIGUOUS, Says, SecretWords};

/// The head of a name: `access token` of `userAccessTokenValue`.
pub(super) struct Head<'a> {
    /// What stands before it.
    modifiers: &'a [String],
    words: &'a [String],
    /// What stands behind it and changes nothing.
    tail: &'a [String],
}

impl SecretWords {
    /// A name up to what it is for: `password_for_user`, `token_from_env`.
    pub(super) fn before_preposition<'a>(&self, all: &'a [String]) -> &'a [String] {
        all.iter().skip(1).position(|word| self.prepositions.contains(word)).map_or(all, |at| &all[..=at])
    }

    /// The head of a name, behind which only words stand that change nothing.
    pub(super) fn head_of<'a>(&self, all: &'a [String]) -> Option<Head<'a>> {
        let mut end = all.len();
        while let Some(last) = end.checked_sub(1).and_then(|last| all.get(last)) {
            let before = all.get(..end).unwrap_or_default();
            if let Some(length) = self.head(before, last) {
                let (modifiers, words) = before.split_at(end - length);
                return Some(Head { modifiers, words, tail: all.get(end..).unwrap_or_default() });
            }
            if !self.tail.contains(last) && !last.bytes().all(|byte| byte.is_ascii_digit()) {
                break;
            }
            end -= 1;
        }
        None
    }

    /// What a head says behind these words.
    pub(super) fn modified(&self, head: &Head<'_>) -> Says {
        /// Words behind a head that say that it is kept here, and not what it is called.
        const VALUES: [&str; 6] = ["value", "val", "plain", "plaintext", "cleartext", "text"];
        let Head { modifiers, words, tail } = *head;
        let (last, length) = (words.last().map(String::as_str).unwrap_or_default(), words.len());
        let singular = singular(last);
        let is_token = matches!(singular, "token" | "jwt");
        if modifiers.iter().any(|word| self.redactors.contains(word)) {
            return Says::Hidden;
        }
        if modifiers.iter().any(|word| self.not.contains(word) || (is_token && self.not_token.contains(word))) {
            return Says::About;
        }
        let is_plural = singular != last;
        // Several tokens are mostly those of a text.
        if is_token && is_plural && length == 1 && !modifiers.iter().any(|word| self.of_tokens.contains(word)) {
            return Says::About;
        }
        if length == 1
            && !tail.iter().any(|word| VALUES.contains(&word.as_str()))
            && (modifiers.iter().all(|word| self.neutral.contains(word)) || singular == "secret")
            && let Some(known) = AMBIGUOUS.into_iter().find(|known| *known == singular)
        {
            return if is_plural && modifiers.is_empty() { Says::About } else { Says::Perhaps(known) };
        }
        Says::Secret
    }

    /// The number of words of the head that ends here.
    pub(super) fn head(&self, all: &[String], last: &str) -> Option<usize> {
        let matching = |last: &str| {
            let lists = self.heads.get(last)?;
            let fits = |list: &&Vec<String>| {
                let before = list.get(..list.len() - 1).unwrap_or_default();
                all.get(..all.len() - 1).is_some_and(|rest| rest.ends_with(before))
            };
            lists.iter().find(fits).map(Vec::len)
        };
        matching(last).or_else(|| Some(singular(last)).filter(|one| *one != last).and_then(matching))
    }

    /// Whether a name is that of a token of which nobody knows that it lets anyone in: `status_token`, `creationToken`.
    pub(super) fn is_other_token(&self, all: &[String]) -> bool {
        if self.added.iter().any(|added| !added.is_empty() && all.ends_with(added)) {
            return false;
        }
        self.head_of(self.before_preposition(all)).is_some_and(|Head { modifiers, words, .. }| {
            let is_token = matches!(words, [only] if singular(only) == "token");
            let mut telling = modifiers.iter().filter(|word| !self.neutral.contains(*word)).peekable();
            is_token && telling.peek().is_some() && !telling.any(|word| self.of_tokens.contains(word))
        })
    }

    /// Whether a name leaves no doubt that a secret is kept under it: `password`, `accessToken`, and not `token` or `args.secret`.
    pub fn is_certain(&self, name: &str) -> bool {
        let all = words(name);
        if self.whole.contains(&all) || self.added.iter().any(|added| !added.is_empty() && all.ends_with(added)) {
            return true;
        }
        self.head_of(self.before_preposition(&all)).is_some_and(|Head { modifiers, words, .. }| {
            // Several may be a number of them, a table, or what is said of each.
            if words.last().is_some_and(|last| singular(last) != last) {
                return false;
            }
            let telling = modifiers.iter().rev().find(|word| !self.neutral.contains(*word));
            let known = if matches!(words, [only] if only == "token") { &self.of_tokens } else { &self.of_secrets };
            !self.doubtful.contains(&words.join(" ")) || telling.is_some_and(|word| known.contains(word))
        })
    }

    /// Whether what something of this name has under the name of a secret is none: `errors`, `expiry`.
    pub fn has_labels(&self, owner: &str) -> bool {
        words(owner).last().is_some_and(|word| self.purpose.labels.contains(word))
    }

    /// Whether something of this name holds what a program was configured with: `cfg`, `process.env`, `args`.
    pub fn is_configuration(&self, owner: &str) -> bool {
        words(owner).last().is_some_and(|word| self.purpose.owners.contains(word))
    }

    /// Whether a program at this path is for a terminal, by its folders or a word of its name: `scripts/add.py`, `seed-users.js`.
    pub fn is_of_tools(&self, path: &str) -> bool {
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        let is_known = |word: &str| self.purpose.folders.contains(word);
        folders.split('/').any(|folder| is_known(&folder.to_ascii_lowercase()))
            || words(name.split('.').next().unwrap_or(name)).iter().any(|word| is_known(word))
    }

    /// Whether an expression makes something new, by the names in it: `random.choice(letters)`.
    pub fn makes(&self, expression: &str) -> bool {
        let lower = expression.to_lowercase();
        self.purpose.makers.iter().any(|maker| lower.contains(maker.as_str()))
    }

    /// Whether a function's name is that of a secret by itself, and not a verb's that does something with one: `api_key()`, and not
    /// `formatApiKey()`.
    pub(super) fn is_only_secret(&self, all: &[String]) -> bool {
        self.head_of(self.before_preposition(all)).is_none_or(|Head { modifiers, words, .. }| {
            let is_token = words.last().is_some_and(|last| singular(last) == "token");
            let is_owner = |word: &String| {
                self.neutral.contains(word)
                    || self.of_secrets.contains(word)
                    || self.purpose.holders.contains(word)
                    || (is_token && self.of_tokens.contains(word))
            };
            modifiers.iter().all(is_owner)
        })
    }
}
