//! Where references lead inside the input: to contained resources and to entries of the same Bundle.

use std::collections::HashMap;

use super::criterion::Found;
use crate::cursor::Cursor;
use crate::tree::{Kind, NodeId, Tree};
use crate::validate::rules::reference;
use crate::validate::walk::Walk;

/// What was indexed so far, each container when a reference first asks.
#[derive(Default)]
pub(super) struct Index {
    contained: HashMap<NodeId, HashMap<String, NodeId>>,
    bundles: HashMap<NodeId, HashMap<String, NodeId>>,
}

impl Walk<'_> {
    /// What the Reference at `cursor`, or the URI that it is, leads to.
    pub(super) fn lead(&mut self, cursor: Cursor) -> Found {
        let (tree, known) = (self.tree, self.known());
        let Some(node) = cursor.node else { return Found::Unknown };
        let text = |name| {
            let child = tree.children(node).find(|&child| tree.name(child) == name)?;
            (tree.kind(child) == Kind::String).then(|| tree.value(child))
        };
        let reference = match tree.kind(node) {
            Kind::Object => text(known.reference),
            _ => cursor.value(tree),
        };
        let target = reference.and_then(|reference| self.find(node, reference));
        if let Some(target) = target {
            return Found::Value(Cursor::resource(tree, self.definitions(), target));
        }
        let named = reference.and_then(|reference| reference::named_type(self, reference));
        let name = named.or_else(|| text(known.type_).filter(|_| tree.kind(node) == Kind::Object));
        let type_id = name.and_then(|name| self.definitions().find_type(name));
        match type_id {
            Some(type_id) => Found::Elsewhere(self.definitions().type_name_id(type_id)),
            None => Found::Unknown,
        }
    }

    /// The resource that a reference at `node` is to, if it is in the input.
    pub(super) fn find(&mut self, node: NodeId, reference: &str) -> Option<NodeId> {
        let tree = self.tree;
        let index = &mut self.profiles.index;
        let mut resources = around(tree, node);
        if let Some(id) = reference.strip_prefix('#') {
            let holder =
                resources.find(|&it| tree.child(it, "contained").is_some() || id.is_empty())?;
            if id.is_empty() {
                return Some(holder);
            }
            let contained =
                index.contained.entry(holder).or_insert_with(|| contained(tree, holder));
            return contained.get(id).copied();
        }
        let bundles = resources.filter(|&it| tree.child_text(it, "resourceType") == Some("Bundle"));
        let reference = reference.split_once("/_history/").map_or(reference, |(it, _)| it);
        for bundle in bundles {
            let entries = index.bundles.entry(bundle).or_insert_with(|| entries(tree, bundle));
            let found = match base(tree, bundle, node).filter(|_| !reference.contains(':')) {
                // A relative reference is relative to the base of the entry that it stands in.
                Some(base) => entries.get(&format!("{base}/{reference}")),
                None => None,
            };
            if let Some(&target) = found.or_else(|| entries.get(reference)) {
                return Some(target);
            }
        }
        None
    }
}

/// The resources around a node, innermost first.
fn around(tree: &Tree, node: NodeId) -> impl Iterator<Item = NodeId> {
    let ancestors = std::iter::successors(Some(node), |&node| tree.parent(node));
    ancestors.filter(|&node| {
        tree.kind(node) == Kind::Object && tree.child(node, "resourceType").is_some()
    })
}

fn contained(tree: &Tree, holder: NodeId) -> HashMap<String, NodeId> {
    let list = tree.child(holder, "contained");
    let all = list.into_iter().flat_map(|list| tree.children(list));
    all.filter_map(|one| Some((tree.child_text(one, "id")?.to_owned(), one))).collect()
}

/// The resources of a Bundle by `fullUrl`, and by `Type/id` where that is not taken.
fn entries(tree: &Tree, bundle: NodeId) -> HashMap<String, NodeId> {
    let mut found = HashMap::new();
    let list = tree.child(bundle, "entry");
    for entry in list.into_iter().flat_map(|list| tree.children(list)) {
        let Some(resource) = tree.child(entry, "resource") else { continue };
        if let Some(url) = tree.child_text(entry, "fullUrl") {
            found.entry(url.to_owned()).or_insert(resource);
        }
        let (kind, id) =
            (tree.child_text(resource, "resourceType"), tree.child_text(resource, "id"));
        if let (Some(kind), Some(id)) = (kind, id) {
            found.entry(format!("{kind}/{id}")).or_insert(resource);
        }
    }
    found
}

/// The base of the RESTful `fullUrl` of the entry that `node` stands in.
fn base(tree: &Tree, bundle: NodeId, node: NodeId) -> Option<&str> {
    let mut way = std::iter::successors(Some(node), |&node| tree.parent(node));
    let list = tree.child(bundle, "entry")?;
    let entry = way.find(|&it| tree.parent(it) == Some(list))?;
    let url = tree.child_text(entry, "fullUrl")?;
    url.rsplitn(3, '/').nth(2).filter(|_| url.contains("://"))
}
