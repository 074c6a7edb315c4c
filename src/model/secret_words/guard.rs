//! Tests that decide whether secrets are shown: `if (!censor)`, `if args.show_password`.

use super::SecretWords;
use super::split::words;

impl SecretWords {
    /// Whether a test holds where somebody asked to see secrets, or did not ask to hide them.
    pub fn is_revealing(&self, test: &str) -> bool {
        let mut rest = test;
        let mut is_denied = false;
        loop {
            let start = rest.find(|c: char| c.is_alphanumeric() || c == '_').unwrap_or(rest.len());
            let (gap, name) = rest.split_at(start);
            let end = name.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-')).unwrap_or(name.len());
            let (name, after) = name.split_at(end);
            if name.is_empty() {
                return false;
            }
            // A member is denied as its object is: `!options.censor`.
            is_denied = gap.ends_with('!') || gap.ends_with("! ") || (is_denied && matches!(gap.trim(), "" | "." | "(" | "$" | "?."));
            if matches!(name, "not" | "unless") {
                is_denied = true;
            } else if self.is_option(name, is_denied) {
                return true;
            } else if after.starts_with(' ') {
                is_denied = false;
            }
            rest = after;
        }
    }

    /// Whether a name says that secrets were taken out of what is kept under it: `sanitized_query`, `maskedUrl`.
    pub fn is_concealed(&self, name: &str) -> bool {
        words(name).iter().any(|word| self.purpose.conceals.contains(word))
    }

    /// Whether an option of this name shows secrets, or one that is denied hides them.
    fn is_option(&self, name: &str, is_denied: bool) -> bool {
        let all = words(name);
        if is_denied {
            return all.iter().any(|word| self.purpose.conceals.contains(word));
        }
        let reveals = |word: &String| self.purpose.reveals.contains(word);
        let is_secret = |rest: &[String]| rest.last().is_some_and(|last| self.head(rest, last).is_some());
        all.iter().position(reveals).is_some_and(|at| is_secret(all.get(at + 1..).unwrap_or_default()))
            || matches!(all.as_slice(), [only] if matches!(only.as_str(), "reveal" | "unmask" | "unmasked"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_that_show_secrets() {
        let words: SecretWords = toml::from_str(include_str!("../../../rules/secrets/names.toml")).unwrap();
        for test in [
            "if (!censor) {",
            "if (!options.censor)",
            "if not args.mask:",
            "unless redact",
            "if args.show_password:",
            "if (showSecrets)",
            "if reveal:",
            "if opts.print_api_key and x:",
        ] {
            assert!(words.is_revealing(test), "{test}");
        }
        for test in [
            "if (censor) {",
            "if (!ok) {",
            "if (!ok && censor)",
            "if show:",
            "if (password) {",
            "if print_usage:",
            "if not x and mask:",
            "",
            "if (a.show && b.password)",
        ] {
            assert!(!words.is_revealing(test), "{test}");
        }
    }
}
