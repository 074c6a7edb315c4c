use super::script::Language;

/// What a text is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// HTML, and templates of it (Jinja, Django, Go, ERB, Handlebars, Hugo).
    Html,
    /// CommonMark with GFM, MDX, MkDocs, MyST and Docusaurus extensions.
    Markdown,
    /// CSS, SCSS, LESS.
    Css,
    /// XML and SVG.
    Xml,
    /// JSON, with comments and trailing commas allowed.
    Json,
    /// YAML 1.2.
    Yaml,
    /// TOML 1.1.
    Toml,
    /// A container build file.
    Dockerfile,
    /// A makefile.
    Makefile,
    /// A justfile.
    Justfile,
    /// A program.
    Script(Language),
    /// Anything else: prose.
    Plain,
}

impl Format {
    /// The format of a file, by its name, or by its first line where the name says nothing.
    pub fn of(path: &str, text: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
        let template = Self::of_template(&name, text);
        let known = template.or_else(|| Self::of_name(&name, text)).or_else(|| Self::of_shebang(text)).unwrap_or(Self::Plain);
        if known == Self::Script(Language::Shell) && is_of_tcl(text) { Self::Plain } else { known }
    }

    /// The format of a template: that of what it makes (`agent.py.tmpl`, `agents_md.tmpl`), by its text where the name says
    /// nothing.
    fn of_template(name: &str, text: &str) -> Option<Self> {
        let (stem, extension) = name.rsplit_once('.')?;
        if !matches!(extension, "tmpl" | "tpl" | "gotmpl" | "template" | "j2" | "jinja" | "jinja2" | "erb" | "ejs" | "liquid" | "mustache")
        {
            return None;
        }
        let made =
            Self::of_name(stem, text).or_else(|| Self::of_extension(stem.rsplit(['_', '-']).next()?).filter(|_| stem.contains(['_', '-'])));
        if made.is_some() || Self::of_extension(extension).is_some() {
            return made;
        }
        let is_markdown = text.lines().any(|line| line.starts_with("# ") || line.starts_with("```"));
        Some(match text.trim_start().as_bytes().first() {
            Some(b'<') => Self::Html,
            _ if is_markdown => Self::Markdown,
            _ => Self::Plain,
        })
    }

    fn of_name(name: &str, text: &str) -> Option<Self> {
        let extension = name.rsplit_once('.').map(|(_, extension)| extension);
        let extension = extension.and_then(Self::of_extension);
        // `Dockerfile.dev` and `Dockerfile.go` build containers, but `dockerfile.md` tells of them.
        let builds = |extension| match extension {
            None | Some(Self::Dockerfile | Self::Makefile) => true,
            Some(Self::Script(_)) => is_build(text),
            Some(_) => false,
        };
        if matches!(name, "dockerfile" | "containerfile") || name.starts_with("dockerfile.") && builds(extension) {
            return Some(Self::Dockerfile);
        }
        // `Makefile.common`, but `makefile.go` is a program.
        let makes = matches!(extension, None | Some(Self::Dockerfile | Self::Makefile));
        if matches!(name, "makefile" | "gnumakefile" | "bsdmakefile") || name.starts_with("makefile.") && makes {
            return Some(Self::Makefile);
        }
        if matches!(name, "justfile" | ".justfile") {
            return Some(Self::Justfile);
        }
        // Programs whose names have no extension.
        if matches!(
            name,
            "rakefile"
                | "gemfile"
                | "guardfile"
                | "capfile"
                | "vagrantfile"
                | "podfile"
                | "fastfile"
                | "brewfile"
                | "berksfile"
                | "dangerfile"
        ) {
            return Some(Self::Script(Language::Ruby));
        }
        extension
    }

    /// The format that a file name extension or a code fence's info string stands for.
    pub fn of_extension(extension: &str) -> Option<Self> {
        Some(match extension {
            "html" | "htm" | "xhtml" | "jinja" | "jinja2" | "njk" | "hbs" | "handlebars" | "mustache" | "erb" | "ejs" | "liquid"
            | "gohtml" | "twig" | "jsp" | "php" | "phtml" | "vue" | "svelte" | "astro" => Self::Html,
            "md" | "markdown" | "mdx" | "mkd" | "mdown" | "qmd" | "rmd" => Self::Markdown,
            "css" | "scss" | "less" | "sass" => Self::Css,
            "svg" | "xml" | "xsl" | "xslt" | "rss" | "atom" | "xsd" => Self::Xml,
            "json" | "jsonc" | "json5" | "webmanifest" | "ipynb" | "map" | "geojson" | "topojson" | "jsonl" | "ndjson" | "har" => {
                Self::Json
            }
            "yaml" | "yml" => Self::Yaml,
            "toml" => Self::Toml,
            "dockerfile" | "containerfile" | "docker" => Self::Dockerfile,
            "makefile" | "make" | "mk" | "mak" | "mf" => Self::Makefile,
            "just" | "justfile" => Self::Justfile,
            other => return Language::of_extension(other).map(Self::Script),
        })
    }

    fn of_shebang(text: &str) -> Option<Self> {
        let line = text.strip_prefix("#!")?.lines().next()?;
        let program = line.split_whitespace().find(|word| !word.ends_with("/env") && !word.starts_with('-'))?;
        let name = program.rsplit('/').next().unwrap_or(program).trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        Language::of_extension(name).map(Self::Script)
    }
}

/// Whether the first instruction is one that a container's build begins with (Dockerfile reference, "Format").
fn is_build(text: &str) -> bool {
    let first = text.lines().find(|line| !line.is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| line.starts_with("FROM ") || line.starts_with("ARG "))
}

/// Whether what is called a shell's script is one of Tcl or Expect, by the program that its first lines start.
fn is_of_tcl(text: &str) -> bool {
    /// In how many lines that is looked for.
    const LINES: usize = 12;
    let starts = |line: &str| {
        let command = line.strip_prefix("#!").or_else(|| line.strip_prefix("exec "));
        let program = command.and_then(|command| command.trim_start().trim_start_matches("/usr/bin/env ").split_whitespace().next());
        let name = program.and_then(|program| program.rsplit('/').next());
        name.is_some_and(|name| ["tclsh", "wish", "expect"].iter().any(|known| name.trim_matches('"').starts_with(known)))
    };
    text.lines().take(LINES).any(starts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_what_it_makes() {
        let script = |language| Format::Script(language);
        for (path, text, format) in [
            ("a/agent.py.tmpl", "", script(Language::Python)),
            ("agents_md.tmpl", "", Format::Markdown),
            ("mcp_json.tmpl", "{}", Format::Json),
            ("runagents.yaml.tmpl", "", Format::Yaml),
            ("requirements.txt.tmpl", "runagents>=1", Format::Plain),
            ("cursorrules.tmpl", "# Agent\n", Format::Markdown),
            ("page.tmpl", " <p>", Format::Html),
            ("nginx.conf.j2", "server {}", Format::Plain),
            ("show.html.erb", "", Format::Html),
            ("show.erb", "", Format::Html),
            ("a.js.erb", "", script(Language::JavaScript)),
            ("view.PHTML", "", Format::Html),
            ("Makefile.common", "", Format::Makefile),
            ("makefile.go", "", script(Language::Go)),
            ("justfile", "", Format::Justfile),
            ("tools/ci.just", "", Format::Justfile),
            ("a.sh", "#!/bin/sh\n# goes on \\\nexec tclsh \"$0\" \"$@\"\n", Format::Plain),
            ("login.sh", "#!/usr/bin/expect -f\n", Format::Plain),
            ("b.sh", "#!/bin/sh\nexec \"$@\"\n", script(Language::Shell)),
            ("Dockerfile.dev", "", Format::Dockerfile),
            ("Dockerfile.go", "# syntax\n\nFROM golang\n", Format::Dockerfile),
            ("dockerfile.py", "from a import b\n", script(Language::Python)),
            ("docs/dockerfile.md", "FROM a\n", Format::Markdown),
        ] {
            assert_eq!(Format::of(path, text), format, "{path}");
        }
    }
}
