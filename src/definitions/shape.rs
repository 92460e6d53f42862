//! The elements of one object, and which property name means which.

use super::Element;
use crate::sort::sort_by_key;
use crate::tree::{NameId, Names};

/// The elements that stand side by side in one object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// `ElementDefinition.path` of the object: `Patient.contact`.
    pub path: String,
    /// The elements, in the order of the definition.
    pub elements: Vec<Element>,
    /// Sorted by name.
    properties: Vec<Property>,
    /// The name of each `value[x]`, without `[x]`, and its position in [`Self::elements`].
    choices: Vec<(NameId, u16)>,
    /// The positions of elements that have to be there.
    required: Box<[u16]>,
    /// The positions of properties plus one, by hash of their names, each at the first free place from there.
    places: Box<[u16]>,
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

/// The parts of a JSON property name.
#[derive(Clone, Copy, Debug)]
pub(super) struct PropertyName {
    /// The element's name.
    pub(super) element: NameId,
    /// The chosen type of a `value[x]`.
    pub(super) suffix: Option<NameId>,
    /// True for the `_name` of a primitive.
    pub(super) is_sibling: bool,
}

impl PropertyName {
    /// Writes the name into `text`: `_value` + `String`.
    pub(super) fn spell(self, names: &Names, text: &mut String) {
        text.clear();
        text.push_str(if self.is_sibling { "_" } else { "" });
        text.push_str(names.text(self.element));
        if let Some(suffix) = self.suffix {
            let mut rest = names.text(suffix).chars();
            text.extend(rest.next().map(|first| first.to_ascii_uppercase()));
            text.push_str(rest.as_str());
        }
    }
}

/// What decoding a type needs to know of all types.
#[derive(Clone, Copy)]
pub(super) struct Vocabulary<'v> {
    pub(super) names: &'v Names,
    pub(super) is_primitive: &'v dyn Fn(NameId) -> bool,
}

impl Vocabulary<'_> {
    /// Makes decoded shapes findable by property name.
    pub(super) fn index(self, shapes: &mut [Shape]) {
        let mut text = String::new();
        for shape in shapes {
            shape.index(self.is_primitive, |property| {
                property.spell(self.names, &mut text);
                self.names.find(&text)
            });
        }
    }
}

impl Shape {
    /// A shape whose properties are not known by name yet: [`Shape::index`] does that.
    pub(super) fn new(path: String, elements: Vec<Element>) -> Self {
        Self { path, elements, ..Self::default() }
    }

    /// Tells which property name means which element. `is_primitive` says which types are primitive;
    /// `name_of` gives the number of a property name, or none for one that no tree can have.
    pub(super) fn index(
        &mut self,
        is_primitive: impl Fn(NameId) -> bool,
        mut name_of: impl FnMut(PropertyName) -> Option<NameId>,
    ) {
        let mut properties = Vec::with_capacity(self.elements.len() * 2);
        for (index, element) in self.elements.iter().enumerate() {
            for (type_index, type_code) in element.named_types() {
                let suffix = type_code.filter(|_| element.is_choice);
                let parts = PropertyName { element: element.name, suffix, is_sibling: false };
                let Some(name) = name_of(parts) else { continue };
                let has_sibling = !element.is_attribute && type_code.is_some_and(&is_primitive);
                let sibling = PropertyName { is_sibling: true, ..parts };
                let sibling = if has_sibling { name_of(sibling) } else { None };
                let property = Property {
                    name,
                    partner: sibling.unwrap_or(NameId::NONE),
                    element: index as u16,
                    type_index: type_index as u16,
                    is_sibling: false,
                };
                properties.push(property);
                properties.extend(sibling.map(|sibling| Property {
                    name: sibling,
                    partner: name,
                    is_sibling: true,
                    ..property
                }));
            }
        }
        sort_by_key(&mut properties, |property| property.name);
        self.properties = properties;
        let choices =
            self.elements.iter().zip(0..=u16::MAX).filter(|(element, _)| element.is_choice);
        self.choices = choices.map(|(element, at)| (element.name, at)).collect();
        let required =
            self.elements.iter().zip(0..=u16::MAX).filter(|(element, _)| element.min > 0);
        self.required = required.map(|(_, at)| at).collect();
        self.place();
    }

    /// At most half of the places are taken, so that what is not there is soon known not to be.
    fn place(&mut self) {
        let mut places = vec![0; (self.properties.len() * 2).next_power_of_two()];
        for (property, number) in self.properties.iter().zip(1..=u16::MAX) {
            let mut at = place_of(property.name, places.len());
            while places[at] != 0 {
                at = (at + 1) & (places.len() - 1);
            }
            places[at] = number;
        }
        self.places = places.into();
    }

    /// What a property of that name is, with its position in [`Self::properties`]; none where the shape
    /// has no such element.
    pub fn property(&self, name: NameId) -> Option<(usize, Property)> {
        let mut place = place_of(name, self.places.len());
        loop {
            let at = usize::from(self.places.get(place)?.checked_sub(1)?);
            let property = self.properties.get(at)?;
            if property.name == name {
                return Some((at, *property));
            }
            place = (place + 1) & (self.places.len() - 1);
        }
    }

    /// All properties, sorted by name.
    pub fn properties(&self) -> &[Property] {
        &self.properties
    }

    /// The positions of the elements with a `min` above 0, in order.
    pub fn required(&self) -> &[u16] {
        &self.required
    }

    /// The position of the `value[x]` of that name (without `[x]`).
    pub fn choice(&self, name: NameId) -> Option<u16> {
        let choice = self.choices.iter().find(|(choice, _)| *choice == name);
        choice.map(|&(_, at)| at)
    }

    /// The element of that name (without `[x]`).
    pub fn element(&self, name: NameId) -> Option<&Element> {
        self.elements.iter().find(|element| element.name == name)
    }
}

/// Where the search for a name begins, in a number of places that is a power of two.
fn place_of(name: NameId, places: usize) -> usize {
    (name.0.wrapping_mul(0x9E37_79B1) >> 16) as usize & places.wrapping_sub(1)
}
