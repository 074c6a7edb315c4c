//! Where output goes: `--format FORMAT[:FILE]`, colour, and pipes that somebody closes.

use std::env;
use std::io::{self, ErrorKind, IsTerminal, Write as _};
use std::path::PathBuf;

use clap::ValueEnum as _;

use super::exit::Failure;
use crate::report::Format;

/// An output format and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Output {
    pub(super) format: Format,
    /// Standard output if `None`.
    pub(super) file: Option<PathBuf>,
}

impl Output {
    /// Parses `FORMAT[:FILE]`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (name, file) = text.split_once(':').map_or((text, None), |(name, file)| (name, Some(file)));
        if file == Some("") {
            return Err("the file's name is missing after the colon".to_owned());
        }
        let format = Format::from_str(name, true).map_err(|_| format!("the formats are {}", names().join(", ")))?;
        Ok(Self { format, file: file.map(PathBuf::from) })
    }

    /// Help for `--format`.
    pub(super) fn help() -> String {
        format!("How to print what was found, and to which file; can be given several times [formats: {}]", names().join(", "))
    }

    /// Refuses what would overwrite itself: two documents in one file, or two on standard output.
    pub(super) fn distinct(outputs: &[Self]) -> Result<(), Failure> {
        for (index, output) in outputs.iter().enumerate() {
            if outputs.iter().take(index).any(|before| before.file == output.file) {
                let place = output.file.as_ref().map_or("standard output".into(), |file| file.display().to_string());
                return Err(Failure::usage(format!("two formats go to {place}; give one of them a file: --format FORMAT:FILE")));
            }
        }
        Ok(())
    }

    /// Writes a document to its place.
    pub(super) fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        match &self.file {
            None => stdout(bytes),
            Some(file) => std::fs::write(file, bytes).map_err(|error| Failure::usage(format!("{}: {error}", file.display()))),
        }
    }
}

fn names() -> Vec<String> {
    let values = Format::value_variants().iter().filter_map(clap::ValueEnum::to_possible_value);
    values.map(|value| value.get_name().to_owned()).collect()
}

/// Writes to standard output. That a reader has gone (`| head`) is no failure, and says nothing about what was found.
pub(super) fn stdout(bytes: &[u8]) -> Result<(), Failure> {
    stdout_open(bytes).map(|_| ())
}

/// The same; the result is whether there still is a reader.
pub(super) fn stdout_open(bytes: &[u8]) -> Result<bool, Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(Failure::Internal(format!("standard output: {error}"))),
    }
}

/// Writes a line to standard error, if anybody reads it.
pub(super) fn stderr(line: &str) {
    let _nobody_reads_it = writeln!(io::stderr(), "{line}");
}

/// `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless the environment says otherwise (NO_COLOR, FORCE_COLOR, CLICOLOR, CLICOLOR_FORCE, TERM).
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// Whether to colour a stream.
    pub(super) fn on(self, stream: &impl IsTerminal) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => automatic(stream.is_terminal(), |name| env::var(name).ok()),
        }
    }
}

/// no-color.org, force-color.org, bixense.com/clicolors: what forbids goes before what forces.
fn automatic(is_terminal: bool, variable: impl Fn(&str) -> Option<String>) -> bool {
    let given = |name: &str| variable(name).filter(|value| !value.is_empty());
    let forces = |name: &str| given(name).is_some_and(|value| value != "0");
    if given("NO_COLOR").is_some() {
        return false;
    }
    if forces("FORCE_COLOR") || forces("CLICOLOR_FORCE") {
        return true;
    }
    is_terminal && given("TERM").as_deref() != Some("dumb") && given("CLICOLOR").as_deref() != Some("0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_decides_about_colour() {
        let with = |terminal: bool, variables: &[(&str, &str)]| {
            automatic(terminal, |name| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
        };
        assert!(with(true, &[]) && !with(false, &[]));
        assert!(with(true, &[("NO_COLOR", "")]) && !with(true, &[("NO_COLOR", "1"), ("FORCE_COLOR", "1")]));
        assert!(with(false, &[("FORCE_COLOR", "1")]) && with(false, &[("CLICOLOR_FORCE", "1")]));
        assert!(!with(false, &[("CLICOLOR_FORCE", "0")]));
        assert!(!with(true, &[("TERM", "dumb")]) && !with(true, &[("CLICOLOR", "0")]));
    }

    #[test]
    fn a_format_may_go_to_a_file() {
        assert_eq!(Output::parse("json"), Ok(Output { format: Format::Json, file: None }));
        assert_eq!(Output::parse("json:C:\\out.json").map(|output| output.file), Ok(Some("C:\\out.json".into())));
        assert!(Output::parse("json:").is_err() && Output::parse("yaml").is_err_and(|why| why.contains("concise, json")));
        let twice = [Output::parse("json").unwrap(), Output::parse("concise").unwrap()];
        assert!(Output::distinct(&twice).is_err() && Output::distinct(&twice[..1]).is_ok());
    }
}
