//! Entries of one Bundle that have the same `fullUrl` are one entry: rules make an organization wherever they meet it,
//! and its id follows from its content.

use std::collections::{HashMap, HashSet};

use super::draft::{Draft, Id};
use super::lineage::Lineage;
use crate::tree::NameId;

/// The resource that stays, and which values its lists have.
struct Kept {
    resource: Id,
    values: Option<HashSet<(u16, String)>>,
}

impl Draft<'_> {
    /// Puts what repeated entries have beyond the first into the first: values of lists that it does not have, and
    /// elements that it does not have. A value that has no room there is lost: what it was made of counts as not mapped.
    pub(super) fn merge_entries(&mut self, bundle: Id, lineage: &mut Option<Lineage>) {
        let name = |name| self.definitions().names().find(name).unwrap_or(NameId::NONE);
        let [entry, full_url, resource] = ["entry", "fullUrl", "resource"].map(name);
        let Some(entries) = self.place_named(bundle, entry).map(|place| place.index) else {
            return;
        };
        let entries: Vec<Id> = self.values(bundle, entries).collect();
        let mut kept: HashMap<String, Kept> = HashMap::with_capacity(entries.len());
        let mut repeated = HashSet::new();
        for entry in entries {
            let url = self.child_value(entry, full_url).map(str::to_owned);
            let (Some(url), Some(resource)) = (url, self.child_named(entry, resource)) else {
                continue;
            };
            match kept.get_mut(&url) {
                None => {
                    kept.insert(url, Kept { resource, values: None });
                }
                Some(first) => {
                    self.merge(first, resource, lineage);
                    repeated.insert(entry);
                }
            }
        }
        if !repeated.is_empty() {
            self.retain_children(bundle, |child| !repeated.contains(&child));
        }
    }

    fn merge(&mut self, first: &mut Kept, resource: Id, lineage: &mut Option<Lineage>) {
        let into = first.resource;
        let values = first.values.get_or_insert_with(|| {
            let children = self.children(into);
            children.map(|child| (self.element_of(child), self.written(child))).collect()
        });
        let children: Vec<Id> = self.children(resource).collect();
        for child in children {
            let (element, text) = (self.element_of(child), self.written(child));
            let is_list = self.is_list(into, element);
            let before = self.values(into, element).next();
            if values.contains(&(element, text.clone())) {
                continue;
            }
            if is_list || before.is_none() {
                self.adopt(into, child);
                values.insert((element, text));
            } else if let Some(lineage) = lineage {
                self.sources(child, &mut |source| lineage.release(source));
            }
        }
    }
}
