//! References: a file and a JSON pointer in it (RFC 6901, section 6).

use memchr::memmem;
use percent_encoding::percent_decode_str;

/// A longer reference is followed nowhere, in bytes.
const MAX_LENGTH: usize = 4096;

/// Whether a text may refer to a file: by a `$ref` that does not begin with `#`, or by one that is written with escapes.
pub fn may_name_files(text: &str) -> bool {
    let bytes = text.as_bytes();
    let refers = |at: usize| {
        let rest = bytes.get(at + "$ref".len()..).unwrap_or_default();
        let is_between = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b':');
        rest.iter().find(|byte| !is_between(byte)) != Some(&b'#')
    };
    memmem::find_iter(bytes, "$ref").any(refers)
        || ["u0024", "x24", "U00000024"].iter().any(|code| memmem::find(bytes, code.as_bytes()).is_some())
}

/// What a `$ref` names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// The path of the file, relative to the root; `None` for the file that the reference stands in.
    pub(super) file: Option<String>,
    /// The keys and indices that lead to the value.
    pub(super) tokens: Vec<String>,
}

impl Reference {
    /// Reads a reference that stands in the file `base`.
    ///
    /// # Errors
    ///
    /// Why it names nothing that can be looked for: the end of a sentence that begins with the reference.
    pub(super) fn parse(text: &str, base: &str) -> Result<Self, &'static str> {
        if text.len() > MAX_LENGTH {
            return Err("is too long to be followed");
        }
        let (file, fragment) = text.split_once('#').unwrap_or((text, ""));
        let has_scheme = file.split_once(':').is_some_and(|(scheme, _)| {
            scheme.len() > 1 && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
        });
        if has_scheme || file.starts_with("//") {
            return Err("names something outside of the repository");
        }
        let file = match file {
            "" => None,
            file => Some(beside(base, &percent_decode_str(file).decode_utf8_lossy())?),
        };
        Ok(Self { file, tokens: tokens(fragment)? })
    }
}

fn tokens(fragment: &str) -> Result<Vec<String>, &'static str> {
    if fragment.is_empty() {
        return Ok(Vec::new());
    }
    let decoded = percent_decode_str(fragment).decode_utf8_lossy();
    let pointer = decoded.strip_prefix('/').ok_or("is no JSON pointer")?;
    Ok(pointer.split('/').map(|token| token.replace("~1", "/").replace("~0", "~")).collect())
}

/// The path of the file that is called `file` in the folder of the file `base`.
fn beside(base: &str, file: &str) -> Result<String, &'static str> {
    let folder = base.rsplit_once('/').map_or("", |(folder, _)| folder);
    // What starts at the root of a server starts at that of the repository, as far as anyone can say.
    let (folder, file) = file.strip_prefix('/').map_or((folder, file), |file| ("", file));
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in file.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop().ok_or("names something outside of the repository")?),
            part => parts.push(part),
        }
    }
    Ok(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<(Option<String>, String)> {
        let reference = Reference::parse(text, "api/v1/openapi.yaml").ok()?;
        Some((reference.file, reference.tokens.join(" ")))
    }

    #[test]
    fn files_and_pointers_are_decoded() {
        let here = |tokens: &str| Some((None, tokens.to_owned()));
        let there = |file: &str, tokens: &str| Some((Some(file.to_owned()), tokens.to_owned()));
        assert_eq!(parsed("#/paths/~1users~1%7Bid%7D"), here("paths /users/{id}"));
        assert_eq!(parsed("#/a~01b//0"), here("a~1b  0"));
        assert_eq!(parsed("#"), here(""));
        assert_eq!(parsed("../common.yaml#/x"), there("api/common.yaml", "x"));
        assert_eq!(parsed("./a%20b.json"), there("api/v1/a b.json", ""));
        assert_eq!(parsed("c:d.yaml"), there("api/v1/c:d.yaml", ""));
        assert_eq!(parsed("/x.yaml"), there("x.yaml", ""));
        for outside in ["../../../x.yaml", "https://a.test/x.yaml#/y", "//a.test/x", "#anchor", "urn:x:y"] {
            assert_eq!(parsed(outside), None, "{outside}");
        }
    }
}
