//! Which elements an object has, for constraints that this alone decides.

use crate::definitions::{Shape, ShapeId};
use crate::tree::{Kind, NodeId, Tree};

/// What is known of the elements of an object, each a bit by its position in the shape. Nothing is known of those
/// at positions that have no bit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Elements {
    shape: ShapeId,
    absent: u64,
    present: u64,
}

impl Elements {
    /// An object of that shape, before its elements are met.
    pub(crate) fn none(shape: ShapeId) -> Self {
        Self { shape, absent: u64::MAX, present: 0 }
    }

    /// The shape that the positions are of.
    pub(super) fn shape(self) -> ShapeId {
        self.shape
    }

    /// True if all of these elements are absent, and all of those are present.
    pub(super) fn have(self, absent: u64, present: u64) -> bool {
        self.absent & absent == absent && self.present & present == present
    }

    /// Those of the object at a node.
    pub(crate) fn of(tree: &Tree, object: NodeId, (shape, id): (&Shape, ShapeId)) -> Self {
        let mut elements = Self::none(id);
        for child in tree.children(object) {
            if let Some((_, property)) = shape.property(tree.name(child)) {
                elements.meet(usize::from(property.element), tree, child);
            }
        }
        elements
    }

    /// Notes a property of the element at that position.
    pub(crate) fn meet(&mut self, position: usize, tree: &Tree, property: NodeId) {
        let bit = bit(position);
        // Where a name, or a choice, is given twice, the first one counts.
        if self.absent & bit != 0 && has_value(tree, property) {
            self.present |= bit;
        }
        self.absent &= !bit;
    }
}

/// The bit of an element; zero where it has none.
pub(super) fn bit(position: usize) -> u64 {
    1_u64.checked_shl(position as u32).unwrap_or(0)
}

/// False where a property may stand for nothing.
fn has_value(tree: &Tree, property: NodeId) -> bool {
    match tree.kind(property) {
        Kind::Null | Kind::Damaged => false,
        Kind::Array => {
            tree.children(property).next().is_some_and(|first| tree.kind(first) != Kind::Null)
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::definitions::TypeId;
    use crate::format::json;
    use crate::issue::Issues;
    use crate::tree::{Limits, Names};

    #[test]
    fn the_first_of_a_name_counts() {
        let text = r#"{"a":null,"b":[null],"c":[],"d":[1,null],"e":{},"a":1}"#;
        let mut issues = Issues::new(9);
        let tree = json::parse(text, &Arc::new(Names::default()), &Limits::default(), &mut issues);
        let mut elements = Elements::none(ShapeId { type_id: TypeId(0), index: 0 });
        for child in tree.children(NodeId::ROOT) {
            let letter = tree.name_text(child).as_bytes()[0];
            elements.meet(usize::from(letter - b'a'), &tree, child);
        }
        assert_eq!((!elements.absent, elements.present), (0b1_1111, 0b1_1000));
        elements.meet(64, &tree, NodeId::ROOT);
        assert!(elements.have(1 << 63, 0));
    }
}
