//! What FHIR says a type looks like: each StructureDefinition in the compact form that the engine runs on,
//! where they come from (FHIR packages) and how they are stored (packs).
//!
//! ```text
//! .tgz or folder -> package -> structure_definition -> TypeDef -> section of a pack -> Definitions
//! ```

mod constraint;
pub mod correction;
mod describe;
mod element;
pub mod pack;
pub mod package;
pub mod profile;
mod section;
mod shape;
pub mod snapshot;
mod store;
mod structure_definition;
mod template;
pub mod v2;
mod view;
pub mod written;

pub use constraint::{Constraint, ConstraintId, Constraints};
pub use element::{Binding, Content, Element, Strength, TypeRef, UNBOUNDED};
pub use pack::{Pack, PackError, PackInfo, PackWriter, PackageId};
pub use section::{NAME as SECTION, write_types};
pub use shape::{Property, Shape};
pub use store::{Definitions, DefinitionsBuilder, RESOURCE_TYPE};
pub use structure_definition::{DefinitionError, Fault};
pub use template::TemplateId;
pub use view::{View, resources};

use std::sync::Arc;

use crate::tree::NameId;

/// A type of a [`Definitions`] table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub(crate) u32);

impl TypeId {
    /// The position in the table, from 0.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A shape of a [`Definitions`] table: a type, and a path inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShapeId {
    /// The type.
    pub type_id: TypeId,
    /// Which of its shapes; 0 is the type itself.
    pub index: u16,
}

/// `StructureDefinition.kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TypeKind {
    /// A value with an `id` and extensions.
    Primitive,
    /// A data type with elements.
    Complex,
    /// A resource.
    Resource,
    /// A logical model.
    Logical,
}

impl TypeKind {
    const ALL: [Self; 4] = [Self::Primitive, Self::Complex, Self::Resource, Self::Logical];

    /// The code of the kind.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Primitive => "primitive-type",
            Self::Complex => "complex-type",
            Self::Resource => "resource",
            Self::Logical => "logical",
        }
    }
}

/// A type: what a StructureDefinition with `derivation` `specialization` says, in compact form.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeDef {
    /// `StructureDefinition.type`, such as `Patient`; the URL of a logical model that is not of FHIR itself.
    pub name: NameId,
    /// `StructureDefinition.url`.
    pub url: NameId,
    /// `StructureDefinition.kind`.
    pub kind: TypeKind,
    /// True if no instance is directly of this type.
    pub is_abstract: bool,
    /// The type it specialises (`DomainResource` for `Patient`).
    pub base: Option<NameId>,
    /// The type's own elements at 0, then one shape for each element that has elements of its own
    /// (`Patient.contact`), in the order of the snapshot.
    pub shapes: Vec<Shape>,
    /// `constraint` of the type itself, with those of the types that it specialises.
    pub constraints: Arc<[ConstraintId]>,
    /// The form of the values of a primitive type (the extension `regex` of its `value`).
    pub regex: Option<Box<str>>,
}
