//! `Element.id`: unique among the elements of one resource (R4 element.html#id). A resource's own `id` is
//! another matter, and contained resources have elements of their own.

use crate::definitions::ShapeId;
use crate::issue::{Arg, Code};
use crate::tree::{Kind, NodeId};
use crate::validate::walk::Walk;

/// Checks the `id` at `node`, of the element of that shape that the walk is at.
pub(crate) fn check(walk: &mut Walk<'_>, node: NodeId, shape: ShapeId) {
    let tree = walk.tree;
    // The same element is in the differential and in the snapshot, by the same id.
    if walk.definitions().type_name_id(shape.type_id) == walk.known().element_definition_type {
        return;
    }
    let Some(ids) = walk.element_ids.last_mut() else { return };
    if tree.kind(node) == Kind::String && !ids.insert(tree.value(node)) {
        let args = vec![Arg::Value(tree.value(node).to_owned())];
        walk.report(Code::ElementIdDuplicate, tree.span(node), args);
    }
}
