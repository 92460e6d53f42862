//! Looks at eight bytes at a time: most text has nothing to stop at, and WebAssembly without SIMD
//! has 64-bit words.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// True if one of the eight bytes is below `limit` (at most 128).
pub(super) const fn any_below(word: u64, limit: u8) -> bool {
    word.wrapping_sub(ONES * limit as u64) & !word & HIGH != 0
}

/// True if one of the eight bytes is `byte`.
pub(super) const fn any_equal(word: u64, byte: u8) -> bool {
    any_below(word ^ (ONES * byte as u64), 1)
}

/// True if one of the eight bytes is not ASCII.
pub(super) const fn any_high(word: u64) -> bool {
    word & HIGH != 0
}

/// Calls `visit` with each byte and its index, in order, until it returns false; but passes over words
/// that `may_stop` is false for.
pub(super) fn each(
    bytes: &[u8],
    may_stop: impl Fn(u64) -> bool,
    mut visit: impl FnMut(usize, u8) -> bool,
) {
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        if may_stop(u64::from_le_bytes(*word)) {
            for (at, &byte) in word.iter().enumerate() {
                if !visit(index * 8 + at, byte) {
                    return;
                }
            }
        }
    }
    for (at, &byte) in rest.iter().enumerate() {
        if !visit(words.len() * 8 + at, byte) {
            return;
        }
    }
}

/// The index of the first byte that `stop` is true for. INVARIANT: `may_stop` is true for a word where
/// `stop` is true for one of its bytes.
pub(super) fn first(
    bytes: &[u8],
    may_stop: impl Fn(u64) -> bool,
    stop: impl Fn(u8) -> bool,
) -> Option<usize> {
    let mut found = None;
    each(bytes, may_stop, |at, byte| {
        found = stop(byte).then_some(at);
        found.is_none()
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_a_byte_loop_finds() {
        for byte in 0..=255u8 {
            for at in 0..20 {
                let mut bytes = [b'x'; 20];
                bytes[at] = byte;
                let below = first(&bytes, |word| any_below(word, 0x21), |b| b < 0x21);
                assert_eq!(below, (byte < 0x21).then_some(at), "{byte} below");
                let equal = first(&bytes, |word| any_equal(word, b'<'), |b| b == b'<');
                assert_eq!(equal, (byte == b'<').then_some(at), "{byte} equal");
                let high = first(&bytes, any_high, |b| b >= 0x80);
                assert_eq!(high, (byte >= 0x80).then_some(at), "{byte} high");
            }
        }
    }

    #[test]
    fn passes_over_words_without_a_stop() {
        let mut seen = Vec::new();
        each(
            b"........<.......ab",
            |word| any_equal(word, b'<'),
            |at, _| {
                seen.push(at);
                seen.len() < 9
            },
        );
        assert_eq!(seen, [8, 9, 10, 11, 12, 13, 14, 15, 16]);
    }
}
