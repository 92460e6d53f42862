//! The types an engine knows, found by name in constant time and decoded when first asked for.

use std::sync::{Arc, OnceLock};

use super::{Shape, ShapeId, TypeDef, TypeId, TypeKind};
use crate::tree::{NameId, Names};

/// All types of an engine, over one table of names. Cloning is cheap: what is decoded is shared.
#[derive(Clone, Debug, Default)]
pub struct Definitions {
    names: Arc<Names>,
    /// By name number; the type's number plus one.
    by_name: Vec<u32>,
    types: Vec<Arc<Slot>>,
    fhir_version: Option<String>,
}

/// A type, or how to get it.
#[derive(Debug)]
struct Slot {
    name: NameId,
    kind: TypeKind,
    is_abstract: bool,
    decoded: OnceLock<Option<TypeDef>>,
}

impl Definitions {
    /// The names that trees should be parsed with.
    pub fn names(&self) -> &Arc<Names> {
        &self.names
    }

    /// The version of FHIR that the definitions are of, such as `4.0.1`; none before a pack is there.
    pub fn fhir_version(&self) -> Option<&str> {
        self.fhir_version.as_deref()
    }

    /// The type of that name.
    pub fn type_named(&self, name: NameId) -> Option<TypeId> {
        self.by_name.get(name.index())?.checked_sub(1).map(TypeId)
    }

    /// The type of that name, by text.
    pub fn find_type(&self, name: &str) -> Option<TypeId> {
        self.type_named(self.names.find(name)?)
    }

    /// The kind of the type, without decoding it.
    pub fn kind(&self, id: TypeId) -> TypeKind {
        self.types[id.index()].kind
    }

    /// True if no instance is directly of this type; without decoding it.
    pub fn is_abstract(&self, id: TypeId) -> bool {
        self.types[id.index()].is_abstract
    }

    /// The name of the type, without decoding it.
    pub fn type_name(&self, id: TypeId) -> &str {
        self.names.text(self.types[id.index()].name)
    }

    /// The name of the type as a number, without decoding it.
    pub fn type_name_id(&self, id: TypeId) -> NameId {
        self.types[id.index()].name
    }

    /// The type itself. None where its bytes in the pack are damaged in a way that the checksum did not show.
    pub fn type_def(&self, id: TypeId) -> Option<&TypeDef> {
        self.types[id.index()].decoded.get_or_init(|| None).as_ref()
    }

    /// A shape of a type.
    pub fn shape(&self, id: ShapeId) -> Option<&Shape> {
        self.type_def(id.type_id)?.shapes.get(id.index as usize)
    }

    /// Every type, by number.
    pub fn types(&self) -> impl Iterator<Item = TypeId> {
        (0..self.types.len() as u32).map(TypeId)
    }
}
