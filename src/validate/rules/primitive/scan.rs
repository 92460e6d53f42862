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

/// Calls `visit` with the index of each byte that `stop` is true for, in order, until it returns
/// false. INVARIANT: `may_stop` is true for a word wherever `stop` is true for one of its bytes.
pub(super) fn each(
    bytes: &[u8],
    may_stop: impl Fn(u64) -> bool,
    stop: impl Fn(u8) -> bool,
    mut visit: impl FnMut(usize) -> bool,
) {
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        if !may_stop(u64::from_le_bytes(*word)) {
            continue;
        }
        for (at, &byte) in word.iter().enumerate() {
            if stop(byte) && !visit(index * 8 + at) {
                return;
            }
        }
    }
    for (at, &byte) in rest.iter().enumerate() {
        if stop(byte) && !visit(words.len() * 8 + at) {
            return;
        }
    }
}

/// The index of the first byte that `stop` is true for; `may_stop` as for [`each`].
pub(super) fn first(
    bytes: &[u8],
    may_stop: impl Fn(u64) -> bool,
    stop: impl Fn(u8) -> bool,
) -> Option<usize> {
    let mut found = None;
    each(bytes, may_stop, stop, |at| {
        found = Some(at);
        false
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
    fn visits_in_order_until_told_to_stop() {
        let mut seen = Vec::new();
        let visit = |at| {
            seen.push(at);
            seen.len() < 3
        };
        each(b"<..<....<...<", |word| any_equal(word, b'<'), |b| b == b'<', visit);
        assert_eq!(seen, [0, 3, 8]);
    }
}
