//! Names under which the path of a file is kept, though they speak of the secret in it: what is done with them says so.

use super::super::observe::Script;
use crate::model::FilesRole;

/// What the text of a message calls what follows, where that is no secret.
const LABELS: [&str; 10] = ["name", "named", "names", "file", "filename", "path", "called", "variable", "directory", "folder"];

/// Whether a variable of this name is opened, tested or written as a file: `[ -f "$API_KEY" ]`, `open(args.token)`. What opens
/// one is written in the role as it stands before the name. The same for what a variable of the environment is called, `os.getenv(name)`.
pub(super) fn is_file(script: Script<'_>, name: &str, files: &FilesRole) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let text = script.text.as_str();
    memchr::memmem::find_iter(text.as_bytes(), name.as_bytes()).any(|at| {
        let (before, after) = (text.get(..at).unwrap_or_default(), text.as_bytes().get(at + name.len()..).unwrap_or_default());
        let ends = !after.first().is_some_and(|byte| is_part(byte) || matches!(byte, b'.' | b'('));
        if !ends || before.as_bytes().last().is_some_and(is_part) {
            return false;
        }
        // `$env:NAME`, `args.name`
        let owner = before.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':'));
        let owner = if before.ends_with(['.', ':']) { owner } else { before };
        let opened = owner.trim_end_matches(['"', '\'', '{', '$', '@']);
        files.openers.iter().any(|opener| opened.ends_with(opener.as_str()))
            || files.lookups.iter().any(|lookup| owner.ends_with(lookup.as_str()))
    })
}

/// Whether a message says which secret it is about: `the secret (`, `no secret '`.
pub(super) fn names_secret(lead: &str) -> bool {
    let words = lead.trim_end_matches([' ', '(', '"', '\'', '`', '[']);
    let kind = words.rsplit(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    lead.len() > words.len() && ["secret", "secrets", "credential", "credentials"].iter().any(|word| word.eq_ignore_ascii_case(kind))
}

/// Whether a message says of what follows these characters that it is no secret: `the secret named `, `key file: `.
pub(super) fn is_label(lead: &str) -> bool {
    // The file of a key: `ssh -i `.
    if lead.trim_end().ends_with(" -i") && ["ssh", "scp", "sftp", "rsync"].iter().any(|program| lead.contains(program)) {
        return true;
    }
    let lead = lead.trim_end_matches([' ', ':', '：', '=', '"', '\'', '`', '(', '[', '<']);
    let start = lead.rfind(|c: char| !c.is_ascii_alphabetic()).map_or(0, |at| at + 1);
    lead.get(start..).is_some_and(|word| LABELS.iter().any(|label| label.eq_ignore_ascii_case(word)))
}
