use std::fmt::{self, Write as _};

/// The most bytes of an object id: those of SHA-256.
const MOST: usize = 32;

/// The name of an object: a SHA-1 or, in repositories of that format, a SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid {
    bytes: [u8; MOST],
    length: u8,
}

impl Oid {
    /// Reads 40 or 64 hexadecimal digits.
    pub fn parse(hex: &[u8]) -> Option<Self> {
        if !matches!(hex.len(), 40 | 64) {
            return None;
        }
        let mut bytes = [0; MOST];
        for (byte, digits) in bytes.iter_mut().zip(hex.as_chunks::<2>().0) {
            let [high, low] = digits.map(|digit| char::from(digit).to_digit(16));
            *byte = u8::try_from(high? * 16 + low?).ok()?;
        }
        Some(Self { bytes, length: u8::try_from(hex.len() / 2).ok()? })
    }

    /// Its bytes: 20 or 32.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// Whether it stands for no object, as githooks(5) has it for a ref that isn't there.
    pub fn is_zero(&self) -> bool {
        self.bytes == [0; MOST]
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Git is asked for each file by it.
        let digit = |value: u8| char::from(if value < 10 { b'0' + value } else { b'a' + value - 10 });
        self.as_bytes().iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).try_for_each(|digit| f.write_char(digit))
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_formats_are_read_and_written() {
        for length in [40, 64] {
            let hex = "0123456789abcdef".repeat(4)[..length].to_owned();
            assert_eq!(Oid::parse(hex.as_bytes()).unwrap().to_string(), hex);
            assert!(Oid::parse("0".repeat(length).as_bytes()).unwrap().is_zero());
        }
        for wrong in ["", "abc", &"g".repeat(40), &"a".repeat(41)] {
            assert_eq!(Oid::parse(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
