//! What the parsers look for, as far as it is data under `rules/`.

use serde::Deserialize;

use super::data;
use crate::model::{CommandSyntax, CredentialKind, DataFile, Manifest, ScriptRoles, Vocabulary};

/// A file of `rules/credentials`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credentials {
    credential: Vec<CredentialKind>,
}

/// `rules/roles/shell.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shell {
    command: Vec<CommandSyntax>,
    script: ScriptRoles,
}

/// `rules/roles/data.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DataFiles {
    file: Vec<DataFile>,
}

/// `rules/roles/manifests.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifests {
    manifest: Vec<Manifest>,
}

/// The built-in vocabulary, to which the configuration may add.
///
/// # Errors
///
/// A data file that says what nobody knows: its name and what that is.
pub fn vocabulary() -> Result<Vocabulary, String> {
    let mut vocabulary = Vocabulary::default();
    for (path, text) in data::vocabulary() {
        read(path, text, &mut vocabulary).map_err(|error| format!("rules/{path}: {error}"))?;
    }
    Ok(vocabulary)
}

/// Adds what one file says.
fn read(path: &str, text: &str, vocabulary: &mut Vocabulary) -> Result<(), serde_json::Error> {
    match path {
        "secrets/names.toml" => vocabulary.secrets.words = serde_json::from_str(text)?,
        "masking/names.toml" => vocabulary.secret_names = serde_json::from_str(text)?,
        "roles/css.toml" => vocabulary.css = serde_json::from_str(text)?,
        "roles/data.toml" => vocabulary.data_files = serde_json::from_str::<DataFiles>(text)?.file,
        "roles/hosts.toml" => vocabulary.hosts = serde_json::from_str(text)?,
        "roles/html.toml" => vocabulary.html = serde_json::from_str(text)?,
        "roles/manifests.toml" => vocabulary.manifests = serde_json::from_str::<Manifests>(text)?.manifest,
        "roles/markdown.toml" => vocabulary.markdown = serde_json::from_str(text)?,
        "roles/mkdocs.toml" => vocabulary.mkdocs = serde_json::from_str(text)?,
        "roles/shell.toml" => {
            let shell = serde_json::from_str::<Shell>(text)?;
            shell.command.into_iter().for_each(|syntax| vocabulary.commands.add(syntax));
            vocabulary.scripts.insert("shell".to_owned(), shell.script);
        }
        _ if path.starts_with("secrets/") => {
            let language = path.trim_start_matches("secrets/").trim_end_matches(".toml");
            vocabulary.secrets.roles.insert(language.to_owned(), serde_json::from_str(text)?);
        }
        _ if path.starts_with("requests/") => {
            let language = path.trim_start_matches("requests/").trim_end_matches(".toml");
            vocabulary.requests.insert(language.to_owned(), serde_json::from_str(text)?);
        }
        _ => match path.strip_prefix("roles/").and_then(|name| name.strip_suffix(".toml")) {
            Some(language) => {
                vocabulary.scripts.insert(language.to_owned(), serde_json::from_str(text)?);
            }
            None => vocabulary.credentials.extend(serde_json::from_str::<Credentials>(text)?.credential),
        },
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Directive, Role};

    #[test]
    fn the_data_files_load() {
        let vocabulary = vocabulary().unwrap();
        assert!(!vocabulary.credentials.is_empty());
        let html = &vocabulary.html;
        assert_eq!(html.attribute(html.element(b"script"), b"src").unwrap().1.role, Role::Load(Directive::Script));
        assert_eq!(html.rel("stylesheet"), Some(Role::Load(Directive::Style)));
        assert_eq!(vocabulary.css.at_rule("import"), Some(Role::Load(Directive::Style)));
        assert_eq!(vocabulary.markdown.directive("figure").unwrap().argument, Some(Role::Load(Directive::Img)));
        assert!(html.attribute_count() <= 128, "parsers keep a set of attributes in 128 bits");
    }
}
