//! Elements by their names: which of those of a shape is meant, and as what it is written.

use crate::cursor::{ElementView, Target as Kind};
use crate::definitions::{Content, Definitions, Element, Property, Shape, ShapeId};
use crate::mapping::program::Known;
use crate::tree::NameId;

/// An element of a node: what its property names mean.
#[derive(Clone, Copy, Debug)]
pub(in crate::mapping) struct Place<'d> {
    pub(in crate::mapping) owner: ShapeId,
    pub(in crate::mapping) shape: &'d Shape,
    pub(in crate::mapping) element: &'d Element,
    pub(in crate::mapping) index: u16,
    /// The property, where there is no choice between several, and what its values are seen through.
    pub(in crate::mapping) property: Option<Property>,
    kind: Kind,
}

impl<'d> Place<'d> {
    /// The element of that name, or that of which it is a property (`valueString`).
    pub(in crate::mapping) fn find(
        definitions: &'d Definitions,
        (owner, shape): (ShapeId, &'d Shape),
        name: NameId,
    ) -> Option<Self> {
        let property = shape.property(name).map(|(_, it)| it).filter(|it| !it.is_sibling);
        let index = property.map(|it| it.element).or_else(|| shape.choice(name))?;
        let element = shape.elements.get(usize::from(index))?;
        let kind = Kind::Unknown;
        let place = Place { owner, shape, element, index, property, kind };
        // `value[x]` of one type is no choice.
        let is_single = matches!(&element.content, Content::Types(types) if types.len() == 1);
        let only = || place.of_type(0).filter(|_| is_single);
        let property = property.or_else(only);
        let kind = property.map_or(kind, |property| place.kind(property, definitions));
        Some(Place { property, kind, ..place })
    }

    /// An element that was found when the map was compiled.
    pub(super) fn of(known: Known, shape: &'d Shape) -> Option<Self> {
        let Known { owner, index, property, kind } = known;
        let element = shape.elements.get(usize::from(index))?;
        Some(Self { owner, shape, element, index, property, kind })
    }

    /// What a map keeps of it.
    pub(in crate::mapping) fn known(self) -> Known {
        let Self { owner, index, property, kind, .. } = self;
        Known { owner, index, property, kind }
    }

    /// The property for a value of one of the types that the element may have.
    pub(in crate::mapping) fn of_type(&self, type_index: u16) -> Option<Property> {
        self.shape
            .properties()
            .iter()
            .copied()
            .find(|it| it.element == self.index && it.type_index == type_index && !it.is_sibling)
    }

    /// What the values of a property of it are seen through.
    pub(in crate::mapping) fn kind(&self, property: Property, definitions: &Definitions) -> Kind {
        if self.kind != Kind::Unknown && self.property == Some(property) {
            return self.kind;
        }
        ElementView::new(self.element, property, self.owner).target(definitions)
    }
}
