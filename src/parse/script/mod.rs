//! Programs. Each language's syntax tree is lowered, in one file (or folder) per language, into one small intermediate form
//! ([`ir`]), and one engine for all languages reasons over it.
//!
//! ```text
//! text -> tree (tree.rs) -> ir (javascript, python, go, java, ruby, shell) -> engine, which evaluates -> observers, which report facts
//! ```
//!
//! * A **lowering** is `fn lower<'t>(&mut Lowering<'t>, Node) -> Block<'t>`: no judgement, only shape. Adding a language is a
//!   grammar, a lowering file and one line in [`Language::front_end`].
//! * The **engine** runs a program abstractly: constants, string building and local wrappers fold into [`value::Value`]s;
//!   branches are joined; what is unknown stays a symbolic path or call result.
//! * An [`observe::Observer`] is told of every call, assignment, entry, comparison, element and literal with the values of
//!   its parts, and reports facts. URLs are one observer, credentials another. What a callee or member means is data
//!   under `rules/roles/`.

mod bearer;
mod build;
mod bundle;
mod command;
mod comment;
mod credentials;
mod engine;
mod gate;
mod go;
mod hosts;
mod initial;
mod ir;
mod java;
mod javascript;
mod observe;
mod powershell;
mod python;
mod requests;
mod ruby;
mod secrets;
mod session;
mod shell;
mod shown;
mod symbols;
mod tree;
mod urls;
mod value;

use std::ops::Range;

pub(super) use build::{Step, StepKind, steps};
pub(super) use comment::{are_wanted as comments_are_wanted, read as comment};
pub(super) use hosts::{names_host, page_may_test};
pub(super) use initial::{Expressions, Initial, Variables};
pub use symbols::{Symbol, symbols};

use super::{Context, Setting, carrier, markdown, plain};
use crate::model::{self, RequestRoles, ScriptRoles, Text};
use bearer::Bearers;
use credentials::Credentials;
use hosts::Hosts;
use observe::{Observer, Script};
use requests::Requests;
use secrets::Secrets;
use urls::Urls;

/// A programming language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// JavaScript and JSX.
    JavaScript,
    /// TypeScript.
    TypeScript,
    /// TypeScript with JSX.
    Tsx,
    /// Python 2 and 3.
    Python,
    /// Go.
    Go,
    /// Java.
    Java,
    /// Ruby.
    Ruby,
    /// POSIX sh, bash, zsh.
    Shell,
    /// Windows PowerShell and PowerShell.
    PowerShell,
}

impl Language {
    /// The language that a file name extension, an interpreter or a code fence's info string stands for.
    pub fn of_extension(name: &str) -> Option<Self> {
        Some(match name {
            "js" | "mjs" | "cjs" | "jsx" | "javascript" | "node" | "nodejs" | "es6" | "ecmascript" | "javascriptreact" => Self::JavaScript,
            "ts" | "mts" | "cts" | "typescript" => Self::TypeScript,
            "tsx" | "typescriptreact" => Self::Tsx,
            "py" | "pyi" | "pyw" | "python" | "python2" | "python3" | "py2" | "py3" | "pycon" | "pycon3" | "ipython" | "ipython3"
            | "python-console" | "python-repl" => Self::Python,
            "go" | "golang" => Self::Go,
            "java" => Self::Java,
            "rb" | "ruby" | "rake" | "gemspec" | "ru" | "jruby" | "macruby" | "rbx" | "irb" | "rbcon" | "podspec" | "rbi" | "thor" => {
                Self::Ruby
            }
            "sh"
            | "bash"
            | "zsh"
            | "ksh"
            | "mksh"
            | "dash"
            | "ash"
            | "fish"
            | "csh"
            | "tcsh"
            | "shell"
            | "shellscript"
            | "shell-script"
            | "bats"
            | "console"
            | "shell-session"
            | "sh-session"
            | "shellsession"
            | "bash-session"
            | "bashsession"
            | "command"
            | "curl"
            | "azurecli"
            | "azurecli-interactive"
            | "bash-interactive"
            | "dotnetcli" => Self::Shell,
            "ps1"
            | "psm1"
            | "psd1"
            | "powershell"
            | "pwsh"
            | "posh"
            | "ps1con"
            | "pwsh-session"
            | "powershell-session"
            | "powershell-interactive"
            | "azurepowershell"
            | "azurepowershell-interactive" => Self::PowerShell,
            _ => return None,
        })
    }
}

/// A lowering: the root of the syntax tree to statements.
type Lower = for<'t> fn(&mut tree::Lowering<'t>, tree_sitter::Node<'_>) -> ir::Block<'t>;

/// How a language is read into the intermediate form.
enum FrontEnd {
    /// By a grammar, and a lowering of its trees.
    Grammar(tree_sitter::Language, Lower),
    /// By hand.
    Hand(for<'t> fn(&'t Text<'t>) -> ir::Program<'t>),
    /// By hand, with the source in lower case: case means nothing.
    Folded(for<'t> fn(&'t Text<'t>, &'t str, &ScriptRoles) -> ir::Program<'t>),
}

impl Language {
    /// Whether it is JavaScript or a language that compiles to it.
    pub(in crate::parse) fn is_javascript(self) -> bool {
        matches!(self, Self::JavaScript | Self::TypeScript | Self::Tsx)
    }

    /// The language's name as code fences spell it.
    fn name(self) -> &'static str {
        match self {
            Self::JavaScript => "javascript",
            Self::TypeScript => "typescript",
            Self::Tsx => "tsx",
            Self::Python => "python",
            Self::Go => "go",
            Self::Java => "java",
            Self::Ruby => "ruby",
            Self::Shell => "shell",
            Self::PowerShell => "powershell",
        }
    }

    /// Whether a method sees the members of its object as bare names.
    fn has_bare_members(self) -> bool {
        matches!(self, Self::Java | Self::Ruby)
    }

    /// Whether an assignment to a bare name may be one to a member.
    fn assigns_bare_members(self) -> bool {
        self == Self::Java
    }

    /// The data file under `rules/roles` that says what its names mean.
    fn roles(self) -> &'static str {
        match self {
            Self::JavaScript | Self::TypeScript | Self::Tsx => "javascript",
            other => other.name(),
        }
    }

    /// Whether a program in this language may show anything.
    pub(super) fn may_show(self, text: &str, secrets: &model::Secrets) -> bool {
        secrets.may_be_shown(self.roles(), text)
    }

    fn front_end(self) -> FrontEnd {
        match self {
            Self::JavaScript => FrontEnd::Grammar(tree_sitter_javascript::LANGUAGE.into(), javascript::lower),
            Self::TypeScript => FrontEnd::Grammar(tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(), javascript::lower),
            Self::Tsx => FrontEnd::Grammar(tree_sitter_typescript::LANGUAGE_TSX.into(), javascript::lower),
            Self::Python => FrontEnd::Grammar(tree_sitter_python::LANGUAGE.into(), python::lower),
            Self::Go => FrontEnd::Grammar(tree_sitter_go::LANGUAGE.into(), go::lower),
            Self::Java => FrontEnd::Grammar(tree_sitter_java::LANGUAGE.into(), java::lower),
            Self::Ruby => FrontEnd::Grammar(tree_sitter_ruby::LANGUAGE.into(), ruby::lower),
            Self::Shell => FrontEnd::Hand(shell::program),
            Self::PowerShell => FrontEnd::Folded(powershell::program),
        }
    }

    /// Reads a program; `None` if that takes too many steps. `folded` is room for its source in lower case.
    fn read<'t>(self, text: &'t Text<'t>, folded: &'t mut String, roles: &ScriptRoles, comments: bool) -> Option<ir::Program<'t>> {
        match self.front_end() {
            FrontEnd::Folded(read) => {
                *folded = text.as_str().to_ascii_lowercase();
                Some(read(text, folded, roles))
            }
            FrontEnd::Hand(read) => Some(read(text)),
            FrontEnd::Grammar(grammar, lower) => {
                let tree = tree::parse(&grammar, text.as_str())?;
                let mut lowering = tree::Lowering::new(text);
                let block = lower(&mut lowering, tree.root_node());
                let tree::Lowering { too_deep, samples, .. } = lowering;
                let comments = if comments { tree::comments(&tree) } else { Vec::new() };
                Some(ir::Program { block, comments, too_deep, samples })
            }
        }
    }
}

/// Extracts the facts of a program, or of a recorded session.
pub(super) fn parse(context: &mut Context<'_>, text: Text<'_>, language: Language) {
    // What is called a console may be one of PowerShell.
    let language = if language == Language::Shell && session::is_of_powershell(&text) { Language::PowerShell } else { language };
    let empty = ScriptRoles::default();
    let roles = context.vocabulary().scripts.get(language.roles()).unwrap_or(&empty);
    let session = match language {
        Language::Shell => session::of_shell(&text),
        Language::PowerShell => session::of_powershell(&text),
        Language::Python => session::of_python(&text),
        Language::Ruby => session::of_ruby(&text),
        Language::JavaScript => session::of_javascript(&text),
        _ => None,
    };
    let all = |context: &mut Context<'_>| match session {
        Some(session) => {
            session.output.into_iter().for_each(|range| plain::mentions(context, &text.slice(range)));
            read(context, &session.code, language, roles);
        }
        None => read(context, &text, language, roles),
    };
    if urls::is_test(context, &roles.page) {
        context.within(Setting::Sample(language.name().to_owned()), all);
    } else {
        all(context);
    }
}

/// Whether anything that was asked for can be in a program.
pub(super) fn runs(context: &Context<'_>, text: &Text<'_>, language: Language) -> bool {
    let roles = || context.vocabulary().scripts.get(language.roles());
    let may_load = || {
        let page = |roles: &ScriptRoles| urls::judge(context, language, &roles.page);
        let html = &context.vocabulary().html;
        roles().is_some_and(|roles| {
            roles.may_load()
                && (context.has_base()
                    || gate::names_url(text.as_str(), roles)
                        && (is_bundle(text, language) || gate::takes_url(context.path(), text.as_str(), roles, html, || page(roles))))
        })
    };
    let holds_document = || memchr::memmem::find(text.as_str().as_bytes(), b"//").is_some() && urls::may_hold_document(text.as_str());
    let happens = || {
        (context.loads() && (may_load() || holds_document()))
            || may_test_hosts(context, text, language)
            || may_show_secrets(context, text, language)
    };
    let sends = || Bearers::may_find(context, Script { text, language });
    context.wants_code(text.as_str()) || context.has_keys() || sends() || (!only_declares(context.path()) && happens())
}

/// Whether a file of this name holds no code that runs: types for code elsewhere (TypeScript Handbook, "Declaration Files").
fn only_declares(path: &str) -> bool {
    [".d.ts", ".d.mts", ".d.cts"].iter().any(|end| path.ends_with(end))
}

/// Whether a program may test a text for a host. Nobody wrote a bundle here, so what it tests is not looked for.
fn may_test_hosts(context: &Context<'_>, text: &Text<'_>, language: Language) -> bool {
    let roles = || context.vocabulary().scripts.get(language.roles());
    context.tests_hosts()
        && roles().is_some_and(|roles| hosts::may_test(text.as_str(), &roles.hosts, &context.vocabulary().hosts))
        && !is_bundle(text, language)
}

/// Whether the program is a bundle, which is read for its strings and what stands around them.
fn is_bundle(text: &Text<'_>, language: Language) -> bool {
    language.is_javascript() && bundle::is_bundle(text.as_str()) || language == Language::JavaScript && text.len() > bundle::TOO_LONG
}

fn read(context: &mut Context<'_>, text: &Text<'_>, language: Language, roles: &ScriptRoles) {
    let script = Script { text, language };
    let is_javascript = language.is_javascript();
    let runs = runs(context, text, language);
    let comments = comment::are_wanted(context, text);
    if !runs && !comments {
        return;
    }
    if is_bundle(text, language) {
        bundle::read(context, script, roles);
        return;
    }
    context.parsed_code(text.len());
    let mut folded = String::new();
    let program = if text.len() > tree::MAX_BYTES {
        Err(format!("larger than {} bytes, read for its strings only", tree::MAX_BYTES))
    } else {
        language
            .read(text, &mut folded, roles, comments)
            .ok_or_else(|| "takes too many steps to parse, read for its strings only".to_owned())
    };
    let program = match program {
        Ok(program) => program,
        Err(reason) => {
            context.issue(text.whole_span(), reason);
            if is_javascript {
                bundle::read(context, script, roles);
            } else {
                plain::mentions(context, text);
            }
            return;
        }
    };
    if comments {
        program.comments.into_iter().for_each(|range| comment::read(context, text, range));
    }
    if runs {
        run(context, script, roles, &program.block, program.too_deep);
        for (language, sample) in program.samples {
            markdown::sample(context, &language, sample);
        }
    }
}

/// Whether a program may show a secret: it has a name that says secret, or finds one when it starts, and something that shows.
fn may_show_secrets(context: &Context<'_>, text: &Text<'_>, language: Language) -> bool {
    let secrets = &context.vocabulary().secrets;
    if context.wanted().other_urls || !context.wanted().secret_flows {
        return context.wanted().secret_flows;
    }
    // What it finds when it starts is named somewhere else in the document.
    let counts = |at| gate::is_read(language, text.as_str(), at);
    let is_named = secrets.names(text.as_str(), counts).next().is_some() || (context.initial().is_some() && context.may_show_secrets());
    is_named && language.may_show(text.as_str(), secrets)
}

/// Runs a program before the observers that are wanted.
fn run(context: &mut Context<'_>, script: Script<'_>, roles: &ScriptRoles, block: &ir::Block<'_>, too_deep: Option<Range<usize>>) {
    if let Some(range) = too_deep {
        context.issue(script.span(&range), "nested too deeply, read for its strings only");
    }
    let no_requests = RequestRoles::default();
    let mut observers: Vec<Box<dyn Observer<'_> + '_>> = Vec::new();
    let shows_secrets = may_show_secrets(context, script.text, script.language) && !carrier::introduction_forbids(context, script.text);
    // The one that looks for URLs also reads the texts of other formats in which requests and secrets may stand.
    if context.wanted().urls() || context.wanted().requests || shows_secrets {
        observers.push(Box::new(Urls::new(roles, script.language)));
    }
    if context.wanted().requests {
        let requests = context.vocabulary().requests.get(script.language.roles()).unwrap_or(&no_requests);
        observers.push(Box::new(Requests::new(roles, requests)));
    }
    if context.has_keys() {
        observers.push(Box::new(Credentials));
    }
    let vocabulary = context.vocabulary();
    if context.tests_hosts() && !hosts::is_test(script.text.as_str(), &vocabulary.hosts) {
        observers.push(Box::new(Hosts::new(&roles.hosts, &vocabulary.hosts, script.language.roles())));
    }
    let secrets = &vocabulary.secrets;
    if let Some(known) = secrets.roles.get(script.language.roles()).filter(|_| shows_secrets) {
        observers.push(Box::new(Secrets::new(secrets, known, roles, script)));
    }
    if Bearers::may_find(context, script) {
        observers.push(Box::new(Bearers::of(context, script, block)));
    }
    if !observers.is_empty() {
        engine::run(block, script, roles, context, observers);
    }
}

#[cfg(test)]
pub(super) mod tests;
