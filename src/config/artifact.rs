//! What a project says of its release artefacts, as far as the file alone tells whether it is right.

use globset::GlobSet;
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::agreement::{Many, Names};
use super::validate::Checker;
use crate::check::agreement::globs;
use crate::check::audit::Expected;

/// What release artefacts have to be like.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "Artifact")]
pub(super) struct RawArtifact {
    /// Which artefacts: globs of their paths, relative to this file: `dist/*.whl`. One that lies elsewhere is known by its name.
    #[serde(rename = "match")]
    #[schemars(with = "Many")]
    matching: Spanned<Many>,
    /// The folder whose files they hold, relative to this file, or several of which the first that has a file counts. Without it files are
    /// not compared.
    #[serde(default)]
    #[schemars(with = "Option<Many>")]
    root: Option<Spanned<Many>>,
    /// Files that are made when the artefact is, and have no twin: globs of their paths in it. What packages of the known kinds always have
    /// (`*.dist-info`, `PKG-INFO`, `.cargo_vcs_info.json`) need not be named.
    #[serde(default)]
    #[schemars(with = "Option<Many>")]
    generated: Option<Spanned<Many>>,
    /// Files that have to be in it: globs of their paths in it.
    #[serde(default)]
    #[schemars(with = "Option<Many>")]
    requires: Option<Spanned<Many>>,
    /// The version that they have: the name of a definition, or a text with names in braces. Otherwise it is that of the tag.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    version: Option<Spanned<String>>,
    /// Files that have to say the version, executables too: globs of their paths in it.
    #[serde(default)]
    #[schemars(with = "Option<Many>")]
    says_version: Option<Spanned<Many>>,
}

impl Checker<'_> {
    pub(super) fn artifact(&mut self, raw: Spanned<RawArtifact>, names: &Names) -> Expected {
        let place = self.place(raw.span().into());
        let raw = raw.into_inner();
        let span = raw.matching.span();
        let matching = Many::texts(Some(raw.matching));
        if matching.is_empty() {
            self.problem(span, "`match` names no artefact, so this entry would mean nothing");
        }
        let matches = self.artifact_globs(&matching);
        let by_name = globs(matching.iter().map(|glob| glob.get_ref().rsplit('/').next().unwrap_or_default())).unwrap_or_default();
        let roots = Many::texts(raw.root);
        let roots = roots.iter().map(|root| if root.get_ref() == "." { String::new() } else { self.path(root) }).collect();
        let generated = self.artifact_globs(&Many::texts(raw.generated));
        let mut each = |raw: Option<Spanned<Many>>| {
            let texts = Many::texts(raw);
            texts.iter().map(|text| (text.get_ref().clone(), self.artifact_globs(std::slice::from_ref(text)))).collect()
        };
        let (requires, says_version) = (each(raw.requires), each(raw.says_version));
        let version = raw.version.map(|version| self.meaning_of(&version, names));
        Expected { matches, by_name, roots, generated, requires, version, says_version, place }
    }

    fn artifact_globs(&mut self, patterns: &[Spanned<String>]) -> GlobSet {
        for pattern in patterns {
            if let Err(message) = globs([pattern.get_ref().as_str()]) {
                self.problem(pattern.span(), message);
            }
        }
        globs(patterns.iter().map(|pattern| pattern.get_ref().as_str())).unwrap_or_default()
    }
}
