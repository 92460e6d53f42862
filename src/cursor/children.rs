//! The children of a cursor: arrays opened, the halves of primitives joined.

use super::{Cursor, ElementValues, ElementView};
use crate::definitions::{Definitions, Property, Shape, ShapeId};
use crate::tree::{self, NameId, NodeId, Tree};

/// One value below a cursor.
#[derive(Clone, Copy, Debug)]
pub struct Child<'a> {
    /// The element that it is a value of.
    pub view: ElementView<'a>,
    /// The position among the values of the element, from 0; none where the element cannot repeat.
    pub index: Option<u32>,
    /// The value.
    pub cursor: Cursor,
}

/// See [`Cursor::children`].
#[derive(Debug)]
pub struct Children<'a> {
    tree: &'a Tree,
    definitions: &'a Definitions,
    object: NodeId,
    /// The shape of the object with its id; none where nothing is known of it.
    shape: Option<(&'a Shape, ShapeId)>,
    properties: tree::Children<'a>,
    /// The property whose values come next.
    open: Option<(ElementView<'a>, ElementValues<'a>)>,
    /// For a primitive: its own `id` and extensions are in the sibling object.
    has_siblings: bool,
}

impl<'a> Children<'a> {
    pub(super) fn new(cursor: Cursor, tree: &'a Tree, definitions: &'a Definitions) -> Self {
        let found = cursor.shape(tree, definitions);
        let node = found.map_or(NodeId::ROOT, |(.., object)| object);
        let shape = found.map(|(shape, id, _)| (shape, id));
        let properties = tree.children(node);
        // An underscore property is rare: without one, no primitive has to look for its other half.
        let has_siblings = tree.has_siblings()
            && shape.is_some()
            && properties.clone().any(|child| tree.name_text(child).starts_with('_'));
        Self { tree, definitions, object: node, shape, properties, open: None, has_siblings }
    }

    /// The next property that the definitions have: its element, its value and its other half.
    fn next_property(&mut self) -> Option<(ElementView<'a>, Option<NodeId>, Option<NodeId>)> {
        let (shape, owner) = self.shape?;
        loop {
            let node = self.properties.next()?;
            let Some((_, property)) = shape.property(self.tree.name(node)) else { continue };
            let partner = self.partner(property);
            // The pair comes with the value; the sibling stands alone only where there is no value.
            if property.is_sibling && partner.is_some() {
                continue;
            }
            let element = &shape.elements[usize::from(property.element)];
            let view = ElementView::new(element, property, owner);
            let (value, sibling) =
                if property.is_sibling { (None, Some(node)) } else { (Some(node), partner) };
            return Some((view, value, sibling));
        }
    }

    fn partner(&self, property: Property) -> Option<NodeId> {
        if property.partner == NameId::NONE || !self.has_siblings {
            return None;
        }
        self.tree.child_named(self.object, property.partner)
    }
}

impl<'a> Iterator for Children<'a> {
    type Item = Child<'a>;

    fn next(&mut self) -> Option<Child<'a>> {
        loop {
            if let Some((view, open)) = &mut self.open {
                if let Some(cursor) = open.next() {
                    let (view, last) = (*view, open.entries - 1);
                    return Some(Child {
                        view,
                        index: view.element.is_array().then_some(last),
                        cursor,
                    });
                }
                self.open = None;
            }
            let (view, value, sibling) = self.next_property()?;
            let (pair, target) = ((value, sibling), view.target(self.definitions));
            self.open = Some((view, ElementValues::new(self.tree, self.definitions, pair, target)));
        }
    }
}
