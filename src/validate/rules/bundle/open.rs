//! A Bundle that the walk is in: its entries, the one around the current node, and the references that were
//! followed between them.

use std::rc::Rc;

use crate::cursor::{Entries, Entry, Lead};
use crate::tree::{NodeId, Tree};

/// A Bundle that the walk is in.
#[derive(Debug)]
pub(crate) struct Open<'a> {
    tree: &'a Tree,
    /// `Bundle.type`.
    pub(super) kind: &'a str,
    pub(super) entries: Rc<Entries>,
    /// The entry that the walk is in.
    pub(super) current: Option<usize>,
    /// From one entry to another, by a reference.
    pub(super) links: Vec<(usize, usize)>,
}

impl<'a> Open<'a> {
    /// The Bundle at `node`.
    pub(crate) fn new(tree: &'a Tree, node: NodeId, entries: Rc<Entries>) -> Self {
        let kind = tree.child_text(node, "type").unwrap_or_default();
        Self { tree, kind, entries, current: None, links: Vec::new() }
    }

    /// Makes the entry of that resource the current one; gives the one before.
    pub(crate) fn enter(&mut self, resource: NodeId) -> Option<usize> {
        let found = self.entries.list().binary_search_by_key(&Some(resource), |it| it.resource);
        let outer = self.current;
        self.current = found.ok().or(outer);
        outer
    }

    /// Goes back to the entry that [`Self::enter`] gave.
    pub(crate) fn leave(&mut self, outer: Option<usize>) {
        self.current = outer;
    }

    /// Where a reference in the current entry leads.
    pub(super) fn lead(&self, reference: &str) -> Lead {
        self.entries.lead(self.tree, self.current, reference)
    }

    /// The type of the entry's resource; empty where it has none.
    pub(super) fn type_name(&self, index: usize) -> &'a str {
        self.text(index, "resourceType").unwrap_or_default()
    }

    /// The id of the entry's resource.
    pub(super) fn id(&self, index: usize) -> Option<&'a str> {
        self.text(index, "id")
    }

    /// The entry's `fullUrl`.
    pub(super) fn full_url(&self, entry: Entry) -> Option<(NodeId, &'a str)> {
        entry.full_url.map(|node| (node, self.tree.value(node)))
    }

    fn text(&self, index: usize, name: &str) -> Option<&'a str> {
        self.tree.child_text(self.entries.list().get(index)?.resource?, name)
    }
}
