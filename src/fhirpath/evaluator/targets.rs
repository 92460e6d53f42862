//! What references of one tree may lead to inside it, found once: many references then take time in
//! proportion to the tree, and not to its square (<http://hl7.org/fhir/R4/bundle.html#references>).

use std::collections::HashMap;

use crate::tree::{NodeId, Tree};

/// The targets of references in a tree.
pub(in crate::fhirpath) struct Targets<'t> {
    tree: &'t Tree,
    /// Entries of the Bundle that the tree is, in order.
    entries: Vec<NodeId>,
    /// The first entry of each `fullUrl`.
    by_url: HashMap<&'t str, NodeId>,
    /// For each `contained` that was asked for, its resources by id.
    contained: HashMap<NodeId, HashMap<&'t str, NodeId>>,
}

impl<'t> Targets<'t> {
    pub(super) fn new(tree: &'t Tree) -> Self {
        let is_bundle = tree.child_text(NodeId::ROOT, "resourceType") == Some("Bundle");
        let list = tree.child(NodeId::ROOT, "entry").filter(|_| is_bundle);
        let entries: Vec<NodeId> = list.map_or_else(Vec::new, |list| tree.children(list).collect());
        let mut by_url = HashMap::new();
        for &entry in &entries {
            if let Some(url) = tree.child_text(entry, "fullUrl") {
                by_url.entry(url).or_insert(entry);
            }
        }
        Self { tree, entries, by_url, contained: HashMap::new() }
    }

    /// The resource with that id in `contained` of a resource around a node; that resource itself for an
    /// empty id.
    pub(in crate::fhirpath) fn contained(&mut self, at: NodeId, id: &str) -> Option<NodeId> {
        let tree = self.tree;
        let mut current = Some(at);
        while let Some(node) = current {
            let is_resource = tree.child(node, "resourceType").is_some();
            if let Some(list) = tree.child(node, "contained").filter(|_| is_resource) {
                if id.is_empty() {
                    return Some(node);
                }
                return self
                    .contained
                    .entry(list)
                    .or_insert_with(|| by_id(tree, list))
                    .get(id)
                    .copied();
            }
            current = tree.parent(node);
        }
        None
    }

    /// The resource of the entry that a reference at a node is to.
    pub(in crate::fhirpath) fn bundled(&self, at: NodeId, reference: &str) -> Option<NodeId> {
        let tree = self.tree;
        let absolute;
        let target = if reference.contains(':') {
            reference
        } else {
            // A relative reference is relative to the base of the entry that it stands in.
            let own = self.entries.partition_point(|&entry| entry <= at).checked_sub(1)?;
            let own = self.entries.get(own).filter(|&&entry| at < tree.after(entry))?;
            let base = tree.child_text(*own, "fullUrl")?.rsplitn(3, '/').nth(2)?;
            absolute = format!("{base}/{reference}");
            &absolute
        };
        let target = target.split_once("/_history/").map_or(target, |(target, _)| target);
        tree.child(*self.by_url.get(target)?, "resource")
    }
}

/// The first resource of each id in a list.
fn by_id(tree: &Tree, list: NodeId) -> HashMap<&str, NodeId> {
    let mut all = HashMap::new();
    for resource in tree.children(list) {
        if let Some(id) = tree.child_text(resource, "id") {
            all.entry(id).or_insert(resource);
        }
    }
    all
}
