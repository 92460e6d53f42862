//! One ElementDefinition of a profile: what it asks beyond the base type.

use std::sync::Arc;

use super::discriminator::Discriminator;
use super::literal::Literal;
use crate::definitions::{ConstraintId, Strength};
use crate::tree::NameId;

/// An element of a profile, or a slice of one. A field is set only where the profile is tighter than the
/// type ([`super::tighten`]).
#[derive(Clone, Debug, Default, PartialEq)]
// Each flag is a fact of its own in FHIR, not a state.
#[allow(clippy::struct_excessive_bools)]
pub struct ProfileElement {
    /// The last step of the path, without `[x]`; [`NameId::NONE`] for the root.
    pub name: NameId,
    /// True for `value[x]`.
    pub is_choice: bool,
    /// `sliceName`, for a slice.
    pub slice: Option<Box<str>>,
    /// `min`, where it is more than the type's.
    pub min: u32,
    /// `max`, where it is less than the type's.
    pub max: Option<u32>,
    /// The types that are left, where there are fewer, or where they have profiles or targets.
    pub types: Option<Arc<[ProfileType]>>,
    /// `fixed[x]`
    pub fixed: Option<Literal>,
    /// `pattern[x]`
    pub pattern: Option<Literal>,
    /// `minValue[x]`
    pub min_value: Option<Literal>,
    /// `maxValue[x]`
    pub max_value: Option<Literal>,
    /// `maxLength`, in characters.
    pub max_length: Option<u32>,
    /// The extension `minLength`, in characters.
    pub min_length: Option<u32>,
    /// The extension `regex` of the type.
    pub regex: Option<Box<str>>,
    /// `binding`
    pub binding: Option<Box<ProfileBinding>>,
    /// `constraint`, without those that the type has.
    pub constraints: Arc<[ConstraintId]>,
    /// `mustSupport`
    pub must_support: bool,
    /// `mustHaveValue` (R5)
    pub must_have_value: bool,
    /// `valueAlternatives` (R5): extensions that may stand in place of a value.
    pub value_alternatives: Vec<Box<str>>,
    /// `contentReference` to an element of the same profile: the names of the way to it.
    pub refers: Option<Box<[NameId]>>,
    /// `slicing`
    pub slicing: Option<Box<Slicing>>,
    /// The slices, in the order of the definition; those of a slice are its reslices.
    pub slices: Vec<ProfileElement>,
    /// The elements below.
    pub children: Vec<ProfileElement>,
}

/// `ElementDefinition.type`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileType {
    /// The name of the type.
    pub code: NameId,
    /// Canonicals of profiles that the value must meet one of.
    pub profiles: Vec<Box<str>>,
    /// Canonicals of what a Reference may lead to.
    pub targets: Vec<Box<str>>,
    /// `aggregation`: where the target may be, as bits: 1 contained, 2 referenced, 4 bundled; 0 for anywhere.
    pub aggregation: u8,
}

/// `ElementDefinition.binding`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileBinding {
    /// How binding it is; none where only the bindings below are new.
    pub set: Option<(Strength, Box<str>)>,
    /// The extension `maxValueSet`: what a code must be in at the least.
    pub max_value_set: Option<Box<str>>,
    /// `additional`, and the extension that stood for it before R5.
    pub additional: Vec<AdditionalBinding>,
}

/// `ElementDefinition.binding.additional`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdditionalBinding {
    /// `purpose`, as its code.
    pub purpose: Box<str>,
    /// The canonical of the value set.
    pub value_set: Box<str>,
    /// True if any of the repetitions has to meet it, false if each.
    pub is_any: bool,
    /// The element of the resource, and the code or Coding that it must have for the binding to apply
    /// (`usage`).
    pub usage: Vec<Literal>,
}

/// `ElementDefinition.slicing`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slicing {
    /// How an entry is told to be of a slice.
    pub discriminators: Vec<Discriminator>,
    /// What else may be there.
    pub rules: SlicingRules,
    /// True if the slices must come in the order of the definition.
    pub ordered: bool,
}

/// `ElementDefinition.slicing.rules`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlicingRules {
    /// Every entry is of a slice.
    Closed,
    /// Others may be anywhere.
    Open,
    /// Others may be at the end.
    OpenAtEnd,
}

impl SlicingRules {
    pub(super) const ALL: [Self; 3] = [Self::Closed, Self::Open, Self::OpenAtEnd];

    /// The code of the rules.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::OpenAtEnd => "openAtEnd",
        }
    }
}

impl ProfileElement {
    /// The element of that name below.
    pub fn child(&self, name: NameId) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// True if it asks anything of an instance. What a system must support is not asked of an instance.
    pub fn has_rules(&self) -> bool {
        self.min > 0
            || self.max.is_some()
            || self.has_value_rules()
            || !self.constraints.is_empty()
            || self.must_have_value
            || !self.value_alternatives.is_empty()
            || self.refers.is_some()
            || self.slicing.is_some()
            || !self.slices.is_empty()
            || !self.children.is_empty()
    }

    /// True if it asks something of a value itself: not counted are occurrences, and what is below.
    pub fn has_value_rules(&self) -> bool {
        self.types.is_some()
            || self.fixed.is_some()
            || self.pattern.is_some()
            || self.min_value.is_some()
            || self.max_value.is_some()
            || self.max_length.is_some()
            || self.min_length.is_some()
            || self.regex.is_some()
            || self.binding.is_some()
            || self.must_have_value
            || !self.value_alternatives.is_empty()
            || !self.constraints.is_empty()
            || self.refers.is_some()
    }

    /// True if it asks of the element itself what `other` asks; what is below and in slices may differ.
    pub fn asks_like(&self, other: &Self) -> bool {
        let own = |element: &Self| Self {
            name: NameId::NONE,
            is_choice: false,
            slice: None,
            slices: Vec::new(),
            children: Vec::new(),
            ..element.clone()
        };
        own(self) == own(other)
    }

    /// True if it and everything below ask nothing.
    pub(super) fn is_loose(&self) -> bool {
        self.min == 0
            && self.max.is_none()
            && !self.has_value_rules()
            && !self.must_support
            && self.slicing.is_none()
            && self.slices.is_empty()
            && self.children.is_empty()
    }
}
