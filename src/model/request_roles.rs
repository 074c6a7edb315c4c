use serde::Deserialize;

use super::RequestBody;
use super::by_name::{ByName, Named};

/// What the names of a programming language have to do with HTTP requests.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RequestRoles {
    /// Calls that make requests or clients, or add to them.
    pub request: ByName<RequestRole>,
    /// What the members of requests and their clients mean.
    pub members: RequestMembers,
    /// Calls whose result is a body of a certain kind.
    pub body: ByName<BodyRole>,
    /// Calls of functions of other files that are given a method and a path.
    pub wrapper: WrapperRole,
}

/// What tells that a function of another file sends the method and the path that it is given: `self._request("GET", "/runs")`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WrapperRole {
    /// Words in the names of such functions.
    pub words: Vec<String>,
    /// Words in the names of functions that answer requests, or expect them.
    pub never: Vec<String>,
    /// What the method is called where it has a name.
    pub method: Vec<String>,
    /// What the path is called, likewise.
    pub path: Vec<String>,
    /// What makes servers and what collects their routes, by the last part of its name: its methods answer requests.
    pub servers: Vec<String>,
}

/// What a call has to do with HTTP requests: it makes one, or a client, or adds something to either.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct RequestRole {
    callee: Vec<String>,
    /// What it does.
    pub does: Deed,
    /// Whether only a name that many things have says it: then it counts where what it is given is a URL.
    pub guessed: bool,
    /// Whether functions that it is given are told of the answer. Others that only a name tells of are given what answers a request.
    pub callbacks: bool,
    /// The method: its name, or `name` where what is called begins with it: `get`, `getForObject`, `HttpGet`.
    pub method: Option<String>,
    /// The method where there is a body, and none is named.
    pub with_body: Option<String>,
    /// Where the method is given.
    pub method_at: Vec<Slot>,
    /// Where the URL is given, or the path behind the client's base.
    pub url: Vec<Slot>,
    /// Where the base is given to which the URLs of a client are relative.
    pub base: Vec<Slot>,
    /// The scheme of a URL that is given in parts.
    pub scheme: Option<String>,
    /// Where the host of such a URL is given.
    pub host: Vec<Slot>,
    /// Where its port is given.
    pub port: Vec<Slot>,
    /// Where its path is given.
    pub path: Vec<Slot>,
    /// Where a record of headers is given.
    pub headers: Vec<Slot>,
    /// Whether the arguments are the names and values of headers, in turn.
    pub pairs: bool,
    /// Whether `_` in the name of a header is sent as `-`.
    pub dashed: bool,
    /// Where the name of one header is given.
    pub name: Vec<Slot>,
    /// Whether that header is added to others of its name.
    pub adds: bool,
    /// The name of the header that it sets, where none is given.
    pub header: Option<String>,
    /// Where the value of that header is given.
    pub value: Vec<Slot>,
    /// Where a record of parameters of the query is given.
    pub query: Vec<Slot>,
    /// Where a JSON body is given.
    pub json: Vec<Slot>,
    /// Where a body is given that is sent as a form.
    pub form: Vec<Slot>,
    /// Where a body is given that is a form if it is a record, and text if not.
    pub data: Vec<Slot>,
    /// Where parameters are given that are the query where the method has no body, and a form where it has.
    pub parameters: Vec<Slot>,
    /// Where files are given that are sent in parts.
    pub files: Vec<Slot>,
    /// Where a body is given that is sent as it is.
    pub text: Vec<Slot>,
    /// Where the user and password are given, as one value.
    pub basic: Vec<Slot>,
    /// Where the user of Basic authentication is given.
    pub user: Vec<Slot>,
    /// Where the name of another scheme is given by which that user authenticates.
    pub scheme_at: Vec<Slot>,
    /// Where a token is given that is sent as `Authorization: Bearer`.
    pub bearer: Vec<Slot>,
    /// The scheme of HTTP authentication by which a client authenticates that is given nothing to do so.
    pub authenticates: Option<String>,
    /// The path of a request that stands for all of those of a client, which add it to the URL that is given.
    pub behind: Option<String>,
    /// Where a record of cookies is given.
    pub cookies: Vec<Slot>,
    /// Where functions are given that may add headers.
    pub hooks: Vec<Slot>,
    /// Why not all headers are known, where something else may add some.
    pub hides_headers: Option<String>,
}

/// What a call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deed {
    /// It makes a request, by the client whose method it is if it is one.
    #[default]
    Request,
    /// It makes the object of which it is a method a request.
    Open,
    /// It makes a client.
    Client,
    /// It adds to the request or client of which it is a method.
    Part,
    /// It adds to the query of the URL of which it is a method.
    Query,
}

/// Where a call is given something: `0` is its first argument without a keyword, `url=` the one with that keyword, `1.headers`
/// an entry of a record, `self` the object whose method it is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Slot {
    /// Which argument.
    pub argument: SlotArgument,
    /// The entry of that argument.
    pub entry: Option<String>,
}

/// Which argument of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SlotArgument {
    /// The one at this place among those without a keyword.
    Place(usize),
    /// The one with this keyword.
    Keyword(String),
    /// The object whose method is called.
    Receiver,
}

impl TryFrom<String> for Slot {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let (argument, entry) = match text.split_once('.') {
            Some((argument, entry)) => (argument, Some(entry.to_owned())),
            None => (text.as_str(), None),
        };
        let argument = match argument.strip_suffix('=') {
            _ if argument == "self" => SlotArgument::Receiver,
            Some(keyword) => SlotArgument::Keyword(keyword.to_owned()),
            None => SlotArgument::Place(argument.parse().map_err(|_| format!("`{text}` names no argument: `0`, `name=` or `0.entry`"))?),
        };
        Ok(Self { argument, entry })
    }
}

/// What the members of a request or client mean, by the end of their path: `headers`, `defaults.headers.common`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RequestMembers {
    /// They hold its headers; the empty path is the object itself.
    pub headers: Vec<String>,
    /// They are the base of a client's URLs.
    pub base: Vec<String>,
    /// They are user and password.
    pub basic: Vec<String>,
    /// They are the body.
    pub text: Vec<String>,
    /// They are the type of the body.
    #[serde(rename = "content-type")]
    pub content_type: Vec<String>,
    /// They are the query of its URL.
    pub query: Vec<String>,
    /// Members of a URL that are its query.
    #[serde(rename = "url-query")]
    pub url_query: Vec<String>,
    /// Members of a URL that hold the parameters of its query.
    pub parameters: Vec<String>,
    /// Methods of a record that add to it what they are given.
    pub updates: Vec<String>,
    /// Methods of a record that set one entry: its key, and its value.
    pub sets: Vec<String>,
}

/// What kind of body the result of a call is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BodyRole {
    callee: Vec<String>,
    /// The kind.
    pub kind: RequestBody,
}

impl Named for BodyRole {
    fn names(&self) -> &[String] {
        &self.callee
    }
}

impl RequestRole {
    /// A word of each callee that makes requests or clients, which stands in every program that calls it.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let callees = self.callee.iter().filter(|_| !matches!(self.does, Deed::Part | Deed::Query));
        callees.map(|callee| match callee.strip_prefix("*.") {
            Some(method) => method,
            None => callee.trim_start_matches('*').split(['.', '(']).next().unwrap_or_default(),
        })
    }
}

impl Named for RequestRole {
    fn names(&self) -> &[String] {
        &self.callee
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_places_keywords_and_entries() {
        let slot = |text: &str| Slot::try_from(text.to_owned());
        assert_eq!(slot("1.headers"), Ok(Slot { argument: SlotArgument::Place(1), entry: Some("headers".to_owned()) }));
        assert_eq!(slot("url="), Ok(Slot { argument: SlotArgument::Keyword("url".to_owned()), entry: None }));
        assert!(slot("url").is_err());
    }
}
