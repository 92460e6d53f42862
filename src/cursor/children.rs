//! The children of a cursor: arrays opened, the halves of primitives joined.

use super::{Cursor, ElementView, Target};
use crate::definitions::{Definitions, Property, Shape, ShapeId};
use crate::tree::{self, Kind, NameId, NodeId, Tree};

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
    open: Option<Values<'a>>,
    /// For a primitive: its own `id` and extensions are in the sibling object.
    has_siblings: bool,
}

/// The values of one property.
#[derive(Debug)]
struct Values<'a> {
    view: (ElementView<'a>, Target),
    values: Entries<'a>,
    siblings: Entries<'a>,
    index: u32,
}

impl<'a> Children<'a> {
    pub(super) fn new(cursor: Cursor, tree: &'a Tree, definitions: &'a Definitions) -> Self {
        let (object, id) = match cursor.target {
            Target::Object(id) => (cursor.node, Some(id)),
            Target::Primitive(type_id) => (cursor.sibling, Some(ShapeId { type_id, index: 0 })),
            Target::Resource | Target::Unknown => (None, None),
        };
        let object = object.filter(|&node| tree.kind(node) == Kind::Object);
        let shape = object.and(id).and_then(|id| Some((definitions.shape(id)?, id)));
        let node = object.unwrap_or(NodeId::ROOT);
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

    fn child(
        &self,
        (view, target): (ElementView<'a>, Target),
        index: u32,
        node: Option<NodeId>,
        sibling: Option<NodeId>,
    ) -> Child<'a> {
        let cursor = match node {
            Some(node) if target == Target::Resource => {
                Cursor::resource(self.tree, self.definitions, node)
            }
            node => Cursor { node, sibling, target },
        };
        Child { view, index: view.element.is_array().then_some(index), cursor }
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
            while let Some(open) = &mut self.open {
                let (node, sibling) = match (open.values.next(), open.siblings.next()) {
                    (None, None) => {
                        self.open = None;
                        break;
                    }
                    (node, sibling) => (node.flatten(), sibling.flatten()),
                };
                let (view, index) = (open.view, open.index);
                open.index += 1;
                if node.is_some() || sibling.is_some() {
                    return Some(self.child(view, index, node, sibling));
                }
            }
            let (view, value, sibling) = self.next_property()?;
            let view = (view, view.target(self.definitions));
            let is_array =
                |node: Option<NodeId>| node.is_some_and(|node| self.tree.kind(node) == Kind::Array);
            if is_array(value) || is_array(sibling) {
                let values = Entries::of(self.tree, value);
                let siblings = Entries::of(self.tree, sibling);
                self.open = Some(Values { view, values, siblings, index: 0 });
                continue;
            }
            let present = |&node: &NodeId| self.tree.kind(node) != Kind::Null;
            let (value, sibling) = (value.filter(present), sibling.filter(present));
            if value.is_some() || sibling.is_some() {
                return Some(self.child(view, 0, value, sibling));
            }
        }
    }
}

/// The entries of an array, or a single value as one; `null` is an entry without a value.
#[derive(Debug)]
enum Entries<'a> {
    One(&'a Tree, Option<NodeId>),
    Array(&'a Tree, tree::Children<'a>),
}

impl<'a> Entries<'a> {
    fn of(tree: &'a Tree, node: Option<NodeId>) -> Self {
        match node {
            Some(node) if tree.kind(node) == Kind::Array => Self::Array(tree, tree.children(node)),
            node => Self::One(tree, node),
        }
    }
}

impl Iterator for Entries<'_> {
    type Item = Option<NodeId>;

    fn next(&mut self) -> Option<Self::Item> {
        let (tree, node) = match self {
            Self::One(tree, node) => (*tree, node.take()?),
            Self::Array(tree, children) => (*tree, children.next()?),
        };
        Some(Some(node).filter(|&node| tree.kind(node) != Kind::Null))
    }
}

/// The two halves of a property of an object, its value and the object of its id and extensions, whichever
/// of them named it.
pub fn property_pair(
    tree: &Tree,
    object: NodeId,
    property: Property,
) -> (Option<NodeId>, Option<NodeId>) {
    let Property { mut name, mut partner, .. } = property;
    if property.is_sibling {
        (name, partner) = (partner, name);
    } else if !tree.has_siblings() {
        partner = NameId::NONE;
    }
    let half = |name| (name != NameId::NONE).then(|| tree.child_named(object, name)).flatten();
    (half(name), half(partner))
}
