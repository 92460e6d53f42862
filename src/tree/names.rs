//! Interned property names: a name is a number, and comparing names is comparing numbers.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::text::last_word;

/// An interned name. Only meaningful together with the table that gave it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameId(pub(crate) u32);

impl NameId {
    /// The empty name: that of a root and of an array's entries.
    pub const NONE: Self = Self(0);

    /// The position in the table, from 0.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A growing table of names, found by hash. Clones copy it.
#[derive(Clone, Debug)]
pub struct Names {
    text: String,
    ends: Vec<u32>,
    slots: Vec<u32>,
}

impl Default for Names {
    fn default() -> Self {
        let mut names = Self { text: String::new(), ends: Vec::new(), slots: vec![0; 64] };
        names.intern("");
        names
    }
}

impl Names {
    /// How many names there are, the empty one included.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Never true: the empty name is always there.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The text of a name; empty for one of another table.
    pub fn text(&self, id: NameId) -> &str {
        let index = id.index();
        let Some(&end) = self.ends.get(index) else { return "" };
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start as usize..end as usize]
    }

    /// The name if it is here.
    pub fn find(&self, name: &str) -> Option<NameId> {
        self.find_hashed(name, hash(name.as_bytes()))
    }

    /// The name, added if it is new.
    pub fn intern(&mut self, name: &str) -> NameId {
        let hash = hash(name.as_bytes());
        if let Some(id) = self.find_hashed(name, hash) {
            return id;
        }
        self.text.push_str(name);
        self.ends.push(self.text.len() as u32);
        if self.ends.len() * 2 > self.slots.len() {
            self.grow();
        } else {
            let id = self.ends.len() as u32;
            self.place(hash, id);
        }
        NameId(self.ends.len() as u32 - 1)
    }

    /// All names in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (NameId, &str)> {
        (0..self.len()).map(|index| NameId(index as u32)).map(|id| (id, self.text(id)))
    }

    fn find_hashed(&self, name: &str, hash: u64) -> Option<NameId> {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            let id = self.slots[slot].checked_sub(1)?;
            if self.text(NameId(id)) == name {
                return Some(NameId(id));
            }
            slot = (slot + 1) & mask;
        }
    }

    /// `number` is the name's number plus one: zero marks a free slot.
    fn place(&mut self, hash: u64, number: u32) {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        while self.slots[slot] != 0 {
            slot = (slot + 1) & mask;
        }
        self.slots[slot] = number;
    }

    fn grow(&mut self) {
        self.slots = vec![0; self.slots.len() * 2];
        for index in 0..self.ends.len() as u32 {
            let hash = hash(self.text(NameId(index)).as_bytes());
            self.place(hash, index + 1);
        }
    }
}

/// The names of one tree: a shared table of known names, and the tree's own for the others. The own
/// ones are ordered, not hashed: an input cannot make them collide.
#[derive(Clone, Debug)]
pub struct TreeNames {
    known: Arc<Names>,
    own: BTreeMap<Arc<str>, NameId>,
    texts: Vec<Arc<str>>,
}

impl TreeNames {
    /// A table that begins with the names of `known`.
    pub fn new(known: Arc<Names>) -> Self {
        Self { known, own: BTreeMap::new(), texts: Vec::new() }
    }

    /// The name, added to the tree's own table if it is not known.
    pub fn intern(&mut self, name: &str) -> NameId {
        if let Some(id) = self.find(name) {
            return id;
        }
        let id = NameId((self.known.len() + self.texts.len()) as u32);
        let text: Arc<str> = name.into();
        self.texts.push(text.clone());
        self.own.insert(text, id);
        id
    }

    /// The name if it is here.
    pub fn find(&self, name: &str) -> Option<NameId> {
        self.known.find(name).or_else(|| self.own.get(name).copied())
    }

    /// The text of a name; empty for one of another table.
    pub fn text(&self, id: NameId) -> &str {
        match id.index().checked_sub(self.known.len()) {
            None => self.known.text(id),
            Some(index) => self.texts.get(index).map_or("", |text| text),
        }
    }

    /// The shared table.
    pub fn known(&self) -> &Arc<Names> {
        &self.known
    }
}

/// A fast hash of short texts, eight bytes at a time. It has no secret: only names of definitions are
/// placed by it.
fn hash(bytes: &[u8]) -> u64 {
    const SEED: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut state = (bytes.len() as u64).wrapping_mul(SEED);
    let (chunks, rest) = bytes.as_chunks();
    for chunk in chunks {
        state = (state.rotate_left(5) ^ u64::from_le_bytes(*chunk)).wrapping_mul(SEED);
    }
    let tail = if rest.is_empty() { 0 } else { last_word(bytes, rest) };
    state = (state.rotate_left(5) ^ tail).wrapping_mul(SEED);
    state ^ (state >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_interned() {
        let mut names = Names::default();
        let ids: Vec<NameId> = (0..1000).map(|i| names.intern(&format!("name{i}"))).collect();
        for (i, id) in ids.iter().enumerate() {
            assert_eq!(names.text(*id), format!("name{i}"));
            assert_eq!(names.find(&format!("name{i}")), Some(*id));
        }
        assert_eq!(names.find("other"), None);
        assert_eq!(names.intern(""), NameId::NONE);
    }

    #[test]
    fn a_tree_adds_names_without_touching_the_known_ones() {
        let mut known = Names::default();
        let patient = known.intern("Patient");
        let mut names = TreeNames::new(Arc::new(known));
        let other = names.intern("other");
        assert_eq!(names.intern("Patient"), patient);
        assert_eq!(names.text(other), "other");
        assert_eq!(names.find("other"), Some(other));
        assert_eq!(names.find("absent"), None);
    }
}
