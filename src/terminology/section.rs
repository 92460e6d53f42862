//! The section of a pack: an index that is read at once, and one record for each code system and each
//! value set that is read when it is asked for.
//!
//! ```text
//! URLs of code systems (sorted, each without what it shares with the one before), versions
//! code systems: URL, version, length of its record; value sets: URL, version, length
//! records of code systems, records of value sets
//! ```

use std::collections::BTreeSet;
use std::sync::Arc;

use super::library::{Decode, Entry, Library, Table, Texts};
use super::{
    Case, CodeSystem, Codes, Expansion, Filter, Include, Operator, Property, Select, SystemRef,
    ValueSet,
};
use crate::definitions::pack::{PackError, Read, Reader, Section, Writer};

impl Library {
    /// The content of the section. What was not compiled here but read from a damaged section is left out.
    pub fn write(&self) -> Writer {
        let texts = self.collect_texts();
        let mut out = Writer::new();
        write_sorted(&mut out, &texts.systems);
        write_sorted(&mut out, &texts.versions);
        let code_systems = self.records(&self.code_systems, &texts, write_code_system);
        out.count(code_systems.len());
        for (entry, record) in &code_systems {
            out.count(number(&texts.systems, &entry.url));
            write_entry(&mut out, entry, record, &texts);
        }
        let value_sets = self.records(&self.value_sets, &texts, write_value_set);
        let urls: Vec<Arc<str>> = value_sets.iter().map(|(entry, _)| entry.url.clone()).collect();
        write_sorted(&mut out, &urls);
        for (entry, record) in &value_sets {
            write_entry(&mut out, entry, record, &texts);
        }
        let records = code_systems.iter().map(|(_, r)| r).chain(value_sets.iter().map(|(_, r)| r));
        for record in records {
            out.raw(record);
        }
        out
    }

    /// Reads the index of a section; the rest is read when it is asked for.
    ///
    /// # Errors
    /// The section is damaged in a way that its checksum did not show.
    pub fn read(section: Section) -> Read<Self> {
        let mut library = Self::default();
        let bytes = section.clone();
        let mut reader = Reader::new(&bytes);
        let systems = read_sorted(&mut reader)?;
        let versions = read_sorted(&mut reader)?;
        let code_systems = reader.list(|reader| {
            let url = pick(&systems, reader.u32()?)?;
            let (version, length) = read_entry(reader, &versions)?;
            Ok((url, version, length))
        })?;
        let urls = read_sorted(&mut reader)?;
        let value_sets: Vec<_> =
            urls.iter().map(|_| read_entry(&mut reader, &versions)).collect::<Read<_>>()?;
        let mut at = (section.len() - reader.remaining()) as u32;
        let mut next = |length: u32| {
            let range = at..at.checked_add(length).ok_or(PackError::Truncated)?;
            at = range.end;
            Ok(range)
        };
        for (url, version, length) in code_systems {
            library.code_systems.add_range(url, version, next(length)?);
        }
        for (url, (version, length)) in urls.into_iter().zip(value_sets) {
            library.value_sets.add_range(url, version, next(length)?);
        }
        if at as usize != section.len() {
            return Err(PackError::Malformed("the terminology records do not fill their section"));
        }
        library.texts = Texts { systems, versions };
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

    fn records<'l, T: Decode>(
        &'l self,
        table: &'l Table<T>,
        texts: &Texts,
        write: impl Fn(&mut Writer, &T, &Texts),
    ) -> Vec<(&'l Entry<T>, Vec<u8>)> {
        let record = |(index, entry)| {
            let mut record = Writer::new();
            write(&mut record, self.get(table, index)?, texts);
            Some((entry, record.into_bytes()))
        };
        table.entries.iter().enumerate().filter_map(record).collect()
    }
}

fn write_entry<T>(out: &mut Writer, entry: &Entry<T>, record: &[u8], texts: &Texts) {
    write_version(out, entry.version.as_ref(), texts);
    out.count(record.len());
}

fn read_entry(reader: &mut Reader<'_>, versions: &[Arc<str>]) -> Read<(Option<Arc<str>>, u32)> {
    Ok((read_version(reader, versions)?, reader.u32()?))
}

/// The number of the version plus one; zero for none.
fn write_version(out: &mut Writer, version: Option<&Arc<str>>, texts: &Texts) {
    out.count(version.map_or(0, |version| number(&texts.versions, version) + 1));
}

fn read_version(reader: &mut Reader<'_>, versions: &[Arc<str>]) -> Read<Option<Arc<str>>> {
    reader.u32()?.checked_sub(1).map(|index| pick(versions, index)).transpose()
}

fn number(texts: &[Arc<str>], text: &Arc<str>) -> usize {
    // INVARIANT: `collect_texts` found every text that is written.
    texts.binary_search(text).unwrap_or_default()
}

fn pick(texts: &[Arc<str>], index: u32) -> Read<Arc<str>> {
    let text = texts.get(index as usize).cloned();
    text.ok_or(PackError::Malformed("a text of the terminology is not there"))
}

/// Sorted texts: of each, how many bytes it shares with the one before, and the rest.
fn write_sorted(out: &mut Writer, texts: &[Arc<str>]) {
    out.count(texts.len());
    let mut before = "";
    for text in texts {
        let shared = before.bytes().zip(text.bytes()).take_while(|(a, b)| a == b).count();
        let shared = (0..=shared).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        out.count(shared);
        out.str(&text[shared..]);
        before = text;
    }
}

fn read_sorted(reader: &mut Reader<'_>) -> Read<Vec<Arc<str>>> {
    let mut before = String::new();
    reader.list(|reader| {
        let shared = reader.u32()? as usize;
        if !before.is_char_boundary(shared) {
            return Err(PackError::Malformed("a text shares more than there is"));
        }
        before.truncate(shared);
        before.push_str(reader.str()?);
        Ok(before.as_str().into())
    })
}

/// A byte that none of the codes has, then the codes with it between them.
fn write_codes(out: &mut Writer, codes: &Codes) {
    let is_free = |&byte: &u8| !codes.iter().any(|code| code.as_bytes().contains(&byte));
    let separator = (0..=b' ').rev().find(is_free).unwrap_or(b' ');
    out.u8(separator);
    let mut text = Vec::new();
    for code in codes.iter() {
        text.extend_from_slice(code.as_bytes());
        text.push(separator);
    }
    out.bytes(&text);
}

fn read_codes(reader: &mut Reader<'_>) -> Read<Codes> {
    let separator = reader.u8()?;
    let text = reader.str()?;
    if !separator.is_ascii() {
        return Err(PackError::Malformed("codes have no separator"));
    }
    Ok(Codes::new(text.split_terminator(char::from(separator))))
}

fn write_code_system(out: &mut Writer, system: &CodeSystem, _: &Texts) {
    let case = match system.case {
        Case::Sensitive => 0,
        Case::Insensitive => 1,
        Case::Unstated => 2,
    };
    let has_more = !(system.abstracts.is_empty()
        && system.inactives.is_empty()
        && system.parents.is_empty()
        && system.properties.is_empty());
    out.u8(case | u8::from(!system.is_complete) << 2 | u8::from(has_more) << 3);
    write_codes(out, &system.codes);
    if !has_more {
        return;
    }
    write_ascending(out, &system.abstracts);
    write_ascending(out, &system.inactives);
    let children: Vec<u32> = system.parents.iter().map(|&(child, _)| child).collect();
    write_ascending(out, &children);
    for &(_, parent) in &system.parents {
        out.u32(parent);
    }
    let concepts: Vec<u32> = system.properties.iter().map(|property| property.concept).collect();
    write_ascending(out, &concepts);
    for property in &system.properties {
        out.str(&property.code);
        out.str(&property.value);
    }
}

impl Decode for CodeSystem {
    fn read(reader: &mut Reader<'_>, _: &Texts) -> Read<Self> {
        let flags = reader.u8()?;
        let case = match flags & 3 {
            0 => Case::Sensitive,
            1 => Case::Insensitive,
            _ => Case::Unstated,
        };
        let codes = read_codes(reader)?;
        let mut system = Self { case, is_complete: flags & 4 == 0, codes, ..Self::default() };
        if flags & 8 == 0 {
            return Ok(system);
        }
        system.abstracts = read_ascending(reader)?;
        system.inactives = read_ascending(reader)?;
        let children = read_ascending(reader)?;
        system.parents =
            children.into_iter().map(|child| Ok((child, reader.u32()?))).collect::<Read<_>>()?;
        let concepts = read_ascending(reader)?;
        let property = |concept| {
            Ok(Property {
                concept,
                code: reader.str()?.to_owned(),
                value: reader.str()?.to_owned(),
            })
        };
        system.properties = concepts.into_iter().map(property).collect::<Read<_>>()?;
        Ok(system)
    }
}

/// Numbers that never fall: of each, how much it is more than the one before.
fn write_ascending(out: &mut Writer, numbers: &[u32]) {
    out.count(numbers.len());
    let mut before = 0;
    for &number in numbers {
        out.u32(number - before);
        before = number;
    }
}

fn read_ascending(reader: &mut Reader<'_>) -> Read<Vec<u32>> {
    let mut number: u32 = 0;
    reader.list(|reader| {
        let next = number.checked_add(reader.u32()?);
        number = next.ok_or(PackError::Malformed("a number is too large"))?;
        Ok(number)
    })
}

fn write_value_set(out: &mut Writer, value_set: &ValueSet, texts: &Texts) {
    let ValueSet { include, exclude, without_inactive, expansion } = value_set;
    let flags = [include.is_some(), !exclude.is_empty(), *without_inactive, expansion.is_some()];
    out.u8(flags.iter().rev().fold(0, |byte, &flag| byte << 1 | u8::from(flag)));
    for list in [include.as_deref(), (!exclude.is_empty()).then_some(exclude)].into_iter().flatten()
    {
        out.count(list.len());
        for include in list {
            write_include(out, include, texts);
        }
    }
    if let Some(expansion) = expansion {
        out.u8(u8::from(expansion.is_partial));
        out.count(expansion.codes.len());
        for (system, codes) in &expansion.codes {
            out.count(number(&texts.systems, system));
            write_codes(out, codes);
        }
    }
}

impl Decode for ValueSet {
    fn read(reader: &mut Reader<'_>, texts: &Texts) -> Read<Self> {
        let flags = reader.u8()?;
        let mut includes = |bit: u8| {
            let is_there = flags & bit != 0;
            is_there.then(|| reader.list(|reader| read_include(reader, texts))).transpose()
        };
        let include = includes(1)?;
        let exclude = includes(2)?.unwrap_or_default();
        let mut set = Self { include, exclude, without_inactive: flags & 4 != 0, expansion: None };
        if flags & 8 != 0 {
            let is_partial = reader.u8()? != 0;
            let codes = reader
                .list(|reader| Ok((pick(&texts.systems, reader.u32()?)?, read_codes(reader)?)))?;
            set.expansion = Some(Expansion { is_partial, codes });
        }
        Ok(set)
    }
}

fn write_include(out: &mut Writer, include: &Include, texts: &Texts) {
    let select = match include.select {
        Select::All => 0,
        Select::Codes(_) => 1,
        Select::Filters(_) => 2,
    };
    out.u8(select | u8::from(!include.value_sets.is_empty()) << 2);
    match &include.system {
        None => out.u8(0),
        Some(system) => {
            out.count(number(&texts.systems, &system.url) + 1);
            write_version(out, system.version.as_ref(), texts);
        }
    }
    match &include.select {
        Select::All => {}
        Select::Codes(codes) => write_codes(out, codes),
        Select::Filters(filters) => {
            out.count(filters.len());
            for filter in filters {
                out.str(&filter.property);
                out.u32(filter.op.number());
                out.str(&filter.value);
            }
        }
    }
    if !include.value_sets.is_empty() {
        out.count(include.value_sets.len());
        include.value_sets.iter().for_each(|canonical| out.str(canonical));
    }
}

fn read_include(reader: &mut Reader<'_>, texts: &Texts) -> Read<Include> {
    let flags = reader.u8()?;
    let system = match reader.u32()?.checked_sub(1) {
        None => None,
        Some(index) => Some(SystemRef {
            url: pick(&texts.systems, index)?,
            version: read_version(reader, &texts.versions)?,
        }),
    };
    let select = match flags & 3 {
        0 => Select::All,
        1 => Select::Codes(read_codes(reader)?),
        _ => Select::Filters(reader.list(read_filter)?),
    };
    let value_sets = match flags & 4 {
        0 => Vec::new(),
        _ => reader.list(|reader| Ok(reader.str()?.to_owned()))?,
    };
    Ok(Include { system, select, value_sets })
}

fn read_filter(reader: &mut Reader<'_>) -> Read<Filter> {
    let property = reader.str()?.to_owned();
    let op = Operator::numbered(reader.u32()?);
    let op = op.ok_or(PackError::Malformed("a filter has no operator"))?;
    Ok(Filter { property, op, value: reader.str()?.to_owned() })
}
