//! Lists of checksums: what `sha256sum` writes, GNU's and BSD's way, and the RECORD of a wheel.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{Release, Said};
use crate::model::{Document, Hit, Member, Span};

/// The hexadecimal digits of a SHA-256.
const DIGITS: usize = 64;

/// A line that says what the hash of a file is.
struct Line<'d> {
    span: Span,
    name: &'d str,
    /// Lower-case hex.
    hash: String,
}

pub(super) fn check(release: &Release<'_>) -> Said {
    let mut said = Said::new();
    for member in release.members.iter().filter(|member| member.is_text) {
        let Some(lists) = lists(&member.path) else { continue };
        let Some(document) = (release.text)(&member.path) else { continue };
        for line in lines(&document, lists) {
            let Some(hit) = hit(release, member, &document, lists, line) else { continue };
            said.entry(member.path.clone()).or_default().hits.push(hit);
        }
    }
    said
}

/// How a list names files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lists {
    /// Files beside it.
    Beside,
    /// One file, that is called as it is without its extension.
    One,
    /// Files of the wheel in which it is (PyPA, Recording installed projects).
    Wheel,
}

fn lists(path: &str) -> Option<Lists> {
    let mut parts = path.rsplit('/');
    let (name, folder) = (parts.next()?.to_ascii_lowercase(), parts.next().unwrap_or_default());
    if name == "record" && folder.ends_with(".dist-info") {
        // One that was copied along with a package that others hold says what was installed elsewhere.
        return parts.next().is_some_and(|wheel| wheel.ends_with(".whl")).then_some(Lists::Wheel);
    }
    let is_sums = name.contains("checksums") || name.contains("sha256sum") || name == "sha256.txt";
    match name.rsplit_once('.') {
        Some((_, "sha256" | "sha256sum")) => Some(Lists::One),
        None | Some((_, "txt" | "sha256sums")) if is_sums => Some(Lists::Beside),
        _ => None,
    }
}

fn lines(document: &Document, lists: Lists) -> Vec<Line<'_>> {
    let text = document.as_str();
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let span = Span::new(start, start + line.trim_end().len());
        start += line.len();
        let line = line.trim_end();
        let found = if lists == Lists::Wheel { record(line) } else { gnu(line).or_else(|| bsd(line)) };
        lines.extend(found.map(|(name, hash)| Line { span, name, hash }));
    }
    lines
}

/// `HASH  NAME`, `HASH *NAME`, or the hash alone.
fn gnu(line: &str) -> Option<(&str, String)> {
    let (hash, name) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let name = name.trim_start();
    Some((name.strip_prefix('*').unwrap_or(name), digest(hash)?))
}

/// `SHA256 (NAME) = HASH`.
fn bsd(line: &str) -> Option<(&str, String)> {
    let (name, hash) = line.strip_prefix("SHA256 (")?.rsplit_once(") = ")?;
    Some((name, digest(hash)?))
}

fn digest(hash: &str) -> Option<String> {
    (hash.len() == DIGITS && hash.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| hash.to_ascii_lowercase())
}

/// `NAME,sha256=HASH,SIZE`, in which the name may be quoted.
fn record(line: &str) -> Option<(&str, String)> {
    let (rest, _size) = line.rsplit_once(',')?;
    let (name, hash) = rest.rsplit_once(",sha256=")?;
    let bytes = URL_SAFE_NO_PAD.decode(hash).ok()?;
    let hex = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Some((name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name), hex))
}

fn hit(release: &Release<'_>, list: &Member, document: &Document, lists: Lists, line: Line<'_>) -> Option<Hit> {
    let folder = list.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let folder = if lists == Lists::Wheel { folder.rsplit_once('/').map_or("", |(folder, _)| folder) } else { folder };
    let name = match (line.name, lists) {
        ("", Lists::One) => document.file_name().rsplit_once('.').map_or("", |(stem, _)| stem),
        ("", Lists::Beside | Lists::Wheel) => return None,
        (name, _) => name.strip_prefix("./").unwrap_or(name),
    };
    let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    let found = release.members.binary_search_by(|member| member.path.as_str().cmp(&path)).ok().and_then(|at| release.members.get(at));
    match found {
        Some(member) if member.sha256 == line.hash => None,
        Some(member) => {
            let mut hit = Hit::new(line.span, format!("the SHA-256 of {name} is {}, and the list says otherwise", member.sha256));
            hit.anchor = Some(name.to_owned());
            Some(hit)
        }
        // A list that was given alone says nothing about files that nobody gave.
        None if !is_complete(release, list, folder) => None,
        None => {
            let mut hit = Hit::new(line.span, format!("the list names {name}, and there is no such file"));
            hit.anchor = Some(name.to_owned());
            hit.help = Some("put the file beside the list, or take the line out".to_owned());
            Some(hit)
        }
    }
}

/// Whether all files of the list's folder were read: it lies in an artefact, and is none itself.
fn is_complete(release: &Release<'_>, list: &Member, folder: &str) -> bool {
    !list.inner.is_empty()
        || release.members.iter().any(|other| other.inner.is_empty() && other.path != list.path && parent(&other.path) == folder)
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn lines_of_every_kind_are_read() {
        let upper = HASH.to_ascii_uppercase();
        assert_eq!(gnu(&format!("{HASH}  a b.whl")), Some(("a b.whl", HASH.to_owned())));
        assert_eq!(gnu(&format!("{upper} *a.whl")), Some(("a.whl", HASH.to_owned())));
        assert_eq!(bsd(&format!("SHA256 (a (1).whl) = {HASH}")), Some(("a (1).whl", HASH.to_owned())));
        let record = record("\"a,b.py\",sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0");
        assert_eq!(record, Some(("a,b.py", HASH.to_owned())));
        assert_eq!(gnu("# a comment"), None);
        assert_eq!(gnu("da39a3ee5e6b4b0d3255bfef95601890afd80709  sha1"), None);
        for (path, is) in [
            ("dist/checksums.txt", Some(Lists::Beside)),
            ("dist/tool_1.2_checksums.txt", Some(Lists::Beside)),
            ("SHA256SUMS", Some(Lists::Beside)),
            ("a.tar.gz.sha256", Some(Lists::One)),
            ("a.whl/a-1.dist-info/RECORD", Some(Lists::Wheel)),
            ("a.whl/a/_vendor/b-1.dist-info/RECORD", None),
            ("src/checksums.py", None),
            ("RECORD", None),
        ] {
            assert_eq!(lists(path), is, "{path}");
        }
    }
}
