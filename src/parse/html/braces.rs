//! Where a `{…}` expression of JSX, Svelte or Astro ends.

/// How far an expression is followed when the budget is spent, in bytes.
const MIN_REACH: usize = 512;

/// Finds the ends of expressions, in time linear in the source over all of them.
#[derive(Debug)]
pub(in crate::parse) struct Budget {
    /// How many bytes may still be read in vain.
    left: usize,
}

impl Budget {
    /// A budget for a source of this length.
    pub(in crate::parse) fn new(len: usize) -> Self {
        Self { left: len.saturating_mul(2) + 1024 }
    }

    /// The offset after the brace that closes the one at `start`; `None` where there is none.
    pub(in crate::parse) fn end(&mut self, source: &[u8], start: usize) -> Option<usize> {
        let mut open: Vec<u8> = Vec::new();
        let mut at = start;
        // No string and no comment is looked through any further either.
        let source = self.within(source, start);
        while let Some(&byte) = source.get(at) {
            let in_template = open.last() == Some(&b'`');
            match byte {
                b'\\' => at += 1,
                b'`' if in_template => {
                    open.pop();
                }
                b'`' => open.push(b'`'),
                b'$' if in_template && source.get(at + 1) == Some(&b'{') => {
                    open.push(b'{');
                    at += 1;
                }
                _ if in_template => {}
                b'{' => open.push(b'{'),
                b'}' => {
                    open.pop();
                    if open.is_empty() {
                        return Some(at + 1);
                    }
                }
                b'"' | b'\'' => at = string_end(source, at).unwrap_or(at),
                b'/' if source.get(at + 1) == Some(&b'*') => {
                    let rest = source.get(at + 2..).unwrap_or_default();
                    at = memchr::memmem::find(rest, b"*/").map_or(source.len(), |found| at + 3 + found);
                }
                _ => {}
            }
            at += 1;
        }
        self.spend(at - start);
        None
    }

    /// The source as far as it may be read from `start` on.
    pub(in crate::parse) fn within<'t>(&self, source: &'t [u8], start: usize) -> &'t [u8] {
        source.get(..start.saturating_add(self.left.max(MIN_REACH))).unwrap_or(source)
    }

    /// Notes how many bytes were read in vain.
    pub(in crate::parse) fn spend(&mut self, bytes: usize) {
        self.left = self.left.saturating_sub(bytes);
    }
}

/// Where the string that starts at `start` closes, if it does so on its line.
fn string_end(source: &[u8], start: usize) -> Option<usize> {
    let quote = *source.get(start)?;
    let mut at = start + 1;
    loop {
        match *source.get(at)? {
            b'\\' => at += 1,
            b'\n' => return None,
            byte if byte == quote => return Some(at),
            _ => {}
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expression(source: &str) -> Option<&str> {
        Budget::new(source.len()).end(source.as_bytes(), 0).map(|end| &source[..end])
    }

    #[test]
    fn braces_in_strings_do_not_count() {
        assert_eq!(expression("{a} b}"), Some("{a}"));
        assert_eq!(expression("{{a: '}'}} b}"), Some("{{a: '}'}}"));
        assert_eq!(expression("{`}${ {a:1}.a }}`} b}"), Some("{`}${ {a:1}.a }}`}"));
        assert_eq!(expression("{/* } */ a} b}"), Some("{/* } */ a}"));
        assert_eq!(expression("{it's} b"), Some("{it's}"));
        assert_eq!(expression("{a"), None);
    }

    #[test]
    fn unclosed_braces_are_linear() {
        for unit in ["{", "{/* ", "{\"\\"] {
            let source = unit.repeat(800_000 / unit.len());
            let mut budget = Budget::new(source.len());
            assert!((0..source.len()).step_by(unit.len()).all(|at| budget.end(source.as_bytes(), at).is_none()));
        }
    }
}
