//! PowerShell's variables that show nothing of what they hold.

use std::collections::HashSet;

/// What stands at the end of the types whose objects are printed as the name of their type.
const TYPES: [&str; 3] = ["securestring]", "pscredential]", "credential]"];

/// The variables that are declared with such a type, in lower case.
pub(super) fn variables(text: &str) -> HashSet<String> {
    let lower = text.to_ascii_lowercase();
    let mut out = HashSet::new();
    for name in TYPES {
        for at in memchr::memmem::find_iter(lower.as_bytes(), name.as_bytes()) {
            let rest = lower.get(at + name.len()..).unwrap_or_default().trim_start();
            let Some(rest) = rest.strip_prefix('$') else { continue };
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            out.extend(rest.get(..end).map(ToOwned::to_owned));
        }
    }
    out
}

/// Whether a variable is named after a credential: an object, or the name of one on a server.
pub(super) fn names_credential(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["credential", "credentials", "cred", "creds"].iter().any(|end| lower.ends_with(end))
}
