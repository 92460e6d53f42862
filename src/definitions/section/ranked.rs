//! Numbers for the distinct entries of a table: the most used get the smallest.

use std::collections::HashMap;
use std::hash::Hash;

/// A table that first counts how often each entry is used, then numbers them.
#[derive(Debug)]
pub(super) struct Ranked<T> {
    uses: HashMap<T, u32>,
    numbers: HashMap<T, u32>,
    order: Vec<T>,
}

impl<T> Default for Ranked<T> {
    fn default() -> Self {
        Self { uses: HashMap::new(), numbers: HashMap::new(), order: Vec::new() }
    }
}

impl<T: Clone + Eq + Hash> Ranked<T> {
    /// Counts a use. The number of the entry; 0 for an entry that came after the last
    /// [`Ranked::settle`].
    pub(super) fn number(&mut self, entry: T) -> u32 {
        let number = self.numbers.get(&entry).copied().unwrap_or(0);
        *self.uses.entry(entry).or_default() += 1;
        number
    }

    /// Numbers the entries by use, and by `key` among those that are used equally often: so the
    /// numbers do not depend on where the entries came from.
    pub(super) fn settle<K: Ord>(&mut self, key: impl Fn(&T) -> K) {
        self.order = self.uses.keys().cloned().collect();
        self.order.sort_by_cached_key(|entry| (u32::MAX - self.uses[entry], key(entry)));
        let numbered = self.order.iter().cloned().zip(0..);
        self.numbers = numbered.collect();
    }

    /// The entries by number.
    pub(super) fn order(&self) -> &[T] {
        &self.order
    }
}
