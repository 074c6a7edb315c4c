mod guard;
mod split;
mod strength;

use foldhash::{HashMap, HashSet};
use serde::Deserialize;

pub(super) use split::words;
use split::{has_sign, is_of_table, looks_generated};

/// Names that say that a secret is kept under them, and calls that give, carry or hide one. See `rules/secrets/names.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Raw")]
pub struct SecretWords {
    /// Heads of names by their last word, as lists of words.
    heads: HashMap<String, Vec<Vec<String>>>,
    /// For a head that is also a word of another trade: what a file of that trade says.
    ambiguous: HashMap<String, Vec<String>>,
    /// The same: what a file says of which one speaks there.
    evidence: HashMap<String, Vec<String>>,
    tail: HashSet<String>,
    derived: HashSet<String>,
    prepositions: HashSet<String>,
    not: HashSet<String>,
    not_token: HashSet<String>,
    of_tokens: HashSet<String>,
    of_secrets: HashSet<String>,
    doubtful: HashSet<String>,
    purpose: Purpose,
    neutral: HashSet<String>,
    conjunctions: HashSet<String>,
    getters: HashSet<String>,
    verbs: HashSet<String>,
    actions: HashSet<String>,
    by_name: HashSet<String>,
    secret_calls: HashSet<String>,
    carriers: HashSet<String>,
    adders: HashSet<String>,
    redactors: HashSet<String>,
    hides: HashSet<String>,
    masks: Masks,
    /// Heads that count only in the names of an environment's variables.
    capitals: Vec<Vec<String>>,
    /// Whole names of secrets, and ends of names of what is none.
    whole: HashSet<Vec<String>>,
    others: Vec<Vec<String>>,
    /// Names that a project adds, and those that it takes away, as lists of words.
    added: Vec<Vec<String>>,
    removed: Vec<Vec<String>>,
    /// Each name that says secret has all words of one of these.
    all_heads: Vec<Vec<String>>,
}

/// The data as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    heads: Vec<String>,
    capitals: Vec<String>,
    whole: Vec<String>,
    others: Vec<String>,
    doubtful: HashSet<String>,
    ambiguous: HashMap<String, Vec<String>>,
    evidence: HashMap<String, Vec<String>>,
    purpose: Purpose,
    words: Words,
    calls: Calls,
    masks: Masks,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Words {
    tail: HashSet<String>,
    derived: HashSet<String>,
    prepositions: HashSet<String>,
    not: HashSet<String>,
    not_token: HashSet<String>,
    of_tokens: HashSet<String>,
    of_secrets: HashSet<String>,
    neutral: HashSet<String>,
    conjunctions: HashSet<String>,
    getters: HashSet<String>,
    verbs: HashSet<String>,
    actions: HashSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Calls {
    by_name: HashSet<String>,
    secret: HashSet<String>,
    adders: HashSet<String>,
    carriers: HashSet<String>,
    redactors: HashSet<String>,
    hides: HashSet<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Masks {
    contains: Vec<String>,
    equals: HashSet<String>,
}

/// What tells a program that shows something to the person who asked for it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Purpose {
    /// Last words of what holds what a program was configured with.
    owners: HashSet<String>,
    /// The same of what has something else under the names of secrets: how long, how many, what is said of them.
    labels: HashSet<String>,
    /// Folders of programs for a terminal, and words of their names.
    folders: HashSet<String>,
    /// What stands in an expression that makes something new.
    makers: Vec<String>,
    /// Whose secrets the names of functions speak of.
    holders: HashSet<String>,
    /// Words of options with which secrets are shown, and of those with which they are not.
    reveals: HashSet<String>,
    conceals: HashSet<String>,
}

/// What a name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// That a secret is kept under it.
    Secret,
    /// The same, by a word alone that other trades use too: the file decides. The word is the head.
    Perhaps(&'static str),
    /// That it is about a secret, and none: `token_count`.
    About,
    /// That it is a secret from which nothing can be read: `hashed_password`.
    Hidden,
    /// Nothing.
    Nothing,
}

/// What a call does with a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallSays {
    /// Its result is one.
    Secret,
    /// Its result hides what it is given.
    Hides,
    /// Nothing.
    Nothing,
}

/// Constants with fewer characters are no secrets.
const MIN_CONSTANT: usize = 4;

/// The longest name that is looked at, in bytes.
const MAX_NAME: usize = 120;

impl From<Raw> for SecretWords {
    fn from(raw: Raw) -> Self {
        let mut heads: HashMap<String, Vec<Vec<String>>> = HashMap::default();
        let mut all_heads: Vec<Vec<String>> = Vec::new();
        for head in raw.heads.into_iter().chain(raw.capitals.iter().cloned()) {
            let list: Vec<String> = head.split(' ').map(ToOwned::to_owned).collect();
            all_heads.push(list.clone());
            if let Some(last) = list.last() {
                heads.entry(last.clone()).or_default().push(list.clone());
            }
        }
        // The longest head decides.
        heads.values_mut().for_each(|lists| lists.sort_by_key(|list| std::cmp::Reverse(list.len())));
        all_heads.extend(raw.whole.iter().map(|name| words(name)));
        all_heads.extend(raw.calls.secret.iter().map(|name| vec![name.to_ascii_lowercase()]));
        Self {
            heads,
            ambiguous: raw.ambiguous,
            evidence: raw.evidence,
            tail: raw.words.tail,
            derived: raw.words.derived,
            prepositions: raw.words.prepositions,
            not: raw.words.not,
            not_token: raw.words.not_token,
            of_tokens: raw.words.of_tokens,
            of_secrets: raw.words.of_secrets,
            doubtful: raw.doubtful,
            purpose: raw.purpose,
            neutral: raw.words.neutral,
            conjunctions: raw.words.conjunctions,
            getters: raw.words.getters,
            verbs: raw.words.verbs,
            actions: raw.words.actions,
            by_name: raw.calls.by_name,
            secret_calls: raw.calls.secret,
            carriers: raw.calls.carriers,
            adders: raw.calls.adders,
            redactors: raw.calls.redactors,
            hides: raw.calls.hides,
            masks: raw.masks,
            capitals: raw.capitals.iter().map(|name| words(name)).collect(),
            whole: raw.whole.iter().map(|name| words(name)).collect(),
            others: raw.others.iter().map(|name| words(name)).collect(),
            added: Vec::new(),
            removed: Vec::new(),
            all_heads,
        }
    }
}

impl SecretWords {
    /// Adds what a project says: names of secrets, names that are none, functions that hide what they are given.
    pub fn add(&mut self, names: &[String], not: &[String], redactors: &[String]) {
        self.added.extend(names.iter().map(|name| words(name)));
        self.all_heads.extend(names.iter().map(|name| words(name)));
        self.removed.extend(not.iter().map(|name| words(name)));
        self.redactors.extend(redactors.iter().map(|name| name.to_ascii_lowercase()));
    }

    /// Lists of words: each name that says secret has all words of one of these.
    pub(super) fn all_heads(&self) -> impl Iterator<Item = &[String]> {
        self.all_heads.iter().map(Vec::as_slice)
    }

    /// What a variable's, member's or key's name says.
    pub fn name(&self, name: &str) -> Says {
        if name.len() > MAX_NAME {
            return Says::Nothing;
        }
        let all = words(name);
        if name.bytes().any(|byte| byte.is_ascii_lowercase()) && self.capitals.iter().any(|head| all.ends_with(head)) {
            return Says::About;
        }
        match self.says(&all) {
            // A variable of the environment is called as its users like.
            Says::Secret if name.bytes().any(|byte| byte.is_ascii_lowercase()) && self.is_other_token(&all) => Says::About,
            says => says,
        }
    }

    /// Whether a constant that can only have been generated stands under a name that speaks of a secret: it is one, whatever
    /// else the name says, but for what is computed from secrets or names them.
    pub fn is_generated(&self, name: &str, constant: &str) -> bool {
        looks_generated(constant)
            && self.name(name) == Says::About
            && !words(name).iter().any(|word| self.derived.contains(word) || word.bytes().all(|byte| byte.is_ascii_digit()))
    }

    fn says(&self, all: &[String]) -> Says {
        if self.removed.iter().any(|removed| removed.as_slice() == all) {
            return Says::About;
        }
        if self.added.iter().any(|added| !added.is_empty() && all.ends_with(added)) {
            return Says::Secret;
        }
        if self.whole.contains(all) {
            return Says::Secret;
        }
        if self.others.iter().any(|other| all.ends_with(other)) {
            return Says::About;
        }
        let all = self.before_preposition(all);
        if let Some(head) = self.head_of(all) {
            return self.modified(&head);
        }
        let mentions = (1..all.len()).any(|end| {
            let part = all.get(..end).unwrap_or_default();
            part.last().is_some_and(|last| self.head(part, last).is_some())
        });
        if mentions { Says::About } else { Says::Nothing }
    }

    /// Whether a file that says this is of the trade that uses the word differently.
    pub fn is_other_trade(&self, word: &str, lower_case: &str) -> bool {
        self.ambiguous.get(word).is_some_and(|signs| signs.iter().any(|sign| has_sign(lower_case, sign)))
    }

    /// Whether a file that says this speaks of what the word means here. A short one need not.
    pub fn is_spoken_of(&self, word: &str, lower_case: &str) -> bool {
        /// Up to how many bytes a file is short.
        const SHORT: usize = 2000;
        lower_case.len() <= SHORT || self.evidence.get(word).is_none_or(|signs| signs.iter().any(|sign| lower_case.contains(sign.as_str())))
    }

    /// Whether a name begins with a verb that gives a secret: it is a function's.
    pub fn is_getter(&self, name: &str) -> bool {
        let all = words(name);
        all.len() > 1 && all.first().is_some_and(|verb| self.verbs.contains(verb))
    }

    /// What a function or method of this name does.
    pub fn call(&self, name: &str) -> CallSays {
        if name.len() > MAX_NAME {
            return CallSays::Nothing;
        }
        if self.secret_calls.contains(name) {
            return CallSays::Secret;
        }
        let mut all = words(name);
        // `getTokenIfExists`: what follows says when.
        if let Some(end) = all.iter().position(|word| self.conjunctions.contains(word)).filter(|end| *end > 0) {
            all.truncate(end);
        }
        if self.hides.contains(name)
            || all.iter().enumerate().any(|(at, word)| self.redactors.contains(word) && !is_of_table(all.get(at + 1)))
            || self.redactors.contains(&name.to_ascii_lowercase())
        {
            return CallSays::Hides;
        }
        // `getPassword`, `password()`; what another verb does is not known: `setPassword`.
        if all.len() > 1 && all.first().is_some_and(|verb| self.actions.contains(verb)) {
            return CallSays::Nothing;
        }
        let (verbs, says) = self.says_of_call(&all);
        let is_secret =
            (says == Says::Secret && (verbs > 0 || self.is_only_secret(&all))) || (verbs > 0 && matches!(says, Says::Perhaps(_)));
        if is_secret { CallSays::Secret } else { CallSays::Nothing }
    }

    /// The word of a function's name that other trades use too, if it is all that says secret in it: `getToken`.
    pub fn word_of_call(&self, name: &str) -> Option<&'static str> {
        match self.says_of_call(&words(name)) {
            (_, Says::Perhaps(word)) => Some(word),
            _ => None,
        }
    }

    /// How many verbs a function's name begins with that give something, and what the rest says.
    fn says_of_call(&self, all: &[String]) -> (usize, Says) {
        let verbs = all.iter().take_while(|word| self.getters.contains(*word)).count();
        let rest = all.get(verbs..).unwrap_or_default();
        match self.says(rest) {
            _ if self.capitals.iter().any(|head| rest.ends_with(head)) => (verbs, Says::About),
            Says::Secret if self.is_other_token(rest) => (verbs, Says::About),
            says => (verbs, says),
        }
    }

    /// Whether the result of a function of this path holds nothing of what it is given.
    pub fn hides(&self, path: &str) -> bool {
        self.hides.contains(path)
    }

    /// Whether a function of this name gives what its first argument names.
    pub fn gives_by_name(&self, name: &str) -> bool {
        self.by_name.contains(name)
    }

    /// Whether the result of a function of this name holds what it is given.
    pub fn carries(&self, name: &str) -> bool {
        self.carriers.contains(name)
    }

    /// Whether a method of this name gives its object what it is given.
    pub fn adds(&self, name: &str) -> bool {
        self.adders.contains(name)
    }

    /// Whether a constant stands for what is not shown: `***`, `<redacted>`.
    pub fn is_put_for_secret(&self, constant: &str) -> bool {
        let lower = constant.to_lowercase();
        self.masks.contains.iter().any(|mask| lower.contains(mask.as_str()))
    }

    /// Whether a constant under this name stands for a secret that is not shown, or names one: `***`, `PASSWORD = "password"`.
    pub fn is_mask(&self, name: &str, constant: &str) -> bool {
        let lower = constant.trim().to_lowercase();
        let lower = lower.as_str();
        if lower.chars().count() < MIN_CONSTANT
            || self.masks.equals.contains(lower)
            || self.masks.contains.iter().any(|mask| lower.contains(mask.as_str()))
        {
            return true;
        }
        // A text for people, the address of a page.
        if lower.contains(char::is_whitespace) || (lower.contains("://") && !lower.contains('@')) {
            return true;
        }
        // The path of a file.
        let is_file = [".pem", ".key", ".crt", ".json", ".txt", ".yml", ".yaml"].iter().any(|end| lower.ends_with(end));
        if is_file || (lower.starts_with(['/', '~', '.']) && lower.matches('/').count() > 1) {
            return true;
        }
        // The name of a variable of the environment.
        let is_capital = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        if constant.contains('_') && constant.starts_with(|c: char| c.is_ascii_uppercase()) && constant.bytes().all(is_capital) {
            return true;
        }
        // The name of a field: its words are those of the constant's own name.
        let (label, own) = (words(constant), words(name));
        let is_word = constant.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
        let last = words(constant.rsplit('.').next().unwrap_or(constant));
        let is_own = |label: &[String]| !label.is_empty() && label.iter().all(|word| own.contains(word));
        is_word && (is_own(&label) || (constant.contains('.') && is_own(&last)))
    }
}

/// The heads that can be words of another trade.
pub(super) const AMBIGUOUS: [&str; 4] = ["token", "secret", "bearer", "mnemonic"];

#[cfg(test)]
mod tests;
