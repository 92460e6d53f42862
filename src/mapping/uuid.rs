//! UUIDs that follow from content (RFC 9562, version 5): the core has no random numbers, and the same input
//! is to give the same result.

/// The namespace of what maps make: `urn:uuid:` of the project's own.
const NAMESPACE: [u8; 16] = [
    0x5f, 0x1a, 0xd3, 0x0c, 0x6e, 0x27, 0x5b, 0x84, 0x9c, 0x3d, 0x41, 0xe8, 0x70, 0xb6, 0x12, 0xaf,
];

/// The UUIDs of one run, one after the other.
#[derive(Debug)]
pub(super) struct Uuids {
    seed: String,
    digest: Option<[u8; 20]>,
    count: u64,
}

impl Uuids {
    /// Those that follow from a seed.
    pub(super) fn new(seed: &str) -> Self {
        Self { seed: seed.to_owned(), digest: None, count: 0 }
    }

    /// The next one.
    pub(super) fn next(&mut self) -> String {
        let seed = &self.seed;
        let digest = self.digest.get_or_insert_with(|| sha1(seed.as_bytes()));
        let name = [digest.as_slice(), &self.count.to_be_bytes()].concat();
        self.count += 1;
        named(&name)
    }
}

/// The UUID of a name.
pub fn named(name: &[u8]) -> String {
    in_namespace(&NAMESPACE, name)
}

fn in_namespace(namespace: &[u8; 16], name: &[u8]) -> String {
    let mut bytes = sha1(&[namespace.as_slice(), name].concat());
    bytes[6] = bytes[6] & 0x0F | 0x50;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.iter().take(16).enumerate() {
        text.push_str(if matches!(index, 4 | 6 | 8 | 10) { "-" } else { "" });
        let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
        text.extend([digit(byte >> 4), digit(byte & 15)]);
    }
    text
}

/// SHA-1 (RFC 3174): not for secrets, but what version 5 is defined by.
fn sha1(bytes: &[u8]) -> [u8; 20] {
    let mut state: [u32; 5] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0];
    let mut chunks = bytes.chunks_exact(64);
    for chunk in &mut chunks {
        block(&mut state, chunk);
    }
    let rest = chunks.remainder();
    let mut tail = [0; 128];
    tail[..rest.len()].copy_from_slice(rest);
    tail[rest.len()] = 0x80;
    // The length needs eight bytes of the last block.
    let end = if rest.len() < 56 { 64 } else { 128 };
    tail[end - 8..end].copy_from_slice(&(bytes.len() as u64 * 8).to_be_bytes());
    tail[..end].chunks_exact(64).for_each(|chunk| block(&mut state, chunk));
    let mut digest = [0; 20];
    for (out, word) in digest.chunks_exact_mut(4).zip(state) {
        out.copy_from_slice(&word.to_be_bytes());
    }
    digest
}

/// Takes in 64 bytes.
#[allow(clippy::many_single_char_names, reason = "the names of the standard")]
fn block(state: &mut [u32; 5], chunk: &[u8]) {
    let mut words = [0_u32; 80];
    for (word, bytes) in words.iter_mut().zip(chunk.chunks_exact(4)) {
        *word = bytes.iter().fold(0, |word, &byte| word << 8 | u32::from(byte));
    }
    for at in 16..80 {
        words[at] =
            (words[at - 3] ^ words[at - 8] ^ words[at - 14] ^ words[at - 16]).rotate_left(1);
    }
    let [mut a, mut b, mut c, mut d, mut e] = *state;
    for (at, &word) in words.iter().enumerate() {
        let (mix, constant) = match at / 20 {
            0 => (b & c | !b & d, 0x5A82_7999),
            1 => (b ^ c ^ d, 0x6ED9_EBA1),
            2 => (b & c | b & d | c & d, 0x8F1B_BCDC),
            _ => (b ^ c ^ d, 0xCA62_C1D6_u32),
        };
        let next = a.rotate_left(5).wrapping_add(mix).wrapping_add(e);
        (e, d, c, b, a) =
            (d, c, b.rotate_left(30), a, next.wrapping_add(constant).wrapping_add(word));
    }
    for (sum, value) in state.iter_mut().zip([a, b, c, d, e]) {
        *sum = sum.wrapping_add(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: &str) {
        let hex = sha1(bytes).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        assert_eq!(hex, expected);
    }

    #[test]
    fn digests_are_those_of_the_standard() {
        check(b"", "da39a3ee5e6b4b0d3255bfef95601890afd80709");
        check(b"abc", "a9993e364706816aba3e25717850c26c9cd0d89d");
        check("a".repeat(1_000_000).as_bytes(), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
    }

    #[test]
    fn a_name_has_one_uuid() {
        // The namespace of DNS names and the example of the RFC.
        let dns = [
            0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4,
            0x30, 0xc8,
        ];
        assert_eq!(in_namespace(&dns, b"www.example.com"), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
        let (mut a, mut b) = (Uuids::new("x"), Uuids::new("x"));
        let first = a.next();
        assert_eq!(first, b.next());
        assert_ne!(first, a.next());
        assert_ne!(first, Uuids::new("y").next());
    }
}
