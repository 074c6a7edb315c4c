//! What stands in a line that tells code from the rest, without parsing it.

/// Where the first byte stands of which this holds. Stretches without any are passed by with a test without branches, which
/// compilers vectorise.
pub(super) fn find(bytes: &[u8], is_wanted: impl Fn(u8) -> bool) -> Option<usize> {
    let (stretches, rest) = bytes.as_chunks::<16>();
    let passed = stretches.iter().take_while(|stretch| !stretch.iter().fold(false, |any, byte| any | is_wanted(*byte))).count();
    let stretch = stretches.get(passed).map_or(rest, <[u8; 16]>::as_slice);
    stretch.iter().position(|byte| is_wanted(*byte)).map(|at| passed * 16 + at)
}

/// What stands in a line that may matter, found in one pass. Characters after a backslash don't count but for the angles.
#[derive(Default)]
pub(super) struct Marks {
    /// How many more are opened than closed: `{`, `(`, `[`.
    pub(super) braces: i32,
    /// Up to where quotes were counted in the outermost brace that is open.
    counted: usize,
    /// Whether the numbers of `"` and `'` there are odd.
    is_odd: [bool; 2],
    /// Whether a brace may be closed in a string of an expression.
    pub(super) has_open_string: bool,
    pub(super) parentheses: i32,
    pub(super) brackets: i32,
    pub(super) backticks: usize,
    pub(super) has_backtick: bool,
    /// Whether three backticks or tildes stand in a row.
    pub(super) has_fence: bool,
    /// The last of `<` and `>`.
    pub(super) last_angle: Option<u8>,
}

impl Marks {
    /// The marks of a line; those of programs are looked for where it is one.
    pub(super) fn of(line: &[u8], is_program: bool) -> Self {
        let mut marks = Self::default();
        // `<` and `>`, `{` to `~`, and the backtick: three tests.
        let is_mark = |byte: u8| (byte & !2 == b'<') | (byte.wrapping_sub(b'{') < 4) | (byte == b'`');
        let is_bracket = |byte| matches!(byte, b'(' | b')' | b'[' | b']');
        let mut next = 0;
        let mut of = |find: &dyn Fn(&[u8]) -> Option<usize>| {
            while let Some(length) = find(&line[next..]) {
                marks.add(line, next + length);
                next += length + 1;
            }
        };
        if is_program {
            of(&|rest| find(rest, |byte| is_mark(byte) | is_bracket(byte)));
        } else {
            of(&|rest| find(rest, is_mark));
        }
        marks
    }

    fn add(&mut self, line: &[u8], at: usize) {
        let counts = at.checked_sub(1).is_none_or(|before| line[before] != b'\\');
        let byte = line[at];
        match byte {
            b'<' | b'>' => self.last_angle = Some(byte),
            b'{' => {
                if counts && self.braces == 0 {
                    (self.counted, self.is_odd) = (at, [false; 2]);
                }
                self.braces += i32::from(counts);
            }
            b'}' if counts && self.braces > 0 => {
                let inner = line.get(self.counted..at).unwrap_or_default();
                for (odd, quote) in self.is_odd.iter_mut().zip(*b"\"'") {
                    *odd ^= memchr::memchr_iter(quote, inner).count() % 2 == 1;
                }
                self.has_open_string |= inner.contains(&b'`') || self.is_odd.contains(&true);
                self.counted = at;
                self.braces -= 1;
            }
            // One that closes nothing is text.
            b'}' => {}
            b'(' => self.parentheses += i32::from(counts),
            b')' => self.parentheses -= i32::from(counts),
            b'[' => self.brackets += i32::from(counts),
            b']' => self.brackets -= i32::from(counts),
            b'`' | b'~' => {
                self.has_backtick |= byte == b'`';
                self.backticks += usize::from(counts && byte == b'`');
                self.has_fence |= line[at..].starts_with(&[byte; 3]);
            }
            _ => {}
        }
    }
}
