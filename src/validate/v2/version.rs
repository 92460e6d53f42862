//! The definitions that hold in one version.

use std::collections::HashMap;

use crate::definitions::v2::{find_in, resolve, structure};
use crate::definitions::{Content, Definitions, Element, Shape, ShapeId, TypeId, TypeKind};
use crate::tree::NameId;

/// Finds segments, data types and structures of one version.
pub(super) struct Version<'d> {
    number: String,
    pub(super) definitions: &'d Definitions,
    /// What was looked for before, by the name that elements write.
    found: HashMap<NameId, Option<TypeId>>,
}

impl<'d> Version<'d> {
    pub(super) fn new(number: &str, definitions: &'d Definitions) -> Self {
        Self { number: number.to_owned(), definitions, found: HashMap::new() }
    }

    /// Such as `2.5.1`.
    pub(super) fn number(&self) -> &str {
        &self.number
    }

    /// True if there are no models of HL7 v2 at all.
    pub(super) fn is_empty(&self) -> bool {
        find_in(self.definitions, &self.number, "MSH").is_none()
    }

    /// The elements of a segment or a data type by its name; none for one that the version does not have.
    pub(super) fn shape(&mut self, name: &str) -> Option<&'d Shape> {
        let type_id = self.find(name)?;
        self.definitions.shape(ShapeId { type_id, index: 0 })
    }

    /// The components of the values of an element; none where its data type has none.
    pub(super) fn components(&mut self, code: &str) -> Option<&'d Shape> {
        let type_id = self.find(code)?;
        let is_text = self.definitions.kind(type_id) == TypeKind::Primitive;
        (!is_text).then(|| self.definitions.shape(ShapeId { type_id, index: 0 })).flatten()
    }

    /// The structure of a message by what its MSH-9 says.
    pub(super) fn structure(&self, message_type: [&str; 3]) -> Option<TypeId> {
        let found = structure(message_type, |name| find_in(self.definitions, &self.number, name));
        // What the version does not list, it may have under the name of another.
        let current = || structure(message_type, |name| self.definitions.find_type(name));
        found.or_else(|| {
            let base = resolve(self.definitions, current()?);
            find_in(self.definitions, &self.number, self.definitions.type_name(base))
        })
    }

    fn find(&mut self, name: &str) -> Option<TypeId> {
        let id = self.definitions.names().find(name)?;
        let (definitions, number) = (self.definitions, &self.number);
        *self.found.entry(id).or_insert_with(|| find_in(definitions, number, name))
    }
}

/// The data type of an element that has one.
pub(super) fn data_type<'d>(definitions: &'d Definitions, element: &Element) -> &'d str {
    match &element.content {
        Content::Types(types) => types.first().map_or("", |it| definitions.names().text(it.code)),
        Content::Shape(..) => "",
    }
}
