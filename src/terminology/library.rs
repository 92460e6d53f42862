//! Value sets and code systems that came together, found by canonical: those of one pack, or those
//! that a user gave. Those of a pack are decoded when first asked for.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::{CodeSystem, ConceptMap, ValueSet};
use crate::definitions::pack::{Read, Reader, Section};
use crate::tree::Names;

/// Value sets and code systems. Later ones replace earlier ones of the same canonical and version.
#[derive(Clone, Debug, Default)]
pub struct Library {
    pub(super) value_sets: Table<ValueSet>,
    pub(super) code_systems: Table<CodeSystem>,
    /// Those that were given as resources: packs carry theirs in maps.
    pub(super) concept_maps: Table<ConceptMap>,
    pub(super) texts: Texts,
    pub(super) section: Option<Section>,
}

/// Texts that many entries of a pack refer to by number.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    pub(super) systems: Vec<Arc<str>>,
    pub(super) versions: Vec<Arc<str>>,
}

/// Entries by URL, and by version for each URL.
#[derive(Clone, Debug)]
pub(super) struct Table<T> {
    urls: Names,
    /// By the number of the URL: the entry that was added last, plus one.
    latest: Vec<u32>,
    pub(super) entries: Vec<Entry<T>>,
}

/// A definition, or where it stands in the section.
#[derive(Clone, Debug)]
pub(super) struct Entry<T> {
    pub(super) url: Arc<str>,
    pub(super) version: Option<Arc<str>>,
    /// Another version of the same URL that was added before, plus one.
    previous: u32,
    range: Range<u32>,
    value: OnceLock<Option<T>>,
}

/// What a section holds one of for each entry.
pub(super) trait Decode: Sized {
    /// Reads one.
    fn read(reader: &mut Reader<'_>, texts: &Texts) -> Read<Self>;
}

impl Library {
    /// The value set of that URL: of that version, or the one that was added last.
    pub(super) fn value_set(&self, url: &str, version: Option<&str>) -> Option<&ValueSet> {
        self.get(&self.value_sets, self.value_sets.find(url, version)?)
    }

    /// The code system of that URL: of that version, or the one that was added last.
    pub(super) fn code_system(&self, url: &str, version: Option<&str>) -> Option<&CodeSystem> {
        self.get(&self.code_systems, self.code_systems.find(url, version)?)
    }

    /// The code system of that URL, as above, after its version.
    pub(super) fn versioned_code_system(
        &self,
        url: &str,
        version: Option<&str>,
    ) -> Option<(Option<&str>, &CodeSystem)> {
        let index = self.code_systems.find(url, version)?;
        let version = self.code_systems.entries.get(index)?.version.as_deref();
        Some((version, self.get(&self.code_systems, index)?))
    }

    /// The concept map of that URL: of that version, or the one that was added last.
    pub(super) fn concept_map(&self, url: &str, version: Option<&str>) -> Option<&ConceptMap> {
        let entry = self.concept_maps.entries.get(self.concept_maps.find(url, version)?)?;
        entry.value.get()?.as_ref()
    }

    /// The entry of that number, decoded. None where its bytes are damaged in a way that the checksum
    /// did not show.
    pub(super) fn get<'l, T: Decode>(&'l self, table: &'l Table<T>, index: usize) -> Option<&'l T> {
        let entry = table.entries.get(index)?;
        let decode = || {
            let range = entry.range.start as usize..entry.range.end as usize;
            let mut reader = Reader::new(self.section.as_ref()?.get(range)?);
            let value = T::read(&mut reader, &self.texts).ok()?;
            reader.finish().ok().map(|()| value)
        };
        entry.value.get_or_init(decode).as_ref()
    }

    /// How many value sets and how many code systems there are.
    pub fn len(&self) -> (usize, usize) {
        (self.value_sets.entries.len(), self.code_systems.entries.len())
    }

    /// Adds what another has that was compiled from resources, in place of what has the same canonical.
    pub fn extend(&mut self, other: &Self) {
        self.value_sets.extend(&other.value_sets);
        self.code_systems.extend(&other.code_systems);
        self.concept_maps.extend(&other.concept_maps);
    }

    /// True if there is nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == (0, 0) && self.concept_maps.entries.is_empty()
    }
}

impl<T> Entry<T> {
    /// The definition, if it is decoded, to be changed.
    pub(super) fn value_mut(&mut self) -> Option<&mut T> {
        self.value.get_mut()?.as_mut()
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { urls: Names::default(), latest: Vec::new(), entries: Vec::new() }
    }
}

impl<T> Table<T> {
    /// Adds a definition.
    pub(super) fn add(&mut self, url: Arc<str>, version: Option<Arc<str>>, value: T) {
        self.add_entry(url, version, 0..0, OnceLock::from(Some(value)));
    }

    /// Adds a definition that stands in the section.
    pub(super) fn add_range(
        &mut self,
        url: Arc<str>,
        version: Option<Arc<str>>,
        range: Range<u32>,
    ) {
        self.add_entry(url, version, range, OnceLock::new());
    }

    fn add_entry(
        &mut self,
        url: Arc<str>,
        version: Option<Arc<str>>,
        range: Range<u32>,
        value: OnceLock<Option<T>>,
    ) {
        let name = self.urls.intern(&url).index();
        if self.latest.len() <= name {
            self.latest.resize(name + 1, 0);
        }
        let previous = std::mem::replace(&mut self.latest[name], self.entries.len() as u32 + 1);
        self.entries.push(Entry { url, version, previous, range, value });
    }

    /// Adds the entries of another table.
    fn extend(&mut self, other: &Self)
    where
        T: Clone,
    {
        for entry in &other.entries {
            let Entry { url, version, range, value, .. } = entry.clone();
            self.add_entry(url, version, range, value);
        }
    }

    /// True if there is an entry of that URL and of exactly that version.
    pub(super) fn has(&self, url: &str, version: Option<&str>) -> bool {
        let found = self.find(url, version).and_then(|index| self.entries.get(index));
        found.is_some_and(|entry| entry.version.as_deref() == version)
    }

    /// The number of the entry of that URL and version; without a version, of the one added last.
    pub(super) fn find(&self, url: &str, version: Option<&str>) -> Option<usize> {
        let mut link = *self.latest.get(self.urls.find(url)?.index())?;
        loop {
            let index = link.checked_sub(1)? as usize;
            let entry = &self.entries[index];
            if version.is_none() || entry.version.as_deref() == version {
                return Some(index);
            }
            link = entry.previous;
        }
    }

    /// Brings the entries into the order of their URLs. Of one URL, the last stays the last.
    pub(super) fn sort(&mut self) {
        let mut order: Vec<usize> = (0..self.entries.len()).collect();
        order.sort_by(|&a, &b| self.entries[a].url.cmp(&self.entries[b].url));
        *self = std::mem::take(self).keep(&order);
    }

    /// Leaves out the entries that `is_known` knows by URL and version.
    pub(super) fn without(self, is_known: impl Fn(&str, Option<&str>) -> bool) -> Self {
        let new = self.entries.iter().enumerate();
        let new = new.filter(|(_, it)| !is_known(&it.url, it.version.as_deref()));
        let indexes: Vec<usize> = new.map(|(index, _)| index).collect();
        self.keep(&indexes)
    }

    /// Takes the entries of these numbers out, in this order.
    pub(super) fn keep(self, indexes: &[usize]) -> Self {
        let mut kept = Self::default();
        let mut entries: Vec<_> = self.entries.into_iter().map(Some).collect();
        for &index in indexes {
            if let Some(entry) = entries.get_mut(index).and_then(Option::take) {
                kept.add_entry(entry.url, entry.version, entry.range, entry.value);
            }
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, version: Option<&str>, expected: Option<usize>) {
        let mut table = Table::default();
        for (url, version) in [
            ("http://a", Some("1")),
            ("http://b", None),
            ("http://a", Some("2")),
            ("http://a", Some("1")),
        ] {
            table.add(url.into(), version.map(Into::into), ());
        }
        assert_eq!(table.find(url, version), expected);
    }

    #[test]
    fn finds_by_url_and_version() {
        check("http://a", None, Some(3));
        check("http://a", Some("2"), Some(2));
        check("http://a", Some("1"), Some(3));
        check("http://a", Some("3"), None);
        check("http://b", None, Some(1));
        check("http://b", Some("1"), None);
        check("http://c", None, None);
    }
}
