use foldhash::HashMap;
use serde::{Deserialize, Deserializer, de};

use super::by_name::{ByName, Named};
use super::{HostRoles, Role};

/// What the names of a programming language mean: which calls load what, which fold to a constant.
///
/// A callee is a dotted path with imported names replaced by what they stand for (`requests.post`); `()` is the result of a
/// call (`requests.Session().get`), and `*.name` is a method of any object.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ScriptRoles {
    /// Objects whose members are global names as well: `window.fetch`.
    #[serde(default)]
    pub globals: Vec<String>,
    /// Members of a string or URL object that are the string itself: `href`.
    #[serde(default)]
    pub same_members: Vec<String>,
    /// Parameters of commands that take no value, where those of others do (PowerShell).
    #[serde(default)]
    pub switches: Vec<String>,
    /// Objects whose members are the variables of the environment: `process.env`.
    #[serde(default)]
    pub environment: Vec<String>,
    /// Methods that call their first argument with each element of the list.
    #[serde(default)]
    pub iterators: Vec<String>,
    /// Constants of libraries, by their paths, and their texts.
    #[serde(default)]
    pub constants: HashMap<String, String>,
    /// Commands that print their words.
    #[serde(default)]
    pub prints: Vec<String>,
    /// Calls whose arguments mean something.
    #[serde(default)]
    pub call: ByName<CallRole>,
    /// Members whose assignment means something.
    #[serde(default)]
    pub member: ByName<ValueRole>,
    /// Keys whose value in a record means something, wherever that record goes.
    #[serde(default)]
    pub entry: ByName<ValueRole>,
    /// What the path of an imported module means.
    #[serde(default)]
    pub import: Option<Use>,
    /// What a tagged template means whose tag is no known callee.
    #[serde(default)]
    pub template: Option<Use>,
    /// Calls whose result can be computed.
    #[serde(default)]
    pub fold: ByName<FoldRole>,
    /// Calls that give an element of a document.
    #[serde(default)]
    pub element: ByName<ElementRole>,
    /// Components that stand for an element.
    #[serde(default)]
    pub components: HashMap<String, String>,
    /// Words in the name of a variable that say which element it holds.
    #[serde(default)]
    pub hints: HashMap<String, String>,
    /// What a URL of an attribute is by the extension of its path, where the element is not known.
    #[serde(default)]
    pub extensions: HashMap<String, Role>,
    /// What a URL of an attribute is where nothing else says it.
    #[serde(default)]
    pub attributes: HashMap<String, Role>,
    /// How a page's script is told from another program.
    #[serde(default)]
    pub page: PageSigns,
    /// How texts are tested for hosts.
    #[serde(default)]
    pub hosts: HostRoles,
}

impl ScriptRoles {
    /// Whether programs in this language load anything into a page.
    pub fn may_load(&self) -> bool {
        let loads =
            |role: Use| !matches!(role, Use::Url(role) if !matches!(role, Role::Load(_))) && !matches!(role, Use::Request | Use::Command);
        self.call.iter().map(|role| role.role).chain(self.member.iter().chain(self.entry.iter()).map(|role| role.role)).any(loads)
    }

    /// Whether a member of a string, or of a URL object, is that string itself.
    pub fn same_member(&self, name: &str) -> bool {
        self.same_members.iter().any(|known| known == name)
    }
}

/// What becomes of a value that a program hands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// It is a URL.
    Url(Role),
    /// It is a URL of a request: `connect-src` in a page's script, `endpoint` in other programs.
    Request,
    /// It is a URL of code to run: `script-src` in a page's script, `download` in other programs.
    Code,
    /// It is a URL, or a part of one, that an element's attribute takes.
    Attribute,
    /// It is a record of an element's attributes.
    Attributes,
    /// It is the elements of a page's head, as site generators are told them.
    Head,
    /// It is a document or a piece of one.
    Html,
    /// It is a style sheet.
    Css,
    /// It is declarations of a style sheet, or the value of one.
    CssValue,
    /// It is a program in the same language.
    Script,
    /// It is a command: shell code, or the list of its words.
    Command,
}

impl<'de> Deserialize<'de> for Use {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Ok(match name.as_str() {
            "request" => Self::Request,
            "code" => Self::Code,
            "attribute" => Self::Attribute,
            "attributes" => Self::Attributes,
            "head" => Self::Head,
            "html" => Self::Html,
            "css" => Self::Css,
            "css-value" => Self::CssValue,
            "script" => Self::Script,
            "command" => Self::Command,
            other => Self::Url(other.parse().map_err(de::Error::custom)?),
        })
    }
}

/// What an argument of a call means.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallRole {
    callee: Vec<String>,
    /// The argument's place among those without a keyword.
    #[serde(default)]
    pub argument: usize,
    /// All further arguments mean the same.
    #[serde(default)]
    pub rest: bool,
    /// The keyword under which it may be given instead.
    #[serde(default)]
    pub keyword: Option<String>,
    /// The entry of that argument, a record, that is meant.
    #[serde(default)]
    pub entry: Option<String>,
    /// The tag of the elements that it lists, if it lists elements of one tag.
    #[serde(default)]
    pub tag: Option<String>,
    /// The argument that is the element, where it is not the receiver: an element, or its tag.
    #[serde(default)]
    pub element: Option<usize>,
    /// Whether the program reads what the command prints that it runs.
    #[serde(default)]
    pub captured: bool,
    /// Keywords with which it does.
    #[serde(default, rename = "captured-by")]
    pub captured_by: Vec<String>,
    /// What becomes of it.
    #[serde(rename = "use")]
    pub role: Use,
}

/// What the value of an assigned member or variable, or of a record's entry, means.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueRole {
    name: Vec<String>,
    /// How the names of the files begin in which it means that, with the folders that they need to be in; any file, if empty.
    #[serde(default)]
    files: Vec<String>,
    /// The tag of the elements that it lists, if it lists elements of one tag.
    #[serde(default)]
    pub tag: Option<String>,
    /// What becomes of it.
    #[serde(rename = "use")]
    pub role: Use,
}

impl ValueRole {
    /// Whether it means that in some files only, whatever the program does there.
    pub fn is_of_files(&self) -> bool {
        !self.files.is_empty()
    }

    /// Whether it means that in the file at this path.
    pub fn counts_in(&self, path: &str) -> bool {
        let is_of = |start: &str| {
            let folders = start.matches('/').count();
            let from = path.rmatch_indices('/').nth(folders).map_or(0, |(at, slash)| at + slash.len());
            path.get(from..).is_some_and(|end| end.starts_with(start))
        };
        self.files.is_empty() || self.files.iter().any(|start| is_of(start))
    }
}

/// How the result of a call is computed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FoldRole {
    /// The names of what is called.
    pub callee: Vec<String>,
    /// The way.
    pub with: Fold,
}

/// A way to compute a call's result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fold {
    /// The receiver, or the first argument if the receiver is not known, unchanged.
    Identity,
    /// The first argument, unchanged.
    Argument,
    /// The receiver, unchanged, whatever the arguments.
    Receiver,
    /// The receiver and all arguments, one string.
    Concat,
    /// All arguments, one string.
    ConcatArguments,
    /// The elements of the receiver, the first argument between them.
    Join,
    /// The elements of the first argument, the receiver between them.
    JoinArgument,
    /// The elements of the first argument, the second between them.
    JoinList,
    /// The elements of the other arguments, or of the second if that is a list, the first argument between them.
    JoinRest,
    /// The list of all arguments.
    List,
    /// A format string with `%s`: the first argument, filled with the others.
    Printf,
    /// A format string with `{}`: the receiver, filled with the arguments.
    Format,
    /// A format string with `{}`: the first argument, filled with the others.
    FormatArgument,
    /// The first argument, decoded from Base64.
    Base64,
    /// A URL: the first argument, relative to the second.
    Url,
    /// A URL: the second argument, relative to the first.
    UrlJoin,
    /// A URL: the first argument, relative to the receiver; the receiver where there is none.
    Resolve,
    /// The module that the first argument names.
    Module,
    /// The first argument's records, one record.
    Merge,
    /// All arguments, one string, a slash between them.
    PathJoin,
    /// A URL: the receiver, with a parameter of its query, whose name and value the arguments are.
    Parameter,
    /// The entry of the receiver that the first argument names, or what it is if there is none: the second argument.
    Default,
}

/// A call that gives an element.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ElementRole {
    callee: Vec<String>,
    /// The element's tag, if the call says it.
    #[serde(default)]
    pub tag: Option<String>,
    /// The argument that is the tag, a selector, or markup.
    #[serde(default)]
    pub argument: usize,
}

/// How a page's script is told from another program, where no page holds it.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct PageSigns {
    /// Folders and ends of file names of tests, whose loads are samples.
    pub tests: Vec<String>,
    /// Folders, file names and their ends of programs that no page runs.
    pub programs: Vec<String>,
    /// Words that only a program has that no page runs.
    pub program_words: Vec<String>,
    /// What a bundle holds that no page runs.
    pub program_imports: Vec<String>,
    /// Words that only a page's script has.
    pub page_words: Vec<String>,
    /// Folders of what a site serves.
    pub folders: Vec<String>,
}

impl Named for CallRole {
    fn names(&self) -> &[String] {
        &self.callee
    }
}

impl Named for ValueRole {
    fn names(&self) -> &[String] {
        &self.name
    }
}

impl Named for FoldRole {
    fn names(&self) -> &[String] {
        &self.callee
    }
}

impl Named for ElementRole {
    fn names(&self) -> &[String] {
        &self.callee
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Directive;

    #[test]
    fn names_are_found_by_their_last_part() {
        let data = r#"
            [[call]]
            callee = ["fetch", "axios.get"]
            use = "request"
            [[call]]
            callee = ["*.setAttribute"]
            argument = 1
            use = "img-src"
        "#;
        let roles: ScriptRoles = toml::from_str(data).unwrap();
        let find = |path| roles.call.find(path).map(|role| role.role).collect::<Vec<_>>();
        assert_eq!(find("fetch"), [Use::Request]);
        assert_eq!(find("axios.get"), [Use::Request]);
        assert_eq!(find("cache.get"), []);
        assert_eq!(find("my.fetch"), []);
        assert_eq!(find("a().b.setAttribute"), [Use::Url(Role::Load(Directive::Img))]);
        assert_eq!(find("setAttribute"), []);
    }

    #[test]
    fn an_unknown_use_is_an_error() {
        assert!(toml::from_str::<ScriptRoles>("[[call]]\ncallee = ['f']\nuse = 'imgsrc'").is_err());
    }
}
