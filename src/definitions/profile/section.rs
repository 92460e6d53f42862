//! The section of a pack that holds profiles: texts, an index, and a record per profile that is decoded
//! when the profile is first asked for.

use std::sync::{Arc, OnceLock};

use super::codec::{Decoder, Encoder};
use super::{Listed, Profile};
use crate::definitions::pack::{PackError, Read, Reader, Section, Writer};
use crate::definitions::{Constraint, ConstraintId, Constraints};
use crate::tree::Names;

/// The name of the section.
pub const NAME: &str = "profiles";

/// Writes profiles as a section, in the order in which they are given.
pub fn write_profiles(profiles: &[&Profile], names: &Names, constraints: &Constraints) -> Writer {
    let mut encoder = Encoder::new(names);
    let (mut index, mut records) = (Writer::new(), Writer::new());
    for profile in profiles {
        let before = records.len();
        encoder.profile(profile, &mut records);
        encoder.text(&profile.url, &mut index);
        encoder.text(profile.version.as_deref().unwrap_or_default(), &mut index);
        encoder.text(&profile.title, &mut index);
        encoder.name(profile.type_name, &mut index);
        index.count(records.len() - before);
    }
    let mut section = Writer::new();
    section.count(encoder.strings.len());
    for text in &encoder.strings {
        section.count(text.len());
    }
    section.bytes(encoder.strings.concat().as_bytes());
    section.count(encoder.constraints.len());
    for &id in &encoder.constraints {
        constraints.get(id).write(&mut section);
    }
    section.count(profiles.len());
    section.raw(&index.into_bytes());
    section.raw(&records.into_bytes());
    section
}

/// The profiles of one pack.
#[derive(Debug)]
pub(in crate::definitions) struct PackProfiles {
    strings: Vec<Box<str>>,
    constraints: Vec<ConstraintId>,
    entries: Vec<Entry>,
    records: Section,
    decoded: Vec<OnceLock<Option<Arc<Profile>>>>,
}

#[derive(Debug)]
struct Entry {
    url: u32,
    version: u32,
    title: u32,
    type_name: u32,
    /// Where its record begins and ends in the section.
    record: (usize, usize),
}

impl PackProfiles {
    /// Reads texts and index.
    pub(in crate::definitions) fn open(
        section: Section,
        constraints: &mut Constraints,
    ) -> Read<Self> {
        let bytes = section.clone();
        let mut reader = Reader::new(&bytes);
        let lengths = reader.list(Reader::u32)?;
        let mut texts = reader.str()?;
        let mut strings = Vec::with_capacity(lengths.len());
        for length in lengths {
            let split = texts.split_at_checked(length as usize);
            let (text, rest) = split.ok_or(PackError::Malformed("a text is too long"))?;
            strings.push(text.into());
            texts = rest;
        }
        let constraints =
            reader.list(|reader| Ok(constraints.intern(Constraint::read(reader)?)))?;
        let mut end = 0_usize;
        let mut entries = reader.list(|reader| {
            let (url, version) = (reader.u32()?, reader.u32()?);
            let (title, type_name) = (reader.u32()?, reader.u32()?);
            let start = end;
            end = start.saturating_add(reader.u32()? as usize);
            Ok(Entry { url, version, title, type_name, record: (start, end) })
        })?;
        let is_known = |number: u32| (number as usize) < strings.len();
        let are_known = |it: &Entry| [it.url, it.version, it.title, it.type_name].map(is_known);
        if end != reader.remaining() || !entries.iter().all(|it| are_known(it) == [true; 4]) {
            return Err(PackError::Malformed("the profiles are not as it says"));
        }
        let start = bytes.len() - end;
        for entry in &mut entries {
            entry.record = (entry.record.0 + start, entry.record.1 + start);
        }
        let decoded = entries.iter().map(|_| OnceLock::new()).collect();
        Ok(Self { strings, constraints, entries, records: section, decoded })
    }

    /// How many profiles there are.
    pub(in crate::definitions) fn len(&self) -> usize {
        self.entries.len()
    }

    /// What the index says of the profile of that number.
    pub(in crate::definitions) fn listed(&self, number: usize) -> Option<Listed<'_>> {
        let entry = self.entries.get(number)?;
        Some(Listed {
            url: self.text(entry.url),
            version: self.version(entry),
            title: self.text(entry.title),
            type_name: self.text(entry.type_name),
            origin: None,
        })
    }

    fn text(&self, number: u32) -> &str {
        self.strings.get(number as usize).map_or("", |text| text)
    }

    fn version(&self, entry: &Entry) -> Option<&str> {
        Some(self.text(entry.version)).filter(|version| !version.is_empty())
    }

    /// The profile of that number, decoded once. None where its bytes are damaged in a way that the
    /// checksum did not show.
    pub(in crate::definitions) fn profile(
        &self,
        number: usize,
        names: &Names,
    ) -> Option<&Arc<Profile>> {
        let decode = || {
            let (entry, listed) = (self.entries.get(number)?, self.listed(number)?);
            let bytes = self.records.get(entry.record.0..entry.record.1)?;
            let reader = Reader::new(bytes);
            let mut decoder =
                Decoder { names, strings: &self.strings, constraints: &self.constraints, reader };
            decoder.profile(listed.head(names)).ok().map(Arc::new)
        };
        self.decoded.get(number)?.get_or_init(decode).as_ref()
    }
}
