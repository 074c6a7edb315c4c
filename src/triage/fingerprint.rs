//! The identity of a finding, which survives moved lines and renamed files.

use sha2::{Digest as _, Sha256};

/// The bytes of the hash that are kept: enough for a billion findings.
const BYTES: usize = 16;

/// A hash of the rule, the offending text with secrets masked and white space folded, and the name of the enclosing
/// stretch: no path, no line. Lower-case hex.
pub(super) fn fingerprint(rule: &str, masked: &str, anchor: Option<&str>) -> String {
    let mut hash = Sha256::new();
    let mut field = |text: &str| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    };
    field(rule);
    field(&masked.split_whitespace().collect::<Vec<_>>().join(" "));
    field(&anchor.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" "));
    hex(hash.finalize().get(..BYTES).unwrap_or_default())
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_folds_and_fields_do_not_run_together() {
        let one = fingerprint("asset-host", "https://a.test/x\n  y", Some("Install"));
        assert_eq!(one, fingerprint("asset-host", " https://a.test/x y ", Some("Install")));
        assert_eq!(one.len(), 32);
        assert_ne!(one, fingerprint("asset-host", "https://a.test/x y", None));
        assert_ne!(one, fingerprint("asset-host", "https://a.test/x yInstall", None));
        assert_ne!(one, fingerprint("asset-hos", "thttps://a.test/x y", Some("Install")));
    }
}
