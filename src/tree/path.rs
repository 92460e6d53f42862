//! Paths from the root to a node, and from an offset in the text to a node.

use super::{Kind, NodeId, Tree};

/// The JSON Pointer (RFC 6901) of a node: `/name/0/given/1`, empty for the root.
pub fn pointer(tree: &Tree, node: NodeId) -> String {
    let mut steps = Vec::new();
    let mut current = node;
    while let Some(parent) = tree.parent(current) {
        steps.push(match tree.kind(parent) {
            Kind::Array => index_in(tree, parent, current).to_string(),
            _ => tree.name_text(current).replace('~', "~0").replace('/', "~1"),
        });
        current = parent;
    }
    steps.iter().rev().fold(String::new(), |path, step| path + "/" + step)
}

/// The position of `node` among the children of `parent`, from 0.
fn index_in(tree: &Tree, parent: NodeId, node: NodeId) -> usize {
    tree.children(parent).take_while(|&child| child < node).count()
}

/// The innermost node whose property (name and value) holds the byte `offset`.
pub fn node_at(tree: &Tree, offset: u32) -> NodeId {
    let mut node = NodeId::ROOT;
    loop {
        let inside =
            |&child: &NodeId| tree.key_start(child) <= offset && offset < tree.span(child).end;
        match tree.children(node).find(inside) {
            Some(child) => node = child,
            None => return node,
        }
    }
}
