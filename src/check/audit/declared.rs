//! What a project says of its artefacts, and which of them that is about.

use globset::GlobSet;

use crate::check::agreement::{Template, stated_version};
use crate::model::{Document, Member, Place, Span, Vocabulary};

/// What a project says of some of its artefacts.
#[derive(Debug)]
pub struct Expected {
    /// Which artefacts, by their path in the project.
    pub matches: GlobSet,
    /// The same, by their name alone: they may lie elsewhere.
    pub by_name: GlobSet,
    /// The folders of the project in which their files stand, the first that has one first. None if that isn't said.
    pub roots: Vec<String>,
    /// Files that have no twin in the project.
    pub generated: GlobSet,
    /// Files that have to be there.
    pub requires: Vec<(String, GlobSet)>,
    /// The version that they have.
    pub version: Option<Template>,
    /// Files that have to say the version.
    pub says_version: Vec<(String, GlobSet)>,
    /// Where the configuration says so.
    pub place: Place,
}

/// An artefact, or an archive in a folder that is one, and what it has to be like.
#[derive(Debug)]
pub struct Unit<'a> {
    /// Its path among the members.
    pub path: String,
    /// What the project says of it.
    pub expected: Option<&'a Expected>,
    /// The version that it has to have.
    pub version: Option<String>,
}

impl Expected {
    /// Whether it is about the artefact with this path in the project, or with this name if it lies elsewhere.
    pub fn is_about(&self, in_project: Option<&str>, name: &str) -> bool {
        match in_project {
            Some(path) => self.matches.is_match(path),
            None => self.by_name.is_match(name),
        }
    }
}

/// The kinds of packages whose own files are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Package {
    Wheel,
    Sdist,
    Npm,
    Crate,
    Deb,
    Other,
}

/// The files of an artefact.
pub(super) struct Files<'a> {
    pub(super) package: Package,
    /// Each with its path in the artefact, without the folder in which all of them are if archives of the kind have one. Files of archives
    /// in the artefact are not among them.
    pub(super) list: Vec<(&'a str, &'a Member)>,
}

impl<'a> Files<'a> {
    /// The files of a unit.
    pub(super) fn of(release: &super::Release<'a>, unit: &Unit<'_>) -> Self {
        let start = format!("{}/", unit.path);
        let after = release.members.partition_point(|member| member.path.as_str() < start.as_str());
        let below = release.members.get(after..).unwrap_or_default().iter().take_while(|member| member.path.starts_with(&start));
        let own = below.filter_map(|member| {
            let inner = member.path.get(start.len()..)?;
            let mut folders = inner.match_indices('/').filter_map(|(at, _)| member.path.get(..start.len() + at));
            (!folders.any(|folder| (release.is_archive)(folder))).then_some((inner, member))
        });
        let mut list: Vec<_> = own.collect();
        let name = unit.path.rsplit('/').next().unwrap_or_default();
        let is_wheel = name.ends_with(".whl");
        let folder = list.first().and_then(|(inner, _)| inner.split_once('/')).map(|(folder, _)| folder.to_owned());
        let all_in =
            |folder: &String| list.iter().all(|(inner, _)| inner.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/')));
        if let Some(folder) =
            folder.filter(|folder| !is_wheel && (folder == "package" || name.starts_with(folder.as_str())) && all_in(folder))
        {
            for (inner, _) in &mut list {
                *inner = inner.get(folder.len() + 1..).unwrap_or_default();
            }
        }
        let has = |name: &str| list.iter().any(|(inner, _)| *inner == name);
        let package = match name {
            _ if is_wheel => Package::Wheel,
            _ if name.ends_with(".crate") => Package::Crate,
            _ if has("debian-binary") => Package::Deb,
            _ if has("PKG-INFO") => Package::Sdist,
            _ if name.ends_with(".tgz") && has("package.json") => Package::Npm,
            _ => Package::Other,
        };
        Self { package, list }
    }
}

/// What is looked for in a release beside its files: the versions that they may say.
pub fn versions(units: &[Unit<'_>]) -> Vec<String> {
    let mut versions: Vec<_> = units.iter().filter_map(|unit| unit.version.clone()).collect();
    versions.sort();
    versions.dedup();
    versions
}

/// Where such files have their version, if that is known.
pub(super) fn stated(document: &Document, vocabulary: &Vocabulary) -> Option<(Span, String)> {
    stated_version(document, &vocabulary.manifests)
}
