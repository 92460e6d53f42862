//! Contained resources: they have an id, and `#id` leads to one (R4 references.html#contained).

use std::collections::BTreeMap;

use crate::issue::Code;
use crate::tree::{NodeId, Tree};
use crate::validate::walk::Walk;

/// A resource that may hold contained ones.
pub(crate) struct Container<'a> {
    node: NodeId,
    /// Type by id; made when a reference first asks.
    contained: Option<BTreeMap<&'a str, &'a str>>,
}

impl<'a> Container<'a> {
    pub(crate) fn new(node: NodeId) -> Self {
        Self { node, contained: None }
    }

    /// The `resourceType` of the contained resource with that id.
    pub(crate) fn find(&mut self, tree: &'a Tree, id: &str) -> Option<&'a str> {
        let node = self.node;
        let contained = self.contained.get_or_insert_with(|| {
            let entries = tree.child(node, "contained").map(|array| tree.children(array));
            let named = entries.into_iter().flatten().filter_map(|resource| {
                let id = tree.child_text(resource, "id")?;
                Some((id, tree.child_text(resource, "resourceType").unwrap_or_default()))
            });
            named.collect()
        });
        contained.get(id).copied()
    }
}

/// A contained resource without an id cannot be referred to.
pub(crate) fn check_id(walk: &mut Walk<'_>, node: NodeId) {
    let id = walk.known().id;
    if !walk.tree.children(node).any(|child| walk.tree.name(child) == id) {
        walk.report(Code::ContainedId, walk.tree.span(node), Vec::new());
    }
}
