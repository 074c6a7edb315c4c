//! Mends that can be shown: no replacement holds a secret.

use super::Masker;
use crate::model::{Document, Edit, Fix, Span};

/// So many characters of what is mended are shown.
const MAX_MENDED: usize = 160;

/// The same mend of what stands at a span with places, in edits that leave secrets where they are. `None` where an edit would have to
/// write one.
pub(super) fn showable(document: &Document, masker: &Masker, fix: Fix, span: Span) -> Option<Fix> {
    let mut edits = Vec::with_capacity(fix.edits.len());
    for edit in fix.edits {
        split(document, masker, edit, &mut edits)?;
    }
    for edit in &mut edits {
        edit.place = Some(document.place(edit.span));
    }
    let mended = mended(document, masker, &edits, span);
    Some(Fix { safe: fix.safe, edits, remakes: fix.remakes, mended })
}

/// What stands there when the edits are made, if that is a part of one line: all that the finding is about, or what the edits are.
fn mended(document: &Document, masker: &Masker, edits: &[Edit], span: Span) -> Option<String> {
    let edited = edits.first()?.span.join(edits.last()?.span);
    let is_line = |span: &Span| !document.slice(*span).contains('\n');
    let around = [edited.join(span), edited].into_iter().find(is_line)?;
    let mut text = document.slice(around).to_owned();
    for edit in edits.iter().rev() {
        let at = |offset: usize| offset.checked_sub(around.start);
        let (before, after) = (text.get(..at(edit.span.start)?)?, text.get(at(edit.span.end)?..)?);
        text = [before, &edit.replacement, after].concat();
    }
    let is_shown = !text.trim().is_empty() && !text.contains('\n') && text.chars().nth(MAX_MENDED).is_none();
    is_shown.then(|| masker.mask(&text).into_owned())
}

/// Takes an edit apart around the secrets that it keeps, in their order.
fn split(document: &Document, masker: &Masker, edit: Edit, out: &mut Vec<Edit>) -> Option<()> {
    let secrets = masker.secrets(&edit.replacement);
    if secrets.is_empty() {
        out.push(edit);
        return Some(());
    }
    let (mut source_at, mut at) = (edit.span.start, 0);
    let mut push = |span: Span, replacement: &str| {
        if document.slice(span) != replacement {
            out.push(Edit { span, place: None, replacement: replacement.to_owned() });
        }
    };
    for secret in secrets {
        let kept = edit.replacement.get(secret.clone())?;
        let found = source_at + document.slice(Span::new(source_at, edit.span.end)).find(kept)?;
        push(Span::new(source_at, found), edit.replacement.get(at..secret.start)?);
        (source_at, at) = (found + kept.len(), secret.end);
    }
    push(Span::new(source_at, edit.span.end), edit.replacement.get(at..)?);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Encoding;

    const KEY: &str = "ra_ws_4f3c9a0b7d21e8A6";

    fn fixed(source: &str, replacement: &str) -> Option<(Vec<String>, String)> {
        let masker = Masker::new(&crate::rule::vocabulary().unwrap());
        let document = Document::new("a.py", format!("x {source} y"), Encoding::Utf8 { bom: false });
        let edit = Edit { span: Span::new(2, 2 + source.len()), place: None, replacement: replacement.to_owned() };
        let span = edit.span;
        let fix = showable(&document, &masker, Fix::edits(true, vec![edit]), span)?;
        assert!(!fix.mended.unwrap_or_default().contains("4f3c"));
        let mut text = document.as_str().to_owned();
        for edit in fix.edits.iter().rev() {
            text.replace_range(edit.span.range(), &edit.replacement);
        }
        Some((fix.edits.into_iter().map(|edit| edit.replacement).collect(), text))
    }

    #[test]
    fn an_edit_is_taken_apart_around_the_key_that_it_keeps() {
        let source = format!(r#"{{"Authorization": "Bearer {KEY}"}}"#);
        let replacement = format!(r#"{{"X-RunAgents-API-Key": "{KEY}"}}"#);
        let (shown, text) = fixed(&source, &replacement).unwrap();
        assert_eq!(text, format!("x {replacement} y"));
        assert!(shown.iter().all(|edit| !edit.contains("4f3c")), "{shown:?}");
    }

    #[test]
    fn an_edit_that_would_write_a_key_is_no_mend() {
        assert_eq!(fixed("load()", &format!("'{KEY}'")), None);
        assert_eq!(fixed("a", "b").unwrap().1, "x b y");
    }
}
