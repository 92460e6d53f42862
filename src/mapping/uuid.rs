//! UUIDs that follow from content (RFC 9562, version 5): the core has no random numbers, and the same input
//! is to give the same result. SHA-1 is not for secrets here, but what version 5 is defined by.

use sha1_smol::Sha1;

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
        let digest = self.digest.get_or_insert_with(|| Sha1::from(seed).digest().bytes());
        self.count += 1;
        in_namespace(&NAMESPACE, &[&*digest, &(self.count - 1).to_be_bytes()])
    }
}

/// The UUID of a name.
pub fn named(name: &[u8]) -> String {
    in_namespace(&NAMESPACE, &[name])
}

/// The UUID of a name that is given in parts.
fn in_namespace(namespace: &[u8; 16], name: &[&[u8]]) -> String {
    const HEX: [u8; 16] = *b"0123456789abcdef";
    let mut sha1 = Sha1::from(namespace);
    for part in name {
        sha1.update(part);
    }
    let mut bytes = sha1.digest().bytes();
    bytes[6] = bytes[6] & 0x0F | 0x50;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let mut text = Vec::with_capacity(36);
    for (index, byte) in bytes.iter().take(16).enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push(b'-');
        }
        text.extend([byte >> 4, byte & 15].map(|digit| HEX[usize::from(digit)]));
    }
    String::from_utf8(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_uuid() {
        // The namespace of DNS names and the example of the RFC.
        let dns = [
            0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4,
            0x30, 0xc8,
        ];
        let name: [&[u8]; 2] = [b"www.", b"example.com"];
        assert_eq!(in_namespace(&dns, &name), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
        let (mut a, mut b) = (Uuids::new("x"), Uuids::new("x"));
        let first = a.next();
        assert_eq!(first, b.next());
        assert_ne!(first, a.next());
        assert_ne!(first, Uuids::new("y").next());
    }
}
