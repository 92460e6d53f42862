//! A node seen through its ElementDefinition: what a property name means in a shape, what its values are
//! seen through in turn, and the two halves of a primitive (`birthDate` and `_birthDate`) as one.
//!
//! The tree knows no FHIR and the definitions know no instance; this is where the two meet. The walk of
//! the validator goes property by property, because the JSON shape is its business; FHIRPath and maps see
//! [`Cursor`]s only.

mod children;
mod references;
mod values;

pub use children::{Child, Children};
pub use references::{Entries, Entry, Lead, References, is_absolute, is_http};
pub use values::ElementValues;

use crate::definitions::{
    Content, Definitions, Element, Property, RESOURCE_TYPE, Shape, ShapeId, TypeId, TypeKind,
    TypeRef,
};
use crate::tree::{Kind, NameId, NodeId, Tree};

/// What the values of an element are seen through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A value of this primitive type.
    Primitive(TypeId),
    /// An object of this shape.
    Object(ShapeId),
    /// A resource: its own `resourceType` says of which type.
    Resource,
    /// A type that is not here.
    Unknown,
}

/// An element, and for a choice the type that was chosen, found by a property name.
#[derive(Clone, Copy, Debug)]
pub struct ElementView<'d> {
    /// The definition.
    pub element: &'d Element,
    /// The type; none for an element with elements of its own.
    pub type_ref: Option<&'d TypeRef>,
    /// What the property name means.
    pub property: Property,
    /// The shape that the element stands in.
    pub owner: ShapeId,
}

impl<'d> ElementView<'d> {
    /// The element that `property` of the shape `owner` is.
    pub fn new(element: &'d Element, property: Property, owner: ShapeId) -> Self {
        let type_ref = match &element.content {
            Content::Types(types) => types.get(usize::from(property.type_index)),
            Content::Shape(..) => None,
        };
        Self { element, type_ref, property, owner }
    }

    /// What the values are seen through.
    pub fn target(&self, definitions: &Definitions) -> Target {
        let type_ref = match (&self.element.content, self.type_ref) {
            (&Content::Shape(index, _), _) => {
                return Target::Object(ShapeId { index, ..self.owner });
            }
            (Content::Types(_), Some(type_ref)) => type_ref,
            (Content::Types(_), None) => return Target::Unknown,
        };
        let Some(type_id) = definitions.type_named(type_ref.code) else { return Target::Unknown };
        match definitions.kind(type_id) {
            TypeKind::Primitive => Target::Primitive(type_id),
            TypeKind::Resource => Target::Resource,
            TypeKind::Complex | TypeKind::Logical => Target::Object(ShapeId { type_id, index: 0 }),
        }
    }
}

/// One value of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The value; none for a primitive that has only an id or extensions.
    pub node: Option<NodeId>,
    /// The object of a primitive's id and extensions, if it has one.
    pub sibling: Option<NodeId>,
    /// What the value is seen through. Never [`Target::Resource`]: the type is resolved.
    pub target: Target,
}

impl Cursor {
    /// The resource, or the instance of a logical model, at `node`: by its `resourceType`.
    pub fn resource(tree: &Tree, definitions: &Definitions, node: NodeId) -> Self {
        let name = tree.child_named(node, RESOURCE_TYPE);
        let name = name.filter(|&name| tree.kind(name) == Kind::String);
        let type_id = name.and_then(|name| definitions.find_type(tree.value(name)));
        let target = type_id
            .filter(|&id| matches!(definitions.kind(id), TypeKind::Resource | TypeKind::Logical))
            .map_or(Target::Unknown, |type_id| Target::Object(ShapeId { type_id, index: 0 }));
        Self { node: Some(node), sibling: None, target }
    }

    /// The objects and values below, in document order, each with its element and position. Properties
    /// that the definitions do not have are left out.
    pub fn children<'a>(self, tree: &'a Tree, definitions: &'a Definitions) -> Children<'a> {
        Children::new(self, tree, definitions)
    }

    /// The values of one element, by its name without `[x]`.
    pub fn child_values<'a>(
        self,
        tree: &'a Tree,
        definitions: &'a Definitions,
        element: NameId,
    ) -> impl Iterator<Item = Self> + 'a {
        let found = self.shape(tree, definitions).and_then(|(shape, id, object)| {
            ElementValues::find((tree, object), definitions, (shape, id), element, false)
        });
        found.into_iter().flat_map(|(_, values)| values)
    }

    /// The shape that its elements are in, and the object that they stand in; none where there is none.
    pub fn shape<'a>(
        self,
        tree: &Tree,
        definitions: &'a Definitions,
    ) -> Option<(&'a Shape, ShapeId, NodeId)> {
        let (object, id) = match self.target {
            Target::Object(id) => (self.node?, id),
            Target::Primitive(type_id) => (self.sibling?, ShapeId { type_id, index: 0 }),
            Target::Resource | Target::Unknown => return None,
        };
        let is_object = tree.kind(object) == Kind::Object;
        is_object.then_some(())?;
        Some((definitions.shape(id)?, id, object))
    }

    /// The text of a primitive value: a string decoded, a number as it was written.
    pub fn value(self, tree: &Tree) -> Option<&str> {
        let node = self.node?;
        let has_value = !matches!(tree.kind(node), Kind::Object | Kind::Array | Kind::Damaged);
        has_value.then(|| tree.value(node))
    }
}
