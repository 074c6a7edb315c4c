//! Looks for credentials, and for versions, in what is no text.

use std::io::{self, Read};
use std::ops::Range;

use memchr::memmem;

use crate::model::{CredentialKind, Secret, Stretch, Vocabulary};

/// What is looked for in the bytes of files.
#[derive(Debug)]
pub struct Search<'s> {
    /// What begins a credential.
    pub vocabulary: &'s Vocabulary,
    /// The versions that files may say.
    pub versions: Vec<String>,
}

/// How many bytes are searched at a time.
const WINDOW: usize = 256 * 1024;
/// How many bytes of a window are searched with the next one too: the longest stretch that is found whole.
const OVERLAP: usize = 1024;
/// How many bytes before what is found tell whether it is a part of something longer.
const BEFORE: usize = 2;
/// How many different stretches of a file are kept.
const MOST: usize = 256;

impl Search<'_> {
    /// Searches a stream to its end; the versions that it says. Stretches that may hold a credential are added.
    ///
    /// # Errors
    ///
    /// Those of the stream.
    pub(super) fn run(&self, stream: &mut dyn Read, strings: &mut Vec<Stretch>) -> io::Result<Vec<String>> {
        let (mut window, mut offset, mut begin, mut versions) = (Vec::with_capacity(WINDOW + OVERLAP + BEFORE), 0_u64, 0, Vec::new());
        loop {
            let length = stream.take(WINDOW as u64).read_to_end(&mut window)?;
            // What begins in the last part of a window is found whole with the next one, which has what stands before it too.
            let is_last = length < WINDOW;
            let end = if is_last { window.len() } else { window.len().saturating_sub(OVERLAP) };
            versions.extend(self.versions_in(&window, begin..end));
            self.stretches(&window, begin..end, offset, strings);
            if is_last {
                versions.sort();
                versions.dedup();
                return Ok(versions);
            }
            let done = end.saturating_sub(BEFORE);
            offset += done as u64;
            window.drain(..done);
            begin = end - done;
        }
    }

    /// The versions that these bytes say.
    pub(super) fn versions(&self, bytes: &[u8]) -> Vec<String> {
        self.versions_in(bytes, 0..bytes.len()).collect()
    }

    /// Those that begin in a part of a window.
    fn versions_in(&self, window: &[u8], part: Range<usize>) -> impl Iterator<Item = String> {
        self.versions.iter().filter(move |version| says(window, &part, version)).cloned()
    }

    /// The stretches that begin in a part of a window.
    fn stretches(&self, window: &[u8], part: Range<usize>, offset: u64, strings: &mut Vec<Stretch>) {
        if !self.vocabulary.may_hold_credential(window) {
            return;
        }
        let kinds = &self.vocabulary.credentials;
        let mut starts: Vec<usize> = kinds.iter().flat_map(|kind| starts(kind, window)).filter(|start| part.contains(start)).collect();
        starts.sort_unstable();
        starts.dedup();
        for start in starts {
            let rest = window.get(start..).unwrap_or_default();
            let length = rest.iter().take(OVERLAP).take_while(|byte| byte.is_ascii_graphic()).count();
            let text = Secret::new(rest.get(..length).map(String::from_utf8_lossy).unwrap_or_default());
            if strings.len() < MOST && strings.iter().all(|stretch| stretch.text != text) {
                strings.push(Stretch { offset: offset + start as u64, text });
            }
        }
    }
}

/// Where in these bytes a credential of a kind may begin: its prefix stands there, and as much as is issued behind it. `sk-` alone
/// stands in every other program, as in `disk-usage`.
fn starts<'a>(kind: &'a CredentialKind, window: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    let shape = kind.shape();
    memmem::find_iter(window, kind.prefix.as_bytes()).filter(move |start| {
        let body = window.get(start + kind.prefix.len()..).unwrap_or_default();
        body.iter().take(shape.min).take_while(|&&byte| shape.alphabet.has(char::from(byte))).count() == shape.min
    })
}

/// Whether bytes say a version, and not a longer one, at a place in `part`.
fn says(bytes: &[u8], part: &Range<usize>, version: &str) -> bool {
    let goes_on = |byte: Option<&u8>, next: Option<&u8>| match byte {
        Some(b'.') => next.is_some_and(u8::is_ascii_digit),
        Some(byte) => byte.is_ascii_digit(),
        None => false,
    };
    !version.is_empty()
        && memmem::find_iter(bytes, version.as_bytes()).filter(|at| part.contains(at)).any(|at| {
            let end = at + version.len();
            let before = |back: usize| at.checked_sub(back).and_then(|at| bytes.get(at));
            !goes_on(before(1), before(2)) && !goes_on(bytes.get(end), bytes.get(end + 1))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_not_a_part_of_another_one() {
        for (text, is) in [
            ("v1.4.2", true),
            ("tool 1.4.2\0", true),
            ("1.4.2.", true),
            ("1.4.20", false),
            ("11.4.2", false),
            ("0.1.4.2", false),
            ("1.4.2.1", false),
        ] {
            assert_eq!(says(text.as_bytes(), &(0..text.len()), "1.4.2"), is, "{text}");
        }
    }

    /// What a search for `ra_ws_` and `1.4.2` finds: the offsets of the stretches, and the versions.
    fn search(bytes: &[u8]) -> (Vec<(u64, String)>, Vec<String>) {
        let mut vocabulary = Vocabulary::default();
        vocabulary.credentials.push(toml::from_str("name = 'x'\nprefix = 'ra_ws_'\nbody = { alphabet = '0-9', min = 10 }").unwrap());
        let search = Search { vocabulary: &vocabulary, versions: vec!["1.4.2".to_owned()] };
        let mut strings = Vec::new();
        let versions = search.run(&mut &*bytes, &mut strings).unwrap();
        (strings.iter().map(|stretch| (stretch.offset, stretch.text.expose().to_owned())).collect(), versions)
    }

    #[test]
    fn a_version_that_lies_across_two_windows_is_not_a_part_of_another_one() {
        for start in WINDOW - OVERLAP - 8..=WINDOW - OVERLAP + 8 {
            let mut bytes = vec![0; 2 * WINDOW];
            bytes[start..start + 6].copy_from_slice(b"11.4.2");
            assert_eq!(search(&bytes).1, [""; 0], "{start}");
        }
        for start in WINDOW - 8..=WINDOW + 8 {
            let mut bytes = vec![0; 2 * WINDOW];
            bytes[start..start + 6].copy_from_slice(b"1.4.20");
            assert_eq!(search(&bytes).1, [""; 0], "{start}");
        }
    }

    #[test]
    fn what_only_begins_like_a_key_or_stands_again_takes_no_place() {
        let bytes = [b"ra_ws_usage\0ra_ws_9999999999\0".repeat(MOST), b"ra_ws_0123456789".to_vec()].concat();
        let found: Vec<_> = search(&bytes).0.into_iter().map(|(_, text)| text).collect();
        assert_eq!(found, ["ra_ws_9999999999", "ra_ws_0123456789"]);
    }

    #[test]
    fn a_key_that_lies_across_two_windows_is_found_once() {
        for start in [WINDOW - 10, WINDOW - 3, WINDOW, WINDOW - OVERLAP - 3, 2 * WINDOW - OVERLAP - 2] {
            let mut bytes = vec![0; 3 * WINDOW];
            bytes[start..start + 16].copy_from_slice(b"ra_ws_0123456789");
            bytes[start + 20..start + 25].copy_from_slice(b"1.4.2");
            assert_eq!(search(&bytes), (vec![(start as u64, "ra_ws_0123456789".to_owned())], vec!["1.4.2".to_owned()]));
        }
    }
}
