//! A value of an instance beside one that a definition gives.

use crate::definitions::profile::Literal;
use crate::tree::{Kind, NameId, NodeId, Tree};

/// True if the value is exactly that one (`fixed[x]`).
pub(crate) fn is_equal(tree: &Tree, node: NodeId, literal: &Literal) -> bool {
    match literal {
        Literal::Object(members) => {
            tree.kind(node) == Kind::Object
                && tree.children(node).count() == members.len()
                && members.iter().all(|(name, value)| {
                    child(tree, node, *name).is_some_and(|child| is_equal(tree, child, value))
                })
        }
        Literal::List(entries) => {
            tree.kind(node) == Kind::Array
                && tree.children(node).count() == entries.len()
                && tree.children(node).zip(entries).all(|(it, entry)| is_equal(tree, it, entry))
        }
        Literal::Text(text) | Literal::Word(text) => is_text(tree, node, text),
    }
}

/// True if the value has at least what the other has (`pattern[x]`).
pub(crate) fn contains(tree: &Tree, node: NodeId, literal: &Literal) -> bool {
    match literal {
        Literal::Object(members) => {
            tree.kind(node) == Kind::Object
                && members.iter().all(|(name, value)| {
                    child(tree, node, *name).is_some_and(|child| contains(tree, child, value))
                })
        }
        Literal::List(entries) => {
            tree.kind(node) == Kind::Array
                && entries
                    .iter()
                    .all(|entry| tree.children(node).any(|it| contains(tree, it, entry)))
        }
        Literal::Text(text) | Literal::Word(text) => is_text(tree, node, text),
    }
}

/// True if the node is a primitive with that text.
pub(crate) fn is_text(tree: &Tree, node: NodeId, text: &str) -> bool {
    !matches!(tree.kind(node), Kind::Object | Kind::Array) && tree.value(node) == text
}

/// The property of that name.
pub(crate) fn child(tree: &Tree, node: NodeId, name: NameId) -> Option<NodeId> {
    tree.children(node).find(|&child| tree.name(child) == name)
}
