//! What pages set up to show an API: Swagger UI, Redoc and Scalar, started by a script, and Docusaurus, by its configuration.

use std::ops::Range;

use memchr::memmem;

use super::Format;
use super::literals::{Around, Literal, literals, literals_of_call};
use crate::model::{Document, Span};

/// The functions that start what shows a description, without the objects that they are members of.
const STARTS: [&str; 4] = ["SwaggerUIBundle", "SwaggerUI", "Redoc.init", "createApiReference"];
/// The function that gives a key to one of the schemes.
const GIVES_KEY: &str = "preauthorizeApiKey";
/// Longer programs are libraries.
const MAX_PROGRAM: usize = 256 << 10;

/// How requests that are tried out on a page authenticate before a reader says anything.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Preset {
    /// What says so.
    pub span: Span,
    /// How.
    pub what: Presets,
}

/// What is preset.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Presets {
    /// A token as Bearer.
    Bearer,
    /// A key for the scheme of this name.
    Scheme(String),
}

/// What pages of a document have preset.
pub fn presets(document: &Document) -> Vec<Preset> {
    let text = document.as_str();
    if !may_start(document) {
        return Vec::new();
    }
    let mut out = Vec::new();
    let mut add = |literal: &Literal<'_>, what: Presets| {
        out.push(Preset { span: Span::new(literal.range.start, literal.range.end), what });
    };
    let calls = starts(document, &STARTS[..2]).into_iter().chain(starts(document, &[GIVES_KEY]));
    for literal in calls.flat_map(|at| literals_of_call(text, at)) {
        let chars = text.get(literal.range.clone()).unwrap_or_default();
        let names = |wanted: &str| literal.around.iter().any(|around| matches!(around, Around::Key(key) if *key == wanted));
        let is_scheme = names("schema") && literal.around.last() == Some(&Around::Key("scheme")) && chars.eq_ignore_ascii_case("bearer");
        let is_value = chars.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer "));
        match literal.around.last() {
            Some(Around::Call(callee, 0)) if callee.ends_with(GIVES_KEY) && literal.is_whole => {
                add(&literal, Presets::Scheme(chars.to_owned()))
            }
            _ if is_scheme || (is_value && !names("description")) => add(&literal, Presets::Bearer),
            _ => {}
        }
    }
    out.sort();
    out.dedup();
    out
}

/// The URLs of the descriptions that scripts of a document show, with their places.
pub(super) fn shown(document: &Document) -> Vec<(Span, String)> {
    let text = document.as_str();
    if !may_start(document) {
        return Vec::new();
    }
    let is_url = |literal: &Literal<'_>| match literal.around.as_slice() {
        [Around::Call(callee, 0)] => callee.ends_with("Redoc.init"),
        [Around::Call(callee, _), Around::Key("url")] => !callee.ends_with("Redoc.init"),
        [Around::Call(..), Around::Key("urls" | "sources" | "spec"), Around::Key("url")] => true,
        _ => false,
    };
    let all = starts(document, &STARTS).into_iter().flat_map(|at| literals_of_call(text, at));
    let urls = all.filter(|literal| literal.is_whole && is_url(literal)).filter_map(|literal| {
        let chars = text.get(literal.range.clone())?;
        // What a template puts there is not known.
        let is_known = !chars.trim().is_empty() && !chars.contains(['{', '}', '$', '<', '\\', '%']);
        is_known.then(|| (Span::new(literal.range.start, literal.range.end), chars.trim().to_owned()))
    });
    let mut urls: Vec<_> = urls.collect();
    urls.sort();
    urls.dedup();
    urls
}

/// Whether a document can start something that shows a description.
fn may_start(document: &Document) -> bool {
    let text = document.as_str();
    let is_page = match Format::of(document.path(), text) {
        Format::Html | Format::Markdown => true,
        Format::Script(language) => language.is_javascript() && text.len() <= MAX_PROGRAM,
        _ => false,
    };
    is_page && STARTS.iter().chain(&[GIVES_KEY]).any(|name| memmem::find(text.as_bytes(), name.as_bytes()).is_some())
}

/// Where functions are called in what a document runs.
fn starts(document: &Document, names: &[&str]) -> Vec<usize> {
    let text = document.as_str();
    let is_program = matches!(Format::of(document.path(), text), Format::Script(_));
    let found = |name: &&str| {
        let (mut last, mut line, mut is_comment, mut is_script) = (0, 0, false, is_program);
        let mut out = Vec::new();
        for at in memmem::find_iter(text.as_bytes(), name.as_bytes()) {
            let between = text.get(last..at).unwrap_or_default();
            if let Some(end) = between.rfind('\n') {
                line = last + end + 1;
            }
            // What stands in a line before the first name says what the line is.
            if line >= last {
                let start = text.get(line..at).unwrap_or_default().trim_start();
                is_comment = start.starts_with(['*', '#']) || start.starts_with("//");
            }
            match (between.rfind("<script"), between.rfind("</script")) {
                (None, None) => {}
                (open, close) => is_script = is_program || open > close,
            }
            let is_whole = !between.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '$')) && !between.ends_with("function ");
            let is_called = text.get(at + name.len()..).is_some_and(|rest| rest.trim_start().starts_with('('));
            if is_script && !is_comment && is_whole && is_called {
                out.push(at);
            }
            last = at;
        }
        out
    };
    names.iter().flat_map(found).collect()
}

/// What the configuration of a Docusaurus site says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Docusaurus {
    /// Where it is published: `url` and `baseUrl`.
    pub url: Option<String>,
    /// The path below which it is published.
    pub base: String,
    /// The folder of its docs, and the path below which they are published.
    pub docs: String,
    /// See `docs`.
    pub route: String,
    /// Whether the URLs of pages end in a slash, if it is said.
    pub has_slash: Option<bool>,
    /// The files of descriptions that its plugins show, as they are written: by redocusaurus, docusaurus-plugin-openapi-docs.
    pub specs: Vec<(Span, String)>,
}

impl Docusaurus {
    /// What a configuration says, written in JavaScript or TypeScript. What is computed in it is left out.
    pub fn of(document: &Document) -> Self {
        let text = document.as_str();
        let said = text.split_once("trailingSlash").map(|(_, rest)| rest.trim_start_matches([' ', ':']));
        let has_slash = said.and_then(|rest| ["false", "true"].iter().position(|word| rest.starts_with(word))).map(|at| at == 1);
        let docs = || "docs".to_owned();
        let mut out = Self { url: None, base: "/".to_owned(), docs: docs(), route: docs(), has_slash, specs: Vec::new() };
        for literal in literals(text).into_iter().filter(|literal| literal.is_whole) {
            let Range { start, end } = literal.range;
            let chars = text.get(start..end).unwrap_or_default();
            match literal.around.as_slice() {
                [Around::Key("url")] => out.url = Some(chars.to_owned()),
                [Around::Key("baseUrl")] => out.base = chars.to_owned(),
                [.., Around::Key("docs"), Around::Key("path")] => out.docs = chars.trim_start_matches("./").trim_matches('/').to_owned(),
                [.., Around::Key("docs"), Around::Key("routeBasePath")] => out.route = chars.to_owned(),
                [.., Around::Key("specs"), Around::Key("spec")] | [.., Around::Key("specPath")] => {
                    out.specs.push((Span::new(start, end), chars.to_owned()));
                }
                _ => {}
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Encoding;

    fn document(path: &str, text: &str) -> Document {
        Document::new(path, text, Encoding::Utf8 { bom: false })
    }

    #[test]
    fn scripts_show_descriptions() {
        let urls = |path: &str, text: &str| shown(&document(path, text)).into_iter().map(|(_, url)| url).collect::<Vec<_>>();
        let page = "<script>window.ui = SwaggerUIBundle({url: \"a.json\", urls: [{url: 'b.json'}], dom_id: '#x', presets: [{url: 'no'}]})</script>";
        assert_eq!(urls("a.html", page), ["a.json", "b.json"]);
        assert_eq!(urls("a.js", "Redoc.init('/a.yaml', {url: 'no'}, at);\nRedoc.init(url, {}, 'no');"), ["/a.yaml"]);
        assert_eq!(urls("a.html", "<script>Scalar.createApiReference('#app', { url: '/b.json' })</script>"), ["/b.json"]);
        for nothing in [
            "<p>SwaggerUIBundle({url: 'a.json'})</p>",
            "<script>\n// SwaggerUIBundle({url: 'a.json'})\n</script>",
            "<script>\n // SwaggerUIBundle SwaggerUIBundle({url: 'a.json'})\n</script>",
            "<script></script>SwaggerUIBundle SwaggerUIBundle({url: 'a.json'})",
            "<script>SwaggerUIBundle({url: `${a}.json`})</script>",
        ] {
            assert_eq!(urls("a.html", nothing), Vec::<String>::new(), "{nothing}");
        }
    }

    #[test]
    fn scripts_preset_credentials() {
        let found = |text: &str| presets(&document("a.js", text)).into_iter().map(|preset| preset.what).collect::<Vec<_>>();
        let scheme = |name: &str| Presets::Scheme(name.to_owned());
        assert_eq!(
            found("SwaggerUIBundle({requestInterceptor: (r) => { r.headers.Authorization = `Bearer ${k}`; return r; }})"),
            [Presets::Bearer]
        );
        assert_eq!(found("const ui = SwaggerUI({onComplete: () => ui.preauthorizeApiKey('key', k)})"), [scheme("key")]);
        assert_eq!(found("ui.preauthorizeApiKey(\"token\", 'Bearer ' + k)"), [scheme("token"), Presets::Bearer]);
        assert_eq!(
            found("SwaggerUI({authAction: {a: {name: 'a', schema: {type: 'http', scheme: 'bearer'}, value: v}}})"),
            [Presets::Bearer]
        );
        assert_eq!(found("fetch(u, {headers: {Authorization: `Bearer ${k}`}}); SwaggerUIBundle({url: 'a'})"), []);
    }

    #[test]
    fn hostile_pages_take_linear_time() {
        for text in ["SwaggerUI() ".repeat(100_000), format!("<script>SwaggerUI({})", "'Bearer ',".repeat(200_000))] {
            presets(&document("a.html", &text));
        }
    }

    #[test]
    fn a_configuration_of_docusaurus_is_read() {
        let text = "// @ts-check\nconst config = {\n  title: 'A',\n  url: 'https://a.test',\n  baseUrl: '/b/',\n  trailingSlash: false,\n  presets: [\n    ['classic', {docs: {path: './pages', routeBasePath: '/'}, blog: {path: 'b'}}],\n    ['redocusaurus', { specs: [{ id: 'x', spec: 'api/a.yaml', route: '/api/' }] }],\n  ],\n  plugins: [['docusaurus-plugin-openapi-docs', { config: { pets: { specPath: \"b.yaml\", outputDir: 'docs/b' } } }]],\n};\nmodule.exports = config;\n";
        let found = Docusaurus::of(&document("docusaurus.config.js", text));
        assert_eq!((found.url.as_deref(), found.base.as_str()), (Some("https://a.test"), "/b/"));
        assert_eq!((found.docs.as_str(), found.route.as_str(), found.has_slash), ("pages", "/", Some(false)));
        assert_eq!(found.specs.into_iter().map(|(_, path)| path).collect::<Vec<_>>(), ["api/a.yaml", "b.yaml"]);
    }
}
