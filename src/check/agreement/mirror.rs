//! Files that have to say the same as another one.

use super::Said;
use super::declared::{Compare, Mirror};
use super::resolved::Agreement;
use super::template::Filled;
use crate::check::Tree;
use crate::model::{Document, Encoding, Hit, RelatedHit, Span};

/// Reports the files that differ from what they mirror.
pub(super) fn check(tree: &dyn Tree, agreement: &Agreement, said: &mut Said) {
    for mirror in &agreement.declared.mirrors {
        for scope in agreement.scopes(mirror.each.as_deref()) {
            let Filled::Text(from) = scope.fill(&mirror.from) else { continue };
            let Some(source) = tree.document(&from) else { continue };
            for target in &mirror.to {
                let Filled::Text(path) = scope.fill(target) else { continue };
                if let Some(copy) = tree.document(&path) {
                    compare(mirror, &source, &copy, said);
                }
            }
        }
    }
}

fn compare(mirror: &Mirror, source: &Document, copy: &Document, said: &mut Said) {
    let is_exact = mirror.compare == Compare::Bytes;
    let Some((number, here, there)) = difference(source, copy, is_exact) else { return };
    let message = match (here, there) {
        (Some(_), Some(_)) => format!("differs from {} from line {number} on", source.path()),
        (None, _) => format!("ends before line {number} of {}", source.path()),
        (_, None) => format!("goes on behind the end of {}", source.path()),
    };
    let mut hit = Hit::new(shown(copy, here), message);
    hit.related.push(RelatedHit::There(source.place(shown(source, there)), "the source".to_owned()));
    hit.anchor = Some(source.path().to_owned());
    said.hit(copy.path(), hit, &mirror.about);
}

/// A line without its end, or the end of the document.
fn shown(document: &Document, line: Option<Span>) -> Span {
    let end = document.as_str().len();
    line.map_or(Span::new(end, end), |line| Span::new(line.start, line.start + document.slice(line).trim_end().len()))
}

/// The first line that differs: its number, its place in the copy and in the source, as far as they have it.
fn difference(source: &Document, copy: &Document, is_exact: bool) -> Option<(usize, Option<Span>, Option<Span>)> {
    let bom = |document: &Document| matches!(document.encoding(), Encoding::Utf8 { bom: true });
    if source.as_str() == copy.as_str() && (!is_exact || bom(source) == bom(copy)) {
        return None;
    }
    let (mut one, mut two) = (lines(source), lines(copy));
    let mut number = 0;
    loop {
        number += 1;
        let (there, here) = (one.next(), two.next());
        let text = |document: &Document, span: Option<Span>| {
            span.map(|span| {
                let line = document.slice(span);
                if is_exact { line.to_owned() } else { line.trim_end().to_owned() }
            })
        };
        if there.is_none() && here.is_none() {
            // Only the byte order mark differs.
            return is_exact.then_some((1, Some(Span::default()), Some(Span::default())));
        }
        if text(source, there) != text(copy, here) {
            return Some((number, here, there));
        }
    }
}

/// The lines of a document with their ends.
fn lines(document: &Document) -> impl Iterator<Item = Span> {
    let mut start = 0;
    document.as_str().split_inclusive('\n').map(move |line| {
        let span = Span::new(start, start + line.len());
        start += line.len();
        span
    })
}
