//! The bytes inside a section: variable-length numbers, texts and raw slices. Writing cannot fail;
//! every read is checked, because a checksum does not protect from a pack that was made wrong.

use super::PackError;

/// Grows the bytes of a section.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// An empty writer.
    pub fn new() -> Self {
        Self::default()
    }

    /// One byte.
    pub fn u8(&mut self, value: u8) {
        self.bytes.push(value);
    }

    /// A number of up to 32 bits: seven bits a byte, lowest first.
    pub fn u32(&mut self, value: u32) {
        self.u64(u64::from(value));
    }

    /// A number of up to 64 bits: seven bits a byte, lowest first.
    pub fn u64(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    /// How many entries follow: read it with [`Reader::count`].
    pub fn count(&mut self, value: usize) {
        self.u64(value as u64);
    }

    /// A text with its length.
    pub fn str(&mut self, value: &str) {
        self.bytes(value.as_bytes());
    }

    /// Bytes with their length.
    pub fn bytes(&mut self, value: &[u8]) {
        self.count(value.len());
        self.raw(value);
    }

    /// Bytes without their length: the reader has to know it.
    pub fn raw(&mut self, value: &[u8]) {
        self.bytes.extend_from_slice(value);
    }

    /// How many bytes there are.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// True before the first byte.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// What was written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads what a [`Writer`] wrote. After an error, the reader stands where it stood or at the end.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

/// What a read gives.
pub type Read<T> = Result<T, PackError>;

impl<'a> Reader<'a> {
    /// A reader over all of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// How many bytes are left.
    pub fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// True at the end.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// One byte.
    ///
    /// # Errors
    /// [`PackError::Truncated`] at the end.
    pub fn u8(&mut self) -> Read<u8> {
        let (&first, rest) = self.rest.split_first().ok_or(PackError::Truncated)?;
        self.rest = rest;
        Ok(first)
    }

    /// A number of up to 32 bits.
    ///
    /// # Errors
    /// The end, or a number that is larger.
    pub fn u32(&mut self) -> Read<u32> {
        u32::try_from(self.u64()?).map_err(|_| PackError::Malformed("a number is too large"))
    }

    /// A number of up to 64 bits.
    ///
    /// # Errors
    /// The end, or a number that is larger.
    pub fn u64(&mut self) -> Read<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.u8()?;
            let bits = u64::from(byte & 0x7F);
            if bits << shift >> shift != bits {
                break;
            }
            value |= bits << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(PackError::Malformed("a number is too large"))
    }

    /// How many entries follow, each of at least one byte: a count that the bytes left cannot hold is
    /// an error, so that it is safe to reserve room for it.
    ///
    /// # Errors
    /// The end, or more entries than bytes.
    pub fn count(&mut self) -> Read<usize> {
        let count = self.u64()?;
        let fits = usize::try_from(count).ok().filter(|&count| count <= self.rest.len());
        fits.ok_or(PackError::Truncated)
    }

    /// As many entries as [`Reader::count`] says, each read by `entry`.
    ///
    /// # Errors
    /// As [`Reader::count`], and what `entry` meets.
    pub fn list<T>(&mut self, mut entry: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let count = self.count()?;
        (0..count).map(|_| entry(self)).collect()
    }

    /// A text with its length.
    ///
    /// # Errors
    /// The end, or bytes that are no UTF-8.
    pub fn str(&mut self) -> Read<&'a str> {
        std::str::from_utf8(self.bytes()?).map_err(|_| PackError::Malformed("a text is not UTF-8"))
    }

    /// Bytes with their length.
    ///
    /// # Errors
    /// [`PackError::Truncated`] where there are fewer.
    pub fn bytes(&mut self) -> Read<&'a [u8]> {
        let length = self.count()?;
        self.raw(length)
    }

    /// That many bytes.
    ///
    /// # Errors
    /// [`PackError::Truncated`] where there are fewer.
    pub fn raw(&mut self, length: usize) -> Read<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(PackError::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    /// To be called where the content should end.
    ///
    /// # Errors
    /// Bytes are left.
    pub fn finish(self) -> Read<()> {
        if self.is_empty() { Ok(()) } else { Err(PackError::Malformed("there are bytes too many")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_number(value: u64, length: usize) {
        let mut writer = Writer::new();
        writer.u64(value);
        let bytes = writer.into_bytes();
        assert_eq!(bytes.len(), length);
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.u64(), Ok(value));
        assert_eq!(reader.finish(), Ok(()));
        for cut in 0..bytes.len() {
            assert_eq!(Reader::new(&bytes[..cut]).u64(), Err(PackError::Truncated));
        }
    }

    #[test]
    fn numbers_survive() {
        for (value, length) in [
            (0, 1),
            (127, 1),
            (128, 2),
            (16_383, 2),
            (16_384, 3),
            (u64::from(u32::MAX), 5),
            (u64::MAX, 10),
        ] {
            check_number(value, length);
        }
    }

    #[test]
    fn a_number_that_does_not_fit_is_an_error() {
        let too_large = Err(PackError::Malformed("a number is too large"));
        assert_eq!(Reader::new(&[0xFF; 11]).u64(), too_large);
        let mut writer = Writer::new();
        writer.u64(1 << 32);
        assert_eq!(
            Reader::new(&writer.into_bytes()).u32(),
            Err(PackError::Malformed("a number is too large"))
        );
    }

    #[test]
    fn texts_and_lists_survive() {
        let mut writer = Writer::new();
        writer.count(2);
        writer.str("Grüße");
        writer.str("");
        writer.raw(&[1, 2]);
        let bytes = writer.into_bytes();
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.list(Reader::str), Ok(vec!["Grüße", ""]));
        assert_eq!(reader.raw(2), Ok(&[1, 2][..]));
        assert_eq!(reader.u8(), Err(PackError::Truncated));
    }

    #[test]
    fn a_lying_length_is_an_error_and_reserves_nothing() {
        let mut writer = Writer::new();
        writer.u64(u64::MAX / 2);
        let bytes = writer.into_bytes();
        assert_eq!(Reader::new(&bytes).bytes(), Err(PackError::Truncated));
        assert_eq!(Reader::new(&bytes).list(Reader::u8), Err(PackError::Truncated));
        assert!(matches!(Reader::new(&[2, 0xC3, 0x28]).str(), Err(PackError::Malformed(_))));
    }
}
