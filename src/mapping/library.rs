//! The maps that an engine has, found by canonical.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::Map;
use super::section::{SECTION, decode};
use crate::definitions::pack::{Pack, PackError, Reader, Section};

/// Maps by canonical. Cloning is cheap. What is added later replaces what has the same canonical.
#[derive(Clone, Debug, Default)]
pub struct Maps {
    entries: Arc<Vec<Arc<Entry>>>,
    by_url: Arc<HashMap<String, usize>>,
}

/// A map, or where it stands in a pack.
#[derive(Debug)]
struct Entry {
    url: String,
    packed: Option<(Section, Range<usize>)>,
    map: OnceLock<Option<Arc<Map>>>,
}

impl Entry {
    /// The map. None where its bytes in the pack are damaged in a way that the checksum did not show.
    fn map(&self) -> Option<&Arc<Map>> {
        let decode = || {
            let (section, range) = self.packed.as_ref()?;
            decode(section.get(range.clone())?).ok().map(Arc::new)
        };
        self.map.get_or_init(decode).as_ref()
    }
}

impl Maps {
    /// Adds a map. One without a canonical can be run, but not imported.
    pub fn add(&mut self, map: Arc<Map>) {
        let url = map.url().to_owned();
        self.push(Entry { url, packed: None, map: OnceLock::from(Some(map)) });
    }

    /// Adds the maps of a pack: reads no more of them than their canonicals.
    ///
    /// # Errors
    /// The section is damaged in a way that its checksum did not show.
    pub fn add_pack(&mut self, pack: &Pack) -> Result<(), PackError> {
        let Some(section) = pack.section(SECTION) else { return Ok(()) };
        let mut reader = Reader::new(section);
        for _ in 0..reader.count()? {
            let url = reader.str()?.to_owned();
            let length = reader.bytes()?.len();
            let end = section.len() - reader.remaining();
            let packed = Some((section.clone(), end - length..end));
            self.push(Entry { url, packed, map: OnceLock::new() });
        }
        reader.finish()
    }

    fn push(&mut self, entry: Entry) {
        let entries = Arc::make_mut(&mut self.entries);
        Arc::make_mut(&mut self.by_url).insert(entry.url.clone(), entries.len());
        entries.push(Arc::new(entry));
    }

    /// The map of that canonical (`url` or `url|version`).
    pub fn get(&self, canonical: &str) -> Option<&Arc<Map>> {
        let (url, version) = canonical.split_once('|').unwrap_or((canonical, ""));
        let found = self.entries.get(*self.by_url.get(url)?)?.map()?;
        (version.is_empty() || found.metadata("version") == version).then_some(found)
    }

    /// The maps that an import names: one, or those that fit a canonical with `*` in it, in the order in which
    /// they were added.
    pub(super) fn matching(&self, import: &str) -> Vec<Arc<Map>> {
        let Some((before, after)) = import.split_once('*') else {
            return self.get(import).cloned().into_iter().collect();
        };
        let fits = |url: &str| {
            url.len() >= before.len() + after.len()
                && url.starts_with(before)
                && url.ends_with(after)
        };
        let found = self.urls().filter(|url| fits(url));
        found.filter_map(|url| self.get(url).cloned()).collect()
    }

    /// The canonicals of all maps, each once.
    pub fn urls(&self) -> impl Iterator<Item = &str> {
        let is_current = |index: usize, url: &str| self.by_url.get(url) == Some(&index);
        let entries = self.entries.iter().enumerate();
        entries
            .filter(move |(index, it)| is_current(*index, &it.url))
            .map(|(_, it)| it.url.as_str())
    }

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
