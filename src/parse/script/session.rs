//! Recorded sessions: code behind prompts, and what it printed.

use std::ops::Range;

use crate::model::{Text, TextBuilder};

/// A session taken apart.
#[derive(Debug)]
pub(super) struct Session {
    /// The code without its prompts.
    pub(super) code: Text<'static>,
    /// The ranges of the lines that are no code, within the session.
    pub(super) output: Vec<Range<usize>>,
}

/// Takes the session of a shell apart; `None` if the text does not begin with a prompt, and so is a plain script.
pub(super) fn of_shell(text: &Text<'_>) -> Option<Session> {
    let source = text.as_str();
    let mut lines = source.lines().map(str::trim_start).filter(|line| !line.is_empty());
    let first = lines.find(|line| !line.starts_with('#') || prompt(line).is_some())?;
    if let Some(command) = first.strip_prefix("> ") {
        // A redirection would name a file.
        let word = command.split(' ').next().unwrap_or_default();
        let is_command = command.len() > word.len() && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        return if is_command {
            of_interpreter(text, |line| plain_prompt(line, &["> "]), |line| line.trim_end().ends_with('\\'))
        } else {
            None
        };
    }
    prompt(first)?;
    let mut commands = TextBuilder::new();
    let mut output = Vec::new();
    let mut open = Open::default();
    let mut at = 0;
    for line in source.split_inclusive('\n') {
        let range = at..at + line.len();
        at = range.end;
        let indentation = line.len() - line.trim_start_matches([' ', '\t']).len();
        let content = line.get(indentation..).unwrap_or_default();
        if let Some(length) = prompt(content) {
            open = Open::default();
            open.feed(content.get(length..).unwrap_or_default());
            commands.push(text, range.start + indentation + length..range.end);
        } else if open.is_open() {
            let second = usize::from(content.starts_with("> ")) * (indentation + 2);
            open.feed(line.get(second..).unwrap_or_default());
            commands.push(text, range.start + second..range.end);
        } else if content.starts_with('#') {
            commands.push(text, range);
        } else if !content.trim().is_empty() {
            output.push(range);
        }
    }
    Some(Session { code: commands.finish(), output })
}

/// Takes the session of a Python interpreter apart; `None` if the text is a plain program.
pub(super) fn of_python(text: &Text<'_>) -> Option<Session> {
    of_interpreter(text, python_prompt, |_| false)
}

/// Takes the session of Node apart; `None` if the text is a plain program.
pub(super) fn of_javascript(text: &Text<'_>) -> Option<Session> {
    of_interpreter(text, |line| plain_prompt(line, &["> ", "... "]), |_| false)
}

/// Takes the session of irb apart; `None` if the text is a plain program.
pub(super) fn of_ruby(text: &Text<'_>) -> Option<Session> {
    let named = |line: &str| {
        let (name, _) = line.split_once("> ").or_else(|| line.split_once("* "))?;
        let is_prompt = name.len() < 40 && ["irb", "pry"].iter().any(|known| name.contains(known)) && !name.contains([' ', '"', '\'']);
        is_prompt.then(|| name.len() + 2)
    };
    of_interpreter(text, |line| named(line).or_else(|| plain_prompt(line, &[">> ", "?> "])), |_| false)
}

/// Takes the session of PowerShell apart; `None` if the text is a plain script.
pub(super) fn of_powershell(text: &Text<'_>) -> Option<Session> {
    let goes_on = |line: &str| {
        let count = |signs: [char; 2]| line.matches(signs).count();
        line.trim_end().ends_with(['`', '|', ',']) || count(['{', '(']) > count(['}', ')'])
    };
    of_interpreter(text, |line| powershell_prompt(line).or_else(|| plain_prompt(line, &[">> "])), goes_on)
}

/// Whether a session begins with the prompt of PowerShell.
pub(super) fn is_of_powershell(text: &Text<'_>) -> bool {
    text.as_str().lines().map(str::trim_start).find(|line| !line.is_empty()).is_some_and(|line| powershell_prompt(line).is_some())
}

/// Takes a session apart whose code stands behind prompts, and on the lines with which it goes on.
fn of_interpreter(text: &Text<'_>, prompt: impl Fn(&str) -> Option<usize>, goes_on: impl Fn(&str) -> bool) -> Option<Session> {
    let source = text.as_str();
    source.lines().map(str::trim_start).find(|line| !line.is_empty()).filter(|line| prompt(line).is_some())?;
    let mut code = TextBuilder::new();
    let mut output = Vec::new();
    let mut open = 0usize;
    let mut at = 0;
    for line in source.split_inclusive('\n') {
        let range = at..at + line.len();
        at = range.end;
        let content = line.trim_start_matches([' ', '\t']);
        let indentation = line.len() - content.len();
        match prompt(content) {
            Some(length) => {
                code.push(text, range.start + indentation + length.min(content.len())..range.end);
                open = usize::from(goes_on(content));
            }
            None if content.trim().is_empty() => {}
            None if open > 0 => {
                code.push(text, range);
                let closes = content.starts_with(['}', ')']);
                open = (open + usize::from(goes_on(content)))
                    .saturating_sub(usize::from(closes || !goes_on(content) && open == 1 && !content.starts_with([' ', '\t'])));
            }
            None => output.push(range),
        }
    }
    Some(Session { code: code.finish(), output })
}

fn plain_prompt(line: &str, prompts: &[&str]) -> Option<usize> {
    prompts.iter().find(|prompt| line.starts_with(**prompt)).map(|prompt| prompt.len())
}

/// The length of the `>>> ` or `... ` that a line begins with, or of IPython's `In [1]: ` or `...: `.
fn python_prompt(line: &str) -> Option<usize> {
    if let Some(cell) = line.strip_prefix("In [") {
        let (number, _) = cell.split_once("]: ")?;
        return number.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ').then(|| "In [".len() + number.len() + "]: ".len());
    }
    let rest = line.strip_prefix(">>>").or_else(|| line.strip_prefix("...:")).or_else(|| line.strip_prefix("..."))?;
    let length = line.len() - rest.len();
    match rest.bytes().next() {
        Some(b' ') => Some(length + 1),
        Some(b'\r' | b'\n') | None => Some(length),
        _ => None,
    }
}

/// The length of the `PS C:\\x> ` that a line begins with.
fn powershell_prompt(line: &str) -> Option<usize> {
    let place = line.strip_prefix("PS")?;
    let (place, _) = place.split_once('>')?;
    let is_place = place.is_empty() || (place.starts_with(' ') && place.len() < 120 && !place.contains(['"', '\'', '|', '=']));
    let length = "PS".len() + place.len() + 1;
    let blank = line.get(length..).is_some_and(|rest| rest.starts_with(' '));
    is_place.then(|| length + usize::from(blank))
}

/// The length of the prompt that a line begins with.
fn prompt(line: &str) -> Option<usize> {
    let line_end = line.trim_end();
    for plain in ["$", "%", "❯", "➜"] {
        if let Some(rest) = line_end.strip_prefix(plain)
            && (rest.is_empty() || rest.starts_with([' ', '\t']))
        {
            return Some((plain.len() + 1).min(line_end.len()));
        }
    }
    // `C:\\x> `
    if line.as_bytes().get(1..3) == Some(b":\\")
        && let Some(sign) = line_end.find('>').filter(|sign| *sign < 80)
    {
        return Some((sign + 1 + usize::from(line.as_bytes().get(sign + 1) == Some(&b' '))).min(line_end.len()));
    }
    // `user@host:~/dir$ `, `[root@host dir]# `, `(venv) $ `, `bash-5.2$ `.
    let near = line_end.char_indices().nth(80).map_or(line_end, |(at, _)| line_end.get(..at).unwrap_or_default());
    let sign = near.find("$ ").or_else(|| near.find("# ")).or_else(|| near.ends_with('$').then(|| near.len() - 1))?;
    let head = near.get(..sign)?;
    let (name, _) = head.split_once('@').unwrap_or_default();
    let user = name.trim_start_matches(['[', '(']);
    let of_host =
        !user.is_empty() && user.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.')) && !head.contains(['"', '\'', '=']);
    let of_environment = head.starts_with('(') && head.trim_end().ends_with(')') && !head.contains('$');
    let of_shell = ["bash-", "sh-", "zsh-"]
        .iter()
        .any(|shell| head.strip_prefix(shell).is_some_and(|v| v.chars().all(|c| c.is_ascii_digit() || c == '.')));
    (of_host || of_environment || of_shell).then_some((sign + 2).min(line_end.len()))
}

/// Where the command ends that begins at `start`: at the end of its line, or of the last line that continues it.
pub(super) fn command_end(source: &str, start: usize) -> usize {
    let mut open = Open::default();
    let mut at = start;
    for line in source.get(start..).unwrap_or_default().split_inclusive('\n') {
        open.feed(line);
        at += line.len();
        if !open.is_open() {
            break;
        }
    }
    at
}

/// Whether a command goes on in the next line.
#[derive(Default)]
struct Open {
    quote: Option<char>,
    continued: bool,
    heredoc: Option<String>,
}

impl Open {
    fn is_open(&self) -> bool {
        self.quote.is_some() || self.continued || self.heredoc.is_some()
    }

    /// Reads one more line of the command.
    fn feed(&mut self, line: &str) {
        let line = line.trim_end_matches(['\n', '\r']);
        if let Some(delimiter) = &self.heredoc
            && self.quote.is_none()
            && !self.continued
        {
            if line.trim() == delimiter {
                self.heredoc = None;
            }
            return;
        }
        self.continued = false;
        let mut chars = line.char_indices().peekable();
        let mut before = ' ';
        while let Some((at, c)) = chars.next() {
            match (self.quote, c) {
                (Some(quote), _) if c == quote => self.quote = None,
                (None | Some('"'), '\\')
                    if chars.next().is_none_or(|(at, c)| c == ' ' && line.get(at..).is_some_and(|l| l.trim().is_empty())) =>
                {
                    self.continued = true;
                }
                (None, '\'' | '"') => self.quote = Some(c),
                (None, '#') if before.is_whitespace() => break,
                (None, '<') if line.get(at..).is_some_and(|rest| rest.starts_with("<<") && !rest.starts_with("<<<")) => {
                    let word = line.get(at + 2..).unwrap_or_default().trim_start_matches(['-', ' ']);
                    let word = word.split([' ', ';', '|', '&', '>', '<', ')']).next().unwrap_or_default();
                    if before != '<' && !word.is_empty() {
                        self.heredoc = Some(word.replace(['\'', '"', '\\'], ""));
                    }
                }
                _ => {}
            }
            before = c;
        }
        let end = line.trim_end();
        self.continued |= self.quote.is_none() && (end.ends_with('|') || end.ends_with("&&"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Span;

    #[test]
    fn prompts_are_no_code_and_output_is_no_command() {
        let source = "# first\n$ curl \\\n>   https://a.test/\n{\"next\": \"https://out.test\"}\nme@box:~/x$ wget b.test\n(venv) $ cat <<EOF\nbody\nEOF\ndone\n";
        let session = of_shell(&Text::exact(source, 0)).unwrap();
        assert_eq!(session.code.as_str(), "# first\ncurl \\\n  https://a.test/\nwget b.test\ncat <<EOF\nbody\nEOF\n");
        let output: Vec<_> = session.output.iter().map(|range| &source[range.clone()]).collect();
        assert_eq!(output, ["{\"next\": \"https://out.test\"}\n", "done\n"]);
        let at = session.code.as_str().find("b.test").unwrap();
        assert_eq!(session.code.span(at..at + 6), Span::from(source.find("b.test").map(|at| at..at + 6).unwrap()));
    }

    #[test]
    fn a_script_is_no_session() {
        for script in ["curl $URL\n$ x", "# comment\necho '$ '", "$X y", "echo \"a@b: $ \"", ""] {
            assert!(of_shell(&Text::exact(script, 0)).is_none(), "{script}");
        }
    }

    #[test]
    fn a_quote_that_stays_open_ends_at_the_next_prompt() {
        let session = of_shell(&Text::exact("$ echo it's\nout\n$ curl a.test\n", 0)).unwrap();
        assert!(session.code.as_str().ends_with("curl a.test\n"));
    }

    fn parts(session: Option<Session>, source: &str) -> (String, Vec<String>) {
        let session = session.unwrap();
        (session.code.as_str().to_owned(), session.output.iter().map(|range| source[range.clone()].to_owned()).collect())
    }

    #[test]
    fn interpreters_have_prompts_of_their_own() {
        let text = |source: &'static str| Text::exact(source, 0);
        let powershell = "PS C:\\x> irm a `\n  -Body b\nout\nPS> iwr c | % {\n>> d\n>> }\n";
        assert_eq!(
            parts(of_powershell(&text(powershell)), powershell),
            ("irm a `\n  -Body b\niwr c | % {\nd\n}\n".to_owned(), vec!["out\n".to_owned()])
        );
        assert!(is_of_powershell(&text(powershell)) && !is_of_powershell(&text("PSX a > b")));
        let node = "> await fetch('x')\n... .then(y)\nundefined\n";
        assert_eq!(parts(of_javascript(&text(node)), node).0, "await fetch('x')\n.then(y)\n");
        let irb = "irb(main):001:0> get 'x'\n=> 1\n";
        assert_eq!(parts(of_ruby(&text(irb)), irb), ("get 'x'\n".to_owned(), vec!["=> 1\n".to_owned()]));
        let ipython = "In [1]: get(\n   ...: x)\nOut[1]: 2\n";
        assert_eq!(parts(of_python(&text(ipython)), ipython), ("get(\nx)\n".to_owned(), vec!["Out[1]: 2\n".to_owned()]));
        let cmd = "C:\\> curl a\nout\n";
        assert_eq!(parts(of_shell(&text(cmd)), cmd), ("curl a\n".to_owned(), vec!["out\n".to_owned()]));
        let npm = "> npm i x\nok\n> curl \\\n  y\n";
        assert_eq!(parts(of_shell(&text(npm)), npm), ("npm i x\ncurl \\\n  y\n".to_owned(), vec!["ok\n".to_owned()]));
        assert!(of_shell(&text("> out.txt\n")).is_none());
    }

    #[test]
    fn python_prompts_and_output_are_no_code() {
        let source = ">>> a = [\n...   'x',\n... ]\n>>>\n['x']\n";
        let session = of_python(&Text::exact(source, 0)).unwrap();
        assert_eq!(session.code.as_str(), "a = [\n  'x',\n]\n\n");
        assert_eq!(session.output.iter().map(|range| &source[range.clone()]).collect::<Vec<_>>(), ["['x']\n"]);
        assert!(of_python(&Text::exact("a = ...\n", 0)).is_none());
    }
}
