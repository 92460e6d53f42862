//! A set of items under `=`, so that `distinct()` and its kind take time in proportion to the input.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::super::model::Model;
use super::{FhirNode, Value, items_equal, number};
use crate::tree::{Kind, NodeId, Tree};

/// Items, none equal to another. A few are compared one by one; more are found by hash.
pub(in crate::fhirpath) struct ItemSet<'m, 't> {
    model: &'m Model,
    items: Vec<Value<'t>>,
    /// For each hash, the item that was added last; empty while the items are few.
    last: HashMap<u64, u32, BuildHasherDefault<Hashed>>,
    /// For each item, the one before it with the same hash.
    before: Vec<Option<u32>>,
}

/// Up to so many items, comparing each costs less than hashing.
const FEW: usize = 6;

/// Keys are hashes already.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = mix(self.0, bytes);
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

impl<'m, 't> ItemSet<'m, 't> {
    pub(in crate::fhirpath) fn new(model: &'m Model) -> Self {
        Self { model, items: Vec::new(), last: HashMap::default(), before: Vec::new() }
    }

    pub(in crate::fhirpath) fn of(model: &'m Model, items: &[Value<'t>]) -> Self {
        let mut set = Self::new(model);
        for item in items {
            set.insert(item);
        }
        set
    }

    /// True if the item was not there before.
    pub(in crate::fhirpath) fn insert(&mut self, item: &Value<'t>) -> bool {
        if self.items.len() < FEW {
            let is_new = !self.contains(item);
            if is_new {
                self.items.push(item.clone());
            }
            return is_new;
        }
        if self.last.is_empty() {
            for index in 0..self.items.len() {
                let hash = hash(self.model, &self.items[index]);
                self.before.push(self.last.insert(hash, index as u32));
            }
        }
        let hash = hash(self.model, item);
        if self.finds(item, hash) {
            return false;
        }
        self.before.push(self.last.insert(hash, self.items.len() as u32));
        self.items.push(item.clone());
        true
    }

    pub(in crate::fhirpath) fn contains(&self, item: &Value<'_>) -> bool {
        if self.last.is_empty() {
            return self.items.iter().any(|other| self.are_equal(item, other));
        }
        self.finds(item, hash(self.model, item))
    }

    fn finds(&self, item: &Value<'_>, hash: u64) -> bool {
        let mut next = self.last.get(&hash).copied();
        while let Some(index) = next {
            if self.are_equal(item, &self.items[index as usize]) {
                return true;
            }
            next = self.before[index as usize];
        }
        false
    }

    fn are_equal(&self, a: &Value<'_>, b: &Value<'_>) -> bool {
        items_equal(self.model, a, b) == Some(true)
    }
}

/// Equal items have equal hashes. Dates and quantities share one: what they equal depends on more than
/// their text, and there are few of them.
fn hash(model: &Model, item: &Value<'_>) -> u64 {
    match item.system(model) {
        Some(Value::Boolean(value)) => mix(1, &[u8::from(value)]),
        Some(Value::String(text)) => mix(2, text.as_bytes()),
        Some(Value::Temporal(_)) => 3,
        Some(Value::Type(name)) => mix(4, name.name.as_bytes()),
        Some(value) => match value.decimal() {
            Some(number) => mix(5, &number.normalize().serialize()),
            None => 5,
        },
        None => match item {
            Value::Node(node) if !model.is_quantity(node.type_name) => hash_node(node),
            _ => 5,
        },
    }
}

fn hash_node(node: &FhirNode<'_>) -> u64 {
    let part = |part: Option<NodeId>| part.map_or(6, |part| hash_tree(node.tree, part));
    part(node.cursor.node) ^ part(node.cursor.sibling).rotate_left(1)
}

/// The order of properties does not matter, so theirs are added up.
fn hash_tree(tree: &Tree, node: NodeId) -> u64 {
    match tree.kind(node) {
        Kind::Object => tree.children(node).fold(7, |sum: u64, child| {
            let name = mix(8, tree.name_text(child).as_bytes());
            sum.wrapping_add(mix(name, &hash_tree(tree, child).to_le_bytes()))
        }),
        Kind::Array => tree
            .children(node)
            .fold(9, |state, child| mix(state, &hash_tree(tree, child).to_le_bytes())),
        Kind::Number => match number::parse(tree.value(node)) {
            Some(number) => mix(10, &number.normalize().serialize()),
            None => mix(10, tree.value(node).as_bytes()),
        },
        _ => mix(11, tree.value(node).as_bytes()),
    }
}

/// FNV-1a. Collisions cost time only, and the steps of an evaluation are counted.
fn mix(seed: u64, bytes: &[u8]) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    bytes
        .iter()
        .fold(start, |state, &byte| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
