//! One ElementDefinition, reduced to what decides about an instance.

use std::sync::Arc;

use super::ConstraintId;
use crate::tree::NameId;

/// [`Element::max`] of `*`.
pub const UNBOUNDED: u32 = u32::MAX;

/// An element of a [`super::Shape`].
#[derive(Clone, Debug, PartialEq, Eq)]
// Each flag is a fact of its own in FHIR, not a state.
#[allow(clippy::struct_excessive_bools)]
pub struct Element {
    /// The last step of the path, without `[x]`.
    pub name: NameId,
    /// `ElementDefinition.min`.
    pub min: u32,
    /// `ElementDefinition.max`; [`UNBOUNDED`] for `*`.
    pub max: u32,
    /// `base.max`: decides whether JSON has an array, whatever a profile's `max` says.
    pub base_max: u32,
    /// True for what XML writes as an attribute (`Element.id`, `Extension.url`): it has no `_name`.
    pub is_attribute: bool,
    /// True for `value[x]`.
    pub is_choice: bool,
    /// `ElementDefinition.isModifier`.
    pub is_modifier: bool,
    /// `ElementDefinition.isSummary`.
    pub is_summary: bool,
    /// What the element holds.
    pub content: Content,
    /// `ElementDefinition.binding`, if there is one with a value set.
    pub binding: Option<Binding>,
    /// `ElementDefinition.maxLength`, in characters.
    pub max_length: Option<u32>,
    /// `ElementDefinition.constraint`, without those of the element's type.
    pub constraints: Arc<[ConstraintId]>,
}

/// What an element holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A value of one of these types (`ElementDefinition.type`). Shared: few lists serve all elements.
    Types(Arc<[TypeRef]>),
    /// Elements of its own (a backbone element), or those of another element
    /// (`ElementDefinition.contentReference`): the index of the shape in the same type, and the type of
    /// the element itself (`BackboneElement`, `Element`).
    Shape(u16, NameId),
}

/// `ElementDefinition.type`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TypeRef {
    /// The name of the type. System types are written as the FHIR type that they stand for.
    pub code: NameId,
    /// `profile`: canonicals of profiles that the value must meet one of.
    pub profiles: Vec<NameId>,
    /// `targetProfile`: canonicals of what a Reference or canonical may lead to.
    pub targets: Vec<NameId>,
}

/// `ElementDefinition.binding`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    /// How binding it is.
    pub strength: Strength,
    /// The canonical of the value set, as written (`url|version`).
    pub value_set: NameId,
}

/// `ElementDefinition.binding.strength`, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// `example`
    Example,
    /// `preferred`
    Preferred,
    /// `extensible`
    Extensible,
    /// `required`
    Required,
}

impl Element {
    /// True if JSON writes the element as an array.
    pub fn is_array(&self) -> bool {
        self.base_max > 1
    }

    /// The types that a property name tells apart: each type of a `value[x]`; else the only one, or none
    /// where the element has elements of its own.
    pub(super) fn named_types(&self) -> impl Iterator<Item = (usize, Option<NameId>)> {
        let types: &[TypeRef] = match &self.content {
            Content::Types(types) => types,
            Content::Shape(..) => &[],
        };
        let shown = if self.is_choice { types.len() } else { 1 };
        let code = |index| types.get(index).map(|type_ref: &TypeRef| type_ref.code);
        (0..shown).map(move |index| (index, code(index)))
    }
}

impl Strength {
    pub(super) const ALL: [Self; 4] =
        [Self::Example, Self::Preferred, Self::Extensible, Self::Required];

    /// The code of the strength.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Example => "example",
            Self::Preferred => "preferred",
            Self::Extensible => "extensible",
            Self::Required => "required",
        }
    }
}
