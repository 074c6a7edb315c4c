use serde::{Deserialize, Serialize};

use super::{ApiPlace, ApiText};
use crate::model::{Text, TextBuilder};

/// Where an API is served.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Server {
    /// The URL, its variables being holes: `https://{region}.example.com/v1`. It may be relative to the place of the description.
    pub url: ApiText,
    /// The variables of the URL.
    pub variables: Vec<ServerVariable>,
    /// Where all of it stands.
    pub place: ApiPlace,
}

/// A variable of a server's URL.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ServerVariable {
    /// Its name, without braces.
    pub name: ApiText,
    /// What stands for it where nothing else is said.
    pub default: Option<ApiText>,
    /// All that may stand for it, if that is said.
    pub values: Vec<ApiText>,
}

impl Server {
    /// The URL with the defaults of its variables. A variable without one stays a hole.
    pub fn default_url(&self) -> Text<'static> {
        let url = &self.url.text;
        let mut builder = TextBuilder::new();
        let mut at = 0;
        for hole in url.holes() {
            builder.push(url, at..hole.start);
            let name = url.as_str().get(hole.start + 1..hole.end.saturating_sub(1)).unwrap_or_default();
            let variable = self.variables.iter().find(|variable| variable.name.as_str() == name);
            match variable.and_then(|variable| variable.default.as_ref()) {
                Some(default) => builder.escaped(default.as_str(), url.span(hole.clone())),
                None => builder.push(url, hole.clone()),
            }
            at = hole.end;
        }
        builder.push(url, at..url.len());
        builder.finish()
    }
}
