//! Finding the next byte that matters, eight at a time: most of a FHIR resource is plain text, and
//! WebAssembly without SIMD has 64-bit words.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = ONES << 7;

/// Eight bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word(u64);

/// The high bit of each byte that is marked. INVARIANT: no byte before the first one that should be marked
/// is marked. Bytes after it may be, wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marked(u64);

impl Word {
    /// The eight bytes from `at` on, if there are so many.
    pub fn at(bytes: &[u8], at: usize) -> Option<Self> {
        let word: [u8; 8] = bytes.get(at..at.checked_add(8)?)?.try_into().ok()?;
        Some(Self(u64::from_le_bytes(word)))
    }

    /// Eight times the same.
    pub const fn of(byte: u8) -> Self {
        Self(ONES * byte as u64)
    }

    /// Marks the bytes that are `byte`.
    pub const fn equal(self, byte: u8) -> Marked {
        Self(self.0 ^ Self::of(byte).0).below(1)
    }

    /// Marks the bytes that are less than `limit`, which is at most 128.
    pub const fn below(self, limit: u8) -> Marked {
        Marked(self.0.wrapping_sub(Self::of(limit).0) & !self.0 & HIGH)
    }

    /// Marks the bytes that are not ASCII.
    pub const fn not_ascii(self) -> Marked {
        Marked(self.0 & HIGH)
    }
}

impl std::ops::BitOr for Marked {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The first offset from `at` on of a byte that `marks` marks; the end if there is none.
pub fn find(bytes: &[u8], mut at: usize, marks: impl Fn(Word) -> Marked) -> usize {
    while let Some(word) = Word::at(bytes, at) {
        let Marked(found) = marks(word);
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) else { return bytes.len() };
    // Filled up with zeros: where those are marked, they are the end.
    let Marked(found) = marks(Word(last_word(bytes, rest)));
    (at + (found.trailing_zeros() / 8) as usize).min(bytes.len())
}

/// The last bytes of a text, fewer than eight and not none, as a word.
pub(crate) fn last_word(bytes: &[u8], rest: &[u8]) -> u64 {
    match bytes.last_chunk() {
        Some(&last) => u64::from_le_bytes(last) >> (64 - 8 * rest.len()),
        None => rest.iter().rfold(0, |word, &byte| word << 8 | u64::from(byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_a_byte_loop_finds() {
        for byte in 0..=255u8 {
            for length in 0..20 {
                for at in 0..length {
                    let mut bytes = [b'x'; 20];
                    bytes[at] = byte;
                    let bytes = &bytes[..length];
                    let check = |marks: &dyn Fn(Word) -> Marked, is_marked: bool| {
                        let expected = if is_marked { at } else { length };
                        assert_eq!(find(bytes, 0, marks), expected, "{byte} at {at} of {length}");
                        assert_eq!(find(bytes, at, marks), expected);
                    };
                    check(&|word| word.below(0x21), byte < 0x21);
                    check(&|word| word.equal(b'<'), byte == b'<');
                    check(&|word| word.equal(0), byte == 0);
                    check(&|word| word.not_ascii(), byte >= 0x80);
                }
            }
        }
    }

    #[test]
    fn goes_on_from_the_last_place() {
        let text = b"<..<....<...<<";
        let (mut at, mut seen) = (0, Vec::new());
        while at < text.len() {
            at = find(text, at, |word| word.equal(b'<') | word.equal(b'!'));
            seen.push(at);
            at += 1;
        }
        assert_eq!(seen, [0, 3, 8, 12, 13]);
        assert_eq!(find(text, 99, |word| word.equal(b'<')), text.len());
    }
}
