//! `url` of a resource that others name by it (R4 references.html#canonical): absolute, so that it is the same
//! everywhere, also where the resource is contained.

use crate::cursor::is_absolute;
use crate::definitions::ShapeId;
use crate::issue::{Arg, Code};
use crate::tree::NodeId;
use crate::validate::path::Step;
use crate::validate::walk::Walk;

/// Checks the resource at `node`, an object of that shape.
pub(crate) fn check(walk: &mut Walk<'_>, node: NodeId, shape: ShapeId) {
    let tree = walk.tree;
    let Some(place) = tree.child_named(node, walk.known().url) else { return };
    let url = tree.value(place);
    if url.is_empty() || is_absolute(url) || !is_canonical(walk, shape) {
        return;
    }
    let length = walk.path.len();
    walk.path.push(Step::Name(tree.name(place)));
    walk.report(Code::CanonicalUrl, tree.span(place), vec![Arg::Value(url.to_owned())]);
    walk.path.truncate(length);
}

/// True for the types whose resources are published: only these can be marked as experimental.
fn is_canonical(walk: &Walk<'_>, shape: ShapeId) -> bool {
    let definitions = walk.definitions();
    let name = definitions.names().find("experimental");
    let shape = definitions.shape(shape);
    name.zip(shape).is_some_and(|(name, shape)| shape.element(name).is_some())
}
