//! Whether something that shows what it is given stands in a text.

use std::cell::OnceCell;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::is_name;
use super::plain::Plain;
use crate::model::names_logger;
use crate::model::secret_words::SecretWords;

/// What something that shows looks like.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Show {
    /// The last part of a callee: its arguments follow in parentheses. Before it stands this object, or none where it was
    /// imported; an object that has to be made may have any name.
    Call(String),
    /// The same, where a call does without them.
    BareCall,
    /// An operator that shows what follows, behind this object: `$stdout << x`.
    Operator(String),
    /// An object one of whose methods shows, as far as it may be looked up by a key: `console[`.
    Object,
    /// A part of the name of a logger: a method follows.
    Logger,
    /// The same, where a call does without parentheses.
    BareLogger,
    /// A shell's command.
    Command,
    /// The same, if one of its options stands anywhere.
    Verbose,
    /// A shell's command that shows the whole environment: no operand follows.
    Dump,
    /// What shows what follows: `set -x`.
    Trace,
    /// What ends a program with a message, unless that is caught: `raise`. It stands in no function.
    Raise,
}

/// Finds what may show something.
#[derive(Debug)]
pub(in crate::model) struct ShowGate {
    automaton: Option<AhoCorasick>,
    kinds: Vec<Show>,
    /// The options with which commands show what they send.
    options: Vec<String>,
}

/// What shows in a language, or in several.
#[derive(Debug, Default)]
pub(in crate::model) struct Shows {
    /// Callees, loggers' packages, and commands, as they are called.
    pub(in crate::model) callees: Vec<String>,
    pub(in crate::model) loggers: Vec<String>,
    pub(in crate::model) commands: Vec<String>,
    pub(in crate::model) dumps: Vec<String>,
    /// Commands that show what they send, and the options with which they do.
    pub(in crate::model) verbose: Vec<String>,
    pub(in crate::model) options: Vec<String>,
    /// Which callees do without parentheses: this one, or all.
    pub(in crate::model) bare: Option<&'static str>,
    /// What ends a program with a message.
    pub(in crate::model) raises: Vec<String>,
    /// Whether a shell's traces count.
    pub(in crate::model) traces: bool,
    /// Whether case means nothing.
    pub(in crate::model) ignore_case: bool,
}

impl Shows {
    /// All callees.
    pub(in crate::model) const ALL: &'static str = "*";
}

impl ShowGate {
    pub(in crate::model) fn new(all: impl Iterator<Item = Shows>) -> Self {
        let mut needles: Vec<(String, Show)> = Vec::new();
        let mut ignore_case = false;
        let mut options = Vec::new();
        for shows in all {
            ignore_case |= shows.ignore_case;
            for callee in shows.callees.iter().map(|callee| callee.trim_end_matches("()")) {
                let (object, last) = callee.rsplit_once('.').unwrap_or(("", callee));
                let object = object.rsplit('.').next().unwrap_or_default();
                let is_bare = shows.bare.is_some_and(|bare| bare == callee || bare == Shows::ALL);
                let is_operator = !last.bytes().any(is_name);
                let kind = match is_bare {
                    _ if is_operator => Show::Operator(object.to_owned()),
                    true => Show::BareCall,
                    false => Show::Call(object.to_owned()),
                };
                needles.push((last.to_owned(), kind));
                if !object.is_empty() && object != "*" {
                    needles.push((object.trim_end_matches("()").to_owned(), Show::Object));
                }
            }
            let logger = if shows.bare == Some(Shows::ALL) { Show::BareLogger } else { Show::Logger };
            needles.extend(shows.loggers.into_iter().map(|name| (name, logger.clone())));
            needles.extend(shows.verbose.into_iter().map(|name| (name, Show::Verbose)));
            options.extend(shows.options);
            needles.extend(shows.commands.into_iter().map(|name| (name, Show::Command)));
            needles.extend(shows.dumps.into_iter().map(|name| (name, Show::Dump)));
            needles.extend(shows.raises.into_iter().map(|word| (word, Show::Raise)));
            if shows.traces {
                needles.extend(["set -", "xtrace", "bash -", "sh -"].map(|trace| (trace.to_owned(), Show::Trace)));
            }
        }
        needles.sort();
        needles.dedup();
        let (needles, kinds): (Vec<_>, Vec<_>) = needles.into_iter().unzip();
        // An automaton over some hundred short literals can't fail to build; if it did, everything would be read.
        Self {
            automaton: AhoCorasick::builder().kind(Some(AhoCorasickKind::DFA)).ascii_case_insensitive(ignore_case).build(needles).ok(),
            kinds,
            options,
        }
    }

    /// Whether anything in the text may show something; `words` say which functions hand on what they are given.
    pub(in crate::model) fn is_match(&self, text: &str, words: &SecretWords) -> bool {
        let Some(automaton) = &self.automaton else { return true };
        let plain = Plain::new(text, words);
        let known = OnceCell::new();
        let has_option = || *known.get_or_init(|| has_option(text.as_bytes(), &self.options));
        automaton.find_overlapping_iter(text).any(|found| {
            let (before, rest) = (&text.as_bytes()[..found.start()], &text.as_bytes()[found.end()..]);
            let Some(kind) = self.kinds.get(found.pattern().as_usize()) else { return true };
            kind.stands(before, &text[found.range()], rest)
                && match kind {
                    Show::Verbose => has_option(),
                    Show::Call(object) if !is_any(object) && owner(before).is_none() && !plain.has_object(object) => false,
                    Show::Call(_) | Show::BareCall | Show::Logger | Show::BareLogger => {
                        !plain.is_given_constants(found.start(), found.end())
                    }
                    Show::Operator(_) | Show::Object | Show::Command | Show::Dump | Show::Trace | Show::Raise => true,
                }
        })
    }
}

/// Whether one of these options may stand anywhere in these bytes: alone, among other short ones (`-sSv`), or put together.
fn has_option(bytes: &[u8], options: &[String]) -> bool {
    let is_one = |flags: &[u8], option: &String| match option.trim_start_matches('-').as_bytes() {
        [short] => flags.iter().any(|flag| flag.eq_ignore_ascii_case(short)),
        long => flags.get(..long.len()).is_some_and(|flags| flags.eq_ignore_ascii_case(long)),
    };
    memchr::memchr_iter(b'-', bytes).any(|at| {
        let (before, rest) = (&bytes[..at], &bytes[at + 1..]);
        // An escape ends in a letter: `\n-v`.
        let begins = !before.last().is_some_and(|byte| is_name(*byte)) || before.iter().nth_back(1) == Some(&b'\\');
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'-').count();
        let goes_on = matches!(rest.get(length), Some(b'"' | b'\'' | b'`' | b'\\' | b'$' | b'{'));
        begins && ((goes_on && length == 0) || options.iter().any(|option| is_one(&rest[..length], option)))
    })
}

impl Show {
    /// Whether it may stand between these bytes.
    fn stands(&self, before: &[u8], needle: &str, rest: &[u8]) -> bool {
        let space = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let next = rest.get(space).copied().unwrap_or(b'\n');
        let begins = !before.last().is_some_and(|byte| is_name(*byte));
        match self {
            Self::Call(object) => {
                let applies = [".apply", ".call", ".bind", "?.("].iter().any(|apply| rest.starts_with(apply.as_bytes()));
                begins && (next == b'(' || applies) && is_of(before, object)
            }
            Self::BareCall => {
                begins && (next == b'(' || before.trim_ascii_end().ends_with(b"|") || (space > 0 && is_operand(next) && is_command(before)))
            }
            Self::Operator(object) => before.trim_ascii_end().ends_with(object.as_bytes()),
            Self::Object => begins && (next == b'[' || rest.starts_with(b"?.[")),
            Self::Logger | Self::BareLogger => is_logged_to(before, needle, rest, *self == Self::BareLogger),
            Self::Command | Self::Verbose => {
                let is_markup = before.ends_with(b"</") || before.ends_with(b"``");
                !is_markup
                    && is_command(before)
                    && (space > 0 || matches!(next, b'<' | b'\n' | b'\r' | b'|' | b';' | b'&') || ends_word(rest))
            }
            Self::Dump => ends_dump(before, rest),
            Self::Trace => true,
            Self::Raise => begins && space > 0 && is_operand(next) && !is_in_function(before),
        }
    }
}

/// Whether the string ends here that is one word of a list: `["echo", x]`.
fn ends_word(rest: &[u8]) -> bool {
    let quote = rest.first().filter(|byte| matches!(byte, b'"' | b'\''));
    quote.is_some() && matches!(rest.get(1..).unwrap_or_default().trim_ascii_start().first(), Some(b',' | b']' | b')'))
}

/// Whether what stands behind these bytes is in a function, by the last line before it that is not indented.
fn is_in_function(before: &[u8]) -> bool {
    /// What functions and classes begin with.
    const STARTS: [&str; 9] = ["def ", "async ", "class ", "module ", "function ", "filter ", "@", "private", "workflow "];
    let starts =
        |line: &&[u8]| line.first().is_some_and(|byte| !byte.is_ascii_whitespace() && !matches!(byte, b')' | b']' | b'}' | b'{' | b'#'));
    let line = before.rsplit(|byte| *byte == b'\n').find(starts).unwrap_or_default();
    STARTS.iter().any(|start| line.get(..start.len()).is_some_and(|line| line.eq_ignore_ascii_case(start.as_bytes())))
}

/// Whether this object stands before a method's name, or none.
fn is_of(before: &[u8], object: &str) -> bool {
    let Some(owner) = owner(before) else { return true };
    let owner = owner.strip_suffix(b"?").unwrap_or(owner);
    is_any(object) || owner.trim_ascii_end().ends_with(object.as_bytes())
}

/// What stands before a method's name with its dot.
fn owner(before: &[u8]) -> Option<&[u8]> {
    before.strip_suffix(b".").or_else(|| before.strip_suffix(b"->")).or_else(|| before.strip_suffix(b"::"))
}

/// Whether a callee's object may be called anything, or there is none.
fn is_any(object: &str) -> bool {
    object.is_empty() || object == "*" || object.ends_with(')')
}

/// Whether a call's operand may begin with this byte.
fn is_operand(byte: u8) -> bool {
    is_name(byte) || b"\"'`$@:-{[&*%\\<|".contains(&byte)
}

/// Whether a part of a name, between these bytes, is one of a logger to which something is said. `bare`: a call does without
/// parentheses, and an assignment may be one.
fn is_logged_to(before: &[u8], needle: &str, rest: &[u8], bare: bool) -> bool {
    let start = before.iter().rev().take_while(|byte| is_name(**byte)).count();
    let end = rest.iter().take_while(|byte| is_name(**byte)).count();
    let name = [&before[before.len() - start..], needle.as_bytes(), &rest[..end]].concat();
    if start + end > 0 && !names_logger(&String::from_utf8_lossy(&name)) {
        return false;
    }
    let rest = &rest[end..];
    let method = rest.trim_ascii_start();
    let method = [b".".as_slice(), b"?.", b"!.", b"->", b"::", b"&."].iter().find_map(|sign| method.strip_prefix(*sign));
    let is_method = method.is_some_and(|method| {
        let method = method.trim_ascii_start();
        let name = method.iter().take_while(|byte| is_name(**byte)).count();
        let after = method.get(name).copied().unwrap_or(b' ');
        // A setting's name: `--log.level=debug`, `${log.level}`.
        let is_no_call = !bare && matches!(after, b'=' | b':' | b'/' | b'-' | b'}' | b'>');
        name > 0 && !is_no_call && !matches!(after, b')' | b',' | b';' | b'\n' | b'\r' | b']' | b'"' | b'\'')
    });
    // `getLogger(name).info(…)`, `zap.L().Info(…)`, `log[level](…)`
    // `logger << x`
    let is_appended = rest.trim_ascii_start().starts_with(b"<<");
    is_method || is_appended || rest.starts_with(b"(") || (rest.starts_with(b"[") && start + end == 0)
}

/// Whether a command that shows the whole environment stands between these bytes, without an operand.
pub(super) fn ends_dump(before: &[u8], rest: &[u8]) -> bool {
    let space = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let next = rest.get(space).copied().unwrap_or(b'\n');
    let ends = match next {
        b'\n' | b'\r' | b';' | b'|' | b'&' | b'>' | b')' => true,
        b'-' | b'<' | b'2' => space > 0,
        // The end of a string is no key's.
        b'"' | b'\'' => !rest[space + 1..].trim_ascii_start().starts_with(b":"),
        _ => false,
    };
    ends && is_command(before)
}

/// Whether a command's word may follow: at the start of a line, of a string or of a list's next part, behind a prompt, or
/// behind a word that commands follow.
fn is_command(before: &[u8]) -> bool {
    let words = before.trim_ascii_end();
    let gap = before.get(words.len()..).unwrap_or_default();
    let Some(last) = words.last().filter(|_| !gap.contains(&b'\n')) else { return true };
    let is_word = |word: &&str| words.ends_with(word.as_bytes()) && !words.iter().rev().nth(word.len()).is_some_and(|byte| is_name(*byte));
    match last {
        b'"' | b'\'' | b'`' | b'(' | b'{' | b';' | b'|' | b'&' | b'!' | b'@' | b'$' | b'>' | b'%' | b'\\' | b'/' | b':' | b'[' | b','
        | b'=' => true,
        // The end of a pattern of `case` among them.
        b'-' | b'#' | b'+' | b')' => !gap.is_empty(),
        _ => {
            !gap.is_empty()
                && [
                    "then", "do", "else", "sudo", "exec", "time", "command", "env", "run", "RUN", "CMD", "builtin", "xargs", "if", "while",
                    "-c",
                ]
                .iter()
                .any(is_word)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_that_show() {
        let shows = Shows {
            callees: ["print", "console.log", "stream.out"].map(str::to_owned).to_vec(),
            loggers: ["log".to_owned()].to_vec(),
            commands: ["echo".to_owned()].to_vec(),
            dumps: ["env".to_owned()].to_vec(),
            verbose: ["curl".to_owned()].to_vec(),
            options: ["-v", "--trace"].map(str::to_owned).to_vec(),
            bare: Some("print"),
            raises: vec!["raise".to_owned()],
            traces: true,
            ignore_case: false,
        };
        let gate = ShowGate::new([shows].into_iter());
        for text in [
            "print(x)",
            "print x",
            "print('a', x)",
            "console.log(x)",
            "console.log (x)",
            "log(x)",
            "console['log'](x)",
            "logger.info(x)",
            "a;echo x",
            "env\n",
            "env",
            "set -x",
            "case $1 in a) echo $x ;; esac",
            "if a:\n    raise E(x)",
            "curl -sSv x",
            "curl --trace-ascii x",
            "o='-'v; curl $o",
            "f\\n-v; curl x",
        ] {
            assert!(gate.is_match(text, &SecretWords::default()), "{text}");
        }
        for text in [
            "blueprint(x)",
            "print('a')\n",
            "logger.info('a')",
            "out(x)",
            "printed",
            "console",
            "catalog",
            "login",
            "echoes",
            "env A=b",
            "def f():\n    raise E(x)",
            "function F {\n  if (a) {\n    raise E(x)\n",
            "raised",
            "environment",
            "the log of an echo",
            "no more echo and env than that",
            "--log.level=debug",
            "curl -sS x - y ; re-verify",
        ] {
            assert!(!gate.is_match(text, &SecretWords::default()), "{text}");
        }
    }
}
