//! The section of a pack: an index that is read at once, and one record for each code system and each
//! value set that is read when it is asked for.
//!
//! ```text
//! URLs of code systems, versions
//! code systems: a column of URLs, one of versions, one of lengths of records
//! value sets: columns of URLs, versions, lengths of records; of those with length 0, the code systems
//! records of code systems, records of value sets
//! ```
//!
//! Nine in ten value sets of R4 are all of one code system: these stand in the index, without a record.

mod displays;
mod lists;
mod record;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::library::{Entry, Library, Texts};
use super::{SystemRef, ValueSet};
use crate::definitions::pack::{PackError, Read, Reader, Section, Writer};
use lists::{read_ascending, read_sorted, read_steps, write_ascending, write_sorted, write_steps};
use record::{write_code_system, write_value_set};

/// A version, and the length of a record.
type Row = (Option<Arc<str>>, u32);

/// What is written of one entry.
struct Record<'l, T> {
    entry: &'l Entry<T>,
    value: &'l T,
    bytes: Vec<u8>,
}

impl Library {
    /// The content of the section. What was read from a damaged section is left out.
    pub fn write(&self) -> Writer {
        let texts = self.collect_texts();
        let code_systems = self.code_system_records();
        let value_sets = self.value_set_records(&texts);
        let mut out = Writer::new();
        write_sorted(&mut out, &texts.systems);
        write_sorted(&mut out, &texts.versions);
        let urls = code_systems.iter().map(|record| texts.system(&record.entry.url));
        write_ascending(&mut out, &urls.collect::<Vec<_>>());
        write_rows(&mut out, &code_systems, &texts);
        let urls: Vec<Arc<str>> = value_sets.iter().map(|it| it.entry.url.clone()).collect();
        write_sorted(&mut out, &urls);
        write_rows(&mut out, &value_sets, &texts);
        let whole = value_sets.iter().filter_map(|record| record.value.as_whole_system());
        write_system_refs(&mut out, &whole.collect::<Vec<_>>(), &texts);
        let records = code_systems.iter().map(|record| &record.bytes);
        for bytes in records.chain(value_sets.iter().map(|record| &record.bytes)) {
            out.raw(bytes);
        }
        out
    }

    /// Reads the index of a section; the rest is read when it is asked for.
    ///
    /// # Errors
    /// The section is damaged in a way that its checksum did not show.
    pub fn read(section: Section) -> Read<Self> {
        let bytes = section.clone();
        let mut reader = Reader::new(&bytes);
        let systems = read_sorted(&mut reader)?;
        let versions = read_sorted(&mut reader)?;
        let texts = Texts { systems, versions };
        let code_systems = read_ascending(&mut reader)?;
        let code_system_rows = read_rows(&mut reader, &texts)?;
        let value_sets = read_sorted(&mut reader)?;
        let value_set_rows = read_rows(&mut reader, &texts)?;
        let mut whole = read_system_refs(&mut reader, &texts)?.into_iter();
        let mut records = Records { next: section.len() - reader.remaining(), end: section.len() };
        let mut library = Self::default();
        for (url, (version, length)) in code_systems.into_iter().zip(code_system_rows) {
            let range = records.take(length)?;
            library.code_systems.add_range(texts.pick_system(url)?, version, range);
        }
        for (url, (version, length)) in value_sets.into_iter().zip(value_set_rows) {
            if length == 0 {
                let system = whole.next().ok_or(PackError::Truncated)?;
                library.value_sets.add(url, version, ValueSet::whole_system(system));
            } else {
                library.value_sets.add_range(url, version, records.take(length)?);
            }
        }
        library.texts = texts;
        library.section = Some(section);
        Ok(library)
    }

    /// Every URL of a code system and every version that an entry has or refers to.
    fn collect_texts(&self) -> Texts {
        let mut systems: BTreeSet<Arc<str>> = BTreeSet::new();
        let mut versions: BTreeSet<Arc<str>> = BTreeSet::new();
        for entry in &self.code_systems.entries {
            systems.insert(entry.url.clone());
            versions.extend(entry.version.clone());
        }
        for (index, entry) in self.value_sets.entries.iter().enumerate() {
            versions.extend(entry.version.clone());
            let Some(value_set) = self.get(&self.value_sets, index) else { continue };
            for include in value_set.include.iter().flatten().chain(&value_set.exclude) {
                systems.extend(include.system.as_ref().map(|system| system.url.clone()));
                versions.extend(include.system.as_ref().and_then(|system| system.version.clone()));
            }
            let expansions = value_set.expansion.iter().flat_map(|expansion| &expansion.codes);
            systems.extend(expansions.map(|(system, _)| system.clone()));
        }
        Texts { systems: systems.into_iter().collect(), versions: versions.into_iter().collect() }
    }

    fn code_system_records(&self) -> Vec<Record<'_, super::CodeSystem>> {
        let entries = self.code_systems.entries.iter().enumerate();
        let records = entries.filter_map(|(index, entry)| {
            let value = self.get(&self.code_systems, index)?;
            Some(Record { entry, value, bytes: write_code_system(value).into_bytes() })
        });
        records.collect()
    }

    fn value_set_records(&self, texts: &Texts) -> Vec<Record<'_, ValueSet>> {
        let entries = self.value_sets.entries.iter().enumerate();
        let records = entries.filter_map(|(index, entry)| {
            let value = self.get(&self.value_sets, index)?;
            let bytes = match value.as_whole_system() {
                Some(_) => Vec::new(),
                None => write_value_set(value, texts).into_bytes(),
            };
            Some(Record { entry, value, bytes })
        });
        records.collect()
    }
}

fn write_rows<T>(out: &mut Writer, records: &[Record<'_, T>], texts: &Texts) {
    out.count(records.len());
    for record in records {
        out.u32(texts.version(record.entry.version.as_ref()));
    }
    for record in records {
        out.count(record.bytes.len());
    }
}

fn read_rows(reader: &mut Reader<'_>, texts: &Texts) -> Read<Vec<Row>> {
    let versions = reader.list(|reader| texts.pick_version(reader.u32()?))?;
    versions.into_iter().map(|version| Ok((version, reader.u32()?))).collect()
}

fn write_system_refs(out: &mut Writer, systems: &[&SystemRef], texts: &Texts) {
    write_steps(out, &systems.iter().map(|system| texts.system(&system.url)).collect::<Vec<_>>());
    for system in systems {
        out.u32(texts.version(system.version.as_ref()));
    }
}

fn read_system_refs(reader: &mut Reader<'_>, texts: &Texts) -> Read<Vec<SystemRef>> {
    let systems = read_steps(reader)?.into_iter().map(|system| {
        let version = texts.pick_version(reader.u32()?)?;
        Ok(SystemRef { url: texts.pick_system(system)?, version })
    });
    systems.collect()
}

/// The records, one after the other.
struct Records {
    next: usize,
    end: usize,
}

impl Records {
    fn take(&mut self, length: u32) -> Read<Range<u32>> {
        let start = self.next;
        self.next = start.saturating_add(length as usize);
        if self.next > self.end {
            return Err(PackError::Truncated);
        }
        Ok(start as u32..self.next as u32)
    }
}

impl Texts {
    /// The number of a code system. INVARIANT: `collect_texts` found every text that is written.
    fn system(&self, url: &Arc<str>) -> u32 {
        self.systems.binary_search(url).unwrap_or_default() as u32
    }

    /// The number of a version; zero for none.
    fn version(&self, version: Option<&Arc<str>>) -> u32 {
        let number = |version| self.versions.binary_search(version).unwrap_or_default() as u32 + 1;
        version.map_or(0, number)
    }

    fn pick_system(&self, number: u32) -> Read<Arc<str>> {
        let url = self.systems.get(number as usize).cloned();
        url.ok_or(PackError::Malformed("a code system has no URL"))
    }

    fn pick_version(&self, number: u32) -> Read<Option<Arc<str>>> {
        let Some(index) = number.checked_sub(1) else { return Ok(None) };
        let version = self.versions.get(index as usize).cloned();
        version.map(Some).ok_or(PackError::Malformed("a version is not there"))
    }
}
