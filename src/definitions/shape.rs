//! The elements of one object, and which property name means which.

use super::{Content, Element};
use crate::tree::NameId;

/// The elements that stand side by side in one object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// `ElementDefinition.path` of the object: `Patient.contact`.
    pub path: String,
    /// The elements, in the order of the definition.
    pub elements: Vec<Element>,
    /// Sorted by name.
    properties: Vec<Property>,
}

/// What a JSON property name means in a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Property {
    /// The property name.
    pub name: NameId,
    /// For a primitive, the other half of the pair: `_birthDate` of `birthDate`, and the reverse.
    pub partner: NameId,
    /// Index of the element.
    pub element: u16,
    /// Index of the type among the element's types (which one `valueQuantity` chooses; else 0).
    pub type_index: u16,
    /// True for the `_name` of a primitive: the object that holds its id and extensions.
    pub is_sibling: bool,
}

impl Shape {
    /// A shape whose property names are found by `name_of`: given an element's name, the type that a
    /// choice is made for (`Quantity` for `valueQuantity`) and whether it is the `_name`, the interned
    /// property name. `is_primitive` tells which types are primitive.
    pub fn new(
        path: String,
        elements: Vec<Element>,
        is_primitive: impl Fn(NameId) -> bool,
        mut name_of: impl FnMut(NameId, Option<NameId>, bool) -> NameId,
    ) -> Self {
        let mut properties = Vec::with_capacity(elements.len() * 2);
        for (index, element) in elements.iter().enumerate() {
            let mut add = |name, partner, type_index: usize, is_sibling| {
                let (element, type_index) = (index as u16, type_index as u16);
                properties.push(Property { name, partner, element, type_index, is_sibling });
            };
            let Content::Types(types) = &element.content else {
                add(name_of(element.name, None, false), NameId::NONE, 0, false);
                continue;
            };
            let choices = if element.is_choice { types.len() } else { types.len().min(1) };
            for (type_index, type_ref) in types.iter().take(choices).enumerate() {
                let suffix = element.is_choice.then_some(type_ref.code);
                let name = name_of(element.name, suffix, false);
                if is_primitive(type_ref.code) && !element.is_attribute {
                    let sibling = name_of(element.name, suffix, true);
                    add(name, sibling, type_index, false);
                    add(sibling, name, type_index, true);
                } else {
                    add(name, NameId::NONE, type_index, false);
                }
            }
        }
        properties.sort_by_key(|property| property.name);
        Self { path, elements, properties }
    }

    /// What a property of that name is, with its position in [`Self::properties`]; none where the shape
    /// has no such element.
    pub fn property(&self, name: NameId) -> Option<(usize, Property)> {
        let at = self.properties.binary_search_by_key(&name, |property| property.name).ok()?;
        Some((at, self.properties[at]))
    }

    /// All properties, sorted by name.
    pub fn properties(&self) -> &[Property] {
        &self.properties
    }

    /// The element of that name (without `[x]`).
    pub fn element(&self, name: NameId) -> Option<&Element> {
        self.elements.iter().find(|element| element.name == name)
    }
}
