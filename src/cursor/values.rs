//! The values of one element of an object, found by its name.

use super::{Cursor, ElementView, Target};
use crate::definitions::{Definitions, Property, Shape, ShapeId};
use crate::tree::{self, Kind, NameId, NodeId, Tree};

/// The values of one element: an array opened, the halves of primitives joined, `null` left out.
#[derive(Debug)]
pub struct ElementValues<'a> {
    tree: &'a Tree,
    definitions: &'a Definitions,
    /// What its values are seen through, before a resource says which one it is.
    pub target: Target,
    values: tree::Children<'a>,
    siblings: tree::Children<'a>,
    /// How many entries were looked at, with those that are left out.
    pub(super) entries: u32,
}

impl<'a> ElementValues<'a> {
    /// The values of the element of that name (without `[x]`) of an object of a shape, or of the element that a property
    /// of that name means, if `is_property` allows that for a choice (`valueString`). None where nothing is there.
    pub fn find(
        (tree, object): (&'a Tree, NodeId),
        definitions: &'a Definitions,
        (shape, owner): (&'a Shape, ShapeId),
        name: NameId,
        is_property: bool,
    ) -> Option<(ElementView<'a>, Self)> {
        let property = match shape.property(name) {
            Some((_, property)) => {
                let element = shape.elements.get(usize::from(property.element))?;
                let is_meant = !property.is_sibling && (is_property || !element.is_choice);
                is_meant.then_some(property)?
            }
            None => chosen(tree, object, shape, shape.choice(name)?)?,
        };
        let pair = property_pair(tree, object, property);
        (pair != (None, None)).then_some(())?;
        let element = shape.elements.get(usize::from(property.element))?;
        let view = ElementView::new(element, property, owner);
        Some((view, Self::new(tree, definitions, pair, view.target(definitions))))
    }

    /// The values of a property of an object, seen through `target`.
    pub fn of(
        (tree, object): (&'a Tree, NodeId),
        definitions: &'a Definitions,
        property: Property,
        target: Target,
    ) -> Self {
        Self::new(tree, definitions, property_pair(tree, object, property), target)
    }

    pub(super) fn new(
        tree: &'a Tree,
        definitions: &'a Definitions,
        (value, sibling): (Option<NodeId>, Option<NodeId>),
        target: Target,
    ) -> Self {
        let (values, siblings) = (tree.entries(value), tree.entries(sibling));
        Self { tree, definitions, target, values, siblings, entries: 0 }
    }
}

impl Iterator for ElementValues<'_> {
    type Item = Cursor;

    fn next(&mut self) -> Option<Cursor> {
        let tree = self.tree;
        let is_there = |node: &NodeId| tree.kind(*node) != Kind::Null;
        loop {
            let (value, sibling) = (self.values.next(), self.siblings.next());
            if value.is_none() && sibling.is_none() {
                return None;
            }
            self.entries += 1;
            return Some(match (value.filter(is_there), sibling.filter(is_there)) {
                (None, None) => continue,
                (Some(node), _) if self.target == Target::Resource => {
                    Cursor::resource(tree, self.definitions, node)
                }
                (node, sibling) => Cursor { node, sibling, target: self.target },
            });
        }
    }
}

/// The property that a choice was made by.
fn chosen(tree: &Tree, object: NodeId, shape: &Shape, choice: u16) -> Option<Property> {
    tree.children(object).find_map(|child| {
        let (_, property) = shape.property(tree.name(child))?;
        (property.element == choice).then_some(property)
    })
}

/// The two halves of a property of an object, its value and the object of its id and extensions, whichever
/// of them named it.
fn property_pair(
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
