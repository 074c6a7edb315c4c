use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

/// How the words of one shell command are read: which options take a value, and what the values and operands mean.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Raw")]
pub struct CommandSyntax {
    /// The names of the program.
    pub names: Vec<String>,
    /// The syntax holds only where these words follow the name (`remote add`); empty: always.
    pub subcommands: Vec<String>,
    /// What the words are that are neither options nor their values.
    pub operands: Operands,
    /// How many operands stand before the command that it runs (`timeout 5 curl`).
    pub leading: usize,
    /// The language that it interprets, where it is an interpreter, as a file name extension.
    pub language: Option<String>,
    options: HashMap<String, OptionMeaning>,
}

/// What the operands of a command are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operands {
    /// Nothing that matters here.
    #[default]
    None,
    /// URLs of requests; without a scheme they are meant as `http:`.
    Url,
    /// A method, a URL and request items, as HTTPie reads them.
    Httpie,
    /// What it fetches, where an operand is an absolute URL.
    Download,
    /// What it talks to, where an operand is an absolute URL.
    Endpoint,
    /// Another command with its words (`sudo`).
    Command,
    /// Words among which a request program may be named (`docker run curlimages/curl …`).
    Search,
    /// Shell code (`eval`).
    Script,
}

/// What an option, or its value, means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OptionMeaning {
    /// The request method.
    Method,
    /// A header line.
    Header,
    /// The request's URL.
    Url,
    /// `user:password` of Basic authentication, or the user alone.
    User,
    /// The password of Basic authentication.
    Password,
    /// An OAuth 2 bearer token.
    Bearer,
    /// What `User` is: `basic`, `digest`, `bearer`.
    AuthType,
    /// The value of the header `User-Agent`.
    UserAgent,
    /// The value of the header `Referer`.
    Referer,
    /// A file of further options.
    Config,
    /// A file of credentials by host.
    NetrcFile,
    /// Cookies (`name=value; …`), or a file of them.
    Cookie,
    /// A request body that is sent as a form; several are joined.
    Data,
    /// A part of such a body of which the value is percent-encoded.
    UrlEncoded,
    /// A request body that is sent as it is.
    Raw,
    /// A file that is sent as the body of a `PUT`.
    Upload,
    /// A JSON request body.
    Json,
    /// A part of a multipart body.
    Form,
    /// A part of the URL's query.
    Query,
    /// Where the response is saved.
    Output,
    /// What is fetched, where it is an absolute URL (a package index).
    Download,
    /// What is talked to, where it is an absolute URL.
    Endpoint,
    /// Code in the language of the interpreter, or shell code.
    Script,
    /// The name of another command, whose words follow (`find -exec`, `python -m`).
    Command,
    /// A value that means nothing here.
    Skip,
    /// No value: the option's name is what `User` authenticates by (`--digest`).
    Scheme,
    /// No value: credentials may come from the user's file of them.
    Netrc,
    /// No value: the items of the body are a form.
    FormItems,
    /// No value: the items of the body are sent as several parts.
    MultipartItems,
    /// No value: the body goes into the query.
    Get,
    /// No value: `HEAD`.
    Head,
    /// No value: the response is saved under the URL's own name.
    Save,
    /// No value: a new request begins.
    Next,
    /// No value, and no meaning here: an option of several letters behind one dash (`-nv`).
    Flag,
}

impl OptionMeaning {
    /// Whether a value follows.
    pub fn takes_value(self) -> bool {
        !matches!(
            self,
            Self::Get
                | Self::Head
                | Self::Save
                | Self::Next
                | Self::Flag
                | Self::Scheme
                | Self::Netrc
                | Self::FormItems
                | Self::MultipartItems
        )
    }
}

/// A command as its data file says it: options by what they mean.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Raw {
    names: Vec<String>,
    #[serde(default)]
    subcommands: Vec<String>,
    #[serde(default)]
    operands: Operands,
    #[serde(default)]
    leading: usize,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    options: BTreeMap<OptionMeaning, Vec<String>>,
}

impl TryFrom<Raw> for CommandSyntax {
    type Error = String;

    fn try_from(raw: Raw) -> Result<Self, Self::Error> {
        let mut options = HashMap::new();
        for (meaning, spellings) in &raw.options {
            for spelling in spellings {
                if !spelling.starts_with('-') {
                    return Err(format!("`{spelling}` is no option: it has to begin with `-`"));
                }
                if options.insert(spelling.clone(), *meaning).is_some() {
                    return Err(format!("option `{spelling}` stands twice"));
                }
            }
        }
        let Raw { names, subcommands, operands, leading, language, .. } = raw;
        Ok(Self { names, subcommands, operands, leading, language, options })
    }
}

impl CommandSyntax {
    /// What an option (`-X`, `--request`) means; `None` for one without a value that matters here.
    pub fn option(&self, spelling: &str) -> Option<OptionMeaning> {
        self.options.get(spelling).copied()
    }
}

/// The known commands, by name.
#[derive(Debug, Default)]
pub struct Commands {
    syntaxes: Vec<CommandSyntax>,
    by_name: HashMap<String, Vec<usize>>,
}

impl Commands {
    /// Adds a command, or another subcommand of one.
    pub fn add(&mut self, syntax: CommandSyntax) {
        for name in &syntax.names {
            self.by_name.entry(name.clone()).or_default().push(self.syntaxes.len());
        }
        self.syntaxes.push(syntax);
    }

    /// The language that a program of this name interprets.
    pub fn language(&self, name: &str) -> Option<&str> {
        self.named(name).find_map(|syntax| syntax.language.as_deref())
    }

    /// The names of the commands that make requests of their operands.
    pub fn requesting(&self) -> impl Iterator<Item = &str> {
        let requesting = self.syntaxes.iter().filter(|syntax| matches!(syntax.operands, Operands::Url | Operands::Httpie));
        requesting.flat_map(|syntax| syntax.names.iter().map(String::as_str))
    }

    /// The ways in which the words after this program's name may be read.
    pub fn named<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a CommandSyntax> {
        self.by_name.get(name).into_iter().flatten().filter_map(|&index| self.syntaxes.get(index))
    }
}
