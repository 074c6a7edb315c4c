use congruent::model::{ApiDescription, ApiPlace, Document, Encoding, Facts, Span, Vocabulary, Wanted};
use congruent::parse::{self, Loader};

pub fn document(path: &str, text: &str) -> Document {
    Document::new(path, text, Encoding::Utf8 { bom: false })
}

/// The facts of one file of which only descriptions are asked for.
pub fn facts(path: &str, text: &str) -> Facts {
    parse::parse(&document(path, text), &Vocabulary::default(), Wanted { apis: true, ..Wanted::default() })
}

/// The description that one file holds.
pub fn api(path: &str, text: &str) -> ApiDescription {
    facts(path, text).apis.pop().unwrap()
}

/// A description of several files, the first being its own, and the files.
pub struct Project(Vec<Document>);

impl Project {
    pub fn new(files: &[(&str, &str)]) -> Self {
        Self(files.iter().map(|(path, text)| document(path, text)).collect())
    }

    /// Reads the description as whoever has the files does: what it refers to is added until nothing is missing that is there.
    pub fn load(&self) -> ApiDescription {
        let mut loader = Loader::new(&self.0[0]);
        let mut added = vec![self.0[0].path()];
        loop {
            let api = loader.load().unwrap();
            let next = api.elsewhere.iter().find_map(|missing| self.0.iter().find(|file| file.path() == missing.path));
            let Some(next) = next.filter(|next| !added.contains(&next.path())) else { return api };
            added.push(next.path());
            loader.add(next);
        }
    }

    /// What stands at a place: `file: text`.
    pub fn at(&self, api: &ApiDescription, place: ApiPlace) -> String {
        let path = &api.files[place.file];
        let file = self.0.iter().find(|file| file.path() == path).unwrap();
        format!("{path}: {}", file.slice(place.span))
    }
}

/// The operations as `METHOD template`.
pub fn operations(api: &ApiDescription) -> Vec<String> {
    let template = |template: Option<&str>| template.unwrap_or("-").to_owned();
    api.operations()
        .map(|(item, operation)| format!("{} {}", operation.method(), template(item.template.as_ref().map(|text| text.as_str()))))
        .collect()
}

/// What each operation needs: alternatives by `|`, schemes of one by `+`, `-` if nothing is said.
pub fn security(api: &ApiDescription) -> Vec<String> {
    let needs = |(_, operation)| {
        let Some(security) = api.security_of(operation) else { return "-".to_owned() };
        let all = |schemes: &[congruent::model::SecurityUse]| {
            schemes.iter().map(|used| used.name.as_str().to_owned()).collect::<Vec<_>>().join("+")
        };
        security.alternatives.iter().map(|needed| format!("({})", all(&needed.schemes))).collect::<Vec<_>>().join("|")
    };
    api.operations().map(needs).collect()
}

/// Where each operation is served, with the defaults of variables.
pub fn servers(api: &ApiDescription) -> Vec<String> {
    let urls = |(item, operation)| {
        let servers = api.servers_of(item, operation).unwrap_or_default();
        servers.iter().map(|server| server.default_url().as_str().to_owned()).collect::<Vec<_>>().join(" ")
    };
    api.operations().map(urls).collect()
}

/// The characters of a text at a span.
pub fn slice(text: &str, span: Span) -> &str {
    &text[span.range()]
}
