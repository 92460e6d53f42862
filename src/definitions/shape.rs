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
    properties: Vec<(NameId, Property)>,
}

/// What a JSON property name means in a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Property {
    /// Index of the element.
    pub element: u16,
    /// Index of the type among the element's types (which one `valueQuantity` chooses; else 0).
    pub type_index: u16,
    /// True for the `_name` of a primitive: the object that holds its id and extensions.
    pub is_sibling: bool,
}

impl Shape {
    /// A shape whose property names are found by `name_of`: given an element's name, the type suffix
    /// (empty, or `Quantity` for `valueQuantity`; first letter in upper case) and whether it is the
    /// `_name`, the interned property name. `is_primitive` tells which types are primitive.
    pub fn new(
        path: String,
        elements: Vec<Element>,
        is_primitive: impl Fn(NameId) -> bool,
        mut name_of: impl FnMut(NameId, Option<NameId>, bool) -> NameId,
    ) -> Self {
        let mut properties = Vec::with_capacity(elements.len() * 2);
        for (index, element) in elements.iter().enumerate() {
            let Content::Types(types) = &element.content else {
                properties.push((name_of(element.name, None, false), property(index, 0, false)));
                continue;
            };
            let shown = if element.is_choice { types.len() } else { types.len().min(1) };
            for (type_index, type_ref) in types.iter().take(shown).enumerate() {
                let suffix = element.is_choice.then_some(type_ref.code);
                let name = name_of(element.name, suffix, false);
                properties.push((name, property(index, type_index, false)));
                if is_primitive(type_ref.code) && !element.is_attribute {
                    let name = name_of(element.name, suffix, true);
                    properties.push((name, property(index, type_index, true)));
                }
            }
        }
        properties.sort_by_key(|&(name, _)| name);
        Self { path, elements, properties }
    }

    /// What a property of that name is; none where the shape has no such element.
    pub fn property(&self, name: NameId) -> Option<Property> {
        let at = self.properties.binary_search_by_key(&name, |&(name, _)| name).ok()?;
        Some(self.properties[at].1)
    }

    /// All property names, for suggestions.
    pub fn property_names(&self) -> impl Iterator<Item = NameId> {
        self.properties.iter().map(|&(name, _)| name)
    }

    /// The element of that name (without `[x]`).
    pub fn element(&self, name: NameId) -> Option<&Element> {
        self.elements.iter().find(|element| element.name == name)
    }
}

fn property(element: usize, type_index: usize, is_sibling: bool) -> Property {
    Property { element: element as u16, type_index: type_index as u16, is_sibling }
}
