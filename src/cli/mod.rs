//! The command line: one file per subcommand, and what they share.

mod audit;
mod baseline;
mod cache;
mod check;
mod examine;
mod exit;
mod facts;
mod hook;
mod init;
mod input;
mod manual;
mod mend;
mod origin;
mod output;
mod project;
mod rules;
mod selection;
mod show;
mod since;
mod told;
mod trust;

use std::io;
use std::panic;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use output::{Color, stderr};

/// Finds where a repository's contract, docs, SDKs, CLIs, scripts and pages disagree, and where they leak a key.
#[derive(Debug, Parser)]
#[command(name = "congruent", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Arguments),
    Audit(audit::Arguments),
    Baseline(baseline::Arguments),
    Hook(hook::Arguments),
    Facts(facts::Arguments),
    Rules(rules::ListArguments),
    Explain(rules::ExplainArguments),
    Init(init::Arguments),
    Completions(manual::CompletionArguments),
    Man(manual::ManArguments),
}

/// Runs the command line.
pub fn main() -> ExitCode {
    // What a panic says can hold a part of the file that was parsed, and that may be a secret: its place is enough.
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(|location| format!(" at {}:{}", location.file(), location.line())).unwrap_or_default();
        stderr(&format!("internal error{}", crate::model::printable(&place)));
    }));
    let arguments = Arguments::parse();
    let mut color = Color::Auto;
    let result = match &arguments.command {
        Command::Check(arguments) => {
            color = arguments.telling.color;
            check::run(arguments)
        }
        Command::Audit(arguments) => {
            color = arguments.telling.color;
            audit::run(arguments)
        }
        Command::Baseline(arguments) => baseline::run(arguments),
        Command::Hook(arguments) => {
            color = arguments.color();
            hook::run(arguments)
        }
        Command::Facts(arguments) => facts::run(arguments),
        Command::Rules(arguments) => rules::list(arguments),
        Command::Explain(arguments) => rules::explain(arguments),
        Command::Init(arguments) => init::run(arguments),
        Command::Completions(arguments) => manual::completions(arguments, Arguments::command()),
        Command::Man(arguments) => manual::man(arguments, Arguments::command()),
    };
    result
        .unwrap_or_else(|failure| {
            stderr(&failure.render(color.on(&io::stderr())));
            failure.outcome()
        })
        .into()
}
