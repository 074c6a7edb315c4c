//! `congruent.toml`: parsed as it is written, with the place of everything, then validated into another type.
//!
//! Unknown keys are errors. A configuration only ever adds: an allowed host never drops a rule, and a rule that has a
//! level never hides another.

mod agreement;
mod artifact;
mod contract;
mod keys;
mod loosened;
mod problem;
mod proposal;
mod raw;
mod validate;

use ignore::gitignore::Gitignore;

pub use loosened::{Loosening, loosened};
pub use problem::{Invalid, Problem};
pub use proposal::proposal;

use crate::check::Settings;
use crate::check::agreement::Declared as Agreed;
use crate::check::audit::Expected;
use crate::check::contract::Declared;
use crate::model::{CredentialKind, Document, Encoding, Place};
use crate::rule::{Levels, Rule};

/// The name of the file.
pub const FILE_NAME: &str = "congruent.toml";

/// What a project says about itself.
#[derive(Debug)]
pub struct Config {
    /// What is not read.
    pub exclude: Gitignore,
    /// What the checks have to know.
    pub settings: Settings,
    /// The contracts that the project names; whether they are there is not known yet.
    pub contracts: Vec<Declared>,
    /// What the project declares to agree; what its names mean is not known yet.
    pub agreement: Agreed,
    /// What release artefacts have to be like.
    pub artifacts: Vec<Expected>,
    /// Kinds of credentials, beside those that are built in.
    pub credentials: Vec<CredentialKind>,
    /// What a secret is called, what hides one, and what shows one, beside what is known.
    pub secrets: Secrets,
    /// How much each rule matters.
    pub levels: Levels,
    /// Findings that are accepted.
    pub ignores: Vec<Ignore>,
}

/// Names in a project's programs.
#[derive(Debug, Default)]
pub struct Secrets {
    /// Under which secrets are kept.
    pub names: Vec<String>,
    /// Under which none is kept, though they look like it.
    pub not: Vec<String>,
    /// Of functions whose result hides what they are given.
    pub redactors: Vec<String>,
    /// Of functions and commands that show what they are given.
    pub sinks: Vec<String>,
}

/// Findings that are accepted.
#[derive(Debug, Clone)]
pub struct Ignore {
    /// The files, relative to the root.
    pub paths: Gitignore,
    /// The ids of the rules.
    pub rules: Vec<&'static str>,
    /// Only findings whose text contains this.
    pub matching: Option<String>,
    /// Why.
    pub reason: String,
    /// Where the entry stands in the configuration.
    pub place: Place,
}

impl Default for Config {
    fn default() -> Self {
        let (exclude, settings, levels) = (Gitignore::empty(), Settings::default(), Levels::default());
        let (contracts, agreement, credentials, ignores) = (Vec::new(), Agreed::default(), Vec::new(), Vec::new());
        let artifacts = Vec::new();
        Self { exclude, settings, contracts, agreement, artifacts, credentials, secrets: Secrets::default(), levels, ignores }
    }
}

impl Config {
    /// Parses a configuration. `path` is how the file is named in messages, `rules` are all that exist.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn parse(path: &str, text: &str, rules: &'static [Rule]) -> Result<Self, Box<Invalid>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let document = Document::new(path, text, Encoding::Utf8 { bom: false });
        let result = match toml::from_str(text) {
            Ok(raw) => validate::validate(raw, &document, rules),
            Err(error) => Err(syntax(text, &error)),
        };
        result.map_err(|mut problems| {
            problems.sort_by_key(|problem| problem.span);
            Box::new(Invalid { document, problems })
        })
    }
}

/// What keeps a file from being parsed: its unknown keys if it has any, since they are nearly always the cause.
fn syntax(text: &str, error: &toml::de::Error) -> Vec<Problem> {
    let unknown = keys::unknown(text, &schema());
    if unknown.is_empty() { vec![Problem::new(error.span().unwrap_or_default(), error.message().trim_end_matches('.'))] } else { unknown }
}

/// The JSON schema of the file, for editors: generated from the types that parse it.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(raw::Raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, Vec<(String, String, Option<String>)>> {
        let show = |invalid: Box<Invalid>| {
            let Invalid { document, problems } = *invalid;
            problems.into_iter().map(|p| (document.slice(p.span).to_owned(), p.message, p.help)).collect()
        };
        Config::parse(FILE_NAME, text, crate::rule::all().unwrap()).map_err(show)
    }

    fn problems(text: &str) -> Vec<String> {
        let show = |(at, message, help): (String, String, Option<String>)| format!("{at} | {message} | {}", help.unwrap_or_default());
        parse(text).expect_err("invalid").into_iter().map(show).collect()
    }

    #[test]
    fn every_key_is_understood() {
        let config = parse(
            "\u{feff}exclude = ['vendor/']\r\n[assets.allow]\n'*' = ['*.example.com']\nimg-src = ['img.shields.io']\n\
             [[credential]]\nname = 'key'\nprefix = 'ra_ws_'\nheader = 'X-Key'\nvariables = ['KEY']\n\
             [secrets]\nnames = ['seat']\nnot = ['tokens']\nredactors = ['veil']\nsinks = ['log_request']\n[rules]\n'asset-*' = 'warning'\n\
             [[ignore]]\npaths = ['docs/**']\nrules = ['asset-*']\nmatch = 'x'\nreason = 'because'\n",
        );
        let config = config.expect("valid");
        assert!(config.exclude.matched("a/vendor", true).is_ignore());
        assert_eq!(config.credentials[0].header.as_deref(), Some("X-Key"));
        let ignore = &config.ignores[0];
        assert_eq!((&ignore.rules[..], ignore.matching.as_deref(), ignore.reason.as_str()), (&["asset-host"][..], Some("x"), "because"));
        assert_eq!((ignore.place.line, ignore.place.column), (17, 1));
        assert!(parse("").is_ok());
    }

    #[test]
    fn an_unknown_key_is_shown_with_the_nearest_one() {
        assert_eq!(problems("exclud = []"), ["exclud | unknown key `exclud` | did you mean `exclude`?"]);
        assert_eq!(
            problems("[assets]\nalow = {}\n[[ignore]]\npath = []\nrules = 3\n[zzz]\n"),
            [
                "alow | unknown key `alow` | did you mean `allow`?",
                "path | unknown key `path` | did you mean `paths`?",
                "zzz | unknown key `zzz` | the keys are `artifact`, `assets`, `contract`, `credential`, `define`, `derive`, `exclude`, `ignore`, `lists`, `rules`, `secrets`, `text`, `value`",
            ]
        );
        assert_eq!(
            problems("[[credential]]\nname='a'\nprefix='abc'\nheaders='X'"),
            ["headers | unknown key `headers` | did you mean `header`?"]
        );
    }

    #[test]
    fn values_are_checked_all_at_once() {
        assert_eq!(
            problems(
                "exclude = ['[z-a]', '']\n[assets.allow]\nimage-src = []\nimg-src = ['https://user@x.test']\n\
                 [rules]\nasset-hots = 'error'\nasset-host = 'eror'\n"
            ),
            [
                "'[z-a]' | error parsing glob '[z-a]': invalid range; 'z' > 'a' | ",
                "'' | this pattern matches nothing | ",
                "image-src | `image-src` is no fetch directive of CSP | did you mean `img-src`?",
                "'https://user@x.test' | `https://user@x.test` names a user, and an allowlist entry is a host | ",
                "asset-hots | no rule is called `asset-hots`; did you mean `asset-host`? | ",
                "'eror' | `eror` is no level | the levels are `off`, `note`, `warning`, `error`",
            ]
        );
        assert_eq!(
            problems("[[credential]]\nname = 'k'\nprefix = 'k'\nheader = 'X Key'\n"),
            ["'k' | a prefix has at least 3 characters and no white space | ", "'X Key' | this is no name of a header | "]
        );
    }

    #[test]
    fn an_entry_that_would_hide_everything_or_nothing_is_refused() {
        let missing = problems("[[ignore]]\npaths = ['a']\nrules = ['*']\n");
        assert!(missing.len() == 1 && missing[0].contains("missing field `reason`"), "{missing:?}");
        assert_eq!(
            problems("[[ignore]]\npaths = []\nrules = []\nmatch = ''\nreason = ' '\n"),
            [
                "[] | `paths` names no file, so this entry would mean nothing | ",
                "[] | `rules` names no rule, so this entry would mean nothing | ",
                "'' | every text contains nothing | leave `match` out",
                "' ' | the reason is missing, so this entry would mean nothing | ",
            ]
        );
    }

    #[test]
    fn a_contract_is_declared() {
        let config = parse(
            "[[contract]]\nspec = './api/openapi.yaml'\nhosts = ['*.runs.test', 'your-platform', 'localhost:8080']\n\
             base-variables = ['RUNS_URL']\nsurfaces = ['cli/**']\ninternal = ['/copilot/chat', 'POST /drafts/*']\n\
             also-accepts = [{operations = ['POST /agents/*/invoke'], scheme = 'bearer', reason = 'connected tokens'}]\n",
        );
        let contract = &config.expect("valid").contracts[0];
        assert_eq!((contract.spec.as_str(), contract.hosts.len(), contract.internal.len()), ("api/openapi.yaml", 3, 2));
        assert!(contract.surfaces.matched_path_or_any_parents("cli/cmd/a.go", false).is_ignore());
        assert_eq!(contract.also_accepts[0].operations[0].as_str(), "POST /agents/*/invoke");
    }

    #[test]
    fn a_contract_that_would_mean_nothing_is_refused() {
        assert_eq!(
            problems(
                "[[contract]]\nspec = '../openapi.yaml'\nhosts = ['*', 'https://a.test/v1', 'a b']\nbase-variables = ['$URL']\n\
                 internal = ['copilot', 'FETCH /a']\nalso-accepts = [{operations = [], scheme = 'bearer', reason = ' '}]\n"
            ),
            [
                "'../openapi.yaml' | `../openapi.yaml` is no path below the root | name the file relative to congruent.toml, with forward slashes",
                "'*' | `*` would take every request for the API's | name a host: `api.example.com`, `*.example.com`",
                "'https://a.test/v1' | `https://a.test/v1` is more than a host | leave scheme and path out: base paths are those of the contract's `servers`",
                "'a b' | `a b` holds white space: one entry is one host | ",
                "'$URL' | `$URL` is no name of a variable | write it without what marks it: `API_URL`, not `$API_URL` or `{API_URL}`",
                "'copilot' | `copilot` names no operation: write `/path` or `METHOD /path` | ",
                "'FETCH /a' | `FETCH` is no HTTP method | ",
                "[] | `operations` names no operation, so this entry would mean nothing | ",
                "' ' | the reason is missing, so this entry would mean nothing | ",
            ]
        );
    }

    #[test]
    fn what_agrees_is_declared() {
        let config = parse(
            "[define]\nname = 'runs'\nrelease = {file = 'version.json', pointer = '/version', matches = '\\d+'}\n\
             [lists]\npages = ['a', {item = 'b'}]\nrows = {file = 'rows.yaml', select = '/x/{y}'}\ndocs = {files = '*.md'}\n\
             [[value]]\nname = 'n'\nhelp = 'h'\nequals = 'v{release}'\nat = [{file = 'a.json', pointer = ['/b']}, {files = '*.md', regex = '(x)'}]\n\
             [[text]]\neach = 'rows'\nwhere = {y = '!z'}\nfiles = '{path}'\nhas = '{any?}'\nlacks-host = 'A.test'\n\
             [[derive]]\neach = 'pages'\nfrom = 'a'\nto = ['{item}']\ncompare = 'text'\n",
        );
        let agreement = config.expect("valid").agreement;
        assert_eq!((agreement.definitions.len(), agreement.lists.len(), agreement.values[0].at.len()), (2, 3, 2));
        assert_eq!(agreement.texts[0].lacks_host[0].1, "a.test");
    }

    #[test]
    fn what_could_not_agree_is_refused() {
        assert_eq!(
            problems(
                "[define]\n'1' = 'x'\nrelease = {file = '/etc/passwd', pointer = 'version', regex = 'a'}\n\
                 [lists]\npages = ['a']\nnone = {file = 'x.yaml'}\n\
                 [[value]]\nequals = 'relase'\nat = []\n[[value]]\nequals = 'x'\nat = [{regex = '('}, {file = '*.md'}]\n"
            ),
            [
                "'1' | `1` is no name | a name has letters, digits, `-` and `_`, and begins with a letter",
                "'/etc/passwd' | `/etc/passwd` is no path below the root | name the file relative to congruent.toml, with forward slashes",
                "'version' | a value is found by `pointer`, by `regex` or by `select`, not by two of them | ",
                "none | the rows of a list come from `file` and `select`, or from `files` | ",
                "'relase' | `relase` means nothing here | did you mean `release`?",
                "[] | `at` names no place, so this entry would mean nothing | ",
                "'x' | `x` means nothing here | names are those of `[define]` and of the rows of `each`; write `{{` for a brace",
                "{regex = '('} | a place is in one `file`, or in `files` | ",
                "'*.md' | `*.md` is no file but a glob | write `files` instead of `file`",
            ]
        );
        assert_eq!(
            problems(
                "[lists]\npages = [{slug = 'a'}]\n[[text]]\neach = 'page'\nfiles = []\nhas-regex = '('\nlacks-host = 'a b'\n\
                 [[text]]\neach = 'pages'\nfiles = 'docs/{slig}.md'\nexist = false\nhas = 'x'\n[[derive]]\nfrom = 'a'\nto = '../b'\ncompare = 'words'\n"
            ),
            [
                "'page' | no list is called `page` | did you mean `pages`?",
                "[] | `files` names no file, so this entry would mean nothing | ",
                "'(' | unclosed group | ",
                "'a b' | `a b` is no host: invalid international domain name | ",
                "'docs/{slig}.md' | `slig` means nothing here | did you mean `slug`?",
                "false | a file that must not be there holds nothing: leave `exist`, or `has` and `lacks`, out | ",
                "'../b' | `../b` is no path below the root | name the file relative to congruent.toml, with forward slashes",
                "'words' | `words` can't be compared | what counts is `bytes`, `text` or `data`",
            ]
        );
    }

    #[test]
    fn artefacts_are_described() {
        let config = parse(
            "[define]\nrelease = '1'\n[[artifact]]\nmatch = ['dist/*.whl', 'out/a.zip']\nroot = './sdk'\ngenerated = 'a/_version.py'\n\
             requires = ['a/py.typed']\nversion = 'release'\nsays-version = 'a/b'\n[[artifact]]\nmatch = 'site'\nroot = '.'\n",
        );
        let artifacts = config.expect("valid").artifacts;
        let [wheel, site] = artifacts.as_slice() else { panic!("two") };
        assert_eq!((wheel.roots.as_slice(), site.roots.as_slice()), (&["sdk".to_owned()][..], &[String::new()][..]));
        assert!(
            wheel.is_about(Some("dist/a.whl"), "a.whl") && !wheel.is_about(Some("other/a.whl"), "a.whl") && wheel.is_about(None, "a.whl")
        );
        assert!(site.is_about(Some("site"), "site") && wheel.version.is_some());
    }

    #[test]
    fn an_artefact_that_would_mean_nothing_is_refused() {
        assert_eq!(
            problems("[define]\nrelease = '1'\n[[artifact]]\nmatch = []\nroot = '../sdk'\nrequires = '[a'\nversion = 'relase'\n"),
            [
                "[] | `match` names no artefact, so this entry would mean nothing | ",
                "'../sdk' | `../sdk` is no path below the root | name the file relative to congruent.toml, with forward slashes",
                "'[a' | `[a` is no glob: unclosed character class; missing ']' | ",
                "'relase' | `relase` means nothing here | did you mean `release`?",
            ]
        );
        assert!(problems("[[artifact]]\nroot = 'a'\n")[0].contains("missing field `match`"));
    }

    #[test]
    fn broken_toml_is_shown_where_it_breaks() {
        let found = problems("exclude = [\n");
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(problems("exclude = 3")[0].starts_with("3 | invalid type: integer"));
        assert!(problems("exclude = []\nexclude = []")[0].contains("duplicate key"));
    }
}
