//! The files of artefacts beside their twins in the project's tree.

use std::borrow::Cow;
use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::declared::{Files, Package, Unit};
use super::{Against, Release, Said, Twin};
use crate::model::{Document, Hit, Member, RelatedHit, Span};

/// What is wrong with a file of an artefact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Difference {
    /// It isn't in the tree.
    Extra,
    /// It has another content there.
    Content,
}

/// What is known of a file of a package without being told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    /// Nothing: it stands in the tree as it is.
    Nothing,
    /// It is written when the package is built.
    Generated,
    /// It may be rewritten when the package is built.
    MayDiffer,
    /// It has another name in the tree.
    Named(&'static str),
}

pub(super) fn check(release: &Release<'_>, difference: Difference) -> Said {
    let mut said = Said::new();
    let Some(against) = &release.against else { return said };
    for unit in release.units {
        let files = Files::of(release, unit);
        let roots = roots(release, unit, &files);
        if roots.is_empty() {
            if difference == Difference::Extra {
                let reason = format!("no `[[artifact]]` says where its files come from, so they were not compared with {}", against.name);
                said.entry(unit.path.clone()).or_default().unverified.push((Span::default(), reason));
            }
            continue;
        }
        for (inner, member) in &files.list {
            let known = known(files.package, inner);
            if known == Known::Generated || unit.expected.is_some_and(|expected| expected.generated.is_match(inner)) {
                continue;
            }
            let Some((kind, span, mut hit)) = compare(release, against, &roots, inner, member, known) else { continue };
            if kind == difference {
                hit.span = span;
                hit.group = Some(unit.path.clone());
                hit.anchor = Some((*inner).to_owned());
                hit.related.extend(unit.expected.map(|expected| RelatedHit::There(expected.place.clone(), "declared here".to_owned())));
                said.entry(member.path.clone()).or_default().hits.push(hit);
            }
        }
    }
    said
}

/// Where the files of artefacts would stand in the tree, by their paths in the artefacts.
pub(super) fn twins(release: &Release<'_>) -> BTreeMap<String, Vec<String>> {
    let of_unit = |unit: &Unit<'_>| {
        let files = Files::of(release, unit);
        let roots = roots(release, unit, &files);
        let twins = files.list.iter().map(|(inner, member)| {
            let twins = roots.iter().map(|root| joined(root, inner)).collect();
            (member.path.clone(), twins)
        });
        twins.collect::<Vec<_>>()
    };
    release.units.iter().flat_map(of_unit).collect()
}

/// Where the files of an artefact come from: what the project says, or what a crate says itself.
fn roots(release: &Release<'_>, unit: &Unit<'_>, files: &Files<'_>) -> Vec<String> {
    let mut roots = unit.expected.map(|expected| expected.roots.clone()).unwrap_or_default();
    if roots.is_empty() && files.package == Package::Crate {
        roots.extend(path_in_vcs(release, files));
    }
    if files.package == Package::Wheel {
        let beside: Vec<_> = roots.iter().map(|root| joined(root, "src")).collect();
        roots.extend(beside);
    }
    roots
}

/// The folder of the repository from which cargo made a package, `.cargo_vcs_info.json`.
fn path_in_vcs(release: &Release<'_>, files: &Files<'_>) -> Option<String> {
    let (_, member) = files.list.iter().find(|(inner, _)| *inner == ".cargo_vcs_info.json")?;
    let document = (release.text)(&member.path)?;
    let info: serde_json::Value = serde_json::from_str(document.as_str()).ok()?;
    Some(info.get("path_in_vcs")?.as_str()?.to_owned())
}

fn known(package: Package, inner: &str) -> Known {
    let top = inner.split('/').next().unwrap_or_default();
    match package {
        Package::Wheel if top.ends_with(".dist-info") || top.ends_with(".data") => Known::Generated,
        Package::Sdist if inner == "PKG-INFO" || inner.split('/').any(|part| part.ends_with(".egg-info")) => Known::Generated,
        Package::Sdist if inner == "setup.cfg" => Known::MayDiffer,
        Package::Crate if inner == ".cargo_vcs_info.json" => Known::Generated,
        Package::Crate if inner == "Cargo.toml.orig" => Known::Named("Cargo.toml"),
        Package::Crate if inner == "Cargo.toml" || inner == "Cargo.lock" => Known::MayDiffer,
        Package::Npm if inner == "package.json" => Known::MayDiffer,
        _ => Known::Nothing,
    }
}

/// What is wrong with a file, and where.
fn compare(
    release: &Release<'_>,
    against: &Against<'_>,
    roots: &[String],
    inner: &str,
    member: &Member,
    known: Known,
) -> Option<(Difference, Span, Hit)> {
    let name = if let Known::Named(name) = known { name } else { inner };
    let mut unread = None;
    for root in roots {
        let path = joined(root, name);
        match (against.twin)(&path) {
            Twin::Missing => {}
            Twin::Unread => unread = Some(path),
            Twin::File(bytes) => {
                let text = (release.text)(&member.path);
                if known == Known::MayDiffer || is_equal(&bytes, member, text.as_ref()) {
                    return None;
                }
                let span = text.map(|text| first_difference(&text, &bytes)).unwrap_or_default();
                let hit = Hit::new(span, format!("its content isn't that of {path} in {}", against.name));
                return Some((Difference::Content, span, hit));
            }
        }
    }
    if unread.is_some() || known == Known::MayDiffer {
        return None;
    }
    let places: Vec<_> = roots.iter().map(|root| joined(root, name)).collect();
    let hit = Hit::new(Span::default(), format!("it isn't in {}, where it would be {}", against.name, places.join(" or ")));
    Some((Difference::Extra, Span::default(), hit))
}

fn joined(root: &str, name: &str) -> String {
    let root = root.trim_matches('/');
    if root.is_empty() || root == "." { name.to_owned() } else { format!("{root}/{name}") }
}

/// Whether a twin has the same content; how lines end, and where the content is kept (git-lfs-spec), doesn't matter.
fn is_equal(bytes: &[u8], member: &Member, text: Option<&Document>) -> bool {
    let hash: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    if hash == member.sha256 {
        return true;
    }
    let twin = decoded(bytes);
    let is_pointer = bytes.len() < 1024 && twin.starts_with("version https://git-lfs.github.com/spec/v1\n");
    if is_pointer && twin.contains(&format!("oid sha256:{}", member.sha256)) {
        return true;
    }
    text.is_some_and(|text| text.as_str().lines().eq(twin.lines()))
}

/// The text of a twin, as far as it is UTF-8, without a byte order mark.
fn decoded(twin: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(twin.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(twin))
}

/// The first line of a text that its twin doesn't have there.
fn first_difference(text: &Document, twin: &[u8]) -> Span {
    let equal = text.as_str().lines().zip(decoded(twin).lines()).take_while(|(one, two)| one == two).count();
    text.line_span(equal + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Encoding;

    #[test]
    fn the_first_line_that_differs_is_shown_also_where_the_twin_has_a_mark() {
        let text = Document::new("a", "one\ntwo\n", Encoding::Utf8 { bom: false });
        assert_eq!(first_difference(&text, b"\xEF\xBB\xBFone\r\n2\r\n"), Span::new(4, 7));
        assert_eq!(first_difference(&text, b"one\n2\n"), Span::new(4, 7));
    }
}
