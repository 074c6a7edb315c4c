//! The constants of a component's own program (Vue, Svelte, Astro), which its markup uses by their names.

use std::collections::HashMap;

use memchr::memmem;

use super::expression::{Part, alternatives};

/// Whether a file of this name is a component: a program and markup that uses its variables.
pub(super) fn is_component(path: &str) -> bool {
    [".vue", ".svelte", ".astro"].iter().any(|extension| path.ends_with(extension))
}

/// How long the line of a constant may be, in bytes.
const MAX_LINE: usize = 2048;

/// The names that a line of the component gives to one string literal, and its characters: `const logo = "/logo.svg"`. A name that
/// stands for several is left out.
pub(super) fn constants(chars: &str) -> HashMap<&str, &str> {
    let mut found: HashMap<&str, Option<&str>> = HashMap::new();
    for at in memmem::find_iter(chars.as_bytes(), CONST) {
        let before = chars.get(..at).unwrap_or_default().trim_end_matches([' ', '\t']);
        let before = before.strip_suffix("export").map_or(before, |before| before.trim_end_matches([' ', '\t']));
        if !(before.is_empty() || before.ends_with('\n')) {
            continue;
        }
        if let Some((name, literal)) = constant(chars, at + CONST.len()) {
            found.entry(name).and_modify(|known| *known = None).or_insert(Some(literal));
        }
    }
    found.into_iter().filter_map(|(name, literal)| Some((name, literal?))).collect()
}

const CONST: &[u8] = b"const ";

/// The name and the literal of the constant whose name stands at `at`.
fn constant(chars: &str, at: usize) -> Option<(&str, &str)> {
    let bytes = chars.as_bytes().get(at..)?;
    let length = memchr::memchr2(b'\n', b';', bytes.get(..MAX_LINE).unwrap_or(bytes)).or((bytes.len() < MAX_LINE).then_some(bytes.len()))?;
    let line = chars.get(at..at + length)?;
    let (target, value) = line.split_once('=')?;
    let name = target.split(':').next()?.trim();
    if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$')) {
        return None;
    }
    let parts = alternatives(chars, at + length - value.len()..at + length);
    let [parts] = parts.as_slice() else { return None };
    let [Part::Literal(literal)] = parts.as_slice() else { return None };
    Some((name, chars.get(literal.clone())?))
}
