//! A pack: one file of named sections, each with a checksum. A layer owns the content of its section
//! and finds it by name, so that a lower layer never learns of a higher one, and an older build skips
//! a section that it does not know.
//!
//! ```text
//! "FKPK"  format version u32  header length u32  header CRC-32 u32   (little-endian)
//! header: pack name, FHIR version, bases, packages (name, version), sections (name, length, CRC-32)
//! the sections, in that order, one after the other
//! ```

mod codec;
mod error;

pub use codec::{Read, Reader, Writer};
pub use error::PackError;

use std::ops::{Deref, Range};
use std::sync::Arc;

const MAGIC: &[u8; 4] = b"FKPK";
const PREFIX: usize = 16;

/// The format that [`PackWriter`] writes and [`Pack::open`] reads. It is raised by one with every
/// change of the container or of any section: packs are built with the engine and shipped beside it, so
/// there is no second reader to keep.
pub const FORMAT: u32 = 5;

/// What a pack is and was made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackInfo {
    /// The name of the pack, such as `r4`.
    pub name: String,
    /// The version of FHIR that it is of, such as `4.0.1`.
    pub fhir_version: String,
    /// The packs that it builds on, by name: what they have, it has not. They are to be loaded with it.
    pub bases: Vec<String>,
    /// The packages that it was built from.
    pub packages: Vec<PackageId>,
}

/// A FHIR package by name and version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageId {
    /// Such as `hl7.fhir.r4.core`.
    pub name: String,
    /// Such as `4.0.1`.
    pub version: String,
}

/// Puts a pack together.
#[derive(Clone, Debug)]
pub struct PackWriter {
    info: PackInfo,
    sections: Vec<(String, Vec<u8>)>,
}

impl PackWriter {
    /// A pack without sections.
    pub fn new(info: PackInfo) -> Self {
        Self { info, sections: Vec::new() }
    }

    /// Adds a section.
    #[must_use]
    pub fn section(mut self, name: &str, content: Writer) -> Self {
        self.sections.push((name.to_owned(), content.into_bytes()));
        self
    }

    /// The bytes of the pack.
    pub fn into_bytes(self) -> Vec<u8> {
        let header = self.header();
        let content: usize = self.sections.iter().map(|(_, bytes)| bytes.len()).sum();
        let mut bytes = Vec::with_capacity(PREFIX + header.len() + content);
        bytes.extend_from_slice(MAGIC);
        for number in [FORMAT, header.len() as u32, crc32fast::hash(&header)] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&header);
        for (_, section) in &self.sections {
            bytes.extend_from_slice(section);
        }
        bytes
    }

    fn header(&self) -> Vec<u8> {
        let mut header = Writer::new();
        header.str(&self.info.name);
        header.str(&self.info.fhir_version);
        header.count(self.info.bases.len());
        for base in &self.info.bases {
            header.str(base);
        }
        header.count(self.info.packages.len());
        for package in &self.info.packages {
            header.str(&package.name);
            header.str(&package.version);
        }
        header.count(self.sections.len());
        for (name, bytes) in &self.sections {
            header.str(name);
            header.count(bytes.len());
            header.u32(crc32fast::hash(bytes));
        }
        header.into_bytes()
    }
}

/// An opened pack: whole, of a known format, with checksums that match. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Pack {
    info: Arc<PackInfo>,
    sections: Arc<[(String, Section)]>,
}

/// The bytes of a section, kept alive by it: what is decoded lazily holds one. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Section {
    pack: Arc<[u8]>,
    range: Range<usize>,
}

impl Deref for Section {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // INVARIANT: `Pack::open` made the range inside the bytes.
        &self.pack[self.range.clone()]
    }
}

impl Pack {
    /// Opens a pack and checks every checksum.
    ///
    /// # Errors
    /// Not a pack, a newer format, cut off, or damaged.
    pub fn open(bytes: impl Into<Arc<[u8]>>) -> Result<Self, PackError> {
        let bytes = bytes.into();
        let header = header_range(&bytes)?;
        let mut at = header.end;
        let mut reader = Reader::new(&bytes[header]);
        let info = PackInfo {
            name: reader.str()?.to_owned(),
            fhir_version: reader.str()?.to_owned(),
            bases: reader.list(|reader| Ok(reader.str()?.to_owned()))?,
            packages: reader.list(|reader| {
                Ok(PackageId { name: reader.str()?.to_owned(), version: reader.str()?.to_owned() })
            })?,
        };
        let sections = reader.list(|reader| {
            let name = reader.str()?.to_owned();
            let range = at..at.saturating_add(reader.u32()? as usize);
            at = range.end;
            let content = bytes.get(range.clone()).ok_or(PackError::Truncated)?;
            check_sum(content, reader.u32()?, || format!("section `{name}`"))?;
            Ok((name, Section { pack: bytes.clone(), range }))
        })?;
        reader.finish()?;
        if at != bytes.len() {
            return Err(PackError::Malformed("there are bytes after its last section"));
        }
        Ok(Self { info: Arc::new(info), sections: sections.into() })
    }

    /// What the pack is and was made of.
    pub fn info(&self) -> &PackInfo {
        &self.info
    }

    /// The section of that name, if the pack has it.
    pub fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|(section, _)| section == name).map(|(_, section)| section)
    }

    /// All sections with their names, in the order of the file.
    pub fn sections(&self) -> impl Iterator<Item = (&str, &Section)> {
        self.sections.iter().map(|(name, section)| (name.as_str(), section))
    }
}

/// Where the header stands, once prefix and checksum are found right.
fn header_range(bytes: &[u8]) -> Result<Range<usize>, PackError> {
    let magic = &bytes[..bytes.len().min(MAGIC.len())];
    if magic.is_empty() || !MAGIC.starts_with(magic) {
        return Err(PackError::NotAPack);
    }
    let found = word(bytes, 4)?;
    if found > FORMAT {
        return Err(PackError::Newer { found, known: FORMAT });
    }
    if found < FORMAT {
        return Err(PackError::Older { found, known: FORMAT });
    }
    let range = PREFIX..PREFIX.saturating_add(word(bytes, 8)? as usize);
    let header = bytes.get(range.clone()).ok_or(PackError::Truncated)?;
    check_sum(header, word(bytes, 12)?, || "the header".to_owned())?;
    Ok(range)
}

fn word(bytes: &[u8], at: usize) -> Result<u32, PackError> {
    let four = bytes.get(at..).and_then(|rest| rest.first_chunk()).ok_or(PackError::Truncated)?;
    Ok(u32::from_le_bytes(*four))
}

fn check_sum(bytes: &[u8], expected: u32, what: impl FnOnce() -> String) -> Result<(), PackError> {
    if crc32fast::hash(bytes) == expected { Ok(()) } else { Err(PackError::Checksum(what())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<u8> {
        let info = PackInfo {
            name: "r4".into(),
            fhir_version: "4.0.1".into(),
            bases: vec!["core".into()],
            packages: vec![PackageId { name: "hl7.fhir.r4.core".into(), version: "4.0.1".into() }],
        };
        let mut first = Writer::new();
        first.str("types");
        let mut second = Writer::new();
        second.u32(70_000);
        PackWriter::new(info).section("definitions", first).section("other", second).into_bytes()
    }

    #[test]
    fn a_section_is_found_by_name() {
        let pack = Pack::open(sample()).unwrap();
        assert_eq!(pack.info().name, "r4");
        assert_eq!(pack.info().bases, ["core"]);
        assert_eq!(pack.info().packages[0].name, "hl7.fhir.r4.core");
        let section = pack.section("definitions").unwrap();
        assert_eq!(Reader::new(section).str(), Ok("types"));
        assert_eq!(Reader::new(pack.section("other").unwrap()).u32(), Ok(70_000));
        assert!(pack.section("absent").is_none());
        assert_eq!(pack.sections().count(), 2);
    }

    fn check_error(bytes: &[u8], message: &str) {
        let error = Pack::open(bytes).expect_err("the pack is not whole");
        assert_eq!(error.to_string(), message);
    }

    #[test]
    fn each_error_says_what_is_wrong() {
        let bytes = sample();
        check_error(b"PK\x03\x04", "this is not a pack: it does not begin with `FKPK`");
        check_error(b"", "this is not a pack: it does not begin with `FKPK`");
        let mut newer = bytes.clone();
        newer[4] = 9;
        check_error(
            &newer,
            "the pack has format 9, this build reads format 5: update fhirkiln or use its own packs",
        );
        let mut older = bytes.clone();
        older[4] = 0;
        check_error(
            &older,
            "the pack has format 0, this build reads format 5: build the pack anew or use the one that comes with this version",
        );
        let mut damaged = bytes.clone();
        *damaged.last_mut().unwrap() ^= 1;
        check_error(
            &damaged,
            "the pack is damaged: the checksum of section `other` does not match",
        );
        damaged = bytes.clone();
        damaged[PREFIX + 1] ^= 1;
        check_error(&damaged, "the pack is damaged: the checksum of the header does not match");
        let cut = "the pack is cut off: it ends before its content does";
        check_error(&bytes[..bytes.len() - 1], cut);
        check_error(&bytes[..10], cut);
        let longer = [bytes.as_slice(), b"x"].concat();
        check_error(&longer, "the pack is damaged: there are bytes after its last section");
    }

    #[test]
    fn no_flipped_bit_and_no_cut_goes_unnoticed() {
        let bytes = sample();
        for at in 0..bytes.len() {
            assert!(Pack::open(&bytes[..at]).is_err(), "cut at {at}");
            for bit in 0..8 {
                let mut flipped = bytes.clone();
                flipped[at] ^= 1 << bit;
                assert!(Pack::open(flipped).is_err(), "bit {bit} of byte {at}");
            }
        }
    }
}
